# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Puts orders together: what is not given is made up, and it all adds up.

https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference
"""

from __future__ import annotations

import random
from typing import Any

from deploy.simulator.order_amounts import (
    DISCOUNTS,
    PRICES,
    discounted,
    priced,
    units,
)
from deploy.simulator.order_book import AMAZON, FULFILLERS, MERCHANT, Order
from deploy.simulator.order_people import FOLKS, country_of, person
from deploy.simulator.sellers import MARKETPLACES

DAY = 86400
# Days until an order must be shipped and may be delivered, by service level.
PROMISES = {
    "STANDARD": (2, 3, 6),
    "EXPEDITED": (1, 2, 4),
    "SECOND_DAY": (1, 2, 2),
    "NEXT_DAY": (1, 1, 1),
    "PRIORITY": (1, 1, 2),
    "SAME_DAY": (0, 0, 0),
    "FREE_ECONOMY": (3, 5, 10),
    "SCHEDULED": (3, 7, 8),
}
# What the buyer's registration for tax is, where Amazon tells of it.
TAX_KINDS = {"BR": "CNPJ", "IN": "CST", "US": "BUSINESS", "CA": "BUSINESS"}
# Where Amazon itself collects the tax on what everybody sells.
COLLECTED = {"US": "Amazon Services, Inc.", "CA": "Amazon.com.ca ULC"}
BUYER = ("name", "email", "phone", "company", "po_number")
ADDRESS = (
    "name",
    "company",
    "line1",
    "line2",
    "line3",
    "city",
    "district",
    "state",
    "postcode",
    "country",
    "phone",
    "type",
)
TAX = ("legal_name", "type", "number")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
DEFAULT_PRICE = 1000


class OrderMaker:
    """Makes orders; the same dice make the same ones."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def number(self) -> str:
        """Return a new order id."""
        parts = [self._dice.randrange(10**7) for _ in range(2)]
        return f"{self._dice.randrange(1000):03d}-{parts[0]:07d}-{parts[1]:07d}"

    def make(
        self, seller_id: str, marketplace_id: str, moment: float, given: dict[str, Any]
    ) -> Order:
        """Return an order that is paid for at once.

        :param moment: when it was made, in seconds since 1970
        :param given: items (as of ``_item``), and maybe order_id, fulfilled_by,
            service_level, programs, replaces, payment_method, buyer, address,
            buyer_tax, business (whether a company buys), country (of the buyer)
        :raise ValueError: something that is given is wrong
        """
        place = MARKETPLACES[marketplace_id]
        country = str(given.get("country") or country_of(marketplace_id, self._dice))
        if country not in FOLKS:
            raise ValueError(f"country must be one of {', '.join(FOLKS)}")
        if not isinstance(given.get("items"), list) or not given["items"]:
            raise ValueError("items must hold what was ordered")
        level = _one_of("service_level", given, "STANDARD", tuple(PROMISES))
        buyer = self._buyer(marketplace_id, country, given)
        items = [self._item(marketplace_id, country, item) for item in given["items"]]
        return {
            "seller_id": seller_id,
            "order_id": given.get("order_id") or self.number(),
            "marketplace_id": marketplace_id,
            "currency": place.currency,
            "status": "UNSHIPPED",
            "fulfilled_by": _one_of("fulfilled_by", given, MERCHANT, FULFILLERS),
            "created": moment,
            "updated": moment,
            "hold_until": None,
            "fulfillable": moment,
            "service_level": level,
            **_promise(moment, level),
            "programs": self._programs(given),
            "replaces": given.get("replaces"),
            "seller_order_id": None,
            "payment_method": str(given.get("payment_method", "Standard")),
            **buyer,
            "packages": [],
            "adjustments": [],
            "items": items,
        }

    # === WHO BUYS === #

    def _buyer(
        self, marketplace_id: str, country: str, given: dict[str, Any]
    ) -> dict[str, Any]:
        found = person(country, self._dice)
        company = found["company"] if given.get("business") else ""
        domain = MARKETPLACES[marketplace_id].domain.removeprefix("www.")
        masked = "".join(self._dice.choices(LETTERS, k=15))
        buyer = {
            "name": found["name"],
            "email": f"{masked}@marketplace.{domain}",
            "phone": found["phone"],
            "company": company,
            "po_number": f"PO-{self._dice.randrange(10**5)}" if company else "",
        }
        address = {
            **dict.fromkeys(ADDRESS, ""),
            **found,
            "company": company,
            "type": "COMMERCIAL" if company else "RESIDENTIAL",
        }
        return {
            "buyer": _changed("buyer", buyer, given, BUYER),
            "address": _changed("address", address, given, ADDRESS),
            "buyer_tax": self._buyer_tax(company, country, given),
        }

    def _buyer_tax(
        self, company: str, country: str, given: dict[str, Any]
    ) -> dict[str, str] | None:
        if not company and not given.get("buyer_tax"):
            return None
        found = {
            "legal_name": company,
            "type": TAX_KINDS.get(country, "VAT"),
            "number": f"{country}{self._dice.randrange(10**8, 10**9)}",
        }
        return _changed("buyer_tax", found, given, TAX)

    def _programs(self, given: dict[str, Any]) -> list[str]:
        programs = given.get("programs", [])
        if not isinstance(programs, list):
            raise ValueError("programs must be a list")
        own = ["AMAZON_BUSINESS"] if given.get("business") else []
        return [*own, *(str(name) for name in programs if name not in own)]

    # === WHAT IS BOUGHT === #

    def _item(self, marketplace_id: str, country: str, given: Any) -> dict[str, Any]:
        """Return an item.

        :param given: sku, and maybe quantity, item_id, asin, title, item_price,
            shipping_price, gift_wrap_price (each of the whole line, as text), gift
            (level, message), promotions (id, and as text what they take off: item,
            shipping), price_designation, ioss, and any tax as in ``order_amounts``
        """
        if not isinstance(given, dict) or not isinstance(given.get("sku"), str):
            raise ValueError("each item needs a sku")
        quantity = given.get("quantity", 1)
        if not given["sku"] or not isinstance(quantity, int) or quantity < 1:
            raise ValueError("each item needs a sku and a quantity of at least 1")
        # Amazon's schemas still say 14 digits, but it gives items 15.
        item_id = given.get("item_id") or str(self._dice.randrange(10**14, 10**15))
        collector = COLLECTED.get(MARKETPLACES[marketplace_id].country)
        return {
            "item_id": item_id,
            "sku": given["sku"],
            "asin": given.get("asin") or f"B0{self._dice.randrange(10**8):08d}",
            "title": given.get("title") or f"Article {given['sku']}",
            "quantity": quantity,
            "cancelled": 0,
            "shipped": 0,
            "amounts": _amounts(marketplace_id, country, quantity, given),
            "promotions": [
                _promotion(marketplace_id, country, promotion)
                for promotion in given.get("promotions", [])
            ],
            "gift": given.get("gift"),
            "merchant_item_id": None,
            "cancel_request": None,
            "cancel_execution": None,
            "tax_collection": collector,
            "ioss": given.get("ioss"),
            "price_designation": given.get("price_designation"),
        }


