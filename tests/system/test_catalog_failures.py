# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is wrong with a product, or with Amazon, and what becomes of all others."""

from __future__ import annotations

import os

import pytest

from tests.system.catalog import DE, FR, MAIN_IMAGE
from tests.system.faults import ANSWERS, TOO_SLOW, line_up, struck
from tests.system.scenario import product_values

PLACES = (DE, FR)
FULL = bool(os.environ.get("CATALOG_FULL"))
MANY, BROKEN = (25_000, 1_000) if FULL else (2_500, 100)
# Shorter than the account waits for an answer, and long enough to find the worker.
DELAY = {"kind": "delay", "seconds": 2.5}


@pytest.fixture(scope="module")
def stocked(running_catalog):
    """Products that Amazon has, with a stock of one each."""
    own = {"is_storable": True, "prefix": "CALL"}
    products = running_catalog.listed(*[own] * 60)
    for product in products:
        running_catalog.count(product, 1)
    running_catalog.wait()
    running_catalog.check_equal(products, PLACES)
    return products


# === WHAT A PERSON ENTERED WRONGLY === #


def test_each_wrong_product_is_told_and_no_other_is_held_up(catalog):
    wrong = {
        "no sku": ({"default_code": False, "name": "Nameless"}, "Nameless has no"),
        "no gtin": ({"barcode": "4006381333932"}, "4006381333932 is no GTIN"),
        "no image": ({"image_variant_1920": False}, "has no image"),
        "long title": ({"name": "ü" * 101}, "200"),
        "no brand": ({"amazon_brand": False}, "Brand Name is missing"),
        "no price": ({"list_price": 0}, "has no price"),
    }
    good = [{"name": "Good"}, {"name": "Bell\x07 and\x0b tab\tulator"}]
    twice = [{"default_code": "TWICE", "name": n} for n in ("First", "Second")]
    many = [*twice, *good, *(values for values, _text in wrong.values())]
    feeds = len(catalog.accepted_feeds())
    first, second, *others = catalog.create_all(many)
    catalog.wait()
    assert len(catalog.accepted_feeds()) - feeds <= 2 * len(PLACES)

    (row,) = catalog.rows(second)
    assert row["amazon_status"] == "error"
    assert "TWICE is the SKU of" in row["amazon_status_data"]
    assert catalog.rows(first)[0]["amazon_status"] == "success"
    assert catalog.title_at_amazon("TWICE") == {"First"}
    for product in others[: len(good)]:
        assert catalog.rows(product)[0]["amazon_status"] == "success"
        assert len(catalog.at_amazon(catalog.sku(product))) == len(PLACES)
    assert catalog.sdk.value(catalog.sku(others[1]), "item_name") == (
        "Bell and tab ulator"
    )
    for product, (name, (_values, text)) in zip(
        others[len(good) :], wrong.items(), strict=True
    ):
        (row,) = catalog.rows(product)
        assert row["amazon_status"] == "error", name
        assert text in row["amazon_status_data"], name
        if name == "no sku":
            continue
        assert text in catalog.problem(product), name
        found = catalog.at_amazon(catalog.sku(product))
        # What lacks an image only is there all the same, with all the rest.
        assert len(found) == (len(PLACES) if name == "no image" else 0), name
        assert not any(MAIN_IMAGE in item["attributes"] for item in found)

    # Corrected, each of them goes.
    right = product_values(name="Corrected")
    for product in others[len(good) :]:
        names = ("name", "amazon_brand", "list_price", "image_variant_1920")
        values = {name: right[name] for name in names}
        sku = catalog.sku(product) or f"NOW-{product}"
        barcode = product_values()["barcode"]
        catalog.write(product, **values, default_code=sku, barcode=barcode)
    catalog.wait()
    for product in others[len(good) :]:
        row = catalog.rows(product)[-1]
        assert row["amazon_status"] == "success", row["amazon_status_data"]
        assert catalog.problem(product) == ""
        assert len(catalog.at_amazon(catalog.sku(product))) == len(PLACES)


