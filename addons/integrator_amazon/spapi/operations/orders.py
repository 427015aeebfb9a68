# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders API 2026-01-01.

https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from .. import answers
from ..types import OrderPage
from .common import Operations, as_text, segment

ORDERS = "/orders/2026-01-01/orders"


class Orders(Operations):
    """Orders as they stand now; which parts are there, the roles of the app decide."""

    def search_orders(
        self,
        marketplace_ids: Sequence[str],
        *,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        last_updated_after: datetime | None = None,
        last_updated_before: datetime | None = None,
        fulfillment_statuses: Sequence[str] = (),
        fulfilled_by: Sequence[str] = (),
        included_data: Sequence[str] = (),
        max_results: int = 100,
        pagination_token: str | None = None,
    ) -> OrderPage:
        """Return a page of orders.

        Amazon wants just one of *created_after* and *last_updated_after*, and what is
        before at least two minutes ago. A *pagination_token* goes with the arguments
        that brought it.

        :param marketplace_ids: up to 50
        :param fulfilled_by: MERCHANT, AMAZON
        :param max_results: orders in a page, 1 to 100
        """
        query = {
            "marketplaceIds": marketplace_ids,
            "createdAfter": as_text(created_after),
            "createdBefore": as_text(created_before),
            "lastUpdatedAfter": as_text(last_updated_after),
            "lastUpdatedBefore": as_text(last_updated_before),
            "fulfillmentStatuses": fulfillment_statuses,
            "fulfilledBy": fulfilled_by,
            "includedData": included_data,
            "maxResultsPerPage": max_results,
            "paginationToken": pagination_token,
        }
        return self._transport.call(
            "searchOrders", "GET", ORDERS, answers.read_order_page, query=query
        )

    def get_order(
        self, order_id: str, *, included_data: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Return one order."""
        return self._transport.call(
            "getOrder",
            "GET",
            f"{ORDERS}/{segment(order_id)}",
            answers.read_order_answer,
            query={"includedData": included_data},
        )
