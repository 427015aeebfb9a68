# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
import os
import subprocess
import sys
import threading
import traceback
from datetime import datetime, timezone
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged

from .. import spapi
from ..spapi import Credentials, Endpoint, errors
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
PRODUCT_TYPES = "/definitions/2020-09-01/productTypes"
DEFINITION = {
    "productType": "SHIRT",
    "displayName": "Shirt",
    "requirements": "LISTING",
    "locale": "de_DE",
    "productTypeVersion": {"version": "V1", "latest": True},
    "schema": {"link": {"resource": "https://x/", "verb": "GET"}, "checksum": "c="},
    "propertyGroups": {"offer": {"title": "Offer"}},
}
ITEM = "/listings/2021-08-01/items/A1SELLER/S%2F1"

# Makes a client without Odoo; prints a feed id, and whether Odoo was loaded.
ALONE = """
import sys
sys.path.insert(0, ".")
import spapi
url, ca = sys.argv[1:]
client = spapi.SellingPartnerClient(
    spapi.Credentials("a", "b", "c"),
    spapi.Endpoint(url, url + "/auth/o2/token", ca),
    seller_id="S",
    marketplace_id="M",
)
print(client.create_feed("T", ["M"], "D"), "odoo" in sys.modules)
"""


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

    def test_product_type_and_its_schema_are_read(self):
        link = {"link": {"resource": f"{self.server.url}/schema?X-Amz-Signature=s"}}
        self.server.say(
            f"{PRODUCT_TYPES}/SHIRT", Answer({**DEFINITION, "schema": link})
        )
        self.server.say("/schema", Answer({"type": "object"}), Answer(b'{"type"'))
        found = self.client.get_product_type_definition("SHIRT", DE, locale="de_DE")
        self.assertEqual((found.version, found.locale), ("V1", "de_DE"))
        query = self.server.asked(f"{PRODUCT_TYPES}/SHIRT")[0]["query"]
        self.assertIn("sellerId=A1SELLER", query)
        self.assertEqual(self.client.download_schema(found), {"type": "object"})
        self.fails(errors.UnavailableError, self.client.download_schema, found)

    def test_any_sku_stays_one_segment_of_the_address(self):
        base = "/listings/2021-08-01/items/A1SELLER"
        for sku, segment in (
            ("..", "%2E%2E"),
            ("a/../b?c=d#e", "a%2F..%2Fb%3Fc%3Dd%23e"),
            ("100% Größe", "100%25%20Gr%C3%B6%C3%9Fe"),
        ):
            with self.subTest(sku):
                self.server.say(f"{base}/{segment}", Answer({"sku": sku}))
                found = self.client.get_listings_item(sku, DE)
                self.assertEqual(found["sku"], sku)
        with self.assertRaises(ValueError):
            self.client.delete_listings_item("", DE)

    def test_interrupted_call_is_reported_as_one_that_failed(self):
        self.server.say(f"{FEEDS}/F1", Answer(FEED))
        reader = "odoo.addons.integrator_amazon.spapi.answers.read_feed"
        with patch(reader, side_effect=KeyboardInterrupt):
            with self.assertRaises(KeyboardInterrupt):
                self.client.get_feed("F1")
        self.assertIn("KeyboardInterrupt", self.calls[-1].error)

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
            (Answer({"feedId": "F1"}, 302), errors.UnavailableError),
        ):
            with self.subTest(status=answer.status, body=answer.body):
                self.server.say(FEEDS, answer)
                self.fails(kind, self.create_feed)

    def test_trap_01_rubbish_with_a_good_status_is_no_success(self):
        deep = b"[" * 200_000
        texts = (b"", b"{", b"[]", b"null", b'"text"', b"<html>", b"\xff\xfe", deep)
        for body in (*texts, {"other": 1}, {"errors": [], "feedId": ""}):
            with self.subTest(body[:9] if isinstance(body, bytes) else body):
                self.server.say(FEEDS, Answer(body, 202))
                error = self.fails(errors.UnavailableError, self.create_feed)
                self.assertTrue(error.maybe_done)

    def test_answers_of_the_wrong_shape_are_no_answers(self):
        for changes in (
            {"feedId": None},
            {"feedId": 7},
            {"processingStatus": ""},
            {"createdTime": "yesterday"},
            {"createdTime": None},
            {"marketplaceIds": DE},
            {"marketplaceIds": [7]},
            {"resultFeedDocumentId": {}},
            {"processingEndTime": 5},
        ):
            with self.subTest(changes):
                self.server.say(f"{FEEDS}/F1", Answer({**FEED, **changes}))
                error = self.fails(errors.UnavailableError, self.client.get_feed, "F1")
                self.assertEqual(self.calls[-1].error, str(error))

    def test_every_operation_checks_the_shape_of_its_answer(self):
        calls = {
            "/sellers/v1/marketplaceParticipations": (
                self.client.get_marketplace_participations,
                ({"payload": [{"marketplace": {"id": DE}}]}, {"payload": [3]}),
            ),
            "/feeds/2021-06-30/documents": (
                lambda: self.client.create_feed_document("text/xml"),
                ({"feedDocumentId": "D1"}, {"url": "https://x"}),
            ),
            "/feeds/2021-06-30/documents/D1": (
                lambda: self.client.get_feed_document("D1"),
                ({}, {"url": "https://x", "compressionAlgorithm": 1}),
            ),
            FEEDS: (
                lambda: self.client.get_feeds(["T"]),
                ({"feeds": {}}, {"feeds": ["F1"]}, {"feeds": [], "nextToken": 1}),
            ),
            ITEM: (
                lambda: self.client.patch_listings_item("S/1", [DE], {"a": 1}),
                ({"sku": "S/1"}, {"sku": "S", "status": "INVALID", "issues": "x"}),
            ),
            "/listings/2021-08-01/items/A1SELLER": (
                lambda: self.client.search_listings_items(DE, skus=["A"]),
                ({}, {"items": [{"asin": "B0"}]}),
            ),
            PRODUCT_TYPES: (
                lambda: self.client.search_product_types(DE, keywords=["shirt"]),
                ({}, {"productTypes": [{}]}),
            ),
            f"{PRODUCT_TYPES}/SHIRT": (
                lambda: self.client.get_product_type_definition("SHIRT", DE),
                ({"productType": "SHIRT"}, {**DEFINITION, "productTypeVersion": "1"}),
            ),
        }
        for path, (call, bodies) in calls.items():
            for body in bodies:
                with self.subTest(path, body=body):
                    self.server.say(path, Answer(body))
                    self.fails(errors.UnavailableError, call)

    def test_error_carries_amazons_words(self):
        headers = {"x-amzn-RequestId": "R7"}
        self.server.say(FEEDS, Answer(error_body(), 400, headers))
        error = self.fails(errors.RejectedError, self.create_feed)
        self.assertEqual((error.code, error.request_id), ("InvalidInput", "R7"))
        self.assertIn("Not like this.", str(error))
        self.assertIn("R7", str(error))
        self.assertTrue(str(error).startswith("Submitting a feed: Amazon refused it."))

    # === TRAPS 2 AND 3: MARKETPLACES === #

    def test_trap_02_delete_names_the_marketplace_it_was_given(self):
        self.server.say(ITEM, Answer({"sku": "S/1", "status": "ACCEPTED"}))
        self.client.delete_listings_item("S/1", "A13V1IB3VIYZZH")
        (request,) = self.server.asked(ITEM)
        self.assertEqual(request["query"], "marketplaceIds=A13V1IB3VIYZZH")
        self.assertEqual(request["body"], b"")

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
                self.assertEqual(error.maybe_done, path == FEEDS)
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

    def test_trap_09_and_10_nor_when_the_module_is_loaded(self):
        """In a process of its own, which also proves that Odoo is not needed."""
        self.server.say(FEEDS, Answer({"feedId": "F1"}, 202))
        environment = {"SP_API_DEFAULT_MARKETPLACE": "US", "AWS_ENV": "SANDBOX"}
        script = [sys.executable, "-c", ALONE, self.server.url, self.server.ca]
        done = subprocess.run(
            script,
            env={**os.environ, **environment},
            cwd=Path(spapi.__file__).parent.parent,
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.stdout.split(), ["F1", "False"], done.stderr)

    def test_trap_12_logs_hold_no_secret(self):
        """Not even where somebody turns everything else to DEBUG."""
        self.server.say(FEEDS, Answer({"feedId": "F1"}, 202))
        self.server.say("/store", Answer(b""))
        records = self.capture_logs()
        self.create_feed()
        url = f"{self.server.url}/store?X-Amz-Signature=s1gnature"
        self.client.upload_document(url, b"content", "text/xml")
        written = " ".join(record.getMessage() for record in records)
        for secret in (*SECRETS, "s1gnature"):
            self.assertNotIn(secret, written)

    def capture_logs(self):
        root = logging.getLogger()
        records = []
        handler = logging.Handler()
        handler.emit = records.append
        self.addCleanup(root.setLevel, root.level)
        self.addCleanup(root.removeHandler, handler)
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        return records

    def test_nothing_that_is_reported_or_shown_holds_a_secret(self):
        self.server.say(FEEDS, Answer(error_body(), 400))
        error = self.fails(errors.RejectedError, self.create_feed)
        shown = [repr(call) for call in self.calls]
        shown += [str(error), repr(error), repr(self.client)]
        shown += traceback.format_exception(error)
        shown.append(repr(Credentials(*SECRETS[:3])))
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

    def test_keys_never_travel_unprotected(self):
        secure = f"{self.server.url}/auth/o2/token"
        for addresses in (("http://x", secure), (self.server.url, "http://x/token")):
            with self.subTest(addresses):
                endpoint = Endpoint(*addresses)
                error = self.fails(
                    errors.CertificateError, self.make_client, endpoint=endpoint
                )
                self.assertIn("https://", str(error))

    def test_unreadable_ca_certificate_is_named(self):
        for text in ("rubbish", "-----BEGIN CERTIFICATE-----\nx\n", "Größe"):
            with self.subTest(text):
                endpoint = Endpoint(self.server.url, self.server.url, text)
                error = self.fails(
                    errors.CertificateError, self.make_client, endpoint=endpoint
                )
                self.assertIn("PEM", str(error))

    def test_address_that_is_none_has_done_nothing(self):
        for address in ("https://[", "https://127.0.0.1:99999", "https://no.invalid"):
            with self.subTest(address):
                endpoint = Endpoint(
                    address, f"{self.server.url}/auth/o2/token", self.server.ca
                )
                client = self.make_client(endpoint=endpoint)
                error = self.fails(
                    errors.UnavailableError, client.create_feed, "T", [DE], "D"
                )
                self.assertFalse(error.maybe_done)
