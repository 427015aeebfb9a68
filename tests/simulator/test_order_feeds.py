# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds on orders: what their XML and their rows may hold, and what comes of them."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.simulator.conftest import Raw

ORDER = "028-1111111-1111111"
ITEM = "123456789012345"
MOMENT = "2026-11-24T08:00:00+01:00"
STEP = 60
XML = "text/xml; charset=UTF-8"
NOT_FOUND = "18028"
MALFORMED = "5000"
TYPES = {
    "OrderAcknowledgement": "POST_ORDER_ACKNOWLEDGEMENT_DATA",
    "OrderFulfillment": "POST_ORDER_FULFILLMENT_DATA",
    "OrderAdjustment": "POST_PAYMENT_ADJUSTMENT_DATA",
}


def tag(name, *content, **attributes):
    marks = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{marks}>{''.join(content)}</{name}>"


def message(payload, number=1):
    return tag("Message", tag("MessageID", str(number)), payload)


def envelope(shop, action, *messages, merchant=None, root="AmazonEnvelope", more=""):
    merchant = merchant or shop.seller["seller_id"]
    content = (
        tag(
            "Header",
            tag("DocumentVersion", "1.01"),
            tag("MerchantIdentifier", merchant),
        ),
        tag("MessageType", action),
        more,
        *messages,
    )
    schema = (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:noNamespaceSchemaLocation="amzn-envelope.xsd"'
    )
    return f"<?xml version='1.0'?><{root} {schema}>{''.join(content)}</{root}>"


def acknowledge(*parts):
    return tag("OrderAcknowledgement", *(parts or (tag("AmazonOrderID", ORDER), OK)))


def fulfil(*parts):
    return tag("OrderFulfillment", tag("AmazonOrderID", ORDER), *parts)


def adjust(*parts):
    return tag("OrderAdjustment", tag("AmazonOrderID", ORDER), *parts)


OK = tag("StatusCode", "Success")
NO = tag("StatusCode", "Failure")
ID = tag("AmazonOrderID", ORDER)
CODE = tag("AmazonOrderItemCode", ITEM)
DATE = tag("FulfillmentDate", MOMENT)
REASON = tag("AdjustmentReason", "CustomerReturn")
AMOUNT = tag("Amount", "9.90", currency="EUR")
PRICES = tag("ItemPriceAdjustments", tag("Component", tag("Type", "Principal"), AMOUNT))


def outcome(shop, content, feed_type):
    """Submit a document; return its report as an element."""
    content = content if isinstance(content, bytes) else content.encode()
    feed = shop.finished(shop.submit(content, feed_type), STEP)
    assert feed["processingStatus"] == "DONE"
    data, media = shop.download(feed["resultFeedDocumentId"])
    assert media == XML
    root = etree.fromstring(data)
    assert root.findtext("MessageType") == "ProcessingReport"
    report = root.find("Message/ProcessingReport")
    assert report.findtext("DocumentTransactionID") == feed["feedId"]
    assert report.findtext("StatusCode") == "Complete"
    return report


def results(report):
    return [
        (result.findtext("MessageID"), result.findtext("ResultMessageCode"))
        for result in report.findall("Result")
    ]


def counts(report):
    return [int(count.text) for count in report.find("ProcessingSummary")]


def codes_of(shop, payload):
    """Return the result codes of one message."""
    action = payload[1:].split(">")[0]
    report = outcome(shop, envelope(shop, action, message(payload)), TYPES[action])
    return results(report)


# === XML: MESSAGES === #

GOOD = [
    acknowledge(),
    acknowledge(ID, tag("MerchantOrderID", "S00042"), OK),
    acknowledge(ID, NO, tag("Item", CODE, tag("CancelReason", "NoInventory"))),
    acknowledge(
        ID,
        OK,
        tag("Item", CODE, tag("MerchantOrderItemID", "7"), tag("Quantity", "2")),
        tag("Item", tag("AmazonOrderItemCode", "12345678901234")),
    ),
    fulfil(DATE),
    fulfil(tag("MerchantFulfillmentID", "815"), DATE),
    fulfil(
        DATE,
        tag(
            "FulfillmentData",
            tag("CarrierCode", "Hermes Logistik Gruppe"),
            tag("ShippingMethod", "Standard"),
            tag("ShipperTrackingNumber", "0815"),
        ),
        tag("Item", CODE, tag("MerchantFulfillmentItemID", "3"), tag("Quantity", "1")),
        tag("ShipFromAddress", tag("Name", "Lager")),
    ),
    fulfil(DATE, tag("FulfillmentData", tag("CarrierName", "Bote"))),
    tag("OrderFulfillment", tag("MerchantOrderID", "S00042"), DATE),
    adjust(tag("AdjustedItem", CODE, REASON, PRICES)),
    adjust(
        tag("ActionType", "Refund"),
        tag(
            "AdjustedItem",
            CODE,
            tag("MerchantAdjustmentItemID", "R-1"),
            REASON,
            PRICES,
            tag(
                "PromotionAdjustments",
                tag("PromotionClaimCode", "SUMMER"),
                tag("Component", tag("Type", "Shipping"), AMOUNT),
            ),
            tag("QuantityCancelled", "1"),
        ),
    ),
]


