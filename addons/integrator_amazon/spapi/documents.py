# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Upload and download of documents at the signed addresses Amazon hands out."""

from __future__ import annotations

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
from .transport import Exchange, OnCall, exchange
from .types import DocumentLocation, DownloadedDocument

CHUNK = 1 << 16
MOST_UNPACKED = 1 << 20
GZIP = 16 + zlib.MAX_WBITS


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

    :raise DocumentRefusedError: the address has run out or does not fit
    :raise UnavailableError: three tries were in vain
    """
    data = content if isinstance(content, bytes) else content.read()
    hiccups()(_upload_once, http, url, data, content_type, on_call)


def _upload_once(
    http: httpx.Client,
    url: str,
    data: bytes,
    content_type: str,
    on_call: OnCall | None,
) -> None:
    with exchange("uploadDocument", "PUT", url, on_call) as current:
        current.request_bytes = len(data)
        headers = {"content-type": content_type}
        current.response = http.put(url, content=data, headers=headers)
        _check_status(current)


def download(
    http: httpx.Client,
    location: DocumentLocation,
    target: BinaryIO,
    on_call: OnCall | None,
) -> DownloadedDocument:
    """Write a document to *target*, unpacked, in pieces.

    :raise DocumentRefusedError: the address has run out
    :raise UnavailableError: three tries were in vain, or the document is truncated
    """
    return hiccups()(_download_once, http, location, target, on_call)


def _download_once(
    http: httpx.Client,
    location: DocumentLocation,
    target: BinaryIO,
    on_call: OnCall | None,
) -> DownloadedDocument:
    target.seek(0)
    target.truncate()
    with exchange("downloadDocument", "GET", location.url, on_call) as current:
        headers = {"accept-encoding": "identity"}
        with http.stream("GET", location.url, headers=headers) as response:
            current.response = response
            _check_status(current)
            _write(current, response, location.compression, target)
        kind = response.headers.get("content-type", "")
        return DownloadedDocument(kind, _charset(kind), target.tell())


def _check_status(current: Exchange) -> None:
    response = current.response
    status = response.status_code if response is not None else 0
    if status >= 500 or status == 429:
        raise errors.UnavailableError(
            f"{current.operation}: Amazon's document store has a problem "
            f"(status {status}).",
            operation=current.operation,
            **current.facts,
        )
    if status >= 300:
        raise _refused(current)


def _refused(current: Exchange) -> errors.DocumentRefusedError:
    return errors.DocumentRefusedError(
        f"{current.operation}: Amazon refuses the document's address; it has probably "
        "run out. Another is asked for.",
        operation=current.operation,
        **current.facts,
    )


def _write(
    current: Exchange,
    response: httpx.Response,
    compression: str | None,
    target: BinaryIO,
) -> None:
    packed = (compression or "").upper() == "GZIP"
    unpacker = zlib.decompressobj(GZIP) if packed else None
    first = True
    try:
        for chunk in response.iter_raw(CHUNK):
            current.response_bytes += len(chunk)
            if first and _is_store_error(chunk):
                raise _refused(current)
            first = False
            for piece in _unpack(unpacker, chunk):
                target.write(piece)
    except zlib.error:
        raise _broken(current) from None
    if unpacker and not unpacker.eof:
        raise _broken(current)


def _unpack(unpacker: zlib._Decompress | None, chunk: bytes) -> Iterator[bytes]:
    """Unpack a chunk in pieces: what packs well must not fill the memory."""
    if unpacker is None:
        yield chunk
        return
    while chunk:
        yield unpacker.decompress(chunk, MOST_UNPACKED)
        chunk = unpacker.unconsumed_tail


def _is_store_error(chunk: bytes) -> bool:
    """Whether this is the store's error document in the place of the document."""
    head = chunk[:200].lstrip()
    return head.startswith(b"<") and b"<Error>" in head


def _broken(current: Exchange) -> errors.UnavailableError:
    return errors.UnavailableError(
        f"{current.operation}: the document arrived incomplete.",
        operation=current.operation,
        **current.facts,
    )


def _charset(content_type: str) -> str | None:
    header = Message()
    header["content-type"] = content_type
    return header.get_content_charset()
