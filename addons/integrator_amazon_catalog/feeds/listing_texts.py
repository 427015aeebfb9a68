# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts and codes as Amazon takes them. Nothing is ever cut off: what is too long is
said to be, and a person shortens it."""

from __future__ import annotations

import re
from html import unescape

from lxml import etree, html  # type: ignore[import-untyped]
from lxml.html import defs  # type: ignore[import-untyped]

# Amazon refuses what XML cannot hold, and shows the other control characters as boxes.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    "\ufff9-\ufffb\ufffe\uffff"
    # Without any width, and without a meaning in any script; joiners have one.
    "\u00ad\u200b\u2060]"
)
BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
# What a person does not see, but a computer takes for a character.
BLANKS = re.compile("[^\\S\n]+")
# A tag that HTML has: a text may well say that a is <b and c> d.
TAGS = re.compile(
    rf"</?(?:{'|'.join(sorted(defs.tags))})(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?>|<!--",
    re.IGNORECASE,
)
BLOCKS = frozenset(
    "address article blockquote dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5"
    " h6 header hr li main nav ol p pre section table tr ul".split()
)
UNSEEN = frozenset(("script", "style", "head", "title", "template"))
# Type of a product identifier, by its number of digits.
IDENTIFIER_TYPES = {8: "ean", 12: "upc", 13: "ean", 14: "gtin"}


def clean(text: str, *, keep_breaks: bool = True) -> str:
    """Return a text without what Amazon refuses: tags, entities, control characters.

    Blanks in a row become one, empty lines at the beginning and the end go.

    :param text: plain, or HTML of one of Odoo's rich fields
    :param keep_breaks: else line breaks become blanks
    """
    text = _plain(text) if TAGS.search(text) else unescape(text)
    text = FORBIDDEN.sub("", BREAKS.sub("\n", text))
    lines = [BLANKS.sub(" ", line).strip() for line in text.split("\n")]
    if not keep_breaks:
        return " ".join(line for line in lines if line)
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def too_long(text: str, most_bytes: int) -> int:
    """Return by how many bytes of UTF-8 a text is too long, 0 if it is not."""
    return max(0, len(text.encode("utf-8", "surrogatepass")) - most_bytes)


def identifier_type(barcode: str) -> str:
    """Return what Amazon calls a barcode: ean, upc or gtin.

    Empty for what is no GTIN: letters, another number of digits, a wrong check digit,
    nothing but zeros. ISBN-13 are EAN, and are called so.
    """
    kind = IDENTIFIER_TYPES.get(len(barcode), "")
    if not kind or not (barcode.isascii() and barcode.isdigit()) or not int(barcode):
        return ""
    # https://www.gs1.org/services/how-calculate-check-digit-manually
    weighed = (int(d) * (3 if n % 2 else 1) for n, d in enumerate(reversed(barcode)))
    return "" if sum(weighed) % 10 else kind


def _plain(text: str) -> str:
    """Return the text of HTML, a line for each block and list item."""
    # lxml refuses null bytes and lone surrogates.
    text = FORBIDDEN.sub("", BREAKS.sub("\n", text))
    if not text.strip():
        return ""
    parser = html.HTMLParser(huge_tree=True)
    try:
        root = html.fragment_fromstring(text, create_parent="div", parser=parser)
        lost = any(e.level >= etree.ErrorLevels.FATAL for e in parser.error_log)
    except (etree.LxmlError, ValueError, AssertionError, IndexError):
        lost = True
    # What lxml gives up on, nested thousands of times, it leaves out without a word.
    return unescape(TAGS.sub(" ", text)) if lost else _Reader().read(root)


class _Reader:
    """Walks through HTML without recursion: a document may be nested without end."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def read(self, root: html.HtmlElement) -> str:
        """Return the text below an element."""
        unseen: list[html.HtmlElement] = []
        for event, element in etree.iterwalk(
            root, events=("start", "end", "comment", "pi")
        ):
            if event in ("comment", "pi"):
                self._add_tail(element, unseen)
                continue
            name = element.tag
            if event == "start":
                if name in UNSEEN:
                    unseen.append(element)
                self._open(name)
                if not unseen:
                    self._add(element.text)
                continue
            if unseen and unseen[-1] is element:
                unseen.pop()
            self._open(name, ends=True)
            if element is not root:
                self._add_tail(element, unseen)
        return "".join(self._parts)

    def _add_tail(
        self, element: html.HtmlElement, unseen: list[html.HtmlElement]
    ) -> None:
        if not unseen:
            self._add(element.tail)

    def _open(self, name: str, *, ends: bool = False) -> None:
        """Begin a new line where a browser does."""
        if name == "br":
            self._parts.append("" if ends else "\n")
        elif name in BLOCKS and self._parts and not self._parts[-1].endswith("\n"):
            self._parts.append("\n")
        elif name in ("td", "th") and ends:
            self._parts.append(" ")

    def _add(self, text: str | None) -> None:
        # A line break in HTML is a blank, and so are many.
        if text and (folded := re.sub(r"[ \t\n\r\f]+", " ", text)):
            self._parts.append(folded)
