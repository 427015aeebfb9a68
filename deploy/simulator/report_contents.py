# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What reports hold: made of the simulator's own books.

https://developer-docs.amazon.com/sp-api/docs/inventory-reports-attributes
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from deploy.simulator import report_types
from deploy.simulator.listing_view import first
from deploy.simulator.listings import Listings
from deploy.simulator.report_types import ReportType
from deploy.simulator.sellers import MARKETPLACES, Seller

Listing = dict[str, Any]
Places = tuple[str, ...]


@dataclass(frozen=True)
class Window:
    """The time that a report is about, in seconds since 1970."""

    start: float
    end: float


@dataclass(frozen=True)
class Books:
    """All that reports are made of."""

    listings: Listings


# None: there is nothing to report.
Maker = Callable[[Books, Seller, Places, Window], bytes | None]
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
IDENTIFIER = "externally_assigned_product_identifier"
IDENTIFIER_NUMBERS = {"asin": 1, "isbn": 2, "upc": 3, "ean": 4}
# How each region writes a time, and how many hours it is from UTC.
DATES = {
    "na": ("%Y-%m-%d %H:%M:%S PST", -8),
    "eu": ("%d/%m/%Y %H:%M:%S MET", 1),
    "fe": ("%Y/%m/%d %H:%M:%S JST", 9),
}
# Charset as the content type names it, and as Python does: documents of Japan are
# in Microsoft's Shift JIS, those of Europe in UTF-8 with a mark at the beginning.
CHARSETS = {
    "JP": ("Windows-31J", "cp932"),
    "na": ("ISO-8859-1", "iso-8859-1"),
    "eu": ("UTF-8", "utf-8-sig"),
    "fe": ("UTF-8", "utf-8"),
}


def charset(places: Places) -> tuple[str, str]:
    """Return the charset of a document: as its content type names it, and Python's."""
    place = MARKETPLACES[places[0]]
    return CHARSETS.get(place.country) or CHARSETS[place.region]


def content_type(kind: ReportType, places: Places) -> str:
    """Return the content type of a report's document."""
    return f"{kind.media};charset={charset(places)[0]}"


def tabbed(rows: list[list[Any]], places: Places) -> bytes:
    """Return rows as a document of text with tabs, in the charset of the place."""
    lines = ["\t".join(_cell(value) for value in row) for row in rows]
    text = "".join(f"{line}\r\n" for line in lines)
    return text.encode(charset(places)[1], errors="replace")


def _cell(value: Any) -> str:
    return " ".join(("" if value is None else str(value)).split())


# === LISTINGS === #


def _listings_with(*wanted: str) -> Maker:
    """Return the maker of a report on the listings that have one of some statuses."""

    def make(books: Books, seller: Seller, places: Places, _: Window) -> bytes | None:
        # These reports are about one marketplace, whatever else is asked for.
        found = books.listings.search(seller.seller_id, places[0])
        rows = [_listing_row(item) for item in found if _status(item) in wanted]
        header: list[Any] = list(LISTING_COLUMNS)
        return tabbed([header, *rows], places) if rows else None

    return make


def _status(listing: Listing) -> str:
    return "Active" if "BUYABLE" in listing["status"] else "Inactive"


def _listing_row(listing: Listing) -> list[Any]:
    attributes = listing["attributes"]
    identifier = first(attributes, IDENTIFIER)
    kind = first(attributes, IDENTIFIER, "type") if identifier else "asin"
    values = {
        "item-name": first(attributes, "item_name"),
        "item-description": first(attributes, "product_description"),
        "listing-id": _listing_id(listing),
        "seller-sku": listing["sku"],
        "price": _price(attributes),
        "quantity": first(attributes, "fulfillment_availability", "quantity"),
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
        "merchant-shipping-group": first(attributes, "merchant_shipping_group"),
        "status": _status(listing),
    }
    return [values.get(name) for name in LISTING_COLUMNS]


def _listing_id(listing: Listing) -> str:
    facts = "\n".join(listing[k] for k in ("seller_id", "marketplace_id", "sku"))
    return hashlib.sha256(facts.encode()).hexdigest()[:11].upper()


def _price(attributes: dict[str, Any]) -> str | None:
    prices = first(attributes, "purchasable_offer", "our_price")
    if not prices:
        return None
    return f"{prices[0]['schedule'][0]['value_with_tax']:.2f}"


def _channel(attributes: dict[str, Any]) -> str:
    key = "fulfillment_channel_code"
    return first(attributes, "fulfillment_availability", key) or "DEFAULT"


def _date(listing: Listing) -> str:
    form, hours = DATES[MARKETPLACES[listing["marketplace_id"]].region]
    zone = timezone(timedelta(hours=hours))
    return datetime.fromtimestamp(listing["created"], zone).strftime(form)


# Who makes which report; a type that is not here has nothing to report yet.
MAKERS: dict[str, Maker] = {
    report_types.ALL_LISTINGS: _listings_with("Active", "Inactive"),
    report_types.ACTIVE_LISTINGS: _listings_with("Active"),
    report_types.INACTIVE_LISTINGS: _listings_with("Inactive"),
}
