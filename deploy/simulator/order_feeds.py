# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Feeds on orders, in XML and as flat files: acknowledge, ship, refund.

https://developer-docs.amazon.com/sp-api/docs/order-feed-type-values
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from deploy.simulator.feed_work import Document, Outcome, Task
from deploy.simulator.order_instructions import Instruction, from_row, from_xml
from deploy.simulator.order_shapes import ENVELOPE, MESSAGE_ID, Columns, message_of
from deploy.simulator.roles import ORDER_FEED_ROLES
from deploy.simulator.validation import Finding, Findings, has_errors
from deploy.simulator.xml_shapes import Shape, Text, parse, problem, text_of

MALFORMED = "5000"
# Some templates begin with a line about themselves.
TEMPLATE = "TemplateType="
RESULT_COLUMNS = (
    "original-record-number",
    "order-id",
    "order-item-id",
    "error-code",
    "error-type",
    "error-message",
)


# Carries an instruction out, and returns what it finds.
Carry = Callable[[Task, Instruction], Findings]


def _note(
    outcome: Outcome, number: str, instruction: Instruction, found: Findings
) -> None:
    outcome.processed += 1
    outcome.accepted += not has_errors(found)
    outcome.issues += [_issue(number, finding, instruction) for finding in found]


def _issue(
    number: str, finding: Finding, instruction: Instruction | None = None
) -> dict[str, Any]:
    return {
        "number": number,
        "code": finding.code,
        "severity": finding.severity.capitalize(),
        "message": finding.message,
        "order_id": instruction.order_id if instruction else "",
        "item_id": instruction.item_id if instruction else "",
    }


def _whole(document: Document) -> list[dict[str, Any]]:
    """Return issues that are about a document as a whole."""
    return [_issue("0", Finding(MALFORMED, words)) for words in document.problems]


# === XML === #


class XmlFeed:
    """A feed of XML messages of one type."""

    roles = ORDER_FEED_ROLES
    content_type = "text/xml; charset=UTF-8"

    def __init__(self, action: str, shape: Shape, carry: Carry) -> None:
        self._action = action
        self._shape = message_of(action, shape)
        self._carry = carry

    def read(self, content: bytes, seller_id: str) -> Document:
        """Read a feed's document, and find what is wrong with it as a whole."""
        try:
            root = parse(content)
        except ValueError as error:
            words = f"The feed is malformed or invalid XML: {error}"
            return Document(problems=[words])
        found = problem(root, ENVELOPE)
        if root.tag != "AmazonEnvelope":
            found = f"The root element is '{root.tag}', not 'AmazonEnvelope'."
        if found:
            return Document(problems=[f"XML Parsing Error: {found}"])
        problems = list(self._check_whole(root, seller_id))
        return Document(messages=root.findall("Message"), problems=problems)

    def _check_whole(self, root: Any, seller_id: str) -> Iterator[str]:
        if text_of(root.find("Header"), "MerchantIdentifier") != seller_id:
            yield "The MerchantIdentifier is not the seller who submitted the feed."
        if text_of(root, "MessageType") != self._action:
            yield f"The MessageType must be '{self._action}' in this feed."
        numbers = [text_of(message, "MessageID") for message in root.findall("Message")]
        for number in numbers:
            if MESSAGE_ID.problem(number):
                yield f"'{number}' is not a valid MessageID."
        if len(set(numbers)) < len(numbers):
            yield "Each MessageID must be unique within the feed."

    def carry_out(self, task: Task, _: Document, messages: list[Any]) -> Outcome:
        """Carry out messages in their order."""
        outcome = Outcome()
        for message in messages:
            instruction = from_xml(self._action, message.find(self._action))
            wrong = problem(message, self._shape)
            found = (
                [Finding(MALFORMED, f"XML Parsing Error: {wrong}")]
                if wrong
                else self._carry(task, instruction)
            )
            _note(outcome, text_of(message, "MessageID"), instruction, found)
        return outcome

    def report(self, task: Task, document: Document, outcome: Outcome) -> bytes:
        """Return the processing report of a whole feed."""
        root = etree.Element("AmazonEnvelope")
        header = _add(root, "Header")
        _add(header, "DocumentVersion", "1.02")
        _add(header, "MerchantIdentifier", task.seller_id)
        _add(root, "MessageType", "ProcessingReport")
        message = _add(root, "Message")
        _add(message, "MessageID", "1")
        report = _add(message, "ProcessingReport")
        _add(report, "DocumentTransactionID", task.feed_id)
        _add(report, "StatusCode", "Complete")
        issues = [*_whole(document), *outcome.issues]
        counts = {
            "MessagesProcessed": outcome.processed,
            "MessagesSuccessful": outcome.accepted,
            "MessagesWithError": _count(issues, "Error"),
            "MessagesWithWarning": _count(issues, "Warning"),
        }
        summary = _add(report, "ProcessingSummary")
        for name, count in counts.items():
            _add(summary, name, str(count))
        for issue in issues:
            _add_result(report, issue)
        data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        return data


