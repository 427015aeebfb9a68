# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What reports hold: made of the simulator's own books.

https://developer-docs.amazon.com/sp-api/docs/inventory-reports-attributes
"""

from __future__ import annotations

import hashlib
import io
import itertools
import time
from codecs import getincrementalencoder
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from deploy.simulator import report_types
from deploy.simulator.attributes import AMAZON_CHANNELS
from deploy.simulator.listing_view import (
    AVAILABILITY,
    IDENTIFIER,
    first,
    is_fba,
    is_parent,
    our_price,
)
from deploy.simulator.listings import Listings
from deploy.simulator.product_types import shipping_templates
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
# After so many listings, so many seconds of rest.
BREATH = 200
PAUSE = 0.001
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


def tabbed(rows: Iterable[list[Any]], places: Places) -> bytes:
    """Return rows as a document of text with tabs, in the charset of the place.

    Rows are encoded as they come, so that they need not all be there at once.
    """
    encoder = getincrementalencoder(charset(places)[1])(errors="replace")
    found = io.BytesIO()
    for row in rows:
        line = "\t".join(_cell(value) for value in row)
        found.write(encoder.encode(f"{line}\r\n"))
    return found.getvalue()


def _cell(value: Any) -> str:
    return " ".join(("" if value is None else str(value)).split())


# === LISTINGS === #


def _listings_with(*wanted: str) -> Maker:
    """Return the maker of a report on the listings that have one of some statuses."""

    def make(books: Books, seller: Seller, places: Places, _: Window) -> bytes | None:
        rows = _listing_rows(books, seller, places, wanted)
        first_row = next(rows, None)
        if first_row is None:
            return None
        header: list[Any] = list(LISTING_COLUMNS)
        return tabbed(itertools.chain([header, first_row], rows), places)

    return make


def _listing_rows(
    books: Books, seller: Seller, places: Places, wanted: tuple[str, ...]
) -> Iterator[list[Any]]:
    templates = shipping_templates(seller.seller_id)
    # These reports are about one marketplace, whatever else is asked for.
    found = books.listings.search(seller.seller_id, places[0])
    for number, item in enumerate(found, 1):
        if number % BREATH == 0:
            # Who calls meanwhile does not wait for the whole report.
            time.sleep(PAUSE)
        if _status(item) in wanted:
            yield _listing_row(item, templates)


def _status(listing: Listing) -> str:
    return "Active" if "BUYABLE" in listing["status"] else "Inactive"


def _listing_row(listing: Listing, templates: dict[str, str]) -> list[Any]:
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


# Who makes which report; a type that is not here has nothing to report yet.
MAKERS: dict[str, Maker] = {
    report_types.ALL_LISTINGS: _listings_with("Active", "Inactive"),
    report_types.ACTIVE_LISTINGS: _listings_with("Active"),
    report_types.INACTIVE_LISTINGS: _listings_with("Inactive"),
}
