# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders as the API shows them: Amazon's model, data sets, money, people."""

from __future__ import annotations

from decimal import Decimal

import pytest
import spapi.models.orders_v2026_01_01 as models

from tests.simulator.models import check, problems
from tests.simulator.orders import (
    API,
    DAY,
    EVERYTHING,
    JP,
    US,
    item_ids,
    of_seller,
    ordered,
    seller_of,
    shown,
)

SINCE = "2020-01-01T00:00:00Z"
FULL = {
    "sku": "L-1",
    "quantity": 3,
    "item_price": "59.97",
    "shipping_price": "4.99",
    "gift_wrap_price": "3.00",
    "gift": {"level": "Classic", "message": "Für dich 🎁"},
    "promotions": [
        {"id": "SUMMER", "item": "6.00"},
        {"id": "FREE", "shipping": "4.99"},
    ],
    "ioss": "IM1234567890",
}


def subtotals(found):
    return {
        part["type"]: Decimal(part["subtotal"]["amount"])
        for part in found["breakdowns"]
    }


# === THE MODEL === #


@pytest.mark.parametrize("number", [0, 1, 2])
def test_every_answer_is_as_the_model_has_it(shop, number):
    seller = of_seller(shop, number)
    mix = {"masked": 0.2, "gift": 0.3, "promotion": 0.5, "wants_cancel": 0.3}
    shop.simulator.generate_orders(seller_of(seller), 60, seed=number, mix=mix)
    shop.advance(130)
    params = {"createdAfter": SINCE, "includedData": EVERYTHING}
    params["maxResultsPerPage"] = 40
    answer = seller.call("GET", API, params=params)
    found = check(answer, "SearchOrdersResponse", models)
    assert len(found.orders) == 40
    token = answer.json()["pagination"]["nextToken"]
    answer = seller.call("GET", API, params={**params, "paginationToken": token})
    assert len(check(answer, "SearchOrdersResponse", models).orders) == 20
    order_id = found.orders[0].order_id
    path = f"{API}/{order_id}"
    answer = seller.call("GET", path, params={"includedData": EVERYTHING})
    assert check(answer, "GetOrderResponse", models).order.order_id == order_id
    searched = seller.call("GET", API, params=params).json()
    assert answer.json()["order"] == searched["orders"][0]


def test_the_check_finds_what_is_not_in_the_model():
    good = {"amount": "1.00", "currencyCode": "EUR"}
    assert not list(problems(good, "Money", models))
    assert list(problems({**good, "amount": 1.0}, "Money", models))
    assert list(problems({**good, "cents": 100}, "Money", models))
    assert list(problems("LOST", "FulfillmentStatus", models))


PARTS = {
    "BUYER": ("buyer", None),
    "RECIPIENT": ("recipient", None),
    "PROCEEDS": ("proceeds", "proceeds"),
    "PROMOTION": (None, "promotion"),
    "CANCELLATION": (None, "cancellation"),
    "FULFILLMENT": ("fulfillment", "fulfillment"),
    "PACKAGES": ("packages", None),
    "TAX": ("tax", "tax"),
    "PAYMENT": ("payment", None),
}


@pytest.mark.parametrize("name", list(PARTS))
def test_who_does_not_ask_does_not_learn(shop, name):
    order_id = ordered(shop, {**FULL, "quantity": 4}, business=True)
    shop.simulator.ask_to_cancel(seller_of(shop), order_id, "changed my mind")
    (item,) = item_ids(shop, order_id)
    shop.simulator.ship_order(seller_of(shop), order_id, quantities={item: 1})
    whole, nothing = shown(shop, order_id), shown(shop, order_id, "")
    single = shown(shop, order_id, name)
    for number, key in enumerate(PARTS[name]):
        if not key:
            continue
        parts = [(o if number == 0 else o["orderItems"][0]) for o in (single, whole)]
        assert parts[0][key] == parts[1][key]
        bare = nothing if number == 0 else nothing["orderItems"][0]
        assert key not in bare
    others = {PARTS[other][0] for other in PARTS if other != name} - {None}
    assert not others & set(single)


# === MONEY === #