def _add(parent: Any, name: str, text: str | None = None) -> Any:
    element = etree.SubElement(parent, name)
    element.text = text
    return element


def _count(issues: list[dict[str, Any]], severity: str) -> int:
    return len({i["number"] for i in issues if i["severity"] == severity})


def _add_result(report: Any, issue: dict[str, Any]) -> None:
    result = _add(report, "Result")
    _add(result, "MessageID", issue["number"])
    _add(result, "ResultCode", issue["severity"])
    _add(result, "ResultMessageCode", issue["code"])
    _add(result, "ResultDescription", issue["message"])
    ids = {
        "AmazonOrderID": issue["order_id"],
        "AmazonOrderItemCode": issue["item_id"],
    }
    if any(ids.values()):
        additional = _add(result, "AdditionalInfo")
        for name, value in ids.items():
            if value:
                _add(additional, name, value)


# === FLAT FILES === #


class FlatFeed:
    """A feed of rows of text, parted by tabs, below a row of column names."""

    roles = ORDER_FEED_ROLES
    content_type = "text/tab-separated-values; charset=UTF-8"

    def __init__(self, action: str, columns: Columns, carry: Carry) -> None:
        self._action = action
        self._needed, self._others = columns
        self._carry = carry

    def read(self, content: bytes, seller_id: str) -> Document:
        """Read a feed's document, and find what is wrong with it as a whole."""
        lines = [line.split("\t") for line in _decode(content) if line.strip()]
        if lines and lines[0][0].startswith(TEMPLATE):
            lines = lines[1:]
        if len(lines) < 2:
            return Document(problems=["The feed holds no row with column names below."])
        names = [name.strip() for name in lines[0]]
        rows = [
            (str(number), names, row) for number, row in enumerate(lines[1:], start=1)
        ]
        return Document(messages=rows, problems=list(self._check_names(names)))

    def _check_names(self, names: list[str]) -> Iterator[str]:
        for name in sorted(set(self._needed) - set(names)):
            yield f"The column '{name}' is missing."
        for name in sorted(set(names) - {*self._needed, *self._others}):
            yield f"The column '{name}' is unknown."
        if len(set(names)) < len(names):
            yield "A column is there more than once."

    def carry_out(self, task: Task, _: Document, messages: list[Any]) -> Outcome:
        """Carry out rows in their order."""
        outcome = Outcome()
        for number, names, cells in messages:
            row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
            instruction = from_row(self._action, row)
            found = [Finding(MALFORMED, words) for words in self._problems(row)]
            if len(cells) > len(names):
                found.append(Finding(MALFORMED, "The row has more cells than columns."))
            found = found or self._carry(task, instruction)
            _note(outcome, number, instruction, found)
        return outcome

    def _problems(self, row: dict[str, str]) -> Iterator[str]:
        kinds: dict[str, Text] = {**self._needed, **self._others}
        for name, kind in kinds.items():
            value = row.get(name, "")
            words = kind.problem(value) if value else None
            if not value and name in self._needed:
                yield f"'{name}' is required."
            elif words:
                yield f"{name}: {words}."

    def report(self, _task: Task, document: Document, outcome: Outcome) -> bytes:
        """Return the processing report of a whole feed."""
        lines = [
            "Feed Processing Summary:",
            f"\tNumber of records processed\t\t{outcome.processed}",
            f"\tNumber of records successful\t\t{outcome.accepted}",
            "",
        ]
        issues = [*_whole(document), *outcome.issues]
        if issues:
            lines.append("\t".join(RESULT_COLUMNS))
        for issue in issues:
            keys = ("number", "order_id", "item_id", "code", "severity", "message")
            lines.append("\t".join(issue[key] for key in keys))
        return "".join(f"{line}\n" for line in lines).encode()


def _decode(content: bytes) -> list[str]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("iso-8859-1")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
