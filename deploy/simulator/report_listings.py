# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports on listings, made of the simulator's own book.

https://developer-docs.amazon.com/sp-api/docs/inventory-reports-attributes
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from deploy.simulator.attributes import AMAZON_CHANNELS
from deploy.simulator.listing_view import (
    AVAILABILITY,
    IDENTIFIER,
    first,
    is_fba,
    is_parent,
    our_price,
)
from deploy.simulator.product_types import shipping_templates
from deploy.simulator.report_contents import Books, Maker, Wanted, breathing, table
from deploy.simulator.sellers import MARKETPLACES

Listing = dict[str, Any]
LISTING_COLUMNS = (
    "item-name",
    "item-description",
    "listing-id",
    "seller-sku",
    "price",
    "quantity",
    "open-date",
    "image-url",
    "item-is-marketplace",
    "product-id-type",
    "zshop-shipping-fee",
    "item-note",
    "item-condition",
    "zshop-category1",
    "zshop-browse-path",
    "zshop-storefront-feature",
    "asin1",
    "asin2",
    "asin3",
    "will-ship-internationally",
    "expedited-shipping",
    "zshop-boldface",
    "product-id",
    "bid-for-featured-placement",
    "add-delete",
    "pending-quantity",
    "fulfillment-channel",
    "merchant-shipping-group",
    "status",
)
CONDITION_NUMBERS = {
    "used_like_new": 1,
    "used_very_good": 2,
    "used_good": 3,
    "used_acceptable": 4,
    "collectible_like_new": 5,
    "collectible_very_good": 6,
    "collectible_good": 7,
    "collectible_acceptable": 8,
    "refurbished_refurbished": 10,
    "new_new": 11,
}
IDENTIFIER_NUMBERS = {"asin": 1, "isbn": 2, "upc": 3, "ean": 4}
# How each region writes a time, and how many hours it is from UTC.
DATES = {
    "na": ("%Y-%m-%d %H:%M:%S PST", -8),
    "eu": ("%d/%m/%Y %H:%M:%S MET", 1),
    "fe": ("%Y/%m/%d %H:%M:%S JST", 9),
}


def listings_with(*statuses: str) -> Maker:
    """Return the maker of a report on the listings that have one of some statuses."""

    def make(books: Books, wanted: Wanted) -> Iterator[bytes] | None:
        return table(LISTING_COLUMNS, _rows(books, wanted, statuses), wanted.places)

    return make


def _rows(
    books: Books, wanted: Wanted, statuses: tuple[str, ...]
) -> Iterator[list[Any]]:
    templates = shipping_templates(wanted.seller.seller_id)
    # These reports are about one marketplace, whatever else is asked for.
    found = books.listings.search(wanted.seller.seller_id, wanted.places[0])
    for item in breathing(found):
        if _status(item) in statuses:
            yield _row(item, templates)


def _status(listing: Listing) -> str:
    return "Active" if "BUYABLE" in listing["status"] else "Inactive"


def _row(listing: Listing, templates: dict[str, str]) -> list[Any]:
    attributes = listing["attributes"]
    identifier, fba = first(attributes, IDENTIFIER), is_fba(attributes)
    template = first(attributes, "merchant_shipping_group")
    kind = first(attributes, IDENTIFIER, "type") if identifier else "asin"
    values = {
        "item-name": first(attributes, "item_name"),
        "item-description": first(attributes, "product_description"),
        "listing-id": _listing_id(listing),
        "seller-sku": listing["sku"],
        "price": _price(attributes),
        "quantity": None if fba else first(attributes, AVAILABILITY, "quantity"),
        "open-date": _date(listing),
        "image-url": first(attributes, "main_product_image_locator", "media_location"),
        "item-is-marketplace": "y",
        "product-id-type": IDENTIFIER_NUMBERS.get(kind),
        "item-note": first(attributes, "condition_note"),
        "item-condition": CONDITION_NUMBERS.get(first(attributes, "condition_type")),
        "asin1": listing["asin"],
        "product-id": identifier or listing["asin"],
        "pending-quantity": 0,
        "fulfillment-channel": _channel(attributes),
        "merchant-shipping-group": None if fba else templates.get(template, template),
        "status": _status(listing),
    }
    return [values.get(name) for name in LISTING_COLUMNS]


def _listing_id(listing: Listing) -> str:
    facts = "\n".join(listing[k] for k in ("seller_id", "marketplace_id", "sku"))
    return hashlib.sha256(facts.encode()).hexdigest()[:11].upper()


def _price(attributes: dict[str, Any]) -> str | None:
    if is_parent(attributes):
        return None
    offers = attributes.get("purchasable_offer") or []
    # The price is that for everybody; business customers have a report of their own.
    prices = [our_price(o) for o in offers if o.get("audience") != "B2B"]
    found = next((price for price in prices if price is not None), None)
    return None if found is None else f"{found:.2f}"


def _channel(attributes: dict[str, Any]) -> str:
    codes = [
        item.get("fulfillment_channel_code")
        for item in attributes.get(AVAILABILITY, [])
    ]
    return next((code for code in codes if code in AMAZON_CHANNELS), "DEFAULT")


def _date(listing: Listing) -> str:
    form, hours = DATES[MARKETPLACES[listing["marketplace_id"]].region]
    zone = timezone(timedelta(hours=hours))
    return datetime.fromtimestamp(listing["created"], zone).strftime(form)
