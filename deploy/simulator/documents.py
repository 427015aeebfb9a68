# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents at signed addresses: valid for five minutes, for nobody with a token.

https://developer-docs.amazon.com/sp-api/docs/feeds-api-v2021-06-30-use-case-guide
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from deploy.simulator.answers import Answer, store_error
from deploy.simulator.clock import Clock
from deploy.simulator.store import Store

VALID = 300
RESULTS_KEPT_DAYS = 28
JSON = "application/json; charset=UTF-8"
# Amazon compresses results; small ones often come as they are.
SMALL = 400
DATE_FORM = "%Y%m%dT%H%M%SZ"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided."
)


class Documents:
    """What is uploaded and handed out."""

    def __init__(self, store: Store, clock: Clock, folder: Path) -> None:
        """Keep what is small in the store, and long results as files of a folder."""
        self._store = store
        self._clock = clock
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self.base = ""
        kept = store.get("clock", "signing")
        self._key = (kept or {"key": secrets.token_hex(32)})["key"]
        if not kept:
            store.put("clock", "signing", {"key": self._key})

    # === KEEPING === #

    def new(self, seller: str, content_type: str, **facts: Any) -> str:
        """Make an empty document of a seller; return its id.

        :param facts: more to know of it; ``kept_days``: after which it is gone
        """
        serial = self._store.next_serial()
        document_id = f"amzn1.tortuga.4.{serial:08d}-{secrets.token_hex(8)}"
        values = {
            "seller_id": seller,
            "content_type": content_type,
            "used": False,
            "created": self._clock.now(),
            **facts,
        }
        self._store.put("document", document_id, values)
        return document_id

    def get(self, seller_id: str, document_id: str) -> dict[str, Any] | None:
        """Return what is known of a seller's document."""
        found = self._store.get("document", document_id)
        if not found or found["seller_id"] != seller_id:
            return None
        age = self._clock.now() - found["created"]
        too_old = age > found.get("kept_days", RESULTS_KEPT_DAYS) * 86400
        return None if too_old else found

    def content(self, document_id: str) -> bytes | None:
        """Return what is in a document, as it is packed; None: nothing yet."""
        path = self._folder / document_id
        return (
            path.read_bytes()
            if path.is_file()
            else self._store.get_content(document_id)
        )

    def plain(self, document_id: str) -> tuple[bytes, str]:
        """Return a document's content, unpacked, and its type; empty if not there."""
        found = self._store.get("document", document_id) or {
            "content_type": "text/plain"
        }
        data = self.content(document_id) or b""
        data = gzip.decompress(data) if found.get("compression") else data
        return data, found["content_type"]

    def mark_used(self, document_id: str) -> None:
        """Let no second feed be made of an uploaded document."""
        found = self._store.get("document", document_id)
        if found:
            self._store.put("document", document_id, {**found, "used": True})

    def keep_result(
        self,
        seller_id: str,
        content: bytes,
        content_type: str = JSON,
        compressed: bool | None = None,
        **facts: Any,
    ) -> str:
        """Store what Amazon made; return its document id.

        :param compressed: None: unless it is small
        :param facts: as of ``new``
        """
        packed = len(content) >= SMALL if compressed is None else compressed
        facts |= {"compression": "GZIP" if packed else None, "used": True}
        document_id = self.new(seller_id, content_type, **facts)
        data = gzip.compress(content, 6) if packed else content
        self._store.put_content(document_id, data)
        return document_id

    def keep_pieces(
        self,
        seller_id: str,
        pieces: Iterator[bytes],
        content_type: str,
        **facts: Any,
    ) -> str:
        """Write what Amazon made piece by piece to disk; return its document id.

        :param facts: as of ``new``
        """
        head = b""
        for piece in pieces:
            head += piece
            if len(head) >= SMALL:
                break
        else:
            return self.keep_result(seller_id, head, content_type, **facts)
        facts |= {"compression": "GZIP", "used": True}
        document_id = self.new(seller_id, content_type, **facts)
        # Fast rather than small: others wait for the processor.
        with gzip.open(self._folder / document_id, "wb", compresslevel=1) as file:
            file.write(head)
            file.writelines(pieces)
        return document_id

    def forget(self) -> None:
        """Remove the files of all documents."""
        shutil.rmtree(self._folder)
        self._folder.mkdir()

    def keep_plain(self, content: bytes) -> str:
        """Store a document that belongs to no seller, as a schema; return its id."""
        document_id = f"schema-{hashlib.sha256(content).hexdigest()[:24]}"
        values = {"seller_id": "", "content_type": "application/json", "used": True}
        self._store.put("document", document_id, values)
        self._store.put_content(document_id, content)
        return document_id

    # === HANDING OUT === #

    def address(self, document_id: str, method: str, valid: int = VALID) -> str:
        """Return an address signed for just this document and method.

        :param valid: simulated seconds after which it is refused
        """
        moment = datetime.fromtimestamp(self._clock.now(), timezone.utc)
        date = moment.strftime(DATE_FORM)
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": date,
            "X-Amz-Expires": str(valid),
            "X-Amz-SignedHeaders": "content-type;host" if method == "PUT" else "host",
            "X-Amz-Signature": self._sign(document_id, method, date, str(valid)),
        }
        return f"{self.base}/documents/{document_id}?{urlencode(query)}"

    def location(self, document_id: str) -> dict[str, str]:
        """Return where a document can be downloaded, and how it is packed."""
        found = self._store.get("document", document_id) or {}
        location = {"url": self.address(document_id, "GET")}
        if found.get("compression"):
            location["compressionAlgorithm"] = found["compression"]
        return location

    def _sign(self, *parts: str) -> str:
        text = "\n".join(parts).encode()
        return hmac.new(self._key.encode(), text, hashlib.sha256).hexdigest()

    def refuse(
        self,
        document_id: str,
        method: str,
        query: dict[str, str],
        headers: dict[str, str],
    ) -> Answer | None:
        """Return why this request may not touch the document, None if it may."""
        if "authorization" in headers:
            # The signature is in the address; a second proof is one too many.
            words = "Only one auth mechanism allowed"
            return store_error("InvalidArgument", words, 400)
        if "x-amz-access-token" in headers:
            words = "There were headers present in the request which were not signed"
            return store_error("AccessDenied", words)
        date, valid = query.get("X-Amz-Date", ""), query.get("X-Amz-Expires", "")
        signature = self._sign(document_id, method, date, valid)
        given = query.get("X-Amz-Signature", "")
        if not hmac.compare_digest(signature.encode(), given.encode()):
            return store_error("SignatureDoesNotMatch", MISMATCH)
        signed = datetime.strptime(date, DATE_FORM).replace(tzinfo=timezone.utc)
        if self._clock.now() > signed.timestamp() + int(valid):
            return store_error("AccessDenied", "Request has expired")
        document = self._store.get("document", document_id) or {}
        if method == "PUT" and headers.get("content-type") != document["content_type"]:
            return store_error("SignatureDoesNotMatch", MISMATCH)
        return None

    def receive(self, document_id: str, body: bytes) -> Answer:
        """Keep an upload."""
        self._store.put_content(document_id, body)
        etag = hashlib.md5(body, usedforsecurity=False).hexdigest()
        return Answer(200, b"", {"ETag": f'"{etag}"'}, "text/plain")

    def give(self, document_id: str) -> Answer:
        """Hand a document out."""
        document = self._store.get("document", document_id) or {}
        data = self.content(document_id)
        if data is None:
            return store_error("NoSuchKey", "The specified key does not exist.", 404)
        return Answer(200, data, content_type=document["content_type"])
