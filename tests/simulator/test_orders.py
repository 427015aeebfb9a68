# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders and finances: how they may be asked for, and what orders there are."""

from __future__ import annotations

import pytest
import spapi

from deploy.simulator.clock import iso, seconds
from tests.simulator.catalog import FR, put
from tests.simulator.conftest import DE, Raw

ORDERS = "/orders/2026-01-01/orders"
FINANCES = "/finances/2024-06-19/transactions"
SINCE = "2026-01-01T00:00:00Z"


def ago(shop, minutes):
    return iso(seconds(shop.simulator.admin("health")["time"]) - minutes * 60)


def refused(answer):
    if answer.status_code != 400:
        return False
    return answer.json()["errors"][0]["code"] == "InvalidInput"


# === ORDERS === #


@pytest.mark.parametrize(
    "params",
    [
        {"createdAfter": SINCE},
        {"lastUpdatedAfter": SINCE},
        {"createdAfter": SINCE, "createdBefore": "2026-02-01T00:00:00Z"},
        {"createdAfter": SINCE, "marketplaceIds": DE, "maxResultsPerPage": 100},
        {"createdAfter": SINCE, "fulfilledBy": "MERCHANT,AMAZON"},
        {"createdAfter": SINCE, "includedData": "BUYER,TAX,FULFILLMENT_ORDERS"},
    ],
)
def test_no_order_is_found(shop, params):
    answer = shop.call("GET", ORDERS, params=params)
    assert answer.status_code == 200
    assert answer.json()["orders"] == []
    assert "pagination" not in answer.json()


def test_window_ends_two_minutes_ago(shop):
    found = shop.call("GET", ORDERS, params={"lastUpdatedAfter": SINCE}).json()
    assert found["lastUpdatedBefore"] <= ago(shop, 2)
    assert "createdBefore" not in found
    late = {"createdAfter": SINCE, "createdBefore": ago(shop, 1)}
    assert refused(shop.call("GET", ORDERS, params=late))
    in_time = {"createdAfter": SINCE, "createdBefore": ago(shop, 3)}
    found = shop.call("GET", ORDERS, params=in_time).json()
    assert found["createdBefore"] == in_time["createdBefore"]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"createdBefore": "2026-02-01T00:00:00Z"},
        {"createdAfter": SINCE, "lastUpdatedAfter": SINCE},
        {"createdAfter": SINCE, "lastUpdatedBefore": "2026-02-01T00:00:00Z"},
        {"createdAfter": SINCE, "createdBefore": "2025-12-31T00:00:00Z"},
        {"createdAfter": "yesterday"},
        {"createdAfter": SINCE, "marketplaceIds": "ATVPDKIKX0DER"},
        {"createdAfter": SINCE, "marketplaceIds": ",".join([DE] * 51)},
        {"createdAfter": SINCE, "fulfillmentStatuses": "LOST"},
        {"createdAfter": SINCE, "fulfilledBy": "STORK"},
        {"createdAfter": SINCE, "includedData": "SHOES"},
        {"createdAfter": SINCE, "maxResultsPerPage": 101},
        {"createdAfter": SINCE, "maxResultsPerPage": 0},
        {"createdAfter": SINCE, "paginationToken": "made-up"},
    ],
)
def test_search_must_be_as_the_model_says(shop, params):
    assert refused(shop.call("GET", ORDERS, params=params))


def test_order_is_not_found(shop):
    answer = shop.call("GET", f"{ORDERS}/028-1111111-1111111")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "NotFound"
    assert refused(shop.call("GET", f"{ORDERS}/S00042"))
    params = {"includedData": "SHOES"}
    path = f"{ORDERS}/028-1111111-1111111"
    assert refused(shop.call("GET", path, params=params))


# === THE BOOK OF ORDERS === #

ALL = {"createdAfter": SINCE, "includedData": "FULFILLMENT"}


