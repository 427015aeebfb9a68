# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

from odoo.tests import BaseCase, tagged

from ..reports import EXTRA_CELLS, FlatFile, UnreadableReport, open_text
from .spapi_case import ODD, FuzzCase

HEAD = "order-id\tsku\tname"


@tagged("post_install", "-at_install")
class TestFlatFile(BaseCase):
    def rows(self, text, *required):
        source = open_text(io.BytesIO(text.encode())).stream
        return list(FlatFile(source, required or ("order-id", "sku")))

    def test_rows_are_read_by_the_names_of_their_columns(self):
        for newline in ("\n", "\r\n", "\r"):
            text = newline.join(("sku\tnew-column\torder-id", "S\tN\t1", "T\t\t2"))
            found = self.rows(text)
            self.assertEqual(found[0], {"sku": "S", "new-column": "N", "order-id": "1"})
            self.assertEqual(found[1]["new-column"], "")

    def test_quotation_marks_are_characters(self):
        for cell in ('"', '3.5" screen', '"quoted"', '""', "'"):
            (row,) = self.rows(f"{HEAD}\n1\t{cell}\tx\n")
            self.assertEqual((row["sku"], row["name"]), (cell, "x"))

    def test_rows_of_another_length(self):
        short, long = self.rows(f"{HEAD}\n1\tS\n2\tT\tn\textra\t\tmore\n")
        self.assertEqual(short, {"order-id": "1", "sku": "S", "name": ""})
        self.assertEqual((long["name"], long[EXTRA_CELLS]), ("n", "extra\t\tmore"))

    def test_blank_lines_are_skipped(self):
        found = self.rows(f"\n\n{HEAD}\n\n1\tS\tn\n\t\t\n   \n2\tT\tn\n\n")
        self.assertEqual([row["order-id"] for row in found], ["1", "2"])

    def test_cells_are_left_as_they_are(self):
        (row,) = self.rows(f"{HEAD}\n0123\t a \tx\u2028y\x0bz\x85\n")
        self.assertEqual(list(row.values()), ["0123", " a ", "x\u2028y\x0bz\x85"])

    def test_names_of_columns_are_searched(self):
        (row,) = self.rows(f"Report of Singapore\tx\n{HEAD}\n1\tS\tn\n")
        self.assertEqual(row["sku"], "S")

    def test_names_of_columns_with_a_mark_spaces_or_twice(self):
        text = "\ufeff order-id \tsku\tname\tname\n1\tS\ta\tb\n"
        (row,) = FlatFile(io.StringIO(text), ["order-id", "sku"])
        self.assertEqual(row, {"order-id": "1", "sku": "S", "name": "a", "name#2": "b"})

    def test_missing_column_is_named(self):
        for text, words in (
            ("", "empty"),
            ("\n \n", "empty"),
            ("sku\tname\n", "order-id"),
            ("x\ty\n" * 30, "order-id, sku"),
            ("<html>Service Unavailable</html>", "order-id"),
        ):
            with self.subTest(text[:20]):
                with self.assertRaises(UnreadableReport) as caught:
                    self.rows(text)
                self.assertIn(words, str(caught.exception))

    def test_report_without_rows_is_one(self):
        self.assertEqual(self.rows(HEAD), [])
        self.assertEqual(FlatFile([HEAD], ["sku"]).columns, tuple(HEAD.split("\t")))

    def test_characters_that_cannot_be_read_are_named(self):
        source = io.TextIOWrapper(io.BytesIO(f"{HEAD}\n\xff".encode("cp1252")), "utf-8")
        with self.assertRaises(UnreadableReport):
            list(FlatFile(source, ["sku"]))


@tagged("post_install", "-at_install")
class TestFlatFileFuzz(FuzzCase):
    def test_any_bytes(self):
        from hypothesis import strategies as st

        def check(head, content):
            try:
                source = open_text(io.BytesIO(head + content)).stream
                for row in FlatFile(source, ["sku"]):
                    self.assertIn("sku", row)
            except UnreadableReport as error:
                self.assertTrue(str(error))

        heads = st.sampled_from(
            (b"", b"sku\n", b"\xff\xfes\0k\0u\0\n\0", b"a\tsku\tb\r")
        )
        self.fuzz(check, heads, st.binary(max_size=300), examples=300)

    def test_any_cells_survive(self):
        from hypothesis import strategies as st

        cell = st.text(ODD.translate(dict.fromkeys(b"\t\r\n")), min_size=1)

        def check(rows):
            lines = ["\t".join(("a", "sku", "c")), *("\t".join(r) for r in rows)]
            source = open_text(io.BytesIO("\r\n".join(lines).encode())).stream
            found = [list(row.values()) for row in FlatFile(source, ["sku"])]
            kept = [list(r) for r in rows if not "".join(r).isspace()]
            self.assertEqual(found, kept)

        self.fuzz(
            check, st.lists(st.tuples(cell, cell, cell), max_size=5), examples=100
        )
