# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An Odoo server as in production: prefork workers, cron worker, job runner."""

from __future__ import annotations

import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from deploy import processes
from deploy.cluster import Cluster, OwnServer
from deploy.installation import odoo_addons, odoo_command
from deploy.paths import ADDONS, ROOT

# More HTTP workers than jobs at once, or jobs starve the people (and themselves).
CHANNELS = "root:4,root.amazon:3,root.amazon.call:2"
WORKERS = 6


@dataclass
class OdooServer:
    """One server process group, its configuration and its log."""

    folder: Path
    cluster: Cluster | OwnServer
    database: str
    port: int
    gevent_port: int
    addons: list[Path] = field(default_factory=lambda: [ADDONS])
    settings: dict[str, str] = field(default_factory=dict)
    tied: bool = False

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "odoo.conf"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "odoo.log"

    @property
    def pid_file(self) -> Path:
        """The file that names the running process."""
        return self.folder / "odoo.pid"

    @property
    def url(self) -> str:
        """Where a browser finds the server."""
        return f"http://127.0.0.1:{self.port}"

    def write_config(self) -> None:
        """Write the configuration file that start uses."""
        options = {
            "addons_path": ",".join(map(str, [*self.addons, *odoo_addons()])),
            "data_dir": str(self.folder / "data"),
            "db_host": self.cluster.host,
            "db_port": str(self.cluster.port),
            "db_user": self.cluster.user,
            **({"db_password": self.cluster.password} if self.cluster.password else {}),
            "db_name": self.database,
            "dbfilter": f"^{self.database}$",
            "db_maxconn": "16",
            "list_db": "False",
            "http_interface": "127.0.0.1",
            "http_port": str(self.port),
            "gevent_port": str(self.gevent_port),
            "workers": str(WORKERS),
            "max_cron_threads": "1",
            "server_wide_modules": "base,rpc,web,queue_job",
            "limit_time_cpu": "600",
            "limit_time_real": "900",
            "limit_memory_soft": str(2 * 1024**3),
            "limit_memory_hard": str(3 * 1024**3),
            **self.settings,
        }
        lines = ["[options]", *(f"{key} = {value}" for key, value in options.items())]
        lines += ["", "[queue_job]", f"channels = {CHANNELS}"]
        lines += ["host = 127.0.0.1", f"port = {self.port}", ""]
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text("\n".join(lines))

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers.

        :raise Problem: it does not; names the log
        """
        self.write_config()
        process = processes.start(
            odoo_command(self.config), log=self.log, cwd=ROOT, tied=self.tied
        )
        self.pid_file.write_text(str(process.pid))

        def ready() -> bool:
            return process.poll() is not None or self.answers()

        processes.wait_for(ready, what="Odoo", timeout=120, log=self.log)
        return process

    def answers(self) -> bool:
        """Return whether the server answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/web/health", timeout=5) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def pid(self) -> int | None:
        """Return the process id of the running server, None when it is not up."""
        try:
            pid = int(self.pid_file.read_text())
        except (OSError, ValueError):
            return None
        return pid if processes.is_alive(pid) else None

    def stop(self) -> None:
        """End the server and all its workers."""
        pid = self.pid()
        if pid:
            processes.stop_group(pid)
        self.pid_file.unlink(missing_ok=True)
