# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A JSON_LISTINGS_FEED: reading it, carrying its messages out, reporting on it.

https://developer-docs.amazon.com/sp-api/docs/listings-feed-type-values
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from deploy.simulator.feed_work import Document, Outcome, Task
from deploy.simulator.listings import Listings
from deploy.simulator.product_types import REQUIREMENTS
from deploy.simulator.roles import LISTING_FEED_ROLES
from deploy.simulator.validation import Finding, Findings, has_errors

MOST_MESSAGES = 25_000
LARGEST_NUMBER = 2**31 - 1
INCLUDED = (
    "summaries",
    "attributes",
    "issues",
    "offers",
    "fulfillmentAvailability",
    "procurement",
    "relationships",
    "productTypes",
)
# For each operation: keys it needs, keys it must not have.
SHAPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "UPDATE": (("productType", "attributes"), ("patches",)),
    "PARTIAL_UPDATE": (("productType", "attributes"), ("patches", "requirements")),
    "PATCH": (("productType", "patches"), ("attributes", "requirements")),
    "DELETE": ((), ("attributes", "patches", "productType", "requirements")),
}
# The types of a message's keys; what is empty does not count as given.
KEYS = {"productType": str, "requirements": str, "attributes": dict, "patches": list}
OPERATIONS = ("add", "replace", "merge", "delete")
ENVELOPE = Draft7Validator(
    {
        "type": "object",
        "required": ["header", "messages"],
        "properties": {
            "header": {
                "type": "object",
                "required": ["sellerId", "version"],
                "properties": {
                    "sellerId": {"type": "string"},
                    "version": {"const": "2.0"},
                    "issueLocale": {"type": "string"},
                    "report": {
                        "type": "object",
                        "required": ["includedData", "apiVersion"],
                        "properties": {
                            "includedData": {
                                "type": "array",
                                "minItems": 1,
                                "items": {"enum": list(INCLUDED)},
                            },
                            "apiVersion": {"const": "2021-08-01"},
                        },
                    },
                },
            },
            "messages": {"type": "array", "minItems": 1},
        },
    }
)


class ListingsFeed:
    """The feed type JSON_LISTINGS_FEED."""

    roles = LISTING_FEED_ROLES
    content_type = "application/json; charset=UTF-8"

    def __init__(self, listings: Listings) -> None:
        self._listings = listings

    def read(self, content: bytes, seller_id: str) -> Document:
        """Read a feed's document, and find what is wrong with it as a whole."""
        return read(content, seller_id)

    def carry_out(self, task: Task, document: Document, messages: list[Any]) -> Outcome:
        """Carry out messages in their order."""
        included = _included(document)
        return carry_out(
            self._listings, task.seller_id, task.places, messages, included
        )

    def report(self, task: Task, document: Document, outcome: Outcome) -> bytes:
        """Return the processing report of a whole feed."""
        return report_of(document, task.seller_id, task.feed_id, outcome)


def _included(document: Document) -> list[str]:
    """Return the data of each item that the report shall show."""
    return list((document.header.get("report") or {}).get("includedData") or [])


def _say(
    outcome: Outcome, finding: Finding, number: Any = None, sku: Any = None
) -> None:
    """Add an issue to the report."""
    issue: dict[str, Any] = {}
    if isinstance(number, int) and number > 0:
        issue["messageId"] = number
    if isinstance(sku, str) and sku:
        issue["sku"] = sku
    issue |= {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
    }
    if finding.attribute:
        issue["attributeName"] = finding.attribute
    outcome.issues.append(issue)


def read(content: bytes, seller_id: str) -> Document:
    """Read a feed's document, and find what is wrong with it as a whole."""
    try:
        found = json.loads(content)
    except ValueError:
        return Document(problems=["The feed is not a valid JSON document."])
    problems = [
        f"{error.json_path}: {error.message[:300]}"
        for error in ENVELOPE.iter_errors(found)
    ]
    if problems:
        return Document(problems=problems)
    document = Document(found["header"], found["messages"])
    document.problems = list(_check_whole(document, seller_id))
    return document


def _check_whole(document: Document, seller_id: str) -> Iterator[str]:
    if document.header["sellerId"] != seller_id:
        yield "header.sellerId is not the seller who submitted the feed."
    if len(document.messages) > MOST_MESSAGES:
        yield f"The feed holds more than {MOST_MESSAGES} messages."
    numbers = [m.get("messageId") for m in document.messages if isinstance(m, dict)]
    if len(numbers) < len(document.messages):
        yield "Each message must be an object."
    if len({str(number) for number in numbers}) < len(numbers):
        yield "messageId must be unique within the feed."


