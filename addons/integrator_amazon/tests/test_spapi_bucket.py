# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase

from ..spapi.bucket import BULK, NORMAL, TRAVEL, URGENT, TokenBucket

try:
    from hypothesis import given, settings
    from hypothesis import strategies as st
except ImportError:
    given = None

AMAZONS = [(0.0083, 15), (0.0222, 10), (0.0167, 15), (0.0056, 20), (0.5, 15), (5, 5)]


class AmazonsBucket:
    """The bucket on the other side: full at first, and refusing what is too much."""

    def __init__(self, rate, burst):
        self.rate, self.burst = rate, burst
        self.tokens, self.since = float(burst), None

    def call(self, moment):
        elapsed = moment - self.since if self.since is not None else 0.0
        self.tokens = min(self.burst, self.tokens + max(0.0, elapsed) * self.rate)
        self.since = moment
        if self.tokens < 1.0 - 1e-6:
            return False
        self.tokens -= 1.0
        return True


def fresh(rate=0.0083, burst=15):
    return TokenBucket(rate, burst, float(burst), 0.0)


class TestTokenBucket(BaseCase):
    def test_burst_then_one_per_token(self):
        bucket = fresh()
        waits = [bucket.take(1000.0, URGENT) for _ in range(17)]
        self.assertEqual(waits[:15], [0.0] * 15)
        self.assertGreater(waits[15], 1 / 0.0083)

    def test_priorities_leave_tokens_for_those_before_them(self):
        bucket = fresh()
        taken = {
            priority: sum(not bucket.take(1000.0, priority) for _ in range(15))
            for priority in (BULK, NORMAL, URGENT)
        }
        self.assertEqual(taken, {BULK: 12, NORMAL: 2, URGENT: 1})

    def test_smallest_bucket_still_serves_everybody(self):
        for priority in (URGENT, NORMAL, BULK):
            self.assertEqual(fresh(0.1, 1).take(1000.0, priority), 0.0)

    def test_waiters_get_slots_of_their_own_and_never_too_far_away(self):
        bucket = fresh(1.0, 5)
        waits = [bucket.take(1000.0, BULK) for _ in range(2000)]
        late = [wait for wait in waits if wait]
        self.assertEqual(sorted(late), late)
        self.assertLess(late[-1], 910)

    def test_outage_does_not_spread_those_for_whom_there_are_tokens(self):
        bucket = fresh()
        bucket.blocked_until = 1005.0
        waits = [bucket.take(1000.0, priority) for priority in (NORMAL, BULK, NORMAL)]
        self.assertEqual(waits, [5.0, 5.0, 5.0])

    def test_refusal_halves_our_share_and_answers_bring_it_back(self):
        bucket = fresh()
        first = bucket.exhaust(1000.0)
        self.assertAlmostEqual(bucket.exhaust(1000.0), 2 * first)
        while bucket.share < 1.0:
            self.assertTrue(bucket.note_success())
        self.assertFalse(bucket.note_success())

    def test_senseless_rates_are_not_learnt(self):
        bucket = fresh()
        for rate in (0.0, -1.0, float("inf"), float("nan")):
            bucket.note_success(rate)
        self.assertEqual(bucket.rate, 0.0083)
        bucket.note_success(2.0)
        self.assertEqual(bucket.rate, 2.0)

    def test_clock_that_jumps_back_gives_no_tokens(self):
        bucket = fresh()
        for _ in range(15):
            bucket.take(1000.0, URGENT)
        self.assertGreater(bucket.take(900.0, URGENT), 0.0)

    def test_bucket_fills_from_the_new_time_when_the_clock_was_set_back(self):
        bucket = fresh(0.5, 15)
        for _ in range(15):
            bucket.take(1_000_000.0, URGENT)
        bucket.take(1000.0, URGENT)
        self.assertEqual(bucket.take(1004.0, URGENT), 0.0)

    if given:

        @settings(max_examples=200, deadline=None)
        @given(
            st.sampled_from(AMAZONS),
            st.lists(
                st.tuples(
                    st.floats(0.0, 400.0),
                    st.floats(0.0, TRAVEL * 0.99),
                    st.sampled_from([URGENT, NORMAL, BULK]),
                ),
                max_size=120,
            ),
        )
        def test_amazon_never_refuses_what_our_bucket_lets_go(self, limits, calls):
            """Whenever callers come, and however long each call is on its way."""
            ours, amazons = fresh(*limits), AmazonsBucket(*limits)
            now, arrivals = 1000.0, []
            for pause, travel, priority in calls:
                now += pause
                if not ours.take(now, priority):
                    arrivals.append(now + travel)
            self.assertTrue(all(amazons.call(moment) for moment in sorted(arrivals)))
