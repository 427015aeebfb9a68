# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens at Amazon without Odoo: listings that people change, and images."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from deploy.simulator.listing_book import where
from deploy.simulator.listing_edits import add_listing, change_listing
from deploy.simulator.sellers import Seller

if TYPE_CHECKING:
    from deploy.simulator.app import Simulator

MOST = 1_000_000
PIECE = 500


class AdminBooks:
    """The part of the simulator's own interface that is about its books."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/_admin/listings", self._listings, methods=["GET"]),
            Route("/_admin/listings", self._add_listing, methods=["POST"]),
            Route("/_admin/listings", self._change_listing, methods=["PATCH"]),
            Route("/_admin/images", self._images),
        ]

    # === LISTINGS === #

    async def _listings(self, http: Request) -> Response:
        names = ("seller_id", "marketplace_id", "sku")
        search = where(**{name: http.query_params.get(name, "") for name in names})
        try:
            most = int(http.query_params.get("limit", MOST))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        texts = islice(self._simulator.listings.book.texts(search), max(0, most))
        return StreamingResponse(
            joined("listings", texts), media_type="application/json"
        )

    async def _add_listing(self, http: Request) -> Response:
        def work(body: dict[str, Any]) -> dict[str, Any]:
            seller = seller_of(self._simulator, body)
            return add_listing(self._simulator.listings, seller, body)

        return await answer(http, work)

    async def _change_listing(self, http: Request) -> Response:
        def work(body: dict[str, Any]) -> dict[str, Any]:
            seller = seller_of(self._simulator, body)
            return change_listing(self._simulator.listings, seller, body)

        return await answer(http, work)

    # === IMAGES === #

    async def _images(self, _http: Request) -> Response:
        found = await run_in_threadpool(self._simulator.listings.images.all, MOST)
        return JSONResponse({"images": found})


def seller_of(simulator: Simulator, body: dict[str, Any]) -> Seller:
    """Return the seller that a body names.

    :raise ValueError: there is none
    """
    seller = simulator.sellers.get(str(body.get("seller_id")))
    if seller is None:
        raise ValueError("seller_id must name a seller")
    return seller


def joined(name: str, texts: Iterator[str]) -> Iterator[str]:
    """Return records that are JSON as one JSON object, piece by piece."""
    yield f'{{"{name}": ['
    between = ""
    while piece := list(islice(texts, PIECE)):
        yield between + ",".join(piece)
        between = ","
    yield "]}"


async def answer(
    http: Request, work: Callable[[dict[str, Any]], dict[str, Any]]
) -> Response:
    """Do some work with the JSON object that was sent; say so if it is nonsense."""
    try:
        body = json.loads(await http.body() or b"{}")
        if not isinstance(body, dict):
            raise ValueError("a JSON object is expected")
        return JSONResponse(await run_in_threadpool(work, body))
    except KeyError as error:
        return JSONResponse({"error": f"There is no {error.args[0]}."}, 404)
    except ValueError as error:
        return JSONResponse({"error": str(error)}, 400)
