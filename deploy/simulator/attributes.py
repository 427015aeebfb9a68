# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The attributes that every product type has.

One description serves both: the JSON schema that is handed out, and the check of
what is sent. Dialect:
https://developer-docs.amazon.com/sp-api/docs/product-type-definition-meta-schema
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

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
CHANNELS = ("DEFAULT", "AMAZON_NA", "AMAZON_EU", "AMAZON_JP")
SHIPPING_TEMPLATES = ("legacy-template-id", "f1a2b3c4-express", "a9b8c7d6-bulky")


@dataclass(frozen=True)
class Key:
    """One key of an attribute's instances: its JSON type and limits.

    ``keys``: of an object, its keys; of an array, the keys of each of its objects.
    ``kind`` "date": a date or a point in time, as text.
    """

    kind: str = "string"
    required: bool = False
    most_bytes: int = 0
    choices: tuple[str, ...] = ()
    least: float | None = None
    keys: dict[str, Key] = field(default_factory=dict)

    def schema(self, title: str) -> dict[str, Any]:
        """Return the key in the dialect."""
        kind = "string" if self.kind == "date" else self.kind
        found: dict[str, Any] = {"title": title, "type": kind, "editable": True}
        if self.kind == "date":
            formats = [{"format": "date"}, {"format": "date-time"}]
            found["anyOf"] = [{"type": "string", **one} for one in formats]
        if self.most_bytes:
            found["maxUtf8ByteLength"] = self.most_bytes
        if self.choices:
            found["enum"] = list(self.choices)
            found["enumNames"] = [in_words(choice) for choice in self.choices]
        if self.least is not None:
            found["minimum"] = self.least
        if self.kind == "array":
            found |= {"minItems": 1, "items": object_schema(self.keys)}
        elif self.kind == "object":
            found |= object_schema(self.keys)
        return found


@dataclass(frozen=True)
class Attribute:
    """An attribute: its keys, by which of them instances are told apart, and how
    many there may be of one combination of these."""

    title: str
    keys: dict[str, Key]
    selectors: tuple[str, ...] = ("marketplace_id",)
    most: int = 1
    group: str = "product_details"

    def schema(self) -> dict[str, Any]:
        """Return the attribute in the dialect."""
        found: dict[str, Any] = {
            "title": self.title,
            "description": f"Provide the {self.title.lower()} of the item.",
            "type": "array",
            "minItems": 1,
            "minUniqueItems": 1,
            "maxUniqueItems": self.most,
            "items": object_schema(self.keys),
        }
        if self.selectors:
            found["selectors"] = list(self.selectors)
        return found


def object_schema(keys: dict[str, Key]) -> dict[str, Any]:
    """Return the schema of an object with these keys."""
    properties = {name: key.schema(in_words(name)) for name, key in keys.items()}
    for name in ("marketplace_id", "language_tag"):
        if name in properties:
            properties[name] = {"$ref": f"#/$defs/{name}"}
    return {
        "type": "object",
        "required": [name for name, key in keys.items() if key.required],
        "properties": properties,
        "additionalProperties": False,
    }


def in_words(name: str) -> str:
    """Return a technical name as people read it."""
    return name.replace("_", " ").title()


PLACE = Key(required=True)
LANGUAGE = Key()


def value(
    title: str, most: int = 1, group: str = "product_details", **limits: Any
) -> Attribute:
    """Return an attribute that holds one value per marketplace."""
    keys = {"value": Key(required=True, **limits), "marketplace_id": PLACE}
    return Attribute(title, keys, most=most, group=group)


def text(
    title: str, most_bytes: int, most: int = 1, group: str = "product_details"
) -> Attribute:
    """Return an attribute that holds a text per marketplace and language."""
    keys = {
        "value": Key(required=True, most_bytes=most_bytes),
        "language_tag": LANGUAGE,
        "marketplace_id": PLACE,
    }
    return Attribute(title, keys, ("marketplace_id", "language_tag"), most, group)


def _price(**limits: Key) -> Key:
    keys = {"value_with_tax": Key("number", required=True, least=0), **limits}
    return Key("array", keys={"schedule": Key("array", required=True, keys=keys)})


def _discounts() -> Key:
    level = {
        "lower_bound": Key("integer", required=True, least=1),
        "value": Key("number", required=True, least=0),
    }
    plan = {
        "discount_type": Key(required=True, choices=("fixed", "percent")),
        "levels": Key("array", required=True, keys=level),
    }
    return Key("array", keys={"schedule": Key("array", required=True, keys=plan)})


def _moment() -> Key:
    return Key("object", keys={"value": Key("date", required=True)})


def _image(title: str) -> Attribute:
    keys = {"media_location": Key(required=True), "marketplace_id": PLACE}
    return Attribute(title, keys, group="images")


def _images() -> dict[str, Attribute]:
    names = [
        "main_product_image_locator",
        "swatch_product_image_locator",
        "main_offer_image_locator",
        *(f"other_product_image_locator_{n}" for n in range(1, 9)),
        *(f"other_offer_image_locator_{n}" for n in range(1, 6)),
    ]
    return {name: _image(in_words(name)) for name in names}


COMMON: dict[str, Attribute] = {
    "item_name": text("Title", 200, group="product_identity"),
    "brand": text("Brand Name", 100, group="product_identity"),
    "product_description": text("Product Description", 2000),
    "bullet_point": text("Bullet Point", 700, most=10),
    "manufacturer": text("Manufacturer", 100),
    "condition_type": value("Item Condition", choices=CONDITIONS, group="offer"),
    "merchant_suggested_asin": value(
        "Merchant Suggested ASIN", most_bytes=10, group="product_identity"
    ),
    "country_of_origin": value(
        "Country of Origin", most_bytes=2, group="safety_and_compliance"
    ),
    "color": text("Color", 50),
    "size": text("Size", 50),
    "item_weight": Attribute(
        "Item Weight",
        {
            "value": Key("number", required=True, least=0),
            "unit": Key(required=True, choices=("grams", "kilograms", "pounds")),
            "marketplace_id": PLACE,
        },
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
            "value_with_tax": Key("number", least=0),
            "value": Key("number", least=0),
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
            "our_price": _price(),
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
    ),
    "parentage_level": value(
        "Parentage", choices=("parent", "child"), group="variations"
    ),
    "child_parent_sku_relationship": Attribute(
        "Relationship",
        {
            "child_relationship_type": Key(required=True, choices=("variation",)),
            "parent_sku": Key(most_bytes=40),
            "marketplace_id": PLACE,
        },
        group="variations",
    ),
    "merchant_shipping_group": value(
        "Shipping Template", choices=SHIPPING_TEMPLATES, group="shipping"
    ),
    **_images(),
}
