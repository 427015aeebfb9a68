# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..spapi import errors
from .common import AmazonCase, FakeAmazon
from .test_amazon_account import participation

SHOPS = [participation("A1PA6795UKMFR9", "Amazon.de")]


def denied(operation):
    return errors.AccessDeniedError("Access denied.", operation=operation)


@tagged("post_install", "-at_install")
class TestAmazonConnectionCheck(AmazonCase):
    def test_every_role_is_tried(self):
        self.amazon(**FakeAmazon.ROLES_FINE, get_marketplace_participations=[SHOPS])
        action = self.account.action_test_connection()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(len(self.account.check_ids), 5)
        self.assertEqual(set(self.account.check_ids.mapped("state")), {"ok"})

    def test_missing_role_is_named_with_what_it_disables(self):
        answers = {**FakeAmazon.ROLES_FINE, "list_transactions": denied("x")}
        self.amazon(**answers, get_marketplace_participations=[SHOPS])
        action = self.account.action_test_connection()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("Finances", action["params"]["message"])
        missing = self.account.check_ids.filtered(lambda c: c.state == "missing")
        self.assertIn("Finance and Accounting", missing.message)
        self.assertIn("no settlements are booked", missing.message)
        self.assertEqual(self.account.connection_state, "ok")

    def test_passing_trouble_is_not_taken_for_a_missing_role(self):
        answers = {
            **FakeAmazon.ROLES_FINE,
            "search_orders": errors.UnavailableError("down", operation="searchOrders"),
            "get_reports": errors.ThrottledError("slow", operation="getReports"),
        }
        self.amazon(**answers, get_marketplace_participations=[SHOPS])
        self.account.action_test_connection()
        states = self.account.check_ids.mapped("state")
        self.assertEqual(states, ["ok", "unknown", "unknown", "unknown", "ok"])

    def test_wrong_region_is_found_out(self):
        self.amazon(
            get_marketplace_participations=[denied("x"), SHOPS],
        )
        action = self.account.action_test_connection()
        self.assertIn("belongs to the selling region", action["params"]["message"])
        self.assertEqual(self.account.connection_state, "error")

    def test_refusal_everywhere_is_the_authorisation(self):
        self.amazon(get_marketplace_participations=denied("x"))
        action = self.account.action_test_connection()
        self.assertIn("authorisation was withdrawn", action["params"]["message"])

    def test_second_test_replaces_the_first(self):
        self.amazon(
            **FakeAmazon.ROLES_FINE, get_marketplace_participations=[SHOPS, SHOPS]
        )
        self.account.action_test_connection()
        self.account.action_test_connection()
        self.assertEqual(len(self.account.check_ids), 5)
