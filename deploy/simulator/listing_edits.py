# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listings that people make or change at Amazon, behind Odoo's back."""

from __future__ import annotations

from typing import Any

from deploy.simulator.listing_keeper import Listing, Siblings
from deploy.simulator.listing_state import asin_of, with_timestamps
from deploy.simulator.listings import Listings
from deploy.simulator.product_types import REQUIREMENTS, ProductType, of_seller
from deploy.simulator.sellers import Seller
from deploy.simulator.validation import check_attribute, has_errors

STATUSES = ("BUYABLE", "DISCOVERABLE")
# What can be given besides the attributes, and its type.
FACTS: dict[str, type] = {"asin": str, "status": list, "issues": list}


def add_listing(
    listings: Listings, seller: Seller, body: dict[str, Any]
) -> dict[str, Any]:
    """Let there be a listing that Odoo did not make; return it.

    :param body: marketplace_id, sku, attributes, and maybe product_type, requirements,
        and what ``change_listing`` knows
    :raise ValueError: something is missing or wrong, or it is there already
    """
    place, sku = _place_and_sku(seller, body)
    with listings.together():
        siblings = listings.book.of_sku(seller.seller_id, sku)
        if place in siblings:
            raise ValueError(f"the listing {sku} is there already")
        requirements = body.get("requirements", REQUIREMENTS[0])
        kind = of_seller(str(body.get("product_type", "PRODUCT")), seller.seller_id)
        if kind is None or requirements not in REQUIREMENTS:
            raise ValueError("product_type or requirements is unknown")
        listing = listings.blank(seller.seller_id, place, sku, kind, requirements)
        return _written(listings, kind, listing, siblings, body)


def change_listing(
    listings: Listings, seller: Seller, body: dict[str, Any]
) -> dict[str, Any]:
    """Change a listing as a person does in Seller Central; return it.

    :param body: marketplace_id, sku, and some of: attributes (by name; null takes one
        away), asin, status (forced until the next change; null: as it follows), issues
    :raise KeyError: there is no such listing
    :raise ValueError: something is wrong
    """
    place, sku = _place_and_sku(seller, body)
    with listings.together():
        siblings = listings.book.of_sku(seller.seller_id, sku)
        if place not in siblings:
            raise KeyError(f"listing {sku}")
        listing = siblings[place]
        kind = of_seller(listing["product_type"], seller.seller_id)
        assert kind, "its type was known when it was written"
        return _written(listings, kind, listing, siblings, body)


def _place_and_sku(seller: Seller, body: dict[str, Any]) -> tuple[str, str]:
    place, sku = body.get("marketplace_id"), body.get("sku")
    if place not in seller.marketplace_ids:
        raise ValueError("marketplace_id must be one of the seller's")
    if not isinstance(sku, str) or not sku:
        raise ValueError("sku must be given")
    return str(place), sku


def _written(
    listings: Listings,
    kind: ProductType,
    listing: Listing,
    siblings: Siblings,
    body: dict[str, Any],
) -> dict[str, Any]:
    given = body.get("attributes", {})
    _check(kind, listing["marketplace_id"], given, body)
    attributes = {**listing["attributes"], **given}
    attributes = {name: items for name, items in attributes.items() if items}
    changed = {**listing, "attributes": with_timestamps(attributes)}
    changed["updated"] = listings.now()
    if "status" in body:
        changed["forced_status"] = body["status"]
    if "issues" in body:
        changed["late"] = body["issues"]
    if body.get("asin"):
        changed["given_asin"] = body["asin"]
    facts = (listing["seller_id"], listing["sku"], attributes)
    changed["asin"] = asin_of(*facts, changed)
    listings.keep(changed, siblings, set(given))
    found = listings.book.get(
        listing["seller_id"], listing["marketplace_id"], listing["sku"]
    )
    assert found, "it was just written"
    return found


def _check(kind: ProductType, place: str, given: Any, body: dict[str, Any]) -> None:
    """Let values pass that Amazon itself could hold.

    :raise ValueError: it could not
    """
    if not isinstance(given, dict):
        raise ValueError("attributes must be an object")
    for name, value in given.items():
        if value is None:
            continue
        found = list(check_attribute(kind, name, value, (place,)))
        if has_errors(found) or name not in kind.attributes:
            raise ValueError("; ".join(finding.message for finding in found))
    for name, wanted in FACTS.items():
        if body.get(name) is not None and not isinstance(body[name], wanted):
            raise ValueError(f"{name} must be a {wanted.__name__}")
    if set(body.get("status") or []) - set(STATUSES):
        raise ValueError(f"status must hold some of {', '.join(STATUSES)}")
