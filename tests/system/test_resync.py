# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sending by hand survives what happens to servers, and hasty fingers."""

from __future__ import annotations

import threading

import pytest

from deploy.demo import make_rpc
from tests.system.scenario import Shop, product_values

COUNT = 1100
STATES = ("state", "done_count", "new_count", "unchanged_count", "success_count")


@pytest.fixture(scope="module")
def shop(odoo, simulator_factory, connect_account):
    """An account that sends by hand only, with more products than one job takes."""
    simulator = simulator_factory(speed=60)
    account = connect_account(odoo, simulator, marketplaces=1)
    values = {"automatic": False, "image_required": False, "sync_interval": 1}
    odoo.write("amazon.account", [account], values)
    odoo.call(
        "product.product",
        "create",
        [
            product_values("RUN", list_price=50.0, image_variant_1920=False)
            for _n in range(COUNT)
        ],
    )
    return Shop(odoo, simulator, [account])


def press_preview(rpc, shop):
    """Open the wizard and press Preview; return the id of the run it opens."""
    (wizard,) = rpc(
        "amazon.resync.wizard",
        "create",
        [{"choice": "offered", "account_ids": [(6, 0, shop.accounts)]}],
    )
    return rpc("amazon.resync.wizard", "action_preview", [wizard])["res_id"]


def read(shop, run):
    (found,) = shop.odoo.search_read("amazon.resync", [("id", "=", run)], list(STATES))
    return found


def wait_for(shop, run, state, timeout=240):
    def there():
        shop.hurry()
        found = read(shop, run)
        return found["state"] == state and found

    return shop.odoo.wait_until(there, timeout, f"the run is not {state}")


def test_two_presses_at_the_same_moment_are_one_run(shop):
    rpcs = [make_rpc(shop.odoo.url, shop.odoo.database) for _n in range(4)]
    runs, errors = [], []
    gate = threading.Barrier(len(rpcs))

    def press(rpc):
        gate.wait()
        try:
            runs.append(press_preview(rpc, shop))
        except (OSError, RuntimeError) as error:
            errors.append(error)

    threads = [threading.Thread(target=press, args=[rpc]) for rpc in rpcs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(runs) == len(rpcs)
    assert len(set(runs)) == 1
    found = wait_for(shop, runs[0], "previewed")
    assert found["done_count"] == COUNT
    assert found["new_count"] == COUNT
    assert not shop.odoo.search_read("amazon.listing", [], ["id"])


def test_workers_that_die_cost_nothing(shop):
    """A run whose workers are killed records each product once, and ends."""
    run = press_preview(shop.odoo.call, shop)
    shop.odoo.call("amazon.resync", "action_preview", [run])
    shop.odoo.pid_running_job("_job_preview")
    shop.odoo.kill_workers()
    shop.odoo.wait_until_steady()
    found = wait_for(shop, run, "previewed")
    assert found["done_count"] == COUNT
    assert found["new_count"] == COUNT

    shop.odoo.call("amazon.resync", "action_start", [run])
    shop.odoo.wait_until(
        lambda: read(shop, run)["done_count"] > 0, 60, "nothing was recorded", 0.05
    )
    shop.odoo.kill_workers()
    shop.odoo.wait_until_steady()
    found = wait_for(shop, run, "done", timeout=400)
    rows, products = shop.odoo.sql(
        "SELECT count(*), count(DISTINCT record_id) FROM product_integration"
        " WHERE resync_id = %s",
        [run],
    )[0]
    assert rows == products == COUNT
    assert found["success_count"] == COUNT
    assert len(shop.simulator.listings()) == COUNT
