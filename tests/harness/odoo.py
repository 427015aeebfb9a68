# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An Odoo server of the tests: a clone of the template, run as in production."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psycopg2
import psycopg2.extensions

from deploy import database, processes
from deploy.cluster import Cluster
from deploy.demo import make_rpc
from deploy.installation import odoo_command
from deploy.paths import ADDONS, ROOT, TEST_ADDONS
from deploy.server import OdooServer
from deploy.testing import DATA, TEMPLATE

Found = TypeVar("Found")


class OdooHandle:
    """A running server, and what a person or a program can do with it."""

    def __init__(
        self,
        cluster: Cluster,
        name: str,
        folder: Path,
        *,
        source: str = TEMPLATE,
        settings: dict[str, str] | None = None,
    ) -> None:
        """Make a server on a copy of a database.

        :param source: the database to copy
        :param settings: keys of odoo.conf that differ from the usual
        """
        self.cluster = cluster
        self.database = name
        database.clone(cluster, source, name, DATA)
        shutil.rmtree(folder, ignore_errors=True)
        self.server = OdooServer(
            folder=folder,
            cluster=cluster,
            database=name,
            port=processes.free_port(),
            gevent_port=processes.free_port(),
            addons=[ADDONS, TEST_ADDONS],
            settings={"data_dir": str(DATA), **(settings or {})},
            tied=True,
        )
        self._call: Callable[..., Any] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return self.server.url

    def start(self) -> None:
        """Start it and sign in."""
        self.server.start()
        self._call = make_rpc(self.url, self.database)

    def stop(self) -> None:
        """End it."""
        self.server.stop()

    def remove(self) -> None:
        """End it and drop its database."""
        self.stop()
        database.drop(self.cluster, self.database, DATA)

    # === AS A PROGRAM === #

    def call(self, model: str, method: str, *args: Any) -> Any:
        """Call a method as the administrator."""
        if self._call is None:
            raise RuntimeError("the server was not started")
        return self._call(model, method, *args)

    def rpc(self, model: str, method: str, args: list[Any]) -> Any:
        """Call a method as the administrator, its arguments in a list."""
        return self.call(model, method, *args)

    def create(self, model: str, values: dict[str, Any]) -> int:
        """Create a record; return its id."""
        return int(self.call(model, "create", [values])[0])

    def write(self, model: str, ids: list[int], values: dict[str, Any]) -> None:
        """Change records."""
        self.call(model, "write", ids, values)

    def search_read(
        self, model: str, domain: list[Any], names: list[str], order: str = "id"
    ) -> list[dict[str, Any]]:
        """Return records."""
        found: list[dict[str, Any]] = self.call(
            model, "search_read", domain, names, 0, None, order
        )
        return found

    def page(self, path: str, login: str = "admin") -> tuple[int, str]:
        """Open a page as a person who is signed in; return its status and its text.

        The password is the same word as the login.
        """
        jar = urllib.request.HTTPCookieProcessor()
        opener = urllib.request.build_opener(jar)
        keys = {"db": self.database, "login": login, "password": login}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": keys})
        opener.open(
            urllib.request.Request(
                f"{self.url}/web/session/authenticate",
                body.encode(),
                {"content-type": "application/json"},
            ),
            timeout=60,
        ).close()
        try:
            with opener.open(f"{self.url}{path}", timeout=60) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    # === BEHIND ITS BACK === #

    @contextmanager
    def transaction(self) -> Iterator[psycopg2.extensions.cursor]:
        """Yield a cursor in a transaction of the tests' own."""
        connection = psycopg2.connect(
            host=self.cluster.host,
            port=self.cluster.port,
            user=self.cluster.user,
            dbname=self.database,
        )
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def sql(self, query: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement; return its rows, if it has any."""
        with self.transaction() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    @staticmethod
    def wait_until(
        found: Callable[[], Found], timeout: float, words: str, pause: float = 0.3
    ) -> Found:
        """Wait until *found()* is true, and return it.

        :raise AssertionError: not within *timeout* seconds
        """
        deadline = time.monotonic() + timeout
        while True:
            value = found()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"{words} within {timeout:.0f} s")
            time.sleep(pause)

    def wait_until_steady(self) -> None:
        """Wait until no worker trips over a connection that died with PostgreSQL."""
        steady = 0

        def answers() -> bool:
            nonlocal steady
            try:
                self.call("res.users", "search_count", [])
            except (OSError, RuntimeError):
                steady = 0
                return False
            steady += 1
            return steady > 30

        self.wait_until(answers, 60, "the server does not recover", pause=0.02)

    def run(self, command: str, *options: str, script: str = "") -> str:
        """Run one of Odoo's own commands on the database; return what it prints.

        :param command: as ``shell`` or ``neutralize``
        :param script: Python for the shell
        :raise subprocess.CalledProcessError: it failed
        """
        name = ["-d", self.database]
        done = subprocess.run(
            [*odoo_command(self.server.config, command), *name, *options],
            input=script.encode(),
            stdout=subprocess.PIPE,
            cwd=ROOT,
            check=True,
        )
        return done.stdout.decode()

    # === ITS PROCESSES === #

    def worker_pids(self) -> list[int]:
        """Return the process ids of the HTTP workers (the job runner's apart)."""
        server = self.server.pid()
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                pid, parent = int(stat.parent.name), _parent_of(stat)
                words = (stat.parent / "cmdline").read_bytes().decode().split("\0")
            except (OSError, ValueError):
                continue
            if parent == server and "gevent" not in " ".join(words):
                found.append(pid)
        return found

    def pid_running_job(self, method: str) -> int:
        """Return the process id of the worker that runs a job of this method."""

        def find() -> int | None:
            rows = self.sql(
                "SELECT worker_pid FROM queue_job"
                " WHERE method_name = %s AND state = 'started'",
                [method],
            )
            # A job whose worker was killed counts as started for a while.
            pids = {int(row[0]) for row in rows} & set(self.worker_pids())
            return min(pids, default=None)

        found = self.wait_until(find, 20, f"no job runs {method}", pause=0.05)
        return found or 0

    @staticmethod
    def kill(pid: int, sign: int = signal.SIGKILL) -> None:
        """Send a signal to one process."""
        os.kill(pid, sign)

    def kill_workers(self, sign: int = signal.SIGKILL) -> None:
        """Send a signal to every process below the server."""
        for pid in self.worker_pids():
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                continue

    def log_text(self) -> str:
        """Return the server's log."""
        return self.server.log.read_text(errors="replace")


def _parent_of(stat: Path) -> int:
    return int(stat.read_text().rsplit(")", 1)[1].split()[1])
