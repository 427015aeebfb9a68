# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A seller's listings: what they hold and how they change.

https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deploy.simulator import catalog_rules, listing_view
from deploy.simulator.listing_book import where
from deploy.simulator.listing_keeper import ListingKeeper, Siblings
from deploy.simulator.listing_state import asin_of
from deploy.simulator.listing_view import AVAILABILITY
from deploy.simulator.patches import apply, of_place
from deploy.simulator.product_types import ProductType, of_seller
from deploy.simulator.sellers import shares_stock
from deploy.simulator.validation import (
    Finding,
    Findings,
    check_attribute,
    check_required,
    has_errors,
)

Listing = dict[str, Any]
Places = tuple[str, ...]


class Listings(ListingKeeper):
    """All listings of all sellers, one for each marketplace and SKU."""

    # === READING === #

    def kept(self, seller_id: str, places: Places, sku: str) -> list[Listing]:
        """Return a SKU's listings in these marketplaces."""
        found = self.book.of_sku(seller_id, sku)
        return [found[place] for place in places if place in found]

    def search(
        self, seller_id: str = "", marketplace_id: str = "", sku: str = ""
    ) -> Iterator[Listing]:
        """Return listings, oldest first, read piece by piece."""
        return self.book.all(where(seller_id, marketplace_id, sku))

    def show(self, kept: list[Listing], included: list[str]) -> dict[str, Any]:
        """Return a SKU's listings as the Listings Items API shows them."""
        return listing_view.show(kept, included, self._children, self._clock.now())

    def _children(self, listing: Listing) -> list[str]:
        return self.book.children(
            listing["seller_id"], listing["marketplace_id"], listing["sku"]
        )

    # === CHANGING === #

    def put(
        self,
        seller_id: str,
        places: Places,
        sku: str,
        body: dict[str, Any],
        *,
        preview: bool = False,
    ) -> Findings:
        """Create or replace listings; with errors nothing is written."""
        kind = of_seller(body["productType"], seller_id)
        if kind is None:
            return [_unknown_type(body)]
        requirements = body.get("requirements") or "LISTING"
        sent, known = body["attributes"], kind.attributes_for(requirements)
        with self._store.together():
            siblings = self.book.of_sku(seller_id, sku)
            good = _accepted(siblings, places, kind, requirements)
            found = [
                finding
                for name, value in sent.items()
                if name not in good or good[name] != value
                for finding in check_attribute(
                    kind, name, value, places, requirements=requirements
                )
            ]
            ill = has_errors(found)
            fresh = []
            for place in places:
                attributes = of_place(known, sent, place)
                _keep_shared_stock(attributes, place, siblings)
                facts = (seller_id, place, sku, kind, attributes, requirements)
                if ill:
                    found += check_required(kind, attributes, requirements)
                    continue
                found += self._check(*facts)
                fresh.append(self._renewed(*facts, siblings))
            return self.write(fresh, found, siblings, None, preview)

    def patch(
        self,
        seller_id: str,
        places: Places,
        sku: str,
        body: dict[str, Any],
        *,
        preview: bool = False,
    ) -> Findings:
        """Change attributes of listings that are there; with errors, of none.

        The product type that is sent must be known; what counts is the listing's own,
        since PRODUCT is taken for changes of price and stock of any listing.
        """
        with self._store.together():
            siblings = self.book.of_sku(seller_id, sku)
            if not set(places) <= set(siblings):
                return [unknown_sku(sku)]
            if of_seller(body["productType"], seller_id) is None:
                return [_unknown_type(body)]
            found: Findings = []
            fresh = []
            for place in places:
                listing = siblings[place]
                kind = of_seller(listing["product_type"], seller_id)
                assert kind, "its type was known when it was written"
                attributes = dict(listing["attributes"])
                for change in body["patches"]:
                    found += apply(kind, attributes, change, place, places)
                requirements = listing["requirements"]
                facts = (seller_id, place, sku, kind, attributes, requirements)
                if not has_errors(found):
                    found += self._check(*facts)
                fresh.append(self._renewed(*facts, siblings))
            names = {c["path"].removeprefix("/attributes/") for c in body["patches"]}
            return self.write(fresh, found, siblings, names, preview)

    def delete(self, seller_id: str, places: Places, sku: str) -> Findings:
        """End listings."""
        with self._store.together():
            kept = self.kept(seller_id, places, sku)
            for listing in kept:
                self.book.drop(seller_id, listing["marketplace_id"], sku)
        return [] if kept else [unknown_sku(sku)]

    # === WHAT IS WRITTEN === #

    def _check(
        self,
        seller_id: str,
        place: str,
        sku: str,
        kind: ProductType,
        attributes: dict[str, Any],
        requirements: str,
    ) -> Iterator[Finding]:
        """Find what is wrong with a whole listing."""
        yield from check_required(kind, attributes, requirements)
        parent = listing_view.parent_of(attributes)
        holder = self.book.get(seller_id, place, parent) if parent else None
        yield from catalog_rules.check(sku, attributes, holder, self._clock.now())

    def _renewed(
        self,
        seller_id: str,
        place: str,
        sku: str,
        kind: ProductType,
        attributes: dict[str, Any],
        requirements: str,
        siblings: Siblings,
    ) -> Listing:
        known = siblings.get(place)
        fresh = self.blank(seller_id, place, sku, kind, requirements)
        fresh["asin"] = asin_of(seller_id, sku, attributes, known)
        fresh["attributes"] = attributes
        kept = ("said", "late", "created", "given_asin")
        return fresh | {key: known[key] for key in kept if known and key in known}

    def blank(
        self, seller_id: str, place: str, sku: str, kind: ProductType, requirements: str
    ) -> Listing:
        """Return a listing that holds nothing yet."""
        now = self._clock.now()
        return {
            "seller_id": seller_id,
            "marketplace_id": place,
            "sku": sku,
            "asin": "",
            "product_type": kind.name,
            "requirements": requirements,
            "attributes": {},
            # What Amazon said to the last change, and what it found out afterwards.
            "said": [],
            "late": [],
            "created": now,
            "updated": now,
        }


def _accepted(
    siblings: Siblings, places: Places, kind: ProductType, requirements: str
) -> dict[str, Any]:
    """Return the attributes of which it is known that they are as they should be."""
    known = siblings.get(places[0]) if len(places) == 1 else None
    facts = (kind.name, requirements)
    if known and (known["product_type"], known["requirements"]) == facts:
        attributes: dict[str, Any] = known["attributes"]
        return attributes
    return {}


def _keep_shared_stock(
    attributes: dict[str, Any], place: str, siblings: Siblings
) -> None:
    """Give a European listing the stock of the others, unless it has got some itself.

    A listing that is alone holds what it was sent, as everywhere else.
    """
    if AVAILABILITY in attributes or listing_view.is_parent(attributes):
        return
    if not shares_stock(place):
        return
    for other, listing in siblings.items():
        stock = listing["attributes"].get(AVAILABILITY)
        if other != place and shares_stock(other) and stock:
            attributes[AVAILABILITY] = stock
            return


def _unknown_type(body: dict[str, Any]) -> Finding:
    words = f"'{body['productType']}' is not a valid product type."
    return Finding("90244", words, "product_type")


def unknown_sku(sku: str) -> Finding:
    """Return what Amazon says of a SKU that is not there."""
    return Finding("13013", f"The SKU '{sku}' does not exist in the Amazon catalog.")
