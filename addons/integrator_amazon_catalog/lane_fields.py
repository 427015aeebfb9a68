# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which lanes may change with which field of a product."""

from odoo.addons.integrator_amazon.models.amazon_feed_message import WHOLE

from .feeds.lanes import CONTENT, IMAGE, INVENTORY, PRICE, RELATIONSHIP

# Fields of products that Amazon is told of, and the lanes that may change with each.
FIELD_LANES = {
    "name": {CONTENT},
    "description_sale": {CONTENT},
    "barcode": {CONTENT},
    "weight": {CONTENT},
    "country_of_origin": {CONTENT},
    "amazon_brand": {CONTENT},
    "amazon_manufacturer": {CONTENT},
    "amazon_bullets": {CONTENT},
    "amazon_condition": {CONTENT},
    "amazon_gtin_exempt": {CONTENT},
    "list_price": {PRICE},
    "lst_price": {PRICE},
    "standard_price": {PRICE},
    "taxes_id": {PRICE},
    "price_extra": {PRICE},
    "image_1920": {IMAGE},
    "image_variant_1920": {IMAGE},
    "amazon_image_ids": {IMAGE},
    "attribute_line_ids": {CONTENT, RELATIONSHIP},
    "amazon_variation_theme": {RELATIONSHIP},
    "amazon_main_product_ids": {RELATIONSHIP},
    "amazon_parent_sku": {WHOLE},
    "default_code": {WHOLE},
    "active": {WHOLE},
    "sale_ok": {WHOLE},
    "type": {WHOLE},
    "is_storable": {INVENTORY},
    "company_id": {WHOLE},
    "categ_id": {WHOLE},
    "amazon_product_type": {WHOLE},
}
