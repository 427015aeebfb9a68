# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import AmazonCase, FakeAmazon
from .test_amazon_connection_check import SHOPS


@tagged("post_install", "-at_install")
class TestAmazonAccountWizard(AmazonCase):
    def fill_account(self):
        with Form(self.env["amazon.account.wizard"]) as form:
            form.name = "New shop"
            form.region = "eu"
            form.home_marketplace_id = self.shops[0]
            form.seller_id = " A7NEW "
        wizard = form.record
        wizard.action_next()
        return wizard

    def fill_keys(self, wizard):
        with Form(wizard) as form:
            form.lwa_client_id = "id"
            form.lwa_client_secret = "secret"
            form.refresh_token = "refresh"
        wizard.action_next()

    def test_account_of_another_company_is_not_looked_into(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        manager = new_test_user(
            self.env,
            "elsewhere",
            groups="integrator.group_integration_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        wizards = self.env["amazon.account.wizard"].with_user(manager)
        with self.assertRaises(AccessError):
            wizards.create({"account_id": self.account.id})
        wizard = wizards.create({})
        with self.assertRaises(AccessError):
            wizard.account_id = self.account.id

    def test_whole_way_to_live(self):
        wizard = self.fill_account()
        account = wizard.account_id
        self.assertEqual((account.seller_id, account.mode), ("A7NEW", "stopped"))
        self.assertFalse(account.flow_ids)
        self.fill_keys(wizard)
        fake = self.amazon(
            **FakeAmazon.ROLES_FINE, get_marketplace_participations=[SHOPS]
        )
        wizard.action_test_connection()
        self.assertEqual(len(wizard.check_ids), 5)
        wizard.action_next()
        self.assertEqual(wizard.marketplace_ids, self.shops[0])
        self.assertEqual((account.mode, account.automatic), ("stopped", False))
        wizard.sync_interval = 30
        wizard.action_start()
        self.assertEqual((account.mode, account.automatic), ("live", True))
        self.assertEqual(account.sync_interval, 30)
        self.assertEqual(account.marketplace_ids, self.shops[0])
        self.assertIn(self.flow, account.flow_ids)
        self.assertTrue(account.cutover_date)
        self.assertFalse(fake.made("create_feed"))

    def test_preview_only(self):
        wizard = self.env["amazon.account.wizard"]._open_for(self.account)
        self.account.connection_state = "ok"
        wizard.action_preview()
        self.assertEqual(self.account.mode, "shadow")

    def test_steps_cannot_be_skipped(self):
        wizard = self.fill_account()
        with self.assertRaisesRegex(UserError, "Access Key"):
            wizard.action_next()
        self.fill_keys(wizard)
        with self.assertRaisesRegex(UserError, "Test Connection"):
            wizard.action_next()
        with self.assertRaisesRegex(UserError, "Test Connection"):
            wizard.action_start()
        wizard.action_back()
        self.assertEqual(wizard.step, "keys")

    def test_what_is_missing_is_named(self):
        wizard = self.env["amazon.account.wizard"].create({"name": "New shop"})
        with self.assertRaisesRegex(UserError, "Merchant ID"):
            wizard.action_next()

    def test_second_run_keeps_what_was_chosen(self):
        self.account.write({"sync_interval": 7, "automatic": True})
        wizard = self.env["amazon.account.wizard"]._open_for(self.account)
        self.assertEqual((wizard.sync_interval, wizard.automatic), (7, True))
        self.assertEqual(wizard.marketplace_ids, self.shops)
        wizard.home_marketplace_id = self.shops[0]
        wizard.action_next()
        self.assertEqual(wizard.account_id, self.account)
        self.assertEqual(self.account.mode, "live")

    def test_for_managers_only(self):
        user = new_test_user(
            self.env, "reader", groups="integrator.group_integration_user"
        )
        with self.assertRaises(AccessError):
            self.env["amazon.account.wizard"].with_user(user).create({})
