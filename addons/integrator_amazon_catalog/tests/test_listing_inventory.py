# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .lane_case import LaneCase

PRICE, STOCK = "purchasable_offer", "fulfillment_availability"


class StockCase(LaneCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.german, cls.french = cls.shops[0], cls.shops[1]

    def made(self, pieces=0, **values):
        """Return a storable product whose listings are not on Amazon yet."""
        product = self.product(**{"is_storable": True, **values})
        if pieces:
            self.stock(product, pieces)
        self.dispatch()
        return product

    def offered(self, pieces=0, **values):
        """Return a storable product that Amazon has accepted."""
        product = self.made(pieces, **values)
        self.settle_all()
        return product

    def block(self, product, shop=None):
        """Return what Amazon is to be told of the stock, or None."""
        found = self.want_one(self.listing(product, shop), "inventory")
        return found and found[STOCK][0]

    def quantity(self, product, shop=None):
        found = self.block(product, shop)
        return found and found.get("quantity")


@tagged("post_install", "-at_install")
class TestListingInventory(StockCase):
    """How many pieces Amazon is told of, and by which listing."""

    # === WHAT COUNTS === #

    def test_stock_of_all_warehouses_of_the_company(self):
        product = self.made(7)
        second = self.env["stock.warehouse"].create(
            {
                "name": "Second",
                "code": "SEC",
                "company_id": self.account.company_id.id,
            }
        )
        self.stock(product, 3, second.lot_stock_id)
        self.assertEqual(self.quantity(product), 10)

    def test_chosen_locations_and_what_is_in_them_count_and_no_other(self):
        product = self.made(7)
        parent = self.env["stock.location"].create(
            {"name": "Amazon", "location_id": self.warehouse.view_location_id.id}
        )
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": parent.id}
        )
        self.stock(product, 2, parent)
        self.stock(product, 3, shelf)
        self.assertEqual(self.quantity(product), 12)
        self.account.location_ids = parent
        self.assertEqual(self.quantity(product), 5)

    def test_other_companies_stock_does_not_count(self):
        product = self.made(7)
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.env["stock.warehouse"].search(
            [("company_id", "=", other.id)], limit=1
        )
        self.stock(product, 100, foreign.lot_stock_id)
        self.env.user.company_ids |= other
        listing = self.listing(product).with_context(allowed_company_ids=other.ids)
        found = self.want_one(listing, "inventory")
        self.assertEqual(found[STOCK][0]["quantity"], 7)

    def test_reserved_pieces_are_not_offered(self):
        product = self.made(7)
        stock = self.warehouse.lot_stock_id
        self.env["stock.quant"]._update_reserved_quantity(product, stock, 3)
        self.env.invalidate_all()
        self.assertEqual(self.quantity(product), 4)

    def test_more_reserved_than_there_is_offers_nothing(self):
        product = self.made(2)
        self.stock(product, -5)
        self.assertEqual(self.quantity(product), 0)

    def test_fractions_are_not_offered(self):
        product = self.made(2)
        self.stock(product, 2.9)
        self.assertEqual(self.quantity(product), 2)

    def test_pending_orders_are_subtracted(self):
        product = self.made(7)
        self.patch(
            type(self.account),
            "_get_pending_quantities",
            lambda account, skus: dict.fromkeys(skus, 2),
        )
        self.assertEqual(self.quantity(product), 5)

    # === RULES === #

    def test_percent_buffer_and_most_of_the_account(self):
        product = self.made(21)
        self.account.stock_percent = 50
        self.assertEqual(self.quantity(product), 10)
        self.account.stock_buffer = 3
        self.assertEqual(self.quantity(product), 7)
        self.account.stock_most = 5
        self.assertEqual(self.quantity(product), 5)
        self.account.stock_buffer = 100
        self.assertEqual(self.quantity(product), 0)

    def test_buffer_and_most_of_the_listing_win(self):
        product = self.made(20)
        self.account.write({"stock_buffer": 3, "stock_most": 5})
        self.listing(product).write({"stock_buffer": 1, "stock_most": 12})
        self.assertEqual(self.quantity(product), 12)
        self.listing(product).stock_most = 50
        self.assertEqual(self.quantity(product), 19)

    def test_hundred_percent_of_any_number_is_that_number(self):
        listing = self.listing(self.made())
        for pieces in (29, 57, 58, 113):
            self.assertEqual(listing._apply_rules(pieces), pieces)

    def test_more_than_all_cannot_be_offered(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.account.stock_percent = 101
            self.env.flush_all()

    # === RESTOCK AND HANDLING === #

    def receipt(
        self, product, date, source=None, target=None, confirm=True, final=None
    ):
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": 5,
                "product_uom": product.uom_id.id,
                "location_id": (
                    source or self.env.ref("stock.stock_location_suppliers")
                ).id,
                "location_dest_id": (target or self.warehouse.lot_stock_id).id,
                "location_final_id": final and final.id,
                "date": date,
            }
        )
        if confirm:
            move._action_confirm()
            move.date = date
        return move

    @freeze_time("2026-03-10 12:00:00")
    def test_restock_date_is_that_of_the_first_receipt_where_the_shop_is(self):
        product = self.made()
        self.receipt(product, "2026-04-20 08:00:00")
        self.receipt(product, "2026-04-09 22:30:00")
        self.assertEqual(self.block(product)["restock_date"], "2026-04-10")

    @freeze_time("2026-03-10 12:00:00")
    def test_restock_date_only_where_nothing_is_left(self):
        product = self.made(1)
        self.receipt(product, "2026-04-09 10:00:00")
        self.assertNotIn("restock_date", self.block(product))
        self.stock(product, 0)
        self.assertIn("restock_date", self.block(product))

    @freeze_time("2026-03-10 23:30:00")
    def test_late_receipt_is_expected_today_where_the_shop_is(self):
        product = self.made()
        self.receipt(product, "2026-02-01 10:00:00")
        self.assertEqual(self.block(product)["restock_date"], "2026-03-11")

    @freeze_time("2026-03-10 12:00:00")
    def test_receipt_in_several_steps_counts_where_it_ends(self):
        product = self.made()
        shelf = self.warehouse.lot_stock_id
        self.account.location_ids = shelf
        gate = self.env["stock.location"].create(
            {"name": "Gate", "location_id": self.warehouse.view_location_id.id}
        )
        self.dispatch().unlink()
        self.receipt(product, "2026-04-05 10:00:00", target=shelf, final=gate)
        self.assertNotIn("restock_date", self.block(product))
        self.dispatch().unlink()
        self.receipt(product, "2026-04-09 10:00:00", target=gate, final=shelf)
        self.assertEqual(self.block(product)["restock_date"], "2026-04-09")
        self.assertEqual(set(self.dispatch().mapped("key")), {"S1"})

    @freeze_time("2026-03-10 12:00:00")
    def test_drafts_cancelled_moves_and_those_within_the_house_are_no_receipts(self):
        product = self.made()
        self.receipt(product, "2026-04-09 10:00:00", confirm=False)
        self.receipt(product, "2026-04-09 10:00:00")._action_cancel()
        self.receipt(
            product,
            "2026-04-09 10:00:00",
            source=self.warehouse.view_location_id.child_ids[0],
        )
        customers = self.env.ref("stock.stock_location_customers")
        self.receipt(product, "2026-04-09 10:00:00", target=customers)
        self.assertNotIn("restock_date", self.block(product))

    def test_handling_time_of_the_listing_else_of_the_account(self):
        product = self.made(1)
        self.assertNotIn("lead_time_to_ship_max_days", self.block(product))
        self.account.handling_days = 3
        self.assertEqual(self.block(product)["lead_time_to_ship_max_days"], 3)
        self.listing(product).handling_days = 5
        self.assertEqual(self.block(product)["lead_time_to_ship_max_days"], 5)

    # === WHO HAS NONE === #

    def test_amazon_ships_it_so_it_is_told_no_quantity(self):
        product = self.made(5)
        self.listings(product).fulfilment = "amazon"
        self.assertEqual(self.block(product), {"fulfillment_channel_code": "AMAZON_EU"})

    def test_what_odoo_does_not_count_is_left_alone(self):
        product = self.offered(5)
        product.is_storable = False
        self.assertIsNone(self.block(product))
        feed, _messages = self.send(self.listing(product), "inventory")
        self.assertFalse(feed)

    def test_product_that_becomes_storable_sends_its_stock(self):
        product = self.offered(is_storable=False)
        product.is_storable = True
        self.dispatch()
        self.assertIn("inventory", self.waiting(self.listing(product)))

    def test_kit_has_as_many_as_its_parts_allow(self):
        if "mrp.bom" not in self.env:
            self.skipTest("Manufacturing is not installed: there are no kits.")
        part = self.made(7, default_code="PART", barcode=False)
        kit = self.made(default_code="KIT", barcode=False, is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [(0, 0, {"product_id": part.id, "product_qty": 2})],
            }
        )
        self.env.invalidate_all()
        self.assertEqual(self.quantity(kit), 3)

    # === SHARED STOCK === #

    def carriers(self, product):
        """Return the marketplaces whose listings carry the stock."""
        listings = self.listings(product)
        return listings.filtered(
            lambda item: self.want_one(item, "inventory")
        ).marketplace_id

    def test_one_listing_carries_the_stock_that_all_share(self):
        product = self.offered(5)
        self.assertEqual(self.carriers(product), self.german)
        sent = self.listings(product).filtered(
            lambda item: STOCK in item.accepted["attributes"]
        )
        self.assertEqual(sent.marketplace_id, self.german)

    def test_accounts_that_do_not_share_send_it_everywhere(self):
        self.account.shares_quantity = False
        product = self.offered(5)
        self.assertEqual(self.carriers(product), self.shops)
        for listing in self.listings(product):
            self.assertEqual(listing.accepted["attributes"][STOCK][0]["quantity"], 5)

    def test_other_listings_never_delete_the_stock(self):
        self.account.shares_quantity = False
        product = self.offered(5)
        self.account.shares_quantity = True
        feed, _messages = self.send(self.listing(product, self.french), "inventory")
        self.assertFalse(feed)

    def test_stock_moves_on_when_the_listing_that_carries_it_opts_out(self):
        product = self.offered(5)
        self.listing(product, self.german).send_inventory = False
        _feed, (message,) = self.build_listings(self.french)
        self.assertEqual(self.names_of(message), [STOCK])
        self.assertEqual(message["patches"][0]["value"][0]["quantity"], 5)

    def test_stock_moves_on_when_the_listing_that_carries_it_is_ended(self):
        product = self.offered(5)
        german = self.listing(product, self.german)
        german._queue_lanes({"whole"})
        self.patch(
            type(german),
            "_is_offered",
            lambda item, _offered: item.marketplace_id == self.french,
        )
        feed, (message,) = self.build_listings(self.german)
        self.assertEqual(message["operationType"], "DELETE")
        self.accept(feed)
        _feed, (message,) = self.build_listings(self.french)
        self.assertEqual(self.names_of(message), [STOCK])

    def test_stock_that_comes_back_to_a_listing_is_sent_again(self):
        product = self.offered(5)
        german = self.listing(product, self.german)
        german.send_inventory = False
        self.settle_all()
        self.stock(product, 4)
        self.listing(product, self.french)._queue_lanes({"inventory"})
        self.settle_all()
        self.stock(product, 5)
        german.send_inventory = True
        _feed, (message,) = self.build_listings(self.german)
        self.assertEqual(message["patches"][-1]["value"][0]["quantity"], 5)

    def test_marketplace_that_was_given_up_carries_no_stock(self):
        product = self.offered(5)
        self.account.home_marketplace_id = self.french
        self.account.marketplace_ids = self.french
        self.assertEqual(self.carriers(product), self.french)

    # === ENDED === #

    def test_archived_product_stays_without_stock(self):
        self.account.end_mode = "zero"
        product = self.offered(5)
        product.active = False
        self.dispatch()
        feed, (message,) = self.build_listings(self.german)
        self.assertEqual(message["operationType"], "PATCH")
        self.assertEqual(self.names_of(message), [STOCK])
        self.assertEqual(message["patches"][-1]["value"][0]["quantity"], 0)
        self.accept(feed)
        feed, _messages = self.build_listings(self.french)
        self.assertFalse(feed)
        self.assertEqual(self.listing(product).state, "listed")

    def test_archived_product_that_may_have_stock_is_set_to_zero(self):
        self.account.end_mode = "zero"
        product = self.offered(5)
        listing = self.listing(product)
        listing._store_answers([(listing, "UPDATE", (), None)])
        product.active = False
        self.dispatch()
        # The other one carries the stock, while it is not sure that this one is there.
        _feed, (message,) = self.build_listings(self.french)
        self.assertEqual(message["patches"][-1]["value"][0]["quantity"], 0)

    # === ACCOUNT === #

    def test_rules_of_the_account_queue_the_stock_of_all(self):
        product = self.offered(5)
        self.account.stock_buffer = 2
        self.assertIn("inventory", self.waiting(self.listing(product)))
        _feed, (message,) = self.build_listings(self.german)
        self.assertEqual(message["patches"][-1]["value"][0]["quantity"], 3)

    def test_many_products_need_no_more_queries(self):
        products = self.env["product.product"].create(
            [
                {
                    "name": f"P{n}",
                    "default_code": f"P{n}",
                    "type": "consu",
                    "is_storable": True,
                }
                for n in range(60)
            ]
        )
        self.dispatch()
        listings = self.env["amazon.listing"].search(
            [
                ("product_key", "in", products.ids),
                ("marketplace_id", "=", self.german.id),
            ]
        )
        counts = {}
        for number in (1, 10, 60):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.want(listings[:number], "inventory")
            counts[number] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts[60], counts[10] + 1)


