# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every bad answer that Amazon can give, by the operation that it befalls."""

from __future__ import annotations

from typing import Any

Fault = tuple[str, dict[str, Any]]

ANSWERS: list[Fault] = [
    ("throttle", {}),
    ("status", {"status": 500, "body": "json"}),
    ("status", {"status": 503, "body": "html"}),
    ("status", {"status": 503, "body": "empty"}),
    ("truncated_json", {}),
    ("empty_body", {}),
    ("drop_before", {}),
    ("drop_after", {}),
    ("stale_token", {}),
]
# Longer than the accounts of these tests wait for an answer.
TOO_SLOW: Fault = ("delay", {"seconds": 4})
OWN: dict[str, list[Fault]] = {
    "uploadDocument": [("expired_url", {}), ("reset_upload", {})],
    "downloadDocument": [("expired_url", {}), ("truncated_gzip", {})],
}


def fault_id(value: Any) -> str:
    """Return the name of a parameter of a test."""
    return value if isinstance(value, str) else "-".join(map(str, value.values()))


def faults_of(operation: str) -> list[Fault]:
    """Return every way in which a call of *operation* can go wrong."""
    # An upload that went well is answered with an empty body anyway.
    silent = ("truncated_json", "empty_body") if operation == "uploadDocument" else ()
    general = [fault for fault in ANSWERS if fault[0] not in silent]
    return [*general, *OWN.get(operation, [])]


def line_up(simulator: Any, operation: str, faults: list[Fault]) -> None:
    """Let the next calls of *operation* fail, one fault after the other."""
    for kind, how in faults:
        simulator.fault(operation, kind, **how)


def struck(simulator: Any) -> int:
    """Return how often the faults that are set have struck."""
    return sum(fault["used"] for fault in simulator.admin("faults")["faults"])
