# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every request passes here: journal, faults, token, rate, and then the operation."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from deploy.simulator.answers import Answer, Refusal, as_json
from deploy.simulator.clock import Clock, iso
from deploy.simulator.faults import Fault, Faults
from deploy.simulator.lwa import Lwa, refused_grant
from deploy.simulator.operations import Request
from deploy.simulator.rates import Rates, throttled
from deploy.simulator.sellers import Seller
from deploy.simulator.store import Store

Handler = Callable[[Request], Answer]
HTML = b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>"
# Faults that strike the answer, after the work is done.
AFTERWARDS = ("truncated_json", "empty_body", "drop_after", "truncated_gzip")


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
        self,
        http: HttpRequest,
        operation: str,
        work: Callable[[HttpRequest, bytes, Fault | None, dict[str, Any]], Answer],
        owner: str | None = None,
    ) -> Response:
        """Answer one request: note it, let it fail if it should, else do *work*."""
        body = await http.body()
        entry = self._entry(http, operation, body, owner)
        number = self._store.note(entry)
        fault = self._faults.take(operation, entry["seller_id"])
        if fault:
            entry["fault"] = fault.kind
            self._store.amend(number, entry)
        answer = await self._answer(http, body, fault, entry, work)
        entry["status"] = answer.status if answer else None
        entry["response_bytes"] = len(answer.body) if answer else 0
        self._store.amend(number, entry)
        if answer is None:
            return _hang_up(http)
        return self._respond(answer, operation, entry)

    async def _answer(
        self,
        http: HttpRequest,
        body: bytes,
        fault: Fault | None,
        entry: dict[str, Any],
        work: Callable[[HttpRequest, bytes, Fault | None, dict[str, Any]], Answer],
    ) -> Answer | None:
        if fault and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind in ("drop_before", "reset_upload"):
            return None
        try:
            answer: Answer | None = strike(fault)
            if answer is None:
                answer = await run_in_threadpool(work, http, body, fault, entry)
        except Refusal as refusal:
            answer = refusal.answer()
        return spoil(answer, fault)

    def work_of(self, handler: Handler, operation: str) -> Any:
        """Return the work of an operation: token, rate, then its handler."""

        def work(
            http: HttpRequest, body: bytes, fault: Fault | None, entry: dict[str, Any]
        ) -> Answer:
            seller = self._lwa.who(http.headers.get("x-amz-access-token"))
            self._rates.spend(operation, seller.seller_id)
            request = Request(
                seller,
                dict(http.path_params),
                _query(http),
                body,
                fault.kind if fault else None,
            )
            answer = handler(request)
            if request.strange:
                entry["summary"] = f"unknown parameters: {', '.join(request.strange)}"
            return answer

        return work

    def _entry(
        self, http: HttpRequest, operation: str, body: bytes, owner: str | None
    ) -> dict[str, Any]:
        seller = owner or self._seller_id(http)
        return {
            "time": iso(self._clock.now()),
            "operation": operation,
            "method": http.method,
            "path": http.url.path,
            "query": {} if "documents" in http.url.path else _query(http),
            "seller_id": seller,
            "status": None,
            "fault": None,
            "request_id": secrets.token_hex(8),
            "request_bytes": len(body),
            "response_bytes": 0,
            "summary": "",
        }

    def _seller_id(self, http: HttpRequest) -> str | None:
        try:
            seller: Seller = self._lwa.who(http.headers.get("x-amz-access-token"))
        except Refusal:
            return None
        return seller.seller_id

    def _respond(
        self, answer: Answer, operation: str, entry: dict[str, Any]
    ) -> Response:
        headers = {"x-amzn-RequestId": entry["request_id"], **answer.headers}
        if answer.status < 300 or answer.status in (400, 404):
            headers |= self._rates.headers(operation)
        return Response(
            answer.body, answer.status, headers, media_type=answer.content_type
        )


def strike(fault: Fault | None) -> Answer | None:
    """Return the answer that a fault gives in the place of the operation's."""
    if fault is None:
        return None
    if fault.kind == "throttle":
        return throttled().answer()
    if fault.kind == "stale_token":
        return Refusal(403, "Unauthorized", "The access token has expired.").answer()
    if fault.kind == "revoked_token":
        return refused_grant()
    if fault.kind == "status":
        if fault.body == "json":
            error = {"code": "InternalFailure", "message": "We had an internal error."}
            return as_json({"errors": [error]}, fault.status)
        body = HTML if fault.body == "html" else b""
        return Answer(fault.status, body, content_type="text/html")
    return None


def spoil(answer: Answer | None, fault: Fault | None) -> Answer | None:
    """Return what is left of a good answer; None: the connection is closed."""
    if answer is None or fault is None or fault.kind not in AFTERWARDS:
        return answer
    if fault.kind == "drop_after":
        return None
    if fault.kind == "empty_body":
        return Answer(answer.status, b"", content_type=answer.content_type)
    left = answer.body[: max(1, len(answer.body) * 2 // 3)]
    return Answer(answer.status, left, answer.headers, answer.content_type)


def _query(http: HttpRequest) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in http.query_params.multi_items():
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _hang_up(http: HttpRequest) -> Response:
    """Close the connection without a word."""
    http.scope["state"]["transport"].abort()
    return Response(b"", 500)
