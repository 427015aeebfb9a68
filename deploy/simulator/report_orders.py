# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports on orders as flat files: to ship, still to ship, and to keep track of.

Amounts are of whole lines. An item with more than one promotion has more than one row:
those that follow hold nothing but its ids and the promotion. The columns are those of
Amazon's pages with those that files of 2026 have besides; that discounts are below zero
in files to ship and above in those to keep track of is inferred from such files.
https://developer-docs.amazon.com/sp-api/docs/order-reports-attributes
https://developer-docs.amazon.com/sp-api/docs/order-tracking-reports-attributes
https://developer-docs.amazon.com/sp-api/docs/report-type-values-order
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from deploy.simulator.order_amounts import amount, units
from deploy.simulator.order_book import (
    AMAZON,
    CANCELLED,
    MERCHANT,
    OPEN,
    WAITING,
    Order,
    OrderSearch,
    oldest,
)
from deploy.simulator.order_edits import left, wanted
from deploy.simulator.report_contents import Books, Maker, Wanted, breathing, table
from deploy.simulator.sellers import MARKETPLACES

Item = dict[str, Any]
DAY = 86400
# In which time of day each region's files to ship are written (inferred for "eu").
ZONES = {
    "na": ZoneInfo("America/Los_Angeles"),
    "eu": ZoneInfo("UTC"),
    "fe": ZoneInfo("Asia/Tokyo"),
}
PEOPLE = (
    "recipient-name",
    "ship-address-1",
    "ship-address-2",
    "ship-address-3",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
)
TO_SHIP = (
    "order-id",
    "order-item-id",
    "purchase-date",
    "payments-date",
    "buyer-email",
    "buyer-name",
    "buyer-phone-number",
    "sku",
    "product-name",
    "quantity-purchased",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "ship-service-level",
    *PEOPLE,
    "ship-phone-number",
    "gift-wrap-type",
    "gift-message-text",
    "item-promotion-discount",
    "item-promotion-id",
    "ship-promotion-discount",
    "ship-promotion-id",
    "delivery-start-date",
    "delivery-end-date",
    "delivery-time-zone",
    "delivery-Instructions",
    "sales-channel",
    "order-channel",
    "order-channel-instance",
    "external-order-id",
    "earliest-ship-date",
    "latest-ship-date",
    "earliest-delivery-date",
    "latest-delivery-date",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
    "is-prime",
    "buyer-company-name",
    "is-replacement-order",
    "original-order-id",
    "ioss-number",
    "tax-collection-model",
    "tax-collection-responsible-party",
    "signature-confirmation-recommended",
    "buyer-identification-number",
    "buyer-identification-type",
)
STILL_TO_SHIP = (
    "order-id",
    "order-item-id",
    "purchase-date",
    "payments-date",
    "reporting-date",
    "promise-date",
    "days-past-promise",
    "buyer-email",
    "buyer-name",
    "buyer-phone-number",
    "sku",
    "product-name",
    "quantity-purchased",
    "quantity-shipped",
    "quantity-to-ship",
    "ship-service-level",
    *PEOPLE,
    "is-business-order",
    "purchase-order-number",
    "price-designation",
    "is-prime",
    "is-transparency",
    "verge-of-cancellation",
    "verge-of-lateShipment",
    "signature-confirmation-recommended",
    "buyer-identification-number",
    "buyer-identification-type",
)
TRACKED = (
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "url",
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "ship-promotion-discount",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "promotion-ids",
    "cpf",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
    "customized-url",
    "customized-page",
    "signature-confirmation-recommended",
    "buyer-identification-number",
    "buyer-identification-type",
    "order-item-id",
)
# An order that is so many days late is about to be cancelled by Amazon (inferred).
LATE_DAYS = 6
OFF = ("item-promotion-discount", "ship-promotion-discount")


# === WHICH ORDERS === #


def fulfillable(books: Books, wanted: Wanted, *statuses: str) -> Iterator[Order]:
    """Return orders that the seller ships, which became fit for that in the window."""
    search = OrderSearch(
        "fulfillable",
        wanted.window.start,
        wanted.window.end,
        wanted.places,
        statuses,
        (MERCHANT,),
        oldest(wanted.seller, wanted.now),
    )
    return breathing(books.orders.all(wanted.seller.seller_id, search))


def tracked(books: Books, wanted: Wanted, column: str) -> Iterator[Order]:
    """Return orders of any kind that were made or updated in the window."""
    window = wanted.window
    first = oldest(wanted.seller, wanted.now)
    search = OrderSearch(column, window.start, window.end, wanted.places, oldest=first)
    return breathing(books.orders.all(wanted.seller.seller_id, search))


