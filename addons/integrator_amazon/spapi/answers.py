# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the JSON of an answer to what the client returns, every value checked.

All functions raise ``ShapeError`` for an answer that lacks what Amazon's model
promises: it is no answer then, whatever its status.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, TypeVar

from .transport import ShapeError
from .types import (
    DocumentLocation,
    Feed,
    FeedDocument,
    FeedPage,
    MarketplaceParticipation,
    ProductTypeDefinition,
)

Json = dict[str, Any]
Value = TypeVar("Value", str, bool, list[Any], dict[str, Any])


def need(answer: Any, name: str, kind: type[Value]) -> Value:
    """Return a value that must be there, and not empty if it is text."""
    value = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(value, kind) or value == "":
        raise ShapeError(name)
    return value


def may(answer: Json, name: str, kind: type[Value]) -> Value | None:
    """Return a value that may be absent."""
    return None if answer.get(name) is None else need(answer, name, kind)


def _text(answer: Json, name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""


def _texts(values: list[Any] | None, name: str) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values or ()):
        raise ShapeError(name)
    return tuple(values or ())


def _moment(answer: Json, name: str) -> datetime | None:
    text = may(answer, name, str)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ShapeError(f"a readable {name}") from None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc)


# === FEEDS === #


def read_feed_id(answer: Json) -> str:
    """Read the answer to createFeed."""
    return need(answer, "feedId", str)


def read_feed_document(answer: Json) -> FeedDocument:
    """Read the answer to createFeedDocument."""
    return FeedDocument(need(answer, "feedDocumentId", str), need(answer, "url", str))


def read_location(answer: Json) -> DocumentLocation:
    """Read the answer to getFeedDocument."""
    url = need(answer, "url", str)
    return DocumentLocation(url, may(answer, "compressionAlgorithm", str))


def read_feed(answer: Json) -> Feed:
    """Read one feed."""
    created = _moment(answer, "createdTime")
    if created is None:
        raise ShapeError("createdTime")
    shops = may(answer, "marketplaceIds", list)
    return Feed(
        feed_id=need(answer, "feedId", str),
        feed_type=need(answer, "feedType", str),
        marketplace_ids=_texts(shops, "marketplaceIds"),
        created_time=created,
        processing_status=need(answer, "processingStatus", str),
        processing_start_time=_moment(answer, "processingStartTime"),
        processing_end_time=_moment(answer, "processingEndTime"),
        result_feed_document_id=may(answer, "resultFeedDocumentId", str),
    )


def read_feed_page(answer: Json) -> FeedPage:
    """Read the answer to getFeeds."""
    feeds = tuple(read_feed(item) for item in _objects(answer, "feeds"))
    return FeedPage(feeds, may(answer, "nextToken", str))


# === SELLERS === #


def read_participations(answer: Json) -> list[MarketplaceParticipation]:
    """Read the answer to getMarketplaceParticipations."""
    return [_read_participation(item) for item in _objects(answer, "payload")]


def _read_participation(item: Json) -> MarketplaceParticipation:
    shop = need(item, "marketplace", dict)
    part = need(item, "participation", dict)
    return MarketplaceParticipation(
        marketplace_id=need(shop, "id", str),
        name=_text(shop, "name"),
        country_code=_text(shop, "countryCode"),
        currency_code=_text(shop, "defaultCurrencyCode"),
        language_code=_text(shop, "defaultLanguageCode"),
        domain_name=_text(shop, "domainName"),
        participating=need(part, "isParticipating", bool),
        suspended=need(part, "hasSuspendedListings", bool),
    )


# === LISTINGS AND PRODUCT TYPES === #


def read_item(answer: Json) -> Json:
    """Check the answer to getListingsItem."""
    need(answer, "sku", str)
    return answer


def read_item_page(answer: Json) -> Json:
    """Check the answer to searchListingsItems."""
    for item in _objects(answer, "items"):
        read_item(item)
    return answer


def read_submission(answer: Json) -> Json:
    """Check the answer to put, patch and delete of a listing."""
    need(answer, "sku", str)
    need(answer, "status", str)
    if answer.get("issues") is not None:
        _objects(answer, "issues")
    return answer


def read_product_types(answer: Json) -> list[Json]:
    """Read the answer to searchDefinitionsProductTypes."""
    found = _objects(answer, "productTypes")
    for item in found:
        need(item, "name", str)
    return found


def read_definition(answer: Json) -> ProductTypeDefinition:
    """Read the answer to getDefinitionsProductType."""
    schema = need(answer, "schema", dict)
    link = need(schema, "link", dict)
    return ProductTypeDefinition(
        product_type=need(answer, "productType", str),
        display_name=_text(answer, "displayName"),
        requirements=_text(answer, "requirements"),
        locale=_text(answer, "locale"),
        version=_text(may(answer, "productTypeVersion", dict) or {}, "version"),
        schema_checksum=_text(schema, "checksum"),
        schema_url=need(link, "resource", str),
        property_groups=may(answer, "propertyGroups", dict) or {},
    )


def _objects(answer: Json, name: str) -> list[Json]:
    found = need(answer, name, list)
    if not all(isinstance(item, dict) for item in found):
        raise ShapeError(name)
    return found
