# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operations of the Sellers and the Feeds API: what each checks and answers.

Models: https://github.com/amzn/selling-partner-api-models
"""

from __future__ import annotations

from deploy.simulator.answers import Answer, as_json, invalid, missing
from deploy.simulator.clock import Clock
from deploy.simulator.documents import Documents
from deploy.simulator.feeds import SHOWN, Feeds
from deploy.simulator.paging import page_answer, page_of, select
from deploy.simulator.request import Request
from deploy.simulator.sellers import participation


class Operations:
    """One method per operation, named as Amazon names it in snake case."""

    def __init__(self, clock: Clock, feeds: Feeds, documents: Documents) -> None:
        self._clock = clock
        self._feeds = feeds
        self._documents = documents

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
