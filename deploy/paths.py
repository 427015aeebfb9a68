# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where things are. All that is made at run time lives below ``.local``."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
CACHE = LOCAL / "cache"
ODOO = LOCAL / "odoo"
VENV = LOCAL / "venv"
RUN = LOCAL / "run"
TEST = LOCAL / "test"
STAMPS = LOCAL / "stamps"
ADDONS = ROOT / "addons"
TEST_ADDONS = ROOT / "tests" / "addons"
PYTHON = VENV / "bin" / "python"
