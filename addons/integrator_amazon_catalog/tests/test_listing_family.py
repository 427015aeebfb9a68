# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import RED
from .lane_case import LaneCase

LEVEL, THEME, RELATION = (
    "parentage_level",
    "variation_theme",
    "child_parent_sku_relationship",
)


@tagged("post_install", "-at_install")
class TestListingFamily(LaneCase):
    """Variants below their parent, and accessories."""

    def attribute(self, name, *values, **own):
        attribute = self.env["product.attribute"].create({"name": name, **own})
        return self.env["product.attribute.value"].create(
            [{"name": value, "attribute_id": attribute.id} for value in values]
        )

    def template(self, values=None, codes=("R", "B"), **own):
        """Return a product in variants, of a type that has variations."""
        values = values or self.attribute("Color", "Red", "Blue")
        template = self.env["product.template"].create(
            {
                "name": "Suitcase",
                "type": "consu",
                "list_price": 100,
                "amazon_brand": "Acme",
                "amazon_product_type": "LUGGAGE",
                "amazon_parent_sku": "FAMILY",
                "image_1920": RED,
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {
                            "attribute_id": values.attribute_id.id,
                            "value_ids": [(6, 0, values.ids)],
                        },
                    )
                ],
                **own,
            }
        )
        for product, code in zip(template.product_variant_ids, codes, strict=True):
            product.default_code = code
        return template

    def parent(self, template, shop=None):
        return self.env["amazon.listing"].search(
            [
                ("parent_key", "=", template.id),
                ("marketplace_id", "=", (shop or self.shops[0]).id),
            ]
        )

    def child(self, template, code):
        return template.product_variant_ids.filtered(lambda p: p.default_code == code)

    def by_sku(self, messages):
        return {message["sku"]: message for message in messages}

    def patched(self, message):
        """Return the values that a PATCH sets, by attribute; None for deleted ones."""
        return {
            patch["path"].removeprefix("/attributes/"): (
                patch["value"] if patch["op"] == "replace" else None
            )
            for patch in message["patches"]
        }

    def family(self, *colors, **values):
        """Return a template whose family is complete at Amazon."""
        colors = colors or ("Red", "Blue")
        template = self.template(
            self.attribute("Color", *colors), [c[0] for c in colors], **values
        )
        self.dispatch()
        self.settle_all()
        return template

    # === HOW A FAMILY IS MADE === #

    def test_parent_is_made_and_its_children_join_when_amazon_has_it(self):
        template = self.template()
        self.dispatch()
        self.assertEqual(self.parent(template).sku, "FAMILY")
        feed, messages = self.build_listings()
        found = self.by_sku(messages)
        self.assertEqual(set(found), {"R", "B", "FAMILY"})
        parent = found["FAMILY"]["attributes"]
        self.assertEqual(parent[LEVEL][0]["value"], "parent")
        self.assertEqual(parent[THEME][0]["name"], "COLOR")
        self.assertNotIn("purchasable_offer", parent)
        self.assertNotIn("condition_type", parent)
        self.assertNotIn("color", parent)
        self.assertNotIn(LEVEL, found["R"]["attributes"])
        self.accept(feed)
        feed, messages = self.build_listings()
        found = self.by_sku(messages)
        self.assertEqual(set(found), {"R", "B"})
        child = self.patched(found["B"])
        self.assertEqual(child[LEVEL][0]["value"], "child")
        self.assertEqual(child[THEME][0]["name"], "COLOR")
        self.assertEqual(child[RELATION][0]["parent_sku"], "FAMILY")
        self.assertEqual(child[RELATION][0]["child_relationship_type"], "variation")
        self.accept(feed)
        self.assertFalse(self.build_listings()[0])

    def test_children_wait_for_a_parent_that_amazon_refused(self):
        template = self.template()
        self.dispatch()
        self.build_listings()
        children = self.listings(template.product_variant_ids[0])
        parent = self.parent(template)
        self.assertEqual(parent.state, "new")
        found = self.want(children[0], "relationship")[children[0]]
        self.assertEqual(found.lanes["relationship"], {})

    def test_values_of_variants_are_amazons_attributes(self):
        template = self.template()
        self.dispatch()
        _feed, messages = self.build_listings()
        found = self.by_sku(messages)
        self.assertEqual(
            [found[sku]["attributes"]["color"][0]["value"] for sku in "RB"],
            ["Red", "Blue"],
        )
        self.assertEqual(found["R"]["attributes"]["color"][0]["language_tag"], "de_DE")
        self.assertEqual(len(template.product_variant_ids), 2)

    def test_attribute_that_the_type_lacks_is_guessed_no_further(self):
        template = self.template(
            self.attribute("Material", "Linen", "Silk"), ("L", "S")
        )
        self.dispatch()
        self.settle_all()
        child = self.listing(template.product_variant_ids[0])
        self.assertEqual(child.state, "listed")
        self.assertNotIn("material", child.accepted["attributes"])

    def test_attribute_named_by_hand_that_the_type_lacks_is_a_problem(self):
        values = self.attribute("Stuff", "Linen", "Silk", amazon_attribute="material")
        template = self.template(values, ("L", "S"))
        self.dispatch()
        problem = self.want_one(
            self.listing(template.product_variant_ids[0]), "content"
        )
        self.assertIn("is not known for this product type", problem)

    def test_attribute_is_known_by_its_name_or_what_a_person_says(self):
        values = self.attribute("Ton", "Rot", "Blau", amazon_attribute="color")
        template = self.template(values)
        self.dispatch()
        parent = self.want_one(self.parent(template), "relationship")
        self.assertEqual(parent[THEME][0]["name"], "COLOR")

    # === THEMES === #

    def test_no_theme_fits_is_a_problem_of_the_parent_and_of_no_child(self):
        template = self.template(
            self.attribute("Material", "Linen", "Silk"), ("L", "S")
        )
        self.dispatch()
        feed, messages = self.build_listings()
        self.assertEqual(set(self.by_sku(messages)), {"L", "S"})
        self.accept(feed)
        parent = self.parent(template)
        self.assertEqual(parent.state, "new")
        self.assertIn("no variation theme for material", parent.problem_text)
        self.assertIn("SIZE/COLOR", parent.problem_text)
        template.amazon_variation_theme = "COLOR"
        self.dispatch()
        _feed, messages = self.build_listings()
        self.assertIn("FAMILY", self.by_sku(messages))

    def test_theme_of_a_person_must_be_one_of_amazons(self):
        template = self.template(amazon_variation_theme="FLAVOR")
        self.dispatch()
        self.build_listings()
        self.assertIn("no variation theme", self.parent(template).problem_text)

    def test_plain_product_type_has_no_family(self):
        template = self.template(amazon_product_type="PRODUCT")
        self.dispatch()
        self.assertFalse(self.parent(template))
        _feed, messages = self.build_listings()
        self.assertEqual(set(self.by_sku(messages)), {"R", "B"})

    def test_single_product_has_no_family(self):
        product = self.product(amazon_product_type="LUGGAGE")
        self.dispatch()
        self.assertFalse(self.parent(product.product_tmpl_id))

    # === HOW A FAMILY CHANGES === #

    def test_child_that_is_added_later_joins(self):
        template = self.family()
        line = template.attribute_line_ids
        green = self.env["product.attribute.value"].create(
            {"name": "Green", "attribute_id": line.attribute_id.id}
        )
        line.value_ids |= green
        child = template.product_variant_ids.filtered(lambda p: not p.default_code)
        child.default_code = "G"
        self.dispatch()
        self.settle_all()
        known = self.listing(child).accepted["attributes"]
        self.assertEqual(known[RELATION][0]["parent_sku"], "FAMILY")
        self.assertEqual(known["color"][0]["value"], "Green")

    def test_child_that_goes_is_ended_and_the_parent_stays(self):
        template = self.family("Red", "Blue", "Green")
        self.child(template, "R").active = False
        self.dispatch()
        feed, messages = self.build_listings()
        (message,) = messages
        self.assertEqual((message["sku"], message["operationType"]), ("R", "DELETE"))
        self.accept(feed)
        self.assertEqual(self.parent(template).state, "listed")

    def test_last_child_but_one_stays_below_its_parent(self):
        template = self.family()
        self.child(template, "R").active = False
        template.name = "Trolley"
        self.dispatch()
        _feed, messages = self.build_listings()
        found = self.by_sku(messages)
        self.assertEqual(found["R"]["operationType"], "DELETE")
        self.assertEqual(self.patched(found["B"]).keys(), {"item_name"})
        self.assertEqual(found["FAMILY"]["operationType"], "PATCH")

    def test_parent_is_ended_with_its_last_child(self):
        template = self.family()
        template.product_variant_ids.active = False
        self.dispatch()
        feed, messages = self.build_listings()
        operations = {m["sku"]: m["operationType"] for m in messages}
        self.assertEqual(operations, dict.fromkeys(("R", "B", "FAMILY"), "DELETE"))
        self.accept(feed)
        self.assertEqual(self.parent(template).state, "deleted")

    def test_parent_of_a_deleted_product_is_ended(self):
        template = self.family()
        template.unlink()
        self.dispatch()
        _feed, messages = self.build_listings()
        operations = {m["sku"]: m["operationType"] for m in messages}
        self.assertEqual(operations, dict.fromkeys(("R", "B", "FAMILY"), "DELETE"))

    def test_family_ends_when_the_type_has_no_variations_any_more(self):
        template = self.family()
        template.amazon_product_type = "PRODUCT"
        self.dispatch()
        feed, messages = self.build_listings()
        found = self.by_sku(messages)
        self.assertEqual(found["FAMILY"]["operationType"], "DELETE")
        self.assertEqual(found["R"]["operationType"], "UPDATE")
        self.accept(feed)
        known = self.listing(template.product_variant_ids[0]).accepted["attributes"]
        self.assertNotIn(RELATION, known)

    def test_parent_sku_is_made_up_where_none_is_named(self):
        template = self.template(amazon_parent_sku=False)
        self.dispatch()
        self.assertEqual(self.parent(template).sku, f"PARENT-{template.id}")

    def test_parents_price_and_stock_are_never_sent(self):
        template = self.family()
        template.list_price = 110
        self.dispatch()
        self.assertFalse(self.waiting(self.parent(template)))
        self.assertIn(
            "price", self.waiting(self.listing(template.product_variant_ids[0]))
        )

    # === ACCESSORIES === #

    def test_accessory_names_its_main_products_that_amazon_has(self):
        main = self.listed(default_code="MAIN", barcode=False)
        accessory = self.listed(default_code="ACC", barcode=False)
        other = self.product(default_code="OTHER", barcode=False)
        accessory.amazon_main_product_ids = main | other
        self.dispatch()
        _feed, messages = self.build_listings()
        relation = self.patched(self.by_sku(messages)["ACC"])[RELATION]
        self.assertEqual(
            [(r["parent_sku"], r["child_relationship_type"]) for r in relation],
            [("MAIN", "accessory")],
        )

    def test_who_sells_on_a_page_of_amazons_leaves_its_family_alone(self):
        template = self.family()
        listing = self.listing(template.product_variant_ids[0])
        listing.write({"offer_only": True, "offer_asin": "B000000001"})
        self.assertIsNone(self.want_one(listing, "relationship"))
