# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import fields
from odoo.tests import tagged

from ..spapi import errors
from ..spapi.bucket import BULK, NORMAL, URGENT
from .common import AmazonCase


@tagged("post_install", "-at_install")
class TestAmazonRateBudget(AmazonCase):
    def setUp(self):
        super().setUp()
        self.budgets = self.env["amazon.rate.budget"]

    def budget(self, operation="createFeed"):
        self.env.invalidate_all()
        return self.budgets.search([("operation", "=", operation)])

    def take(self, priority=URGENT, account=None):
        return self.budgets._take(account or self.account, "createFeed", priority)

    def test_burst_is_spent_then_the_wait_is_named(self):
        waits = [self.take() for _ in range(16)]
        self.assertEqual(waits[:15], [0.0] * 15)
        self.assertAlmostEqual(waits[15], 1 / 0.0083, delta=3)
        self.assertEqual(self.budget().used_today, 15)

    def test_tokens_grow_with_time(self):
        for _ in range(15):
            self.take()
        self.budget().since -= 122
        self.env.flush_all()
        self.assertEqual(self.take(), 0.0)
        self.assertGreater(self.take(), 0.0)

    def test_each_account_has_its_own(self):
        other = self.account.copy({"seller_id": "A2TEST"})
        for _ in range(15):
            self.take()
        self.assertEqual(self.take(account=other), 0.0)

    def test_bulk_leaves_tokens_for_what_is_urgent(self):
        """However much of the catalog waits, a shipment's call goes out at once."""
        waits = [self.take(BULK) for _ in range(15)]
        self.assertEqual(sum(not wait for wait in waits), 12)
        self.assertEqual(self.take(NORMAL), 0.0)
        self.assertEqual(self.take(URGENT), 0.0)

    def test_those_who_wait_come_back_one_per_token(self):
        for _ in range(15):
            self.take()
        waits = [self.take(BULK) for _ in range(4)]
        for earlier, later in zip(waits, waits[1:], strict=False):
            self.assertAlmostEqual(later - earlier, 1 / 0.0083, delta=1)

    def test_quota_that_others_use_is_learnt_and_given_back(self):
        first = self.budgets._exhaust(self.account, "createFeed")
        second = self.budgets._exhaust(self.account, "createFeed")
        self.assertAlmostEqual(second, 2 * first, delta=1)
        self.assertEqual(self.budget().share, 0.25)
        for _ in range(20):
            self.budgets._note_answer(self.account, "createFeed")
        self.assertEqual(self.budget().share, 1.0)

    def test_screen_shows_what_is_left_and_when_the_next_is_free(self):
        for _ in range(15):
            self.take()
        budget = self.budget()
        budget.invalidate_recordset()
        self.assertLess(budget.left, 1)
        self.assertGreater(budget.next_free, fields.Datetime.now())

    def test_amazons_rate_is_learnt(self):
        self.budgets._note_answer(self.account, "createFeed", 0.5)
        self.assertEqual(self.budget().rate, 0.5)

    def test_unknown_operation_has_no_budget(self):
        self.assertEqual(self.budgets._take(self.account, "uploadDocument"), 0.0)
        self.assertFalse(self.budget("uploadDocument"))

    def test_throttled_call_empties_the_bucket_and_costs_no_try(self):
        self.amazon(get_feed=errors.ThrottledError("slow down", operation="getFeed"))
        error = self.put_off(self.get_feed)
        self.assertTrue(error.ignore_retry)
        self.assertLess(self.budget("getFeed").tokens, 1)

    def test_no_answer_holds_the_operation_back_longer_each_time(self):
        error = errors.UnavailableError("down", operation="getFeed", maybe_done=True)
        self.amazon(get_feed=error)
        waits = []
        for _ in range(3):
            error = self.put_off(self.get_feed)
            waits.append(error.seconds)
            self.unblock()
        self.assertLess(waits[0] * 2, waits[2])
        self.assertEqual(self.budget("getFeed").failures, 3)

    def test_blocked_operation_waits_without_a_call(self):
        self.budgets._take(self.account, "getFeed")
        self.budget("getFeed").blocked_until = time.time() + 40
        self.env.flush_all()
        fake = self.amazon(get_feed=None)
        error = self.put_off(self.get_feed)
        self.assertGreaterEqual(error.seconds, 39)
        self.assertEqual(fake.calls, [])

    def test_outage_of_one_operation_is_not_over_because_another_works(self):
        down = errors.UnavailableError("down", operation="getFeed", maybe_done=False)
        self.amazon(get_feed=down, get_report="fine")
        for _ in range(5):
            self.put_off(self.get_feed)
            self.unblock()
            self.account._call("getReport", lambda client: client.get_report("1"))
        alerts = self.env["integrator.alert"].search(
            [("cause", "=", f"amazon:{self.account.id}:no-answer")]
        )
        self.assertEqual(alerts.mapped("state"), ["open"])

    def test_outage_is_told_once_and_its_end_closes_the_alert(self):
        down = errors.UnavailableError("down", operation="getFeed", maybe_done=False)
        self.amazon(get_feed=[down, down, down, down, down, "back"])
        for _ in range(5):
            self.put_off(self.get_feed)
            self.unblock()
        alert = self.env["integrator.alert"].search(
            [("cause", "=", f"amazon:{self.account.id}:no-answer")]
        )
        self.assertEqual(alert.state, "open")
        self.account._call("getFeed", lambda client: client.get_feed("1"))
        # Closed in a transaction of its own.
        alert.invalidate_recordset()
        self.assertEqual(alert.state, "done")
        self.assertEqual(self.budget("getFeed").failures, 0)
