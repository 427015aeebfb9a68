# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One HTTP request and its answer: reported, checked, its failure named.

python-amazon-sp-api raises only when the body is JSON with the key "errors": HTML
with status 503 is a success to it, with an empty payload. Here everything that is
not a complete JSON answer with a good status is an error with a name.
"""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

from . import errors
from .types import Call

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
LASTING = "If this lasts, check the network and Amazon's service status."
# Amazon's words about a token it does not take, in the details of a refusal.
# https://developer-docs.amazon.com/sp-api/docs/authorization-errors
ABOUT_TOKEN = "access token"
LONGEST_TEXT = 500


class ShapeError(Exception):
    """An answer lacks what Amazon's model of it promises."""


class Exchange:
    """One request and its answer, on the way to becoming a ``Call``.

    bodiless: Amazon's model promises no body, so none is a success too; restricted: a
    restricted data token takes the place of the access token.
    """

    bodiless = False
    restricted = False

    def __init__(self, operation: str, method: str, url: str) -> None:
        self.operation = operation
        self.method = method
        self.path = _path(url)
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


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        # No address at all: the request will fail with that.
        return ""


def _rate_limit(response: httpx.Response | None) -> float | None:
    if response is None:
        return None
    try:
        rate = float(response.headers["x-amzn-RateLimit-Limit"])
    except (KeyError, ValueError):
        return None
    return rate if 0 < rate < math.inf else None


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
        return current.unavailable(_why_not_reached(problem), maybe_done=False)
    if isinstance(problem, httpx.TimeoutException):
        return current.unavailable(f"Amazon took too long to answer. {LASTING}")
    return current.unavailable(
        f"the connection broke before the answer was here. {LASTING}"
    )


def _why_not_reached(problem: BaseException) -> str:
    """Return cause and next step of a connection that was never made."""
    if isinstance(problem, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return "the address is none. Check the addresses of the account."
    if isinstance(problem, httpx.TimeoutException):
        return f"Amazon did not pick up the connection. {LASTING}"
    cause: BaseException | None = problem
    while cause:
        if isinstance(cause, socket.gaierror):
            return (
                "Amazon cannot be reached: its name is not found. Check the network "
                "(name service) of this server and the address."
            )
        if isinstance(cause, ConnectionRefusedError):
            return (
                "Amazon cannot be reached: the connection is refused. Check the "
                "address, and whether a firewall lets this server out."
            )
        cause = cause.__cause__ or cause.__context__
    return "Amazon cannot be reached. Check the network and the address."


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
    if response.status_code == 204 or (
        current.bodiless and not response.content.strip()
    ):
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
    code, words, details = (_said(first, n) for n in ("code", "message", "details"))
    status = int(current.facts["status"])
    kind, head = _kind_of(status)
    if kind is errors.AccessDeniedError:
        return _denied(current, code, words, details)
    return kind(
        errors.sentence(
            current.operation, head, ": ".join(filter(None, (code, words)))
        ),
        code=code or None,
        details=details or None,
        **current.facts,
    )


def _denied(
    current: Exchange, code: str, words: str, details: str
) -> errors.AccessDeniedError:
    """Return the error of a refusal, told apart by what Amazon's details say."""
    about_token = ABOUT_TOKEN in details.lower()
    reason = errors.TOKEN if about_token else errors.ROLE_OR_REGION
    if current.restricted:
        reason = errors.RESTRICTED_TOKEN
    said = ": ".join(filter(None, (code, details if about_token else words)))
    return errors.AccessDeniedError(
        errors.sentence(current.operation, errors.REASONS[reason], said),
        reason=reason,
        code=code or None,
        details=details or None,
        **current.facts,
    )


def _kind_of(status: int) -> tuple[type[errors.SpApiError], str]:
    if status == 429:
        return errors.ThrottledError, "Amazon's limit is used up for now."
    if status in (401, 403):
        return errors.AccessDeniedError, ""
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


def _said(error: dict[str, Any], name: str) -> str:
    """Return a text of Amazon's, of a length that a person reads."""
    value = error.get(name)
    text = value if isinstance(value, str) else ""
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}..."
