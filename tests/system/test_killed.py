# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Workers and PostgreSQL killed at each step of a report and of a feed.

Before: the job of the step is enqueued. During: Amazon has been called and has not
answered. After: Amazon has answered, and nothing of it is committed. Each time the
rows are in Odoo exactly once, and Amazon was asked for each thing once.
"""

from __future__ import annotations

import pytest

from tests.system.exchanges import (
    FEED_STATES,
    LISTINGS,
    ORDERS,
    REPORT_STATES,
    SETTLEMENT,
    XML_FEED,
    order_number,
    texts,
)

# Shorter than the wait of these accounts, and long enough to find the worker.
DELAY = {"kind": "delay", "seconds": 2.5}
REPORT_STEPS = {
    "createReport": "_job_request",
    "getReport": "_job_poll",
    "getReportDocument": "_job_fetch",
    "downloadDocument": "_job_fetch",
}
FEED_STEPS = {
    "createFeedDocument": "_job_upload",
    "uploadDocument": "_job_upload",
    "createFeed": "_job_submit",
    "getFeed": "_job_poll",
    "getFeedDocument": "_job_fetch_result",
    "downloadDocument": "_job_fetch_result",
}


@pytest.fixture(autouse=True)
def nothing_left(exchanges):
    """No job whose worker was killed is left to the next test.

    What that queues would join such a job, and be found by the watchdog only.
    """
    yield
    exchanges.wait_until_idle(hurry=True)


def wait_until_called(shop):
    """Wait until the call that is delayed has been made."""
    shop.odoo.wait_until(
        lambda: shop.simulator.faults_used("delay"), 60, "no call", pause=0.05
    )


def kill_after_answer(shop, table, method):
    """Kill the worker whose call is delayed when Amazon has answered it.

    What it would write down into *table* has to wait for us.
    """
    wait_until_called(shop)
    with shop.locked(table):
        shop.wait_until_blocked(table)
        shop.kill_job(method)


# === REPORTS === #


def check_requested(shop, report, before):
    """The report is here once, and is the only one that Amazon was asked for."""
    found = shop.check_report(report, shop.skus)
    assert shop.ids_of(found["amazon_report_id"]) == [report]
    assert shop.strangers(LISTINGS) <= before


@pytest.mark.parametrize("state", REPORT_STATES[:5])
def test_all_workers_killed_before_a_step_of_a_report(exchanges, state):
    before = bool(exchanges.skus) and exchanges.strangers(LISTINGS)
    with exchanges.slowly(10):
        report = exchanges.request()
        exchanges.wait_for_report(report, state)
        exchanges.kill_all()
    check_requested(exchanges, report, before)


@pytest.mark.parametrize("operation", REPORT_STEPS)
def test_worker_killed_during_a_step_of_a_report(exchanges, operation):
    before = bool(exchanges.skus) and exchanges.strangers(LISTINGS)
    exchanges.simulator.fault(operation, **DELAY)
    report = exchanges.request()
    wait_until_called(exchanges)
    exchanges.kill_job(REPORT_STEPS[operation])
    check_requested(exchanges, report, before)


@pytest.mark.parametrize("operation", REPORT_STEPS)
def test_worker_killed_after_a_step_of_a_report(exchanges, operation):
    before = bool(exchanges.skus) and exchanges.strangers(LISTINGS)
    exchanges.simulator.fault(operation, **DELAY)
    report = exchanges.request()
    kill_after_answer(exchanges, "amazon_report", REPORT_STEPS[operation])
    check_requested(exchanges, report, before)


def test_worker_killed_during_the_import(exchanges):
    rows = texts()
    with exchanges.locked("amazon_test_row"):
        report = exchanges.found(SETTLEMENT, exchanges.offer(SETTLEMENT, rows))
        exchanges.wait_until_blocked("amazon_test_row")
        exchanges.kill_job("_job_import")
    exchanges.check_report(report, rows)
    assert exchanges.fetches(report) == 1


def test_worker_killed_between_import_and_commit(exchanges):
    """All rows are written; closing the alert of an earlier failure has to wait."""
    unread = exchanges.found(SETTLEMENT, exchanges.offer_raw(SETTLEMENT, b""))
    assert exchanges.ended(unread)["state"] == "failed"
    rows = texts()
    with exchanges.locked("integrator_alert"):
        report = exchanges.found(SETTLEMENT, exchanges.offer(SETTLEMENT, rows))
        exchanges.wait_until_blocked("integrator_alert")
        exchanges.kill_job("_job_import")
    exchanges.check_report(report, rows)
    assert exchanges.fetches(report) == 1


def test_worker_killed_during_access_to_personal_data(exchanges):
    rows = texts()
    exchanges.simulator.fault("createRestrictedDataToken", **DELAY)
    report = exchanges.found(ORDERS, exchanges.offer(ORDERS, rows))
    wait_until_called(exchanges)
    exchanges.kill_job("_job_fetch")
    exchanges.check_report(report, rows)


def test_worker_killed_during_the_search_for_reports(exchanges):
    rows = texts()
    exchanges.simulator.fault("getReports", **DELAY)
    amazon_id = exchanges.offer(SETTLEMENT, rows)
    exchanges.look_now(SETTLEMENT)
    wait_until_called(exchanges)
    exchanges.kill_job("_job_run")
    exchanges.check_report(exchanges.found(SETTLEMENT, amazon_id), rows)
    assert len(exchanges.ids_of(amazon_id)) == 1


def test_worker_killed_after_the_search_for_reports(exchanges):
    rows = texts()
    exchanges.simulator.fault("getReports", **DELAY)
    amazon_id = exchanges.offer(SETTLEMENT, rows)
    exchanges.look_now(SETTLEMENT)
    kill_after_answer(exchanges, "amazon_report", "_job_run")
    exchanges.check_report(exchanges.found(SETTLEMENT, amazon_id), rows)
    assert len(exchanges.ids_of(amazon_id)) == 1


@pytest.mark.parametrize("operation", ["createReport", "getReportDocument"])
def test_postgresql_restarted_in_the_middle_of_a_report(exchanges, postgres, operation):
    before = bool(exchanges.skus) and exchanges.strangers(LISTINGS)
    exchanges.simulator.fault(operation, **DELAY)
    report = exchanges.request()
    broken = len(exchanges.broken_jobs())
    wait_until_called(exchanges)
    postgres.restart()
    exchanges.odoo.wait_until_steady()

    def noticed():
        exchanges.hurry()
        ended = exchanges.report_state(report) == "done"
        return ended or len(exchanges.broken_jobs()) > broken

    # A job that broke with its database is started again by the watchdog.
    exchanges.odoo.wait_until(noticed, 90, "the job was not run")
    exchanges.resume()
    check_requested(exchanges, report, before)


# === FEEDS === #


def check_sent_once(shop, event):
    """Amazon's word is on the event, and Amazon has each feed once."""
    ((_name, status, said),) = shop.answered([event])
    assert (status, "18028" in said) == ("error", True), said
    at_amazon = [feed["feedId"] for feed in shop.accepted_feeds()]
    assert sorted(at_amazon) == sorted(shop.feed_ids_in_odoo())


