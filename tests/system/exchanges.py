# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds and reports of every kind, by the types that an addon of the tests declares."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any

from tests.system.scenario import Shop

ADDON = "integrator_amazon_testtypes"
# Requested by Odoo; made by Amazon on Odoo's schedule; made by Amazon unasked.
LISTINGS = "GET_MERCHANT_LISTINGS_INACTIVE_DATA"
ORDERS = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
SETTLEMENT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
COLUMNS = {ORDERS: "order-id", SETTLEMENT: "settlement-id"}
XML_FEED = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
TEXT_FEED = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
ENDS = ("done", "empty", "failed")
# The states of each in their order; some last for moments only.
REPORT_STATES = ("new", "requested", "processing", "ready", "archived", *ENDS)
FEED_STATES = (
    "built",
    "uploaded",
    "submitted",
    "processing",
    "processed",
    "answered",
    "done",
)
REPORT_FIELDS = [
    "state",
    "error",
    "row_count",
    "fetch_count",
    "amazon_report_id",
    "report_document_id",
    "processing_status",
    "replaced_by_id",
]
_serial = itertools.count(1)


def order_number() -> str:
    """Return a number that an order at Amazon could have."""
    number = next(_serial)
    return f"{number:03d}-{number:07d}-{number:07d}"


def texts(count: int = 40) -> list[str]:
    """Return texts that no other report has; enough of them to be worth packing."""
    number = next(_serial)
    return [f"{number:05d}-{row:08d}" for row in range(count)]


def sheet(kind: str, rows: list[str]) -> bytes:
    """Return a report of a kind with these texts in its column."""
    lines = [f"{COLUMNS[kind]}\tcurrency", *(f"{row}\tEUR" for row in rows)]
    return "".join(f"{line}\r\n" for line in lines).encode()


def install(odoo: Any, name: str) -> None:
    """Install an addon into the running server, as a person does under Apps."""
    (found,) = odoo.search_read("ir.module.module", [("name", "=", name)], ["state"])
    odoo.rpc("ir.module.module", "button_immediate_install", [[found["id"]]])