def test_proceeds_add_up_where_prices_contain_the_tax(shop):
    order_id = ordered(shop, FULL, {"sku": "L-2", "item_price": "10.00"}, country="DE")
    order = shown(shop, order_id)
    first, second = order["orderItems"]
    parts = subtotals(first["proceeds"])
    # 59.97 with 19 % are 50.39 and 9.58.
    assert parts["ITEM"] == Decimal("50.39")
    assert parts["SHIPPING"] == Decimal("4.19")
    assert parts["GIFT_WRAP"] == Decimal("2.52")
    assert parts["DISCOUNT"] == Decimal("-5.04") - Decimal("4.19")
    assert sum(parts.values()) == Decimal("59.97") + 3 - 6
    tax = next(p for p in first["proceeds"]["breakdowns"] if p["type"] == "TAX")
    details = {d["subtype"]: d["value"]["amount"] for d in tax["detailedBreakdowns"]}
    assert details == {
        "ITEM": "9.58",
        "SHIPPING": "0.80",
        "GIFT_WRAP": "0.48",
        "DISCOUNT": "-1.76",
    }
    for item in (first, second):
        whole = Decimal(item["proceeds"]["proceedsTotal"]["amount"])
        assert sum(subtotals(item["proceeds"]).values()) == whole
    grand = Decimal(order["proceeds"]["grandTotal"]["amount"])
    assert grand == Decimal("66.97")
    assert sum(subtotals(order["proceeds"]).values()) == grand
    assert (
        order["payment"]["paymentExecutions"][0]["paymentAmount"]["amount"] == "66.97"
    )
    assert first["product"]["price"]["unitPrice"]["amount"] == "19.99"
    assert [p["promotionId"] for p in first["promotion"]["breakdowns"]] == [
        "SUMMER",
        "FREE",
    ]


def test_tax_comes_on_top_in_america(shop):
    american = of_seller(shop, 1)
    item = {"sku": "L-1", "quantity": 2, "item_price": "100.00"}
    order = shown(american, ordered(american, item, place=US, country="US"))
    assert subtotals(order["proceeds"]) == {"ITEM": 100, "TAX": Decimal("8.30")}
    assert order["proceeds"]["grandTotal"] == {
        "amount": "108.30",
        "currencyCode": "USD",
    }
    assert order["orderItems"][0]["tax"]["taxCollections"] == [
        {
            "model": "MARKETPLACE_FACILITATOR",
            "responsibleParty": "Amazon Services, Inc.",
        }
    ]


def test_yen_have_no_decimals(shop):
    japanese = of_seller(shop, 2)
    item = {"sku": "L-1", "quantity": 3, "item_price": "2997"}
    order = shown(japanese, ordered(japanese, item, place=JP))
    assert order["proceeds"]["grandTotal"] == {"amount": "2997", "currencyCode": "JPY"}
    assert order["recipient"]["deliveryAddress"]["stateOrRegion"] in (
        "東京都",
        "神奈川県",
    )
    body = {"seller_id": seller_of(japanese), "marketplace_id": JP}
    body["items"] = [{**item, "item_price": "29.97"}]
    assert shop.http.post("/_admin/orders", json=body).status_code == 400


# === PEOPLE === #


def test_buyer_and_recipient(shop):
    order_id = ordered(
        shop,
        business=True,
        programs=["PRIME"],
        replaces="028-1111111-1111111",
        buyer={"name": "Jürgen Groß", "company": "Groß GmbH", "po_number": "4711"},
        address={"name": "Иван Димитров", "line1": "ул. Шипка 6", "country": "BG"},
        buyer_tax={"legal_name": "Groß GmbH", "type": "VAT", "number": "DE123456789"},
    )
    order = shown(shop, order_id)
    assert order["programs"] == ["AMAZON_BUSINESS", "PRIME"]
    assert order["associatedOrders"][0]["orderId"] == "028-1111111-1111111"
    buyer = order["buyer"]
    assert buyer.pop("buyerEmail").endswith("@marketplace.amazon.de")
    assert buyer == {
        "buyerName": "Jürgen Groß",
        "buyerCompanyName": "Groß GmbH",
        "buyerPurchaseOrderNumber": "4711",
    }
    address = order["recipient"]["deliveryAddress"]
    assert (address["name"], address["countryCode"]) == ("Иван Димитров", "BG")
    assert address["addressType"] == "COMMERCIAL"
    (registration,) = order["tax"]["taxRegistrations"]
    assert registration["taxRegistrationNumber"] == "DE123456789"
    assert order["fulfillment"]["fulfillmentServiceLevel"] == "STANDARD"
    window = order["fulfillment"]["shipByWindow"]
    assert window["earliestDateTime"] < window["latestDateTime"]


