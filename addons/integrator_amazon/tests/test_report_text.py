# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import tracemalloc

from odoo.tests import BaseCase, tagged

from ..reports import open_text
from .spapi_case import ODD, FuzzCase


@tagged("post_install", "-at_install")
class TestReportText(BaseCase):
    def open(self, content, content_type=None, japan=False):
        source = io.BytesIO(b"skip" + content)
        source.seek(4)
        found = open_text(source, content_type=content_type, japan=japan)
        return found.stream.read(), found.charset

    def test_charset_is_found(self):
        german, yen = "Größe €", "東京 ①髙"
        for text, python, kind, japan, charset in (
            (german, "utf-8", None, False, "utf-8"),
            (german, "utf-8-sig", None, False, "utf-8-sig"),
            (german, "utf-16", None, False, "utf-16"),
            (german, "utf-32", None, False, "utf-32"),
            (german, "cp1252", None, False, "cp1252"),
            (german, "cp1252", "text/plain; charset=ISO-8859-1", False, "cp1252"),
            (german, "cp1252", 'text/tsv;charset="windows-1252"', False, "cp1252"),
            (yen, "cp932", None, True, "cp932"),
            (yen, "cp932", "text/plain; charset=Shift_JIS", False, "cp932"),
            (yen, "cp932", "text/plain; charset=windows-31j", False, "cp932"),
            (yen, "utf-8", None, True, "utf-8"),
            (german, "utf-16-le", "text/plain; charset=utf-16le", False, "utf-16-le"),
            # What is declared is not always true.
            (german, "cp1252", "text/plain; charset=UTF-8", False, "cp1252"),
            (german, "utf-8", "text/plain; charset=ascii", False, "utf-8"),
            (german, "utf-8", "text/plain; charset=base64", False, "utf-8"),
            (german, "utf-8", "text/plain; charset=none-such", False, "utf-8"),
            (german, "utf-8", "\r\n;;;=", False, "utf-8"),
            (german, "utf-8-sig", "text/plain; charset=cp932", False, "utf-8-sig"),
        ):
            with self.subTest(python, kind=kind, japan=japan):
                found = self.open(text.encode(python), kind, japan)
                self.assertEqual(found, (text, charset))

    def test_whole_document_decides(self):
        content = b"a" * 1_000_000 + "Größe".encode("cp1252")
        text, charset = self.open(content)
        self.assertEqual((text[-5:], charset), ("Größe", "cp1252"))

    def test_nothing_fails(self):
        text, charset = self.open(b"\x81\xff\x8d\xa0", japan=False)
        self.assertEqual((len(text), charset), (4, "cp1252"))
        self.assertEqual(self.open(b"\x81\xff\x80", japan=True)[1], "cp932")
        self.assertEqual(self.open(b""), ("", "utf-8"))

    def test_file_is_left_open(self):
        source = io.BytesIO(b"text")
        found = open_text(source)
        found.stream.close()
        del found
        source.seek(0)
        self.assertEqual(source.read(), b"text")

    def test_memory_stays_flat(self):
        source = io.BytesIO(b"\tcell\tcell\n" * 1_000_000)
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        count = sum(1 for _line in open_text(source).stream)
        self.assertEqual(count, 1_000_000)
        self.assertLess(tracemalloc.get_traced_memory()[1], 4_000_000)


@tagged("post_install", "-at_install")
class TestReportTextFuzz(FuzzCase):
    def test_any_bytes_are_text(self):
        from hypothesis import strategies as st

        names = st.one_of(st.text(ODD), st.sampled_from(CHARSETS))
        kinds = st.one_of(st.none(), st.text(ODD, max_size=30), st.builds(_kind, names))

        def check(content, kind, japan):
            found = open_text(io.BytesIO(content), content_type=kind, japan=japan)
            self.assertIsInstance(found.stream.read(), str)

        self.fuzz(check, st.binary(max_size=200), kinds, st.booleans(), examples=300)

    def test_utf_8_survives(self):
        from hypothesis import strategies as st

        def check(text, japan):
            content = text.encode()
            found = open_text(io.BytesIO(content), japan=japan).stream.read()
            plain = text.replace("\r\n", "\n").replace("\r", "\n")
            self.assertEqual(found.lstrip("\ufeff"), plain.lstrip("\ufeff"))

        self.fuzz(check, st.text(ODD), st.booleans(), examples=200)


CHARSETS = ("idna", "utf-7", "utf-16", "punycode", "zlib", "undefined", "hz", "cp037")


def _kind(charset):
    return f"text/plain; charset={charset}"
