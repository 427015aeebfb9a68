# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator put together: Amazon's routes, and the work in the background."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from deploy.simulator.accounts import Accounts
from deploy.simulator.admin import Admin
from deploy.simulator.answers import Answer, missing, store_error
from deploy.simulator.clock import Clock
from deploy.simulator.consent import Consent
from deploy.simulator.definition_operations import DefinitionOperations
from deploy.simulator.documents import Documents
from deploy.simulator.faults import DOWNLOAD, LOGIN, UPLOAD, Faults
from deploy.simulator.feed_kinds import make_kinds
from deploy.simulator.feeds import Feeds
from deploy.simulator.gate import Call, Gate
from deploy.simulator.images import ImageFetcher
from deploy.simulator.listing_operations import ListingOperations
from deploy.simulator.listings import Listings
from deploy.simulator.lwa import Lwa
from deploy.simulator.operations import Operations
from deploy.simulator.order_book import OrderBook
from deploy.simulator.order_clerk import OrderClerk
from deploy.simulator.order_desk import OrderDesk
from deploy.simulator.order_generator import OrderGenerator
from deploy.simulator.order_operations import OrderOperations
from deploy.simulator.rates import Rates
from deploy.simulator.report_contents import Books
from deploy.simulator.report_operations import ReportOperations
from deploy.simulator.reports import Reports
from deploy.simulator.request import Request
from deploy.simulator.routes import OPERATION_NAMES, REGIONS, ROUTES
from deploy.simulator.schedules import Schedules
from deploy.simulator.sellers import Seller
from deploy.simulator.shipment_operations import ShipmentOperations
from deploy.simulator.store import Store
from deploy.simulator.token_operations import TokenOperations

_logger = logging.getLogger(__name__)
TICK = 0.05
TICKS_A_NOTE = 10


class Simulator:
    """Everything the simulator knows and does."""

    def __init__(self, folder: Path, sellers: dict[str, Seller], speed: float) -> None:
        self.sellers = sellers
        self.store = Store(folder / "state.sqlite")
        self.clock = Clock(speed, self.store.get("clock", "clock"))
        self.faults = Faults()
        self.documents = Documents(self.store, self.clock, folder / "documents")
        self.listings = Listings(self.store, self.clock, self.faults)
        self.orders = OrderBook(self.store, self.clock)
        self.order_desk = OrderDesk(self.clock, self.orders, self.listings)
        self.order_generator = OrderGenerator(
            self.store, self.orders, self.listings.book
        )
        clerk = OrderClerk(self.clock, self.orders)
        kinds = make_kinds(self.listings, clerk.carry)
        self.feeds = Feeds(self.store, self.clock, self.documents, kinds)
        self.images = ImageFetcher(self.listings.images, self.listings.image_known)
        books = Books(self.listings, self.orders)
        self.reports = Reports(self.store, self.clock, self.documents, books, sellers)
        self.schedules = Schedules(self.store, self.clock, self.reports)
        self.accounts = Accounts(self.store, self.clock, sellers)
        self.lwa = Lwa(self.store, self.clock, self.accounts)
        self.rates = Rates(self.clock)
        self.gate = Gate(self.store, self.clock, self.faults, self.rates, self.lwa)
        self._operations = (
            Operations(self.clock, self.feeds, self.documents),
            ListingOperations(self.listings),
            DefinitionOperations(self.documents),
            ReportOperations(self.clock, self.documents, self.reports, self.schedules),
            TokenOperations(self.lwa, self.documents),
            OrderOperations(self.clock, self.orders),
            ShipmentOperations(self.store, self.clock, self.orders),
        )
        self._stop = threading.Event()

    def work(self) -> None:
        """Carry feeds and reports on, and keep the time, until the simulator stops."""
        turns = 0
        while not self._stop.wait(TICK):
            for part in (self.feeds, self.listings, self.schedules, self.reports):
                try:
                    part.advance()
                except Exception:
                    # What cannot be worked must not end the work on the others.
                    _logger.exception("%s could not go on", type(part).__name__)
            turns += 1
            if turns % TICKS_A_NOTE == 0:
                self.store.put("clock", "clock", self.clock.keep())

    def fetch_images(self) -> None:
        """Fetch images, but not while a feed is being carried out."""
        while not self._stop.wait(TICK):
            try:
                while not self.feeds.working and self.images.advance():
                    pass
            except Exception:
                _logger.exception("images could not be fetched")

    def stop(self) -> None:
        """End the work in the background."""
        self._stop.set()

    def forget(self) -> None:
        """Begin anew: nothing but the sellers and the time is left."""
        self.store.forget()
        self.documents.forget()
        self.faults.clear()
        self.rates.refill()

    def routes(self) -> list[Route]:
        """Return the routes of all that Amazon has."""
        return [
            *(
                self._operation(region, *route)
                for region in REGIONS
                for route in ROUTES
            ),
            Route("/auth/o2/token", self._token, methods=["POST"]),
            Route("/documents/{document_id}", self._document, methods=["GET", "PUT"]),
            *Consent(self.accounts, self.lwa).routes(),
        ]

    def _operation(self, region: str, method: str, path: str, name: str) -> Route:
        work = self.gate.work_of(self._handler(name), region)

        async def endpoint(http: HttpRequest) -> Response:
            return await self.gate.pass_through(http, name, work)

        return Route(f"/{region}{path}", endpoint, methods=[method], name=name)

    def _handler(self, name: str) -> Callable[[Request], Answer]:
        """Return the method for an operation."""
        snake = re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)
        (found,) = (
            getattr(part, snake) for part in self._operations if hasattr(part, snake)
        )
        handler: Callable[[Request], Answer] = found
        return handler

    async def _token(self, http: HttpRequest) -> Response:
        def work(call: Call) -> Answer:
            return self.lwa.token(call.body)

        owner = self.lwa.owner_id(await http.body())
        return await self.gate.pass_through(http, LOGIN, work, owner)

    async def _document(self, http: HttpRequest) -> Response:
        document_id = http.path_params["document_id"]
        known = self.store.get("document", document_id)
        upload = http.method == "PUT"

        def work(call: Call) -> Answer:
            if not known:
                return store_error("NoSuchKey", "The key does not exist.", 404)
            if call.fault and call.fault.kind == "expired_url":
                return store_error("AccessDenied", "Request has expired")
            refused = self.documents.refuse(
                document_id, http.method, dict(http.query_params), dict(http.headers)
            )
            if refused:
                return refused
            if upload:
                return self.documents.receive(document_id, call.body)
            return self.documents.give(document_id)

        owner = (known or {}).get("seller_id") or None
        name = UPLOAD if upload else DOWNLOAD
        return await self.gate.pass_through(http, name, work, owner)


def make_app(simulator: Simulator) -> Starlette:
    """Return the ASGI application of a simulator."""

    async def unknown(_http: HttpRequest, _error: Exception) -> Response:
        answer = missing("The requested resource").answer()
        return Response(answer.body, 404, media_type=answer.content_type)

    admin = Admin(simulator, OPERATION_NAMES)
    return Starlette(
        routes=[*simulator.routes(), *admin.routes()],
        exception_handlers={404: unknown, 405: unknown},
    )
