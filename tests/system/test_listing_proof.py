# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Accepted is not live: what Amazon shows is looked at, sent again, and raised. And
what was at Amazon before Odoo came is found, and not listed twice."""

from __future__ import annotations

import pytest

from tests.system.faults import faults_of, line_up, struck
from tests.system.scenario import Shop, barcode, product_values

FIELDS = [
    "state",
    "is_different",
    "difference_text",
    "heal_count",
    "shown_date",
    "match_state",
    "product_id",
]
# Amazon's "look again" is made by hand here, so that no test waits for minutes.
LOOK_AT_ONCE = {"proof_wait": 0}
SEARCH = "searchListingsItems"


@pytest.fixture
def proving(shop):
    """The running shop, in which a difference is looked at again at once."""
    with shop.set(**LOOK_AT_ONCE):
        yield shop
    shop.simulator.clear_faults()
    shop.all_settled()


def listings_of(shop, product):
    """Return the listings of a product, as Odoo knows them."""
    return shop.odoo.search_read(
        "amazon.listing", [("product_id", "=", product)], FIELDS, order="id"
    )


def look(shop, product):
    """Let Odoo look at the listings of a product; return them as it saw them."""
    before = {item["id"]: item["shown_date"] for item in listings_of(shop, product)}
    # What is looked at within the same second would not be told apart.
    shop.odoo.sql(
        "UPDATE amazon_listing SET shown_date = shown_date - interval '1 minute'"
        " WHERE id = ANY(%s)",
        [list(before)],
    )
    before = {item["id"]: item["shown_date"] for item in listings_of(shop, product)}
    shop.odoo.call("amazon.listing", "action_prove", list(before))

    def looked_at():
        shop.hurry()
        found = listings_of(shop, product)
        return all(item["shown_date"] != before[item["id"]] for item in found) and found

    found = shop.odoo.wait_until(looked_at, 60, "Odoo did not look")
    shop.all_settled()
    return found


def run_cron(shop):
    """Let Odoo look what is due, as it does every minute."""
    (cron,) = shop.odoo.search_read(
        "ir.cron",
        [("name", "=", "Amazon: compare listings with what Amazon shows")],
        ["id"],
    )
    shop.odoo.rpc("ir.cron", "method_direct_trigger", [[cron["id"]]])


def retitle(shop, sku, title):
    """Let a person change the title of a SKU in Seller Central, everywhere."""
    for item in shop.at_amazon(sku):
        (name,) = item["attributes"]["item_name"]
        shop.simulator.change_listing(
            item["seller_id"],
            item["marketplace_id"],
            sku,
            attributes={"item_name": [{**name, "value": title}]},
        )


def new_product(shop, **values):
    """Return a product that Amazon has, and its SKU."""
    product = shop.create(**values)
    shop.settled(product)
    return product, shop.sku(product)


def test_what_amazon_shows_is_what_was_sent(proving):
    product, _sku = new_product(proving)
    for item in look(proving, product):
        assert (item["state"], item["is_different"]) == ("listed", False), item


def test_change_behind_odoos_back_is_put_right(proving):
    product, sku = new_product(proving, name="Right title")
    retitle(proving, sku, "Wrong title")
    for item in look(proving, product):
        assert item["is_different"]
        assert "Right title" in item["difference_text"]
        assert "Wrong title" in item["difference_text"]
    assert proving.title_at_amazon(sku) == {"Right title"}
    for item in look(proving, product):
        assert (item["is_different"], item["heal_count"]) == (False, 0), item


def test_accepted_change_that_never_goes_live_is_raised(proving):
    product, sku = new_product(proving, name="Old title")
    proving.simulator.fault(
        "applyListing", "listing_not_applied", times=1000, path_contains=sku
    )
    proving.write(product, name="New title")
    assert [row["amazon_status"] for row in proving.settled(product)] == ["success"] * 2
    assert proving.title_at_amazon(sku) == {"Old title"}
    with proving.set(heal_most=2):
        for times in (1, 2):
            found = look(proving, product)
            assert {item["heal_count"] for item in found} == {times}
            assert not proving.open_alerts("%:proof:item_name")
        look(proving, product)
        ((name, description, _next),) = proving.open_alerts("%:proof:item_name")
        assert "2 listings" in name
        assert "New title" in description
        assert "Old title" in description
        # Amazon wakes up: a person sends it again.
        proving.simulator.clear_faults()
        ids = [item["id"] for item in listings_of(proving, product)]
        proving.odoo.call("amazon.listing", "action_resend", ids)
        proving.all_settled()
        assert proving.title_at_amazon(sku) == {"New title"}
        assert not any(item["is_different"] for item in look(proving, product))
    run_cron(proving)
    assert not proving.open_alerts("%:proof:%")


@pytest.mark.parametrize(
    "fault", faults_of(SEARCH), ids=lambda fault: f"{fault[0]}-{fault[1]}"
)
def test_look_that_fails_is_made_again(proving, fault):
    product, _sku = new_product(proving)
    line_up(proving.simulator, SEARCH, [fault])
    line_up(proving.simulator, "getListingsItem", [fault])
    for item in look(proving, product):
        assert not item["is_different"], item
    assert struck(proving.simulator)
    assert not proving.open_alerts("%:proof:%")


def test_worker_killed_while_it_looks(proving):
    product, sku = new_product(proving, name="Right title")
    retitle(proving, sku, "Wrong title")
    for operation in (SEARCH, "getListingsItem"):
        proving.simulator.fault(operation, "delay", seconds=2.5)
    ids = [item["id"] for item in listings_of(proving, product)]
    proving.odoo.call("amazon.listing", "action_prove", ids)
    proving.odoo.wait_until(
        lambda: proving.simulator.faults_used("delay"), 60, "no call", pause=0.05
    )
    proving.kill_job("_job_prove")
    proving.odoo.wait_until(
        lambda: proving.hurry() or proving.title_at_amazon(sku) == {"Right title"},
        120,
        "it was not put right",
    )
    proving.all_settled()
    for item in look(proving, product):
        assert (item["is_different"], item["heal_count"]) == (False, 0), item


# === WHAT WAS THERE BEFORE === #

PLACE = "ATVPDKIKX0DER"


def existing(title, code):
    """Return the attributes of a listing that a person made at Amazon."""
    where = {"marketplace_id": PLACE}
    schedule = [{"schedule": [{"value_with_tax": 1.0}]}]
    return {
        "item_name": [{"value": title, "language_tag": "en_US", **where}],
        "brand": [{"value": "Acme", "language_tag": "en_US", **where}],
        "condition_type": [{"value": "new_new", **where}],
        "externally_assigned_product_identifier": [
            {"type": "ean", "value": code, **where}
        ],
        "purchasable_offer": [
            {"currency": "USD", "audience": "ALL", "our_price": schedule, **where}
        ],
    }


@pytest.fixture
def matching(running_shop, connect_account):
    """An American account that sells at Amazon for long, and is connected now."""
    odoo, simulator = running_shop.odoo, running_shop.simulator
    seller = simulator.sellers[1]["seller_id"]
    with running_shop.set(automatic=False):
        for sku, number in (("THEIRS", 900001), ("STRANGE", 900002)):
            simulator.add_listing(
                seller,
                PLACE,
                sku,
                attributes=existing(f"Title of {sku}", barcode(number)),
            )
        account = connect_account(
            odoo, simulator, seller_index=1, marketplaces=1, match_first=True
        )
        values = {"sync_interval": 1, "lost_answer_wait": 5, "guard_jump": 0}
        odoo.write("amazon.account", [account], values)
        yield Shop(odoo, simulator, [account])
        odoo.write("amazon.account", [account], {"automatic": False, "mode": "stopped"})


def test_what_is_at_amazon_already_is_not_listed_twice(matching):
    known = matching.odoo.create(
        "product.product", product_values(barcode=barcode(900001), list_price=25.0)
    )
    fresh = matching.create()
    for product in (known, fresh):
        matching.settled(product, timeout=180, hurry=True)
    where = {"seller_id": matching.simulator.sellers[1]["seller_id"]}
    assert not matching.at_amazon(matching.sku(known), **where)
    assert matching.at_amazon(matching.sku(fresh), **where)
    (theirs,) = matching.at_amazon("THEIRS", **where)
    assert theirs["attributes"]["item_name"][0]["value"] == "Title of THEIRS"
    (offer,) = theirs["attributes"]["purchasable_offer"]
    assert offer["our_price"][0]["schedule"][0]["value_with_tax"] == 25.0
    (item,) = listings_of(matching, known)
    assert (item["state"], item["match_state"]) == ("listed", "matched")

    # What nobody knows waits for a person, and becomes a product in one click.
    (strange,) = matching.odoo.search_read(
        "amazon.listing", [("sku", "=", "STRANGE")], FIELDS
    )
    assert (strange["match_state"], strange["product_id"]) == ("unmatched", False)
    matching.odoo.call("amazon.listing", "action_create_product", [strange["id"]])
    (product,) = matching.odoo.search_read(
        "product.product", [("default_code", "=", "STRANGE")], ["name", "barcode"]
    )
    assert (product["name"], product["barcode"]) == (
        "Title of STRANGE",
        barcode(900002),
    )
    matching.settled(product["id"], hurry=True)
    assert len(matching.at_amazon("STRANGE", **where)) == 1
