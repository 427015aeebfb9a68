# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports when Amazon answers badly at any step, and reports that end badly.

After each case: the report is done, its rows are in Odoo exactly once, and Amazon has
no report that Odoo does not know.
"""

from __future__ import annotations

import pytest

from deploy.simulator.roles import ROLES, SHIPPING
from tests.system.exchanges import LISTINGS, ORDERS, SETTLEMENT, sheet, texts
from tests.system.faults import (
    ANSWERS,
    TOO_SLOW,
    fault_id,
    faults_of,
    line_up,
    struck,
)

REQUESTED = ["getReport", "getReportDocument", "downloadDocument"]
RESTRICTED = ["createRestrictedDataToken", "getReportDocument", "downloadDocument"]


def all_faults_of(operation):
    return [*faults_of(operation), TOO_SLOW]


@pytest.fixture(autouse=True)
def no_broken_jobs(exchanges):
    """Whatever Amazon answers, it breaks no job."""
    yield
    assert not exchanges.broken_jobs()


# === EVERY BAD ANSWER === #


@pytest.mark.parametrize("operation", REQUESTED)
def test_every_bad_answer_to_a_requested_report(exchanges, operation):
    """All bad answers one after the other at one step, then a good one."""
    skus, before = exchanges.skus, exchanges.strangers(LISTINGS)
    faults = all_faults_of(operation)
    line_up(exchanges.simulator, operation, faults)
    exchanges.check_report(exchanges.request(), skus)
    assert struck(exchanges.simulator) == len(faults)
    assert exchanges.strangers(LISTINGS) <= before


@pytest.mark.parametrize("operation", RESTRICTED)
def test_every_bad_answer_to_a_report_with_personal_data(exchanges, operation):
    faults, rows = all_faults_of(operation), texts()
    line_up(exchanges.simulator, operation, faults)
    report = exchanges.found(ORDERS, exchanges.offer(ORDERS, rows))
    exchanges.check_report(report, rows)
    assert struck(exchanges.simulator) == len(faults)


def test_every_bad_answer_to_the_search_for_reports(exchanges):
    faults, rows = all_faults_of("getReports"), texts()
    line_up(exchanges.simulator, "getReports", faults)
    amazon_id = exchanges.offer(SETTLEMENT, rows)
    exchanges.check_report(exchanges.found(SETTLEMENT, amazon_id), rows)
    assert struck(exchanges.simulator) == len(faults)
    assert not exchanges.strangers(SETTLEMENT)
    assert len(exchanges.ids_of(amazon_id)) == 1


@pytest.mark.parametrize(("kind", "how"), [*ANSWERS, TOO_SLOW], ids=fault_id)
def test_every_bad_answer_to_the_request_of_a_report(exchanges, kind, how):
    """The report is requested once, whether or not its answer is lost."""
    skus, before = exchanges.skus, exchanges.strangers(LISTINGS)
    exchanges.simulator.fault("createReport", kind, **how)
    exchanges.check_report(exchanges.request(), skus)
    assert exchanges.simulator.faults_used(kind) == 1
    assert exchanges.strangers(LISTINGS) <= before


def test_request_that_amazon_carries_out_when_nobody_waits_any_more(exchanges):
    """Later than the account's wait for a lost answer: it is requested once more.

    Amazon then has one report that Odoo does not know, and never more than that one.
    """
    skus, before = exchanges.skus, exchanges.strangers(LISTINGS)
    exchanges.simulator.fault("createReport", "delay", seconds=14)
    exchanges.check_report(exchanges.request(), skus)
    exchanges.odoo.wait_until(
        lambda: exchanges.strangers(LISTINGS) - before, 60, "Amazon never made it"
    )
    assert len(exchanges.strangers(LISTINGS) - before) == 1


# === REPORTS THAT END BADLY === #


def failure_alerts(exchanges, kind):
    return exchanges.open_alerts(f"amazon:%:report-failed:{kind}")


def test_report_that_amazon_aborts_is_requested_again_by_a_person(exchanges):
    skus, before = exchanges.skus, exchanges.strangers(LISTINGS)
    exchanges.simulator.fault("createReport", "report_fatal")
    report = exchanges.request()
    found = exchanges.ended(report)
    assert found["state"] == "failed"
    assert f"report {found['amazon_report_id']} with status FATAL" in found["error"]
    ((name, description, next_step),) = failure_alerts(exchanges, LISTINGS)
    assert found["amazon_report_id"] in name
    assert description == found["error"]
    assert "Request Again" in next_step
    exchanges.odoo.rpc("amazon.report", "action_retry", [[report]])
    exchanges.odoo.rpc("amazon.report", "action_retry", [[report]])
    again = exchanges.report(report)["replaced_by_id"][0]
    exchanges.check_report(again, skus)
    assert not failure_alerts(exchanges, LISTINGS)
    assert not exchanges.rows_of(report)
    assert exchanges.strangers(LISTINGS) <= before


def test_report_without_data_is_no_failure(exchanges):
    exchanges.simulator.fault("createReport", "report_cancelled")
    alerts = exchanges.open_alerts()
    report = exchanges.request()
    found = exchanges.ended(report)
    assert (found["state"], found["error"]) == ("empty", False)
    assert found["processing_status"] == "CANCELLED"
    assert exchanges.open_alerts() == alerts
    assert not exchanges.rows_of(report)


def test_report_that_amazon_never_ends_is_given_up_by_a_person(exchanges):
    skus = exchanges.skus
    exchanges.simulator.fault("createReport", "report_stuck")
    report = exchanges.request()
    cause = f"amazon:%:stuck:amazon.report:{report}"

    def alerted():
        exchanges.hurry()
        return exchanges.open_alerts(cause)

    with exchanges.set(stuck_hours=0):
        exchanges.odoo.wait_until(alerted, 60, "nobody was told")
    exchanges.odoo.rpc("amazon.report", "action_give_up", [[report]])
    found = exchanges.report(report)
    assert found["state"] == "failed"
    assert "Given up by" in found["error"]
    assert not exchanges.open_alerts(cause)
    exchanges.odoo.rpc("amazon.report", "action_retry", [[report]])
    again = exchanges.report(report)["replaced_by_id"][0]
    exchanges.check_report(again, skus)
    assert exchanges.report(report)["state"] == "failed"


ODD = {
    "zero bytes": (b"", {}, "it is empty"),
    "blank lines": (b"\r\n\r\n", {}, "it is empty"),
    "missing column": (b"other\r\n1\r\n", {}, "it has no column settlement-id"),
    "cut short": (b"settleme", {}, "it has no column settlement-id"),
    "wrong charset": (
        sheet(SETTLEMENT, ["even"]),
        {"content_type": "text/plain;charset=UTF-16LE"},
        "it has no column settlement-id",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_report_that_nobody_can_read(exchanges, name):
    """It is fetched some times, then a person is told why it cannot be read."""
    content, how, words = ODD[name]
    amazon_id = exchanges.offer_raw(SETTLEMENT, content, **how)
    report = exchanges.found(SETTLEMENT, amazon_id)
    found = exchanges.ended(report)
    assert (found["state"], found["fetch_count"]) == ("failed", 4)
    assert words in found["error"]
    ((_name, description, next_step),) = failure_alerts(exchanges, SETTLEMENT)
    assert description == found["error"]
    assert next_step
    assert not exchanges.rows_of(report)
    assert exchanges.fetches(report) == 4
    exchanges.odoo.rpc("amazon.report", "action_retry", [[report]])
    assert exchanges.ended(report)["state"] == "failed"
    assert exchanges.fetches(report) == 8
    # A readable one of the kind closes the alert.
    rows = texts()
    amazon_id = exchanges.offer(SETTLEMENT, rows)
    exchanges.check_report(exchanges.found(SETTLEMENT, amazon_id), rows)
    assert not failure_alerts(exchanges, SETTLEMENT)


@pytest.mark.parametrize("action", ["action_import_again", "action_retry"])
def test_report_that_odoo_could_not_read_is_imported_after_the_correction(
    exchanges, action
):
    setting, rows = f"integrator_amazon_testtypes.{SETTLEMENT}", texts()
    exchanges.odoo.call("ir.config_parameter", "set_param", setting, "no-such")
    try:
        amazon_id = exchanges.offer(SETTLEMENT, rows)
        report = exchanges.found(SETTLEMENT, amazon_id)
        found = exchanges.ended(report)
    finally:
        exchanges.odoo.call("ir.config_parameter", "set_param", setting, False)
    assert found["state"] == "failed"
    assert "no column no-such" in found["error"]
    assert failure_alerts(exchanges, SETTLEMENT)
    fetches = exchanges.fetches(report)
    exchanges.odoo.rpc("amazon.report", action, [[report]])
    exchanges.check_report(report, rows)
    again = 1 if action == "action_retry" else 0
    assert exchanges.fetches(report) == fetches + again
    assert not failure_alerts(exchanges, SETTLEMENT)


def test_report_that_is_done_cannot_be_given_up(exchanges):
    report, rows = exchanges.request(), exchanges.skus
    exchanges.check_report(report, rows)
    exchanges.odoo.rpc("amazon.report", "action_give_up", [[report]])
    exchanges.check_report(report, rows)


def test_report_that_was_never_fetched_cannot_be_imported_again(exchanges):
    exchanges.simulator.fault("createReport", "report_fatal")
    report = exchanges.request()
    assert exchanges.ended(report)["state"] == "failed"
    exchanges.odoo.rpc("amazon.report", "action_import_again", [[report]])
    assert exchanges.report_state(report) == "failed"


def test_report_in_another_charset_than_its_name_says(exchanges):
    content = "settlement-id\r\nMüller\r\n".encode("iso-8859-1")
    kind = "text/plain;charset=UTF-8"
    amazon_id = exchanges.offer_raw(SETTLEMENT, content, content_type=kind)
    exchanges.check_report(exchanges.found(SETTLEMENT, amazon_id), ["Müller"])


@pytest.mark.parametrize(
    ("kind", "how"), [("truncated_gzip", {}), ("status", {})], ids=fault_id
)
def test_documents_that_do_not_arrive_for_long(exchanges, kind, how):
    """It is no failure of the report: a person is told, and it goes on by itself."""
    rows = texts()
    exchanges.simulator.fault("downloadDocument", kind, times=1000, **how)
    report = exchanges.found(ORDERS, exchanges.offer(ORDERS, rows))

    def in_vain():
        exchanges.hurry(forgive=False)
        # Three times in each job, and more jobs than it takes to tell a person.
        return exchanges.simulator.faults_used(kind) >= 3 * 7

    exchanges.odoo.wait_until(in_vain, 100, "it was not fetched again and again")
    assert exchanges.report_state(report) == "ready"
    ((_name, _description, next_step),) = exchanges.open_alerts("amazon:%:no-answer")
    assert "keeps trying" in next_step
    exchanges.simulator.clear_faults()
    exchanges.check_report(report, rows)


# === WHAT AMAZON MAKES === #


def test_listed_report_is_taken_up_once_however_often_it_is_seen(exchanges):
    rows = texts()
    amazon_id = exchanges.offer(SETTLEMENT, rows)
    report = exchanges.found(SETTLEMENT, amazon_id)
    seen = len(exchanges.simulator.journal(operation="getReports"))

    def seen_again():
        exchanges.look(SETTLEMENT)
        exchanges.hurry()
        return len(exchanges.simulator.journal(operation="getReports")) >= seen + 2

    exchanges.odoo.wait_until(seen_again, 60, "Odoo did not look again")
    exchanges.check_report(report, rows)
    assert exchanges.ids_of(amazon_id) == [report]
    assert exchanges.fetches(report) == 1


def made_by_schedules(exchanges, places):
    """Return the reports that schedules for just these places have made."""
    seller_id = exchanges.seller["seller_id"]
    return [
        report
        for report in exchanges.simulator.reports(seller_id=seller_id)
        if report.get("reportScheduleId") and report["marketplaceIds"] == places
    ]


def calls_of(exchanges, operation):
    """Return how often it was called, but for calls with a token that had ended."""
    calls = exchanges.simulator.journal(operation=operation)
    return sum(1 for call in calls if call["status"] != 403)


def test_schedule_is_made_once_and_its_reports_arrive(one_marketplace):
    """Also when Amazon answers badly, and when its answer is lost."""
    exchanges, places = one_marketplace
    asked = all_faults_of("getReportSchedules")
    made = [("throttle", {}), ("status", {"status": 500}), ("drop_after", {})]
    line_up(exchanges.simulator, "getReportSchedules", asked)
    line_up(exchanges.simulator, "createReportSchedule", made)
    tries = calls_of(exchanges, "createReportSchedule")
    exchanges.odoo.sql("UPDATE amazon_cursor SET schedule_date = NULL")
    rows = texts()
    report = exchanges.found(ORDERS, exchanges.offer(ORDERS, rows))
    assert struck(exchanges.simulator) == len(asked) + len(made)

    # The next day Odoo looks whether the schedule is still there.
    looks = calls_of(exchanges, "getReportSchedules")
    exchanges.odoo.sql("UPDATE amazon_cursor SET schedule_date = '2020-01-01'")
    exchanges.simulator.admin("clock", "POST", {"advance": 3600})
    exchanges.check_report(report, rows)
    at_amazon = exchanges.odoo.wait_until(
        lambda: made_by_schedules(exchanges, places)[4:], 60, "Amazon made no reports"
    )
    for item in at_amazon:
        found = exchanges.found(ORDERS, item["reportId"])
        # The simulator has no orders: Amazon's word for that is CANCELLED.
        assert exchanges.ended(found)["state"] == "empty"
    assert calls_of(exchanges, "getReportSchedules") == looks + 1
    assert calls_of(exchanges, "createReportSchedule") == tries + len(made)
    schedules = {r["reportScheduleId"] for r in made_by_schedules(exchanges, places)}
    assert len(schedules) == 1


@pytest.fixture
def one_marketplace(exchanges):
    """The account sells in its first marketplace only: no schedule fits that yet."""
    (account,) = exchanges.odoo.search_read(
        "amazon.account", [("id", "=", exchanges.account)], ["marketplace_ids"]
    )
    (shop,) = exchanges.odoo.search_read(
        "amazon.marketplace",
        [("id", "in", account["marketplace_ids"][:1])],
        ["marketplace_id"],
    )
    with exchanges.set(marketplace_ids=[(6, 0, [shop["id"]])]):
        yield exchanges, [shop["marketplace_id"]]


# === ACCESS === #


@pytest.fixture
def role_is_missing(exchanges):
    """Function that takes the role for buyers' data away; it is back afterwards."""
    seller_id = exchanges.seller["seller_id"]

    def change(missing):
        roles = [role for role in ROLES if not missing or role != SHIPPING]
        exchanges.simulator.change_seller(seller_id, roles=roles)

    yield change
    change(False)


