# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reader of Amazon's answer to a feed that is not JSON.

XML feeds are answered by a ProcessingReport, flat-file feeds by tab-separated text,
and a few by XML of another kind: so the content decides, not the feed type.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import BinaryIO

from lxml import etree  # type: ignore[import-untyped]

REPORT = "ProcessingReport"
ROOTS = ("AmazonEnvelope", REPORT)
SUMMARY = {
    "MessagesProcessed": "processed",
    "MessagesSuccessful": "successful",
    "MessagesWithError": "with_error",
    "MessagesWithWarning": "with_warning",
}
TEXT_TITLE = "feed processing summary"
TEXT_SUMMARY = {
    "number of records processed": "processed",
    "number of records successful": "successful",
}
NUMBER, CODE, SEVERITY, WORDS = (
    "original-record-number",
    "error-code",
    "error-type",
    "error-message",
)
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARED = re.compile(rb"<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)")
JAPANESE = ("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms932", "cp932")
HEAD = 1024
# Amazon's numbers of messages have up to 20 digits.
LONGEST_NUMBER = 20
LONGEST_LINE = 1 << 20
LONGEST_HEAD = 50
CHUNK = 1 << 16
NEWLINE = re.compile("\r\n|\r|\n")
ONE_BY_ONE = "integrator_amazon.one_by_one"
UTF_16 = ("utf-16", "utf-16-le", "utf-16-be")
ASCII = bytes(range(32, 127))


class UnreadableReport(ValueError):
    """It is no answer to a feed that we know; the text says what is wrong."""


