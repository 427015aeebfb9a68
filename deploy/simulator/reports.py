# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The life of reports: queue, work, document.

https://developer-docs.amazon.com/sp-api/docs/reports-api-v2021-06-30-reference
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from deploy.simulator.answers import invalid, missing
from deploy.simulator.clock import Clock, iso
from deploy.simulator.documents import Documents
from deploy.simulator.paging import FINAL, KEPT_SECONDS, move
from deploy.simulator.report_contents import Books, Wanted, Window, content_type
from deploy.simulator.report_makers import MAKERS
from deploy.simulator.report_types import REPORT_TYPES
from deploy.simulator.sellers import Seller
from deploy.simulator.store import Store

_logger = logging.getLogger(__name__)
Report = dict[str, Any]

QUEUE_SECONDS = 10.0
WORK_SECONDS = 20.0
OUTCOMES = ("report_fatal", "report_cancelled", "report_stuck")
SHOWN = (
    "reportId",
    "reportType",
    "marketplaceIds",
    "dataStartTime",
    "dataEndTime",
    "reportScheduleId",
    "createdTime",
    "processingStatus",
    "processingStartTime",
    "processingEndTime",
    "reportDocumentId",
)


class Reports:
    """All reports; ``advance`` carries them on as simulated time goes by."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        documents: Documents,
        books: Books,
        sellers: dict[str, Seller],
    ) -> None:
        self._store = store
        self._clock = clock
        self._documents = documents
        self._books = books
        self._sellers = sellers
        # Keys of the reports that are not final, in the order of their creation.
        self._open = {
            _key(report): None
            for report in self.all()
            if report["processingStatus"] not in FINAL
        }

    # === MAKING === #

    def create(
        self,
        seller_id: str,
        kind: str,
        places: list[str],
        window: Window,
        *,
        options: dict[str, str] | None = None,
        fate: str | None = None,
        created: float | None = None,
        schedule_id: str | None = None,
    ) -> str:
        """Put a report into the queue; return its id.

        :param options: reportOptions
        :param fate: one of OUTCOMES, if the report is not to end well
        :param created: when, in seconds since 1970; None: now
        :param schedule_id: of the schedule that makes it
        """
        moment = self._clock.now() if created is None else created
        report = self._new(seller_id, kind, places, window, moment)
        report["options"] = options or {}
        report["fate"] = fate if fate in OUTCOMES else None
        report["reportScheduleId"] = schedule_id
        self._store.put("report", _key(report), report)
        self._open[_key(report)] = None
        return str(report["reportId"])

    def add(
        self,
        seller_id: str,
        kind: str,
        places: list[str],
        window: Window,
        content: bytes,
        media: str,
        compressed: bool,
    ) -> str:
        """Keep a report that Amazon made by itself; return its id.

        :param media: its content type
        """
        now = self._clock.now()
        report = self._new(seller_id, kind, places, window, now)
        with self._store.together():
            document = self._documents.keep_result(
                seller_id, content, media, compressed, **_facts(report)
            )
            report |= {
                "processingStatus": "DONE",
                "processingStartTime": iso(now),
                "processingEndTime": iso(now),
                "reportDocumentId": document,
            }
            self._store.put("report", _key(report), report)
        return str(report["reportId"])

    def _new(
        self, seller_id: str, kind: str, places: list[str], window: Window, at: float
    ) -> Report:
        return {
            "seller_id": seller_id,
            "reportId": str(60_000_000_000 + self._store.next_serial()),
            "reportType": kind,
            "marketplaceIds": places,
            "window": [window.start, window.end],
            "dataStartTime": iso(window.start),
            "dataEndTime": iso(window.end),
            "created": at,
            "createdTime": iso(at),
            "processingStatus": "IN_QUEUE",
            "fate": None,
        }

    # === READING === #

    def find(self, seller_id: str, report_id: str) -> Report:
        """Return a seller's report as it is kept.

        :raise Refusal: the seller has no such report, or it is too old
        """
        found = self._store.get("report", f"{seller_id}\n{report_id}")
        if not found or found["created"] < self._clock.now() - KEPT_SECONDS:
            raise missing(f"Report {report_id}")
        return found

    def all(self, seller_id: str = "") -> list[Report]:
        """Return reports as they are kept, oldest first."""
        return self._store.all("report", seller_id and f"{seller_id}\n")

    def newest(self, most: int) -> list[Report]:
        """Return the reports that were made last, newest first."""
        return self._store.newest("report", most)

    # === GOING ON === #

    def cancel(self, seller_id: str, report_id: str) -> None:
        """Cancel a report that is still in the queue.

        :raise Refusal: there is none, or it is too late
        """
        report = self.find(seller_id, report_id)
        if not self._move(report, "IN_QUEUE", "CANCELLED"):
            raise invalid(f"Report {report_id} is not in the queue any more.")

    def advance(self) -> None:
        """Carry on every report whose time has come.

        To be called by one thread only.
        """
        for key in list(self._open):
            report = self._store.get("report", key)
            if not report or report["processingStatus"] in FINAL:
                self._open.pop(key, None)
            else:
                self._step(report)

    def _step(self, report: Report) -> None:
        now = self._clock.now()
        if report["processingStatus"] == "IN_QUEUE":
            if now >= report["created"] + QUEUE_SECONDS:
                started = {"started": now, "processingStartTime": iso(now)}
                self._move(report, "IN_QUEUE", "IN_PROGRESS", **started)
        elif report["fate"] != "report_stuck":
            if now >= report["started"] + WORK_SECONDS:
                self._finish(report)

    def _finish(self, report: Report) -> None:
        ended = {"processingEndTime": iso(self._clock.now())}
        if report["fate"] == "report_fatal":
            self._move(report, "IN_PROGRESS", "FATAL", **ended)
            return
        try:
            document = self._make(report)
        except Exception:
            # One that cannot be made must not hold up the others.
            _logger.exception("report %s could not be made", report["reportId"])
            self._move(report, "IN_PROGRESS", "FATAL", **ended)
            return
        status = "DONE" if document else "CANCELLED"
        done = {"reportDocumentId": document} if document else {}
        self._move(report, "IN_PROGRESS", status, **ended, **done)

    def _make(self, report: Report) -> str | None:
        """Return the id of a report's document, None if there is nothing in it."""
        pieces = self._pieces(report)
        if pieces is None or report["fate"] == "report_cancelled":
            return None
        kind, places = report["reportType"], tuple(report["marketplaceIds"])
        media = content_type(REPORT_TYPES[kind], places)
        facts = _facts(report)
        return self._documents.keep_pieces(report["seller_id"], pieces, media, **facts)

    def _pieces(self, report: Report) -> Iterator[bytes] | None:
        maker = MAKERS.get(report["reportType"])
        seller = self._sellers.get(report["seller_id"])
        if maker is None or seller is None:
            return None
        wanted = Wanted(
            seller,
            tuple(report["marketplaceIds"]),
            Window(*report["window"]),
            self._clock.now(),
            report.get("options") or {},
        )
        return maker(self._books, wanted)

    def _move(self, report: Report, before: str, after: str, **changes: Any) -> bool:
        return move(self._store, "report", _key(report), before, after, **changes)


def _facts(report: Report) -> dict[str, Any]:
    """Return what is to be known of a report's document."""
    kind = report["reportType"]
    return {"report_type": kind, "kept_days": REPORT_TYPES[kind].kept_days}


def _key(report: Report) -> str:
    return f"{report['seller_id']}\n{report['reportId']}"
