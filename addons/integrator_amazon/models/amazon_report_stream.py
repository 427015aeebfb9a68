# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ..spapi import errors

# Amazon lists what it made in the last 90 days.
LONGEST_LIST = timedelta(days=89)
OPEN_STATES = ("new", "requested", "processing", "ready", "archived")


class AmazonReportStream(models.Model):
    """When reports are asked for: by time, by Amazon's schedule, or by a person."""

    _inherit = "amazon.report"

    # === AUTOMATIC === #

    @api.model
    def _cron_reports(self):
        """Start the run of every stream that is due."""
        cursors = self.env["amazon.cursor"].search([])
        known = {(cursor.account_id, cursor.stream): cursor for cursor in cursors}
        for account in self.env["amazon.account"].search(
            [("automatic", "=", True), ("mode", "!=", "stopped")]
        ):
            for handler in self._get_report_handlers():
                for shops in handler._get_parts(account):
                    cursor = known.get((account, handler._get_stream(shops)))
                    if handler._is_stream_due(account, cursor):
                        self._enqueue_run(account, handler._report_type, shops)

    @api.model
    def _get_report_handlers(self):
        """Return the handlers of all report types that are declared."""
        return self._get_handlers("amazon.report.handler.", "_report_type").values()

    @api.model
    def _enqueue_run(self, account, report_type, shops=None):
        """Let a job run the streams of a report type.

        :param shops: one of ``_get_parts``; None: all of them
        """
        handler = self._get_handler(report_type)
        for part in [shops] if shops else handler._get_parts(account):
            system = self.env["amazon.account"]._as_system().env[self._name]
            stream = handler._get_stream(part)
            system.with_delay(
                identity_key=f"amazon-stream-{account.id}-{stream}",
                max_retries=0,
                description=f"Look for {stream}: {account.name}",
            )._job_run(account, report_type, part.with_env(system.env))

    @api.model
    def _job_run(self, account, report_type, shops=None):
        """Run one stream of reports of an Amazon account"""
        handler = self._get_handler(report_type)
        if not account._has_flow(handler._get_flow()):
            return "Switched off on the account."
        shops = shops or account.marketplace_ids
        if handler._per_marketplace and not shops <= account.marketplace_ids:
            return "The account does not sell there any more."
        stream = handler._get_stream(shops)
        cursor = self.env["amazon.cursor"]._lock(account, stream)
        if not cursor._is_due(handler._interval):
            return "Not due yet."
        if self._look_after_schedule(account, handler, cursor):
            return "The schedule at Amazon was looked after."
        if handler._origin == "requested":
            done = self._request_next(account, handler, cursor, shops)
        else:
            done = self._list_new(account, handler, cursor)
        cursor.run_date = fields.Datetime.now()
        return done

    @api.model
    def _request_next(self, account, handler, cursor, shops):
        """Request the window of time behind the cursor, unless one is on its way."""
        if self._get_open(account, handler, shops):
            return "A report is on its way; the next begins where it ends."
        window = cursor._get_window(
            handler._overlap, handler._hold_back, handler._longest_window
        )
        if handler._snapshot:
            # It is about now, not about a time that has to go by first.
            window = (None, None)
        if not window:
            return "Nothing to fetch yet."
        report = self._start(account, handler, "requested", *window, shops=shops)
        return report.display_name

    @api.model
    def _get_open(self, account, handler, shops):
        domain = [
            ("account_id", "=", account.id),
            ("report_type", "=", handler._report_type),
            ("origin", "=", "requested"),
            ("state", "in", OPEN_STATES),
        ]
        if handler._per_marketplace:
            domain.append(("marketplace_ids", "in", shops.ids))
        return self.search_count(domain, limit=1)

    @api.model
    def _start(self, account, handler, origin, start=None, end=None, shops=None):
        flow = handler._get_flow()
        shops = shops or account.marketplace_ids
        report = self.create(
            {
                "account_id": account.id,
                "report_type": handler._report_type,
                "flow_id": flow.id,
                "priority": flow.priority,
                "marketplace_ids": [(6, 0, shops.ids)],
                "origin": origin,
                # Amazon is told whole seconds.
                "data_start": start and not handler._snapshot and start,
                "data_end": end and not handler._snapshot and end,
            }
        )
        report._enqueue_step()
        return report

    def _move_cursor(self):
        """Let the cursor pass what is read now, without leaving a gap behind."""
        if self.origin != "requested" or not self.data_end:
            return
        stream = self._get_stream()
        cursor = self.env["amazon.cursor"]._lock(self.account_id, stream)
        read = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("report_type", "=", self.report_type),
                ("origin", "=", "requested"),
                ("state", "in", ("done", "empty")),
                ("data_end", ">", cursor.position),
            ]
        ).filtered(lambda report: report._get_stream() == stream)
        cursor._advance((report.data_start, report.data_end) for report in read)
        handler = self._get_handler(self.report_type)
        if self.data_end - self.data_start >= handler._longest_window:
            # The window was cut: the next one need not wait for its time.
            cursor.run_date = False

    @api.model
    def _job_on_fail_run(self, exc_info=None, exc_name=None, exc_message=None):
        """Report that a stream could not be run; the next minute tries it again."""
        self.env["product.integration"]._job_on_fail_dispatch(
            exc_info, exc_name, exc_message
        )

    # === WHAT AMAZON MAKES === #

    @api.model
    def _list_new(self, account, handler, cursor):
        """Take up the reports that Amazon has made and Odoo does not know.

        One page of Amazon's list per job: what one call has brought is kept, even if
        there is no token for the next.
        """
        if not cursor.page_token:
            cursor.listing_date = fields.Datetime.now()
        try:
            page = account._call(
                "getReports",
                lambda client: client.get_reports(**self._which(handler, cursor)),
            )
        except errors.RejectedError:
            if not cursor.page_token:
                raise
            # Amazon forgets where a list went on: begin again.
            cursor.page_token = False
            return "The list is read anew."
        new = self._take_up(account, handler, page.reports)
        cursor._turn_page(page.next_token)
        if page.next_token:
            self._enqueue_run(account, handler._report_type)
        return f"{len(page.reports)} reports, {len(new)} new."

    @api.model
    def _which(self, handler, cursor):
        """Return the arguments of ``get_reports`` for the next page of a list."""
        if cursor.page_token:
            return {"next_token": cursor.page_token}
        since = max(
            cursor._get_start(handler._overlap),
            cursor.listing_date - LONGEST_LIST,
        )
        return {
            "report_types": [handler._report_type],
            "created_since": self._as_utc(since),
        }

    @api.model
    def _take_up(self, account, handler, found):
        ids = [report.report_id for report in found]
        known = self.search(
            [("account_id", "=", account.id), ("amazon_report_id", "in", ids)]
        ).mapped("amazon_report_id")
        new = [report for report in found if report.report_id not in known]
        reports = self.create(
            [self._prepare_listed_vals(account, handler, item) for item in new]
        )
        for report, item in zip(reports, new, strict=True):
            report._advance(item)
        return reports

    @api.model
    def _prepare_listed_vals(self, account, handler, item):
        shops = self.env["amazon.marketplace"].with_context(active_test=False)
        flow = handler._get_flow()
        return {
            "account_id": account.id,
            "report_type": item.report_type,
            "flow_id": flow.id,
            "priority": flow.priority,
            "marketplace_ids": shops.search(
                [("marketplace_id", "in", item.marketplace_ids)]
            ).ids,
            "origin": handler._origin,
            "data_start": self._as_naive(item.data_start_time),
            "data_end": self._as_naive(item.data_end_time),
            "state": "processing",
            "amazon_report_id": item.report_id,
            "submit_date": self._as_naive(item.created_time),
        }

    @staticmethod
    def _as_naive(moment):
        return moment and moment.replace(tzinfo=None, microsecond=0)

    @api.model
    def _look_after_schedule(self, account, handler, cursor):
        """Once a day, make sure that Amazon makes a report on our schedule.

        In a run of its own: what comes after it may be put off, and would begin here
        again each time.

        :return: whether it was done; another run is on its way then
        """
        today = fields.Date.today()
        if handler._origin != "scheduled" or cursor.schedule_date == today:
            return False
        self._ensure_schedule(account, handler)
        cursor.schedule_date = today
        self._enqueue_run(account, handler._report_type)
        return True

    @api.model
    def _ensure_schedule(self, account, handler):
        """Let Amazon make the report by itself, unless it does already."""
        report_type = handler._report_type
        shops = account.marketplace_ids.mapped("marketplace_id")
        found = account._call(
            "getReportSchedules",
            lambda client: client.get_report_schedules([report_type]),
        )
        for schedule in found:
            if schedule.period == handler._period and set(
                schedule.marketplace_ids
            ) == set(shops):
                return
        account._call(
            "createReportSchedule",
            lambda client: client.create_report_schedule(
                report_type, shops, handler._period
            ),
        )

    # === BY HAND === #

    @api.model
    def _request_range(self, account, report_type, start, end):
        """Request a range of time, cut into windows that Amazon allows.

        Cursors stay where they are: what arrives twice is recognised.

        :param start: UTC; *end* likewise
        :return: recordset of reports, on their way
        """
        handler = self._get_handler(report_type)
        reports = self.browse()
        while start < end:
            until = min(end, start + handler._longest_window)
            for shops in handler._get_parts(account):
                reports |= self._start(
                    account, handler, "manual", start, until, shops=shops
                )
            start = until
        return reports