@pytest.mark.parametrize("payload", GOOD)
def test_good_message_asks_for_an_order_that_is_not_there(shop, payload):
    assert codes_of(shop, payload) == [("1", NOT_FOUND)]


BAD = [
    acknowledge(OK, ID),
    acknowledge(ID),
    acknowledge(ID, OK, tag("MerchantOrderID", "late")),
    acknowledge(ID, tag("StatusCode", "Maybe")),
    acknowledge(ID, tag("MerchantOrderID", "x" * 51), OK),
    acknowledge(ID, tag("MerchantOrderID", ""), OK),
    acknowledge(tag("AmazonOrderID", "0815"), OK),
    acknowledge(ID, NO, tag("Item", CODE, tag("CancelReason", "Whim"))),
    acknowledge(ID, NO, tag("Item", tag("AmazonOrderItemCode", "12345"))),
    acknowledge(ID, NO, tag("Item", tag("AmazonOrderItemCode", "1.2e14"))),
    acknowledge(ID, NO, tag("Item", tag("CancelReason", "NoInventory"), CODE)),
    acknowledge(ID, OK, "words in between"),
    acknowledge(ID, tag("StatusCode", "Success", lang="en")),
    acknowledge(ID, tag("StatusCode", tag("Success"))),
    acknowledge(ID, OK, tag("Colour", "red")),
    fulfil(),
    fulfil(tag("FulfillmentDate", "24.11.2026")),
    fulfil(tag("FulfillmentDate", "2026-11-24")),
    fulfil(tag("MerchantFulfillmentID", "WH/OUT/00012"), DATE),
    fulfil(tag("MerchantFulfillmentID", "0"), DATE),
    fulfil(DATE, tag("FulfillmentData", tag("CarrierCode", "Stork"))),
    fulfil(
        DATE,
        tag(
            "FulfillmentData",
            tag("ShipperTrackingNumber", "1"),
            tag("CarrierCode", "DPD"),
        ),
    ),
    fulfil(DATE, tag("Item", CODE, *[tag("TransparencyCode", "T")] * 11)),
    fulfil(DATE, tag("Item", CODE, tag("Quantity", "0"))),
    fulfil(tag("MerchantOrderID", "both"), DATE),
    adjust(),
    adjust(tag("AdjustedItem", CODE, PRICES)),
    adjust(tag("AdjustedItem", CODE, tag("AdjustmentReason", "Whim"), PRICES)),
    adjust(tag("ActionType", "Forget"), tag("AdjustedItem", CODE, REASON)),
    adjust(
        tag(
            "AdjustedItem",
            CODE,
            REASON,
            tag("ItemPriceAdjustments", tag("Type", "Principal"), AMOUNT),
        )
    ),
    adjust(
        tag(
            "AdjustedItem",
            CODE,
            REASON,
            tag(
                "PromotionAdjustments",
                tag("Component", tag("Type", "Tax"), AMOUNT),
            ),
        )
    ),
    *(
        adjust(
            tag(
                "AdjustedItem",
                CODE,
                REASON,
                tag(
                    "ItemPriceAdjustments",
                    tag("Component", tag("Type", "Tax"), amount),
                ),
            )
        )
        for amount in (
            tag("Amount", "-9.90", currency="EUR"),
            tag("Amount", "9.999", currency="EUR"),
            tag("Amount", "9,90", currency="EUR"),
            tag("Amount", "9.90"),
            tag("Amount", "9.90", currency="euro"),
        )
    ),
]


@pytest.mark.parametrize("payload", BAD)
def test_bad_message_is_malformed(shop, payload):
    assert codes_of(shop, payload) == [("1", MALFORMED)]


def test_each_message_is_answered_for_itself(shop):
    content = envelope(
        shop,
        "OrderAcknowledgement",
        message(acknowledge(), 7),
        message(acknowledge(ID), 8),
        message(acknowledge(ID, NO, tag("Item", CODE)), 9),
    )
    report = outcome(shop, content, TYPES["OrderAcknowledgement"])
    assert results(report) == [("7", NOT_FOUND), ("8", MALFORMED), ("9", NOT_FOUND)]
    assert counts(report) == [3, 0, 3, 0]
    third = report.findall("Result")[2]
    assert third.findtext("ResultCode") == "Error"
    assert third.findtext("ResultDescription").startswith("Your order cannot be found")
    assert third.findtext("AdditionalInfo/AmazonOrderID") == ORDER
    assert third.findtext("AdditionalInfo/AmazonOrderItemCode") == ITEM


