# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Getting the project onto a machine: once, again, after an interruption, and when
something is missing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import pytest

from deploy import cluster, installation, processes, stage, stamps
from deploy.__main__ import main
from deploy.console import Problem
from deploy.paths import PYTHON, ROOT


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Let everything that is remembered lie in a folder of the test's own."""
    for module in (stamps, installation, stage):
        for name in ("LOCAL", "STAMPS", "ODOO", "VENV", "CACHE", "RUN"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, tmp_path / name.lower())
    for name in ("ODOO_HOME", "ODOO_DEB", "PGHOST", "DATABASE_URL", "HTTP_PORT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


# === STEPS === #


def test_step_is_done_once_for_the_same_inputs():
    assert not stamps.is_done("step", "a")
    stamps.set_done("step", "a")
    assert stamps.is_done("step", "a")
    assert not stamps.is_done("step", "b")
    stamps.forget("step")
    assert not stamps.is_done("step", "a")


def test_sources_are_told_apart_by_content_and_name(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "a.py").write_text("1")
    first = stamps.digest_files([folder])
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.pyc").write_text("compiled")
    assert stamps.digest_files([folder]) == first
    (folder / "a.py").rename(folder / "b.py")
    assert stamps.digest_files([folder]) != first


def test_interrupted_unpacking_is_done_again(monkeypatch, elsewhere):
    """Only a complete Odoo is put into its place."""

    def broken(fresh):
        fresh.mkdir(parents=True)
        (fresh / "half").touch()
        raise KeyboardInterrupt

    def whole(fresh):
        assert not fresh.exists()
        (fresh / "odoo").mkdir(parents=True)
        release = fresh / "odoo" / "release.py"
        release.write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")

    monkeypatch.setattr(installation, "_unpack_odoo", broken)
    with pytest.raises(KeyboardInterrupt):
        installation.odoo_home()
    assert not installation.ODOO.exists()
    monkeypatch.setattr(installation, "_unpack_odoo", whole)
    assert installation.odoo_home() == installation.ODOO
    monkeypatch.setattr(installation, "_unpack_odoo", broken)
    assert installation.odoo_home() == installation.ODOO


# === CLEAR WORDS === #


def test_wrong_odoo_is_named(monkeypatch, tmp_path):
    release = tmp_path / "old" / "odoo" / "release.py"
    release.parent.mkdir(parents=True)
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path / "old"))
    with pytest.raises(Problem, match="is not Odoo 19.0"):
        installation.odoo_home()


def test_folder_without_odoo_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Problem, match="There is no Odoo in"):
        installation.odoo_home()


def test_unreachable_packages_are_named(monkeypatch, tmp_path):
    def offline(command, cause, next_step, cwd=None):
        raise Problem(cause, next_step)

    monkeypatch.setattr(installation, "_must", offline)
    with pytest.raises(Problem, match="cannot be reached.*ODOO_HOME"):
        installation._download("sid", ["odoo-19=1"], tmp_path)


def test_little_disk_space_is_named(monkeypatch):
    installation.LOCAL.mkdir()
    monkeypatch.setattr(installation, "PYTHON", installation.LOCAL / "none")
    usage = type("Usage", (), {"free": 10 * 1024**2})
    monkeypatch.setattr(installation.shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(Problem, match="Only 10 MB are free"):
        installation._check_space()


def test_busy_port_is_named_with_a_way_out(capsys, monkeypatch):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        monkeypatch.setenv("HTTP_PORT", str(busy.getsockname()[1]))
        assert main(["run"]) == 1
    words = capsys.readouterr().err
    assert "is in use by another program" in words
    assert "HTTP_PORT=" in words
    assert words.count("\n") == 1


def test_port_that_is_none_is_named(capsys, monkeypatch):
    monkeypatch.setenv("HTTP_PORT", "http")
    assert main(["run"]) == 1
    assert "HTTP_PORT=http is no port" in capsys.readouterr().err


def test_two_at_once_are_told_apart(capsys):
    with stage.only_one():
        assert main(["run"]) == 1
    assert "Another 'make run'" in capsys.readouterr().err


def test_unwritable_folder_is_one_line(capsys, monkeypatch):
    blocker = stage.LOCAL
    blocker.parent.mkdir(exist_ok=True)
    blocker.write_text("a file in the place of the folder")
    assert main(["run"]) == 1
    assert capsys.readouterr().err.startswith("Cannot go on:")


def test_unknown_command_lists_the_known(capsys):
    assert main(["fly"]) == 2
    assert "run" in capsys.readouterr().err


# === POSTGRESQL === #


def test_own_postgresql_is_used_where_one_is_named(monkeypatch, tmp_path):
    assert isinstance(cluster.choose(tmp_path), cluster.Cluster)
    monkeypatch.setenv("PGHOST", "db.example")
    monkeypatch.setenv("PGUSER", "shop")
    found = cluster.choose(tmp_path)
    assert (found.host, found.port, found.user) == ("db.example", 5432, "shop")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:s%40e@other:6543/x")
    found = cluster.choose(tmp_path)
    assert (found.host, found.port, found.password) == ("other", 6543, "s@e")


def test_socket_of_a_deep_folder_is_short(tmp_path):
    deep = tmp_path.joinpath(*["a-rather-long-folder-name"] * 5)
    assert len(str(cluster.Cluster(deep).socket)) < 90


def test_cluster_survives_having_its_plug_pulled(tmp_path):
    server = cluster.Cluster(tmp_path / "pg")
    server.ensure_started()
    try:
        server.execute("CREATE DATABASE kept")
        server.restart()
        query = "SELECT datname FROM pg_database WHERE datname = 'kept'"
        assert server.execute(query) == "kept"
        with pytest.raises(Problem, match="syntax error"):
            server.execute("SELEC")
    finally:
        server.stop("immediate")
    assert not server.is_running()


# === PROCESSES === #


def test_group_is_ended_even_if_it_will_not(tmp_path):
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('ready', flush=True); time.sleep(60)"
    )
    log = tmp_path / "log"
    process = processes.start([sys.executable, "-c", stubborn], log=log, cwd=tmp_path)
    processes.wait_for(lambda: "ready" in log.read_text(), what="It", timeout=10)
    processes.stop_group(process.pid, timeout=0.5)
    assert not processes.is_alive(process.pid)


def test_tied_process_ends_with_the_one_that_started_it(tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from deploy import processes;"
        "p = processes.start([sys.executable, '-c', 'import time; time.sleep(60)'],"
        "log=Path(sys.argv[1]), cwd=Path('.'), tied=True); print(p.pid, flush=True);"
        "time.sleep(60)"
    )
    parent = subprocess.Popen(
        [str(PYTHON), "-c", code, str(tmp_path / "log")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    child = int(parent.stdout.readline())
    assert processes.is_alive(child)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while processes.is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not processes.is_alive(child)
