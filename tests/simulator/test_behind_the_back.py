# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is accepted and never comes true, and what people do at Amazon themselves."""

from __future__ import annotations

import csv
import io

import pytest

from deploy.simulator.product_types import shipping_templates
from tests.simulator.catalog import (
    FBA,
    FR,
    codes,
    get,
    offer,
    patch_item,
    put,
    status,
    stock,
    until,
)
from tests.simulator.conftest import DE, attributes, update
from tests.simulator.test_catalog_rules import PARENT, child
from tests.simulator.test_reports import created, finished, read

GERMAN = {"language_tag": "de_DE", "marketplace_id": DE}
NEW = [{"value": "Neu", **GERMAN}]
STOCK = "fulfillment_availability"


def title(shop, sku="L-1"):
    return get(shop, "attributes", sku)["item_name"][0]["value"]


def add(shop, sku, **values):
    values = {"attributes": attributes(), **values}
    return shop.simulator.add_listing(shop.seller["seller_id"], DE, sku, **values)


def edit(shop, sku="L-1", place=DE, **values):
    seller_id = shop.seller["seller_id"]
    return shop.simulator.change_listing(seller_id, place, sku, **values)


# === ACCEPTED, AND THEN === #


def test_accepted_but_never_applied(shop):
    put(shop)
    shop.simulator.fault("applyListing", "listing_not_applied", times=2)
    answer = patch_item(shop, "replace", "item_name", NEW)
    assert (answer["status"], codes(answer)) == ("ACCEPTED", [])
    report = shop.report_on(update(1, "L-1", item_name=NEW), step=60)
    assert report["summary"]["messagesAccepted"] == 1
    assert title(shop) == "Koffer"
    patch_item(shop, "replace", "item_name", NEW)
    assert title(shop) == "Neu"


def test_one_listing_of_a_feed_is_not_applied(shop):
    how = {"path_contains": f"{DE}/N-2", "times": 100}
    shop.simulator.fault("*", "listing_not_applied", **how)
    report = shop.report_on(*(update(n, f"N-{n}") for n in range(1, 4)), step=60)
    assert report["summary"]["messagesAccepted"] == 3
    answers = [shop.item("GET", f"N-{n}").status_code for n in range(1, 4)]
    assert answers == [200, 404, 200]
    assert shop.simulator.faults_used("listing_not_applied") == 1


def test_faults_of_calls_do_not_befall_listings(shop):
    shop.simulator.fault("applyListing", "throttle")
    shop.simulator.fault_schedule(seed=1, rate=1.0, kinds=["listing_not_applied"])
    assert put(shop)["status"] == "ACCEPTED"
    assert title(shop) == "Koffer"
    assert shop.simulator.faults_used("throttle") == 0


def test_attribute_is_dropped_after_the_fact(shop):
    how = {"attribute": STOCK}
    shop.simulator.fault("applyListing", "listing_attribute_dropped", **how)
    answer = put(
        shop, purchasable_offer=[offer(our_price=9)], fulfillment_availability=stock(5)
    )
    assert answer["status"] == "ACCEPTED"
    assert STOCK in get(shop, "attributes")
    shop.advance(61)
    (issue,) = until(lambda: get(shop, "issues"))
    assert issue["attributeNames"] == [STOCK]
    assert issue["enforcements"]["actions"] == [{"action": "ATTRIBUTE_SUPPRESSED"}]
    assert STOCK not in get(shop, "attributes")
    assert status(shop) == ["DISCOVERABLE"]
    # Something else leaves the issue as it is; sent again, it is gone.
    patch_item(shop, "replace", "item_name", NEW)
    assert len(get(shop, "issues")) == 1
    patch_item(shop, "add", STOCK, stock(5))
    assert get(shop, "issues") == []
    assert status(shop) == ["BUYABLE", "DISCOVERABLE"]


def test_dropped_attribute_must_be_named(shop):
    fault = {"operation": "applyListing", "kind": "listing_attribute_dropped"}
    assert shop.http.post("/_admin/faults", json=fault).status_code == 400


# === SELLER CENTRAL === #


