# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

# Amazon's type for what has none of its own; it knows no variations.
PLAIN_TYPE = "PRODUCT"
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
    amazon_manufacturer = fields.Char(string="Manufacturer on Amazon")
    amazon_bullets = fields.Text(
        string="Bullet Points on Amazon",
        translate=True,
        help="One line each: what makes a buyer choose it.",
    )
    amazon_gtin_exempt = fields.Boolean(
        string="Exempt from Barcodes",
        help="Amazon allowed you to list it without an EAN, UPC or ISBN.",
    )
    amazon_variation_theme = fields.Char(
        string="Variation Theme on Amazon",
        help="Like SIZE/COLOR. Empty: found by the attributes of the variants.",
    )
    amazon_parent_sku = fields.Char(
        string="Parent SKU on Amazon",
        help="SKU of the listing that holds the variants together. Empty: made up.",
    )
    amazon_image_ids = fields.One2many(
        "amazon.product.image", "product_tmpl_id", string="Further Images for Amazon"
    )
    amazon_main_product_ids = fields.Many2many(
        "product.product",
        relation="amazon_product_accessory_rel",
        string="Accessory Of",
        help="Products for which this one is an accessory, where Amazon's product type "
        "allows it.",
    )
    has_amazon_family = fields.Boolean(compute="_compute_has_amazon_family")
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
    amazon_listing_count = fields.Integer(
        compute="_compute_amazon_listing_ids",
        groups="integrator.group_integration_user",
    )

    @api.depends("product_variant_ids")
    def _compute_amazon_listing_ids(self):
        listings = self.env["amazon.listing"].search(self._get_amazon_listing_domain())
        by_template = listings.grouped(
            lambda item: item.parent_template_id or item.product_id.product_tmpl_id
        )
        for template in self:
            found = by_template.get(template._origin, listings.browse())
            template.amazon_listing_ids = found
            template.amazon_listing_count = len(found)

    def _get_amazon_listing_domain(self):
        return [
            "|",
            ("product_id.product_tmpl_id", "in", self.ids),
            ("parent_template_id", "in", self.ids),
        ]

    def action_view_amazon_listings(self):
        """Open the listings of these products."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("On Amazon"),
            "res_model": "amazon.listing",
            "view_mode": "list,form",
            "domain": self._get_amazon_listing_domain(),
        }

    def action_amazon_check(self):
        """Show what is missing for Amazon, without a call to it."""
        return self._open_amazon_check(self.product_variant_ids)

    def _open_amazon_check(self, products):
        """Return an action that shows what is missing of some variants of these."""
        self.check_access("read")
        wizards = self.env["amazon.check.wizard"]
        wizards.check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check for Amazon"),
            "res_model": wizards._name,
            "res_id": wizards._check(products).id,
            "view_mode": "form",
            "target": "new",
        }

    @api.depends("product_variant_ids", "amazon_product_type", "categ_id")
    def _compute_has_amazon_family(self):
        for template in self:
            several = len(template.product_variant_ids) > 1
            template.has_amazon_family = several and template._may_have_amazon_family()

    def _may_have_amazon_family(self):
        """Return whether Amazon's product type can have variations at all."""
        return bool(self) and self._get_amazon_product_type() != PLAIN_TYPE

    def _get_amazon_parent_sku(self):
        """Return the SKU of the listing that holds the variants together."""
        self.ensure_one()
        return self.amazon_parent_sku or f"PARENT-{self.id}"

    def _get_amazon_varying(self):
        """Return Amazon's names of the attributes in which the variants differ."""
        self.ensure_one()
        lines = self.attribute_line_ids.filtered(
            lambda line: (
                len(line.value_ids) > 1
                and line.attribute_id.create_variant != "no_variant"
            )
        )
        names = [a._get_amazon_attribute() or a.name for a in lines.attribute_id]
        return tuple(names)

    def _get_amazon_product_type(self):
        """Return Amazon's product type: of the template, its category, or PRODUCT."""
        self.ensure_one()
        category = self.categ_id.amazon_product_type
        return self.amazon_product_type or category or PLAIN_TYPE
