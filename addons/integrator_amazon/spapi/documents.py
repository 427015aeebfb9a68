# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Upload and download of documents at the signed addresses Amazon hands out."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from email.message import Message
from typing import BinaryIO

import httpx
from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from . import errors
from .exchange import Exchange, OnCall, exchange
from .types import DocumentLocation, DownloadedDocument

CHUNK = 1 << 16
# The store's refusal in the place of the document, whatever the status says.
STORE_ERROR = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>)?\s*<Error[\s>]")


def hiccups() -> Retrying:
    """Return a retrying loop for what passes within seconds."""
    return Retrying(
        retry=retry_if_exception_type(errors.UnavailableError),
        stop=stop_after_attempt(3),
        wait=wait_random_exponential(multiplier=0.3, max=3),
        reraise=True,
    )


def upload(
    http: httpx.Client,
    url: str,
    content: bytes | BinaryIO,
    content_type: str,
    on_call: OnCall | None,
) -> None:
    """Put *content* to a signed address, with just the content type it was made for.

    :param content: a file is sent from where it stands, in pieces; it must be able to
        seek, for its length has to be known and a try repeated
    :raise DocumentRefusedError: the address has run out or does not fit
    :raise UnavailableError: three tries were in vain
    """
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    start = source.tell()
    length = source.seek(0, io.SEEK_END) - start
    for attempt in hiccups():
        with attempt:
            source.seek(start)
            _upload_once(http, url, source, length, content_type, on_call)


def _upload_once(
    http: httpx.Client,
    url: str,
    source: BinaryIO,
    length: int,
    content_type: str,
    on_call: OnCall | None,
) -> None:
    with exchange("uploadDocument", "PUT", url, on_call) as current:
        current.request_bytes = length
        # With its length: the store does not take chunked bodies.
        headers = {"content-type": content_type, "content-length": str(length)}
        current.response = http.put(url, content=_pieces(source), headers=headers)
        _check_status(current)


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    while piece := source.read(CHUNK):
        yield piece


def download(
    http: httpx.Client,
    location: DocumentLocation,
    target: BinaryIO,
    on_call: OnCall | None,
) -> DownloadedDocument:
    """Write a document to *target*, from where it stands, unpacked and in pieces.

    :raise DocumentRefusedError: the address has run out
    :raise UnavailableError: three tries were in vain, or the document is truncated
    """
    start = target.tell()
    return hiccups()(_download_once, http, location, target, start, on_call)


def _download_once(
    http: httpx.Client,
    location: DocumentLocation,
    target: BinaryIO,
    start: int,
    on_call: OnCall | None,
) -> DownloadedDocument:
    target.seek(start)
    target.truncate()
    with exchange("downloadDocument", "GET", location.url, on_call) as current:
        headers = {"accept-encoding": "identity"}
        with http.stream("GET", location.url, headers=headers) as response:
            current.response = response
            _check_status(current)
            source = _Body(current, response)
            size = 0
            packing = location.compression or response.headers.get("content-encoding")
            for piece in _unpacked(current, source, packing):
                size += target.write(piece)
        kind = response.headers.get("content-type", "")
        return DownloadedDocument(kind, _charset(kind), size)


def _check_status(current: Exchange) -> None:
    response = current.response
    status = response.status_code if response is not None else 0
    if status >= 500 or status in (408, 429):
        raise current.unavailable(
            f"Amazon's document store has a problem (status {status})."
        )
    if not 200 <= status < 300:
        raise _refused(current)


def _refused(current: Exchange) -> errors.DocumentRefusedError:
    words = "Amazon refuses the document's address; it has probably run out."
    text = errors.sentence(current.operation, words, "Another is asked for.")
    return errors.DocumentRefusedError(text, **current.facts)


class _Body(io.RawIOBase):
    """The body of an answer, as a file that is read once."""

    def __init__(self, current: Exchange, response: httpx.Response) -> None:
        super().__init__()
        self._current = current
        self._chunks = response.iter_raw(CHUNK)
        self._rest = next(self._chunks, b"")
        current.response_bytes = len(self._rest)
        if STORE_ERROR.match(self._rest):
            raise _refused(current)

    def read(self, size: int = -1) -> bytes:
        """Return up to *size* bytes, or the next chunk; nothing at the end."""
        if not self._rest:
            self._rest = next(self._chunks, b"")
            self._current.response_bytes += len(self._rest)
        size = len(self._rest) if size is None or size < 0 else size
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


def _unpacked(current: Exchange, source: _Body, packing: str | None) -> Iterator[bytes]:
    """Yield the document in pieces, however well it packs."""
    if (packing or "identity").lower() == "identity":
        yield from iter(source.read, b"")
        return
    if str(packing).lower() != "gzip":
        raise current.unavailable(f"Amazon packs it in an unknown way ({packing}).")
    with gzip.GzipFile(fileobj=source) as unpacker:
        while piece := _read_packed(current, unpacker):
            yield piece
    # An empty file is, to the library, a good one.
    if not current.response_bytes:
        raise _broken(current)


def _read_packed(current: Exchange, unpacker: gzip.GzipFile) -> bytes:
    try:
        return unpacker.read1(CHUNK)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise _broken(current) from None


def _broken(current: Exchange) -> errors.SpApiError:
    return current.unavailable("the document arrived incomplete.")


def _charset(content_type: str) -> str | None:
    header = Message()
    header["content-type"] = content_type
    return header.get_content_charset()
