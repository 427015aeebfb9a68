# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Carries out what sellers' feeds say of orders, and says what is wrong with it.

Amazon publishes no list of the codes of these feeds: 18028 and 5000 are from reports
that sellers have shown, the others are inferred, as is that an order that Amazon ships
cannot be changed, and that one that is not paid for is not known yet.
https://developer-docs.amazon.com/sp-api/docs/order-feed-type-values
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from deploy.simulator.clock import Clock, seconds
from deploy.simulator.feed_work import Task
from deploy.simulator.order_book import (
    CANCELLED,
    MERCHANT,
    PARTIALLY_SHIPPED,
    SHIPPED,
    WAITING,
    Order,
    OrderBook,
)
from deploy.simulator.order_edits import (
    acknowledged,
    cancelled,
    is_ship_time,
    item_of,
    left,
    shipped,
    wanted,
)
from deploy.simulator.order_instructions import Instruction
from deploy.simulator.validation import Finding, Findings

NO_ORDER = "18028"
NO_ITEM = "18029"
WRONG_STATE = "18030"
WRONG_REASON = "18031"
WRONG_QUANTITY = "18032"
WRONG_AMOUNT = "18033"


class Wrong(Exception):
    """An instruction cannot be carried out: Amazon's code, and words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.finding = Finding(code, words)


class OrderClerk:
    """Carries out instructions on the book of orders."""

    def __init__(self, clock: Clock, orders: OrderBook) -> None:
        self._clock = clock
        self._orders = orders

    def carry(self, task: Task, instruction: Instruction) -> Findings:
        """Carry an instruction out, all or nothing of it; return what is wrong."""
        work = {
            "OrderAcknowledgement": self._acknowledge,
            "OrderFulfillment": self._ship,
            "OrderAdjustment": self._refund,
        }[instruction.action]
        try:
            order = work(self._order(task.seller_id, instruction), instruction)
        except Wrong as error:
            return [error.finding]
        self._orders.put(order)
        return []

    def _order(self, seller_id: str, instruction: Instruction) -> Order:
        found = (
            self._orders.get(seller_id, instruction.order_id)
            if instruction.order_id
            else self._orders.with_alias(seller_id, instruction.seller_order_id)
        )
        if found is None or found["status"] in WAITING:
            words = "Your order cannot be found in our system."
            raise Wrong(NO_ORDER, f"{words} Please check the order id.")
        if found["fulfilled_by"] != MERCHANT:
            raise Wrong(WRONG_STATE, "This order is fulfilled by Amazon.")
        return found

    # === ACKNOWLEDGING AND CANCELLING === #

    def _acknowledge(self, order: Order, instruction: Instruction) -> Order:
        lines = [line for line in instruction.lines if line["item_id"]]
        for line in lines:
            _find(order, line)
        reasons = {line["reason"] for line in instruction.lines if line["reason"]}
        if instruction.accepts:
            if reasons:
                words = "A cancel reason must not be given with the status 'Success'."
                raise Wrong(WRONG_REASON, words)
            if order["status"] == CANCELLED:
                raise Wrong(WRONG_STATE, "This order has been cancelled.")
            own = {line["item_id"]: line["own_id"] for line in lines if line["own_id"]}
            now = self._clock.now()
            return acknowledged(order, now, instruction.seller_order_id, own)
        return self._cancel(order, instruction, sorted(reasons))

    def _cancel(
        self, order: Order, instruction: Instruction, reasons: list[str]
    ) -> Order:
        if not reasons:
            words = "A cancel reason is required to cancel an order."
            raise Wrong(WRONG_REASON, words)
        if order["status"] in (SHIPPED, PARTIALLY_SHIPPED):
            words = "This order has been confirmed as shipped and cannot be cancelled."
            raise Wrong(WRONG_STATE, words)
        if order["status"] == CANCELLED:
            raise Wrong(WRONG_STATE, "This order has been cancelled already.")
        quantities = None
        if instruction.item_wise:
            items = [_find(order, line) for line in instruction.lines]
            quantities = {item["item_id"]: left(item) for item in items}
            if not all(quantities.values()):
                raise Wrong(WRONG_STATE, "This item has been cancelled already.")
        return cancelled(order, self._clock.now(), "MERCHANT", reasons[0], quantities)

    # === SHIPPING === #

    def _ship(self, order: Order, instruction: Instruction) -> Order:
        if order["status"] == CANCELLED:
            raise Wrong(WRONG_STATE, "This order has been cancelled.")
        if order["status"] == SHIPPED:
            words = "All items of this order have been confirmed as shipped already."
            raise Wrong(WRONG_STATE, words)
        quantities: dict[str, int] = {}
        for line in instruction.lines:
            item = _find(order, line)
            quantity = int(line["quantity"] or left(item))
            quantity += quantities.get(item["item_id"], 0)
            if not 0 < quantity <= left(item):
                words = f"Only {left(item)} of item {item['item_id']} can be shipped."
                raise Wrong(WRONG_QUANTITY, words)
            quantities[item["item_id"]] = quantity
        moment = seconds(instruction.package["ship_time"])
        package = {**instruction.package, "ship_time": moment}
        if not is_ship_time(order, moment, self._clock.now()):
            words = "The fulfillment date is before the order date or in the future."
            raise Wrong(WRONG_STATE, words)
        return shipped(order, self._clock.now(), quantities, package)

    # === REFUNDING === #

    def _refund(self, order: Order, instruction: Instruction) -> Order:
        if order["status"] not in (SHIPPED, PARTIALLY_SHIPPED):
            words = "Only orders that are confirmed as shipped can be refunded."
            raise Wrong(WRONG_STATE, words)
        for line in instruction.lines:
            item = _find(order, line)
            for problem in _overdrawn(order, item, line):
                raise Wrong(WRONG_AMOUNT, problem)
            facts = {"item_id": item["item_id"], "at": self._clock.now()}
            told = {k: line[k] for k in ("reason", "amounts", "own_id")}
            order["adjustments"].append({**told, **facts})
        return {**order, "updated": self._clock.now()}


def _find(order: Order, line: dict[str, Any]) -> dict[str, Any]:
    """Return the item that a line is about, by Amazon's id of it or the seller's.

    :raise Wrong: the order has no such item
    """
    found = item_of(order, line["item_id"])
    if not line["item_id"]:
        own = [i for i in order["items"] if i["merchant_item_id"] == line["own_id"]]
        found = own[0] if own else None
    if found is None:
        given = line["item_id"] or line["own_id"]
        words = f"The order item {given} cannot be found in this order."
        raise Wrong(NO_ITEM, words)
    return found


def _overdrawn(
    order: Order, item: dict[str, Any], line: dict[str, Any]
) -> Iterator[str]:
    """Find refunds of more than was paid, or of another currency."""
    paid = {
        "Principal": Decimal(item["amounts"]["item_price"]),
        "Shipping": Decimal(item["amounts"]["shipping_price"]),
        "GiftWrap": Decimal(item["amounts"]["gift_wrap_price"]),
    }
    if not wanted(item):
        yield f"The item {item['item_id']} has been cancelled."
    for kind, currency, value in line["amounts"]:
        if currency != order["currency"]:
            yield f"The currency {currency} is not that of the order."
        before = sum(
            (
                Decimal(told)
                for adjustment in order["adjustments"]
                if adjustment["item_id"] == item["item_id"]
                for name, _, told in adjustment["amounts"]
                if name == kind
            ),
            Decimal(0),
        )
        if kind in paid and before + Decimal(value) > paid[kind]:
            yield f"The refund of {kind} is more than was paid: {paid[kind]}."