# === XML: THE WHOLE DOCUMENT === #


GOOD_ONE = message(acknowledge())
WHOLE = {
    "no XML": lambda shop: "order-id\t1",
    "cut off": lambda shop: sent(shop)[:-5],
    "another seller": lambda shop: sent(shop, merchant="A0SOMEBODYELSE"),
    "another type": lambda shop: sent(shop, action="OrderFulfillment"),
    "another root": lambda shop: sent(shop, root="Envelope"),
    "no message": lambda shop: envelope(shop, "OrderAcknowledgement"),
    "number twice": lambda shop: sent(shop, GOOD_ONE, GOOD_ONE),
    "number zero": lambda shop: sent(shop, message(acknowledge(), 0)),
    "number too long": lambda shop: sent(shop, message(acknowledge(), "1" * 21)),
    "no number": lambda shop: sent(shop, tag("Message", acknowledge())),
    "a marketplace": lambda shop: sent(shop, more=tag("MarketplaceName", "Amazon.de")),
    "a version": lambda shop: sent(shop).replace("1.01", "first"),
    "wrong charset": lambda shop: sent(shop).replace("Ack", "\xe4ck").encode("latin-1"),
}


def sent(shop, *messages, action="OrderAcknowledgement", **how):
    return envelope(shop, action, *(messages or (GOOD_ONE,)), **how)


@pytest.mark.parametrize("name", list(WHOLE))
def test_document_that_is_wrong_as_a_whole(shop, name):
    report = outcome(shop, WHOLE[name](shop), TYPES["OrderAcknowledgement"])
    assert set(results(report)) == {("0", MALFORMED)}
    assert counts(report) == [0, 0, 1, 0]
    assert report.find("Result/AdditionalInfo") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_cannot_hurt(shop, encoding):
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = (
        f"<?xml version='1.0' encoding='{encoding}'?>"
        f'<!DOCTYPE AmazonEnvelope [<!ENTITY e0 "boom">{levels}]>'
        "<AmazonEnvelope a='&e11;'>&e11;</AmazonEnvelope>"
    )
    report = outcome(shop, bomb.encode(encoding), TYPES["OrderAcknowledgement"])
    assert results(report) == [("0", MALFORMED)]
    assert "document type" in report.findtext("Result/ResultDescription")


def test_files_of_the_simulator_cannot_be_read(shop):
    thief = (
        "<!DOCTYPE AmazonEnvelope [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
        "<AmazonEnvelope>&f;</AmazonEnvelope>"
    )
    report = outcome(shop, thief, TYPES["OrderFulfillment"])
    assert results(report) == [("0", MALFORMED)]
    assert "root:" not in etree.tostring(report).decode()


def test_elements_nested_too_deep_cannot_hurt(shop):
    report = outcome(shop, "<a>" * 100_000, TYPES["OrderFulfillment"])
    assert results(report) == [("0", MALFORMED)]


def test_comments_are_no_content(shop):
    payload = acknowledge("<!-- first -->", ID, "<!-- then -->", OK)
    assert codes_of(shop, payload) == [("1", NOT_FOUND)]


def test_order_feeds_need_a_role(shop):
    document_id = shop.upload(b"<a/>", XML)
    body = {
        "feedType": TYPES["OrderFulfillment"],
        "marketplaceIds": [shop.seller["marketplace_ids"][0]],
        "inputFeedDocumentId": document_id,
    }
    path = "/feeds/2021-06-30/feeds"
    seller_id = shop.seller["seller_id"]
    shop.simulator.change_seller(seller_id, roles=["Product Listing"])
    assert shop.call("POST", path, json=body).status_code == 403
    shop.simulator.change_seller(seller_id, roles=["Inventory and Order Tracking"])
    assert shop.call("POST", path, json=body).status_code == 202


# === FLAT FILES === #

FLAT = {
    "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA": {
        "order-id": ORDER,
        "amazon-order-item-code": ITEM,
        "cancellation-reason-code": "NoInventory",
    },
    "POST_FLAT_FILE_FULFILLMENT_DATA": {
        "order-id": ORDER,
        "order-item-id": ITEM,
        "quantity": "1",
        "ship-date": "2026-11-24",
        "carrier-code": "DPD",
        "tracking-number": "0815",
    },
    "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA": {
        "order-id": ORDER,
        "order-item-id": ITEM,
        "adjustment-reason-code": "CustomerReturn",
        "currency": "EUR",
        "item-price-adj": "9.90",
    },
}


