# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import stat
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from .. import encryption, server_config


@tagged("post_install", "-at_install")
class TestServerConfig(BaseCase):
    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(TemporaryDirectory()))
        self.conf = self.folder / "odoo.conf"
        self.enterContext(
            patch.object(server_config, "config", {"config": str(self.conf)})
        )

    def test_section_of_odoo_conf_is_read(self):
        self.conf.write_text("[amazon:A1]\nrefresh_token = Atzr|x%y\n")
        found = server_config.get_setting("amazon:A1", "refresh_token")
        self.assertEqual(found, "Atzr|x%y")
        self.assertEqual(server_config.get_setting("amazon:A2", "refresh_token"), "")

    def test_changed_file_is_read_again(self):
        for number, value in enumerate(("one", "two")):
            self.conf.write_text(f"[integrator]\nencryption_key = {value}\n")
            os.utime(self.conf, (number, number))
            found = server_config.get_setting("integrator", "encryption_key")
            self.assertEqual(found, value)

    def test_environment_wins(self):
        self.conf.write_text("[integrator]\nencryption_key = file\n")
        with patch.dict(os.environ, {"INTEGRATOR_ENCRYPTION_KEY": "environment"}):
            found = server_config.get_setting("integrator", "encryption_key")
        self.assertEqual(found, "environment")

    def test_server_without_a_file_has_no_settings(self):
        self.assertEqual(server_config.get_setting("integrator", "encryption_key"), "")


@tagged("post_install", "-at_install")
class TestEncryption(BaseCase):
    def setUp(self):
        super().setUp()
        folder = self.enterContext(TemporaryDirectory())
        self.path = Path(folder) / "integrator" / "encryption.key"
        self.enterContext(patch.object(encryption, "_key_path", lambda: self.path))
        self.enterContext(patch.object(encryption, "get_setting", lambda *_: ""))
        encryption._key_of_file.cache_clear()
        self.addCleanup(encryption._key_of_file.cache_clear)

    def test_what_is_encrypted_comes_back_and_cannot_be_read(self):
        packed = encryption.encrypt("Ätzr|secret")
        self.assertNotIn("secret", packed)
        self.assertEqual(encryption.decrypt(packed), "Ätzr|secret")

    def test_key_is_for_the_server_alone(self):
        encryption.encrypt("x")
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(self.path.parent.stat().st_mode), 0o700)

    def test_many_who_start_at_once_agree_on_one_key(self):
        start, keys = threading.Barrier(8), set()

        def make():
            start.wait()
            if not self.path.exists():
                encryption._make_key(self.path)
            keys.add(self.path.read_bytes())

        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(keys), 1)
        self.assertEqual([p.name for p in self.path.parent.iterdir()], [self.path.name])

    def test_key_that_is_none_is_said(self):
        self.patch(encryption, "get_setting", lambda *_: "too short")
        with self.assertRaisesRegex(encryption.BadKeyError, "44 characters"):
            encryption.encrypt("x")

    def test_another_key_is_said(self):
        packed = encryption.encrypt("x")
        self.path.unlink()
        encryption._key_of_file.cache_clear()
        with self.assertRaises(encryption.WrongKeyError):
            encryption.decrypt(packed)
