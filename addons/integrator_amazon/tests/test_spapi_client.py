# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
import os
import threading
from datetime import datetime, timezone
from unittest.mock import patch

from odoo.tests import tagged

from ..spapi import Endpoint, errors
from .spapi_case import DE, SECRETS, SpApiCase
from .spapi_server import Answer

FEEDS = "/feeds/2021-06-30/feeds"
FEED = {
    "feedId": "F1",
    "feedType": "JSON_LISTINGS_FEED",
    "createdTime": "2026-11-23T10:00:00Z",
    "processingStatus": "DONE",
    "resultFeedDocumentId": "D2",
}
ITEM = "/listings/2021-08-01/items/A1SELLER/S%2F1"


def error_body(code="InvalidInput", message="Not like this."):
    return {"errors": [{"code": code, "message": message, "details": ""}]}


@tagged("post_install", "-at_install")
class TestSpApiClient(SpApiCase):
    def create_feed(self):
        return self.client.create_feed("JSON_LISTINGS_FEED", [DE], "D1")

    # === WHAT IS SENT AND READ === #

    def test_create_feed_sends_just_what_the_model_says(self):
        self.server.say(FEEDS, Answer({"feedId": "F1"}, 202))
        self.assertEqual(self.create_feed(), "F1")
        (request,) = self.server.asked(FEEDS)
        self.assertEqual(request["query"], "")
        self.assertEqual(
            json.loads(request["body"]),
            {
                "feedType": "JSON_LISTINGS_FEED",
                "marketplaceIds": [DE],
                "inputFeedDocumentId": "D1",
            },
        )

    def test_feed_is_read(self):
        self.server.say(f"{FEEDS}/F1", Answer(FEED))
        feed = self.client.get_feed("F1")
        self.assertEqual(feed.processing_status, "DONE")
        self.assertEqual(feed.result_feed_document_id, "D2")
        self.assertEqual(
            feed.created_time, datetime(2026, 11, 23, 10, tzinfo=timezone.utc)
        )

    def test_filters_are_joined_by_commas(self):
        self.server.say(FEEDS, Answer({"feeds": [FEED], "nextToken": "N"}))
        since = datetime(2026, 11, 1, tzinfo=timezone.utc)
        page = self.client.get_feeds(["A", "B"], created_since=since)
        self.assertEqual((page.feeds[0].feed_id, page.next_token), ("F1", "N"))
        (request,) = self.server.asked(FEEDS)
        self.assertIn("feedTypes=A%2CB", request["query"])
        self.assertIn("createdSince=2026-11-01T00%3A00%3A00Z", request["query"])

    def test_next_token_goes_alone(self):
        self.server.say(FEEDS, Answer({"feeds": []}))
        self.client.get_feeds(["A"], next_token="N")
        self.assertEqual(self.server.asked(FEEDS)[0]["query"], "nextToken=N")

    def test_participations_are_read(self):
        shop = {"id": DE, "name": "Amazon.de", "countryCode": "DE"}
        part = {"isParticipating": True, "hasSuspendedListings": False}
        self.server.say(
            "/sellers/v1/marketplaceParticipations",
            Answer({"payload": [{"marketplace": shop, "participation": part}]}),
        )
        (found,) = self.client.get_marketplace_participations()
        self.assertEqual((found.marketplace_id, found.participating), (DE, True))

    def test_call_is_reported_with_its_facts(self):
        headers = {"x-amzn-RequestId": "R1", "x-amzn-RateLimit-Limit": "0.0083"}
        self.server.say(FEEDS, Answer({"feedId": "F1"}, 202, headers))
        self.create_feed()
        token, call = self.calls
        self.assertEqual(token.operation, "getAccessToken")
        self.assertEqual((call.operation, call.method), ("createFeed", "POST"))
        self.assertEqual((call.status, call.request_id), (202, "R1"))
        self.assertEqual(call.rate_limit, 0.0083)
        self.assertGreater(call.request_bytes, 0)
        self.assertIsNone(call.error)

    # === TRAP 1: THE STATUS COUNTS === #

    def test_trap_01_status_is_never_ignored(self):
        html = b"<html>Service Unavailable</html>"
        for answer, kind in (
            (Answer(html, 503), errors.UnavailableError),
            (Answer(b"", 503), errors.UnavailableError),
            (Answer({"message": "slow down"}, 429), errors.ThrottledError),
            (Answer(html, 429), errors.ThrottledError),
            (Answer(error_body("QuotaExceeded"), 429), errors.ThrottledError),
            (Answer(error_body("InternalFailure"), 500), errors.UnavailableError),
            (Answer(error_body(), 400), errors.RejectedError),
            (Answer(error_body(), 409), errors.RejectedError),
            (Answer(error_body(), 413), errors.RejectedError),
            (Answer(error_body(), 415), errors.RejectedError),
            (Answer(error_body("NotFound"), 404), errors.NotFoundError),
            (Answer(error_body("Unauthorized"), 403), errors.AccessDeniedError),
            (Answer(error_body("Unauthorized"), 401), errors.AccessDeniedError),
            (Answer({}, 302), errors.UnavailableError),
        ):
            with self.subTest(status=answer.status, body=answer.body):
                self.server.say(FEEDS, answer)
                self.fails(kind, self.create_feed)

    def test_trap_01_rubbish_with_a_good_status_is_no_success(self):
        for body in (b"", b"{", b"[]", b"null", b'"text"', b"<html>", {"other": 1}):
            with self.subTest(body):
                self.server.say(FEEDS, Answer(body, 202))
                error = self.fails(errors.UnavailableError, self.create_feed)
                self.assertTrue(error.maybe_done)

    def test_answers_of_the_wrong_shape_are_no_answers(self):
        for changes in (
            {"feedId": None},
            {"feedId": 7},
            {"processingStatus": ""},
            {"createdTime": "yesterday"},
        ):
            with self.subTest(changes):
                self.server.say(f"{FEEDS}/F1", Answer({**FEED, **changes}))
                self.fails(errors.UnavailableError, self.client.get_feed, "F1")

    def test_error_carries_amazons_words(self):
        headers = {"x-amzn-RequestId": "R7"}
        self.server.say(FEEDS, Answer(error_body(), 400, headers))
        error = self.fails(errors.RejectedError, self.create_feed)
        self.assertEqual((error.code, error.request_id), ("InvalidInput", "R7"))
        self.assertIn("Not like this.", str(error))
        self.assertIn("R7", str(error))

    # === TRAPS 2 AND 3: MARKETPLACES === #

    def test_trap_02_delete_names_the_marketplace_it_was_given(self):
        self.server.say(ITEM, Answer({"sku": "S/1", "status": "ACCEPTED"}))
        self.client.delete_listings_item("S/1", "A13V1IB3VIYZZH")
        (request,) = self.server.asked(ITEM)
        self.assertEqual(request["query"], "marketplaceIds=A13V1IB3VIYZZH")

    def test_trap_03_body_holds_nothing_of_the_librarys(self):
        body = {"productType": "PRODUCT", "attributes": {}}
        self.server.say(ITEM, Answer({"sku": "S/1", "status": "ACCEPTED"}))
        self.client.put_listings_item("S/1", DE, body, mode="VALIDATION_PREVIEW")
        self.client.patch_listings_item("S/1", [DE], body)
        put, patched = self.server.asked(ITEM)
        self.assertEqual(json.loads(put["body"]), body)
        self.assertEqual(json.loads(patched["body"]), body)
        self.assertEqual(put["query"], f"marketplaceIds={DE}&mode=VALIDATION_PREVIEW")

    # === TRAPS 7, 9, 10, 12: THE MACHINE AROUND === #

    def test_trap_07_every_wait_ends(self):
        gate = threading.Event()
        self.addCleanup(gate.set)
        for path in ("/auth/o2/token", FEEDS):
            with self.subTest(path):
                client = self.make_client(timeout=0.3)
                before = self.server.answers.get(path)
                self.server.say(path, Answer(wait=gate))
                error = self.fails(
                    errors.UnavailableError, client.create_feed, "T", [DE], "D"
                )
                self.assertTrue(error.maybe_done)
                self.assertIn("took too long", str(error))
                self.server.answers[path] = before

    def test_trap_09_and_10_the_environment_changes_nothing(self):
        self.server.say(FEEDS, Answer({"feedId": "F1"}, 202))
        stranger = {
            "SP_API_DEFAULT_MARKETPLACE": "US",
            "SP_API_REFRESH_TOKEN": "stranger",
            "LWA_APP_ID": "stranger",
            "LWA_CLIENT_SECRET": "stranger",
            "HTTPS_PROXY": "http://127.0.0.1:1",
        }
        with patch.dict(os.environ, stranger):
            client = self.make_client()
            self.assertEqual(client.create_feed("T", [DE], "D"), "F1")
        asked = self.server.asked("/auth/o2/token")
        self.assertNotIn(b"stranger", asked[0]["body"])

    def test_trap_12_logs_hold_no_secret(self):
        self.server.say(FEEDS, Answer({"feedId": "F1"}, 202))
        with self.assertNoLogs("httpx", "INFO"), self.assertNoLogs("sp_api", "INFO"):
            self.create_feed()
        self.assertGreaterEqual(logging.getLogger("sp_api").level, logging.WARNING)

    def test_nothing_that_is_reported_or_shown_holds_a_secret(self):
        self.server.say(FEEDS, Answer(error_body(), 400))
        error = self.fails(errors.RejectedError, self.create_feed)
        shown = [repr(call) for call in self.calls]
        shown += [str(error), repr(error), repr(self.client)]
        for secret in SECRETS:
            self.assertNotIn(secret, " ".join(shown))

    # === TRAP 14: STATE OF THE CLIENT === #

    def test_trap_14_method_of_one_call_does_not_leak_into_the_next(self):
        self.server.say(ITEM, Answer({"sku": "S/1", "status": "ACCEPTED"}))
        self.server.say(f"{FEEDS}/F1", Answer(FEED))
        self.client.delete_listings_item("S/1", DE)
        self.client.get_feed("F1")
        self.assertEqual(
            [request["method"] for request in self.server.requests[1:]],
            ["DELETE", "GET"],
        )

    # === CONNECTIONS === #

    def test_lost_answer_may_have_been_carried_out(self):
        for answer in (Answer(drop=True), Answer({"feedId": "F"}, 202, cut=True)):
            with self.subTest(cut=answer.cut):
                self.server.say(FEEDS, answer)
                error = self.fails(errors.UnavailableError, self.create_feed)
                self.assertTrue(error.maybe_done)

    def test_server_that_is_not_there_has_done_nothing(self):
        self.server.say(FEEDS, Answer({"feedId": "F1"}, 202))
        self.create_feed()
        self.server.close()
        client = self.make_client()
        error = self.fails(errors.UnavailableError, client.create_feed, "T", [DE], "D")
        self.assertFalse(error.maybe_done)
        self.assertIsNone(self.calls[-1].status)

    def test_certificate_of_a_stranger_is_named(self):
        endpoint = Endpoint(self.server.url, f"{self.server.url}/auth/o2/token")
        client = self.make_client(endpoint=endpoint)
        error = self.fails(errors.CertificateError, client.get_feed, "F1")
        self.assertIn("certificate", str(error))
