# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The life of feeds: queue, work, report.

https://developer-docs.amazon.com/sp-api/docs/feeds-api-v2021-06-30-reference
"""

from __future__ import annotations

import time
from typing import Any

from deploy.simulator.answers import invalid, missing
from deploy.simulator.clock import Clock, iso
from deploy.simulator.documents import Documents
from deploy.simulator.feed_kinds import REMOVED
from deploy.simulator.feed_work import Document, FeedKind, Outcome, Task
from deploy.simulator.paging import FINAL, KEPT_SECONDS, move, show
from deploy.simulator.request import check_places
from deploy.simulator.roles import LISTING_FEED_ROLES
from deploy.simulator.sellers import Seller
from deploy.simulator.store import Store

Feed = dict[str, Any]

QUEUE_SECONDS = 15.0
WORK_SECONDS = 30.0
MESSAGE_SECONDS = 0.002
OUTCOMES = ("feed_fatal", "feed_cancelled", "feed_stuck", "feed_no_result")
# So many messages are carried out at a stretch; in between, others get their turn.
CHUNK = 100
PAUSE = 0.001
SHOWN = (
    "feedId",
    "feedType",
    "marketplaceIds",
    "createdTime",
    "processingStatus",
    "processingStartTime",
    "processingEndTime",
    "resultFeedDocumentId",
)


class Feeds:
    """All feeds; ``advance`` carries them on as simulated time goes by."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        documents: Documents,
        kinds: dict[str, FeedKind],
    ) -> None:
        self._store = store
        self._clock = clock
        self._documents = documents
        self._kinds = kinds
        # Whether a feed is just being carried out: others hold back meanwhile.
        self.working = False
        # Keys of the feeds that are not final, in the order of their creation.
        self._open = {
            _key(feed): None
            for feed in self.all()
            if feed["processingStatus"] not in FINAL
        }

    # === WHAT SELLERS ASK FOR === #

    def roles(self, kind: Any) -> tuple[str, ...]:
        """Return the roles of which an app needs one for a feed type.

        :raise Refusal: there is no such type
        """
        if isinstance(kind, str) and kind in self._kinds:
            return self._kinds[kind].roles
        if isinstance(kind, str) and kind in REMOVED:
            return LISTING_FEED_ROLES
        raise invalid(f"The feed type '{kind}' is missing or invalid.")

    def create(self, seller: Seller, body: dict[str, Any], fate: str | None) -> str:
        """Take a feed; return its id.

        :param fate: one of OUTCOMES, if the feed is not to end well
        :raise Refusal: the request is not as the model wants it
        """
        with self._store.together():
            self._check(seller, body)
            self._documents.mark_used(body["inputFeedDocumentId"])
            feed = {
                "seller_id": seller.seller_id,
                "feedId": str(50_000_000_000 + self._store.next_serial()),
                "feedType": body["feedType"],
                "marketplaceIds": body["marketplaceIds"],
                "created": self._clock.now(),
                "createdTime": iso(self._clock.now()),
                "processingStatus": "IN_QUEUE",
                "document_id": body["inputFeedDocumentId"],
                "fate": fate if fate in OUTCOMES else None,
                "messages": None,
            }
            self._store.put("feed", _key(feed), feed)
        self._open[_key(feed)] = None
        return str(feed["feedId"])

    def _check(self, seller: Seller, body: dict[str, Any]) -> None:
        places = body.get("marketplaceIds")
        document_id = body.get("inputFeedDocumentId")
        if not isinstance(places, list) or not 1 <= len(places) <= 25:
            raise invalid("'marketplaceIds' must hold 1 to 25 marketplaces.")
        check_places(seller, places)
        if not isinstance(document_id, str) or not document_id:
            raise invalid("'inputFeedDocumentId' is required.")
        document = self._documents.get(seller.seller_id, document_id)
        if not document or not self._documents.content(document_id):
            raise invalid("The input feed document was not found or is empty.")
        if document["used"]:
            raise invalid("The input feed document was used for another feed.")

    def get(self, seller_id: str, feed_id: str) -> dict[str, Any]:
        """Return a feed as Amazon shows it.

        :raise Refusal: the seller has no such feed, or it is too old
        """
        return show(self._find(seller_id, feed_id), SHOWN)

    def _find(self, seller_id: str, feed_id: str) -> Feed:
        found = self._store.get("feed", f"{seller_id}\n{feed_id}")
        if not found or found["created"] < self._clock.now() - KEPT_SECONDS:
            raise missing(f"Feed {feed_id}")
        return found

    def cancel(self, seller_id: str, feed_id: str) -> None:
        """Cancel a feed that is still in the queue.

        :raise Refusal: there is none, or it is too late
        """
        feed = self._find(seller_id, feed_id)
        if not self._move(feed, "IN_QUEUE", "CANCELLED"):
            raise invalid(f"Feed {feed_id} is not in the queue any more.")

    # === WHAT THE SIMULATOR DOES === #

    def all(self, seller_id: str = "") -> list[Feed]:
        """Return feeds as they are kept, oldest first."""
        return self._store.all("feed", seller_id and f"{seller_id}\n")

    def newest(self, most: int) -> list[Feed]:
        """Return the feeds that were made last, newest first."""
        return self._store.newest("feed", most)

    def advance(self) -> None:
        """Carry on every feed whose time has come; one at a time per seller.

        To be called by one thread only.
        """
        busy: set[str] = set()
        for key in list(self._open):
            feed = self._store.get("feed", key)
            if not feed or feed["processingStatus"] in FINAL:
                self._open.pop(key, None)
            elif feed["seller_id"] not in busy:
                self._step(feed)
                if feed["fate"] != "feed_stuck":
                    busy.add(feed["seller_id"])

    def _step(self, feed: Feed) -> None:
        now = self._clock.now()
        if feed["processingStatus"] == "IN_QUEUE":
            if now < feed["created"] + QUEUE_SECONDS:
                return
            cancelled = feed["fate"] == "feed_cancelled"
            messages = len(self._read(feed).messages)
            self._move(
                feed,
                "IN_QUEUE",
                "CANCELLED" if cancelled else "IN_PROGRESS",
                started=now,
                messages=messages,
                processingStartTime=None if cancelled else iso(now),
            )
        elif feed["fate"] != "feed_stuck":
            length = WORK_SECONDS + MESSAGE_SECONDS * (feed["messages"] or 0)
            if now >= feed["started"] + length:
                self._finish(feed)

    def _read(self, feed: Feed) -> Document:
        """Return a feed's document; nobody reads one of a removed type."""
        kind = self._kinds.get(feed["feedType"])
        content = self._documents.content(feed["document_id"]) or b""
        return kind.read(content, feed["seller_id"]) if kind else Document()

    def _finish(self, feed: Feed) -> None:
        kind = self._kinds.get(feed["feedType"])
        if kind is None or feed["fate"] == "feed_fatal":
            ended = iso(self._clock.now())
            self._move(feed, "IN_PROGRESS", "FATAL", processingEndTime=ended)
            return
        document = self._read(feed)
        task = Task(feed["seller_id"], feed["feedId"], tuple(feed["marketplaceIds"]))
        outcome = Outcome()
        if not document.problems:
            self.working = True
            try:
                outcome = self._work(kind, task, document, _key(feed))
            finally:
                self.working = False
        report = kind.report(task, document, outcome)
        with self._store.together():
            done = {
                "processingEndTime": iso(self._clock.now()),
                "refused": outcome.processed - outcome.accepted,
            }
            if feed["fate"] != "feed_no_result":
                result = self._documents.keep_result(
                    feed["seller_id"], report, kind.content_type
                )
                done["resultFeedDocumentId"] = result
            self._move(feed, "IN_PROGRESS", "DONE", **done)
            self._store.drop_all("chunk", f"{_key(feed)}\n")

    def _work(
        self, kind: FeedKind, task: Task, document: Document, feed_key: str
    ) -> Outcome:
        """Carry out all messages; a killed simulator goes on with the next chunk."""
        whole = Outcome()
        for start in range(0, len(document.messages), CHUNK):
            key = f"{feed_key}\n{start:06d}"
            kept = self._store.get("chunk", key)
            if kept:
                whole.join(Outcome(**kept))
                continue
            with self._store.together():
                messages = document.messages[start : start + CHUNK]
                outcome = kind.carry_out(task, document, messages)
                self._store.put("chunk", key, outcome.record())
            whole.join(outcome)
            time.sleep(PAUSE)
        return whole

    def _move(self, feed: Feed, before: str, after: str, **changes: Any) -> bool:
        return move(self._store, "feed", _key(feed), before, after, **changes)

    def report(self, feed: Feed) -> tuple[bytes, str]:
        """Return the processing report of a feed and its content type; maybe empty."""
        document_id = feed.get("resultFeedDocumentId") or ""
        return self._documents.plain(document_id)


def _key(feed: Feed) -> str:
    return f"{feed['seller_id']}\n{feed['feedId']}"
