# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Steps that are done once: each leaves a stamp that names what it was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from deploy.paths import STAMPS


def digest(*parts: str) -> str:
    """Return a short hash of texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def digest_files(folders: Iterable[Path]) -> str:
    """Return a short hash of all source files below *folders*."""
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(str(path.relative_to(folder)).encode())
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


def is_done(name: str, key: str) -> bool:
    """Return whether step *name* was completed from just these inputs."""
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == key


def set_done(name: str, key: str) -> None:
    """Remember that step *name* is complete."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(key)


def forget(name: str) -> None:
    """Let step *name* be done again."""
    (STAMPS / name).unlink(missing_ok=True)
