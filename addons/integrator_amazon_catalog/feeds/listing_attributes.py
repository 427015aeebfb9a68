# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From what Odoo knows of a product to Amazon's listing attributes.

Attribute names and shapes: Amazon's XML to JSON mapping,
https://developer-docs.amazon.com/sp-api/docs/listings-feed-type-values

Each attribute is always whole. Amazon swaps what a replace names, so a sale, a tier or
a restock date ends by not being in it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from .listing_texts import identifier_type

Attributes = dict[str, list[dict[str, Any]]]
Instance = dict[str, Any]

# Keys that choose one instance of an attribute; a delete names nothing else.
SELECTORS = (
    "marketplace_id",
    "language_tag",
    "currency",
    "audience",
    "fulfillment_channel_code",
    "type",
)
DEFAULT_CHANNEL = "DEFAULT"
# Further images than these have no attribute: the caller tells who has more.
MOST_OTHER_IMAGES = 8


@dataclass(frozen=True)
class Place:
    """Where a listing is: marketplace, language of its texts, currency."""

    marketplace_id: str
    language_tag: str
    currency: str

    def value(self, value: Any) -> list[Instance]:
        """Return the instances of an attribute that has one value per marketplace."""
        return [{"value": value, "marketplace_id": self.marketplace_id}]

    def text(self, *texts: str) -> list[Instance]:
        """Return those of an attribute that has texts per marketplace and language."""
        where = {
            "language_tag": self.language_tag,
            "marketplace_id": self.marketplace_id,
        }
        return [{"value": text, **where} for text in texts]


@dataclass(frozen=True)
class Measure:
    """A number of units, as Amazon names these: "kilograms", "centimeters"."""

    value: float
    unit: str

    def instance(self) -> Instance:
        """Return it as Amazon wants it, without the noise of binary fractions."""
        return {"value": round(self.value, 4), "unit": self.unit}


@dataclass(frozen=True)
class Size:
    """How large a package is."""

    length: Measure
    width: Measure
    height: Measure


@dataclass(frozen=True)
class ListingContent:
    """Content of one listing in one marketplace, as Odoo holds it.

    extra: the merchant's own mapping, which wins over what is here.
    offer_only: an offer on a product that Amazon has: condition and ASIN alone.
    parent: only holds variations together: no identifier, no condition.
    """

    place: Place
    title: str
    brand: str = ""
    description: str = ""
    bullets: tuple[str, ...] = ()
    manufacturer: str = ""
    barcode: str = ""
    asin: str = ""
    condition: str = "new_new"
    country: str = ""
    weight: Measure | None = None
    package_size: Size | None = None
    extra: Attributes = field(default_factory=dict)
    offer_only: bool = False
    parent: bool = False


@dataclass(frozen=True)
class Sale:
    """A lower price for some days, the last one included."""

    price: Decimal
    start: date
    end: date


@dataclass(frozen=True)
class ListingPrice:
    """Prices of one listing, in the currency of its place.

    minimum, maximum: between these Amazon's own repricing may move the price.
    tiers: (pieces from which on, price of a piece) for businesses; they need a business
        price.
    decimals: of the currency, 0 for yen.
    list_price_key: under which the product type has the list price, "value_with_tax" or
        "value"; see ``ProductTypeSchema.keys``.
    """

    place: Place
    price: Decimal
    sale: Sale | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    list_price: Decimal | None = None
    business_price: Decimal | None = None
    tiers: tuple[tuple[int, Decimal], ...] = ()
    decimals: int = 2
    list_price_key: str = "value_with_tax"


@dataclass(frozen=True)
class ListingStock:
    """How many pieces there are, and how soon they ship.

    channel: "DEFAULT" if the merchant ships. Else Amazon does ("AMAZON_EU"), counts
        what it has by itself, and is told nothing more.
    lead_time: most days until it ships.
    """

    channel: str
    quantity: int | None = None
    lead_time: int | None = None
    restock: date | None = None


@dataclass(frozen=True)
class ListingImages:
    """Public addresses of a listing's images.

    others: the first ``MOST_OTHER_IMAGES`` of them can be sent.
    """

    place: Place
    main: str = ""
    others: tuple[str, ...] = ()
    swatch: str = ""


@dataclass(frozen=True)
class ListingFamily:
    """How a listing belongs to others.

    level: "", "parent" or "child".
    accessory_of: SKUs for which this is an accessory.
    """

    place: Place
    level: str
    theme: str = ""
    parent_sku: str = ""
    accessory_of: tuple[str, ...] = ()


