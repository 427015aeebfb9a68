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

from . import documents, errors
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
        operation = "getMarketplaceParticipations"
        payload = self._transport.call(
            operation, "GET", "/sellers/v1/marketplaceParticipations"
        )
        items = _need(payload, "payload", list, operation)
        return [_read_participation(item, operation) for item in items]

    # === FEEDS === #

    def create_feed_document(self, content_type: str) -> FeedDocument:
        """Ask for an address to upload a document of *content_type* to.

        https://developer-docs.amazon.com/sp-api/docs/feeds-api-v2021-06-30-reference
        """
        operation = "createFeedDocument"
        payload = self._transport.call(
            operation, "POST", f"{FEEDS}/documents", body={"contentType": content_type}
        )
        return FeedDocument(
            _need(payload, "feedDocumentId", str, operation),
            _need(payload, "url", str, operation),
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
        payload = self._transport.call("createFeed", "POST", f"{FEEDS}/feeds", body=body)
        return str(_need(payload, "feedId", str, "createFeed"))

    def get_feed(self, feed_id: str) -> Feed:
        """Return one feed."""
        path = f"{FEEDS}/feeds/{quote(feed_id, safe='')}"
        return _read_feed(self._transport.call("getFeed", "GET", path), "getFeed")

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
        payload = self._transport.call("getFeeds", "GET", f"{FEEDS}/feeds", query)
        items = _need(payload, "feeds", list, "getFeeds")
        feeds = tuple(_read_feed(item, "getFeeds") for item in items)
        return FeedPage(feeds, payload.get("nextToken"))

    def cancel_feed(self, feed_id: str) -> None:
        """Cancel a feed that is still in the queue."""
        path = f"{FEEDS}/feeds/{quote(feed_id, safe='')}"
        self._transport.call("cancelFeed", "DELETE", path)

    def get_feed_document(self, feed_document_id: str) -> DocumentLocation:
        """Return where a document lies for the next five minutes."""
        operation = "getFeedDocument"
        path = f"{FEEDS}/documents/{quote(feed_document_id, safe='')}"
        payload = self._transport.call(operation, "GET", path)
        url = _need(payload, "url", str, operation)
        return DocumentLocation(url, payload.get("compressionAlgorithm"))

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
        return self._transport.call("getListingsItem", "GET", self._item(sku), query)

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
        path = f"{LISTINGS}/{quote(self.seller_id, safe='')}"
        found = self._transport.call("searchListingsItems", "GET", path, query)
        _need(found, "items", list, "searchListingsItems")
        return found

    def _submit(
        self,
        operation: str,
        method: str,
        sku: str,
        marketplace_ids: Sequence[str],
        body: Mapping[str, Any] | None,
        mode: str | None,
    ) -> dict[str, Any]:
        query = {"marketplaceIds": marketplace_ids, "mode": mode}
        found = self._transport.call(
            operation, method, self._item(sku), query, dict(body) if body else None
        )
        _need(found, "status", str, operation)
        return found

    def _item(self, sku: str) -> str:
        return f"{LISTINGS}/{quote(self.seller_id, safe='')}/{quote(sku, safe='')}"

    # === PRODUCT TYPES === #

    def search_product_types(
        self, marketplace_id: str, *, keywords: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Return the product types of a marketplace: name, displayName.

        https://developer-docs.amazon.com/sp-api/docs/product-type-definitions-api-v2020-09-01-reference
        """
        operation = "searchDefinitionsProductTypes"
        query = {"marketplaceIds": [marketplace_id], "keywords": keywords}
        found = self._transport.call(operation, "GET", DEFINITIONS, query)
        return list(_need(found, "productTypes", list, operation))

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
        operation = "getDefinitionsProductType"
        query = {
            "marketplaceIds": [marketplace_id],
            "requirements": requirements,
            "locale": locale,
            "sellerId": self.seller_id if use_seller else None,
        }
        path = f"{DEFINITIONS}/{quote(product_type, safe='')}"
        return _read_definition(
            self._transport.call(operation, "GET", path, query), operation
        )

    def download_schema(self, definition: ProductTypeDefinition) -> dict[str, Any]:
        """Return the JSON schema of a product type."""
        with tempfile.TemporaryFile() as target:
            self.download_document(DocumentLocation(definition.schema_url), target)
            target.seek(0)
            try:
                found = json.load(target)
            except ValueError:
                found = None
        if not isinstance(found, dict):
            raise errors.UnavailableError(
                "The schema of a product type arrived incomplete.",
                operation="downloadDocument",
            )
        return found


def _need(payload: Any, name: str, kind: type, operation: str) -> Any:
    """Return a value that Amazon's models promise.

    :raise UnavailableError: it is missing or of another kind
    """
    value = payload.get(name) if isinstance(payload, dict) else None
    if not isinstance(value, kind) or value == "":
        raise errors.UnavailableError(
            f"{operation}: Amazon's answer lacks {name}.", operation=operation
        )
    return value


def _as_text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _as_moment(text: Any, operation: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        raise errors.UnavailableError(
            f"{operation}: Amazon's answer has a time that is none.",
            operation=operation,
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _read_feed(item: Any, operation: str) -> Feed:
    created = _as_moment(_need(item, "createdTime", str, operation), operation)
    return Feed(
        feed_id=_need(item, "feedId", str, operation),
        feed_type=_need(item, "feedType", str, operation),
        marketplace_ids=tuple(item.get("marketplaceIds") or ()),
        created_time=created or datetime.now(timezone.utc),
        processing_status=_need(item, "processingStatus", str, operation),
        processing_start_time=_as_moment(item.get("processingStartTime"), operation),
        processing_end_time=_as_moment(item.get("processingEndTime"), operation),
        result_feed_document_id=item.get("resultFeedDocumentId") or None,
    )


def _read_participation(item: Any, operation: str) -> MarketplaceParticipation:
    shop = _need(item, "marketplace", dict, operation)
    part = _need(item, "participation", dict, operation)
    return MarketplaceParticipation(
        marketplace_id=_need(shop, "id", str, operation),
        name=str(shop.get("name") or ""),
        country_code=str(shop.get("countryCode") or ""),
        currency_code=str(shop.get("defaultCurrencyCode") or ""),
        language_code=str(shop.get("defaultLanguageCode") or ""),
        domain_name=str(shop.get("domainName") or ""),
        participating=bool(part.get("isParticipating")),
        suspended=bool(part.get("hasSuspendedListings")),
    )


def _read_definition(item: Any, operation: str) -> ProductTypeDefinition:
    schema = _need(item, "schema", dict, operation)
    link = _need(schema, "link", dict, operation)
    version = item.get("productTypeVersion") or {}
    return ProductTypeDefinition(
        product_type=_need(item, "productType", str, operation),
        display_name=str(item.get("displayName") or ""),
        requirements=str(item.get("requirements") or ""),
        locale=str(item.get("locale") or ""),
        version=str(version.get("version") or ""),
        schema_checksum=str(schema.get("checksum") or ""),
        schema_url=_need(link, "resource", str, operation),
        property_groups=item.get("propertyGroups") or {},
    )