def test_marketplace_whose_currency_has_no_rate(catalog, connect_account):
    """It is told of each product; the other marketplace has them all."""
    simulator, odoo = catalog.simulator, catalog.odoo
    american = connect_account(odoo, simulator, seller_index=1, marketplaces=2)
    (account,) = odoo.search_read(
        "amazon.account", [("id", "=", american)], ["marketplace_ids"]
    )
    money = odoo.search_read(
        "amazon.marketplace",
        [("id", "in", account["marketplace_ids"])],
        ["currency_id", "marketplace_id"],
    )
    (canadian,) = [m for m in money if m["currency_id"][1] == "CAD"]
    rates = odoo.search_read(
        "res.currency.rate", [("currency_id", "=", canadian["currency_id"][0])], []
    )
    odoo.call("res.currency.rate", "unlink", [rate["id"] for rate in rates])
    odoo.write("amazon.account", [american], {"sync_interval": 1})
    try:
        products = catalog.create_all([{}, {}])
        catalog.wait()
        skus = sorted(catalog.sku(product) for product in products)
        for product in products:
            (row,) = catalog.rows(product)
            assert row["amazon_status"] == "error"
            assert "no exchange rate for CAD" in row["amazon_status_data"]
            assert "CAD" in catalog.problem(product, canadian["marketplace_id"])
            assert catalog.problem(product, DE) == ""
        seller = simulator.sellers[1]["seller_id"]
        there = simulator.listings(seller_id=seller)
        assert sorted(item["sku"] for item in there) == skus
        assert canadian["marketplace_id"] not in {i["marketplace_id"] for i in there}
        for sku in skus:
            assert len(catalog.at_amazon(sku, marketplace_id=DE)) == 1
    finally:
        odoo.write("amazon.account", [american], {"automatic": False})


# === CALLS === #


def test_single_change_is_a_call_and_is_there_soon(catalog, stocked):
    product = stocked[0]
    sku = catalog.sku(product)
    feeds, calls = len(catalog.accepted_feeds()), len(catalog.calls(sku))
    catalog.count(product, 7)
    catalog.odoo.wait_until(
        lambda: catalog.offered({sku})[FR][sku][0] == 7,
        5,
        "one change of stock is not at Amazon",
        pause=0.1,
    )
    catalog.wait()
    assert len(catalog.calls(sku)) == calls + 1
    assert len(catalog.accepted_feeds()) == feeds
    catalog.check_equal([product], PLACES)


def test_many_changes_at_once_are_a_feed(catalog, stocked):
    feeds, calls = len(catalog.accepted_feeds()), len(catalog.calls())
    templates = catalog.odoo.search_read(
        "product.product", [("id", "in", stocked)], ["product_tmpl_id"]
    )
    catalog.odoo.write(
        "product.template",
        [found["product_tmpl_id"][0] for found in templates],
        {"list_price": 51.5},
    )
    catalog.wait()
    catalog.check_equal(stocked, PLACES)
    assert len(catalog.accepted_feeds()) == feeds + len(PLACES)
    assert len(catalog.calls()) == calls


def test_every_bad_answer_of_a_call(catalog, stocked):
    """One after the other; the changes get there, each once more than it failed."""
    faults = [*ANSWERS, TOO_SLOW]
    with catalog.set(call_timeout=3):
        line_up(catalog.simulator, "patchListingsItem", faults)
        for number, product in enumerate(stocked[:4]):
            catalog.count(product, 20 + number)
        catalog.wait()
    assert struck(catalog.simulator) == len(faults)
    catalog.check_equal(stocked, PLACES)
    for product in stocked[:4]:
        assert catalog.rows(product)[-1]["amazon_status"] == "success"


def wait_until_called(catalog):
    catalog.odoo.wait_until(
        lambda: catalog.simulator.faults_used("delay"), 60, "no call", pause=0.05
    )


def check_after_kill(catalog, stocked, product):
    """The change is there, and nothing of any other was lost."""
    rows = catalog.settled(product, timeout=120, hurry=True)
    assert rows[-1]["amazon_status"] == "success"
    catalog.wait()
    catalog.check_equal(stocked, PLACES)
    catalog.wait_until_idle(hurry=True)


def test_all_workers_killed_before_a_call(catalog, stocked):
    product = stocked[5]
    catalog.count(product, 31)
    catalog.kill_all()
    catalog.odoo.wait_until_steady()
    check_after_kill(catalog, stocked, product)


def test_worker_killed_during_a_call(catalog, stocked):
    product = stocked[6]
    catalog.simulator.fault("patchListingsItem", **DELAY)
    catalog.count(product, 32)
    wait_until_called(catalog)
    catalog.kill_job("_job_call")
    check_after_kill(catalog, stocked, product)


def test_worker_killed_after_a_call(catalog, stocked):
    """Amazon has changed the listing, and nothing of that is written down."""
    product = stocked[7]
    sku = catalog.sku(product)
    catalog.simulator.fault("patchListingsItem", **DELAY)
    catalog.count(product, 33)
    wait_until_called(catalog)
    with catalog.locked("amazon_feed_message"):
        catalog.wait_until_blocked("amazon_feed_message")
        assert catalog.offered({sku})[DE][sku][0] == 33
        catalog.kill_job("_job_call")
    check_after_kill(catalog, stocked, product)


# === MANY, OF WHICH SOME FAIL === #


