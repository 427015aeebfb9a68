# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A seller's listings: what they hold, how they change, how Amazon shows them.

https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference
"""

from __future__ import annotations

import copy
import hashlib
from typing import Any

from deploy.simulator.clock import Clock, iso
from deploy.simulator.product_types import (
    PRODUCT_TYPES,
    Finding,
    check_attribute,
    check_identifier,
    check_required,
)
from deploy.simulator.store import Store

KIND = "listing"
ASIN_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
Findings = list[Finding]


class Listings:
    """All listings of all sellers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def get(
        self, seller_id: str, marketplace_id: str, sku: str
    ) -> dict[str, Any] | None:
        """Return a listing as it is kept."""
        return self._store.get(KIND, _key(seller_id, marketplace_id, sku))

    def search(
        self, seller_id: str = "", marketplace_id: str = "", sku: str = ""
    ) -> list[dict[str, Any]]:
        """Return listings, oldest first."""
        if seller_id and marketplace_id and sku:
            found = self.get(seller_id, marketplace_id, sku)
            return [found] if found else []
        return [
            item
            for item in self._store.all(KIND, seller_id and f"{seller_id}\n")
            if marketplace_id in ("", item["marketplace_id"])
            and sku in ("", item["sku"])
        ]

    def put(
        self,
        seller_id: str,
        marketplace_id: str,
        sku: str,
        body: dict[str, Any],
        *,
        preview: bool = False,
    ) -> Findings:
        """Create or replace a listing; with errors nothing is written."""
        kind = PRODUCT_TYPES.get(body.get("productType") or "")
        if kind is None:
            return [_unknown_type(body)]
        attributes = body.get("attributes") or {}
        requirements = body.get("requirements") or "LISTING"
        found = [
            *(
                f
                for n, v in attributes.items()
                for f in check_attribute(kind, n, v, marketplace_id)
            ),
            *check_required(kind, attributes, requirements),
            *check_identifier(attributes),
        ]
        if not _errors(found) and not preview:
            known = {n: v for n, v in attributes.items() if n in kind.attributes}
            self._write(seller_id, marketplace_id, sku, kind.name, known, requirements)
        return found

    def patch(
        self,
        seller_id: str,
        marketplace_id: str,
        sku: str,
        body: dict[str, Any],
        *,
        preview: bool = False,
    ) -> Findings:
        """Change attributes of a listing that is there."""
        listing = self.get(seller_id, marketplace_id, sku)
        if listing is None:
            return [unknown_sku(sku)]
        kind = PRODUCT_TYPES.get(body.get("productType") or "")
        if kind is None:
            return [_unknown_type(body)]
        # PRODUCT is accepted for changes of price and stock of any listing.
        kind = PRODUCT_TYPES[listing["product_type"]]
        attributes = copy.deepcopy(listing["attributes"])
        found: Findings = []
        for change in body.get("patches") or []:
            found += self._apply(kind, attributes, change, marketplace_id)
        found += check_required(kind, attributes, listing["requirements"])
        found += check_identifier(attributes)
        if not _errors(found) and not preview:
            self._write(
                seller_id,
                marketplace_id,
                sku,
                kind.name,
                attributes,
                listing["requirements"],
            )
        return found

    @staticmethod
    def _apply(
        kind: Any,
        attributes: dict[str, Any],
        change: dict[str, Any],
        marketplace_id: str,
    ) -> Findings:
        """Carry out one patch operation on *attributes*."""
        name = str(change.get("path", "")).removeprefix("/attributes/")
        operation, value = change.get("op"), change.get("value")
        if operation == "delete":
            return _delete(kind, attributes, name, value)
        found = list(check_attribute(kind, name, value, marketplace_id))
        if name not in kind.attributes or _errors(found):
            return found
        items = list(value) if isinstance(value, list) else []
        selectors = kind.attributes[name].selectors
        if operation == "replace":
            # The whole attribute is swapped: what is not named is gone.
            attributes[name] = items
        else:
            attributes[name] = _join(
                attributes.get(name) or [], items, selectors, merge=operation == "merge"
            )
        return found

    def delete(self, seller_id: str, marketplace_id: str, sku: str) -> Findings:
        """End a listing."""
        if self.get(seller_id, marketplace_id, sku) is None:
            return [unknown_sku(sku)]
        self._store.drop(KIND, _key(seller_id, marketplace_id, sku))
        return []

    def _write(
        self,
        seller_id: str,
        marketplace_id: str,
        sku: str,
        product_type: str,
        attributes: dict[str, Any],
        requirements: str,
    ) -> None:
        now = self._clock.now()
        known = self.get(seller_id, marketplace_id, sku)
        self._store.put(
            KIND,
            _key(seller_id, marketplace_id, sku),
            {
                "seller_id": seller_id,
                "marketplace_id": marketplace_id,
                "sku": sku,
                "asin": asin_of(seller_id, sku, attributes),
                "product_type": product_type,
                "requirements": requirements,
                "attributes": attributes,
                "issues": [],
                "status": _status(attributes),
                "created": known["created"] if known else now,
                "updated": now,
            },
        )

    def show(self, listing: dict[str, Any], included: list[str]) -> dict[str, Any]:
        """Return a listing as the Listings Items API shows it."""
        shown: dict[str, Any] = {"sku": listing["sku"]}
        if "summaries" in included:
            shown["summaries"] = [_summary(listing)]
        if "attributes" in included:
            shown["attributes"] = listing["attributes"]
        if "issues" in included:
            shown["issues"] = listing["issues"]
        if "productTypes" in included:
            place, kind = listing["marketplace_id"], listing["product_type"]
            shown["productTypes"] = [{"marketplaceId": place, "productType": kind}]
        if "fulfillmentAvailability" in included:
            shown["fulfillmentAvailability"] = [
                {
                    "fulfillmentChannelCode": item["fulfillment_channel_code"],
                    "quantity": item.get("quantity", 0),
                }
                for item in listing["attributes"].get("fulfillment_availability", [])
            ]
        return shown


