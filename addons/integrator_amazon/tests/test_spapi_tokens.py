# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
import time
from unittest.mock import patch

from odoo.tests import tagged

from ..spapi import AccessToken, Credentials, ProcessTokenStore, errors, tokens
from .spapi_case import SpApiCase
from .spapi_server import TOKEN, Answer

LWA = "/auth/o2/token"
PATH = "/feeds/2021-06-30/feeds/F1"
FEED = {
    "feedId": "F1",
    "feedType": "T",
    "createdTime": "2026-11-23T10:00:00Z",
    "processingStatus": "DONE",
}
DENIED = Answer({"errors": [{"code": "Unauthorized", "message": "expired"}]}, 403)


@tagged("post_install", "-at_install")
class TestSpApiTokens(SpApiCase):
    def setUp(self):
        super().setUp()
        self.server.say(PATH, Answer(FEED))

    def test_one_token_serves_many_calls_and_clients(self):
        self.client.get_feed("F1")
        self.client.get_feed("F1")
        self.make_client().get_feed("F1")
        self.assertEqual(len(self.server.asked(LWA)), 1)

    def test_trap_08_apps_do_not_share_a_token(self):
        self.client.get_feed("F1")
        rotated = Credentials("client-id", "new-secret", "Atzr|refresh")
        self.make_client(credentials=rotated).get_feed("F1")
        self.assertEqual(len(self.server.asked(LWA)), 2)

    def test_trap_08_refused_token_is_dropped_and_fetched_anew_once(self):
        self.client.get_feed("F1")
        self.server.say(LWA, Answer({**TOKEN.body, "access_token": "Atza|two"}))
        self.server.say(PATH, DENIED, Answer(FEED))
        self.client.get_feed("F1")
        used = [r["headers"]["x-amz-access-token"] for r in self.server.asked(PATH)]
        self.assertEqual(used, ["Atza|one", "Atza|one", "Atza|two"])

    def test_access_that_is_really_denied_is_not_tried_for_ever(self):
        self.server.say(PATH, DENIED)
        self.fails(errors.AccessDeniedError, self.client.get_feed, "F1")
        self.assertEqual(len(self.server.asked(PATH)), 1)
        self.fails(errors.AccessDeniedError, self.client.get_feed, "F1")
        self.assertEqual(len(self.server.asked(PATH)), 2)

    def test_token_is_renewed_before_it_ends(self):
        self.client.get_feed("F1")
        later = time.time() + 3600 - 60
        with patch("time.time", return_value=later):
            self.client.get_feed("F1")
        self.assertEqual(len(self.server.asked(LWA)), 2)

    def test_trap_08_many_threads_fetch_one_token(self):
        gate = threading.Event()
        self.server.say(LWA, Answer(TOKEN.body, wait=gate))
        clients = [self.make_client() for _ in range(8)]
        failed = []

        def run(client):
            try:
                client.get_feed("F1")
            except errors.SpApiError as error:
                failed.append(error)

        threads = [threading.Thread(target=run, args=(c,)) for c in clients]
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])
        self.assertEqual(len(self.server.asked(LWA)), 1)

    def test_refused_keys_are_explained(self):
        for code, words in (
            ("invalid_client", "secret key"),
            ("invalid_grant", "refresh token"),
            ("unauthorized_client", "same app"),
            ("something_new", "something_new"),
        ):
            with self.subTest(code):
                self.server.say(LWA, Answer({"error": code}, 400))
                error = self.fails(errors.SignInError, self.client.get_feed, "F1")
                self.assertEqual(error.code, code)
                self.assertIn(words, str(error))
        self.assertEqual(self.server.asked(PATH), [])

    def test_trap_11_sign_in_that_breaks_is_no_refusal(self):
        for answer in (
            Answer(b"<html>", 503),
            Answer(b"<html>", 500),
            Answer(b"<html>", 400),
            Answer({"error": "temporarily_unavailable"}, 400),
            Answer({"error": 7}, 401),
            Answer(b"", 200),
            Answer({"token_type": "bearer"}, 200),
            Answer({"access_token": ""}, 200),
            Answer({"access_token": "Atza|a\r\nx: y"}, 200),
            Answer({"access_token": "Atza|ö"}, 200),
            Answer({"access_token": "Atza|a", "expires_in": "soon"}, 200),
            Answer(drop=True),
        ):
            with self.subTest(status=answer.status, body=answer.body):
                tokens.forget_all()
                self.server.say(LWA, answer)
                error = self.fails(errors.UnavailableError, self.client.get_feed, "F1")
                self.assertFalse(error.maybe_done)
                self.assertEqual(error.operation, "getAccessToken")
        self.assertEqual(self.server.asked(PATH), [])

    def test_late_refusal_of_an_old_token_spares_the_new_one(self):
        self.client.get_feed("F1")
        gate = threading.Event()
        self.server.say(LWA, Answer({**TOKEN.body, "access_token": "Atza|two"}))
        late = Answer(DENIED.body, DENIED.status, wait=gate)
        self.server.say(PATH, late, DENIED, Answer(FEED))
        slow = threading.Thread(target=self.make_client().get_feed, args=("F1",))
        slow.start()
        while len(self.server.asked(PATH)) < 2:
            time.sleep(0.01)
        self.client.get_feed("F1")
        gate.set()
        slow.join()
        self.assertEqual(len(self.server.asked(LWA)), 2)

    def test_throttled_sign_in_is_throttled(self):
        self.server.say(LWA, Answer(b"", 429))
        self.fails(errors.ThrottledError, self.client.get_feed, "F1")

    # === STORES === #

    def test_store_of_the_callers_is_used(self):
        store = ProcessTokenStore()
        self.make_client(token_store=store).get_feed("F1")
        self.make_client(token_store=store).get_feed("F1")
        self.client.get_feed("F1")
        self.assertEqual(len(self.server.asked(LWA)), 2)

    def test_token_is_not_shown(self):
        self.assertNotIn("Atza", repr(AccessToken("Atza|one", 1.0)))

    def test_key_of_a_store_tells_no_secret_and_tells_apps_apart(self):
        keys = set()

        class Store(ProcessTokenStore):
            def get(self, key):
                keys.add(key)

        store = Store()
        rotated = Credentials("client-id", "new-secret", "Atzr|refresh")
        for options in ({}, {"credentials": rotated}):
            self.make_client(token_store=store, **options).get_feed("F1")
        self.assertEqual(len(keys), 2)
        self.assertNotIn("secret", " ".join(keys))

    def test_token_that_another_worker_renewed_is_used(self):
        store = ProcessTokenStore()
        client = self.make_client(token_store=store)
        client.get_feed("F1")
        (key,) = store._tokens
        fresh = AccessToken("Atza|other", time.time() + 3600)

        class Worker:
            """Renews the token between our refusal and our own sign-in."""

            get = staticmethod(store.get)

            @staticmethod
            def drop(key, refused):
                store.drop(key, refused)
                store.renew(key, lambda: fresh, None)

            renew = staticmethod(store.renew)

        self.server.say(PATH, DENIED, Answer(FEED))
        self.make_client(token_store=Worker).get_feed("F1")
        used = self.server.asked(PATH)[-1]["headers"]["x-amz-access-token"]
        self.assertEqual((used, store.get(key)), ("Atza|other", fresh))
        self.assertEqual(len(self.server.asked(LWA)), 1)

    def test_twenty_threads_fetch_once(self):
        store = ProcessTokenStore()
        fetched = []
        barrier = threading.Barrier(20)

        def fetch():
            fetched.append(1)
            time.sleep(0.05)
            return AccessToken(f"t{len(fetched)}", time.time() + 3600)

        def run(refused):
            barrier.wait()
            found.append(store.renew("key", fetch, refused).value)

        for refused, expected in ((None, "t1"), ("t1", "t2")):
            found = []
            threads = [threading.Thread(target=run, args=(refused,)) for _ in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(found, [expected] * 20)
        self.assertEqual(len(fetched), 2)

    def test_keys_do_not_wait_for_each_other(self):
        store = ProcessTokenStore()
        gate = threading.Event()
        self.addCleanup(gate.set)
        token = AccessToken("t", time.time() + 3600)

        def slow():
            gate.wait(10)
            return token

        thread = threading.Thread(target=store.renew, args=("a", slow, None))
        thread.start()
        self.assertIs(store.renew("b", lambda: token, None), token)
        gate.set()
        thread.join()

    def test_failed_fetch_keeps_nothing_and_frees_the_others(self):
        store = ProcessTokenStore()

        def fail():
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            store.renew("key", fail, None)
        token = AccessToken("t", time.time() + 3600)
        self.assertIs(store.renew("key", lambda: token, None), token)

    def test_drop_spares_the_token_that_took_the_place(self):
        store = ProcessTokenStore()
        token = AccessToken("new", time.time() + 3600)
        store.renew("key", lambda: token, None)
        store.drop("key", "old")
        self.assertIs(store.get("key"), token)
        store.drop("key", "new")
        self.assertIsNone(store.get("key"))

    def test_token_near_its_end_does_not_serve(self):
        now = time.time()
        self.assertTrue(AccessToken("t", now + 125).serves())
        self.assertFalse(AccessToken("t", now + 115).serves())
        self.assertFalse(AccessToken("t", now + 3600).serves("t"))
