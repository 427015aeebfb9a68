# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports on orders as XML: to ship, and to keep track of; one message per order.

The elements and their order are those of reports that sellers have shown; the
commission among the fees is made up.
https://developer-docs.amazon.com/sp-api/docs/order-reports-attributes
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from lxml.builder import E  # type: ignore[import-untyped]

from deploy.simulator.order_amounts import amount, units
from deploy.simulator.order_book import Order
from deploy.simulator.order_edits import wanted as how_many
from deploy.simulator.report_contents import Books, Maker, Wanted, unless_empty
from deploy.simulator.report_orders import (
    Item,
    camel,
    fulfillable,
    has_prices,
    local,
    own_id,
    status_of,
    summed,
    tracked,
    universal,
)
from deploy.simulator.sellers import MARKETPLACES

# What cannot be in XML at all.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
COMPONENTS = {
    "Principal": "item_price",
    "Shipping": "shipping_price",
    "Tax": "item_tax",
    "ShippingTax": "shipping_tax",
    "GiftWrap": "gift_wrap_price",
    "GiftWrapTax": "gift_wrap_tax",
}
# These are there even if they are nothing.
ALWAYS = ("Principal", "Shipping", "Tax", "ShippingTax")
COMMISSION_PERCENT = 15


def _some(name: str, text: Any) -> list[Any]:
    """Return an element with a text; none if there is no text."""
    return [E(name, FORBIDDEN.sub("", str(text)))] if text not in (None, "") else []


def _component(kind: str, text: str, currency: str) -> Any:
    return E.Component(E.Type(kind), E.Amount(text, currency=currency))


def _components(order: Order, item: Item) -> list[Any]:
    return [
        _component(kind, item["amounts"][name], order["currency"])
        for kind, name in COMPONENTS.items()
        if kind in ALWAYS or float(item["amounts"][name])
    ]


def _document(
    head: str, orders: Iterable[Order], show: Callable[[Order], Any], numbered: bool
) -> Iterator[bytes] | None:
    """Return the pieces of a document with a message for each order; None: no order."""
    messages = (
        etree.tostring(
            E.Message(*([E.MessageID(str(number))] if numbered else []), show(order)),
            encoding="UTF-8",
        )
        for number, order in enumerate(orders, 1)
    )
    found = unless_empty([head.encode()], messages)
    return None if found is None else _closed(found)


def _closed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield from pieces
    yield b"</AmazonEnvelope>\n"


def _head(header: str, kind: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<AmazonEnvelope'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:noNamespaceSchemaLocation="amzn-envelope.xsd">'
        f"<Header>{header}</Header><MessageType>{kind}</MessageType>\n"
    )


# === TO SHIP === #


def orders_to_ship_xml(books: Books, wanted: Wanted) -> Iterator[bytes] | None:
    """Make the report on orders to ship."""
    number = wanted.seller.seller_id
    header = (
        "<DocumentVersion>1.01</DocumentVersion>"
        f"<MerchantIdentifier>{number}</MerchantIdentifier>"
    )
    orders = fulfillable(books, wanted)
    return _document(_head(header, "OrderReport"), orders, _order_report, True)


def _order_report(order: Order) -> Any:
    buyer, programs = order["buyer"], order["programs"]
    return E.OrderReport(
        E.AmazonOrderID(order["order_id"]),
        E.AmazonSessionID(order["order_id"]),
        E.OrderDate(local(order, order["created"])),
        E.OrderPostedDate(local(order, order["fulfillable"])),
        E.BillingData(
            *_some("BuyerEmailAddress", buyer["email"]),
            *_some("BuyerName", buyer["name"]),
            *_some("BuyerPhoneNumber", buyer["phone"]),
        ),
        E.FulfillmentData(
            E.FulfillmentMethod("Ship"),
            E.FulfillmentServiceLevel(camel(order["service_level"])),
            _address(order["address"]),
        ),
        E.IsBusinessOrder(str("AMAZON_BUSINESS" in programs).lower()),
        *_some("PurchaseOrderNumber", buyer["po_number"]),
        E.IsPrime(str("PRIME" in programs).lower()),
        *(_report_item(order, item) for item in order["items"]),
    )


