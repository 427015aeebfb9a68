# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulator's memory: SQLite, written through, so that a kill loses nothing."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS record (
    kind TEXT, key TEXT, serial INTEGER, data TEXT, PRIMARY KEY (kind, key));
CREATE INDEX IF NOT EXISTS record_serial ON record (kind, serial);
CREATE TABLE IF NOT EXISTS content (key TEXT PRIMARY KEY, data BLOB);
CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT, seller_id TEXT, data TEXT);
CREATE TABLE IF NOT EXISTS listing (
    serial INTEGER PRIMARY KEY AUTOINCREMENT, seller_id TEXT, sku TEXT, place TEXT,
    asin TEXT, parent_sku TEXT, buyable INTEGER, discoverable INTEGER,
    errors INTEGER, warnings INTEGER, created REAL, updated REAL, data TEXT,
    UNIQUE (seller_id, sku, place));
CREATE INDEX IF NOT EXISTS listing_place ON listing (seller_id, place, serial);
CREATE INDEX IF NOT EXISTS listing_created ON listing (seller_id, place, created, sku);
CREATE INDEX IF NOT EXISTS listing_updated ON listing (seller_id, place, updated, sku);
CREATE INDEX IF NOT EXISTS listing_asin ON listing (asin, seller_id);
CREATE INDEX IF NOT EXISTS listing_parent ON listing (seller_id, parent_sku)
    WHERE parent_sku <> '';
