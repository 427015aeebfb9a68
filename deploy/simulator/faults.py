# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes wrong on demand: once, some times, or by a seeded schedule."""

from __future__ import annotations

import random
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = (
    "throttle",
    "status",
    "truncated_json",
    "empty_body",
    "delay",
    "drop_before",
    "drop_after",
    "reset_upload",
    "expired_url",
    "truncated_gzip",
    "feed_fatal",
    "feed_cancelled",
    "feed_stuck",
    "feed_no_result",
    "stale_token",
    "revoked_token",
)


@dataclass
class Fault:
    """One fault: the next *times* calls of *operation*, after *skip* good ones."""

    operation: str
    kind: str
    times: int = 1
    skip: int = 0
    seller_id: str | None = None
    status: int = 503
    body: str = "json"
    seconds: float = 40.0
    fault_id: int = 0
    used: int = 0

    def fits(self, operation: str, seller_id: str | None) -> bool:
        """Return whether this fault is meant for such a call."""
        if self.operation not in ("*", operation) or self.used >= self.times:
            return False
        return self.seller_id in (None, seller_id)


@dataclass
class Schedule:
    """A share of all calls, picked by a seed: the same calls, the same faults."""

    seed: int
    rate: float
    kinds: list[str]
    operations: list[str] | str = "*"
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def draw(self, operation: str) -> Fault | None:
        """Return the fault of the next call, if it gets one."""
        if self.operations != "*" and operation not in self.operations:
            return None
        lot, kind = self.dice.random(), self.dice.choice(self.kinds)
        return Fault(operation, kind, status=500) if lot < self.rate else None


class Faults:
    """All faults that are set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._schedule: Schedule | None = None
        self._number = 0

    def add(self, values: dict[str, Any]) -> Fault:
        """Set a fault.

        :raise ValueError: unknown kind or field
        """
        if values.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        try:
            fault = Fault(**values)
        except TypeError as error:
            raise ValueError(str(error)) from error
        with self._lock:
            self._number += 1
            fault.fault_id = self._number
            self._faults.append(fault)
        return fault

    def schedule(self, values: dict[str, Any]) -> None:
        """Set the seeded schedule."""
        with self._lock:
            self._schedule = Schedule(**values)

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self._faults.clear()
            self._schedule = None

    def take(self, operation: str, seller_id: str | None) -> Fault | None:
        """Return the fault of this call, and count it."""
        with self._lock:
            for fault in self._faults:
                if fault.fits(operation, seller_id):
                    if fault.skip:
                        fault.skip -= 1
                        return None
                    fault.used += 1
                    return fault
            return self._schedule.draw(operation) if self._schedule else None

    def list(self) -> list[dict[str, Any]]:
        """Return all faults, used up or not."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]
