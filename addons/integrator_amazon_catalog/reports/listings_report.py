# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reader of the processing report of a JSON_LISTINGS_FEED.

Shape: Amazon's "listings-feed-processing-report-schema-v2".
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, BinaryIO


@dataclass(frozen=True)
class Issue:
    """One thing Amazon has to say about a message, or about the whole feed."""

    severity: str
    message: str
    code: str = ""
    attribute: str = ""

    @property
    def is_error(self) -> bool:
        """Whether the message was not carried out because of this issue."""
        return self.severity == "ERROR"

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.code else self.message


@dataclass
class ListingsReport:
    """issues: message number (None: whole feed) -> issues; items: SKU -> item."""

    issues: dict[int | None, list[Issue]] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    accepted: int = 0
    invalid: int = 0

    def errors_of(self, number: int) -> list[Issue]:
        """Return the errors of one message, those of the whole feed included."""
        found = [*self.issues.get(None, ()), *self.issues.get(number, ())]
        return [issue for issue in found if issue.is_error]

    def notes_of(self, number: int) -> list[Issue]:
        """Return warnings and hints of one message."""
        return [i for i in self.issues.get(number, ()) if not i.is_error]


def read_listings_report(source: BinaryIO, *, expected: int) -> ListingsReport:
    """Read a processing report.

    Amazon's own example shows that messages are to be told apart by their number
    alone: neither position nor SKU is reliable.

    :param expected: number of messages that were sent
    :raise ValueError: not a processing report, or not about so many messages
    """
    document = _load(source)
    summary = _mapping(document, "summary")
    report = ListingsReport(
        issues=_read_issues(_objects(document, "issues")),
        items={
            item["sku"]: _clean(item)
            for item in _objects(document, "items")
            if isinstance(item.get("sku"), str)
        },
        accepted=_count(summary, "messagesAccepted"),
        invalid=_count(summary, "messagesInvalid"),
    )
    whole = any(issue.is_error for issue in report.issues.get(None, ()))
    answered = report.accepted + report.invalid
    if answered < expected and not whole:
        raise ValueError(f"it speaks of {answered} messages, {expected} were sent")
    named = sum(any(i.is_error for i in found) for found in report.issues.values())
    if named < report.invalid and not whole:
        raise ValueError(f"it counts {report.invalid} errors and names {named}")
    return report


def _clean(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item whose lists hold just what they should: it is a report's extra."""
    lists = {
        name: [part for part in item.get(name) or () if isinstance(part, dict)]
        for name in ("issues", "summaries")
        if isinstance(item.get(name) or (), list | tuple)
    }
    return {**item, "issues": [], "summaries": [], **lists}


def _mapping(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name) or {}
    if not isinstance(found, dict):
        raise ValueError(f"its part {name} is not as Amazon's schema has it")
    return found


def _objects(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = document.get(name) or []
    if not isinstance(found, list) or not all(isinstance(i, dict) for i in found):
        raise ValueError(f"its part {name} is not as Amazon's schema has it")
    return found


def _count(summary: dict[str, Any], name: str) -> int:
    found = summary.get(name) or 0
    if isinstance(found, bool) or not isinstance(found, int):
        raise ValueError(f"its count {name} is no number")
    return found


def _load(source: BinaryIO) -> dict[str, Any]:
    try:
        document = json.load(source)
    except (ValueError, OSError, EOFError, zlib.error, RecursionError) as error:
        raise ValueError(f"it is not a complete JSON document ({error})") from error
    if not isinstance(document, dict) or "header" not in document:
        raise ValueError("it is not a listings processing report")
    return document


def _read_issues(found: list[dict[str, Any]]) -> dict[int | None, list[Issue]]:
    issues: dict[int | None, list[Issue]] = defaultdict(list)
    for item in found:
        number = item.get("messageId")
        if number is not None and not isinstance(number, int):
            raise ValueError("a message number is no number")
        issues[number].append(
            Issue(
                # Amazon may invent further severities: those do not stop a message.
                severity=str(item.get("severity", "")),
                message=str(item.get("message", "")),
                code=str(item.get("code") or ""),
                attribute=str(item.get("attributeName") or ""),
            )
        )
    return dict(issues)
