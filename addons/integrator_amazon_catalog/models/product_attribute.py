# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

# What merchants call an attribute, and what Amazon does.
USUAL_NAMES = {
    "color": "color",
    "colour": "color",
    "farbe": "color",
    "couleur": "color",
    "size": "size",
    "größe": "size",
    "taille": "size",
    "material": "material",
    "style": "style",
    "flavor": "flavor",
    "scent": "scent",
}


class ProductAttribute(models.Model):
    _inherit = "product.attribute"

    amazon_attribute = fields.Char(
        string="Attribute at Amazon",
        help="Amazon's name of it, like color. Empty: guessed from its own name.",
    )

    def _get_amazon_attribute(self):
        """Return Amazon's name of this attribute, empty if it has none."""
        self.ensure_one()
        name = self.with_context(lang="en_US").name or ""
        return self.amazon_attribute or USUAL_NAMES.get(name.strip().lower(), "")
