# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..feeds.lanes import CONTENT, OVERRIDE
from ..feeds.listing_attributes import (
    ListingContent,
    Measure,
    content_attributes,
    override_attributes,
)
from ..feeds.listing_texts import clean, identifier_type

EXEMPTION = "supplier_declared_has_product_identifier_exemption"


class AmazonListingContent(models.Model):
    """The content lane: what the product is. And the override lane: how it ships."""

    _inherit = "amazon.listing"

    def _want_content(self, wanted):
        marketplace = self.marketplace_id
        language = marketplace._get_content_language()
        unit = self._get_weight_unit()
        for item in self:
            found = wanted[item.id]
            try:
                content = item._get_content(unit, language, wanted)
            except ValueError as error:
                item._note(wanted, CONTENT, str(error))
                continue
            found.lanes[CONTENT] = content_attributes(content)
            if item.product_id.amazon_gtin_exempt and not item.offer_only:
                found.lanes[CONTENT].setdefault(
                    EXEMPTION, item._get_place().value(True)
                )

    def _get_content(self, unit, language, wanted):
        """Return this listing's ``ListingContent``; texts are in *language*."""
        product = (self.product_id or self.parent_template_id).with_context(
            lang=language, display_default_code=False
        )
        template = product if self.parent_key else product.product_tmpl_id
        barcode = "" if self.parent_key else (product.barcode or "").strip()
        if barcode and not self.asin and not identifier_type(barcode):
            self._note(wanted, CONTENT, self._explain_bad_barcode(barcode))
        weight = 0.0 if self.parent_key else product.weight
        return ListingContent(
            place=self._get_place(),
            title=clean(self._get_title(product), keep_breaks=False),
            brand=clean(template.amazon_brand or "", keep_breaks=False),
            description=clean(template.description_sale or ""),
            bullets=tuple(
                filter(None, clean(template.amazon_bullets or "").splitlines())
            ),
            manufacturer=clean(template.amazon_manufacturer or "", keep_breaks=False),
            barcode=barcode,
            asin=self._get_suggested_asin(),
            condition=self.condition or template.amazon_condition,
            country=template.country_of_origin.code or "",
            weight=Measure(weight, unit) if weight else None,
            extra=self._get_mapped(product, wanted),
            offer_only=self.offer_only,
            parent=bool(self.parent_key),
        )

    @staticmethod
    def _get_title(product):
        return (
            product.display_name if product._name == "product.product" else product.name
        )

    def _get_suggested_asin(self):
        """Return the ASIN to sell on, where the barcode is not to find it."""
        if self.offer_only and not self.offer_asin and not self.asin:
            raise ValueError(
                self.env._(
                    "Name the ASIN to sell on, or untick that only an offer is made."
                )
            )
        if self.offer_only:
            return self.offer_asin or self.asin
        return self.asin if self.origin == "amazon" and self.asin else ""

    def _explain_bad_barcode(self, barcode):
        return self.env._(
            "The barcode %s is no GTIN (EAN, UPC or ISBN with a correct check digit). "
            "Correct it, or tick that Amazon exempted the product from it.",
            barcode,
        )

    def _get_weight_unit(self):
        template = self.env["product.template"]
        unit = template._get_weight_uom_id_from_ir_config_parameter()
        pound = self.env.ref("uom.product_uom_lb", raise_if_not_found=False)
        return "pounds" if unit == pound else "kilograms"

    # === THE MERCHANT'S OWN MAPPING === #

    def _get_mapped(self, product, wanted):
        """Return the attributes that mappings and variant attributes give."""
        schema = self._get_schema(wanted)
        found = {}
        if schema is None:
            return found
        for name, values, unit in self._get_mapped_values(product, wanted, schema):
            if name in found or not values:
                continue
            values = [clean(v) if isinstance(v, str) else v for v in values]
            try:
                found[name] = schema.shape(name, values, self._get_place(), unit)
            except ValueError as error:
                self._note(wanted, CONTENT, str(error))
        return found

    def _get_mapped_values(self, product, wanted, schema):
        """Yield (attribute, values, unit), what wins first.

        What a variant attribute is called at Amazon may be guessed: then it is left out
        where the product type has no such attribute.
        """
        product_type = wanted[self.id].product_type
        lines = self.env["amazon.attribute.map"].with_env(product.env)
        for line in lines._get_lines(self.company_id):
            if line._applies_to(product, product_type, self.marketplace_id):
                yield line.attribute, line._get_values(product), line.unit or ""
        if product._name != "product.product":
            return
        for value in product.product_template_attribute_value_ids:
            name = value.attribute_id._get_amazon_attribute()
            named = value.attribute_id.amazon_attribute
            if name and (named or name in schema.attributes):
                yield name, [value.name], ""

    # === OVERRIDE === #

    def _want_override(self, wanted):
        shop = self.env["amazon.account.marketplace"]._get(
            self.account_id, self.marketplace_id
        )
        for item in self:
            template = item.shipping_template_id or shop.shipping_template_id
            ours = item.fulfilment == "merchant" and not item.parent_key
            if template and ours and not template.active:
                item._note(wanted, OVERRIDE, item._explain_no_template(template))
                continue
            value = template.value if template and ours else ""
            wanted[item.id].lanes[OVERRIDE] = override_attributes(
                item._get_place(), value
            )

    def _explain_no_template(self, template):
        return self.env._(
            "The shipping template %s is not in Seller Central any more. Choose "
            "another on the listing or the marketplace.",
            template.name,
        )
