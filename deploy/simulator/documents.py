# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents at signed addresses: valid for five minutes, for nobody with a token."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlencode

from deploy.simulator.answers import Answer, store_error
from deploy.simulator.clock import Clock
from deploy.simulator.store import Store

VALID = 300
# Amazon compresses results; small ones often come as they are.
SMALL = 400


class Documents:
    """What is uploaded and handed out."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.base = ""
        kept = store.get("clock", "signing")
        self._key = (kept or {"key": secrets.token_hex(32)})["key"]
        if not kept:
            store.put("clock", "signing", {"key": self._key})

    def new(self, seller_id: str, content_type: str, *, days: int | None = None) -> str:
        """Make an empty document; return its id."""
        serial = self._store.next_serial()
        document_id = (
            f"amzn1.tortuga.4.{self._region()}.{serial:08d}-{secrets.token_hex(6)}"
        )
        values = {"seller_id": seller_id, "content_type": content_type, "used": False}
        self._store.put("document", document_id, values)
        return document_id

    @staticmethod
    def _region() -> str:
        return "eu"

    def get(self, seller_id: str, document_id: str) -> dict[str, Any] | None:
        """Return what is known of a seller's document."""
        found = self._store.get("document", document_id)
        return found if found and found["seller_id"] == seller_id else None

    def content(self, document_id: str) -> bytes | None:
        """Return what was uploaded."""
        return self._store.get_content(document_id)

    def mark_used(self, document_id: str) -> None:
        """Let no second feed be made of an uploaded document."""
        found = self._store.get("document", document_id)
        if found:
            self._store.put("document", document_id, {**found, "used": True})

    def keep_result(self, seller_id: str, content: bytes) -> str:
        """Store a result, compressed unless it is small; return its document id."""
        document_id = self.new(seller_id, "application/json")
        packed = len(content) >= SMALL
        found = self._store.get("document", document_id) or {}
        found["compression"] = "GZIP" if packed else None
        self._store.put("document", document_id, found)
        data = gzip.compress(content, 6) if packed else content
        self._store.put_content(document_id, data)
        return document_id

    def keep_plain(self, content: bytes) -> str:
        """Store a public document such as a schema; return its id."""
        document_id = f"schema-{hashlib.sha256(content).hexdigest()[:24]}"
        values = {"seller_id": "", "content_type": "application/json", "used": True}
        self._store.put("document", document_id, values)
        self._store.put_content(document_id, content)
        return document_id

    def address(self, document_id: str, method: str, valid: int = VALID) -> str:
        """Return a signed address for just this method and document."""
        expires = int(self._clock.now()) + valid
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Expires": str(valid),
            "X-Amz-Date": str(expires),
            "X-Amz-Signature": self._sign(document_id, method, expires),
        }
        return f"{self.base}/documents/{document_id}?{urlencode(query)}"

    def _sign(self, document_id: str, method: str, expires: int) -> str:
        text = f"{method}\n{document_id}\n{expires}".encode()
        return hmac.new(self._key.encode(), text, hashlib.sha256).hexdigest()

    def refuse(
        self,
        document_id: str,
        method: str,
        query: dict[str, str],
        headers: dict[str, str],
    ) -> Answer | None:
        """Return why this request may not touch the document, None if it may."""
        if "x-amz-access-token" in headers or "authorization" in headers:
            words = "Only one auth mechanism allowed"
            return Answer(
                **{**vars(store_error("InvalidArgument", words)), "status": 400}
            )
        expires = query.get("X-Amz-Date", "")
        if not expires.isdigit() or not hmac.compare_digest(
            self._sign(document_id, method, int(expires)),
            query.get("X-Amz-Signature", ""),
        ):
            return store_error("SignatureDoesNotMatch", "The signature does not match.")
        if self._clock.now() > int(expires):
            return store_error("AccessDenied", "Request has expired")
        document = self._store.get("document", document_id) or {}
        if method == "PUT" and headers.get("content-type") != document["content_type"]:
            return store_error("SignatureDoesNotMatch", "The signature does not match.")
        return None

    def receive(self, document_id: str, body: bytes) -> Answer:
        """Keep an upload."""
        self._store.put_content(document_id, body)
        return Answer(200, b"", content_type="text/plain")

    def give(self, document_id: str) -> Answer:
        """Hand a document out."""
        document = self._store.get("document", document_id) or {}
        data = self._store.get_content(document_id)
        if data is None:
            return store_error("NoSuchKey", "The specified key does not exist.")
        return Answer(200, data, content_type=document["content_type"])
