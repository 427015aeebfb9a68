# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator's time: as fast as one likes, and it survives a restart."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class Clock:
    """Simulated time, in seconds since 1970; *speed* simulated seconds per second."""

    def __init__(self, speed: float = 1.0, base: float | None = None) -> None:
        self._base = time.time() if base is None else base
        self._started = time.monotonic()
        self.speed = speed

    def now(self) -> float:
        """Return the simulated time."""
        return self._base + (time.monotonic() - self._started) * self.speed

    def set_speed(self, speed: float) -> None:
        """Run at another speed from now on; time itself does not jump."""
        self._base = self.now()
        self._started = time.monotonic()
        self.speed = speed


def iso(moment: float) -> str:
    """Return simulated seconds as Amazon writes a time."""
    found = datetime.fromtimestamp(moment, timezone.utc)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds(text: str) -> float:
    """Return a time in Amazon's writing as seconds.

    :raise ValueError: it is none
    """
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if not found.tzinfo:
        found = found.replace(tzinfo=timezone.utc)
    return found.timestamp()
