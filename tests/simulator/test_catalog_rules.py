# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes together in a catalog, and what does not."""

from __future__ import annotations

import base64
import hashlib

import jsonschema
import pytest

from deploy.simulator.clock import iso, seconds
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
)
from tests.simulator.conftest import DE, attributes

DEFINITIONS = "/definitions/2020-09-01/productTypes"
HERE = {"marketplace_id": DE}
GERMAN = {"language_tag": "de_DE", **HERE}
POINT = [{"value": "Stapelbar", **GERMAN}]
PARENT = {
    "parentage_level": [{"value": "parent", **HERE}],
    "variation_theme": [{"name": "SIZE"}],
    "bullet_point": POINT,
    "externally_assigned_product_identifier": None,
    "condition_type": None,
}


def child(parent="P-1", kind="variation", **changes):
    relation = {"child_relationship_type": kind, "parent_sku": parent, **HERE}
    return {
        "parentage_level": [{"value": "child", **HERE}],
        "variation_theme": [{"name": "SIZE"}],
        "size": [{"value": "M", **GERMAN}],
        "bullet_point": POINT,
        "child_parent_sku_relationship": [relation],
        **changes,
    }


def schema(shop, name, place=DE, **params):
    params = {"marketplaceIds": place, **params}
    answer = shop.call("GET", f"{DEFINITIONS}/{name}", params=params)
    assert answer.status_code == 200, answer.text
    found = answer.json()["schema"]
    content = shop.http.get(found["link"]["resource"])
    digest = hashlib.md5(content.content, usedforsecurity=False).digest()
    assert found["checksum"] == base64.b64encode(digest).decode()
    return content.json()


# === FAMILIES === #


def test_child_needs_a_parent_that_is_there(shop):
    assert codes(put(shop, "C-1", kind="KITCHEN", **child())) == ["8007"]
    put(shop, "P-1", kind="KITCHEN", bullet_point=POINT)
    assert codes(put(shop, "C-1", kind="KITCHEN", **child())) == ["8007"]
    assert put(shop, "P-1", kind="KITCHEN", **PARENT)["status"] == "ACCEPTED"
    assert put(shop, "C-1", kind="KITCHEN", **child())["status"] == "ACCEPTED"
    answer = put(shop, "C-2", kind="KITCHEN", **child("C-2"))
    assert answer["issues"][0]["attributeNames"] == ["child_parent_sku_relationship"]
    lost = child()["child_parent_sku_relationship"][0]
    del lost["parent_sku"]
    changes = child(child_parent_sku_relationship=[lost])
    assert codes(put(shop, "C-3", kind="KITCHEN", **changes)) == ["90220"]


def test_parent_and_children_may_come_in_one_feed(shop):
    messages = [
        {
            "messageId": n,
            "sku": sku,
            "operationType": "UPDATE",
            "productType": "KITCHEN",
            "attributes": attributes(**changes),
        }
        for n, (sku, changes) in enumerate([("P-1", PARENT), ("C-1", child())], 1)
    ]
    report = shop.report_on(*messages, step=60)
    assert report["summary"]["messagesAccepted"] == 2
    (found,) = get(shop, "relationships", "P-1")
    assert found["relationships"][0]["childSkus"] == ["C-1"]
    # The other way round there is no parent yet.
    turned = [{**message, "sku": f"{message['sku']}0"} for message in messages[::-1]]
    relation = turned[0]["attributes"]["child_parent_sku_relationship"]
    relation[0]["parent_sku"] = "P-10"
    report = shop.report_on(*turned, step=60)
    assert [issue["code"] for issue in report["issues"]] == ["8007"]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"variation_theme": None}, "variation_theme"),
        ({"size": None}, "size"),
        ({"child_parent_sku_relationship": None}, "child_parent_sku_relationship"),
        ({"condition_type": None}, "condition_type"),
        (
            {"externally_assigned_product_identifier": None},
            "externally_assigned_product_identifier",
        ),
    ],
)
def test_child_lacks(shop, changes, name):
    put(shop, "P-1", kind="KITCHEN", **PARENT)
    answer = put(shop, "C-1", kind="KITCHEN", **child(**changes))
    assert answer["status"] == "INVALID"
    assert [issue["attributeNames"] for issue in answer["issues"]] == [[name]]