# === CONTENT === #


def content_attributes(content: ListingContent) -> Attributes:
    """Return the attributes of the content lane; what is empty is left out.

    A barcode that is no GTIN is left out, too: see ``identifier_type``.
    """
    found: Attributes = {}
    if not content.parent:
        found["condition_type"] = content.place.value(content.condition)
        found |= _identifier(content)
    if content.offer_only:
        found |= content.extra
        names = ("condition_type", "merchant_suggested_asin")
        return {name: found[name] for name in names if name in found}
    return found | _texts(content) | _facts(content) | content.extra


def _identifier(content: ListingContent) -> Attributes:
    place = content.place
    if content.asin:
        return {"merchant_suggested_asin": place.value(content.asin)}
    kind = identifier_type(content.barcode)
    if not kind:
        return {}
    (instance,) = place.value(content.barcode)
    return {"externally_assigned_product_identifier": [{"type": kind, **instance}]}


def _texts(content: ListingContent) -> Attributes:
    texts = {
        "item_name": (content.title,),
        "brand": (content.brand,),
        "product_description": (content.description,),
        "bullet_point": content.bullets,
        "manufacturer": (content.manufacturer,),
    }
    found = {n: content.place.text(*filter(None, v)) for n, v in texts.items()}
    return {name: instances for name, instances in found.items() if instances}


def _facts(content: ListingContent) -> Attributes:
    place, found = {"marketplace_id": content.place.marketplace_id}, Attributes()
    if content.country:
        found["country_of_origin"] = content.place.value(content.country)
    if content.weight:
        found["item_weight"] = [{**content.weight.instance(), **place}]
    if content.package_size:
        size = content.package_size
        sides = {"length": size.length, "width": size.width, "height": size.height}
        found["item_package_dimensions"] = [
            {**{name: side.instance() for name, side in sides.items()}, **place}
        ]
        if content.weight:
            found["item_package_weight"] = [{**content.weight.instance(), **place}]
    return found


def only_known(
    attributes: Attributes, names: Collection[str], own: Collection[str] = ()
) -> Attributes:
    """Return the attributes without those that the product type does not have.

    :param names: attributes of the product type
    :param own: those of the merchant's own mapping, which stay: what is wrong with
        them is to be said
    """
    return {n: v for n, v in attributes.items() if n in names or n in own}


# === PRICE === #


def price_attributes(price: ListingPrice) -> Attributes:
    """Return the attributes of the price lane.

    :raise ValueError: an amount is no number
    """
    found = {"purchasable_offer": [_consumer_offer(price)]}
    if price.business_price is not None:
        found["purchasable_offer"].append(_business_offer(price, price.business_price))
    if price.list_price is not None:
        found["list_price"] = [
            {
                price.list_price_key: amount(price.list_price, price.decimals),
                "currency": price.place.currency,
                "marketplace_id": price.place.marketplace_id,
            }
        ]
    return found


def amount(value: Decimal, decimals: int) -> int | float:
    """Return an amount that JSON writes with no more than the currency's decimals.

    :raise ValueError: it is no number, or none that a price can be
    """
    try:
        exact = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite():
        raise ValueError(f"{value} is no amount")
    return float(exact) if decimals > 0 else int(exact)


def _consumer_offer(price: ListingPrice) -> Instance:
    offer = _offer(price, "ALL", price.price)
    if price.sale:
        offer["discounted_price"] = _schedule(
            start_at=price.sale.start.isoformat(),
            end_at=price.sale.end.isoformat(),
            value_with_tax=amount(price.sale.price, price.decimals),
        )
    limits = {
        "minimum_seller_allowed_price": price.minimum,
        "maximum_seller_allowed_price": price.maximum,
    }
    for name, limit in limits.items():
        if limit is not None:
            offer[name] = _schedule(value_with_tax=amount(limit, price.decimals))
    return offer


def _business_offer(price: ListingPrice, business_price: Decimal) -> Instance:
    offer = _offer(price, "B2B", business_price)
    if price.tiers:
        levels = [
            {"lower_bound": least, "value": amount(value, price.decimals)}
            for least, value in sorted(price.tiers)
        ]
        offer["quantity_discount_plan"] = _schedule(
            discount_type="fixed", levels=levels
        )
    return offer


