# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where listings are kept: found by SKU, by code, and by what a search asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deploy.simulator.listing_view import IDENTIFIER, fn_sku, parent_of
from deploy.simulator.store import Store, marks

Listing = dict[str, Any]
# So many listings are read at a time, when all of them are wanted.
BATCH = 500
IMAGES = "_image_locator"
IMAGE = "image"
# Kinds of codes as searchListingsItems names them, and as attributes do.
CODES = {
    "EAN": ("ean",),
    "JAN": ("ean",),
    "UPC": ("upc",),
    "ISBN": ("isbn",),
    "GTIN": ("gtin", "ean", "upc"),
    "MINSAN": ("minsan",),
    "FNSKU": ("fnsku",),
}
COLUMNS = (
    "seller_id",
    "sku",
    "place",
    "asin",
    "parent_sku",
    "buyable",
    "discoverable",
    "errors",
    "warnings",
    "created",
    "updated",
    "data",
)
UPSERT = (
    f"INSERT INTO listing ({', '.join(COLUMNS)})"
    f" VALUES ({', '.join('?' * len(COLUMNS))})"
    " ON CONFLICT (seller_id, sku, place) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[3:])
    + " RETURNING serial"
)
SORTED_BY = {"sku": "sku", "createdDate": "created", "lastUpdatedDate": "updated"}


@dataclass
class Search:
    """What listings must be like: SQL conditions with their values.

    ``single``: they are of one seller and marketplace, so that no SKU comes twice.
    """

    single: bool = False
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def demand(self, condition: str, *values: Any) -> None:
        """Add a condition on the columns of a listing."""
        self.conditions.append(condition)
        self.values += values

    def demand_one_of(self, column: str, values: tuple[Any, ...]) -> None:
        """Demand that a column has one of some values."""
        self.demand(f"{column} IN ({marks(values)})", *values)

    def demand_code(self, kind: str, codes: list[str]) -> None:
        """Demand one of some codes of a kind: one of CODES."""
        kinds, wanted = CODES[kind], tuple(plain_code(code) for code in codes)
        self.demand(
            "serial IN (SELECT serial FROM listing_code"
            f" WHERE code IN ({marks(wanted)}) AND kind IN ({marks(kinds)}))",
            *wanted,
            *kinds,
        )

    @property
    def where(self) -> str:
        """The conditions as SQL."""
        return " AND ".join(self.conditions) or "1"


def plain_code(code: str) -> str:
    """Return a product code so that the same article has the same one."""
    return code.zfill(14) if code.isdecimal() and len(code) != 10 else code


