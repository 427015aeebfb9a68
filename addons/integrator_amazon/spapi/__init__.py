# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Strict client of Amazon's Selling Partner API; plain Python, no Odoo.

Built on python-amazon-sp-api, every answer checked: whatever is not what Amazon's
models promise is an error with a name. See docs/amazon-quirks.md.
"""

from . import errors
from .client import SellingPartnerClient
from .signin import exchange_authorization_code
from .token_store import AccessToken, ProcessTokenStore, TokenStore
from .types import (
    Call,
    Credentials,
    DocumentLocation,
    DownloadedDocument,
    Endpoint,
    Feed,
    FeedDocument,
    FeedPage,
    MarketplaceParticipation,
    OrderPage,
    ProductTypeDefinition,
    Report,
    ReportPage,
    ReportSchedule,
    RestrictedToken,
    TransactionPage,
)

__all__ = [
    "AccessToken",
    "Call",
    "Credentials",
    "DocumentLocation",
    "DownloadedDocument",
    "Endpoint",
    "Feed",
    "FeedDocument",
    "FeedPage",
    "MarketplaceParticipation",
    "OrderPage",
    "ProcessTokenStore",
    "ProductTypeDefinition",
    "Report",
    "ReportPage",
    "ReportSchedule",
    "RestrictedToken",
    "SellingPartnerClient",
    "TokenStore",
    "TransactionPage",
    "errors",
    "exchange_authorization_code",
]
