# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settings of the machine rather than of the database: odoo.conf and environment."""

from __future__ import annotations

import configparser
import os
import re
from functools import cache

from odoo.tools import config


@cache
def _sections(path: str, _changed: float) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(strict=False)
    parser.read(path)
    return {name: dict(parser.items(name)) for name in parser.sections()}


def get_setting(section: str, name: str) -> str:
    """Return a setting of the machine, "" when there is none.

    The environment wins over odoo.conf. Section ``integrator``, name
    ``encryption_key`` is the variable ``INTEGRATOR_ENCRYPTION_KEY``.

    :param section: section of odoo.conf, like ``integrator``
    :param name: key in that section, in lower case
    """
    variable = re.sub(r"[^A-Z0-9]+", "_", f"{section}_{name}".upper())
    given = os.environ.get(variable)
    if given:
        return given
    path = config["config"] or ""
    try:
        changed = os.stat(path).st_mtime
    except OSError:
        return ""
    return _sections(str(path), changed).get(section, {}).get(name, "")
