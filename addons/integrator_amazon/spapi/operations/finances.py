# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finances API 2024-06-19.

https://developer-docs.amazon.com/sp-api/docs/finances-api-v2024-06-19-reference
"""

from __future__ import annotations

from datetime import datetime

from .. import answers
from ..types import TransactionPage
from .common import Operations, as_text

FINANCES = "/finances/2024-06-19"


class Finances(Operations):
    """Money that Amazon has booked."""

    def list_transactions(
        self,
        *,
        posted_after: datetime | None = None,
        posted_before: datetime | None = None,
        marketplace_id: str | None = None,
        related_identifier: tuple[str, str] | None = None,
        next_token: str | None = None,
    ) -> TransactionPage:
        """Return a page of transactions of at most 180 days.

        A *next_token* goes with the arguments that brought it.

        :param posted_after: needed unless there is a *related_identifier*
        :param related_identifier: name, FINANCIAL_EVENT_GROUP_ID or ORDER_ID, and value
        """
        name, value = related_identifier or (None, None)
        query = {
            "postedAfter": as_text(posted_after),
            "postedBefore": as_text(posted_before),
            "marketplaceId": marketplace_id,
            "relatedIdentifierName": name,
            "relatedIdentifierValue": value,
            "nextToken": next_token,
        }
        path = f"{FINANCES}/transactions"
        return self._transport.call(
            "listTransactions", "GET", path, answers.read_transaction_page, query=query
        )
