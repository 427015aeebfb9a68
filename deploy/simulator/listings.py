# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A seller's listings: what they hold and how they change.

https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference
"""

from __future__ import annotations

import hashlib
from typing import Any

from deploy.simulator import listing_view
from deploy.simulator.clock import Clock
from deploy.simulator.product_types import PRODUCT_TYPES, ProductType
from deploy.simulator.store import Store
from deploy.simulator.validation import (
    Finding,
    Findings,
    check_attribute,
    check_required,
    has_errors,
)

KIND = "listing"
ASIN_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# All that a merge is documented for; anything else must be sent whole.
MERGEABLE = ("fulfillment_availability", "purchasable_offer")
Listing = dict[str, Any]
Places = tuple[str, ...]


class Listings:
    """All listings of all sellers, one for each marketplace and SKU."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    # === READING === #

    def kept(self, seller_id: str, places: Places, sku: str) -> list[Listing]:
        """Return a SKU's listings in these marketplaces."""
        keys = [_key(seller_id, place, sku) for place in places]
        return [found for key in keys if (found := self._store.get(KIND, key))]

    def search(
        self, seller_id: str = "", marketplace_id: str = "", sku: str = ""
    ) -> list[Listing]:
        """Return listings, oldest first."""
        if seller_id and marketplace_id and sku:
            return self.kept(seller_id, (marketplace_id,), sku)
        prefix = f"{seller_id}\n" if seller_id else ""
        if prefix and marketplace_id:
            prefix += f"{marketplace_id}\n"
        return [
            item
            for item in self._store.all(KIND, prefix)
            if marketplace_id in ("", item["marketplace_id"])
            and sku in ("", item["sku"])
        ]

    def newest(self, most: int) -> list[Listing]:
        """Return the listings that were made last, newest first."""
        return self._store.newest(KIND, most)

    @staticmethod
    def show(kept: list[Listing], included: list[str]) -> dict[str, Any]:
        """Return a SKU's listings as the Listings Items API shows them."""
        return listing_view.show(kept, included)

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
        kind = PRODUCT_TYPES.get(body["productType"])
        if kind is None:
            return [_unknown_type(body)]
        requirements = body.get("requirements") or "LISTING"
        sent = body["attributes"]
        found = [
            f for n, v in sent.items() for f in check_attribute(kind, n, v, places)
        ]
        fresh = []
        for place in places:
            attributes = _of_place(kind, sent, place)
            found += check_required(kind, attributes, requirements)
            fresh.append(
                self._renewed(seller_id, place, sku, kind, attributes, requirements)
            )
        return self._write(fresh, found, preview)

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
        kept = self.kept(seller_id, places, sku)
        if len(kept) < len(places):
            return [unknown_sku(sku)]
        if body["productType"] not in PRODUCT_TYPES:
            return [_unknown_type(body)]
        found: Findings = []
        fresh = []
        for listing in kept:
            kind = PRODUCT_TYPES[listing["product_type"]]
            attributes = dict(listing["attributes"])
            for change in body["patches"]:
                found += _apply(
                    kind, attributes, change, listing["marketplace_id"], places
                )
            requirements = listing["requirements"]
            if not has_errors(found):
                found += check_required(kind, attributes, requirements)
            place = listing["marketplace_id"]
            fresh.append(
                self._renewed(seller_id, place, sku, kind, attributes, requirements)
            )
        return self._write(fresh, found, preview)

    def delete(self, seller_id: str, places: Places, sku: str) -> Findings:
        """End listings."""
        kept = self.kept(seller_id, places, sku)
        for listing in kept:
            self._store.drop(KIND, _key(seller_id, listing["marketplace_id"], sku))
        return [] if kept else [unknown_sku(sku)]

    def _write(self, fresh: list[Listing], found: Findings, preview: bool) -> Findings:
        found = list(dict.fromkeys(found))
        if preview or has_errors(found):
            return found
        issues = [listing_view.as_issue(finding) for finding in found]
        with self._store.together():
            for listing in fresh:
                place, sku = listing["marketplace_id"], listing["sku"]
                key = _key(listing["seller_id"], place, sku)
                self._store.put(KIND, key, {**listing, "issues": issues})
        return found

    def _renewed(
        self,
        seller_id: str,
        place: str,
        sku: str,
        kind: ProductType,
        attributes: dict[str, Any],
        requirements: str,
    ) -> Listing:
        now = self._clock.now()
        known = self._store.get(KIND, _key(seller_id, place, sku))
        return {
            "seller_id": seller_id,
            "marketplace_id": place,
            "sku": sku,
            "asin": asin_of(seller_id, sku, attributes),
            "product_type": kind.name,
            "requirements": requirements,
            "attributes": attributes,
            "issues": [],
            "status": listing_view.status_of(attributes),
            "created": known["created"] if known else now,
            "updated": now,
        }


