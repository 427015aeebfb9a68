# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Product types of the simulator's own making, in Amazon's schema dialect.

One description serves both: the JSON schema that is handed out, and the check of
what is sent. Dialect:
https://developer-docs.amazon.com/sp-api/docs/product-type-definition-meta-schema-v1
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

META_SCHEMA = (
    "https://schemas.amazon.com/selling-partners/definitions/product-types/"
    "meta-schema/v1"
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
SHIPPING_TEMPLATES = ("legacy-template-id", "f1a2b3c4-express", "a9b8c7d6-bulky")


@dataclass(frozen=True)
class Key:
    """One key of an attribute's instances: its JSON type and limits."""

    kind: str = "string"
    required: bool = False
    most_bytes: int = 0
    choices: tuple[str, ...] = ()

    def schema(self) -> dict[str, Any]:
        """Return the key in the dialect."""
        found: dict[str, Any] = {"type": self.kind, "editable": True}
        if self.most_bytes:
            found["maxUtf8ByteLength"] = self.most_bytes
        if self.choices:
            found["enum"] = list(self.choices)
            found["enumNames"] = [c.replace("_", " ").title() for c in self.choices]
        return found


PLACE = Key(required=True)
LANGUAGE = Key()


@dataclass(frozen=True)
class Attribute:
    """An attribute: its keys, by which of them instances are told apart, how many."""

    title: str
    keys: dict[str, Key]
    selectors: tuple[str, ...] = ("marketplace_id",)
    most: int = 1


def _value(title: str, most: int = 1, **limits: Any) -> Attribute:
    keys = {"value": Key(required=True, **limits), "marketplace_id": PLACE}
    return Attribute(title, keys, most=most)


def _text(title: str, most_bytes: int, most: int = 1) -> Attribute:
    keys = {
        "value": Key(required=True, most_bytes=most_bytes),
        "language_tag": LANGUAGE,
        "marketplace_id": PLACE,
    }
    return Attribute(title, keys, ("marketplace_id", "language_tag"), most)


def _prices(*names: str) -> dict[str, Key]:
    return {name: Key("array") for name in names}


COMMON: dict[str, Attribute] = {
    "item_name": _text("Title", 200),
    "brand": _text("Brand Name", 100),
    "product_description": _text("Product Description", 2000),
    "bullet_point": _text("Bullet Point", 700, most=10),
    "manufacturer": _text("Manufacturer", 100),
    "condition_type": _value("Item Condition", choices=CONDITIONS),
    "merchant_suggested_asin": _value("Merchant Suggested ASIN", most_bytes=10),
    "country_of_origin": _value("Country of Origin", most_bytes=2),
    "color": _text("Color", 50),
    "size": _text("Size", 50),
    "item_weight": Attribute(
        "Item Weight",
        {
            "value": Key("number", required=True),
            "unit": Key(required=True, choices=("grams", "kilograms", "pounds")),
            "marketplace_id": PLACE,
        },
    ),
    "supplier_declared_has_product_identifier_exemption": _value(
        "Identifier Exemption", kind="boolean"
    ),
    "externally_assigned_product_identifier": Attribute(
        "External Product ID",
        {
            "value": Key(required=True, most_bytes=16),
            "type": Key(required=True, choices=("ean", "gtin", "upc", "isbn")),
            "marketplace_id": PLACE,
        },
        ("marketplace_id", "type"),
        most=3,
    ),
    "list_price": Attribute(
        "List Price",
        {
            "value_with_tax": Key("number"),
            "value": Key("number"),
            "currency": Key(required=True),
            "marketplace_id": PLACE,
        },
        ("marketplace_id", "currency"),
    ),
    "purchasable_offer": Attribute(
        "Purchasable Offer",
        {
            "currency": Key(required=True),
            "audience": Key(choices=("ALL", "B2B")),
            "marketplace_id": PLACE,
            "start_at": Key("object"),
            "end_at": Key("object"),
            **_prices(
                "our_price",
                "discounted_price",
                "minimum_seller_allowed_price",
                "maximum_seller_allowed_price",
                "map_price",
                "quantity_discount_plan",
            ),
        },
        ("marketplace_id", "currency", "audience"),
        most=2,
    ),
    "fulfillment_availability": Attribute(
        "Fulfillment Availability",
        {
            "fulfillment_channel_code": Key(
                required=True,
                choices=("DEFAULT", "AMAZON_NA", "AMAZON_EU", "AMAZON_JP"),
            ),
            "quantity": Key("integer"),
            "lead_time_to_ship_max_days": Key("integer"),
            "restock_date": Key(),
            "is_inventory_available": Key("boolean"),
        },
        ("fulfillment_channel_code",),
        most=2,
    ),
    "parentage_level": _value("Parentage", choices=("parent", "child")),
    "child_parent_sku_relationship": Attribute(
        "Relationship",
        {
            "child_relationship_type": Key(required=True, choices=("variation",)),
            "parent_sku": Key(most_bytes=40),
            "marketplace_id": PLACE,
        },
    ),
    "merchant_shipping_group": _value("Shipping Template", choices=SHIPPING_TEMPLATES),
}
for _name in (
    "main_product_image_locator",
    "swatch_product_image_locator",
    "main_offer_image_locator",
    *(f"other_product_image_locator_{n}" for n in range(1, 9)),
    *(f"other_offer_image_locator_{n}" for n in range(1, 6)),
):
    COMMON[_name] = Attribute(
        "Image", {"media_location": Key(required=True), "marketplace_id": PLACE}
    )


@dataclass(frozen=True)
class ProductType:
    """A product type: what it needs for a listing, and its variation themes."""

    name: str
    display_name: str
    required: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    own: dict[str, Attribute] = field(default_factory=dict)

    @property
    def attributes(self) -> dict[str, Attribute]:
        """All attributes, those that every type has included."""
        found = {**COMMON, **self.own}
        if self.themes:
            keys = {"name": Key(required=True, choices=self.themes)}
            found["variation_theme"] = Attribute("Variation Theme", keys, ())
        return found

    def required_for(self, requirements: str) -> tuple[str, ...]:
        """Return the attributes that must be there for LISTING and its kin."""
        if requirements == "LISTING_OFFER_ONLY":
            return ("condition_type",)
        needed = ("item_name", "brand", *self.required)
        return needed if "PRODUCT_ONLY" in requirements else (*needed, "condition_type")


PRODUCT_TYPES = {
    item.name: item
    for item in (
        ProductType("PRODUCT", "Product"),
        ProductType(
            "LUGGAGE",
            "Luggage",
            ("country_of_origin", "color"),
            ("COLOR", "SIZE", "SIZE/COLOR"),
        ),
        ProductType(
            "SHIRT",
            "Shirt",
            ("color", "size"),
            ("COLOR", "SIZE", "SIZE/COLOR"),
            {"fabric_type": _text("Fabric Type", 500)},
        ),
        ProductType(
            "ABIS_BOOK",
            "Book",
            ("binding",),
            own={
                "binding": _value("Binding", choices=("hardcover", "paperback")),
                "author": _text("Author", 100, most=10),
            },
        ),
        ProductType("KITCHEN", "Kitchen", ("bullet_point",), ("COLOR", "SIZE"), {}),
    )
}
IDENTIFIERS = (
    "externally_assigned_product_identifier",
    "merchant_suggested_asin",
    "supplier_declared_has_product_identifier_exemption",
)


def schema_of(
    kind: ProductType, requirements: str, marketplace_id: str
) -> dict[str, Any]:
    """Return the JSON schema (2019-09) of a product type."""
    return {
        "$schema": META_SCHEMA,
        "$id": f"{META_SCHEMA}/{kind.name}",
        "$defs": {
            "marketplace_id": {"type": "string", "default": marketplace_id},
            "language_tag": {"type": "string"},
        },
        "type": "object",
        "properties": {n: _attribute_schema(a) for n, a in kind.attributes.items()},
        "required": list(kind.required_for(requirements)),
        "anyOf": [{"required": [name]} for name in IDENTIFIERS]
        if requirements != "LISTING_OFFER_ONLY"
        else [{}],
        "additionalProperties": False,
    }


def _attribute_schema(attribute: Attribute) -> dict[str, Any]:
    properties = {name: key.schema() for name, key in attribute.keys.items()}
    for name in ("marketplace_id", "language_tag"):
        if name in properties:
            properties[name] = {"$ref": f"#/$defs/{name}"}
    found: dict[str, Any] = {
        "title": attribute.title,
        "type": "array",
        "minItems": 1,
        "minUniqueItems": 1,
        "maxUniqueItems": attribute.most,
        "items": {
            "type": "object",
            "required": [n for n, key in attribute.keys.items() if key.required],
            "properties": properties,
            "additionalProperties": False,
        },
    }
    if attribute.selectors:
        found["selectors"] = list(attribute.selectors)
    return found


@dataclass(frozen=True)
class Finding:
    """Something wrong with a listing: Amazon's code, words, attribute, severity."""

    code: str
    message: str
    attribute: str = ""
    severity: str = "ERROR"


TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


def check_required(
    kind: ProductType, attributes: dict[str, Any], requirements: str
) -> Iterator[Finding]:
    """Find what a whole listing lacks."""
    for name in kind.required_for(requirements):
        if not attributes.get(name):
            yield _lacks(name)
    if requirements != "LISTING_OFFER_ONLY" and not any(
        attributes.get(name) for name in IDENTIFIERS
    ):
        yield _lacks(IDENTIFIERS[0])


def _lacks(name: str) -> Finding:
    return Finding("90220", f"'[{name}]' is required but not supplied.", name)


def check_attribute(
    kind: ProductType, name: str, value: Any, marketplace_id: str
) -> Iterator[Finding]:
    """Find what is wrong with one attribute as it was sent."""
    attribute = kind.attributes.get(name)
    if attribute is None:
        words = f"The attribute '{name}' is not known for {kind.name} and was ignored."
        yield Finding("90000900", words, name, "WARNING")
        return
    if not isinstance(value, list) or not value:
        words = f"The attribute '{name}' does not have enough values."
        yield Finding("99022", f"{words} The required minimum is '1' value(s).", name)
        return
    seen: set[tuple[Any, ...]] = set()
    for item in value:
        if not isinstance(item, dict):
            yield Finding("99022", f"A value of '{name}' is no object.", name)
            continue
        yield from _check_instance(attribute, name, item, marketplace_id)
        seen.add(tuple(item.get(key) for key in attribute.selectors))
    if len(value) > attribute.most:
        words = f"'{name}' has {len(value)} values; {attribute.most} are allowed."
        yield Finding("99022", words, name)


def _check_instance(
    attribute: Attribute, name: str, item: dict[str, Any], marketplace_id: str
) -> Iterator[Finding]:
    for key, limits in attribute.keys.items():
        if limits.required and item.get(key) in (None, ""):
            words = f"'[{name}.{key}]' is required but not supplied."
            yield Finding("90220", words, name)
    for key, value in item.items():
        known = attribute.keys.get(key)
        if known is None:
            yield Finding("99022", f"'{key}' is not known in '{name}'.", name)
        elif value is not None:
            yield from _check_value(known, f"{name}.{key}", value, name)
    place = item.get("marketplace_id")
    if place and place != marketplace_id:
        words = f"'{place}' is not the marketplace of this submission."
        yield Finding("90244", f"{words} Attribute '{name}'.", name)


def _check_value(limits: Key, path: str, value: Any, name: str) -> Iterator[Finding]:
    fits = isinstance(value, TYPES[limits.kind])
    if isinstance(value, bool) and limits.kind in ("number", "integer"):
        fits = False
    if not fits:
        words = f"The value of '{path}' has the wrong type; {limits.kind} is expected."
        yield Finding("99022", words, name)
    elif limits.choices and value not in limits.choices:
        words = f"'{value}' is not a valid value for '{path}'."
        yield Finding("90244", words, name)
    elif limits.most_bytes and len(str(value).encode()) > limits.most_bytes:
        words = f"The value of '{path}' is longer than {limits.most_bytes} bytes."
        yield Finding("99022", words, name)


def check_identifier(attributes: dict[str, Any]) -> Iterator[Finding]:
    """Find identifiers whose check digit is wrong."""
    name = IDENTIFIERS[0]
    for item in attributes.get(name) or []:
        digits = str(item.get("value") or "") if isinstance(item, dict) else ""
        if digits and not is_gtin(digits):
            yield Finding(
                "8572", f"'{digits}' is not a valid product identifier.", name
            )


def is_gtin(digits: str) -> bool:
    """Return whether this is a GTIN of 8, 12, 13 or 14 digits, or an ISBN-10."""
    if len(digits) == 10:
        return digits[:9].isdigit()
    if not digits.isdigit() or len(digits) not in (8, 12, 13, 14):
        return False
    total = sum(
        int(digit) * (3 if place % 2 else 1)
        for place, digit in enumerate(reversed(digits))
    )
    return total % 10 == 0
