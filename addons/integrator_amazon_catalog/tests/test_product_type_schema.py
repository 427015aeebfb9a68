# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import copy
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..feeds.listing_attributes import Place
from ..feeds.product_type_schema import Problem, ProductTypeSchema
from ..feeds.schema_vocabulary import VOCABULARY

try:
    from hypothesis import given, settings
    from hypothesis import strategies as st
except ImportError:
    given = None

DE = "A1PA6795UKMFR9"
PLACE = Place(DE, "de_DE", "EUR")
SELECTED = {"selectors": ["marketplace_id", "language_tag"], "minUniqueItems": 1}


def attribute(title, keys, required=("value",), most=1, **more):
    """Return an attribute as Amazon's schemas have them."""
    return {
        "title": title,
        "type": "array",
        "maxUniqueItems": most,
        "minUniqueItems": 1,
        "selectors": ["marketplace_id"],
        "items": {
            "type": "object",
            "required": [*required, "marketplace_id"],
            "properties": {
                **keys,
                "marketplace_id": {"$ref": "#/$defs/marketplace_id"},
            },
            "additionalProperties": False,
        },
        **more,
    }


def text(title, most_bytes, most=1):
    keys = {
        "value": {"title": title, "type": "string", "maxUtf8ByteLength": most_bytes},
        "language_tag": {"$ref": "#/$defs/language_tag"},
    }
    return attribute(title, keys, most=most, **SELECTED)


def one(title, **schema):
    return attribute(title, {"value": {"title": title, **schema}})


SCHEMA = {
    "$schema": "https://example.invalid/meta-schema/v1",
    "$id": "https://example.invalid/definitions/LAMP",
    "$defs": {
        "marketplace_id": {
            "type": "string",
            "enum": [DE],
            "enumNames": ["Amazon.de"],
            "editable": False,
        },
        "language_tag": {"anyOf": [{"type": "string"}, {"enum": ["de_DE"]}]},
    },
    "type": "object",
    "required": ["item_name", "brand"],
    "additionalProperties": False,
    "properties": {
        "item_name": text("Title", 200),
        "brand": text("Brand Name", 20),
        "bullet_point": text("Bullet Point", 50, most=2),
        "color": attribute(
            "Color",
            {
                "value": {
                    "title": "Color",
                    "anyOf": [
                        {"type": "string"},
                        {
                            "type": "string",
                            "enum": ["red", "dark_blue"],
                            "enumNames": ["Rot", "Dunkelblau"],
                        },
                    ],
                },
                "language_tag": {"$ref": "#/$defs/language_tag"},
            },
        ),
        "power_source": one(
            "Power Source",
            type="string",
            enum=["battery", "mains"],
            enumNames=["Batterie", "Netz"],
        ),
        "battery_count": one("Battery Count", type="integer", minimum=1, hidden=False),
        "is_fragile": one("Fragile", type="boolean"),
        "launch": one(
            "Launch Date",
            type="string",
            anyOf=[
                {"type": "string", "format": "date"},
                {"type": "string", "format": "date-time"},
            ],
        ),
        "model_number": one("Model", type="string", minUtf8ByteLength=3, pattern="^M"),
        "item_weight": attribute(
            "Item Weight",
            {
                "value": {"title": "Weight", "type": "number", "minimum": 0},
                "unit": {
                    "title": "Weight Unit",
                    "type": "string",
                    "enum": ["grams", "kilograms"],
                    "enumNames": ["Gramm", "Kilogramm"],
                },
            },
            ["value", "unit"],
        ),
        "item_dimensions": attribute(
            "Item Dimensions",
            {
                side: {
                    "type": "object",
                    "properties": {
                        "value": {"type": "number"},
                        "unit": {"type": "string", "enum": ["centimeters"]},
                    },
                    "required": ["value", "unit"],
                }
                for side in ("length", "width")
            },
            ["length", "width"],
        ),
        "list_price": attribute(
            "List Price",
            {"value_with_tax": {"type": "number"}, "currency": {"type": "string"}},
            ["currency"],
        ),
        "merchant_suggested_asin": one("ASIN", type="string"),
        "barcode": one("Barcode", type="string"),
    },
    "allOf": [
        {
            "if": {
                "properties": {
                    "power_source": {
                        "contains": {"properties": {"value": {"const": "battery"}}}
                    }
                },
                "required": ["power_source"],
            },
            "then": {"required": ["battery_count"]},
            "else": {"not": {"required": ["battery_count"]}},
        }
    ],
    "anyOf": [{"required": ["merchant_suggested_asin"]}, {"required": ["barcode"]}],
}
GOOD = {
    "item_name": PLACE.text("Lampe"),
    "brand": PLACE.text("Acme"),
    "barcode": PLACE.value("4006381333931"),
}