@tagged("post_install", "-at_install")
class TestPriceBeforeStock(StockCase):
    """A product that comes back must not be sold at the price it had before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.add_rate("EUR", 1.0)
        cls.account.guard_jump = 0

    def come_back(
        self, price=110.0, pieces=5, sold_out=0, lanes=("price", "inventory")
    ):
        """Return the listing of a product whose price and stock change at once."""
        product = self.offered(sold_out)
        self.stock(product, pieces)
        product.list_price = price
        listing = self.listing(product)
        listing._queue_lanes(set(lanes))
        return listing

    def test_price_goes_first_and_stock_when_it_is_accepted(self):
        listing = self.come_back()
        feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [PRICE])
        stock = self.waiting(listing)["inventory"]
        self.assertTrue(stock.held)
        self.assertIn("confirmed the price", stock.result)
        self.accept(feed)
        self.assertFalse(stock.held)
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [STOCK])

    def test_stock_that_was_there_goes_with_the_price(self):
        self.come_back(sold_out=1)
        _feed, (message,) = self.build_listings()
        self.assertEqual(set(self.names_of(message)), {PRICE, STOCK})

    def test_stock_without_a_change_of_price_goes_at_once(self):
        self.come_back(price=100.0)
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [STOCK])

    def test_price_that_nobody_asked_for_is_sent_before_the_stock(self):
        listing = self.come_back(lanes=["inventory"])
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        self.assertTrue(self.waiting(listing)["inventory"].held)
        feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [PRICE])
        self.accept(feed)
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [STOCK])

    def test_price_that_is_held_back_holds_the_stock_and_says_so(self):
        self.account.guard_jump = 5
        listing = self.come_back()
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        stock = self.waiting(listing)["inventory"]
        self.assertTrue(stock.held)
        self.assertIn("until the price is right", stock.result)
        self.assertIn("from 100.00 to 110.00", stock.result)
        listing.action_allow_price()
        feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [PRICE])
        self.accept(feed)
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [STOCK])

    def test_stock_goes_on_when_the_price_becomes_what_it_was(self):
        self.account.guard_jump = 5
        listing = self.come_back()
        self.build_listings()
        stock = self.waiting(listing)["inventory"]
        self.assertTrue(stock.held)
        listing.product_id.list_price = 100
        feed, _messages = self.send(listing, "price")
        self.assertFalse(feed)
        self.assertFalse(stock.held)
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [STOCK])

    def test_stock_is_not_lost_with_a_whole_message_that_is_refused(self):
        self.account.guard_jump = 5
        listing = self.come_back(lanes=["whole"])
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        self.assertEqual(self.last(listing, "whole").state, "error")
        self.assertIn("inventory", self.waiting(listing))
        listing.action_allow_price()
        self.settle_all()
        known = listing.accepted["attributes"]
        self.assertEqual(known[STOCK][0]["quantity"], 5)
        schedule = known[PRICE][0]["our_price"][0]["schedule"][0]
        self.assertEqual(schedule["value_with_tax"], 110)

    def test_guard_that_is_loosened_lets_the_price_go(self):
        self.account.guard_jump = 5
        listing = self.come_back()
        self.build_listings()
        self.account.guard_jump = 20
        self.settle_all()
        known = listing.accepted["attributes"]
        self.assertEqual(known[STOCK][0]["quantity"], 5)
        self.assertFalse(listing.has_problem)

    def test_held_price_is_not_refused_again_and_again(self):
        self.account.guard_jump = 5
        listing = self.come_back(lanes=["inventory"])
        for _turn in range(4):
            self.build_listings()
            self.env["amazon.feed.message"]._release([("key", "=", listing.sku)])
        refused = self.env["amazon.feed.message"].search(
            [
                ("listing_id", "=", listing.id),
                ("lane", "=", "price"),
                ("state", "=", "error"),
            ]
        )
        self.assertEqual(len(refused), 1)

    def test_price_in_another_marketplace_holds_the_stock_too(self):
        product = self.offered()
        self.stock(product, 5)
        product.list_price = 110
        german, french = self.listing(product), self.listing(product, self.french)
        (german | french)._queue_lanes({"price"})
        feed, _messages = self.build_listings(self.german)
        self.accept(feed)
        feed, _messages = self.send(german, "inventory")
        self.assertFalse(feed)
        stock = self.waiting(german)["inventory"]
        self.assertTrue(stock.held)
        self.assertIn("other marketplaces", stock.result)
        feed, _messages = self.build_listings(self.french)
        self.accept(feed)
        self.assertFalse(stock.held)
        _feed, (message,) = self.build_listings(self.german)
        self.assertEqual(self.names_of(message), [STOCK])

    def test_other_marketplaces_matter_only_where_the_stock_is_shared(self):
        self.account.shares_quantity = False
        product = self.offered()
        self.stock(product, 5)
        self.listing(product, self.french)._queue_lanes({"price"})
        _feed, (message,) = self.send(self.listing(product), "inventory")
        self.assertEqual(self.names_of(message), [STOCK])

    def test_where_prices_are_not_sent_stock_waits_for_none(self):
        flow = self.env.ref("integrator_amazon_catalog.flow_price")
        listing = self.come_back()
        self.account.flow_ids -= flow
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [STOCK])
        self.assertIn("price", self.waiting(listing))
