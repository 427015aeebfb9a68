# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    def test_queue(self, feed_type, keys):
        """Queue a message per key, with an event that each answers; return the keys'
        event ids."""
        self = self.sudo()
        flow = self.env.ref("integrator_amazon_testtypes.flow_test")
        shop = self.marketplace_ids[0]
        messages = self.env["amazon.feed.message"]._queue(
            [
                {
                    "account_id": self.id,
                    "company_id": self.company_id.id,
                    "marketplace_id": shop.id,
                    "feed_type": feed_type,
                    "lane": "test",
                    "key": key,
                    "flow_id": flow.id,
                    "forced": False,
                }
                for key in keys
            ]
        )
        events = self.env["order.integration"].create(
            [
                {
                    "record_model": "sale.order",
                    "record_id": 1,
                    "record_name": key,
                    "record_operation": "confirmation",
                    "mode": "manual",
                    "site_name": "amazon",
                    "amazon_dispatched": True,
                }
                for key in keys
            ]
        )
        messages._link_events(
            "order.integration",
            list(zip(messages.ids, events.ids, strict=True)),
        )
        self.env["amazon.feed"]._enqueue_build(self, shop, feed_type)
        return events.ids

    def test_request(self, report_type, start, end):
        """Request reports by hand; return their ids."""
        reports = (
            self.env["amazon.report"]
            .sudo()
            ._request_range(
                self,
                report_type,
                fields.Datetime.to_datetime(start),
                fields.Datetime.to_datetime(end),
            )
        )
        return reports.ids

    def test_run(self, report_type):
        """Let the job of a stream run, as the cron does."""
        self.env["amazon.report"].sudo()._enqueue_run(self, report_type)
