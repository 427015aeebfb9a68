# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator's time: as fast as one likes, and it goes on while it is down."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timezone


class Clock:
    """Simulated time, in seconds since 1970; *speed* simulated seconds per second."""

    def __init__(
        self, speed: float = 1.0, kept: dict[str, float] | None = None
    ) -> None:
        """Start at real time, or where *kept* says that an earlier clock has got to."""
        real = time.time()
        self._base = real
        if kept:
            self._base = kept["now"] + max(0.0, real - kept["real"]) * speed
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self.speed = speed

    def now(self) -> float:
        """Return the simulated time."""
        with self._lock:
            return self._now()

    def _now(self) -> float:
        return self._base + (time.monotonic() - self._started) * self.speed

    def set_speed(self, speed: float) -> None:
        """Run at another speed from now on; time itself does not jump.

        :raise ValueError: time would stand still or run backwards
        """
        if not speed > 0:
            raise ValueError("speed must be above 0")
        with self._lock:
            self._base = self._now()
            self._started = time.monotonic()
            self.speed = speed

    def advance(self, seconds: float) -> None:
        """Jump ahead by simulated seconds.

        :raise ValueError: that would be backwards
        """
        if seconds < 0:
            raise ValueError("time cannot go backwards")
        with self._lock:
            self._base += seconds

    def keep(self) -> dict[str, float]:
        """Return what a clock needs to go on from here after a restart."""
        return {"now": self.now(), "real": time.time()}


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
