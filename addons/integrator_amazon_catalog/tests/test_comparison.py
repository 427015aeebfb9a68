# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import copy
import json
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..feeds.comparison import describe, differences
from ..feeds.listing_attributes import (
    ListingFamily,
    ListingImages,
    ListingPrice,
    ListingStock,
    Measure,
    Place,
    Sale,
    image_attributes,
    inventory_attributes,
    price_attributes,
    relationship_attributes,
)

try:
    from hypothesis import given, settings
    from hypothesis import strategies as st
except ImportError:
    given = None

DE = "A1PA6795UKMFR9"
PLACE = Place(DE, "de_DE", "EUR")
SALE = Sale(Decimal("14.90"), date(2026, 12, 1), date(2026, 12, 10))


def price(**values):
    return price_attributes(
        ListingPrice(**{"place": PLACE, "price": Decimal("19.90"), **values})
    )


def offer(attributes, number=0):
    return attributes["purchasable_offer"][number]


@tagged("post_install", "-at_install")
class TestComparison(BaseCase):
    def assertSame(self, wanted, shown, **options):
        self.assertEqual(differences(wanted, shown, **options), {})

    # === OFFERS === #

    def test_offer_as_amazon_shows_it_is_the_same(self):
        wanted = price(sale=SALE, business_price=Decimal(18), minimum=Decimal(10))
        shown = copy.deepcopy(wanted)
        shown["purchasable_offer"].reverse()
        consumers = offer(shown, 1)
        del consumers["audience"]
        consumers["start_at"] = {"value": "2026-11-01T10:11:12.000Z"}
        consumers["our_price"] = [{"schedule": [{"value_with_tax": "19.9"}]}]
        (sale,) = consumers["discounted_price"][0]["schedule"]
        sale.update(
            start_at="2026-11-30T23:00:00.000Z", end_at="2026-12-10T22:59:59.999Z"
        )
        self.assertSame(wanted, json.loads(json.dumps(shown)))

    def test_other_ways_to_show_a_day(self):
        for start, end in (
            ("2026-12-01", "2026-12-10"),
            ("2026-12-01T00:00:00Z", "2026-12-10T23:59:59Z"),
            ("2026-12-01T08:00:00Z", "2026-12-11T07:59:59Z"),
            ("2026-11-30T15:00:00Z", "2026-12-10T14:59:59Z"),
            ("2026-12-01T00:00:00+01:00", "2026-12-10T23:59:59+01:00"),
        ):
            shown = price(sale=SALE)
            (sale,) = offer(shown)["discounted_price"][0]["schedule"]
            sale.update(start_at=start, end_at=end)
            self.assertSame(price(sale=SALE), shown)

    def test_other_day_is_a_difference(self):
        for start in ("2026-12-02", "2026-12-01T23:00:00Z", "2026-11-30T00:00:00Z"):
            shown = price(sale=SALE)
            offer(shown)["discounted_price"][0]["schedule"][0]["start_at"] = start
            self.assertIn("purchasable_offer", differences(price(sale=SALE), shown))

    def test_sale_that_nobody_wants_is_a_difference(self):
        wanted, shown = price(), price(sale=SALE)
        self.assertEqual(
            differences(wanted, shown),
            {
                "purchasable_offer": (
                    wanted["purchasable_offer"],
                    shown["purchasable_offer"],
                )
            },
        )
        self.assertTrue(differences(shown, wanted))
        self.assertSame(
            wanted, {"purchasable_offer": [{**offer(wanted), "discounted_price": []}]}
        )

    def test_tier_and_business_offer_that_nobody_wants_are_differences(self):
        one = price(business_price=Decimal(18), tiers=((5, Decimal(17)),))
        two = price(
            business_price=Decimal(18), tiers=((5, Decimal(17)), (9, Decimal(16)))
        )
        for wanted, shown in ((one, two), (two, one), (price(), one), (one, price())):
            self.assertIn("purchasable_offer", differences(wanted, shown))

    def test_offers_elsewhere_are_none_of_our_business(self):
        shown = price()
        shown["purchasable_offer"].append({**offer(price()), "marketplace_id": "FR"})
        self.assertSame(price(), shown)

    def test_other_price_is_a_difference(self):
        self.assertTrue(differences(price(), price(price=Decimal("19.91"))))
        self.assertTrue(differences(price(), {}))

    # === STOCK === #

    def test_stock(self):
        wanted = inventory_attributes(ListingStock("DEFAULT", 5, 2))
        for more, same in (
            ({"quantity": "5"}, True),
            ({"is_inventory_available": True, "marketplace_id": DE}, True),
            ({"restock_date": ""}, True),
            ({"restock_date": "2026-12-15"}, False),
            ({"quantity": 4}, False),
            ({"lead_time_to_ship_max_days": None}, False),
        ):
            (instance,) = wanted["fulfillment_availability"]
            shown = {"fulfillment_availability": [{**instance, **more}]}
            self.assertEqual(not differences(wanted, shown), same, more)

    def test_what_amazon_counts_is_no_difference(self):
        shown = {
            "fulfillment_availability": [
                {"fulfillment_channel_code": "AMAZON_EU", "quantity": 12}
            ]
        }
        self.assertSame(inventory_attributes(ListingStock("AMAZON_EU")), shown)
        self.assertTrue(
            differences(inventory_attributes(ListingStock("DEFAULT", 12)), shown)
        )

    # === THE REST === #

    def test_only_what_is_wanted_is_compared(self):
        wanted = {"bullet_point": PLACE.text("a", "b")}
        shown = {"bullet_point": PLACE.text("c", "b", "a"), "brand": PLACE.text("x")}
        self.assertSame(wanted, shown)
        self.assertTrue(differences({"bullet_point": PLACE.text("a", "a")}, shown))
        self.assertTrue(differences({"color": PLACE.text("a")}, shown))

    def test_blanks_and_composed_letters_are_no_difference(self):
        shown = {"item_name": PLACE.text("Gro\u0308ße  M\n")}
        self.assertSame({"item_name": PLACE.text("Größe M")}, shown)

    def test_numbers_and_flags(self):
        for wanted, shown, same in (
            (49.9, "49.90", True),
            (50, 50.0, True),
            (50, "50,0", False),
            ("050", "50", False),
            (True, "true", True),
            (True, 1, False),
            (False, "true", False),
            (1, None, False),
            ("x", ["x"], False),
        ):
            found = differences({"a": PLACE.value(wanted)}, {"a": PLACE.value(shown)})
            self.assertEqual(not found, same, (wanted, shown))

    def test_images_are_compared_by_their_address(self):
        wanted = image_attributes(ListingImages(PLACE, "https://i/a"))
        self.assertSame(wanted, copy.deepcopy(wanted))
        other = image_attributes(ListingImages(PLACE, "https://i/b"))
        self.assertTrue(differences(wanted, other))

    def test_suggested_asin_counts_only_if_another_is_shown(self):
        wanted = {"merchant_suggested_asin": PLACE.value("B01")}
        self.assertSame(wanted, {})
        self.assertSame(wanted, {}, asin="B01")
        self.assertSame(wanted, wanted, asin="B02")
        self.assertTrue(differences(wanted, {}, asin="B02"))
        self.assertTrue(
            differences(wanted, {"merchant_suggested_asin": PLACE.value("B02")})
        )

    def test_each_wanted_instance_needs_one_of_its_own(self):
        wanted = {"a": [{"x": 1}, {"x": 1, "y": 2}]}
        self.assertSame(wanted, {"a": [{"x": 1, "y": 2}, {"x": 1}]})
        self.assertSame(wanted, {"a": [{"x": 1}, {"x": 1, "y": 2}]})
        self.assertTrue(differences(wanted, {"a": [{"x": 1, "y": 2}]}))

    # === WORDS === #

    def test_offer_in_words(self):
        self.assertEqual(
            describe("purchasable_offer", price(sale=SALE)["purchasable_offer"]),
            "19.90 EUR, sale 14.90 EUR 2026-12-01 to 2026-12-10",
        )
        found = price(
            minimum=Decimal(10),
            maximum=Decimal(30),
            business_price=Decimal(18),
            tiers=((5, Decimal(17)),),
        )
        self.assertEqual(
            describe("purchasable_offer", found["purchasable_offer"]),
            "19.90 EUR, at least 10.00 EUR, at most 30.00 EUR; "
            "for businesses 18.00 EUR, 17.00 EUR from 5 pieces",
        )
        yen = price(place=Place("JP", "ja_JP", "JPY"), price=Decimal(1500), decimals=0)
        self.assertEqual(
            describe("purchasable_offer", yen["purchasable_offer"]), "1500 JPY"
        )

    def test_stock_in_words(self):
        for stock, text in (
            (ListingStock("DEFAULT", 5, 2), "5 pieces, ships within 2 days"),
            (ListingStock("DEFAULT", 1, 1), "1 piece, ships within 1 day"),
            (
                ListingStock("DEFAULT", 0, restock=date(2026, 12, 15)),
                "0 pieces, back on 2026-12-15",
            ),
            (ListingStock("AMAZON_EU"), "shipped by Amazon (AMAZON_EU)"),
        ):
            found = inventory_attributes(stock)["fulfillment_availability"]
            self.assertEqual(describe("fulfillment_availability", found), text)

    def test_anything_else_in_words(self):
        child = relationship_attributes(ListingFamily(PLACE, "child", "SIZE", "P"))
        weight = [{**Measure(1.5, "kilograms").instance(), "marketplace_id": DE}]
        for name, instances, text in (
            ("item_name", PLACE.text("Koffer"), "Koffer"),
            ("bullet_point", PLACE.text("a\nb", "c"), "a b; c"),
            ("item_weight", weight, "1.5 kilograms"),
            ("variation_theme", child["variation_theme"], "SIZE"),
            (
                "child_parent_sku_relationship",
                child["child_parent_sku_relationship"],
                "variation of P",
            ),
            ("is_fragile", PLACE.value(True), "yes"),
            ("color", [], "nothing"),
            ("color", None, "nothing"),
        ):
            self.assertEqual(describe(name, instances), text)

    if given:
        leaf = st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(),
            st.text(max_size=6),
            st.sampled_from(
                ["2026-12-01", "2026-12-01T23:00:00Z", "9999-12-31T23:00:00Z", "19.9"]
            ),
        )
        names = st.sampled_from(
            "marketplace_id currency audience our_price schedule value value_with_tax"
            " start_at end_at discounted_price quantity_discount_plan levels quantity"
            " fulfillment_channel_code restock_date unit lower_bound".split()
        )
        anything = st.recursive(
            leaf,
            lambda inner, names=names: st.one_of(
                st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=4)
            ),
            max_leaves=12,
        )
        attribute = st.sampled_from(
            [
                "purchasable_offer",
                "fulfillment_availability",
                "merchant_suggested_asin",
                "list_price",
                "child_parent_sku_relationship",
                "item_name",
            ]
        )
        instances = st.lists(st.dictionaries(names, anything, max_size=4), max_size=3)

        @settings(max_examples=600, deadline=None)
        @given(
            st.dictionaries(attribute, instances, max_size=3),
            st.dictionaries(attribute, st.one_of(anything, instances), max_size=4),
        )
        def test_whatever_is_shown_is_compared_and_described(self, wanted, shown):
            found = differences(wanted, shown)
            self.assertLessEqual(set(found), set(wanted))
            for name, pair in found.items():
                for part in (*pair, shown.get(name)):
                    self.assertEqual(len(describe(name, part).splitlines()), 1)

        finite = st.one_of(
            st.booleans(),
            st.integers(),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(max_size=6),
        )

        @settings(max_examples=400, deadline=None)
        @given(
            st.dictionaries(
                attribute,
                st.lists(
                    st.dictionaries(names, finite, min_size=1, max_size=4), max_size=3
                ),
                max_size=4,
            ),
            st.randoms(),
        )
        def test_order_is_never_a_difference(self, wanted, random):
            shown = json.loads(json.dumps(wanted))
            for instances in shown.values():
                random.shuffle(instances)
            self.assertEqual(differences(wanted, shown), {})