def wait_for_access_alert(exchanges, method):
    """Wait until a job is put off for want of access; return the alerts."""

    def alerted():
        exchanges.hurry()
        return exchanges.open_alerts("amazon:%:no-access%")

    found = exchanges.odoo.wait_until(alerted, 60, "nobody was told")
    exchanges.wait_until_put_off(method)
    return found


def test_report_without_the_role_waits_until_it_is_back(exchanges, role_is_missing):
    rows = texts()
    # It is listed, and then waits a moment for Amazon's limit.
    exchanges.simulator.fault("createRestrictedDataToken", "throttle", times=2)
    report = exchanges.found(ORDERS, exchanges.offer(ORDERS, rows))
    exchanges.odoo.wait_until(
        lambda: exchanges.simulator.faults_used("throttle"), 60, "it was not fetched"
    )
    role_is_missing(True)
    ((_name, description, next_step),) = wait_for_access_alert(exchanges, "_job_fetch")
    assert "buyers' data" in description
    assert "roles" in next_step
    assert exchanges.report_state(report) == "ready"
    role_is_missing(False)
    exchanges.simulator.clear_faults()
    exchanges.call("action_test_connection")
    # Without hurry: it was to wait for ten minutes, and goes on at once.
    exchanges.check_report(report, rows, hurry=False)


def test_search_without_the_role_waits_until_it_is_back(exchanges, role_is_missing):
    rows = texts()
    amazon_id = exchanges.offer(ORDERS, rows)
    role_is_missing(True)
    exchanges.look_now(ORDERS)
    wait_for_access_alert(exchanges, "_job_run")
    assert not exchanges.ids_of(amazon_id)
    role_is_missing(False)
    exchanges.call("action_test_connection")
    # The job that waits is the one that goes on: none is enqueued here.
    found = exchanges.odoo.wait_until(
        lambda: exchanges.ids_of(amazon_id), 60, "Odoo did not look again"
    )
    exchanges.check_report(found[0], rows, hurry=False)
