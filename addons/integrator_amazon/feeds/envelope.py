# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writer of XML feeds: messages in Amazon's envelope, each written at once.

Shape: Amazon's "amzn-envelope.xsd"; the order of elements counts everywhere.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from decimal import Decimal, InvalidOperation
from typing import Any, BinaryIO, TypeAlias

from lxml import etree  # type: ignore[import-untyped]

Element: TypeAlias = Any
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
LOCATION = f"{{{SCHEMA_INSTANCE}}}noNamespaceSchemaLocation"
CLOSING = b"</AmazonEnvelope>"
# All that XML 1.0 does not let into a document, however it is written.
# https://www.w3.org/TR/xml/#charsets
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Of the currencies of Amazon's marketplaces, those without decimals.
WITHOUT_DECIMALS = ("JPY",)
# What floating point leaves behind is less, what a person means is more.
DUST = Decimal("0.000001")


def element(tag: str, *content: object, **attributes: str) -> Element:
    """Return an element; characters that XML forbids are left out of its text.

    :param content: child elements, and what becomes text, ids included; None is left
        out, so that children can be optional
    """
    found = etree.Element(tag, {k: clean(v) for k, v in attributes.items()})
    for part in content:
        if etree.iselement(part):
            found.append(part)
        elif part is not None:
            found.text = (found.text or "") + clean(str(part))
    return found


def optional(tag: str, value: object) -> Element | None:
    """Return an element with *value* as text, None where there is nothing to say."""
    return None if value is None or value == "" else element(tag, value)


def clean(text: str) -> str:
    """Return *text* without the characters that XML forbids."""
    return FORBIDDEN.sub("", text)


def amount(tag: str, value: Decimal | float | int | str, currency: str) -> Element:
    """Return an amount as Amazon wants it: ``<Amount currency="EUR">17.50</Amount>``.

    :raise ValueError: as ``format_amount``
    """
    return element(tag, format_amount(value, currency), currency=currency)


def format_amount(value: Decimal | float | int | str, currency: str) -> str:
    """Return *value* with the decimals that the currency has in Amazon's feeds.

    Nothing but what floating point left behind is rounded away: an amount must be the
    one in the books.

    :raise ValueError: it is negative, no number, or has more decimals
    """
    try:
        exact = Decimal(str(value))
        if not exact.is_finite():
            raise InvalidOperation
        unit = Decimal(1) if currency in WITHOUT_DECIMALS else Decimal("0.01")
        rounded = exact.quantize(unit)
    except InvalidOperation:
        raise ValueError(f"{value} is not an amount of money.") from None
    if abs(rounded - exact) > DUST:
        raise ValueError(f"{value} has more decimals than {currency} has.")
    if rounded < 0:
        raise ValueError(f"{value} is negative; Amazon takes amounts without a sign.")
    # abs: a zero may come with a sign as well.
    return f"{abs(rounded):f}"


class Envelope:
    """Writes a feed of one message type; to be used in a ``with`` statement.

    Only an envelope whose ``with`` statement ended well is complete. Memory stays flat
    whatever the number of messages.

    :param target: binary file; written from where it stands, and left open
    :param merchant_id: merchant token of the seller
    :param message_type: Amazon's, as OrderFulfillment
    """

    def __init__(self, target: BinaryIO, merchant_id: str, message_type: str) -> None:
        self.count = 0
        self._counter = _Counter(target)
        self._merchant_id = merchant_id
        self._message_type = message_type
        self._stack = ExitStack()
        self._file: Any = None

    @property
    def size(self) -> int:
        """Bytes of the document, as if it ended after the messages added so far."""
        return self._counter.size + (len(CLOSING) if self._file is not None else 0)

    def __enter__(self) -> Envelope:
        # Unbuffered, or its size would not be known.
        writer = etree.xmlfile(self._counter, encoding="utf-8", buffered=False)
        self._file = self._stack.enter_context(writer)
        self._file.write_declaration()
        root = self._file.element(
            "AmazonEnvelope",
            {LOCATION: "amzn-envelope.xsd"},
            nsmap={"xsi": SCHEMA_INSTANCE},
        )
        self._stack.enter_context(root)
        version = element("DocumentVersion", "1.01")
        merchant = element("MerchantIdentifier", self._merchant_id)
        self._file.write(element("Header", version, merchant))
        self._file.write(element("MessageType", self._message_type))
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)
        self._file = None

    def add(self, message: Element, *, operation: str | None = None) -> int:
        """Write a message, and return the number it has in Amazon's answer.

        :param message: element of the message type; not to be used afterwards
        :param operation: Update, Delete or PartialUpdate, where the type has it
        """
        if self._file is None:
            raise RuntimeError("a message outside of the with statement")
        number = self.count + 1
        self._file.write(
            element(
                "Message",
                element("MessageID", number),
                optional("OperationType", operation),
                message,
            )
        )
        self.count = number
        return number


class _Counter:
    """A binary file that counts what is written to it."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.size = 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        return self._target.write(data)

    def flush(self) -> None:
        self._target.flush()
