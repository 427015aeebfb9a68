# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds in XML and in text: Amazon's words on each message, bad ends, documents."""

from __future__ import annotations

import pytest

from tests.system.exchanges import TEXT_FEED, XML_FEED, order_number

KINDS = [XML_FEED, TEXT_FEED]
NOT_FOUND = "18028: Your order cannot be found in our system."


@pytest.fixture(autouse=True)
def no_broken_jobs(exchanges):
    """Whatever Amazon answers, it breaks no job."""
    yield
    assert not exchanges.broken_jobs()


def send(shop, kind, *keys):
    """Send a message per key; return the events and their feed, with its end."""
    events = shop.queue(kind, list(keys))
    shop.answered(events)
    return events, shop.feed_of(events[0])


# === WHAT AMAZON SAYS === #


@pytest.mark.parametrize("kind", KINDS)
def test_each_message_ends_with_amazons_own_words(exchanges, kind):
    keys = [order_number() for _ in range(3)]
    sent = len(exchanges.accepted_feeds())
    events, feed = send(exchanges, kind, *keys)
    for (name, status, said), key in zip(exchanges.events(events), keys, strict=True):
        assert (name, status) == (key, "error")
        assert NOT_FOUND in said
    assert {exchanges.feed_of(event) for event in events} == {feed}
    found = exchanges.feed(feed)
    assert (found["state"], found["error_count"]) == ("done", 3)
    (at_amazon,) = exchanges.accepted_feeds()[sent:]
    assert at_amazon["feedId"] == found["amazon_feed_id"]
    assert at_amazon["feedType"] == kind
    ((name, description, _next),) = exchanges.open_alerts("amazon:%:rejected:18028")
    assert all(key in name for key in keys)
    assert NOT_FOUND in description


@pytest.mark.parametrize("kind", KINDS)
def test_message_that_breaks_a_rule_does_not_spoil_its_neighbours(exchanges, kind):
    first, last = order_number(), order_number()
    events, feed = send(exchanges, kind, first, "no <order> & none", last)
    said = [words for _name, _status, words in exchanges.events(events)]
    assert [NOT_FOUND in words for words in said] == [True, False, True]
    assert said[1].startswith("5000: ")
    assert "'no <order> & none' is not a valid value" in said[1]
    assert exchanges.feed(feed)["error_count"] == 3


# === DOCUMENTS === #


def make_user(odoo, login, *groups):
    """Make a user whose password is his login."""
    modules = [name.split(".") for name in ("base.group_user", *groups)]
    found = [
        odoo.search_read(
            "ir.model.data", [("module", "=", module), ("name", "=", name)], ["res_id"]
        )[0]["res_id"]
        for module, name in modules
    ]
    values = {"name": login, "login": login, "password": login}
    odoo.create("res.users", {**values, "group_ids": [(6, 0, found)]})


@pytest.mark.parametrize("kind", KINDS)
def test_documents_can_be_opened_by_those_who_may(exchanges, kind):
    odoo, key = exchanges.odoo, order_number()
    _events, feed = send(exchanges, kind, key)
    reader, stranger = f"reader{feed}", f"stranger{feed}"
    make_user(odoo, reader, "integrator.group_integration_user")
    make_user(odoo, stranger)
    for field, words in (("document", key), ("result", "18028")):
        (opened,) = {odoo.rpc("amazon.feed", f"action_open_{field}", [[feed]])["url"]}
        for login in ("admin", reader):
            status, text = odoo.page(opened, login)
            assert status == 200
            assert words in text
        assert odoo.page(opened, stranger)[0] == 404
    assert odoo.page(f"/amazon/document/amazon.feed/{feed}/error")[0] == 404
    assert odoo.page("/amazon/document/amazon.feed/999999999/document")[0] == 404


# === FEEDS THAT END BADLY === #


def retry(shop, feed, event):
    """Retry a failed feed; Amazon's words are on its event afterwards."""
    shop.odoo.rpc("amazon.feed", "action_retry", [[feed]])
    ((_name, status, said),) = shop.answered([event])
    assert (status, NOT_FOUND in said) == ("error", True), said
    again = shop.feed_of(event)
    assert again != feed
    assert shop.feed(again)["state"] == "done"
    assert shop.feed(feed)["state"] == "failed"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("feed_fatal", "aborted feed"),
        ("feed_cancelled", "was cancelled at Amazon"),
        ("feed_no_result", "with status DONE and no answer"),
    ],
)
def test_feed_without_an_answer_is_retried_by_a_person(exchanges, kind, fault, words):
    exchanges.simulator.fault("createFeed", fault)
    (event,), feed = send(exchanges, kind, order_number())
    found = exchanges.feed(feed)
    assert found["state"] == "failed"
    assert words in found["error"]
    assert found["amazon_feed_id"] in found["error"]
    assert exchanges.events([event])[0][2] == found["error"]
    cause = f"amazon:%:feed-failed:{found['processing_status']}"
    ((_name, description, next_step),) = exchanges.open_alerts(cause)
    assert description == found["error"]
    assert "Retry" in next_step
    retry(exchanges, feed, event)


def test_feed_that_amazon_never_ends_is_given_up_by_a_person(exchanges):
    exchanges.simulator.fault("createFeed", "feed_stuck")
    (event,) = exchanges.queue(XML_FEED, [order_number()])
    feed = exchanges.wait_for_feed(event, "processing", hurry=True)
    cause = f"amazon:%:stuck:amazon.feed:{feed}"

    def alerted():
        exchanges.hurry()
        return exchanges.open_alerts(cause)

    with exchanges.set(stuck_hours=0):
        exchanges.odoo.wait_until(alerted, 60, "nobody was told")
    with pytest.raises(RuntimeError, match="not in the queue any more"):
        exchanges.odoo.rpc("amazon.feed", "action_cancel_at_amazon", [[feed]])
    exchanges.odoo.rpc("amazon.feed", "action_give_up", [[feed]])
    ((_name, status, said),) = exchanges.events([event])
    assert (status, "Given up by" in said) == ("error", True)
    assert not exchanges.open_alerts(cause)
    retry(exchanges, feed, event)


def test_feed_that_is_late_closes_its_alert_when_it_ends(exchanges):
    with exchanges.set(stuck_hours=0), exchanges.slowly(10):
        (event,) = exchanges.queue(XML_FEED, [order_number()])
        exchanges.answered([event])
    cause = f"amazon:%:stuck:amazon.feed:{exchanges.feed_of(event)}"
    assert exchanges.alerts(cause)
    assert not exchanges.open_alerts(cause)


def test_feed_is_cancelled_at_amazon_while_it_is_in_the_queue(exchanges):
    with exchanges.slowly(0.05):
        (event,) = exchanges.queue(TEXT_FEED, [order_number()])
        feed = exchanges.wait_for_feed(event, "submitted")
        exchanges.odoo.rpc("amazon.feed", "action_cancel_at_amazon", [[feed]])
        ((_name, status, said),) = exchanges.answered([event])
    assert (status, "was cancelled at Amazon" in said) == ("error", True)
    assert exchanges.feed(feed)["processing_status"] == "CANCELLED"
    retry(exchanges, feed, event)
