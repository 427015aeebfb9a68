# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What all reports have in common: whose they are, of when, and how they are written.

They are made piece by piece, so that they need not fit into memory.
"""

from __future__ import annotations

import itertools
import time
from codecs import getincrementalencoder
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from deploy.simulator.listings import Listings
from deploy.simulator.order_book import OrderBook
from deploy.simulator.report_types import XML, ReportType
from deploy.simulator.sellers import MARKETPLACES, Seller

Some = TypeVar("Some")
Places = tuple[str, ...]
# After so many records, so many seconds of rest.
BREATH = 200
PAUSE = 0.001
# Charset as the content type names it, and as Python does: documents of Japan are
# in Microsoft's Shift JIS, those of Europe in UTF-8 with a mark at the beginning.
CHARSETS = {
    "JP": ("Windows-31J", "cp932"),
    "na": ("ISO-8859-1", "iso-8859-1"),
    "eu": ("UTF-8", "utf-8-sig"),
    "fe": ("UTF-8", "utf-8"),
}


@dataclass(frozen=True)
class Window:
    """The time that a report is about, in seconds since 1970."""

    start: float
    end: float


@dataclass(frozen=True)
class Books:
    """All that reports are made of."""

    listings: Listings
    orders: OrderBook


@dataclass(frozen=True)
class Wanted:
    """A report that is to be made; *now*: when, in seconds since 1970."""

    seller: Seller
    places: Places
    window: Window
    now: float
    options: dict[str, str] = field(default_factory=dict)


# The pieces of a document; None: there is nothing to report.
Maker = Callable[[Books, Wanted], "Iterator[bytes] | None"]


def charset(places: Places) -> tuple[str, str]:
    """Return the charset of a document: as its content type names it, and Python's."""
    place = MARKETPLACES[places[0]]
    return CHARSETS.get(place.country) or CHARSETS[place.region]


def content_type(kind: ReportType, places: Places) -> str:
    """Return the content type of a report's document."""
    # XML says by itself how it is written; that it always is UTF-8 is inferred.
    name = "UTF-8" if kind.media == XML else charset(places)[0]
    return f"{kind.media};charset={name}"


def breathing(records: Iterable[Some]) -> Iterator[Some]:
    """Return records; who calls meanwhile does not wait for all of them."""
    for number, record in enumerate(records, 1):
        if number % BREATH == 0:
            time.sleep(PAUSE)
        yield record


def unless_empty(head: Iterable[Some], rest: Iterator[Some]) -> Iterator[Some] | None:
    """Return a head and what follows it; None: nothing follows."""
    for first in rest:
        return itertools.chain(head, [first], rest)
    return None


def table(
    columns: tuple[str, ...], rows: Iterator[list[Any]], places: Places
) -> Iterator[bytes] | None:
    """Return a document of rows below the names of their columns; None: no rows."""
    found = unless_empty([list(columns)], rows)
    return None if found is None else tabbed(found, places)


def tabbed(rows: Iterable[list[Any]], places: Places) -> Iterator[bytes]:
    """Return rows as a document of text with tabs, in the charset of the place."""
    encoder = getincrementalencoder(charset(places)[1])(errors="replace")
    for row in rows:
        line = "\t".join(_cell(value) for value in row)
        yield encoder.encode(f"{line}\r\n")


def _cell(value: Any) -> str:
    return " ".join(("" if value is None else str(value)).split())
