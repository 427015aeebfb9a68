# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Encryption of what the database may hold but nobody may read from a copy of it.

The key is not in the database: a dump, a replica or a backup of the database alone is
of no use to whoever gets hold of it.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from odoo.tools import config

from .server_config import get_setting


class WrongKeyError(Exception):
    """A value was encrypted with another key than this server's."""


class BadKeyError(Exception):
    """What was configured as this server's key is none."""


def encrypt(text: str) -> str:
    """Return *text* encrypted with this server's key.

    :raise BadKeyError: the key that was configured is none
    """
    return _fernet(_get_key()).encrypt(text.encode()).decode()


def decrypt(packed: str) -> str:
    """Return what ``encrypt`` was given.

    :raise WrongKeyError: it was encrypted with another key
    :raise BadKeyError: the key that was configured is none
    """
    try:
        return _fernet(_get_key()).decrypt(packed.encode()).decode()
    except InvalidToken:
        raise WrongKeyError from None


@cache
def _fernet(key: bytes) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise BadKeyError("encryption_key must be 44 characters") from None


def _get_key() -> bytes:
    given = get_setting("integrator", "encryption_key")
    return given.encode() if given else _key_of_file(_key_path())


def _key_path() -> Path:
    """Return where the key lies: beside the files of all databases, and thus shared by
    all nodes, but in no backup that Odoo makes of one database."""
    return Path(config["data_dir"]) / "integrator" / "encryption.key"


@cache
def _key_of_file(path: Path) -> bytes:
    if not path.exists():
        _make_key(path)
    return path.read_bytes().strip()


def _make_key(path: Path) -> None:
    """Write a new key, complete or not at all; of two writers the first one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent) as draft:
        draft.write(Fernet.generate_key())
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, path)
        except FileExistsError:
            return