def _apply(
    kind: ProductType,
    attributes: dict[str, Any],
    change: dict[str, Any],
    place: str,
    places: Places,
) -> Findings:
    """Carry out one patch on the *attributes* of a listing in *place*."""
    name = change["path"].removeprefix("/attributes/")
    operation, value = change["op"], change.get("value")
    if operation == "delete":
        return _delete(kind, attributes, name, value, place)
    found = list(check_attribute(kind, name, value, places))
    if operation == "merge" and name not in MERGEABLE:
        words = f"The operation 'merge' is not supported for the attribute '{name}'."
        found.append(Finding("99022", words, name))
    if name not in kind.attributes or has_errors(found):
        return found
    local = _local(value, place)
    if not local:
        return found
    if operation == "replace":
        # The whole attribute is swapped: what is not named is gone.
        attributes[name] = local
        return found
    selectors = kind.attributes[name].selectors
    join = _merged if operation == "merge" else _added
    attributes[name] = join(attributes.get(name) or [], local, selectors)
    return found


def _delete(
    kind: ProductType, attributes: dict[str, Any], name: str, value: Any, place: str
) -> Findings:
    """Take away the instances that the selectors in *value* name."""
    if name not in attributes:
        return []
    selectors = kind.attributes[name].selectors
    items = value if isinstance(value, list) else []
    doomed = [
        {key: item[key] for key in selectors if key in item}
        for item in items
        if isinstance(item, dict)
    ]
    if not doomed or (selectors and not all(doomed)):
        words = f"A delete of '{name}' must name what to delete by its selectors."
        return [Finding("99022", words, name)]
    doomed = [named for named in doomed if named.get("marketplace_id", place) == place]
    left = [
        item
        for item in attributes[name]
        if not any(all(item.get(k) == v for k, v in named.items()) for named in doomed)
    ]
    attributes[name] = left
    if not left:
        del attributes[name]
    return []


def _added(
    old: list[Any], new: list[Any], selectors: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Add instances; those known by the same selectors give way to them."""
    fresh = {_chosen(item, selectors) for item in new}
    return [item for item in old if _chosen(item, selectors) not in fresh] + new


def _merged(
    old: list[Any], new: list[Any], selectors: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Join instances with those known by the same selectors; null takes a key away."""
    by_key = {_chosen(item, selectors): item for item in old}
    for item in new:
        key = _chosen(item, selectors)
        joined = {**by_key.get(key, {}), **item}
        by_key[key] = {name: v for name, v in joined.items() if v is not None}
    return list(by_key.values())


def _chosen(item: dict[str, Any], selectors: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(item.get(name) for name in selectors)


def _local(value: Any, place: str) -> list[dict[str, Any]]:
    """Return the instances that are for a marketplace, or for every one."""
    return [
        item
        for item in (value if isinstance(value, list) else [])
        if isinstance(item, dict) and item.get("marketplace_id", place) == place
    ]


def _of_place(kind: ProductType, sent: dict[str, Any], place: str) -> dict[str, Any]:
    known = {n: _local(v, place) for n, v in sent.items() if n in kind.attributes}
    return {name: items for name, items in known.items() if items}


def _key(seller_id: str, marketplace_id: str, sku: str) -> str:
    return f"{seller_id}\n{marketplace_id}\n{sku}"


def asin_of(seller_id: str, sku: str, attributes: dict[str, Any]) -> str:
    """Return the ASIN: the suggested one, else one that follows from the identifier."""
    suggested = listing_view.first(attributes, "merchant_suggested_asin")
    if suggested:
        return str(suggested)
    name = "externally_assigned_product_identifier"
    identifier = listing_view.first(attributes, name) or f"{seller_id}/{sku}"
    number = int(hashlib.sha256(str(identifier).encode()).hexdigest(), 16)
    letters = ""
    for _ in range(8):
        number, place = divmod(number, len(ASIN_LETTERS))
        letters += ASIN_LETTERS[place]
    return f"B0{letters}"


def _unknown_type(body: dict[str, Any]) -> Finding:
    words = f"'{body['productType']}' is not a valid product type."
    return Finding("90244", words, "product_type")


def unknown_sku(sku: str) -> Finding:
    """Return what Amazon says of a SKU that is not there."""
    return Finding("13013", f"The SKU '{sku}' does not exist in the Amazon catalog.")
