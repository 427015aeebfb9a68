# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents at the signed addresses that Amazon hands out."""

from __future__ import annotations

from typing import BinaryIO

from .. import documents
from ..types import DocumentLocation, DownloadedDocument
from .common import Operations


class Documents(Operations):
    """Transfer of documents, whatever they hold."""

    def upload_document(
        self, url: str, content: bytes | BinaryIO, content_type: str
    ) -> None:
        """Upload *content*; *content_type* must be the document's to the byte."""
        documents.upload(self._http, url, content, content_type, self._on_call)

    def download_document(
        self, location: DocumentLocation, target: BinaryIO
    ) -> DownloadedDocument:
        """Write a document to *target*, unpacked, in pieces."""
        return documents.download(self._http, location, target, self._on_call)
