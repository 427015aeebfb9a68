# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writer of JSON_LISTINGS_FEED documents, message by message.

Limits: https://developer-docs.amazon.com/sp-api/docs/listings-feed-type-values
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, BinaryIO

CONTENT_TYPE = "application/json; charset=UTF-8"
MOST_MESSAGES = 25_000
# Amazon advises feeds below 10 MiB; the rest is room for the envelope.
MOST_BYTES = int(9.5 * 1024 * 1024)


@dataclass(frozen=True)
class ListingsMessage:
    """One message: `operation` is UPDATE, PARTIAL_UPDATE, PATCH or DELETE."""

    number: int
    sku: str
    operation: str
    product_type: str = ""
    requirements: str = "LISTING"
    attributes: dict[str, Any] = field(default_factory=dict)
    patches: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> bytes:
        """Return the message as Amazon's schema wants it for its operation."""
        body: dict[str, Any] = {
            "messageId": self.number,
            "sku": self.sku,
            "operationType": self.operation,
        }
        if self.operation != "DELETE":
            body["productType"] = self.product_type
        if self.operation == "UPDATE":
            body["requirements"] = self.requirements
        if self.operation in ("UPDATE", "PARTIAL_UPDATE"):
            body["attributes"] = self.attributes
        if self.operation == "PATCH":
            body["patches"] = self.patches
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


class ListingsFeedWriter:
    """Streams messages into a binary file until Amazon's limits are reached."""

    def __init__(self, target: BinaryIO, *, seller_id: str, issue_locale: str) -> None:
        self._target = target
        self._size = 0
        self.count = 0
        header = {
            "sellerId": seller_id,
            "version": "2.0",
            "issueLocale": issue_locale,
            "report": {
                "includedData": ["issues", "summaries"],
                "apiVersion": "2021-08-01",
            },
        }
        self._write(b'{"header":' + json.dumps(header).encode() + b',"messages":[')

    def add(self, message: ListingsMessage) -> bool:
        """Write one message; return False, and write nothing, when the feed is full."""
        content = message.as_json()
        if self.count >= MOST_MESSAGES or self._size + len(content) > MOST_BYTES:
            return False
        self._write((b"," if self.count else b"") + content)
        self.count += 1
        return True

    def close(self) -> None:
        """Complete the document; the file itself stays open."""
        self._write(b"]}")

    def _write(self, content: bytes) -> None:
        self._target.write(content)
        self._size += len(content)
