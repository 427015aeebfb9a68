# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to orders: customers, Amazon and sellers change them.

Each function returns the order as it is afterwards; the one that was given is spent.
https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference
"""

from __future__ import annotations

from typing import Any

from deploy.simulator.order_amounts import shrink
from deploy.simulator.order_book import (
    CANCELLED,
    MERCHANT,
    PARTIALLY_SHIPPED,
    SHIPPED,
    UNSHIPPED,
    WAITING,
    Order,
)
from deploy.simulator.order_maker import ADDRESS, DAY

# An order can be shipped half an hour after it was made, at the earliest:
# https://developer-docs.amazon.com/sp-api/docs/report-type-values-order
HOLD_SECONDS = 1800
CANCELLERS = ("BUYER", "MERCHANT", "AMAZON")


def left(item: dict[str, Any]) -> int:
    """Return how many of an item are neither shipped nor cancelled."""
    return int(item["quantity"] - item["cancelled"] - item["shipped"])


def wanted(item: dict[str, Any]) -> int:
    """Return how many of an item are not cancelled."""
    return int(item["quantity"] - item["cancelled"])


def item_of(order: Order, item_id: str) -> dict[str, Any] | None:
    """Return an order's item by its id, None if there is none."""
    found = [item for item in order["items"] if item["item_id"] == item_id]
    return found[0] if found else None


def is_ship_time(order: Order, moment: float, now: float) -> bool:
    """Return whether an order can have been shipped at a time.

    That Amazon takes no time before the day of the order, or more than a day ahead, is
    inferred.
    """
    return bool(order["created"] // DAY * DAY <= moment <= now + DAY)


def remaining(order: Order, quantities: dict[str, int]) -> dict[str, int]:
    """Return how many of which items are meant, by item id.

    :param quantities: by item id; empty: everything that is left
    :raise ValueError: there is no such item, or not so much of it
    """
    if not quantities:
        return {i["item_id"]: left(i) for i in order["items"] if left(i)}
    for item_id, quantity in quantities.items():
        item = item_of(order, item_id)
        if item is None:
            raise ValueError(f"the order has no item {item_id}")
        if not isinstance(quantity, int) or not 0 < quantity <= left(item):
            raise ValueError(f"of item {item_id}, 1 to {left(item)} are left")
    return quantities


def cancelled(
    order: Order,
    moment: float,
    by: str,
    reason: str,
    quantities: dict[str, int] | None = None,
) -> Order:
    """Cancel some of an order, or all that is left of it.

    :param by: one of CANCELLERS
    :param quantities: how many of which items, by item id; None: everything
    :raise ValueError: there is not so much left
    """
    for item_id, quantity in remaining(order, quantities or {}).items():
        item = item_of(order, item_id)
        if item is not None:
            before = wanted(item)
            item["cancelled"] += quantity
            item["cancel_execution"] = {"by": by, "reason": reason}
            shrink(item, wanted(item), before, order["currency"])
    return _moved(order, moment)


def shipped(
    order: Order,
    moment: float,
    quantities: dict[str, int],
    package: dict[str, Any] | None = None,
) -> Order:
    """Ship some of an order, or all that is left of it.

    :param quantities: how many of which items, by item id; empty: everything
    :param package: reference, carrier, service, tracking, ship_time; None: unknown
    :raise ValueError: there is not so much left
    """
    quantities = remaining(order, quantities)
    for item in order["items"]:
        item["shipped"] += quantities.get(item["item_id"], 0)
    if order["fulfilled_by"] == MERCHANT:
        number = str(len(order["packages"]) + 1)
        facts = {"reference": number, "ship_time": moment, **(package or {})}
        order["packages"].append({**facts, "created": moment, "items": quantities})
    return _moved(order, moment)


def _moved(order: Order, moment: float) -> Order:
    """Return an order with the status that its items have led to."""
    items, status = order["items"], order["status"]
    if not any(wanted(item) for item in items):
        status = CANCELLED
    elif not any(left(item) for item in items):
        status = SHIPPED
    elif any(item["shipped"] for item in items):
        status = PARTIALLY_SHIPPED
    hold = order["hold_until"] if status in WAITING else None
    return {**order, "status": status, "hold_until": hold, "updated": moment}


def requested(
    order: Order, moment: float, reason: str, item_ids: tuple[str, ...] = ()
) -> Order:
    """Let the buyer ask for the cancellation of an order.

    :param item_ids: of some items only; empty: of all
    :raise ValueError: nothing is left, or there is no such item
    """
    remaining(order, dict.fromkeys(item_ids, 1))
    if not any(left(item) for item in order["items"]):
        raise ValueError("nothing of the order is left to be cancelled")
    for item in order["items"]:
        if left(item) and (not item_ids or item["item_id"] in item_ids):
            item["cancel_request"] = {"reason": reason}
    return {**order, "updated": moment}


def readdressed(order: Order, moment: float, address: dict[str, str]) -> Order:
    """Let the buyer have an order sent elsewhere; what is not given stays.

    :raise ValueError: it is shipped or cancelled, or the address has unknown parts
    """
    if order["status"] not in (*WAITING, UNSHIPPED):
        raise ValueError("the order is not waiting to be shipped any more")
    if set(address) - set(ADDRESS):
        raise ValueError(f"an address has {', '.join(ADDRESS)}")
    changed = {**order["address"], **address}
    return {**order, "address": changed, "updated": moment}


def acknowledged(
    order: Order, moment: float, seller_order_id: str, item_ids: dict[str, str]
) -> Order:
    """Note what a seller calls an order and its items.

    :param item_ids: the seller's ids, by Amazon's
    """
    for item in order["items"]:
        item["merchant_item_id"] = item_ids.get(
            item["item_id"], item["merchant_item_id"]
        )
    number = seller_order_id or order["seller_order_id"]
    return {**order, "seller_order_id": number, "updated": moment}


def with_status(order: Order, moment: float, status: str) -> Order:
    """Give an order another status, with items that agree with it.

    :raise ValueError: they cannot: nothing is left, or too little
    """
    ready = {"fulfillable": order["fulfillable"] or moment}
    if status == SHIPPED:
        return shipped({**order, **ready}, moment, {})
    if status == CANCELLED:
        return cancelled(order, moment, "AMAZON", "")
    open_ones = remaining(order, {})
    if not open_ones:
        raise ValueError("nothing of the order is left to be shipped")
    if any(item["shipped"] for item in order["items"]):
        raise ValueError("some of the order is shipped already")
    if status == PARTIALLY_SHIPPED:
        if sum(open_ones.values()) < 2:
            raise ValueError("there is only one piece left to be shipped")
        return shipped({**order, **ready}, moment, {next(iter(open_ones)): 1})
    if status in WAITING:
        return {**order, "status": status, "updated": moment, "fulfillable": None}
    changes = {"status": status, "hold_until": None, "updated": moment}
    return {**order, **changes, **ready}
