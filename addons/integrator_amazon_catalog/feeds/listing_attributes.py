# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From what Odoo knows of a product to Amazon's listing attributes.

Attribute names and shapes: Amazon's XML to JSON mapping,
https://developer-docs.amazon.com/sp-api/docs/listings-feed-type-values
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Attributes = dict[str, list[dict[str, Any]]]

# Type of a product identifier, by its number of digits.
IDENTIFIER_TYPES = {8: "ean", 12: "upc", 13: "ean", 14: "gtin"}
# Keys that choose one instance of an attribute; a delete names nothing else.
SELECTORS = ("marketplace_id", "language_tag", "audience", "type")


@dataclass(frozen=True)
class ListingContent:
    """Content of one listing in one marketplace, as Odoo holds it."""

    marketplace_id: str
    language_tag: str
    title: str
    brand: str = ""
    description: str = ""
    barcode: str = ""
    asin: str = ""
    condition: str = "new_new"


def content_attributes(content: ListingContent) -> Attributes:
    """Return the attributes of the content lane; what is empty is left out."""
    place = {"marketplace_id": content.marketplace_id}
    text = {"language_tag": content.language_tag, **place}
    attributes: Attributes = {
        "condition_type": [{"value": content.condition, **place}],
        "item_name": [{"value": content.title, **text}],
    }
    if content.brand:
        attributes["brand"] = [{"value": content.brand, **text}]
    if content.description:
        attributes["product_description"] = [{"value": content.description, **text}]
    if content.asin:
        attributes["merchant_suggested_asin"] = [{"value": content.asin, **place}]
    elif content.barcode:
        attributes["externally_assigned_product_identifier"] = [
            {
                "type": IDENTIFIER_TYPES.get(len(content.barcode), "gtin"),
                "value": content.barcode,
                **place,
            }
        ]
    return attributes


def changes(wanted: Attributes, accepted: Attributes) -> list[dict[str, Any]]:
    """Return the patches that turn *accepted* into *wanted*, attribute by attribute.

    A replace always carries the whole attribute: it swaps what it names.
    """
    return [*_replaced(wanted, accepted), *_removed(wanted, accepted)]


def _replaced(wanted: Attributes, accepted: Attributes) -> Iterator[dict[str, Any]]:
    for name, value in wanted.items():
        if accepted.get(name) != value:
            yield {"op": "replace", "path": f"/attributes/{name}", "value": value}


def _removed(wanted: Attributes, accepted: Attributes) -> Iterator[dict[str, Any]]:
    for name, value in accepted.items():
        if name not in wanted:
            chosen = [
                {key: item[key] for key in SELECTORS if key in item} for item in value
            ]
            yield {"op": "delete", "path": f"/attributes/{name}", "value": chosen}
