# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..causes import as_cause
from ..models import amazon_message_cause
from .common import AmazonCase


@tagged("post_install", "-at_install")
class TestAmazonMessageCause(AmazonCase):
    def fail(self, *keys, text="4711: Price 12.30 of SKU {} is wrong.", code="4711"):
        messages = self.queue(*keys)
        messages._settle([(m.id, "error", text.format(m.key), code) for m in messages])
        return messages

    def causes(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["amazon.message.cause"].search([])

    def test_what_differs_from_sku_to_sku_is_left_out(self):
        text = "90220: 'brand' is required but not supplied for A-1."
        self.assertEqual(
            as_cause(text, "90220", "A-1"),
            "90220: 'brand' is required but not supplied for ….",
        )
        self.assertEqual(as_cause("It costs 12.30 EUR", ""), "It costs … EUR")
        self.assertEqual(as_cause("\n Blue is gone\nmore", key="Blue"), "… is gone")
        self.assertEqual(as_cause(None, None), "")
        self.assertEqual(len(as_cause("x " * 500)), 160)

    def test_messages_are_gathered_by_cause(self):
        self.fail("A", "B", "C")
        self.fail("D", text="Something else", code="")
        found = {cause.cause: cause for cause in self.causes()}
        self.assertEqual(
            {text: cause.message_count for text, cause in found.items()},
            {"4711: Price … of SKU … is wrong.": 3, "Something else": 1},
        )
        self.assertEqual(found["4711: Price … of SKU … is wrong."].examples, "A, B, C")

    def test_newer_answer_takes_the_place_of_an_error(self):
        old = self.fail("A", "B")
        new = self.queue("A")
        self.assertTrue(old[0].cause)
        new._settle([(new.id, "success", "fine", "")])
        self.assertFalse(old[0].cause)
        self.assertTrue(old[1].cause)
        self.assertEqual(self.causes().message_count, 1)

    def test_all_of_a_cause_are_sent_again(self):
        failed = self.fail(*(f"K{n}" for n in range(25)))
        other = self.fail("Z", text="Something else", code="")
        cause = self.causes().filtered(lambda c: c.message_count == 25)
        reader = new_test_user(
            self.env, "reader", groups="integrator.group_integration_user"
        )
        cause.with_user(reader).action_retry()
        newest = max(failed.ids)
        messages = self.env["amazon.feed.message"]
        with patch.object(amazon_message_cause, "RETRIED_AT_ONCE", 10):
            for _turn in range(3):
                messages._job_retry(self.account, cause.cause, newest)
        self.assertFalse(any(failed.mapped("cause")))
        self.assertTrue(other.cause)
        self.assertEqual(messages.search_count([("state", "=", "waiting")]), 25)

    def test_plain_user_and_other_company_see_nothing(self):
        self.fail("A")
        causes = self.causes()
        self.assertTrue(causes)
        plain = new_test_user(self.env, "plain", groups="base.group_user")
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="integrator.group_integration_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        with self.assertRaises(AccessError):
            causes.with_user(plain).search([])
        self.assertFalse(causes.with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            causes.with_user(stranger).action_retry()
