# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A seller's listings: what they hold and how they change.

https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from deploy.simulator import catalog_rules, listing_view
from deploy.simulator.clock import Clock
from deploy.simulator.faults import Faults
from deploy.simulator.images import ImageBook
from deploy.simulator.listing_book import ListingBook, Search, image_urls
from deploy.simulator.listing_state import settle, with_timestamps
from deploy.simulator.listing_view import AVAILABILITY, IDENTIFIER, first
from deploy.simulator.patches import apply, of_place
from deploy.simulator.product_types import ProductType, of_seller
from deploy.simulator.sellers import shares_stock
from deploy.simulator.store import Store
from deploy.simulator.validation import (
    Finding,
    Findings,
    check_attribute,
    check_required,
    has_errors,
)

ASIN_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
Listing = dict[str, Any]
Places = tuple[str, ...]
Siblings = dict[str, Listing]


class Listings:
    """All listings of all sellers, one for each marketplace and SKU."""

    def __init__(self, store: Store, clock: Clock, faults: Faults) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults
        self.book = ListingBook(store)
        self.images = ImageBook(store)

    def together(self) -> AbstractContextManager[None]:
        """Read and write what belongs together; others wait."""
        return self._store.together()

    def now(self) -> float:
        """Return the simulated time in seconds since 1970."""
        return self._clock.now()

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
            return self._write(fresh, found, siblings, None, preview)

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
            return self._write(fresh, found, siblings, names, preview)

    def delete(self, seller_id: str, places: Places, sku: str) -> Findings:
        """End listings."""
        with self._store.together():
            kept = self.kept(seller_id, places, sku)
            for listing in kept:
                self.book.drop(seller_id, listing["marketplace_id"], sku)
        return [] if kept else [unknown_sku(sku)]

    # === WRITING === #

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

    def _write(
        self,
        fresh: list[Listing],
        found: Findings,
        siblings: Siblings,
        names: set[str] | None,
        preview: bool,
    ) -> Findings:
        """Write listings, unless they are wrong.

        :param names: the attributes that were sent; None: the whole listing was
        """
        found = list(dict.fromkeys(found))
        if preview or has_errors(found):
            return found
        said = [listing_view.as_issue(finding) for finding in found]
        for listing in fresh:
            fault = self._faults.strikes(listing)
            if fault and fault.kind == "listing_not_applied":
                continue
            older = {"said": listing["said"], "late": listing["late"]}
            for key, issues in older.items():
                older[key] = [i for i in issues if _stays(i, names)]
            older["said"] += said
            if fault:
                self._store.put("drop", _key(listing), self._drop_of(listing, fault))
            listing["attributes"] = with_timestamps(listing["attributes"])
            self.keep({**listing, **older}, siblings, names)
        return found

    def keep(
        self, listing: Listing, siblings: Siblings, names: set[str] | None = None
    ) -> None:
        """Write a listing as it is, and what of it all of Europe shares.

        :param siblings: the SKU's listings as they were, by marketplace
        :param names: the attributes that are new; None: all may be
        """
        urls = {
            url
            for name, several in image_urls(listing["attributes"]).items()
            if names is None or name in names
            for url in several
        }
        self.images.want(urls)
        known = siblings.get(listing["marketplace_id"])
        siblings[listing["marketplace_id"]] = listing
        self.book.put(settle(listing, self.images), known)
        if not shares_stock(listing["marketplace_id"]):
            return
        stock = listing["attributes"].get(AVAILABILITY)
        for place, other in list(siblings.items()):
            if shares_stock(place) and other["attributes"].get(AVAILABILITY) != stock:
                if not listing_view.is_parent(other["attributes"]):
                    siblings[place] = self._with_stock(other, stock)

    def _with_stock(self, listing: Listing, stock: list[Any] | None) -> Listing:
        """Write a listing with the stock that another marketplace has got."""
        attributes = {**listing["attributes"], AVAILABILITY: stock}
        if not stock:
            del attributes[AVAILABILITY]
        changed = {**listing, "attributes": attributes, "updated": self._clock.now()}
        self.book.put(settle(changed, self.images), listing)
        return changed

    # === WHAT COMES LATER === #

    def _drop_of(self, listing: Listing, fault: Any) -> dict[str, Any]:
        return {
            **{k: listing[k] for k in ("seller_id", "marketplace_id", "sku")},
            "attribute": fault.attribute,
            "due": self._clock.now() + catalog_rules.DROP_SECONDS,
        }

    def advance(self) -> None:
        """Drop the attributes whose time has come; to be called by one thread only."""
        for drop in self._store.all("drop"):
            if drop["due"] > self._clock.now():
                continue
            with self._store.together():
                self._store.drop("drop", _key(drop))
                siblings = self.book.of_sku(drop["seller_id"], drop["sku"])
                known = siblings.get(drop["marketplace_id"])
                if known and drop["attribute"] in known["attributes"]:
                    dropped = catalog_rules.without(known, drop["attribute"])
                    now = self._clock.now()
                    self.keep({**dropped, "updated": now}, siblings, set())

    def image_known(self, url: str) -> None:
        """Show what has been found out about an image on the listings that show it."""
        with self._store.together():
            for listing in self.book.with_image(url):
                self.book.put(settle(listing, self.images), listing)


def where(seller_id: str = "", marketplace_id: str = "", sku: str = "") -> Search:
    """Return the search for listings; empty: any."""
    search = Search()
    given = {"seller_id": seller_id, "place": marketplace_id, "sku": sku}
    for column, value in given.items():
        if value:
            search.demand(f"{column} = ?", value)
    return search


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


def _stays(issue: dict[str, Any], names: set[str] | None) -> bool:
    """Return whether an older issue is about nothing that was sent anew."""
    about = set(issue.get("attributeNames", []))
    return names is not None and bool(about) and not about & names


def _key(facts: dict[str, Any]) -> str:
    return "\n".join(facts[name] for name in ("seller_id", "marketplace_id", "sku"))


def asin_of(
    seller_id: str,
    sku: str,
    attributes: dict[str, Any],
    known: Listing | None = None,
) -> str:
    """Return the ASIN: the suggested one, the one it had before Odoo came, or one that
    follows from the identifier."""
    suggested = first(attributes, "merchant_suggested_asin")
    if suggested:
        return str(suggested)
    if known and known.get("given_asin"):
        return str(known["given_asin"])
    identifier = first(attributes, IDENTIFIER) or f"{seller_id}/{sku}"
    digest = hashlib.sha256(str(identifier).encode()).digest()
    number = int.from_bytes(digest[:8], "big")
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
