# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the suite costs, as ratios against a floor measured in the same run.

Runs in Odoo's shell, on a database of its own: ``make bench``. ``env`` is the shell's.
"""

import json
import statistics
import tempfile
import time

RECORDS = 1000
TURNS = 5


def seconds(work, prepare=None):
    """Return the median time of *work*, committed, over some turns."""
    times = []
    for turn in range(TURNS):
        if prepare:
            prepare(turn)
        env.cr.commit()
        started = time.perf_counter()
        work(turn)
        env.cr.commit()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def show(name, measured, floor, unit="x the bare ORM"):
    print(
        f"{name:<46}{measured / floor:6.2f} {unit}"
        f"   ({measured * 1000:.1f} ms / {floor * 1000:.1f} ms)"
    )


def make_products(number, prefix):
    return env["product.product"].create(
        [
            {
                "name": f"{prefix} {i}",
                "default_code": f"{prefix}-{i}",
                "barcode": f"{prefix}{i:010d}",
                "type": "consu",
                "amazon_brand": "Acme",
                "description_sale": "Rolls on four wheels.",
            }
            for i in range(number)
        ]
    )


def with_and_without(work):
    """Return the times of *work* with automatic mode on and off."""
    found = []
    for automatic in (False, True):
        account.automatic = automatic
        env.cr.commit()
        env["integrator.site"]._get_subscriptions()
        work(99)
        found.append(seconds(work))
    return found[1], found[0]


def write_single(turn):
    """Write one product after the other, each in a transaction of its own."""
    for number, product in enumerate(products[:20]):
        product.name = f"Single {turn} {number} {account.automatic}"
        env.cr.commit()


def write_batch(turn):
    """Write many products at once."""
    products.write({"description_sale": f"Batch {turn} {account.automatic}"})


def create_batch(turn):
    """Import many products at once."""
    make_products(RECORDS, f"N{turn}{account.automatic:d}{time.monotonic_ns()}")


def fresh_messages(_turn):
    """Let every listing wait for its first message again."""
    env["amazon.feed"].search([]).unlink()
    env["amazon.feed.message"].search([]).unlink()
    listings.write({"state": "new", "accepted": False})
    env["amazon.feed.message"]._queue([i._prepare_queue_vals(set()) for i in listings])
    env.invalidate_all()


def build(_turn):
    """Build the feed of all that waits."""
    env.invalidate_all()
    env["amazon.feed"]._job_build(account, shop, "JSON_LISTINGS_FEED")


def read_and_serialise(_turn):
    """Read the same values of the same products and serialise them: the floor."""
    env.invalidate_all()
    names = ["display_name", "barcode", "description_sale", "amazon_brand"]
    names += ["amazon_condition", "amazon_product_type", "categ_id", "default_code"]
    with tempfile.TemporaryFile() as target:
        for values in products.read(names):
            target.write(json.dumps(values).encode())


def fan_out(_turn):
    """Turn many events into messages."""
    env["product.integration"]._job_dispatch()


def record_events(_turn):
    account.automatic = True
    env["product.integration"]._record_manual(products, "write", "amazon")


shop = env.ref("integrator_amazon.marketplace_de")
account = env["amazon.account"].create(
    {
        "name": "Bench",
        "seller_id": "A1BENCH",
        "lwa_client_id": "-",
        "lwa_client_secret": "-",
        "refresh_token": "-",
        "marketplace_ids": [(6, 0, shop.ids)],
    }
)
products = make_products(RECORDS, "B")
env.cr.commit()

show("product write, one by one, committed", *with_and_without(write_single))
show(f"product write, {RECORDS} at once", *with_and_without(write_batch))
show(f"product create, {RECORDS} at once", *with_and_without(create_batch))

record_events(0)
env["product.integration"]._job_dispatch()
listings = env["amazon.listing"].search([("product_id", "in", products.ids)])
env.cr.commit()
build_time = seconds(build, fresh_messages)
floor_time = seconds(read_and_serialise)
show(f"messages built, {RECORDS}", build_time, floor_time, "x read and serialise")
print(f"{'':<46}{RECORDS / build_time:6.0f} messages/s")
dispatch_time = seconds(fan_out, record_events)
print(f"{'events dispatched':<46}{RECORDS / dispatch_time:6.0f} events/s")
