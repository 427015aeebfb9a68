# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timezone

from odoo import api, fields, models

from .. import archive
from ..const import ALREADY_DONE
from ..reports.text import open_text
from ..spapi import errors


class AmazonReport(models.Model):
    """Life cycle of one report, of whatever type.

    When reports are asked for is in ``amazon_report_stream.py``.
    """

    _name = "amazon.report"
    _inherit = "amazon.exchange"
    _description = "Amazon Report"

    _steps = {
        "new": "_job_request",
        "requested": "_job_poll",
        "processing": "_job_poll",
        "ready": "_job_fetch",
        "archived": "_job_import",
    }
    _job_prefix = "amazon-report"

    name = fields.Char(compute="_compute_name")
    report_type = fields.Char(required=True, readonly=True, index=True)
    flow_id = fields.Many2one("amazon.flow", readonly=True)
    marketplace_ids = fields.Many2many("amazon.marketplace", readonly=True)
    origin = fields.Selection(
        [
            ("requested", "Requested"),
            ("manual", "Requested by Hand"),
            ("scheduled", "Scheduled at Amazon"),
            ("listed", "Made by Amazon"),
        ],
        required=True,
        readonly=True,
    )
    data_start = fields.Datetime(string="From", readonly=True)
    data_end = fields.Datetime(string="Until", readonly=True)
    state = fields.Selection(
        [
            ("new", "To Be Requested"),
            ("requested", "Requested"),
            ("processing", "In Work at Amazon"),
            ("ready", "Ready"),
            ("archived", "Fetched"),
            ("done", "Done"),
            ("empty", "No Data"),
            ("failed", "Failed"),
        ],
        required=True,
        default="new",
        readonly=True,
        index=True,
    )
    amazon_report_id = fields.Char(string="Report ID", readonly=True)
    report_document_id = fields.Char(string="Amazon's Document ID", readonly=True)
    document = fields.Binary(string="Report", attachment=True, readonly=True)
    document_name = fields.Char(compute="_compute_name")
    content_type = fields.Char(
        readonly=True, help="As Amazon named it; the character set may be in it."
    )
    row_count = fields.Integer(string="Rows", readonly=True)
    can_retry = fields.Boolean(compute="_compute_can_retry")
    replaced_by_id = fields.Many2one(
        "amazon.report", string="Requested Again As", readonly=True
    )

    _amazon_report_uniq = models.UniqueIndex(
        "(account_id, amazon_report_id) WHERE amazon_report_id IS NOT NULL",
        "Odoo has this report of Amazon's already.",
    )

    @api.depends("report_type", "amazon_report_id")
    def _compute_name(self):
        for report in self:
            report.name = (
                f"{report.report_type} {report.amazon_report_id or ''}".strip()
            )
            report.document_name = f"report-{report.id}.txt.gz"

    @api.depends("state", "origin", "report_document_id", "replaced_by_id")
    def _compute_can_retry(self):
        for report in self:
            # What Amazon makes by itself it makes for nobody who asks.
            ours = report.origin in ("requested", "manual")
            report.can_retry = (
                report.state == "failed"
                and not report.replaced_by_id
                and (ours or bool(report.report_document_id))
            )

    @api.model
    def _get_handler(self, report_type):
        """Return the handler model declared for *report_type*."""
        return self._get_handlers("amazon.report.handler.", "_report_type")[report_type]

    def _get_flows(self):
        return self.flow_id

    def _get_stream(self):
        """Return the name of the stream that this report belongs to."""
        handler = self._get_handler(self.report_type)
        return handler._get_stream(self.marketplace_ids)

    def _lock_in(self, *states, **how):
        """Lock as every exchange does; a report whose flow is switched off waits."""
        locked = super()._lock_in(*states, **how)
        if locked and self._is_switched_off():
            self._hold()
        return locked

    # === REQUEST === #

    def _job_request(self):
        """Request a report from Amazon"""
        if not self._lock_in("new"):
            return ALREADY_DONE
        try:
            report_id = (
                self._find_lost("createReport", self._search_at_amazon)
                or self._create_at_amazon()
            )
        except errors.RejectedError as error:
            return self._fail(str(error))
        return self._note_requested(report_id)

    def _note_requested(self, report_id):
        self.write(
            {
                "state": "requested",
                "amazon_report_id": report_id,
                "submit_date": fields.Datetime.now(),
            }
        )
        self._enqueue_step(self._get_poll_delay())
        return report_id

    def _create_at_amazon(self):
        options = self._get_handler(self.report_type)._get_options(self)
        return self._call(
            "createReport",
            lambda client: client.create_report(
                self.report_type,
                self.marketplace_ids.mapped("marketplace_id"),
                data_start=self._as_utc(self.data_start),
                data_end=self._as_utc(self.data_end),
                options=options or None,
            ),
            announce=True,
        )

    @staticmethod
    def _as_utc(moment):
        return moment.replace(tzinfo=timezone.utc) if moment else None

    def _search_at_amazon(self, since):
        """Return the id of the oldest report like this one that Odoo does not know."""
        page = self._call(
            "getReports",
            lambda client: client.get_reports(
                [self.report_type], created_since=self._as_utc(since)
            ),
        )
        alike = [r for r in page.reports if self._is_window_of(r)]
        return self._pick_unknown(alike, "amazon_report_id", lambda r: r.report_id)

    def _is_window_of(self, found):
        """Return whether a report at Amazon is about the window of this one."""
        places = set(self.marketplace_ids.mapped("marketplace_id"))
        alone = self._get_handler(self.report_type)._per_marketplace
        if alone and set(found.marketplace_ids) != places:
            return False
        return not self.data_start or (
            found.data_start_time == self._as_utc(self.data_start)
        )

    # === POLL === #

    def _job_poll(self):
        """Ask Amazon how far a report is"""
        if not self._lock_in("requested", "processing"):
            return ALREADY_DONE
        found = self._call(
            "getReport", lambda client: client.get_report(self.amazon_report_id)
        )
        self.write({"state": "processing", "poll_date": fields.Datetime.now()})
        return self._advance(found)

    def _advance(self, found):
        """Go on after a poll: wait on, fetch the report, or take it as it is."""
        self.write(
            {
                "processing_status": found.processing_status,
                "report_document_id": found.report_document_id,
            }
        )
        if found.processing_status in ("IN_QUEUE", "IN_PROGRESS"):
            self._warn_if_stuck()
            self._enqueue_step(self._get_poll_delay())
        elif found.processing_status == "DONE" and found.report_document_id:
            self.state = "ready"
            self._enqueue_step()
        elif found.processing_status == "CANCELLED":
            # Amazon's way to say that there is nothing in the window.
            self._get_handler(self.report_type)._on_empty(self)
            self._finish("empty")
        else:
            self._fail(self._explain_no_report(found.processing_status))
        return found.processing_status

    def _explain_no_report(self, status):
        return self.env._(
            "Amazon ended report %(report)s with status %(status)s and made no "
            "document. Request it again; if that fails too, ask Amazon's support.",
            report=self.amazon_report_id,
            status=status,
        )

    # === FETCH AND IMPORT === #

    def _job_fetch(self):
        """Fetch a report from Amazon"""
        if not self._lock_in("ready"):
            return ALREADY_DONE
        token = self._get_restricted_token()
        location = self._call(
            "getReportDocument",
            lambda client: client.get_report_document(
                self.report_document_id, restricted_token=token
            ),
        )
        facts = self._fetch(location, "document", self.document_name)
        self.write({"state": "archived", "content_type": facts.content_type})
        self._enqueue_step()
        return f"{facts.size} bytes."

    def _get_restricted_token(self):
        """Return a ``spapi.RestrictedToken``; None where no personal data is in it."""
        if not self._get_handler(self.report_type)._restricted:
            return None
        return self._call(
            "createRestrictedDataToken",
            lambda client: client.create_restricted_data_token(
                client.report_document_path(self.report_document_id)
            ),
        )

    def _job_import(self):
        """Import a report that was fetched from Amazon"""
        if not self._lock_in("archived"):
            return ALREADY_DONE
        handler = self._get_handler(self.report_type)
        try:
            with self.env.cr.savepoint(), archive.unpack(self, "document") as source:
                rows = handler._import(self, source)
        except ValueError as error:
            return self._fetch_again("ready", error)
        self._finish("done", row_count=rows)
        return f"{rows} rows."

    def _open_text(self, source, _field="document"):
        """Return the raw report *source* as text, whatever its character set.

        :return: ``reports.text.ReportText``
        """
        japan = "JP" in self.marketplace_ids.mapped("code")
        return open_text(source, content_type=self.content_type, japan=japan)

    # === ENDS === #

    def _finish(self, state, **values):
        finished = super()._finish(state, **values)
        if state != "failed":
            self.account_id._resolve_alert(f"report-failed:{self._get_stream()}")
            self._move_cursor()
        return finished

    def _fail(self, text):
        super()._fail(text)
        self._get_handler(self.report_type)._on_failed(self)
        self.account_id._alert(
            f"report-failed:{self._get_stream()}",
            name=self.env._("A report of Amazon's failed: %s", self.name),
            description=text,
            next_step=self._explain_retry(),
            record=self,
        )
        return text

    def _explain_retry(self):
        if self.origin == "requested":
            return self.env._(
                "Nothing is lost: the next run asks for the same time again. If it "
                "keeps failing, open the report to see why."
            )
        if self.can_retry:
            return self.env._("Open the report and press Request Again.")
        return self.env._(
            "Amazon makes this report by itself and cannot be asked for it. Wait for "
            "the next one; if that fails too, ask Amazon's support."
        )

    # === ACTIONS === #

    def action_retry(self):
        """Request these failed reports again, or fetch what Amazon has once more."""
        self.check_access("read")
        for report in self.sudo().filtered("can_retry"):
            report._start_again()

    def _start_again(self):
        if self.report_document_id:
            self.write({"state": "ready", "error": False, "fetch_count": 0})
            self._enqueue_step()
            return
        self.replaced_by_id = self._start(
            self.account_id,
            self._get_handler(self.report_type),
            self.origin,
            self.data_start,
            self.data_end,
            shops=self.marketplace_ids,
        )

    def action_import_again(self):
        """Import what was fetched once more, as after a correction in Odoo."""
        self._check_manager()
        ended = self.sudo().filtered(lambda r: r.state in ("done", "failed"))
        sized = ended.with_context(bin_size=True)
        for report in ended.browse(sized.filtered("document").ids):
            report.write({"state": "archived", "error": False})
            report._enqueue_step()

    def action_open_document(self):
        """Show the report as it came from Amazon."""
        return self._get_document_action("document")