def flat(*rows):
    """Return rows as a document; the names of the first row are its columns."""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "".join("\t".join(line) + "\r\n" for line in lines).encode()


def flat_report(shop, content, feed_type):
    """Return the summary and the rows of a flat report."""
    feed = shop.finished(shop.submit(content, feed_type), STEP)
    data, media = shop.download(feed["resultFeedDocumentId"])
    assert media == "text/tab-separated-values; charset=UTF-8"
    head, *rest = data.decode().split("\n\n")
    title, processed, successful = head.split("\n")
    assert title == "Feed Processing Summary:"
    counts = [
        int(processed.removeprefix("\tNumber of records processed\t\t")),
        int(successful.removeprefix("\tNumber of records successful\t\t")),
    ]
    header, *rows = [line.split("\t") for line in rest[0].strip().split("\n")]
    assert header == [
        "original-record-number",
        "order-id",
        "order-item-id",
        "error-code",
        "error-type",
        "error-message",
    ]
    return counts, rows


@pytest.mark.parametrize("feed_type", list(FLAT))
def test_flat_row_asks_for_an_order_that_is_not_there(shop, feed_type):
    counts, rows = flat_report(shop, flat(FLAT[feed_type]), feed_type)
    assert counts == [1, 0]
    assert [row[:5] for row in rows] == [["1", ORDER, ITEM, NOT_FOUND, "Error"]]


@pytest.mark.parametrize(
    ("feed_type", "changes"),
    [
        ("POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA", {"order-id": ""}),
        ("POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA", {"order-id": "0815"}),
        (
            "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA",
            {"cancellation-reason-code": "Whim"},
        ),
        ("POST_FLAT_FILE_FULFILLMENT_DATA", {"ship-date": "24.11.2026"}),
        ("POST_FLAT_FILE_FULFILLMENT_DATA", {"carrier-code": "Stork"}),
        ("POST_FLAT_FILE_FULFILLMENT_DATA", {"quantity": "one"}),
        ("POST_FLAT_FILE_FULFILLMENT_DATA", {"tracking-number": "1\ttoo many"}),
        ("POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA", {"item-price-adj": "9,90"}),
        ("POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA", {"currency": "euro"}),
        ("POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA", {"order-item-id": "1.2E+14"}),
    ],
)
def test_bad_flat_row_is_an_error_of_its_own(shop, feed_type, changes):
    good = FLAT[feed_type]
    counts, rows = flat_report(shop, flat(good, {**good, **changes}), feed_type)
    assert counts == [2, 0]
    assert [(row[0], row[3]) for row in rows] == [("1", NOT_FOUND), ("2", MALFORMED)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"order-id\tcancellation-reason-code\r\n",
        flat({"order-id": ORDER}),
        flat({**FLAT["POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"], "colour": "red"}),
        b"order-id\torder-id\tcancellation-reason-code\r\n1\t2\t3\r\n",
    ],
)
def test_flat_file_that_is_wrong_as_a_whole(shop, content):
    feed_type = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
    counts, rows = flat_report(shop, content or b" ", feed_type)
    assert counts == [0, 0]
    assert {(row[0], row[3]) for row in rows} == {("0", MALFORMED)}


def test_line_of_the_template_is_no_row(shop):
    feed_type = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
    template = b"TemplateType=OrderCancellation\tVersion=1.0/1.0.3\r\n"
    counts, rows = flat_report(shop, template + flat(FLAT[feed_type]), feed_type)
    assert counts == [1, 0]
    assert rows[0][0] == "1"


# === REPORTS FOR PEOPLE, KILLS === #


def test_admin_shows_reports_as_they_are(shop):
    feed_type = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
    feed_id = shop.submit(flat(FLAT[feed_type]), feed_type)
    shop.finished(feed_id, STEP)
    answer = shop.http.get(f"/_admin/feeds/{feed_id}/report")
    assert answer.headers["content-type"].startswith("text/tab-separated-values")
    assert answer.text.startswith("Feed Processing Summary:")


def test_killed_simulator_goes_on_with_an_order_feed(simulator_factory):
    simulator = simulator_factory(speed=1)
    shop = Raw(simulator)
    feed_id = shop.submit(sent(shop).encode(), TYPES["OrderAcknowledgement"])
    simulator.kill()
    simulator.start()
    shop = Raw(simulator)
    feed = shop.finished(feed_id, STEP)
    data, _ = shop.download(feed["resultFeedDocumentId"])
    report = etree.fromstring(data).find("Message/ProcessingReport")
    assert results(report) == [("1", NOT_FOUND)]
