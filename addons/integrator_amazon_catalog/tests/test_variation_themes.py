# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from ..feeds.variation_themes import attributes_of, choose

try:
    from hypothesis import given, settings
    from hypothesis import strategies as st
except ImportError:
    given = None


@tagged("post_install", "-at_install")
class TestVariationThemes(BaseCase):
    def test_every_style_is_read(self):
        for theme, names in (
            ("SIZE/COLOR", ("size", "color")),
            ("SIZE / COLOR", ("size", "color")),
            ("COLOR_NAME/SIZE_NAME", ("color", "size")),
            ("SizeColor", ("size", "color")),
            ("SizeName-ColorName", ("size", "color")),
            ("Color", ("color",)),
            ("color", ("color",)),
            ("ITEM_PACKAGE_QUANTITY/COLOR", ("item_package_quantity", "color")),
            ("ColorItemPackageQuantity", ("color", "item_package_quantity")),
            ("TEAM_NAME", ("team",)),
            ("", ()),
            ("/", ()),
        ):
            self.assertEqual(attributes_of(theme), names, theme)

    def test_order_does_not_matter(self):
        themes = ["COLOR", "SIZE/COLOR", "SIZE/COLOR/STYLE"]
        self.assertEqual(choose(themes, ["color", "size"]), "SIZE/COLOR")
        self.assertEqual(choose(themes, {"color"}), "COLOR")

    def test_exactly_these_attributes_or_none(self):
        themes = ["SIZE/COLOR", "SIZE/COLOR/STYLE"]
        self.assertEqual(choose(themes, ["size"]), "")
        self.assertEqual(choose(themes, ["size", "color", "material"]), "")
        self.assertEqual(choose(themes, []), "")
        self.assertEqual(choose([], ["size"]), "")

    def test_the_same_order_is_preferred(self):
        themes = ["SIZE/COLOR", "COLOR/SIZE"]
        self.assertEqual(choose(themes, ["color", "size"]), "COLOR/SIZE")

    def test_names_of_attributes_are_understood_as_they_are(self):
        self.assertEqual(choose(["COLOR_NAME"], ["color"]), "COLOR_NAME")
        self.assertEqual(choose(["TEAM_NAME"], ["team_name"]), "TEAM_NAME")

    if given:

        @settings(max_examples=300, deadline=None)
        @given(st.text(max_size=30), st.lists(st.text(max_size=10), max_size=3))
        def test_whatever_comes_is_read(self, theme, wanted):
            names = attributes_of(theme)
            self.assertEqual(len(names), len(set(names)))
            self.assertIn(choose([theme], wanted), ("", theme))
            if names:
                self.assertEqual(choose([theme], names[::-1]), theme)
