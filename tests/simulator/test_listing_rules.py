# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a listing may hold, by product type, and how its parts are told apart."""

from __future__ import annotations

import base64
import hashlib

import jsonschema
import pytest

from tests.simulator.conftest import DE, FR, attributes, patch, update

DEFINITIONS = "/definitions/2020-09-01/productTypes"
ITEMS = "/listings/2021-08-01/items"
HERE = {"marketplace_id": DE}
GERMAN = {"language_tag": "de_DE", **HERE}
DAY = 60


def offer(**prices):
    """Return a German offer with prices by name."""
    schedules = {
        name: [{"schedule": [{"value_with_tax": price}]}]
        for name, price in prices.items()
    }
    return {"currency": "EUR", "audience": "ALL", **HERE, **schedules}


def put(shop, sku="L-1", kind="PRODUCT", **changes):
    body = {"productType": kind, "attributes": attributes(**changes)}
    return shop.item("PUT", sku, json=body).json()


def change(shop, op, name, *value, sku="L-1", **options):
    patches = [{"op": op, "path": f"/attributes/{name}", "value": list(value)}]
    body = {"productType": "PRODUCT", "patches": patches}
    return shop.item("PATCH", sku, json=body, **options).json()


def shown(shop, name, sku="L-1"):
    answer = shop.item("GET", sku, params={"includedData": "attributes"})
    return answer.json()["attributes"].get(name)


def codes(answer):
    return {issue["code"] for issue in answer["issues"]}


# === WHAT IS SENT === #


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (
            {"purchasable_offer": [{**HERE, "currency": "EUR", "our_price": []}]},
            "99022",
        ),
        ({"purchasable_offer": [offer(our_price="9.99")]}, "99022"),
        ({"purchasable_offer": [offer(our_price=-1)]}, "99022"),
        ({"purchasable_offer": [offer(discounted_price=5)]}, "90220"),
        ({"purchasable_offer": [offer(our_price=5), offer(our_price=6)]}, "99022"),
        ({"fulfillment_availability": [{"quantity": 5}]}, "90220"),
        ({"item_name": [{"value": "x", "language_tag": "ja_JP", **HERE}]}, "90244"),
        ({"item_name": [{"value": "ä" * 101, **GERMAN}]}, "99022"),
        ({"merchant_shipping_group": [{"value": "Standard", **HERE}]}, "90244"),
        ({"item_weight": ["schwer"]}, "99022"),
        ({"item_name": [{"value": "x", "colour": "red", **HERE}]}, "99022"),
    ],
)
def test_parts_of_an_attribute_are_checked(shop, changes, code):
    answer = put(shop, **changes)
    assert answer["status"] == "INVALID"
    assert codes(answer) == {code}
    assert shop.item("GET", "L-1").status_code == 404


@pytest.mark.parametrize(
    ("number", "kind", "right"),
    [
        ("4006381333931", "ean", True),
        ("0306406152", "isbn", True),
        ("080442957X", "isbn", True),
        ("0306406153", "isbn", False),
        ("036000291452", "upc", True),
        ("036000291453", "upc", False),
        ("12345", "ean", False),
    ],
)
def test_check_digits(shop, number, kind, right):
    identifier = [{"type": kind, "value": number, **HERE}]
    answer = put(shop, externally_assigned_product_identifier=identifier)
    assert answer["status"] == ("ACCEPTED" if right else "INVALID")


def test_ten_bullet_points_and_two_languages_but_not_two_titles(shop):
    points = [{"value": f"Punkt {n}", **GERMAN} for n in range(10)]
    english = {"value": "Suitcase", "language_tag": "en_GB", **HERE}
    titles = [*attributes()["item_name"], english]
    assert put(shop, bullet_point=points, item_name=titles)["status"] == "ACCEPTED"
    assert shown(shop, "bullet_point") == points
    assert put(shop, bullet_point=[*points, points[0]])["status"] == "INVALID"
    assert put(shop, item_name=[*titles, english])["status"] == "INVALID"


def test_sale_price_needs_its_dates(shop):
    schedule = {
        "start_at": "2026-12-01",
        "end_at": "2026-12-10T00:00:00Z",
        "value_with_tax": 5,
    }
    sale = {**offer(our_price=9.5), "discounted_price": [{"schedule": [schedule]}]}
    assert put(shop, purchasable_offer=[sale])["status"] == "ACCEPTED"
    schedule["end_at"] = "soon"
    assert put(shop, purchasable_offer=[sale])["status"] == "INVALID"


