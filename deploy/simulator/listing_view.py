# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How Amazon shows listings.

https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from deploy.simulator.attributes import AMAZON_CHANNELS
from deploy.simulator.clock import iso, seconds
from deploy.simulator.sellers import MARKETPLACES
from deploy.simulator.validation import Finding

Listing = dict[str, Any]
IDENTIFIER = "externally_assigned_product_identifier"
RELATION = "child_parent_sku_relationship"
AVAILABILITY = "fulfillment_availability"
OFFER = "purchasable_offer"
AUDIENCES = {"ALL": "Sell on Amazon", "B2B": "Amazon Business"}


def show(
    kept: list[Listing],
    included: list[str],
    children: Callable[[Listing], list[str]],
    now: float,
) -> dict[str, Any]:
    """Return a SKU's listings, one per marketplace, as one item.

    :param included: the data sets that were asked for
    :param children: what returns the SKUs of which a listing is the parent
    """
    shown: dict[str, Any] = {"sku": kept[0]["sku"]}
    for name in included:
        if name == "attributes":
            shown[name] = _attributes(kept)
        elif name == "procurement":
            # What Amazon pays its vendors; sellers have none.
            shown[name] = []
        elif name == "relationships":
            shown[name] = [
                part for item in kept for part in _relationships(item, children)
            ]
        elif name == "offers":
            shown[name] = [part for item in kept for part in _offers(item, now)]
        elif name == "fulfillmentAvailability":
            parts = [part for item in kept for part in _availability(item)]
            # Marketplaces that share their stock have one between them.
            shown[name] = [p for n, p in enumerate(parts) if p not in parts[:n]]
        else:
            shown[name] = [part for item in kept for part in PARTS[name](item)]
    return shown


def _attributes(kept: list[Listing]) -> dict[str, Any]:
    found: dict[str, list[Any]] = {}
    for listing in kept:
        for name, items in listing["attributes"].items():
            known = found.setdefault(name, [])
            known += [item for item in items if item not in known]
    return found


def _summaries(listing: Listing) -> list[dict[str, Any]]:
    attributes = listing["attributes"]
    summary = {
        "marketplaceId": listing["marketplace_id"],
        "asin": listing["asin"],
        "productType": listing["product_type"],
        "conditionType": first(attributes, "condition_type"),
        "status": listing["status"],
        "fnSku": fn_sku(listing),
        "itemName": first(attributes, "item_name"),
        "createdDate": iso(listing["created"]),
        "lastUpdatedDate": iso(listing["updated"]),
        "mainImage": listing.get("main_image"),
    }
    return [{name: value for name, value in summary.items() if value is not None}]


def _issues(listing: Listing) -> list[dict[str, Any]]:
    place = listing["marketplace_id"]
    return [{**issue, "marketplaceIds": [place]} for issue in listing["issues"]]


def _offers(listing: Listing, now: float) -> list[dict[str, Any]]:
    return [
        _offer(listing["marketplace_id"], offer, now)
        for offer in live_offers(listing["attributes"])
    ]


def _offer(place: str, offer: dict[str, Any], now: float) -> dict[str, Any]:
    audience = offer.get("audience") or "ALL"
    amount = sale_price(offer, now)
    amount = our_price(offer) if amount is None else amount
    shown: dict[str, Any] = {
        "marketplaceId": place,
        "offerType": "B2B" if audience == "B2B" else "B2C",
        "price": {"currencyCode": offer["currency"], "amount": str(amount)},
        "audience": {"value": audience, "displayName": AUDIENCES[audience]},
    }
    points = offer["our_price"][0]["schedule"][0].get("points")
    # The model: points are returned in Japan only.
    if points and MARKETPLACES[place].country == "JP":
        shown["points"] = {"pointsNumber": points}
    return shown


def _availability(listing: Listing) -> list[dict[str, Any]]:
    shown = []
    for item in listing["attributes"].get(AVAILABILITY, []):
        part = {"fulfillmentChannelCode": item["fulfillment_channel_code"]}
        # How much lies in Amazon's own warehouses is no business of this API.
        if item["fulfillment_channel_code"] not in AMAZON_CHANNELS:
            part["quantity"] = item.get("quantity", 0)
        shown.append(part)
    return shown


