# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many people at once, everything failing now and then; and Amazon's own pace."""

from __future__ import annotations

import os
import random
import threading
import time

import pytest

from deploy.demo import connect, make_rpc
from deploy.paths import TEST
from tests.harness.odoo import OdooHandle
from tests.harness.simulator import SimulatorHandle
from tests.system.catalog import DE, FR, CatalogShop, check_documents, pieces_of

PLACES = (DE, FR)
FULL = bool(os.environ.get("CATALOG_FULL"))
PEOPLE = 4
PRODUCTS, SECONDS = (500, 120) if FULL else (40, 20)
FAULTS = [
    "throttle",
    "status",
    "drop_before",
    "drop_after",
    "truncated_json",
    "empty_body",
    "stale_token",
]
# Changes within a minute, at Amazon's own pace.
CHANGES, MINUTE = 200, 60
INTERVAL, ALLOWANCE = 5, 10


class AtAmazonsPace:
    """200 changes of stock within a minute, by a shop whose clock is a real one.

    It goes on beside the other tests. What is started here ends with the thread that
    started it, so the processes are started by the tests' own.
    """

    def __init__(self, cluster, folder):
        self.odoo = OdooHandle(cluster, folder.name, folder / "odoo")
        self.simulator = SimulatorHandle(folder / "simulator", 60)
        self.simulator.start()
        self.odoo.start()
        self.changed = {}
        self._error = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        try:
            self._work()
        except BaseException as error:  # raised again where it is waited for
            self._error = error

    def _work(self):
        account = connect(
            self.odoo.call,
            self.simulator.sellers[0],
            url=self.simulator.url,
            ca_certificate=self.simulator.ca_pem,
        )
        values = {"sync_interval": 1, "match_first": False}
        self.odoo.write("amazon.account", [account], values)
        self.shop = CatalogShop.open(self.odoo, self.simulator, account)
        own = {"is_storable": True, "prefix": "PACE"}
        self.products = self.shop.listed(*[own] * CHANGES)
        self.skus = {p: self.shop.sku(p) for p in self.products}
        self.odoo.write("amazon.account", [account], {"sync_interval": INTERVAL})
        self.shop.refill_budgets()
        self.simulator.set_speed(1)
        self.calls_before = len(self.simulator.journal())
        start = time.time()
        for number, product in enumerate(self.products):
            time.sleep(max(0, start + number * MINUTE / CHANGES - time.time()))
            self.shop.count(product, number + 1)
            self.changed[product] = time.time()
        self.odoo.wait_until(self._is_done, 120, "not all of the stock is at Amazon", 1)

    def _is_done(self):
        wanted = {self.skus[p]: n + 1 for n, p in enumerate(self.products)}
        found = {
            item["sku"]: pieces_of(item["attributes"])
            for item in self.simulator.listings(marketplace_id=FR)
        }
        return found == wanted

    def finished(self):
        """Wait until all is done."""
        self._thread.join(600)
        if self._error:
            raise self._error
        assert not self._thread.is_alive(), "the run at Amazon's pace did not end"

    def delays(self):
        """Return how long each change took to be at Amazon, in seconds."""
        found = []
        for number, product in enumerate(self.products):
            states = self.shop.history.of(self.skus[product])
            there = next(at for at, a in states if pieces_of(a) == number + 1)
            found.append(there - self.changed[product])
        return sorted(found)

    def remove(self):
        self.odoo.remove()
        self.simulator.stop()


@pytest.fixture(scope="module", autouse=True)
def pace(postgres):
    """The run at Amazon's pace, begun with the first test of this module."""
    run = AtAmazonsPace(postgres, TEST / f"catalog_pace_{os.getpid()}")
    yield run
    run.remove()


# === MANY PEOPLE AT ONCE === #