class ListingBook:
    """All listings of all sellers, one for each marketplace and SKU."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # === ONE SKU === #

    def of_sku(self, seller_id: str, sku: str) -> dict[str, Listing]:
        """Return a SKU's listings by marketplace."""
        rows = self._store.rows(
            "SELECT place, data FROM listing WHERE seller_id = ? AND sku = ?",
            seller_id,
            sku,
        )
        return {place: json.loads(data) for place, data in rows}

    def get(self, seller_id: str, place: str, sku: str) -> Listing | None:
        """Return a listing, None if there is none."""
        rows = self._store.rows(
            "SELECT data FROM listing WHERE seller_id = ? AND sku = ? AND place = ?",
            seller_id,
            sku,
            place,
        )
        return json.loads(rows[0][0]) if rows else None

    def put(self, listing: Listing, known: Listing | None = None) -> None:
        """Write a listing; a known one keeps its place in the order."""
        issues = [issue["severity"] for issue in listing["issues"]]
        ((serial,),) = self._store.rows(
            UPSERT,
            listing["seller_id"],
            listing["sku"],
            listing["marketplace_id"],
            listing["asin"],
            parent_of(listing["attributes"]),
            "BUYABLE" in listing["status"],
            "DISCOVERABLE" in listing["status"],
            issues.count("ERROR"),
            issues.count("WARNING"),
            listing["created"],
            listing["updated"],
            json.dumps(listing, ensure_ascii=False),
        )
        self._put_codes(serial, listing, known)

    def _put_codes(self, serial: int, listing: Listing, known: Listing | None) -> None:
        codes, before = _codes(listing), _codes(known) if known else set()
        if before - codes:
            self._store.rows("DELETE FROM listing_code WHERE serial = ?", serial)
            before = set()
        if codes - before:
            self._store.rows_of_many(
                "INSERT OR IGNORE INTO listing_code VALUES (?, ?, ?)",
                [(code, kind, serial) for code, kind in codes - before],
            )

    def drop(self, seller_id: str, place: str, sku: str) -> None:
        """Delete a listing."""
        for (serial,) in self._store.rows(
            "DELETE FROM listing WHERE seller_id = ? AND sku = ? AND place = ?"
            " RETURNING serial",
            seller_id,
            sku,
            place,
        ):
            self._store.rows("DELETE FROM listing_code WHERE serial = ?", serial)

    # === MANY === #

    def texts(self, search: Search) -> Iterator[str]:
        """Return listings as the text they are kept as, oldest first.

        They are read piece by piece: what changes in between may be seen or not.
        """
        last = 0
        while True:
            rows = self._store.rows(
                f"SELECT serial, data FROM listing WHERE serial > ? AND {search.where}"
                " ORDER BY serial LIMIT ?",
                last,
                *search.values,
                BATCH,
            )
            yield from (data for _, data in rows)
            if len(rows) < BATCH:
                return
            last = rows[-1][0]

    def all(self, search: Search) -> Iterator[Listing]:
        """Return listings, oldest first, read piece by piece."""
        return (json.loads(text) for text in self.texts(search))

    def newest(self, most: int) -> list[Listing]:
        """Return the listings that were made last, newest first."""
        rows = self._store.rows(
            "SELECT data FROM listing ORDER BY serial DESC LIMIT ?", most
        )
        return [json.loads(data) for (data,) in rows]

    def count(self, search: Search) -> int:
        """Return how many SKUs a search finds."""
        what = "*" if search.single else "DISTINCT sku"
        ((found,),) = self._store.rows(
            f"SELECT count({what}) FROM listing WHERE {search.where}",
            *search.values,
        )
        return int(found)

    def skus(
        self, search: Search, by: str, falling: bool, start: int, most: int
    ) -> list[str]:
        """Return a page of the SKUs that a search finds.

        :param by: one of SORTED_BY
        """
        column, way = SORTED_BY[by], "DESC" if falling else "ASC"
        several = "" if search.single else "GROUP BY sku"
        key = column if search.single else f"max({column})"
        rows = self._store.rows(
            f"SELECT sku FROM listing WHERE {search.where} {several}"
            f" ORDER BY {key} {way}, sku {way} LIMIT ? OFFSET ?",
            *search.values,
            most,
            start,
        )
        return [sku for (sku,) in rows]

    def children(self, seller_id: str, place: str, sku: str) -> list[str]:
        """Return the SKUs of which this one is the parent."""
        rows = self._store.rows(
            "SELECT sku FROM listing WHERE seller_id = ? AND parent_sku = ?"
            " AND parent_sku <> '' AND place = ? ORDER BY serial",
            seller_id,
            sku,
            place,
        )
        return [child for (child,) in rows]

    def with_image(self, url: str) -> list[tuple[str, str, str]]:
        """Return which listings show an image: (seller, marketplace, SKU) of each."""
        return self._store.rows(
            "SELECT seller_id, place, sku FROM listing WHERE serial IN"
            " (SELECT serial FROM listing_code WHERE code = ? AND kind = ?)",
            url,
            IMAGE,
        )


def where(seller_id: str = "", marketplace_id: str = "", sku: str = "") -> Search:
    """Return the search for listings; empty: any."""
    search = Search()
    given = {"seller_id": seller_id, "place": marketplace_id, "sku": sku}
    for column, value in given.items():
        if value:
            search.demand(f"{column} = ?", value)
    return search


def image_urls(attributes: dict[str, Any]) -> dict[str, list[str]]:
    """Return the addresses of a listing's images, by attribute."""
    return {
        name: [item["media_location"] for item in items if item.get("media_location")]
        for name, items in attributes.items()
        if IMAGES in name
    }


def _codes(listing: Listing) -> set[tuple[str, str]]:
    """Return by what a listing is found: (code, kind)."""
    attributes = listing["attributes"]
    found = {
        (plain_code(item["value"]), item["type"])
        for item in attributes.get(IDENTIFIER, [])
    }
    found |= {(url, IMAGE) for urls in image_urls(attributes).values() for url in urls}
    number = fn_sku(listing)
    return found | {(number, "fnsku")} if number else found
