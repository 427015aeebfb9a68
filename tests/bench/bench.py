# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the suite costs, as ratios against a floor measured in the same run.

Runs in Odoo's shell, on a database of its own: ``make bench``. ``env`` is the shell's.
"""

import csv
import gzip
import io
import itertools
import json
import os
import statistics
import sys
import tempfile
import time

from lxml import etree

from odoo.addons.integrator_amazon import archive
from odoo.addons.integrator_amazon.feeds.envelope import Envelope, element
from odoo.addons.integrator_amazon.feeds.processing_report import (
    read_processing_report,
)
from odoo.addons.integrator_amazon.models.amazon_feed_handler import Outcome
from odoo.addons.integrator_amazon.reports.flat_file import FlatFile
from odoo.addons.integrator_amazon.reports.text import open_text

# Odoo's shell does not look here by itself.
sys.path.insert(0, os.getcwd())
from deploy.simulator.product_types import PRODUCT_TYPES  # noqa: E402
from deploy.simulator.schemas import schema_of  # noqa: E402

RECORDS = 1000
MANY = 2000
TURNS = 5
LINES = 2


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
                "amazon_gtin_exempt": True,
                "list_price": 49.9,
                "type": "consu",
                "is_storable": True,
                "amazon_brand": "Acme",
                "description_sale": "Rolls on four wheels.",
            }
            for i in range(number)
        ]
    )


def with_and_without(work, turns=2 * TURNS):
    """Return the median times of *work*, committed, with automatic mode on and off.

    The two take turns, so that both meet the same moods of the machine. Each change of
    the mode empties Odoo's caches: some work fills them again before any is measured.
    """
    times = {True: [], False: []}
    for turn in range(turns):
        for automatic in (turn % 2 == 0, turn % 2 == 1):
            account.automatic = automatic
            env.cr.commit()
            work(next(serial))
            env.cr.commit()
            for _ in range(2):
                number = next(serial)
                started = time.perf_counter()
                work(number)
                env.cr.commit()
                times[automatic].append(time.perf_counter() - started)
    return statistics.median(times[True]), statistics.median(times[False])


def write_single(number):
    """Write one product after the other, each in a transaction of its own."""
    for place, product in enumerate(products[:20]):
        product.name = f"Single {number} {place}"
        env.cr.commit()


def write_batch(number):
    """Write many products at once."""
    products.write({"description_sale": f"Batch {number}"})


def write_many(number):
    """Write more products at once, a field of their own."""
    many.write({"default_code": f"M{number}"})


def create_batch(number):
    """Import many products at once."""
    make_products(RECORDS, f"N{number}")


def prepare_deliveries(number):
    """Return so many deliveries of sale orders, reserved and ready to validate."""
    partner = env["res.partner"].create({"name": "Customer"})
    lines = [
        (0, 0, {"product_id": product.id, "product_uom_qty": 1})
        for product in products[:LINES]
    ]
    orders = env["sale.order"].create(
        [{"partner_id": partner.id, "order_line": lines} for _ in range(number)]
    )
    orders.action_confirm()
    env.cr.commit()
    return iter(orders.picking_ids)


def deliver(_number):
    """Validate one delivery."""
    picking = next(deliveries)
    picking.button_validate()
    if picking.state != "done":
        raise RuntimeError("the delivery was not validated")


def stock_up():
    """Put on the shelf what is delivered."""
    location = env["stock.warehouse"].search([], limit=1).lot_stock_id
    for product in products[:LINES]:
        env["stock.quant"]._update_available_quantity(product, location, 10**6)
    env.cr.commit()


def fresh_messages(_turn):
    """Let every listing wait for its first message again."""
    env["amazon.feed"].search([]).unlink()
    env["amazon.feed.message"].search([]).unlink()
    listings._write_quietly({"state": "new", "accepted": False, "sent": False})
    listings._queue_messages(dict.fromkeys(listings, {"whole"}))
    env.invalidate_all()


def build(_turn):
    """Build the feed of all that waits."""
    env.invalidate_all()
    env["amazon.feed"]._job_build(account, shop, "JSON_LISTINGS_FEED")


def read_and_serialise(_turn):
    """Read the same values of the same products and serialise them: the floor.

    Stock and price are worked out by Odoo there as well, since they are what is sent.
    """
    env.invalidate_all()
    names = ["display_name", "barcode", "description_sale", "amazon_brand", "weight"]
    names += ["amazon_condition", "amazon_product_type", "categ_id", "default_code"]
    names += ["free_qty", "lst_price", "standard_price", "amazon_bullets"]
    with tempfile.TemporaryFile() as target:
        for values in products.read(names):
            target.write(json.dumps(values).encode())


def fan_out(_turn):
    """Turn many events into messages."""
    env["product.integration"]._job_dispatch()


def record_events(_turn):
    account.automatic = True
    env["product.integration"]._record_manual(products, "write", "amazon")


def settle(_turn):
    """Store that Amazon accepted everything of the feed."""
    feed = env["amazon.feed"].search([("account_id", "=", account.id)], limit=1)
    handler = feed._get_handler(feed.feed_type)
    outcome = Outcome(True, "Accepted.", data={"item": {}, "notes": ""})
    feed._settle(handler, dict.fromkeys(feed.message_ids.mapped("number"), outcome))


def built_feed(turn):
    """Build the feed whose answer is to be stored."""
    fresh_messages(turn)
    build(turn)


def know_product_type():
    """Keep the simulator's schema of the plain product type, as if it were fetched."""
    document = schema_of(PRODUCT_TYPES["PRODUCT"], "LISTING", shop.marketplace_id)
    record = env["amazon.product.type"].create(
        {
            "account_id": account.id,
            "marketplace_id": shop.id,
            "name": "PRODUCT",
            "requirements": "LISTING",
            "state": "ready",
            "checksum": "bench",
        }
    )
    source = io.BytesIO(json.dumps(document).encode())
    archive.keep(record, "schema", source, "schema.json.gz")