def test_parent_is_not_for_sale(shop):
    offers = {"purchasable_offer": [offer(our_price=9)]}
    for changes in (offers, {"fulfillment_availability": stock(5)}):
        answer = put(shop, "P-1", kind="KITCHEN", **PARENT, **changes)
        assert codes(answer) == ["99022"]
        assert answer["issues"][0]["attributeNames"] == list(changes)
    put(shop, "P-1", kind="KITCHEN", **PARENT)
    late = patch_item(shop, "add", "fulfillment_availability", stock(5), "P-1")
    assert late["status"] == "INVALID"


def test_parent_needs_no_color_and_no_size(shop):
    changes = {**PARENT, "variation_theme": [{"name": "SIZE/COLOR"}]}
    del changes["bullet_point"]
    assert put(shop, "P-1", kind="SHIRT", **changes)["status"] == "ACCEPTED"
    answer = put(shop, "S-1", kind="SHIRT")
    lacking = {issue["attributeNames"][0] for issue in answer["issues"]}
    assert lacking == {"color", "size"}


def test_accessory_needs_no_parent_of_variations(shop):
    changes = {"bullet_point": POINT}
    put(shop, "P-1", kind="KITCHEN", **changes)
    relation = child(kind="accessory")["child_parent_sku_relationship"]
    changes["child_parent_sku_relationship"] = relation
    assert put(shop, "C-1", kind="KITCHEN", **changes)["status"] == "ACCEPTED"
    # Other types have no accessories.
    del changes["bullet_point"]
    changes["color"] = [{"value": "rot", **GERMAN}]
    changes["country_of_origin"] = [{"value": "DE", **HERE}]
    assert codes(put(shop, "C-2", kind="LUGGAGE", **changes)) == ["90244"]


# === OFFERS === #


def test_amazon_counts_what_it_ships(shop):
    counted = [{**FBA[0], "quantity": 5}]
    assert codes(put(shop, fulfillment_availability=counted)) == ["99022"]
    group = [{"value": "legacy-template-id", **HERE}]
    both = {"fulfillment_availability": FBA, "merchant_shipping_group": group}
    assert codes(put(shop, **both)) == ["99022"]
    sold = {"fulfillment_availability": FBA, "purchasable_offer": [offer(our_price=9)]}
    assert put(shop, **sold)["status"] == "ACCEPTED"
    assert status(shop) == ["BUYABLE", "DISCOVERABLE"]
    shown = get(shop, "fulfillmentAvailability")
    assert shown == [{"fulfillmentChannelCode": "AMAZON_EU"}]
    assert get(shop, "summaries")[0]["fnSku"].startswith("X00")


@pytest.mark.parametrize("price", [0, -1])
def test_nothing_is_free(shop, price):
    answer = put(shop, purchasable_offer=[offer(our_price=price)])
    assert codes(answer) == ["99022"]


@pytest.mark.parametrize(
    "limits",
    [{"minimum_seller_allowed_price": 10}, {"maximum_seller_allowed_price": 8}],
)
def test_price_outside_of_its_limits_is_not_live(shop, limits):
    held = {"fulfillment_availability": stock(5)}
    answer = put(shop, purchasable_offer=[offer(our_price=9, **limits)], **held)
    assert answer["status"] == "ACCEPTED"
    assert status(shop) == ["DISCOVERABLE"]
    assert get(shop, "offers") == []
    (issue,) = get(shop, "issues")
    assert (issue["severity"], issue["categories"]) == ("ERROR", ["INVALID_PRICE"])
    assert issue["enforcements"]["actions"] == [{"action": "LISTING_SUPPRESSED"}]
    patch_item(shop, "replace", "purchasable_offer", [offer(our_price=9)])
    assert status(shop) == ["BUYABLE", "DISCOVERABLE"]
    assert get(shop, "issues") == []


