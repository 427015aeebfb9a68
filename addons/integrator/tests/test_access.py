# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import IntegratorCase


@tagged("post_install", "-at_install")
class TestAccess(IntegratorCase):
    def test_integration_user_reads_but_never_writes_events(self):
        user = new_test_user(
            self.env, "reader", groups="integrator.group_integration_user"
        )
        product = self.product()
        self.commit()
        row = self.rows(product).with_user(user)
        self.assertEqual(row.record_operation, "create")
        for forbidden in (
            lambda: row.write({"record_name": "x"}),
            row.unlink,
            lambda: row.copy(),
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_stranger_sees_no_events(self):
        user = new_test_user(self.env, "stranger", groups="base.group_user")
        for model in ("product.integration", "order.integration", "integrator.alert"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(user).search([])

    def test_products_are_recorded_for_users_without_access(self):
        clerk = new_test_user(
            self.env, "clerk", groups="base.group_user,product.group_product_manager"
        )
        product = self.env["product.product"].with_user(clerk).create({"name": "Case"})
        self.assertEqual(self.events(product), ["create"])

    def test_events_of_another_company_are_hidden(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env,
            "elsewhere",
            groups="integrator.group_integration_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        own = self.product(company_id=self.env.company.id)
        everyones = self.product()
        self.commit()
        events = self.env["product.integration"].with_user(user)
        self.assertFalse(events.search([("record_id", "=", own.id)]))
        self.assertTrue(events.search([("record_id", "=", everyones.id)]))