# === HOW THINGS ARE WRITTEN === #


def local(order: Order, moment: float) -> str:
    """Return a time as files to ship have it: in the time of the region."""
    zone = ZONES[MARKETPLACES[order["marketplace_id"]].region]
    return datetime.fromtimestamp(moment, zone).isoformat(timespec="seconds")


def universal(moment: float) -> str:
    """Return a time as files to keep track of orders have it."""
    found = datetime.fromtimestamp(moment, timezone.utc)
    return found.isoformat(timespec="seconds")


def camel(name: str) -> str:
    """Return a name as reports write it: SecondDay instead of SECOND_DAY."""
    return "".join(part.capitalize() for part in name.split("_"))


def _flag(value: Any) -> str:
    return "true" if value else "false"


def status_of(order: Order, item: Item) -> str:
    """Return the status of an item as files to keep track of orders have it."""
    if not wanted(item):
        return "Cancelled"
    return "Shipped" if not left(item) else "Unshipped"


def summed(item: Item, kind: str, currency: str) -> str:
    """Return what all promotions take off an item's price, or off its shipping."""
    return amount(sum(units(p[kind], currency) for p in item["promotions"]), currency)


def with_discount(item: Item, kind: str) -> list[dict[str, str]]:
    """Return the promotions of an item that take something off."""
    return [p for p in item["promotions"] if float(p[kind])]


# === TO SHIP === #


def orders_to_ship(books: Books, wanted: Wanted) -> Iterator[bytes] | None:
    """Make the report on orders to ship; shipped and cancelled ones are in it, too."""
    rows = (
        [row.get(name) for name in TO_SHIP]
        for order in fulfillable(books, wanted)
        for item in order["items"]
        for row in _rows_to_ship(order, item)
    )
    return table(TO_SHIP, rows, wanted.places)


def _rows_to_ship(order: Order, item: Item) -> Iterator[dict[str, Any]]:
    ids = {"order-id": order["order_id"], "order-item-id": item["item_id"]}
    row = {
        **ids,
        **_facts(order, item),
        **_prices(order, item),
        **_extras(order, item),
        "currency": order["currency"],
        "ship-phone-number": order["address"]["phone"],
    }
    off = [with_discount(item, kind) for kind in ("item", "shipping")]
    for on_item, on_shipping in list(zip_longest(*off)) or [(None, None)]:
        if on_item:
            row["item-promotion-discount"] = _negative(on_item["item"])
            row["item-promotion-id"] = on_item["id"]
        if on_shipping:
            row["ship-promotion-discount"] = _negative(on_shipping["shipping"])
            row["ship-promotion-id"] = on_shipping["id"]
        yield row
        row = dict(ids)


def _negative(text: str) -> str:
    return f"-{text}"


def _facts(order: Order, item: Item) -> dict[str, Any]:
    """Return what both kinds of files to ship say of an item."""
    buyer, address, tax = order["buyer"], order["address"], order["buyer_tax"] or {}
    designation = item["price_designation"]
    return {
        "purchase-date": local(order, order["created"]),
        "payments-date": local(order, order["created"]),
        "buyer-email": buyer["email"],
        "buyer-name": buyer["name"],
        "buyer-phone-number": buyer["phone"],
        "sku": item["sku"],
        "product-name": item["title"],
        "quantity-purchased": wanted(item),
        "ship-service-level": camel(order["service_level"]),
        "recipient-name": address["name"],
        "ship-address-1": address["line1"],
        "ship-address-2": address["line2"],
        "ship-address-3": address["line3"],
        "ship-city": address["city"],
        "ship-state": address["state"],
        "ship-postal-code": address["postcode"],
        "ship-country": address["country"],
        "is-business-order": _flag("AMAZON_BUSINESS" in order["programs"]),
        "purchase-order-number": buyer["po_number"],
        "price-designation": camel(designation) if designation else None,
        "is-prime": _flag("PRIME" in order["programs"]),
        "signature-confirmation-recommended": "false",
        "buyer-identification-number": tax.get("number"),
        "buyer-identification-type": tax.get("type"),
    }


def _prices(order: Order, item: Item) -> dict[str, Any]:
    """Return the amounts of an item; what is cancelled has none."""
    if not wanted(item):
        return {}
    found = {name.replace("_", "-"): text for name, text in item["amounts"].items()}
    nothing = amount(0, order["currency"])
    return {**found, **dict.fromkeys(OFF, nothing)}


