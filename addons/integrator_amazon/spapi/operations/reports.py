# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports API 2021-06-30.

https://developer-docs.amazon.com/sp-api/docs/reports-api-v2021-06-30-reference
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .. import answers
from ..types import (
    DocumentLocation,
    Report,
    ReportPage,
    ReportSchedule,
    RestrictedToken,
)
from .common import Operations, as_text, segment

REPORTS = "/reports/2021-06-30"


class Reports(Operations):
    """What Amazon has to tell, by the thousand."""

    def create_report(
        self,
        report_type: str,
        marketplace_ids: Sequence[str],
        *,
        data_start: datetime | None = None,
        data_end: datetime | None = None,
        options: Mapping[str, str] | None = None,
    ) -> str:
        """Request a report about the time from *data_start* to *data_end*; return the
        report id. Amazon makes another report each time."""
        body = _specification(
            report_type,
            marketplace_ids,
            options,
            dataStartTime=as_text(data_start),
            dataEndTime=as_text(data_end),
        )
        path = f"{REPORTS}/reports"
        return self._transport.call(
            "createReport", "POST", path, answers.read_report_id, body=body
        )

    def get_report(self, report_id: str) -> Report:
        """Return one report; one without data ends as CANCELLED."""
        path = f"{REPORTS}/reports/{segment(report_id)}"
        return self._transport.call("getReport", "GET", path, answers.read_report)

    def get_reports(
        self,
        report_types: Sequence[str] = (),
        *,
        created_since: datetime | None = None,
        created_until: datetime | None = None,
        marketplace_ids: Sequence[str] = (),
        processing_statuses: Sequence[str] = (),
        page_size: int = 100,
        next_token: str | None = None,
    ) -> ReportPage:
        """Return a page of up to ten types of reports of the last 90 days; a
        *next_token* goes alone, as Amazon wants it."""
        query: dict[str, Any] = {
            "reportTypes": report_types,
            "createdSince": as_text(created_since),
            "createdUntil": as_text(created_until),
            "marketplaceIds": marketplace_ids,
            "processingStatuses": processing_statuses,
            "pageSize": page_size,
        }
        if next_token:
            query = {"nextToken": next_token}
        return self._transport.call(
            "getReports",
            "GET",
            f"{REPORTS}/reports",
            answers.read_report_page,
            query=query,
        )

    def cancel_report(self, report_id: str) -> None:
        """Cancel a report that is still in the queue."""
        path = f"{REPORTS}/reports/{segment(report_id)}"
        self._transport.call("cancelReport", "DELETE", path, dict, bodiless=True)

    # === DOCUMENTS === #

    @staticmethod
    def report_document_path(report_document_id: str) -> str:
        """Return the path of ``get_report_document``, for a restricted data token."""
        return f"{REPORTS}/documents/{segment(report_document_id)}"

    def get_report_document(
        self,
        report_document_id: str,
        *,
        restricted_token: RestrictedToken | None = None,
    ) -> DocumentLocation:
        """Return where a report lies for the next five minutes.

        :param restricted_token: for reports with buyers' data, made for just this
            document with ``report_document_path``
        """
        operation, read = "getReportDocument", answers.read_location
        path = self.report_document_path(report_document_id)
        if restricted_token is None:
            return self._transport.call(operation, "GET", path, read)
        return self._transport.call_restricted(restricted_token, operation, path, read)

    # === SCHEDULES === #

    def create_report_schedule(
        self,
        report_type: str,
        marketplace_ids: Sequence[str],
        period: str,
        *,
        next_creation: datetime | None = None,
        options: Mapping[str, str] | None = None,
    ) -> str:
        """Have a report made again and again; return the schedule's id.

        Another schedule of the same type and marketplaces is replaced by it.

        :param period: one of Amazon's, from PT5M to P1M
        """
        body = _specification(
            report_type,
            marketplace_ids,
            options,
            period=period,
            nextReportCreationTime=as_text(next_creation),
        )
        path = f"{REPORTS}/schedules"
        return self._transport.call(
            "createReportSchedule", "POST", path, answers.read_schedule_id, body=body
        )

    def get_report_schedules(self, report_types: Sequence[str]) -> list[ReportSchedule]:
        """Return the schedules of up to ten types of reports."""
        return self._transport.call(
            "getReportSchedules",
            "GET",
            f"{REPORTS}/schedules",
            answers.read_schedules,
            query={"reportTypes": report_types},
        )

    def cancel_report_schedule(self, schedule_id: str) -> None:
        """End a schedule."""
        path = f"{REPORTS}/schedules/{segment(schedule_id)}"
        self._transport.call(
            "cancelReportSchedule", "DELETE", path, dict, bodiless=True
        )


def _specification(
    report_type: str,
    marketplace_ids: Sequence[str],
    options: Mapping[str, str] | None,
    **others: str | None,
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "reportType": report_type,
        "marketplaceIds": list(marketplace_ids),
    }
    if options:
        body["reportOptions"] = dict(options)
    body.update({name: value for name, value in others.items() if value is not None})
    return body