def _amounts(
    marketplace_id: str, country: str, quantity: int, given: dict[str, Any]
) -> dict[str, str]:
    currency = MARKETPLACES[marketplace_id].currency
    prices = {
        kind: units(str(given[f"{kind}_price"]), currency)
        for kind in PRICES
        if f"{kind}_price" in given
    }
    found = priced(
        {"item": DEFAULT_PRICE * quantity, **prices}, country, marketplace_id
    )
    for name in (f"{kind}_tax" for kind in PRICES):
        if name in given:
            units(str(given[name]), currency)
            found[name] = str(given[name])
    return found


def _promotion(marketplace_id: str, country: str, given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not given.get("id"):
        raise ValueError("each promotion needs an id")
    currency = MARKETPLACES[marketplace_id].currency
    takes = {kind: units(str(given.get(kind, 0)), currency) for kind in DISCOUNTS}
    return discounted(str(given["id"]), takes, country, marketplace_id)


def _promise(moment: float, level: str) -> dict[str, list[float]]:
    """Return when an order is to be shipped and delivered: whole days, in UTC."""
    ship, first, last = PROMISES[level]
    day = moment // DAY * DAY
    end = DAY - 1
    return {
        "ship_by": [day, day + ship * DAY + end],
        "deliver_by": [day + first * DAY, day + last * DAY + end],
    }


def _changed(
    name: str, known: dict[str, Any], given: dict[str, Any], keys: tuple[str, ...]
) -> dict[str, Any]:
    """Return what was made up, with what is given in its place."""
    changes = given.get(name) or {}
    if not isinstance(changes, dict) or set(changes) - set(keys):
        raise ValueError(f"{name} may have {', '.join(keys)}")
    return {**known, **changes}


def _one_of(
    name: str, given: dict[str, Any], default: str, choices: tuple[str, ...]
) -> str:
    value = given.get(name, default)
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}")
    return str(value)


def conceal(order: Order) -> Order:
    """Return an order with the personal data taken out that Amazon keeps back.

    Of what Amazon ships, the seller learns only where it goes to, roughly.
    """
    if order["fulfilled_by"] != AMAZON:
        return order
    kept = ("city", "state", "postcode", "country", "type")
    address = {**dict.fromkeys(ADDRESS, ""), **{k: order["address"][k] for k in kept}}
    buyer = {**dict.fromkeys(BUYER, ""), "po_number": order["buyer"]["po_number"]}
    return {**order, "buyer": buyer, "address": address}
