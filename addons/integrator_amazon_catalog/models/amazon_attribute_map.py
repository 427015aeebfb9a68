# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..feeds.lanes import CONTENT


class AmazonAttributeMap(models.Model):
    """Where the value of one of Amazon's attributes comes from."""

    _name = "amazon.attribute.map"
    _description = "Amazon Attribute Mapping"
    _order = "sequence, id"
    _rec_name = "attribute"

    sequence = fields.Integer(default=10, help="Of several that apply the first wins.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    category_id = fields.Many2one(
        "product.category", help="Products of this category. Empty: all."
    )
    product_type = fields.Char(help="Amazon's product type. Empty: all.")
    marketplace_ids = fields.Many2many(
        "amazon.marketplace", help="Marketplaces for which it holds. Empty: all."
    )
    attribute = fields.Char(
        required=True, help="Amazon's name of the attribute, like bullet_point."
    )
    source = fields.Selection(
        [
            ("field", "Field of the Product"),
            ("attribute", "Attribute of the Product"),
            ("constant", "Always the Same"),
        ],
        required=True,
        default="field",
    )
    field_name = fields.Char(
        string="Field",
        help="Name of a field of the product, like hs_code or uom_id.name.",
    )
    product_attribute_id = fields.Many2one("product.attribute")
    value = fields.Char(translate=True)
    unit = fields.Char(help="Amazon's unit, for attributes that have one: centimeters.")

    @api.constrains("source", "field_name", "product_attribute_id", "value")
    def _check_source(self):
        for line in self:
            given = {
                "field": line.field_name,
                "attribute": line.product_attribute_id,
                "constant": line.value,
            }[line.source]
            if not given:
                raise ValidationError(
                    self.env._("%s: say where its value comes from.", line.attribute)
                )
            if line.source == "field":
                line._check_field()

    def _check_field(self):
        model = self.env["product.product"]
        for name in self.field_name.split("."):
            field = model._fields.get(name) if model is not None else None
            if field is None:
                raise ValidationError(
                    self.env._(
                        "%(attribute)s: products have no field %(field)s.",
                        attribute=self.attribute,
                        field=self.field_name,
                    )
                )
            model = self.env[field.comodel_name] if field.relational else None

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env.registry.clear_cache()
        lines._get_reached_listings()._queue_lanes({CONTENT})
        return lines

    def write(self, vals):
        reached = self._get_reached_listings()
        result = super().write(vals)
        self.env.registry.clear_cache()
        (reached | self._get_reached_listings())._queue_lanes({CONTENT})
        return result

    def unlink(self):
        reached = self._get_reached_listings()
        result = super().unlink()
        self.env.registry.clear_cache()
        reached._queue_lanes({CONTENT})
        return result

    def _get_reached_listings(self):
        """Return the listings whose content these lines may change."""
        found = self.env["amazon.listing"].sudo()
        for line in self.filtered("active"):
            domain = fields.Domain("state", "!=", "deleted")
            domain &= fields.Domain("send_content", "=", True)
            if line.company_id:
                domain &= fields.Domain("company_id", "=", line.company_id.id)
            if line.marketplace_ids:
                domain &= fields.Domain(
                    "marketplace_id", "in", line.marketplace_ids.ids
                )
            if line.product_type:
                domain &= fields.Domain(
                    "product_type", "in", (False, line.product_type)
                )
            if line.category_id:
                below = "child_of", line.category_id.id
                domain &= fields.Domain("product_id.categ_id", *below) | fields.Domain(
                    "parent_template_id.categ_id", *below
                )
            found |= found.search(domain)
        return found

    @api.model
    @tools.ormcache("company.id")
    def _get_line_ids(self, company):
        domain = [("company_id", "in", (False, company.id))]
        return tuple(self.sudo().search(domain).ids)

    @api.model
    def _get_lines(self, company):
        """Return the lines of a company, the one that wins first."""
        return self.sudo().browse(self._get_line_ids(company))

    def _applies_to(self, product, product_type, marketplace):
        """Return whether this line holds for a product in a marketplace."""
        self.ensure_one()
        path = product.categ_id.parent_path or ""
        return (
            (not self.category_id or path.startswith(self.category_id.parent_path))
            and self.product_type in (False, product_type)
            and (not self.marketplace_ids or marketplace in self.marketplace_ids)
        )

    def _get_values(self, product):
        """Return what the source holds for *product*: a list, empty if nothing."""
        self.ensure_one()
        if self.source == "constant":
            return [self.value]
        if self.source == "attribute":
            return self._get_attribute_values(product)
        if self.field_name.split(".")[0] not in product._fields:
            # It is one of variants: what holds them together has none.
            return []
        found = product.mapped(self.field_name)
        if isinstance(found, models.BaseModel):
            found = found.mapped("display_name")
        return [value for value in found if value not in (False, None, "")]

    def _get_attribute_values(self, product):
        """Return the values of the attribute that *product* has: that of a variant, or
        all that a product has without being divided by them."""
        variant = product._name == "product.product"
        template = product.product_tmpl_id if variant else product
        if variant:
            values = product.product_template_attribute_value_ids.filtered(
                lambda value: value.attribute_id == self.product_attribute_id
            )
            if values:
                return values.mapped("name")
        lines = template.attribute_line_ids.filtered(
            lambda line: line.attribute_id == self.product_attribute_id
        )
        divides = lines.attribute_id.create_variant != "no_variant"
        if divides and len(lines.value_ids) > 1:
            return []
        return lines.value_ids.mapped("name")
