# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

from odoo import fields
from odoo.tests import tagged

from .. import archive
from ..spapi import ReportPage, RestrictedToken, errors
from .common import AmazonCase, downloading, report_at_amazon
from .test_amazon_feed import lost

START, END = datetime(2026, 11, 1), datetime(2026, 11, 2)


@tagged("post_install", "-at_install")
class TestAmazonReport(AmazonCase):
    def requested(self, **answers):
        """Return a report that Amazon has taken."""
        report = self.new()
        self.amazon(create_report=["R1"], **answers)
        report._job_request()
        return report

    def new(self, start=START, end=END):
        return self.env["amazon.report"]._request_range(
            self.account, "TEST_REPORT", start, end
        )

    def fetched(self, content):
        """Return a report that is archived."""
        report = self.requested(
            get_report=[report_at_amazon(status="DONE", document="D1")],
            get_report_document=["location"],
            download_document=downloading(content),
        )
        report._job_poll()
        report._job_fetch()
        return report

    # === REQUEST === #

    def test_request_names_window_and_marketplaces(self):
        fake_report = self.new()
        fake = self.amazon(create_report=["R1"])
        fake_report._job_request()
        ((_name, args, kwargs),) = fake.made("create_report")
        self.assertEqual(args[0], "TEST_REPORT")
        self.assertEqual(len(args[1]), 2)
        self.assertEqual(kwargs["data_start"], START.replace(tzinfo=timezone.utc))
        self.assertEqual(kwargs["data_end"], END.replace(tzinfo=timezone.utc))
        self.assertEqual(fake_report.state, "requested")

    def test_long_range_is_cut_into_windows(self):
        reports = self.new(START, START + timedelta(days=70))
        self.assertEqual(len(reports), 3)
        self.assertEqual(reports[0].data_start, START)
        self.assertEqual(reports[0].data_end, reports[1].data_start)
        self.assertEqual(reports[2].data_end, START + timedelta(days=70))

    def test_lost_answer_is_looked_up_and_adopted(self):
        report = self.new()
        other = report_at_amazon(
            "R8", data_start_time=START.replace(tzinfo=timezone.utc, year=2025)
        )
        mine = report_at_amazon(
            "R9", data_start_time=START.replace(tzinfo=timezone.utc)
        )
        fake = self.amazon(
            create_report=lost("createReport"),
            get_reports=ReportPage((other, mine), None),
        )
        self.put_off(report._job_request)
        self.unblock()
        report._job_request()
        self.assertEqual(report.amazon_report_id, "R9")
        self.assertEqual(len(fake.made("create_report")), 1)

    def test_refused_request_is_said(self):
        report = self.new()
        self.amazon(create_report=errors.RejectedError("No.", operation="createReport"))
        report._job_request()
        self.assertEqual((report.state, report.error), ("failed", "No."))
        self.assertTrue(self.alert("report-failed:TEST_REPORT"))

    def alert(self, cause):
        return self.env["integrator.alert"].search(
            [
                ("cause", "=", f"amazon:{self.account.id}:{cause}"),
                ("state", "=", "open"),
            ]
        )

    # === POLL === #

    def test_report_in_work_is_asked_for_again(self):
        report = self.requested(get_report=[report_at_amazon(status="IN_PROGRESS")])
        report._job_poll()
        self.assertEqual(report.state, "processing")

    def test_cancelled_means_no_data(self):
        report = self.requested(get_report=[report_at_amazon(status="CANCELLED")])
        report._job_poll()
        self.assertEqual(report.state, "empty")
        self.assertFalse(self.alert("report-failed:TEST_REPORT"))

    def test_fatal_report_can_be_requested_again(self):
        report = self.requested(get_report=[report_at_amazon(status="FATAL")])
        report._job_poll()
        self.assertEqual(report.state, "failed")
        self.assertIn("FATAL", report.error)
        report.action_retry()
        again = report.replaced_by_id
        self.assertEqual((again.state, again.data_start), ("new", START))
        report.action_retry()
        self.assertEqual(report.replaced_by_id, again)

    def test_report_that_amazon_makes_is_not_asked_for(self):
        report = self.requested(get_report=[report_at_amazon(status="FATAL")])
        report.origin = "listed"
        report._job_poll()
        self.assertFalse(report.can_retry)
        report.action_retry()
        self.assertFalse(report.replaced_by_id)
        alert = self.alert("report-failed:TEST_REPORT")
        self.assertIn("Wait for the next one", alert.next_step)

    def test_late_report_raises_an_alert_and_is_asked_on(self):
        report = self.requested(get_report=[report_at_amazon()])
        report.submit_date -= timedelta(hours=9)
        report._job_poll()
        self.assertEqual(report.state, "processing")
        self.assertTrue(self.alert(f"stuck:amazon.report:{report.id}"))
        report.action_give_up()
        self.assertEqual(report.state, "failed")

    def test_unknown_status_is_an_end_in_words(self):
        report = self.requested(get_report=[report_at_amazon(status="WITHDRAWN")])
        report._job_poll()
        self.assertIn("WITHDRAWN", report.error)

    # === FETCH AND IMPORT === #

    def test_raw_report_is_archived_before_it_is_read(self):
        report = self.fetched(b"a\nb\n")
        self.assertEqual(
            (report.state, report.content_type), ("archived", "text/plain")
        )
        with archive.unpack(report, "document") as kept:
            self.assertEqual(kept.read(), b"a\nb\n")

    def test_report_is_imported_once(self):
        report = self.fetched(b"a\nb\n")
        report._job_import()
        self.assertEqual((report.state, report.row_count), ("done", 2))
        self.assertIn("already", report._job_import())

    def test_unreadable_report_is_fetched_some_times_then_a_person_is_told(self):
        report = self.fetched(b"rubbish")
        for _ in range(3):
            report._job_import()
            self.assertEqual(report.state, "ready")
            self.amazon(
                get_report_document=["location"],
                download_document=downloading(b"rubbish"),
            )
            report._job_fetch()
        report._job_import()
        self.assertEqual(report.state, "failed")
        self.assertIn("rubbish", report.error)

    def test_import_can_be_repeated_after_a_correction(self):
        report = self.fetched(b"a\n")
        report._job_import()
        report.action_import_again()
        self.assertEqual(report.state, "archived")
        report._job_import()
        self.assertEqual(report.state, "done")

    def test_restricted_report_is_fetched_with_a_token_for_it_alone(self):
        handler = type(self.env["amazon.report.handler.test_report"])
        self.patch(handler, "_restricted", True)
        report = self.requested(
            get_report=[report_at_amazon(status="DONE", document="D1")]
        )
        report._job_poll()
        token = RestrictedToken("Atz.sprdt|x", 3600.0)
        fake = self.amazon(
            create_restricted_data_token=[token],
            get_report_document=["location"],
            download_document=downloading(b"a\n"),
        )
        report._job_fetch()
        self.assertEqual(
            fake.made("create_restricted_data_token")[0][1],
            ("/reports/2021-06-30/documents/D1",),
        )
        self.assertEqual(
            fake.made("get_report_document")[0][2], {"restricted_token": token}
        )


