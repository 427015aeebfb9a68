# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..feeds import lanes
from ..feeds.listing_attributes import (
    ListingContent,
    ListingFamily,
    ListingImages,
    ListingPrice,
    ListingStock,
    Measure,
    Place,
    Sale,
    Size,
    changes,
    content_attributes,
    image_attributes,
    inventory_attributes,
    only_known,
    override_attributes,
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


def content(**values):
    return ListingContent(
        **{
            "place": PLACE,
            "title": "Koffer",
            "brand": "Acme",
            "barcode": "4006381333931",
            **values,
        }
    )


def price(**values):
    return ListingPrice(**{"place": PLACE, "price": Decimal("49.90"), **values})


def applied(patches, accepted, selectors, *, whole):
    """Return what Amazon has after these patches, as one of both ways is reported.

    whole: a replace swaps the attribute; else the instances with the same selectors
    """
    found = {name: list(instances) for name, instances in accepted.items()}
    for patch in patches:
        name = patch["path"].removeprefix("/attributes/")
        value, old = patch["value"], found.get(name, [])
        if patch["op"] == "delete":
            old = [
                item
                for item in old
                if not any(
                    all(item.get(key) == part for key, part in named.items())
                    for named in value
                )
            ]
            value = []
        elif whole:
            old = []
        else:
            fresh = [[item.get(key) for key in selectors] for item in value]
            old = [i for i in old if [i.get(key) for key in selectors] not in fresh]
        found[name] = old + value
    return {name: instances for name, instances in found.items() if instances}


@tagged("post_install", "-at_install")
class TestListingAttributes(BaseCase):
    # === CONTENT === #

    def test_texts_carry_language_and_marketplace(self):
        found = content_attributes(
            content(description="Rollt.", bullets=("Leicht", "", "Rot"))
        )
        where = {"language_tag": "de_DE", "marketplace_id": DE}
        self.assertEqual(found["item_name"], [{"value": "Koffer", **where}])
        self.assertEqual(found["product_description"], [{"value": "Rollt.", **where}])
        self.assertEqual(
            found["bullet_point"],
            [{"value": "Leicht", **where}, {"value": "Rot", **where}],
        )

    def test_identifier_type_follows_its_length(self):
        for barcode, kind in (
            ("4006381333931", "ean"),
            ("036000291452", "upc"),
            ("10036000291459", "gtin"),
        ):
            found = content_attributes(content(barcode=barcode))
            self.assertEqual(
                found["externally_assigned_product_identifier"],
                [{"type": kind, "value": barcode, "marketplace_id": DE}],
            )

    def test_what_is_no_barcode_is_not_sent(self):
        found = content_attributes(content(barcode="4006381333932"))
        self.assertNotIn("externally_assigned_product_identifier", found)

    def test_known_asin_takes_the_place_of_the_barcode(self):
        found = content_attributes(content(asin="B000000001"))
        self.assertEqual(
            found["merchant_suggested_asin"],
            [{"value": "B000000001", "marketplace_id": DE}],
        )
        self.assertNotIn("externally_assigned_product_identifier", found)

    def test_what_is_empty_is_left_out(self):
        found = content_attributes(content(brand="", barcode=""))
        self.assertEqual(set(found), {"condition_type", "item_name"})

    def test_offer_on_an_existing_product_says_nothing_of_it(self):
        extra = {"color": PLACE.text("Rot"), "condition_type": PLACE.value("used_good")}
        found = content_attributes(
            content(asin="B000000001", offer_only=True, extra=extra)
        )
        self.assertEqual(
            found,
            {
                "condition_type": PLACE.value("used_good"),
                "merchant_suggested_asin": PLACE.value("B000000001"),
            },
        )

    def test_parent_can_neither_be_found_nor_bought(self):
        found = content_attributes(content(parent=True, asin="B000000001"))
        self.assertEqual(set(found), {"item_name", "brand"})

    def test_mapping_of_the_merchant_wins(self):
        extra = {"brand": PLACE.text("Eigene")}
        found = content_attributes(content(extra=extra))
        self.assertEqual(found["brand"], PLACE.text("Eigene"))

    def test_measures_have_no_binary_noise(self):
        side = Measure(0.1 + 0.2, "centimeters")
        found = content_attributes(
            content(
                weight=Measure(1.1 + 2.2, "kilograms"),
                package_size=Size(side, side, side),
            )
        )
        weight = [{"value": 3.3, "unit": "kilograms", "marketplace_id": DE}]
        self.assertEqual(found["item_weight"], weight)
        self.assertEqual(found["item_package_weight"], weight)
        size = {"value": 0.3, "unit": "centimeters"}
        self.assertEqual(
            found["item_package_dimensions"],
            [{"length": size, "width": size, "height": size, "marketplace_id": DE}],
        )

    def test_defaults_that_the_type_lacks_are_dropped_but_not_the_mapping(self):
        found = only_known({"a": [], "b": [], "c": []}, {"a"}, own={"c"})
        self.assertEqual(set(found), {"a", "c"})

    # === PRICE === #

    def test_offer_is_one_whole_block(self):
        found = price_attributes(
            price(
                sale=Sale(Decimal("39.9"), date(2026, 12, 1), date(2026, 12, 10)),
                minimum=Decimal(30),
                maximum=Decimal("60.004"),
            )
        )
        self.assertEqual(
            found["purchasable_offer"],
            [
                {
                    "marketplace_id": DE,
                    "currency": "EUR",
                    "audience": "ALL",
                    "our_price": [{"schedule": [{"value_with_tax": 49.9}]}],
                    "discounted_price": [
                        {
                            "schedule": [
                                {
                                    "start_at": "2026-12-01",
                                    "end_at": "2026-12-10",
                                    "value_with_tax": 39.9,
                                }
                            ]
                        }
                    ],
                    "minimum_seller_allowed_price": [
                        {"schedule": [{"value_with_tax": 30.0}]}
                    ],
                    "maximum_seller_allowed_price": [
                        {"schedule": [{"value_with_tax": 60.0}]}
                    ],
                }
            ],
        )

    def test_businesses_have_an_offer_of_their_own(self):
        tiers = ((10, Decimal(40)), (5, Decimal("42.5")))
        offers = price_attributes(price(business_price=Decimal(45), tiers=tiers))
        consumers, businesses = offers["purchasable_offer"]
        self.assertNotIn("quantity_discount_plan", consumers)
        self.assertEqual(businesses["audience"], "B2B")
        (plan,) = businesses["quantity_discount_plan"][0]["schedule"]
        self.assertEqual(
            plan,
            {
                "discount_type": "fixed",
                "levels": [
                    {"lower_bound": 5, "value": 42.5},
                    {"lower_bound": 10, "value": 40.0},
                ],
            },
        )

    def test_amounts_have_the_decimals_of_the_currency(self):
        for value, decimals, amount in (
            ("49.900000000000006", 2, "49.9"),
            ("0.125", 2, "0.13"),
            ("1500", 0, "1500"),
            ("1499.5", 0, "1500"),
            ("1.2345", 3, "1.235"),
        ):
            offer = price_attributes(price(price=Decimal(value), decimals=decimals))
            (schedule,) = offer["purchasable_offer"][0]["our_price"][0]["schedule"]
            self.assertEqual(repr(schedule["value_with_tax"]), amount)

    def test_what_is_no_amount_is_refused(self):
        for value in ("NaN", "Infinity", "1e40"):
            with self.assertRaisesRegex(ValueError, "is no amount"):
                price_attributes(price(price=Decimal(value)))

    def test_list_price_is_under_the_key_of_the_product_type(self):
        found = price_attributes(price(list_price=Decimal(60), list_price_key="value"))
        self.assertEqual(
            found["list_price"],
            [{"value": 60.0, "currency": "EUR", "marketplace_id": DE}],
        )

    # === THE OTHER LANES === #

    def test_stock_is_one_whole_block(self):
        found = inventory_attributes(ListingStock("DEFAULT", 0, 2, date(2026, 12, 15)))
        self.assertEqual(
            found["fulfillment_availability"],
            [
                {
                    "fulfillment_channel_code": "DEFAULT",
                    "quantity": 0,
                    "lead_time_to_ship_max_days": 2,
                    "restock_date": "2026-12-15",
                }
            ],
        )

    def test_amazon_is_never_told_how_many_it_has(self):
        stock = ListingStock("AMAZON_EU", 5, 2, date(2026, 12, 15))
        self.assertEqual(
            inventory_attributes(stock)["fulfillment_availability"],
            [{"fulfillment_channel_code": "AMAZON_EU"}],
        )

    def test_images_have_one_slot_each(self):
        others = tuple(f"https://i/{number}" for number in range(1, 12))
        images = ListingImages(PLACE, "https://i/0", others, "https://i/s")
        found = image_attributes(images)
        self.assertEqual(len(found), 10)
        self.assertEqual(
            found["other_product_image_locator_8"],
            [{"media_location": "https://i/8", "marketplace_id": DE}],
        )

    def test_image_that_disappears_is_deleted_alone(self):
        before = image_attributes(ListingImages(PLACE, "https://i/0", ("https://i/1",)))
        after = image_attributes(ListingImages(PLACE, "https://i/0"))
        self.assertEqual(
            changes(after, before),
            [
                {
                    "op": "delete",
                    "path": "/attributes/other_product_image_locator_1",
                    "value": [{"marketplace_id": DE}],
                }
            ],
        )

    def test_family(self):
        self.assertEqual(relationship_attributes(ListingFamily(PLACE, "")), {})
        self.assertEqual(
            relationship_attributes(ListingFamily(PLACE, "parent", "SIZE/COLOR", "X")),
            {
                "parentage_level": PLACE.value("parent"),
                "variation_theme": [{"name": "SIZE/COLOR"}],
            },
        )
        child = ListingFamily(PLACE, "child", parent_sku="P", accessory_of=("A",))
        self.assertEqual(
            relationship_attributes(child)["child_parent_sku_relationship"],
            [
                {
                    "child_relationship_type": kind,
                    "parent_sku": sku,
                    "marketplace_id": DE,
                }
                for kind, sku in (("variation", "P"), ("accessory", "A"))
            ],
        )

    def test_shipping_template(self):
        self.assertEqual(override_attributes(PLACE, ""), {})
        self.assertEqual(
            override_attributes(PLACE, "legacy-template-id"),
            {"merchant_shipping_group": PLACE.value("legacy-template-id")},
        )

    def test_each_attribute_has_its_lane(self):
        made = {
            lanes.CONTENT: content_attributes(content()),
            lanes.PRICE: price_attributes(price(list_price=Decimal(60))),
            lanes.INVENTORY: inventory_attributes(ListingStock("DEFAULT", 1)),
            lanes.IMAGE: image_attributes(ListingImages(PLACE, "a", ("b",), "c")),
            lanes.RELATIONSHIP: relationship_attributes(
                ListingFamily(PLACE, "child", "SIZE", "P")
            ),
            lanes.OVERRIDE: override_attributes(PLACE, "x"),
        }
        together = {name: v for part in made.values() for name, v in part.items()}
        for lane, attributes in made.items():
            self.assertEqual(lanes.select(together, [lane]), attributes)
        self.assertEqual(lanes.select(together, lanes.LANES), together)
        self.assertEqual(lanes.lane_of("main_offer_image_locator"), lanes.IMAGE)

    # === CHANGES === #

    def test_only_what_changed_is_patched(self):
        before = content_attributes(content())
        after = content_attributes(content(title="Hartschalenkoffer"))
        self.assertEqual(
            changes(after, before),
            [
                {
                    "op": "replace",
                    "path": "/attributes/item_name",
                    "value": after["item_name"],
                }
            ],
        )
        self.assertEqual(changes(before, before), [])

    def test_removed_attribute_is_deleted_by_its_selectors(self):
        before = content_attributes(content(description="Rollt."))
        self.assertEqual(
            changes(content_attributes(content()), before),
            [
                {
                    "op": "delete",
                    "path": "/attributes/product_description",
                    "value": [{"marketplace_id": DE, "language_tag": "de_DE"}],
                }
            ],
        )

    def test_sale_ends_with_the_whole_offer_that_has_none(self):
        sale = Sale(Decimal(40), date(2026, 12, 1), date(2026, 12, 10))
        lasting = price(minimum=Decimal(30))
        wanted = price_attributes(lasting)
        patches = changes(wanted, price_attributes(replace(lasting, sale=sale)))
        self.assertEqual(
            patches,
            [
                {
                    "op": "replace",
                    "path": "/attributes/purchasable_offer",
                    "value": wanted["purchasable_offer"],
                }
            ],
        )

    def test_instance_that_is_gone_is_deleted_before_the_rest_is_replaced(self):
        before = price_attributes(price(business_price=Decimal(45)))
        gone, rest = changes(price_attributes(price(price=Decimal(50))), before)
        self.assertEqual(gone["op"], "delete")
        self.assertEqual(
            gone["value"],
            [{"marketplace_id": DE, "currency": "EUR", "audience": "B2B"}],
        )
        self.assertEqual(rest["op"], "replace")

    def test_other_channel_ends_the_one_before(self):
        before = inventory_attributes(ListingStock("AMAZON_EU"))
        gone, rest = changes(inventory_attributes(ListingStock("DEFAULT", 3)), before)
        self.assertEqual(gone["value"], [{"fulfillment_channel_code": "AMAZON_EU"}])
        self.assertEqual(rest["value"][0]["quantity"], 3)

    def test_what_has_no_selectors_is_named_as_it_is(self):
        before = {"variation_theme": [{"name": "SIZE"}]}
        (gone,) = changes({}, before)
        self.assertEqual(gone["value"], [{"name": "SIZE"}])
        (other,) = changes({"variation_theme": [{"name": "COLOR"}]}, before)
        self.assertEqual(other["op"], "replace")

    def test_selectors_of_the_product_type_are_used(self):
        before = {"a": [{"value": 1, "kind": "x", "marketplace_id": DE}]}
        (gone,) = changes({}, before, lambda _name: ("kind", "marketplace_id"))
        self.assertEqual(gone["value"], [{"kind": "x", "marketplace_id": DE}])

    if given:
        instance = st.fixed_dictionaries(
            {"marketplace_id": st.sampled_from([DE, "OTHER"])},
            optional={
                "audience": st.sampled_from(["ALL", "B2B"]),
                "value": st.integers(0, 3),
                "more": st.integers(0, 1),
            },
        )
        attributes = st.dictionaries(
            st.sampled_from("abc"),
            st.lists(instance, min_size=1, max_size=3),
            max_size=3,
        )

        @settings(max_examples=400, deadline=None)
        @given(attributes, attributes)
        def test_patches_lead_from_any_state_to_any_other(self, wanted, accepted):
            selectors = ("audience", "marketplace_id")
            patches = changes(wanted, accepted, lambda _name: selectors)
            for whole in (True, False):
                found = applied(patches, accepted, selectors, whole=whole)
                self.assertEqual(found, wanted)