def test_parent_of_variations_needs_no_identifier(shop):
    parent = {
        "parentage_level": [{"value": "parent", **HERE}],
        "variation_theme": [{"name": "SIZE"}],
        "bullet_point": [{"value": "Stapelbar", **GERMAN}],
        "externally_assigned_product_identifier": None,
    }
    assert put(shop, kind="KITCHEN", **parent)["status"] == "ACCEPTED"
    relation = {"child_relationship_type": "variation", "parent_sku": "L-1", **HERE}
    child = {
        "parentage_level": [{"value": "child", **HERE}],
        "child_parent_sku_relationship": [relation],
        "variation_theme": [{"name": "SIZE"}],
        "size": [{"value": "groß", **GERMAN}],
        "bullet_point": [{"value": "Stapelbar", **GERMAN}],
    }
    assert put(shop, "L-2", "KITCHEN", **child)["status"] == "ACCEPTED"
    params = {"includedData": "relationships"}
    (found,) = shop.item("GET", "L-2", params=params).json()["relationships"]
    theme = {"attributes": ["size"], "theme": "SIZE"}
    assert found["relationships"] == [
        {"type": "VARIATION", "parentSkus": ["L-1"], "variationTheme": theme}
    ]
    (found,) = shop.item("GET", "L-1", params=params).json()["relationships"]
    assert found["relationships"][0]["childSkus"] == ["L-2"]


def test_offer_for_a_product_that_is_there_needs_little(shop):
    body = {
        "productType": "PRODUCT",
        "requirements": "LISTING_OFFER_ONLY",
        "attributes": {
            "condition_type": [{"value": "new_new", **HERE}],
            "merchant_suggested_asin": [{"value": "B0TESTTEST", **HERE}],
        },
    }
    assert shop.item("PUT", "L-1", json=body).json()["status"] == "ACCEPTED"
    (summary,) = shop.item("GET", "L-1").json()["summaries"]
    assert summary["asin"] == "B0TESTTEST"


# === WHAT IS CHANGED === #


def test_bare_replace_wipes_what_it_does_not_name(shop):
    stock = {"fulfillment_channel_code": "DEFAULT", "quantity": 5}
    slow = {**stock, "lead_time_to_ship_max_days": 3}
    prices = offer(our_price=9, minimum_seller_allowed_price=5)
    put(shop, fulfillment_availability=[slow], purchasable_offer=[prices])
    change(shop, "replace", "fulfillment_availability", stock)
    change(shop, "replace", "purchasable_offer", offer(our_price=8))
    assert shown(shop, "fulfillment_availability") == [stock]
    assert shown(shop, "purchasable_offer") == [offer(our_price=8)]


def test_merge_is_for_stock_and_discounts_only(shop):
    put(shop)
    refused = change(shop, "merge", "item_name", {"value": "Neu", **GERMAN})
    assert refused["status"] == "INVALID"
    lost = change(shop, "merge", "fulfillment_availability", {"quantity": 5})
    assert codes(lost) == {"90220"}


def test_merge_takes_quantity_discounts_away(shop):
    levels = [{"lower_bound": 5, "value": 8}]
    plan = {"schedule": [{"discount_type": "fixed", "levels": levels}]}
    prices = {**offer(our_price=9), "quantity_discount_plan": [plan]}
    assert put(shop, purchasable_offer=[prices])["status"] == "ACCEPTED"
    empty = {**offer(), "quantity_discount_plan": None}
    change(shop, "merge", "purchasable_offer", empty)
    assert shown(shop, "purchasable_offer") == [offer(our_price=9)]


def test_delete_must_name_what_it_means(shop):
    english = {"value": "Suitcase", "language_tag": "en_GB", **HERE}
    put(shop, item_name=[*attributes()["item_name"], english])
    assert change(shop, "delete", "item_name", {})["status"] == "INVALID"
    chosen = {"language_tag": "en_GB", **HERE}
    assert change(shop, "delete", "item_name", chosen)["status"] == "ACCEPTED"
    assert shown(shop, "item_name") == attributes()["item_name"]


