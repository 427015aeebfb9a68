# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import api, models

from odoo.addons.queue_job.exception import RetryableJobError

from .. import archive
from ..const import ALREADY_DONE
from ..spapi.bucket import NORMAL

# So many calls are made in one job: what waits for its rows waits no longer.
CALLS_AT_ONCE = 10
# A token that is back in so many seconds is waited for, in steps of SHORT_WAIT.
LONGEST_SHORT_WAIT = 3
SHORT_WAIT = 0.2
SHORT_WAITS = 6


class AmazonFeedCalls(models.Model):
    """Few changes need no feed: each is a call of its own, answered at once.

    Everything else is as with a feed: the document is kept, previews, switches and
    retries work the same. A call carries whole values, so it may be made twice.
    """

    _inherit = "amazon.feed"

    @api.model
    def _build_calls(self, account, marketplace, handler):
        """Build from what waits in the urgent lanes, if calls get there first.

        :return: what was done, empty if there was nothing to do
        """
        feed_type, lanes, most = (
            handler._feed_type,
            handler._call_lanes,
            handler._most_calls,
        )
        messages = self.env["amazon.feed.message"]
        count = lanes and messages._count_claimable(
            account, marketplace, feed_type, lanes, most + 1
        )
        if not count or (count > most and self._can_submit(account)):
            return ""
        claimed = messages._claim(account, marketplace, feed_type, most, lanes)
        priority = min(claimed.flow_id.mapped("priority"), default=NORMAL)
        feed = self.create(
            {
                "account_id": account.id,
                "marketplace_id": marketplace.id,
                "feed_type": feed_type,
                "priority": priority,
                "content_type": handler._content_type,
                "state": "calling",
            }
        )
        return feed._build(handler, claimed)

    @api.model
    def _can_submit(self, account):
        """Return whether a feed could be submitted now."""
        budgets = self.env["amazon.rate.budget"].sudo()
        return not budgets._peek(account, "createFeed", NORMAL)

    def _job_call(self):
        """Send a few changes to Amazon, each by a call of its own"""
        if not self._lock_in("calling"):
            return ALREADY_DONE
        if self._must_not_be_sent():
            return self._stop_calling()
        handler = self._get_handler(self.feed_type)
        outcomes, wait = self._make_calls(handler)
        rejected = self._settle_messages(handler, outcomes)
        self.error_count += len(rejected)
        self._alert_rejections(rejected)
        if self._get_unanswered():
            self._enqueue_step(wait)
        else:
            self._finish("done")
        return f"{len(outcomes)} calls, {len(rejected)} rejected."

    def _stop_calling(self):
        """Let what was not sent yet wait; what was sent stays."""
        if self._was_called():
            # Amazon may have some of it: what it had before is no measure any more.
            waiting = self.message_ids.filtered(lambda m: m.state == "sending")
            waiting.forced = True
        self.message_ids._put_back()
        self.invalidate_recordset(["message_ids"])
        if self.message_ids:
            self._finish("done")
        else:
            self._discard()
        return "Stopped: the rest waits."

    def _was_called(self):
        """Return whether Amazon was called for this feed, answered or not."""
        calls = self.env["amazon.api.call"].sudo()
        domain = [("record_model", "=", self._name), ("record_id", "=", self.id)]
        return bool(calls.search_count(domain, limit=1))

    def _get_unanswered(self):
        """Return the numbers of the messages that were not sent yet."""
        waiting = self.message_ids.filtered(lambda m: m.state == "sending")
        return sorted(set(waiting.mapped("number")))

    def _make_calls(self, handler):
        """Make the next calls, as far as Amazon's limit lets them.

        :return: tuple (dict number -> ``Outcome``, seconds until the next may be made)
        """
        with archive.unpack(self, "document") as source:
            calls = handler._read_calls(source)
        outcomes = {}
        for number in self._get_unanswered()[:CALLS_AT_ONCE]:
            outcome, wait = self._make_call(handler, calls[number])
            if not outcome:
                # What was answered must be kept: the job may not be rolled back.
                return outcomes, wait
            outcomes[number] = outcome
        return outcomes, 0

    def _make_call(self, handler, call):
        """Make one call, as soon as there is a token.

        Tokens come back in fractions of a second: a job of its own for each would take
        longer than the wait.

        :return: tuple (``Outcome`` or None, seconds until it may be tried again)
        """
        wait = 0
        for _turn in range(SHORT_WAITS):
            try:
                return handler._call(self, call), 0
            except RetryableJobError as error:
                wait = error.seconds or 1
            if wait > LONGEST_SHORT_WAIT:
                break
            time.sleep(SHORT_WAIT)
        return None, wait
