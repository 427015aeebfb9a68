# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same way when everything that can break does: the books are right after it.

After each case: every event has a final state, Amazon shows what Odoo holds, and
Amazon was never given a feed a second time that it had accepted once.
"""

from __future__ import annotations

import threading
import time

import pytest

from tests.system.faults import ANSWERS, fault_id, faults_of, line_up, struck


def check_books(shop, product, title, hurry=True):
    """Nothing is wrong, nothing is double, nothing is unknown to Odoo.

    :param hurry: let waiting jobs run at once; what they wait for is tested elsewhere
    """
    rows = shop.settled(product, timeout=240, hurry=hurry)
    assert rows[-1]["amazon_status"] == "success", rows[-1]["amazon_status_data"]
    assert shop.title_at_amazon(shop.sku(product)) == {title}
    accepted = [feed["feedId"] for feed in shop.accepted_feeds()]
    assert sorted(accepted) == sorted(shop.feed_ids_in_odoo())


STEPS = [
    "createFeedDocument",
    "uploadDocument",
    "createFeed",
    "getFeed",
    "getFeedDocument",
    "downloadDocument",
]


@pytest.mark.parametrize("operation", [s for s in STEPS if s != "createFeed"])
def test_every_bad_answer_at_every_step(shop, operation):
    """All rubbish answers one after the other at one step, then a good one."""
    title = f"Rubbish from {operation}"
    faults = faults_of(operation)
    line_up(shop.simulator, operation, faults)
    product = shop.create(name=title)
    check_books(shop, product, title)
    assert struck(shop.simulator) == len(faults)


@pytest.mark.parametrize(("kind", "how"), ANSWERS, ids=fault_id)
def test_every_bad_answer_of_the_call_that_must_not_happen_twice(shop, kind, how):
    shop.simulator.fault("createFeed", kind, times=2, **how)
    title = f"createFeed {kind}"
    product = shop.create(name=title)
    check_books(shop, product, title)
    assert shop.simulator.faults_used(kind) == 2


def test_answer_that_never_comes(shop):
    """Amazon accepts the feed long after the call has timed out."""
    with shop.set(call_timeout=3, lost_answer_wait=10):
        shop.simulator.fault("createFeed", "delay", seconds=8)
        product = shop.create(name="Slow")
        check_books(shop, product, "Slow")


def test_throttled_jobs_lose_no_tries_and_others_go_on(shop):
    shop.simulator.fault("createFeedDocument", "throttle", times=4)
    first = shop.create(name="Throttled")
    shop.odoo.wait_until(
        lambda: shop.simulator.journal(operation="createFeedDocument", status=429),
        60,
        "not throttled",
    )
    shop.odoo.rpc("amazon.account", "action_test_connection", [shop.accounts])
    state = shop.odoo.search_read(
        "amazon.account", [("id", "in", shop.accounts)], ["connection_state"]
    )
    assert state[0]["connection_state"] == "ok"
    check_books(shop, first, "Throttled")
    tries = shop.odoo.sql(
        "SELECT max(retry) FROM queue_job WHERE method_name = '_job_upload'"
    )
    assert tries[0][0] <= 1


@pytest.mark.parametrize("operation", STEPS)
def test_worker_killed_during_a_call(shop, operation):
    # Shorter than the account waits for an answer that was lost.
    shop.simulator.fault(operation, "delay", seconds=3)
    title = f"Killed in {operation}"
    product = shop.create(name=title)
    method = {
        "createFeedDocument": "_job_upload",
        "uploadDocument": "_job_upload",
        "createFeed": "_job_submit",
        "getFeed": "_job_poll",
    }.get(operation, "_job_fetch_result")
    shop.odoo.wait_until(
        lambda: shop.simulator.faults_used("delay"),
        60,
        f"{operation} was not called",
        pause=0.1,
    )
    shop.kill_job(method)
    check_books(shop, product, title)


def test_worker_killed_between_answer_and_commit(shop):
    """Amazon accepted the feed, Odoo dies before it could write that down."""
    product = shop.create(name="Between")
    shop.odoo.wait_until(
        lambda: shop.odoo.sql("SELECT 1 FROM amazon_feed WHERE state = 'built'"),
        60,
        "no feed was built",
        pause=0.02,
    )
    with shop.odoo.transaction() as cursor:
        # _job_submit writes its messages right after Amazon's answer: it must wait.
        cursor.execute(
            "SELECT id FROM amazon_feed_message WHERE state = 'sending' FOR UPDATE"
        )
        before = len(shop.accepted_feeds())
        shop.odoo.wait_until(
            lambda: len(shop.accepted_feeds()) > before, 60, "nothing accepted"
        )
        time.sleep(1)
        shop.kill_job("_job_submit")
    check_books(shop, product, "Between")


def test_all_workers_killed(shop):
    products = [shop.create(name=f"Mass {n}") for n in range(3)]
    for _ in range(3):
        time.sleep(1.5)
        shop.kill_all()
    for number, product in enumerate(products):
        check_books(shop, product, f"Mass {number}")


def test_postgresql_restarted_in_the_middle(shop, postgres):
    shop.simulator.fault("createFeed", "delay", seconds=5)
    product = shop.create(name="Restarted")
    shop.odoo.wait_until(
        lambda: shop.odoo.sql("SELECT 1 FROM amazon_feed WHERE state = 'uploaded'"),
        60,
        "no feed was uploaded",
        pause=0.1,
    )
    postgres.restart()
    shop.odoo.wait_until_steady()
    check_books(shop, product, "Restarted")


def test_amazon_gone_for_a_while(shop):
    shop.simulator.stop()
    try:
        product = shop.create(name="Patient")
        threading.Event().wait(30)
        (row,) = shop.rows(product)
        assert row["amazon_status"] is False
    finally:
        shop.simulator.start()
    # What waits for Amazon comes back by itself.
    check_books(shop, product, "Patient", hurry=False)


def test_feed_that_amazon_aborts_is_said_and_retried_by_a_person(shop):
    for kind in ("feed_fatal", "feed_cancelled", "feed_no_result"):
        shop.simulator.fault("createFeed", kind, times=2)
        product = shop.create(name=f"Aborted {kind}")
        (row,) = shop.settled(product)
        assert row["amazon_status"] == "error"
        assert (
            "Retry" in row["amazon_status_data"] or "retry" in row["amazon_status_data"]
        )
        shop.odoo.rpc("product.integration", "action_amazon_retry", [[row["id"]]])
        check_books(shop, product, f"Aborted {kind}")


def test_seeded_chaos(shop):
    """A fault in every fifth call, of every kind, while products change."""
    shop.simulator.fault_schedule(
        seed=19,
        rate=0.2,
        kinds=["status", "truncated_json", "empty_body", "drop_before", "drop_after"],
        operations="*",
    )
    products = [shop.create() for _ in range(6)]
    for turn in range(6):
        for product in products:
            shop.write(product, name=f"Chaos {turn}")
        shop.refill_budgets()
        time.sleep(2)
    shop.simulator.clear_faults()
    shop.refill_budgets()
    for product in products:
        check_books(shop, product, "Chaos 5")