shop = env.ref("integrator_amazon.marketplace_de")
account = env["amazon.account"].create(
    {
        # What is measured must not wait for a report on what is there.
        "match_first": False,
        "image_required": False,
        "name": "Bench",
        "seller_id": "A1BENCH",
        "mode": "live",
        "lwa_client_id": "-",
        "lwa_client_secret": "-",
        "refresh_token": "-",
        "marketplace_ids": [(6, 0, shop.ids)],
    }
)
products = make_products(RECORDS, "B")
many = make_products(MANY, "M")
stock_up()
know_product_type()
shop.currency_id.active = True
if not shop.currency_id.rate_ids:
    shop.currency_id.rate_ids = [(0, 0, {"name": "2020-01-01", "rate": 1.0})]
serial = itertools.count(1)
# Jobs would be done by others; here they only wait.
account.sync_interval = 3600

show("product write, one by one, committed", *with_and_without(write_single))
show(f"product write, {RECORDS} at once", *with_and_without(write_batch))
show(f"product write, {MANY} at once", *with_and_without(write_many))
turns = 20
deliveries = prepare_deliveries(turns * 6)
show(f"delivery of {LINES} lines validated", *with_and_without(deliver, turns))
if not env["product.integration"].search_count(
    [("record_operation", "=", "inventory")]
):
    raise RuntimeError("the deliveries were not recorded")
show(f"product create, {RECORDS} at once", *with_and_without(create_batch, 2))

# As in a database that was not filled a moment ago.
env.cr.execute("ANALYZE")
record_events(0)
env["product.integration"]._job_dispatch()
listings = env["amazon.listing"].search([("product_id", "in", products.ids)])
env.cr.commit()
build_time = seconds(build, fresh_messages)
floor_time = seconds(read_and_serialise)
show(f"messages built, {RECORDS}", build_time, floor_time, "x read and serialise")
print(f"{'':<46}{RECORDS / build_time:6.0f} messages/s")
settle_time = seconds(settle, built_feed)
print(f"{'answers stored':<46}{RECORDS / settle_time:6.0f} messages/s")
dispatch_time = seconds(fan_out, record_events)
print(f"{'events dispatched':<46}{RECORDS / dispatch_time:6.0f} events/s")


# === THE CONNECTION === #

