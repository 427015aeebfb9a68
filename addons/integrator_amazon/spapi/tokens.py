# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access tokens: one per app and consent, shared by all who share a store."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import httpx

from . import errors, signin
from .exchange import OnCall
from .token_store import AccessToken, ProcessTokenStore, TokenStore
from .types import Credentials, Endpoint

_process_store = ProcessTokenStore()


def forget_all() -> None:
    """Forget every access token that this process keeps in memory."""
    _process_store.clear()


class AccessTokens:
    """Signs in for one app and consent, and only when no token serves.

    Not the library's own: its cache is keyed by the refresh token alone, not safe
    between threads, and keeps a token that Amazon has refused.
    """

    def __init__(
        self,
        credentials: Credentials,
        endpoint: Endpoint,
        http: httpx.Client,
        on_call: OnCall | None,
        store: TokenStore | None = None,
    ) -> None:
        self._credentials = credentials
        self._url = endpoint.lwa
        self._http = http
        self._on_call = on_call
        self._store = _process_store if store is None else store
        self._key = _get_key(credentials, endpoint)

    def current(self) -> tuple[str, bool]:
        """Return an access token, and whether it was there before; however many
        threads ask, one fetches it.

        :raise errors.SignInError: the keys are not accepted
        :raise errors.UnavailableError: the sign-in does not answer; what the token was
            for has surely not been done
        """
        token = self._store.get(self._key)
        if token and token.serves():
            return token.value, True
        return self._store.renew(self._key, self._fetch, None).value, False

    def renew(self, refused: str) -> str:
        """Return an access token other than the one that Amazon has refused.

        :raise errors.SpApiError: as ``current``
        """
        return self._store.renew(self._key, self._fetch, refused).value

    def drop(self, refused: str) -> None:
        """Forget the token that Amazon has refused, unless another took its place."""
        self._store.drop(self._key, refused)

    def _fetch(self) -> AccessToken:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._credentials.refresh_token,
            "client_id": self._credentials.lwa_client_id,
            "client_secret": self._credentials.lwa_client_secret,
        }
        try:
            return signin.ask(
                self._http, self._url, form, signin.SIGN_IN, _read, self._on_call
            )
        except errors.UnavailableError as error:
            error.maybe_done = False
            raise


def _read(said: dict[str, Any]) -> AccessToken:
    life = signin.read_life(said, "expires_in")
    return AccessToken(signin.read_token(said, "access_token"), time.time() + life)


def _get_key(credentials: Credentials, endpoint: Endpoint) -> str:
    parts = (
        endpoint.lwa,
        credentials.lwa_client_id,
        credentials.lwa_client_secret,
        credentials.refresh_token,
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
