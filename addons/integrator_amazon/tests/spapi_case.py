# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
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
