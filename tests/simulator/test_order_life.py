# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of orders: the hold, wishes of buyers, cancellations, new addresses."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.simulator.orders import (
    API,
    DAY,
    HOLD,
    ago,
    item_ids,
    kept,
    of_seller,
    ordered,
    seller_of,
    shown,
)

TWO = [
    {"sku": "L-1", "quantity": 3, "item_price": "10.00", "shipping_price": "2.00"},
    {"sku": "L-2", "item_price": "5.00"},
]


def status(shop, order_id):
    return shown(shop, order_id)["fulfillment"]["fulfillmentStatus"]


def updated_since(shop, since):
    """Return the ids of the orders that were updated after a time."""
    shop.advance(130)
    found = shop.call("GET", API, params={"lastUpdatedAfter": since}).json()
    return [order["orderId"] for order in found["orders"]]


# === THE HOLD === #


def test_order_is_held_for_half_an_hour(shop):
    order_id = ordered(shop, status="PENDING")
    shop.advance(HOLD - 60)
    assert status(shop, order_id) == "PENDING"
    shop.advance(120)
    assert status(shop, order_id) == "UNSHIPPED"
    order = kept(shop, order_id)
    assert order["fulfillable"] == order["updated"]
    assert order["updated"] == pytest.approx(order["created"] + HOLD, abs=5)
    assert order["hold_until"] is None


def test_payment_can_take_longer_but_not_less(shop):
    order_id = ordered(shop, status="PENDING", hold=3 * DAY)
    shop.advance(2 * DAY)
    assert status(shop, order_id) == "PENDING"
    shop.advance(DAY)
    assert status(shop, order_id) == "UNSHIPPED"
    body = {
        "seller_id": seller_of(shop),
        "marketplace_id": kept(shop, order_id)["marketplace_id"],
        "items": TWO,
        "hold": HOLD - 1,
    }
    assert shop.http.post("/_admin/orders", json=body).status_code == 400


def test_end_of_the_hold_is_an_update(shop):
    order_id = ordered(shop, status="PENDING")
    since = ago(shop, -60)
    assert updated_since(shop, ago(shop, 60)) == [order_id]
    shop.advance(HOLD)
    assert updated_since(shop, since) == [order_id]


def test_order_that_never_was_available_stays_so(shop):
    order_id = ordered(shop, status="PENDING_AVAILABILITY")
    shop.advance(30 * DAY)
    assert status(shop, order_id) == "PENDING_AVAILABILITY"


def test_cancelled_while_pending_never_becomes_fit_for_shipping(shop):
    order_id = ordered(shop, status="PENDING")
    shop.simulator.cancel_order(seller_of(shop), order_id, by="BUYER", reason="why not")
    shop.advance(DAY)
    assert status(shop, order_id) == "CANCELLED"
    assert kept(shop, order_id)["fulfillable"] is None


def test_order_of_the_past_was_held_then(shop):
    order_id = ordered(shop, created=ago(shop, 5 * DAY))
    order = kept(shop, order_id)
    assert order["fulfillable"] == order["created"] + HOLD
    assert order["updated"] == order["fulfillable"]


# === STATUSES SET BY HAND === #


@pytest.mark.parametrize("name", ["PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED"])
def test_items_agree_with_the_status(shop, name):
    order_id = ordered(shop, *TWO)
    shop.simulator.change_order(seller_of(shop), order_id, name)
    order = kept(shop, order_id)
    assert order["status"] == name
    gone = [item["shipped"] + item["cancelled"] for item in order["items"]]
    assert gone == ([1, 0] if name == "PARTIALLY_SHIPPED" else [3, 1])
    path = f"/_admin/orders/{order_id}"
    body = {"seller_id": seller_of(shop), "status": "UNSHIPPED"}
    assert shop.http.patch(path, json=body).status_code == 400
    assert kept(shop, order_id) == order


def test_one_piece_cannot_be_shipped_in_part(shop):
    order_id = ordered(shop, {"sku": "L-1"})
    path = f"/_admin/orders/{order_id}"
    body = {"seller_id": seller_of(shop), "status": "PARTIALLY_SHIPPED"}
    assert shop.http.patch(path, json=body).status_code == 400


# === WISHES AND CANCELLATIONS === #


def test_buyer_asks_for_cancellation(shop):
    order_id = ordered(shop, *TWO)
    first, second = item_ids(shop, order_id)
    since = ago(shop, -1)
    shop.advance(5)
    shop.simulator.ask_to_cancel(seller_of(shop), order_id, "Too late", (first,))
    items = shown(shop, order_id)["orderItems"]
    assert items[0]["cancellation"] == {
        "cancellationRequest": {"requester": "BUYER", "cancelReason": "Too late"}
    }
    assert "cancellation" not in items[1]
    # It is a wish: nothing is cancelled yet.
    assert status(shop, order_id) == "UNSHIPPED"
    assert updated_since(shop, since) == [order_id]
    shop.simulator.ask_to_cancel(seller_of(shop), order_id)
    request = shown(shop, order_id)["orderItems"][1]["cancellation"]
    assert request["cancellationRequest"] == {"requester": "BUYER"}


