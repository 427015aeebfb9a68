# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Says what many failed messages have in common."""

from __future__ import annotations

import re

LONGEST = 160
# SKUs, ASINs, prices and quantities: what differs from one message to the next.
OWN = re.compile(r"[\w.,/:-]*\d[\w.,/:-]*", re.ASCII)


def as_cause(text: str | None, code: str | None = "", key: str | None = "") -> str:
    """Return what a failure has in common with others of its kind.

    :param text: what Amazon, or Odoo, said
    :param code: Amazon's code; it stays in front
    :param key: the SKU it was said of
    :return: one line, at most 160 characters; empty if nothing was said
    """
    line = next(
        (part.strip() for part in (text or "").splitlines() if part.strip()), ""
    )
    code = (code or "").strip()
    if code and line.startswith(f"{code}:"):
        line = line[len(code) + 1 :].strip()
    if key:
        line = re.sub(rf"(?<!\w){re.escape(key)}(?!\w)", "…", line)
    line = OWN.sub("…", line)
    line = re.sub(r"…(\s*…)+", "…", line)
    return ": ".join(filter(None, (code, line)))[:LONGEST]
