# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AmazonFeedWatchdog(models.Model):
    """What brings feeds and reports on again when a job broke or vanished."""

    _inherit = "amazon.feed"

    @api.model
    def _job_on_fail_build(self, exc_info=None, exc_name=None, exc_message=None):
        """Report that a feed could not be built, or a preview not be taken apart."""
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
        for model in ("amazon.feed", "amazon.report"):
            self.env[model]._resume_steps()
        self._enqueue_withdrawals()
        self.env["amazon.feed.message"]._release_old()
        self._enqueue_builds([])
