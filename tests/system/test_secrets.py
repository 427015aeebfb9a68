# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""No key, token or signature gets where somebody might read it.

A whole run at debug level, then a search through all that a run leaves behind: the
server's log, a dump of the database, the files, and every record that can be exported.
"""

from __future__ import annotations

import gzip
import re
import sqlite3
import subprocess

import pytest

from deploy.paths import TEST, VENV
from deploy.testing import DATA
from tests.system.scenario import Shop, install_test_types

SIGNATURE = re.compile(rb"X-Amz-Signature=[0-9a-f]{16}")
REPORTS = (
    "GET_MERCHANT_LISTINGS_ALL_DATA",
    "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING",
)


@pytest.fixture(scope="module")
def odoo(odoo_factory):
    """A server that says all it can."""
    handle = odoo_factory(settings={"log_level": "debug_rpc"})
    handle.start()
    install_test_types(handle)
    return handle


@pytest.fixture(scope="module")
def run(odoo, simulator, connect_account):
    """A run with products, feeds, reports, a wrong key, and a consent."""
    account = connect_account(odoo, simulator)
    odoo.write("amazon.account", [account], {"sync_interval": 1})
    shop = Shop(odoo, simulator, [account])
    product = shop.create()
    assert shop.settled(product)[-1]["amazon_status"] == "success"
    add_order_report(simulator)
    for report_type in REPORTS:
        odoo.rpc(
            "amazon.account",
            "test_request",
            [[account], report_type, "2026-11-01 00:00:00", "2026-11-02 00:00:00"],
        )
    odoo.rpc("amazon.account", "test_run", [[account], SETTLEMENT])
    shop.reports_settled()
    odoo.rpc("amazon.account", "action_authorise", [[account]])
    simulator.fault("getAccessToken", "revoked_token")
    odoo.sql("DELETE FROM amazon_access_token")
    odoo.rpc("amazon.account", "action_test_connection", [[account]])
    odoo.rpc("amazon.account", "action_test_connection", [[account]])
    return shop


SETTLEMENT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"


def add_order_report(simulator):
    seller = simulator.sellers[0]
    simulator.add_report(
        seller["seller_id"],
        SETTLEMENT,
        seller["marketplace_ids"][:1],
        b"settlement-id\ttotal-amount\n1\t2.00\n",
    )


@pytest.fixture(scope="module")
def secrets(run):
    """All that must not be found: keys, and every token that Amazon has given."""
    found = set()
    for seller in run.simulator.sellers[:1]:
        found |= {seller["lwa_client_secret"], seller["refresh_token"]}
    with sqlite3.connect(run.simulator.folder / "state.sqlite") as books:
        found |= {
            row[0] for row in books.execute("SELECT key FROM record WHERE kind='token'")
        }
    assert len(found) > 3
    return sorted(found)


def assert_clean(content: bytes, secrets, where):
    for secret in secrets:
        assert secret.encode() not in content, f"{secret[:12]}... is in {where}"
    assert not SIGNATURE.search(content), f"a signature is in {where}"


def test_server_log(run, secrets):
    text = run.odoo.log_text()
    assert "DEBUG" in text
    assert "odoo.http.rpc.request" in text
    assert_clean(text.encode(), secrets, "the log")


def test_database_dump(run, secrets):
    (program,) = VENV.glob("lib/python3*/site-packages/*/pginstall/bin/pg_dump")
    cluster = run.odoo.cluster
    place = ["-h", cluster.host, "-p", str(cluster.port), "-U", cluster.user]
    dump = subprocess.run(
        [program, *place, run.odoo.database], stdout=subprocess.PIPE, check=True
    ).stdout
    assert b"amazon_account" in dump
    assert_clean(dump, secrets, "the dump")


def test_files(run, secrets):
    files = [
        path
        for path in (DATA / "filestore" / run.odoo.database).rglob("*")
        if path.is_file() and path.stat().st_size
    ]
    packed = 0
    for path in files:
        content = path.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            packed += 1
            content = gzip.decompress(content)
        assert_clean(content, secrets, path)
    assert packed >= 4


def test_exported_records(run, secrets):
    """As an administrator, every field of every model of ours, and of the jobs."""
    models = run.odoo.search_read(
        "ir.model",
        ["|", ("model", "=like", "amazon.%"), ("model", "=like", "%integrat%")],
        ["model"],
    )
    names = [item["model"] for item in models] + ["queue.job", "mail.message"]
    exported = 0
    for name in names:
        try:
            ids = run.odoo.call(name, "search", [])
            fields = list(run.odoo.call(name, "fields_get"))
            exported += len(ids)
            for content in (
                run.odoo.call(name, "read", ids, fields),
                run.odoo.call(name, "export_data", ids, fields),
            ):
                assert_clean(repr(content).encode(), secrets, name)
        except RuntimeError as error:
            # Abstract, or for nobody: the stores of secrets.
            assert "AccessError" in str(error) or "abstract" in str(error), error
    assert exported > 50


def test_consent_comes_with_no_trace(run, secrets):
    assert (TEST / "postgresql").exists()
    states = run.odoo.sql("SELECT digest FROM amazon_consent")
    assert states
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for (digest,) in states)
