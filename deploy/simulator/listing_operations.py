# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operations of the Listings Items API: what each checks and answers.

https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference
"""

from __future__ import annotations

import secrets
from typing import Any

from deploy.simulator.answers import Answer, as_json, invalid, missing
from deploy.simulator.listing_book import SORTED_BY
from deploy.simulator.listing_search import PARAMETERS, check_locale, search_of
from deploy.simulator.listing_view import as_issue
from deploy.simulator.listings import Listings
from deploy.simulator.listings_feed import INCLUDED, patch_problems
from deploy.simulator.product_types import REQUIREMENTS
from deploy.simulator.request import Request, decode, encode
from deploy.simulator.validation import Findings, has_errors

PREVIEW = "VALIDATION_PREVIEW"
# So many items "can be returned and paged through", says the model.
MOST_RESULTS = 1000
SEARCH_PARAMETERS = (
    "marketplaceIds",
    "issueLocale",
    "includedData",
    "sortBy",
    "sortOrder",
    "pageSize",
    "pageToken",
    *PARAMETERS,
)


class ListingOperations:
    """One method per operation, named as Amazon names it in snake case."""

    def __init__(self, listings: Listings) -> None:
        self._listings = listings

    def get_listings_item(self, request: Request) -> Answer:
        """Show a listing."""
        request.only("marketplaceIds", "issueLocale", "includedData")
        check_locale(request)
        sku = request.path["sku"]
        kept = self._listings.kept(request.own(), request.places(25), sku)
        if not kept:
            raise missing(f"SKU '{sku}'")
        return as_json(self._listings.show(kept, _included(request)))

    def search_listings_items(self, request: Request) -> Answer:
        """Show listings, page by page."""
        request.only(*SEARCH_PARAMETERS)
        seller_id, places = request.own(), request.places(25)
        search = search_of(request, seller_id, places)
        size = request.number("pageSize", 10, 20)
        by = request.choice("sortBy", "lastUpdatedDate", tuple(SORTED_BY))
        falling = request.choice("sortOrder", "DESC", ("ASC", "DESC")) == "DESC"
        included, token = _included(request), request.query.get("pageToken")
        start = int(decode(token)["start"]) if token else 0
        if not 0 <= start < MOST_RESULTS:
            raise invalid("The token of the next page is not valid.")
        book, total = self._listings.book, self._listings.book.count(search)
        most = min(size, MOST_RESULTS - start)
        skus = book.skus(search, by, falling, start, most)
        items = [self._listings.kept(seller_id, places, sku) for sku in skus]
        shown: dict[str, Any] = {
            "numberOfResults": total,
            "items": [self._listings.show(kept, included) for kept in items if kept],
        }
        pages = _pages(start, size, min(total, MOST_RESULTS))
        return as_json({**shown, **({"pagination": pages} if pages else {})})

    def put_listings_item(self, request: Request) -> Answer:
        """Create or replace a listing."""
        places, preview = _write_places(request, 1)
        body = request.json()
        _check_product_type(body)
        if not isinstance(body.get("attributes"), dict):
            raise invalid("'attributes' is required.")
        if body.get("requirements", "LISTING") not in REQUIREMENTS:
            raise invalid("'requirements' has an unknown value.")
        seller_id, sku = request.own(), request.path["sku"]
        found = self._listings.put(seller_id, places, sku, body, preview=preview)
        return self._submitted(request, places, found, preview)

    def patch_listings_item(self, request: Request) -> Answer:
        """Change attributes of a listing, in one or more marketplaces."""
        places, preview = _write_places(request, 25)
        body = request.json()
        _check_product_type(body)
        patches = body.get("patches")
        if not isinstance(patches, list) or not patches:
            raise invalid("'patches' is required.")
        for problem in patch_problems(patches):
            raise invalid(f"'patches': {problem}.")
        seller_id, sku = request.own(), request.path["sku"]
        found = self._listings.patch(seller_id, places, sku, body, preview=preview)
        return self._submitted(request, places, found, preview)

    def delete_listings_item(self, request: Request) -> Answer:
        """End a listing in one marketplace."""
        request.only("marketplaceIds", "issueLocale")
        check_locale(request)
        seller_id, places = request.own(), request.places(1)
        found = self._listings.delete(seller_id, places, request.path["sku"])
        return self._submitted(request, places, found, False)

    def _submitted(
        self,
        request: Request,
        places: tuple[str, ...],
        found: Findings,
        preview: bool,
    ) -> Answer:
        sku, good = request.path["sku"], "VALID" if preview else "ACCEPTED"
        shown: dict[str, Any] = {
            "sku": sku,
            "status": "INVALID" if has_errors(found) else good,
            "submissionId": secrets.token_hex(16),
            "issues": [as_issue(item) for item in found],
        }
        if "identifiers" in request.many("includedData"):
            shown["identifiers"] = [
                {"marketplaceId": item["marketplace_id"], "asin": item["asin"]}
                for item in self._listings.kept(request.own(), places, sku)
            ]
        request.note(shown["status"])
        return as_json(shown)


def _pages(start: int, size: int, last: int) -> dict[str, str]:
    """Return the tokens of the pages around one."""
    found = {}
    if start + size < last:
        found["nextToken"] = encode({"start": start + size})
    if start:
        found["previousToken"] = encode({"start": max(0, start - size)})
    return found


def _included(request: Request) -> list[str]:
    found = request.many("includedData") or ["summaries"]
    if set(found) - set(INCLUDED):
        raise invalid("'includedData' has an unknown value.")
    return found


def _write_places(request: Request, most: int) -> tuple[tuple[str, ...], bool]:
    request.only("marketplaceIds", "includedData", "mode", "issueLocale")
    check_locale(request)
    mode = request.query.get("mode")
    if mode not in (None, PREVIEW):
        raise invalid(f"'mode' must be {PREVIEW}.")
    if set(request.many("includedData")) - {"identifiers", "issues"}:
        raise invalid("'includedData' has an unknown value.")
    return request.places(most), mode is not None


def _check_product_type(body: dict[str, Any]) -> None:
    if not isinstance(body.get("productType"), str) or not body["productType"]:
        raise invalid("'productType' is required.")
