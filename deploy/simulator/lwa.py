# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Login with Amazon: access tokens for refresh tokens, codes and apps.

https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api
https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from deploy.simulator.accounts import Accounts
from deploy.simulator.answers import Answer, as_json, denied
from deploy.simulator.clock import Clock
from deploy.simulator.sellers import Seller
from deploy.simulator.store import Store

LIFE = 3600
CODE_SECONDS = 300
# What each way to sign in must send besides the keys of the app.
NEEDED = {
    "refresh_token": ("refresh_token",),
    "authorization_code": ("code", "redirect_uri"),
    "client_credentials": ("scope",),
}
APP = ("client_id", "client_secret")
# https://developer-docs.amazon.com/sp-api/docs/grantless-operations
SCOPES = {
    "sellingpartnerapi::notifications",
    "sellingpartnerapi::client_credential:rotation",
}
MISSING = "Access token is missing in the request header."
UNKNOWN = "The access token you provided is revoked, malformed or invalid."
EXPIRED = "The access token you provided has expired."


@dataclass(frozen=True)
class Bearer:
    """Who comes with an access token, and for what.

    ``resources``: of a restricted data token, the (method, path) pairs that it opens;
    None: this token is a plain one.
    """

    seller: Seller
    roles: frozenset[str]
    resources: tuple[tuple[str, str], ...] | None = None


class Lwa:
    """Gives and knows access tokens."""

    def __init__(self, store: Store, clock: Clock, accounts: Accounts) -> None:
        self._store = store
        self._clock = clock
        self._accounts = accounts

    # === SIGNING IN === #

    def token(self, body: bytes) -> Answer:
        """Answer a request to the token endpoint.

        https://developer-docs.amazon.com/sp-api/docs/authorization-errors
        """
        form = _form(body)
        way = form.get("grant_type")
        if not way:
            return _error("invalid_request", "Missing parameter : grant_type")
        if way not in NEEDED:
            return _error("unsupported_grant_type", "The grant type is not supported.")
        for name in (*NEEDED[way], *APP):
            if not form.get(name):
                return _error("invalid_request", f"Missing parameter : {name}")
        if not self._accounts.is_app(form["client_id"], form["client_secret"]):
            return _error("invalid_client", "Client authentication failed")
        if way == "client_credentials":
            return self._grantless(form["scope"])
        if way == "authorization_code":
            return self._exchange(form)
        return self._refresh(form)

    def _refresh(self, form: dict[str, str]) -> Answer:
        owner = self._accounts.owner(form["refresh_token"])
        if not owner:
            return refused_grant()
        if owner.lwa_client_id != form["client_id"]:
            return _error("unauthorized_client", "Not authorized for this client")
        return self._give(owner.seller_id, form["refresh_token"])

    def _exchange(self, form: dict[str, str]) -> Answer:
        """Give the first tokens for a code, which is used up by that."""
        with self._store.together():
            code = self._store.get("code", form["code"]) or {}
            fits = all(code.get(n) == form[n] for n in ("client_id", "redirect_uri"))
            alive = code.get("given", 0.0) + CODE_SECONDS >= self._clock.now()
            seller_id = code.get("seller_id", "")
            if not (
                fits and alive and self._accounts.consents(seller_id, code["given"])
            ):
                return refused_grant("code")
            self._store.drop("code", form["code"])
            refresh_token = self._accounts.authorise(seller_id)
        return self._give(seller_id, refresh_token)

    def _grantless(self, scope: str) -> Answer:
        """Give a token that is no seller's; it opens grantless operations only."""
        if scope not in SCOPES:
            return _error("invalid_scope", "The request has an invalid scope")
        return self._give("", None)

    def _give(self, seller_id: str, refresh_token: str | None) -> Answer:
        found = {
            "access_token": self._new("Atza|", {"seller_id": seller_id}),
            "token_type": "bearer",
            "expires_in": LIFE,
        }
        return as_json(
            {**found, "refresh_token": refresh_token} if refresh_token else found
        )

    def _new(self, prefix: str, values: dict[str, Any]) -> str:
        token = f"{prefix}{secrets.token_urlsafe(40)}"
        now = self._clock.now()
        self._store.put("token", token, {**values, "given": now, "expires": now + LIFE})
        return token

    def give_code(self, seller: Seller, redirect_uri: str) -> str:
        """Return a code for a seller's consent: valid five minutes, and once."""
        code = secrets.token_urlsafe(15)
        values = {
            "seller_id": seller.seller_id,
            "client_id": seller.lwa_client_id,
            "redirect_uri": redirect_uri,
            "given": self._clock.now(),
        }
        self._store.put("code", code, values)
        return code

    def give_restricted(self, seller_id: str, resources: list[list[str]]) -> str:
        """Return a restricted data token for pairs of method and path."""
        values = {"seller_id": seller_id, "resources": resources}
        return self._new("Atz.sprdt|", values)

    # === BEING SIGNED IN === #

    def owner_id(self, body: bytes) -> str | None:
        """Return the seller for whom a request to sign in asks."""
        form = _form(body)
        found = self._store.get("code", form.get("code", ""))
        found = found or self._accounts.grant(form.get("refresh_token", ""))
        return found["seller_id"] if found else None

    def who(self, token: str | None) -> Bearer:
        """Return who comes with an access token.

        :raise Refusal: 403, there is none, or it has expired or was revoked
        """
        if not token:
            raise denied(MISSING)
        found = self._store.get("token", token)
        if not found or not self._accounts.consents(found["seller_id"], found["given"]):
            raise denied(UNKNOWN)
        if found["expires"] < self._clock.now():
            raise denied(EXPIRED)
        seller = self._accounts.sellers[found["seller_id"]]
        resources = found.get("resources")
        return Bearer(
            seller,
            self._accounts.roles(seller.seller_id),
            None if resources is None else tuple((m, path) for m, path in resources),
        )


def refused_grant(name: str = "refresh_token") -> Answer:
    """Return the refusal of a token or code that was revoked or never given."""
    words = f"The request has an invalid grant parameter : {name}"
    return _error("invalid_grant", words)


def _form(body: bytes) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(body.decode(errors="replace")).items()}


def _error(code: str, words: str) -> Answer:
    return as_json({"error": code, "error_description": words}, 400)
