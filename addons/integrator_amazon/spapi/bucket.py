# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The token bucket by which Amazon limits the calls of an operation.

https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

from __future__ import annotations

import math
from dataclasses import dataclass

# Who comes first when tokens are scarce.
URGENT, NORMAL, BULK = 0, 1, 2
# What share of a bucket's size is left for those who are more urgent.
RESERVES = {URGENT: 0.0, NORMAL: 0.1, BULK: 0.2}
# Amazon's bucket starts to refill when the first call arrives, ours when it is made:
# a call is never on its way for longer than this (seconds) and still good for a token.
TRAVEL = 1.0
# After a refusal half of our share is left, and it comes back bit by bit.
SMALLEST_SHARE, SHARE_LOST, SHARE_REGAINED = 0.1, 0.5, 0.05
# Nobody is sent away for longer than this (seconds) because of others that wait.
LONGEST_QUEUE = 900.0
# A rounding error of the arithmetic must not cost a call.
EPSILON = 1e-9


@dataclass
class TokenBucket:
    """State of a bucket; moments are seconds since 1970, all by one clock.

    rate: tokens per second; burst: most tokens; tokens: as of *since*, a moment from
    which on they grow; share: part of the rate that is ours, below 1 while another
    program of the seller uses the quota too; blocked_until: no call before; next_slot:
    when the last of those who wait is to come back.
    """

    rate: float
    burst: int
    tokens: float
    since: float
    share: float = 1.0
    blocked_until: float = 0.0
    next_slot: float = 0.0

    def left(self, now: float) -> float:
        """Return how many tokens there are at *now*."""
        grown = max(0.0, now - self.since) * self.rate * self.share
        return min(float(self.burst), self.tokens + grown)

    def wait(self, now: float, priority: int = NORMAL) -> float:
        """Return the seconds until one of *priority* may call; 0.0: at once."""
        blocked = max(0.0, self.blocked_until - now)
        missing = 1.0 + self._reserve(priority) - self.left(now)
        if missing <= EPSILON:
            return blocked
        speed = self.rate * self.share
        growing = missing / speed if speed else math.inf
        return max(blocked, max(0.0, self.since - now) + growing)

    def _reserve(self, priority: int) -> float:
        share = RESERVES[priority]
        least = 1.0 if share else 0.0
        return min(max(least, math.floor(self.burst * share)), self.burst - 1.0)

    def take(self, now: float, priority: int = NORMAL) -> float:
        """Take a token, or a place in the queue.

        :return: seconds to wait; 0.0: the token is taken, the call may be made
        """
        # A clock that was set back must not stop the bucket until it has caught up.
        self.since = min(self.since, now + TRAVEL)
        wait = self.wait(now, priority)
        if wait > 0.0:
            # An outage holds all back alike: who lacks a token shows when it is over.
            alike = priority == URGENT or wait <= self.blocked_until - now
            return wait if alike else self._queue(now, wait)
        left = self.left(now)
        full = left >= self.burst
        self.tokens = left - 1.0
        self.since = now + TRAVEL if full else max(now, self.since)
        return 0.0

    def _queue(self, now: float, wait: float) -> float:
        """Return when the next of many that wait is to come back, one per token."""
        step = 1.0 / (self.rate * self.share)
        latest = now + wait + LONGEST_QUEUE
        self.next_slot = min(max(now + wait, self.next_slot + step), latest)
        return self.next_slot - now

    def note_success(self, rate: float | None = None) -> bool:
        """Adopt the *rate* that Amazon named; return whether anything changed."""
        before = (self.rate, self.share)
        if rate is not None and 0.0 < rate < math.inf:
            self.rate = rate
        self.share = min(1.0, self.share + SHARE_REGAINED)
        return before != (self.rate, self.share)

    def exhaust(self, now: float) -> float:
        """Note that Amazon refused a call: somebody else has used the quota up.

        :return: seconds until a token has grown
        """
        self.tokens, self.since = 0.0, now
        self.share = max(SMALLEST_SHARE, self.share * SHARE_LOST)
        return self.wait(now, URGENT)
