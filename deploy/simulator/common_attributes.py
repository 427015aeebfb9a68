# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The attributes that every product type has.

One description serves both: the JSON schema that is handed out, and the check of
what is sent.
"""

from __future__ import annotations

from deploy.simulator.attributes import (
    AMAZON_CHANNELS,
    CHANNELS,
    PLACE,
    Attribute,
    Clash,
    Key,
    in_words,
    measure,
    quantity,
    text,
    value,
)

CONDITIONS = (
    "new_new",
    "new_open_box",
    "new_oem",
    "refurbished_refurbished",
    "used_like_new",
    "used_very_good",
    "used_good",
    "used_acceptable",
    "collectible_like_new",
    "collectible_very_good",
    "collectible_good",
    "collectible_acceptable",
    "club_club",
)
WEIGHTS = ("grams", "kilograms", "ounces", "pounds")
LENGTHS = ("millimeters", "centimeters", "meters", "inches", "feet")


def _price(**limits: Key) -> Key:
    keys = {"value_with_tax": Key("number", required=True, above=0), **limits}
    return Key("array", keys={"schedule": Key("array", required=True, keys=keys)})


def _discounts() -> Key:
    level = {
        "lower_bound": Key("integer", required=True, least=1),
        "value": Key("number", required=True, above=0),
    }
    plan = {
        "discount_type": Key(required=True, choices=("fixed", "percent")),
        "levels": Key("array", required=True, keys=level),
    }
    return Key("array", keys={"schedule": Key("array", required=True, keys=plan)})


def _moment() -> Key:
    return Key("object", keys={"value": Key("date", required=True)})


def _box(title: str, group: str) -> Attribute:
    side = Key("object", required=True, keys=quantity(*LENGTHS))
    keys = {"length": side, "width": side, "height": side, "marketplace_id": PLACE}
    return Attribute(title, keys, group=group)


def _image(title: str, group: str) -> Attribute:
    keys = {"media_location": Key(required=True), "marketplace_id": PLACE}
    return Attribute(title, keys, group=group)


def _images() -> dict[str, Attribute]:
    names = [
        "main_product_image_locator",
        "swatch_product_image_locator",
        "main_offer_image_locator",
        *(f"other_product_image_locator_{n}" for n in range(1, 9)),
        *(f"other_offer_image_locator_{n}" for n in range(1, 6)),
    ]
    return {
        name: _image(in_words(name), "offer_images" if "offer" in name else "images")
        for name in names
    }


COMMON: dict[str, Attribute] = {
    "item_name": text("Title", 200, group="product_identity"),
    "brand": text("Brand Name", 100, group="product_identity"),
    "product_description": text("Product Description", 2000),
    "bullet_point": text("Bullet Point", 700, most=10),
    "manufacturer": text("Manufacturer", 100),
    "condition_type": value("Item Condition", choices=CONDITIONS, group="offer"),
    "condition_note": text("Offer Condition Note", 1000, group="offer"),
    "merchant_suggested_asin": value(
        "Merchant Suggested ASIN", most_bytes=10, group="product_identity"
    ),
    "country_of_origin": value(
        "Country of Origin", most_bytes=2, group="safety_and_compliance"
    ),
    "color": text("Color", 50),
    "size": text("Size", 50),
    "item_weight": measure("Item Weight", *WEIGHTS),
    "item_package_weight": measure("Item Package Weight", *WEIGHTS, group="packaging"),
    "item_package_dimensions": _box("Item Package Dimensions", "packaging"),
    "item_dimensions": _box("Item Dimensions", "product_details"),
    "number_of_items": value("Number of Items", kind="integer", least=1),
    "part_number": value("Part Number", most_bytes=40),
    "model_number": value("Model Number", most_bytes=40),
    "model_name": text("Model Name", 250),
    "material": text("Material", 100, most=5),
    # One text, whose bytes are counted without the spaces at Amazon; here with them.
    "generic_keyword": text("Generic Keyword", 250),
    "batteries_required": value(
        "Are Batteries Required?", kind="boolean", group="safety_and_compliance"
    ),
    "batteries_included": value(
        "Are Batteries Included?", kind="boolean", group="safety_and_compliance"
    ),
    "supplier_declared_dg_hz_regulation": value(
        "Dangerous Goods Regulations",
        choices=("not_applicable", "ghs", "storage", "transportation", "waste"),
        most=5,
        group="safety_and_compliance",
    ),
    "supplier_declared_has_product_identifier_exemption": value(
        "Identifier Exemption", kind="boolean", group="product_identity"
    ),
    "externally_assigned_product_identifier": Attribute(
        "External Product ID",
        {
            "value": Key(required=True, most_bytes=16),
            "type": Key(required=True, choices=("ean", "gtin", "upc", "isbn")),
            "marketplace_id": PLACE,
        },
        ("marketplace_id", "type"),
        group="product_identity",
    ),
    "list_price": Attribute(
        "List Price",
        {
            "value_with_tax": Key("number", above=0),
            "value": Key("number", above=0),
            "currency": Key(required=True, most_bytes=3),
            "marketplace_id": PLACE,
        },
        ("marketplace_id", "currency"),
        group="offer",
    ),
    "purchasable_offer": Attribute(
        "Purchasable Offer",
        {
            "currency": Key(required=True, most_bytes=3),
            "audience": Key(choices=("ALL", "B2B")),
            "marketplace_id": PLACE,
            "start_at": _moment(),
            "end_at": _moment(),
            # Japan's points: where they are in the schema is inferred.
            "our_price": _price(points=Key("integer", least=0)),
            "discounted_price": _price(
                start_at=Key("date", required=True), end_at=Key("date", required=True)
            ),
            "minimum_seller_allowed_price": _price(),
            "maximum_seller_allowed_price": _price(),
            "map_price": _price(),
            "quantity_discount_plan": _discounts(),
        },
        ("marketplace_id", "currency", "audience"),
        group="offer",
    ),
    "fulfillment_availability": Attribute(
        "Fulfillment Availability",
        {
            "fulfillment_channel_code": Key(required=True, choices=CHANNELS),
            "quantity": Key("integer", least=0),
            "lead_time_to_ship_max_days": Key("integer", least=0),
            "restock_date": Key("date"),
            "is_inventory_available": Key("boolean"),
        },
        ("fulfillment_channel_code",),
        group="offer",
        # What lies in Amazon's warehouses is counted by Amazon.
        clashes=(Clash("fulfillment_channel_code", AMAZON_CHANNELS, "quantity"),),
    ),
    # Its choices are the seller's own templates, see product_types.of_seller.
    "merchant_shipping_group": value(
        "Merchant Shipping Group", most_bytes=100, group="offer"
    ),
    **_images(),
}


def relationship(*kinds: str) -> Attribute:
    """Return the attribute that leads from a child to its parent."""
    return Attribute(
        "Relationship",
        {
            "child_relationship_type": Key(required=True, choices=kinds),
            "parent_sku": Key(most_bytes=40),
            "marketplace_id": PLACE,
        },
        ("marketplace_id", "child_relationship_type"),
        group="variations",
    )


def variations(themes: tuple[str, ...], *kinds: str) -> dict[str, Attribute]:
    """Return the attributes of a type whose items vary.

    :param kinds: how children and parents may be related
    """
    names = {"name": Key(required=True, choices=themes)}
    return {
        "parentage_level": value(
            "Parentage Level", choices=("parent", "child"), group="variations"
        ),
        "child_parent_sku_relationship": relationship(*kinds),
        "variation_theme": Attribute("Variation Theme", names, (), group="variations"),
    }
