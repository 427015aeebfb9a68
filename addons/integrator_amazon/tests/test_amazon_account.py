# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from types import SimpleNamespace

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models import amazon_api_call
from ..spapi import errors
from .common import AmazonCase, FakeAmazon


def participation(marketplace_id, name, country="DE"):
    return SimpleNamespace(
        marketplace_id=marketplace_id,
        name=name,
        country_code=country,
        currency_code="EUR",
        language_code="de_DE",
        domain_name="amazon.example",
        participating=True,
        suspended=False,
    )


@tagged("post_install", "-at_install")
class TestAmazonAccount(AmazonCase):
    def test_connection_names_the_marketplaces(self):
        self.amazon(
            **FakeAmazon.ROLES_FINE,
            get_marketplace_participations=[
                [participation("A1PA6795UKMFR9", "Amazon.de")]
            ],
        )
        self.account.action_test_connection()
        self.assertEqual(self.account.connection_state, "ok")
        self.assertIn("Amazon.de", self.account.connection_message)

    def test_new_marketplace_of_amazons_is_added(self):
        self.amazon(
            **FakeAmazon.ROLES_FINE,
            get_marketplace_participations=[
                [participation("ANEWONE", "Amazon.example", "AT")]
            ],
        )
        self.account.write({"mode": "stopped", "marketplace_ids": False})
        self.account.action_test_connection()
        self.assertEqual(self.account.marketplace_ids.marketplace_id, "ANEWONE")
        self.assertEqual(self.account.marketplace_ids.region, "eu")

    def test_failed_connection_is_kept_in_words(self):
        self.amazon(
            get_marketplace_participations=errors.SignInError(
                "Amazon does not accept the secret key.",
                operation="getAccessToken",
                code="invalid_client",
            )
        )
        action = self.account.action_test_connection()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertEqual(self.account.connection_state, "error")
        self.assertIn("secret key", self.account.connection_message)

    def test_missing_key_is_named(self):
        self.env["integrator.secret"]._find(self.account, "refresh_token").unlink()
        self.account.action_test_connection()
        self.assertIn("Refresh Token", self.account.connection_message)

    def test_lost_access_waits_and_tells(self):
        self.amazon(get_feed=errors.AccessDeniedError("no role", operation="getFeed"))
        error = self.put_off(self.get_feed)
        self.assertTrue(error.ignore_retry)
        self.account.invalidate_recordset()
        self.assertEqual(self.account.connection_state, "error")
        self.assertTrue(
            self.env["integrator.alert"].search(
                [("cause", "=", f"amazon:{self.account.id}:no-access:getFeed")]
            )
        )

    def test_missing_role_is_not_forgotten_because_others_work(self):
        denied = errors.AccessDeniedError("no role", operation="getFeed")
        fake = self.amazon(get_feed=denied, get_report="fine")
        self.put_off(self.get_feed)
        self.account._call("getReport", lambda client: client.get_report("1"))
        domain = [
            ("cause", "=like", f"amazon:{self.account.id}:no-access%"),
            ("state", "=", "open"),
        ]
        self.assertEqual(self.env["integrator.alert"].search_count(domain), 1)
        fake.answers["get_feed"] = "fine"
        self.get_feed()
        self.assertFalse(self.env["integrator.alert"].search_count(domain))

    def test_archived_account_makes_no_call(self):
        self.account.active = False
        fake = self.amazon(get_feed="fine")
        self.put_off(self.get_feed)
        self.assertEqual(fake.calls, [])

    def test_jobs_write_the_account_once_when_access_is_lost(self):
        self.amazon(get_feed=errors.AccessDeniedError("first", operation="getFeed"))
        self.put_off(self.get_feed)
        self.amazon(get_feed=errors.AccessDeniedError("second", operation="getFeed"))
        self.put_off(self.get_feed)
        self.account.invalidate_recordset()
        self.assertEqual(self.account.connection_message, "first")

    def test_marketplaces_of_another_region_are_refused(self):
        american = self.env.ref("integrator_amazon.marketplace_us")
        with self.assertRaisesRegex(ValidationError, "Amazon.com"):
            self.account.copy(
                {
                    "seller_id": "A2TEST",
                    "marketplace_ids": [(6, 0, (self.shops | american).ids)],
                }
            )

    def test_automatic_needs_a_marketplace(self):
        self.account.write({"mode": "stopped", "marketplace_ids": False})
        for switch in ({"automatic": True}, {"mode": "live"}, {"mode": "shadow"}):
            with self.assertRaisesRegex(ValidationError, "at least one marketplace"):
                self.account.write(switch)

    def test_old_calls_are_forgotten_whatever_their_number(self):
        self.patch(amazon_api_call, "MOST_AT_ONCE", 2)
        calls = self.env["amazon.api.call"]
        vals = calls._prepare_vals(self.account, "getFeed", None, "done")
        old = fields.Datetime.now() - timedelta(days=31)
        calls.create([{**vals, "date": old} for _ in range(3)])
        self.assertEqual(calls._gc_calls(), (2, 1))
        self.assertEqual(calls._gc_calls(), (1, 0))

    def test_call_in_doubt_is_not_forgotten(self):
        calls = self.env["amazon.api.call"]
        vals = calls._prepare_vals(self.account, "createFeed", None, "unknown")
        old = fields.Datetime.now() - timedelta(days=31)
        call = calls.create({**vals, "date": old})
        calls._gc_calls()
        self.assertTrue(call.exists())

    def test_every_call_is_logged_for_its_record(self):
        self.amazon(get_feed=["fine"])
        self.account._call("getFeed", lambda client: client.get_feed("1"), self.account)
        call = self.env["amazon.api.call"].search([("operation", "=", "getFeed")])
        self.assertEqual(call.outcome, "done")
        self.assertEqual(call.request_id, "r-1")
        self.assertEqual(call.action_open_record()["res_id"], self.account.id)
