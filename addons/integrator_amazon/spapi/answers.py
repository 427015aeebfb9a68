# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the JSON of an answer to what the client returns, every value checked.

All functions raise ``ShapeError`` for an answer that lacks what Amazon's model
promises: it is no answer then, whatever its status.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any, TypeVar

from .exchange import ShapeError
from .signin import read_life, read_token
from .types import (
    DocumentLocation,
    Feed,
    FeedDocument,
    FeedPage,
    MarketplaceParticipation,
    OrderPage,
    ProductTypeDefinition,
    Report,
    ReportPage,
    ReportSchedule,
    RestrictedToken,
    TransactionPage,
)

Json = dict[str, Any]
FRACTION = re.compile(r"\.(\d+)")
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


def _texts(answer: Json, name: str) -> tuple[str, ...]:
    values = may(answer, name, list) or ()
    if not all(isinstance(value, str) for value in values):
        raise ShapeError(name)
    return tuple(values)


def _next_token(page: Json) -> str | None:
    """Return the token of the next page; an empty one is none."""
    return None if page.get("nextToken") == "" else may(page, "nextToken", str)


def _moment(answer: Json, name: str) -> datetime | None:
    text = may(answer, name, str)
    if text is None:
        return None
    try:
        # Python 3.10 reads three or six digits of a fraction only.
        plain = FRACTION.sub(lambda m: f".{m[1][:6]:0<6}", text)
        moment = datetime.fromisoformat(plain.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            return moment.replace(tzinfo=timezone.utc)
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise ShapeError(f"a readable {name}") from None


def _sure_moment(answer: Json, name: str) -> datetime:
    moment = _moment(answer, name)
    if moment is None:
        raise ShapeError(name)
    return moment


# === FEEDS === #


def read_feed_id(answer: Json) -> str:
    """Read the answer to createFeed."""
    return need(answer, "feedId", str)


def read_feed_document(answer: Json) -> FeedDocument:
    """Read the answer to createFeedDocument."""
    return FeedDocument(need(answer, "feedDocumentId", str), need(answer, "url", str))


def read_location(answer: Json) -> DocumentLocation:
    """Read the answer to getFeedDocument and getReportDocument."""
    url = need(answer, "url", str)
    return DocumentLocation(url, may(answer, "compressionAlgorithm", str))


def read_feed(answer: Json) -> Feed:
    """Read one feed."""
    return Feed(
        feed_id=need(answer, "feedId", str),
        feed_type=need(answer, "feedType", str),
        marketplace_ids=_texts(answer, "marketplaceIds"),
        created_time=_sure_moment(answer, "createdTime"),
        processing_status=need(answer, "processingStatus", str),
        processing_start_time=_moment(answer, "processingStartTime"),
        processing_end_time=_moment(answer, "processingEndTime"),
        result_feed_document_id=may(answer, "resultFeedDocumentId", str),
    )


def read_feed_page(answer: Json) -> FeedPage:
    """Read the answer to getFeeds."""
    feeds = tuple(read_feed(item) for item in _objects(answer, "feeds"))
    return FeedPage(feeds, _next_token(answer))


# === REPORTS === #


def read_report_id(answer: Json) -> str:
    """Read the answer to createReport."""
    return need(answer, "reportId", str)


def read_report(answer: Json) -> Report:
    """Read one report."""
    return Report(
        report_id=need(answer, "reportId", str),
        report_type=need(answer, "reportType", str),
        marketplace_ids=_texts(answer, "marketplaceIds"),
        created_time=_sure_moment(answer, "createdTime"),
        processing_status=need(answer, "processingStatus", str),
        data_start_time=_moment(answer, "dataStartTime"),
        data_end_time=_moment(answer, "dataEndTime"),
        report_schedule_id=may(answer, "reportScheduleId", str),
        processing_start_time=_moment(answer, "processingStartTime"),
        processing_end_time=_moment(answer, "processingEndTime"),
        report_document_id=may(answer, "reportDocumentId", str),
    )


def read_report_page(answer: Json) -> ReportPage:
    """Read the answer to getReports."""
    reports = tuple(read_report(item) for item in _objects(answer, "reports"))
    return ReportPage(reports, _next_token(answer))


def read_schedule_id(answer: Json) -> str:
    """Read the answer to createReportSchedule."""
    return need(answer, "reportScheduleId", str)


def read_schedules(answer: Json) -> list[ReportSchedule]:
    """Read the answer to getReportSchedules."""
    return [_read_schedule(item) for item in _objects(answer, "reportSchedules")]


def _read_schedule(item: Json) -> ReportSchedule:
    options = may(item, "reportOptions", dict) or {}
    if not all(isinstance(value, str) for value in options.values()):
        raise ShapeError("reportOptions")
    return ReportSchedule(
        schedule_id=need(item, "reportScheduleId", str),
        report_type=need(item, "reportType", str),
        marketplace_ids=_texts(item, "marketplaceIds"),
        period=need(item, "period", str),
        next_creation_time=_moment(item, "nextReportCreationTime"),
        options=options,
    )


def read_restricted_token(answer: Json) -> RestrictedToken:
    """Read the answer to createRestrictedDataToken."""
    token = read_token(answer, "restrictedDataToken")
    return RestrictedToken(token, read_life(answer, "expiresIn"))


# === ORDERS AND MONEY === #


def read_order(order: Json) -> Json:
    """Check one order."""
    for name in ("orderId", "createdTime", "lastUpdatedTime"):
        need(order, name, str)
    need(order, "salesChannel", dict)
    for item in _objects(order, "orderItems"):
        need(item, "orderItemId", str)
    return order


def read_order_answer(answer: Json) -> Json:
    """Read the answer to getOrder."""
    return read_order(need(answer, "order", dict))


def read_order_page(answer: Json) -> OrderPage:
    """Read the answer to searchOrders."""
    orders = tuple(read_order(item) for item in _objects(answer, "orders"))
    pages = may(answer, "pagination", dict) or {}
    return OrderPage(orders, _next_token(pages))


def read_transaction_page(answer: Json) -> TransactionPage:
    """Read the answer to listTransactions."""
    payload = need(answer, "payload", dict)
    found: list[Json] = []
    if payload.get("transactions") is not None:
        found = _objects(payload, "transactions")
    return TransactionPage(tuple(found), _next_token(payload))


# === SELLERS === #


def read_account(answer: Json) -> Json:
    """Read the answer to getAccount."""
    account = need(answer, "payload", dict)
    need(account, "businessType", str)
    need(account, "sellingPlan", str)
    for item in _objects(account, "marketplaceParticipationList"):
        _read_participation(item)
    return account


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
