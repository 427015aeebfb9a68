# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""confirmShipment: one package of one order at a time."""

from __future__ import annotations

import pytest
import spapi
from spapi.models.orders_v0 import (
    ConfirmShipmentOrderItem,
    ConfirmShipmentRequest,
    PackageDetail,
)

from tests.simulator.conftest import DE, FR
from tests.simulator.orders import (
    ago,
    item_ids,
    kept,
    of_seller,
    ordered,
    seller_of,
    shown,
)


def package(shop, order_id, quantities=None, **changes):
    quantities = quantities or {item: 1 for item in item_ids(shop, order_id)}
    return {
        "packageReferenceId": "1",
        "carrierCode": "DHL",
        "shippingMethod": "Paket",
        "trackingNumber": "0815",
        "shipDate": ago(shop, 60),
        "orderItems": [
            {"orderItemId": item_id, "quantity": quantity}
            for item_id, quantity in quantities.items()
        ],
        **changes,
    }


def confirmed(shop, order_id, detail, **changes):
    path = f"/orders/v0/orders/{order_id}/shipmentConfirmation"
    body = {"marketplaceId": DE, "packageDetail": detail, **changes}
    return shop.call("POST", path, json=body)


def refused(answer, status=400):
    if answer.status_code != status:
        return ""
    return answer.json()["errors"][0]["message"]


def test_packages_ship_an_order(shop):
    order_id = ordered(shop, {"sku": "L-1", "quantity": 3})
    (item,) = item_ids(shop, order_id)
    answer = confirmed(shop, order_id, package(shop, order_id, {item: 2}))
    assert (answer.status_code, answer.content) == (204, b"")
    assert kept(shop, order_id)["status"] == "PARTIALLY_SHIPPED"
    second = package(
        shop,
        order_id,
        packageReferenceId="2",
        carrierCode="Other",
        carrierName="Bote",
    )
    assert confirmed(shop, order_id, second).status_code == 204
    order = shown(shop, order_id)
    assert order["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert [p["carrier"] for p in order["packages"]] == ["DHL", "Bote"]
    assert order["packages"][0]["packageItems"] == [
        {"orderItemId": item, "quantity": 2}
    ]
    third = package(shop, order_id, packageReferenceId="3")
    words = refused(confirmed(shop, order_id, third))
    assert "PackageToUpdateNotFound" in words


def test_same_package_is_changed_not_shipped_again(shop):
    order_id = ordered(shop, {"sku": "L-1", "quantity": 2})
    first = package(shop, order_id)
    assert confirmed(shop, order_id, first).status_code == 204
    again = {**first, "trackingNumber": "4711"}
    assert confirmed(shop, order_id, again).status_code == 204
    order = kept(shop, order_id)
    assert [p["tracking"] for p in order["packages"]] == ["4711"]
    assert order["items"][0]["shipped"] == 1
    (item,) = item_ids(shop, order_id)
    other = package(shop, order_id, {item: 2})
    assert "PackageToUpdateNotFound" in refused(confirmed(shop, order_id, other))


@pytest.mark.parametrize(
    "changes",
    [
        {"packageReferenceId": None},
        {"packageReferenceId": "WH/OUT/1"},
        {"packageReferenceId": "0"},
        {"packageReferenceId": 1},
        {"carrierCode": ""},
        {"carrierCode": "Other"},
        {"trackingNumber": None},
        {"shipDate": "02/21/2022"},
        {"shipDate": None},
        {"shipDate": "2999-01-01T00:00:00Z"},
        {"shipDate": "2001-01-01T00:00:00Z"},
        {"orderItems": []},
        {"orderItems": None},
        {"orderItems": [{"orderItemId": "123456789012345", "quantity": 1}]},
        {"orderItems": ["123456789012345"]},
    ],
)
def test_package_must_be_as_the_model_says(shop, changes):
    order_id = ordered(shop)
    before = kept(shop, order_id)
    answer = confirmed(shop, order_id, package(shop, order_id, **changes))
    assert refused(answer)
    assert answer.json()["errors"][0]["code"] == "InvalidInput"
    assert kept(shop, order_id) == before


def test_quantities_must_fit(shop):
    order_id = ordered(shop, {"sku": "L-1", "quantity": 2})
    (item,) = item_ids(shop, order_id)
    for quantity in (0, -1, "1", 3):
        assert refused(
            confirmed(shop, order_id, package(shop, order_id, {item: quantity}))
        )
    assert kept(shop, order_id)["items"][0]["shipped"] == 0


def test_orders_that_cannot_be_shipped(shop):
    good = ordered(shop)
    detail = package(shop, good)
    assert refused(confirmed(shop, good, detail, marketplaceId=None))
    assert refused(confirmed(shop, good, detail, marketplaceId="ATVPDKIKX0DER"))
    assert refused(confirmed(shop, good, detail, marketplaceId=FR), 404)
    assert refused(confirmed(shop, good, "parcel"))
    assert refused(confirmed(shop, good, detail, codCollectionMethod="DirectPayment"))
    assert refused(confirmed(shop, "S00042", detail))
    assert refused(confirmed(shop, "028-1111111-1111111", detail), 404)
    american = of_seller(shop, 1)
    place = american.seller["marketplace_ids"][0]
    assert refused(confirmed(american, good, detail, marketplaceId=place), 404)
    pending = ordered(shop, status="PENDING")
    amazons = ordered(shop, fulfilled_by="AMAZON")
    cancelled = ordered(shop)
    shop.simulator.cancel_order(seller_of(shop), cancelled)
    for order_id in (pending, amazons, cancelled):
        assert refused(confirmed(shop, order_id, package(shop, order_id)))
    assert kept(shop, good)["status"] == "UNSHIPPED"


def test_shipping_needs_a_role(shop):
    order_id = ordered(shop)
    shop.simulator.change_seller(seller_of(shop), roles=["Pricing"])
    answer = confirmed(shop, order_id, package(shop, order_id))
    assert answer.status_code == 403


def test_sdk_ships(raw, sdk):
    order_id = ordered(raw, {"sku": "L-1"})
    (item,) = item_ids(raw, order_id)
    detail = PackageDetail(
        package_reference_id="7",
        carrier_code="DHL",
        tracking_number="0815",
        ship_date=ago(raw, 60),
        order_items=[ConfirmShipmentOrderItem(order_item_id=item, quantity=1)],
    )
    spapi.OrdersV0Api(sdk).confirm_shipment(
        order_id, ConfirmShipmentRequest(marketplace_id=DE, package_detail=detail)
    )
    order = spapi.GetOrderApi(sdk).get_order(order_id, included_data=["PACKAGES"])
    assert order.order.packages[0].tracking_number == "0815"
