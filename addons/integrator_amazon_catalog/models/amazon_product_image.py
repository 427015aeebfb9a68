# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.integrator.recorder import is_recording, record_written


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

    @api.model_create_multi
    def create(self, vals_list):
        images = super().create(vals_list)
        images._record_change()
        return images

    def write(self, vals):
        self._record_change()
        result = super().write(vals)
        self._record_change()
        return result

    def unlink(self):
        self._record_change()
        return super().unlink()

    def _record_change(self):
        """Record that the images of products change, which are told of as such."""
        products = self.product_tmpl_id.with_context(
            active_test=False
        ).product_variant_ids
        if products and is_recording(self.env, products._name):
            record_written(products, {"amazon_image_ids": True})
