# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds that act on orders: acknowledged, cancelled, shipped, refunded, or refused."""

from __future__ import annotations

import pytest

from deploy.simulator.order_clerk import (
    NO_ITEM,
    NO_ORDER,
    WRONG_AMOUNT,
    WRONG_QUANTITY,
    WRONG_REASON,
    WRONG_STATE,
)
from tests.simulator.orders import (
    DAY,
    ago,
    item_ids,
    kept,
    of_seller,
    ordered,
    seller_of,
    shown,
)
from tests.simulator.test_order_feeds import (
    STEP,
    TYPES,
    counts,
    envelope,
    flat,
    flat_report,
    message,
    outcome,
    results,
    tag,
)

ACKNOWLEDGE = TYPES["OrderAcknowledgement"]
CANCEL_FLAT = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
SHIP_FLAT = "POST_FLAT_FILE_FULFILLMENT_DATA"
REFUND_FLAT = "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA"
NOBODYS = "028-1111111-1111111"
TWO = [
    {"sku": "L-1", "quantity": 3, "item_price": "30.00"},
    {"sku": "L-2", "item_price": "5.00"},
]


def line(item_id, reason="", own_id="", quantity=""):
    parts = [tag("AmazonOrderItemCode", item_id)] if item_id else []
    for name, value in (
        ("MerchantOrderItemID", own_id),
        ("CancelReason", reason),
        ("Quantity", quantity),
    ):
        parts += [tag(name, str(value))] if value else []
    return tag("Item", *parts)


def answered(order_id, *lines, status="Success", own_id=""):
    own = [tag("MerchantOrderID", own_id)] if own_id else []
    head = [tag("AmazonOrderID", order_id), *own, tag("StatusCode", status)]
    return tag("OrderAcknowledgement", *head, *lines)


def fulfilled(shop, order_id, *lines, moment="", own_id=""):
    moment = moment or ago(shop, 60)
    order = tag("MerchantOrderID", own_id) if own_id else tag("AmazonOrderID", order_id)
    data = tag(
        "FulfillmentData",
        tag("CarrierCode", "DHL"),
        tag("ShippingMethod", "Paket"),
        tag("ShipperTrackingNumber", "0815"),
    )
    return tag("OrderFulfillment", order, tag("FulfillmentDate", moment), data, *lines)


def refunded(order_id, item_id, amount, currency="EUR", kind="Principal"):
    money = tag("Amount", amount, currency=currency)
    component = tag("Component", tag("Type", kind), money)
    return tag(
        "OrderAdjustment",
        tag("AmazonOrderID", order_id),
        tag(
            "AdjustedItem",
            tag("AmazonOrderItemCode", item_id),
            tag("AdjustmentReason", "CustomerReturn"),
            tag("ItemPriceAdjustments", component),
        ),
    )


def codes(shop, *payloads):
    """Submit messages; return the code of each, empty: it went well."""
    action = payloads[0][1:].split(">")[0]
    numbered = [message(payload, n) for n, payload in enumerate(payloads, 1)]
    report = outcome(shop, envelope(shop, action, *numbered), TYPES[action])
    found = dict(results(report))
    wrong = len(found)
    assert counts(report) == [len(payloads), len(payloads) - wrong, wrong, 0]
    return [found.get(str(n), "") for n in range(1, len(payloads) + 1)]


# === ACKNOWLEDGING === #


def test_success_notes_the_sellers_own_ids(shop):
    order_id = ordered(shop, *TWO)
    first, second = item_ids(shop, order_id)
    before = kept(shop, order_id)["updated"]
    shop.advance(60)
    payload = answered(order_id, line(first, own_id="SOL-7"), own_id="S00042")
    assert codes(shop, payload) == [""]
    assert shown(shop, order_id, "")["orderAliases"] == [
        {"aliasId": "S00042", "aliasType": "SELLER_ORDER_ID"}
    ]
    order = kept(shop, order_id)
    assert [i["merchant_item_id"] for i in order["items"]] == ["SOL-7", None]
    assert order["status"] == "UNSHIPPED"
    assert order["updated"] > before
    # Once more does no harm.
    assert codes(shop, payload) == [""]


