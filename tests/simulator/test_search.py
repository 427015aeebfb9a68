# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finding listings, and every data set that is shown of them."""

from __future__ import annotations

import jsonschema
import pytest
import spapi

from tests.simulator.catalog import FBA, FR, ITEMS, get, offer, put, stock
from tests.simulator.conftest import DE, update
from tests.simulator.test_catalog_rules import PARENT, child

EVERYTHING = [
    "summaries",
    "attributes",
    "issues",
    "offers",
    "fulfillmentAvailability",
    "procurement",
    "relationships",
    "productTypes",
]


def search(shop, status=200, **params):
    path = f"{ITEMS}/{shop.seller['seller_id']}"
    # The quota comes back.
    shop.advance(1)
    answer = shop.call("GET", path, params={"marketplaceIds": DE, **params})
    assert answer.status_code == status, answer.text
    return answer.json()


def skus(shop, **params):
    return [item["sku"] for item in search(shop, **params)["items"]]


def code(value, kind="ean", **more):
    found = {"type": kind, "value": value, "marketplace_id": DE}
    return {"externally_assigned_product_identifier": [found], **more}


def test_found_by_every_kind_of_code(shop):
    put(shop, "E-1", **code("4006381333931"))
    put(shop, "U-1", **code("036000291452", "upc"))
    put(shop, "I-1", **code("0306406152", "isbn"))
    put(shop, "F-1", fulfillment_availability=FBA, **code("96385074"))

    def found(kind, *codes):
        return skus(shop, identifiersType=kind, identifiers=",".join(codes))

    assert found("EAN", "4006381333931") == ["E-1"]
    assert found("JAN", "4006381333931", "1") == ["E-1"]
    assert found("UPC", "036000291452") == ["U-1"]
    assert found("UPC", "4006381333931") == []
    assert found("ISBN", "0306406152") == ["I-1"]
    assert found("GTIN", "00036000291452") == ["U-1"]
    assert found("MINSAN", "1") == []
    (summary,) = get(shop, "summaries", "F-1")
    assert found("FNSKU", summary["fnSku"]) == ["F-1"]
    assert found("ASIN", summary["asin"]) == ["F-1"]
    assert set(found("SKU", "E-1", "U-1", "X-1")) == {"E-1", "U-1"}
    # A code that is taken away finds nothing any more.
    put(shop, "E-1", **code("96385074"))
    assert found("EAN", "4006381333931") == []


@pytest.mark.parametrize(
    "params",
    [
        {"identifiers": "L-1"},
        {"identifiersType": "SKU"},
        {"identifiers": "L-1", "identifiersType": "NAME"},
        {"identifiers": ",".join("abcdefghijklmnopqrstu"), "identifiersType": "SKU"},
        {"identifiers": "1", "identifiersType": "SKU", "variationParentSku": "P"},
        {"variationParentSku": "P", "packageHierarchySku": "P"},
        {"withStatus": "SOLD"},
        {"withIssueSeverity": "INFO"},
        {"pageSize": 21},
        {"sortBy": "price"},
        {"sortOrder": "UP"},
        {"includedData": "secrets"},
        {"createdAfter": "yesterday"},
        {"pageToken": "made-up"},
        {"issueLocale": "german"},
    ],
)
def test_search_must_be_as_the_model_says(shop, params):
    assert search(shop, 400, **params)["errors"][0]["code"] == "InvalidInput"


def test_found_by_parent_severity_and_time(shop):
    put(shop, "P-1", kind="KITCHEN", **PARENT)
    put(shop, "C-1", kind="KITCHEN", **child())
    shop.advance(60)
    middle = shop.simulator.admin("health")["time"]
    shop.advance(60)
    low = offer(our_price=1, minimum_seller_allowed_price=2)
    put(shop, "B-1", purchasable_offer=[low])
    put(shop, "W-1", fulfillment_availability=stock(1, restock_date="2001-01-01"))
    assert skus(shop, variationParentSku="P-1") == ["C-1"]
    assert skus(shop, packageHierarchySku="P-1") == []
    assert skus(shop, withIssueSeverity="ERROR") == ["B-1"]
    assert set(skus(shop, withIssueSeverity="ERROR,WARNING")) == {"B-1", "W-1"}
    assert set(skus(shop, createdBefore=middle)) == {"P-1", "C-1"}
    assert set(skus(shop, lastUpdatedAfter=middle)) == {"B-1", "W-1"}
    put(shop, "P-1", kind="KITCHEN", **PARENT)
    assert "P-1" in skus(shop, lastUpdatedAfter=middle)
    assert "P-1" not in skus(shop, createdAfter=middle)


