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
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx
from sp_api.auth import AccessTokenResponse
from sp_api.base import Client
from sp_api.base._transport_httpx import HttpxTransport

from . import errors
from .types import Call, Endpoint

# At INFO httpx writes signed addresses, at DEBUG the library writes tokens; its
# client module sets a level of its own, so its parent's does not reach it.
for _name in ("httpx", "httpcore", "sp_api", "sp_api.base.client"):
    logging.getLogger(_name).setLevel(logging.WARNING)

Result = TypeVar("Result")
OnCall = Callable[[Call], None]
# The request surely never reached the other side.
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
# Gateways answer so before Amazon has looked at the request.
TRANSIENT = (408, 425)


class ShapeError(Exception):
    """An answer lacks what Amazon's model of it promises."""


class TokenSource(Protocol):
    """Where a transport gets its access tokens from."""

    def is_cached(self) -> bool: ...
    def drop(self, refused: str) -> None: ...
    def get_auth(self) -> AccessTokenResponse: ...


@lru_cache(maxsize=16)
def _tls_context(ca_certificate: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_certificate:
        context.load_verify_locations(cadata=ca_certificate)
    return context


def http_client(endpoint: Endpoint, timeout: float) -> httpx.Client:
    """Return an HTTP client for *endpoint*; every wait ends after *timeout* s.

    The machine's environment has no say: a proxy or a .netrc of its own would see, or
    add, credentials.

    :raise errors.CertificateError: the CA certificate cannot be read, or an address
        does not begin with https://
    """
    if not all(a.startswith("https://") for a in (endpoint.spapi, endpoint.lwa)):
        raise errors.CertificateError(
            "The addresses of Amazon must begin with https://, or the account's keys "
            "would travel unprotected.",
            operation="connect",
        )
    try:
        context = _tls_context(endpoint.ca_certificate)
    except (ssl.SSLError, TypeError, ValueError):
        raise errors.CertificateError(
            "The CA certificate of the account cannot be read. Paste it in PEM form, "
            "from BEGIN CERTIFICATE to END CERTIFICATE.",
            operation="connect",
        ) from None
    return httpx.Client(
        verify=context, timeout=timeout, trust_env=False, follow_redirects=False
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

    def unavailable(self, *words: str, maybe_done: bool = True) -> errors.SpApiError:
        """Return the error of an answer that did not come or makes no sense."""
        text = errors.sentence(self.operation, *words)
        return errors.UnavailableError(text, maybe_done=maybe_done, **self.facts)

    @property
    def facts(self) -> dict[str, Any]:
        """Operation, and of the answer status and request id, as errors have them."""
        facts: dict[str, Any] = {"operation": self.operation}
        if self.response is not None:
            facts.update(
                status=self.response.status_code, request_id=self._request_id()
            )
        return facts

    def _request_id(self) -> str | None:
        if self.response is None:
            return None
        found: str | None = self.response.headers.get("x-amzn-RequestId")
        return found or self.response.headers.get("x-amz-request-id")

    def finish(self, error: str | None) -> Call:
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
            error=error,
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
    """Yield an ``Exchange``; name what goes wrong, and log it either way.

    :raise errors.SpApiError: in place of every error of HTTP and of form
    """
    current = Exchange(operation, method, url)
    error: str | None = None
    try:
        with _named(current):
            yield current
    except errors.SpApiError as problem:
        error = str(problem)
        raise
    except BaseException as problem:
        # A time limit of the worker, say: the call is over, but not well.
        error = f"Interrupted ({type(problem).__name__})."
        raise
    finally:
        if on_call:
            on_call(current.finish(error))


@contextmanager
def _named(current: Exchange) -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        # "from None": the library's own error may show an address with its signature.
        raise _name_network_error(problem, current) from None
    except ShapeError as problem:
        raise current.unavailable(f"Amazon's answer lacks {problem}.") from None


def _name_network_error(problem: Exception, current: Exchange) -> errors.SpApiError:
    if "CERTIFICATE_VERIFY_FAILED" in str(problem):
        words = (
            "the server could not prove to be Amazon (its certificate does not "
            "verify). Check the address and the CA certificate."
        )
        text = errors.sentence(current.operation, words)
        return errors.CertificateError(text, **current.facts)
    if isinstance(problem, NEVER_SENT):
        return current.unavailable(
            "Amazon cannot be reached. Check the network and the address.",
            maybe_done=False,
        )
    if isinstance(problem, httpx.TimeoutException):
        return current.unavailable("Amazon took too long to answer.")
    return current.unavailable("the connection broke before the answer was here.")


def read_json(current: Exchange) -> dict[str, Any]:
    """Return the JSON object of an answer with a good status.

    :raise SpApiError: the one that fits status and body
    """
    response = current.response
    if response is None:
        raise current.unavailable("there is no answer.")
    document = decode(response)
    if not 200 <= response.status_code < 300:
        raise name_status(current, document)
    if response.status_code == 204:
        return {}
    if not isinstance(document, dict):
        raise current.unavailable("Amazon's answer is incomplete or no JSON.")
    if document.get("errors"):
        raise name_status(current, document)
    return document


def decode(response: httpx.Response) -> Any:
    """Return what the JSON of *response* says, None if it is no JSON."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def name_status(current: Exchange, document: Any) -> errors.SpApiError:
    """Return the error for an answer that is none of success."""
    first = _first_error(document)
    code = str(first.get("code") or "")
    said = ": ".join(p for p in (code, str(first.get("message") or "")) if p)
    kind, head = _kind_of(int(current.facts["status"]))
    return kind(
        errors.sentence(current.operation, head, said),
        code=code or None,
        details=first.get("details"),
        **current.facts,
    )


def _kind_of(status: int) -> tuple[type[errors.SpApiError], str]:
    if status == 429:
        return errors.ThrottledError, "Amazon's limit is used up for now."
    if status in (401, 403):
        return errors.AccessDeniedError, (
            "Amazon refuses access. Check the roles of the app, its authorisation "
            "and the region."
        )
    if status == 404:
        return errors.NotFoundError, "Amazon does not find it."
    if 400 <= status < 500 and status not in TRANSIENT:
        return errors.RejectedError, "Amazon refused it."
    return errors.UnavailableError, f"Amazon has a problem (status {status})."


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
    ) -> Result:
        """Return what *read* makes of the answer to one call.

        An access token that is refused although it is not new is renewed once.

        :param read: raises ``ShapeError`` for an answer that is none
        :raise SpApiError: Amazon did not do it
        """
        request = (operation, method, path, read, query or {}, body or {})
        known = self._auth.is_cached()
        token = self._auth.get_auth().access_token
        try:
            return self._call_once(token, *request)
        except errors.AccessDeniedError:
            self._auth.drop(token)
            if not known:
                raise
        return self._call_once(self._auth.get_auth().access_token, *request)

    def _call_once(
        self,
        token: str,
        operation: str,
        method: str,
        path: str,
        read: Callable[[dict[str, Any]], Result],
        query: dict[str, Any],
        body: dict[str, Any],
    ) -> Result:
        with exchange(operation, method, path, self._on_call) as current:
            self._exchange = current
            found: dict[str, Any] = self._request(
                path,
                params={**_flat(query), "method": method},
                # A copy: the library takes the key "method" out of a body.
                data=dict(body),
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