ROWS = 50_000
COLUMNS = [f"column-{number}" for number in range(30)]
SHEET = "\n".join(
    ["\t".join(COLUMNS)]
    + ["\t".join(f"v{row}-{cell}ä" for cell in range(30)) for row in range(ROWS)]
).encode()
ANSWER = (
    "<AmazonEnvelope><Message><MessageID>1</MessageID><ProcessingReport>"
    "<StatusCode>Complete</StatusCode><ProcessingSummary>"
    "<MessagesProcessed>25000</MessagesProcessed></ProcessingSummary>"
    + "".join(
        f"<Result><MessageID>{number}</MessageID><ResultCode>Error</ResultCode>"
        "<ResultMessageCode>18028</ResultMessageCode>"
        "<ResultDescription>Your order cannot be found.</ResultDescription></Result>"
        for number in range(1, 25_001)
    )
    + "</ProcessingReport></Message></AmazonEnvelope>"
).encode()
CALLS = 200


def take_tokens(_turn):
    """Spend tokens of a bucket that never runs dry, each in its own transaction."""
    budgets = env["amazon.rate.budget"]
    for _ in range(CALLS):
        budgets._take(account, "getFeed", 0)


def count_in_the_database(_turn):
    """Update one row so often, each time in its own transaction: the floor."""
    for _ in range(CALLS):
        with env.registry.cursor() as cr:
            cr.execute("UPDATE amazon_rate_budget SET used = used + 1")


def read_sheet(_turn):
    """Find out the charset of a report and read its rows by the names of columns."""
    text = open_text(io.BytesIO(SHEET), content_type="text/plain")
    return sum(1 for _row in FlatFile(text.stream, COLUMNS))


def read_sheet_by_csv(_turn):
    """Read the same rows with Python's own reader, the charset known: the floor."""
    text = io.TextIOWrapper(io.BytesIO(SHEET), encoding="utf-8", newline="")
    return sum(1 for _row in csv.DictReader(text, delimiter="\t", quoting=3))


def read_answer(_turn):
    """Read an answer to 25,000 messages."""
    return len(read_processing_report(io.BytesIO(ANSWER)).results)


def parse_answer(_turn):
    """Parse the same document, and do nothing with it: the floor."""
    return etree.fromstring(ANSWER)


def acknowledgement(number):
    """Return one message of an XML feed."""
    order = element("AmazonOrderID", f"123-{number:07d}-1234567")
    return element("OrderAcknowledgement", order, element("StatusCode", "Success"))


def write_envelope(_turn):
    """Write an XML feed, message by message."""
    with Envelope(io.BytesIO(), "A1BENCH", "OrderAcknowledgement") as envelope:
        for number in range(10_000):
            envelope.add(acknowledgement(number))


def make_elements(_turn):
    """Make the same elements and turn each to bytes: the floor."""
    for number in range(10_000):
        etree.tostring(acknowledgement(number))


def keep_document(_turn):
    """Archive a report and read it back."""
    archive.keep(feed, "document", io.BytesIO(SHEET), "report.txt.gz")
    with archive.unpack(feed, "document") as source:
        while source.read(1 << 20):
            pass


def pack_document(_turn):
    """Pack and unpack the same bytes in memory: the floor."""
    gzip.decompress(gzip.compress(SHEET, mtime=0))


env["amazon.rate.budget"]._take(account, "getFeed", 0)
env["amazon.rate.budget"].search([]).write({"burst": 10**6, "tokens": 10**6})
feed = env["amazon.feed"].search([], limit=1)
env.cr.commit()
show(
    f"tokens taken, {CALLS}",
    seconds(take_tokens),
    seconds(count_in_the_database),
    "x one UPDATE, committed",
)
sheet_time = seconds(read_sheet)
show(f"flat file, {ROWS} rows", sheet_time, seconds(read_sheet_by_csv), "x csv")
print(f"{'':<46}{ROWS / sheet_time:6.0f} rows/s of 30 columns")
show(
    "answer to 25,000 messages read",
    seconds(read_answer),
    seconds(parse_answer),
    "x lxml's parser",
)
envelope_time = seconds(write_envelope)
show("XML feed, 10,000 messages", envelope_time, seconds(make_elements), "x lxml")
print(f"{'':<46}{10_000 / envelope_time:6.0f} messages/s")
megabytes = len(SHEET) >> 20
show(
    f"report archived, {megabytes} MB",
    seconds(keep_document),
    seconds(pack_document),
    "x gzip",
)
