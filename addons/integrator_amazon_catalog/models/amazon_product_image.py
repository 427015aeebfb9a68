# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AmazonProductImage(models.Model):
    """A further image of a product, for Amazon; the main one is the product's own."""

    _name = "amazon.product.image"
    _description = "Further Image for Amazon"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char()
    product_tmpl_id = fields.Many2one(
        "product.template", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        domain="[('product_tmpl_id', '=', product_tmpl_id)]",
        ondelete="cascade",
        help="Only for this variant. Empty: for all of them.",
    )
    image = fields.Image(required=True, attachment=True)
    is_swatch = fields.Boolean(
        string="Swatch", help="The small picture by which a buyer picks a variant."
    )
