# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Images are fetched from this machine, looked at, and complained about."""

from __future__ import annotations

import hashlib
import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from deploy.simulator.images import LARGEST, Unfit, is_here, look_at
from tests.simulator.catalog import FR, codes, get, put, until
from tests.simulator.conftest import DE

MAIN, OTHER = "main_product_image_locator", "other_product_image_locator_1"


def picture(width, height, form="JPEG"):
    content = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(content, form)
    return content.getvalue()


@pytest.fixture
def shelf():
    """A server of images on this machine: what it has, what it was asked for."""
    pages, asked = {}, []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            asked.append(self.path)
            status, content = pages.get(self.path, (404, b""))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", content.decode())
                content = b""
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.pages, server.asked = pages, asked
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


def at(url, place=DE):
    return [{"media_location": url, "marketplace_id": place}]


def known(shop, url):
    """Wait until an image has been looked at; return what is known of it."""

    def found():
        images = {image["url"]: image for image in shop.simulator.images()}
        image = images.get(url)
        return image and image["state"] != "wanted" and image

    return until(found)


def test_image_is_fetched_and_known(shop, shelf):
    content = picture(800, 600)
    shelf.pages["/a.jpg"] = (200, content)
    url = f"{shelf.url}/a.jpg"
    put(shop, **{MAIN: at(url)})
    image = known(shop, url)
    assert image["sha256"] == hashlib.sha256(content).hexdigest()
    assert (image["bytes"], image["format"]) == (len(content), "JPEG")
    shown = until(lambda: get(shop, "summaries")[0].get("mainImage"))
    assert shown == {"link": url, "width": 800, "height": 600}
    assert get(shop, "issues") == []
    # The same image is fetched once, wherever it is shown.
    put(shop, place=FR, **{MAIN: at(url)})
    put(shop, **{MAIN: at(url)})
    assert get(shop, "summaries", place=FR)[0]["mainImage"]["width"] == 800
    assert shelf.asked == ["/a.jpg"]


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [
        (404, b"", "404"),
        (200, b"<html>", "no image"),
        (200, picture(600, 600)[:200], "no image"),
        (200, picture(600, 600, "BMP"), "BMP"),
        (200, bytes(LARGEST + 1), "10 MB"),
        (302, b"http://169.254.169.254/a.jpg", "another host"),
        (302, b"/a.jpg", "too often"),
    ],
)
def test_image_that_cannot_be_had_is_an_issue(shop, shelf, status, content, words):
    shelf.pages["/a.jpg"] = (status, content)
    url = f"{shelf.url}/a.jpg"
    answer = put(shop, **{OTHER: at(url)})
    assert (answer["status"], codes(answer)) == ("ACCEPTED", [])
    assert words in known(shop, url)["problem"]
    (issue,) = until(lambda: get(shop, "issues"))
    assert (issue["code"], issue["severity"]) == ("20001", "WARNING")
    assert issue["attributeNames"] == [OTHER]
    assert issue["categories"] == ["INVALID_IMAGE"]


def test_another_address_is_fetched_anew(shop, shelf):
    shelf.pages["/b.jpg"] = (200, picture(600, 600))
    wrong, right = f"{shelf.url}/a.jpg", f"{shelf.url}/b.jpg"
    put(shop, **{MAIN: at(wrong)})
    until(lambda: len(get(shop, "issues")), 1)
    assert "mainImage" not in get(shop, "summaries")[0]
    put(shop, **{MAIN: at(right)})
    assert known(shop, right)["state"] == "fetched"
    assert get(shop, "issues") == []
    assert shelf.asked == ["/a.jpg", "/b.jpg"]
    # What has failed is tried again when it is sent again.
    shelf.pages["/a.jpg"] = (200, picture(600, 600))
    put(shop, **{MAIN: at(wrong)})
    until(lambda: known(shop, wrong)["state"], "fetched")


def test_redirect_on_this_machine_is_followed(shop, shelf):
    shelf.pages["/a.jpg"] = (302, b"/b.jpg")
    shelf.pages["/b.jpg"] = (200, picture(600, 600))
    put(shop, **{MAIN: at(f"{shelf.url}/a.jpg")})
    assert known(shop, f"{shelf.url}/a.jpg")["state"] == "fetched"


def test_main_image_must_not_be_small(shop, shelf):
    shelf.pages["/small.png"] = (200, picture(499, 300, "PNG"))
    shelf.pages["/wide.png"] = (200, picture(500, 30, "PNG"))
    small, wide = f"{shelf.url}/small.png", f"{shelf.url}/wide.png"
    put(shop, "L-1", **{MAIN: at(small), OTHER: at(small)})
    put(shop, "L-2", **{MAIN: at(wide)})
    (issue,) = until(lambda: get(shop, "issues"))
    assert (issue["code"], issue["severity"]) == ("20005", "WARNING")
    assert issue["attributeNames"] == [MAIN]
    assert known(shop, wide)["state"] == "fetched"
    assert get(shop, "issues", "L-2") == []


def test_nobody_else_is_asked(shop):
    url = "http://example.com/a.jpg"
    put(shop, **{MAIN: at(url)})
    assert known(shop, url)["state"] == "elsewhere"
    assert get(shop, "issues") == []


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8069/a", True),
        ("https://localhost/a", True),
        ("http://[::1]:1/a", True),
        ("http://127.0.0.1", True),
        ("http://127.0.0.1@example.com/a", False),
        ("http://127.0.0.1:80@example.com/a", False),
        ("http://127.0.0.1.example.com/a", False),
        ("http://localhost.example.com", False),
        ("file:///etc/passwd", False),
        ("ftp://127.0.0.1/a", False),
        ("http://10.0.0.1/a", False),
    ],
)
def test_where_this_machine_is(url, here):
    assert is_here(url) == here


def test_image_bomb_is_no_image():
    content = io.BytesIO()
    Image.new("1", (30000, 30000)).save(content, "PNG")
    with pytest.raises(Unfit):
        look_at(content.getvalue())
