# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The book of orders: which there are, and how Amazon shows them.

Orders have no buyer, address or price yet.
https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from typing import Any

from deploy.simulator.clock import Clock, iso, seconds
from deploy.simulator.sellers import MARKETPLACES, Seller
from deploy.simulator.store import Store, marks

Order = dict[str, Any]
ORDER_ID = re.compile(r"\d{3}-\d{7}-\d{7}")
PENDING = "PENDING"
STATUSES = (
    "PENDING_AVAILABILITY",
    PENDING,
    "UNSHIPPED",
    "PARTIALLY_SHIPPED",
    "SHIPPED",
    "CANCELLED",
    "UNFULFILLABLE",
)
FULFILLERS = ("MERCHANT", "AMAZON")


@dataclass(frozen=True)
class OrderSearch:
    """Which orders are wanted, of which page.

    ``column``: "created" or "updated", in seconds since 1970 from ``start`` to ``end``.
    Empty tuples: any.
    """

    column: str
    start: float
    end: float
    places: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    fulfillers: tuple[str, ...] = ()
    offset: int = 0
    most: int = 100

    @property
    def where(self) -> tuple[str, list[Any]]:
        """The conditions as SQL, and their values."""
        conditions = [f"{self.column} >= ? AND {self.column} <= ?"]
        values: list[Any] = [self.start, self.end]
        for key, wanted in (
            ("marketplace_id", self.places),
            ("status", self.statuses),
            ("fulfilled_by", self.fulfillers),
        ):
            if wanted:
                conditions.append(f"data ->> '{key}' IN ({marks(wanted)})")
                values += wanted
        return " AND ".join(conditions), values


class OrderBook:
    """All orders of all sellers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._dice = random.Random()

    # === READING === #

    def get(self, seller_id: str, order_id: str) -> Order | None:
        """Return a seller's order, None if there is none."""
        rows = self._store.rows(
            "SELECT data FROM customer_order WHERE seller_id = ? AND order_id = ?",
            seller_id,
            order_id,
        )
        return json.loads(rows[0][0]) if rows else None

    def search(self, seller_id: str, search: OrderSearch) -> list[Order]:
        """Return a page of a seller's orders, in the order of the time that counts."""
        where, values = search.where
        rows = self._store.rows(
            f"SELECT data FROM customer_order WHERE seller_id = ? AND {where}"
            f" ORDER BY {search.column}, order_id LIMIT ? OFFSET ?",
            seller_id,
            *values,
            search.most,
            search.offset,
        )
        return [json.loads(data) for (data,) in rows]

    def all(self, seller_id: str = "") -> list[Order]:
        """Return orders, oldest first; empty: of all sellers."""
        rows = self._store.rows(
            "SELECT data FROM customer_order WHERE ? IN ('', seller_id)"
            " ORDER BY created, order_id",
            seller_id,
        )
        return [json.loads(data) for (data,) in rows]

    # === CHANGING === #

    def add(self, seller: Seller, values: dict[str, Any]) -> str:
        """Let a customer order something; return the order's id.

        :param values: marketplace_id, items (each with sku and quantity), and maybe
            status, fulfilled_by, order_id, created (a time in Amazon's writing)
        :raise ValueError: something is missing or wrong
        """
        place, items = values.get("marketplace_id"), values.get("items")
        if place not in seller.marketplace_ids:
            raise ValueError("marketplace_id must be one of the seller's")
        if not isinstance(items, list) or not items:
            raise ValueError("items must hold what was ordered")
        order_id = str(values.get("order_id") or self._number())
        if not ORDER_ID.fullmatch(order_id):
            raise ValueError(f"{order_id} is no order id")
        if self.get(seller.seller_id, order_id):
            raise ValueError(f"the order {order_id} is there already")
        created = values.get("created")
        moment = seconds(str(created)) if created else self._clock.now()
        order = {
            "seller_id": seller.seller_id,
            "order_id": order_id,
            "marketplace_id": place,
            "status": _one_of("status", values.get("status", PENDING), STATUSES),
            "fulfilled_by": _one_of(
                "fulfilled_by", values.get("fulfilled_by", FULFILLERS[0]), FULFILLERS
            ),
            "items": [self._item(item) for item in items],
            "created": moment,
            "updated": moment,
        }
        self._keep(order)
        return order_id

    def change(self, seller_id: str, order_id: str, values: dict[str, Any]) -> None:
        """Give an order another status.

        :raise KeyError: there is no such order
        :raise ValueError: there is no such status
        """
        order = self.get(seller_id, order_id)
        if order is None:
            raise KeyError(order_id)
        if set(values) != {"status"}:
            raise ValueError("only the status can change")
        status = _one_of("status", values["status"], STATUSES)
        self._keep({**order, "status": status, "updated": self._clock.now()})

    def _item(self, item: Any) -> dict[str, Any]:
        sku = item.get("sku") if isinstance(item, dict) else None
        quantity = item.get("quantity", 1) if isinstance(item, dict) else None
        if not isinstance(sku, str) or not sku:
            raise ValueError("each item needs a sku")
        if not isinstance(quantity, int) or quantity < 1:
            raise ValueError("each item needs a quantity of at least 1")
        # Amazon's item ids have 14 or 15 digits.
        item_id = str(self._dice.randrange(10**13, 10**15))
        return {"item_id": item_id, "sku": sku, "quantity": quantity}

    def _number(self) -> str:
        parts = [self._dice.randrange(10**7) for _ in range(2)]
        return f"{self._dice.randrange(1000):03d}-{parts[0]:07d}-{parts[1]:07d}"

    def _keep(self, order: Order) -> None:
        self._store.rows(
            "INSERT OR REPLACE INTO customer_order VALUES (?, ?, ?, ?, ?)",
            order["order_id"],
            order["seller_id"],
            order["created"],
            order["updated"],
            json.dumps(order),
        )


def _one_of(name: str, value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}")
    return str(value)


# === AS AMAZON SHOWS IT === #


def show(
    order: Order, included: list[str], listing: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return an order as the Orders API shows it.

    :param included: the data sets that were asked for
    :param listing: what is known of the items' listings, by SKU: asin, title
    """
    place = MARKETPLACES[order["marketplace_id"]]
    shown: dict[str, Any] = {
        "orderId": order["order_id"],
        "createdTime": iso(order["created"]),
        "lastUpdatedTime": iso(order["updated"]),
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": order["marketplace_id"],
            "marketplaceName": place.name,
        },
        "orderItems": [
            _shown_item(order, item, included, listing.get(item["sku"], {}))
            for item in order["items"]
        ],
    }
    # A data set of its own: who does not ask for it does not learn the status.
    if "FULFILLMENT" in included:
        shown["fulfillment"] = {
            "fulfillmentStatus": order["status"],
            "fulfilledBy": order["fulfilled_by"],
        }
    return shown


def _shown_item(
    order: Order, item: dict[str, Any], included: list[str], known: dict[str, Any]
) -> dict[str, Any]:
    product = {"sellerSku": item["sku"], **known}
    shown: dict[str, Any] = {
        "orderItemId": item["item_id"],
        "quantityOrdered": item["quantity"],
        "product": product,
    }
    if "FULFILLMENT" in included:
        done = item["quantity"] if order["status"] == "SHIPPED" else 0
        left = 0 if order["status"] in ("SHIPPED", "CANCELLED") else item["quantity"]
        shown["fulfillment"] = {"quantityFulfilled": done, "quantityUnfulfilled": left}
    return shown