def test_success_without_an_own_id_keeps_the_one_there_is(shop):
    order_id = ordered(shop)
    assert codes(shop, answered(order_id, own_id="S00042")) == [""]
    assert codes(shop, answered(order_id)) == [""]
    assert kept(shop, order_id)["seller_order_id"] == "S00042"


def test_shipped_order_can_still_be_acknowledged(shop):
    order_id = ordered(shop)
    shop.simulator.ship_order(seller_of(shop), order_id)
    assert codes(shop, answered(order_id, own_id="S00042")) == [""]


# === CANCELLING === #


def test_failure_cancels_the_whole_order(shop):
    order_id = ordered(shop, *TWO)
    first, _ = item_ids(shop, order_id)
    payload = answered(order_id, line(first, "NoInventory"), status="Failure")
    assert codes(shop, payload) == [""]
    order = shown(shop, order_id)
    assert order["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    for item in order["orderItems"]:
        assert item["cancellation"]["cancellationExecution"] == {
            "cancelledBy": "MERCHANT",
            "cancelReason": "NoInventory",
        }
    # A second time it is over.
    assert codes(shop, payload) == [WRONG_STATE]
    assert codes(shop, answered(order_id)) == [WRONG_STATE]


@pytest.mark.parametrize("part", [False, True])
def test_what_is_shipped_cannot_be_cancelled(shop, part):
    order_id = ordered(shop, *TWO)
    first, second = item_ids(shop, order_id)
    quantities = {first: 1} if part else {}
    shop.simulator.ship_order(seller_of(shop), order_id, quantities=quantities)
    before = kept(shop, order_id)
    payload = answered(order_id, line(second, "NoInventory"), status="Failure")
    assert codes(shop, payload) == [WRONG_STATE]
    assert kept(shop, order_id) == before


def test_reasons_are_for_cancelling_only(shop):
    order_id = ordered(shop)
    (item,) = item_ids(shop, order_id)
    before = kept(shop, order_id)
    assert (
        codes(
            shop,
            answered(order_id, line(item, "NoInventory")),
            answered(order_id, line(item), status="Failure"),
            answered(order_id, status="Failure"),
        )
        == [WRONG_REASON] * 3
    )
    assert kept(shop, order_id) == before


def test_buyers_wish_is_granted(shop):
    order_id = ordered(shop)
    (item,) = item_ids(shop, order_id)
    shop.simulator.ask_to_cancel(seller_of(shop), order_id, "Too late")
    payload = answered(order_id, line(item, "BuyerCanceled"), status="Failure")
    assert codes(shop, payload) == [""]
    (found,) = shown(shop, order_id)["orderItems"]
    assert set(found["cancellation"]) == {
        "cancellationRequest",
        "cancellationExecution",
    }


# === WHAT CANNOT BE FOUND === #


def test_each_message_has_its_own_verdict(shop):
    good, other = ordered(shop), ordered(shop)
    american = of_seller(shop, 1)
    foreign = ordered(american, place=american.seller["marketplace_ids"][0])
    pending = ordered(shop, status="PENDING")
    amazons = ordered(shop, fulfilled_by="AMAZON")
    (others_item,) = item_ids(shop, other)
    assert codes(
        shop,
        answered(NOBODYS),
        answered(foreign, own_id="S1"),
        answered(pending, own_id="S2"),
        answered(amazons, own_id="S3"),
        answered(good, line(others_item), own_id="S4"),
        answered(good, own_id="S5"),
    ) == [NO_ORDER, NO_ORDER, NO_ORDER, WRONG_STATE, NO_ITEM, ""]
    assert kept(shop, good)["seller_order_id"] == "S5"
    for order_id in (pending, amazons, other):
        assert kept(shop, order_id)["seller_order_id"] is None
    assert kept(american, foreign)["seller_order_id"] is None


def test_another_sellers_envelope_does_nothing(shop):
    order_id = ordered(shop)
    content = envelope(
        shop,
        "OrderAcknowledgement",
        message(answered(order_id, own_id="S1")),
        merchant="A3DEMOAMERICA1",
    )
    assert results(outcome(shop, content, ACKNOWLEDGE)) == [("0", "5000")]
    assert kept(shop, order_id)["seller_order_id"] is None


def test_verdict_names_order_and_item(shop):
    order_id = ordered(shop)
    payload = answered(order_id, line("123456789012345"))
    content = envelope(shop, "OrderAcknowledgement", message(payload))
    result = outcome(shop, content, ACKNOWLEDGE).find("Result")
    assert result.findtext("AdditionalInfo/AmazonOrderID") == order_id
    assert result.findtext("AdditionalInfo/AmazonOrderItemCode") == "123456789012345"
    assert "123456789012345" in result.findtext("ResultDescription")


# === FAULTS === #


@pytest.mark.parametrize(
    ("fault", "status", "done"),
    [
        ("feed_fatal", "FATAL", False),
        ("feed_cancelled", "CANCELLED", False),
        ("feed_no_result", "DONE", True),
    ],
)
def test_faults_befall_these_feeds_too(shop, fault, status, done):
    order_id = ordered(shop)
    content = envelope(
        shop, "OrderAcknowledgement", message(answered(order_id, own_id="S1"))
    )
    shop.simulator.fault("createFeed", fault)
    feed = shop.finished(shop.submit(content.encode(), ACKNOWLEDGE), STEP)
    assert feed["processingStatus"] == status
    assert "resultFeedDocumentId" not in feed
    assert (kept(shop, order_id)["seller_order_id"] == "S1") == done


# === FLAT FILES === #


def cancel_row(order_id, item_id="", reason="NoInventory"):
    return {
        "order-id": order_id,
        "amazon-order-item-code": item_id,
        "cancellation-reason-code": reason,
    }


def test_flat_file_cancels_orders_and_items(shop):
    whole, part = ordered(shop, *TWO), ordered(shop, *TWO)
    first, second = item_ids(shop, part)
    content = flat(
        cancel_row(whole),
        cancel_row(part, first, "BuyerCanceled"),
        cancel_row(NOBODYS),
        cancel_row(part, item_ids(shop, whole)[0]),
        cancel_row(part, first),
        cancel_row(whole),
    )
    counted, rows = flat_report(shop, content, CANCEL_FLAT)
    assert counted == [6, 2]
    assert [(row[0], row[3]) for row in rows] == [
        ("3", NO_ORDER),
        ("4", NO_ITEM),
        ("5", WRONG_STATE),
        ("6", WRONG_STATE),
    ]
    assert kept(shop, whole)["status"] == "CANCELLED"
    order = kept(shop, part)
    assert order["status"] == "UNSHIPPED"
    assert [item["cancelled"] for item in order["items"]] == [3, 0]
    flat_report(shop, flat(cancel_row(part, second), cancel_row(NOBODYS)), CANCEL_FLAT)
    assert kept(shop, part)["status"] == "CANCELLED"


# === SHIPPING === #


def test_shipment_feed_ships(shop):
    order_id = ordered(shop, *TWO)
    first, second = item_ids(shop, order_id)
    codes(shop, answered(order_id, line(second, own_id="SOL-2"), own_id="S00042"))
    assert codes(shop, fulfilled(shop, order_id, line(first, quantity=2))) == [""]
    order = shown(shop, order_id)
    assert order["fulfillment"]["fulfillmentStatus"] == "PARTIALLY_SHIPPED"
    (package,) = order["packages"]
    assert (package["carrier"], package["trackingNumber"]) == ("DHL", "0815")
    assert package["shippingService"] == "Paket"
    # By the seller's own ids, which the acknowledgement has made known.
    own = line("", own_id="SOL-2")
    assert codes(shop, fulfilled(shop, "", own, own_id="S00042")) == [""]
    assert codes(shop, fulfilled(shop, order_id)) == [""]
    assert kept(shop, order_id)["status"] == "SHIPPED"
    assert codes(shop, fulfilled(shop, order_id)) == [WRONG_STATE]


def test_shipments_that_cannot_be(shop):
    order_id, cancelled = ordered(shop, *TWO), ordered(shop)
    first, _ = item_ids(shop, order_id)
    shop.simulator.cancel_order(seller_of(shop), cancelled)
    before = kept(shop, order_id)
    assert codes(
        shop,
        fulfilled(shop, NOBODYS),
        fulfilled(shop, "", own_id="S99999"),
        fulfilled(shop, cancelled),
        fulfilled(shop, order_id, line(first, quantity=4)),
        fulfilled(shop, order_id, line(first, quantity=2), line(first, quantity=2)),
        fulfilled(shop, order_id, line("123456789012345")),
        fulfilled(shop, order_id, moment="2020-01-01T00:00:00Z"),
        fulfilled(shop, order_id, moment="2099-01-01T00:00:00Z"),
    ) == [
        NO_ORDER,
        NO_ORDER,
        WRONG_STATE,
        WRONG_QUANTITY,
        WRONG_QUANTITY,
        NO_ITEM,
        WRONG_STATE,
        WRONG_STATE,
    ]
    assert kept(shop, order_id) == before


def test_flat_file_ships(shop):
    order_id = ordered(shop, *TWO)
    first, _ = item_ids(shop, order_id)
    row = {
        "order-id": order_id,
        "order-item-id": first,
        "quantity": "3",
        "ship-date": ago(shop, 0)[:10],
        "carrier-code": "DPD",
        "carrier-name": "",
        "tracking-number": "4711",
        "ship-method": "",
    }
    counted, rows = flat_report(shop, flat(row, row), SHIP_FLAT)
    assert counted == [2, 1]
    assert [(r[0], r[3]) for r in rows] == [("2", WRONG_QUANTITY)]
    assert kept(shop, order_id)["status"] == "PARTIALLY_SHIPPED"


# === REFUNDING === #


def test_refunds_of_no_more_than_was_paid(shop):
    order_id = ordered(shop, *TWO)
    first, second = item_ids(shop, order_id)
    assert codes(shop, refunded(order_id, first, "1.00")) == [WRONG_STATE]
    shop.simulator.ship_order(seller_of(shop), order_id)
    assert codes(
        shop,
        refunded(order_id, first, "20.00"),
        refunded(order_id, first, "10.00"),
        refunded(order_id, first, "0.01"),
        refunded(order_id, second, "1.00", currency="USD"),
        refunded(order_id, "123456789012345", "1.00"),
        refunded(NOBODYS, first, "1.00"),
    ) == ["", "", WRONG_AMOUNT, WRONG_AMOUNT, NO_ITEM, NO_ORDER]
    made = kept(shop, order_id)["adjustments"]
    assert [adjustment["amounts"] for adjustment in made] == [
        [["Principal", "EUR", "20.00"]],
        [["Principal", "EUR", "10.00"]],
    ]


def test_flat_file_refunds(shop):
    order_id = ordered(shop, *TWO)
    first, _ = item_ids(shop, order_id)
    shop.simulator.ship_order(seller_of(shop), order_id)
    row = {
        "order-id": order_id,
        "order-item-id": first,
        "adjustment-reason-code": "CustomerReturn",
        "currency": "EUR",
        "item-price-adj": "25.00",
    }
    counted, rows = flat_report(shop, flat(row, row), REFUND_FLAT)
    assert counted == [2, 1]
    assert [r[3] for r in rows] == [WRONG_AMOUNT]


# === MANY === #


def test_many_messages_are_carried_out_once(shop):
    shop.simulator.generate_orders(
        seller_of(shop), 250, days=3, mix={"amazon": 0, "cancelled": 0}
    )
    shop.advance(DAY)
    orders = [o["order_id"] for o in shop.simulator.orders() if o["fulfillable"]]
    assert len(orders) > 200
    payloads = [answered(order_id, own_id=f"S{order_id}") for order_id in orders]
    assert set(codes(shop, *payloads)) == {""}
    for order in shop.simulator.orders():
        if order["order_id"] in orders:
            assert order["seller_order_id"] == f"S{order['order_id']}"
