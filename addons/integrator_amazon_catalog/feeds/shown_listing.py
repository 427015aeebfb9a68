# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reads what Amazon shows of a listing.

https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .comparison import OFFER, STOCK

# The data sets that are asked for.
INCLUDED = (
    "summaries",
    "attributes",
    "issues",
    "offers",
    "fulfillmentAvailability",
)
BUSINESS = "B2B"


@dataclass(frozen=True)
class Shown:
    """A listing as Amazon shows it in one marketplace.

    attributes: name -> instances; status: like BUYABLE, DISCOVERABLE; issues: what
    Amazon has against it, a line each.
    """

    attributes: dict[str, Any] = field(default_factory=dict)
    status: tuple[str, ...] = ()
    asin: str = ""
    product_type: str = ""
    issues: str = ""


def read_shown(item: Mapping[str, Any], marketplace_id: str) -> Shown:
    """Read one item of getListingsItem or searchListingsItems.

    :param item: with the data sets of ``INCLUDED``
    :raise ValueError: it does not say what the attributes are
    """
    attributes = item.get("attributes")
    if not isinstance(attributes, Mapping):
        raise ValueError("it has no attributes")
    summary = _summary(item, marketplace_id)
    status = summary.get("status")
    return Shown(
        attributes={**_from_offers(item, marketplace_id), **attributes},
        status=tuple(map(str, status)) if isinstance(status, list) else (),
        asin=_text(summary.get("asin")),
        product_type=_text(summary.get("productType")),
        issues="\n".join(map(_issue, _mappings(item.get("issues")))),
    )


def _summary(item: Mapping[str, Any], marketplace_id: str) -> Mapping[str, Any]:
    """Return the summary of this marketplace."""
    found = _mappings(item.get("summaries"))
    own = [s for s in found if s.get("marketplaceId") in (None, marketplace_id)]
    return own[0] if own else {}


def _from_offers(item: Mapping[str, Any], marketplace_id: str) -> dict[str, Any]:
    """Return price and stock as the other data sets show them, for an item whose
    attributes say nothing of them."""
    offers = [
        {
            "marketplace_id": marketplace_id,
            "audience": BUSINESS if offer.get("offerType") == BUSINESS else "ALL",
            "currency": price.get("currencyCode") or price.get("currency"),
            "our_price": [{"schedule": [{"value_with_tax": price.get("amount")}]}],
        }
        for offer in _mappings(item.get("offers"))
        if offer.get("marketplaceId") in (None, marketplace_id)
        for price in _mappings([offer.get("price")])
    ]
    stock = [
        {
            "fulfillment_channel_code": part.get("fulfillmentChannelCode"),
            "quantity": part.get("quantity"),
        }
        for part in _mappings(item.get("fulfillmentAvailability"))
    ]
    found = {OFFER: offers, STOCK: stock}
    return {name: instances for name, instances in found.items() if instances}


def pieces(instances: Any) -> int:
    """Return how many pieces *instances* of fulfillment_availability offer."""
    found = [instance.get("quantity") for instance in _mappings(instances)]
    return sum(int(number) for number in found if isinstance(number, int | float))


def _issue(issue: Mapping[str, Any]) -> str:
    code, message = _text(issue.get("code")), _text(issue.get("message"))
    return f"{code}: {message}" if code else message


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    found = value if isinstance(value, list) else []
    return [part for part in found if isinstance(part, Mapping)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