def test_patch_in_two_marketplaces_is_for_both_or_none(shop):
    put(shop)
    names = [
        {"value": "Neu", **GERMAN},
        {"value": "Neuf", "language_tag": "fr_FR", "marketplace_id": FR},
    ]
    both = {"params": {"marketplaceIds": f"{DE},{FR}"}}
    assert codes(change(shop, "replace", "item_name", *names, **both)) == {"13013"}
    assert shown(shop, "item_name") == attributes()["item_name"]
    french = [
        {**item, "marketplace_id": FR}
        for item in attributes()["externally_assigned_product_identifier"]
    ]
    text = {"language_tag": "fr_FR", "marketplace_id": FR}
    body = {
        "productType": "PRODUCT",
        "attributes": {
            "item_name": [{"value": "Valise", **text}],
            "brand": [{"value": "Acme", **text}],
            "condition_type": [{"value": "new_new", "marketplace_id": FR}],
            "externally_assigned_product_identifier": french,
        },
    }
    there = {"params": {"marketplaceIds": FR}}
    assert shop.item("PUT", "L-1", json=body, **there).json()["status"] == "ACCEPTED"
    answer = change(shop, "replace", "item_name", *names, **both)
    assert answer["status"] == "ACCEPTED"
    summaries = shop.item("GET", "L-1", **both).json()["summaries"]
    assert [(s["marketplaceId"], s["itemName"]) for s in summaries] == [
        (DE, "Neu"),
        (FR, "Neuf"),
    ]
    # The same identifier is the same product, wherever it is sold.
    assert len({summary["asin"] for summary in summaries}) == 1


def test_partial_update_replaces_just_what_it_holds(shop):
    put(shop)
    message = {
        "messageId": 1,
        "sku": "L-1",
        "operationType": "PARTIAL_UPDATE",
        "productType": "PRODUCT",
        "attributes": {"brand": [{"value": "Neu", **GERMAN}]},
    }
    report = shop.report_on(message, step=DAY)
    assert report["summary"]["messagesAccepted"] == 1
    brand = [{"value": "Neu", **GERMAN}]
    wanted = {**attributes(), "brand": brand}
    answer = shop.item("GET", "L-1", params={"includedData": "attributes"})
    assert answer.json()["attributes"] == wanted


def test_feeds_of_a_seller_take_effect_in_their_order(shop):
    names = [[{"value": f"Titel {n}", **GERMAN}] for n in range(4)]
    feeds = [
        shop.submit(shop.document(update(1, "L-1", item_name=name))) for name in names
    ]
    shop.finished(feeds[3], DAY)
    ends = [
        shop.call("GET", f"/feeds/2021-06-30/feeds/{feed}").json()["processingEndTime"]
        for feed in feeds
    ]
    assert ends == sorted(ends)
    assert shown(shop, "item_name") == names[3]


def test_feed_for_two_marketplaces_makes_two_listings(shop):
    both = {
        name: items + [_french(item) for item in items]
        for name, items in attributes().items()
    }
    message = {**update(1, "L-1"), "attributes": both}
    report = shop.report_on(message, step=DAY, places=(DE, FR))
    assert report["summary"]["errors"] == 0, report
    there = {"marketplaceIds": FR, "includedData": "attributes"}
    french = shop.item("GET", "L-1", params=there).json()["attributes"]
    assert french["item_name"] == [_french(attributes()["item_name"][0])]


def _french(item):
    return {
        **item,
        "marketplace_id": FR,
        **({"language_tag": "fr_FR"} if "language_tag" in item else {}),
    }


# === WHAT IS SHOWN === #


def test_what_can_be_bought_is_told_apart(shop):
    put(shop)
    assert shop.item("GET", "L-1").json()["summaries"][0]["status"] == ["DISCOVERABLE"]
    stock = {"fulfillment_channel_code": "DEFAULT", "quantity": 5}
    prices = [offer(our_price=9.5)]
    put(shop, fulfillment_availability=[stock], purchasable_offer=prices)
    params = {"includedData": "summaries,offers,fulfillmentAvailability"}
    found = shop.item("GET", "L-1", params=params).json()
    assert found["summaries"][0]["status"] == ["BUYABLE", "DISCOVERABLE"]
    assert found["offers"][0]["price"] == {"currencyCode": "EUR", "amount": "9.5"}
    assert found["fulfillmentAvailability"][0]["quantity"] == 5
    assert shop.item("GET", "L-1", params={"includedData": "all"}).status_code == 400


def test_search_finds_by_what_is_asked(shop):
    stock = {"fulfillment_channel_code": "DEFAULT", "quantity": 5}
    put(shop, "S-1")
    shop.advance(3600)
    prices = [offer(our_price=9.5)]
    put(shop, "S-2", fulfillment_availability=[stock], purchasable_offer=prices)
    path = f"{ITEMS}/{shop.seller['seller_id']}"

    def found(**params):
        params = {"marketplaceIds": DE, **params}
        answer = shop.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return [item["sku"] for item in answer.json()["items"]]

    assert found() == ["S-2", "S-1"]
    assert found(sortBy="sku", sortOrder="ASC") == ["S-1", "S-2"]
    assert found(withStatus="BUYABLE") == ["S-2"]
    assert found(withoutStatus="BUYABLE") == ["S-1"]
    moment = shop.simulator.admin("health")["time"]
    shop.advance(60)
    assert found(createdAfter=moment) == []
    assert found(identifiers="4006381333931", identifiersType="EAN") == ["S-2", "S-1"]
    assert found(identifiers="S-1,S-9", identifiersType="SKU") == ["S-1"]


