# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One product all the way to Amazon's answer, and many of them."""

from __future__ import annotations

import threading

from tests.system.scenario import TINY, product_values


def test_product_reaches_amazon(shop):
    product = shop.create(name="Hard shell case", amazon_brand="Rollfix")
    seen = []

    def watch():
        row = shop.rows(product)[:1]
        status = row and row[0]["amazon_status"]
        if row and (not seen or seen[-1] != status):
            seen.append(status)
        return status == "success"

    shop.odoo.wait_until(watch, 90, "the product did not reach Amazon", pause=0.05)
    (row,) = shop.rows(product)
    assert row["record_operation"] == "create"
    assert row["amazon_status_timestamp"]
    assert seen == [False, "submitted", "pending", "success"]

    sku = shop.sku(product)
    listings = shop.at_amazon(sku)
    assert len(listings) == 2
    for listing in listings:
        attributes = listing["attributes"]
        assert attributes["item_name"][0]["value"] == "Hard shell case"
        assert attributes["brand"][0]["value"] == "Rollfix"
        assert attributes["condition_type"][0]["value"] == "new_new"
        assert attributes["externally_assigned_product_identifier"][0]["type"] == "ean"

    in_odoo = shop.odoo.search_read(
        "amazon.listing",
        [("product_id", "=", product)],
        ["asin", "state", "submission_state", "last_feed_id", "accepted_text"],
    )
    assert {item["state"] for item in in_odoo} == {"listed"}
    assert {item["submission_state"] for item in in_odoo} == {"success"}
    assert {item["asin"] for item in in_odoo} == {item["asin"] for item in listings}
    assert all(item["last_feed_id"] for item in in_odoo)
    assert all("Hard shell case" in item["accepted_text"] for item in in_odoo)


def test_product_that_lacks_what_amazon_demands_costs_no_call(shop):
    feeds = len(shop.accepted_feeds())
    product = shop.create(amazon_brand=False)
    (row,) = shop.settled(product)
    assert row["amazon_status"] == "error"
    assert "Brand Name is missing" in row["amazon_status_data"]
    listing = shop.odoo.search_read(
        "amazon.listing", [("product_id", "=", product)], ["problem_text", "state"]
    )[0]
    assert "Brand Name is missing" in listing["problem_text"]
    assert listing["state"] == "new"
    assert len(shop.accepted_feeds()) == feeds
    (alert,) = shop.alerts("amazon:%:not-sendable:Brand%")
    posted = shop.odoo.search_read(
        "mail.message",
        [("model", "=", "integrator.alert"), ("res_id", "=", alert["id"])],
        ["body", "partner_ids"],
    )
    assert len([message for message in posted if message["partner_ids"]]) == 1

    shop.write(product, amazon_brand="Acme")
    rows = shop.settled(product)
    assert [row["amazon_status"] for row in rows] == ["error", "success"]
    assert len(shop.at_amazon(shop.sku(product))) == 2


def test_product_without_reference_is_named(shop):
    product = shop.create(default_code=False, name="Nameless")
    (row,) = shop.settled(product)
    assert row["amazon_status"] == "error"
    assert "Nameless has no internal reference" in row["amazon_status_data"]
    shop.write(product, default_code="NAMED-1")
    assert shop.settled(product)[-1]["amazon_status"] == "success"
    assert shop.title_at_amazon("NAMED-1") == {"Nameless"}


def test_thousand_products_are_a_thousand_rows_and_few_feeds(shop):
    before = len(shop.accepted_feeds())
    jobs = shop.odoo.sql("SELECT count(*) FROM queue_job")[0][0]
    products = shop.odoo.rpc(
        "product.product",
        "create",
        [[product_values("BULK", image_variant_1920=TINY) for _ in range(1000)]],
    )
    shop.all_settled(240)
    rows = shop.odoo.sql(
        "SELECT amazon_status, count(*) FROM product_integration"
        " WHERE record_id = ANY(%s) AND record_model = 'product.product' GROUP BY 1",
        [products],
    )
    assert rows == [("success", 1000)]
    # Two marketplaces, and a feed is for one of them.
    assert len(shop.accepted_feeds()) - before in (2, 4)
    assert shop.odoo.sql("SELECT count(*) FROM queue_job")[0][0] - jobs < 60
    skus = {item["sku"] for item in shop.simulator.listings()}
    assert len([sku for sku in skus if sku.startswith("BULK-")]) == 1000


