# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One HTTP request to Amazon, its answer checked in every respect.

python-amazon-sp-api raises only when the body is JSON with the key "errors": HTML
with status 503 is a success to it, with an empty payload. Here everything that is
not a complete JSON answer with a good status is an error with a name.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx
from sp_api.base import Client
from sp_api.base._transport_httpx import HttpxTransport

from . import errors
from .types import Call, Endpoint

# At INFO httpx writes signed addresses, at DEBUG sp_api writes tokens.
for _name in ("httpx", "httpcore", "sp_api"):
    logging.getLogger(_name).setLevel(logging.WARNING)

OnCall = Callable[[Call], None]
# The request surely never reached the other side.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@lru_cache(maxsize=16)
def tls_context(ca_certificate: str | None) -> ssl.SSLContext:
    """Return a context that trusts the usual authorities, and one more if given."""
    context = ssl.create_default_context()
    if ca_certificate:
        context.load_verify_locations(cadata=ca_certificate)
    return context


def http_client(endpoint: Endpoint, timeout: float) -> httpx.Client:
    """Return an HTTP client for *endpoint*; every wait ends after *timeout* s."""
    return httpx.Client(
        verify=tls_context(endpoint.ca_certificate),
        timeout=timeout,
        trust_env=False,
        follow_redirects=False,
    )


class Exchange:
    """One request and its answer, on the way to becoming a ``Call``."""

    def __init__(self, operation: str, method: str, url: str) -> None:
        self.operation = operation
        self.method = method
        self.path = urlsplit(url).path
        self.request_bytes = 0
        self.response_bytes = 0
        self.response: httpx.Response | None = None
        self._started = time.monotonic()

    @property
    def facts(self) -> dict[str, Any]:
        """Status and request id of the answer, as errors carry them."""
        if self.response is None:
            return {}
        return {"status": self.response.status_code, "request_id": self._request_id()}

    def _request_id(self) -> str | None:
        if self.response is None:
            return None
        found: str | None = self.response.headers.get("x-amzn-RequestId")
        return found or self.response.headers.get("x-amz-request-id")

    def finish(self, error: Exception | None) -> Call:
        """Return what is to be logged of this exchange."""
        response = self.response
        return Call(
            operation=self.operation,
            method=self.method,
            path=self.path,
            status=response.status_code if response is not None else None,
            duration=time.monotonic() - self._started,
            request_id=self._request_id(),
            request_bytes=self.request_bytes,
            response_bytes=self.response_bytes,
            rate_limit=_rate_limit(response),
            error=str(error) if error else None,
        )


def _rate_limit(response: httpx.Response | None) -> float | None:
    if response is None:
        return None
    try:
        return float(response.headers["x-amzn-RateLimit-Limit"])
    except (KeyError, ValueError):
        return None


@contextmanager
def exchange(
    operation: str, method: str, url: str, on_call: OnCall | None
) -> Iterator[Exchange]:
    """Yield an ``Exchange``; name what goes wrong, and log it either way."""
    current = Exchange(operation, method, url)
    error: Exception | None = None
    try:
        yield current
    except httpx.HTTPError as problem:
        error = _name_network_error(problem, operation)
        # The library's own error holds the address with its signature.
        raise error from None
    except errors.SpApiError as problem:
        error = problem
        raise
    finally:
        if on_call:
            on_call(current.finish(error))


def _name_network_error(problem: httpx.HTTPError, operation: str) -> errors.SpApiError:
    words = str(problem)
    if "CERTIFICATE_VERIFY_FAILED" in words:
        return errors.CertificateError(
            f"{operation}: the server could not prove to be Amazon (its certificate "
            "does not verify). Check the address and the CA certificate.",
            operation=operation,
        )
    if isinstance(problem, NEVER_SENT):
        return errors.UnavailableError(
            f"{operation}: Amazon cannot be reached. Check the network.",
            operation=operation,
            maybe_done=False,
        )
    kind = "took too long" if isinstance(problem, httpx.TimeoutException) else "broke"
    return errors.UnavailableError(
        f"{operation}: the connection to Amazon {kind} before the answer was here.",
        operation=operation,
    )


def read_json(current: Exchange) -> dict[str, Any]:
    """Return the JSON object of an answer with a good status.

    :raise SpApiError: the one that fits status and body
    """
    response = current.response
    if response is None:
        raise errors.UnavailableError(
            f"{current.operation}: there is no answer.", operation=current.operation
        )
    document = _decode(response)
    if response.status_code >= 300:
        raise name_status(current, document)
    if response.status_code == 204:
        return {}
    if not isinstance(document, dict):
        raise errors.UnavailableError(
            f"{current.operation}: Amazon's answer is incomplete or no JSON.",
            operation=current.operation,
            **current.facts,
        )
    if document.get("errors"):
        raise name_status(current, document)
    return document


def _decode(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def name_status(current: Exchange, document: Any) -> errors.SpApiError:
    """Return the error for an answer that is none of success."""
    first = _first_error(document)
    code, words = str(first.get("code") or ""), str(first.get("message") or "")
    said = ": ".join(part for part in (code, words) if part)
    facts = {
        "operation": current.operation,
        "code": code or None,
        "details": first.get("details"),
        **current.facts,
    }
    status = int(facts["status"])
    head = current.operation
    if status == 429:
        return errors.ThrottledError(
            f"{head}: Amazon's limit is used up for now. {said}".strip(), **facts
        )
    if status in (401, 403):
        return errors.AccessDeniedError(
            f"{head}: Amazon refuses access. {said}. Check the roles of the app, its "
            "authorisation and the selling region.",
            **facts,
        )
    if status == 404:
        return errors.NotFoundError(f"{head}: Amazon does not find it. {said}", **facts)
    if 400 <= status < 500:
        return errors.RejectedError(f"{head}: Amazon refused it. {said}", **facts)
    return errors.UnavailableError(
        f"{head}: Amazon has a problem (status {status}). {said}".strip(), **facts
    )


def _first_error(document: Any) -> dict[str, Any]:
    found = document.get("errors") if isinstance(document, dict) else None
    if isinstance(found, list) and found and isinstance(found[0], dict):
        return found[0]
    return {}


class StrictTransport(Client):  # type: ignore[misc]
    """The library's client with its gates closed.

    The library's constructor is left out: it would let environment variables and
    files of the machine replace the account's keys and marketplace.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        marketplace_id: str,
        auth: Any,
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
        query: dict[str, Any] | None = None,
        body: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Make one call; once more with a fresh access token if that was stale.

        :raise SpApiError: Amazon did not do it
        """
        known = self._auth.is_cached()
        try:
            return self._call_once(operation, method, path, query, body)
        except errors.AccessDeniedError:
            self._auth.drop()
            if not known:
                raise
        return self._call_once(operation, method, path, query, body)

    def _call_once(
        self,
        operation: str,
        method: str,
        path: str,
        query: dict[str, Any] | None,
        body: dict[str, Any] | None,
    ) -> dict[str, Any]:
        self._auth.get_auth()
        with exchange(operation, method, path, self._on_call) as current:
            self._exchange = current
            params = {"method": method, **_flat(query or {})}
            # Never let the library add its four spellings of the marketplace.
            found: dict[str, Any] = self._request(
                path, params=params, data=dict(body or {}), add_marketplace=False
            )
            return found

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
