# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..feeds.listing_attributes import ListingContent


class ProductProduct(models.Model):
    _inherit = "product.product"

    amazon_listing_ids = fields.One2many(
        "amazon.listing", "product_id", groups="integrator.group_integration_user"
    )

    def _get_integration_keys(self):
        """Keep what Amazon knows a product by, for when the product is gone."""
        keys = super()._get_integration_keys()
        listings = (
            self.env["amazon.listing"].sudo().search([("product_key", "in", self.ids)])
        )
        for product_id, found in listings.grouped("product_key").items():
            keys.setdefault(product_id, {})["amazon"] = [
                {"sku": item.sku, "asin": item.asin or ""} for item in found
            ]
        return keys

    def _get_amazon_content(self, marketplace, asin=""):
        """Return this product as ``ListingContent`` for *marketplace*.

        Call it with the marketplace's language in the context.
        """
        self.ensure_one()
        named = self.with_context(display_default_code=False)
        return ListingContent(
            marketplace_id=marketplace.marketplace_id,
            language_tag=marketplace.language_tag,
            title=named.display_name,
            brand=self.amazon_brand or "",
            description=self.description_sale or "",
            barcode=(self.barcode or "").strip(),
            asin=asin or "",
            condition=self.amazon_condition,
        )
