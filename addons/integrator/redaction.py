# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What must never stand in a log, whoever writes the line."""

from __future__ import annotations

import logging
import re

HIDDEN = r"\g<1>***"


class RedactingFilter(logging.Filter):
    """Masks what looks like a secret in each line, tracebacks included."""

    def __init__(self) -> None:
        super().__init__()
        self._patterns: list[re.Pattern[str]] = []

    def add(self, pattern: str) -> None:
        """Mask what follows the first group of *pattern*, a regular expression."""
        self._patterns.append(re.compile(pattern))

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with its secrets masked."""
        try:
            text = record.getMessage()
        except Exception:
            # A line that cannot be formatted: logging says so itself, and an error
            # from here would break whoever wrote the line.
            return True
        masked = self.mask(text)
        if masked != text:
            record.msg, record.args = masked, None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self.mask(record.exc_text)
        return True

    def mask(self, text: str) -> str:
        """Return *text* with its secrets masked."""
        for pattern in self._patterns:
            text = pattern.sub(HIDDEN, text)
        return text


_filter = RedactingFilter()


def redact(*patterns: str) -> None:
    """Mask *patterns* in all that this server logs from now on.

    :param patterns: regular expressions; their first group is kept, the rest hidden
    """
    for pattern in patterns:
        _filter.add(pattern)
    for handler in logging.getLogger().handlers:
        if _filter not in handler.filters:
            handler.addFilter(_filter)


def mask(text: str) -> str:
    """Return *text* with what ``redact`` was told masked."""
    return _filter.mask(text)
