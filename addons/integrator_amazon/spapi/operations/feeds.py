# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds API 2021-06-30.

https://developer-docs.amazon.com/sp-api/docs/feeds-api-v2021-06-30-reference
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .. import answers
from ..types import DocumentLocation, Feed, FeedDocument, FeedPage
from .common import Operations, as_text, segment

FEEDS = "/feeds/2021-06-30"


class Feeds(Operations):
    """Changes by the thousand, and what Amazon says to them."""

    def create_feed_document(self, content_type: str) -> FeedDocument:
        """Ask for an address to upload a document of *content_type* to."""
        return self._transport.call(
            "createFeedDocument",
            "POST",
            f"{FEEDS}/documents",
            answers.read_feed_document,
            body={"contentType": content_type},
        )

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
        path = f"{FEEDS}/feeds/{segment(feed_id)}"
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
            "createdSince": as_text(created_since),
            "createdUntil": as_text(created_until),
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
        path = f"{FEEDS}/feeds/{segment(feed_id)}"
        self._transport.call("cancelFeed", "DELETE", path, dict, bodiless=True)

    def get_feed_document(self, feed_document_id: str) -> DocumentLocation:
        """Return where a document lies for the next five minutes."""
        path = f"{FEEDS}/documents/{segment(feed_document_id)}"
        return self._transport.call(
            "getFeedDocument", "GET", path, answers.read_location
        )
