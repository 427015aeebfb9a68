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

from deploy.cluster import binaries
from deploy.testing import DATA
from tests.system.exchanges import LISTINGS, ORDERS, XML_FEED, order_number, texts

SIGNATURE = re.compile(rb"X-Amz-Signature=[0-9a-f]{16}")


@pytest.fixture(scope="module")
def odoo(odoo_factory):
    """A server that says all it can."""
    handle = odoo_factory(settings={"log_level": "debug_rpc"})
    handle.start()
    return handle


@pytest.fixture(scope="module")
def run(running_exchanges):
    """A run with products, feeds, reports, a restricted one, a wrong key, a consent."""
    shop = running_exchanges
    assert shop.skus
    shop.check_report(shop.request(LISTINGS), shop.skus)
    rows = texts()
    shop.check_report(shop.found(ORDERS, shop.offer(ORDERS, rows)), rows)
    sign_in_anew(shop)
    shop.call("action_authorise")
    shop.simulator.fault("getFeed", "drop_after")
    shop.answered(shop.queue(XML_FEED, [order_number()]))
    return shop


def sign_in_anew(shop):
    """Let the consent be withdrawn, and given again."""
    shop.odoo.sql("DELETE FROM amazon_access_token")
    shop.simulator.fault("getAccessToken", "revoked_token")
    shop.call("action_test_connection")
    shop.call("action_test_connection")


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
    # The keys were typed in during this run: that they are not there is no luck.
    assert "***" in text
    assert_clean(text.encode(), secrets, "the log")


def test_database_dump(run, secrets):
    program = binaries() / "pg_dump"
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
            # What is worked out by a view has no external ids to export.
            fields = [f for f in run.odoo.call(name, "fields_get") if f != "id"]
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


def test_state_of_a_consent_is_kept_as_a_digest(run):
    states = run.odoo.sql("SELECT digest FROM amazon_consent")
    assert states
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for (digest,) in states)