def test_of_what_amazon_ships_nobody_is_named(shop):
    order = shown(shop, ordered(shop, fulfilled_by="AMAZON"))
    assert "buyer" not in order
    assert set(order["recipient"]["deliveryAddress"]) <= {
        "city",
        "stateOrRegion",
        "postalCode",
        "countryCode",
        "addressType",
    }


def test_missing_data_is_left_out(shop):
    gone = dict.fromkeys(("name", "phone", "line1", "line2"), "")
    order_id = ordered(shop, address=gone, buyer={"name": "", "email": ""})
    order = shown(shop, order_id)
    assert "buyer" not in order
    assert "addressLine1" not in order["recipient"]["deliveryAddress"]


def test_phone_is_gone_when_the_parcel_has_arrived(shop):
    order_id = ordered(shop)
    shop.simulator.ship_order(seller_of(shop), order_id)
    assert "phone" in shown(shop, order_id)["recipient"]["deliveryAddress"]
    shop.advance(10 * DAY)
    assert "phone" not in shown(shop, order_id)["recipient"]["deliveryAddress"]


def test_of_a_pending_order_neither_people_nor_money_are_shown(shop):
    order = shown(shop, ordered(shop, FULL, status="PENDING"))
    assert not {"buyer", "recipient", "proceeds", "tax"} & set(order)
    (item,) = order["orderItems"]
    assert "proceeds" not in item
    assert "price" not in item["product"]
    assert item["quantityOrdered"] == 3


def test_personal_data_needs_a_role(shop):
    order_id = ordered(shop)
    shop.simulator.change_seller(
        seller_of(shop), roles=["Inventory and Order Tracking"]
    )
    path = f"{API}/{order_id}"
    for name, status in (("BUYER", 403), ("RECIPIENT", 403), ("PROCEEDS", 200)):
        answer = shop.call("GET", path, params={"includedData": name})
        assert answer.status_code == status


# === GIFTS, PACKAGES === #


def test_gift_and_import_number(shop):
    (item,) = shown(shop, ordered(shop, FULL))["orderItems"]
    option = item["fulfillment"]["packing"]["giftOption"]
    assert option == {"giftMessage": "Für dich 🎁", "giftWrapLevel": "Classic"}
    shipping = item["fulfillment"]["shipping"]["internationalShipping"]
    assert shipping["iossNumber"] == "IM1234567890"
    assert item["tax"]["taxCalculationBreakdowns"] == [{"reportingScheme": "IOSS"}]


def test_packages_tell_what_is_in_them(shop):
    order_id = ordered(shop, FULL)
    (item,) = item_ids(shop, order_id)
    how = {"quantities": {item: 2}, "carrier": "DHL", "tracking": "0815"}
    shop.simulator.ship_order(seller_of(shop), order_id, **how)
    order = shown(shop, order_id)
    (package,) = order["packages"]
    assert (package["carrier"], package["trackingNumber"]) == ("DHL", "0815")
    assert package["packageItems"] == [{"orderItemId": item, "quantity": 2}]
    assert order["fulfillment"]["fulfillmentStatus"] == "PARTIALLY_SHIPPED"
    assert order["orderItems"][0]["fulfillment"]["quantityFulfilled"] == 2
    assert order["orderItems"][0]["fulfillment"]["quantityUnfulfilled"] == 1
    shop.simulator.ship_order(seller_of(shop), order_id)
    assert shown(shop, order_id)["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert [p["packageReferenceId"] for p in shown(shop, order_id)["packages"]] == [
        "1",
        "2",
    ]
