# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""confirmShipment, the operation of the old Orders API that stays.

https://developer-docs.amazon.com/sp-api/docs/orders-api-v0-reference
"""

from __future__ import annotations

import re
from typing import Any

from deploy.simulator.answers import Answer, invalid, missing
from deploy.simulator.clock import Clock
from deploy.simulator.order_book import (
    MERCHANT,
    OPEN,
    ORDER_ID,
    SHIPPED,
    WAITING,
    Order,
    OrderBook,
)
from deploy.simulator.order_edits import is_ship_time, item_of, left, shipped
from deploy.simulator.request import Request, check_places, moment
from deploy.simulator.sellers import MARKETPLACES
from deploy.simulator.store import Store

NEEDED = ("packageReferenceId", "carrierCode", "trackingNumber", "shipDate")
REFERENCE = re.compile(r"0*[1-9]\d*")
NO_ITEM = (
    "OrderItemId is invalid, please obtain the value through the getOrderItems API"
    " or Manage Orders page"
)
NO_PACKAGE = (
    "Failed to create package due to not finding a matching package or order already"
    " fulfilled. ErrorMessage(errorCode=GeneralError, errorDescription=Unable to find"
    " package to update for order (), errorMetric=PackageToUpdateNotFound,"
    " packageIndex=null)"
)


class ShipmentOperations:
    """One method per operation, named as Amazon names it in snake case."""

    def __init__(self, store: Store, clock: Clock, orders: OrderBook) -> None:
        self._store = store
        self._clock = clock
        self._orders = orders

    def confirm_shipment(self, request: Request) -> Answer:
        """Note that a package is on its way; a known one gets other facts.

        That a package is changed by sending its reference again is inferred from the
        words that Amazon has for one that it does not find.
        """
        request.only()
        body = request.json()
        place, package = _checked(request, body)
        order_id = request.path["orderId"]
        if not ORDER_ID.fullmatch(order_id):
            raise invalid(f"'{order_id}' is no order id.")
        with self._store.together():
            order = self._orders.get(request.seller.seller_id, order_id)
            if order is None or order["marketplace_id"] != place:
                raise missing(f"Order {order_id}")
            self._orders.put(self._with_package(order, package))
        return Answer(204)

    def _with_package(self, order: Order, package: dict[str, Any]) -> Order:
        if order["fulfilled_by"] != MERCHANT or order["status"] in WAITING:
            raise invalid("The order cannot be shipped by the seller now.")
        now, items = self._clock.now(), _items(order, package.pop("items"))
        if not is_ship_time(order, package["ship_time"], now):
            raise invalid("'shipDate' is before the order or in the future.")
        for known in order["packages"]:
            if known["reference"] == package["reference"]:
                if known["items"] != items:
                    raise invalid(NO_PACKAGE)
                known.update(package)
                return {**order, "updated": now}
        if order["status"] not in (*OPEN, SHIPPED) or not _fits(order, items):
            raise invalid(NO_PACKAGE)
        return shipped(order, now, items, package)


def _fits(order: Order, items: dict[str, int]) -> bool:
    found = {item["item_id"]: left(item) for item in order["items"]}
    return all(quantity <= found[item_id] for item_id, quantity in items.items())


def _checked(request: Request, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the marketplace and the facts of the package that are in a body.

    :raise Refusal: something is missing or wrong
    """
    place, package = str(body.get("marketplaceId")), body.get("packageDetail")
    check_places(request.seller, [place])
    if not isinstance(package, dict):
        raise invalid("'packageDetail' is required.")
    for name in NEEDED:
        if not isinstance(package.get(name), str) or not package[name]:
            raise invalid(f"'packageDetail.{name}' is required.")
    if not REFERENCE.fullmatch(package["packageReferenceId"]):
        raise invalid("'packageReferenceId' must be a positive number.")
    other = package["carrierCode"] == "Other"
    if other and not package.get("carrierName"):
        raise invalid("'carrierName' is required with the carrier code 'Other'.")
    method = body.get("codCollectionMethod")
    if method and (method != "DirectPayment" or MARKETPLACES[place].country != "JP"):
        raise invalid("'codCollectionMethod' is not valid here.")
    carrier = package["carrierName"] if other else package["carrierCode"]
    return place, {
        "reference": package["packageReferenceId"],
        "carrier": carrier,
        "service": str(package.get("shippingMethod") or ""),
        "tracking": package["trackingNumber"],
        "ship_time": moment("shipDate", package["shipDate"]),
        "items": package.get("orderItems"),
    }


def _items(order: Order, given: Any) -> dict[str, int]:
    """Return how many of which items are in a package.

    :raise Refusal: there are none, or one is not in the order
    """
    if not isinstance(given, list) or not given:
        raise invalid("'packageDetail.orderItems' must hold what is in the package.")
    found: dict[str, int] = {}
    for line in given:
        item_id = line.get("orderItemId") if isinstance(line, dict) else None
        quantity = line.get("quantity") if isinstance(line, dict) else None
        if not isinstance(item_id, str) or item_of(order, item_id) is None:
            raise invalid(NO_ITEM)
        if not isinstance(quantity, int) or quantity < 1:
            raise invalid("'quantity' must be a number of at least 1.")
        found[item_id] = found.get(item_id, 0) + quantity
    return found