class ExchangeShop(Shop):
    """An account whose feeds and reports begin when a test says so."""

    @property
    def account(self) -> int:
        """Its account."""
        return self.accounts[0]

    @property
    def seller(self) -> dict[str, Any]:
        """Its seller at the simulator."""
        found: dict[str, Any] = self.simulator.sellers[0]
        return found

    def call(self, method: str, *args: Any) -> Any:
        """Call a method of the account."""
        return self.odoo.call("amazon.account", method, [self.account], *args)

    @contextmanager
    def slowly(self, speed: float) -> Iterator[None]:
        """Let Amazon take its time."""
        self.simulator.set_speed(speed)
        try:
            yield
        finally:
            self.simulator.set_speed(self.simulator.speed)

    # === REPORTS === #

    @cached_property
    def skus(self) -> list[str]:
        """What Amazon lists of this seller: the rows of a report on listings."""
        with self.set(automatic=True):
            products = [self.create() for _ in range(3)]
            for product in products:
                self.settled(product, hurry=True)
        # The streams may have begun to run by themselves meanwhile.
        self.odoo.wait_until(self._no_report_open, 60, "reports are on their way")
        return sorted(self.sku(product) for product in products)

    def _no_report_open(self) -> bool:
        self.hurry()
        query = "SELECT 1 FROM amazon_report WHERE state NOT IN %s"
        return not self.odoo.sql(query, [ENDS])

    def request(self, kind: str = LISTINGS) -> int:
        """Request a report by hand; return its id in Odoo."""
        now = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None)
        window = (str(now - timedelta(hours=1)), str(now))
        (report,) = self.call("test_request", kind, *window)
        return int(report)

    def offer(self, kind: str, rows: list[str]) -> str:
        """Let Amazon have made a report with these rows; return Amazon's id of it."""
        return self.offer_raw(kind, sheet(kind, rows), compressed=True)

    def offer_raw(self, kind: str, content: bytes, **how: Any) -> str:
        """Let Amazon have made a report with just this content."""
        places = self.seller["marketplace_ids"][:2]
        seller_id = self.seller["seller_id"]
        found: str = self.simulator.add_report(seller_id, kind, places, content, **how)
        return found

    def look(self, kind: str) -> None:
        """Let Odoo look for the reports of a kind, as it does every minute."""
        self.call("test_run", kind)

    def look_now(self, kind: str) -> None:
        """Let Odoo look for reports, as if it had not done so for a while."""
        self.odoo.sql(
            "UPDATE amazon_cursor SET run_date = NULL WHERE stream = %s", [kind]
        )
        self.look(kind)

    def found(self, kind: str, amazon_id: str, timeout: float = 120) -> int:
        """Let Odoo look for reports until it knows this one; return its id."""

        def known() -> int | None:
            ids = self.ids_of(amazon_id)
            if not ids:
                self.look(kind)
                self.hurry()
            return ids[0] if ids else None

        return int(self.odoo.wait_until(known, timeout, f"{kind} was not found") or 0)

    def ids_of(self, amazon_id: str) -> list[int]:
        """Return the reports in Odoo that are this one of Amazon's."""
        query = "SELECT id FROM amazon_report WHERE amazon_report_id = %s"
        return [row[0] for row in self.odoo.sql(query, [amazon_id])]

    def report(self, report: int) -> dict[str, Any]:
        """Return what Odoo knows of a report."""
        (found,) = self.odoo.search_read(
            "amazon.report", [("id", "=", report)], REPORT_FIELDS
        )
        return dict(found)

    def report_state(self, report: int) -> str:
        """Return the state of a report."""
        query = "SELECT state FROM amazon_report WHERE id = %s"
        return str(self.odoo.sql(query, [report])[0][0])

    def wait_for_report(self, report: int, state: str) -> None:
        """Wait until a report has got as far as *state*."""
        states = REPORT_STATES[REPORT_STATES.index(state) :]
        self.odoo.wait_until(
            lambda: self.report_state(report) in states,
            60,
            f"the report did not get to {state}",
            pause=0.005,
        )

    def ended(
        self, report: int, timeout: float = 150, hurry: bool = True
    ) -> dict[str, Any]:
        """Wait until a report has come to an end; return what Odoo knows of it.

        :param hurry: let waiting jobs run at once; what they wait for is tested apart
        """

        def final() -> bool:
            if hurry:
                self.hurry()
            return self.report_state(report) in ENDS

        self.odoo.wait_until(final, timeout, f"report {report} did not end")
        return self.report(report)

    def rows_of(self, report: int) -> list[str]:
        """Return the rows that were imported from a report, each as often as it was."""
        query = "SELECT text FROM amazon_test_row WHERE report_id = %s ORDER BY text"
        return [row[0] for row in self.odoo.sql(query, [report])]

    def fetches(self, report: int) -> int:
        """Return how often the document of a report was downloaded."""
        path = f"/documents/{self.report(report)['report_document_id']}"
        return len(self.simulator.journal(operation="downloadDocument", path=path))

    def strangers(self, kind: str) -> set[str]:
        """Return Amazon's reports of a kind that Odoo does not know."""
        ours = self.simulator.reports(seller_id=self.seller["seller_id"])
        at_amazon = {r["reportId"] for r in ours if r["reportType"] == kind}
        known = self.odoo.sql("SELECT amazon_report_id FROM amazon_report")
        return at_amazon - {row[0] for row in known}

    def check_report(
        self, report: int, rows: list[str], hurry: bool = True
    ) -> dict[str, Any]:
        """The report is done and its rows are here exactly once."""
        found = self.ended(report, hurry=hurry)
        assert (found["state"], found["error"]) == ("done", False), found
        assert self.rows_of(report) == sorted(rows)
        assert found["row_count"] == len(rows)
        assert not self.open_alerts("%:no-a%")
        return found

    def resume(self) -> None:
        """Let the watchdog look for what was interrupted, as it does every minute."""
        (cron,) = self.odoo.search_read(
            "ir.cron", [("name", "=", "Amazon: resume what was interrupted")], ["id"]
        )
        self.odoo.rpc("ir.cron", "method_direct_trigger", [[cron["id"]]])

    def broken_jobs(self) -> list[tuple[Any, ...]]:
        """Return the jobs that broke, with what was wrong."""
        return self.odoo.sql(
            "SELECT method_name, exc_name, exc_message FROM queue_job"
            " WHERE state = 'failed'"
        )

    # === FEEDS === #

    def queue(self, feed_type: str, keys: list[str]) -> list[int]:
        """Queue a message per key; return the events that they answer."""
        found: list[int] = self.call("test_queue", feed_type, keys)
        return found

    def events(self, events: list[int]) -> list[tuple[Any, ...]]:
        """Return name, status and Amazon's words of events."""
        return self.odoo.sql(
            "SELECT record_name, amazon_status, amazon_status_data"
            " FROM order_integration WHERE id = ANY(%s) ORDER BY id",
            [events],
        )

    def feed_of(self, event: int) -> int | None:
        """Return the feed whose message answers an event."""
        found = self.odoo.sql(
            "SELECT m.feed_id FROM amazon_feed_message m"
            " JOIN amazon_feed_message_order_rel rel ON rel.message_id = m.id"
            " WHERE rel.event_id = %s AND m.feed_id IS NOT NULL",
            [event],
        )
        return found[0][0] if found else None

    def feed(self, feed: int) -> dict[str, Any]:
        """Return what Odoo knows of a feed."""
        names = ["state", "error", "amazon_feed_id", "processing_status", "error_count"]
        (found,) = self.odoo.search_read("amazon.feed", [("id", "=", feed)], names)
        return dict(found)

    def wait_for_feed(self, event: int, state: str, hurry: bool = False) -> int:
        """Wait until the feed of an event has got as far as *state*; return its id."""
        known = state in FEED_STATES
        states = FEED_STATES[FEED_STATES.index(state) :] if known else (state,)

        def there() -> int | None:
            if hurry:
                self.hurry()
            feed = self.feed_of(event)
            query = "SELECT id FROM amazon_feed WHERE id = %s AND state IN %s"
            return feed if feed and self.odoo.sql(query, [feed, states]) else None

        words = f"the feed did not get to {state}"
        return int(self.odoo.wait_until(there, 120, words, pause=0.01) or 0)

    def answered(self, events: list[int]) -> list[tuple[Any, ...]]:
        """Wait until all events have their final status; return them."""

        def final() -> bool:
            self.hurry()
            found = self.events(events)
            return all(status in ("success", "error") for _, status, _ in found)

        self.odoo.wait_until(final, 150, f"events {events} have no answer")
        return self.events(events)
