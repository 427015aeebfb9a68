# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..feeds import listings_feed
from ..feeds.listings_feed import ListingsFeedWriter, ListingsMessage


def message(number, operation="UPDATE", **values):
    return ListingsMessage(number, f"SKU-{number}", operation, "PRODUCT", **values)


@tagged("post_install", "-at_install")
class TestListingsFeed(BaseCase):
    def write(self, *messages):
        target = io.BytesIO()
        writer = ListingsFeedWriter(target, seller_id="A1", issue_locale="de_DE")
        taken = [writer.add(item) for item in messages]
        writer.close()
        return taken, json.loads(target.getvalue())

    def test_envelope(self):
        _taken, document = self.write()
        self.assertEqual(document["header"]["sellerId"], "A1")
        self.assertEqual(document["header"]["version"], "2.0")
        self.assertEqual(document["messages"], [])

    def test_each_operation_has_just_its_own_keys(self):
        patches = [{"op": "delete", "path": "/attributes/x", "value": []}]
        _taken, document = self.write(
            message(1, "UPDATE", attributes={"x": []}),
            message(2, "PARTIAL_UPDATE", attributes={"x": []}),
            message(3, "PATCH", patches=patches),
            message(4, "DELETE"),
        )
        base = {"messageId", "sku", "operationType"}
        self.assertEqual(
            [set(item) - base for item in document["messages"]],
            [
                {"productType", "requirements", "attributes"},
                {"productType", "attributes"},
                {"productType", "patches"},
                set(),
            ],
        )

    def test_feed_is_cut_at_the_number_of_messages(self):
        with patch.object(listings_feed, "MOST_MESSAGES", 2):
            taken, document = self.write(message(1), message(2), message(3))
        self.assertEqual(taken, [True, True, False])
        self.assertEqual(len(document["messages"]), 2)

    def test_feed_is_cut_at_its_size_in_bytes(self):
        big = {"item_name": [{"value": "ü" * 1000}]}
        with patch.object(listings_feed, "MOST_BYTES", 5000):
            taken, document = self.write(
                *(message(n, attributes=big) for n in range(1, 5))
            )
        self.assertEqual(taken, [True, True, False, False])
        self.assertEqual([m["messageId"] for m in document["messages"]], [1, 2])
