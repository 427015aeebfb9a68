# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where orders are kept: found by id, by time, and released when they are paid.

An order is a dict: seller_id, order_id, marketplace_id, currency, status, fulfilled_by,
created, updated, hold_until (while it is pending), fulfillable (since it is not),
service_level, ship_by and deliver_by (from, to), programs, replaces, seller_order_id,
payment_method, buyer, address, buyer_tax, packages, adjustments, items. Times are in
seconds since 1970, None: none. An item: item_id, sku, asin, title, quantity, cancelled,
shipped, amounts and promotions (see ``order_amounts``), gift, merchant_item_id,
cancel_request, cancel_execution, tax_collection, ioss, price_designation.
https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from deploy.simulator.clock import Clock, seconds
from deploy.simulator.sellers import Seller
from deploy.simulator.store import Store, marks

Order = dict[str, Any]
ORDER_ID = re.compile(r"\d{3}-\d{7}-\d{7}")
PENDING, UNSHIPPED, PARTIALLY_SHIPPED = "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED"
SHIPPED, CANCELLED = "SHIPPED", "CANCELLED"
STATUSES = (
    "PENDING_AVAILABILITY",
    PENDING,
    UNSHIPPED,
    PARTIALLY_SHIPPED,
    SHIPPED,
    CANCELLED,
    "UNFULFILLABLE",
)
WAITING = ("PENDING_AVAILABILITY", PENDING)
# What is still to be shipped, at least in part.
OPEN = (UNSHIPPED, PARTIALLY_SHIPPED)
FULFILLERS = MERCHANT, AMAZON = ("MERCHANT", "AMAZON")
TWO_YEARS = 730 * 86400
# In Japan, Australia and Singapore: all since 2016.
EPOCH_FAR_EAST = seconds("2016-01-01T00:00:00Z")
# So many orders are read, written or released at a time.
BATCH = 500
COLUMNS = (
    "seller_id",
    "order_id",
    "place",
    "status",
    "fulfilled_by",
    "seller_order_id",
    "created",
    "updated",
    "fulfillable",
    "hold_until",
    "data",
)
PUT = (
    f"INSERT OR REPLACE INTO customer_order ({', '.join(COLUMNS)})"
    f" VALUES ({', '.join('?' * len(COLUMNS))})"
)
TIMES = ("created", "updated", "fulfillable")


@dataclass(frozen=True)
class OrderSearch:
    """Which orders are wanted.

    ``column``: the one of TIMES that counts, in seconds since 1970 from ``start`` to
    ``end``, both included. Empty tuples: any. ``oldest``: when they were made at the
    earliest.
    """

    column: str
    start: float
    end: float
    places: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    fulfillers: tuple[str, ...] = ()
    oldest: float = 0.0

    @property
    def where(self) -> tuple[str, list[Any]]:
        """The conditions as SQL, and their values."""
        column = self.column
        conditions = [f"{column} >= ? AND {column} <= ? AND created >= ?"]
        values: list[Any] = [self.start, self.end, self.oldest]
        for column, wanted in (
            ("place", self.places),
            ("status", self.statuses),
            ("fulfilled_by", self.fulfillers),
        ):
            if wanted:
                conditions.append(f"{column} IN ({marks(wanted)})")
                values += wanted
        return " AND ".join(conditions), values


