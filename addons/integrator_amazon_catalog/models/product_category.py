# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


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
