# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.integrator_amazon import archive

from .common import CatalogCase

COLUMNS = (
    "item-name",
    "seller-sku",
    "price",
    "quantity",
    "product-id-type",
    "asin1",
    "product-id",
    "fulfillment-channel",
    "status",
)
REPORT_TYPE = "GET_MERCHANT_LISTINGS_ALL_DATA"
EAN = "4006381333931"


def row(sku, **values):
    """Return a row of the report."""
    found = {
        "item-name": f"Title of {sku}",
        "seller-sku": sku,
        "price": "100.00",
        "quantity": "5",
        "product-id-type": "1",
        "asin1": "B000000001",
        "product-id": "B000000001",
        "fulfillment-channel": "DEFAULT",
        "status": "Active",
        **{name.replace("_", "-"): value for name, value in values.items()},
    }
    return "\t".join(found[name] for name in COLUMNS)


@tagged("post_install", "-at_install")
class TestListingMatch(CatalogCase):
    """What is at Amazon already, and the products that are found for it."""

    def report(self, shop=None):
        """Return a report of one marketplace that is on its way."""
        reports = self.env["amazon.report"]
        handler = reports._get_handler(REPORT_TYPE)
        shops = shop or self.shops[0]
        report = reports._start(self.account, handler, "requested", shops=shops)
        # Everything that a test made was there when it was requested.
        report.submit_date = fields.Datetime.now() + timedelta(minutes=1)
        return report

    def arrive(self, *rows, shop=None):
        """Let a report with these rows arrive and be imported."""
        report = self.report(shop)
        content = "\n".join(["\t".join(COLUMNS), *rows]) + "\n"
        source = io.BytesIO(content.encode())
        archive.keep(report, "document", source, "report.txt.gz")
        report.state = "archived"
        self.env.flush_all()
        report._job_import()
        self.assertEqual(report.state, "done", report.error)
        return report

    def found(self, sku, shop=None):
        return self.env["amazon.listing"].search(
            [("sku", "=", sku), ("marketplace_id", "=", (shop or self.shops[0]).id)]
        )

    def lanes(self, listings):
        messages = self.env["amazon.feed.message"].search(
            [("listing_id", "in", listings.ids), ("state", "=", "waiting")]
        )
        return set(messages.mapped("lane"))

    # === BY ITSELF === #

    def test_listing_is_found_by_its_sku(self):
        product = self.product()
        self.arrive(row("S1"), row("STRANGE"))
        item = self.found("S1")
        self.assertEqual(item.product_id, product)
        self.assertEqual(item.product_key, product.id)
        self.assertEqual((item.state, item.origin), ("listed", "amazon"))
        self.assertEqual(item.match_state, "matched")
        self.assertEqual((item.asin, item.found_price), ("B000000001", 100.0))
        self.assertFalse(item.send_content or item.send_image or item.send_relationship)
        self.assertEqual(self.lanes(item), {"price", "inventory", "override"})
        self.assertLessEqual(item.proof_date, fields.Datetime.now())
        other = self.found("STRANGE")
        self.assertEqual(other.match_state, "unmatched")
        self.assertFalse(other.product_id or other.proof_date or self.lanes(other))

    def test_page_is_kept_up_as_well_if_the_account_says_so(self):
        self.account.keep_matched_content = False
        self.product()
        self.arrive(row("S1"))
        self.assertTrue(self.found("S1").send_content)
        self.assertEqual(self.lanes(self.found("S1")), {"whole"})

    def test_listing_is_found_by_its_barcode(self):
        product = self.product(default_code="MINE")
        self.arrive(row("THEIRS", product_id_type="4", product_id=EAN))
        self.assertEqual(self.found("THEIRS").product_id, product)
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["sku"], "THEIRS")
        self.assertEqual(self.names_of(message), ["purchasable_offer"])

    def test_barcode_may_be_filled_up_with_zeros(self):
        product = self.product(default_code="MINE", barcode="036000291452")
        self.arrive(row("THEIRS", product_id_type="4", product_id="0036000291452"))
        self.assertEqual(self.found("THEIRS").product_id, product)

    def test_asin_is_no_barcode(self):
        self.product(default_code="MINE", barcode="B000000001")
        self.arrive(row("THEIRS"))
        self.assertFalse(self.found("THEIRS").product_id)

    def test_sku_comes_before_barcode(self):
        product = self.product()
        self.arrive(
            row("OTHER", product_id_type="4", product_id=EAN),
            row("S1"),
        )
        self.assertEqual(self.found("S1").product_id, product)
        self.assertEqual(self.found("OTHER").match_state, "unmatched")

    def test_what_may_be_either_is_left_to_a_person(self):
        self.product(default_code="MINE")
        self.arrive(
            row("A", product_id_type="4", product_id=EAN),
            row("B", product_id_type="4", product_id=EAN),
        )
        self.assertFalse(self.found("A").product_id or self.found("B").product_id)
        self.product(default_code="TWICE", barcode=False)
        self.product(default_code="TWICE", barcode=False)
        self.arrive(row("TWICE"))
        self.assertFalse(self.found("TWICE").product_id)

    def test_what_amazon_ships_is_a_second_listing_of_the_product(self):
        product = self.product()
        self.arrive(
            row("S1"),
            row(
                "S1-FBA",
                product_id_type="4",
                product_id=EAN,
                quantity="",
                fulfillment_channel="AMAZON_EU",
            ),
        )
        item = self.found("S1-FBA")
        self.assertEqual((item.product_id, item.fulfilment), (product, "amazon"))
        self.assertEqual(self.found("S1").fulfilment, "merchant")

    def test_products_that_are_not_offered_are_not_matched(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.product(sale_ok=False)
        self.product(default_code="S2", barcode=False, company_id=company.id)
        self.product(default_code="S3", barcode=False, active=False)
        self.arrive(row("S1"), row("S2"), row("S3"))
        for sku in ("S1", "S2", "S3"):
            self.assertEqual(self.found(sku).match_state, "unmatched", sku)

    def test_product_that_comes_later_is_found_by_the_next_report(self):
        self.arrive(row("S1"))
        product = self.product()
        self.arrive(row("S1"))
        self.assertEqual(self.found("S1").product_id, product)

    def test_account_that_is_not_automatic_sends_nothing(self):
        self.account.automatic = False
        self.product()
        self.arrive(row("S1"))
        self.assertEqual(self.found("S1").match_state, "matched")
        self.assertFalse(self.lanes(self.found("S1")))

    def test_each_marketplace_has_its_own(self):
        product = self.product()
        french = self.shops[1]
        self.arrive(row("S1"), shop=french)
        self.assertFalse(self.found("S1"))
        self.assertEqual(self.found("S1", french).product_id, product)

    def test_known_sku_is_the_same_product_in_another_marketplace(self):
        product = self.product(default_code="MINE", barcode=False)
        self.arrive(row("THEIRS"))
        self.found("THEIRS").product_id = product
        self.arrive(row("THEIRS"), shop=self.shops[1])
        self.assertEqual(self.found("THEIRS", self.shops[1]).product_id, product)

    def test_report_about_several_marketplaces_is_not_imported(self):
        report = self.report(self.shops)
        archive.keep(report, "document", io.BytesIO(b"seller-sku\nS1\n"), "r.gz")
        report.write({"state": "archived", "fetch_count": 9})
        report._job_import()
        self.assertIn("which marketplace", report.error)

    # === NOTHING TWICE === #

    def test_product_about_to_be_made_is_taken_as_there(self):
        product = self.product()
        self.dispatch()
        self.arrive(row("S1"))
        item = self.found("S1")
        self.assertEqual(self.listings(product).filtered("found_title"), item)
        self.assertEqual((item.state, item.origin), ("listed", "amazon"))
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "PATCH")
        self.assertEqual(self.names_of(message), ["purchasable_offer"])

    def test_product_is_not_made_anew_under_its_reference(self):
        product = self.product(default_code="MINE")
        self.dispatch()
        event = self.env["product.integration"].search(
            [("record_id", "=", product.id), ("record_model", "=", "product.product")],
            limit=1,
        )
        self.arrive(row("THEIRS", product_id_type="4", product_id=EAN))
        here = self.listings(product).filtered(
            lambda item: item.marketplace_id == self.shops[0]
        )
        self.assertEqual(here.mapped("sku"), ["THEIRS"])
        feed, (message,) = self.build_listings()
        self.assertEqual(
            (message["sku"], message["operationType"]), ("THEIRS", "PATCH")
        )
        self.accept(feed)
        self.assertIn(event, feed.message_ids.product_event_ids)

    def test_product_matched_by_hand_gets_no_second_listing(self):
        product = self.product(default_code="MINE", barcode=False)
        self.arrive(row("THEIRS"))
        self.found("THEIRS").product_id = product
        product.name = "Trolley"
        self.dispatch()
        here = self.listings(product).filtered(
            lambda item: item.marketplace_id == self.shops[0]
        )
        self.assertEqual(here.mapped("sku"), ["THEIRS"])

    def test_elsewhere_it_is_made_under_the_sku_that_amazon_knows(self):
        product = self.product(default_code="MINE", barcode=False)
        self.arrive(row("THEIRS"))
        self.found("THEIRS").product_id = product
        self.dispatch()
        self.assertEqual(set(self.listings(product).mapped("sku")), {"THEIRS"})
        self.assertEqual(len(self.listings(product)), 2)

    def test_twin_made_meanwhile_is_not_sent(self):
        product = self.product(default_code="MINE", barcode=False)
        self.arrive(row("THEIRS"))
        self.found("THEIRS").product_id = product
        twin = self.env["amazon.listing"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.shops[0].id,
                "product_id": product.id,
                "product_key": product.id,
                "sku": "MINE",
            }
        )
        message = twin._queue_lanes({"content"})
        self.settle_all()
        self.assertIn("as THEIRS", message.result)
        self.assertEqual(twin.state, "new")

    def test_new_listing_of_a_sku_at_amazon_takes_what_is_there(self):
        self.arrive(row("S1"))
        product = self.product()
        self.dispatch()
        item = self.found("S1")
        self.assertEqual((item.product_id, item.match_state), (product, "matched"))
        self.assertFalse(item.send_content)

    def test_variants_that_stay_as_they_are_get_no_new_parent(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Color",
                "value_ids": [(0, 0, {"name": "Red"}), (0, 0, {"name": "Blue"})],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Case",
                "type": "consu",
                "list_price": 100,
                "amazon_brand": "Acme",
                "amazon_product_type": "LUGGAGE",
                "taxes_id": [(5, 0, 0)],
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [(6, 0, attribute.value_ids.ids)],
                        },
                    )
                ],
            }
        )
        for number, variant in enumerate(template.product_variant_ids):
            variant.default_code = f"V{number}"
        self.arrive(row("V0"), row("V1"))
        self.dispatch()
        _feed, messages = self.build_listings()
        self.assertEqual({m["sku"] for m in messages}, {"V0", "V1"})

    # === FIRST THINGS FIRST === #

    def test_nothing_is_made_before_the_report_was_read(self):
        self.account.match_first = True
        self.product()
        messages = self.dispatch()
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        held = messages.filtered(lambda m: m.marketplace_id == self.shops[0])
        self.assertTrue(held.held)
        self.assertIn("Waits until Odoo has read what you sell", held.result)
        key = f"amazon-stream-{self.account.id}-{REPORT_TYPE} {self.shops[0].code}"
        self.assertTrue(self.env["queue.job"].search([("identity_key", "=", key)]))
        self.arrive(row("STRANGE"))
        _feed, (message,) = self.build_listings()
        self.assertEqual((message["sku"], message["operationType"]), ("S1", "UPDATE"))

    def test_no_report_at_all_lets_products_go(self):
        self.account.match_first = True
        self.product()
        self.dispatch()
        for end in ("empty", "failed"):
            shop = self.shops[0] if end == "empty" else self.shops[1]
            self.build_listings(shop)
            report = self.report(shop)
            if end == "empty":
                report._get_handler(REPORT_TYPE)._on_empty(report)
            else:
                report._fail("No.")
            _feed, (message,) = self.build_listings(shop)
            self.assertEqual(message["operationType"], "UPDATE", end)

    def test_person_can_let_products_go(self):
        self.account.match_first = True
        self.product()
        self.dispatch()
        self.build_listings()
        self.account.match_first = False
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "UPDATE")

    def test_what_is_there_does_not_wait(self):
        product = self.listed()
        self.account.match_first = True
        product.list_price = 110
        self.dispatch()
        feed, _messages = self.build_listings()
        self.assertTrue(feed)

    # === BY HAND === #

    def test_product_picked_by_hand_survives_the_next_report(self):
        self.product(default_code="S1", barcode=False)
        mine = self.product(default_code="MINE", barcode=False)
        self.arrive(row("THEIRS"))
        item = self.found("THEIRS")
        item.product_id = mine
        self.assertEqual(item.match_state, "matched")
        self.assertEqual(self.lanes(item), {"price", "inventory", "override"})
        self.arrive(row("THEIRS"), row("S1"))
        self.assertEqual(item.product_id, mine)

    def test_pick_counts_for_all_marketplaces(self):
        product = self.product(default_code="MINE", barcode=False)
        for shop in self.shops:
            self.arrive(row("THEIRS"), shop=shop)
        self.found("THEIRS").product_id = product
        self.assertEqual(self.found("THEIRS", self.shops[1]).product_id, product)

    def test_product_that_is_not_offered_is_not_taken(self):
        product = self.product(default_code="MINE", barcode=False, sale_ok=False)
        self.arrive(row("THEIRS"))
        with self.assertRaisesRegex(UserError, "not among the products"):
            self.found("THEIRS").product_id = product

    def test_nothing_is_ever_sent_for_what_is_not_matched(self):
        self.arrive(row("THEIRS"))
        item = self.found("THEIRS")
        item.action_resend()
        self.account.stock_buffer = 1
        shop = self.account.shop_ids.filtered(
            lambda shop: shop.marketplace_id == self.shops[0]
        )
        shop.minimum_percent = 90
        self.assertFalse(self.lanes(item))
        feed, _messages = self.build_listings()
        self.assertFalse(feed)

    def test_listing_that_is_not_matched_never_carries_the_stock(self):
        self.account.shares_quantity = True
        self.arrive(row("S1"))
        self.found("S1").action_ignore()
        self.product(is_storable=True)
        self.arrive(row("S1"), shop=self.shops[1])
        mine = self.found("S1", self.shops[1])
        self.assertEqual(mine.match_state, "matched")
        self.assertEqual(mine._get_leading(), mine)

    def test_waiting_message_of_a_listing_unmatched_since_ends_nothing(self):
        self.product()
        self.arrive(row("S1"))
        item = self.found("S1")
        item.action_unmatch()
        self.assertEqual(item.match_state, "ignored")
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        self.assertEqual(item.state, "listed")

    def test_ignored_listing_is_left_alone(self):
        self.arrive(row("S1"))
        item = self.found("S1")
        item.action_ignore()
        product = self.product()
        self.arrive(row("S1"))
        self.assertFalse(item.product_id)
        self.dispatch()
        self.assertFalse(item.product_id)
        event = self.env["product.integration"].search([("record_id", "=", product.id)])
        self.assertIn("set to be ignored", event[0].amazon_status_data)
        item.action_unignore()
        self.arrive(row("S1"))
        self.assertEqual(item.product_id, product)

    def test_listing_made_by_odoo_is_not_taken_apart(self):
        item = self.listing(self.listed())
        with self.assertRaises(UserError):
            item.action_unmatch()
        with self.assertRaises(UserError):
            item.action_ignore()

    def test_product_is_made_of_a_listing(self):
        for shop in self.shops:
            self.arrive(
                row("NEW", product_id_type="4", product_id=EAN, price="49.90"),
                shop=shop,
            )
        items = self.found("NEW") | self.found("NEW", self.shops[1])
        items.action_create_product()
        product = items.product_id
        self.assertEqual(len(product), 1)
        self.assertEqual(
            (product.default_code, product.barcode, product.name),
            ("NEW", EAN, "Title of NEW"),
        )
        currency = self.account.company_id.currency_id
        self.assertEqual(currency.compare_amounts(product.list_price, 49.90), 0)
        self.assertEqual(set(items.mapped("match_state")), {"matched"})
        with self.assertRaises(UserError):
            items.action_create_product()

    def test_barcode_of_another_product_is_not_taken(self):
        self.product(default_code="A", sale_ok=False)
        self.arrive(row("NEW", product_id_type="4", product_id=EAN))
        self.found("NEW").action_create_product()
        self.assertFalse(self.found("NEW").product_id.barcode)

    def test_user_of_the_group_picks(self):
        product = self.product(default_code="MINE", barcode=False)
        self.arrive(row("THEIRS"))
        user = new_test_user(
            self.env,
            "picker",
            groups="base.group_user,integrator.group_integration_user",
        )
        self.found("THEIRS").with_user(user).write({"product_id": product.id})
        self.assertEqual(self.found("THEIRS").match_state, "matched")

    # === DAY BY DAY === #

    def test_other_price_or_quantity_is_looked_at_at_once(self):
        product = self.listed(is_storable=True)
        item = self.listing(product)
        later = fields.Datetime.now() + timedelta(days=1)
        for wrong, values in (
            (False, {"price": "100.00", "quantity": "0"}),
            (True, {"price": "99.00", "quantity": "0"}),
            (True, {"price": "100.00", "quantity": "3"}),
            (False, {"price": "", "quantity": ""}),
        ):
            with self.subTest(values):
                item._write_quietly({"proof_date": later})
                self.arrive(row("S1", **values))
                self.assertEqual(item.proof_date < later, wrong)
        self.assertEqual(item.origin, "odoo")

    def test_what_the_report_says_is_remembered(self):
        item = self.listing(self.listed())
        self.arrive(row("S1", price="12.50", quantity="4", status="Inactive"))
        self.assertEqual(
            (item.found_price, item.found_quantity, item.found_status, item.asin),
            (12.5, 4, "Inactive", "B000000001"),
        )

    def test_missing_twice_is_shown(self):
        item = self.listing(self.listed())
        self.arrive(row("OTHER"))
        self.assertEqual(item.missing_count, 1)
        self.assertFalse(item.is_different)
        self.assertLessEqual(item.proof_date, fields.Datetime.now())
        self.arrive(row("OTHER"))
        self.assertTrue(item.is_different)
        self.assertIn("no such SKU", item.difference_text)
        self.arrive(row("S1"))
        self.assertEqual(item.missing_count, 0)

    def test_what_is_younger_than_the_report_is_not_missing(self):
        item = self.listing(self.listed())
        report = self.report()
        report.submit_date = fields.Datetime.now() - timedelta(hours=1)
        listings = self.env["amazon.listing"]
        listings._begin_found()
        listings._note_missing(self.account, self.shops[0], report.submit_date)
        self.assertFalse(item.missing_count)

    def test_unmatched_listing_that_is_gone_is_forgotten(self):
        self.arrive(row("A"), row("B"))
        self.arrive(row("B"))
        self.assertTrue(self.found("A"))
        self.arrive(row("B"))
        self.assertFalse(self.found("A"))
        self.assertTrue(self.found("B"))

    def test_many_rows_are_taken_up_in_batches(self):
        handler = "odoo.addons.integrator_amazon_catalog.models"
        self.patch_module(f"{handler}.amazon_report_handler_merchant_listings", 3)
        for number in range(4):
            self.product(default_code=f"N{number}", barcode=False)
        report = self.arrive(*[row(f"N{number}") for number in range(10)], row("N1"))
        self.assertEqual(report.row_count, 11)
        found = self.env["amazon.listing"].search([("sku", "=like", "N%")])
        self.assertEqual(len(found), 10)
        self.assertEqual(len(found.product_id), 4)

    def patch_module(self, name, rows):
        import sys

        self.patch(sys.modules[name], "ROWS_AT_ONCE", rows)

    def test_first_price_far_from_that_at_amazon_is_held(self):
        self.product(list_price=1000)
        self.arrive(row("S1", price="10.00"))
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        self.assertIn("from 10.00 to 1000.00", self.found("S1").problem_text)
