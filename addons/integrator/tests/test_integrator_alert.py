# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import IntegratorCase


@tagged("post_install", "-at_install")
class TestIntegratorAlert(IntegratorCase):
    def report(self, cause="test:cause", **values):
        return self.env["integrator.alert"]._report(
            cause,
            **{
                "name": "It broke",
                "description": "The wheel came off.",
                "next_step": "Put it on.",
                **values,
            },
        )

    def messages(self, alert):
        return self.env["mail.message"].search(
            [("model", "=", alert._name), ("res_id", "=", alert.id)]
        )

    def test_group_is_not_told_again_of_what_comes_and_goes(self):
        first = self.report()
        self.env["integrator.alert"]._resolve("test:cause")
        second = self.report()
        self.assertNotEqual(first, second)
        self.assertFalse(self.messages(second))

    def test_group_gets_one_message_per_cause_and_day(self):
        reader = new_test_user(
            self.env, "reader", groups="integrator.group_integration_user"
        )
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        alert = self.report()
        self.assertEqual(self.report(), alert)
        self.assertEqual(alert.count, 2)
        message = self.messages(alert)
        self.assertEqual(len(message), 1)
        told = message.notification_ids.res_partner_id | message.partner_ids
        self.assertIn(reader.partner_id, told)
        self.assertNotIn(stranger.partner_id, told)
        self.assertIn("Put it on.", message.body)

    def test_next_day_it_is_told_again(self):
        alert = self.report()
        alert.notified_date = fields.Date.today() - timedelta(days=1)
        self.report()
        self.assertEqual(len(self.messages(alert)), 2)

    def test_causes_are_kept_apart(self):
        self.assertNotEqual(self.report("a"), self.report("b"))

    def test_solved_and_broken_again_is_a_new_alert(self):
        alert = self.report()
        self.env["integrator.alert"]._resolve("test:cause")
        self.assertEqual(alert.state, "done")
        self.assertNotEqual(self.report(), alert)

    def test_alert_leads_to_its_record(self):
        product = self.product()
        alert = self.report(record=product)
        self.assertEqual(alert.action_open_record()["res_id"], product.id)

    def test_a_company_is_told_of_its_own_alerts_only(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = new_test_user(
            self.env,
            "other",
            groups="integrator.group_integration_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        alert = self.report(company=self.env.company)
        message = self.messages(alert)
        self.assertNotIn(other.partner_id, message.notification_ids.res_partner_id)
        self.assertFalse(
            self.env["integrator.alert"]
            .with_user(other)
            .search([("id", "=", alert.id)])
        )