def test_pages_go_forth_and_back_and_end_at_a_thousand(shop):
    messages = [update(n, f"S-{n:04d}") for n in range(1, 1051)]
    shop.report_on(*messages, step=60)
    asked = {"sortBy": "sku", "sortOrder": "ASC", "pageSize": 20}
    page = search(shop, **asked)
    assert page["numberOfResults"] == 1050
    assert "previousToken" not in page["pagination"]
    seen = []
    while True:
        seen += [item["sku"] for item in page["items"]]
        token = page["pagination"].get("nextToken")
        if not token:
            break
        last = page
        page = search(shop, **asked, pageToken=token)
    assert seen == [f"S-{n:04d}" for n in range(1, 1001)]
    back = search(shop, **asked, pageToken=page["pagination"]["previousToken"])
    assert back["items"] == last["items"]


def test_several_marketplaces_are_one_item(shop):
    put(shop, fulfillment_availability=stock(5))
    put(shop, place=FR)
    put(shop, "L-2", place=FR)
    found = search(shop, marketplaceIds=f"{DE},{FR}", sortBy="sku", sortOrder="ASC")
    assert found["numberOfResults"] == 2
    assert [len(item["summaries"]) for item in found["items"]] == [2, 1]
    params = {"marketplaceIds": f"{DE},{FR}", "includedData": "fulfillmentAvailability"}
    item = shop.item("GET", "L-1", params=params).json()
    assert len(item["fulfillmentAvailability"]) == 1


def test_sdk_understands_every_data_set(raw, sdk, seller_id):
    put(raw, "P-1", kind="KITCHEN", **PARENT)
    offers = [offer(our_price=9.5), offer(audience="B2B", our_price=8)]
    held = {"purchasable_offer": offers, "fulfillment_availability": stock(5)}
    put(raw, "C-1", kind="KITCHEN", **child(**held))
    image = {"media_location": "https://example.com/a.jpg", "marketplace_id": DE}
    put(raw, "L-1", main_product_image_locator=[image])
    listings = spapi.ListingsApi(sdk)
    item = listings.get_listings_item(
        seller_id, "C-1", [DE], included_data=EVERYTHING, issue_locale="de_DE"
    )
    assert item.summaries[0].status == ["BUYABLE", "DISCOVERABLE"]
    assert [o.offer_type for o in item.offers] == ["B2C", "B2B"]
    assert item.offers[0].price.amount == "9.5"
    assert item.fulfillment_availability[0].quantity == 5
    assert item.relationships[0].relationships[0].parent_skus == ["P-1"]
    assert item.relationships[0].relationships[0].variation_theme.theme == "SIZE"
    assert item.product_types[0].product_type == "KITCHEN"
    assert (item.issues, item.procurement) == ([], [])
    found = listings.search_listings_items(
        seller_id,
        [DE],
        included_data=EVERYTHING,
        with_status=["BUYABLE"],
        sort_by="createdDate",
        sort_order="ASC",
        page_size=1,
    )
    assert (found.number_of_results, found.items[0].sku) == (1, "C-1")
    (named,) = listings.search_listings_items(
        seller_id, [DE], identifiers=["L-1"], identifiers_type="SKU"
    ).items
    assert named.summaries[0].main_image.link == image["media_location"]
    children = listings.search_listings_items(
        seller_id, [DE], variation_parent_sku="P-1"
    )
    assert [item.sku for item in children.items] == ["C-1"]


ISSUE = {
    "type": "object",
    "required": ["code", "message", "severity", "categories"],
    "properties": {"severity": {"enum": ["ERROR", "WARNING", "INFO"]}},
}


def test_issues_have_the_shape_of_the_model(shop):
    low = offer(our_price=1, minimum_seller_allowed_price=2)
    put(shop, purchasable_offer=[low])
    (issue,) = get(shop, "issues")
    jsonschema.validate(issue, ISSUE)
    assert issue["marketplaceIds"] == [DE]
