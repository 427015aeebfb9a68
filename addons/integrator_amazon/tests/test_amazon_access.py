# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.amazon_account_keys import KEYS
from .common import AmazonCase

MODELS = (
    "amazon.account",
    "amazon.api.call",
    "amazon.connection.check",
    "amazon.cursor",
    "amazon.feed",
    "amazon.feed.message",
    "amazon.rate.budget",
    "amazon.report",
)
FOR_NOBODY = ("integrator.secret", "amazon.access.token", "amazon.consent")


@tagged("post_install", "-at_install")
class TestAmazonAccess(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = new_test_user(cls.env, "plain", groups="base.group_user")
        cls.reader = new_test_user(
            cls.env, "reader", groups="integrator.group_integration_user"
        )
        company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.elsewhere = new_test_user(
            cls.env,
            "elsewhere",
            groups="integrator.group_integration_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.amazon(get_feed=["fine"])
        self.get_feed()
        self.queue("S1")
        self.feed = self.build()
        self.env["amazon.report"]._request_range(
            self.account, "TEST_REPORT", datetime(2026, 11, 1), datetime(2026, 11, 2)
        )
        self.env["amazon.cursor"]._lock(self.account, "TEST_REPORT")
        self.env["amazon.connection.check"].create(
            {"account_id": self.account.id, "name": "Orders", "state": "ok"}
        )
        self.env.flush_all()

    def test_plain_user_sees_nothing(self):
        for name in (*MODELS, *FOR_NOBODY, "amazon.account.wizard", "amazon.flow"):
            records = self.env[name].with_user(self.plain)
            for look in (
                lambda m=records: m.search([]),
                lambda m=records: m.search_count([]),
                lambda m=records: m.web_search_read([], {"display_name": {}}),
                lambda m=records: m.formatted_read_group([], [], ["__count"]),
            ):
                with self.assertRaises(AccessError):
                    look()

    def test_user_of_another_company_sees_nothing_of_the_account(self):
        for name in MODELS:
            found = self.env[name].search([])
            self.assertTrue(found, name)
            self.assertFalse(self.env[name].with_user(self.elsewhere).search([]), name)
            with self.assertRaises(AccessError):
                found[:1].with_user(self.elsewhere).read(["display_name"])

    def test_integration_user_reads_and_changes_nothing(self):
        for name in MODELS:
            record = self.env[name].with_user(self.reader).search([], limit=1)
            self.assertTrue(record, name)
            for forbidden in (lambda r=record: r.write({}), record.unlink):
                with self.assertRaises(AccessError):
                    forbidden()

    def test_integration_user_throws_no_switch(self):
        account = self.account.with_user(self.reader)
        for forbidden in (
            account.action_stop,
            account.action_start,
            account.action_test_connection,
            account.action_authorise,
            account.action_forget_keys,
            self.feed.with_user(self.reader).action_give_up,
            self.feed.with_user(self.reader).action_cancel_at_amazon,
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_keys_are_not_reached_by_way_of_another_record(self):
        admin = self.env.ref("base.user_admin")
        self.account.write({name: f"hush-{name}" for name in KEYS})
        for user in (self.reader, admin):
            feed = self.feed.with_user(user)
            for name in KEYS:
                self.assertNotIn("hush-", repr(self.reach(feed, name)))
        for name in KEYS:
            with self.assertRaises(AccessError):
                self.feed.with_user(self.reader).search(
                    [(f"account_id.{name}", "=", f"hush-{name}")]
                )

    @staticmethod
    def reach(feed, name):
        """Return what an export or the web client gets by a path over the feed."""
        found = []
        for look in (
            lambda: feed.export_data([f"account_id/{name}"]),
            lambda: feed.web_read({"account_id": {"fields": {name: {}}}}),
        ):
            try:
                found.append(look())
            except UserError:
                continue
        return found
