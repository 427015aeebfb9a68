# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo.tests import BaseCase, tagged

from ..redaction import RedactingFilter


@tagged("post_install", "-at_install")
class TestRedaction(BaseCase):
    def setUp(self):
        super().setUp()
        self.filter = RedactingFilter()
        self.filter.add(r"(key=)\w+")

    def record(self, text, *args, error=None):
        info = error and (type(error), error, None)
        return logging.LogRecord("x", logging.INFO, "x.py", 1, text, args, info)

    def test_secret_in_an_argument_is_masked(self):
        record = self.record("%s asked", "/?key=hush&x=1")
        self.assertTrue(self.filter.filter(record))
        self.assertEqual(record.getMessage(), "/?key=***&x=1 asked")

    def test_secret_in_a_traceback_is_masked(self):
        record = self.record("broken", error=ValueError("key=hush"))
        self.filter.filter(record)
        self.assertNotIn("hush", logging.Formatter().format(record))

    def test_line_that_cannot_be_formatted_breaks_nobody(self):
        class Odd:
            def __str__(self):
                raise RuntimeError

        for text, argument in (("%(a)s", {"b": 1}), ("%s", Odd()), ("%d", "x")):
            self.assertTrue(self.filter.filter(self.record(text, argument)))
