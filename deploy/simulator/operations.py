# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's operations: what each checks and answers.

Models: https://github.com/amzn/selling-partner-api-models
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from typing import Any

from deploy.simulator.answers import Answer, as_json, invalid, missing
from deploy.simulator.clock import Clock, seconds
from deploy.simulator.documents import Documents
from deploy.simulator.feeds import SHOWN, Feeds
from deploy.simulator.listing_view import as_issue
from deploy.simulator.listings import Listings
from deploy.simulator.listings_feed import INCLUDED, patch_problems
from deploy.simulator.paging import page_answer, page_of, select
from deploy.simulator.product_types import (
    PRODUCT_TYPES,
    REQUIREMENTS,
    meta_schema,
    schema_of,
)
from deploy.simulator.request import Request, decode, encode
from deploy.simulator.sellers import MARKETPLACES, participation
from deploy.simulator.validation import Findings, has_errors

SCHEMA_SECONDS = 7 * 86400
VERSION = "SIMULATED_1"
PREVIEW = "VALIDATION_PREVIEW"
# Identifier types that searchListingsItems knows, and how to get at them here.
BY_IDENTIFIER = {"SKU", "ASIN", "EAN", "GTIN", "ISBN", "UPC"}
ORDERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "sku": lambda item: item["sku"],
    "createdDate": lambda item: item["created"],
    "lastUpdatedDate": lambda item: item["updated"],
}


class Operations:
    """One method per operation, named as Amazon names it in snake case."""

    def __init__(
        self, clock: Clock, feeds: Feeds, documents: Documents, listings: Listings
    ) -> None:
        self._clock = clock
        self._feeds = feeds
        self._documents = documents
        self._listings = listings

    # === SELLERS === #

    def get_marketplace_participations(self, request: Request) -> Answer:
        """Show where the seller sells."""
        request.only()
        found = [participation(place) for place in request.seller.marketplace_ids]
        return as_json({"payload": found})

    def get_account(self, request: Request) -> Answer:
        """Show the seller's account."""
        request.only()
        found = [participation(place) for place in request.seller.marketplace_ids]
        account = {
            "marketplaceParticipationList": found,
            "businessType": "PRIVATE_LIMITED",
            "sellingPlan": "PROFESSIONAL",
        }
        return as_json({"payload": account})

    # === FEEDS === #

    def create_feed_document(self, request: Request) -> Answer:
        """Make a document and the address to upload it to."""
        content_type = request.json().get("contentType")
        if not isinstance(content_type, str) or not content_type:
            raise invalid("'contentType' is required.")
        document_id = self._documents.new(request.seller.seller_id, content_type)
        url = self._documents.address(document_id, "PUT")
        return as_json({"feedDocumentId": document_id, "url": url}, 201)

    def create_feed(self, request: Request) -> Answer:
        """Take a feed."""
        body = request.json()
        request.need(*self._feeds.roles(body.get("feedType")))
        feed_id = self._feeds.create(request.seller, body, request.fate)
        request.note(f"{body['feedType']} {feed_id}")
        return as_json({"feedId": feed_id}, 202)

    def get_feed(self, request: Request) -> Answer:
        """Show a feed."""
        request.only()
        seller_id = request.seller.seller_id
        return as_json(self._feeds.get(seller_id, request.path["feedId"]))

    def get_feeds(self, request: Request) -> Answer:
        """Show feeds, newest first, page by page."""
        page = page_of(request, "feedTypes")
        feeds = self._feeds.all(request.seller.seller_id)
        found = select(feeds, page, "feedType", self._clock)
        return page_answer(found, page, "feeds", SHOWN)

    def cancel_feed(self, request: Request) -> Answer:
        """Cancel a feed in the queue."""
        request.only()
        self._feeds.cancel(request.seller.seller_id, request.path["feedId"])
        return as_json({})

    def get_feed_document(self, request: Request) -> Answer:
        """Hand out the address of a document."""
        request.only("enableContentEncodingUrlHeader")
        document_id = request.path["feedDocumentId"]
        found = self._documents.get(request.seller.seller_id, document_id)
        if not found or "report_type" in found:
            raise missing(f"Document {document_id}")
        location = self._documents.location(document_id)
        return as_json({"feedDocumentId": document_id, **location})

    # === LISTINGS === #

    def get_listings_item(self, request: Request) -> Answer:
        """Show a listing."""
        request.only("marketplaceIds", "issueLocale", "includedData")
        sku = request.path["sku"]
        kept = self._listings.kept(request.own(), request.places(25), sku)
        if not kept:
            raise missing(f"SKU '{sku}'")
        return as_json(self._listings.show(kept, _included(request)))

    def search_listings_items(self, request: Request) -> Answer:
        """Show listings, page by page."""
        request.only(
            "marketplaceIds",
            "issueLocale",
            "includedData",
            "identifiers",
            "identifiersType",
            "withStatus",
            "withoutStatus",
            "withIssueSeverity",
            "createdAfter",
            "createdBefore",
            "lastUpdatedAfter",
            "lastUpdatedBefore",
            "sortBy",
            "sortOrder",
            "pageSize",
            "pageToken",
        )
        seller_id, places = request.own(), request.places(1)
        size = request.number("pageSize", 10, 20)
        token = request.query.get("pageToken")
        start = int(decode(token)["start"]) if token else 0
        found = [
            item
            for item in self._listings.search(seller_id, places[0])
            if all(fits(item) for fits in _filters(request))
        ]
        by = request.choice("sortBy", "lastUpdatedDate", tuple(ORDERS))
        falling = request.choice("sortOrder", "DESC", ("ASC", "DESC")) == "DESC"
        found.sort(key=ORDERS[by], reverse=falling)
        included, end = _included(request), start + size
        shown: dict[str, Any] = {
            "numberOfResults": len(found),
            "items": [self._listings.show([i], included) for i in found[start:end]],
        }
        if len(found) > end:
            shown["pagination"] = {"nextToken": encode({"start": end})}
        return as_json(shown)

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

    # === PRODUCT TYPES === #

    def search_definitions_product_types(self, request: Request) -> Answer:
        """Show the product types whose name has one of the keywords."""
        request.only("keywords", "marketplaceIds", "itemName", "locale", "searchLocale")
        places = request.places(1)
        words = request.many("keywords")
        if words and request.query.get("itemName"):
            raise invalid("'keywords' and 'itemName' exclude each other.")
        words = [w.lower() for w in words or request.query.get("itemName", "").split()]
        found = [
            {
                "name": kind.name,
                "displayName": kind.display_name,
                "marketplaceIds": list(places),
            }
            for kind in PRODUCT_TYPES.values()
            if not words or any(word in kind.display_name.lower() for word in words)
        ]
        return as_json({"productTypes": found, "productTypeVersion": VERSION})

    def get_definitions_product_type(self, request: Request) -> Answer:
        """Show a product type with the address of its schema."""
        request.only(
            "sellerId",
            "marketplaceIds",
            "productTypeVersion",
            "requirements",
            "requirementsEnforced",
            "locale",
            "parentageLevel",
        )
        (place,) = request.places(1)
        kind = PRODUCT_TYPES.get(request.path["productType"])
        if not kind:
            raise missing(f"Product type '{request.path['productType']}'")
        needed = request.choice("requirements", "LISTING", REQUIREMENTS)
        enforced = request.choice(
            "requirementsEnforced", "ENFORCED", ("ENFORCED", "NOT_ENFORCED")
        )
        schema = schema_of(kind, needed, place, enforced=enforced == "ENFORCED")
        locale = request.query.get("locale", "DEFAULT")
        shown = {
            "metaSchema": self._link(meta_schema()),
            "schema": self._link(schema),
            "requirements": needed,
            "requirementsEnforced": enforced,
            "propertyGroups": kind.groups(),
            "locale": MARKETPLACES[place].languages[0]
            if locale == "DEFAULT"
            else locale,
            "marketplaceIds": [place],
            "productType": kind.name,
            "displayName": kind.display_name,
            "productTypeVersion": {"version": VERSION, "latest": True},
        }
        return as_json(shown)

    def _link(self, schema: dict[str, Any]) -> dict[str, Any]:
        content = json.dumps(schema).encode()
        document_id = self._documents.keep_plain(content)
        url = self._documents.address(document_id, "GET", SCHEMA_SECONDS)
        digest = hashlib.md5(content, usedforsecurity=False).digest()
        checksum = base64.b64encode(digest).decode()
        return {"link": {"resource": url, "verb": "GET"}, "checksum": checksum}


