# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The calls of the API: signed in, sent as Amazon's models say, answers checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Protocol, TypeVar

import httpx
from sp_api.base import Client
from sp_api.base._transport_httpx import HttpxTransport

from . import errors
from .exchange import Exchange, OnCall, exchange, read_json
from .types import Endpoint, RestrictedToken

Result = TypeVar("Result")


class TokenSource(Protocol):
    """Where a transport gets its access tokens from."""

    def current(self) -> tuple[str, bool]:
        """Return an access token, and whether it was there before."""
        ...

    def drop(self, refused: str) -> None:
        """Forget the token that Amazon has refused."""
        ...

    def renew(self, refused: str) -> str:
        """Return an access token other than the one that Amazon has refused."""
        ...


@dataclass(frozen=True)
class _Request:
    """What is asked of Amazon; see ``StrictTransport.call``."""

    operation: str
    method: str
    path: str
    query: dict[str, Any]
    body: dict[str, Any]
    bodiless: bool = False
    restricted: bool = False


class StrictTransport(Client):  # type: ignore[misc]
    """The library's client with its gates closed.

    The library's constructor is left out: it would let environment variables and
    files of the machine replace the account's keys and marketplace.
    """

    user_agent = "OdooAmazonIntegrator/1.0 (Language=Python)"

    def __init__(
        self,
        endpoint: Endpoint,
        marketplace_id: str,
        auth: TokenSource,
        http: httpx.Client,
        on_call: OnCall | None,
    ) -> None:
        self.endpoint = endpoint.spapi.rstrip("/")
        self.marketplace_id = marketplace_id
        self.region = ""
        self.restricted_data_token = None
        self._auth = auth
        self._transport = HttpxTransport(client=http)
        self._on_call = on_call
        self._exchange: Exchange | None = None

    def call(
        self,
        operation: str,
        method: str,
        path: str,
        read: Callable[[dict[str, Any]], Result],
        *,
        query: dict[str, Any] | None = None,
        body: dict[str, Any] | None = None,
        bodiless: bool = False,
    ) -> Result:
        """Return what *read* makes of the answer to one call.

        An access token that is refused although it is not new is renewed once.

        :param read: raises ``ShapeError`` for an answer that is none
        :param bodiless: Amazon's model promises no body in the answer
        :raise SpApiError: Amazon did not do it
        """
        request = _Request(operation, method, path, query or {}, body or {}, bodiless)
        token, known = self._auth.current()
        try:
            return self._call_once(token, request, read)
        except errors.AccessDeniedError:
            self._auth.drop(token)
            if not known:
                raise
        return self._call_once(self._auth.renew(token), request, read)

    def call_restricted(
        self,
        token: RestrictedToken,
        operation: str,
        path: str,
        read: Callable[[dict[str, Any]], Result],
    ) -> Result:
        """Return what *read* makes of the answer to one call for buyers' data.

        :raise AccessDeniedError: the restricted token is refused; the access token has
            no part in it, and stays
        :raise SpApiError: Amazon did not do it
        """
        request = _Request(operation, "GET", path, {}, {}, restricted=True)
        return self._call_once(token.token, request, read)

    def _call_once(
        self, token: str, request: _Request, read: Callable[[dict[str, Any]], Result]
    ) -> Result:
        with exchange(
            request.operation, request.method, request.path, self._on_call
        ) as current:
            current.restricted = request.restricted
            current.bodiless = request.bodiless
            self._exchange = current
            found: dict[str, Any] = self._request(
                request.path,
                params={**_flat(request.query), "method": request.method},
                # A copy: the library takes the key "method" out of a body.
                data=dict(request.body),
                headers=self._get_headers(token),
                # Never let it add its four spellings of the marketplace.
                add_marketplace=False,
            )
            return read(found)

    def _get_headers(self, token: str) -> dict[str, str]:
        return {
            "user-agent": self.user_agent,
            "x-amz-access-token": token,
            "x-amz-date": datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ"),
            "content-type": "application/json",
        }

    def _check_response(
        self, res: httpx.Response, *_args: Any, **_kwargs: Any
    ) -> dict[str, Any]:
        current = self._exchange
        if current is None:
            raise RuntimeError("a response without its exchange")
        current.response = res
        current.request_bytes = len(res.request.content or b"")
        current.response_bytes = len(res.content)
        return read_json(current)


def _flat(query: dict[str, Any]) -> dict[str, str]:
    """Return query parameters as Amazon wants them: lists joined by commas."""
    flat = {}
    for name, value in query.items():
        if isinstance(value, list | tuple):
            value = ",".join(str(item) for item in value)
        if value not in (None, ""):
            flat[name] = str(value)
    return flat
