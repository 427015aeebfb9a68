# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.integrator_amazon.models.amazon_feed_message import WHOLE


class ProductCategory(models.Model):
    _inherit = "product.category"

    amazon_product_type = fields.Char(
        help="Amazon's product type of the products in this category, like LUGGAGE.",
    )
    amazon_map_ids = fields.One2many(
        "amazon.attribute.map",
        "category_id",
        string="Attribute Mapping for Amazon",
        groups="integrator.group_integration_user",
    )

    def write(self, vals):
        result = super().write(vals)
        if "amazon_product_type" in vals:
            listings = self.env["amazon.listing"].sudo()
            listings.search(
                [
                    ("state", "!=", "deleted"),
                    "|",
                    ("product_id.categ_id", "in", self.ids),
                    ("parent_template_id.categ_id", "in", self.ids),
                ]
            )._queue_lanes({WHOLE})
        return result
