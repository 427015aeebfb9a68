# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field

from odoo import models


@dataclass
class Built:
    """What a handler made of the messages it was given.

    numbers: message id -> its number in the document; operations: message id -> what
    it asks for; settled: (message id, state, text) for those that need not or cannot
    be sent. All others go on waiting.
    """

    numbers: dict = field(default_factory=dict)
    operations: dict = field(default_factory=dict)
    settled: list = field(default_factory=list)


@dataclass
class Outcome:
    """Amazon's word on one message: accepted or not, its text, its code, data."""

    accepted: bool
    text: str
    code: str = ""
    data: dict = field(default_factory=dict)


class AmazonFeedHandler(models.AbstractModel):
    """What a feed type does differently; the life cycle is ``amazon.feed``'s.

    A capability declares a feed type by a model that inherits this one and is
    called ``amazon.feed.handler.<feed type in lower case>``.
    """

    _name = "amazon.feed.handler"
    _description = "Amazon Feed Handler"

    _content_type = "text/xml; charset=UTF-8"
    # Most messages that Amazon takes in one feed of this type.
    _most_messages = 25000

    def _build(self, feed, messages, target):
        """Write the document for *messages* into the binary file *target*.

        :return: ``Built``
        """
        raise self._undeclared(feed)

    def _read_result(self, feed, source):
        """Read Amazon's answer from the binary file *source*.

        :return: dict message number -> ``Outcome`` for every message of the feed
        :raise ValueError: the answer cannot be understood
        """
        raise self._undeclared(feed)

    def _on_settled(self, feed, outcomes):
        """Carry Amazon's word over to the records; `outcomes`: message -> Outcome.

        The outcome is None for a message of which nothing is known, because the
        whole feed was aborted.
        """

    def _undeclared(self, feed):
        return ValueError(f"{self._name} does not handle {feed.feed_type}")
