# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


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

    def action_amazon_check(self):
        """Show what is missing for Amazon, without a call to it."""
        return self.product_tmpl_id._open_amazon_check(self)
