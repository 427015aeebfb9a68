# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``make test`` and its parts: a cluster of their own, a template built once."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from deploy import database, installation, processes, stamps
from deploy.cluster import Cluster
from deploy.console import Problem, say, step
from deploy.paths import ADDONS, PYTHON, ROOT, TEST, TEST_ADDONS, VENV
from deploy.server import OdooServer

TEMPLATE = "template_suite"
ADDON_TESTS = "test_addons"
# No test loses anything that a crash of the machine could take away. Commits are still
# synchronous: PostgreSQL itself is killed, and then loses nothing that was committed.
UNSAFE = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "512MB",
    "max_connections": "300",
}
DATA = TEST / "data"
# Sites and accounts are a handful: searching all of them is fine. The client's files
# have a read and a write that are not the ORM's. A large model has a file per concern.
NOT_OURS = [
    "--disable=no-search-all,method-required-super,consider-merging-classes-inherited"
]


def make_cluster() -> Cluster:
    """Return the cluster of the tests."""
    return Cluster(TEST / "postgresql", settings=UNSAFE)


def test_modules() -> list[str]:
    """Return the addons whose tests are run: the suite's and the tests' own."""
    own = sorted(path.parent.name for path in TEST_ADDONS.glob("*/__manifest__.py"))
    return [*database.suite_modules(), *own]


def ensure_template(cluster: Cluster) -> None:
    """Build the template database, unless it is there and made from these sources."""
    key = database.source_key()
    if stamps.is_done("template", key) and database.exists(cluster, TEMPLATE):
        return
    server = _server(cluster, TEMPLATE)
    server.write_config()
    log = TEST / "template.log"
    database.build(cluster, TEMPLATE, server.config, log, DATA, demo=False)
    stamps.set_done("template", key)


def _server(cluster: Cluster, name: str) -> OdooServer:
    return OdooServer(
        folder=TEST,
        cluster=cluster,
        database=name,
        port=processes.free_port(),
        gevent_port=processes.free_port(),
        addons=[ADDONS, TEST_ADDONS],
    )


def test_addons(tags: str = "") -> None:
    """Run the addons' own tests in Odoo's test runner.

    :param tags: Odoo's test tags; empty: all tests of our addons
    :raise Problem: a test failed, or none was run
    """
    installation.ensure(development=True)
    cluster = make_cluster()
    cluster.ensure_started()
    try:
        ensure_template(cluster)
        _run_addon_tests(cluster, tags)
    finally:
        cluster.stop("immediate")


def _run_addon_tests(cluster: Cluster, tags: str) -> None:
    modules = test_modules()
    database.clone(cluster, TEMPLATE, ADDON_TESTS, DATA)
    server = _server(cluster, ADDON_TESTS)
    server.write_config()
    chosen = tags or ",".join(f"/{name}" for name in modules)
    extra = [name for name in modules if name not in database.suite_modules()]
    options = ["-d", ADDON_TESTS, "--test-tags", chosen, "--stop-after-init"]
    # A server of one process: tests that open pages ask it for its port.
    options.append("--workers=0")
    log = TEST / "addons.log"
    log.unlink(missing_ok=True)
    if extra:
        # Odoo tests just the modules that a run installs, when it installs some.
        install = ["-d", ADDON_TESTS, "-i", ",".join(extra), "--stop-after-init"]
        database.run_odoo(server.config, TEST / "template.log", *install)
    with step(f"Running the addons' tests ({chosen})"):
        try:
            database.run_odoo(server.config, log, *options)
        except Problem:
            say(_failures(log.read_text()))
            raise Problem("Tests of the addons failed.", f"Read {log}.") from None
    _judge(log.read_text(), str(log))


def _failures(text: str) -> str:
    lines = text.splitlines()
    places = [i for i, line in enumerate(lines) if " ERROR " in line]
    shown = [line for i in places[:20] for line in lines[i : i + 25]]
    return "\n".join(dict.fromkeys(shown))


def _judge(text: str, log: str) -> None:
    """Say how many tests ran; none at all is a failure."""
    found = re.findall(r"(\d+) post-tests in|(\d+) tests in", text)
    count = max((int(a or b) for a, b in found), default=0)
    if not count:
        raise Problem("No test of the addons was run.", f"Read {log}.")
    say(f"{count} passed, 0 failed")


def test_system(expression: str = "") -> None:
    """Run the whole-system tests with pytest.

    :param expression: pytest's -k; empty: all
    :raise Problem: a test failed
    """
    installation.ensure(development=True)
    command = [str(PYTHON), "-m", "pytest", "-q", "tests"]
    if expression:
        command += ["-k", expression]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise Problem("Whole-system tests failed.", "Read what pytest says above.")


def bench() -> None:
    """Measure, and print ratios against the floor measured in the same run."""
    installation.ensure(development=True)
    cluster = make_cluster()
    cluster.ensure_started()
    try:
        ensure_template(cluster)
        name = "bench"
        database.clone(cluster, TEMPLATE, name, DATA)
        server = _server(cluster, name)
        server.write_config()
        script = (ROOT / "tests" / "bench" / "bench.py").read_text()
        command = installation.odoo_command(server.config, "shell", "-d", name)
        command += ["--no-http", "--log-level=error"]
        subprocess.run(command, input=script.encode(), cwd=ROOT, check=True)
        database.drop(cluster, name, DATA)
        web = [str(PYTHON), "-m", "tests.bench.single_write"]
        subprocess.run(web, cwd=ROOT, check=True)
    finally:
        cluster.stop("immediate")


def scale(skus: str = "") -> None:
    """Send a whole catalog to the simulator, and print what it took.

    :param skus: how many; empty: 10,000
    :raise Problem: it did not come to its end
    """
    installation.ensure(development=True)
    command = [str(PYTHON), "-m", "tests.bench.scale", skus or "10000"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise Problem("The run did not come to its end.", "Read what it says above.")


def lint() -> None:
    """Run every linter; all of them, even when one finds something.

    :raise Problem: something was found
    """
    installation.ensure(development=True)
    tools = VENV / "bin"
    addons = [str(p) for base in (ADDONS, TEST_ADDONS) for p in sorted(base.glob("*/"))]
    commands: dict[str, list[Path | str]] = {
        "ruff check": [tools / "ruff", "check", "."],
        "ruff format": [tools / "ruff", "format", "--check", "."],
        "pylint-odoo": [tools / "pylint", *NOT_OURS, *addons],
        "oca-checks": [tools / "oca-checks-odoo-module", *addons],
        "mypy deploy": [PYTHON, "-m", "mypy", "deploy", "tests/harness"],
    }
    for room in sorted(ADDONS.glob("*/spapi")) + sorted(ADDONS.glob("*/feeds")):
        commands[f"mypy {room.relative_to(ADDONS)}"] = [PYTHON, "-m", "mypy", room]
    for room in sorted(ADDONS.glob("*/reports")):
        commands[f"mypy {room.relative_to(ADDONS)}"] = [PYTHON, "-m", "mypy", room]
    failed = [name for name, command in commands.items() if not _passes(name, command)]
    if failed:
        raise Problem(f"Found by: {', '.join(failed)}.", "Mend it and run it again.")
    say("Clean.")


def _passes(name: str, command: list[Path | str]) -> bool:
    """Run one linter; the pure rooms of an addon are checked apart from its models."""
    say(f"-> {name}")
    room = Path(command[-1])
    path = {"MYPYPATH": str(room.parent)} if room.is_absolute() else {}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        check=False,
        env={**os.environ, **path},
    )
    return done.returncode == 0
