# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A run at Amazon's own pace, which takes minutes: it goes on beside other tests."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2

from deploy.demo import connect
from tests.harness.odoo import OdooHandle
from tests.harness.simulator import SimulatorHandle
from tests.system.exchanges import ADDON, LISTINGS, XML_FEED, install, order_number
from tests.system.scenario import Shop

FEEDS, REPORTS = 10, 20
LONGEST = 1500
# Others come and go by themselves while the account is automatic.
IS_COUNTED = f"feed_type = '{XML_FEED}'"
IS_ASKED_FOR = f"report_type = '{LISTINGS}' AND origin = 'manual'"


class RealPace:
    """Ten feeds and twenty reports of one seller, whose clock is a real one."""

    def __init__(self, cluster: Any, folder: Path) -> None:
        self.folder = folder
        self.odoo = OdooHandle(cluster, folder.name, folder / "odoo")
        self.simulator = SimulatorHandle(folder / "simulator", 1)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin; the rest goes by itself.

        The processes are started here: what a thread starts ends with that thread.
        """
        self.simulator.start()
        self.odoo.start()
        self._thread.start()

    def finished(self) -> RealPace:
        """Wait until all is done."""
        self._thread.join(LONGEST)
        if self._error:
            raise self._error
        assert not self._thread.is_alive(), "the run at real pace did not end"
        return self

    def remove(self) -> None:
        """End it, whatever it has got to."""
        self.odoo.remove()
        self.simulator.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # raised again where it is waited for
            self._error = error

    def _work(self) -> None:
        install(self.odoo, ADDON)
        account = connect(
            self.odoo.call,
            self.simulator.sellers[0],
            url=self.simulator.url,
            ca_certificate=self.simulator.ca_pem,
        )
        flows = [flow["id"] for flow in self.odoo.search_read("amazon.flow", [], [])]
        values = {
            "sync_interval": 5,
            "flow_ids": [(6, 0, flows)],
            # Its pace is that of what is sent.
            "match_first": False,
        }
        self.odoo.write("amazon.account", [account], values)
        # Something to report on; its feeds are none of those that are counted.
        shop = Shop(self.odoo, self.simulator, [account])
        shop.settled(shop.create(), timeout=300)
        self.odoo.write("amazon.account", [account], {"automatic": False})
        for _ in range(REPORTS):
            window = ("2026-11-01 00:00:00", "2026-11-02 00:00:00")
            self._call("test_request", [account], LISTINGS, *window)
        for number in range(1, FEEDS + 1):
            self._call("test_queue", [account], XML_FEED, [order_number()])
            self._wait_for(
                lambda number=number: self.feeds_submitted() >= number,
                f"feed {number} is not submitted",
            )
        self._wait_for(lambda: self.feeds_done() >= FEEDS, "feeds are not done")
        self._wait_for(lambda: self.reports_done() >= REPORTS, "reports are not done")

    def _call(self, method: str, *args: Any) -> None:
        """Call a method until it answers: it may be carried out more than once."""
        self._wait_for(
            lambda: (self.odoo.call("amazon.account", method, *args), True), method
        )

    def _wait_for(self, there: Callable[[], Any], words: str) -> None:
        """Wait until *there()*; other tests restart the PostgreSQL of all."""

        def patiently() -> Any:
            try:
                return there()
            except (psycopg2.OperationalError, RuntimeError, OSError):
                return None

        try:
            self.odoo.wait_until(patiently, LONGEST, words, pause=1)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self._tell()}") from error

    def _tell(self) -> list[Any]:
        """Return how far everything is: what a report of a failure needs."""
        return self.odoo.sql(
            "SELECT 'feed', feed_type, state, count(*) FROM amazon_feed GROUP BY 2, 3"
            " UNION ALL SELECT 'report', report_type || origin, state, count(*)"
            " FROM amazon_report GROUP BY 2, 3"
            " UNION ALL SELECT 'job', method_name, state, count(*) FROM queue_job"
            " WHERE state <> 'done' GROUP BY 2, 3"
        )

    # === WHAT CAME OUT === #

    def feeds_submitted(self) -> int:
        """Return how many of the feeds Amazon has taken."""
        return self._count("amazon_feed", f"amazon_feed_id <> '' AND {IS_COUNTED}")

    def feeds_done(self) -> int:
        """Return how many of the feeds have their answer."""
        return self._count("amazon_feed", f"state = 'done' AND {IS_COUNTED}")

    def reports_done(self) -> int:
        """Return how many reports were fetched and read."""
        return self._count("amazon_report", f"state = 'done' AND {IS_ASKED_FOR}")

    def _count(self, table: str, where: str) -> int:
        return int(self.odoo.sql(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])
