# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders as the Orders API shows them, by the data sets that are asked for.

Inferred, since Amazon's model does not say it: subtotals are without tax and add up to
the total (as in its examples), so that discounts are below zero; an order that is not
paid for has no buyer, recipient or proceeds yet; of one that is cancelled, what is left
of its proceeds is shown.
https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deploy.simulator.clock import iso
from deploy.simulator.order_amounts import amount, is_taxed_within, units
from deploy.simulator.order_book import AMAZON, SHIPPED, WAITING, Order
from deploy.simulator.order_edits import left, wanted
from deploy.simulator.order_maker import conceal
from deploy.simulator.sellers import MARKETPLACES

KINDS = {"ITEM": "item", "SHIPPING": "shipping", "GIFT_WRAP": "gift_wrap"}
ADDRESS = {
    "name": "name",
    "companyName": "company",
    "addressLine1": "line1",
    "addressLine2": "line2",
    "addressLine3": "line3",
    "city": "city",
    "districtOrCounty": "district",
    "stateOrRegion": "state",
    "postalCode": "postcode",
    "countryCode": "country",
    "phone": "phone",
    "addressType": "type",
}


def show(order: Order, included: list[str], now: float) -> dict[str, Any]:
    """Return an order as the Orders API shows it.

    :param included: the data sets that were asked for
    :param now: in seconds since 1970
    """
    order = conceal(order)
    place = MARKETPLACES[order["marketplace_id"]]
    shown: dict[str, Any] = {
        "orderId": order["order_id"],
        "createdTime": iso(order["created"]),
        "lastUpdatedTime": iso(order["updated"]),
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": order["marketplace_id"],
            "marketplaceName": place.name,
        },
        "orderItems": [_item(order, item, included) for item in order["items"]],
    }
    if order["seller_order_id"]:
        alias = {"aliasId": order["seller_order_id"], "aliasType": "SELLER_ORDER_ID"}
        shown["orderAliases"] = [alias]
    if order["programs"]:
        shown["programs"] = order["programs"]
    if order["replaces"]:
        kind = {"associationType": "REPLACEMENT_ORIGINAL_ID"}
        shown["associatedOrders"] = [{"orderId": order["replaces"], **kind}]
    # Each a data set of its own: who does not ask for it does not learn of it.
    for name, (key, make) in PARTS.items():
        found = make(order, now) if name in included else None
        if found:
            shown[key] = found
    return shown


def _is_hidden(order: Order) -> bool:
    """Return whether an order is not far enough for people and money to be shown."""
    return order["status"] in WAITING


# === PEOPLE === #


def _buyer(order: Order, _now: float) -> dict[str, Any]:
    if _is_hidden(order):
        return {}
    buyer = order["buyer"]
    return _filled(
        buyerName=buyer["name"],
        buyerEmail=buyer["email"],
        buyerCompanyName=buyer["company"],
        buyerPurchaseOrderNumber=buyer["po_number"],
    )


def _recipient(order: Order, now: float) -> dict[str, Any]:
    if _is_hidden(order):
        return {}
    address = {key: order["address"][name] for key, name in ADDRESS.items()}
    if order["status"] == SHIPPED and now > order["deliver_by"][1]:
        address["phone"] = ""
    return {"deliveryAddress": _filled(**address)}