def _included(request: Request) -> list[str]:
    found = request.many("includedData") or ["summaries"]
    if set(found) - set(INCLUDED):
        raise invalid("'includedData' has an unknown value.")
    return found


def _write_places(request: Request, most: int) -> tuple[tuple[str, ...], bool]:
    request.only("marketplaceIds", "includedData", "mode", "issueLocale")
    mode = request.query.get("mode")
    if mode not in (None, PREVIEW):
        raise invalid(f"'mode' must be {PREVIEW}.")
    if set(request.many("includedData")) - {"identifiers", "issues"}:
        raise invalid("'includedData' has an unknown value.")
    return request.places(most), mode is not None


def _check_product_type(body: dict[str, Any]) -> None:
    if not isinstance(body.get("productType"), str) or not body["productType"]:
        raise invalid("'productType' is required.")


def _filters(request: Request) -> list[Callable[[dict[str, Any]], bool]]:
    """Return the conditions that a search's listings must fulfil."""
    wanted = request.many("withStatus")
    unwanted = request.many("withoutStatus")
    severities = request.many("withIssueSeverity")
    found: list[Callable[[dict[str, Any]], bool]] = [
        lambda item: not wanted or bool(set(wanted) & set(item["status"])),
        lambda item: not set(unwanted) & set(item["status"]),
        lambda item: not severities or _has_issue(item, severities),
    ]
    identifiers = request.many("identifiers", most=20)
    kind = request.query.get("identifiersType")
    if identifiers and kind not in BY_IDENTIFIER:
        raise invalid("'identifiers' needs a known 'identifiersType'.")
    if identifiers:
        found.append(lambda item: bool(set(identifiers) & _identifiers(item, kind)))
    for name, key in (("created", "created"), ("lastUpdated", "updated")):
        found.append(_between(request, name, key))
    return found


def _has_issue(item: dict[str, Any], severities: list[str]) -> bool:
    return any(issue["severity"] in severities for issue in item["issues"])


def _identifiers(item: dict[str, Any], kind: str | None) -> set[str]:
    if kind in ("SKU", "ASIN"):
        return {item[kind.lower()]}
    name = "externally_assigned_product_identifier"
    return {i["value"] for i in item["attributes"].get(name, [])}


def _between(request: Request, name: str, key: str) -> Callable[[dict[str, Any]], bool]:
    try:
        after = seconds(request.query.get(f"{name}After", "1970-01-01"))
        before = seconds(request.query.get(f"{name}Before", "9999-01-01"))
    except ValueError:
        raise invalid("A time is not in ISO 8601 format.") from None
    return lambda item: after <= item[key] <= before
