# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import gzip
import io
import os
import traceback
import tracemalloc
from unittest.mock import Mock, patch

from tenacity import wait_none

from odoo.tests import tagged

from ..spapi import DocumentLocation, errors
from .spapi_case import SpApiCase
from .spapi_server import Answer

STORE = "/store/document"
JSON = "application/json; charset=UTF-8"
REFUSED = (
    b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has '
    b"expired</Message></Error>"
)


@tagged("post_install", "-at_install")
class TestSpApiDocuments(SpApiCase):
    def setUp(self):
        super().setUp()
        wait = "odoo.addons.integrator_amazon.spapi.documents.wait_random_exponential"
        self.enterContext(patch(wait, lambda **_: wait_none()))
        self.url = f"{self.server.url}{STORE}?X-Amz-Signature=s1gnature"

    def download(self, compression=None):
        target = io.BytesIO()
        location = DocumentLocation(self.url, compression)
        found = self.client.download_document(location, target)
        return found, target.getvalue()

    def upload(self, content=b"content"):
        self.client.upload_document(self.url, content, JSON)

    # === UPLOAD === #

    def test_trap_04_upload_is_byte_for_byte(self):
        text = "Größe 東京".encode()
        for content in (text, io.BytesIO(text)):
            self.server.say(STORE, Answer(b""))
            self.upload(content)
            self.assertEqual(self.server.asked(STORE)[-1]["body"], text)

    def test_upload_has_its_content_type_and_no_token(self):
        self.server.say(STORE, Answer(b""))
        self.upload()
        headers = {
            k.lower(): v for k, v in self.server.asked(STORE)[0]["headers"].items()
        }
        self.assertEqual(headers["content-type"], JSON)
        self.assertNotIn("x-amz-access-token", headers)
        self.assertNotIn("authorization", headers)

    def test_trap_05_refused_upload_is_named_and_not_repeated(self):
        self.server.say(STORE, Answer(REFUSED, 403))
        self.fails(errors.DocumentRefusedError, self.upload)
        self.assertEqual(len(self.server.asked(STORE)), 1)

    def test_hiccups_are_tried_three_times(self):
        self.server.say(STORE, Answer(b"", 503), Answer(drop=True), Answer(b""))
        self.upload()
        self.assertEqual(len(self.server.asked(STORE)), 3)
        self.assertEqual([bool(call.error) for call in self.calls], [True, True, False])

    def test_store_that_stays_away_is_unavailable(self):
        self.server.say(STORE, Answer(b"", 503))
        self.fails(errors.UnavailableError, self.upload)
        self.assertEqual(len(self.server.asked(STORE)), 3)

    def test_upload_is_streamed_with_its_length(self):
        self.server.say(STORE, Answer(b""))
        content = Watched(bytes(1_000_000))
        self.upload(content)
        (request,) = self.server.asked(STORE)
        headers = {name.lower(): text for name, text in request["headers"].items()}
        self.assertEqual(headers["content-length"], "1000000")
        self.assertNotIn("transfer-encoding", headers)
        self.assertEqual(len(request["body"]), 1_000_000)
        self.assertLessEqual(content.largest, 1 << 16)

    def test_every_try_uploads_from_where_the_file_stood(self):
        self.server.say(STORE, Answer(b"", 500), Answer(b""))
        for content in (io.BytesIO(b"skip-rest"), packed_file(b"skip-rest")):
            content.read(5)
            self.upload(content)
        bodies = [request["body"] for request in self.server.asked(STORE)]
        self.assertEqual(bodies, [b"rest"] * 3)

    # === DOWNLOAD === #

    def test_document_is_unpacked(self):
        kind = {"content-type": "text/plain; charset=cp932"}
        self.server.say(STORE, Answer(gzip.compress(b"result"), headers=kind))
        found, content = self.download("GZIP")
        self.assertEqual(content, b"result")
        self.assertEqual((found.size, found.charset), (6, "cp932"))

    def test_plain_document_is_left_as_it_is(self):
        self.server.say(STORE, Answer(b"\xff\x00plain"))
        self.assertEqual(self.download()[1], b"\xff\x00plain")

    def test_all_members_of_a_packed_document_are_unpacked(self):
        packed = gzip.compress(b"one ") + gzip.compress(b"two")
        self.server.say(STORE, Answer(packed))
        self.assertEqual(self.download("GZIP")[1], b"one two")

    def test_document_packed_for_the_way_is_unpacked(self):
        headers = {"content-encoding": "gzip"}
        self.server.say(STORE, Answer(gzip.compress(b"result"), headers=headers))
        for compression in (None, "GZIP"):
            self.assertEqual(self.download(compression)[1], b"result")

    def test_unknown_packing_is_no_document(self):
        self.server.say(STORE, Answer(b"packed"))
        error = self.fails(errors.UnavailableError, self.download, "ZSTD")
        self.assertIn("ZSTD", str(error))

    def test_document_goes_where_the_file_stands(self):
        self.server.say(STORE, Answer(b"", 500), Answer(b"result"))
        target = io.BytesIO(b"before")
        target.seek(0, io.SEEK_END)
        found = self.client.download_document(DocumentLocation(self.url), target)
        self.assertEqual((target.getvalue(), found.size), (b"beforeresult", 6))

    def test_documents_about_errors_are_documents(self):
        report = b'<?xml version="1.0"?><Report><Error>18028</Error></Report>'
        self.server.say(STORE, Answer(report))
        self.assertEqual(self.download()[1], report)

    def test_full_disk_is_not_blamed_on_amazon(self):
        self.server.say(STORE, Answer(gzip.compress(b"result")))
        target = io.BytesIO()
        target.write = Mock(side_effect=OSError(28, "No space left on device"))
        with self.assertRaises(OSError):
            location = DocumentLocation(self.url, "GZIP")
            self.client.download_document(location, target)
        self.assertEqual(len(self.server.asked(STORE)), 1)

    def test_download_carries_no_token(self):
        self.server.say(STORE, Answer(b"x"))
        self.download()
        headers = {k.lower() for k in self.server.asked(STORE)[0]["headers"]}
        self.assertNotIn("x-amz-access-token", headers)

    def test_trap_06_refusal_is_never_taken_for_the_document(self):
        for answer in (Answer(REFUSED, 403), Answer(REFUSED, 200), Answer(b"", 404)):
            with self.subTest(status=answer.status):
                self.server.say(STORE, answer)
                self.fails(errors.DocumentRefusedError, self.download)

    def test_truncated_documents_are_noticed(self):
        packed = gzip.compress(os.urandom(5000))
        for answer in (
            Answer(packed[:-20]),
            Answer(packed, cut=True),
            Answer(b"no gzip at all"),
            Answer(b""),
        ):
            with self.subTest(len(answer.body)):
                self.server.say(STORE, answer)
                self.fails(errors.UnavailableError, self.download, "GZIP")

    def test_second_try_starts_from_an_empty_file(self):
        packed = gzip.compress(b"whole")
        self.server.say(STORE, Answer(packed[:-4]), Answer(packed))
        self.assertEqual(self.download("GZIP")[1], b"whole")

    def test_memory_stays_flat(self):
        self.server.say(STORE, Answer(gzip.compress(bytes(60_000_000))))
        location = DocumentLocation(self.url, "GZIP")
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        found = self.client.download_document(location, Sink())
        self.assertEqual(found.size, 60_000_000)
        self.assertLess(tracemalloc.get_traced_memory()[1], 30_000_000)

    def test_signature_is_in_no_report_and_no_error(self):
        self.server.say(STORE, Answer(REFUSED, 403))
        error = self.fails(errors.DocumentRefusedError, self.download)
        self.server.close()
        gone = self.fails(errors.UnavailableError, self.download)
        shown = [repr(call) for call in self.calls]
        for problem in (error, gone):
            shown += [str(problem), repr(problem)]
            shown += traceback.format_exception(problem)
        self.assertNotIn("s1gnature", " ".join(shown))
        self.assertNotIn("s1gnature", repr(DocumentLocation(self.url)))


def packed_file(content):
    """Return *content* as a file that unpacks as it is read."""
    return gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(content)))


class Watched(io.BytesIO):
    """A file that remembers how much was read of it at once."""

    largest = 0

    def read(self, size=-1):
        data = super().read(size)
        self.largest = max(self.largest, len(data))
        return data


class Sink(io.RawIOBase):
    """A file that keeps nothing but its length."""

    def __init__(self):
        super().__init__()
        self.length = 0

    def writable(self):
        return True

    def write(self, data):
        self.length += len(data)
        return len(data)

    def seek(self, *_args):
        self.length = 0
        return 0

    def truncate(self, *_args):
        return 0

    def tell(self):
        return self.length
