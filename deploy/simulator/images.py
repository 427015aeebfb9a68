# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The images of listings: fetched in the background, and looked at.

Only this machine is asked for them: the simulator never calls anybody else.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urljoin

import httpx
from PIL import Image

from deploy.simulator.store import Store, marks

Images = dict[str, dict[str, Any]]
HERE = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?([/?]|$)", re.I)
TIMEOUT = 10.0
# For a whole image, however slowly it comes in.
LONGEST = 20.0
LARGEST = 10 * 1024 * 1024
HOPS = 3
AT_ONCE = 4
BATCH = 16
# https://sellercentral.amazon.com/help/hub/reference/G1881
FORMATS = ("JPEG", "PNG", "GIF", "TIFF")


class Unfit(Exception):
    """An image that Amazon cannot use, and why."""


class ImageBook:
    """What is known of images, by address.

    An image is "wanted", then "fetched" or "failed"; it is "elsewhere" if it is not on
    this machine, where nobody looks at it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def want(self, urls: set[str]) -> None:
        """Have images fetched; those that failed are tried again."""
        if not urls:
            return
        self._store.rows_of_many(
            "INSERT INTO image VALUES (?, ?, '{}') ON CONFLICT (url)"
            " DO UPDATE SET state = 'wanted' WHERE state = 'failed'",
            [(url, "wanted" if is_here(url) else "elsewhere") for url in urls],
        )

    def known(self, urls: set[str]) -> Images:
        """Return what is known of images, by address."""
        if not urls:
            return {}
        rows = self._store.rows(
            f"SELECT url, state, data FROM image WHERE url IN ({marks(urls)})", *urls
        )
        return {url: {"state": state, **json.loads(data)} for url, state, data in rows}

    def wanted(self, most: int) -> list[str]:
        """Return addresses of images that are yet to be fetched."""
        rows = self._store.rows(
            "SELECT url FROM image WHERE state = 'wanted' LIMIT ?", most
        )
        return [url for (url,) in rows]

    def note(self, url: str, state: str, facts: dict[str, Any]) -> None:
        """Write down what came of fetching an image."""
        self._store.rows(
            "UPDATE image SET state = ?, data = ? WHERE url = ?",
            state,
            json.dumps(facts),
            url,
        )

    def all(self, most: int) -> list[dict[str, Any]]:
        """Return what is known of images, by address."""
        rows = self._store.rows(
            "SELECT url, state, data FROM image ORDER BY url LIMIT ?", most
        )
        return [
            {"url": url, "state": state, **json.loads(data)}
            for url, state, data in rows
        ]


class ImageFetcher:
    """Fetches what is wanted, while nothing more urgent is going on."""

    def __init__(self, book: ImageBook, known: Callable[[str], None]) -> None:
        """:param known: what to do when an image has become known."""
        self._book = book
        self._known = known
        # Nothing of the environment's, as a proxy, has a say in it.
        self._http = httpx.Client(timeout=TIMEOUT, trust_env=False)
        self._pool = ThreadPoolExecutor(AT_ONCE)

    def advance(self) -> int:
        """Fetch some images; return how many."""
        urls = self._book.wanted(BATCH)
        for url, (state, facts) in zip(
            urls, self._pool.map(self._look, urls), strict=True
        ):
            self._book.note(url, state, facts)
            self._known(url)
        return len(urls)

    def _look(self, url: str) -> tuple[str, dict[str, Any]]:
        try:
            return "fetched", look_at(self._fetch(url))
        except (Unfit, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            problem = str(error) or type(error).__name__
            return "failed", {"problem": problem.rstrip(".")}

    def _fetch(self, url: str) -> bytes:
        """Return the bytes of an image.

        :raise Unfit: it cannot be had, or is too large
        :raise httpx.HTTPError: there is no answer
        """
        for _ in range(HOPS):
            if not is_here(url):
                raise Unfit("it was redirected to another host")
            with self._http.stream("GET", url) as answer:
                if not answer.is_redirect:
                    return _body(answer)
                url = urljoin(url, answer.headers["location"])
        raise Unfit("it was redirected too often")


def _body(answer: httpx.Response) -> bytes:
    if answer.status_code != 200:
        raise Unfit(f"the server answered {answer.status_code}")
    found, end = bytearray(), time.monotonic() + LONGEST
    for piece in answer.iter_bytes():
        found += piece
        if len(found) > LARGEST:
            raise Unfit("it is larger than 10 MB")
        if time.monotonic() > end:
            raise Unfit("it took too long")
    return bytes(found)


def look_at(content: bytes) -> dict[str, Any]:
    """Return digest, size in bytes, width, height in pixels, and format of an image.

    :raise Unfit: it is none that Amazon takes
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as image:
                image.load()
                (width, height), form = image.size, image.format
    except Exception as error:
        # Pillow names no class that all of its readers raise.
        raise Unfit("it is no image") from error
    if form not in FORMATS:
        raise Unfit(f"Amazon takes no images in the format {form}")
    digest = hashlib.sha256(content).hexdigest()
    sides = {"width": width, "height": height}
    return {"sha256": digest, "bytes": len(content), **sides, "format": form}


def is_here(url: str) -> bool:
    """Return whether an address is one of this machine's."""
    return bool(HERE.match(url))
