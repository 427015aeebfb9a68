# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator put together: routes, admin, and the work in the background."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from deploy.simulator import page
from deploy.simulator.answers import Answer, missing, store_error
from deploy.simulator.clock import Clock, iso
from deploy.simulator.documents import Documents
from deploy.simulator.faults import KINDS, Fault, Faults
from deploy.simulator.feeds import Feeds
from deploy.simulator.gate import Gate
from deploy.simulator.listings import Listings
from deploy.simulator.lwa import Lwa
from deploy.simulator.operations import Operations
from deploy.simulator.product_types import PRODUCT_TYPES
from deploy.simulator.rates import Rates
from deploy.simulator.sellers import MARKETPLACES, Seller
from deploy.simulator.store import Store

FEEDS = "/feeds/2021-06-30"
ITEM = "/listings/2021-08-01/items/{sellerId}/{sku:path}"
DEFINITIONS = "/definitions/2020-09-01/productTypes"
ROUTES = (
    ("GET", "/sellers/v1/marketplaceParticipations", "getMarketplaceParticipations"),
    ("GET", "/sellers/v1/account", "getAccount"),
    ("POST", f"{FEEDS}/documents", "createFeedDocument"),
    ("GET", f"{FEEDS}/documents/{{feedDocumentId}}", "getFeedDocument"),
    ("POST", f"{FEEDS}/feeds", "createFeed"),
    ("GET", f"{FEEDS}/feeds", "getFeeds"),
    ("GET", f"{FEEDS}/feeds/{{feedId}}", "getFeed"),
    ("DELETE", f"{FEEDS}/feeds/{{feedId}}", "cancelFeed"),
    ("GET", ITEM, "getListingsItem"),
    ("PUT", ITEM, "putListingsItem"),
    ("PATCH", ITEM, "patchListingsItem"),
    ("DELETE", ITEM, "deleteListingsItem"),
    ("GET", "/listings/2021-08-01/items/{sellerId}", "searchListingsItems"),
    ("GET", DEFINITIONS, "searchDefinitionsProductTypes"),
    ("GET", f"{DEFINITIONS}/{{productType}}", "getDefinitionsProductType"),
)
TICK = 0.05


