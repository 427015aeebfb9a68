# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import schema
from .lane_case import LaneCase

IDENTIFIER = "externally_assigned_product_identifier"
EXEMPTION = "supplier_declared_has_product_identifier_exemption"


@tagged("post_install", "-at_install")
class TestListingContent(LaneCase):
    """What Amazon is told that a product is."""

    def made(self, **values):
        product = self.product(**values)
        self.dispatch()
        return product

    def content(self, product, shop=None):
        return self.want_one(self.listing(product, shop), "content")

    def value(self, product, name, shop=None):
        """Return the values of one attribute."""
        found = self.content(product, shop)
        return [instance.get("value") for instance in found.get(name, [])]

    # === TEXTS AND FACTS === #

    def test_texts_are_cleaned(self):
        product = self.made(
            name="Suit\u0007case\u200b  <b>XL</b> &amp; more",
            description_sale="<p>Rolls.</p><ul><li>Far</li></ul>\u0000".replace(
                "\u0000", "\u0001"
            ),
            amazon_bullets="First\n\n  Second \x02",
            amazon_manufacturer=" Acme\nGmbH ",
        )
        title = self.value(product, "item_name")[0]
        self.assertTrue(title.startswith("Suitcase"))
        self.assertTrue(title.endswith("XL & more"))
        self.assertEqual(self.value(product, "product_description"), ["Rolls.\nFar"])
        self.assertEqual(self.value(product, "bullet_point"), ["First", "Second"])
        self.assertEqual(self.value(product, "manufacturer"), ["Acme GmbH"])

    def test_texts_are_in_the_language_of_each_marketplace(self):
        for language in ("fr_FR", "de_DE"):
            self.env["res.lang"]._activate_lang(language)
        product = self.made(name="Case", amazon_bullets="Light")
        french = product.with_context(lang="fr_FR")
        french.write({"name": "Valise", "amazon_bullets": "Léger\nSolide"})
        german, french = self.shops[0], self.shops[1]
        found = self.content(product, french)
        self.assertEqual(found["item_name"][0]["language_tag"], "fr_FR")
        self.assertEqual(found["item_name"][0]["value"], "Valise")
        self.assertEqual(
            self.value(product, "bullet_point", french), ["Léger", "Solide"]
        )
        self.assertEqual(self.value(product, "bullet_point", german), ["Light"])

    def test_problems_are_told_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("de_DE")
        product = self.made(barcode="123")
        seen = []
        self.patch(
            type(self.env["amazon.listing"]),
            "_explain_bad_barcode",
            lambda listing, barcode: seen.append(listing.env.lang) or "bad",
        )
        self.content(product)
        self.assertEqual(seen, [self.env.lang])

    def test_weight_has_the_unit_of_odoo(self):
        product = self.made(weight=2.5)
        (weight,) = self.content(product)["item_weight"]
        self.assertEqual((weight["value"], weight["unit"]), (2.5, "kilograms"))
        params = self.env["ir.config_parameter"]
        params.set_param("product.weight_in_lbs", "1")
        (weight,) = self.content(product)["item_weight"]
        self.assertEqual((weight["value"], weight["unit"]), (2.5, "pounds"))

    def test_nothing_is_said_of_what_odoo_does_not_know(self):
        found = self.content(self.made(weight=0, barcode=False))
        self.assertEqual(set(found), {"item_name", "brand", "condition_type"})

    def test_country_and_condition(self):
        product = self.made(country_of_origin=self.env.ref("base.it").id)
        product.amazon_condition = "used_good"
        self.assertEqual(self.value(product, "country_of_origin"), ["IT"])
        self.assertEqual(self.value(product, "condition_type"), ["used_good"])
        self.listing(product).condition = "used_like_new"
        self.assertEqual(self.value(product, "condition_type"), ["used_like_new"])

    # === BARCODES === #

    def test_barcode_is_sent_as_what_it_is(self):
        product = self.made()
        self.assertEqual(self.content(product)[IDENTIFIER][0]["type"], "ean")

    def test_barcode_that_is_no_gtin_is_a_problem(self):
        self.assertIn("no GTIN", self.content(self.made(barcode="4006381333932")))

    def test_barcode_does_not_matter_once_amazon_has_the_page(self):
        product = self.made(barcode="INTERN-1")
        self.listing(product).asin = "B000000001"
        self.assertNotIn(IDENTIFIER, self.content(product))

    def test_exempted_product_says_so(self):
        product = self.made(barcode=False, amazon_gtin_exempt=True)
        self.assertEqual(self.value(product, EXEMPTION), [True])
        product.amazon_gtin_exempt = False
        self.assertEqual(self.value(product, EXEMPTION), [])

    # === OFFERS === #

    def test_offer_on_a_page_of_amazons_says_condition_and_asin_only(self):
        self.demand(
            {**schema(None), "required": ["condition_type"]},
            requirements="LISTING_OFFER_ONLY",
        )
        product = self.made(description_sale="Rolls.", weight=2)
        self.listing(product).write({"offer_only": True, "offer_asin": "B000000001"})
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["requirements"], "LISTING_OFFER_ONLY")
        self.assertEqual(
            set(message["attributes"]),
            {"condition_type", "merchant_suggested_asin", "purchasable_offer"},
        )

    def test_offer_without_a_page_is_a_problem(self):
        product = self.made()
        self.listing(product).offer_only = True
        self.assertIn("Name the ASIN", self.content(product))

    # === AGAINST THE SCHEMA === #

    def test_too_long_title_is_counted_in_bytes(self):
        # 120 letters, 240 bytes: Amazon takes 200.
        product = self.made(name="ü" * 120)
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        problem = self.listing(product).problem_text
        self.assertIn("byte", problem)
        self.assertIn("Title", problem)
        product.name = "ü" * 100
        self.dispatch()
        feed, _messages = self.build_listings()
        self.assertTrue(feed)
        self.assertFalse(self.listing(product).has_problem)

    def test_missing_attribute_is_an_error_of_its_product_alone(self):
        bad = self.product(amazon_brand=False)
        self.product(default_code="S2", barcode=False)
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["sku"], "S2")
        event = self.env["product.integration"].search([("record_id", "=", bad.id)])
        self.assertEqual(event.amazon_status, "error")
        self.assertIn("brand", event.amazon_status_data.lower())

    def test_attribute_that_is_taken_away_again_is_missed(self):
        product = self.listed()
        product.amazon_brand = False
        self.dispatch()
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        self.assertIn("brand", self.listing(product).problem_text.lower())

    def test_found_page_is_not_judged_by_what_was_never_sent(self):
        product = self.made()
        listing = self.listing(product)
        listing.write(
            {
                "state": "listed",
                "origin": "amazon",
                "product_type": "PRODUCT",
                "send_content": False,
            }
        )
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "PATCH")
        self.assertEqual(
            set(self.names_of(message)),
            {"purchasable_offer", "main_product_image_locator"},
        )

    def test_found_page_is_never_replaced(self):
        product = self.made()
        listing = self.listing(product)
        listing.write(
            {
                "state": "listed",
                "origin": "amazon",
                "product_type": "PRODUCT",
                "send_content": False,
            }
        )
        listing._store_answers([(listing, "UPDATE", (), None)])
        product.list_price = 110
        self.dispatch()
        feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "PATCH")
        self.accept(feed)
        self.assertEqual(listing.state, "listed")

    # === REJECTED === #

    def change_two(self, product):
        """Let content and price of a product be sent; return feed and message."""
        product.write({"name": "Trolley", "list_price": 110})
        self.dispatch()
        feed, (message,) = self.build_listings()
        self.assertEqual(
            set(self.names_of(message)), {"item_name", "purchasable_offer"}
        )
        return feed

    def test_lane_that_amazon_does_not_blame_is_sent_alone(self):
        product = self.listed()
        feed = self.change_two(product)
        self.reject(feed, "Bad title.", blamed=["item_name"])
        listing = self.listing(product)
        self.assertEqual(set(self.waiting(listing)), {"price"})
        feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), ["purchasable_offer"])
        self.accept(feed)
        self.assertEqual(self.last(listing, "content").state, "error")
        event = self.env["product.integration"].search(
            [("record_id", "=", product.id)], limit=1
        )
        self.assertEqual(event.amazon_status, "error")
        self.assertIn("Bad title.", event.amazon_status_data)
        self.assertFalse(self.waiting(listing))

    def test_where_nothing_is_blamed_each_is_tried_alone_and_once(self):
        product = self.listed()
        feed = self.change_two(product)
        self.reject(feed, "No.")
        feed, messages = self.build_listings()
        self.assertEqual(
            sorted(self.names_of(message) for message in messages),
            [["item_name"], ["purchasable_offer"]],
        )
        self.reject(feed, "No.")
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        self.assertFalse(self.waiting(self.listing(product)))

    def test_rejected_listing_is_not_split(self):
        product = self.made()
        feed, _messages = self.build_listings()
        self.reject(feed, "No.", blamed=["brand"])
        self.assertFalse(self.waiting(self.listing(product)))

    def test_many_products_need_no_more_queries(self):
        products = self.env["product.product"].create(
            [
                {"name": f"P{n}", "default_code": f"P{n}", "amazon_brand": "Acme"}
                for n in range(60)
            ]
        )
        self.dispatch()
        listings = self.env["amazon.listing"].search(
            [
                ("product_key", "in", products.ids),
                ("marketplace_id", "=", self.shops[0].id),
            ]
        )
        counts = {}
        for number in (1, 10, 60):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.want(listings[:number], "content", "image", "relationship", "override")
            counts[number] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts[60], counts[10] + 2)
