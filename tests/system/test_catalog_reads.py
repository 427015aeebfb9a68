# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the catalog reads at Amazon: product types, their schemas, orders that take from
the stock. Each step answered badly, and its worker killed before, during and after."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tests.system.catalog import DE
from tests.system.faults import ANSWERS, TOO_SLOW, line_up, struck

READS = ["getDefinitionsProductType", "downloadDocument"]
FAULTS = [*ANSWERS, TOO_SLOW]
# Shorter than the account waits for an answer, and long enough to find the worker.
DELAY = {"kind": "delay", "seconds": 2.5}
EXPIRED = ("expired_url", {})


@pytest.fixture(scope="module")
def product(running_catalog):
    """A product that Amazon has, with stock enough for the orders here."""
    (found,) = running_catalog.listed({"is_storable": True, "prefix": "READ"})
    running_catalog.count(found, 50)
    running_catalog.wait()
    return found


@pytest.fixture(autouse=True)
def nothing_broken(catalog, product):
    """Nothing is left on its way, and no job broke."""
    catalog.wait_until_idle(hurry=True)
    yield
    catalog.wait_until_idle(hurry=True)
    assert not catalog.odoo.sql("SELECT 1 FROM queue_job WHERE state = 'failed'")


class Definition:
    """What Odoo knows of one product type, asked for anew."""

    def __init__(self, catalog):
        self.odoo, self.catalog = catalog.odoo, catalog
        (self.id, self.checksum), *_rest = self.odoo.sql(
            "SELECT id, checksum FROM amazon_product_type WHERE state = 'ready'"
            " ORDER BY id LIMIT 1"
        )
        # As if Amazon had told something else a long time ago.
        self.odoo.sql(
            "UPDATE amazon_product_type SET checksum = 'old', fetch_date = NULL"
            " WHERE id = %s",
            [self.id],
        )

    def ask(self):
        self.odoo.rpc("amazon.product.type", "action_refresh", [[self.id]])

    def check(self):
        """Amazon's word is here, whole."""

        def known():
            self.catalog.hurry()
            return self.odoo.sql(
                "SELECT checksum FROM amazon_product_type WHERE id = %s"
                " AND fetch_date IS NOT NULL AND state = 'ready' AND error IS NULL",
                [self.id],
            )

        assert self.odoo.wait_until(known, 90, "not fetched") == [(self.checksum,)]


class Order:
    """Three pieces that a buyer has ordered at Amazon, and Odoo does not know of."""

    def __init__(self, catalog, product):
        self.catalog, self.sku = catalog, catalog.sku(product)
        self.before = self.pieces()
        placed = datetime.now(timezone.utc) - timedelta(minutes=8)
        catalog.simulator.add_order(
            catalog.simulator.sellers[0]["seller_id"],
            DE,
            [{"sku": self.sku, "quantity": 3}],
            created=placed.strftime("%Y-%m-%dT%H:%M:%SZ"),
        )

    def pieces(self):
        """Return how many pieces Amazon offers."""
        return self.catalog.offered({self.sku})[DE][self.sku][0]

    def look(self):
        """Let Odoo look for orders, as it does every few minutes."""
        odoo = self.catalog.odoo
        odoo.sql("UPDATE amazon_cursor SET run_date = run_date - interval '1 hour'")
        (cron,) = odoo.sql(
            "SELECT res_id FROM ir_model_data WHERE model = 'ir.cron'"
            " AND res_id IN (SELECT c.id FROM ir_cron c JOIN ir_act_server s"
            " ON s.id = c.ir_actions_server_id WHERE s.code LIKE '%_cron_pending%')"
        )
        odoo.call("ir.cron", "method_direct_trigger", [cron[0]])

    def check(self):
        """What was ordered is not offered any more, and was counted once."""

        def gone():
            self.catalog.hurry()
            return self.pieces() == self.before - 3

        self.catalog.odoo.wait_until(gone, 90, "the order takes nothing off the stock")


def kill_during(catalog):
    catalog.odoo.wait_until(
        lambda: catalog.simulator.faults_used("delay"), 60, "no call", pause=0.05
    )
    catalog.kill_job("_job_fetch")


def kill_after(catalog, table):
    """Kill the worker when it has Amazon's answer, and nothing of it is kept."""
    with catalog.locked(table):
        catalog.wait_until_blocked(table)
        catalog.kill_job("_job_fetch")


@pytest.mark.parametrize("operation", READS)
def test_every_bad_answer_about_a_product_type(catalog, operation):
    faults = [*FAULTS, EXPIRED] if operation == "downloadDocument" else FAULTS
    definition = Definition(catalog)
    with catalog.set(call_timeout=3):
        line_up(catalog.simulator, operation, faults)
        definition.ask()
        definition.check()
    assert struck(catalog.simulator) == len(faults)


def test_every_bad_answer_to_the_search_for_orders(catalog, product):
    order = Order(catalog, product)
    with catalog.set(call_timeout=3):
        line_up(catalog.simulator, "searchOrders", FAULTS)
        order.look()
        order.check()
    assert struck(catalog.simulator) == len(FAULTS)


def test_workers_killed_before_what_the_catalog_reads(catalog, product):
    definition, order = Definition(catalog), Order(catalog, product)
    definition.ask()
    order.look()
    catalog.kill_all()
    catalog.odoo.wait_until_steady()
    definition.check()
    order.check()


@pytest.mark.parametrize("operation", READS)
def test_worker_killed_during_what_it_reads_of_a_product_type(catalog, operation):
    definition = Definition(catalog)
    catalog.simulator.fault(operation, **DELAY)
    definition.ask()
    kill_during(catalog)
    definition.check()


def test_worker_killed_after_it_has_read_a_product_type(catalog):
    definition = Definition(catalog)
    definition.ask()
    kill_after(catalog, "amazon_product_type")
    definition.check()


def test_worker_killed_during_the_search_for_orders(catalog, product):
    order = Order(catalog, product)
    catalog.simulator.fault("searchOrders", **DELAY)
    order.look()
    kill_during(catalog)
    order.check()


def test_worker_killed_after_the_search_for_orders(catalog, product):
    order = Order(catalog, product)
    order.look()
    kill_after(catalog, "amazon_pending_item")
    order.check()