def _offer(price: ListingPrice, audience: str, value: Decimal) -> Instance:
    return {
        "marketplace_id": price.place.marketplace_id,
        "currency": price.place.currency,
        "audience": audience,
        "our_price": _schedule(value_with_tax=amount(value, price.decimals)),
    }


def _schedule(**keys: Any) -> list[Instance]:
    return [{"schedule": [keys]}]


# === THE OTHER LANES === #


def inventory_attributes(stock: ListingStock) -> Attributes:
    """Return the attributes of the inventory lane."""
    found: Instance = {"fulfillment_channel_code": stock.channel}
    if stock.channel == DEFAULT_CHANNEL:
        facts = {
            "quantity": stock.quantity,
            "lead_time_to_ship_max_days": stock.lead_time,
            "restock_date": stock.restock and stock.restock.isoformat(),
        }
        found |= {name: fact for name, fact in facts.items() if fact is not None}
    return {"fulfillment_availability": [found]}


def image_attributes(images: ListingImages) -> Attributes:
    """Return the attributes of the image lane, one for each slot that is in use."""
    slots = {
        "main_product_image_locator": images.main,
        "swatch_product_image_locator": images.swatch,
    }
    others = [url for url in images.others if url]
    for number, url in enumerate(others[:MOST_OTHER_IMAGES], 1):
        slots[f"other_product_image_locator_{number}"] = url
    place = images.place.marketplace_id
    return {
        name: [{"media_location": url, "marketplace_id": place}]
        for name, url in slots.items()
        if url
    }


def relationship_attributes(family: ListingFamily) -> Attributes:
    """Return the attributes of the relationship lane; none for a lone product."""
    found: Attributes = {}
    if family.level:
        found["parentage_level"] = family.place.value(family.level)
        if family.theme:
            found["variation_theme"] = [{"name": family.theme}]
    kinds = [("variation", family.parent_sku)] if family.level == "child" else []
    kinds += [("accessory", sku) for sku in family.accessory_of]
    relations = [
        {
            "child_relationship_type": kind,
            "parent_sku": sku,
            "marketplace_id": family.place.marketplace_id,
        }
        for kind, sku in kinds
        if sku
    ]
    return found | ({"child_parent_sku_relationship": relations} if relations else {})


def override_attributes(place: Place, shipping_group: str) -> Attributes:
    """Return the attributes of the override lane.

    Amazon has no shipping amount per SKU any more, only a template per SKU.

    :param shipping_group: technical name of the template, empty for the default one
    """
    if not shipping_group:
        return {}
    return {"merchant_shipping_group": place.value(shipping_group)}


# === CHANGES === #


def _selectors(_attribute: str) -> Sequence[str]:
    return SELECTORS


def changes(
    wanted: Attributes,
    accepted: Attributes,
    selectors: Callable[[str], Sequence[str]] = _selectors,
) -> list[dict[str, Any]]:
    """Return the patches that turn *accepted* into *wanted*, attribute by attribute.

    A replace always carries the whole attribute. It is reported to swap the attribute,
    and to swap only the instances with the same selectors; so instances that are not
    wanted any more are deleted before it, and the patches are right either way.

    :param selectors: of an attribute, as its product type has them; without it, those
        of the attributes that are made here
    """
    patches = list(_removed(wanted, accepted, selectors))
    for name, value in wanted.items():
        if accepted.get(name) != value:
            patches.append(_patch("replace", name, value))
    return patches


def _removed(
    wanted: Attributes,
    accepted: Attributes,
    selectors: Callable[[str], Sequence[str]],
) -> Iterator[dict[str, Any]]:
    for name, instances in accepted.items():
        if wanted.get(name) == instances:
            continue
        # What has no selectors cannot be told apart, and is named as it is.
        keys = (*selectors(name), "marketplace_id")
        kept = [_chosen(instance, keys) for instance in wanted.get(name) or ()]
        gone: list[Instance] = []
        for instance in instances:
            chosen = _chosen(instance, keys)
            if chosen not in kept and chosen not in gone:
                gone.append(chosen)
        if name not in wanted:
            gone = gone if any(gone) else instances
        if any(gone):
            yield _patch("delete", name, gone)


def _chosen(instance: Instance, keys: Sequence[str]) -> Instance:
    return {key: instance[key] for key in keys if key in instance}


def _patch(operation: str, name: str, value: list[Instance]) -> dict[str, Any]:
    return {"op": operation, "path": f"/attributes/{name}", "value": value}