def multiply(catalog, product, times):
    """Make copies of a product past the ORM; return their ids.

    Each has a reference of its own, and nothing that must not come twice.
    """
    odoo = catalog.odoo

    def columns(table, *without):
        rows = odoo.sql(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s",
            [table],
        )
        return ", ".join(
            f'"{name}"' for (name,) in rows if name not in ("id", *without)
        )

    common, own = (
        columns("product_template"),
        columns("product_product", "product_tmpl_id", "default_code", "barcode"),
    )
    rows = odoo.sql(
        f"""
        WITH made AS (
            INSERT INTO product_template ({common})
            SELECT {common} FROM product_template
              JOIN generate_series(1, %(times)s) ON TRUE
             WHERE id = (SELECT product_tmpl_id FROM product_product
                          WHERE id = %(product)s)
            RETURNING id)
        INSERT INTO product_product ({own}, product_tmpl_id, default_code)
        SELECT {own}, made.id, 'MANY-' || made.id FROM product_product
          JOIN made ON TRUE WHERE product_product.id = %(product)s
        RETURNING id
        """,
        {"times": times, "product": product},
    )
    return [row[0] for row in rows]


def mails_of(catalog, cause):
    """Return how many mails went out for an alert."""
    found = catalog.alerts(cause)
    posted = catalog.odoo.search_read(
        "mail.message",
        [
            ("model", "=", "integrator.alert"),
            ("res_id", "in", [alert["id"] for alert in found]),
        ],
        ["partner_ids"],
    )
    return len([message for message in posted if message["partner_ids"]])


class Many:
    """Many products on Amazon, of which Amazon will refuse some."""

    def __init__(self, catalog):
        self.catalog, self.odoo = catalog, catalog.odoo
        model = catalog.create(
            barcode=False, amazon_gtin_exempt=True, image_variant_1920=False
        )
        self.products = multiply(catalog, model, MANY)
        self.describe("Many.")
        self.skus = sorted(item["sku"] for item in self.listings())
        assert len(self.skus) == MANY

    def describe(self, text):
        """Change all of them, and wait for Amazon's answers."""
        self.odoo.write("product.product", self.products, {"description_sale": text})
        self.catalog.all_settled(1800, hurry=True)

    def listings(self):
        """Return them as Amazon has them."""
        found = self.catalog.simulator.listings(marketplace_id=DE)
        return [item for item in found if item["sku"].startswith("MANY-")]

    def break_some(self):
        """Let Amazon refuse some, for two causes; return dict SKU -> code.

        Odoo cannot know of it: someone was at work in Seller Central.
        """
        broken = self.skus[:: MANY // BROKEN]
        ended, spoilt = broken[: BROKEN // 2], broken[BROKEN // 2 :]
        seller = self.catalog.simulator.sellers[0]["seller_id"]
        for sku in spoilt:
            self.catalog.simulator.change_listing(
                seller, DE, sku, attributes={"brand": None}
            )
        self.catalog.end_at_amazon(ended)
        return {**dict.fromkeys(ended, "13013"), **dict.fromkeys(spoilt, "90220")}

    def check_refused(self, wanted):
        """Just these are errors, on the messages and on the events."""
        failed = self.odoo.sql(
            "SELECT key, code FROM amazon_feed_message WHERE cause IS NOT NULL"
            " AND key LIKE 'MANY-%%'"
        )
        assert dict(failed) == wanted and len(failed) == BROKEN
        rows = self.odoo.sql(
            "SELECT p.default_code, e.amazon_status_data FROM product_integration e"
            " JOIN product_product p ON p.id = e.record_id"
            " WHERE e.record_model = 'product.product' AND e.amazon_status = 'error'"
            " AND p.default_code LIKE 'MANY-%%'"
        )
        assert {sku: text.split(":")[0] for sku, text in rows} == wanted

    def check_told(self, codes):
        """Each cause is told once, with the number of those it concerns."""
        causes = {
            found["cause"].split(":")[0]: found["message_count"]
            for found in self.odoo.search_read(
                "amazon.message.cause", [], ["cause", "message_count"]
            )
        }
        for code in set(codes):
            assert causes[code] == codes.count(code)
            (alert,) = self.catalog.alerts(f"amazon:%:rejected:{code}")
            assert alert["name"].startswith("Amazon rejected")
            assert mails_of(self.catalog, f"amazon:%:rejected:{code}") == 1


def test_those_that_fail_of_many_are_told_by_cause(catalog):
    (country,) = catalog.odoo.search_read(
        "amazon.marketplace", [("marketplace_id", "=", DE)], ["id"]
    )
    with catalog.set(image_required=False, marketplace_ids=[(6, 0, [country["id"]])]):
        many = Many(catalog)
        wanted = many.break_some()
        feeds = len(catalog.accepted_feeds())
        many.describe("Many more.")
    # A feed takes what was dispatched until it is built, 2,000 changes at a time.
    assert len(catalog.accepted_feeds()) - feeds <= 2 + MANY // 2_000
    many.check_refused(wanted)
    changed = {
        item["sku"]
        for item in many.listings()
        if item["attributes"]["product_description"][0]["value"] == "Many more."
    }
    assert changed == set(many.skus) - wanted.keys()
    many.check_told(list(wanted.values()))
