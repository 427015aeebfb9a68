# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of orders do over and over."""

from __future__ import annotations

import csv
import gzip
import io
from decimal import Decimal

from deploy.simulator.clock import iso, seconds
from tests.simulator.conftest import DE, Raw
from tests.simulator.test_reports import (
    DOCUMENTS,
    created,
    finished,
    listed,
    rdt,
    wait_for,
)

API = "/orders/2026-01-01/orders"
JP, US = "A1VC38T7YXB528", "ATVPDKIKX0DER"
EVERYTHING = (
    "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES"
    ",TAX,PAYMENT,FULFILLMENT_ORDERS"
)
SHIP = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"
SHIP_XML = "GET_ORDER_REPORT_DATA_SHIPPING"
UNSHIPPED = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
BY_UPDATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
BY_DATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
XML_BY_UPDATE = "GET_XML_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
XML_BY_DATE = "GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
# A line with all that a line can have.
FULL = {
    "sku": "L-1",
    "title": 'Koffer\t"groß"',
    "quantity": 3,
    "item_price": "59.97",
    "shipping_price": "4.99",
    "gift_wrap_price": "3.00",
    "gift": {"level": "Classic", "message": "Viel\nGlück"},
    "promotions": [
        {"id": "SUMMER", "item": "6.00"},
        {"id": "FREE", "shipping": "4.99"},
        {"id": "COUPON", "item": "1.00"},
    ],
}
HOLD = 1800
DAY = 86400


def seller_of(shop):
    return shop.seller["seller_id"]


def of_seller(shop, number):
    """Return a connection of another seller of the same simulator."""
    found = Raw(shop.simulator)
    found.seller = shop.simulator.sellers[number]
    return found


def now(shop):
    return seconds(shop.simulator.admin("health")["time"])


def ago(shop, length):
    return iso(now(shop) - length)


def ordered(shop, *items, place=DE, **values):
    """Let a customer order something that can be shipped; return the order's id."""
    values = {"status": "UNSHIPPED", **values}
    items = list(items) or [{"sku": "L-1", "quantity": 2, "item_price": "39.98"}]
    return shop.simulator.add_order(seller_of(shop), place, items, **values)


def kept(shop, order_id):
    """Return an order as the simulator keeps it."""
    return shop.simulator.order(seller_of(shop), order_id)


def item_ids(shop, order_id):
    return [item["item_id"] for item in kept(shop, order_id)["items"]]


def shown(shop, order_id, included=EVERYTHING):
    """Return an order as the API shows it."""
    answer = shop.call("GET", f"{API}/{order_id}", params={"includedData": included})
    assert answer.status_code == 200, answer.text
    return answer.json()["order"]


def document(shop, report):
    """Return the content of a report's document and its content type."""
    document_id = report["reportDocumentId"]
    path, headers = f"{DOCUMENTS}/{document_id}", {}
    if "SHIPPING" in report["reportType"]:
        token = rdt(shop, document_id).json()["restrictedDataToken"]
        headers = {"x-amz-access-token": token}
        location = shop.bare("GET", path, headers=headers).json()
    else:
        location = shop.call("GET", path).json()
    answer = shop.http.get(location["url"])
    packed = location.get("compressionAlgorithm") == "GZIP"
    content = gzip.decompress(answer.content) if packed else answer.content
    return content, answer.headers["content-type"]


def reported(shop, kind, places=(DE,), **changes):
    """Have a report made of the last thirty days; return it when it is final."""
    changes = {"dataStartTime": ago(shop, 30 * DAY), **changes}
    return finished(shop, created(shop, kind, marketplaceIds=list(places), **changes))


def rows(shop, report):
    """Return the column names and the rows of a flat report."""
    content, media = document(shop, report)
    charset = media.rpartition("=")[2].replace("Windows-31J", "cp932")
    text = content.decode("utf-8-sig" if charset == "UTF-8" else charset)
    lines = csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    names, *found = lines
    return names, [dict(zip(names, row, strict=True)) for row in found]


def total(records, *names):
    """Return the sum of some columns of some rows; what is empty is nothing."""
    return sum(Decimal(row[name] or 0) for row in records for name in names)


# === REPORTS === #


def found(shop, kind, **changes):
    """Return the rows of a report of the last thirty days; none: it was cancelled."""
    report = reported(shop, kind, **changes)
    return [] if report["processingStatus"] == "CANCELLED" else rows(shop, report)[1]


def ids(records, name="order-id"):
    return list(dict.fromkeys(row[name] for row in records))


def worked(shop, count, kind):
    """Wait until a schedule's reports are done; return them, newest first."""
    wait_for(shop, count, kind)
    shop.advance(11)
    wait_for(shop, 0, kind, status="IN_QUEUE")
    shop.advance(21)
    wait_for(shop, count, kind, status="DONE")
    return listed(shop, kind)
