# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json

from odoo.tests import BaseCase, tagged

from ..reports.listings_report import read_listings_report

try:
    from hypothesis import given, settings
    from hypothesis import strategies as st
except ImportError:
    given = None


def documents():
    """Return a strategy of documents that look like reports, more or less."""
    leaf = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8))
    names = st.sampled_from(
        ["messageId", "severity", "code", "message", "sku", "issues", "summaries"]
    )
    parts = st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=4)
        ),
        max_leaves=12,
    )
    summary = st.dictionaries(
        st.sampled_from(["messagesAccepted", "messagesInvalid"]), parts, max_size=2
    )
    top = {"header": parts, "issues": parts, "items": parts, "summary": summary}
    return st.fixed_dictionaries({}, optional=top)


def report(accepted=2, invalid=1, issues=(), **more):
    document = {
        "header": {"sellerId": "A1", "version": "2.0", "feedId": "1"},
        "issues": list(issues),
        "summary": {"messagesAccepted": accepted, "messagesInvalid": invalid},
        **more,
    }
    return io.BytesIO(json.dumps(document).encode())


BRAND = {
    "messageId": 2,
    "sku": "ANOTHER",
    "code": "90220",
    "severity": "ERROR",
    "message": "'[brand]' is required but not supplied.",
}


@tagged("post_install", "-at_install")
class TestListingsReport(BaseCase):
    def test_issues_belong_to_the_number_not_to_the_sku(self):
        found = read_listings_report(report(issues=[BRAND]), expected=3)
        self.assertEqual(found.errors_of(1), [])
        self.assertEqual(
            str(found.errors_of(2)[0]),
            "90220: '[brand]' is required but not supplied.",
        )

    def test_warning_is_a_note_and_no_error(self):
        warning = {**BRAND, "severity": "WARNING"}
        found = read_listings_report(report(3, 0, issues=[warning]), expected=3)
        self.assertEqual(found.errors_of(2), [])
        self.assertEqual(len(found.notes_of(2)), 1)

    def test_issue_without_number_concerns_every_message(self):
        whole = {k: v for k, v in BRAND.items() if k not in ("messageId", "sku")}
        found = read_listings_report(report(0, 0, issues=[whole]), expected=3)
        self.assertTrue(found.errors_of(1) and found.errors_of(3))

    def test_items_are_found_by_sku(self):
        items = [{"sku": "S1", "summaries": [{"asin": "B01"}]}]
        found = read_listings_report(report(3, 0, items=items), expected=3)
        self.assertEqual(found.items["S1"]["summaries"][0]["asin"], "B01")

    def test_report_on_fewer_messages_is_refused(self):
        with self.assertRaisesRegex(ValueError, "speaks of 3 messages, 4 were sent"):
            read_listings_report(report(), expected=4)

    def test_rubbish_is_refused_in_words(self):
        for content in (b"", b"<html>", b'{"header":', b"[]", b'{"a": 1}', b"\xff\xfe"):
            with self.subTest(content), self.assertRaisesRegex(ValueError, "it is not"):
                read_listings_report(io.BytesIO(content), expected=1)

    def test_errors_that_are_counted_but_not_named_are_no_answer(self):
        with self.assertRaisesRegex(ValueError, "counts 2 errors and names 1"):
            read_listings_report(report(1, 2, issues=[BRAND]), expected=3)

    def test_odd_items_are_left_out(self):
        items = [
            {"sku": 1},
            {"sku": "A", "issues": "x", "summaries": [1, {"asin": "B"}]},
        ]
        found = read_listings_report(report(3, 0, items=items), expected=3)
        self.assertEqual(list(found.items), ["A"])
        self.assertEqual(found.items["A"]["issues"], [])
        self.assertEqual(found.items["A"]["summaries"], [{"asin": "B"}])

    if given:

        @settings(max_examples=300, deadline=None)
        @given(st.one_of(st.binary(max_size=200), documents().map(json.dumps)))
        def test_whatever_comes_is_read_or_refused_in_words(self, content):
            raw = content if isinstance(content, bytes) else content.encode()
            try:
                found = read_listings_report(io.BytesIO(raw), expected=2)
            except ValueError as error:
                self.assertTrue(str(error))
                return
            for number in (1, 2, None):
                found.notes_of(number)
                found.errors_of(number)