@pytest.mark.parametrize("state", FEED_STATES[:6])
def test_all_workers_killed_before_a_step_of_a_feed(exchanges, state):
    with exchanges.slowly(10):
        (event,) = exchanges.queue(XML_FEED, [order_number()])
        exchanges.wait_for_feed(event, state)
        exchanges.kill_all()
    check_sent_once(exchanges, event)


def test_all_workers_killed_before_a_feed_is_built(exchanges):
    (event,) = exchanges.queue(XML_FEED, [order_number()])
    exchanges.kill_all()
    check_sent_once(exchanges, event)


@pytest.mark.parametrize("operation", FEED_STEPS)
def test_worker_killed_after_a_step_of_a_feed(exchanges, operation):
    exchanges.simulator.fault(operation, **DELAY)
    (event,) = exchanges.queue(XML_FEED, [order_number()])
    kill_after_answer(exchanges, "amazon_feed", FEED_STEPS[operation])
    check_sent_once(exchanges, event)


def test_worker_killed_before_the_answers_of_a_feed_are_kept(exchanges):
    (event,) = exchanges.queue(XML_FEED, [order_number()])
    exchanges.simulator.fault("downloadDocument", **DELAY)
    wait_until_called(exchanges)
    with exchanges.locked("amazon_feed_message"):
        exchanges.wait_until_blocked("amazon_feed_message")
        exchanges.kill_job("_job_apply")
    check_sent_once(exchanges, event)