def test_offer_is_in_the_money_of_its_marketplace(shop):
    dollars = {**offer(our_price=9), "currency": "USD"}
    assert codes(put(shop, purchasable_offer=[dollars])) == ["90244"]


def test_restock_date_that_has_gone_by_is_a_warning(shop):
    today = shop.simulator.admin("health")["time"]
    for days, wanted in ((-2, ["WARNING"]), (0, []), (5, [])):
        date = iso(seconds(today) + days * 86400)[:10]
        answer = put(shop, fulfillment_availability=stock(0, restock_date=date))
        assert answer["status"] == "ACCEPTED"
        assert [issue["severity"] for issue in answer["issues"]] == wanted
        assert [issue["severity"] for issue in get(shop, "issues")] == wanted


def test_dates_come_back_as_points_in_time(shop):
    part = {"start_at": "2026-12-01", "end_at": "2099-12-10T12:00:00+01:00"}
    sale = [{"schedule": [{**part, "value_with_tax": 5}]}]
    whole = {"start_at": {"value": "2026-01-01"}, "discounted_price": sale}
    put(shop, purchasable_offer=[{**offer(our_price=9), **whole}])
    (shown,) = get(shop, "attributes")["purchasable_offer"]
    assert shown["start_at"] == {"value": "2026-01-01T00:00:00.000Z"}
    (part,) = shown["discounted_price"][0]["schedule"]
    assert part["start_at"] == "2026-12-01T00:00:00.000Z"
    assert part["end_at"] == "2099-12-10T11:00:00.000Z"
    assert get(shop, "offers")[0]["price"]["amount"] == "9"
    shop.advance(60 * 86400)
    assert get(shop, "offers")[0]["price"]["amount"] == "5"


def test_offers_for_business_customers(shop):
    both = [offer(our_price=9), offer(audience="B2B", our_price=8)]
    put(shop, purchasable_offer=both)
    found = get(shop, "offers")
    assert [(o["offerType"], o["audience"]["value"]) for o in found] == [
        ("B2C", "ALL"),
        ("B2B", "B2B"),
    ]


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("generic_keyword", {"value": "ä" * 126, **GERMAN}),
        ("batteries_required", {"value": "yes", **HERE}),
        ("number_of_items", {"value": 0, **HERE}),
        ("item_package_weight", {"value": 2, "unit": "stones", **HERE}),
        ("item_package_dimensions", {"length": {"value": 1, "unit": "feet"}, **HERE}),
        ("part_number", {"value": None, **HERE}),
        ("fulfillment_availability", {**stock(1)[0], "quantity": None}),
    ],
)
def test_parts_are_as_the_schema_says(shop, name, item):
    answer = put(shop, **{name: [item]})
    assert answer["status"] == "INVALID"
    found = jsonschema.Draft201909Validator(schema(shop, "PRODUCT"))
    sent = attributes(**{name: [item]})
    # What the dialect adds to JSON Schema is all that a plain validator does not see.
    in_bytes = name == "generic_keyword"
    assert found.is_valid(sent) == in_bytes


def test_patch_is_checked_and_previewed(shop):
    put(shop, fulfillment_availability=stock(5))
    preview = patch_item(
        shop, "replace", "fulfillment_availability", stock(7), mode="VALIDATION_PREVIEW"
    )
    assert preview["status"] == "VALID"
    assert get(shop, "attributes")["fulfillment_availability"] == stock(5)
    wrong = patch_item(shop, "replace", "fulfillment_availability", FBA + stock(-1))
    assert (wrong["status"], codes(wrong)) == ("INVALID", ["99022"])


# === SCHEMAS === #


