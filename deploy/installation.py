# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo and all Python packages, in folders of this project only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from deploy import stamps
from deploy.console import Problem, say, step
from deploy.paths import CACHE, LOCAL, ODOO, PYTHON, ROOT, VENV

ODOO_VERSION = "19.0"
ODOO_PACKAGE = "odoo-19=19.0.0+dfsg-1"
ODOO_GIT = "https://github.com/odoo/odoo.git"
ODOO_BIN = ROOT / "deploy" / "odoo_bin.py"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# The web client's links in Odoo's package point to these.
WEB_PACKAGES = [
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-inconsolata",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
]
# Odoo's icons need Font Awesome 4.7; Debian's newer suites have 6 and later.
ICON_PACKAGES = ["fonts-font-awesome"]


def ensure(*, development: bool = False) -> None:
    """Install what is missing; done steps cost nothing.

    :param development: also what tests and lint need
    """
    LOCAL.mkdir(parents=True, exist_ok=True)
    _check_space()
    home = odoo_home()
    _ensure_venv(home)
    _ensure_requirements("requirements.txt")
    if development:
        _ensure_requirements("requirements-dev.txt")


def odoo_home() -> Path:
    """Return the folder that holds the Python package ``odoo``, fetched if need be."""
    given = os.environ.get("ODOO_HOME")
    if given:
        return _check_home(Path(given).expanduser().resolve())
    key = stamps.digest(ODOO_PACKAGE, os.environ.get("ODOO_DEB", ""))
    if not stamps.is_done("odoo", key):
        _fetch_odoo()
        stamps.set_done("odoo", key)
    return _check_home(ODOO)


def odoo_addons() -> list[Path]:
    """Return Odoo's addons that lie beside its package, as in a source checkout."""
    beside = odoo_home() / "addons"
    return [beside] if beside.is_dir() else []


def _check_home(home: Path) -> Path:
    for folder in (home, home / "usr/lib/python3/dist-packages"):
        release = folder / "odoo" / "release.py"
        if release.exists():
            if not re.search(r"^version_info = \(19,", release.read_text(), re.M):
                raise Problem(
                    f"{home} is not Odoo {ODOO_VERSION}.",
                    "Let ODOO_HOME name an Odoo 19, or leave it unset.",
                )
            return folder
    raise Problem(
        f"There is no Odoo in {home}.",
        "Let ODOO_HOME name the folder that holds Odoo's package 'odoo'.",
    )


def _fetch_odoo() -> None:
    """Unpack Odoo into a fresh folder, then put that into its place."""
    fresh = LOCAL / "odoo.new"
    shutil.rmtree(fresh, ignore_errors=True)
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        _clone_odoo(fresh)
    else:
        _unpack_odoo(fresh)
    shutil.rmtree(ODOO, ignore_errors=True)
    fresh.rename(ODOO)


def _unpack_odoo(fresh: Path) -> None:
    given = os.environ.get("ODOO_DEB")
    packages = CACHE / "debs"
    packages.mkdir(parents=True, exist_ok=True)
    with step("Fetching Odoo 19 from Debian (130 MB)"):
        if not given:
            _download("sid", [ODOO_PACKAGE], packages)
        _download("sid", WEB_PACKAGES, packages)
        _download("bookworm", ICON_PACKAGES, packages)
    found = [Path(given)] if given else []
    found += sorted(packages.glob("*.deb"))
    with step("Unpacking Odoo"):
        for package in found:
            _must(
                ["dpkg-deb", "-x", str(package), str(fresh)],
                f"{package} cannot be unpacked.",
                "Delete it and run the command again.",
            )


def _download(suite: str, packages: list[str], target: Path) -> None:
    """Download packages of a Debian *suite*, without touching the system's apt."""
    missing = [p for p in packages if not list(target.glob(f"{p.split('=')[0]}_*.deb"))]
    if not missing:
        return
    if not KEYRING.exists():
        raise Problem(
            "Debian's archive keys are missing.",
            "Install the package debian-archive-keyring, or set ODOO_HOME.",
        )
    apt = _private_apt(suite)
    failed = "Debian's package server cannot be reached or lacks a package."
    hint = "Check the network, or set ODOO_HOME or ODOO_DEB to an Odoo you have."
    _must([*apt, "-qq", "update"], failed, hint)
    _must([*apt, "-qq", "download", *missing], failed, hint, cwd=target)


def _private_apt(suite: str) -> list[str]:
    folder = CACHE / f"apt-{suite}"
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    target = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    known = subprocess.run(target, capture_output=True, text=True, check=False)
    mirrors = [u for u in known.stdout.split() if "security" not in u]
    if not mirrors:
        raise Problem(
            "This machine has no package server set.", "Run 'apt-get update'."
        )
    sources = folder / "sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {mirrors[0]} {suite} main\n")
    options = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "",
    }
    command = ["apt-get"]
    for name, value in options.items():
        command += ["-o", f"{name}={value}"]
    return command


def _clone_odoo(fresh: Path) -> None:
    with step("Fetching Odoo 19 from its repository (no apt-get here)"):
        _must(
            [
                "git",
                "clone",
                "-q",
                "--depth=1",
                "-b",
                ODOO_VERSION,
                ODOO_GIT,
                str(fresh),
            ],
            "Odoo's repository cannot be reached.",
            "Check the network, or set ODOO_HOME to an Odoo 19 you have.",
        )


def _ensure_venv(home: Path) -> None:
    key = stamps.digest(sys.version, str(home), str(VENV))
    if stamps.is_done("venv", key):
        return
    with step("Making the virtual environment"):
        shutil.rmtree(VENV, ignore_errors=True)
        for name in ("requirements.txt", "requirements-dev.txt"):
            stamps.forget(name)
        _must(
            [sys.executable, "-m", "venv", str(VENV)],
            "Python cannot make a virtual environment.",
            "Install the package python3-venv.",
        )
        (site,) = VENV.glob("lib/python3.*/site-packages")
        (site / "odoo.pth").write_text(f"{home}\n")
    stamps.set_done("venv", key)


def _ensure_requirements(name: str) -> None:
    key = stamps.digest((ROOT / name).read_text(), str(VENV))
    if stamps.is_done(name, key):
        return
    with step(f"Installing the Python packages of {name}"):
        # Each package is pinned, those it needs too: nothing is left to resolve.
        _must(
            [str(PYTHON), "-m", "pip", "install", "-q", "--no-deps", "--no-input"]
            + ["--disable-pip-version-check", "-r", str(ROOT / name)],
            f"The Python packages of {name} cannot be installed.",
            "Check the network and that gcc is there, then run the command again.",
        )
    stamps.set_done(name, key)


def _check_space() -> None:
    free = shutil.disk_usage(LOCAL).free
    if not PYTHON.exists() and free < 4 * 1024**3:
        raise Problem(
            f"Only {free // 1024**2} MB are free on the disk of {LOCAL}.",
            "Free 4 GB and run the command again.",
        )


def _must(
    command: list[str], cause: str, next_step: str, cwd: Path | None = None
) -> None:
    done = subprocess.run(
        command, cwd=cwd, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        for line in done.stdout.decode(errors="replace").strip().splitlines()[-8:]:
            say(f"   {line}")
        raise Problem(cause, next_step)


def odoo_command(config: Path, *options: str) -> list[str]:
    """Return the command line that runs Odoo with *config*."""
    return [str(PYTHON), str(ODOO_BIN), *options, "-c", str(config)]