def _relationships(
    listing: Listing, children: Callable[[Listing], list[str]]
) -> list[dict[str, Any]]:
    attributes = listing["attributes"]
    parent, theme = parent_of(attributes), first(attributes, "variation_theme", "name")
    relation: dict[str, Any] = {"type": "VARIATION"}
    if is_parent(attributes):
        relation["childSkus"] = children(listing)
    if parent:
        relation["parentSkus"] = [parent]
    if theme:
        relation["variationTheme"] = {
            "attributes": theme_attributes(theme),
            "theme": theme,
        }
    if not relation.get("childSkus") and not parent:
        return []
    return [{"marketplaceId": listing["marketplace_id"], "relationships": [relation]}]


def _product_types(listing: Listing) -> list[dict[str, Any]]:
    place, kind = listing["marketplace_id"], listing["product_type"]
    return [{"marketplaceId": place, "productType": kind}]


PARTS: dict[str, Callable[[Listing], list[dict[str, Any]]]] = {
    "summaries": _summaries,
    "issues": _issues,
    "productTypes": _product_types,
}

# === WHAT A LISTING IS === #


def first(attributes: dict[str, Any], name: str, key: str = "value") -> Any:
    """Return the value of an attribute's first instance, None if there is none."""
    items = attributes.get(name) or [{}]
    return items[0].get(key)


def is_parent(attributes: dict[str, Any]) -> bool:
    """Return whether this only holds variations together; nobody can buy it."""
    return bool(first(attributes, "parentage_level") == "parent")


def parent_of(attributes: dict[str, Any]) -> str:
    """Return the SKU of the variation's parent; empty: it has none."""
    for item in attributes.get(RELATION) or []:
        if item.get("child_relationship_type") == "variation":
            return str(item.get("parent_sku") or "")
    return ""


def theme_attributes(theme: str) -> list[str]:
    """Return the attributes in which the variations of a theme differ."""
    return theme.lower().split("/")


def is_fba(attributes: dict[str, Any]) -> bool:
    """Return whether Amazon ships it."""
    return any(
        item.get("fulfillment_channel_code") in AMAZON_CHANNELS
        for item in attributes.get(AVAILABILITY) or []
    )


def fn_sku(listing: Listing) -> str | None:
    """Return Amazon's own number of what lies in its warehouses."""
    if not is_fba(listing["attributes"]):
        return None
    facts = f"{listing['seller_id']}\n{listing['sku']}"
    return f"X00{hashlib.sha256(facts.encode()).hexdigest()[:7].upper()}"


def price_of(offer: dict[str, Any], name: str) -> Any:
    """Return one of an offer's prices, None if it has none."""
    prices = offer.get(name)
    return prices[0]["schedule"][0]["value_with_tax"] if prices else None


def our_price(offer: dict[str, Any]) -> Any:
    """Return an offer's price without sales, None if it has none."""
    return price_of(offer, "our_price")


def sale_price(offer: dict[str, Any], now: float) -> Any:
    """Return an offer's price while it is on sale, None if it is not."""
    for price in offer.get("discounted_price") or []:
        for part in price["schedule"]:
            if seconds(part["start_at"]) <= now < seconds(part["end_at"]):
                return part["value_with_tax"]
    return None


def within_limits(offer: dict[str, Any]) -> bool:
    """Return whether an offer's price lies within the seller's own limits."""
    price = our_price(offer)
    least = price_of(offer, "minimum_seller_allowed_price")
    most = price_of(offer, "maximum_seller_allowed_price")
    too_low = least is not None and price < least
    return not too_low and (most is None or price <= most)


def live_offers(attributes: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the offers that have a price that Amazon shows."""
    return [
        offer
        for offer in attributes.get(OFFER) or []
        if our_price(offer) is not None and within_limits(offer)
    ]


def as_issue(finding: Finding) -> dict[str, Any]:
    """Return a finding as the Listings Items API shows it."""
    missing = finding.code == "90220"
    usual = "MISSING_ATTRIBUTE" if missing else "INVALID_ATTRIBUTE"
    issue: dict[str, Any] = {
        "code": finding.code,
        "message": finding.message,
        "severity": finding.severity,
        "categories": [finding.category or usual],
    }
    if finding.attribute:
        issue["attributeNames"] = [finding.attribute]
    if finding.action:
        issue["enforcements"] = {
            "actions": [{"action": finding.action}],
            "exemption": {"status": "NOT_EXEMPT"},
        }
    return issue