@tagged("post_install", "-at_install")
class TestAmazonReportStream(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(
            {
                "automatic": True,
                "flow_ids": [(4, cls.flow.id)],
                "cutover_date": fields.Datetime.now() - timedelta(days=2),
            }
        )

    def setUp(self):
        super().setUp()
        self.reports = self.env["amazon.report"]
        self.cursors = self.env["amazon.cursor"]

    def run_stream(self):
        """Run the test stream as if it were due; return its reports, oldest first."""
        self.cursors.search([]).run_date = False
        self.env.flush_all()
        self.reports._job_run(self.account, "TEST_REPORT")
        return self.reports.search([("report_type", "=", "TEST_REPORT")], order="id")

    @property
    def cursor(self):
        return self.cursors.search([("stream", "=", "TEST_REPORT")])

    def set_handler(self, **attributes):
        handler = type(self.env["amazon.report.handler.test_report"])
        for name, value in attributes.items():
            self.patch(handler, name, value)

    def test_first_window_begins_at_the_cut_over(self):
        report = self.run_stream()
        self.assertEqual(report.data_start, self.account.cutover_date)
        self.assertAlmostEqual(
            report.data_end, fields.Datetime.now(), delta=timedelta(seconds=5)
        )

    def test_one_report_of_a_stream_is_on_its_way(self):
        self.run_stream()
        self.assertEqual(len(self.run_stream()), 1)

    def test_next_window_overlaps_the_last(self):
        first = self.run_stream()
        first._finish("done", row_count=0)
        self.assertEqual(self.cursor.position, first.data_end)
        self.cursor.position -= timedelta(minutes=30)
        second = self.run_stream() - first
        self.assertEqual(second.data_start, self.cursor.position - timedelta(hours=1))

    def test_cursor_is_held_behind_a_failure(self):
        first = self.run_stream()
        first._fail("down")
        second = self.run_stream() - first
        self.assertEqual(second.data_start, first.data_start)
        self.assertEqual(self.cursor.position, first.data_start)
        second._finish("empty")
        self.assertEqual(self.cursor.position, second.data_end)

    def test_cursor_leaves_no_gap(self):
        cursor = self.cursors._lock(self.account, "TEST_REPORT")
        begin = cursor.position
        hour = timedelta(hours=1)
        cursor._advance([(begin + 2 * hour, begin + 3 * hour)])
        self.assertEqual(cursor.position, begin)
        cursor._advance([(begin + hour, begin + 3 * hour), (begin, begin + hour)])
        self.assertEqual(cursor.position, begin + 3 * hour)

    def test_stream_that_is_not_due_does_nothing(self):
        self.run_stream()._finish("done")
        self.assertIn("Not due", self.reports._job_run(self.account, "TEST_REPORT"))

    def test_cron_runs_what_is_declared_and_switched_on(self):
        def planned():
            return self.env["queue.job"].search_count(
                [
                    (
                        "identity_key",
                        "=",
                        f"amazon-stream-{self.account.id}-TEST_REPORT",
                    )
                ]
            )

        self.account.flow_ids -= self.flow
        self.reports._cron_reports()
        self.assertEqual(planned(), 0)
        self.account.flow_ids |= self.flow
        self.account.mode = "stopped"
        self.reports._cron_reports()
        self.assertEqual(planned(), 0)
        self.account.mode = "live"
        self.reports._cron_reports()
        self.assertEqual(planned(), 1)

    def test_reports_that_amazon_makes_are_taken_up_once(self):
        self.set_handler(_origin="listed")
        pages = [
            ReportPage((report_at_amazon("R3", "DONE", "D3"),), "next"),
            ReportPage((report_at_amazon("R2", "IN_PROGRESS"),), None),
        ]
        fake = self.amazon(get_reports=[*pages, *pages])
        self.run_stream()
        reports = self.run_stream()
        self.assertEqual(
            {r.amazon_report_id: r.state for r in reports},
            {"R3": "ready", "R2": "processing"},
        )
        self.assertEqual(fake.made("get_reports")[1][2], {"next_token": "next"})
        self.run_stream()
        self.assertEqual(self.run_stream(), reports)

    def test_stream_of_a_flow_switched_off_makes_no_call(self):
        self.set_handler(_origin="listed")
        fake = self.amazon(get_reports=ReportPage((), None))
        # Its job waits already.
        self.account.flow_ids -= self.flow
        self.run_stream()
        self.assertEqual(fake.calls, [])

    def test_what_one_page_has_brought_is_kept_without_a_token_for_the_next(self):
        self.set_handler(_origin="listed")
        begin = self.cursors._lock(self.account, "TEST_REPORT").position
        self.amazon(
            get_reports=[
                ReportPage((report_at_amazon("R3"),), "next"),
                errors.ThrottledError("wait", operation="getReports", status=429),
                ReportPage((report_at_amazon("R2"),), None),
            ]
        )
        self.run_stream()
        self.assertEqual(
            (self.cursor.page_token, self.cursor.position), ("next", begin)
        )
        self.put_off(self.reports._job_run, self.account, "TEST_REPORT")
        self.env["amazon.rate.budget"].search([]).write({"tokens": 5, "since": 0})
        self.env.flush_all()
        self.reports._job_run(self.account, "TEST_REPORT")
        self.assertEqual(self.reports.search_count([]), 2)
        self.assertFalse(self.cursor.page_token)
        self.assertGreater(self.cursor.position, begin)

    def test_list_that_amazon_has_forgotten_is_read_anew(self):
        self.set_handler(_origin="listed")
        fake = self.amazon(
            get_reports=[
                ReportPage((), "old"),
                errors.RejectedError("What?", operation="getReports"),
                ReportPage((), None),
            ]
        )
        for _ in range(3):
            self.run_stream()
        self.assertIn("created_since", fake.made("get_reports")[2][2])

    def test_cursor_moves_on_after_a_pause_longer_than_amazon_remembers(self):
        self.set_handler(_origin="listed")
        self.account.cutover_date = fields.Datetime.now() - timedelta(days=200)
        fake = self.amazon(get_reports=ReportPage((), None))
        self.run_stream()
        self.assertAlmostEqual(
            self.cursor.position, fields.Datetime.now(), delta=timedelta(seconds=5)
        )
        since = fake.made("get_reports")[0][2]["created_since"]
        age = datetime.now(timezone.utc) - since
        self.assertLess(age, timedelta(days=90))

    def test_nothing_is_listed_from_before_the_cut_over(self):
        self.set_handler(_origin="listed")
        fake = self.amazon(get_reports=ReportPage((), None))
        self.run_stream()
        self.assertEqual(
            fake.made("get_reports")[0][2]["created_since"],
            self.account.cutover_date.replace(tzinfo=timezone.utc),
        )

    def test_cut_over_that_is_moved_on_moves_the_cursor(self):
        self.run_stream()._finish("failed")
        self.account.cutover_date = fields.Datetime.now() - timedelta(hours=3)
        self.assertEqual(self.run_stream()[-1].data_start, self.account.cutover_date)

    def test_window_behind_one_that_was_cut_does_not_wait(self):
        self.set_handler(_longest_window=timedelta(hours=12))
        first = self.run_stream()
        first._finish("done")
        self.assertFalse(self.cursor.run_date)

    def test_no_job_is_made_for_what_is_not_due(self):
        self.run_stream()
        self.reports._cron_reports()
        key = f"amazon-stream-{self.account.id}-TEST_REPORT"
        jobs = self.env["queue.job"]
        self.assertFalse(jobs.search_count([("identity_key", "=", key)]))
        self.cursor.run_date -= timedelta(minutes=15)
        self.reports._cron_reports()
        self.assertEqual(jobs.search_count([("identity_key", "=", key)]), 1)

    def test_schedule_is_made_when_amazon_has_none(self):
        self.set_handler(_origin="scheduled", _period="PT15M")
        shops = tuple(self.shops.mapped("marketplace_id"))
        fake = self.amazon(
            get_report_schedules=[[]],
            create_report_schedule=["S1"],
            get_reports=ReportPage((), None),
        )
        self.run_stream()
        self.run_stream()
        self.assertEqual(len(fake.made("create_report_schedule")), 1)
        self.assertEqual(len(fake.made("get_report_schedules")), 1)
        self.cursor.schedule_date = False
        fake.answers["get_report_schedules"] = [
            [SimpleNamespace(period="PT15M", marketplace_ids=shops)]
        ]
        self.run_stream()
        self.assertEqual(len(fake.made("create_report_schedule")), 1)

    # === ONE REPORT PER MARKETPLACE === #

    def split(self):
        """Let the test report be one per marketplace, and about now."""
        self.set_handler(_per_marketplace=True, _snapshot=True)
        self.account.cutover_date = False

    def run_parts(self):
        """Run each part of the stream; return the reports by marketplace."""
        self.cursors.search([]).run_date = False
        self.env.flush_all()
        for shop in self.shops:
            self.reports._job_run(self.account, "TEST_REPORT", shop)
        found = self.reports.search([("report_type", "=", "TEST_REPORT")])
        return found.grouped("marketplace_ids")

    def test_each_marketplace_has_a_stream_and_a_report_of_its_own(self):
        self.split()
        self.assertEqual(set(self.run_parts()), set(self.shops))
        streams = self.cursors.search([("account_id", "=", self.account.id)])
        self.assertEqual(
            set(streams.mapped("stream")), {"TEST_REPORT DE", "TEST_REPORT FR"}
        )
        found = self.run_parts()
        self.assertEqual([len(reports) for reports in found.values()], [1, 1])

    def test_report_about_now_is_requested_at_once(self):
        self.split()
        report = self.run_parts()[self.shops[0]]
        self.assertFalse(report.data_start or report.data_end)
        fake = self.amazon(create_report=["R1"])
        report._job_request()
        self.assertEqual(
            fake.made("create_report")[0][1][1], [self.shops[0].marketplace_id]
        )

    def test_one_marketplace_on_its_way_does_not_hold_up_the_other(self):
        self.split()
        first = self.run_parts()
        first[self.shops[0]]._finish("done")
        second = self.run_parts()
        self.assertEqual(len(second[self.shops[0]]), 2)
        self.assertEqual(len(second[self.shops[1]]), 1)

    def test_lost_report_of_another_marketplace_is_not_adopted(self):
        self.split()
        report = self.run_parts()[self.shops[1]]
        other = report_at_amazon("R8")
        mine = report_at_amazon("R9", marketplace_ids=(self.shops[1].marketplace_id,))
        self.amazon(
            create_report=lost("createReport"),
            get_reports=ReportPage((other, mine), None),
        )
        self.put_off(report._job_request)
        self.unblock()
        report._job_request()
        self.assertEqual(report.amazon_report_id, "R9")

    def test_failure_of_one_marketplace_stays_an_alert_when_the_other_works(self):
        self.split()
        found = self.run_parts()
        found[self.shops[0]]._fail("down")
        found[self.shops[1]]._finish("done")
        alert = self.env["integrator.alert"].search(
            [("cause", "=like", "%report-failed:TEST_REPORT DE")]
        )
        self.assertEqual(alert.state, "open")
        again = self.run_parts()[self.shops[0]] - found[self.shops[0]]
        again._finish("done")
        self.assertEqual(alert.state, "done")

    def test_cron_runs_each_marketplace(self):
        self.split()
        self.reports._cron_reports()
        jobs = self.env["queue.job"].search(
            [("identity_key", "=like", f"amazon-stream-{self.account.id}-TEST_REPORT%")]
        )
        self.assertEqual(len(jobs), 2)
        self.account.marketplace_ids -= self.shops[1]
        done = self.reports._job_run(self.account, "TEST_REPORT", self.shops[1])
        self.assertIn("does not sell there", done)

    def test_failed_report_is_requested_again_for_its_marketplace(self):
        self.split()
        report = self.run_parts()[self.shops[1]]
        report._fail("down")
        report.action_retry()
        self.assertEqual(report.replaced_by_id.marketplace_ids, self.shops[1])

    def test_range_by_hand_is_one_report_per_marketplace(self):
        self.split()
        reports = self.reports._request_range(self.account, "TEST_REPORT", START, END)
        self.assertEqual(
            [report.marketplace_ids for report in reports], list(self.shops)
        )
