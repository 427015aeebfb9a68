# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Works a JSON_LISTINGS_FEED through and writes its processing report.

https://developer-docs.amazon.com/sp-api/docs/listings-feed-type-values
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from deploy.simulator.listings import Findings, Listings
from deploy.simulator.product_types import Finding

MOST_MESSAGES = 25_000
LARGEST_NUMBER = 2**31 - 1
# For each operation: keys it needs, keys it must not have.
SHAPES: dict[str, tuple[set[str], set[str]]] = {
    "UPDATE": ({"productType", "attributes"}, {"patches"}),
    "PARTIAL_UPDATE": ({"productType", "attributes"}, {"requirements", "patches"}),
    "PATCH": ({"productType", "patches"}, {"requirements", "attributes"}),
    "DELETE": (set(), {"requirements", "attributes", "productType", "patches"}),
}
KNOWN = {
    "messageId",
    "sku",
    "operationType",
    "productType",
    "requirements",
    "attributes",
    "patches",
}
REQUIREMENTS = ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY")


@dataclass
class Outcome:
    """The report in the making."""

    issues: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    processed: int = 0
    accepted: int = 0

    def say(self, finding: Finding, number: Any = None, sku: Any = None) -> None:
        """Add an issue to the report."""
        issue: dict[str, Any] = {}
        if number is not None:
            issue["messageId"] = number
        if sku:
            issue["sku"] = sku
        issue |= {
            "code": finding.code,
            "severity": finding.severity,
            "message": finding.message,
        }
        if finding.attribute:
            issue["attributeName"] = finding.attribute
        self.issues.append(issue)


def work_through(
    listings: Listings,
    seller_id: str,
    marketplace_id: str,
    feed_id: str,
    content: bytes,
) -> tuple[bytes, int]:
    """Carry out a feed.

    :return: tuple (processing report as JSON, number of messages)
    """
    outcome = Outcome()
    document, header = _open(content, seller_id, outcome)
    included = ((header.get("report") or {}).get("includedData")) or []
    if not outcome.issues:
        for message in document["messages"]:
            _carry_out(listings, seller_id, marketplace_id, message, outcome, included)
    report = _report(seller_id, feed_id, header, outcome, included)
    return json.dumps(report, ensure_ascii=False).encode(), outcome.processed


def _open(
    content: bytes, seller_id: str, outcome: Outcome
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read the document; what is wrong with it as a whole goes into *outcome*."""
    try:
        document = json.loads(content)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        outcome.say(Finding("4000001", "The feed is not a valid JSON document."))
        return {"messages": []}, {}
    header = document.get("header")
    header = header if isinstance(header, dict) else {}
    for problem in _check_document(document, header, seller_id):
        outcome.say(Finding("4000002", problem))
    return document, header


def _check_document(
    document: dict[str, Any], header: dict[str, Any], seller_id: str
) -> list[str]:
    messages = document.get("messages")
    problems = []
    if header.get("sellerId") != seller_id:
        problems.append("header.sellerId is not the seller of this feed.")
    if header.get("version") != "2.0":
        problems.append("header.version must be '2.0'.")
    report = header.get("report")
    if report is not None and (
        not report.get("includedData") or report.get("apiVersion") != "2021-08-01"
    ):
        problems.append("header.report needs includedData and apiVersion '2021-08-01'.")
    if not isinstance(messages, list) or not messages:
        return [*problems, "messages must hold at least one message."]
    if len(messages) > MOST_MESSAGES:
        problems.append(f"messages holds more than {MOST_MESSAGES} messages.")
    numbers = [m.get("messageId") for m in messages if isinstance(m, dict)]
    if len(set(map(str, numbers))) != len(messages):
        problems.append("messageId must be unique within the feed.")
    return problems


def _carry_out(
    listings: Listings,
    seller_id: str,
    marketplace_id: str,
    message: dict[str, Any],
    outcome: Outcome,
    included: list[str],
) -> None:
    number, sku = message.get("messageId"), message.get("sku")
    outcome.processed += 1
    found = _check_shape(message)
    if not found:
        found = _change(listings, seller_id, marketplace_id, message)
    for finding in found:
        outcome.say(finding, number, sku)
    if any(finding.severity == "ERROR" for finding in found):
        return
    outcome.accepted += 1
    listing = listings.get(seller_id, marketplace_id, str(sku)) if included else None
    if listing:
        outcome.items.append(listings.show(listing, included))


def _check_shape(message: dict[str, Any]) -> Findings:
    number, sku = message.get("messageId"), message.get("sku")
    operation = message.get("operationType")
    if not isinstance(number, int) or not 1 <= number <= LARGEST_NUMBER:
        return [Finding("4000003", "messageId must be a number from 1 to 2147483647.")]
    if not isinstance(sku, str) or not sku:
        return [Finding("4000003", "sku is required.")]
    if operation not in SHAPES:
        return [Finding("4000003", f"'{operation}' is not a valid operationType.")]
    needed, forbidden = SHAPES[operation]
    problems = [f"required key [{key}] not found" for key in needed - message.keys()]
    problems += [
        f"extraneous key [{key}] is not permitted"
        for key in sorted((forbidden | (message.keys() - KNOWN)) & message.keys())
    ]
    if message.get("requirements", "LISTING") not in REQUIREMENTS:
        problems.append("requirements has no valid value")
    return [Finding("4000003", problem) for problem in problems]


def _change(
    listings: Listings, seller_id: str, marketplace_id: str, message: dict[str, Any]
) -> Findings:
    place = (seller_id, marketplace_id, message["sku"])
    operation = message["operationType"]
    if operation == "DELETE":
        return listings.delete(*place)
    if operation == "UPDATE":
        return listings.put(*place, message)
    if operation == "PARTIAL_UPDATE":
        patches = [
            {"op": "replace", "path": f"/attributes/{name}", "value": value}
            for name, value in message["attributes"].items()
        ]
        message = {**message, "patches": patches}
    return listings.patch(*place, message)


def _report(
    seller_id: str,
    feed_id: str,
    header: dict[str, Any],
    outcome: Outcome,
    included: list[str],
) -> dict[str, Any]:
    errors = [i for i in outcome.issues if i["severity"] == "ERROR"]
    warnings = [i for i in outcome.issues if i["severity"] == "WARNING"]
    top: dict[str, Any] = {"sellerId": seller_id, "version": "2.0", "feedId": feed_id}
    summary: dict[str, Any] = {
        "errors": len(errors),
        "warnings": len(warnings),
        "messagesProcessed": outcome.processed,
        "messagesAccepted": outcome.accepted,
        "messagesInvalid": outcome.processed - outcome.accepted,
    }
    report: dict[str, Any] = {
        "header": top,
        "issues": outcome.issues,
        "summary": summary,
    }
    if included:
        top["report"] = header["report"]
        summary["itemSummary"] = {
            "items": len(outcome.items),
            "errors": 0,
            "warnings": 0,
        }
        report["items"] = outcome.items
    return report