CREATE TABLE IF NOT EXISTS listing_code (
    code TEXT, kind TEXT, serial INTEGER, PRIMARY KEY (code, kind, serial))
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS listing_code_serial ON listing_code (serial);
CREATE TABLE IF NOT EXISTS image (
    url TEXT PRIMARY KEY, state TEXT, data TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS image_state ON image (state);
CREATE TABLE IF NOT EXISTS customer_order (
    seller_id TEXT, order_id TEXT, place TEXT, status TEXT, fulfilled_by TEXT,
    seller_order_id TEXT, created REAL, updated REAL, fulfillable REAL,
    hold_until REAL, data TEXT, PRIMARY KEY (seller_id, order_id));
CREATE INDEX IF NOT EXISTS order_created ON customer_order (seller_id, created);
CREATE INDEX IF NOT EXISTS order_updated ON customer_order (seller_id, updated);
CREATE INDEX IF NOT EXISTS order_ready ON customer_order (seller_id, fulfillable);
CREATE INDEX IF NOT EXISTS order_alias ON customer_order (seller_id, seller_order_id)
    WHERE seller_order_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS order_held ON customer_order (hold_until)
    WHERE hold_until IS NOT NULL;
"""
ALL_TABLES = (
    "record",
    "content",
    "journal",
    "listing",
    "listing_code",
    "image",
    "customer_order",
)
DROP = "".join(f"DROP TABLE IF EXISTS {table};" for table in ALL_TABLES)
# To be raised when records take another form.
VERSION = 4
# Sorts behind every character that a key can hold.
LAST = chr(0x10FFFF)


def marks(values: Sized) -> str:
    """Return a question mark for each value of an SQL list."""
    return ", ".join("?" * len(values))


class Store:
    """Records of several kinds, by key, in the order they were made."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # A killed process loses nothing; only a machine that loses power might.
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF")
        (found,) = self._db.execute("PRAGMA user_version").fetchone()
        # What an older simulator kept is in another form: begin anew.
        self._db.executescript(("" if found == VERSION else DROP) + TABLES)
        self._db.execute(f"PRAGMA user_version = {VERSION}")
        row = self._db.execute("SELECT max(serial) FROM record").fetchone()
        self._serial = int(row[0] or 0)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Write all or nothing of what is written inside; others wait."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """Carry out a statement on a table of a room's own; return its rows."""
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def rows_of_many(self, statement: str, many: list[tuple[Any, ...]]) -> None:
        """Carry out a statement once for each tuple of values."""
        with self._lock:
            self._db.executemany(statement, many)

    def next_serial(self) -> int:
        """Return a number that grows with every call."""
        with self._lock:
            self._serial += 1
            return self._serial

    def put(self, kind: str, key: str, data: dict[str, Any]) -> None:
        """Write a record; a known one keeps its place in the order."""
        text = json.dumps(data, ensure_ascii=False)
        with self._lock:
            changed = self._db.execute(
                "UPDATE record SET data = ? WHERE kind = ? AND key = ?",
                (text, kind, key),
            )
            if not changed.rowcount:
                self._db.execute(
                    "INSERT INTO record VALUES (?, ?, ?, ?)",
                    (kind, key, self.next_serial(), text),
                )

    def get(self, kind: str, key: str) -> dict[str, Any] | None:
        """Return a record, None if there is none."""
        with self._lock:
            row = self._db.execute(
                "SELECT data FROM record WHERE kind = ? AND key = ?", (kind, key)
            ).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, kind: str, prefix: str = "") -> list[dict[str, Any]]:
        """Return the records of a kind whose key starts with *prefix*, oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT data FROM record WHERE kind = ? AND key >= ? AND key < ?"
                " ORDER BY serial",
                (kind, prefix, prefix + LAST),
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def newest(self, kind: str, most: int) -> list[dict[str, Any]]:
        """Return the records of a kind that were made last, newest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT data FROM record WHERE kind = ? ORDER BY serial DESC LIMIT ?",
                (kind, most),
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def drop(self, kind: str, key: str) -> None:
        """Delete a record."""
        with self._lock:
            self._db.execute(
                "DELETE FROM record WHERE kind = ? AND key = ?", (kind, key)
            )

    def drop_all(self, kind: str, prefix: str) -> None:
        """Delete the records of a kind whose key starts with *prefix*."""
        with self._lock:
            self._db.execute(
                "DELETE FROM record WHERE kind = ? AND key >= ? AND key < ?",
                (kind, prefix, prefix + LAST),
            )

    def put_content(self, key: str, data: bytes) -> None:
        """Keep the bytes of a document."""
        with self._lock:
            self._db.execute("REPLACE INTO content VALUES (?, ?)", (key, data))

    def get_content(self, key: str) -> bytes | None:
        """Return the bytes of a document."""
        with self._lock:
            row = self._db.execute(
                "SELECT data FROM content WHERE key = ?", (key,)
            ).fetchone()
        return row[0] if row else None

    def note(self, entry: dict[str, Any]) -> int:
        """Add a request to the journal; return its number."""
        with self._lock:
            done = self._db.execute(
                "INSERT INTO journal (operation, seller_id, data) VALUES (?, ?, ?)",
                (entry["operation"], entry["seller_id"], json.dumps(entry)),
            )
            return int(done.lastrowid or 0)

    def amend(self, number: int, entry: dict[str, Any]) -> None:
        """Complete a request of the journal."""
        with self._lock:
            self._db.execute(
                "UPDATE journal SET seller_id = ?, data = ? WHERE id = ?",
                (entry["seller_id"], json.dumps(entry), number),
            )

    def journal(
        self, operation: str = "", seller_id: str = "", after: int = 0, most: int = 1000
    ) -> list[dict[str, Any]]:
        """Return the last requests of the journal, oldest first.

        :param operation: of this operation only, empty: of all
        :param seller_id: of this seller only, empty: of all
        :param after: those with a greater number only
        """
        where = [
            ("id > ?", after),
            ("operation = ?", operation),
            ("seller_id = ?", seller_id),
        ]
        given = [(text, value) for text, value in where if value]
        clause = " AND ".join(text for text, _ in given) or "1"
        with self._lock:
            rows = self._db.execute(
                f"SELECT id, data FROM (SELECT * FROM journal WHERE {clause}"
                " ORDER BY id DESC LIMIT ?) ORDER BY id",
                (*(value for _, value in given), most),
            ).fetchall()
        return [{"id": row[0], **json.loads(row[1])} for row in rows]

    def forget(self) -> None:
        """Forget everything but the clock."""
        with self.together():
            self._db.execute("DELETE FROM record WHERE kind <> 'clock'")
            for table in ALL_TABLES[1:]:
                self._db.execute(f"DELETE FROM {table}")
