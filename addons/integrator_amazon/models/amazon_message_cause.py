# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

RETRIED_AT_ONCE = 500
EXAMPLES = 5


class AmazonMessageCause(models.Model):
    """Failed messages that wait for a person, by what is wrong with them."""

    _name = "amazon.message.cause"
    _description = "Amazon Errors by Cause"
    _auto = False
    _order = "message_count desc, id"
    _rec_name = "cause"

    account_id = fields.Many2one("amazon.account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    cause = fields.Char(string="What Is Wrong", readonly=True)
    message_count = fields.Integer(string="Messages", readonly=True)
    examples = fields.Char(string="For Example", readonly=True)
    last_date = fields.Datetime(string="Last Seen", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT min(id) AS id, account_id, company_id, cause,
                   count(*) AS message_count, max(write_date) AS last_date,
                   array_to_string((array_agg(DISTINCT key))[1:%s], ', ') AS examples
              FROM amazon_feed_message
             WHERE cause IS NOT NULL
             GROUP BY account_id, company_id, cause
            """,
            EXAMPLES,
        )

    def _get_domain(self):
        self.ensure_one()
        return [("account_id", "=", self.account_id.id), ("cause", "=", self.cause)]

    def action_view_messages(self):
        """Open the messages that failed for this cause."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Failed"),
            "res_model": "amazon.feed.message",
            "view_mode": "list,form",
            "domain": self._get_domain(),
        }

    def action_retry(self):
        """Send everything that failed for these causes once more, by jobs."""
        self.check_access("read")
        messages = self.env["amazon.feed.message"]
        for cause in self:
            newest = messages.search(cause._get_domain(), limit=1)
            messages._enqueue_retry(cause.account_id, cause.cause, newest.id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "They are sent again, with the values of now. Press Refresh to see "
                    "what is left."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class AmazonFeedMessage(models.Model):
    _inherit = "amazon.feed.message"

    @api.model
    def _enqueue_retry(self, account, cause, newest):
        system = self.env["amazon.account"]._as_system().env[self._name]
        system.with_delay(
            identity_key=f"amazon-retry-{account.id}-{cause}-{newest}",
            max_retries=0,
            description=f"Send again: {cause}",
        )._job_retry(account, cause, newest)

    @api.model
    def _job_retry(self, account, cause, newest):
        """Send again what failed for a cause

        :param newest: id of the newest message to send again
        """
        failed = self.search(
            [
                ("account_id", "=", account.id),
                ("cause", "=", cause),
                ("id", "<=", newest),
            ],
            order="id desc",
            limit=RETRIED_AT_ONCE,
        )
        failed.action_retry()
        if len(failed) == RETRIED_AT_ONCE:
            self._enqueue_retry(account, cause, min(failed.ids) - 1)
        return f"{len(failed)} messages."

    @api.model
    def _job_on_fail_retry(self, exc_info=None, exc_name=None, exc_message=None):
        """Report that what failed could not be queued again."""
        self.env["product.integration"]._job_on_fail_dispatch(
            exc_info, exc_name, exc_message
        )