def test_other_sellers_listings_are_nobody_elses_business(shop):
    other = shop.simulator.sellers[1]["seller_id"]
    answer = shop.call("GET", f"{ITEMS}/{other}/L-1", params={"marketplaceIds": DE})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "Unauthorized"


def test_strange_parameters_are_let_through_and_noted(shop):
    put(shop)
    shop.item("GET", "L-1", params={"MarketplaceIds": DE, "marketplace_ids": DE})
    (entry,) = shop.simulator.journal(operation="getListingsItem")
    assert entry["status"] == 200
    assert entry["summary"].startswith("2 unknown parameters")


# === PRODUCT TYPES === #


def definition(shop, name, **params):
    params = {"marketplaceIds": DE, **params}
    answer = shop.call("GET", f"{DEFINITIONS}/{name}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    "name", ["PRODUCT", "LUGGAGE", "SHIRT", "ABIS_BOOK", "KITCHEN"]
)
def test_schema_and_simulator_are_of_one_mind(shop, name):
    found = definition(shop, name)
    content = shop.http.get(found["schema"]["link"]["resource"]).content
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    assert found["schema"]["checksum"] == base64.b64encode(digest).decode()
    schema = jsonschema.Draft201909Validator(
        shop.http.get(found["schema"]["link"]["resource"]).json()
    )
    for changes in ({}, {"brand": None}, {"color": [{"value": "rot", **GERMAN}]}):
        sent = attributes(**changes)
        lacking = {
            word
            for error in schema.iter_errors(sent)
            if error.validator == "required" and not error.path
            for word in error.validator_value
            if word not in sent
        }
        answer = put(shop, "T-1", name, **changes)
        named = {
            issue["attributeNames"][0]
            for issue in answer["issues"]
            if issue["code"] == "90220"
        }
        assert lacking == named


def test_schema_is_of_the_dialect(shop):
    found = definition(shop, "LUGGAGE")
    meta = shop.http.get(found["metaSchema"]["link"]["resource"]).json()
    jsonschema.Draft201909Validator.check_schema(meta)
    schema = shop.http.get(found["schema"]["link"]["resource"]).json()
    assert schema["$schema"] == meta["$id"]
    jsonschema.Draft201909Validator.check_schema(schema)
    title = schema["properties"]["item_name"]
    assert title["selectors"] == ["marketplace_id", "language_tag"]
    assert title["maxUniqueItems"] == 1
    assert title["items"]["properties"]["value"]["maxUtf8ByteLength"] == 200
    condition = schema["properties"]["condition_type"]["items"]["properties"]["value"]
    assert len(condition["enum"]) == len(condition["enumNames"])
    grouped = [n for g in found["propertyGroups"].values() for n in g["propertyNames"]]
    assert sorted(grouped) == sorted(schema["properties"])


def test_definition_follows_the_requirements(shop):
    offer_only = definition(shop, "LUGGAGE", requirements="LISTING_OFFER_ONLY")
    schema = shop.http.get(offer_only["schema"]["link"]["resource"]).json()
    assert schema["required"] == ["condition_type"]
    lax = definition(shop, "LUGGAGE", requirementsEnforced="NOT_ENFORCED")
    assert "required" not in shop.http.get(lax["schema"]["link"]["resource"]).json()
    unknown = shop.call(
        "GET", f"{DEFINITIONS}/SPACESHIP", params={"marketplaceIds": DE}
    )
    assert unknown.status_code == 404


def test_schema_address_lasts_seven_days(shop):
    url = definition(shop, "LUGGAGE")["schema"]["link"]["resource"]
    shop.advance(6.9 * 86400)
    assert shop.http.get(url).status_code == 200
    shop.advance(0.2 * 86400)
    assert shop.http.get(url).status_code == 403


def test_patches_in_a_feed_keep_their_order(shop):
    put(shop)
    names = [[{"value": f"Titel {n}", **GERMAN}] for n in range(3)]
    changes = [
        {"op": "replace", "path": "/attributes/item_name", "value": name}
        for name in names
    ]
    messages = [patch(n, "L-1", item) for n, item in enumerate(changes, 1)]
    shop.report_on(*messages, step=DAY)
    assert shown(shop, "item_name") == names[2]
