# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keeping listings: written at once or never, shared by Europe, changed afterwards."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from deploy.simulator import catalog_rules, listing_view
from deploy.simulator.clock import Clock
from deploy.simulator.faults import Fault, Faults
from deploy.simulator.images import ImageBook
from deploy.simulator.listing_book import ListingBook, image_urls
from deploy.simulator.listing_state import settle, with_timestamps
from deploy.simulator.listing_view import AVAILABILITY
from deploy.simulator.sellers import shares_stock
from deploy.simulator.store import Store
from deploy.simulator.validation import Findings, has_errors

Listing = dict[str, Any]
# A SKU's listings by marketplace.
Siblings = dict[str, Listing]


class ListingKeeper:
    """Writes listings, with all that follows from them."""

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

    def write(
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

    def _drop_of(self, listing: Listing, fault: Fault) -> dict[str, Any]:
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
        """Show what has been found out about an image on the listings that show it.

        One by one: very many may show the same one, and nobody waits for all of them.
        """
        for facts in self.book.with_image(url):
            with self._store.together():
                listing = self.book.get(*facts)
                if listing:
                    self.book.put(settle(listing, self.images), listing)


def _stays(issue: dict[str, Any], names: set[str] | None) -> bool:
    """Return whether an older issue is about nothing that was sent anew."""
    about = set(issue.get("attributeNames", []))
    return names is not None and bool(about) and not about & names


def _key(facts: dict[str, Any]) -> str:
    return "\n".join(facts[name] for name in ("seller_id", "marketplace_id", "sku"))