def test_people_change_listings_themselves(shop):
    put(shop, fulfillment_availability=stock(5))
    put(shop, place=FR)
    before = get(shop, "summaries")[0]["lastUpdatedDate"]
    changes = {"item_name": NEW, STOCK: stock(2), "brand": None}
    edit(shop, attributes=changes)
    shown = get(shop, "attributes")
    assert shown["item_name"] == NEW
    assert "brand" not in shown
    assert get(shop, "attributes", place=FR)[STOCK] == stock(2)
    assert get(shop, "summaries")[0]["lastUpdatedDate"] > before
    issue = {"code": "1", "message": "x", "severity": "ERROR", "categories": []}
    edit(shop, status=[], issues=[issue], asin="B0GIVEN123")
    (summary,) = get(shop, "summaries")
    assert (summary["status"], summary["asin"]) == ([], "B0GIVEN123")
    assert get(shop, "issues")[0]["code"] == "1"
    # The next change is Amazon's own again; the ASIN stays.
    put(shop)
    (summary,) = get(shop, "summaries")
    assert (summary["status"], summary["asin"]) == (["DISCOVERABLE"], "B0GIVEN123")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"sku": "L-9"}, 404),
        ({"seller_id": "NOBODY"}, 400),
        ({"marketplace_id": "ATVPDKIKX0DER"}, 400),
        ({"attributes": {"sparkle": [{"value": 1}]}}, 400),
        ({"attributes": {"item_name": [{"value": 1}]}}, 400),
        ({"status": ["SOLD"]}, 400),
        ({"status": "BUYABLE"}, 400),
        ({"attributes": {"item_name": NEW}}, 200),
    ],
)
def test_nonsense_changes_nothing(shop, changes, status):
    put(shop)
    own = {"seller_id": shop.seller["seller_id"], "marketplace_id": DE, "sku": "L-1"}
    answer = shop.http.patch("/_admin/listings", json={**own, **changes})
    assert answer.status_code == status, answer.text


def test_listing_that_was_there_before_odoo(shop):
    made = add(
        shop,
        "OLD-1",
        asin="B0OLD00001",
        attributes=attributes(
            fulfillment_availability=FBA, purchasable_offer=[offer(our_price=9)]
        ),
    )
    assert made["status"] == ["BUYABLE", "DISCOVERABLE"]
    assert get(shop, "summaries", "OLD-1")[0]["asin"] == "B0OLD00001"
    own = {"seller_id": shop.seller["seller_id"], "marketplace_id": DE}
    again = shop.http.post("/_admin/listings", json={**own, "sku": "OLD-1"})
    assert again.status_code == 400
    for wrong in ({"product_type": "SPACESHIP"}, {"sku": ""}, {"requirements": "X"}):
        values = {**own, "sku": "OLD-2", **wrong}
        assert shop.http.post("/_admin/listings", json=values).status_code == 400


def test_few_listings_may_be_asked_for(shop):
    for n in range(3):
        add(shop, f"OLD-{n}")
    found = shop.simulator.admin("listings?limit=2")["listings"]
    assert [item["sku"] for item in found] == ["OLD-0", "OLD-1"]
    assert len(shop.simulator.listings()) == 3


# === THE REPORT === #


def test_report_shows_all_kinds_of_listings(shop):
    keys = list(shipping_templates(shop.seller["seller_id"]))
    group = [{"value": keys[1], "marketplace_id": DE}]
    sold = {"purchasable_offer": [offer(our_price=9)], STOCK: stock(5)}
    put(shop, "A-1", merchant_shipping_group=group, **sold)
    put(shop, "P-1", kind="KITCHEN", **PARENT)
    put(shop, "C-1", kind="KITCHEN", **child())
    offers = [offer(audience="B2B", our_price=7), offer(our_price=8)]
    fba = attributes(purchasable_offer=offers, fulfillment_availability=FBA)
    add(shop, "FBA-1", attributes=fba)
    add(shop, "OFF-1", attributes=attributes(**sold), status=["DISCOVERABLE"])
    report = finished(shop, created(shop))
    content, _media = read(shop, report["reportDocumentId"])
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    rows = {row["seller-sku"]: row for row in csv.DictReader(text, delimiter="\t")}
    names = ("price", "quantity", "fulfillment-channel", "status")
    shown = {sku: tuple(row[name] for name in names) for sku, row in rows.items()}
    assert shown == {
        "A-1": ("9.00", "5", "DEFAULT", "Active"),
        "P-1": ("", "", "DEFAULT", "Inactive"),
        "C-1": ("", "", "DEFAULT", "Inactive"),
        "FBA-1": ("8.00", "", "AMAZON_EU", "Active"),
        "OFF-1": ("9.00", "5", "DEFAULT", "Inactive"),
    }
    assert rows["A-1"]["merchant-shipping-group"] == "Express"
    assert rows["FBA-1"]["merchant-shipping-group"] == ""
