# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import CatalogCase


@tagged("post_install", "-at_install")
class TestListingPlan(CatalogCase):
    """What must never be sent, never be lost, and never go round in circles."""

    def waiting(self, **where):
        domain = [("state", "=", "waiting")]
        domain += [(name, "=", value) for name, value in where.items()]
        return self.env["amazon.feed.message"].search(domain)

    def shelf(self):
        """Return a location whose stock the account offers."""
        chosen = self.account._get_stock_locations().ids
        domain = [("id", "child_of", chosen), ("usage", "=", "internal")]
        return self.env["stock.location"].search(domain, limit=1)

    def switch_off(self, code):
        flow = self.env["amazon.flow"].search([("code", "=", code)])
        self.account.flow_ids -= flow
        return flow

    def test_end_of_an_offer_goes_by_the_right_call(self):
        product = self.listed(is_storable=True)
        self.account.product_domain = "[('sale_ok', '=', False)]"
        listing = self.listing(product)
        listing._queue_lanes({"price"})
        feed, (message,) = self.build_listings(calls=True)
        self.assertEqual((feed.state, message["operationType"]), ("calling", "DELETE"))
        called = []

        class Client:
            def delete_listings_item(self, sku, place):
                called.append((sku, place))

        handler = feed._get_handler(feed.feed_type)
        operation, send = handler._get_call(message, "PLACE")
        send(Client())
        self.assertEqual(operation, "deleteListingsItem")
        self.assertEqual(called, [("S1", "PLACE")])

    def test_refused_product_that_is_retried_is_looked_at_once(self):
        product = self.product(default_code=False)
        self.dispatch()
        failed = self.env["amazon.feed.message"].search([("state", "=", "error")])
        failed.action_retry()
        self.assertFalse(self.waiting())
        self.dispatch()
        event = self.env["product.integration"].search([("record_id", "=", product.id)])
        self.assertEqual(event.amazon_status, "error")
        self.assertEqual(len(event.amazon_message_ids), 1)

    def test_product_type_of_the_category_replaces_the_whole_listing(self):
        category = self.env["product.category"].create({"name": "Cases"})
        product = self.listed(categ_id=category.id)
        before = set(self.listing(product).accepted["attributes"])
        category.with_context(amazon_listing_quiet=True).amazon_product_type = "LUGGAGE"
        self.waiting().unlink()
        product.name = "Trolley"
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "UPDATE")
        self.assertEqual(set(message["attributes"]), before)

    def test_price_that_amazon_refuses_does_not_go_round_with_the_stock(self):
        product = self.listed(is_storable=True)
        listing = self.listing(product)
        zero = {"fulfillment_channel_code": "DEFAULT", "quantity": 0}
        accepted = listing.accepted
        accepted["attributes"]["fulfillment_availability"] = [zero]
        listing._write_quietly({"accepted": accepted})
        product.list_price = 120
        self.env["stock.quant"]._update_available_quantity(product, self.shelf(), 5)
        self.env.invalidate_all()
        self.dispatch()
        feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), ["purchasable_offer"])
        self.reject(feed, "Outside its limits.", ["purchasable_offer"])
        self.build_listings()
        held = self.waiting(listing_id=listing.id)
        self.assertEqual(held.mapped("lane"), ["inventory"])
        self.assertTrue(held.held)

    def test_prices_of_two_marketplaces_do_not_set_off_each_other(self):
        product = self.listed(is_storable=True)
        zero = {"fulfillment_channel_code": "DEFAULT", "quantity": 0}
        for listing in self.listings(product):
            accepted = listing.accepted
            accepted["attributes"]["fulfillment_availability"] = [zero]
            listing._write_quietly({"accepted": accepted})
        self.env["stock.quant"]._update_available_quantity(product, self.shelf(), 5)
        self.env.invalidate_all()
        here, there = (self.listing(product, shop) for shop in self.shops[:2])
        there._queue_lanes({"price"})
        here._queue_lanes({"inventory"})
        self.assertEqual(self.build_listings(self.shops[0])[1], [])
        # Its own price is as Amazon has it: it waits for that of the other.
        self.assertEqual(self.waiting(listing_id=here.id).mapped("lane"), ["inventory"])
        self.assertTrue(self.waiting(listing_id=here.id).held)
        self.assertEqual(self.build_listings(self.shops[1])[1], [])
        _feed, (message,) = self.build_listings(self.shops[0])
        self.assertEqual(self.names_of(message), ["fulfillment_availability"])

    def test_flow_that_is_off_is_left_out_and_sent_when_it_is_on(self):
        product = self.listed()
        flow = self.switch_off("price")
        product.write({"list_price": 120, "name": "Trolley"})
        self.listing(product)._queue_lanes({"whole"})
        feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), ["item_name"])
        self.accept(feed)
        self.assertFalse(self.build_listings()[0])
        self.account.flow_ids |= flow
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), ["purchasable_offer"])

    def test_found_page_in_doubt_is_patched(self):
        product = self.listed()
        listing = self.listing(product)
        listing._write_quietly({"origin": "amazon"})
        listing._store_answers([(listing, "PATCH", (), None)])
        self.assertEqual(listing.state, "doubtful")
        listing._queue_lanes({"whole"})
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "PATCH")

    def test_what_was_taken_apart_is_not_accepted_later(self):
        product = self.listed()
        listing = self.listing(product)
        product.list_price = 120
        self.dispatch()
        feed, _messages = self.build_listings()
        self.assertIn("price", listing.sent["lanes"])
        feed._withdraw()
        product.write({"list_price": 100, "name": "Trolley"})
        listing._queue_lanes({"whole"})
        feed, _messages = self.build_listings()
        self.accept(feed)
        offer = listing.accepted["attributes"]["purchasable_offer"][0]
        price = offer["our_price"][0]["schedule"][0]["value_with_tax"]
        self.assertEqual(price, 100)

    def test_people_change_their_choices_only(self):
        product = self.listed()
        user = new_test_user(
            self.env, "clerk", groups="integrator.group_integration_user"
        )
        listing = self.listing(product).with_user(user)
        listing.handling_days = 3
        for name, value in (("state", "new"), ("sku", "X"), ("approved_price", 1.0)):
            with self.subTest(name), self.assertRaises(AccessError):
                listing.write({name: value})
