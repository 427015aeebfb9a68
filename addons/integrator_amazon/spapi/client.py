# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operations of Amazon's that the suite uses, one method each."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, BinaryIO
from urllib.parse import quote

from . import answers, documents, errors
from .tokens import AccessTokens
from .transport import OnCall, StrictTransport, http_client
from .types import (
    Credentials,
    DocumentLocation,
    DownloadedDocument,
    Endpoint,
    Feed,
    FeedDocument,
    FeedPage,
    MarketplaceParticipation,
    ProductTypeDefinition,
)

FEEDS = "/feeds/2021-06-30"
LISTINGS = "/listings/2021-08-01/items"
DEFINITIONS = "/definitions/2020-09-01/productTypes"


class SellingPartnerClient:
    """Client of one seller account; one per job and thread, closed after use.

    Every method raises ``errors.SpApiError``. Nothing is retried but an access token
    that was refused, and a document that did not go through: waiting and rates are
    the caller's.

    :param seller_id: merchant token of the account
    :param marketplace_id: the account's home marketplace
    :param on_call: told of each HTTP request, sign-in and documents included
    :param timeout: seconds after which every single wait ends
    """

    def __init__(
        self,
        credentials: Credentials,
        endpoint: Endpoint,
        *,
        seller_id: str,
        marketplace_id: str,
        on_call: OnCall | None = None,
        timeout: float = 30.0,
    ) -> None:
        self.seller_id = seller_id
        self._on_call = on_call
        self._http = http_client(endpoint, timeout)
        tokens = AccessTokens(credentials, endpoint, self._http, on_call)
        self._transport = StrictTransport(
            endpoint, marketplace_id, tokens, self._http, on_call
        )

    def __enter__(self) -> SellingPartnerClient:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # === SELLERS === #

    def get_marketplace_participations(self) -> list[MarketplaceParticipation]:
        """Return the marketplaces of the account.

        https://developer-docs.amazon.com/sp-api/docs/sellers-api-v1-reference
        """
        return self._transport.call(
            "getMarketplaceParticipations",
            "GET",
            "/sellers/v1/marketplaceParticipations",
            answers.read_participations,
        )

    # === FEEDS === #

    def create_feed_document(self, content_type: str) -> FeedDocument:
        """Ask for an address to upload a document of *content_type* to.

        https://developer-docs.amazon.com/sp-api/docs/feeds-api-v2021-06-30-reference
        """
        return self._transport.call(
            "createFeedDocument",
            "POST",
            f"{FEEDS}/documents",
            answers.read_feed_document,
            body={"contentType": content_type},
        )

    def upload_document(
        self, url: str, content: bytes | BinaryIO, content_type: str
    ) -> None:
        """Upload *content*; *content_type* must be the document's to the byte."""
        documents.upload(self._http, url, content, content_type, self._on_call)

    def create_feed(
        self,
        feed_type: str,
        marketplace_ids: Sequence[str],
        input_feed_document_id: str,
        feed_options: Mapping[str, str] | None = None,
    ) -> str:
        """Submit an uploaded document as a feed; return the feed id.

        Not to be repeated: Amazon makes another feed each time.
        """
        body: dict[str, Any] = {
            "feedType": feed_type,
            "marketplaceIds": list(marketplace_ids),
            "inputFeedDocumentId": input_feed_document_id,
        }
        if feed_options:
            body["feedOptions"] = dict(feed_options)
        return self._transport.call(
            "createFeed", "POST", f"{FEEDS}/feeds", answers.read_feed_id, body=body
        )

    def get_feed(self, feed_id: str) -> Feed:
        """Return one feed."""
        path = f"{FEEDS}/feeds/{_segment(feed_id)}"
        return self._transport.call("getFeed", "GET", path, answers.read_feed)

    def get_feeds(
        self,
        feed_types: Sequence[str],
        *,
        created_since: datetime | None = None,
        created_until: datetime | None = None,
        marketplace_ids: Sequence[str] = (),
        processing_statuses: Sequence[str] = (),
        page_size: int = 100,
        next_token: str | None = None,
    ) -> FeedPage:
        """Return a page of feeds; a *next_token* goes alone, as Amazon wants it."""
        query: dict[str, Any] = {
            "feedTypes": feed_types,
            "createdSince": _as_text(created_since),
            "createdUntil": _as_text(created_until),
            "marketplaceIds": marketplace_ids,
            "processingStatuses": processing_statuses,
            "pageSize": page_size,
        }
        if next_token:
            query = {"nextToken": next_token}
        return self._transport.call(
            "getFeeds", "GET", f"{FEEDS}/feeds", answers.read_feed_page, query=query
        )

    def cancel_feed(self, feed_id: str) -> None:
        """Cancel a feed that is still in the queue."""
        path = f"{FEEDS}/feeds/{_segment(feed_id)}"
        self._transport.call("cancelFeed", "DELETE", path, dict)

    def get_feed_document(self, feed_document_id: str) -> DocumentLocation:
        """Return where a document lies for the next five minutes."""
        path = f"{FEEDS}/documents/{_segment(feed_document_id)}"
        return self._transport.call(
            "getFeedDocument", "GET", path, answers.read_location
        )

    def download_document(
        self, location: DocumentLocation, target: BinaryIO
    ) -> DownloadedDocument:
        """Write a document to *target*, unpacked, in pieces."""
        return documents.download(self._http, location, target, self._on_call)

    # === LISTINGS === #

    def get_listings_item(
        self,
        sku: str,
        marketplace_id: str,
        *,
        included_data: Sequence[str] = (),
        issue_locale: str | None = None,
    ) -> dict[str, Any]:
        """Return a listing as Amazon shows it.

        https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference
        """
        query = {
            "marketplaceIds": [marketplace_id],
            "includedData": included_data,
            "issueLocale": issue_locale,
        }
        return self._transport.call(
            "getListingsItem", "GET", self._item(sku), answers.read_item, query=query
        )

    def put_listings_item(
        self,
        sku: str,
        marketplace_id: str,
        body: Mapping[str, Any],
        *,
        mode: str | None = None,
    ) -> dict[str, Any]:
        """Create or replace a listing; mode VALIDATION_PREVIEW writes nothing."""
        return self._submit("putListingsItem", "PUT", sku, [marketplace_id], body, mode)

    def patch_listings_item(
        self,
        sku: str,
        marketplace_ids: Sequence[str],
        body: Mapping[str, Any],
        *,
        mode: str | None = None,
    ) -> dict[str, Any]:
        """Change some attributes of a listing."""
        operation = "patchListingsItem"
        return self._submit(operation, "PATCH", sku, marketplace_ids, body, mode)

    def delete_listings_item(self, sku: str, marketplace_id: str) -> dict[str, Any]:
        """End a listing in just this marketplace.

        The library's own method ignores the marketplace it is given.
        """
        operation = "deleteListingsItem"
        return self._submit(operation, "DELETE", sku, [marketplace_id], None, None)

    def search_listings_items(
        self,
        marketplace_id: str,
        *,
        skus: Sequence[str] = (),
        included_data: Sequence[str] = (),
        page_size: int = 20,
        page_token: str | None = None,
    ) -> dict[str, Any]:
        """Return a page of listings, of up to 20 SKUs if they are named."""
        query = {
            "marketplaceIds": [marketplace_id],
            "identifiers": skus,
            "identifiersType": "SKU" if skus else None,
            "includedData": included_data,
            "pageSize": page_size,
            "pageToken": page_token,
        }
        path = f"{LISTINGS}/{_segment(self.seller_id)}"
        return self._transport.call(
            "searchListingsItems", "GET", path, answers.read_item_page, query=query
        )

    def _submit(
        self,
        operation: str,
        method: str,
        sku: str,
        marketplace_ids: Sequence[str],
        body: Mapping[str, Any] | None,
        mode: str | None,
    ) -> dict[str, Any]:
        return self._transport.call(
            operation,
            method,
            self._item(sku),
            answers.read_submission,
            query={"marketplaceIds": marketplace_ids, "mode": mode},
            body=dict(body or {}),
        )

    def _item(self, sku: str) -> str:
        return f"{LISTINGS}/{_segment(self.seller_id)}/{_segment(sku)}"

    # === PRODUCT TYPES === #

    def search_product_types(
        self, marketplace_id: str, *, keywords: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Return the product types of a marketplace: name, displayName.

        https://developer-docs.amazon.com/sp-api/docs/product-type-definitions-api-v2020-09-01-reference
        """
        query = {"marketplaceIds": [marketplace_id], "keywords": keywords}
        return self._transport.call(
            "searchDefinitionsProductTypes",
            "GET",
            DEFINITIONS,
            answers.read_product_types,
            query=query,
        )

    def get_product_type_definition(
        self,
        product_type: str,
        marketplace_id: str,
        *,
        requirements: str = "LISTING",
        locale: str | None = None,
        use_seller: bool = True,
    ) -> ProductTypeDefinition:
        """Return a product type; *use_seller* adds what is the seller's own, such as
        the shipping templates."""
        query = {
            "marketplaceIds": [marketplace_id],
            "requirements": requirements,
            "locale": locale,
            "sellerId": self.seller_id if use_seller else None,
        }
        path = f"{DEFINITIONS}/{_segment(product_type)}"
        return self._transport.call(
            "getDefinitionsProductType",
            "GET",
            path,
            answers.read_definition,
            query=query,
        )

    def download_schema(self, definition: ProductTypeDefinition) -> dict[str, Any]:
        """Return the JSON schema of a product type."""
        with tempfile.TemporaryFile() as target:
            self.download_document(DocumentLocation(definition.schema_url), target)
            target.seek(0)
            try:
                found = json.load(target)
            except (ValueError, RecursionError):
                found = None
        if not isinstance(found, dict):
            operation = "downloadDocument"
            words = "the schema of the product type is incomplete."
            raise errors.UnavailableError(
                errors.sentence(operation, words), operation=operation
            )
        return found


def _as_text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _segment(text: str) -> str:
    """Return *text* as one segment of a path.

    :raise ValueError: it is empty, which would address something else
    """
    if not text:
        raise ValueError("A part of the address is empty.")
    # HTTP clients resolve the segments "." and "..".
    return quote(text, safe="").replace(".", "%2E" if text in (".", "..") else ".")
