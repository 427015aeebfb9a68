# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What only the simulator has: faults, journal, clock, and a look at what it holds."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from deploy.simulator import page
from deploy.simulator.admin_books import AdminBooks
from deploy.simulator.admin_orders import AdminOrders
from deploy.simulator.clock import iso, seconds
from deploy.simulator.faults import KINDS
from deploy.simulator.product_types import PRODUCT_TYPES
from deploy.simulator.report_contents import Window, content_type
from deploy.simulator.report_types import REPORT_TYPES
from deploy.simulator.roles import ROLES
from deploy.simulator.sellers import MARKETPLACES

if TYPE_CHECKING:
    from deploy.simulator.app import Simulator

SHOWN_LISTINGS = 100
SHOWN_ORDERS = 50
SHOWN_FEEDS = 30
SHOWN_REPORTS = 30
SHOWN_REQUESTS = 50


class Admin:
    """The simulator's own interface, for tests and for people."""

    def __init__(self, simulator: Simulator, operations: tuple[str, ...]) -> None:
        self._simulator = simulator
        self._operations = operations

    def routes(self) -> list[Route]:
        """Return the routes under ``/_admin``, and that of the page."""
        return [
            Route("/", self._page),
            Route("/_admin/health", self._health),
            Route("/_admin/faults", self._list_faults, methods=["GET"]),
            Route("/_admin/faults", self._add_fault, methods=["POST"]),
            Route("/_admin/faults", self._clear_faults, methods=["DELETE"]),
            Route("/_admin/faults/schedule", self._schedule, methods=["POST"]),
            Route("/_admin/faults/{number:int}", self._clear_one, methods=["DELETE"]),
            Route("/_admin/journal", self._journal),
            Route("/_admin/feeds", self._feeds),
            Route("/_admin/feeds/{feed_id}/report", self._report),
            Route("/_admin/reports", self._reports, methods=["GET"]),
            Route("/_admin/reports", self._add_report, methods=["POST"]),
            Route("/_admin/sellers", self._sellers, methods=["GET"]),
            Route("/_admin/sellers/{seller_id}", self._change_seller, methods=["POST"]),
            Route("/_admin/product_types", self._product_types),
            Route("/_admin/clock", self._set_clock, methods=["POST"]),
            Route("/_admin/reset", self._reset, methods=["POST"]),
            *AdminBooks(self._simulator).routes(),
            *AdminOrders(self._simulator).routes(),
        ]

    async def _health(self, _http: Request) -> Response:
        clock = self._simulator.clock
        state = {"status": "ok", "time": iso(clock.now()), "speed": clock.speed}
        return JSONResponse(state)

    # === FAULTS === #

    async def _list_faults(self, _http: Request) -> Response:
        return JSONResponse({"faults": self._simulator.faults.list()})

    async def _add_fault(self, http: Request) -> Response:
        try:
            fault = self._simulator.faults.add(await _body(http))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"fault_id": fault.fault_id})

    async def _schedule(self, http: Request) -> Response:
        try:
            self._simulator.faults.schedule(await _body(http))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({})

    async def _clear_faults(self, _http: Request) -> Response:
        self._simulator.faults.clear()
        return JSONResponse({})

    async def _clear_one(self, http: Request) -> Response:
        self._simulator.faults.clear(http.path_params["number"])
        return JSONResponse({})

    # === WHAT IT HOLDS === #

    async def _journal(self, http: Request) -> Response:
        query = http.query_params
        try:
            after, most = int(query.get("after", 0)), int(query.get("limit", 1000))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        operation, seller_id = query.get("operation", ""), query.get("seller_id", "")
        store = self._simulator.store
        found = await run_in_threadpool(
            store.journal, operation, seller_id, after, most
        )
        return JSONResponse({"requests": found})

    async def _feeds(self, http: Request) -> Response:
        seller_id = http.query_params.get("seller_id", "")
        return JSONResponse({"feeds": self._simulator.feeds.all(seller_id)})

    async def _report(self, http: Request) -> Response:
        feeds = self._simulator.feeds
        for feed in feeds.all():
            if feed["feedId"] == http.path_params["feed_id"]:
                content, media = feeds.report(feed)
                return Response(content, media_type=media)
        return JSONResponse({"error": "There is no such feed."}, 404)

    async def _reports(self, http: Request) -> Response:
        seller_id = http.query_params.get("seller_id", "")
        return JSONResponse({"reports": self._simulator.reports.all(seller_id)})

    async def _add_report(self, http: Request) -> Response:
        try:
            facts = given_report(self._simulator, await _body(http))
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"report_id": self._simulator.reports.add(**facts)})

    async def _product_types(self, _http: Request) -> Response:
        return JSONResponse({"product_types": list(PRODUCT_TYPES)})

    # === SELLERS === #

    async def _sellers(self, _http: Request) -> Response:
        return JSONResponse({"sellers": self._simulator.accounts.show()})

    async def _change_seller(self, http: Request) -> Response:
        seller_id = http.path_params["seller_id"]
        try:
            self._simulator.accounts.change(seller_id, await _body(http))
        except KeyError:
            return JSONResponse({"error": "There is no such seller."}, 404)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({})

    # === CLOCK === #

    async def _set_clock(self, http: Request) -> Response:
        clock = self._simulator.clock
        try:
            body = await _body(http)
            clock.set_speed(float(body.get("speed", clock.speed)))
            clock.advance(float(body.get("advance", 0)))
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return await self._health(http)

    async def _reset(self, _http: Request) -> Response:
        self._simulator.forget()
        return JSONResponse({})

    # === PAGE === #

    async def _page(self, _http: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(self._render))

    def _render(self) -> str:
        simulator = self._simulator
        feeds = self._named(simulator.feeds.newest(SHOWN_FEEDS))
        reports = self._named(simulator.reports.newest(SHOWN_REPORTS))
        listings = [
            {**item, "marketplace": MARKETPLACES[item["marketplace_id"]].name}
            for item in simulator.listings.book.newest(SHOWN_LISTINGS)
        ]
        orders = [
            {
                **order,
                "marketplace": MARKETPLACES[order["marketplace_id"]].name,
                "created_time": iso(order["created"]),
            }
            for order in self._named(simulator.orders.newest(SHOWN_ORDERS))
        ]
        return page.render(
            {
                "time": iso(simulator.clock.now()),
                "speed": simulator.clock.speed,
                "sellers": [_seller(seller) for seller in simulator.accounts.show()],
                "listings": listings,
                "orders": orders,
                "feeds": feeds,
                "reports": reports,
                "faults": simulator.faults.list(),
                "journal": simulator.store.journal(most=SHOWN_REQUESTS)[::-1],
                "operations": ["*", *self._operations],
                "kinds": list(KINDS),
            }
        )

    def _named(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return records with the names of their sellers."""
        names = {s.seller_id: s.name for s in self._simulator.sellers.values()}
        return [
            {**record, "seller": names.get(record["seller_id"], record["seller_id"])}
            for record in records
        ]


def _seller(seller: dict[str, Any]) -> dict[str, str]:
    places = [MARKETPLACES[place].name for place in seller["marketplace_ids"]]
    every = len(seller["roles"]) == len(ROLES)
    roles = "every role" if every else ", ".join(seller["roles"]) or "no role"
    return {
        "name": seller["name"],
        "seller_id": seller["seller_id"],
        "shops": ", ".join(places),
        "roles": "consent revoked" if seller["revoked"] else roles,
    }


def given_report(simulator: Simulator, body: dict[str, Any]) -> dict[str, Any]:
    """Return what ``Reports.add`` needs of a body.

    :raise TypeError: something is missing or not of its type
    :raise ValueError: unknown seller, marketplace or report type, or a bad value
    """
    seller = simulator.sellers.get(str(body.get("seller_id")))
    kind, places = body.get("report_type"), body.get("marketplace_ids")
    if not seller or not places or not set(places) <= set(seller.marketplace_ids):
        raise ValueError("seller_id and some of its marketplace_ids must be given")
    if kind not in REPORT_TYPES:
        raise ValueError(f"report_type must be one of {', '.join(REPORT_TYPES)}")
    now = simulator.clock.now()
    start, end = (
        seconds(str(body[name])) if body.get(name) else now
        for name in ("data_start", "data_end")
    )
    media = body.get("content_type")
    return {
        "seller_id": seller.seller_id,
        "kind": kind,
        "places": places,
        "window": Window(start, end),
        "content": base64.b64decode(body.get("content_base64", ""), validate=True),
        "media": media or content_type(REPORT_TYPES[kind], tuple(places)),
        "compressed": bool(body.get("compressed")),
    }


async def _body(http: Request) -> dict[str, Any]:
    """Return the JSON object that was sent.

    :raise ValueError: it is none
    """
    found = json.loads(await http.body() or b"{}")
    if not isinstance(found, dict):
        raise ValueError("a JSON object is expected")
    return found
