# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import tracemalloc

from odoo.tests import tagged

from .. import archive
from .common import AmazonCase


class Endless(io.RawIOBase):
    """A file of *size* bytes that are nowhere."""

    def __init__(self, size):
        super().__init__()
        self.size, self.place = size, 0

    def readable(self):
        return True

    def seek(self, place, whence=0):
        self.place = place
        return place

    def read(self, size=-1):
        size = min(size, self.size - self.place)
        self.place += size
        return b"x" * size


@tagged("post_install", "-at_install")
class TestArchive(AmazonCase):
    def setUp(self):
        super().setUp()
        self.queue("S1")
        self.feed = self.build()

    def unpacked(self):
        with archive.unpack(self.feed, "document") as source:
            return source.read()

    def test_what_is_kept_comes_back(self):
        archive.keep(self.feed, "document", io.BytesIO(b"abc"), "a.txt.gz")
        self.assertEqual(self.unpacked(), b"abc")
        self.assertTrue(self.feed.document)

    def test_second_document_takes_the_place_of_the_first(self):
        for content in (b"one", b"two"):
            archive.keep(self.feed, "document", io.BytesIO(content), "a.txt.gz")
        self.assertEqual(self.unpacked(), b"two")
        self.assertEqual(len(archive._find(self.feed, "document")), 1)

    def test_database_storage_works_too(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        archive.keep(self.feed, "document", io.BytesIO(b"abc"), "a.txt.gz")
        self.assertEqual(self.unpacked(), b"abc")

    def test_deleted_with_its_record(self):
        self.feed.unlink()
        with self.assertRaises(FileNotFoundError):
            self.unpacked()

    def test_memory_stays_flat(self):
        size = 64 << 20
        tracemalloc.start()
        archive.keep(self.feed, "document", Endless(size), "big.txt.gz")
        with archive.unpack(self.feed, "document") as source:
            read = sum(len(piece) for piece in iter(lambda: source.read(1 << 20), b""))
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        self.assertEqual(read, size)
        self.assertLess(peak, size // 8)
