# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How Amazon shows listings.

https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deploy.simulator.clock import iso
from deploy.simulator.validation import Finding, is_parent

Listing = dict[str, Any]


def show(kept: list[Listing], included: list[str]) -> dict[str, Any]:
    """Return a SKU's listings, one per marketplace, as one item.

    :param included: the data sets that were asked for
    """
    shown: dict[str, Any] = {"sku": kept[0]["sku"]}
    for name in included:
        if name == "attributes":
            shown[name] = _attributes(kept)
        elif name == "procurement":
            shown[name] = []
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
        "itemName": first(attributes, "item_name"),
        "createdDate": iso(listing["created"]),
        "lastUpdatedDate": iso(listing["updated"]),
    }
    image = first(attributes, "main_product_image_locator", "media_location")
    if image:
        summary["mainImage"] = {"link": image, "height": 500, "width": 500}
    return [{name: value for name, value in summary.items() if value is not None}]


def _issues(listing: Listing) -> list[dict[str, Any]]:
    place = listing["marketplace_id"]
    return [{**issue, "marketplaceIds": [place]} for issue in listing["issues"]]


def _offers(listing: Listing) -> list[dict[str, Any]]:
    return [
        {
            "marketplaceId": listing["marketplace_id"],
            "offerType": "B2B" if offer.get("audience") == "B2B" else "B2C",
            "price": {
                "currencyCode": offer["currency"],
                "amount": str(offer["our_price"][0]["schedule"][0]["value_with_tax"]),
            },
        }
        for offer in listing["attributes"].get("purchasable_offer", [])
        if offer.get("our_price")
    ]


def _availability(listing: Listing) -> list[dict[str, Any]]:
    return [
        {
            "fulfillmentChannelCode": item["fulfillment_channel_code"],
            "quantity": item.get("quantity", 0),
        }
        for item in listing["attributes"].get("fulfillment_availability", [])
    ]


def _relationships(listing: Listing) -> list[dict[str, Any]]:
    relations = listing["attributes"].get("child_parent_sku_relationship", [])
    parents = [item["parent_sku"] for item in relations if item.get("parent_sku")]
    if not parents:
        return []
    relation = {"type": "VARIATION", "parentSkus": parents}
    return [{"marketplaceId": listing["marketplace_id"], "relationships": [relation]}]


def _product_types(listing: Listing) -> list[dict[str, Any]]:
    place, kind = listing["marketplace_id"], listing["product_type"]
    return [{"marketplaceId": place, "productType": kind}]


PARTS: dict[str, Callable[[Listing], list[dict[str, Any]]]] = {
    "summaries": _summaries,
    "issues": _issues,
    "offers": _offers,
    "fulfillmentAvailability": _availability,
    "relationships": _relationships,
    "productTypes": _product_types,
}


def first(attributes: dict[str, Any], name: str, key: str = "value") -> Any:
    """Return the value of an attribute's first instance, None if there is none."""
    items = attributes.get(name) or [{}]
    return items[0].get(key)


def status_of(attributes: dict[str, Any]) -> list[str]:
    """Return the status: buyable is what has a price and is in stock."""
    stock = attributes.get("fulfillment_availability") or []
    in_stock = any(item.get("quantity", 0) > 0 for item in stock)
    if in_stock and attributes.get("purchasable_offer") and not is_parent(attributes):
        return ["BUYABLE", "DISCOVERABLE"]
    return ["DISCOVERABLE"]


def as_issue(finding: Finding) -> dict[str, Any]:
    """Return a finding as the Listings Items API shows it."""
    missing = finding.code == "90220"
    issue: dict[str, Any] = {
        "code": finding.code,
        "message": finding.message,
        "severity": finding.severity,
        "categories": ["MISSING_ATTRIBUTE" if missing else "INVALID_ATTRIBUTE"],
    }
    if finding.attribute:
        issue["attributeNames"] = [finding.attribute]
    return issue
