# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every kind of feed does: read its document, carry it out, report on it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Task:
    """A feed to be carried out: whose it is, its id, its marketplaces."""

    seller_id: str
    feed_id: str
    places: tuple[str, ...]


@dataclass
class Document:
    """A feed's document as it was read; with problems, nothing of it is done."""

    header: dict[str, Any] = field(default_factory=dict)
    messages: list[Any] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass
class Outcome:
    """What came of some messages; the kind of feed knows what issues and items are."""

    issues: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    processed: int = 0
    accepted: int = 0

    def join(self, other: Outcome) -> None:
        """Add what came of the messages that followed."""
        self.issues += other.issues
        self.items += other.items
        self.processed += other.processed
        self.accepted += other.accepted

    def record(self) -> dict[str, Any]:
        """Return this as it is kept; ``Outcome(**record)`` restores it."""
        return asdict(self)


class FeedKind(Protocol):
    """What differs between feed types."""

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of which an app needs one to submit such a feed."""

    @property
    def content_type(self) -> str:
        """The content type of its reports."""

    def read(self, content: bytes, seller_id: str) -> Document:
        """Read a feed's document, and find what is wrong with it as a whole."""

    def carry_out(self, task: Task, document: Document, messages: list[Any]) -> Outcome:
        """Carry out some messages of a document in their order."""

    def report(self, task: Task, document: Document, outcome: Outcome) -> bytes:
        """Return the processing report of a whole feed."""
