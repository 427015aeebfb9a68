# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The six lanes in which what Amazon knows of a listing is sent.

They are what the six listing feeds were before Amazon merged them into one. Each lane
waits, is sent and fails on its own: a wrong picture does not hold up a price.
"""

from __future__ import annotations

from collections.abc import Collection

from .listing_attributes import Attributes

CONTENT = "content"
PRICE = "price"
INVENTORY = "inventory"
IMAGE = "image"
RELATIONSHIP = "relationship"
OVERRIDE = "override"
LANES = (CONTENT, PRICE, INVENTORY, IMAGE, RELATIONSHIP, OVERRIDE)

# What is not named here, and is no image, is content.
LANE_OF = {
    "purchasable_offer": PRICE,
    "list_price": PRICE,
    "uvp_list_price": PRICE,
    "map_policy": PRICE,
    "fulfillment_availability": INVENTORY,
    "parentage_level": RELATIONSHIP,
    "child_parent_sku_relationship": RELATIONSHIP,
    "variation_theme": RELATIONSHIP,
    "merchant_shipping_group": OVERRIDE,
}


def lane_of(attribute: str) -> str:
    """Return the lane in which an attribute is sent."""
    if "_image_locator" in attribute:
        return IMAGE
    return LANE_OF.get(attribute, CONTENT)


def select(attributes: Attributes, lanes: Collection[str]) -> Attributes:
    """Return those attributes that are sent in one of these lanes."""
    return {name: v for name, v in attributes.items() if lane_of(name) in lanes}