def test_only_what_changed_is_sent(shop):
    product = shop.create(name="Before")
    shop.settled(product)
    shop.write(product, name="After")
    shop.settled(product)
    assert shop.title_at_amazon(shop.sku(product)) == {"After"}
    operations = shop.odoo.sql(
        "SELECT m.operation FROM amazon_feed_message m JOIN amazon_listing l"
        " ON l.id = m.listing_id WHERE l.product_id = %s ORDER BY m.id",
        [product],
    )
    assert [row[0] for row in operations] == ["UPDATE", "UPDATE", "PATCH", "PATCH"]
    feeds = len(shop.accepted_feeds())
    shop.write(product, name="After")
    rows = shop.settled(product)
    assert rows[-1]["amazon_status"] == "success"
    assert len(shop.accepted_feeds()) == feeds


def test_archived_and_deleted_products_leave_amazon(shop):
    archived, deleted = shop.create(), shop.create()
    shop.settled(archived), shop.settled(deleted)
    gone = shop.sku(deleted)
    shop.write(archived, active=False)
    shop.odoo.rpc("product.product", "unlink", [[deleted]])
    shop.settled(archived), shop.settled(deleted)
    assert shop.at_amazon(shop.sku(archived)) == []
    assert shop.at_amazon(gone) == []


def test_deleted_while_its_create_still_waits(shop):
    shop.odoo.write("amazon.account", shop.accounts, {"sync_interval": 5})
    try:
        product = shop.create()
        sku = shop.sku(product)
        feeds = len(shop.accepted_feeds())
        shop.odoo.rpc("product.product", "unlink", [[product]])
        rows = shop.settled(product)
    finally:
        shop.odoo.write("amazon.account", shop.accounts, {"sync_interval": 1})
    assert [row["record_operation"] for row in rows] == ["create", "unlink"]
    assert {row["amazon_status"] for row in rows} == {"success"}
    assert shop.at_amazon(sku) == []
    assert len(shop.accepted_feeds()) == feeds


def test_changed_while_its_feed_is_in_flight(shop):
    product = shop.create(name="First")
    shop.odoo.wait_until(
        lambda: shop.rows(product)[0]["amazon_status"] in ("submitted", "pending"),
        60,
        "not submitted",
        pause=0.05,
    )
    for name in ("Second", "Third"):
        shop.write(product, name=name)
    shop.settled(product)
    assert shop.title_at_amazon(shop.sku(product)) == {"Third"}


def test_deleted_while_its_feed_is_in_flight(shop):
    product = shop.create()
    sku = shop.sku(product)
    shop.odoo.wait_until(
        lambda: shop.rows(product)[0]["amazon_status"] in ("submitted", "pending"),
        60,
        "not submitted",
        pause=0.05,
    )
    shop.odoo.rpc("product.product", "unlink", [[product]])
    rows = shop.settled(product)
    assert {row["amazon_status"] for row in rows} == {"success"}
    assert shop.at_amazon(sku) == []


def test_changed_by_two_users_at_once(shop):
    """Amazon ends with what the database ends with, whoever committed last."""
    products = [shop.create() for _ in range(5)]
    errors = []

    def edit(user):
        try:
            for turn in range(8):
                for product in products:
                    shop.write(product, name=f"{user} {turn}")
        except Exception as error:  # reported below, in the test's own thread
            errors.append(error)

    users = [threading.Thread(target=edit, args=(name,)) for name in ("Ann", "Bob")]
    for user in users:
        user.start()
    for user in users:
        user.join()
    assert not errors
    shop.all_settled()
    for product in products:
        (name,) = {
            p["name"]
            for p in shop.odoo.search_read(
                "product.product", [("id", "=", product)], ["name"]
            )
        }
        assert shop.title_at_amazon(shop.sku(product)) == {name}


def test_two_accounts_with_two_marketplaces(shop, connect_account):
    """One row, four messages, and the row shows the worst of them."""
    american = connect_account(
        shop.odoo, shop.simulator, seller_index=1, marketplaces=2
    )
    shop.odoo.write("amazon.account", [american], {"sync_interval": 1})
    try:
        product = shop.create()
        (row,) = shop.settled(product)
        assert row["amazon_status"] == "success"
        shop.simulator.fault(
            "createFeed", "feed_fatal", seller_id=shop.simulator.sellers[1]["seller_id"]
        )
        shop.write(product, name="Fatal in one shop")
        rows = shop.settled(product)
    finally:
        shop.odoo.write("amazon.account", [american], {"automatic": False})
    states = shop.odoo.sql(
        "SELECT m.state FROM amazon_feed_message m"
        " JOIN amazon_feed_message_product_rel r ON r.message_id = m.id"
        " WHERE r.event_id = %s ORDER BY 1",
        [rows[-1]["id"]],
    )
    assert [s[0] for s in states] == ["error", "success", "success", "success"]
    assert rows[-1]["amazon_status"] == "error"
