# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Product types of the simulator's own making."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from deploy.simulator.attributes import (
    AMAZON_CHANNELS,
    Attribute,
    in_words,
    text,
    value,
)
from deploy.simulator.common_attributes import COMMON, variations
from deploy.simulator.conditions import PARENTAGE, Condition, Match, Needs

OFFER_ONLY = "LISTING_OFFER_ONLY"
PRODUCT_ONLY = "LISTING_PRODUCT_ONLY"
REQUIREMENTS = ("LISTING", PRODUCT_ONLY, OFFER_ONLY)
IDENTIFIERS = (
    "externally_assigned_product_identifier",
    "merchant_suggested_asin",
    "supplier_declared_has_product_identifier_exemption",
)
OFFER_GROUPS = ("offer", "offer_images")
# How people call a seller's shipping templates; the keys are of each seller's own.
TEMPLATES = ("Standard shipping", "Express", "Bulky goods")
SHIPPING_GROUP = "merchant_shipping_group"
PARENT = Match(PARENTAGE, "value", ("parent",))
CHILD = Match(PARENTAGE, "value", ("child",))
FBA = Condition(
    (Match("fulfillment_availability", "fulfillment_channel_code", AMAZON_CHANNELS),),
    Needs(none_of=(SHIPPING_GROUP,)),
)


@dataclass(frozen=True)
class ProductType:
    """A product type: what it needs for a listing, and its variation themes.

    ``relations``: how its children and parents may be related.
    """

    name: str
    display_name: str
    required: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    relations: tuple[str, ...] = ("variation",)
    own: dict[str, Attribute] = field(default_factory=dict)

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """All attributes, those that every type has included."""
        varying = variations(self.themes, *self.relations) if self.themes else {}
        return {**COMMON, **varying, **self.own}

    def attributes_for(self, requirements: str) -> dict[str, Attribute]:
        """Return the attributes that belong to LISTING or one of its kin."""
        if requirements == "LISTING":
            return self.attributes
        wanted = requirements == OFFER_ONLY
        return {
            name: attribute
            for name, attribute in self.attributes.items()
            if (attribute.group in OFFER_GROUPS) == wanted or name in IDENTIFIERS
        }

    def required_for(self, requirements: str) -> tuple[str, ...]:
        """Return the attributes that must be there whatever a listing is."""
        if requirements == OFFER_ONLY:
            return ("condition_type",)
        return (
            "item_name",
            "brand",
            *(n for n in self.required if not self._varies(n)),
        )

    def _varies(self, name: str) -> bool:
        """Return whether the children of some theme differ in an attribute."""
        return any(name in theme_attributes(theme) for theme in self.themes)

    def conditions(self, requirements: str) -> tuple[Condition, ...]:
        """Return what must be there depending on what a listing is."""
        return self._conditions[requirements]

    @cached_property
    def _conditions(self) -> dict[str, tuple[Condition, ...]]:
        families = self._families()
        return {
            "LISTING": (self._sold("condition_type"), *families, FBA),
            PRODUCT_ONLY: (self._sold(), *families),
            OFFER_ONLY: (FBA,),
        }

    def _sold(self, *more: str) -> Condition:
        """Return what only those need that are sold: all but parents."""
        needed = (*(name for name in self.required if self._varies(name)), *more)
        offer = ("purchasable_offer", "fulfillment_availability")
        parent = Needs(
            all_of=("variation_theme",) if self.themes else (), none_of=offer
        )
        return Condition((PARENT,), parent, Needs(needed, IDENTIFIERS))

    def _families(self) -> tuple[Condition, ...]:
        if not self.themes:
            return ()
        related = ("child_parent_sku_relationship", "variation_theme")
        by_theme = (
            Condition(
                (CHILD, Match("variation_theme", "name", (theme,))),
                Needs(theme_attributes(theme)),
            )
            for theme in self.themes
        )
        return (Condition((CHILD,), Needs(related)), *by_theme)

    def groups(self, requirements: str = "LISTING") -> dict[str, dict[str, Any]]:
        """Return the attributes by group, as getDefinitionsProductType shows them."""
        found: dict[str, dict[str, Any]] = {}
        for name, attribute in self.attributes_for(requirements).items():
            group = found.setdefault(
                attribute.group,
                {"title": in_words(attribute.group), "propertyNames": []},
            )
            group["propertyNames"].append(name)
        return found


def theme_attributes(theme: str) -> tuple[str, ...]:
    """Return the attributes in which the variations of a theme differ."""
    return tuple(theme.lower().split("/"))


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
            own={"fabric_type": text("Fabric Type", 500)},
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
        ProductType(
            "KITCHEN",
            "Kitchen",
            ("bullet_point",),
            ("COLOR", "SIZE"),
            ("variation", "accessory"),
        ),
    )
}


def shipping_templates(seller_id: str) -> dict[str, str]:
    """Return a seller's shipping templates: names by the keys that listings hold.

    The key of the oldest one is the same for all, as it is at Amazon; the others
    follow from the seller.
    """
    first, *others = TEMPLATES
    keys = {str(uuid.uuid5(uuid.NAMESPACE_URL, seller_id + n)): n for n in others}
    return {"legacy-template-id": first, **keys}


@lru_cache(maxsize=1000)
def of_seller(name: str, seller_id: str) -> ProductType | None:
    """Return a product type with the values that only one seller can use."""
    kind = PRODUCT_TYPES.get(name)
    if kind is None:
        return None
    templates = shipping_templates(seller_id)
    group = value(
        COMMON[SHIPPING_GROUP].title,
        choices=tuple(templates),
        names=tuple(templates.values()),
        group="offer",
    )
    return replace(kind, own={**kind.own, SHIPPING_GROUP: group})
