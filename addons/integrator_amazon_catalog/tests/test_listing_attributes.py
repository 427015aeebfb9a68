# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from ..feeds.listing_attributes import ListingContent, changes, content_attributes

DE = "A1PA6795UKMFR9"


def content(**values):
    return ListingContent(
        **{
            "marketplace_id": DE,
            "language_tag": "de_DE",
            "title": "Koffer",
            "brand": "Acme",
            "barcode": "4006381333931",
            **values,
        }
    )


@tagged("post_install", "-at_install")
class TestListingAttributes(BaseCase):
    def test_texts_carry_language_and_marketplace(self):
        attributes = content_attributes(content(description="Rollt."))
        self.assertEqual(
            attributes["item_name"],
            [{"value": "Koffer", "language_tag": "de_DE", "marketplace_id": DE}],
        )
        self.assertEqual(
            attributes["product_description"],
            [{"value": "Rollt.", "language_tag": "de_DE", "marketplace_id": DE}],
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
        patches = changes(content_attributes(content()), before)
        self.assertEqual(
            patches,
            [
                {
                    "op": "delete",
                    "path": "/attributes/product_description",
                    "value": [{"marketplace_id": DE, "language_tag": "de_DE"}],
                }
            ],
        )
