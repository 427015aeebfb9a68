# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to orders without Odoo: customers order, and change their minds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from deploy.simulator.admin_books import MOST, answer, joined, seller_of
from deploy.simulator.clock import seconds
from deploy.simulator.order_generator import mix_of

if TYPE_CHECKING:
    from deploy.simulator.app import Simulator

# Does something to an order: whose, which, and how.
Act = Callable[[str, str, dict[str, Any]], None]
MOST_ORDERS = 200_000


class AdminOrders:
    """The part of the simulator's own interface that is about orders."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[Route]:
        """Return the routes."""
        desk, path = self._simulator.order_desk, "/_admin/orders/{order_id}"
        acts: dict[str, Act] = {
            "ask_to_cancel": desk.ask_to_cancel,
            "cancel": desk.cancel,
            "address": desk.readdress,
            "ship": desk.ship,
        }
        return [
            Route("/_admin/orders", self._orders, methods=["GET"]),
            Route("/_admin/orders", self._add, methods=["POST"]),
            Route("/_admin/orders/count", self._count, methods=["GET"]),
            Route("/_admin/orders/generate", self._generate, methods=["POST"]),
            Route(path, self._order, methods=["GET"]),
            Route(path, self._doing(desk.change), methods=["PATCH"]),
            *(
                Route(f"{path}/{name}", self._doing(act), methods=["POST"])
                for name, act in acts.items()
            ),
        ]

    # === LOOKING === #

    async def _orders(self, http: Request) -> Response:
        query = http.query_params
        try:
            most = int(query.get("limit", MOST))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        texts = self._simulator.orders.texts(query.get("seller_id", ""))
        found = joined("orders", islice(texts, max(0, most)))
        return StreamingResponse(found, media_type="application/json")

    async def _order(self, http: Request) -> Response:
        seller_id = http.query_params.get("seller_id", "")
        order_id = http.path_params["order_id"]

        def work(_body: dict[str, Any]) -> dict[str, Any]:
            found = self._simulator.orders.get(seller_id, order_id)
            if found is None:
                raise KeyError(f"order {order_id}")
            return found

        return await answer(http, work)

    async def _count(self, http: Request) -> Response:
        seller_id = http.query_params.get("seller_id", "")

        def work(_body: dict[str, Any]) -> dict[str, Any]:
            return {"statuses": self._simulator.orders.count(seller_id)}

        return await answer(http, work)

    # === MAKING === #

    async def _add(self, http: Request) -> Response:
        def work(body: dict[str, Any]) -> dict[str, Any]:
            seller = seller_of(self._simulator, body)
            return {"order_id": self._simulator.order_desk.add(seller, body)}

        return await answer(http, work)

    async def _generate(self, http: Request) -> Response:
        return await answer(http, self._make_many)

    def _make_many(self, body: dict[str, Any]) -> dict[str, Any]:
        seller, now = seller_of(self._simulator, body), self._simulator.clock.now()
        count, days = body.get("count"), body.get("days", 30)
        if not isinstance(count, int) or not 0 < count <= MOST_ORDERS:
            raise ValueError(f"count must be from 1 to {MOST_ORDERS}")
        if not isinstance(days, (int, float)) or not days > 0:
            raise ValueError("days must be above 0")
        places = tuple(body.get("marketplace_ids") or ())
        if not set(places) <= set(seller.marketplace_ids):
            raise ValueError("marketplace_ids must be the seller's")
        until = seconds(str(body["until"])) if body.get("until") else now
        if until > now:
            raise ValueError("until must not be later than now")
        ids = self._simulator.order_generator.fill(
            seller,
            count,
            until=until,
            now=now,
            days=days,
            seed=int(body.get("seed", 0)),
            places=places,
            mix=mix_of(body.get("mix") or {}),
        )
        return {"order_ids": ids, "count": count}

    # === DOING === #

    def _doing(self, act: Act) -> Callable[[Request], Any]:
        """Return the endpoint that does something to an order."""

        async def endpoint(http: Request) -> Response:
            def work(body: dict[str, Any]) -> dict[str, Any]:
                seller_id = seller_of(self._simulator, body).seller_id
                values = {k: v for k, v in body.items() if k != "seller_id"}
                with self._simulator.store.together():
                    act(seller_id, http.path_params["order_id"], values)
                return {}

            return await answer(http, work)

        return endpoint
