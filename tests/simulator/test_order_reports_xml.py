# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports on orders as XML: their elements, and that nothing breaks them."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.simulator.conftest import DE
from tests.simulator.orders import (
    FULL,
    SHIP_XML,
    XML_BY_DATE,
    XML_BY_UPDATE,
    document,
    kept,
    ordered,
    reported,
    seller_of,
    worked,
)
from tests.simulator.test_reports import scheduled


def messages(shop, report):
    content, media = document(shop, report)
    assert media == "text/xml;charset=UTF-8"
    root = etree.fromstring(content)
    assert root.tag == "AmazonEnvelope"
    return root, root.findall("Message")


def scheduled_report(shop, kind=SHIP_XML):
    """Schedule a report; return the one that has orders in it."""
    assert scheduled(shop, kind, "PT1H").status_code == 201
    return worked(shop, 1, kind)[0]


def test_xml_orders_come_by_schedule_only(shop):
    asked = {"reportType": SHIP_XML, "marketplaceIds": [DE]}
    answer = shop.call("POST", "/reports/2021-06-30/reports", json=asked)
    assert answer.status_code == 400
    order_id = ordered(shop, FULL, business=True, country="DE")
    ordered(shop, fulfilled_by="AMAZON")
    root, (message,) = messages(shop, scheduled_report(shop))
    assert root.findtext("Header/MerchantIdentifier") == seller_of(shop)
    assert root.findtext("MessageType") == "OrderReport"
    assert message.findtext("MessageID") == "1"
    report = message.find("OrderReport")
    assert report.findtext("AmazonOrderID") == order_id
    assert [part.tag for part in report] == [
        "AmazonOrderID",
        "AmazonSessionID",
        "OrderDate",
        "OrderPostedDate",
        "BillingData",
        "FulfillmentData",
        "IsBusinessOrder",
        "PurchaseOrderNumber",
        "IsPrime",
        "Item",
    ]
    order = kept(shop, order_id)
    assert report.findtext("BillingData/BuyerName") == order["buyer"]["name"]
    address = report.find("FulfillmentData/Address")
    assert address.findtext("AddressFieldOne") == order["address"]["line1"]
    item = report.find("Item")
    amounts = {
        part.findtext("Type"): part.findtext("Amount")
        for part in item.findall("ItemPrice/Component")
    }
    assert amounts == {
        "Principal": "59.97",
        "Shipping": "4.99",
        "Tax": "9.58",
        "ShippingTax": "0.80",
        "GiftWrap": "3.00",
        "GiftWrapTax": "0.48",
    }
    assert item.find("ItemPrice/Component/Amount").get("currency") == "EUR"
    promotions = [
        (p.findtext("MerchantPromotionID"), *p.xpath("Component/Amount/text()"))
        for p in item.findall("Promotion")
    ]
    assert promotions == [
        ("SUMMER", "-6.00", "0.00"),
        ("FREE", "0.00", "-4.99"),
        ("COUPON", "-1.00", "0.00"),
    ]
    assert item.findtext("GiftMessageText") == "Viel\nGlück"


@pytest.mark.parametrize("kind", [XML_BY_UPDATE, XML_BY_DATE])
def test_tracking_as_xml(shop, kind):
    order_id = ordered(shop, FULL, country="DE")
    pending = ordered(shop, FULL, status="PENDING")
    root, found_ones = messages(shop, reported(shop, kind))
    assert root.findtext("MessageType") == "AllOrdersReport"
    orders = {m.findtext("Order/AmazonOrderID"): m.find("Order") for m in found_ones}
    assert set(orders) == {order_id, pending}
    order = orders[order_id]
    assert order.findtext("OrderStatus") == "Unshipped"
    assert order.findtext("FulfillmentData/FulfillmentChannel") == "Merchant"
    assert order.findtext("FulfillmentData/Address/Country") == "DE"
    item = order.find("OrderItem")
    assert item.findtext("ItemPrice/Component/Amount") == "59.97"
    assert item.findtext("Promotion/ItemPromotionDiscount") == "7.00"
    assert orders[pending].find("OrderItem/ItemPrice") is None
    secrets = kept(shop, order_id)
    text = etree.tostring(root, encoding="unicode")
    assert secrets["buyer"]["email"] not in text
    assert secrets["address"]["line1"] not in text


def test_odd_characters_do_not_break_xml(shop):
    odd = "a\x00b\x0b<&>\u2028🎁\ufffe"
    ordered(shop, {"sku": "L-1", "title": odd})
    _, (message,) = messages(shop, reported(shop, XML_BY_DATE))
    assert message.findtext("Order/OrderItem/ProductName") == "ab<&>\u2028🎁"
