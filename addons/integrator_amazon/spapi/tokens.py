# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access tokens: one per app and consent, shared by all threads of a process."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from sp_api.auth import AccessTokenClient, AccessTokenResponse
from sp_api.base._transport_httpx import HttpxTransport

from . import errors
from .transport import (
    Exchange,
    OnCall,
    ShapeError,
    decode,
    exchange,
    read_json,
)
from .types import Credentials, Endpoint

OPERATION = "getAccessToken"
# Renewed so many seconds before Amazon ends it.
MARGIN = 120
# OAuth's words for "try again later" (RFC 6749, 4.1.2.1).
PASSING = ("server_error", "temporarily_unavailable")
EXPLANATIONS = {
    "invalid_client": "Amazon does not accept the access key or the secret key. Enter "
    "them anew; a secret key ends after 180 days.",
    "invalid_grant": "Amazon does not accept the refresh token. Authorise the app anew "
    "in Seller Central and enter the new token.",
    "unauthorized_client": "The app may not use this refresh token. Check that access "
    "key and refresh token belong to the same app.",
}


@dataclass
class _Slot:
    """The access token of one app and consent; expires in monotonic seconds."""

    lock: threading.Lock
    token: dict[str, Any] | None = None
    expires: float = 0.0

    def valid(self) -> dict[str, Any] | None:
        return self.token if time.monotonic() < self.expires else None


_slots: dict[str, _Slot] = {}
_slots_lock = threading.Lock()


def forget_all() -> None:
    """Forget every access token of this process."""
    with _slots_lock:
        _slots.clear()


class AccessTokens(AccessTokenClient):  # type: ignore[misc]
    """The library's sign-in with a cache that is safe and that can forget.

    The library's own cache is keyed by the refresh token alone, not safe between
    threads, and keeps a token that Amazon has refused.
    """

    def __init__(
        self,
        credentials: Credentials,
        endpoint: Endpoint,
        http: httpx.Client,
        on_call: OnCall | None,
    ) -> None:
        address = urlsplit(endpoint.lwa)
        self.scheme = f"{address.scheme}://"
        self.host = address.netloc
        self.path = address.path
        self.cred = _LibraryCredentials(credentials)
        self._transport = HttpxTransport(client=http)
        self._on_call = on_call
        self._slot = _get_slot(credentials, endpoint)

    def is_cached(self) -> bool:
        """Return whether the next call uses a token of an earlier one."""
        return self._slot.valid() is not None

    def drop(self, refused: str) -> None:
        """Forget the token that Amazon has refused, unless another took its place."""
        with self._slot.lock:
            token = self._slot.token
            if token and token["access_token"] == refused:
                self._slot.expires = 0.0

    def get_auth(self) -> AccessTokenResponse:
        """Return a valid access token; however many threads ask, one fetches it.

        :raise errors.SignInError: the keys are not accepted
        :raise errors.UnavailableError: the sign-in does not answer; what the token was
            for has surely not been done
        """
        with self._slot.lock:
            token = self._slot.valid()
            if token is None:
                token = self._fetch_before_call()
                self._slot.token = token
                life = float(token["expires_in"])
                self._slot.expires = time.monotonic() + max(1.0, life - MARGIN)
        return AccessTokenResponse(**token)

    def _fetch_before_call(self) -> dict[str, Any]:
        try:
            return self._fetch()
        except errors.UnavailableError as error:
            error.maybe_done = False
            raise

    def _fetch(self) -> dict[str, Any]:
        url = f"{self.scheme}{self.host}{self.path}"
        with exchange(OPERATION, "POST", url, self._on_call) as current:
            response = self._transport.request(
                "POST", url, data=self.data, headers=self.headers
            )
            current.response = response
            current.request_bytes = len(response.request.content)
            current.response_bytes = len(response.content)
            if response.status_code in (400, 401):
                _check_refusal(current, decode(response))
            return _read_token(read_json(current))


def _check_refusal(current: Exchange, said: Any) -> None:
    """Raise a ``SignInError`` if Login with Amazon names a reason of refusal.

    https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api
    """
    code = said.get("error") if isinstance(said, dict) else None
    if not isinstance(code, str) or not code or code in PASSING:
        raise current.unavailable("Amazon's sign-in has a problem.")
    words = EXPLANATIONS.get(code) or (
        f"Amazon refuses it ({code}). Check the keys of the app."
    )
    text = errors.sentence(OPERATION, words)
    raise errors.SignInError(text, code=code, **current.facts)


def _read_token(said: dict[str, Any]) -> dict[str, Any]:
    """Return the two values of a token answer that count, checked."""
    token, life = said.get("access_token"), said.get("expires_in", 3600)
    # It becomes a header: nothing else may be in it.
    if not isinstance(token, str) or not (token.isascii() and token.isprintable()):
        raise ShapeError("an access token")
    if not token or isinstance(life, bool) or not isinstance(life, int | float):
        raise ShapeError("an access token and its life time")
    return {"access_token": token, "expires_in": life}


class _LibraryCredentials:
    """Credentials under the names the library reads."""

    def __init__(self, credentials: Credentials) -> None:
        self.client_id = credentials.lwa_client_id
        self.client_secret = credentials.lwa_client_secret
        self.refresh_token = credentials.refresh_token


def _get_slot(credentials: Credentials, endpoint: Endpoint) -> _Slot:
    parts = (
        endpoint.lwa,
        credentials.lwa_client_id,
        credentials.lwa_client_secret,
        credentials.refresh_token,
    )
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    with _slots_lock:
        return _slots.setdefault(key, _Slot(threading.Lock()))