class Person(threading.Thread):
    """Somebody who writes prices and counts stock for a while."""

    def __init__(self, odoo, products, seed, until):
        super().__init__(daemon=True)
        self._rpc = make_rpc(odoo.url, odoo.database)
        self._products, self._until = products, until
        self._dice = random.Random(seed)
        self.done, self.turned_away, self.error = 0, 0, None

    def run(self):
        try:
            while time.monotonic() < self._until:
                self._change()
        except BaseException as error:  # reported by the test's own thread
            self.error = error

    def _change(self):
        dice = self._dice
        product = dice.choice(self._products)
        price = {"list_price": dice.randrange(2000, 9000) / 100}
        stock = {"qty_available": dice.choice((0, 0, dice.randrange(1, 50)))}
        # Texts go as feeds, prices and stock mostly one by one.
        text = {"description_sale": f"As of {dice.random():.9f}."}
        values = dice.choice((price, stock, {**price, **stock}, text))
        try:
            self._rpc("product.product", "write", [product], values)
            self.done += 1
        except RuntimeError as error:
            # Two at the same product: Odoo tells the second, and writes nothing.
            if "could not serialize" not in str(error) and "lock" not in str(error):
                raise
            self.turned_away += 1


def texts_in_odoo(catalog, products):
    found = catalog.odoo.search_read(
        "product.product",
        [("id", "in", products)],
        ["default_code", "description_sale"],
    )
    return {(p["default_code"], p["description_sale"]) for p in found}


def texts_at_amazon(catalog):
    return {
        (item["sku"], item["attributes"]["product_description"][0]["value"])
        for item in catalog.simulator.listings()
    }


def test_people_change_the_same_products_while_everything_fails(catalog):
    own = {"is_storable": True, "prefix": "CROWD"}
    with catalog.set(guard_jump=0, call_timeout=5):
        products = catalog.listed(*[own] * PRODUCTS)
        catalog.simulator.fault_schedule(seed=19, rate=0.25, kinds=FAULTS)
        until = time.monotonic() + SECONDS
        people = [Person(catalog.odoo, products, seed, until) for seed in range(PEOPLE)]
        for person in people:
            person.start()
        while any(person.is_alive() for person in people):
            catalog.hurry()
            time.sleep(0.5)
        assert [person.error for person in people] == [None] * PEOPLE
        assert sum(person.done for person in people) > PRODUCTS
        catalog.simulator.clear_faults()
        catalog.all_settled(600, hurry=True)
    catalog.check_equal(products, PLACES)
    assert texts_at_amazon(catalog) == texts_in_odoo(catalog, products)
    struck = [e for e in catalog.simulator.journal() if e["fault"]]
    assert len({entry["fault"] for entry in struck}) > len(FAULTS) // 2
    assert not catalog.odoo.sql("SELECT 1 FROM queue_job WHERE state = 'failed'")
    rows = catalog.odoo.sql(
        "SELECT amazon_status, count(*) FROM product_integration"
        " WHERE record_model = 'product.product' AND record_id = ANY(%s) GROUP BY 1",
        [products],
    )
    assert [status for status, _count in rows] == ["success"]
    # What Amazon accepted and never answered was not sent a second time.
    accepted = [feed["feedId"] for feed in catalog.accepted_feeds()]
    assert sorted(accepted) == sorted(catalog.feed_ids_in_odoo())


# === AT AMAZON'S PACE === #


def test_changes_within_a_minute_at_amazons_pace(pace):
    pace.finished()
    delays = pace.delays()
    middle, worst = delays[len(delays) // 2], delays[-1]
    print(f"{CHANGES} changes: at Amazon after {middle:.1f} s, at worst {worst:.1f} s")
    late = [delay for delay in delays if delay > INTERVAL + ALLOWANCE]
    print(f"{len(late)} later than the interval and {ALLOWANCE} s")
    made = pace.simulator.journal()[pace.calls_before :]
    calls = [e["time"] for e in made if e["operation"] == "patchListingsItem"]
    print(f"{len(calls)} calls from {calls[0]} to {calls[-1]}")
    assert [entry for entry in made if entry["status"] == 429] == []
    check_documents(pace.shop)
