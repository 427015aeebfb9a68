# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people do with orders outside of the API: customers, Amazon, Seller Central."""

from __future__ import annotations

import random
from typing import Any

from deploy.simulator.clock import Clock, seconds
from deploy.simulator.listing_view import first
from deploy.simulator.listings import Listings
from deploy.simulator.order_book import (
    ORDER_ID,
    PENDING,
    STATUSES,
    WAITING,
    Order,
    OrderBook,
)
from deploy.simulator.order_edits import (
    CANCELLERS,
    HOLD_SECONDS,
    cancelled,
    readdressed,
    remaining,
    requested,
    shipped,
    with_status,
)
from deploy.simulator.order_maker import OrderMaker
from deploy.simulator.sellers import Seller

PACKAGE = ("reference", "carrier", "service", "tracking")


class OrderDesk:
    """Lets things happen to orders; each moves the time of their last update.

    Methods raise KeyError for an order that is not there, ValueError for nonsense.
    """

    def __init__(self, clock: Clock, orders: OrderBook, listings: Listings) -> None:
        self._clock = clock
        self._orders = orders
        self._listings = listings
        self._maker = OrderMaker(random.Random())

    def add(self, seller: Seller, values: dict[str, Any]) -> str:
        """Let a customer order something; return the order's id.

        :param values: marketplace_id and what ``OrderMaker.make`` takes, and maybe
            status, created (a time in Amazon's writing), hold (how many seconds from
            now it stays pending: half an hour at least)
        """
        place = values.get("marketplace_id")
        if place not in seller.marketplace_ids:
            raise ValueError("marketplace_id must be one of the seller's")
        order_id = values.get("order_id")
        if order_id is not None and not ORDER_ID.fullmatch(str(order_id)):
            raise ValueError(f"{order_id} is no order id")
        if order_id and self._orders.get(seller.seller_id, str(order_id)):
            raise ValueError(f"the order {order_id} is there already")
        created, now = values.get("created"), self._clock.now()
        moment = seconds(str(created)) if created else now
        if moment > now:
            raise ValueError("created must not be later than now")
        items = values.get("items")
        known = [self._known(seller.seller_id, place, item) for item in items or []]
        order = self._maker.make(
            seller.seller_id, place, moment, {**values, "items": known}
        )
        status = _status(values.get("status", PENDING))
        hold = values.get("hold", HOLD_SECONDS)
        if not isinstance(hold, (int, float)) or hold < HOLD_SECONDS:
            raise ValueError(f"hold must be {HOLD_SECONDS} seconds at least")
        if status == PENDING:
            order |= {"hold_until": now + hold}
        # An order of just now that is to be open already has had no time to be held.
        ready = min(now, moment + HOLD_SECONDS)
        order |= {"fulfillable": ready}
        since = moment if status in WAITING else ready
        self._orders.put(with_status(order, since, status))
        return str(order["order_id"])

    def _known(self, seller_id: str, place: str, item: Any) -> Any:
        """Return an item with what its listing says of it."""
        if not isinstance(item, dict) or not isinstance(item.get("sku"), str):
            return item
        for kept in self._listings.kept(seller_id, (place,), item["sku"]):
            title = first(kept["attributes"], "item_name")
            item = {"asin": kept["asin"], "title": title, **item}
        return item

    def change(self, seller_id: str, order_id: str, values: dict[str, Any]) -> None:
        """Give an order another status."""
        order = self._get(seller_id, order_id)
        if set(values) != {"status"}:
            raise ValueError("only the status can change")
        status = _status(values["status"])
        self._orders.put(with_status(order, self._clock.now(), status))

    def ask_to_cancel(
        self, seller_id: str, order_id: str, values: dict[str, Any]
    ) -> None:
        """Let the buyer ask the seller to cancel an order.

        :param values: maybe reason, and item_ids
        """
        order = self._get(seller_id, order_id)
        reason, items = str(values.get("reason", "")), values.get("item_ids") or []
        self._orders.put(requested(order, self._clock.now(), reason, tuple(items)))

    def cancel(self, seller_id: str, order_id: str, values: dict[str, Any]) -> None:
        """Cancel an order, or some of it.

        :param values: maybe by (one of CANCELLERS; Amazon unless given), reason, and
            quantities (by item id; everything unless given)
        """
        order = self._get(seller_id, order_id)
        by, reason = values.get("by", "AMAZON"), str(values.get("reason", ""))
        if by not in CANCELLERS:
            raise ValueError(f"by must be one of {', '.join(CANCELLERS)}")
        if not remaining(order, {}):
            raise ValueError("nothing of the order is left to be cancelled")
        quantities, now = values.get("quantities"), self._clock.now()
        self._orders.put(cancelled(order, now, by, reason, quantities))

    def readdress(self, seller_id: str, order_id: str, values: dict[str, Any]) -> None:
        """Let the buyer change where an order goes to.

        :param values: parts of an address, as ``order_maker.ADDRESS``
        """
        order = self._get(seller_id, order_id)
        self._orders.put(readdressed(order, self._clock.now(), values))

    def ship(self, seller_id: str, order_id: str, values: dict[str, Any]) -> None:
        """Let the order be shipped as by hand in Seller Central, or by Amazon.

        :param values: maybe quantities (by item id; everything unless given), and
            facts of the package: reference, carrier, service, tracking
        """
        order = self._get(seller_id, order_id)
        if order["status"] in WAITING:
            raise ValueError("the order is not paid for yet")
        if not remaining(order, {}):
            raise ValueError("nothing of the order is left to be shipped")
        package = {name: str(values[name]) for name in PACKAGE if name in values}
        quantities = values.get("quantities") or {}
        self._orders.put(shipped(order, self._clock.now(), quantities, package))

    def _get(self, seller_id: str, order_id: str) -> Order:
        order = self._orders.get(seller_id, order_id)
        if order is None:
            raise KeyError(f"order {order_id}")
        return order


def _status(value: Any) -> str:
    if value not in STATUSES:
        raise ValueError(f"status must be one of {', '.join(STATUSES)}")
    return str(value)