def test_amazon_cancels(shop):
    order_id = ordered(shop, *TWO)
    since = ago(shop, -1)
    shop.advance(5)
    shop.simulator.cancel_order(seller_of(shop), order_id, reason="Fraud")
    order = shown(shop, order_id)
    assert order["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    for item in order["orderItems"]:
        execution = item["cancellation"]["cancellationExecution"]
        assert execution == {"cancelledBy": "AMAZON", "cancelReason": "Fraud"}
        assert item["fulfillment"] == {
            "quantityFulfilled": 0,
            "quantityUnfulfilled": 0,
        }
    assert Decimal(order["proceeds"]["grandTotal"]["amount"]) == 0
    assert updated_since(shop, since) == [order_id]


def test_part_of_a_line_is_cancelled(shop):
    order_id = ordered(shop, *TWO)
    first, _ = item_ids(shop, order_id)
    how = {"by": "BUYER", "quantities": {first: 1}}
    shop.simulator.cancel_order(seller_of(shop), order_id, **how)
    order = shown(shop, order_id)
    item = order["orderItems"][0]
    assert order["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    assert item["quantityOrdered"] == 3
    assert item["fulfillment"]["quantityUnfulfilled"] == 2
    assert kept(shop, order_id)["items"][0]["amounts"]["item_price"] == "6.67"
    assert order["proceeds"]["grandTotal"]["amount"] == "13.00"
    shop.simulator.ship_order(seller_of(shop), order_id)
    assert status(shop, order_id) == "SHIPPED"


def test_rest_of_a_partly_shipped_order_is_cancelled(shop):
    order_id = ordered(shop, *TWO)
    first, second = item_ids(shop, order_id)
    shop.simulator.ship_order(seller_of(shop), order_id, quantities={first: 3})
    assert status(shop, order_id) == "PARTIALLY_SHIPPED"
    shop.simulator.cancel_order(seller_of(shop), order_id, quantities={second: 1})
    assert status(shop, order_id) == "SHIPPED"


# === HOW LONG ORDERS ARE SHOWN === #


@pytest.mark.parametrize(("number", "shown_then"), [(0, False), (2, True)])
def test_orders_are_shown_for_two_years_but_in_the_far_east(shop, number, shown_then):
    seller = of_seller(shop, number)
    place = seller.seller["marketplace_ids"][0]
    recent, old = (
        ordered(seller, {"sku": "L-1"}, place=place, created=ago(shop, days * DAY))
        for days in (729, 731)
    )
    shop.advance(130)
    params = {"createdAfter": "2016-01-01T00:00:00Z"}
    found = seller.call("GET", API, params=params).json()["orders"]
    known = [order["orderId"] for order in found]
    assert known == ([old, recent] if shown_then else [recent])
    status_code = seller.call("GET", f"{API}/{old}").status_code
    assert status_code == (200 if shown_then else 404)


def test_page_shows_orders(shop):
    order_id = ordered(shop, *TWO)
    shop.simulator.cancel_order(seller_of(shop), order_id)
    page = shop.http.get("/").text
    assert order_id in page
    assert "3 × <code>L-1</code>" in page


# === ADDRESSES === #


def test_buyer_moves_before_the_order_is_shipped(shop):
    order_id = ordered(shop)
    before = kept(shop, order_id)
    since = ago(shop, -1)
    shop.advance(5)
    change = {"line1": "Οδός Ερμού 5", "city": "Αθήνα", "country": "GR"}
    shop.simulator.readdress_order(seller_of(shop), order_id, **change)
    address = kept(shop, order_id)["address"]
    assert address == {**before["address"], **change}
    assert updated_since(shop, since) == [order_id]


# === NONSENSE === #


@pytest.mark.parametrize(
    ("act", "body", "code"),
    [
        ("cancel", {"by": "NOBODY"}, 400),
        ("cancel", {"quantities": {"1": 1}}, 400),
        ("ask_to_cancel", {"item_ids": ["1"]}, 400),
        ("address", {"planet": "Mars"}, 400),
        ("ship", {"quantities": {"1": 1}}, 400),
        ("dance", {}, 404),
    ],
)
def test_nonsense_changes_nothing(shop, act, body, code):
    order_id = ordered(shop)
    before = kept(shop, order_id)
    path = f"/_admin/orders/{order_id}/{act}"
    answer = shop.http.post(path, json={"seller_id": seller_of(shop), **body})
    assert answer.status_code == code
    assert kept(shop, order_id) == before


@pytest.mark.parametrize("act", ["cancel", "ask_to_cancel", "address", "ship"])
def test_what_is_over_stays_so(shop, act):
    order_id = ordered(shop)
    shop.simulator.cancel_order(seller_of(shop), order_id)
    whose = {"seller_id": seller_of(shop)}
    path = f"/_admin/orders/{order_id}/{act}"
    before = kept(shop, order_id)
    answer = shop.http.post(path, json={**whose, "quantities": {"1": 1}})
    assert answer.status_code == 400
    assert kept(shop, order_id) == before
    other = {"seller_id": seller_of(of_seller(shop, 1))}
    assert shop.http.post(path, json=other).status_code == 404


def test_more_than_is_left_cannot_go(shop):
    order_id = ordered(shop)
    (item,) = item_ids(shop, order_id)
    path = f"/_admin/orders/{order_id}"
    body = {"seller_id": seller_of(shop), "quantities": {item: 3}}
    assert shop.http.post(f"{path}/cancel", json=body).status_code == 400
    assert shop.http.post(f"{path}/ship", json=body).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "XX"},
        {"created": "2999-01-01T00:00:00Z"},
        {"service_level": "TELEPORT"},
        {"buyer": {"shoe_size": 43}},
        {"address": "Berlin"},
        {"programs": "PRIME"},
        {"hold": "long"},
        {"items": [{"sku": "L-1", "item_price": "9.999"}]},
        {"items": [{"sku": "L-1", "item_price": "much"}]},
        {"items": [{"sku": "L-1", "promotions": [{"item": "1.00"}]}]},
    ],
)
def test_order_must_make_sense(shop, changes):
    body = {
        "seller_id": seller_of(shop),
        "marketplace_id": shop.seller["marketplace_ids"][0],
        "items": [{"sku": "L-1"}],
        **changes,
    }
    assert shop.http.post("/_admin/orders", json=body).status_code == 400
    assert shop.simulator.orders() == []