def _summary(listing: dict[str, Any]) -> dict[str, Any]:
    attributes = listing["attributes"]
    return {
        "marketplaceId": listing["marketplace_id"],
        "asin": listing["asin"],
        "productType": listing["product_type"],
        "conditionType": _first(attributes, "condition_type") or "new_new",
        "status": listing["status"],
        "itemName": _first(attributes, "item_name"),
        "createdDate": iso(listing["created"]),
        "lastUpdatedDate": iso(listing["updated"]),
    }


def _status(attributes: dict[str, Any]) -> list[str]:
    offers = attributes.get("purchasable_offer")
    stock = attributes.get("fulfillment_availability") or [{}]
    buyable = offers and any(item.get("quantity", 0) > 0 for item in stock)
    return ["BUYABLE", "DISCOVERABLE"] if buyable else ["DISCOVERABLE"]


def _first(attributes: dict[str, Any], name: str) -> Any:
    items = attributes.get(name) or [{}]
    return items[0].get("value")


def _delete(kind: Any, attributes: dict[str, Any], name: str, value: Any) -> Findings:
    """Take away the instances that the selectors in *value* name."""
    if name not in attributes:
        return []
    if not isinstance(value, list) or not value:
        words = f"A delete of '{name}' must name what to delete by its selectors."
        return [Finding("99022", words, name)]
    selectors = kind.attributes[name].selectors
    doomed = [
        {key: item[key] for key in selectors if key in item}
        for item in value
        if isinstance(item, dict)
    ]
    left = [
        item
        for item in attributes[name]
        if not any(all(item.get(k) == v for k, v in named.items()) for named in doomed)
    ]
    attributes[name] = left
    if not left:
        del attributes[name]
    return []


def _join(
    old: list[Any], new: list[Any], selectors: tuple[str, ...], *, merge: bool
) -> list[Any]:
    """Add instances; one with known selectors is replaced, or with *merge* joined."""
    by_key = {tuple(item.get(s) for s in selectors): item for item in old}
    for item in new:
        key = tuple(item.get(s) for s in selectors)
        by_key[key] = {**by_key.get(key, {}), **item} if merge else item
    return list(by_key.values())


def _key(seller_id: str, marketplace_id: str, sku: str) -> str:
    return f"{seller_id}\n{marketplace_id}\n{sku}"


def asin_of(seller_id: str, sku: str, attributes: dict[str, Any]) -> str:
    """Return the ASIN: as suggested, else the same for the same identifier."""
    suggested = _first(attributes, "merchant_suggested_asin")
    if suggested:
        return str(suggested)
    identifier = _first(attributes, "externally_assigned_product_identifier")
    number = int(
        hashlib.sha256(str(identifier or f"{seller_id}/{sku}").encode()).hexdigest(), 16
    )
    letters = ""
    for _ in range(8):
        number, place = divmod(number, len(ASIN_LETTERS))
        letters += ASIN_LETTERS[place]
    return f"B0{letters}"


def _errors(found: Findings) -> bool:
    return any(item.severity == "ERROR" for item in found)


def _unknown_type(body: dict[str, Any]) -> Finding:
    words = f"'{body.get('productType')}' is not a valid product type."
    return Finding("90244", words, "product_type")


def unknown_sku(sku: str) -> Finding:
    """Return what Amazon says of a SKU that is not there."""
    return Finding(
        "13013", f"The SKU '{sku}' does not exist in the Amazon catalog.", ""
    )


def as_issue(finding: Finding) -> dict[str, Any]:
    """Return a finding as the Listings Items API shows it."""
    return {
        "code": finding.code,
        "message": finding.message,
        "severity": finding.severity,
        "attributeNames": [finding.attribute] if finding.attribute else [],
        "categories": ["INVALID_ATTRIBUTE"],
    }