class OrderBook:
    """All orders of all sellers; each read sees what has become of pending ones."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    # === ONE ORDER === #

    def get(self, seller_id: str, order_id: str) -> Order | None:
        """Return a seller's order, None if there is none."""
        return self._one("order_id", seller_id, order_id)

    def with_alias(self, seller_id: str, seller_order_id: str) -> Order | None:
        """Return the order to which a seller gave an id of its own; None: none."""
        return self._one("seller_order_id", seller_id, seller_order_id)

    def _one(self, column: str, seller_id: str, value: str) -> Order | None:
        self.release()
        rows = self._store.rows(
            "SELECT data FROM customer_order"
            f" WHERE seller_id = ? AND {column} = ? ORDER BY order_id LIMIT 1",
            seller_id,
            value,
        )
        return json.loads(rows[0][0]) if rows else None

    def put(self, order: Order) -> None:
        """Write an order."""
        self._store.rows(PUT, *_row(order))

    def touch(self, order: Order) -> None:
        """Write an order that something has happened to just now."""
        self.put({**order, "updated": self._clock.now()})

    def put_many(self, orders: Iterable[Order]) -> None:
        """Write new orders."""
        self._store.rows_of_many(PUT, [_row(order) for order in orders])

    # === MANY === #

    def search(
        self, seller_id: str, search: OrderSearch, offset: int, most: int
    ) -> list[Order]:
        """Return a page of a seller's orders, in the order of the time that counts."""
        self.release()
        where, values = search.where
        rows = self._store.rows(
            f"SELECT data FROM customer_order WHERE seller_id = ? AND {where}"
            f" ORDER BY {search.column}, order_id LIMIT ? OFFSET ?",
            seller_id,
            *values,
            most,
            offset,
        )
        return [json.loads(data) for (data,) in rows]

    def all(self, seller_id: str, search: OrderSearch) -> Iterator[Order]:
        """Return a seller's orders in the order of the time that counts.

        They are read piece by piece: what changes in between may be seen or not.
        """
        self.release()
        where, values = search.where
        last: tuple[float, str] = (search.start, "")
        while True:
            rows = self._store.rows(
                f"SELECT {search.column}, order_id, data FROM customer_order"
                f" WHERE seller_id = ? AND {where}"
                f" AND ({search.column}, order_id) > (?, ?)"
                f" ORDER BY {search.column}, order_id LIMIT {BATCH}",
                seller_id,
                *values,
                *last,
            )
            yield from (json.loads(data) for *_, data in rows)
            if len(rows) < BATCH:
                return
            last = rows[-1][:2]

    def texts(self, seller_id: str = "") -> Iterator[str]:
        """Return orders as the text they are kept as, oldest first.

        :param seller_id: empty: of all sellers
        """
        self.release()
        last: tuple[float, str, str] = (-1.0, "", "")
        while True:
            rows = self._store.rows(
                "SELECT created, seller_id, order_id, data FROM customer_order"
                " WHERE ? IN ('', seller_id)"
                " AND (created, seller_id, order_id) > (?, ?, ?)"
                f" ORDER BY created, seller_id, order_id LIMIT {BATCH}",
                seller_id,
                *last,
            )
            yield from (data for *_, data in rows)
            if len(rows) < BATCH:
                return
            last = rows[-1][:3]

    def newest(self, most: int) -> list[Order]:
        """Return the orders that were made or changed last, newest first."""
        rows = self._store.rows(
            "SELECT data FROM customer_order ORDER BY rowid DESC LIMIT ?", most
        )
        return [json.loads(data) for (data,) in rows]

    def count(self, seller_id: str) -> dict[str, int]:
        """Return how many orders a seller has of each status."""
        self.release()
        return dict(
            self._store.rows(
                "SELECT status, count(*) FROM customer_order WHERE seller_id = ?"
                " GROUP BY status ORDER BY status",
                seller_id,
            )
        )

    # === AS TIME GOES BY === #

    def release(self) -> None:
        """Let pending orders whose hold is over be shipped: from then, not from now."""
        now = self._clock.now()
        due = "hold_until <= ?"
        while self._store.rows(
            f"SELECT 1 FROM customer_order WHERE {due} LIMIT 1", now
        ):
            with self._store.together():
                rows = self._store.rows(
                    f"SELECT data FROM customer_order WHERE {due} LIMIT {BATCH}", now
                )
                self.put_many(released(json.loads(data)) for (data,) in rows)


def oldest(seller: Seller, now: float) -> float:
    """Return how old an order may be to be shown, in seconds since 1970.

    https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference
    """
    return EPOCH_FAR_EAST if seller.region == "fe" else now - TWO_YEARS


def released(order: Order) -> Order:
    """Return an order as it is when its hold is over."""
    moment = order["hold_until"]
    return {
        **order,
        "status": UNSHIPPED,
        "hold_until": None,
        "fulfillable": moment,
        "updated": moment,
    }


def _row(order: Order) -> tuple[Any, ...]:
    facts = {**order, "place": order["marketplace_id"]}
    return (
        *(facts[name] for name in COLUMNS[:-1]),
        json.dumps(order, ensure_ascii=False),
    )
