# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Switches thrown while feeds and reports are on their way, seen from Amazon."""

from __future__ import annotations

import time

import pytest

from tests.system.exchanges import (
    LISTINGS,
    SETTLEMENT,
    TEXT_FEED,
    XML_FEED,
    order_number,
    texts,
)

SENDING = ("createFeedDocument", "uploadDocument", "createFeed")
# So long nothing may arrive, while the jobs that wait are made to run again and again.
QUIET = 5


@pytest.fixture(autouse=True)
def switched_on(exchanges):
    """The account is live and does everything again after each test."""
    yield
    flows = exchanges.odoo.search_read("amazon.flow", [], ["id"])
    values = {"mode": "live", "flow_ids": [(6, 0, [flow["id"] for flow in flows])]}
    exchanges.odoo.write("amazon.account", exchanges.accounts, values)


def arrived(shop, operations=("",)):
    """Return how many requests Amazon got."""
    return sum(len(shop.simulator.journal(operation=name)) for name in operations)


def assert_quiet(shop, operations=("",)):
    """Nothing arrives at Amazon although every job that waits is run."""
    shop.wait_until_idle()
    before, end = arrived(shop, operations), time.monotonic() + QUIET
    while time.monotonic() < end:
        shop.hurry()
        time.sleep(0.5)
    shop.wait_until_idle()
    assert arrived(shop, operations) == before


def waiting_because(shop, words):
    """Return how many jobs wait and say why."""
    return shop.odoo.sql(
        "SELECT count(*) FROM queue_job WHERE state = 'pending' AND result LIKE %s",
        [f"%{words}%"],
    )[0][0]


def check_sent_once(shop, events, sent):
    """Each of the events has Amazon's words, and Amazon has each feed once."""
    for _name, status, said in shop.answered(events):
        assert (status, "18028" in said) == ("error", True), said
    at_amazon = [feed["feedId"] for feed in shop.accepted_feeds()]
    assert len(at_amazon) == sent
    assert sorted(at_amazon) == sorted(shop.feed_ids_in_odoo())


# === STOPPED === #


@pytest.mark.parametrize("state", ["built", "submitted", "processing", "processed"])
def test_stopped_account_calls_nobody_and_goes_on_when_started(exchanges, state):
    skus, rows = exchanges.skus, texts()
    sent = len(exchanges.accepted_feeds())
    amazon_id = exchanges.offer(SETTLEMENT, rows)
    with exchanges.slowly(10):
        events = exchanges.queue(XML_FEED, [order_number()])
        events += exchanges.queue(TEXT_FEED, [order_number()])
        report = exchanges.request(LISTINGS)
        exchanges.wait_for_feed(events[0], state)
        exchanges.call("action_stop")
    # Begun after the switch was thrown:
    exchanges.look_now(SETTLEMENT)
    events += exchanges.queue(XML_FEED, [order_number()])
    late = exchanges.request(LISTINGS)

    assert_quiet(exchanges)
    assert waiting_because(exchanges, "is stopped: it waits")
    assert not exchanges.ids_of(amazon_id)
    assert exchanges.report_state(late) == "new"

    exchanges.call("action_start")
    # By themselves, though the jobs were to wait for an hour.
    found = exchanges.odoo.wait_until(
        lambda: exchanges.ids_of(amazon_id), 60, "Odoo did not look for reports"
    )
    exchanges.check_report(found[0], rows, hurry=False)
    exchanges.check_report(report, skus, hurry=False)
    exchanges.check_report(late, skus, hurry=False)
    check_sent_once(exchanges, events, sent + 3)


# === FLOWS === #


def test_flow_that_is_unticked_sends_and_asks_nothing(exchanges):
    skus, sent = exchanges.skus, len(exchanges.accepted_feeds())
    flows = exchanges.odoo.search_read(
        "amazon.flow", [("code", "!=", "testtypes")], ["id"]
    )
    exchanges.simulator.fault("createFeedDocument", "throttle", times=3)
    exchanges.simulator.fault("createReport", "throttle", times=3)
    (event,) = exchanges.queue(XML_FEED, [order_number()])
    report = exchanges.request()
    exchanges.odoo.wait_until(
        lambda: exchanges.simulator.faults_used("throttle") >= 2, 60, "nothing called"
    )
    exchanges.odoo.write(
        "amazon.account",
        exchanges.accounts,
        {"flow_ids": [(6, 0, [flow["id"] for flow in flows])]},
    )
    assert_quiet(exchanges)
    assert exchanges.report_state(report) == "new"
    assert exchanges.feed_of(event) is None
    exchanges.simulator.clear_faults()
    flows = exchanges.odoo.search_read("amazon.flow", [], ["id"])
    exchanges.odoo.write(
        "amazon.account",
        exchanges.accounts,
        {"flow_ids": [(6, 0, [flow["id"] for flow in flows])]},
    )
    exchanges.check_report(report, skus, hurry=False)
    check_sent_once(exchanges, [event], sent + 1)


# === PREVIEW === #


@pytest.mark.parametrize("kind", [XML_FEED, TEXT_FEED])
def test_preview_is_shown_and_sent_once_the_account_is_live(exchanges, kind):
    key, sent = order_number(), len(exchanges.accepted_feeds())
    exchanges.odoo.write("amazon.account", exchanges.accounts, {"mode": "shadow"})
    (event,) = exchanges.queue(kind, [key])
    preview = exchanges.wait_for_feed(event, "preview")
    assert_quiet(exchanges, SENDING)
    ((_name, status, said),) = exchanges.events([event])
    assert (status, said) == (None, "Preview only: it was not sent.")
    opened = exchanges.odoo.rpc("amazon.feed", "action_open_document", [[preview]])
    status, text = exchanges.odoo.page(opened["url"])
    assert (status, key in text) == (200, True)

    exchanges.call("action_start")
    check_sent_once(exchanges, [event], sent + 1)
    assert exchanges.feed_of(event) != preview
    states = exchanges.odoo.sql("SELECT 1 FROM amazon_feed WHERE state = 'preview'")
    assert not states


def test_feed_that_was_built_before_the_preview_is_not_sent_in_it(exchanges):
    sent = len(exchanges.accepted_feeds())
    exchanges.simulator.fault("createFeedDocument", "throttle", times=1)
    (event,) = exchanges.queue(XML_FEED, [order_number()])
    exchanges.odoo.wait_until(
        lambda: exchanges.simulator.faults_used("throttle"), 60, "nothing called"
    )
    exchanges.odoo.write("amazon.account", exchanges.accounts, {"mode": "shadow"})
    assert_quiet(exchanges, SENDING)
    exchanges.call("action_start")
    check_sent_once(exchanges, [event], sent + 1)


def test_reports_are_fetched_in_preview(exchanges):
    """Asking changes nothing at Amazon."""
    skus = exchanges.skus
    exchanges.odoo.write("amazon.account", exchanges.accounts, {"mode": "shadow"})
    exchanges.check_report(exchanges.request(), skus)
