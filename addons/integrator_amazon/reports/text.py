# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Opens a downloaded report as text, whatever charset it is in.

Amazon's reports of Japan may be in cp932, those of Europe and America in ISO-8859-1
or in UTF-8 with or without a mark; the content type names the charset, sometimes.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from email.message import Message
from typing import BinaryIO, NamedTuple, TextIO

# Longer marks first: that of UTF-32 begins like that of UTF-16.
BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What is meant by these names is the larger set, in which there are also the euro sign
# and the characters of Japanese names. https://encoding.spec.whatwg.org/#names-and-labels
LARGER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "shift_jis": "cp932",
}
# Names that Python does not know.
FOREIGN = {"windows-31j": "cp932", "x-sjis": "cp932"}
UTF_16 = ("utf-16", "utf-16-le", "utf-16-be")
ASCII = bytes(range(32, 127))
CHUNK = 1 << 18


class ReportText(NamedTuple):
    """A report as text, with newlines as Python has them, and its charset's name."""

    stream: TextIO
    charset: str


def open_text(
    source: BinaryIO, *, content_type: str | None = None, japan: bool = False
) -> ReportText:
    """Return a report as text, from where *source* stands; memory stays flat.

    The charset is that of a mark at the beginning, else the one that *content_type*
    names, else UTF-8, else cp932 for *japan*, else cp1252: the first in which every
    byte makes sense. In the last resort single characters are replaced.

    :param source: a file that can seek, unpacked; it is left open, and read as the text
        is read
    :param content_type: of the document, as Amazon's store gave it
    """
    start = source.tell()
    chosen, last = None, "cp932" if japan else "cp1252"
    for name in _candidates(source, start, content_type):
        if _is_readable(source, start, name):
            chosen = name
            break
    source.seek(start)
    charset = chosen or last
    buffered = io.BufferedReader(_LeftOpen(source), CHUNK)
    return ReportText(
        io.TextIOWrapper(buffered, encoding=charset, errors="replace"), charset
    )


def _candidates(
    source: BinaryIO, start: int, content_type: str | None
) -> Iterator[str]:
    source.seek(start)
    head = source.read(4)
    marked = next((name for mark, name in BOMS if head.startswith(mark)), None)
    if marked:
        yield marked
    declared = _declared(content_type)
    if declared:
        yield declared
    yield "utf-8"


def _declared(content_type: str | None) -> str | None:
    """Return the charset that a content type names, if a report can be in it."""
    header = Message()
    # Nothing but printable characters: a header breaks at others.
    header["content-type"] = "".join(filter(str.isprintable, content_type or ""))
    name = header.get_content_charset() or ""
    try:
        found = codecs.lookup(FOREIGN.get(name, name)).name
        if found in UTF_16:
            return found
        # Python has codecs of other kinds, too, zip for one, which fail here, and a few
        # that cannot replace what makes no sense to them.
        text = ASCII.decode(found)
        decoder = codecs.getincrementaldecoder(found)("replace")
        if not decoder.decode(ASCII, final=True) == text == ASCII.decode("ascii"):
            return None
    except (LookupError, ValueError):
        return None
    return LARGER.get(found, found)


def _is_readable(source: BinaryIO, start: int, charset: str) -> bool:
    """Return whether every byte of the file makes sense in *charset*."""
    source.seek(start)
    decoder = codecs.getincrementaldecoder(charset)()
    try:
        while piece := source.read(CHUNK):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


class _LeftOpen(io.RawIOBase):
    """A file that passes on what it reads from another, and leaves that open."""

    def __init__(self, source: BinaryIO) -> None:
        super().__init__()
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        piece = self._source.read(len(view))
        view[: len(piece)] = piece
        return len(piece)
