# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Product types of the simulator's own making, and their schemas.

https://developer-docs.amazon.com/sp-api/docs/product-type-definition-meta-schema
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from deploy.simulator.attributes import COMMON, Attribute, Key, in_words, text, value
from deploy.simulator.sellers import MARKETPLACES

# Identifiers, not addresses: nothing is fetched from there.
ROOT = "https://schemas.amazon.com/selling-partners/definitions/product-types"
META_SCHEMA = f"{ROOT}/meta-schema/v1"
VOCABULARY = f"{ROOT}/vocabulary/v1"
DRAFT = "https://json-schema.org/draft/2019-09"
REQUIREMENTS = ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY")
IDENTIFIERS = (
    "externally_assigned_product_identifier",
    "merchant_suggested_asin",
    "supplier_declared_has_product_identifier_exemption",
)


@dataclass(frozen=True)
class ProductType:
    """A product type: what it needs for a listing, and its variation themes."""

    name: str
    display_name: str
    required: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    own: dict[str, Attribute] = field(default_factory=dict)

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """All attributes, those that every type has included."""
        found = {**COMMON, **self.own}
        if self.themes:
            keys = {"name": Key(required=True, choices=self.themes)}
            found["variation_theme"] = Attribute(
                "Variation Theme", keys, (), group="variations"
            )
        return found

    def required_for(self, requirements: str) -> tuple[str, ...]:
        """Return the attributes that must be there for LISTING and its kin."""
        if requirements == "LISTING_OFFER_ONLY":
            return ("condition_type",)
        needed = ("item_name", "brand", *self.required)
        return needed if "PRODUCT_ONLY" in requirements else (*needed, "condition_type")

    def groups(self) -> dict[str, dict[str, Any]]:
        """Return the attributes by group, as getDefinitionsProductType shows them."""
        found: dict[str, dict[str, Any]] = {}
        for name, attribute in self.attributes.items():
            group = found.setdefault(
                attribute.group,
                {"title": in_words(attribute.group), "propertyNames": []},
            )
            group["propertyNames"].append(name)
        return found


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
            {"fabric_type": text("Fabric Type", 500)},
        ),
        ProductType(
            "ABIS_BOOK",
            "Book",
            ("binding",),
            own={
                "binding": value("Binding", choices=("hardcover", "paperback")),
                "author": text("Author", 100, most=10),
            },
        ),
        ProductType("KITCHEN", "Kitchen", ("bullet_point",), ("COLOR", "SIZE")),
    )
}


def schema_of(
    kind: ProductType, requirements: str, marketplace_id: str, *, enforced: bool = True
) -> dict[str, Any]:
    """Return the JSON schema (2019-09) of a product type."""
    place = MARKETPLACES[marketplace_id]
    found: dict[str, Any] = {
        "$schema": META_SCHEMA,
        "$id": f"{ROOT}/{kind.name}",
        "$defs": {
            "marketplace_id": _choice([marketplace_id], [place.name]),
            "language_tag": _choice(list(place.languages), list(place.languages)),
        },
        "type": "object",
        "properties": {name: a.schema() for name, a in kind.attributes.items()},
        "additionalProperties": False,
    }
    if enforced:
        found["required"] = list(kind.required_for(requirements))
        if requirements != "LISTING_OFFER_ONLY":
            found["anyOf"] = [{"required": [name]} for name in IDENTIFIERS]
    return found


def _choice(values: list[str], names: list[str]) -> dict[str, Any]:
    return {
        "type": "string",
        "default": values[0],
        "editable": False,
        "enum": values,
        "enumNames": names,
    }


def meta_schema() -> dict[str, Any]:
    """Return the schema of the schemas: 2019-09 and the keywords that are added."""
    number = {"type": "integer", "minimum": 0}
    words = {"type": "array", "items": {"type": "string"}}
    flag = {"type": "boolean"}
    parts = ("core", "applicator", "validation", "meta-data", "format", "content")
    return {
        "$schema": f"{DRAFT}/schema",
        "$id": META_SCHEMA,
        "$vocabulary": {f"{DRAFT}/vocab/{part}": True for part in parts}
        | {VOCABULARY: False},
        "$recursiveAnchor": True,
        "allOf": [{"$ref": f"{DRAFT}/schema"}],
        "type": ["object", "boolean"],
        "properties": {
            "editable": flag,
            "hidden": flag,
            "replaces": {"type": "string"},
            "enumNames": words,
            "selectors": words,
            "minUniqueItems": number,
            "maxUniqueItems": number,
            "minUtf8ByteLength": number,
            "maxUtf8ByteLength": number,
        },
    }
