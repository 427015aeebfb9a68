# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import schema
from .lane_case import LaneCase


def attribute(kind="string", **keys):
    """Return the schema of an attribute with one value per instance."""
    properties = {"value": {"type": kind}, "marketplace_id": {"type": "string"}, **keys}
    return {
        "type": "array",
        "title": "Thing",
        "items": {"type": "object", "properties": properties},
    }


@tagged("post_install", "-at_install")
class TestAttributeMap(LaneCase):
    """Where the values of Amazon's attributes come from."""

    def setUp(self):
        super().setUp()
        document = schema(None)
        document["properties"].update(
            {
                "material": attribute(language_tag={"type": "string"}),
                "voltage": attribute("number"),
                "depth": attribute("number", unit={"enum": ["centimeters", "inches"]}),
                "is_fragile": attribute("boolean"),
            }
        )
        for shop in self.shops:
            self.demand(document, shop=shop)

    def map(self, name="material", **values):
        return self.env["amazon.attribute.map"].create({"attribute": name, **values})

    def made(self, **values):
        product = self.product(**values)
        self.dispatch()
        return product

    def values(self, product, name="material", shop=None):
        found = self.want_one(self.listing(product, shop), "content")
        if isinstance(found, str):
            return found
        return [instance["value"] for instance in found.get(name, [])]

    # === WHERE VALUES COME FROM === #

    def test_field_of_the_product_or_of_what_it_names(self):
        product = self.made(volume=3.5)
        self.map("voltage", field_name="volume")
        self.map(field_name="uom_id.name")
        self.assertEqual(self.values(product, "voltage"), [3.5])
        self.assertEqual(self.values(product), [product.uom_id.name])

    def test_record_is_told_by_its_name(self):
        category = self.env["product.category"].create({"name": "Cases"})
        product = self.made(categ_id=category.id)
        self.map(field_name="categ_id")
        self.assertEqual(self.values(product), [product.categ_id.display_name])

    def test_text_is_cleaned(self):
        product = self.made(description_sale="<b>Linen</b> &amp; silk\u0001")
        self.map(field_name="description_sale")
        self.assertEqual(self.values(product), ["Linen & silk"])

    def test_empty_field_is_left_out_and_the_next_line_takes_over(self):
        product = self.made()
        self.map(field_name="description_purchase", sequence=1)
        self.assertEqual(self.values(product), [])
        self.map(source="constant", value="Linen", sequence=2)
        self.assertEqual(self.values(product), ["Linen"])

    def test_first_line_wins_and_over_what_odoo_says_itself(self):
        product = self.made()
        self.map("brand", source="constant", value="Second", sequence=2)
        self.map("brand", source="constant", value="First", sequence=1)
        document = schema(None)
        document["properties"]["brand"] = attribute()
        self.demand(document)
        self.assertEqual(self.values(product, "brand"), ["First"])

    def test_constant_may_be_translated(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        product = self.made()
        line = self.map(source="constant", value="Linen")
        line.with_context(lang="fr_FR").value = "Lin"
        self.assertEqual(self.values(product), ["Linen"])
        self.assertEqual(self.values(product, shop=self.shops[1]), ["Lin"])

    def template(self, create_variant, *names):
        own = self.env["product.attribute"].create(
            {"name": "Stuff", "create_variant": create_variant}
        )
        values = self.env["product.attribute.value"].create(
            [{"name": name, "attribute_id": own.id} for name in names]
        )
        template = self.env["product.template"].create(
            {
                "name": "Case",
                "type": "consu",
                "amazon_brand": "Acme",
                "attribute_line_ids": [
                    (0, 0, {"attribute_id": own.id, "value_ids": [(6, 0, values.ids)]})
                ],
            }
        )
        for number, product in enumerate(template.product_variant_ids):
            product.default_code = f"V{number}"
        self.dispatch()
        self.map(source="attribute", product_attribute_id=own.id)
        return template

    def test_attribute_of_a_variant(self):
        template = self.template("always", "Linen", "Silk")
        found = {self.values(p)[0] for p in template.product_variant_ids}
        self.assertEqual(found, {"Linen", "Silk"})

    def test_attribute_that_makes_no_variants(self):
        template = self.template("no_variant", "Linen", "Silk")
        self.assertEqual(self.values(template.product_variant_ids), ["Linen", "Silk"])

    def test_parent_has_no_attribute_in_which_its_children_differ(self):
        template = self.template("always", "Linen", "Silk")
        line = self.env["amazon.attribute.map"].search([], limit=1)
        self.assertEqual(line._get_values(template), [])

    def test_field_that_only_variants_have(self):
        template = self.template("always", "Linen", "Silk")
        line = self.map("color", field_name="combination_indices")
        self.assertEqual(line._get_values(template), [])
        self.assertTrue(line._get_values(template.product_variant_ids[0]))

    # === FOR WHOM === #

    def test_category_and_those_below_it(self):
        above = self.env["product.category"].create({"name": "Above"})
        below = self.env["product.category"].create(
            {"name": "Below", "parent_id": above.id}
        )
        inside = self.made(categ_id=below.id)
        outside = self.made(default_code="S2", barcode=False)
        self.map(source="constant", value="Linen", category_id=above.id)
        self.assertEqual(self.values(inside), ["Linen"])
        self.assertEqual(self.values(outside), [])

    def test_product_type(self):
        product = self.made()
        line = self.map(source="constant", value="Linen", product_type="LUGGAGE")
        self.assertEqual(self.values(product), [])
        line.product_type = "PRODUCT"
        self.assertEqual(self.values(product), ["Linen"])

    def test_marketplaces(self):
        product = self.made()
        self.map(
            source="constant",
            value="Linen",
            marketplace_ids=[(6, 0, self.shops[1].ids)],
        )
        self.assertEqual(self.values(product), [])
        self.assertEqual(self.values(product, shop=self.shops[1]), ["Linen"])

    def test_companies(self):
        product = self.made()
        other = self.env["res.company"].create({"name": "Other"})
        line = self.map(source="constant", value="Linen", company_id=other.id)
        self.assertEqual(self.values(product), [])
        line.company_id = False
        self.assertEqual(self.values(product), ["Linen"])
        line.active = False
        self.assertEqual(self.values(product), [])

    # === WHAT DOES NOT FIT === #

    def test_unit(self):
        product = self.made(volume=3.5)
        line = self.map("depth", field_name="volume", unit="centimeters")
        (instance,) = self.want_one(self.listing(product), "content")["depth"]
        self.assertEqual((instance["value"], instance["unit"]), (3.5, "centimeters"))
        line.unit = "parsec"
        self.assertIn("parsec", self.values(product, "depth"))

    def test_value_that_does_not_fit(self):
        product = self.made()
        self.map("voltage", source="constant", value="much")
        found = self.values(product, "voltage")
        self.assertIn("Thing", found)
        self.assertIn("much", found)

    def test_no_is_an_answer_to_yes_or_no(self):
        product = self.made()
        self.map("is_fragile", source="constant", value="no")
        self.assertEqual(self.values(product, "is_fragile"), [False])

    def test_attribute_that_the_type_does_not_have(self):
        product = self.made()
        self.map("wingspan", source="constant", value="3")
        self.assertIn("not known", self.values(product, "wingspan"))

    # === THE LINE ITSELF === #

    def test_line_without_source_is_refused(self):
        for values in (
            {"source": "field"},
            {"source": "attribute"},
            {"source": "constant"},
            {"field_name": "no_such_field"},
            {"field_name": "name.name"},
            {"field_name": "categ_id.no_such_field"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.map(**values)

    def test_mapped_field_is_recorded(self):
        product = self.listed()
        product.volume = 3
        self.assertFalse(self.dispatch())
        self.map("voltage", field_name="volume")
        self.dispatch()
        self.settle_all()
        product.volume = 4
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), ["voltage"])

    def test_changed_mapping_lets_the_listings_it_reaches_wait(self):
        product = self.listed()
        line = self.map(
            source="constant",
            value="Linen",
            marketplace_ids=[(6, 0, self.shops[0].ids)],
        )
        self.assertIn("content", self.waiting(self.listing(product)))
        self.assertFalse(self.waiting(self.listing(product, self.shops[1])))
        self.settle_all()
        line.value = "Silk"
        _feed, (message,) = self.build_listings()
        self.assertEqual(message["patches"][-1]["value"][0]["value"], "Silk")
        self.settle_all()
        line.unlink()
        self.assertIn("content", self.waiting(self.listing(product)))
