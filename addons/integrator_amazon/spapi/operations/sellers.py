# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sellers API v1.

https://developer-docs.amazon.com/sp-api/docs/sellers-api-v1-reference
"""

from __future__ import annotations

from typing import Any

from .. import answers
from ..types import MarketplaceParticipation
from .common import Operations

SELLERS = "/sellers/v1"


class Sellers(Operations):
    """Where the account sells, and who it is."""

    def get_marketplace_participations(self) -> list[MarketplaceParticipation]:
        """Return the marketplaces of the account."""
        return self._transport.call(
            "getMarketplaceParticipations",
            "GET",
            f"{SELLERS}/marketplaceParticipations",
            answers.read_participations,
        )

    def get_account(self) -> dict[str, Any]:
        """Return the seller account: businessType, sellingPlan (PROFESSIONAL or
        INDIVIDUAL), marketplaceParticipationList with the name of each store."""
        return self._transport.call(
            "getAccount", "GET", f"{SELLERS}/account", answers.read_account
        )
