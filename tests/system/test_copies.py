# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A copy of the database, neutralised, makes no call: whatever was pending in it."""

from __future__ import annotations

import os
import time

import pytest

KEYS = ("lwa_client_id", "lwa_client_secret", "refresh_token")


@pytest.fixture(scope="module")
def original(running_shop):
    """A database that was stopped with everything on its way."""
    shop = running_shop
    # Nothing gets through any more; products wait in every state.
    shop.simulator.fault("getFeed", "throttle", times=1000)
    shop.create()
    shop.odoo.wait_until(
        lambda: (
            shop.odoo.sql("SELECT 1 FROM amazon_feed WHERE state = 'processing'")
            or shop.odoo.sql("SELECT 1 FROM amazon_feed WHERE state = 'submitted'")
        ),
        60,
        "nothing was submitted",
    )
    shop.simulator.fault("createFeedDocument", "throttle", times=1000)
    for _ in range(3):
        shop.create()
    shop.odoo.wait_until(
        lambda: shop.odoo.sql("SELECT 1 FROM amazon_feed WHERE state = 'built'"),
        60,
        "nothing was built",
    )
    shop.create()
    shop.odoo.stop()
    pending = shop.odoo.sql(
        "SELECT count(*) FROM queue_job WHERE state = 'pending'"
        " AND channel LIKE 'root.amazon%'"
    )
    assert pending[0][0] > 2
    shop.simulator.clear_faults()
    return shop


@pytest.fixture
def copy(original, odoo_factory, monkeypatch):
    """A neutralised copy on the same machine: with the keys of the machine at hand."""
    seller = original.simulator.sellers[0]
    for name in KEYS:
        variable = f"AMAZON_{seller['seller_id']}_{name}".upper()
        monkeypatch.setitem(os.environ, variable, seller[name])
    handle = odoo_factory(source=original.odoo.database)
    handle.server.write_config()
    handle.run("neutralize")
    return handle


def trigger_crons(copy):
    """Run our crons, which a neutralised copy does not run by itself."""
    crons = copy.search_read(
        "ir.cron",
        [("cron_name", "=like", "Amazon%"), ("active", "in", [True, False])],
        ["id"],
    )
    # One of each: what is to be looked for, resumed, warned of and refreshed.
    assert len(crons) >= 4
    for cron in crons:
        copy.rpc("ir.cron", "method_direct_trigger", [[cron["id"]]])


def test_neutralised_copy_makes_no_call(original, copy):
    before = len(original.simulator.journal())
    copy.sql("UPDATE queue_job SET eta = NULL WHERE state = 'pending'")
    copy.start()
    # What a curious person does with it, and what the clock does.
    account = original.accounts[0]
    copy.write("product.product", [1], {"name": "Changed in the copy"})
    copy.rpc("amazon.account", "action_test_connection", [[account]])
    trigger_crons(copy)
    with pytest.raises(RuntimeError, match="(?i)keys|missing|connection"):
        wizard = copy.rpc("amazon.account", "action_configure", [[account]])["res_id"]
        copy.write("amazon.account.wizard", [wizard], {"step": "choices"})
        copy.rpc("amazon.account.wizard", "action_start", [[wizard]])
    time.sleep(8)
    assert len(original.simulator.journal()) == before
    (found,) = copy.search_read(
        "amazon.account", [("id", "=", account)], ["mode", "connection_message"]
    )
    assert found["mode"] == "stopped"
    assert "missing" in found["connection_message"]


def test_even_when_somebody_switches_it_on(original, copy):
    before = len(original.simulator.journal())
    copy.start()
    copy.write("amazon.account", original.accounts, {"mode": "live", "automatic": True})
    copy.write("product.product", [1], {"name": "Changed in the copy again"})
    trigger_crons(copy)
    copy.wait_until(
        lambda: copy.sql(
            "SELECT 1 FROM queue_job WHERE state = 'pending' AND eta IS NOT NULL"
            " AND method_name = '_job_upload'"
        ),
        60,
        "no job has tried",
    )
    assert len(original.simulator.journal()) == before
    copy.stop()
