# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes wrong on demand: once, some times, or by a seeded schedule."""

from __future__ import annotations

import random
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

LOGIN = "getAccessToken"
UPLOAD = "uploadDocument"
DOWNLOAD = "downloadDocument"
# No call, but the moment when an accepted change is carried out on a listing.
APPLY = "applyListing"
# Each kind of fault, and the operations that it can befall; None: every one.
KINDS: dict[str, tuple[str, ...] | None] = {
    "throttle": None,
    "status": None,
    "truncated_json": None,
    "empty_body": None,
    "delay": None,
    "drop_before": None,
    "drop_after": None,
    "reset_upload": (UPLOAD,),
    "expired_url": (UPLOAD, DOWNLOAD),
    "truncated_gzip": (DOWNLOAD,),
    "feed_fatal": ("createFeed",),
    "feed_cancelled": ("createFeed",),
    "feed_stuck": ("createFeed",),
    "feed_no_result": ("createFeed",),
    "report_fatal": ("createReport",),
    "report_cancelled": ("createReport",),
    "report_stuck": ("createReport",),
    "stale_token": None,
    "revoked_token": (LOGIN,),
    "listing_not_applied": (APPLY,),
    "listing_attribute_dropped": (APPLY,),
}
BODIES = ("json", "html", "empty")


@dataclass
class Fault:
    """One fault: the next *times* calls of *operation*, after *skip* good ones.

    ``path_contains``: of those only whose path has this in it. ``status`` and
    ``body`` are of the kind "status", ``seconds`` (real ones) is of the kind "delay".
    ``attribute``: the one that is dropped, of the kind "listing_attribute_dropped". Of
    what befalls listings, the path is ``{marketplace_id}/{sku}``.
    """

    operation: str
    kind: str
    times: int = 1
    skip: int = 0
    seller_id: str | None = None
    path_contains: str = ""
    status: int = 503
    body: str = "json"
    seconds: float = 40.0
    attribute: str = ""
    fault_id: int = 0
    used: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if self.body not in BODIES:
            raise ValueError(f"body must be one of {', '.join(BODIES)}")
        if self.kind == "listing_attribute_dropped" and not self.attribute:
            raise ValueError("attribute must be given: the one that is dropped")

    def fits(self, operation: str, seller_id: str | None, path: str) -> bool:
        """Return whether this fault is meant for such a call."""
        if self.operation not in ("*", operation) or self.used >= self.times:
            return False
        if self.path_contains not in path:
            return False
        return can_befall(self.kind, operation) and self.seller_id in (None, seller_id)


def can_befall(kind: str, operation: str) -> bool:
    """Return whether a call of an operation can meet this kind of fault."""
    operations = KINDS[kind]
    if operations is None:
        return operation != APPLY
    return operation in operations


@dataclass
class Schedule:
    """A share of all calls, picked by a seed: the same calls, the same faults."""

    seed: int
    rate: float
    kinds: list[str]
    operations: list[str] | str = "*"
    status: int = 500
    body: str = "json"
    seconds: float = 1.0
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        if not self.kinds or set(self.kinds) - set(KINDS):
            raise ValueError(f"kinds must be some of {', '.join(KINDS)}")

    def draw(self, operation: str) -> Fault | None:
        """Return the fault of the next call, if it gets one."""
        if self.operations != "*" and operation not in self.operations:
            return None
        # Both dice fall at every call, so that each call has the same share of luck.
        lot, kind = self.dice.random(), self.dice.choice(self.kinds)
        if lot >= self.rate or not can_befall(kind, operation):
            return None
        how = {"status": self.status, "body": self.body, "seconds": self.seconds}
        return Fault(operation, kind, **how)  # type: ignore[arg-type]


class Faults:
    """All faults that are set; a restart forgets them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._schedule: Schedule | None = None
        self._number = 0

    def add(self, values: dict[str, Any]) -> Fault:
        """Set a fault.

        :raise ValueError: unknown kind or field
        """
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
        """Set the seeded schedule.

        :raise ValueError: unknown kind or field
        """
        try:
            schedule = Schedule(**values)
        except TypeError as error:
            raise ValueError(str(error)) from error
        with self._lock:
            self._schedule = schedule

    def clear(self, fault_id: int | None = None) -> None:
        """Take one fault back; None: let everything go well again."""
        with self._lock:
            if fault_id is not None:
                self._faults = [f for f in self._faults if f.fault_id != fault_id]
                return
            self._faults = []
            self._schedule = None

    def take(self, operation: str, seller_id: str | None, path: str) -> Fault | None:
        """Return the fault of this call, and count it."""
        with self._lock:
            for fault in self._faults:
                if fault.fits(operation, seller_id, path):
                    if fault.skip:
                        fault.skip -= 1
                        return None
                    fault.used += 1
                    return fault
            if self._schedule is None or operation == APPLY:
                return None
            return self._schedule.draw(operation)

    def strikes(self, listing: dict[str, Any]) -> Fault | None:
        """Return the fault that befalls a change of a listing, and count it."""
        if not self._faults:
            return None
        path = f"{listing['marketplace_id']}/{listing['sku']}"
        return self.take(APPLY, listing["seller_id"], path)

    def list(self) -> list[dict[str, Any]]:
        """Return all faults, used up or not."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]