def carry_out(
    listings: Listings,
    seller_id: str,
    places: tuple[str, ...],
    messages: list[dict[str, Any]],
    included: list[str],
) -> Outcome:
    """Carry out messages in their order; return what came of them."""
    outcome = Outcome(processed=len(messages))
    for message in messages:
        sku = message.get("sku")
        found = check_shape(message) or _change(listings, seller_id, places, message)
        for finding in found:
            _say(outcome, finding, message.get("messageId"), sku)
        if has_errors(found):
            continue
        outcome.accepted += 1
        if included:
            kept = listings.kept(seller_id, places, str(sku))
            outcome.items += [listings.show(kept, included)] if kept else []
    return outcome


def check_shape(message: dict[str, Any]) -> Findings:
    """Find what is wrong with a message before its product type is looked at."""
    return [Finding("4000003", words) for words in _shape_problems(message)]


def _shape_problems(message: dict[str, Any]) -> Iterator[str]:
    number, sku = message.get("messageId"), message.get("sku")
    operation = message.get("operationType")
    whole = isinstance(number, int) and not isinstance(number, bool)
    if not whole or not 1 <= int(number or 0) <= LARGEST_NUMBER:
        yield "messageId must be a whole number from 1 to 2147483647"
    if not isinstance(sku, str) or not sku:
        yield "required key [sku] not found"
    if not isinstance(operation, str) or operation not in SHAPES:
        yield f"{operation} is not a valid operationType"
        return
    needed, forbidden = SHAPES[operation]
    yield from (f"required key [{k}] not found" for k in needed if k not in message)
    yield from (
        f"extraneous key [{k}] is not permitted" for k in forbidden if k in message
    )
    for name, kind in KEYS.items():
        if name in message and not (message[name] and isinstance(message[name], kind)):
            yield f"{name} is empty or has the wrong type"
    if isinstance(message.get("patches"), list):
        yield from patch_problems(message["patches"])
    if message.get("requirements", "LISTING") not in REQUIREMENTS:
        yield "requirements has no valid value"


def patch_problems(patches: list[Any]) -> Iterator[str]:
    """Find what is wrong with the shape of patches."""
    for patch in patches:
        path = patch.get("path") if isinstance(patch, dict) else None
        if not isinstance(path, str) or not path.startswith("/attributes/"):
            yield "a patch needs a path that starts with /attributes/"
        elif patch.get("op") not in OPERATIONS:
            yield f"{patch.get('op')} is not a valid op"


def _change(
    listings: Listings, seller_id: str, places: tuple[str, ...], message: dict[str, Any]
) -> Findings:
    operation, sku = message["operationType"], message["sku"]
    if operation == "DELETE":
        return listings.delete(seller_id, places, sku)
    if operation == "UPDATE":
        return listings.put(seller_id, places, sku, message)
    if operation == "PARTIAL_UPDATE":
        patches = [
            {"op": "replace", "path": f"/attributes/{name}", "value": value}
            for name, value in message["attributes"].items()
        ]
        message = {**message, "patches": patches}
    return listings.patch(seller_id, places, sku, message)


def report_of(
    document: Document, seller_id: str, feed_id: str, outcome: Outcome
) -> bytes:
    """Return the processing report of a feed."""
    for words in document.problems:
        _say(outcome, Finding("4000001", words))
    header: dict[str, Any] = {"sellerId": seller_id, "version": "2.0"}
    header["feedId"] = feed_id
    summary: dict[str, Any] = {
        **_count(outcome.issues),
        "messagesProcessed": outcome.processed,
        "messagesAccepted": outcome.accepted,
        "messagesInvalid": outcome.processed - outcome.accepted,
    }
    report = {"header": header, "issues": outcome.issues, "summary": summary}
    if _included(document):
        header["report"] = document.header["report"]
        inner = [issue for item in outcome.items for issue in item.get("issues", [])]
        summary["itemSummary"] = {"items": len(outcome.items), **_count(inner)}
        report["items"] = outcome.items
    return json.dumps(report, ensure_ascii=False).encode()


def _count(issues: list[dict[str, Any]]) -> dict[str, int]:
    found = [issue["severity"] for issue in issues]
    return {"errors": found.count("ERROR"), "warnings": found.count("WARNING")}
