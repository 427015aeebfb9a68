# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A whole catalog from the resync wizard to Amazon's last answer: ``make scale``.

A real server, PostgreSQL and the simulator on a fast clock. Prints what it took; the
products are copied in SQL, since making them is not what is measured.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from deploy import testing
from deploy.demo import connect
from deploy.paths import TEST
from tests.harness.odoo import OdooHandle
from tests.harness.simulator import SimulatorHandle
from tests.system.scenario import TINY, product_values

LONGEST = 3600.0


def multiply(
    odoo: OdooHandle, table: str, source: int, count: int, **changes: str
) -> int:
    """Copy a row so often; return the lowest id of the copies.

    :param changes: column -> SQL expression in which ``g`` counts from 1
    """
    columns = [
        row[0]
        for row in odoo.sql(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND column_name <> 'id'",
            [table],
        )
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changes.get(name, f's."{name}"') for name in columns)
    query = (
        f"WITH made AS (INSERT INTO {table} ({names}) SELECT {values}"
        f" FROM {table} s, generate_series(1, {count}) g WHERE s.id = {source}"
        " RETURNING id) SELECT min(id) FROM made"
    )
    return int(odoo.sql(query)[0][0])


def make_products(odoo: OdooHandle, count: int) -> None:
    """Make so many products with stock, an image address and a price."""
    values = product_values(
        "SEED",
        barcode=False,
        amazon_gtin_exempt=True,
        is_storable=True,
        weight=2.5,
        description_sale="Rolls on four wheels. " * 15,
        amazon_bullets="Light\nStrong\nQuiet",
        image_variant_1920=TINY,
    )
    product = odoo.create("product.product", values)
    (seed,) = odoo.search_read(
        "product.product", [("id", "=", product)], ["product_tmpl_id"]
    )
    template = seed["product_tmpl_id"][0]
    title = "jsonb_build_object('en_US', 'Suitcase with quite a long title ' || g)"
    first = multiply(odoo, "product_template", template, count, name=title)
    multiply(
        odoo,
        "product_product",
        product,
        count,
        product_tmpl_id=f"{first - 1} + g",
        default_code="'SKU-' || g",
    )
    odoo.sql(
        "INSERT INTO stock_quant (product_id, location_id, company_id, quantity,"
        " reserved_quantity, in_date) SELECT p.id, w.lot_stock_id, w.company_id, 5, 0,"
        " now() FROM product_product p, (SELECT * FROM stock_warehouse ORDER BY id"
        " LIMIT 1) w WHERE p.default_code LIKE 'SKU-%%'"
    )
    odoo.sql(
        "INSERT INTO ir_attachment (name, res_model, res_field, res_id, type,"
        " store_fname, checksum, file_size, mimetype) SELECT a.name, a.res_model,"
        " a.res_field, p.id, a.type, a.store_fname, a.checksum, a.file_size, a.mimetype"
        " FROM ir_attachment a, product_product p WHERE a.res_model = 'product.product'"
        " AND a.res_field = 'image_variant_1920' AND a.res_id = %s"
        " AND p.default_code LIKE 'SKU-%%'",
        [product],
    )
    # As in a database that was not filled a moment ago.
    odoo.sql("ANALYZE")


class Memory:
    """The highest memory that any worker of a server ever took, in MiB."""

    def __init__(self, odoo: OdooHandle) -> None:
        self._odoo = odoo
        self.most = 0.0

    def look(self) -> None:
        """Look at all workers now."""
        for pid in self._odoo.worker_pids():
            try:
                text = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            for line in text.splitlines():
                if line.startswith("VmHWM"):
                    self.most = max(self.most, int(line.split()[1]) / 1024)


def resync(odoo: OdooHandle, account: int, memory: Memory) -> float:
    """Send everything by the wizard; return how many seconds it took to the end."""
    started = time.monotonic()
    choice = {"choice": "offered", "extent": "everything"}
    wizard = odoo.create(
        "amazon.resync.wizard", {"account_ids": [(6, 0, [account])], **choice}
    )
    odoo.call("amazon.resync.wizard", "action_preview", [wizard])
    run = _wait_for_run(odoo, "previewed", memory)
    print(f"preview: {time.monotonic() - started:.0f} s")
    odoo.write("amazon.resync", [run], {"risk_read": True})
    started = time.monotonic()
    odoo.call("amazon.resync", "action_start", [run])
    _wait_for_run(odoo, "done", memory)
    return time.monotonic() - started


def _wait_for_run(odoo: OdooHandle, state: str, memory: Memory) -> int:
    def there() -> Any:
        memory.look()
        odoo.sql(
            "UPDATE amazon_rate_budget SET tokens = burst, since = 0,"
            " blocked_until = 0, next_slot = 0"
        )
        odoo.sql(
            "UPDATE queue_job SET eta = NULL WHERE state = 'pending'"
            " AND eta > now() AT TIME ZONE 'UTC' AND channel LIKE 'root.amazon%%'"
        )
        newest = odoo.search_read("amazon.resync", [], ["state"])[-1:]
        return newest and newest[0]["state"] == state and newest

    found = odoo.wait_until(there, LONGEST, f"the resync is not {state}", pause=1)
    return int(found[-1]["id"])


def report(odoo: OdooHandle, count: int, took: float, memory: Memory) -> None:
    """Print what a run took."""
    states = odoo.sql("SELECT state, count(*) FROM amazon_listing GROUP BY 1")
    feeds = odoo.sql(
        "SELECT count(*), sum(message_count), sum(a.file_size) FROM amazon_feed f"
        " LEFT JOIN ir_attachment a ON a.res_model = 'amazon.feed'"
        " AND a.res_field = 'document' AND a.res_id = f.id"
    )[0]
    building = odoo.sql(
        "SELECT sum(exec_time) FROM queue_job WHERE method_name = '_job_build'"
        " AND state = 'done'"
    )[0][0]
    calls = odoo.sql(
        "SELECT max(n) FROM (SELECT count(*) n FROM amazon_api_call"
        " WHERE record_model = 'amazon.feed' GROUP BY record_id) c"
    )[0][0]
    print(f"{count} SKUs in {took:.0f} s: {dict(states)}")
    print(f"feeds: {feeds[0]} with {feeds[1]} messages; most calls for one: {calls}")
    print(f"building: {feeds[1] / building:.0f} SKUs/s; memory {memory.most:.0f} MiB")


def main() -> None:
    """Run it with as many SKUs as the command line says."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    cluster = testing.make_cluster()
    cluster.ensure_started()
    testing.ensure_template(cluster)
    name = f"scale_{os.getpid()}"
    odoo = OdooHandle(
        cluster, name, TEST / name, settings={"workers": "3", "limit_time_real": "3600"}
    )
    simulator = SimulatorHandle(TEST / f"simulator_{name}", 60)
    try:
        simulator.start()
        odoo.start()
        account = connect(
            odoo.call,
            simulator.sellers[0],
            url=simulator.url,
            ca_certificate=simulator.ca_pem,
            marketplaces=1,
        )
        odoo.write(
            "amazon.account", [account], {"automatic": False, "match_first": False}
        )
        make_products(odoo, count)
        memory = Memory(odoo)
        for title in ("made", "sent again"):
            took = resync(odoo, account, memory)
            print(f"=== {title}")
            report(odoo, count, took, memory)
            odoo.sql("DELETE FROM queue_job WHERE state = 'done'")
    finally:
        simulator.stop()
        odoo.remove()


if __name__ == "__main__":
    main()
