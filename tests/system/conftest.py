# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A running shop for each module of system tests, with quick intervals."""

from __future__ import annotations

import inspect
import os

import pytest

from deploy.paths import TEST
from tests.system.catalog import CatalogShop, check_documents
from tests.system.exchanges import ADDON, ExchangeShop, install
from tests.system.real_pace import RealPace
from tests.system.scenario import Shop


@pytest.fixture(scope="session", autouse=True)
def real_pace(request):
    """A run at Amazon's own pace, begun with the first test, if one asks for it."""
    if not _is_asked_for(request.session.items):
        yield None
        return
    cluster = request.getfixturevalue("postgres")
    run = RealPace(cluster, TEST / f"real_pace_{os.getpid()}")
    run.start()
    yield run
    run.remove()


def _is_asked_for(tests):
    return any("real_pace" in inspect.signature(test.obj).parameters for test in tests)


@pytest.fixture(scope="module")
def simulator(simulator_factory):
    """Amazon on a fast clock: a minute there is a second here."""
    return simulator_factory(speed=60)


@pytest.fixture(scope="module")
def running_shop(odoo, simulator, connect_account):
    """One European account with two marketplaces, automatic, quick."""
    account = connect_account(odoo, simulator, seller_index=0, marketplaces=2)
    odoo.write("amazon.account", [account], {"sync_interval": 1, "lost_answer_wait": 5})
    return Shop(odoo, simulator, [account])


@pytest.fixture
def shop(running_shop):
    """The running shop, with fresh quotas and without faults left over."""
    running_shop.simulator.clear_faults()
    running_shop.refill_budgets()
    yield running_shop
    running_shop.simulator.clear_faults()


@pytest.fixture(scope="module")
def running_exchanges(odoo, simulator, connect_account):
    """One European account for which a test says when anything begins."""
    install(odoo, ADDON)
    account = connect_account(odoo, simulator, seller_index=0, marketplaces=2)
    flows = odoo.search_read("amazon.flow", [], ["id"])
    odoo.write(
        "amazon.account",
        [account],
        {
            "automatic": False,
            "sync_interval": 1,
            "call_timeout": 3,
            "lost_answer_wait": 5,
            "flow_ids": [(6, 0, [flow["id"] for flow in flows])],
        },
    )
    return ExchangeShop(odoo, simulator, [account])


@pytest.fixture
def exchanges(running_exchanges):
    """The same, with fresh quotas and without faults left over."""
    running_exchanges.simulator.clear_faults()
    running_exchanges.refill_budgets()
    yield running_exchanges
    running_exchanges.simulator.clear_faults()


@pytest.fixture(scope="module")
def running_catalog(odoo, simulator, connect_account):
    """One European account with two marketplaces, looked at by Amazon's SDK.

    In the end, all that was sent is checked against Amazon's schemas.
    """
    account = connect_account(odoo, simulator, seller_index=0, marketplaces=2)
    values = {"sync_interval": 1, "lost_answer_wait": 5, "call_timeout": 5}
    odoo.write("amazon.account", [account], values)
    shop = CatalogShop.open(odoo, simulator, account)
    yield shop
    check_documents(shop)


@pytest.fixture
def catalog(running_catalog):
    """The same, with fresh quotas and without faults left over."""
    running_catalog.simulator.clear_faults()
    running_catalog.refill_budgets()
    yield running_catalog
    running_catalog.simulator.clear_faults()