def _filled(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


# === MONEY === #


class _Purse:
    """The proceeds of an item: subtotals without tax, and the tax by what it is on."""

    def __init__(self, order: Order, item: dict[str, Any]) -> None:
        self._currency = order["currency"]
        self._within = is_taxed_within(order["marketplace_id"])
        self.subtotals: dict[str, int] = {}
        self.taxes: dict[str, int] = {}
        self.discounts: dict[str, int] = {}
        for kind, name in KINDS.items():
            self._add(kind, item["amounts"], f"{name}_price", f"{name}_tax")
        for promotion in item["promotions"]:
            for kind in ("ITEM", "SHIPPING"):
                self._take(kind, promotion, kind.lower())

    def _add(self, kind: str, amounts: dict[str, str], price: str, tax: str) -> None:
        on_top, taxed = self._parts(amounts, price, tax)
        if on_top or kind == "ITEM":
            self.subtotals[kind] = on_top
        if taxed:
            self.taxes[kind] = taxed

    def _take(self, kind: str, promotion: dict[str, str], name: str) -> None:
        off, taxed = self._parts(promotion, name, f"{name}_tax")
        if off:
            self.discounts[kind] = self.discounts.get(kind, 0) - off
        if taxed:
            self.taxes["DISCOUNT"] = self.taxes.get("DISCOUNT", 0) - taxed

    def _parts(self, amounts: dict[str, str], price: str, tax: str) -> tuple[int, int]:
        taxed = units(amounts[tax], self._currency)
        whole = units(amounts[price], self._currency)
        return whole - (taxed if self._within else 0), taxed

    def all(self) -> dict[str, int]:
        """Return every subtotal by its type."""
        found = dict(self.subtotals)
        if self.discounts:
            found["DISCOUNT"] = sum(self.discounts.values())
        if self.taxes:
            found["TAX"] = sum(self.taxes.values())
        return found


def _money(units_: int, order: Order) -> dict[str, str]:
    currency = order["currency"]
    return {"amount": amount(units_, currency), "currencyCode": currency}


def _proceeds(order: Order, _now: float) -> dict[str, Any]:
    if _is_hidden(order):
        return {}
    sums: dict[str, int] = {}
    for item in order["items"]:
        for kind, subtotal in _Purse(order, item).all().items():
            sums[kind] = sums.get(kind, 0) + subtotal
    return {
        "grandTotal": _money(sum(sums.values()), order),
        "breakdowns": [
            {"type": kind, "subtotal": _money(subtotal, order)}
            for kind, subtotal in sums.items()
        ],
    }


def _item_proceeds(order: Order, item: dict[str, Any]) -> dict[str, Any]:
    purse = _Purse(order, item)
    details = {"TAX": purse.taxes, "DISCOUNT": purse.discounts}
    breakdowns = []
    for kind, subtotal in purse.all().items():
        found: dict[str, Any] = {"type": kind, "subtotal": _money(subtotal, order)}
        if kind in details:
            found["detailedBreakdowns"] = [
                {"subtype": subtype, "value": _money(value, order)}
                for subtype, value in details[kind].items()
            ]
        breakdowns.append(found)
    total = _money(sum(purse.all().values()), order)
    return {"proceedsTotal": total, "breakdowns": breakdowns}


def _payment(order: Order, now: float) -> dict[str, Any]:
    total = _proceeds(order, now).get("grandTotal")
    found = _filled(paymentMethod=order["payment_method"], paymentAmount=total)
    return {"paymentExecutions": [found]}


# === TAX === #


def _tax(order: Order, _now: float) -> dict[str, Any]:
    tax = order["buyer_tax"]
    if not tax or _is_hidden(order):
        return {}
    found = _filled(
        entityType="BUYER",
        legalName=tax["legal_name"],
        taxRegistrationType=tax["type"],
        taxRegistrationNumber=tax["number"],
    )
    return {"taxRegistrations": [found]}


def _item_tax(_order: Order, item: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if item["tax_collection"]:
        party = {"responsibleParty": item["tax_collection"]}
        found["taxCollections"] = [{"model": "MARKETPLACE_FACILITATOR", **party}]
    if item["ioss"]:
        found["taxCalculationBreakdowns"] = [{"reportingScheme": "IOSS"}]
    return found


# === SHIPPING === #


def _fulfillment(order: Order, _now: float) -> dict[str, Any]:
    return {
        "fulfillmentStatus": order["status"],
        "fulfilledBy": order["fulfilled_by"],
        "fulfillmentServiceLevel": order["service_level"],
        "shipByWindow": _window(order["ship_by"]),
        "deliverByWindow": _window(order["deliver_by"]),
    }


def _window(moments: list[float]) -> dict[str, str]:
    return {"earliestDateTime": iso(moments[0]), "latestDateTime": iso(moments[1])}


def _item_fulfillment(_order: Order, item: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "quantityFulfilled": item["shipped"],
        "quantityUnfulfilled": left(item),
    }
    gift = item["gift"] or {}
    option = _filled(giftMessage=gift.get("message"), giftWrapLevel=gift.get("level"))
    if option:
        found["packing"] = {"giftOption": option}
    if item["ioss"]:
        shipping = {"internationalShipping": {"iossNumber": item["ioss"]}}
        found["shipping"] = shipping
    return found


def _packages(order: Order, _now: float) -> list[dict[str, Any]]:
    if order["fulfilled_by"] == AMAZON:
        return []
    return [
        {
            "packageReferenceId": package["reference"],
            "createdTime": iso(package["created"]),
            "packageStatus": {"status": "SHIPPED"},
            "shipTime": iso(package["ship_time"]),
            **_filled(
                carrier=package.get("carrier"),
                shippingService=package.get("service"),
                trackingNumber=package.get("tracking"),
            ),
            "packageItems": [
                {"orderItemId": item_id, "quantity": quantity}
                for item_id, quantity in package["items"].items()
            ],
        }
        for package in order["packages"]
    ]


# === ITEMS === #


def _item(order: Order, item: dict[str, Any], included: list[str]) -> dict[str, Any]:
    product: dict[str, Any] = _filled(
        asin=item["asin"], title=item["title"], sellerSku=item["sku"]
    )
    product["condition"] = {"conditionType": "NEW", "conditionSubtype": "NEW"}
    price = _price(order, item)
    if price:
        product["price"] = price
    shown: dict[str, Any] = {
        "orderItemId": item["item_id"],
        "quantityOrdered": item["quantity"],
        "product": product,
    }
    for name, (key, make) in ITEM_PARTS.items():
        hidden = name == "PROCEEDS" and _is_hidden(order)
        found = make(order, item) if name in included and not hidden else None
        if found:
            shown[key] = found
    return shown


def _price(order: Order, item: dict[str, Any]) -> dict[str, Any]:
    if _is_hidden(order) or not wanted(item):
        return {}
    whole = units(item["amounts"]["item_price"], order["currency"])
    found: dict[str, Any] = {"unitPrice": _money(whole // wanted(item), order)}
    if item["price_designation"]:
        found["priceDesignation"] = item["price_designation"]
    return found


def _promotion(_order: Order, item: dict[str, Any]) -> dict[str, Any]:
    ids = [{"promotionId": promotion["id"]} for promotion in item["promotions"]]
    return {"breakdowns": ids} if ids else {}


def _cancellation(_order: Order, item: dict[str, Any]) -> dict[str, Any]:
    found = {}
    asked, done = item["cancel_request"], item["cancel_execution"]
    if asked:
        reason = _filled(cancelReason=asked["reason"])
        found["cancellationRequest"] = {"requester": "BUYER", **reason}
    if done:
        reason = _filled(cancelReason=done["reason"])
        found["cancellationExecution"] = {"cancelledBy": done["by"], **reason}
    return found


PARTS: dict[str, tuple[str, Callable[[Order, float], Any]]] = {
    "BUYER": ("buyer", _buyer),
    "RECIPIENT": ("recipient", _recipient),
    "PROCEEDS": ("proceeds", _proceeds),
    "PAYMENT": ("payment", _payment),
    "TAX": ("tax", _tax),
    "FULFILLMENT": ("fulfillment", _fulfillment),
    "PACKAGES": ("packages", _packages),
}
ITEM_PARTS: dict[str, tuple[str, Callable[[Order, dict[str, Any]], Any]]] = {
    "PROCEEDS": ("proceeds", _item_proceeds),
    "PROMOTION": ("promotion", _promotion),
    "CANCELLATION": ("cancellation", _cancellation),
    "FULFILLMENT": ("fulfillment", _item_fulfillment),
    "TAX": ("tax", _item_tax),
}
