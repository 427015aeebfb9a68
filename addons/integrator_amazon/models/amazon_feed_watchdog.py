# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .amazon_feed import STEPS

DATABASE_ERRORS = ("psycopg2", "odoo.sql_db")


class AmazonFeedWatchdog(models.Model):
    """What brings feeds on again when a job broke or vanished."""

    _inherit = "amazon.feed"

    def _job_on_fail_step(self, exc_info=None, exc_name=None, exc_message=None):
        """Report a step that broke; a lost database heals by the watchdog."""
        if (exc_name or "").startswith(DATABASE_ERRORS):
            return
        for feed in self:
            feed.account_id._alert(
                f"job-failed:{exc_name}",
                name=self.env._("A job for Amazon failed: %s", feed.name),
                description=str(exc_message),
                next_step=self.env._(
                    "The feed is tried again every few minutes. If it keeps failing, "
                    "show the job's details to your administrator."
                ),
                record=feed,
            )

    @api.model
    def _job_on_fail_build(self, exc_info=None, exc_name=None, exc_message=None):
        """Report that a feed could not be built."""
        self.env["product.integration"]._job_on_fail_dispatch(
            exc_info, exc_name, exc_message
        )

    @api.model
    def _cron_watchdog(self):
        """Start again whatever has no job although it is not finished.

        A job can vanish: found dead too often, removed by hand, failed while the
        database was away. What is to be done is in our own tables.
        """
        for model in ("product.integration", "order.integration"):
            self.env[model]._resume_dispatch()
        self._resume_steps()
        self._enqueue_builds([])

    @api.model
    def _resume_steps(self):
        feeds = self.search([("state", "in", list(STEPS))])
        keys = {f"amazon-feed-{feed.id}-{STEPS[feed.state]}": feed for feed in feeds}
        alive = self.env["queue.job"]._read_group(
            [
                ("identity_key", "in", list(keys)),
                (
                    "state",
                    "in",
                    ("wait_dependencies", "pending", "enqueued", "started"),
                ),
            ],
            ["identity_key"],
        )
        for key in keys.keys() - {row[0] for row in alive}:
            keys[key]._enqueue_step()