def order(shop, sku="L-1", quantity=2, place=DE, **values):
    """Let a customer order something; let the two minutes go by."""
    items = [{"sku": sku, "quantity": quantity}]
    seller_id = shop.seller["seller_id"]
    order_id = shop.simulator.add_order(seller_id, place, items, **values)
    shop.advance(130)
    return order_id


def found(shop, **params):
    answer = shop.call("GET", ORDERS, params={**ALL, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(shop, **params):
    return [order["orderId"] for order in found(shop, **params)["orders"]]


def test_pending_order_is_shown(shop):
    put(shop)
    order_id = order(shop)
    (shown,) = found(shop)["orders"]
    assert shown["orderId"] == order_id
    assert shown["fulfillment"]["fulfillmentStatus"] == "PENDING"
    assert shown["fulfillment"]["fulfilledBy"] == "MERCHANT"
    assert shown["salesChannel"] == {
        "channelName": "AMAZON",
        "marketplaceId": DE,
        "marketplaceName": "Amazon.de",
    }
    (item,) = shown["orderItems"]
    assert (item["quantityOrdered"], item["product"]["sellerSku"]) == (2, "L-1")
    assert item["product"]["title"] == "Koffer"
    assert item["fulfillment"] == {"quantityFulfilled": 0, "quantityUnfulfilled": 2}
    single = shop.call("GET", f"{ORDERS}/{order_id}").json()["order"]
    # The status is a data set of its own, for which nobody has asked here.
    assert "fulfillment" not in single
    assert single["orderItems"][0]["orderItemId"] == item["orderItemId"]


def test_order_is_too_young_for_two_minutes(shop):
    items = [{"sku": "L-1", "quantity": 1}]
    shop.simulator.add_order(shop.seller["seller_id"], DE, items)
    assert ids(shop) == []
    shop.advance(130)
    assert len(ids(shop)) == 1


def test_orders_are_filtered(shop):
    german = order(shop)
    french = order(shop, place=FR, status="UNSHIPPED")
    amazons = order(shop, fulfilled_by="AMAZON")
    assert ids(shop) == [german, french, amazons]
    assert ids(shop, marketplaceIds=FR) == [french]
    assert ids(shop, fulfilledBy="AMAZON") == [amazons]
    assert ids(shop, fulfillmentStatuses="PENDING") == [german, amazons]
    assert ids(shop, fulfillmentStatuses="PENDING,UNSHIPPED", fulfilledBy="MERCHANT")
    assert ids(shop, createdBefore=ago(shop, 5)) == [german]
    assert ids(shop, createdAfter=ago(shop, 3)) == [amazons]


def test_change_of_status_is_an_update(shop):
    first, second = order(shop), order(shop)
    since = ago(shop, 0)
    shop.simulator.change_order(shop.seller["seller_id"], first, "CANCELLED")
    shop.advance(130)
    params = {"lastUpdatedAfter": since, "includedData": "FULFILLMENT"}
    (shown,) = shop.call("GET", ORDERS, params=params).json()["orders"]
    assert shown["orderId"] == first
    assert shown["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    assert shown["lastUpdatedTime"] > shown["createdTime"]
    assert ids(shop) == [first, second]
    left = shown["orderItems"][0]["fulfillment"]["quantityUnfulfilled"]
    assert left == 0


def test_orders_come_page_by_page(shop):
    made = [order(shop) for _ in range(5)]
    seen, params = [], {"maxResultsPerPage": 2}
    for count in (2, 2, 1):
        page = found(shop, **params)
        assert len(page["orders"]) == count
        seen += [o["orderId"] for o in page["orders"]]
        token = page.get("pagination", {}).get("nextToken")
        params["paginationToken"] = token
    assert (seen, token) == (made, None)


def test_orders_are_each_sellers_own(shop):
    order_id = order(shop)
    american = Raw(shop.simulator)
    american.seller = shop.simulator.sellers[1]
    assert american.call("GET", f"{ORDERS}/{order_id}").status_code == 404
    assert ids(american) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"seller_id": "NOBODY"},
        {"marketplace_id": "ATVPDKIKX0DER"},
        {"items": []},
        {"items": [{"quantity": 1}]},
        {"items": [{"sku": "L-1", "quantity": 0}]},
        {"items": [{"sku": "L-1", "quantity": "1"}]},
        {"status": "LOST"},
        {"fulfilled_by": "STORK"},
        {"order_id": "S00042"},
        {"created": "once"},
    ],
)
def test_nonsense_is_no_order(shop, changes):
    values = {
        "seller_id": shop.seller["seller_id"],
        "marketplace_id": DE,
        "items": [{"sku": "L-1", "quantity": 1}],
        **changes,
    }
    assert shop.http.post("/_admin/orders", json=values).status_code == 400
    assert shop.simulator.orders() == []


