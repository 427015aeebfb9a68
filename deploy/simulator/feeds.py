# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The life of feeds: queue, work, report.

https://developer-docs.amazon.com/sp-api/docs/feeds-api-v2021-06-30-reference
"""

from __future__ import annotations

import threading
from typing import Any

from deploy.simulator.answers import invalid, missing
from deploy.simulator.clock import Clock, iso, seconds
from deploy.simulator.documents import Documents
from deploy.simulator.listings import Listings
from deploy.simulator.listings_feed import work_through
from deploy.simulator.sellers import Seller
from deploy.simulator.store import Store

LIVE = {"JSON_LISTINGS_FEED"}
# Accepted by createFeed, and then FATAL:
# https://developer-docs.amazon.com/sp-api/changelog (removal of listing feeds)
REMOVED = {
    "POST_PRODUCT_DATA",
    "POST_INVENTORY_AVAILABILITY_DATA",
    "POST_PRODUCT_PRICING_DATA",
    "POST_PRODUCT_IMAGE_DATA",
    "POST_PRODUCT_RELATIONSHIP_DATA",
    "POST_PRODUCT_OVERRIDES_DATA",
    "POST_FLAT_FILE_INVLOADER_DATA",
    "POST_FLAT_FILE_LISTINGS_DATA",
    "POST_FLAT_FILE_PRICEANDQUANTITYONLY_UPDATE_DATA",
}
QUEUE_SECONDS = 15.0
WORK_SECONDS = 30.0
MESSAGE_SECONDS = 0.002
KEPT_SECONDS = 90 * 86400
FINAL = ("DONE", "CANCELLED", "FATAL")
STATUSES = ("IN_QUEUE", "IN_PROGRESS", *FINAL)
OUTCOMES = ("feed_fatal", "feed_cancelled", "feed_stuck", "feed_no_result")


class Feeds:
    """All feeds; ``advance`` carries them on as simulated time goes by."""

    def __init__(
        self, store: Store, clock: Clock, documents: Documents, listings: Listings
    ) -> None:
        self._store = store
        self._clock = clock
        self._documents = documents
        self._listings = listings
        self._advancing = threading.Lock()

    def create(
        self, seller: Seller, body: dict[str, Any], fate: str | None = None
    ) -> str:
        """Take a feed; return its id.

        :raise Refusal: the request is not as the model wants it
        """
        self._check(seller, body)
        document_id = body["inputFeedDocumentId"]
        with self._store.together():
            self._documents.mark_used(document_id)
            feed_id = str(50_000_000_000 + self._store.next_serial())
            feed = {
                "seller_id": seller.seller_id,
                "feedId": feed_id,
                "feedType": body["feedType"],
                "marketplaceIds": body["marketplaceIds"],
                "created": self._clock.now(),
                "createdTime": iso(self._clock.now()),
                "processingStatus": "IN_QUEUE",
                "document_id": document_id,
                "fate": fate if fate in OUTCOMES else None,
                "messages": None,
            }
            self._store.put("feed", f"{seller.seller_id}\n{feed_id}", feed)
        return feed_id

    def _check(self, seller: Seller, body: dict[str, Any]) -> None:
        for name in ("feedType", "marketplaceIds", "inputFeedDocumentId"):
            if not body.get(name):
                raise invalid(f"'{name}' is required.")
        if body["feedType"] not in LIVE | REMOVED:
            raise invalid(f"The feed type {body['feedType']} is invalid.")
        places = body["marketplaceIds"]
        if not isinstance(places, list) or not 1 <= len(places) <= 25:
            raise invalid("'marketplaceIds' must hold 1 to 25 marketplaces.")
        strange = [place for place in places if place not in seller.marketplace_ids]
        if strange:
            raise invalid(f"Invalid marketplace ids: {', '.join(map(str, strange))}.")
        document = self._documents.get(seller.seller_id, body["inputFeedDocumentId"])
        if not document or self._documents.content(body["inputFeedDocumentId"]) is None:
            raise invalid("The input feed document was not found or is empty.")
        if document["used"]:
            raise invalid("The input feed document was used for another feed.")

    def get(self, seller_id: str, feed_id: str) -> dict[str, Any]:
        """Return a feed as Amazon shows it."""
        return show(self._find(seller_id, feed_id))

    def _find(self, seller_id: str, feed_id: str) -> dict[str, Any]:
        found = self._store.get("feed", f"{seller_id}\n{feed_id}")
        if not found:
            raise missing(f"Feed {feed_id}")
        return found

    def cancel(self, seller_id: str, feed_id: str) -> None:
        """Cancel a feed that is still in the queue."""
        feed = self._find(seller_id, feed_id)
        if feed["processingStatus"] != "IN_QUEUE":
            raise invalid(f"Feed {feed_id} cannot be cancelled any more.")
        self._save({**feed, "processingStatus": "CANCELLED"})

    def search(
        self,
        seller_id: str,
        types: list[str],
        places: list[str],
        statuses: list[str],
        since: str,
        until: str,
    ) -> list[dict[str, Any]]:
        """Return a seller's feeds of some types, newest first, as Amazon shows them."""
        oldest = max(seconds(since) if since else 0.0, self._clock.now() - KEPT_SECONDS)
        newest = seconds(until) if until else self._clock.now() + 1
        return [
            show(feed)
            for feed in reversed(self.all(seller_id))
            if feed["feedType"] in types
            and (not places or set(places) & set(feed["marketplaceIds"]))
            and (not statuses or feed["processingStatus"] in statuses)
            and oldest <= feed["created"] <= newest
        ]

    def all(self, seller_id: str = "") -> list[dict[str, Any]]:
        """Return feeds as they are kept, oldest first."""
        return self._store.all("feed", seller_id and f"{seller_id}\n")

    def advance(self) -> None:
        """Carry on every feed whose time has come; one at a time per seller."""
        with self._advancing:
            busy: set[str] = set()
            for feed in self.all():
                if feed["processingStatus"] in FINAL or feed["seller_id"] in busy:
                    continue
                busy.add(feed["seller_id"])
                self._step(feed)

    def _step(self, feed: dict[str, Any]) -> None:
        now = self._clock.now()
        if feed["processingStatus"] == "IN_QUEUE":
            if now < feed["created"] + QUEUE_SECONDS:
                return
            if feed["fate"] == "feed_cancelled":
                self._save({**feed, "processingStatus": "CANCELLED"})
                return
            feed |= {"processingStatus": "IN_PROGRESS", "started": now}
            feed["processingStartTime"] = iso(now)
            feed["messages"] = self._count(feed)
            self._save(feed)
        length = WORK_SECONDS + MESSAGE_SECONDS * (feed["messages"] or 0)
        if feed["fate"] != "feed_stuck" and now >= feed["started"] + length:
            self._finish(feed)

    def _count(self, feed: dict[str, Any]) -> int:
        content = self._documents.content(feed["document_id"]) or b""
        return content.count(b'"messageId"')

    def _finish(self, feed: dict[str, Any]) -> None:
        feed["processingEndTime"] = iso(self._clock.now())
        if feed["feedType"] in REMOVED or feed["fate"] == "feed_fatal":
            self._save({**feed, "processingStatus": "FATAL"})
            return
        content = self._documents.content(feed["document_id"]) or b""
        # All of a feed or nothing: a kill in between leaves it to be done again.
        with self._store.together():
            report, feed["messages"] = work_through(
                self._listings,
                feed["seller_id"],
                feed["marketplaceIds"][0],
                feed["feedId"],
                content,
            )
            if feed["fate"] != "feed_no_result":
                result = self._documents.keep_result(feed["seller_id"], report)
                feed["resultFeedDocumentId"] = result
            self._save({**feed, "processingStatus": "DONE"})

    def _save(self, feed: dict[str, Any]) -> None:
        self._store.put("feed", f"{feed['seller_id']}\n{feed['feedId']}", feed)


def show(feed: dict[str, Any]) -> dict[str, Any]:
    """Return a feed as Amazon shows it."""
    names = (
        "feedId",
        "feedType",
        "marketplaceIds",
        "createdTime",
        "processingStatus",
        "processingStartTime",
        "processingEndTime",
        "resultFeedDocumentId",
    )
    return {name: feed[name] for name in names if feed.get(name) is not None}
