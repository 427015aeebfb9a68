# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models

from odoo.addons.integrator_amazon.reports.flat_file import FlatFile


class RowsReport(models.AbstractModel):
    """Keeps each row of a report, so that a test can count them."""

    _name = "amazon.test.rows"
    _inherit = "amazon.report.handler"
    _description = "Test Report with Rows"

    _flow = "testtypes"
    _column = None

    def _get_column(self):
        """Return the column to keep; a setting can name another: a wrong one."""
        setting = f"integrator_amazon_testtypes.{self._report_type}"
        settings = self.env["ir.config_parameter"].sudo()
        return settings.get_param(setting) or self._column

    def _import(self, report, source):
        text, column = report._open_text(source), self._get_column()
        rows = [row[column] for row in FlatFile(text.stream, [column])]
        self.env["amazon.test.row"].create(
            [
                {"report_id": report.id, "number": number, "text": row}
                for number, row in enumerate(rows, 1)
            ]
        )
        return len(rows)


class RequestedReport(models.AbstractModel):
    """Requested, and about what is now."""

    _name = "amazon.report.handler.test_requested"
    _inherit = "amazon.test.rows"
    _description = "Test Report, Requested"

    _report_type = "GET_MERCHANT_LISTINGS_INACTIVE_DATA"
    _column = "seller-sku"
    _snapshot = True


class RestrictedReport(models.AbstractModel):
    """Requested window by window; with personal data."""

    _name = "amazon.report.handler.test_restricted"
    _inherit = "amazon.test.rows"
    _description = "Test Report, Restricted"

    _report_type = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"
    _column = "order-id"
    _restricted = True
    _interval = timedelta(seconds=1)
    _overlap = timedelta(minutes=1)


class ScheduledReport(models.AbstractModel):
    """Made by Amazon on a schedule of ours."""

    _name = "amazon.report.handler.test_scheduled"
    _inherit = "amazon.test.rows"
    _description = "Test Report, Scheduled"

    _report_type = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
    _column = "order-id"
    _restricted = True
    _origin = "scheduled"
    _period = "PT15M"
    _interval = timedelta(seconds=1)


class ListedReport(models.AbstractModel):
    """Made by Amazon of its own accord."""

    _name = "amazon.report.handler.test_listed"
    _inherit = "amazon.test.rows"
    _description = "Test Report, Listed"

    _report_type = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
    _column = "settlement-id"
    _origin = "listed"
    _interval = timedelta(seconds=1)
