# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``make run``: Odoo with the suite, and Amazon beside it, in the background."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy import database, installation, processes, stamps
from deploy.cluster import Cluster, OwnServer, choose
from deploy.console import Problem, say, step
from deploy.paths import LOCAL, PYTHON, ROOT, RUN
from deploy.server import OdooServer

DATABASE = "odoo_amazon"
SIMULATOR_STATE = RUN / "simulator"
SIMULATOR_PID = RUN / "simulator.pid"
SIMULATOR_LOG = RUN / "simulator.log"


@contextmanager
def only_one() -> Iterator[None]:
    """Let one 'make run' or 'make stop' work at a time.

    :raise Problem: another one is at work
    """
    LOCAL.mkdir(parents=True, exist_ok=True)
    with (LOCAL / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                "Another 'make run' or 'make stop' is at work here.", "Wait for it."
            ) from None
        yield


def run() -> None:
    """Bring everything up; what is up already stays as it is."""
    with only_one():
        server = make_server()
        if server.pid():
            if server.answers() and stamps.is_done("complete", server.url):
                say(f"It is running already: {server.url} (end it with 'make stop')")
                return
            # Left over from a start that was interrupted.
            server.stop()
        stamps.forget("complete")
        _check_port("HTTP_PORT", server.port)
        installation.ensure()
        server.cluster.ensure_started()
        simulator_port = start_simulator()
        _ensure_database(server)
        with step("Starting Odoo with its workers and the job runner"):
            server.start()
        _connect_demo(server, simulator_port)
        stamps.set_done("complete", server.url)
        _tell(server, simulator_port)


def make_server() -> OdooServer:
    """Return the server of ``make run``, running or not."""
    port = _number("HTTP_PORT", 8069)
    return OdooServer(
        folder=RUN,
        cluster=choose(RUN / "postgresql"),
        database=DATABASE,
        port=port,
        gevent_port=_number("GEVENT_PORT", port + 3),
    )


def _number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Problem(
            f"{name}={text} is no port.", f"Set {name} to a free port number."
        )
    return int(text)


def _check_port(name: str, port: int) -> None:
    if not processes.is_free(port):
        raise Problem(
            f"Port {port} is in use by another program.",
            f"End it, or choose another port: make run {name}={port + 1000}",
        )


# === AMAZON === #


def start_simulator() -> int:
    """Start the simulator unless it is up; return its port."""
    known = _running_simulator()
    if known:
        return known
    port = _number("SIMULATOR_PORT", 8443)
    if "SIMULATOR_PORT" in os.environ or processes.is_free(port):
        _check_port("SIMULATOR_PORT", port)
    else:
        port = processes.free_port()
    options = ["--state", str(SIMULATOR_STATE), "--port", str(port)]
    with step("Starting the Amazon simulator"):
        process = processes.start(
            [PYTHON, "-m", "deploy.simulator", *options], log=SIMULATOR_LOG, cwd=ROOT
        )
        SIMULATOR_PID.write_text(f"{process.pid} {port}")
        processes.wait_for(
            lambda: process.poll() is not None or not processes.is_free(port),
            what="The simulator",
            timeout=30,
            log=SIMULATOR_LOG,
        )
    if process.poll() is not None:
        raise Problem("The Amazon simulator did not start.", f"Read {SIMULATOR_LOG}.")
    return port


def _running_simulator() -> int | None:
    try:
        pid, port = map(int, SIMULATOR_PID.read_text().split())
    except (OSError, ValueError):
        return None
    return port if processes.is_alive(pid) else None


# === DATABASE === #


def _ensure_database(server: OdooServer) -> None:
    """Create the database, or bring it up to date when sources changed."""
    server.write_config()
    key = database.source_key()
    data, log = RUN / "data", RUN / "setup.log"
    if stamps.is_done("database", key) and database.exists(server.cluster, DATABASE):
        return
    if stamps.is_done("database-created", DATABASE) and database.exists(
        server.cluster, DATABASE
    ):
        with step("Bringing the database up to date with the addons"):
            modules = ",".join(database.suite_modules())
            database.run_odoo(
                server.config,
                log,
                "-d",
                DATABASE,
                "-i",
                modules,
                "-u",
                modules,
                "--stop-after-init",
            )
    else:
        database.build(server.cluster, DATABASE, server.config, log, data, demo=True)
        stamps.set_done("database-created", DATABASE)
    stamps.set_done("database", key)


def _connect_demo(server: OdooServer, simulator_port: int) -> None:
    """Connect the demo sellers to the simulator, through the server's own interface."""
    key = stamps.digest(str(simulator_port), database.source_key())
    if stamps.is_done("demo", key):
        return
    with step("Connecting the demo seller accounts to the simulator"):
        command = [str(PYTHON), "-m", "deploy.demo", server.url, DATABASE]
        done = subprocess.run(
            [*command, str(SIMULATOR_STATE), str(simulator_port)],
            cwd=ROOT,
            check=False,
        )
    if done.returncode:
        raise Problem(
            "The demo accounts could not be connected.", f"Read {server.log}."
        )
    stamps.set_done("demo", key)


def _tell(server: OdooServer, simulator_port: int) -> None:
    say("")
    say(f"Odoo:           {server.url}   login admin, password admin")
    say("                Integrations > Products shows what is sent to Amazon")
    say(f"Amazon's side:  https://localhost:{simulator_port}   (own certificate)")
    say(f"Logs:           {server.log.relative_to(ROOT)}, 'make logs' follows them")
    say("End it with:    make stop")


# === THE OTHER COMMANDS === #


def stop() -> None:
    """End what ``run`` started, and nothing else."""
    with only_one():
        server = make_server()
        server.stop()
        try:
            pid = int(SIMULATOR_PID.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            pid = 0
        if pid and processes.is_alive(pid):
            processes.stop_group(pid)
        SIMULATOR_PID.unlink(missing_ok=True)
        if PYTHON.exists():
            server.cluster.stop()
        say("Stopped.")


def shell() -> None:
    """Open Odoo's Python shell on the database of ``run``."""
    server = _must_exist()
    command = installation.odoo_command(server.config, "shell", "-d", DATABASE)
    subprocess.run([*command, "--no-http"], cwd=ROOT, check=False)


def logs() -> None:
    """Follow the logs of Odoo and of the simulator."""
    server = _must_exist()
    files = [str(server.log), str(SIMULATOR_LOG)]
    subprocess.run(["tail", "-n", "40", "-F", *files], check=False)


def _must_exist() -> OdooServer:
    server = make_server()
    if not server.config.exists():
        raise Problem("Nothing was started here yet.", "Run 'make run' first.")
    return server


def clean() -> None:
    """Remove all that was made here."""
    stop()
    for cluster in (RUN / "postgresql", LOCAL / "test" / "postgresql"):
        _stop_cluster(cluster)
    shutil.rmtree(LOCAL, ignore_errors=True)
    say("Removed .local; the next 'make run' starts from nothing.")


def _stop_cluster(folder: Path) -> None:
    if (folder / "data").exists() and PYTHON.exists():
        cluster: Cluster | OwnServer = Cluster(folder)
        cluster.stop("immediate")
