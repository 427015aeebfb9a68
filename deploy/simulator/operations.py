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
from dataclasses import dataclass, field
from typing import Any

from deploy.simulator.answers import Answer, as_json, invalid, missing
from deploy.simulator.documents import Documents
from deploy.simulator.feeds import STATUSES, Feeds
from deploy.simulator.listings import Findings, Listings, as_issue
from deploy.simulator.product_types import PRODUCT_TYPES, schema_of
from deploy.simulator.sellers import MARKETPLACES, Seller, participation

INCLUDED = (
    "summaries",
    "attributes",
    "issues",
    "offers",
    "fulfillmentAvailability",
    "procurement",
    "relationships",
    "productTypes",
)
SCHEMA_DAYS = 7 * 86400


@dataclass
class Request:
    """A call as an operation sees it."""

    seller: Seller
    path: dict[str, str]
    query: dict[str, str]
    body: bytes
    fate: str | None = None
    strange: list[str] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object.

        :raise Refusal: it is none
        """
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            raise invalid("The request body is not valid JSON.") from None
        if not isinstance(found, dict):
            raise invalid("The request body is no JSON object.")
        return found

    def many(self, name: str) -> list[str]:
        """Return a list parameter, which Amazon takes joined by commas."""
        return [item for item in self.query.get(name, "").split(",") if item]

    def number(self, name: str, default: int, most: int) -> int:
        """Return a number parameter within its limits."""
        text = self.query.get(name, str(default))
        if not text.isdigit() or not 1 <= int(text) <= most:
            raise invalid(f"'{name}' must be a number from 1 to {most}.")
        return int(text)

    def places(self, most: int) -> list[str]:
        """Return the marketplaces, which must be the seller's."""
        found = self.many("marketplaceIds")
        if not 1 <= len(found) <= most:
            raise invalid(f"'marketplaceIds' must name 1 to {most} marketplaces.")
        strange = [place for place in found if place not in self.seller.marketplace_ids]
        if strange:
            raise invalid(f"Invalid marketplace ids: {', '.join(strange)}.")
        return found

    def only(self, *names: str) -> None:
        """Note query parameters that the model does not know; Amazon ignores them."""
        self.strange = [name for name in self.query if name not in names]