def _address(address: dict[str, str]) -> Any:
    names = {
        "Name": "name",
        "AddressFieldOne": "line1",
        "AddressFieldTwo": "line2",
        "AddressFieldThree": "line3",
        "City": "city",
        "StateOrRegion": "state",
        "PostalCode": "postcode",
        "CountryCode": "country",
        "PhoneNumber": "phone",
    }
    parts = [part for name, key in names.items() for part in _some(name, address[key])]
    return E.Address(*parts)


def _report_item(order: Order, item: Item) -> Any:
    gift, designation = item["gift"] or {}, item["price_designation"]
    paid = bool(how_many(item))
    return E.Item(
        E.AmazonOrderItemCode(item["item_id"]),
        *_some("SKU", item["sku"]),
        *_some("Title", item["title"]),
        E.Quantity(str(how_many(item))),
        *([E.ItemPrice(*_components(order, item))] if paid else []),
        *([_fees(order, item)] if paid else []),
        *(_promotion(order, promotion) for promotion in item["promotions"] if paid),
        *_some("GiftWrapLevel", gift.get("level")),
        *_some("GiftMessageText", gift.get("message")),
        *_some("PriceDesignation", camel(designation) if designation else None),
    )


def _fees(order: Order, item: Item) -> Any:
    currency = order["currency"]
    price = units(item["amounts"]["item_price"], currency)
    fee = amount(-(price * COMMISSION_PERCENT // 100), currency)
    return E.ItemFees(E.Fee(E.Type("Commission"), E.Amount(fee, currency=currency)))


def _promotion(order: Order, promotion: dict[str, str]) -> Any:
    currency = order["currency"]

    def taken(kind: str) -> str:
        return amount(-units(promotion[kind], currency), currency)

    return E.Promotion(
        E.PromotionClaimCode("_SITE_WIDE_"),
        *_some("MerchantPromotionID", promotion["id"]),
        _component("Principal", taken("item"), currency),
        _component("Shipping", taken("shipping"), currency),
    )


# === TO KEEP TRACK OF === #


def tracked_orders_xml(column: str) -> Maker:
    """Return the maker of a report on all orders, without personal data.

    :param column: the time that counts, "created" or "updated"
    """

    def make(books: Books, wanted: Wanted) -> Iterator[bytes] | None:
        head = _head("<DocumentVersion>1.00</DocumentVersion>", "AllOrdersReport")
        return _document(head, tracked(books, wanted, column), _tracked, False)

    return make


def _tracked(order: Order) -> Any:
    address = order["address"]
    return E.Order(
        E.AmazonOrderID(order["order_id"]),
        *_some("MerchantOrderID", own_id(order)),
        E.PurchaseDate(universal(order["created"])),
        E.LastUpdatedDate(universal(order["updated"])),
        E.OrderStatus(camel(order["status"])),
        E.SalesChannel(MARKETPLACES[order["marketplace_id"]].name),
        E.FulfillmentData(
            E.FulfillmentChannel(camel(order["fulfilled_by"])),
            E.ShipServiceLevel(camel(order["service_level"])),
            E.Address(
                *_some("City", address["city"]),
                *_some("State", address["state"]),
                *_some("PostalCode", address["postcode"]),
                *_some("Country", address["country"]),
            ),
        ),
        E.IsBusinessOrder(str("AMAZON_BUSINESS" in order["programs"]).lower()),
        *(_tracked_item(order, item) for item in order["items"]),
    )


def _tracked_item(order: Order, item: Item) -> Any:
    shown = has_prices(order, item)
    return E.OrderItem(
        E.AmazonOrderItemCode(item["item_id"]),
        *_some("ASIN", item["asin"]),
        *_some("SKU", item["sku"]),
        E.ItemStatus(status_of(order, item)),
        *_some("ProductName", item["title"]),
        E.Quantity(str(how_many(item))),
        *([E.ItemPrice(*_components(order, item))] if shown else []),
        *([_discounts(order, item)] if shown and item["promotions"] else []),
    )


def _discounts(order: Order, item: Item) -> Any:
    ids = ",".join(promotion["id"] for promotion in item["promotions"])
    off = {kind: summed(item, kind, order["currency"]) for kind in ("item", "shipping")}
    return E.Promotion(
        *_some("PromotionIDs", ids),
        E.ItemPromotionDiscount(off["item"]),
        E.ShipPromotionDiscount(off["shipping"]),
    )
