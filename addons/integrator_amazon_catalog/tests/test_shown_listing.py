# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from ..feeds.shown_listing import pieces, read_shown

PLACE = "A1PA6795UKMFR9"


@tagged("post_install", "-at_install")
class TestShownListing(BaseCase):
    def test_says_what_amazon_shows(self):
        shown = read_shown(
            {
                "sku": "S1",
                "attributes": {"item_name": [{"value": "Suitcase"}]},
                "summaries": [
                    {"marketplaceId": "OTHER", "asin": "B0"},
                    {
                        "marketplaceId": PLACE,
                        "asin": "B1",
                        "productType": "LUGGAGE",
                        "status": ["BUYABLE", "DISCOVERABLE"],
                    },
                ],
                "issues": [{"code": "99", "message": "Mind it."}, {"message": "So."}],
            },
            PLACE,
        )
        self.assertEqual(shown.attributes["item_name"], [{"value": "Suitcase"}])
        self.assertEqual((shown.asin, shown.product_type), ("B1", "LUGGAGE"))
        self.assertEqual(shown.status, ("BUYABLE", "DISCOVERABLE"))
        self.assertEqual(shown.issues, "99: Mind it.\nSo.")

    def test_price_and_stock_are_read_elsewhere_where_attributes_lack_them(self):
        item = {
            "attributes": {},
            "offers": [
                {
                    "marketplaceId": PLACE,
                    "offerType": "B2C",
                    "price": {"currencyCode": "EUR", "amount": "9.90"},
                },
                {"marketplaceId": "OTHER", "price": {"amount": "1"}},
            ],
            "fulfillmentAvailability": [
                {"fulfillmentChannelCode": "DEFAULT", "quantity": 4}
            ],
        }
        shown = read_shown(item, PLACE).attributes
        (offer,) = shown["purchasable_offer"]
        self.assertEqual(offer["our_price"][0]["schedule"][0]["value_with_tax"], "9.90")
        self.assertEqual((offer["audience"], offer["currency"]), ("ALL", "EUR"))
        self.assertEqual(pieces(shown["fulfillment_availability"]), 4)

    def test_attributes_win_over_the_other_data_sets(self):
        stock = [{"fulfillment_channel_code": "DEFAULT", "quantity": 7}]
        item = {
            "attributes": {"fulfillment_availability": stock},
            "fulfillmentAvailability": [{"quantity": 4}],
        }
        found = read_shown(item, PLACE).attributes["fulfillment_availability"]
        self.assertEqual(found, stock)

    def test_answer_without_attributes_is_no_answer(self):
        for attributes in (None, [], "text", 7):
            with self.subTest(attributes), self.assertRaises(ValueError):
                read_shown({"sku": "S1", "attributes": attributes}, PLACE)

    def test_rubbish_around_the_attributes_is_passed_over(self):
        for rubbish in (None, "text", 7, [None, "x", 7], {"a": 1}):
            with self.subTest(rubbish):
                item = dict.fromkeys(
                    ("summaries", "issues", "offers", "fulfillmentAvailability"),
                    rubbish,
                )
                shown = read_shown({**item, "attributes": {}}, PLACE)
                self.assertEqual((shown.asin, shown.issues), ("", ""))

    def test_odd_values_in_a_summary_are_no_text(self):
        summary = {"asin": 7, "status": "BUYABLE", "productType": None}
        shown = read_shown({"attributes": {}, "summaries": [summary]}, PLACE)
        self.assertEqual((shown.asin, shown.status, shown.product_type), ("", (), ""))

    def test_pieces_of_rubbish_are_none(self):
        self.assertEqual(pieces(None), 0)
        self.assertEqual(pieces([{"quantity": "x"}, {"quantity": 2}, 3]), 2)
