# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
import os
import tempfile
from pathlib import Path

from odoo.tests import BaseCase

from ..spapi import Credentials, Endpoint, SellingPartnerClient, tokens
from .spapi_server import ScriptedServer

SECRETS = ("client-id", "very-secret", "Atzr|refresh", "Atza|one")
DE = "A1PA6795UKMFR9"


class SpApiCase(BaseCase):
    """A client and the scripted server it talks to over TLS."""

    def setUp(self):
        super().setUp()
        tokens.forget_all()
        self.server = ScriptedServer()
        self.addCleanup(self.server.close)
        self.calls = []
        self.client = self.make_client()

    def make_client(self, **options):
        values = {
            "credentials": Credentials("client-id", "very-secret", "Atzr|refresh"),
            "endpoint": Endpoint(
                self.server.url, f"{self.server.url}/auth/o2/token", self.server.ca
            ),
            "seller_id": "A1SELLER",
            "marketplace_id": DE,
            "on_call": self.calls.append,
            "timeout": 5.0,
            **options,
        }
        client = SellingPartnerClient(
            values.pop("credentials"), values.pop("endpoint"), **values
        )
        self.addCleanup(client.close)
        return client

    def fails(self, kind, function, *args, **kwargs):
        """Return the error of class *kind* that the call ends with."""
        with self.assertRaises(kind) as caught:
            function(*args, **kwargs)
        self.assertIs(type(caught.exception), kind)
        return caught.exception


# Characters that break things, and a few that do not.
ODD = "".join(map(chr, [*range(256), 0x2028, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x10FFFF]))
ODD += "東京①髙𝄞€ا"
SURROGATES = "\ud800\udfff"


class FuzzCase(BaseCase):
    """Tries a property with many made-up values.

    FUZZ_EXAMPLES: how many; with it they are other ones each time.
    """

    def setUp(self):
        super().setUp()
        for package in ("hypothesis", "spapi"):
            if not importlib.util.find_spec(package):
                self.skipTest(f"{package} is not installed (requirements-dev.txt)")

    def fuzz(self, check, *values, examples=25):
        """Call *check* with examples of the strategies *values*."""
        from hypothesis import HealthCheck, given, settings, strategies
        from hypothesis.configuration import set_hypothesis_home_dir

        # Or it keeps what it learns beside the sources.
        set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")

        def run(drawn):
            check(*drawn)

        wanted = os.environ.get("FUZZ_EXAMPLES")
        settings(
            max_examples=int(wanted or examples),
            derandomize=not wanted,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )(given(strategies.tuples(*values))(run))()
