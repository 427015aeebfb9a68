# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..spapi import FeedPage
from ..spapi.bucket import URGENT
from .common import AmazonCase, feed_at_amazon
from .test_amazon_feed import DOCUMENT, lost


@tagged("post_install", "-at_install")
class TestAmazonSwitches(AmazonCase):
    """Stopped, preview only, flows switched off: also for jobs that wait already."""

    def built(self, *keys, flow=None):
        messages = self.queue(*(keys or ("S1",)), flow=flow or self.flow)
        event = self.event(messages)
        return self.build(), event

    # === STOPPED === #

    def test_stopped_account_makes_no_call(self):
        feed, _event = self.built()
        fake = self.amazon(create_feed_document=[DOCUMENT])
        self.account.action_stop()
        error = self.put_off(feed._job_upload)
        self.assertIn("is stopped", str(error))
        self.assertTrue(error.ignore_retry)
        self.assertEqual(fake.calls, [])

    def test_stopped_account_builds_nothing(self):
        self.queue("S1")
        self.account.action_stop()
        self.assertFalse(self.build())

    def test_started_account_goes_on_where_it_was(self):
        feed, _event = self.built()
        self.account.action_stop()
        self.put_off(feed._job_upload)
        self.account.action_start()
        self.amazon(create_feed_document=[DOCUMENT], upload_document=[None])
        feed._job_upload()
        self.assertEqual(feed.state, "uploaded")

    def test_feed_of_long_ago_is_built_anew_with_the_values_of_now(self):
        feed, event = self.built()
        self.env.cr.execute(
            "UPDATE amazon_feed SET create_date = create_date - interval '5 hours'"
        )
        feed.invalidate_recordset()
        fake = self.amazon()
        feed._job_upload()
        self.assertFalse(feed.exists())
        self.assertEqual(fake.calls, [])
        self.assertEqual(self.build().message_ids.product_event_ids, event)

    def test_jobs_that_wait_are_woken(self):
        self.built()
        job = self.env["queue.job"].search([("method_name", "=", "_job_upload")])
        job.eta = fields.Datetime.now() + timedelta(hours=1)
        self.account._wake_jobs_now()
        self.assertFalse(job.eta)

    # === PREVIEW ONLY === #

    def preview(self, *keys):
        self.account.mode = "shadow"
        return self.built(*keys)

    def run_withdrawals(self):
        """Run the jobs that take previews apart."""
        jobs = self.env["queue.job"].search([("method_name", "=", "_job_withdraw")])
        self.assertEqual(len(jobs), 1)
        self.env["amazon.feed"]._job_withdraw(*jobs.args)

    def test_preview_made_while_going_live_is_not_forgotten(self):
        feed, _event = self.preview("S1")
        # The build job had begun before the switch was thrown, and ended after.
        self.account.mode = "live"
        self.env["queue.job"].search([("method_name", "=", "_job_withdraw")]).unlink()
        self.env["amazon.feed"]._cron_watchdog()
        self.run_withdrawals()
        self.assertFalse(feed.exists())

    def test_preview_stays_one_when_the_account_is_stopped_again(self):
        feed, _event = self.preview("S1")
        self.account.mode = "live"
        self.account.mode = "stopped"
        self.run_withdrawals()
        self.assertEqual(feed.state, "preview")

    def test_change_that_comes_in_while_a_preview_is_taken_apart(self):
        feed, _event = self.preview("S1")
        self.account.mode = "live"
        messages = type(self.env["amazon.feed.message"])
        join = messages._join

        def join_late(records, pairs):
            self.queue("S1", flow=self.flow)
            return join(records, pairs)

        self.patch(messages, "_join", join_late)
        self.enterContext(mute_logger("odoo.sql_db"))
        self.assertIn(
            "newer change", str(self.put_off(feed._job_withdraw, self.account))
        )

    def test_preview_shows_what_would_be_sent_and_sends_nothing(self):
        fake = self.amazon()
        feed, event = self.preview("S1", "S2")
        self.assertEqual((feed.state, feed.message_count), ("preview", 2))
        self.assertTrue(feed.document)
        self.assertEqual(set(feed.message_ids.mapped("state")), {"preview"})
        self.assertFalse(event.amazon_status)
        self.assertIn("not sent", event.amazon_status_data)
        self.assertEqual(fake.calls, [])

    def test_sending_is_refused_even_to_a_job_from_before(self):
        feed, _event = self.built()
        fake = self.amazon(create_feed_document=[DOCUMENT])
        self.account.mode = "shadow"
        # A job that began before the switch was thrown does not see it.
        self.patch(type(feed), "_must_not_be_sent", lambda feed: False)
        self.assertIn("nothing is sent", str(self.put_off(feed._job_upload)))
        self.assertEqual(fake.calls, [])

    def test_feed_not_yet_sent_becomes_a_preview(self):
        feed, event = self.built()
        fake = self.amazon()
        self.account.mode = "shadow"
        feed._job_upload()
        self.assertFalse(feed.exists())
        preview = self.build()
        self.assertEqual(preview.state, "preview")
        self.assertEqual(preview.message_ids.product_event_ids, event)
        self.assertEqual(fake.calls, [])

    def test_stopped_account_cancels_nothing_at_amazon(self):
        feed, _event = self.built()
        feed.write({"state": "submitted", "amazon_feed_id": "F1"})
        fake = self.amazon(cancel_feed=None)
        for mode in ("stopped", "shadow"):
            self.account.mode = mode
            with self.assertRaises(UserError):
                feed.action_cancel_at_amazon()
        self.assertEqual(fake.calls, [])
        self.account.mode = "live"
        feed.action_cancel_at_amazon()
        self.assertEqual(len(fake.made("cancel_feed")), 1)

    def test_feed_that_has_ended_is_not_cancelled(self):
        feed, _event = self.built()
        feed.write({"state": "done", "amazon_feed_id": "F1"})
        fake = self.amazon(cancel_feed=None)
        feed.action_cancel_at_amazon()
        self.assertEqual(fake.calls, [])

    def test_reading_goes_on_in_a_preview(self):
        self.account.mode = "shadow"
        self.amazon(get_feed=["fine"])
        self.assertEqual(self.get_feed(), "fine")

    def test_going_live_sends_what_was_previewed_once(self):
        _feed, first = self.preview("S1", "S2")
        _feed, second = self.built("S1")
        self.account.mode = "live"
        self.run_withdrawals()
        self.assertFalse(self.env["amazon.feed"].search([("state", "=", "preview")]))
        waiting = self.env["amazon.feed.message"].search([("state", "=", "waiting")])
        self.assertEqual(sorted(waiting.mapped("key")), ["S1", "S2"])
        answered = waiting.filtered(lambda m: m.key == "S1").product_event_ids
        self.assertEqual(answered, first | second)
        feed = self.build()
        self.assertEqual((feed.state, feed.message_count), ("built", 2))

    def test_preview_joins_what_waits_already(self):
        _feed, event = self.preview("S1")
        self.queue("S1", flow=self.flow)
        self.account.mode = "live"
        self.run_withdrawals()
        message = self.env["amazon.feed.message"].search([("key", "=", "S1")])
        self.assertEqual(len(message), 1)
        self.assertEqual(message.product_event_ids, event)

    # === FLOWS === #

    def test_flow_switched_off_is_not_built(self):
        self.account.flow_ids -= self.flow
        self.queue("S1", flow=self.flow)
        self.queue("S2")
        feed = self.build()
        self.assertEqual(feed.message_ids.key, "S2")

    def test_feed_of_a_flow_switched_off_is_taken_apart(self):
        for state in ("built", "uploaded"):
            feed, event = self.built(f"S-{state}")
            feed.state = state
            fake = self.amazon()
            self.account.flow_ids -= self.flow
            (feed._job_upload if state == "built" else feed._job_submit)()
            self.assertFalse(feed.exists())
            message = self.env["amazon.feed.message"].search(
                [("key", "=", f"S-{state}")]
            )
            self.assertEqual(message.state, "waiting")
            self.assertEqual(message.product_event_ids, event)
            self.assertEqual(fake.calls, [])
            self.account.flow_ids |= self.flow
            message.unlink()

    def test_feed_that_amazon_may_have_is_not_taken_apart(self):
        feed, _event = self.built()
        self.amazon(
            create_feed_document=[DOCUMENT], upload_document=[None], create_feed=lost()
        )
        feed._job_upload()
        self.put_off(feed._job_submit)
        self.account.flow_ids -= self.flow
        self.unblock()
        fake = self.amazon(get_feeds=FeedPage((), None))
        self.assertIn("was lost", str(self.put_off(feed._job_submit)))
        self.assertEqual(feed.state, "uploaded")
        self.env["amazon.api.call"].search([]).write(
            {"date": fields.Datetime.now() - timedelta(hours=1)}
        )
        self.unblock()
        feed._job_submit()
        self.assertFalse(feed.exists())
        self.assertEqual(fake.made("create_feed"), [])

    def test_feed_that_amazon_has_is_followed_though_its_flow_is_off(self):
        feed, _event = self.built()
        self.amazon(
            create_feed_document=[DOCUMENT],
            upload_document=[None],
            create_feed=lost(),
            get_feeds=FeedPage((feed_at_amazon("F7"),), None),
        )
        feed._job_upload()
        self.put_off(feed._job_submit)
        self.account.flow_ids -= self.flow
        self.unblock()
        feed._job_submit()
        self.assertEqual((feed.state, feed.amazon_feed_id), ("submitted", "F7"))

    def test_urgent_flows_come_first(self):
        urgent = self.env["amazon.flow"].create(
            {"name": "Urgent", "code": "urgent", "priority": URGENT}
        )
        self.account.flow_ids |= urgent
        self.queue("bulk-1", "bulk-2", flow=self.flow)
        self.queue("now", flow=urgent)
        claimed = self.env["amazon.feed.message"]._claim(
            self.account, self.shops[0], "TEST_FEED", 2
        )
        self.assertEqual(claimed.mapped("key"), ["now", "bulk-1"])
        self.assertEqual(self.build().priority, URGENT)

    def test_report_of_a_flow_switched_off_waits(self):
        report = self.env["amazon.report"]._request_range(
            self.account,
            "TEST_REPORT",
            fields.Datetime.now() - timedelta(days=1),
            fields.Datetime.now(),
        )
        fake = self.amazon(create_report=["R1"])
        self.account.flow_ids -= self.flow
        self.put_off(report._job_request)
        self.assertEqual(fake.calls, [])
        self.account.flow_ids |= self.flow
        report._job_request()
        self.assertEqual(report.state, "requested")
