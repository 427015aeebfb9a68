# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the whole-system tests have in common: products, waits and questions.

Everything is done as a person or another program would do it: by RPC to a running
server. The database is read directly only to see what happened.
"""

from __future__ import annotations

import base64
import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

ROW_FIELDS = [
    "amazon_status",
    "amazon_status_data",
    "amazon_status_timestamp",
    "record_operation",
    "operation_data",
]
_serial = itertools.count(1)


def barcode(number: int) -> str:
    """Return a valid EAN-13 made of *number*."""
    digits = f"{400000000000 + number:012d}"
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
    return f"{digits}{-total % 10}"


def picture(color: str = "navy", size: int = 500) -> str:
    """Return an image as Odoo takes one by RPC."""
    target = io.BytesIO()
    Image.new("RGB", (size, size), color).save(target, "PNG")
    return base64.b64encode(target.getvalue()).decode()


PICTURE = picture()
# Too small for Amazon to be content, and quick to make by the thousand.
TINY = picture(size=32)


def product_values(prefix: str = "SYS", **values: Any) -> dict[str, Any]:
    """Return values of a product that Amazon takes, unless *values* spoil it."""
    number = next(_serial)
    return {
        "name": f"Suitcase {number}",
        "default_code": f"{prefix}-{number:05d}",
        "barcode": barcode(number),
        "type": "consu",
        "amazon_brand": "Acme",
        "description_sale": "Rolls on four wheels.",
        "list_price": 49.9,
        "taxes_id": [(5, 0, 0)],
        "image_variant_1920": PICTURE,
        **values,
    }


@dataclass
class Shop:
    """A running Odoo and the simulator it talks to."""

    odoo: Any
    simulator: Any
    accounts: list[int] = field(default_factory=list)

    def create(self, **values: Any) -> int:
        """Create a product; return the id of its variant."""
        return self.odoo.create("product.product", product_values(**values))

    def write(self, product: int, **values: Any) -> None:
        """Change a product as a user does."""
        self.odoo.write("product.product", [product], values)

    def rows(self, product: int) -> list[dict[str, Any]]:
        """Return the integration rows of a product, oldest first."""
        return self.odoo.search_read(
            "product.integration",
            [("record_model", "=", "product.product"), ("record_id", "=", product)],
            ROW_FIELDS,
            order="id",
        )

    def settled(
        self, product: int, timeout: float = 90, hurry: bool = False
    ) -> list[dict[str, Any]]:
        """Wait until every row of the product has a final status; return them."""

        def final() -> list[dict[str, Any]] | None:
            if hurry:
                self.hurry()
            rows = self.rows(product)
            done = all(r["amazon_status"] in ("success", "error") for r in rows)
            return rows if rows and done and not self.unfinished() else None

        return self.odoo.wait_until(
            final, timeout, f"rows of product {product} have no final status"
        )

    def all_settled(self, timeout: float = 180, hurry: bool = False) -> None:
        """Wait until nothing at all is on its way."""

        def idle() -> bool:
            if hurry:
                self.hurry()
            open_rows = self.odoo.sql(
                "SELECT count(*) FROM product_integration WHERE amazon_status IS NULL"
                " OR amazon_status IN ('submitted', 'pending')"
            )[0][0]
            return not open_rows and not self.unfinished()

        self.odoo.wait_until(idle, timeout, "work is left")

    def unfinished(self) -> int:
        """Return how many messages are waiting or in flight."""
        return self.odoo.sql(
            "SELECT count(*) FROM amazon_feed_message"
            " WHERE state NOT IN ('success', 'error')"
        )[0][0]

    def at_amazon(self, sku: str, **where: Any) -> list[dict[str, Any]]:
        """Return the simulator's listings of a SKU that are not deleted."""
        return self.simulator.listings(sku=sku, **where)

    def title_at_amazon(self, sku: str) -> set[str]:
        """Return the different titles under which Amazon shows a SKU."""
        return {
            item["attributes"]["item_name"][0]["value"] for item in self.at_amazon(sku)
        }

    def accepted_feeds(self) -> list[dict[str, Any]]:
        """Return the feeds that the simulator has accepted."""
        return self.simulator.feeds()

    def feed_ids_in_odoo(self) -> set[str]:
        """Return Amazon's ids of the feeds that Odoo knows."""
        found = self.odoo.sql(
            "SELECT amazon_feed_id FROM amazon_feed WHERE amazon_feed_id IS NOT NULL"
        )
        return {row[0] for row in found}

    def sku(self, product: int) -> str:
        """Return the internal reference of a product."""
        found = self.odoo.sql(
            "SELECT default_code FROM product_product WHERE id = %s", [product]
        )
        return found[0][0]

    def refill_budgets(self, forgive: bool = True) -> None:
        """Give the account fresh quotas, as a night's rest would.

        :param forgive: forget how often Amazon did not answer
        """
        self.odoo.sql(
            "UPDATE amazon_rate_budget SET tokens = burst, since = 0, share = 1,"
            " blocked_until = 0, next_slot = 0"
        )
        if forgive:
            self.odoo.sql("UPDATE amazon_rate_budget SET failures = 0")

    def hurry(self, forgive: bool = True) -> None:
        """Let jobs that wait run at once, as if the time had passed.

        Those whose worker was killed are found by the runner after 10 s otherwise.
        """
        self.refill_budgets(forgive)
        self.odoo.sql(
            "UPDATE queue_job SET eta = NULL WHERE state = 'pending'"
            " AND eta > now() AT TIME ZONE 'UTC' AND channel LIKE 'root.amazon%'"
        )
        self.odoo.sql(
            "UPDATE queue_job SET date_enqueued = date_enqueued - interval '10 seconds'"
            " WHERE state IN ('enqueued', 'started')"
            " AND date_enqueued < now() AT TIME ZONE 'UTC' - interval '2 seconds'"
            " AND (id IN (SELECT queue_job_id FROM queue_job_lock held"
            "   WHERE held.queue_job_id = queue_job.id FOR NO KEY UPDATE SKIP LOCKED)"
            " OR NOT EXISTS (SELECT 1 FROM queue_job_lock held"
            "   WHERE held.queue_job_id = queue_job.id))"
        )

    def wait_until_idle(self, hurry: bool = False) -> None:
        """Wait until no job runs or is about to."""

        def idle() -> bool:
            if hurry:
                self.hurry()
            query = "SELECT 1 FROM queue_job WHERE state IN ('enqueued', 'started')"
            return not self.odoo.sql(query)

        self.odoo.wait_until(idle, 90, "a job goes on running", pause=0.1)

    def wait_until_put_off(self, method: str) -> None:
        """Wait until a job of this method waits for minutes to come."""
        self.odoo.wait_until(
            lambda: self.odoo.sql(
                "SELECT 1 FROM queue_job WHERE method_name = %s AND state = 'pending'"
                " AND eta > now() AT TIME ZONE 'UTC' + interval '1 minute'",
                [method],
            ),
            60,
            f"{method} does not wait",
        )

    def kill_job(self, method: str) -> None:
        """Kill the worker that runs a job of this method."""
        self.odoo.kill(self.odoo.pid_running_job(method))

    def kill_all(self) -> None:
        """Kill every worker of the server."""
        self.odoo.kill_workers()

    def alerts(self, cause: str = "%") -> list[dict[str, Any]]:
        """Return alerts whose cause is like *cause*."""
        return self.odoo.search_read(
            "integrator.alert", [("cause", "=like", cause)], ["name", "count", "cause"]
        )

    def open_alerts(self, cause: str = "%") -> list[tuple[Any, ...]]:
        """Return name, description and next step of open alerts like *cause*."""
        return self.odoo.sql(
            "SELECT name, description, next_step FROM integrator_alert"
            " WHERE state = 'open' AND cause LIKE %s ORDER BY id",
            [cause],
        )

    @contextmanager
    def set(self, **values: Any) -> Iterator[None]:
        """Change the accounts for a while."""
        (before,) = self.odoo.search_read(
            "amazon.account", [("id", "in", self.accounts[:1])], list(values)
        )
        self.odoo.write("amazon.account", self.accounts, values)
        try:
            yield
        finally:
            back = {
                name: [(6, 0, old)] if isinstance(old, list) else old
                for name, old in before.items()
                if name != "id"
            }
            self.odoo.write("amazon.account", self.accounts, back)

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Let every job that writes into *table* wait; reading goes on."""
        with self.odoo.transaction() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield

    def wait_until_blocked(self, table: str) -> None:
        """Wait until a job waits for the lock on *table*."""
        self.odoo.wait_until(
            lambda: self.odoo.sql(
                "SELECT 1 FROM pg_locks held JOIN pg_class c ON c.oid = held.relation"
                " WHERE c.relname = %s AND NOT held.granted",
                [table],
            ),
            60,
            f"nobody writes into {table}",
            pause=0.05,
        )
