# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import BaseCase, tagged

from ..feeds.listing_texts import FORBIDDEN, clean, identifier_type, too_long

try:
    from hypothesis import given, settings
    from hypothesis import strategies as st
except ImportError:
    given = None

RICH = (
    "<h2>Koffer</h2><p>Leicht &amp; <b>robust</b>,<br>vier Rollen.</p>"
    "<ul><li>rot</li><li>blau</li></ul>"
    "<style>p {color: red}</style><script>alert(1)</script><!-- note -->"
    "<table><tr><td>L</td><td>40 cm</td></tr></table>"
)


@tagged("post_install", "-at_install")
class TestListingTexts(BaseCase):
    def test_rich_text_becomes_lines(self):
        self.assertEqual(
            clean(RICH).split("\n"),
            ["Koffer", "Leicht & robust,", "vier Rollen.", "rot", "blau", "L 40 cm"],
        )

    def test_line_breaks_become_blanks_on_demand(self):
        self.assertEqual(clean("a\r\nb\u2028c\n\n\n\nd"), "a\nb\nc\n\nd")
        self.assertEqual(clean("a\r\nb\u2028c\n\n\n\nd", keep_breaks=False), "a b c d")

    def test_characters_that_amazon_refuses_are_left_out(self):
        self.assertEqual(clean("a\x00b\x0bc\ud800d\ufeffe\t\xa0 f"), "ab\ncde f")
        self.assertEqual(clean("Trol\xadley\u200b and\u2060 case"), "Trolley and case")
        # Between Persian letters it is a part of the word.
        self.assertEqual(clean("می\u200cروم"), "می\u200cروم")

    def test_text_that_only_looks_like_html_stays(self):
        for text in ("a <b and c> d", "3 < 4 > 2", "I <3 you", "AT&T", "R & D;"):
            self.assertEqual(clean(text), text)
        self.assertEqual(clean("AT&amp;T\nline"), "AT&T\nline")

    def test_nothing_is_cut_off(self):
        text = "ü" * 5000
        self.assertEqual(clean(f"<p>{text}</p>"), text)

    def test_length_counts_bytes(self):
        self.assertEqual(too_long("ü" * 100, 200), 0)
        self.assertEqual(too_long("ü" * 101, 200), 2)
        self.assertEqual(too_long("€uro", 3), 3)

    def test_identifiers(self):
        for barcode, kind in (
            ("40123455", "ean"),
            ("036000291452", "upc"),
            ("4006381333931", "ean"),
            ("9783161484100", "ean"),
            ("10036000291459", "gtin"),
            ("4006381333932", ""),
            ("400638133393", ""),
            ("4006381333931 ", ""),
            ("400638133393X", ""),
            ("٤٠٠٦٣٨١٣٣٣٩٣١", ""),
            ("0000000000000", ""),
            ("", ""),
        ):
            self.assertEqual(identifier_type(barcode), kind, barcode)

    def test_deeply_nested_html_is_read(self):
        deep = "<div>" * 5000 + "x" + "</div>" * 5000
        self.assertIn("x", clean(deep))

    if given:
        pieces = st.sampled_from(
            [
                "<p>",
                "</p>",
                "<br/>",
                "<b",
                ">",
                "&amp;",
                "&#0;",
                "&#xD800;",
                "<!--",
                "-->",
                "<script>",
                "\x00",
                "\ud800",
                "\n",
                "\x0b",
                "<td>",
                "<?x",
                "a",
            ]
        )
        wild = st.one_of(
            st.text(st.characters(), max_size=80),
            st.lists(st.one_of(pieces, st.text(max_size=5)), max_size=12).map("".join),
        )

        @settings(max_examples=600, deadline=None)
        @given(wild, st.booleans())
        def test_whatever_comes_is_cleaned(self, text, keep_breaks):
            found = clean(text, keep_breaks=keep_breaks)
            self.assertFalse(FORBIDDEN.search(found))
            found.encode()
            self.assertEqual(found, found.strip("\n"))
            if not keep_breaks:
                self.assertEqual(len(found.splitlines()), bool(found))

        @settings(max_examples=300, deadline=None)
        @given(st.text(st.sampled_from("abc äöü€\n,.-"), max_size=60))
        def test_words_of_plain_text_stay(self, text):
            self.assertEqual(clean(text).split(), text.split())

        @settings(max_examples=300, deadline=None)
        @given(st.text(max_size=15))
        def test_any_text_is_a_barcode_or_not(self, text):
            self.assertIn(identifier_type(text), ("", "ean", "upc", "gtin"))