@tagged("post_install", "-at_install")
class TestProductTypeSchema(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schema = ProductTypeSchema(SCHEMA)

    def assertProblems(self, more, *texts, without=()):
        attributes = {k: v for k, v in {**GOOD, **more}.items() if k not in without}
        found = self.schema.check(attributes)
        self.assertEqual([problem.text for problem in found], list(texts))
        return found

    # === CHECKING === #

    def test_fine_listing_has_no_problems(self):
        self.assertProblems({})
        self.assertProblems(
            {
                "bullet_point": PLACE.text("a", "b"),
                "color": PLACE.text("beliebig"),
                "power_source": PLACE.value("battery"),
                "battery_count": PLACE.value(2),
                "launch": PLACE.value("2026-12-01"),
            }
        )

    def test_missing(self):
        (found,) = self.assertProblems({}, "Brand Name is missing.", without=["brand"])
        self.assertEqual(found, Problem("brand", "Brand Name is missing."))
        self.assertProblems({}, "It needs one of ASIN, Barcode.", without=["barcode"])

    def test_conditions(self):
        self.assertProblems(
            {"power_source": PLACE.value("battery")}, "Battery Count is missing."
        )
        self.assertProblems(
            {"battery_count": PLACE.value(2)}, "Battery Count must not be given here."
        )

    def test_bytes_are_counted_not_characters(self):
        self.assertProblems({"item_name": PLACE.text("ü" * 100)})
        self.assertProblems(
            {"item_name": PLACE.text("ü" * 106)},
            "Title is 212 bytes long, Amazon allows 200.",
        )
        self.assertProblems(
            {"bullet_point": PLACE.text("a", "b" * 51)},
            "Bullet Point 2 is 51 bytes long, Amazon allows 50.",
        )
        self.assertProblems({"model_number": PLACE.value("Mü")})
        self.assertProblems(
            {"model_number": PLACE.value("M1")},
            "Model is 2 bytes long, Amazon wants at least 3.",
        )

    def test_instances_are_counted_for_each_combination_of_selectors(self):
        several = [
            *PLACE.text("a", "b"),
            {"value": "c", "language_tag": "en_GB", "marketplace_id": DE},
        ]
        self.assertProblems({"bullet_point": several})
        self.assertProblems(
            {"bullet_point": PLACE.text("a", "b", "c")},
            "Bullet Point has 3 values, Amazon allows 2.",
        )
        self.assertProblems({"brand": []}, "Brand Name needs at least 1 value(s).")

    def test_values(self):
        for more, text_ in (
            (
                {"power_source": PLACE.value("x")},
                "Power Source must be one of Batterie, Netz, not “x”.",
            ),
            ({"is_fragile": PLACE.value("x")}, "Fragile must be yes or no, not “x”."),
            (
                {"launch": PLACE.value("x")},
                "Launch Date must be a date (2026-12-31), not “x”.",
            ),
            (
                {"model_number": PLACE.value("XYZ")},
                "Model must look like ^M, not like “XYZ”.",
            ),
            (
                {"item_weight": [{"value": 1, "marketplace_id": DE}]},
                "Item Weight lacks its Weight Unit.",
            ),
            (
                {"colour": PLACE.value("x")},
                "Colour is not known for this product type.",
            ),
            (
                {"barcode": [{"value": "1", "kind": "x", "marketplace_id": DE}]},
                "Barcode has no kind at Amazon.",
            ),
            (
                {"barcode": [{"value": "1", "marketplace_id": "X"}]},
                "Barcode (Marketplace id) must be Amazon.de, not “X”.",
            ),
            (
                {"item_weight": [{"value": -1, "unit": "grams", "marketplace_id": DE}]},
                "Item Weight must be at least 0.",
            ),
        ):
            self.assertProblems(more, text_)

    def test_what_json_cannot_hold_is_a_problem_too(self):
        for value in (object(), {1: 2}, b"x"):
            (found,) = self.schema.check({**GOOD, "brand": PLACE.value(value)})
            self.assertIn("cannot be sent", found.text)

    def test_broken_schemas_are_refused_in_words(self):
        for broken in (
            [],
            {},
            {"properties": []},
            {**SCHEMA, "required": 3},
            {**SCHEMA, "allOf": {}},
            {**SCHEMA, "properties": {"a": {"$ref": "#/nowhere"}}},
            {**SCHEMA, "properties": {"a": {"$ref": "https://example.invalid/x"}}},
            {**SCHEMA, "properties": {"a": {"type": "nonsense"}}},
            {**SCHEMA, "properties": {"a": {"pattern": "("}}},
        ):
            with self.subTest(broken), self.assertRaisesRegex(ValueError, "the schema"):
                ProductTypeSchema(broken)

    def test_odd_words_are_passed_over(self):
        odd = copy.deepcopy(SCHEMA)
        odd["properties"]["brand"].update(
            maxUniqueItems="many", selectors="x", novelty={"a": [1]}, replaces="y"
        )
        odd["properties"]["brand"]["items"]["properties"]["value"].update(
            maxUtf8ByteLength=None, minUtf8ByteLength=-1, enumNames=3
        )
        schema = ProductTypeSchema(odd)
        self.assertEqual(schema.check({**GOOD, "brand": PLACE.text("x" * 999)}), [])
        self.assertEqual(schema.selectors("brand"), ())

    # === ASKING === #

    def test_questions(self):
        schema = self.schema
        self.assertEqual(schema.required, {"item_name", "brand"})
        self.assertEqual(schema.attributes, set(SCHEMA["properties"]))
        self.assertEqual(schema.title("item_name"), "Title")
        self.assertEqual(schema.title("not_there"), "Not there")
        self.assertEqual(
            schema.choices("color"), {"red": "Rot", "dark_blue": "Dunkelblau"}
        )
        self.assertEqual(schema.choices("color", "marketplace_id"), {DE: "Amazon.de"})
        self.assertEqual(
            schema.choices("item_dimensions", "length.unit"),
            {"centimeters": "centimeters"},
        )
        self.assertEqual(schema.choices("item_name"), {})
        self.assertEqual(schema.choices("not_there"), {})
        self.assertEqual(
            schema.selectors("item_name"), ("marketplace_id", "language_tag")
        )
        self.assertEqual(schema.selectors("not_there"), ())
        self.assertIn("value_with_tax", schema.keys("list_price"))

    # === FILLING === #

    def test_values_are_shaped_as_the_schema_wants_them(self):
        for name, values, unit, found in (
            ("item_name", ["Lampe"], "", PLACE.text("Lampe")),
            ("item_name", [12.0, None, False, ""], "", PLACE.text("12")),
            (
                "color",
                ["ROT", "Grün", "dark blue"],
                "",
                PLACE.text("red", "Grün", "dark_blue"),
            ),
            ("power_source", ["Netz"], "", PLACE.value("mains")),
            ("battery_count", ["3", 4.0, Decimal("5.00")], "", None),
            ("is_fragile", ["yes"], "", PLACE.value(True)),
            ("is_fragile", [False], "", PLACE.value(False)),
            ("launch", [date(2026, 12, 1)], "", PLACE.value("2026-12-01")),
            (
                "item_weight",
                [1.1 + 2.2],
                "Kilogramm",
                [{"value": 3.3, "unit": "kilograms", "marketplace_id": DE}],
            ),
            (
                "item_weight",
                [{"value": "2,5", "unit": "grams"}],
                "kilograms",
                [{"value": 2.5, "unit": "grams", "marketplace_id": DE}],
            ),
            (
                "item_dimensions",
                [{"length": 3, "width": {"value": "4"}}],
                "",
                [
                    {
                        "length": {"value": 3, "unit": "centimeters"},
                        "width": {"value": 4, "unit": "centimeters"},
                        "marketplace_id": DE,
                    }
                ],
            ),
        ):
            shaped = self.schema.shape(name, values, PLACE, unit)
            if found is None:
                found = [i for n in (3, 4, 5) for i in PLACE.value(n)]
            self.assertEqual(shaped, found)
            if len(found) == 1:
                self.assertEqual(
                    [
                        p
                        for p in self.schema.check({**GOOD, name: shaped})
                        if p.attribute == name and "given here" not in p.text
                    ],
                    [],
                )

    def test_what_does_not_fit_is_refused_in_words(self):
        for name, value, words in (
            ("not_there", 1, "Not there is not known for this product type."),
            ("battery_count", "many", "Battery Count is a number, not “many”."),
            ("battery_count", 1.5, "Battery Count is a whole number, not 1.5."),
            ("battery_count", True, "Battery Count is a number, not “True”."),
            ("is_fragile", "maybe", "Fragile is yes or no, not “maybe”."),
            (
                "power_source",
                "sun",
                "Power Source knows no “sun”; Amazon's choices are Batterie, Netz.",
            ),
            ("item_weight", 1, "Item Weight needs a unit, one of grams, kilograms."),
            (
                "item_dimensions",
                1,
                "Item Dimensions consists of several values: length, width.",
            ),
            (
                "item_dimensions",
                {"depth": 1},
                "Item Dimensions has no depth; it has length, width, marketplace_id.",
            ),
            ("item_name", ["a", "b"], "Title is one value, not several."),
            ("item_name", {"value": {"x": 1}}, "Title is one value, not several."),
        ):
            with self.assertRaises(ValueError) as caught:
                self.schema.shape(name, [value], PLACE)
            self.assertEqual(str(caught.exception), words)

    if given:
        leaf = st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=60)
        )
        anything = st.recursive(
            leaf,
            lambda inner: st.one_of(
                st.lists(inner, max_size=4),
                st.dictionaries(
                    st.sampled_from(["value", "unit", "marketplace_id", "x"]),
                    inner,
                    max_size=4,
                ),
            ),
            max_leaves=10,
        )
        known = st.sampled_from([*SCHEMA["properties"], "x"])

        @settings(max_examples=500, deadline=None)
        @given(st.dictionaries(known, anything, max_size=5))
        def test_whatever_is_checked_the_answer_is_problems(self, attributes):
            found = self.schema.check(attributes)
            self.assertTrue(all(problem.text for problem in found))
            self.assertEqual(len(found), len(set(found)))

        @settings(max_examples=500, deadline=None)
        @given(known, st.lists(anything, max_size=3), st.text(max_size=8))
        def test_whatever_is_shaped_fits_or_is_refused_in_words(
            self, name, values, unit
        ):
            try:
                shaped = self.schema.shape(name, values, PLACE, unit)
            except ValueError as error:
                self.assertTrue(str(error).endswith("."))
                return
            self.assertIsInstance(shaped, list)
            for instance in shaped:
                self.assertEqual(instance.get("marketplace_id", DE), DE)

        @settings(max_examples=500, deadline=None)
        @given(
            st.lists(
                st.dictionaries(
                    st.sampled_from("ab"), st.text("aü€", max_size=9), max_size=2
                ),
                max_size=5,
            ),
            st.integers(0, 4),
            st.integers(0, 4),
            st.integers(0, 20),
            st.integers(0, 20),
            st.lists(st.sampled_from("ab"), max_size=2, unique=True),
        )
        def test_quick_schema_says_the_same(self, items, least, most, short, long, by):
            """What the guards pass over, Amazon's words would pass, too."""
            key = {"minUtf8ByteLength": short, "maxUtf8ByteLength": long}
            schema = {
                "selectors": by,
                "minUniqueItems": least,
                "maxUniqueItems": most,
                "items": {"properties": {"a": key, "b": key}},
            }
            checker = ProductTypeSchema({"properties": {"a": schema}})
            found = checker.check({"a": items})
            self.assertEqual(bool(found), not fits(schema, items))


def fits(schema, items):
    """Return whether a list keeps Amazon's words, in the plainest way to find out."""
    words = ("minUniqueItems", "maxUniqueItems")
    texts = ("minUtf8ByteLength", "maxUtf8ByteLength")
    key = schema["items"]["properties"]["a"]
    values = [value for item in items for value in item.values()]
    try:
        for word in words:
            VOCABULARY[word](schema, schema[word], []).validate(items)
        for word in texts:
            for value in values:
                VOCABULARY[word](key, key[word], []).validate(value)
    except ValueError:
        return False
    return True
