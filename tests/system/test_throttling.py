# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's limits, at Amazon's pace: kept by all workers together, and learnt."""

from __future__ import annotations

import json
import threading
import time

import httpx
import pytest

from tests.system.real_pace import FEEDS, REPORTS

CALLERS = 20
# Of the operation's bucket: what is left for whoever is more urgent is not given.
TAKE = """
import json, threading
account = {account}
start, waits = threading.Barrier({callers}), []

def ask():
    with env.registry.cursor() as cr:
        own = env(cr=cr)
        start.wait()
        budgets = own["amazon.rate.budget"]
        seller = own["amazon.account"].browse(account)
        waits.append(budgets._take(seller, "{operation}", {priority}))

callers = [threading.Thread(target=ask) for _ in range({callers})]
[caller.start() for caller in callers]
[caller.join() for caller in callers]
print("WAITS", json.dumps(waits))
"""
SIGN_IN = """
import threading
account, start, found = {account}, threading.Barrier({callers}), []

def ask():
    with env.registry.cursor() as cr:
        seller = env(cr=cr)["amazon.account"].browse(account)
        with seller._get_client() as client:
            start.wait()
            found.append(len(client.get_feeds(["JSON_LISTINGS_FEED"]).feeds))

callers = [threading.Thread(target=ask) for _ in range({callers})]
[caller.start() for caller in callers]
[caller.join() for caller in callers]
print("ANSWERS", len(found))
"""


@pytest.fixture(scope="module")
def simulator(simulator_factory):
    """Amazon on a clock that is little faster than a real one."""
    return simulator_factory(speed=5)


def run_in_shell(odoo, script):
    """Run a script with as many connections as it has threads."""
    return odoo.run(
        "shell", "--no-http", "--log-level=critical", "--db_maxconn=64", script=script
    )


@pytest.mark.parametrize(
    ("operation", "priority", "tokens"),
    [("createFeed", 0, 15), ("createReport", 1, 14), ("getReportDocument", 2, 12)],
)
def test_callers_at_once_get_exactly_the_tokens(shop, operation, priority, tokens):
    script = TAKE.format(
        account=shop.accounts[0],
        callers=CALLERS,
        operation=operation,
        priority=priority,
    )
    shop.odoo.sql("DELETE FROM amazon_rate_budget WHERE operation = %s", [operation])
    said = run_in_shell(shop.odoo, script)
    waits = json.loads(said.split("WAITS", 1)[1])
    assert len(waits) == CALLERS
    assert sum(1 for wait in waits if wait == 0) == tokens
    assert all(wait > 30 for wait in waits if wait)


def test_callers_at_once_sign_in_once(shop):
    shop.odoo.sql("DELETE FROM amazon_access_token")
    before = len(shop.simulator.journal(operation="getAccessToken"))
    script = SIGN_IN.format(account=shop.accounts[0], callers=8)
    assert "ANSWERS 8" in run_in_shell(shop.odoo, script)
    assert len(shop.simulator.journal(operation="getAccessToken")) == before + 1


def test_quota_that_another_program_uses_up_is_learnt(shop):
    """A second program of the seller's calls as often as it can, for a while."""
    seller = shop.simulator.sellers[0]
    stolen, stop = [], threading.Event()

    def steal():
        form = {
            "grant_type": "refresh_token",
            "client_id": seller["lwa_client_id"],
            "client_secret": seller["lwa_client_secret"],
            "refresh_token": seller["refresh_token"],
        }
        with httpx.Client(verify=shop.simulator.tls(), trust_env=False) as http:
            answer = http.post(f"{shop.simulator.url}/auth/o2/token", data=form)
            headers = {"x-amz-access-token": answer.json()["access_token"]}
            url = f"{shop.simulator.endpoint(seller)}/feeds/2021-06-30/documents"
            while not stop.is_set():
                done = http.post(url, json={"contentType": "x"}, headers=headers)
                stolen.append(done.status_code)
                time.sleep(0.1)

    thief = threading.Thread(target=steal)
    thief.start()
    try:
        shop.odoo.wait_until(lambda: 429 in stolen, 30, "nothing was used up")
        product = shop.create(name="Patient with the other program")
        shares = shop.odoo.wait_until(
            lambda: shop.odoo.sql(
                "SELECT share FROM amazon_rate_budget"
                " WHERE operation = 'createFeedDocument' AND share < 1"
            ),
            60,
            "the bucket did not learn",
        )
    finally:
        stop.set()
        thief.join()
    assert shares[0][0] < 1
    (row, *_rest) = shop.settled(product, timeout=300)
    assert row["amazon_status"] == "success"
    failed = shop.odoo.sql("SELECT count(*) FROM queue_job WHERE state = 'failed'")
    assert failed == [(0,)]


def test_no_429_in_a_run_at_amazons_pace(real_pace):
    """Ten feeds and twenty reports, as fast as the limits let them go."""
    run = real_pace.finished()
    assert run.feeds_done() >= FEEDS
    assert run.reports_done() >= REPORTS
    assert run.simulator.journal(status=429) == []
    # The limits did matter: more was asked for than goes at once.
    for operation in ("createReport", "getReportDocument"):
        assert len(run.simulator.journal(operation=operation)) >= REPORTS > 15
