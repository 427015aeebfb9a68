# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator as a process of the tests."""

from __future__ import annotations

import base64
import json
import shutil
import ssl
import subprocess
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from deploy import processes
from deploy.demo import SELLERS
from deploy.paths import PYTHON, ROOT


class SimulatorHandle:
    """A simulator, its faults and its books."""

    def __init__(self, folder: Path, speed: float) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder
        self.speed = speed
        self.port = processes.free_port()
        self.log = folder / "simulator.log"
        self.sellers: list[dict[str, Any]] = json.loads(SELLERS.read_text())
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://127.0.0.1:{self.port}"

    def endpoint(self, seller: dict[str, Any]) -> str:
        """Where the operations of a seller's region are."""
        return f"{self.url}/{seller['region']}"

    @property
    def ca_pem(self) -> str:
        """The certificate of its authority."""
        return (self.folder / "ca.pem").read_text()

    def start(self) -> None:
        """Start it, with the state it had."""
        options = ["--state", str(self.folder), "--port", str(self.port)]
        self._process = processes.start(
            [PYTHON, "-m", "deploy.simulator", *options, "--speed", str(self.speed)],
            log=self.log,
            cwd=ROOT,
            tied=True,
        )
        processes.wait_for(
            lambda: not processes.is_free(self.port),
            what="The simulator",
            timeout=30,
            log=self.log,
        )

    def stop(self) -> None:
        """End it; its state stays."""
        if self._process:
            processes.stop_group(self._process.pid, timeout=5)
            self._process.wait()
            self._process = None

    def kill(self) -> None:
        """Kill it without a word."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def tls(self) -> ssl.SSLContext:
        """Return what a client needs to trust it."""
        return ssl.create_default_context(cadata=self.ca_pem)

    # === ADMIN === #

    def admin(self, path: str, method: str = "GET", body: Any = None) -> dict[str, Any]:
        """Call its admin interface."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            f"{self.url}/_admin/{path}", data=data, method=method
        )
        context = self.tls()
        with urllib.request.urlopen(request, timeout=60, context=context) as reply:
            found: dict[str, Any] = json.load(reply)
        return found

    def fault(self, operation: str, kind: str, **how: Any) -> int:
        """Let the next call of *operation* fail; return the fault's number."""
        body = {"operation": operation, "kind": kind, **how}
        return int(self.admin("faults", "POST", body)["fault_id"])

    def faults_used(self, kind: str) -> int:
        """Return how often faults of a kind have struck."""
        found = self.admin("faults")["faults"]
        return sum(fault["used"] for fault in found if fault["kind"] == kind)

    def fault_schedule(self, **how: Any) -> None:
        """Let a share of all calls fail, picked by a seed."""
        self.admin("faults/schedule", "POST", how)

    def clear_faults(self) -> None:
        """Let everything go well again."""
        self.admin("faults", "DELETE")

    def journal(self, operation: str = "", **where: Any) -> list[dict[str, Any]]:
        """Return requests it got; *where*: values that entries must have."""
        query = urlencode({"operation": operation, "limit": 100000})
        found = self.admin(f"journal?{query}")["requests"]
        return [e for e in found if all(e[name] == v for name, v in where.items())]

    def listings(self, **where: str) -> list[dict[str, Any]]:
        """Return its listings; *where*: seller_id, marketplace_id, sku."""
        found: list[dict[str, Any]] = self.admin(f"listings?{urlencode(where)}")[
            "listings"
        ]
        return found

    def add_listing(
        self, seller_id: str, marketplace_id: str, sku: str, **values: Any
    ) -> dict[str, Any]:
        """Let there be a listing that Odoo did not make; return it.

        :param values: attributes (by name), product_type, requirements, asin,
            status (a list of BUYABLE, DISCOVERABLE), issues
        """
        where = {"seller_id": seller_id, "marketplace_id": marketplace_id, "sku": sku}
        return self.admin("listings", "POST", {**where, **values})

    def change_listing(
        self, seller_id: str, marketplace_id: str, sku: str, **values: Any
    ) -> dict[str, Any]:
        """Change a listing as a person does in Seller Central; return it.

        :param values: attributes (by name, None takes one away), asin, status, issues
        """
        where = {"seller_id": seller_id, "marketplace_id": marketplace_id, "sku": sku}
        return self.admin("listings", "PATCH", {**where, **values})

    def images(self) -> list[dict[str, Any]]:
        """Return what it knows of images: url, state (wanted, fetched, failed,
        elsewhere), and sha256, bytes, width, height, format or problem."""
        found: list[dict[str, Any]] = self.admin("images")["images"]
        return found

    # === ORDERS === #

    def orders(self, **where: str) -> list[dict[str, Any]]:
        """Return its orders as they are kept; *where*: seller_id, limit."""
        found: list[dict[str, Any]] = self.admin(f"orders?{urlencode(where)}")["orders"]
        return found

    def order(self, seller_id: str, order_id: str) -> dict[str, Any]:
        """Return an order as it is kept: see deploy/simulator/order_book.py."""
        return self.admin(f"orders/{order_id}?{urlencode({'seller_id': seller_id})}")

    def order_counts(self, seller_id: str) -> dict[str, int]:
        """Return how many orders a seller has, by status."""
        query = urlencode({"seller_id": seller_id})
        found: dict[str, int] = self.admin(f"orders/count?{query}")["statuses"]
        return found

    def add_order(
        self,
        seller_id: str,
        marketplace_id: str,
        items: list[dict[str, Any]],
        **values: Any,
    ) -> str:
        """Let a customer order something; return the order's id.

        :param items: each with sku, and maybe quantity, item_id, asin, title,
            item_price, shipping_price, gift_wrap_price (of the whole line, as text),
            item_tax and so on, gift (level, message), promotions (id, and as text what
            they take off: item, shipping), price_designation, ioss
        :param values: status (PENDING unless given), hold (seconds from now that it
            stays so, 1800 at least), fulfilled_by (MERCHANT, AMAZON), order_id, created
            (a time in Amazon's writing), country, business, service_level, programs,
            replaces, payment_method, and of what is made up otherwise: buyer (name,
            email, phone, company, po_number), address (name, company, line1 to line3,
            city, district, state, postcode, country, phone, type), buyer_tax
            (legal_name, type, number)
        """
        where = {"seller_id": seller_id, "marketplace_id": marketplace_id}
        body = {**where, "items": items, **values}
        return str(self.admin("orders", "POST", body)["order_id"])

    def generate_orders(self, seller_id: str, count: int, **how: Any) -> list[str]:
        """Let many orders be made, the same ones for a seed; return the first ids.

        :param how: days (30 unless given), until (a time, now unless given), seed,
            marketplace_ids, mix (shares by name: see deploy/simulator/order_generator)
        """
        body = {"seller_id": seller_id, "count": count, **how}
        found: list[str] = self.admin("orders/generate", "POST", body)["order_ids"]
        return found

    def change_order(self, seller_id: str, order_id: str, status: str) -> None:
        """Give an order another status."""
        body = {"seller_id": seller_id, "status": status}
        self.admin(f"orders/{order_id}", "PATCH", body)

    def ask_to_cancel(
        self,
        seller_id: str,
        order_id: str,
        reason: str = "",
        item_ids: tuple[str, ...] = (),
    ) -> None:
        """Let the buyer ask for the cancellation of an order, or of some items."""
        body = {"reason": reason, "item_ids": list(item_ids)}
        self._act(seller_id, order_id, "ask_to_cancel", body)

    def cancel_order(self, seller_id: str, order_id: str, **how: Any) -> None:
        """Cancel an order.

        :param how: by (AMAZON unless given, BUYER, MERCHANT), reason, quantities (by
            item id; everything unless given)
        """
        self._act(seller_id, order_id, "cancel", how)

    def readdress_order(self, seller_id: str, order_id: str, **address: str) -> None:
        """Let the buyer change where an order goes to; what is not given stays."""
        self._act(seller_id, order_id, "address", address)

    def ship_order(self, seller_id: str, order_id: str, **how: Any) -> None:
        """Let an order be shipped, but not by the API.

        :param how: quantities (by item id; everything unless given), and of the
            package: reference, carrier, service, tracking
        """
        self._act(seller_id, order_id, "ship", how)

    def _act(
        self, seller_id: str, order_id: str, name: str, body: dict[str, Any]
    ) -> None:
        whose = {"seller_id": seller_id}
        self.admin(f"orders/{order_id}/{name}", "POST", {**whose, **body})

    # === FEEDS, REPORTS, SELLERS === #

    def feeds(self, **where: str) -> list[dict[str, Any]]:
        """Return the feeds it has accepted."""
        found: list[dict[str, Any]] = self.admin(f"feeds?{urlencode(where)}")["feeds"]
        return found

    def reports(self, **where: str) -> list[dict[str, Any]]:
        """Return the reports it holds; *where*: seller_id."""
        found: list[dict[str, Any]] = self.admin(f"reports?{urlencode(where)}")[
            "reports"
        ]
        return found

    def add_report(
        self,
        seller_id: str,
        report_type: str,
        marketplace_ids: list[str],
        content: bytes,
        **how: Any,
    ) -> str:
        """Let Amazon have made a report; return its id.

        :param how: content_type, compressed, data_start, data_end
        """
        body = {
            "seller_id": seller_id,
            "report_type": report_type,
            "marketplace_ids": marketplace_ids,
            "content_base64": base64.b64encode(content).decode(),
            **how,
        }
        return str(self.admin("reports", "POST", body)["report_id"])

    def change_seller(self, seller_id: str, **values: Any) -> None:
        """Change a seller's roles, revoked or lwa_client_secret."""
        self.admin(f"sellers/{seller_id}", "POST", values)

    def reset(self) -> None:
        """Let it forget everything but its sellers."""
        self.admin("reset", "POST")

    def set_speed(self, speed: float) -> None:
        """Change its speed."""
        self.admin("clock", "POST", {"speed": speed})
