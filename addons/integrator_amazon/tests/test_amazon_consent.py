# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..models import amazon_consent
from ..spapi import errors
from .common import AmazonCase


@tagged("post_install", "-at_install")
class TestAmazonConsent(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(
            {
                "application_id": "amzn1.sp.solution.x",
                "home_marketplace_id": cls.shops[0].id,
            }
        )

    @contextmanager
    def exchanging(self, answer="Atzr|new"):
        def exchange(*args, **_kwargs):
            asked.append(args)
            if isinstance(answer, Exception):
                raise answer
            return answer

        asked = []
        with patch.object(amazon_consent, "exchange_authorization_code", exchange):
            yield asked

    def begin(self):
        """Return the query with which the user is led to Amazon."""
        url = self.account.action_authorise()["url"]
        self.assertTrue(url.startswith("https://sellercentral.amazon.de/apps/"), url)
        return {
            name: values[0] for name, values in parse_qs(urlsplit(url).query).items()
        }

    def redeem(self, state, code="code", seller="A1TEST"):
        return self.env["amazon.consent"].sudo()._redeem(state, code, seller)

    def test_consent_brings_a_refresh_token(self):
        query = self.begin()
        self.assertEqual(query["application_id"], "amzn1.sp.solution.x")
        self.assertEqual(query["version"], "beta")
        with self.exchanging() as asked:
            self.assertEqual(self.redeem(query["state"]), self.account)
        self.assertEqual(
            asked[0][:4], ("client", "secret", "code", query["redirect_uri"])
        )
        self.assertEqual(self.account._get_key("refresh_token"), "Atzr|new")
        self.assertEqual(
            self.account.authorisation_expiry_date,
            fields.Date.today() + timedelta(days=365),
        )

    def test_token_is_kept_even_if_the_request_is_rolled_back(self):
        state = self.begin()["state"]
        self.env.flush_all()
        opened = []
        with (
            self.exchanging(),
            patch.object(
                type(self.account),
                "_keep_key",
                lambda account, *_args: opened.append(account.env.cr),
            ),
        ):
            self.redeem(state)
        self.assertIsNot(opened[0], self.env.cr)

    def test_state_is_good_once(self):
        state = self.begin()["state"]
        with self.exchanging():
            self.redeem(state)
            with self.assertRaisesRegex(UserError, "not begun by you"):
                self.redeem(state)

    def test_strange_old_and_foreign_states_are_refused(self):
        state = self.begin()["state"]
        other = new_test_user(self.env, "other", groups="base.group_system")
        with self.exchanging() as asked:
            for attempt in (
                lambda: self.redeem("made-up"),
                lambda: self.redeem(None),
                lambda: (
                    self.env["amazon.consent"]
                    .with_user(other)
                    .sudo()
                    ._redeem(state, "code", "A1TEST")
                ),
            ):
                with self.assertRaises(UserError):
                    attempt()
            self.env["amazon.consent"].search([]).expiry_date = (
                fields.Datetime.now() - timedelta(seconds=1)
            )
            self.env.flush_all()
            with self.assertRaises(UserError):
                self.redeem(state)
        self.assertEqual(asked, [])

    def test_another_merchant_is_refused(self):
        state = self.begin()["state"]
        with self.exchanging() as asked, self.assertRaisesRegex(UserError, "A9OTHER"):
            self.redeem(state, seller="A9OTHER")
        self.assertEqual(asked, [])

    def test_refused_code_is_said(self):
        state = self.begin()["state"]
        error = errors.SignInError(
            "The code is old.", operation="x", code="invalid_grant"
        )
        with (
            self.exchanging(error),
            self.assertRaisesRegex(UserError, "The code is old"),
        ):
            self.redeem(state)
        self.assertEqual(self.account._get_key("refresh_token"), "token")

    def test_what_is_missing_is_named_before(self):
        self.account.application_id = False
        with self.assertRaisesRegex(UserError, "App ID"):
            self.account.action_authorise()

    def test_only_a_digest_of_the_state_is_stored(self):
        state = self.begin()["state"]
        self.assertNotIn(state, self.env["amazon.consent"].search([]).mapped("digest"))
