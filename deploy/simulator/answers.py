# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Answers in Amazon's form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape


@dataclass
class Answer:
    """An HTTP answer before it is sent."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


class Refusal(Exception):
    """Amazon refuses a request: status, code, message, details."""

    def __init__(self, status: int, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def answer(self) -> Answer:
        """Return the refusal in Amazon's error format."""
        error = {"code": self.code, "message": self.message, "details": self.details}
        return as_json({"errors": [error]}, self.status)


def as_json(body: Any, status: int = 200) -> Answer:
    """Return *body* as a JSON answer."""
    return Answer(status, json.dumps(body, ensure_ascii=False).encode())


def invalid(message: str) -> Refusal:
    """Return the refusal of a request that is not as the model wants it."""
    return Refusal(400, "InvalidInput", message)


def denied(details: str = "") -> Refusal:
    """Return the refusal of a request without the right token."""
    words = "Access to requested resource is denied."
    return Refusal(403, "Unauthorized", words, details)


def missing(what: str) -> Refusal:
    """Return the refusal of a request for something that is not there."""
    return Refusal(404, "NotFound", f"{what} was not found.")


def store_error(code: str, message: str, status: int = 403) -> Answer:
    """Return a refusal of the document store, which speaks XML."""
    text = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Answer(status, body, content_type="application/xml")
