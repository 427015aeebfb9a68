# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Login with Amazon: access tokens for refresh tokens.

https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs

from deploy.simulator.answers import Answer, as_json, denied
from deploy.simulator.clock import Clock
from deploy.simulator.sellers import Seller
from deploy.simulator.store import Store

LIFE = 3600
NEEDED = ("refresh_token", "client_id", "client_secret")
MISSING = "Access token is missing in the request header."
UNKNOWN = "The access token you provided is revoked, malformed or invalid."
EXPIRED = "The access token you provided has expired."


class Lwa:
    """Gives and knows access tokens."""

    def __init__(self, store: Store, clock: Clock, sellers: dict[str, Seller]) -> None:
        self._store = store
        self._clock = clock
        self._sellers = sellers

    def token(self, body: bytes) -> Answer:
        """Answer a request to the token endpoint.

        https://developer-docs.amazon.com/sp-api/docs/authorization-errors
        """
        form = _form(body)
        if not form.get("grant_type"):
            return _error("invalid_request", "Missing parameter : grant_type")
        if form["grant_type"] != "refresh_token":
            return _error("unsupported_grant_type", "The grant type is not supported.")
        for name in NEEDED:
            if not form.get(name):
                return _error("invalid_request", f"Missing parameter : {name}")
        apps = [
            seller
            for seller in self._sellers.values()
            if seller.lwa_client_id == form["client_id"]
        ]
        if not apps or apps[0].lwa_client_secret != form["client_secret"]:
            return _error("invalid_client", "Client authentication failed")
        owner = self._owner(form)
        if not owner:
            return refused_grant()
        if owner not in apps:
            return _error("unauthorized_client", "Not authorized for this client")
        return self._give(owner)

    def owner_id(self, body: bytes) -> str | None:
        """Return the seller whose refresh token a request to sign in carries."""
        owner = self._owner(_form(body))
        return owner.seller_id if owner else None

    def _owner(self, form: dict[str, str]) -> Seller | None:
        for seller in self._sellers.values():
            if seller.refresh_token == form.get("refresh_token"):
                return seller
        return None

    def _give(self, seller: Seller) -> Answer:
        token = f"Atza|{secrets.token_urlsafe(40)}"
        values = {"seller_id": seller.seller_id, "expires": self._clock.now() + LIFE}
        self._store.put("token", token, values)
        return as_json(
            {
                "access_token": token,
                "refresh_token": seller.refresh_token,
                "token_type": "bearer",
                "expires_in": LIFE,
            }
        )

    def who(self, token: str | None) -> Seller:
        """Return the seller of an access token.

        :raise Refusal: 403, there is none, or it has expired
        """
        if not token:
            raise denied(MISSING)
        found = self._store.get("token", token)
        if not found or found["seller_id"] not in self._sellers:
            raise denied(UNKNOWN)
        if found["expires"] < self._clock.now():
            raise denied(EXPIRED)
        return self._sellers[found["seller_id"]]


def refused_grant() -> Answer:
    """Return the refusal of a refresh token that was revoked or never given."""
    words = "The request has an invalid grant parameter : refresh_token"
    return _error("invalid_grant", words)


def _form(body: bytes) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(body.decode(errors="replace")).items()}


def _error(code: str, words: str) -> Answer:
    return as_json({"error": code, "error_description": words}, 400)
