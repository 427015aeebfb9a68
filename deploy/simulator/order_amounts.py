# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money in orders: amounts are of whole lines, and add up to the last digit.

Where tax is part of the price (inferred: everywhere but in North America), ``item_tax``
is the part of ``item_price`` that is tax; elsewhere it comes on top of it.
https://developer-docs.amazon.com/sp-api/docs/order-reports-attributes
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from deploy.simulator.sellers import MARKETPLACES

DECIMALS = {"JPY": 0}
# The amounts of a line: each kind of price, and the tax on it.
PRICES = ("item", "shipping", "gift_wrap")
# What a promotion takes off: from the price of the item, and from its shipping.
DISCOUNTS = ("item", "shipping")
# Parts per thousand; a country that is not here has the usual 200.
TAX_RATES = {
    "DE": 190,
    "LU": 170,
    "FR": 200,
    "IT": 220,
    "ES": 210,
    "NL": 210,
    "BE": 210,
    "IE": 230,
    "SE": 250,
    "PL": 230,
    "GB": 200,
    "US": 83,
    "CA": 130,
    "MX": 160,
    "BR": 170,
    "JP": 100,
    "AU": 100,
    "SG": 90,
    "IN": 180,
    "AE": 50,
    "SA": 150,
    "EG": 140,
    "ZA": 150,
}


def decimals(currency: str) -> int:
    """Return how many digits an amount of a currency has behind the point."""
    return DECIMALS.get(currency, 2)


def amount(units: int, currency: str) -> str:
    """Return an amount as Amazon writes it; *units*: cents, or yen."""
    digits = decimals(currency)
    if not digits:
        return str(units)
    sign, units = "-" if units < 0 else "", abs(units)
    return f"{sign}{units // 100}.{units % 100:02d}"


def units(text: str, currency: str) -> int:
    """Return an amount in cents, or in yen.

    :raise ValueError: it is none, or has more digits than its currency
    """
    try:
        found = Decimal(text).scaleb(decimals(currency))
    except InvalidOperation:
        raise ValueError(f"{text!r} is no amount") from None
    if found != found.to_integral_value():
        raise ValueError(f"{text} has too many decimals for {currency}")
    return int(found)


def is_taxed_within(marketplace_id: str) -> bool:
    """Return whether prices of a marketplace contain the tax."""
    return MARKETPLACES[marketplace_id].region != "na"


def tax_on(price: int, country: str, within: bool) -> int:
    """Return the tax on a price, both in cents.

    :param within: whether the price contains it
    """
    rate = TAX_RATES.get(country, 200)
    whole = 1000 + rate if within else 1000
    return (2 * price * rate + whole) // (2 * whole)


def priced(prices: dict[str, int], country: str, marketplace_id: str) -> dict[str, str]:
    """Return the amounts of a line: each price and the tax on it.

    :param prices: the price of the whole line by kind, in cents; see PRICES
    """
    currency = MARKETPLACES[marketplace_id].currency
    within = is_taxed_within(marketplace_id)
    found = {}
    for kind in PRICES:
        price = prices.get(kind, 0)
        found[f"{kind}_price"] = amount(price, currency)
        found[f"{kind}_tax"] = amount(tax_on(price, country, within), currency)
    return found


def discounted(
    name: str, takes: dict[str, int], country: str, marketplace_id: str
) -> dict[str, str]:
    """Return a promotion: its id, what it takes off, and the tax on that.

    :param takes: what it takes off the line by kind, in cents; see DISCOUNTS
    """
    currency = MARKETPLACES[marketplace_id].currency
    within = is_taxed_within(marketplace_id)
    found = {"id": name}
    for kind in DISCOUNTS:
        found[kind] = amount(takes.get(kind, 0), currency)
        tax = tax_on(takes.get(kind, 0), country, within)
        found[f"{kind}_tax"] = amount(tax, currency)
    return found


def shrink(item: dict[str, Any], left: int, before: int, currency: str) -> None:
    """Let a line cost what is left of it, after some of it was cancelled."""
    amounts = item["amounts"]
    amounts |= {
        name: _share(text, left, before, currency) for name, text in amounts.items()
    }
    for promotion in item["promotions"]:
        for name in set(promotion) - {"id"}:
            promotion[name] = _share(promotion[name], left, before, currency)


def _share(text: str, left: int, before: int, currency: str) -> str:
    whole = units(text, currency)
    return amount((2 * whole * left + before) // (2 * before), currency)
