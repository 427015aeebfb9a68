# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time, tagged

from .common import AmazonCase


@tagged("post_install", "-at_install")
class TestAmazonDeprecation(AmazonCase):
    def alerts_on(self, day):
        self.env.invalidate_all()
        with freeze_time(day):
            self.env["amazon.deprecation"]._cron_warn_of_removal()
        return self.env["integrator.alert"].search(
            [("cause", "=like", "amazon:deprecation:%:getFeed:%")]
        )

    def setUp(self):
        super().setUp()
        self.item = self.env["amazon.deprecation"].create(
            {
                "kind": "operation",
                "name": "getFeed",
                "removal_date": "2027-06-30",
                "replacement": "getFeed of a newer API",
            }
        )

    def test_group_is_told_months_ahead_of_what_is_used(self):
        self.assertFalse(self.alerts_on("2027-01-10"))
        self.amazon(get_feed=["fine"])
        self.get_feed()
        self.assertFalse(self.alerts_on("2026-11-01"))
        first = self.alerts_on("2027-01-10")
        self.assertEqual(len(first), 1)
        self.assertIn("getFeed of a newer API", first.description)
        self.assertEqual(self.alerts_on("2027-01-11"), first)
        self.assertEqual(len(self.alerts_on("2027-06-01")), 2)

    def test_budget_shows_the_date(self):
        self.amazon(get_feed=["fine"])
        self.get_feed()
        budget = self.env["amazon.rate.budget"].search([("operation", "=", "getFeed")])
        self.assertEqual(str(budget.removal_date), "2027-06-30")

    def test_nothing_the_suite_declares_is_announced_to_end(self):
        """A release that still uses what Amazon ends within months must not go out."""
        names = self.env["amazon.deprecation"].search([]).mapped("name")
        exchanges = self.env["amazon.report"]
        declared = {
            *exchanges._get_handlers("amazon.feed.handler.", "_feed_type"),
            *exchanges._get_handlers("amazon.report.handler.", "_report_type"),
        }
        self.assertTrue(declared)
        self.assertFalse(set(names) & declared)
