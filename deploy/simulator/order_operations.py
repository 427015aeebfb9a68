# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operations of the Orders and the Finances API; no payment is booked yet.

https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference
https://developer-docs.amazon.com/sp-api/docs/finances-api-v2024-06-19-reference
"""

from __future__ import annotations

from typing import Any

from deploy.simulator.answers import Answer, as_json, invalid, missing
from deploy.simulator.clock import Clock, iso
from deploy.simulator.order_book import (
    FULFILLERS,
    ORDER_ID,
    STATUSES,
    Order,
    OrderBook,
    OrderSearch,
    oldest,
)
from deploy.simulator.order_view import show
from deploy.simulator.request import Request, check_places, decode, encode
from deploy.simulator.roles import SHIPPING

# What is younger than this cannot be asked for.
DELAY_SECONDS = 120
COLUMNS = {"created": "created", "lastUpdated": "updated"}
# https://developer-docs.amazon.com/sp-api/docs/access-orders-pii
PERSONAL = ("BUYER", "RECIPIENT")
INCLUDED = (
    *PERSONAL,
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
    "FULFILLMENT_ORDERS",
)
TRANSACTION_STATUSES = ("DEFERRED", "RELEASED", "DEFERRED_RELEASED")
RELATED = ("FINANCIAL_EVENT_GROUP_ID", "ORDER_ID")


class OrderOperations:
    """One method per operation, named as Amazon names it in snake case."""

    def __init__(self, clock: Clock, orders: OrderBook) -> None:
        self._clock = clock
        self._orders = orders

    def search_orders(self, request: Request) -> Answer:
        """Show orders that were created or updated in a window."""
        request.only(
            "createdAfter",
            "createdBefore",
            "lastUpdatedAfter",
            "lastUpdatedBefore",
            "fulfillmentStatuses",
            "marketplaceIds",
            "fulfilledBy",
            "maxResultsPerPage",
            "paginationToken",
            "includedData",
        )
        name, start, end = self._window(request)
        places = request.many("marketplaceIds", most=50)
        check_places(request.seller, places)
        most = request.number("maxResultsPerPage", 100, 100)
        token, included = request.query.get("paginationToken"), _included(request)
        offset = int(decode(token)["start"]) if token else 0
        search = OrderSearch(
            COLUMNS[name],
            start,
            end,
            tuple(places),
            tuple(request.some("fulfillmentStatuses", STATUSES)),
            tuple(request.some("fulfilledBy", FULFILLERS)),
            oldest(request.seller, self._clock.now()),
        )
        # One more than is shown tells whether there is another page.
        found = self._orders.search(
            request.seller.seller_id, search, max(0, offset), most + 1
        )
        shown: dict[str, Any] = {
            "orders": [self._show(order, included) for order in found[:most]],
            f"{name}Before": iso(end),
        }
        if len(found) > most:
            shown["pagination"] = {"nextToken": encode({"start": offset + most})}
        return as_json(shown)

    def _show(self, order: Order, included: list[str]) -> dict[str, Any]:
        return show(order, included, self._clock.now())

    def _window(self, request: Request) -> tuple[str, float, float]:
        """Return which time counts, and start and end of its window in seconds.

        :raise Refusal: not just one window, or one that ends too late
        """
        names = ("created", "lastUpdated")
        starts = [name for name in names if request.query.get(f"{name}After")]
        if len(starts) != 1:
            raise invalid("Just one of createdAfter and lastUpdatedAfter is required.")
        (name,) = starts
        (other,) = set(names) - {name}
        if request.query.get(f"{other}Before"):
            raise invalid(f"'{other}Before' does not go with '{name}After'.")
        latest = self._clock.now() - DELAY_SECONDS
        end = request.moment(f"{name}Before")
        start = request.moment(f"{name}After") or 0.0
        if end is not None and not start <= end <= latest:
            raise invalid(f"'{name}Before' must lie two minutes back, and not before.")
        return name, start, latest if end is None else end

    def get_order(self, request: Request) -> Answer:
        """Show an order."""
        request.only("includedData")
        included = _included(request)
        order_id = request.path["orderId"]
        if not ORDER_ID.fullmatch(order_id):
            raise invalid(f"'{order_id}' is no order id.")
        order = self._orders.get(request.seller.seller_id, order_id)
        first = oldest(request.seller, self._clock.now())
        if order is None or order["created"] < first:
            raise missing(f"Order {order_id}")
        return as_json({"order": self._show(order, included)})

    def list_transactions(self, request: Request) -> Answer:
        """Show what was booked in a window, or for an order or a payment."""
        request.only(
            "postedAfter",
            "postedBefore",
            "marketplaceId",
            "transactionStatus",
            "relatedIdentifierName",
            "relatedIdentifierValue",
            "nextToken",
        )
        place = request.query.get("marketplaceId")
        check_places(request.seller, [place] if place else [])
        if request.query.get("transactionStatus"):
            request.choice("transactionStatus", "", TRANSACTION_STATUSES)
        self._check_posted(request, _is_related(request))
        if request.query.get("nextToken"):
            decode(request.query["nextToken"])
        return as_json({"payload": {"transactions": []}})

    def _check_posted(self, request: Request, related: bool) -> None:
        latest = self._clock.now() - DELAY_SECONDS
        start, end = request.moment("postedAfter"), request.moment("postedBefore")
        if start is None and not related:
            raise invalid("Start date cannot be null")
        for moment in (start, end):
            if moment is not None and moment > latest:
                raise invalid("A date must be more than two minutes ago.")
        if start is not None and end is not None and end <= start:
            raise invalid("'postedBefore' must be later than 'postedAfter'.")


def _included(request: Request) -> list[str]:
    """Return what data is asked for; personal data needs a role of its own.

    :raise Refusal: it is unknown, or the app lacks the role
    """
    found = request.some("includedData", INCLUDED)
    if set(found) & set(PERSONAL):
        request.need(SHIPPING)
    return found


def _is_related(request: Request) -> bool:
    """Return whether transactions of one order or payment are asked for.

    :raise Refusal: only a half of the identifier is there, or its name is unknown
    """
    name = request.query.get("relatedIdentifierName")
    value = request.query.get("relatedIdentifierValue")
    if bool(name) != bool(value):
        raise invalid("relatedIdentifierName and -Value are required together.")
    if name:
        request.choice("relatedIdentifierName", "", RELATED)
    return bool(name)
