# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field

from odoo import models

from ..feeds.processing_report import read_processing_report


@dataclass
class Built:
    """What a handler made of the messages it was given.

    numbers: message id -> its number in the document, the same for messages that are
    sent as one; operations: message id -> what it asks for; settled: (message id,
    state, text) for those that need not or cannot be sent; held: (message id, text)
    for those that wait for something else. All others go on waiting.
    """

    numbers: dict = field(default_factory=dict)
    operations: dict = field(default_factory=dict)
    settled: list = field(default_factory=list)
    held: list = field(default_factory=list)


@dataclass
class Outcome:
    """Amazon's word on one message: accepted or not, its text, its code, data."""

    accepted: bool
    text: str
    code: str = ""
    data: dict = field(default_factory=dict)


class AmazonFeedHandler(models.AbstractModel):
    """What a feed type does differently; the life cycle is ``amazon.feed``'s.

    A capability declares a feed type by a model that inherits this one, is called
    ``amazon.feed.handler.<something>`` and names its ``_feed_type``.
    """

    _name = "amazon.feed.handler"
    _description = "Amazon Feed Handler"

    # Amazon's name of it.
    _feed_type = None
    _content_type = "text/xml; charset=UTF-8"
    # Most messages that Amazon takes in one feed of this type.
    _most_messages = 25000
    # A few messages of these lanes need no feed: each is a call of its own.
    _call_lanes = ()
    _most_calls = 0

    def _build(self, feed, messages, target):
        """Write the document for *messages* into the binary file *target*.

        :return: ``Built``
        """
        raise self._undeclared(feed)

    def _read_calls(self, source):
        """Return the calls that the document *source* stands for.

        :return: dict message number -> what ``_call`` needs
        """
        raise ValueError(f"{self._name} makes no calls")

    def _call(self, feed, call):
        """Send one message by a call of its own, which may be made twice.

        :return: ``Outcome``
        :raise RetryableJobError: later
        """
        raise ValueError(f"{self._name} makes no calls")

    def _read_result(self, feed, source):
        """Read Amazon's answer from the binary file *source*.

        As it is here for XML and flat-file feeds; JSON has its own.

        :return: dict message number -> ``Outcome`` for every message of the feed
        :raise ValueError: the answer cannot be understood
        """
        report = read_processing_report(source, charset=feed.result_charset or None)
        by_number = {}
        for result in report.results:
            by_number.setdefault(result.number, []).append(result)
        self._check_complete(feed, report, by_number)
        whole = by_number.get(None, [])
        return {
            message.number: self._judge([*whole, *by_number.get(message.number, [])])
            for message in feed.message_ids
        }

    def _check_complete(self, feed, report, by_number):
        """Take no answer for one that leaves messages or errors unnamed.

        :raise ValueError: more is to come, or some of it is missing
        """
        if any(result.is_error for result in by_number.get(None, [])):
            return
        if report.status == "Processing":
            raise ValueError(self.env._("Amazon has not finished it yet."))
        if report.processed < feed.message_count:
            raise ValueError(
                self.env._(
                    "it speaks of %(found)d messages, %(sent)d were sent",
                    found=report.processed,
                    sent=feed.message_count,
                )
            )
        named = sum(any(r.is_error for r in rs) for rs in by_number.values())
        failed = max(report.with_error, report.processed - report.successful)
        if named < failed:
            raise ValueError(
                self.env._(
                    "it counts %(failed)d errors and names %(named)d",
                    failed=failed,
                    named=named,
                )
            )

    def _judge(self, results):
        errors = [result for result in results if result.is_error]
        said = "\n".join(f"{r.code}: {r.text}" if r.code else r.text for r in results)
        if errors:
            return Outcome(False, said, errors[0].code)
        text = self.env._("Accepted by Amazon.")
        return Outcome(True, f"{text}\n{said}".strip())

    def _on_settled(self, feed, outcomes):
        """Carry Amazon's word over to the records; `outcomes`: message -> Outcome.

        The outcome is None for a message of which nothing is known, because the
        whole feed was aborted.
        """

    def _undeclared(self, feed):
        return ValueError(f"{self._name} does not handle {feed.feed_type}")
