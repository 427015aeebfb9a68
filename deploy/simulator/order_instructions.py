# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a message or a row of an order feed says, whatever its form.

https://developer-docs.amazon.com/sp-api/docs/order-feed-type-values
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from deploy.simulator.xml_shapes import text_of

Line = dict[str, Any]
# What a row of a refund takes back, by column; and in which components.
REFUNDS = {
    "item-price-adj": "Principal",
    "item-tax-adj": "Tax",
    "shipping-price-adj": "Shipping",
    "shipping-tax-adj": "ShippingTax",
    "gift-wrap-price-adj": "GiftWrap",
    "gift-wrap-tax-adj": "GiftWrapTax",
}


@dataclass(frozen=True)
class Instruction:
    """What a feed says of an order.

    ``action``: OrderAcknowledgement, OrderFulfillment or OrderAdjustment.
    ``seller_order_id``: the seller's own id of the order. ``accepts``: an
    acknowledgement is no cancellation. ``item_wise``: only the items of the lines are
    meant. Each of the lines: item_id, own_id (the seller's), reason, quantity, and
    amounts (component, currency, amount). ``package``: ship_time, carrier, service and
    tracking. All of it is text.
    """

    action: str
    order_id: str
    seller_order_id: str = ""
    accepts: bool = True
    item_wise: bool = False
    lines: tuple[Line, ...] = ()
    package: dict[str, str] = field(default_factory=dict)

    @property
    def item_id(self) -> str:
        """The id of the first item."""
        return next((line["item_id"] for line in self.lines), "")


def from_xml(action: str, payload: Any) -> Instruction:
    """Return what the element of an action says; it need not be in good shape."""
    lines = [
        {
            "item_id": text_of(item, "AmazonOrderItemCode"),
            "own_id": text_of(item, "MerchantOrderItemID"),
            "reason": text_of(item, "CancelReason")
            or text_of(item, "AdjustmentReason"),
            "quantity": text_of(item, "Quantity"),
            "amounts": [
                (text_of(part, "Type"), *_amount(part))
                for part in item.findall("ItemPriceAdjustments/Component")
            ],
        }
        for name in ("Item", "AdjustedItem")
        for item in ([] if payload is None else payload.findall(name))
    ]
    carrier = text_of(payload, "FulfillmentData/CarrierCode")
    return Instruction(
        action,
        text_of(payload, "AmazonOrderID"),
        text_of(payload, "MerchantOrderID"),
        accepts=text_of(payload, "StatusCode") == "Success",
        lines=tuple(lines),
        package={
            "ship_time": text_of(payload, "FulfillmentDate"),
            "carrier": carrier or text_of(payload, "FulfillmentData/CarrierName"),
            "service": text_of(payload, "FulfillmentData/ShippingMethod"),
            "tracking": text_of(payload, "FulfillmentData/ShipperTrackingNumber"),
        },
    )


def _amount(component: Any) -> tuple[str, str]:
    found = component.find("Amount")
    currency = "" if found is None else found.get("currency", "")
    return currency, text_of(component, "Amount")


def _cancellation(row: dict[str, str]) -> Instruction:
    item_id = row.get("amazon-order-item-code", "")
    line = _line(item_id, reason=row.get("cancellation-reason-code", ""))
    return Instruction(
        "OrderAcknowledgement",
        row.get("order-id", ""),
        accepts=False,
        item_wise=bool(item_id),
        # Without an item, the row is about the order; its reason still counts.
        lines=(line,),
    )


def _shipment(row: dict[str, str]) -> Instruction:
    item_id = row.get("order-item-id", "")
    line = _line(item_id, quantity=row.get("quantity", ""))
    return Instruction(
        "OrderFulfillment",
        row.get("order-id", ""),
        lines=(line,) if item_id else (),
        package={
            "ship_time": row.get("ship-date", ""),
            "carrier": row.get("carrier-code") or row.get("carrier-name", ""),
            "service": row.get("ship-method", ""),
            "tracking": row.get("tracking-number", ""),
        },
    )


def _refund(row: dict[str, str]) -> Instruction:
    line = _line(
        row.get("order-item-id", ""), reason=row.get("adjustment-reason-code", "")
    )
    line["amounts"] = [
        (component, row.get("currency", ""), row[name])
        for name, component in REFUNDS.items()
        if row.get(name)
    ]
    return Instruction("OrderAdjustment", row.get("order-id", ""), lines=(line,))


def _line(item_id: str, reason: str = "", quantity: str = "") -> Line:
    return {
        "item_id": item_id,
        "own_id": "",
        "reason": reason,
        "quantity": quantity,
        "amounts": [],
    }


ROWS: dict[str, Callable[[dict[str, str]], Instruction]] = {
    "OrderAcknowledgement": _cancellation,
    "OrderFulfillment": _shipment,
    "OrderAdjustment": _refund,
}


def from_row(action: str, row: dict[str, str]) -> Instruction:
    """Return what a row of a flat file says, by column."""
    return ROWS[action](row)
