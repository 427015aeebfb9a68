# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models


class AmazonCursor(models.Model):
    """How far the reports of one stream are fetched: a row, locked by who moves it.

    It never passes a failure: a window that was not read to its end is in the next
    one again.
    """

    _name = "amazon.cursor"
    _description = "Amazon Cursor"
    _order = "account_id, stream"
    _rec_name = "stream"

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    stream = fields.Char(required=True, help="Report type.")
    position = fields.Datetime(
        string="Fetched Until", required=True, help="All before is in Odoo."
    )
    run_date = fields.Datetime(string="Last Run")
    schedule_date = fields.Date(
        string="Schedule Checked", help="Amazon's schedule is looked at once a day."
    )

    _stream_uniq = models.Constraint(
        "UNIQUE (account_id, stream)", "An account has one cursor per stream."
    )

    @api.model
    def _lock(self, account, stream):
        """Return the locked cursor of a stream, made on first use.

        A second worker is put off by queue_job.
        """
        start = account.cutover_date or fields.Datetime.now()
        self.env.cr.execute(
            """
            INSERT INTO amazon_cursor (account_id, company_id, stream, position)
            VALUES (%s, %s, %s, %s) ON CONFLICT (account_id, stream) DO NOTHING
            """,
            [account.id, account.company_id.id, stream, start],
        )
        self.env.cr.execute(
            "SELECT id FROM amazon_cursor WHERE account_id = %s AND stream = %s"
            " FOR NO KEY UPDATE NOWAIT",
            [account.id, stream],
        )
        return self.browse(self.env.cr.fetchone()[0])

    def _get_window(self, overlap, hold_back, longest):
        """Return the next window of time to fetch.

        :return: tuple (start, end), UTC; None when there is nothing to fetch yet
        """
        self.ensure_one()
        cutover = self.account_id.cutover_date or self.position
        start = max(self.position - overlap, min(cutover, self.position))
        end = min(fields.Datetime.now() - hold_back, start + longest)
        return (start, end) if end > max(start, self.position) else None

    def _advance(self, windows):
        """Move on over *windows* that were read, as far as they join without a gap.

        :param windows: iterable of (start, end)
        """
        position = self.position
        for start, end in sorted(windows):
            if start <= position:
                position = max(position, end)
        if position != self.position:
            self.position = position

    def _is_due(self, interval):
        """Return whether the last run is *interval* (a timedelta) ago."""
        # A cron that comes every minute is never late by a whole minute.
        margin = min(timedelta(seconds=5), interval / 2)
        return not self.run_date or (
            fields.Datetime.now() >= self.run_date + interval - margin
        )
