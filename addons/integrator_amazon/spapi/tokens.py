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
from .transport import OnCall, exchange, read_json
from .types import Credentials, Endpoint

OPERATION = "getAccessToken"
# Renewed so many seconds before Amazon ends it.
MARGIN = 120
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

    def drop(self) -> None:
        """Forget the token: Amazon has refused it."""
        self._slot.expires = 0.0

    def get_auth(self) -> AccessTokenResponse:
        """Return a valid access token; however many threads ask, one fetches it.

        :raise errors.SignInError: the keys are not accepted
        :raise errors.UnavailableError: the sign-in does not answer
        """
        with self._slot.lock:
            token = self._slot.valid()
            if token is None:
                token = self._fetch()
                self._slot.token = token
                life = float(token.get("expires_in") or 3600)
                self._slot.expires = time.monotonic() + max(1.0, life - MARGIN)
        return AccessTokenResponse(**token)

    def _fetch(self) -> dict[str, Any]:
        url = f"{self.scheme}{self.host}{self.path}"
        with exchange(OPERATION, "POST", url, self._on_call) as current:
            response = self._transport.request(
                "POST", url, data=self.data, headers=self.headers
            )
            current.response = response
            current.response_bytes = len(response.content)
            if response.status_code in (400, 401):
                raise self._name_refusal(response)
            token = read_json(current)
            if not isinstance(token.get("access_token"), str):
                raise errors.UnavailableError(
                    "Amazon's sign-in gave no access token.",
                    operation=OPERATION,
                    **current.facts,
                )
            return token

    @staticmethod
    def _name_refusal(response: httpx.Response) -> errors.SpApiError:
        try:
            said = response.json()
        except ValueError:
            said = {}
        code = str(said.get("error") or "") if isinstance(said, dict) else ""
        words = EXPLANATIONS.get(code) or (
            f"Amazon refuses the sign-in ({code or response.status_code}). Check the "
            "keys of the app."
        )
        return errors.SignInError(
            words, operation=OPERATION, status=response.status_code, code=code or None
        )


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
