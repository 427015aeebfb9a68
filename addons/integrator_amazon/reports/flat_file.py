# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reader of Amazon's tab-separated reports, row by row.

Amazon adds columns without notice, leaves out empty cells at the end of a row, and
quotes nothing: a quotation mark is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

# Key of the cells beyond the last column, joined by tabs; no column can be called so.
EXTRA_CELLS = "\t"
# Rows that may stand before the names of the columns: reports of Singapore have one.
LONGEST_HEAD = 20
BOM = "\ufeff"


class UnreadableReport(ValueError):
    """It is not the report that it should be; the text says what is wrong."""


class FlatFile:
    """The rows of a report: dicts from the names of all columns to text.

    columns: their names in order; of two with the same name the second gets "#2".
    """

    def __init__(self, lines: Iterable[str], required: Sequence[str]) -> None:
        """Read up to the names of the columns.

        :param lines: text file, or lines with or without their end
        :param required: columns without which it is another report
        :raise UnreadableReport: it is empty, or lacks a column, which is named
        """
        self._lines = iter(lines)
        self.columns = self._find_columns(required)

    def _find_columns(self, required: Sequence[str]) -> tuple[str, ...]:
        wanted, best = set(required), list(required)
        found = False
        for line in islice(self._read(), LONGEST_HEAD):
            names = [name.lstrip(BOM).strip() for name in _cells(line)]
            missing = wanted.difference(names)
            if not missing:
                return _unique(names)
            found = True
            if len(missing) < len(best):
                best = [name for name in required if name in missing]
        if not found:
            raise UnreadableReport("it is empty")
        raise UnreadableReport(f"it has no column {', '.join(best)}")

    def _read(self) -> Iterator[str]:
        """Yield the lines that are not blank."""
        try:
            for line in self._lines:
                if line and not line.isspace():
                    yield line
        except UnicodeError as error:
            raise UnreadableReport(f"its characters cannot be read ({error})") from None

    def __iter__(self) -> Iterator[dict[str, str]]:
        """Yield each row; cells that it lacks are empty.

        :raise UnreadableReport: its characters cannot be read
        """
        columns, width = self.columns, len(self.columns)
        for line in self._read():
            # In place rather than in functions: this runs for every row.
            cells = line.rstrip("\r\n").split("\t")
            if len(cells) == width:
                yield dict(zip(columns, cells))  # noqa: B905 - just compared
            else:
                yield _fitted(columns, cells)


def _cells(line: str) -> list[str]:
    return line.rstrip("\r\n").split("\t")


def _fitted(columns: Sequence[str], cells: list[str]) -> dict[str, str]:
    """Return a row that has more or fewer cells than there are columns."""
    row = dict.fromkeys(columns, "")
    row.update(zip(columns, cells, strict=False))
    extra = cells[len(columns) :]
    if extra:
        row[EXTRA_CELLS] = "\t".join(extra)
    return row


def _unique(names: list[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(found)
