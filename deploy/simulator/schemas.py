# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Product types as JSON schemas, in Amazon's dialect of 2019-09.

https://developer-docs.amazon.com/sp-api/docs/product-type-definition-meta-schema
"""

from __future__ import annotations

from typing import Any

from deploy.simulator.product_types import ProductType
from deploy.simulator.sellers import MARKETPLACES

# Identifiers, not addresses: nothing is fetched from there.
ROOT = "https://schemas.amazon.com/selling-partners/definitions/product-types"
META_SCHEMA = f"{ROOT}/meta-schema/v1"
VOCABULARY = f"{ROOT}/vocabulary/v1"
DRAFT = "https://json-schema.org/draft/2019-09"


def schema_of(
    kind: ProductType,
    requirements: str,
    marketplace_id: str,
    *,
    enforced: bool = True,
    level: str | None = None,
) -> dict[str, Any]:
    """Return the JSON schema of a product type.

    :param level: "parent", "child", "none": of such listings only; None: of all
    """
    place = MARKETPLACES[marketplace_id]
    attributes = kind.attributes_for(requirements)
    found: dict[str, Any] = {
        "$schema": META_SCHEMA,
        "$id": f"{ROOT}/{kind.name}",
        "$defs": {
            "marketplace_id": _choice([marketplace_id], [place.name]),
            "language_tag": _choice(list(place.languages), list(place.languages)),
            "currency": _choice([place.currency], [place.currency]),
        },
        "type": "object",
        "properties": {name: a.schema() for name, a in attributes.items()},
        "additionalProperties": False,
    }
    if enforced:
        found["required"] = list(kind.required_for(requirements))
        parts = (c.schema(level) for c in kind.conditions(requirements))
        found["allOf"] = [part for part in parts if part]
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
