# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fixtures of all pytest tests: cluster, servers, simulator, browser."""

from __future__ import annotations

import itertools
import os
import shutil

import pytest

from deploy import testing
from deploy.demo import connect
from deploy.paths import TEST
from tests.harness.browser import open_browser
from tests.harness.odoo import OdooHandle
from tests.harness.simulator import SimulatorHandle

_serial = itertools.count(1)
_running: list = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Put the ends of all logs behind the report of a failed test."""
    report = yield
    if report.failed and call.when == "call":
        for handle in _running:
            log = (
                handle.log if isinstance(handle, SimulatorHandle) else handle.server.log
            )
            if log.exists():
                lines = log.read_text(errors="replace").splitlines()
                told = [line for line in lines if "werkzeug" not in line][-60:]
                report.sections.append((f"end of {log.name}", "\n".join(told)))
    return report


@pytest.fixture(scope="session")
def postgres():
    """The tests' own PostgreSQL, with the template database in it."""
    cluster = testing.make_cluster()
    cluster.ensure_started()
    testing.ensure_template(cluster)
    yield cluster
    cluster.stop("immediate")


@pytest.fixture(scope="module")
def odoo(odoo_factory):
    """A server of the module's own."""
    handle = odoo_factory()
    handle.start()
    return handle


@pytest.fixture(scope="module")
def odoo_factory(postgres):
    """Function (source=, settings=) that starts a server of its own."""
    started = []

    def make(**how):
        name = f"system_{os.getpid()}_{next(_serial)}"
        handle = OdooHandle(postgres, name, TEST / name, **how)
        started.append(handle)
        _running.append(handle)
        return handle

    yield make
    for handle in started:
        _running.remove(handle)
        handle.remove()
        shutil.rmtree(handle.server.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def simulator_factory():
    """Function (speed) that starts a simulator."""
    started = []

    def make(speed=60.0):
        handle = SimulatorHandle(
            TEST / f"simulator_{os.getpid()}_{next(_serial)}", speed
        )
        started.append(handle)
        _running.append(handle)
        handle.start()
        return handle

    yield make
    for handle in started:
        _running.remove(handle)
        handle.stop()
        shutil.rmtree(handle.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def connect_account():
    """Function (odoo, simulator, seller_index, marketplaces) that connects a seller.

    match_first: whether nothing is created before Odoo has read what is at Amazon;
    sellers of the simulator have nothing there, and most tests would only wait.
    """

    def make(odoo, simulator, seller_index=0, marketplaces=2, match_first=False):
        account = connect(
            odoo.call,
            simulator.sellers[seller_index],
            url=simulator.url,
            ca_certificate=simulator.ca_pem,
            marketplaces=marketplaces,
        )
        odoo.write("amazon.account", [account], {"match_first": match_first})
        return account

    return make


@pytest.fixture(scope="session")
def browser():
    """A headless browser."""
    with open_browser() as found:
        yield found
