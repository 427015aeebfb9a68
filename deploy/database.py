# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases with the suite in them, built once and cloned."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from deploy import processes, stamps
from deploy.cluster import Cluster, OwnServer
from deploy.console import Problem, say, step
from deploy.installation import odoo_command
from deploy.paths import ADDONS, ROOT, TEST_ADDONS

Server = Cluster | OwnServer
PROGRESS_SECONDS = 10


def suite_modules() -> list[str]:
    """Return the names of the suite's addons."""
    return sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))


def source_key() -> str:
    """Return a key of all that a database with the suite is made from."""
    pins = (ROOT / "requirements.txt").read_text()
    return stamps.digest(pins, stamps.digest_files([ADDONS, TEST_ADDONS]))


def exists(cluster: Server, name: str) -> bool:
    """Return whether the cluster has a database called *name*."""
    query = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"
    return bool(cluster.execute(query))


def drop(cluster: Server, name: str, data: Path) -> None:
    """Drop a database and its files, if they are there."""
    cluster.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(data / "filestore" / name, ignore_errors=True)


def clone(cluster: Server, source: str, target: str, data: Path) -> None:
    """Make *target* a copy of *source*, files included."""
    drop(cluster, target, data)
    cluster.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    # Sequences are copied with values logged in advance: a crash before the next
    # checkpoint would roll them back below ids that are in use.
    cluster.execute("CHECKPOINT")
    files = data / "filestore" / source
    if files.exists():
        shutil.copytree(files, data / "filestore" / target)


def build(
    cluster: Server, name: str, config: Path, log: Path, data: Path, *, demo: bool
) -> None:
    """Create database *name* with the suite installed.

    :raise Problem: Odoo could not install it; names the log
    """
    drop(cluster, name, data)
    modules = ["sale_management", *suite_modules()]
    options = ["-d", name, "-i", ",".join(modules), "--stop-after-init"]
    if demo:
        options.append("--with-demo")
    with step(f"Creating the database {name} with the suite"):
        run_odoo(config, log, *options)


def _follow(process: subprocess.Popen[bytes], log: Path, start: int) -> None:
    """Wait for Odoo, and say now and then how far it is with its modules."""
    told = ""
    while True:
        try:
            process.wait(PROGRESS_SECONDS)
            return
        except subprocess.TimeoutExpired:
            text = log.read_bytes()[start:].decode(errors="replace")
            found = re.findall(r"Loading module (\S+) \((\d+)/(\d+)\)", text)
            if found and found[-1] != told:
                told = found[-1]
                say(f"   module {told[1]} of {told[2]}: {told[0]}")


def run_odoo(config: Path, log: Path, *options: str) -> None:
    """Run Odoo once, to its end.

    :raise Problem: it failed; names the log
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        start = output.tell()
        process = subprocess.Popen(
            odoo_command(config, "--workers=0", "--no-http", *options),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            preexec_fn=processes.die_with_parent,
        )
        try:
            _follow(process, log, start)
        finally:
            process.kill()
            process.wait()
    if process.returncode:
        raise Problem("Odoo could not set up the database.", f"Read {log}.")
