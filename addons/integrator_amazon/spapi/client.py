# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The client: Amazon's operations that the suite uses, one method each."""

from __future__ import annotations

from .connection import http_client
from .exchange import OnCall
from .operations.feeds import Feeds
from .operations.finances import Finances
from .operations.listings import Listings
from .operations.orders import Orders
from .operations.product_types import ProductTypes
from .operations.reports import Reports
from .operations.restricted import RestrictedData
from .operations.sellers import Sellers
from .token_store import TokenStore
from .tokens import AccessTokens
from .transport import StrictTransport
from .types import Credentials, Endpoint


class SellingPartnerClient(
    Sellers,
    Feeds,
    Reports,
    RestrictedData,
    Listings,
    ProductTypes,
    Orders,
    Finances,
):
    """Client of one seller account; one per job and thread, closed after use.

    Every method raises ``errors.SpApiError``. Nothing is retried but an access token
    that was refused, and a document that did not go through: waiting and rates are
    the caller's.

    :param seller_id: merchant token of the account
    :param marketplace_id: the account's home marketplace
    :param on_call: told of each HTTP request, sign-in and documents included
    :param timeout: seconds after which every single wait ends
    :param token_store: where access tokens are shared; without it, in this process
    """

    def __init__(
        self,
        credentials: Credentials,
        endpoint: Endpoint,
        *,
        seller_id: str,
        marketplace_id: str,
        on_call: OnCall | None = None,
        timeout: float = 30.0,
        token_store: TokenStore | None = None,
    ) -> None:
        self.seller_id = seller_id
        self._on_call = on_call
        self._http = http_client(endpoint, timeout)
        tokens = AccessTokens(credentials, endpoint, self._http, on_call, token_store)
        self._transport = StrictTransport(
            endpoint, marketplace_id, tokens, self._http, on_call
        )

    def __enter__(self) -> SellingPartnerClient:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
