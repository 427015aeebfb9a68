# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every request passes here: journal, faults, token, rate, and then the operation."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from deploy.simulator.answers import Answer, Refusal, denied
from deploy.simulator.clock import Clock, iso
from deploy.simulator.faults import Fault, Faults
from deploy.simulator.lwa import EXPIRED, Bearer, Lwa, refused_grant
from deploy.simulator.rates import Rates, throttled
from deploy.simulator.request import Request
from deploy.simulator.roles import OPERATION_ROLES
from deploy.simulator.routes import without_region
from deploy.simulator.store import Store

_logger = logging.getLogger(__name__)
HTML = b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
# Faults that strike the answer, after the work is done.
AFTERWARDS = ("truncated_json", "empty_body", "drop_after", "truncated_gzip")


@dataclass
class Call:
    """A request on its way through the gate."""

    http: HttpRequest
    operation: str
    entry: dict[str, Any]
    body: bytes = b""
    fault: Fault | None = None


Work = Callable[[Call], Answer]


class Gate:
    """Wraps the operations."""

    def __init__(
        self, store: Store, clock: Clock, faults: Faults, rates: Rates, lwa: Lwa
    ) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults
        self._rates = rates
        self._lwa = lwa

    async def pass_through(
        self, http: HttpRequest, operation: str, work: Work, owner: str | None = None
    ) -> Response:
        """Answer one request: note it, let it fail if it should, else do *work*.

        :param owner: the seller, where no access token tells
        """
        call = Call(http, operation, self._entry(http, operation, owner))
        number = self._store.note(call.entry)
        call.fault = self._faults.take(
            operation, call.entry["seller_id"], http.url.path
        )
        call.entry["fault"] = call.fault.kind if call.fault else None
        if call.fault and call.fault.kind == "reset_upload":
            # In the middle of the upload: the body is left unread.
            self._store.amend(number, call.entry)
            return _hang_up(http)
        call.body = await http.body()
        call.entry["request_bytes"] = len(call.body)
        self._store.amend(number, call.entry)
        answer = await self._answer(call, work)
        if answer:
            call.entry["status"] = answer.status
            call.entry["response_bytes"] = len(answer.body)
        self._store.amend(number, call.entry)
        return self._respond(answer, call) if answer else _hang_up(http)

    async def _answer(self, call: Call, work: Work) -> Answer | None:
        """Return the answer, None: there is to be none."""
        fault = call.fault
        if fault and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind == "drop_before":
            return None
        answer: Answer | None = strike(fault)
        if answer is None:
            answer = await run_in_threadpool(_do, work, call)
        return spoil(answer, fault)

    def work_of(self, handler: Callable[[Request], Answer], region: str) -> Work:
        """Return the work of an operation: token, role, rate, then its handler."""

        def work(call: Call) -> Answer:
            bearer = self._lwa.who(call.http.headers.get("x-amz-access-token"))
            _admit(bearer, call, region)
            self._rates.spend(call.operation, bearer.seller.seller_id)
            fate = call.fault.kind if call.fault else None
            path, query = dict(call.http.path_params), _query(call.http)
            request = Request(bearer, path, query, call.body, fate)
            try:
                return handler(request)
            finally:
                call.entry["summary"] = request.summary()

        return work

    def _entry(
        self, http: HttpRequest, operation: str, owner: str | None
    ) -> dict[str, Any]:
        # The query of a document's address is its key: it stays out of the books.
        secret = http.url.path.startswith("/documents/")
        return {
            "time": iso(self._clock.now()),
            "operation": operation,
            "method": http.method,
            "path": http.url.path,
            "query": {} if secret else _query(http),
            "seller_id": owner or self._seller_id(http),
            "status": None,
            "fault": None,
            "request_id": secrets.token_hex(8),
            "request_bytes": 0,
            "response_bytes": 0,
            "summary": "",
        }

    def _seller_id(self, http: HttpRequest) -> str | None:
        try:
            bearer = self._lwa.who(http.headers.get("x-amz-access-token"))
            return bearer.seller.seller_id
        except Refusal:
            return None

    def _respond(self, answer: Answer, call: Call) -> Response:
        headers = {"x-amzn-RequestId": call.entry["request_id"], **answer.headers}
        if answer.status < 300 or answer.status in (400, 404):
            headers |= self._rates.headers(call.operation)
        return Response(
            answer.body, answer.status, headers, media_type=answer.content_type
        )


def _admit(bearer: Bearer, call: Call, region: str) -> None:
    """Let a call pass if its token opens this operation in this region.

    :raise Refusal: 403, it does not
    """
    if bearer.seller.region != region:
        raise denied()
    if not bearer.roles & set(OPERATION_ROLES[call.operation]):
        raise denied()
    wanted = (call.http.method, without_region(call.http.url.path))
    if bearer.resources is not None and wanted not in bearer.resources:
        raise denied()


def _do(work: Work, call: Call) -> Answer:
    try:
        return work(call)
    except Refusal as refusal:
        return refusal.answer()
    except Exception:
        _logger.exception("%s failed", call.operation)
        return _internal_failure(500)


def _internal_failure(status: int) -> Answer:
    code = "ServiceUnavailable" if status == 503 else "InternalFailure"
    words = "We encountered an internal error. Please try again."
    return Refusal(status, code, words).answer()


def strike(fault: Fault | None) -> Answer | None:
    """Return the answer that a fault gives in the place of the operation's."""
    if fault is None:
        return None
    if fault.kind == "throttle":
        return throttled().answer()
    if fault.kind == "stale_token":
        return denied(EXPIRED).answer()
    if fault.kind == "revoked_token":
        return refused_grant()
    if fault.kind == "status" and fault.body == "json":
        return _internal_failure(fault.status)
    if fault.kind == "status":
        body = HTML if fault.body == "html" else b""
        return Answer(fault.status, body, content_type="text/html")
    return None


def spoil(answer: Answer, fault: Fault | None) -> Answer | None:
    """Return what is left of a good answer; None: the connection is closed."""
    if fault is None or fault.kind not in AFTERWARDS:
        return answer
    if fault.kind == "drop_after":
        return None
    if fault.kind == "empty_body":
        return Answer(answer.status, b"", content_type=answer.content_type)
    left = answer.body[: max(1, len(answer.body) * 2 // 3)]
    return Answer(answer.status, left, answer.headers, answer.content_type)


def _query(http: HttpRequest) -> dict[str, str]:
    """Return the query; a parameter that is repeated is a list, as one with commas."""
    found: dict[str, str] = {}
    for name, value in http.query_params.multi_items():
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _hang_up(http: HttpRequest) -> Response:
    """Close the connection without a word."""
    http.scope["state"]["transport"].abort()
    return Response(b"", 500)
