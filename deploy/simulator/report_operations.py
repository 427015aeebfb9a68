# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operations of the Reports API: what each checks and answers.

https://developer-docs.amazon.com/sp-api/docs/reports-api-v2021-06-30-reference
"""

from __future__ import annotations

from typing import Any

from deploy.simulator.answers import Answer, as_json, denied, invalid, missing
from deploy.simulator.clock import Clock
from deploy.simulator.documents import Documents
from deploy.simulator.paging import page_answer, page_of, select, show
from deploy.simulator.report_contents import Window
from deploy.simulator.report_types import REPORT_TYPES, ReportType
from deploy.simulator.reports import SHOWN, Reports
from deploy.simulator.request import Request, check_places, moment
from deploy.simulator.schedules import PERIODS, Schedules
from deploy.simulator.schedules import SHOWN as SHOWN_SCHEDULE


class ReportOperations:
    """One method per operation, named as Amazon names it in snake case."""

    def __init__(
        self, clock: Clock, documents: Documents, reports: Reports, schedules: Schedules
    ) -> None:
        self._clock = clock
        self._documents = documents
        self._reports = reports
        self._schedules = schedules

    # === REPORTS === #

    def create_report(self, request: Request) -> Answer:
        """Take the request of a report."""
        body = request.json()
        name, kind = _type(request, body)
        if not kind.requested:
            raise invalid(f"The report type '{name}' cannot be requested.")
        places, options = _places(request, body), _options(body)
        report_id = self._reports.create(
            request.seller.seller_id,
            name,
            places,
            self._window(body, kind),
            options=options,
            fate=request.fate,
        )
        request.note(f"{name} {report_id}")
        return as_json({"reportId": report_id}, 202)

    def _window(self, body: dict[str, Any], kind: ReportType) -> Window:
        """Return the window that is asked for; both ends are now unless given."""
        now = self._clock.now()
        # That the report on what is still to ship looks back by itself is inferred.
        first = now - (kind.days_back or 0) * 86400 if kind.whole else now
        start, end = (
            usual if body.get(name) is None else moment(name, body[name])
            for name, usual in (("dataStartTime", first), ("dataEndTime", now))
        )
        if start > end or end > now:
            raise invalid("'dataStartTime' and 'dataEndTime' must follow, until now.")
        if kind.days_back is not None and start < now - kind.days_back * 86400:
            words = f"'dataStartTime' may be {kind.days_back} days ago at most."
            raise invalid(words)
        return Window(start, end)

    def get_report(self, request: Request) -> Answer:
        """Show a report."""
        request.only()
        return as_json(show(self._own_report(request), SHOWN))

    def _own_report(self, request: Request) -> dict[str, Any]:
        seller_id, report_id = request.seller.seller_id, request.path["reportId"]
        found = self._reports.find(seller_id, report_id)
        request.need(*REPORT_TYPES[found["reportType"]].roles)
        return found

    def get_reports(self, request: Request) -> Answer:
        """Show reports, newest first, page by page."""
        page = page_of(request, "reportTypes")
        for name in page["types"]:
            _known(request, name)
        reports = self._reports.all(request.seller.seller_id)
        found = select(reports, page, "reportType", self._clock)
        return page_answer(found, page, "reports", SHOWN)

    def cancel_report(self, request: Request) -> Answer:
        """Cancel a report in the queue."""
        request.only()
        report = self._own_report(request)
        self._reports.cancel(request.seller.seller_id, report["reportId"])
        return as_json({})

    def get_report_document(self, request: Request) -> Answer:
        """Hand out the address of a report's document.

        The gate has seen to it that a restricted data token names this very document.
        """
        request.only("enableContentEncodingUrlHeader")
        document_id = request.path["reportDocumentId"]
        found = self._documents.get(request.seller.seller_id, document_id)
        if not found or "report_type" not in found:
            raise missing(f"Document {document_id}")
        kind = REPORT_TYPES[found["report_type"]]
        request.need(*kind.roles)
        if kind.restricted and request.bearer.resources is None:
            raise denied()
        location = self._documents.location(document_id)
        return as_json({"reportDocumentId": document_id, **location})

    # === SCHEDULES === #

    def create_report_schedule(self, request: Request) -> Answer:
        """Keep a schedule, in the place of the one of the same type and places."""
        body = request.json()
        name, kind = _type(request, body)
        if not kind.scheduled:
            raise invalid(f"The report type '{name}' cannot be scheduled.")
        places, options = _places(request, body), _options(body)
        period, first = body.get("period"), body.get("nextReportCreationTime")
        if not isinstance(period, str) or period not in PERIODS:
            raise invalid(f"'period' must be one of {', '.join(PERIODS)}.")
        schedule_id = self._schedules.create(
            request.seller.seller_id,
            name,
            places,
            period,
            options,
            None if first is None else moment("nextReportCreationTime", first),
        )
        request.note(f"{name} {period}")
        return as_json({"reportScheduleId": schedule_id}, 201)

    def get_report_schedules(self, request: Request) -> Answer:
        """Show the schedules of some report types."""
        request.only("reportTypes")
        names = request.many("reportTypes", least=1, most=10)
        for name in names:
            _known(request, name)
        found = [
            show(schedule, SHOWN_SCHEDULE)
            for schedule in self._schedules.all(request.seller.seller_id)
            if schedule["reportType"] in names
        ]
        return as_json({"reportSchedules": found})

    def get_report_schedule(self, request: Request) -> Answer:
        """Show a schedule."""
        request.only()
        return as_json(show(self._own_schedule(request), SHOWN_SCHEDULE))

    def _own_schedule(self, request: Request) -> dict[str, Any]:
        schedule_id = request.path["reportScheduleId"]
        found = self._schedules.find(request.seller.seller_id, schedule_id)
        request.need(*REPORT_TYPES[found["reportType"]].roles)
        return found

    def cancel_report_schedule(self, request: Request) -> Answer:
        """End a schedule."""
        request.only()
        schedule = self._own_schedule(request)
        seller_id = request.seller.seller_id
        self._schedules.cancel(seller_id, schedule["reportScheduleId"])
        return as_json({})


def _type(request: Request, body: dict[str, Any]) -> tuple[str, ReportType]:
    name = body.get("reportType")
    if not isinstance(name, str):
        raise invalid("'reportType' is required.")
    return name, _known(request, name)


def _known(request: Request, name: str) -> ReportType:
    """Return a report type that this app may have.

    :raise Refusal: there is no such type, or the app lacks the role
    """
    kind = REPORT_TYPES.get(name)
    if not kind:
        raise invalid(f"The report type '{name}' is invalid.")
    request.need(*kind.roles)
    return kind


def _places(request: Request, body: dict[str, Any]) -> list[str]:
    places = body.get("marketplaceIds")
    if not isinstance(places, list) or not 1 <= len(places) <= 25:
        raise invalid("'marketplaceIds' must hold 1 to 25 marketplaces.")
    check_places(request.seller, places)
    return list(dict.fromkeys(places))


def _options(body: dict[str, Any]) -> dict[str, str]:
    options = body.get("reportOptions") or {}
    texts = isinstance(options, dict) and all(
        isinstance(value, str) for value in options.values()
    )
    if not texts:
        raise invalid("'reportOptions' must hold texts by name.")
    return dict(options)
