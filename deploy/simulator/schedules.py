# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Report schedules: they make reports as simulated time goes by.

https://developer-docs.amazon.com/sp-api/docs/reports-api-v2021-06-30-reference
"""

from __future__ import annotations

import calendar
from datetime import datetime, timezone
from typing import Any

from deploy.simulator.answers import invalid, missing
from deploy.simulator.clock import Clock, iso
from deploy.simulator.paging import KEPT_SECONDS
from deploy.simulator.report_contents import Window
from deploy.simulator.report_types import REPORT_TYPES
from deploy.simulator.reports import Reports
from deploy.simulator.store import Store

Schedule = dict[str, Any]

HOUR, DAY = 3600, 86400
# Seconds of each period; a month has its own length.
PERIODS: dict[str, int | None] = {
    "PT5M": 300,
    "PT15M": 900,
    "PT30M": 1800,
    "PT1H": HOUR,
    "PT2H": 2 * HOUR,
    "PT4H": 4 * HOUR,
    "PT8H": 8 * HOUR,
    "PT12H": 12 * HOUR,
    "P1D": DAY,
    "P2D": 2 * DAY,
    "P3D": 3 * DAY,
    "PT84H": 84 * HOUR,
    "P7D": 7 * DAY,
    "P14D": 14 * DAY,
    "P15D": 15 * DAY,
    "P18D": 18 * DAY,
    "P30D": 30 * DAY,
    "P1M": None,
}
SHOWN = (
    "reportScheduleId",
    "reportType",
    "marketplaceIds",
    "reportOptions",
    "period",
    "nextReportCreationTime",
)


class Schedules:
    """All schedules: one for each report type and set of marketplaces."""

    def __init__(self, store: Store, clock: Clock, reports: Reports) -> None:
        self._store = store
        self._clock = clock
        self._reports = reports

    def create(
        self,
        seller_id: str,
        kind: str,
        places: list[str],
        period: str,
        options: dict[str, str],
        first: float | None,
    ) -> str:
        """Keep a schedule in the place of the one before it; return its id.

        :param first: when to make the first report, in seconds; None: now
        :raise Refusal: the rival of this report type has a schedule
        """
        now = self._clock.now()
        with self._store.together():
            self._make_way(seller_id, kind, places)
            schedule = {
                "seller_id": seller_id,
                "reportScheduleId": str(70_000_000_000 + self._store.next_serial()),
                "reportType": kind,
                "marketplaceIds": places,
                "reportOptions": options or None,
                "period": period,
                "last": None,
            }
            self._put(schedule, now if first is None else first)
        return str(schedule["reportScheduleId"])

    def _make_way(self, seller_id: str, kind: str, places: list[str]) -> None:
        for known in self.all(seller_id):
            if set(known["marketplaceIds"]) != set(places):
                continue
            if known["reportType"] == REPORT_TYPES[kind].rival:
                raise invalid(f"'{kind}' excludes '{known['reportType']}'.")
            if known["reportType"] == kind:
                self._store.drop("schedule", _key(known))

    def find(self, seller_id: str, schedule_id: str) -> Schedule:
        """Return a seller's schedule as it is kept.

        :raise Refusal: there is none
        """
        found = self._store.get("schedule", f"{seller_id}\n{schedule_id}")
        if not found:
            raise missing(f"Report schedule {schedule_id}")
        return found

    def all(self, seller_id: str = "") -> list[Schedule]:
        """Return schedules as they are kept, oldest first."""
        return self._store.all("schedule", seller_id and f"{seller_id}\n")

    def cancel(self, seller_id: str, schedule_id: str) -> None:
        """End a schedule.

        :raise Refusal: there is none
        """
        self._store.drop("schedule", _key(self.find(seller_id, schedule_id)))

    def advance(self) -> None:
        """Make the reports that are due; one for each time that has passed.

        To be called by one thread only.
        """
        for schedule in self.all():
            if schedule["next"] <= self._clock.now():
                with self._store.together():
                    self._catch_up(schedule)

    def _catch_up(self, schedule: Schedule) -> None:
        if not self._store.get("schedule", _key(schedule)):
            return
        due, now = schedule["next"], self._clock.now()
        while due <= now:
            # What would be too old to be shown is not made at all.
            if due >= now - KEPT_SECONDS:
                self._report(schedule, due)
            schedule["last"] = due
            due = after(due, schedule["period"])
        self._put(schedule, due)

    def _report(self, schedule: Schedule, due: float) -> None:
        start = schedule["last"]
        if start is None:
            start = due - (PERIODS[schedule["period"]] or 30 * DAY)
        self._reports.create(
            schedule["seller_id"],
            schedule["reportType"],
            schedule["marketplaceIds"],
            Window(start, due),
            options=schedule["reportOptions"] or {},
            created=due,
            schedule_id=schedule["reportScheduleId"],
        )

    def _put(self, schedule: Schedule, due: float) -> None:
        schedule |= {"next": due, "nextReportCreationTime": iso(due)}
        self._store.put("schedule", _key(schedule), schedule)


def after(moment: float, period: str) -> float:
    """Return the time that is one period after a time, both in seconds.

    A month later is the same day of the next month, or its last one.
    """
    length = PERIODS[period]
    if length is not None:
        return moment + length
    found = datetime.fromtimestamp(moment, timezone.utc)
    year, month = divmod(found.year * 12 + found.month, 12)
    day = min(found.day, calendar.monthrange(year, month + 1)[1])
    return found.replace(year=year, month=month + 1, day=day).timestamp()


def _key(schedule: Schedule) -> str:
    return f"{schedule['seller_id']}\n{schedule['reportScheduleId']}"
