# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import FEED_TYPE, CatalogCase


@tagged("post_install", "-at_install")
class TestListingFlow(CatalogCase):
    """From events to the messages of a feed, and from Amazon's word back."""

    # === WHAT IS QUEUED === #

    def test_one_message_per_marketplace(self):
        product = self.product()
        messages = self.dispatch()
        self.assertEqual(messages.marketplace_id, self.shops)
        self.assertEqual(set(messages.mapped("key")), {"S1"})
        self.assertEqual(len(self.listings(product)), 2)

    def test_later_change_joins_what_waits(self):
        product = self.product()
        first = self.dispatch()
        product.name = "Trolley"
        self.assertEqual(self.dispatch(), first)
        self.assertEqual(set(first.mapped("revision")), {1})

    def test_account_without_automatic_gets_manual_events_only(self):
        self.account.automatic = False
        product = self.product()
        self.assertFalse(self.dispatch())
        self.env["product.integration"]._record_manual(product, "write", "amazon")
        messages = self.dispatch()
        self.assertEqual(len(messages), 2)
        self.assertTrue(all(messages.mapped("forced")))

    def test_products_outside_the_rule_are_left_alone(self):
        product = self.product(sale_ok=False)
        self.assertFalse(self.dispatch())
        event = self.env["product.integration"].search([("record_id", "=", product.id)])
        self.assertEqual(event.amazon_status, "success")
        self.assertIn("not offered", event.amazon_status_data)

    def test_products_of_another_company_are_left_alone(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.product(company_id=company.id)
        self.assertFalse(self.dispatch())

    def test_missing_reference_is_an_error_and_blocks_nobody(self):
        bad, good = self.product(default_code=False), self.product(barcode=False)
        messages = self.dispatch()
        self.assertEqual(set(messages.mapped("key")), {"S1"})
        event = self.env["product.integration"].search([("record_id", "=", bad.id)])
        self.assertEqual(event.amazon_status, "error")
        self.assertIn("no internal reference", event.amazon_status_data)
        self.assertEqual(len(self.listings(good)), 2)

    def test_reference_used_twice_is_an_error(self):
        self.product()
        double = self.product(barcode=False)
        self.dispatch()
        event = self.env["product.integration"].search([("record_id", "=", double.id)])
        self.assertEqual(event.amazon_status, "error")
        self.assertIn("S1", event.amazon_status_data)

    def test_corrected_reference_is_taken_before_amazon_knows_the_old_one(self):
        product = self.product(default_code="WRONG")
        self.dispatch()
        product.default_code = "RIGHT"
        messages = self.dispatch()
        self.assertEqual(set(messages.mapped("key")), {"RIGHT"})
        self.assertEqual(set(self.listings(product).mapped("sku")), {"RIGHT"})

    def test_listed_sku_stays_when_the_reference_changes(self):
        product = self.listed()
        product.default_code = "OTHER"
        self.dispatch()
        self.assertEqual(set(self.listings(product).mapped("sku")), {"S1"})

    # === WHAT IS SENT === #

    def test_first_message_carries_the_whole_listing(self):
        self.product(description_sale="Rolls.")
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "UPDATE")
        self.assertEqual(message["productType"], "PRODUCT")
        self.assertEqual(
            set(message["attributes"]),
            {
                "item_name",
                "brand",
                "condition_type",
                "product_description",
                "externally_assigned_product_identifier",
                "main_product_image_locator",
                "purchasable_offer",
            },
        )

    def test_next_message_carries_what_changed(self):
        product = self.listed()
        product.name = "Trolley"
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "PATCH")
        self.assertEqual(
            [patch["path"] for patch in message["patches"]], ["/attributes/item_name"]
        )

    def test_resync_by_hand_sends_everything(self):
        product = self.listed()
        self.env["product.integration"]._record_manual(product, "write", "amazon")
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(
            set(self.names_of(message)),
            set(self.listing(product).accepted["attributes"]),
        )

    def test_value_that_changed_back_is_not_sent(self):
        product = self.listed()
        product.name = "Trolley"
        self.dispatch()
        product.name = "Suitcase"
        self.dispatch()
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        last = self.env["product.integration"].search(
            [("record_id", "=", product.id)], order="id desc", limit=1
        )
        self.assertIn("already", last.amazon_status_data)

    def test_product_type_comes_from_product_or_category(self):
        category = self.env["product.category"].create(
            {"name": "Cases", "amazon_product_type": "LUGGAGE"}
        )
        self.product(categ_id=category.id)
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["productType"], "LUGGAGE")

    def test_title_is_in_the_language_of_the_marketplace(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        product = self.product()
        product.with_context(lang="fr_FR").name = "Valise"
        self.dispatch()
        french = self.shops.filtered(lambda shop: shop.code == "FR")
        _feed, (message,) = self.build_listings(french)
        self.assertEqual(message["attributes"]["item_name"][0]["value"], "Valise")
        german = self.shops - french
        _feed, (message,) = self.build_listings(german)
        self.assertEqual(message["attributes"]["item_name"][0]["value"], "Suitcase")

    def test_archived_product_is_ended_at_amazon(self):
        product = self.listed()
        product.active = False
        self.dispatch()
        feed, (message,) = self.build_listings()
        self.assertEqual(
            message, {"messageId": 1, "sku": "S1", "operationType": "DELETE"}
        )
        self.accept(feed)
        ended = self.listings(product).filtered(
            lambda item: item.marketplace_id == feed.marketplace_id
        )
        self.assertEqual(ended.state, "deleted")

    def test_deleted_product_is_ended_at_amazon(self):
        product = self.listed()
        product.product_tmpl_id.unlink()
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "DELETE")

    def test_product_deleted_before_it_was_sent_costs_nothing(self):
        product = self.product()
        self.dispatch()
        product.unlink()
        self.dispatch()
        feed, _messages = self.build_listings()
        self.assertFalse(feed)

    def test_reference_of_a_deleted_product_can_be_used_again(self):
        product = self.listed()
        product.unlink()
        self.dispatch()
        heir = self.product(name="Heir")
        self.dispatch()
        self.assertEqual(len(self.listings(heir)), 2)
        _feed, (message,) = self.build_listings()
        self.assertIn(message["operationType"], ("PATCH", "UPDATE"))

    # === WHAT AMAZON SAID === #

    def test_accepted_listing_shows_what_amazon_shows(self):
        product = self.product()
        self.dispatch()
        feed, _messages = self.build_listings()
        summary = {"asin": "B000000001", "itemName": "Suitcase"}
        self.accept(feed, item={"summaries": [summary]}, notes="99: mind the image")
        listing = self.listings(product).filtered("asin")
        self.assertEqual(listing.asin, "B000000001")
        self.assertEqual(listing.state, "listed")
        self.assertIn("Suitcase", listing.accepted_text)
        self.assertEqual(listing.issues, "99: mind the image")

    def test_rejected_listing_says_why_and_stays_as_it_was(self):
        product = self.product()
        self.dispatch()
        feed, _messages = self.build_listings()
        self.reject(feed, "No brand.")
        listing = feed.message_ids.listing_id
        self.assertEqual((listing.state, listing.issues), ("new", "No brand."))
        self.assertIn(listing, self.listings(product))

    def test_after_an_aborted_feed_everything_is_sent_again(self):
        product = self.listed()
        product.name = "Trolley"
        self.dispatch()
        feed, _messages = self.build_listings()
        feed._fail("Aborted.")
        self.assertEqual(feed.message_ids.listing_id.state, "doubtful")
        product.name = "Trunk"
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "UPDATE")

    def test_report_is_matched_by_number(self):
        self.product()
        self.product(default_code="S2", barcode=False)
        self.dispatch()
        feed, _messages = self.build_listings()
        answer = {
            "header": {"sellerId": "A1TEST", "version": "2.0", "feedId": "1"},
            "issues": [
                {
                    "messageId": 2,
                    "sku": "S1",
                    "code": "90220",
                    "severity": "ERROR",
                    "message": "'[brand]' is required but not supplied.",
                }
            ],
            "summary": {"messagesAccepted": 1, "messagesInvalid": 1},
        }
        outcomes = feed._get_handler(FEED_TYPE)._read_result(
            feed, io.BytesIO(json.dumps(answer).encode())
        )
        self.assertTrue(outcomes[1].accepted)
        self.assertFalse(outcomes[2].accepted)
        self.assertEqual(outcomes[2].code, "90220")

    # === RULES AND ACCESS === #

    def test_rule_that_makes_no_sense_is_refused(self):
        for rule in ("[(", "[('no_such_field', '=', 1)]", "7"):
            with self.subTest(rule), self.assertRaises(ValidationError):
                self.account.product_domain = rule

    def test_fields_of_the_rule_are_recorded(self):
        self.assertNotIn(
            "volume", self.account._get_subscribed_fields()["product.product"]
        )
        self.account.product_domain = "[('volume', '>', 1)]"
        self.assertIn(
            "volume", self.account._get_subscribed_fields()["product.product"]
        )

    def test_plain_user_reads_the_product_but_no_listings(self):
        product = self.listed()
        plain = new_test_user(self.env, "plain", groups="base.group_user")
        product.with_user(plain).read(["name", "amazon_brand"])
        self.assertNotIn("amazon_listing_ids", product.with_user(plain).fields_get())
        with self.assertRaises(AccessError):
            self.env["amazon.listing"].with_user(plain).search([])