class Operations:
    """One method per operation, named as Amazon names it in snake case."""

    def __init__(self, feeds: Feeds, documents: Documents, listings: Listings) -> None:
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
        return as_json(
            {
                "payload": {
                    "marketplaceParticipationList": found,
                    "businessType": "PRIVATE_LIMITED",
                    "sellingPlan": "PROFESSIONAL",
                }
            }
        )

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
        feed_id = self._feeds.create(request.seller, request.json(), request.fate)
        return as_json({"feedId": feed_id}, 202)

    def get_feed(self, request: Request) -> Answer:
        """Show a feed."""
        request.only()
        seller_id = request.seller.seller_id
        return as_json(self._feeds.get(seller_id, request.path["feedId"]))

    def get_feeds(self, request: Request) -> Answer:
        """Show feeds, newest first, page by page."""
        token = request.query.get("nextToken")
        if token:
            if len(request.query) > 1:
                raise invalid("'nextToken' must be the only parameter.")
            return self._feed_page(request.seller, _decode(token))
        request.only(
            "feedTypes",
            "marketplaceIds",
            "pageSize",
            "processingStatuses",
            "createdSince",
            "createdUntil",
        )
        types = request.many("feedTypes")
        if not 1 <= len(types) <= 10:
            raise invalid("'feedTypes' must name 1 to 10 feed types.")
        statuses = request.many("processingStatuses")
        if set(statuses) - set(STATUSES):
            raise invalid("'processingStatuses' has an unknown status.")
        return self._feed_page(
            request.seller,
            {
                "types": types,
                "places": request.many("marketplaceIds"),
                "statuses": statuses,
                "since": request.query.get("createdSince", ""),
                "until": request.query.get("createdUntil", ""),
                "size": request.number("pageSize", 10, 100),
                "start": 0,
            },
        )

    def _feed_page(self, seller: Seller, page: dict[str, Any]) -> Answer:
        size, start = page.pop("size"), page.pop("start")
        try:
            found = self._feeds.search(seller.seller_id, **page)
        except ValueError:
            raise invalid("A time is not in ISO 8601 format.") from None
        shown: dict[str, Any] = {"feeds": found[start : start + size]}
        if len(found) > start + size:
            shown["nextToken"] = _encode({**page, "size": size, "start": start + size})
        return as_json(shown)

    def cancel_feed(self, request: Request) -> Answer:
        """Cancel a feed in the queue."""
        self._feeds.cancel(request.seller.seller_id, request.path["feedId"])
        return as_json({})

    def get_feed_document(self, request: Request) -> Answer:
        """Hand out the address of a document."""
        request.only()
        document_id = request.path["feedDocumentId"]
        found = self._documents.get(request.seller.seller_id, document_id)
        if not found:
            raise missing(f"Document {document_id}")
        url = self._documents.address(document_id, "GET")
        shown = {"feedDocumentId": document_id, "url": url}
        if found.get("compression"):
            shown["compressionAlgorithm"] = found["compression"]
        return as_json(shown)

    # === LISTINGS === #

    def get_listings_item(self, request: Request) -> Answer:
        """Show a listing."""
        request.only("marketplaceIds", "issueLocale", "includedData")
        (place,) = request.places(1)
        sku = request.path["sku"]
        found = self._listings.get(self._own(request), place, sku)
        if not found:
            raise missing(f"SKU '{sku}'")
        return as_json(self._listings.show(found, self._included(request)))

    def search_listings_items(self, request: Request) -> Answer:
        """Show listings, page by page."""
        request.only(
            "marketplaceIds",
            "issueLocale",
            "includedData",
            "identifiers",
            "identifiersType",
            "pageSize",
            "pageToken",
        )
        (place,) = request.places(1)
        skus = request.many("identifiers")
        if len(skus) > 20 or (skus and request.query.get("identifiersType") != "SKU"):
            raise invalid("'identifiers' takes up to 20 SKUs, 'identifiersType' SKU.")
        size = request.number("pageSize", 10, 20)
        token = request.query.get("pageToken")
        start = int(_decode(token)["start"]) if token else 0
        found = self._listings.search(self._own(request), place)
        found = [item for item in found if not skus or item["sku"] in skus]
        included = self._included(request)
        page = found[start : start + size]
        shown: dict[str, Any] = {
            "numberOfResults": len(found),
            "items": [self._listings.show(item, included) for item in page],
        }
        if len(found) > start + size:
            shown["pagination"] = {"nextToken": _encode({"start": start + size})}
        return as_json(shown)

    def put_listings_item(self, request: Request) -> Answer:
        """Create or replace a listing."""
        places, preview = self._write_places(request, 1)
        body = request.json()
        if not body.get("productType") or not isinstance(body.get("attributes"), dict):
            raise invalid("'productType' and 'attributes' are required.")
        sku = request.path["sku"]
        found = self._listings.put(
            self._own(request), places[0], sku, body, preview=preview
        )
        return _submitted(sku, found, preview)

    def patch_listings_item(self, request: Request) -> Answer:
        """Change attributes of a listing, in one or more marketplaces."""
        places, preview = self._write_places(request, 10)
        body = request.json()
        if not body.get("productType") or not isinstance(body.get("patches"), list):
            raise invalid("'productType' and 'patches' are required.")
        sku, found = request.path["sku"], []
        for place in places:
            found += self._listings.patch(
                self._own(request), place, sku, body, preview=preview
            )
        return _submitted(sku, found, preview)

    def delete_listings_item(self, request: Request) -> Answer:
        """End a listing in one marketplace."""
        request.only("marketplaceIds", "issueLocale")
        (place,) = request.places(1)
        sku = request.path["sku"]
        return _submitted(
            sku, self._listings.delete(self._own(request), place, sku), False
        )

    def _write_places(self, request: Request, most: int) -> tuple[list[str], bool]:
        request.only("marketplaceIds", "includedData", "mode", "issueLocale")
        mode = request.query.get("mode")
        if mode not in (None, "VALIDATION_PREVIEW"):
            raise invalid("'mode' must be VALIDATION_PREVIEW.")
        return request.places(most), mode is not None

    @staticmethod
    def _own(request: Request) -> str:
        if request.path["sellerId"] != request.seller.seller_id:
            raise invalid("'sellerId' is not the seller of the access token.")
        return request.seller.seller_id

    @staticmethod
    def _included(request: Request) -> list[str]:
        found = request.many("includedData") or ["summaries"]
        if set(found) - set(INCLUDED):
            raise invalid("'includedData' has an unknown value.")
        return found

    # === PRODUCT TYPES === #

    def search_definitions_product_types(self, request: Request) -> Answer:
        """Show the product types whose name has one of the keywords."""
        request.only("keywords", "marketplaceIds", "itemName", "locale", "searchLocale")
        places = request.places(1)
        words = [word.lower() for word in request.many("keywords")]
        found = [
            {
                "name": kind.name,
                "displayName": kind.display_name,
                "marketplaceIds": places,
            }
            for kind in PRODUCT_TYPES.values()
            if not words or any(word in kind.display_name.lower() for word in words)
        ]
        return as_json({"productTypes": found, "productTypeVersion": "UJ6gLzSuwh"})

    def get_definitions_product_type(self, request: Request) -> Answer:
        """Show a product type with the address of its schema."""
        request.only(
            "sellerId",
            "marketplaceIds",
            "productTypeVersion",
            "requirements",
            "requirementsEnforced",
            "locale",
        )
        (place,) = request.places(1)
        kind = PRODUCT_TYPES.get(request.path["productType"])
        if not kind:
            raise missing(f"Product type '{request.path['productType']}'")
        requirements = request.query.get("requirements", "LISTING")
        schema = json.dumps(schema_of(kind, requirements, place)).encode()
        document_id = self._documents.keep_plain(schema)
        checksum = base64.b64encode(hashlib.md5(schema).digest()).decode()
        url = self._documents.address(document_id, "GET", SCHEMA_DAYS)
        link = {"link": {"resource": url, "verb": "GET"}, "checksum": checksum}
        names = list(kind.attributes)
        groups = {"offer": {"title": "Offer", "propertyNames": names}}
        return as_json(
            {
                "metaSchema": link,
                "schema": link,
                "requirements": requirements,
                "requirementsEnforced": "ENFORCED",
                "propertyGroups": groups,
                "locale": request.query.get("locale", MARKETPLACES[place][3]),
                "marketplaceIds": [place],
                "productType": kind.name,
                "displayName": kind.display_name,
                "productTypeVersion": {"version": "UJ6gLzSuwh", "latest": True},
            }
        )


def _submitted(sku: str, found: Findings, preview: bool) -> Answer:
    good = "VALID" if preview else "ACCEPTED"
    wrong = any(item.severity == "ERROR" for item in found)
    return as_json(
        {
            "sku": sku,
            "status": "INVALID" if wrong else good,
            "submissionId": secrets.token_hex(16),
            "issues": [as_issue(item) for item in found],
        }
    )


def _encode(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def _decode(token: str) -> dict[str, Any]:
    try:
        found = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        raise invalid("The token of the next page is not valid.") from None
    return dict(found)
