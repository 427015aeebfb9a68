# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .lane_case import LaneCase

GROUP = "merchant_shipping_group"


@tagged("post_install", "-at_install")
class TestListingOverride(LaneCase):
    """Which shipping template a listing has."""

    def setUp(self):
        super().setUp()
        self.sheltered = self.shipping("sheltered")
        self.bulky = self.shipping("bulky")
        self.product_ = self.listed()
        self.item = self.listing(self.product_)

    def shipping(self, value, shop=None):
        return self.env["amazon.shipping.template"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": (shop or self.shops[0]).id,
                "name": value.title(),
                "value": value,
            }
        )

    def group(self):
        found = self.want_one(self.item, "override")
        if isinstance(found, str):
            return found
        return [instance["value"] for instance in found.get(GROUP, [])]

    def test_none_unless_one_is_chosen(self):
        self.assertEqual(self.group(), [])

    def test_that_of_the_marketplace_goes_to_all_its_listings(self):
        self.shop_of().shipping_template_id = self.bulky
        self.assertIn("override", self.waiting(self.item))
        feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [GROUP])
        self.assertEqual(message["patches"][0]["value"][0]["value"], "bulky")
        self.accept(feed)
        self.assertFalse(self.build_listings(self.shops[1])[0])

    def test_that_of_the_listing_wins(self):
        self.shop_of().shipping_template_id = self.bulky
        self.item.shipping_template_id = self.sheltered
        self.assertEqual(self.group(), ["sheltered"])

    def test_template_that_is_taken_away_is_deleted(self):
        self.item.shipping_template_id = self.bulky
        self.settle_all()
        self.item.shipping_template_id = False
        _feed, (message,) = self.build_listings()
        (patch,) = message["patches"]
        self.assertEqual(
            (patch["op"], patch["path"]), ("delete", f"/attributes/{GROUP}")
        )

    def test_what_amazon_ships_has_none(self):
        self.item.shipping_template_id = self.bulky
        self.item.fulfilment = "amazon"
        self.assertEqual(self.group(), [])

    def test_template_that_amazon_names_no_more_is_a_problem(self):
        self.item.shipping_template_id = self.bulky
        self.bulky.active = False
        self.assertIn("Bulky is not in Seller Central", self.group())
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        self.assertEqual(self.last(self.item, "override").state, "error")

    def test_opted_out(self):
        self.item.write({"shipping_template_id": self.bulky.id, "send_override": False})
        self.assertFalse(self.build_listings()[0])