def test_conditions_of_schema_and_check_agree(shop):
    put(shop, "P-1", kind="KITCHEN", **PARENT)
    found = jsonschema.Draft201909Validator(schema(shop, "KITCHEN"))
    without = [
        {name: None} for name in (*child(), "condition_type", "item_name", "brand")
    ]
    extras = [
        {},
        {"fulfillment_availability": FBA},
        {"fulfillment_availability": [{**FBA[0], "quantity": 1}]},
        {"fulfillment_availability": stock(1)},
        {"purchasable_offer": [offer(our_price=0)]},
        {"purchasable_offer": [offer(our_price=1)]},
    ]
    good = 0
    for base in (PARENT, child(), child(variation_theme=[{"name": "COLOR"}])):
        for change in (*without, *extras):
            # The quota comes back.
            shop.advance(1)
            sent = attributes(**{**base, **change})
            answer = put(shop, "T-1", kind="KITCHEN", **{**base, **change})
            accepted = answer["status"] == "ACCEPTED"
            assert found.is_valid(sent) == accepted, (change, answer["issues"])
            good += accepted
    assert 5 < good < 30


def test_shipping_templates_are_the_sellers_own(shop):
    def group(**params):
        found = schema(shop, "PRODUCT", **params)["properties"]
        return found["merchant_shipping_group"]["items"]["properties"]["value"]

    assert "enum" not in group()
    own = group(sellerId=shop.seller["seller_id"])
    assert own["enumNames"] == ["Standard shipping", "Express", "Bulky goods"]
    assert "Express" not in own["enum"]
    for key in own["enum"]:
        answer = put(shop, merchant_shipping_group=[{"value": key, **HERE}])
        assert answer["status"] == "ACCEPTED"
    visible = put(shop, merchant_shipping_group=[{"value": "Express", **HERE}])
    assert codes(visible) == ["90244"]
    other = {"sellerId": shop.simulator.sellers[1]["seller_id"], "marketplaceIds": DE}
    answer = shop.call("GET", f"{DEFINITIONS}/PRODUCT", params=other)
    assert answer.status_code == 403


def test_requirements_have_attributes_of_their_own(shop):
    product = schema(shop, "SHIRT", requirements="LISTING_PRODUCT_ONLY")
    offers = schema(shop, "SHIRT", requirements="LISTING_OFFER_ONLY")
    assert "purchasable_offer" not in product["properties"]
    assert "item_name" not in offers["properties"]
    assert "purchasable_offer" in offers["properties"]
    assert "condition_type" not in product["properties"]
    sent = {"condition_type": None}
    answer = put(shop, requirements="LISTING_PRODUCT_ONLY", **sent)
    assert answer["status"] == "ACCEPTED"
    answer = put(shop, requirements="LISTING_OFFER_ONLY")
    assert {issue["severity"] for issue in answer["issues"]} == {"WARNING"}
    assert "item_name" not in get(shop, "attributes")


def test_schema_of_one_level_decides_what_depends_on_it(shop):
    def judge(level):
        found = schema(shop, "KITCHEN", parentageLevel=level)
        return jsonschema.Draft201909Validator(found)

    family = attributes(**PARENT), attributes(**child())
    assert [judge("PARENT").is_valid(sent) for sent in family] == [True, True]
    assert [judge("CHILD").is_valid(sent) for sent in family] == [False, True]
    alone = attributes(bullet_point=POINT)
    assert judge("NONE").is_valid(alone)
    assert not judge("CHILD").is_valid(alone)
    params = {"marketplaceIds": FR, "parentageLevel": "AUNT"}
    answer = shop.call("GET", f"{DEFINITIONS}/KITCHEN", params=params)
    assert answer.status_code == 400


def test_relations_are_named_in_the_schema(shop):
    name = "child_parent_sku_relationship"
    for kind, wanted in (("KITCHEN", ["variation", "accessory"]), ("SHIRT", None)):
        found = schema(shop, kind)["properties"][name]["items"]["properties"]
        assert found["child_relationship_type"]["enum"] == wanted or ["variation"]
