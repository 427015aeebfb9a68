# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every room of operations has at hand."""

from __future__ import annotations

from datetime import datetime, timezone
from urllib.parse import quote

import httpx

from ..exchange import OnCall
from ..transport import StrictTransport


class Operations:
    """Base of the rooms: the signed-in transport, and the plain connection."""

    seller_id: str
    _transport: StrictTransport
    _http: httpx.Client
    _on_call: OnCall | None


def as_text(moment: datetime | None) -> str | None:
    """Return *moment* as Amazon wants it, to the second; without a zone it is UTC."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def segment(text: str) -> str:
    """Return *text* as one segment of a path.

    :raise ValueError: it is empty, which would address something else
    """
    if not text:
        raise ValueError("A part of the address is empty.")
    # HTTP clients resolve the segments "." and "..".
    return quote(text, safe="").replace(".", "%2E" if text in (".", "..") else ".")
