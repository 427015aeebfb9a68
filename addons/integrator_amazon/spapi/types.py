# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes into the client and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Credentials:
    """Keys of an app (Login with Amazon) and the seller's consent to it."""

    lwa_client_id: str = field(repr=False)
    lwa_client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True)
class Endpoint:
    """Addresses of the API and of the sign-in; ca_certificate: PEM text, trusted
    besides the usual authorities."""

    spapi: str
    lwa: str
    ca_certificate: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Call:
    """One HTTP request, for a log: nothing in it is secret.

    path has no query; duration in seconds; rate_limit in requests per second, as
    Amazon's answer named it; error: None when all is well.
    """

    operation: str
    method: str
    path: str
    status: int | None
    duration: float
    request_id: str | None
    request_bytes: int
    response_bytes: int
    rate_limit: float | None
    error: str | None


@dataclass(frozen=True)
class MarketplaceParticipation:
    """A marketplace in which the seller can or could sell."""

    marketplace_id: str
    name: str
    country_code: str
    currency_code: str
    language_code: str
    domain_name: str
    participating: bool
    suspended: bool


@dataclass(frozen=True)
class FeedDocument:
    """A document to be filled; url is valid for five minutes."""

    feed_document_id: str
    url: str = field(repr=False)


@dataclass(frozen=True)
class Feed:
    """A feed as Amazon knows it; times are UTC."""

    feed_id: str
    feed_type: str
    marketplace_ids: tuple[str, ...]
    created_time: datetime
    processing_status: str
    processing_start_time: datetime | None = None
    processing_end_time: datetime | None = None
    result_feed_document_id: str | None = None


@dataclass(frozen=True)
class FeedPage:
    """Feeds, newest first, and the token of the next page."""

    feeds: tuple[Feed, ...]
    next_token: str | None


@dataclass(frozen=True)
class Report:
    """A report as Amazon knows it; times are UTC.

    data_start_time, data_end_time: what time the report is about.
    """

    report_id: str
    report_type: str
    marketplace_ids: tuple[str, ...]
    created_time: datetime
    processing_status: str
    data_start_time: datetime | None = None
    data_end_time: datetime | None = None
    report_schedule_id: str | None = None
    processing_start_time: datetime | None = None
    processing_end_time: datetime | None = None
    report_document_id: str | None = None


@dataclass(frozen=True)
class ReportPage:
    """Reports, newest first, and the token of the next page."""

    reports: tuple[Report, ...]
    next_token: str | None


@dataclass(frozen=True)
class ReportSchedule:
    """A report that Amazon makes again and again; period in ISO 8601, as PT1H."""

    schedule_id: str
    report_type: str
    marketplace_ids: tuple[str, ...]
    period: str
    next_creation_time: datetime | None = None
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RestrictedToken:
    """Access to buyers' data at one address; expires_in: seconds since it was made."""

    token: str = field(repr=False)
    expires_in: float


@dataclass(frozen=True)
class OrderPage:
    """Orders as Amazon's model of 2026-01-01 shows them; the token lives 24 hours."""

    orders: tuple[dict[str, Any], ...] = field(repr=False)
    pagination_token: str | None


@dataclass(frozen=True)
class TransactionPage:
    """Transactions as Amazon's model of 2024-06-19 shows them. A page may be empty
    and another follow all the same."""

    transactions: tuple[dict[str, Any], ...] = field(repr=False)
    next_token: str | None


@dataclass(frozen=True)
class DocumentLocation:
    """Where a document lies for five minutes; compression: None or GZIP."""

    url: str = field(repr=False)
    compression: str | None = None


@dataclass(frozen=True)
class DownloadedDocument:
    """A document that was written to a file; size in bytes, unpacked."""

    content_type: str
    charset: str | None
    size: int


@dataclass(frozen=True)
class ProductTypeDefinition:
    """A product type; its schema lies at schema_url for seven days."""

    product_type: str
    display_name: str
    requirements: str
    locale: str
    version: str
    schema_checksum: str
    schema_url: str = field(repr=False)
    property_groups: dict[str, Any] = field(default_factory=dict, repr=False)