@dataclass(frozen=True)
class Result:
    """What Amazon says of one message.

    number: of the message, or of the row of a flat file; None: the whole document.
    severity: Error or Warning; info: further facts by Amazon's names, as SKU.
    """

    number: int | None
    severity: str
    code: str
    text: str
    info: dict[str, str] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether the message was not carried out because of this."""
        return self.severity.lower() != "warning"


@dataclass
class ProcessingReport:
    """Amazon's answer to a feed; numbers are 0 where Amazon gives none.

    status: Complete, Processing (there is more to come) or Rejected; empty in a text.
    """

    processed: int = 0
    successful: int = 0
    with_error: int = 0
    with_warning: int = 0
    results: list[Result] = field(default_factory=list)
    status: str = ""
    feed_id: str = ""


def read_processing_report(
    source: BinaryIO, *, charset: str | None = None
) -> ProcessingReport:
    """Read Amazon's answer to a feed, from where *source* stands.

    :param source: a file that can seek, unpacked
    :param charset: the one that came with the document; a declaration inside it counts
        for more
    :raise UnreadableReport: it is something else, or incomplete; nothing else is
        raised, whatever the bytes
    """
    start = source.tell()
    head = source.read(HEAD)
    source.seek(start)
    if not head.strip():
        raise UnreadableReport("it is empty")
    bom = next((name for mark, name in BOMS if head.startswith(mark)), None)
    if _looks_like_xml(head):
        return _read_xml(source, _encoding(head, None if bom else charset))
    return _read_text(source, bom or charset)


def _looks_like_xml(head: bytes) -> bool:
    for mark, _name in BOMS:
        head = head.removeprefix(mark)
    # UTF-16 has a zero before or after the bracket.
    return head.lstrip(b" \t\r\n\0").startswith(b"<")


# === XML === #


def _read_xml(source: BinaryIO, charset: str | None) -> ProcessingReport:
    """Read an XML document; no tree of it is ever made."""
    reader = _Reader()
    try:
        parser = etree.XMLParser(
            target=reader,
            encoding=charset,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
        )
        while piece := source.read(CHUNK):
            parser.feed(piece)
        parser.close()
    except etree.LxmlError as error:
        raise UnreadableReport(f"it is not a complete XML document ({error})") from None
    except (LookupError, UnicodeError) as error:
        raise UnreadableReport(f"its characters cannot be read ({error})") from None
    if not reader.found:
        raise UnreadableReport("there is no processing report in it")
    return reader.report


def _encoding(head: bytes, charset: str | None) -> str | None:
    """Return by which charset an XML document is to be read; None: by its own.

    The parser does not know the names under which Windows has that of Japan, and the
    standard's lacks characters that names of people there have.
    """
    declared = DECLARED.search(head)
    own = declared.group(1).decode("ascii") if declared else None
    if (own or charset or "").lower() in JAPANESE:
        return "cp932"
    return None if own else _known(charset)


def _known(charset: str | None) -> str | None:
    """Return *charset* if it is one in which a report can be written, None else."""
    if (charset or "").lower() in JAPANESE:
        return "cp932"
    try:
        if not charset or codecs.lookup(charset).name in UTF_16:
            return charset
        # Python has codecs of other kinds, too, zip for one.
        return charset if ASCII.decode(charset) == ASCII.decode("ascii") else None
    except (LookupError, ValueError):
        return None


class _Reader:
    """Is told of the parts of an XML document as they come, and keeps what counts."""

    def __init__(self) -> None:
        self.report = ProcessingReport()
        self._path: list[str] = []
        self._texts: list[str] = []
        self._length = 0
        self.found = False
        self._result: dict[str, str] = {}
        self._info: dict[str, str] = {}

    def start(self, tag: str, _attributes: object) -> None:
        name = _name(tag)
        if not self._path and name not in ROOTS:
            raise UnreadableReport(f"it is a document of another kind ({name[:40]})")
        self._path.append(name)
        self._forget_text()
        self.found = self.found or name == REPORT
        if self._path[-2:] == [REPORT, "Result"]:
            self._result, self._info = {}, {}

    def data(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_LINE:
            raise UnreadableReport("there is a text of more than a million characters")
        self._texts.append(text)

    def end(self, _tag: str) -> None:
        name, text = self._path.pop(), "".join(self._texts).strip()
        self._forget_text()
        if self._path[-1:] == [REPORT]:
            self._note(name, text)
        elif self._path[-2:] == [REPORT, "ProcessingSummary"] and name in SUMMARY:
            setattr(self.report, SUMMARY[name], _count(text))
        elif self._path[-2:] == [REPORT, "Result"]:
            self._result[name] = text
        elif self._path[-3:] == [REPORT, "Result", "AdditionalInfo"] and text:
            self._info[name] = text

    def close(self) -> None:
        """End; the parser calls this after an error, too, which must not get lost."""

    def _forget_text(self) -> None:
        self._texts.clear()
        self._length = 0

    def _note(self, name: str, text: str) -> None:
        if name == "DocumentTransactionID":
            self.report.feed_id = text
        elif name == "StatusCode":
            self.report.status = text
        elif name == "Result":
            self.report.results.append(self._make_result())

    def _make_result(self) -> Result:
        return Result(
            number=_number(self._result.get("MessageID", "")),
            severity=self._result.get("ResultCode", ""),
            code=self._result.get("ResultMessageCode", ""),
            text=self._result.get("ResultDescription", ""),
            info=self._info,
        )


def _name(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def _number(text: str) -> int | None:
    """Return the number of a message; None, the whole document, for 0 and nothing."""
    return _count(text or "0") or None


def _count(text: str) -> int:
    if len(text) > LONGEST_NUMBER or not (text.isascii() and text.isdigit()):
        raise UnreadableReport(f"{text[:40]!r} stands where a number must be")
    return int(text)


# === TEXT === #


def _read_text(source: BinaryIO, charset: str | None) -> ProcessingReport:
    report = ProcessingReport()
    lines = _lines(source, _known(charset) or "utf-8")
    try:
        columns = _read_text_head(report, lines)
        report.results = [_read_row(columns, line) for line in lines if line.strip()]
    except UnicodeError as error:
        raise UnreadableReport(f"its characters cannot be read ({error})") from None
    # The summary tells just processed and successful.
    failed = {r.number for r in report.results if r.is_error}
    warned = {r.number for r in report.results if not r.is_error}
    report.with_error = max(len(failed), report.processed - report.successful)
    report.with_warning = len(warned)
    return report


def _read_text_head(report: ProcessingReport, lines: Iterator[str]) -> list[str]:
    """Read up to the names of the columns and return those; none if all is well."""
    titled = False
    first = ""
    for line in islice(lines, LONGEST_HEAD):
        columns = [cell.strip() for cell in line.split("\t")]
        if CODE in columns and WORDS in columns:
            return columns
        cells = [cell for cell in columns if cell] or [""]
        first = first or cells[0]
        titled = titled or cells[0].lower().startswith(TEXT_TITLE)
        attribute = TEXT_SUMMARY.get(cells[0].lower())
        if attribute and len(cells) > 1:
            setattr(report, attribute, _count(cells[1]))
    if not titled:
        raise UnreadableReport(f"it begins with {first[:40]!r}")
    return []


def _read_row(columns: list[str], line: str) -> Result:
    if not columns:
        raise UnreadableReport("its columns have no names")
    row = dict(zip(columns, (c.strip() for c in line.split("\t")), strict=False))
    return Result(
        number=_number(row.pop(NUMBER, "")),
        severity=row.pop(SEVERITY, "").capitalize(),
        code=row.pop(CODE, ""),
        text=row.pop(WORDS, ""),
        info={name: text for name, text in row.items() if name and text},
    )


def _lines(source: BinaryIO, charset: str) -> Iterator[str]:
    rest = ""
    pieces = iter(partial(source.read, CHUNK), b"")
    for piece in codecs.iterdecode(pieces, charset, ONE_BY_ONE):
        *whole, rest = NEWLINE.split(rest + piece)
        yield from whole
        if len(rest) > LONGEST_LINE:
            raise UnreadableReport("it has no lines")
    yield rest


def _read_one_by_one(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are none of the charset as Western European, one by one."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    odd = error.object[error.start : error.end]
    return odd.decode("cp1252", "replace"), error.end


codecs.register_error(ONE_BY_ONE, _read_one_by_one)