def _extras(order: Order, item: Item) -> dict[str, Any]:
    gift, collector = item["gift"] or {}, item["tax_collection"]
    return {
        "gift-wrap-type": gift.get("level"),
        "gift-message-text": gift.get("message"),
        "sales-channel": MARKETPLACES[order["marketplace_id"]].name,
        "order-channel": "WebsiteOrderChannel",
        "earliest-ship-date": local(order, order["ship_by"][0]),
        "latest-ship-date": local(order, order["ship_by"][1]),
        "earliest-delivery-date": local(order, order["deliver_by"][0]),
        "latest-delivery-date": local(order, order["deliver_by"][1]),
        "buyer-company-name": order["buyer"]["company"],
        "is-replacement-order": _flag(order["replaces"]),
        "original-order-id": order["replaces"],
        "ioss-number": item["ioss"],
        "tax-collection-model": "MarketplaceFacilitator" if collector else None,
        "tax-collection-responsible-party": collector,
    }


# === STILL TO SHIP === #


def unshipped(books: Books, wanted: Wanted) -> Iterator[bytes] | None:
    """Make the report on orders that are not confirmed as shipped; without prices."""
    show = wanted.options.get("ShowSalesChannel", "").lower() == "true"
    columns = (*STILL_TO_SHIP, *(["sales-channel"] if show else []))
    rows = (
        [row.get(name) for name in columns]
        for order in fulfillable(books, wanted, *OPEN)
        for item in order["items"]
        if left(item)
        for row in [_row_unshipped(order, item, wanted.now)]
    )
    return table(columns, rows, wanted.places)


def _row_unshipped(order: Order, item: Item, now: float) -> dict[str, Any]:
    promise = order["ship_by"][1]
    late = int((now - promise) // DAY)
    return {
        "order-id": order["order_id"],
        "order-item-id": item["item_id"],
        **_facts(order, item),
        "reporting-date": local(order, order["fulfillable"]),
        "promise-date": local(order, promise),
        "days-past-promise": late,
        "quantity-shipped": item["shipped"],
        "quantity-to-ship": left(item),
        "is-transparency": "false",
        "verge-of-cancellation": _flag(late >= LATE_DAYS),
        "verge-of-lateShipment": _flag(late == -1),
        "sales-channel": MARKETPLACES[order["marketplace_id"]].name,
    }


# === TO KEEP TRACK OF === #


def tracked_orders(column: str) -> Maker:
    """Return the maker of a report on all orders, without personal data.

    :param column: the time that counts, "created" or "updated"
    """

    def make(books: Books, wanted: Wanted) -> Iterator[bytes] | None:
        rows = (
            [row.get(name) for name in TRACKED]
            for order in tracked(books, wanted, column)
            for item in order["items"]
            for row in [_row_tracked(order, item)]
        )
        return table(TRACKED, rows, wanted.places)

    return make


def own_id(order: Order) -> str | None:
    """Return the seller's id of an order; Amazon's where Amazon ships it."""
    number: str | None = order["seller_order_id"]
    return number or (order["order_id"] if order["fulfilled_by"] == AMAZON else None)


def has_prices(order: Order, item: Item) -> bool:
    """Return whether prices are shown: not of what is cancelled, or not paid for yet.

    https://developer-docs.amazon.com/sp-api/docs/order-tracking-reports-attributes
    """
    pending = order["status"] in WAITING and order["fulfilled_by"] == MERCHANT
    return bool(wanted(item)) and not pending


def _row_tracked(order: Order, item: Item) -> dict[str, Any]:
    status = camel(order["status"])
    # Whom the order is for is not said: these files need no restricted data token.
    row = {
        **_facts(order, item),
        **dict.fromkeys(("buyer-identification-number", "buyer-identification-type")),
        "amazon-order-id": order["order_id"],
        "merchant-order-id": own_id(order),
        "last-updated-date": universal(order["updated"]),
        "order-status": status,
        "fulfillment-channel": camel(order["fulfilled_by"]),
        "sales-channel": MARKETPLACES[order["marketplace_id"]].name,
        "asin": item["asin"],
        "item-status": status_of(order, item),
        "quantity": wanted(item),
        "currency": order["currency"] if order["status"] != CANCELLED else None,
        "order-item-id": item["item_id"],
        "purchase-date": universal(order["created"]),
    }
    if has_prices(order, item):
        row |= _prices(order, item)
        for kind, name in zip(("item", "shipping"), OFF, strict=True):
            row[name] = summed(item, kind, order["currency"])
        row["promotion-ids"] = ",".join(p["id"] for p in item["promotions"])
    return row
