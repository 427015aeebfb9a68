# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the suite costs a person who saves one product: a real server, real HTTP.

``make bench`` runs it, with the tests' PostgreSQL up.
"""

from __future__ import annotations

import itertools
import statistics
import time

from deploy import testing
from deploy.paths import TEST
from tests.harness.odoo import OdooHandle

BLOCKS = 30
CALLS = 12
WARMING = 6
# One process and nothing beside it: only the call itself is measured.
SETTINGS = {"workers": "0", "max_cron_threads": "0", "log_level": "error"}


def make_account(odoo: OdooHandle) -> int:
    """Return an account whose jobs begin long after the measuring."""
    (shop,) = odoo.search_read("amazon.marketplace", [("code", "=", "DE")], ["id"])
    return odoo.create(
        "amazon.account",
        {
            "name": "Bench",
            "seller_id": "A1BENCH",
            "mode": "live",
            "sync_interval": 3600,
            "lwa_client_id": "-",
            "lwa_client_secret": "-",
            "refresh_token": "-",
            "marketplace_ids": [(6, 0, [shop["id"]])],
        },
    )


def measure(odoo: OdooHandle) -> dict[bool, float]:
    """Return the median seconds of one write, by automatic mode."""
    account = make_account(odoo)
    product = odoo.create("product.product", {"name": "Bench"})
    serial = itertools.count(1)
    times: dict[bool, list[float]] = {True: [], False: []}
    for block in range(2 * BLOCKS):
        automatic = block % 4 in (1, 2)
        odoo.write("amazon.account", [account], {"automatic": automatic})
        for call in range(WARMING + CALLS):
            started = time.perf_counter()
            odoo.write("product.product", [product], {"name": f"No {next(serial)}"})
            if call >= WARMING:
                times[automatic].append(time.perf_counter() - started)
    return {automatic: statistics.median(found) for automatic, found in times.items()}


def main() -> None:
    """Start a server, measure, print the ratio."""
    odoo = OdooHandle(
        testing.make_cluster(), "bench_web", TEST / "bench_web", settings=SETTINGS
    )
    try:
        odoo.start()
        found = measure(odoo)
    finally:
        odoo.remove()
    print(
        f"{'product write through the web, one call':<46}"
        f"{found[True] / found[False]:6.2f} x without the suite"
        f"   ({found[True] * 1000:.1f} ms / {found[False] * 1000:.1f} ms)"
    )


if __name__ == "__main__":
    main()
