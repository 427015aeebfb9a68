# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models


class AmazonReportHandler(models.AbstractModel):
    """What a report type does differently; the life cycle is ``amazon.report``'s.

    A capability declares a report type by a model that inherits this one, is called
    ``amazon.report.handler.<something>`` and names its ``_report_type``.
    """

    _name = "amazon.report.handler"
    _description = "Amazon Report Handler"

    # Amazon's name of it.
    _report_type = None
    # Code of the flow it belongs to.
    _flow = None
    # How it comes about: "requested" by us for each window of time, "scheduled" at
    # Amazon by us, or "listed": Amazon makes it of its own accord.
    _origin = "requested"
    # Amazon's period of a schedule, like PT15M.
    _period = None
    # So often it is requested, or looked for, in automatic mode. None: by hand only.
    _interval = None
    # A longer window of time is cut into several reports.
    _longest_window = timedelta(days=30)
    # Windows reach back so far over what was fetched already.
    _overlap = timedelta(hours=1)
    # What is younger is not complete yet at Amazon.
    _hold_back = timedelta(0)
    # It holds personal data: a restricted data token is needed to fetch it.
    _restricted = False
    # It shows what is now: no window of time is asked for.
    _snapshot = False
    # Its rows do not say which marketplace they belong to: one is requested for each.
    _per_marketplace = False

    @api.model
    def _get_flow(self):
        return self.env["amazon.flow"].search([("code", "=", self._flow)])

    @api.model
    def _is_stream_due(self, account, cursor):
        """Return whether it is time to request the report, or to look for it."""
        if not self._interval or not account._has_flow(self._get_flow()):
            return False
        return not cursor or cursor._is_due(self._interval)

    @api.model
    def _get_parts(self, account):
        """Return the marketplaces of each report, a list of recordsets: each is a
        stream of its own, with its own cursor."""
        if not self._per_marketplace:
            return [account.marketplace_ids]
        return list(account.marketplace_ids)

    @api.model
    def _get_stream(self, shops):
        """Return the name of the stream of reports about *shops*."""
        if not self._per_marketplace:
            return self._report_type
        return f"{self._report_type} {','.join(shops.mapped('code'))}"

    def _get_options(self, report):
        """Return Amazon's report options, a dict of texts."""
        return {}

    def _import(self, report, source):
        """Take over what is in *source*, a binary file with the raw report.

        Runs in one transaction with the end of the report: all or nothing.

        :return: number of rows found
        :raise ValueError: it cannot be read; it is fetched again some times
        """
        raise ValueError(f"{self._name} does not read {report.report_type}")

    def _on_empty(self, report):
        """Take note that Amazon has no data for *report*."""

    def _on_failed(self, report):
        """Take note that *report* failed and is not tried again by itself."""