class Simulator:
    """Everything the simulator knows and does."""

    def __init__(self, folder: Path, sellers: dict[str, Seller], speed: float) -> None:
        self.sellers = sellers
        self.store = Store(folder / "state.sqlite")
        kept = self.store.get("clock", "clock") or {}
        self.clock = Clock(speed, kept.get("now"))
        self.faults = Faults()
        self.documents = Documents(self.store, self.clock)
        self.listings = Listings(self.store, self.clock)
        self.feeds = Feeds(self.store, self.clock, self.documents, self.listings)
        self.lwa = Lwa(self.store, self.clock, sellers)
        self.rates = Rates(self.clock)
        self.gate = Gate(self.store, self.clock, self.faults, self.rates, self.lwa)
        self.operations = Operations(self.feeds, self.documents, self.listings)
        self._stop = threading.Event()

    def work(self) -> None:
        """Carry feeds on, and keep the time, until the simulator stops."""
        turns = 0
        while not self._stop.wait(TICK):
            self.feeds.advance()
            turns += 1
            if turns % 20 == 0:
                self.store.put("clock", "clock", {"now": self.clock.now()})

    def stop(self) -> None:
        """End the work in the background."""
        self._stop.set()

    def routes(self) -> list[Route]:
        """Return all routes."""
        found = [self._operation(*route) for route in ROUTES]
        found += [
            Route("/auth/o2/token", self._token, methods=["POST"]),
            Route("/documents/{document_id}", self._document, methods=["GET", "PUT"]),
            Route("/", self._page),
            Route("/_admin/health", self._health),
            Route("/_admin/faults", self._list_faults, methods=["GET"]),
            Route("/_admin/faults", self._add_fault, methods=["POST"]),
            Route("/_admin/faults", self._clear_faults, methods=["DELETE"]),
            Route("/_admin/faults/schedule", self._schedule, methods=["POST"]),
            Route("/_admin/journal", self._journal),
            Route("/_admin/listings", self._listings),
            Route("/_admin/feeds", self._feeds),
            Route("/_admin/product_types", self._product_types),
            Route("/_admin/clock", self._set_clock, methods=["POST"]),
            Route("/_admin/reset", self._reset, methods=["POST"]),
        ]
        return found

    # === WHAT AMAZON HAS === #

    def _operation(self, method: str, path: str, name: str) -> Route:
        handler = getattr(self.operations, _snake(name))
        work = self.gate.work_of(handler, name)

        async def endpoint(http: HttpRequest) -> Response:
            return await self.gate.pass_through(http, name, work)

        return Route(path, endpoint, methods=[method], name=name)

    async def _token(self, http: HttpRequest) -> Response:
        def work(_http: Any, body: bytes, _fault: Any, _entry: Any) -> Answer:
            return self.lwa.token(body)

        return await self.gate.pass_through(http, "getAccessToken", work)

    async def _document(self, http: HttpRequest) -> Response:
        document_id = http.path_params["document_id"]
        known = self.store.get("document", document_id) or {}
        upload = http.method == "PUT"

        def work(_http: Any, body: bytes, fault: Fault | None, _entry: Any) -> Answer:
            if not known:
                return missing("The document").answer()
            if fault and fault.kind == "expired_url":
                return store_error("AccessDenied", "Request has expired")
            headers, query = dict(http.headers), dict(http.query_params)
            refused = self.documents.refuse(document_id, http.method, query, headers)
            if refused:
                return refused
            if upload:
                return self.documents.receive(document_id, body)
            return self.documents.give(document_id)

        name = "uploadDocument" if upload else "downloadDocument"
        return await self.gate.pass_through(http, name, work, known.get("seller_id"))

    # === WHAT ONLY THE SIMULATOR HAS === #

    async def _page(self, _http: HttpRequest) -> Response:
        shops = {place: facts[0] for place, facts in MARKETPLACES.items()}
        names = {seller.seller_id: seller.name for seller in self.sellers.values()}
        listings = self.listings.search()[-200:]
        state = {
            "time": iso(self.clock.now()),
            "speed": self.clock.speed,
            "sellers": [
                {
                    "name": seller.name,
                    "seller_id": seller.seller_id,
                    "shops": ", ".join(shops[p] for p in seller.marketplace_ids),
                }
                for seller in self.sellers.values()
            ],
            "listings": [
                {**item, "marketplace": shops[item["marketplace_id"]]}
                for item in reversed(listings)
            ],
            "feeds": [
                {**feed, "seller": names[feed["seller_id"]]}
                for feed in reversed(self.feeds.all()[-50:])
            ],
            "faults": self.faults.list(),
            "journal": list(self.store.journal("", 0, 50)),
            "operations": ["*", *self._operation_names()],
            "kinds": KINDS,
        }
        return HTMLResponse(page.render(state))

    @staticmethod
    def _operation_names() -> list[str]:
        documents = ["getAccessToken", "uploadDocument", "downloadDocument"]
        return [*(route[2] for route in ROUTES), *documents]

    async def _health(self, _http: HttpRequest) -> Response:
        now = iso(self.clock.now())
        return JSONResponse({"status": "ok", "time": now, "speed": self.clock.speed})

    async def _list_faults(self, _http: HttpRequest) -> Response:
        return JSONResponse({"faults": self.faults.list()})

    async def _add_fault(self, http: HttpRequest) -> Response:
        try:
            fault = self.faults.add(await http.json())
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse({"fault_id": fault.fault_id})

    async def _clear_faults(self, _http: HttpRequest) -> Response:
        self.faults.clear()
        return JSONResponse({})

    async def _schedule(self, http: HttpRequest) -> Response:
        self.faults.schedule(await http.json())
        return JSONResponse({})

    async def _journal(self, http: HttpRequest) -> Response:
        query = http.query_params
        found = self.store.journal(
            query.get("operation", ""),
            int(query.get("after", 0)),
            int(query.get("limit", 1000)),
        )
        seller_id = query.get("seller_id")
        entries = [e for e in found if seller_id in (None, "", e["seller_id"])]
        return JSONResponse({"requests": entries})

    async def _listings(self, http: HttpRequest) -> Response:
        names = ("seller_id", "marketplace_id", "sku")
        where = {name: http.query_params.get(name, "") for name in names}
        return JSONResponse({"listings": self.listings.search(**where)})

    async def _feeds(self, http: HttpRequest) -> Response:
        seller_id = http.query_params.get("seller_id", "")
        return JSONResponse({"feeds": self.feeds.all(seller_id)})

    async def _product_types(self, _http: HttpRequest) -> Response:
        return JSONResponse({"product_types": list(PRODUCT_TYPES)})

    async def _set_clock(self, http: HttpRequest) -> Response:
        self.clock.set_speed(float((await http.json())["speed"]))
        return await self._health(http)

    async def _reset(self, _http: HttpRequest) -> Response:
        self.store.forget()
        self.faults.clear()
        self.rates.refill()
        return JSONResponse({})


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def make_app(simulator: Simulator) -> Starlette:
    """Return the ASGI application of a simulator."""

    async def unknown(_http: HttpRequest, _error: Exception) -> Response:
        answer = missing("The requested resource")
        return Response(answer.answer().body, 404, media_type="application/json")

    return Starlette(routes=simulator.routes(), exception_handlers={404: unknown})
