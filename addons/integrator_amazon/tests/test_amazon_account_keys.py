# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.sql_db import db_connect
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import file_open, mute_logger

from odoo.addons.integrator import encryption
from odoo.addons.integrator.redaction import mask

from .. import token_store
from ..models import amazon_account_keys
from ..models.amazon_account_keys import KEYS
from ..spapi import errors
from .common import AmazonCase

SECRET = "amzn1.oa2-cs.v1.topsecret"


@tagged("post_install", "-at_install")
class TestAmazonAccountKeys(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.lwa_client_secret = SECRET
        cls.env.flush_all()

    def dump(self, *tables):
        """Return all that tables hold, as text."""
        found = []
        for table in tables:
            self.env.cr.execute(f"SELECT t::text FROM {table} AS t")  # pylint: disable=E8103
            found += [row[0] for row in self.env.cr.fetchall()]
        return "\n".join(found)

    # === ACCESS TOKENS === #

    def test_nobody_waits_for_ever_for_the_token_of_another(self):
        self.patch(token_store, "LONGEST_WAIT", "50ms")
        store = token_store.DatabaseTokenStore(self.env)
        with db_connect(self.env.cr.dbname).cursor() as other:
            store._lock(other, "key")
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(errors.UnavailableError) as caught,
            ):
                store.renew("key", self.fail, None)
            other.rollback()
        self.assertFalse(caught.exception.maybe_done)

    # === WRITTEN, NEVER SHOWN === #

    def test_keys_are_used(self):
        credentials = self.account._get_credentials()
        self.assertEqual(credentials.lwa_client_secret, SECRET)
        self.assertEqual(credentials.refresh_token, "token")

    def test_keys_are_not_read_back_by_anybody(self):
        for record in (
            self.account,
            self.account.with_user(self.env.ref("base.user_admin")),
        ):
            values = record.read([*KEYS, "keys_summary"])[0]
            self.assertFalse(values["lwa_client_secret"])
            self.assertIn("stored", values["keys_summary"])
            self.assertNotIn(SECRET, str(record.export_data(KEYS)["datas"]))

    def test_typed_key_does_not_come_back_with_the_save(self):
        saved = self.account.web_save(
            {"lwa_client_secret": "typed"}, {"lwa_client_secret": {}}
        )
        self.assertFalse(saved[0]["lwa_client_secret"])
        self.assertEqual(self.account._get_key("lwa_client_secret"), "typed")

    def test_keys_cannot_be_searched_or_grouped(self):
        for look in (
            lambda: self.account.search([("lwa_client_secret", "=", SECRET)]),
            lambda: self.account._read_group([], ["lwa_client_secret"]),
        ):
            with self.assertRaises(ValueError):
                look()

    def test_an_empty_field_forgets_nothing(self):
        self.account.lwa_client_secret = ""
        self.assertEqual(self.account._get_key("lwa_client_secret"), SECRET)

    def test_database_holds_no_key_in_clear(self):
        self.env["amazon.account.wizard"].create(
            {"account_id": self.account.id, "refresh_token": "Atzr|in-the-wizard"}
        )
        self.assertEqual(self.account._get_key("refresh_token"), "Atzr|in-the-wizard")
        text = self.dump("integrator_secret", "amazon_account", "amazon_account_wizard")
        for secret in (SECRET, "Atzr|in-the-wizard"):
            self.assertNotIn(secret, text)

    def test_key_of_another_server_is_said(self):
        other = encryption.Fernet.generate_key().decode()
        with patch.object(encryption, "_get_key", lambda: other.encode()):
            with self.assertRaisesRegex(UserError, "Test shop.*Enter them anew"):
                self.account._get_credentials()

    def test_copied_account_has_no_keys(self):
        copy = self.account.copy({"seller_id": "A3TEST"})
        self.assertIn("missing", copy.keys_summary)

    def test_deleted_account_leaves_no_keys(self):
        self.account.unlink()
        self.assertFalse(
            self.env["integrator.secret"].search(
                [("record_model", "=", "amazon.account")]
            )
        )

    def test_forgotten_keys_stop_the_account(self):
        self.account.action_forget_keys()
        self.assertEqual(self.account.mode, "stopped")
        with self.assertRaisesRegex(UserError, "Secret Key"):
            self.account._get_credentials()

    # === ACCESS === #

    def test_only_administrators_write_keys(self):
        manager = new_test_user(
            self.env, "shop-manager", groups="integrator.group_integration_manager"
        )
        account = self.account.with_user(manager)
        self.assertTrue(account.name)
        for name in (*KEYS, "keys_summary", "ca_certificate", "lwa_endpoint"):
            with self.assertRaises(AccessError):
                account.read([name])
            with self.assertRaises(AccessError):
                account.write({name: "x"})
            self.assertNotIn(name, account.fields_get())

    def test_nobody_reaches_the_store_of_secrets(self):
        admin = self.env.ref("base.user_admin")
        for model in ("integrator.secret", "amazon.access.token", "amazon.consent"):
            records = self.env[model].with_user(admin)
            for reach in (
                lambda m=records: m.search([]),
                lambda m=records: m.search_read([], ["id"]),
                lambda m=records: m.formatted_read_group(
                    [], ["create_uid"], ["__count"]
                ),
            ):
                with self.assertRaises(AccessError):
                    reach()

    # === FROM ELSEWHERE === #

    def test_keys_of_the_machine_win(self):
        known = {("amazon:A1TEST", "lwa_client_secret"): "from-odoo-conf"}
        with patch.object(
            amazon_account_keys,
            "get_setting",
            lambda section, name: known.get((section, name), ""),
        ):
            self.assertEqual(
                self.account._get_credentials().lwa_client_secret, "from-odoo-conf"
            )
            self.assertIn("server's configuration", self.account.keys_summary)
            self.env["ir.config_parameter"].set_param("database.is_neutralized", "1")
            self.assertEqual(self.account._get_key("lwa_client_secret"), SECRET)

    def test_keys_of_the_machine_are_for_the_first_company_that_connects(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = self.account.copy({"company_id": company.id, "seller_id": "A1TEST"})
        with patch.dict("os.environ", {"AMAZON_A1TEST_REFRESH_TOKEN": "machine's"}):
            self.assertEqual(self.account._get_key("refresh_token"), "machine's")
            self.assertEqual(other._get_key("refresh_token"), "")

    def test_environment_is_read(self):
        with patch.dict(
            "os.environ", {"AMAZON_A1TEST_REFRESH_TOKEN": "from-environment"}
        ):
            self.assertEqual(self.account._get_key("refresh_token"), "from-environment")

    # === COPIES OF THE DATABASE === #

    def test_neutralised_copy_has_no_keys_no_tokens_and_no_jobs(self):
        self.account.automatic = True
        self.env["product.integration"]._enqueue_dispatch()
        self.env.flush_all()
        with file_open("integrator_amazon/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual(
            (self.account.mode, self.account.automatic), ("stopped", False)
        )
        with self.assertRaises(UserError):
            self.account._get_credentials()
        self.assertFalse(
            self.env["queue.job"].search(
                [("channel", "=like", "root.amazon%"), ("state", "=", "pending")]
            )
        )

    # === EXPIRY === #

    def warn_on(self, day):
        with freeze_time(day):
            self.env["amazon.account"]._cron_warn_of_expiry()
        return self.env["integrator.alert"].search_count(
            [("cause", "=like", f"amazon:{self.account.id}:%_expiry_date:%")]
        )

    def test_group_is_warned_before_the_secret_key_ends(self):
        with freeze_time("2026-06-01"):
            self.account.lwa_client_secret = "renewed"
        self.assertEqual(self.account.secret_expiry_date, date(2026, 11, 28))
        self.account.authorisation_expiry_date = False
        self.assertEqual(self.warn_on("2026-10-20"), 0)
        self.assertEqual(self.warn_on("2026-10-30"), 1)
        self.assertEqual(self.warn_on("2026-10-31"), 1)
        self.assertEqual(self.warn_on("2026-11-22"), 2)

    def test_group_is_warned_before_the_authorisation_ends(self):
        with freeze_time("2026-01-01"):
            self.account.refresh_token = "renewed"
        self.account.secret_expiry_date = False
        self.assertEqual(self.account.authorisation_expiry_date, date(2027, 1, 1))
        self.assertEqual(self.warn_on("2026-12-26"), 1)


@tagged("post_install", "-at_install")
class TestRedaction(AmazonCase):
    LINES = (
        "token Atzr|IwEBIabc-def_123 used",
        "refresh_token=Atzr%7CIwEBIabc",
        "Atza|IQEBLjAsAhRmHjNgHpi0U-Dme37",
        "Atz.sprdt|IQEBLjAsAhRmHjNgHpi0U-Dme37",
        "secret=amzn1.oa2-cs.v1.0a1b2c3d",
        "call amazon.account(1,).web_save({'lwa_client_secret': 'f00dcafe'})",
        "GET /x?X-Amz-Date=1&X-Amz-Signature=deadbeef HTTP/1.1",
        "GET /amazon/consent?state=abcdef&spapi_oauth_code=RHmeVpGkuq HTTP/1.1",
    )
    SECRETS = (
        "IwEBI",
        "IQEBL",
        "0a1b2c3d",
        "f00dcafe",
        "deadbeef",
        "RHmeVpGkuq",
        "abcdef",
    )

    def test_secrets_are_masked(self):
        masked = mask("\n".join(self.LINES))
        for secret in self.SECRETS:
            self.assertNotIn(secret, masked)
        self.assertIn("X-Amz-Date=1", masked)

    def test_logged_lines_and_tracebacks_are_masked(self):
        handler = next(iter(logging.getLogger().handlers))
        try:
            raise ValueError("with Atzr|IwEBIabc")
        except ValueError as error:
            record = logging.LogRecord(
                "x", logging.ERROR, "f", 1, "a %s", ("Atza|IQEBL",), None
            )
            record.exc_info = (type(error), error, error.__traceback__)
        self.assertTrue(handler.filter(record))
        self.assertNotIn("IQEBL", record.getMessage())
        self.assertNotIn("IwEBI", record.exc_text)
        self.assertIn("Traceback", record.exc_text)
