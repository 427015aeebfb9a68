# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders and finances: how they may be asked for; the books are still empty."""

from __future__ import annotations

import pytest

from deploy.simulator.clock import iso, seconds
from tests.simulator.conftest import DE

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