def test_only_the_status_of_an_order_changes(shop):
    order_id = order(shop)
    path = f"/_admin/orders/{order_id}"
    own = {"seller_id": shop.seller["seller_id"]}
    for values, status in (
        ({**own, "status": "LOST"}, 400),
        ({**own, "items": []}, 400),
        ({"status": "SHIPPED"}, 400),
        ({**own, "status": "SHIPPED"}, 200),
    ):
        assert shop.http.patch(path, json=values).status_code == status
    body = {**own, "status": "SHIPPED"}
    unknown = shop.http.patch("/_admin/orders/028-1111111-1111111", json=body)
    assert unknown.status_code == 404


def test_sdk_understands_orders(raw, sdk, seller_id):
    items = [{"sku": "L-1", "quantity": 3}]
    order_id = raw.simulator.add_order(
        seller_id, DE, items, created="2026-03-01T00:00:00Z"
    )
    found = spapi.SearchOrdersApi(sdk).search_orders(
        created_after=SINCE,
        fulfillment_statuses=["PENDING"],
        included_data=["FULFILLMENT"],
    )
    assert [order.order_id for order in found.orders] == [order_id]
    shown = spapi.GetOrderApi(sdk).get_order(order_id, included_data=["FULFILLMENT"])
    assert shown.order.fulfillment.fulfillment_status == "PENDING"
    assert shown.order.order_items[0].quantity_ordered == 3


# === FINANCES === #


@pytest.mark.parametrize(
    "params",
    [
        {"postedAfter": SINCE},
        {"postedAfter": SINCE, "postedBefore": "2026-12-31"},
        {"postedAfter": SINCE, "marketplaceId": DE, "transactionStatus": "RELEASED"},
        {
            "relatedIdentifierName": "ORDER_ID",
            "relatedIdentifierValue": "028-1111111-1111111",
        },
    ],
)
def test_nothing_is_booked(shop, params):
    shop.advance(400 * 86400)
    answer = shop.call("GET", FINANCES, params=params)
    assert answer.status_code == 200
    assert answer.json() == {"payload": {"transactions": []}}


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"postedBefore": "2026-02-01"},
        {"postedAfter": "yesterday"},
        {"postedAfter": "2999-01-01"},
        {"postedAfter": SINCE, "postedBefore": SINCE},
        {"postedAfter": SINCE, "postedBefore": "2999-01-01"},
        {"postedAfter": SINCE, "marketplaceId": "ATVPDKIKX0DER"},
        {"postedAfter": SINCE, "transactionStatus": "LOST"},
        {"relatedIdentifierName": "ORDER_ID"},
        {"relatedIdentifierValue": "028-1111111-1111111"},
        {"relatedIdentifierName": "SHOES", "relatedIdentifierValue": "1"},
        {"postedAfter": SINCE, "nextToken": "made-up"},
    ],
)
def test_transactions_must_be_asked_for_as_the_model_says(shop, params):
    assert refused(shop.call("GET", FINANCES, params=params))


def test_moment_that_is_too_young_is_refused(shop):
    assert refused(shop.call("GET", FINANCES, params={"postedAfter": ago(shop, 1)}))
    older = {"postedAfter": ago(shop, 3)}
    assert shop.call("GET", FINANCES, params=older).status_code == 200
