# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import BUSY_WAIT


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

    page_token = fields.Char(
        help="Where Amazon's list goes on. Empty: it was read to its end."
    )
    listing_date = fields.Datetime(help="When the list was begun.")

    _stream_uniq = models.Constraint(
        "UNIQUE (account_id, stream)", "An account has one cursor per stream."
    )

    @api.model
    def _lock(self, account, stream):
        """Return the locked cursor of a stream, made on first use.

        :raise RetryableJobError: another worker has it
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
            " FOR NO KEY UPDATE SKIP LOCKED",
            [account.id, stream],
        )
        found = self.env.cr.fetchone()
        if not found:
            raise RetryableJobError(
                "Another job moves this cursor.", seconds=BUSY_WAIT, ignore_retry=True
            )
        cursor = self.browse(found[0])
        if account.cutover_date and cursor.position < account.cutover_date:
            # It was moved on since: what is older is in the books by now.
            cursor.write({"position": account.cutover_date, "page_token": False})
        return cursor

    def _get_start(self, overlap):
        """Return from when on to fetch, UTC: a little of what was fetched already, but
        nothing from before the cut-over."""
        cutover = self.account_id.cutover_date or self.position
        return max(self.position - overlap, min(cutover, self.position))

    def _get_window(self, overlap, hold_back, longest):
        """Return the next window of time to fetch.

        :return: tuple (start, end), UTC; None when there is nothing to fetch yet
        """
        self.ensure_one()
        start = self._get_start(overlap)
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

    def _turn_page(self, token):
        """Note where Amazon's list goes on; at its end the cursor moves on.

        What is too old for Amazon's list is gone there: it leaves no gap.
        """
        self.page_token = token
        if not token:
            self._advance([(self.position, self.listing_date)])

    def _is_due(self, interval):
        """Return whether the last run is *interval* (a timedelta) ago, or not over."""
        if self.page_token:
            return True
        # A cron that comes every minute is never late by a whole minute.
        margin = min(timedelta(seconds=5), interval / 2)
        return not self.run_date or (
            fields.Datetime.now() >= self.run_date + interval - margin
        )
