# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import gzip
import io
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

from odoo import fields
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .. import archive
from ..spapi import errors
from .common import AmazonCase, downloading, feed_at_amazon


def lost(operation="createFeed"):
    return errors.UnavailableError(
        "The answer was lost.", operation=operation, maybe_done=True
    )


DOCUMENT = SimpleNamespace(feed_document_id="D1", url="https://upload.example/x")


@tagged("post_install", "-at_install")
class TestAmazonFeed(AmazonCase):
    def uploaded(self, *keys):
        """Return a feed that is uploaded, and the event its messages answer."""
        messages = self.queue(*(keys or ("S1", "S2")))
        event = self.event(messages)
        feed = self.build()
        self.amazon(create_feed_document=[DOCUMENT], upload_document=[None])
        feed._job_upload()
        return feed, event

    def answered(self, words):
        """Return a feed whose answer is *words*, and its event."""
        feed, event = self.uploaded()
        feed.write(
            {
                "state": "answered",
                "amazon_feed_id": "F1",
                "submit_date": fields.Datetime.now(),
                "result": base64.b64encode(gzip.compress(words.encode())),
            }
        )
        feed.message_ids._set_state("pending", "")
        return feed, event

    # === QUEUEING === #

    def test_answer_is_shown_in_its_own_charset(self):
        self.queue("S1")
        feed = self.build()
        feed.result_charset = "ISO-8859-1"
        for field, content in (
            ("result", "Größe".encode("cp1252")),
            ("document", "Größe".encode()),
        ):
            text = feed._open_text(io.BytesIO(content), field).stream.read()
            self.assertEqual(text, "Größe")

    def test_refused_documents_end_in_an_alert(self):
        refused = errors.DocumentRefusedError("No.", operation="uploadDocument")
        self.queue("S1")
        feed = self.build()
        self.amazon(create_feed_document=DOCUMENT, upload_document=refused)
        waits = [self.put_off(feed._job_upload).seconds for _ in range(4)]
        self.assertGreater(waits[-1], waits[0])
        cause = f"amazon:{self.account.id}:no-answer"
        alert = self.env["integrator.alert"].search([("cause", "=", cause)])
        self.assertEqual(alert.mapped("state"), ["open"])

    def test_second_change_joins_the_waiting_message(self):
        first, second = self.queue("S1"), self.queue("S1")
        self.assertEqual(first, second)
        self.assertEqual(first.revision, 1)

    def test_message_in_flight_holds_the_next_one_back(self):
        self.queue("S1")
        self.uploaded("S2")
        waiting = self.queue("S1", "S3")
        claimed = self.env["amazon.feed.message"]._claim(
            self.account, self.shops[0], "TEST_FEED", 10
        )
        self.assertEqual(claimed, waiting.filtered(lambda m: m.key == "S3"))

    # === BUILD AND SUBMIT === #

    def test_one_feed_per_marketplace_is_on_its_way(self):
        self.queue("S1")
        first = self.build()
        self.queue("S2")
        self.assertEqual(self.build(), first)
        self.queue("S2", shop=self.shops[1])
        self.assertNotEqual(self.build(self.shops[1]), first)

    def test_no_feed_is_built_that_could_not_be_submitted(self):
        self.queue("S1")
        self.env["amazon.rate.budget"]._exhaust(self.account, "createFeed")
        error = self.put_off(self.build)
        self.assertTrue(error.ignore_retry)

    def test_each_step_enqueues_the_next(self):
        self.queue("S1")
        with trap_jobs() as trap:
            feed = self.build()
            trap.assert_enqueued_job(
                feed._job_upload,
                properties={"identity_key": f"amazon-feed-{feed.id}-_job_upload"},
            )

    def test_submitted_feed_shows_on_its_events(self):
        feed, event = self.uploaded()
        self.amazon(create_feed=["F1"])
        feed._job_submit()
        self.assertEqual((feed.state, feed.amazon_feed_id), ("submitted", "F1"))
        self.assertEqual(event.amazon_status, "submitted")
        self.assertTrue(event.amazon_status_timestamp)

    def test_step_that_is_done_is_not_done_again(self):
        feed, _event = self.uploaded()
        fake = self.amazon(create_feed=["F1", "F2"])
        feed._job_submit()
        feed._job_submit()
        feed._job_upload()
        self.assertEqual(len(fake.calls), 1)

    def test_refused_upload_asks_for_a_new_address(self):
        self.queue("S1")
        feed = self.build()
        self.amazon(
            create_feed_document=[DOCUMENT],
            upload_document=errors.DocumentRefusedError(
                "expired", operation="uploadDocument"
            ),
        )
        self.put_off(feed._job_upload)
        self.assertEqual(feed.state, "built")

    def test_refused_feed_is_an_error_on_the_event(self):
        feed, event = self.uploaded()
        self.amazon(
            create_feed=errors.RejectedError("Invalid input.", operation="createFeed")
        )
        feed._job_submit()
        self.assertEqual(feed.state, "failed")
        self.assertEqual(event.amazon_status, "error")
        self.assertIn("Invalid input.", event.amazon_status_data)

    # === LOST ANSWERS === #

    def test_answer_in_a_lost_transaction_is_found_again(self):
        """Amazon answered, then the job's own transaction could not be committed."""
        feed, _event = self.uploaded()
        fake = self.amazon(create_feed=["F1"])
        feed._create_at_amazon()
        self.assertEqual(feed.state, "uploaded")
        feed._job_submit()
        self.assertEqual((feed.state, feed.amazon_feed_id), ("submitted", "F1"))
        self.assertEqual(len(fake.calls), 1)

    def test_lost_answer_is_looked_up_and_adopted(self):
        feed, _event = self.uploaded()
        fake = self.amazon(
            create_feed=lost(),
            get_feeds=SimpleNamespace(feeds=[feed_at_amazon("F9")], next_token=None),
        )
        self.put_off(feed._job_submit)
        self.unblock()
        feed._job_submit()
        self.assertEqual(feed.amazon_feed_id, "F9")
        self.assertEqual(len(fake.made("create_feed")), 1)

    def test_known_feeds_are_not_adopted(self):
        feed, _event = self.uploaded()
        feed.copy({"state": "done", "amazon_feed_id": "F8"})
        early = datetime.now(timezone.utc) - timedelta(minutes=3)
        found = [
            feed_at_amazon("F9"),
            feed_at_amazon("F8", created=early),
        ]
        self.amazon(
            create_feed=lost(),
            get_feeds=SimpleNamespace(feeds=found, next_token=None),
        )
        self.put_off(feed._job_submit)
        self.unblock()
        feed._job_submit()
        self.assertEqual(feed.amazon_feed_id, "F9")

    def test_nothing_is_sent_again_before_amazon_must_know(self):
        feed, _event = self.uploaded()
        fake = self.amazon(
            create_feed=[lost(), "F2"],
            get_feeds=SimpleNamespace(feeds=[], next_token=None),
        )
        for _ in range(2):
            self.put_off(feed._job_submit)
            self.unblock()
        self.assertEqual(len(fake.made("create_feed")), 1)
        self.env["amazon.api.call"].search(
            [("operation", "=", "createFeed")]
        ).date -= timedelta(seconds=self.account.lost_answer_wait + 1)
        self.env.flush_all()
        feed._job_submit()
        self.assertEqual(feed.amazon_feed_id, "F2")
        self.assertEqual(len(fake.made("create_feed")), 2)

    def test_call_that_never_left_is_simply_made_again(self):
        feed, _event = self.uploaded()
        refused = errors.UnavailableError(
            "Connection refused.", operation="createFeed", maybe_done=False
        )
        fake = self.amazon(create_feed=[refused, "F2"])
        self.put_off(feed._job_submit)
        self.unblock()
        feed._job_submit()
        self.assertEqual(feed.amazon_feed_id, "F2")
        self.assertEqual(fake.made("get_feeds"), [])

    # === POLL AND RESULT === #

    def test_poll_waits_longer_as_the_feed_grows_older(self):
        feed, _event = self.uploaded()
        delays = []
        for minutes in (0, 1, 4, 60):
            feed.submit_date = fields.Datetime.now() - timedelta(minutes=minutes)
            delays.append(feed._get_poll_delay())
        self.assertEqual(delays, [15, 30, 120, 300])

    def test_poll_moves_events_to_pending(self):
        feed, event = self.uploaded()
        self.amazon(create_feed=["F1"], get_feed=[feed_at_amazon(status="IN_QUEUE")])
        feed._job_submit()
        feed._job_poll()
        self.assertEqual(feed.state, "processing")
        self.assertEqual(event.amazon_status, "pending")

    def test_aborted_feed_is_an_outcome(self):
        for status in ("FATAL", "CANCELLED", "SOMETHING_NEW"):
            with self.subTest(status):
                feed, event = self.uploaded(f"S-{status}")
                self.amazon(
                    create_feed=["F1"], get_feed=[feed_at_amazon(status=status)]
                )
                feed._job_submit()
                feed._job_poll()
                self.assertEqual(feed.state, "failed")
                self.assertEqual(event.amazon_status, "error")
                self.assertIn("etry", event.amazon_status_data)

    def test_late_feed_raises_an_alert_and_is_asked_on(self):
        feed, _event = self.uploaded()
        self.amazon(create_feed=["F1"], get_feed=[feed_at_amazon()])
        feed._job_submit()
        feed.submit_date -= timedelta(hours=9)
        feed._job_poll()
        self.assertEqual(feed.state, "processing")
        self.assertTrue(
            self.env["integrator.alert"].search(
                [("cause", "=like", f"%:stuck:amazon.feed:{feed.id}")]
            )
        )

    def test_answer_is_archived_before_it_is_read(self):
        feed, _event = self.uploaded()
        feed.write({"state": "processed", "result_document_id": "R1"})
        self.amazon(
            get_feed_document=["location"],
            download_document=downloading(b"yes no"),
        )
        feed._job_fetch_result()
        self.assertEqual(feed.state, "answered")
        with archive.unpack(feed, "result") as stored:
            self.assertEqual(stored.read(), b"yes no")

    def test_each_message_gets_its_own_word(self):
        feed, event = self.answered("yes no")
        feed._job_apply()
        by_key = {m.key: (m.state, m.result) for m in feed.message_ids}
        self.assertEqual(by_key, {"S1": ("success", "yes"), "S2": ("error", "no")})
        self.assertEqual((feed.state, feed.error_count), ("done", 1))
        self.assertEqual(
            (event.amazon_status, event.amazon_status_data), ("error", "no")
        )

    def test_answer_that_cannot_be_read_is_fetched_again(self):
        feed, event = self.answered("yes")
        feed._job_apply()
        self.assertEqual(feed.state, "processed")
        self.assertEqual(event.amazon_status, "pending")

    def test_answer_that_can_never_be_read_is_an_outcome(self):
        feed, event = self.answered("yes")
        feed.fetch_count = 4
        feed._job_apply()
        self.assertEqual(feed.state, "failed")
        self.assertEqual(event.amazon_status, "error")
        self.assertIn("too short", event.amazon_status_data)

    def test_rejections_are_told_once_per_cause(self):
        feed, _event = self.answered("no no")
        feed._job_apply()
        alert = self.env["integrator.alert"].search(
            [("cause", "=like", "%rejected:no")]
        )
        self.assertEqual(alert.count, 1)
        self.assertIn("S1, S2", alert.name)

    def test_retry_queues_what_failed_for_the_same_events(self):
        feed, event = self.answered("yes no")
        feed._job_apply()
        event.action_amazon_retry()
        waiting = self.env["amazon.feed.message"].search([("state", "=", "waiting")])
        self.assertEqual(waiting.key, "S2")
        self.assertEqual(waiting.product_event_ids, event)
        self.assertFalse(event.amazon_status)

    # === STATUS AND WATCHDOG === #

    def test_event_shows_the_worst_of_its_messages(self):
        messages = self.queue("S1") | self.queue("S1", shop=self.shops[1])
        event = self.event(messages)
        for states, expected in (
            (("success", "success"), "success"),
            (("success", "pending"), "pending"),
            (("submitted", "pending"), "submitted"),
            (("success", "waiting"), False),
            (("error", "waiting"), "error"),
            (("error", "success"), "error"),
        ):
            with self.subTest(states):
                for message, state in zip(messages, states, strict=True):
                    message.state = state
                messages._refresh_events()
                self.assertEqual(event.amazon_status, expected)

    def test_watchdog_starts_the_step_of_a_feed_without_a_job(self):
        self.queue("S1")
        feed = self.build()
        self.env["queue.job"].search([]).unlink()
        with trap_jobs() as trap:
            self.env["amazon.feed"]._cron_watchdog()
            trap.assert_jobs_count(1, only=feed._job_upload)

    def test_watchdog_leaves_feeds_alone_that_have_a_job(self):
        self.queue("S1")
        feed = self.build()
        jobs = self.env["queue.job"].search_count([])
        self.env["amazon.feed"]._resume_steps()
        self.assertEqual(self.env["queue.job"].search_count([]), jobs)
        self.assertEqual(feed.state, "built")
