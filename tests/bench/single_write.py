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

PAIRS = 30
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


def measure(odoo: OdooHandle) -> list[dict[bool, float]]:
    """Return the median seconds of one write by automatic mode, per pair of blocks.

    The two blocks of a pair follow each other, so that they meet the same mood of the
    machine; which one comes first takes turns.
    """
    account = make_account(odoo)
    product = odoo.create("product.product", {"name": "Bench"})
    serial = itertools.count(1)

    def block(automatic: bool) -> float:
        odoo.write("amazon.account", [account], {"automatic": automatic})
        times = []
        for call in range(WARMING + CALLS):
            started = time.perf_counter()
            odoo.write("product.product", [product], {"name": f"No {next(serial)}"})
            if call >= WARMING:
                times.append(time.perf_counter() - started)
        return statistics.median(times)

    order = itertools.cycle([(False, True), (True, False)])
    return [{mode: block(mode) for mode in next(order)} for _ in range(PAIRS)]


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
    ratio = statistics.median(pair[True] / pair[False] for pair in found)
    with_, without = (
        statistics.median(pair[mode] for pair in found) * 1000 for mode in (True, False)
    )
    print(
        f"{'product write through the web, one call':<46}{ratio:6.2f}"
        f" x without the suite   ({with_:.1f} ms / {without:.1f} ms)"
    )


if __name__ == "__main__":
    main()
