# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's rates: a token bucket per operation and seller, on simulated time.

https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
"""

from __future__ import annotations

import threading

from deploy.simulator.answers import Refusal
from deploy.simulator.clock import Clock

# requests per second, burst: from the "Usage Plan" of each operation's model
RATES: dict[str, tuple[float, int]] = {
    "createFeedDocument": (0.5, 15),
    "createFeed": (0.0083, 15),
    "getFeed": (2.0, 15),
    "getFeeds": (0.0222, 10),
    "getFeedDocument": (0.0222, 10),
    "cancelFeed": (2.0, 15),
    "getMarketplaceParticipations": (0.016, 15),
    "getAccount": (0.016, 15),
    "getListingsItem": (5.0, 10),
    "putListingsItem": (5.0, 10),
    "patchListingsItem": (5.0, 5),
    "deleteListingsItem": (5.0, 5),
    "searchListingsItems": (5.0, 5),
    "searchDefinitionsProductTypes": (5.0, 10),
    "getDefinitionsProductType": (5.0, 10),
    "createReport": (0.0167, 15),
    "getReport": (2.0, 15),
    "getReports": (0.0222, 10),
    "cancelReport": (0.0222, 10),
    "getReportDocument": (0.0167, 15),
    "createReportSchedule": (0.0222, 10),
    "getReportSchedules": (0.0222, 10),
    "getReportSchedule": (0.0222, 10),
    "cancelReportSchedule": (0.0222, 10),
    "createRestrictedDataToken": (1.0, 10),
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "confirmShipment": (2.0, 10),
    "listTransactions": (0.5, 10),
}


class Rates:
    """All buckets; a restart fills them, which is never in a seller's disfavour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def spend(self, operation: str, seller_id: str) -> None:
        """Take one token.

        :raise Refusal: 429, none is left
        """
        if operation not in RATES:
            return
        rate, burst = RATES[operation]
        with self._lock:
            now = self._clock.now()
            tokens, since = self._buckets.get((operation, seller_id), (burst, now))
            tokens = min(burst, tokens + (now - since) * rate)
            enough = tokens >= 1.0
            self._buckets[operation, seller_id] = (tokens - enough, now)
        if not enough:
            raise throttled()

    def refill(self) -> None:
        """Fill all buckets."""
        with self._lock:
            self._buckets.clear()

    def headers(self, operation: str) -> dict[str, str]:
        """Return the header that names the rate, where Amazon sends one."""
        if operation not in RATES:
            return {}
        return {"x-amzn-RateLimit-Limit": str(RATES[operation][0])}


def throttled() -> Refusal:
    """Return Amazon's refusal of a call too many."""
    words = "You exceeded your quota for the requested resource."
    return Refusal(429, "QuotaExceeded", words)
