# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

CONDITIONS = [
    ("new_new", "New"),
    ("new_open_box", "New: Open Box"),
    ("refurbished_refurbished", "Refurbished"),
    ("used_like_new", "Used: Like New"),
    ("used_very_good", "Used: Very Good"),
    ("used_good", "Used: Good"),
    ("used_acceptable", "Used: Acceptable"),
    ("collectible_like_new", "Collectible: Like New"),
    ("collectible_very_good", "Collectible: Very Good"),
    ("collectible_good", "Collectible: Good"),
    ("collectible_acceptable", "Collectible: Acceptable"),
]


class ProductTemplate(models.Model):
    _inherit = "product.template"

    amazon_brand = fields.Char(
        string="Brand on Amazon",
        help="Brand name as it is registered with Amazon; Amazon demands one.",
    )
    amazon_condition = fields.Selection(
        CONDITIONS, string="Condition on Amazon", default="new_new", required=True
    )
    amazon_product_type = fields.Char(
        string="Product Type on Amazon",
        help="Amazon's product type, like LUGGAGE. Empty: that of the category, "
        "else PRODUCT.",
    )
    amazon_listing_ids = fields.One2many(
        "amazon.listing",
        compute="_compute_amazon_listing_ids",
        string="On Amazon",
        groups="integrator.group_integration_user",
    )

    @api.depends("product_variant_ids")
    def _compute_amazon_listing_ids(self):
        listings = self.env["amazon.listing"].search(
            [("product_id.product_tmpl_id", "in", self.ids)]
        )
        by_template = listings.grouped(lambda item: item.product_id.product_tmpl_id)
        for template in self:
            template.amazon_listing_ids = by_template.get(template._origin, False)

    def _get_amazon_product_type(self):
        """Return Amazon's product type: of the template, its category, or PRODUCT."""
        self.ensure_one()
        category = self.categ_id.amazon_product_type
        return self.amazon_product_type or category or "PRODUCT"
