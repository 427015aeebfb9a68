# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import tracemalloc

from odoo.tests import BaseCase, tagged

from ..feeds.processing_report import (
    ProcessingReport,
    UnreadableReport,
    read_processing_report,
)
from .spapi_case import ODD, FuzzCase

RESULT = """<Result><MessageID>2</MessageID><ResultCode>Error</ResultCode>
<ResultMessageCode>18028</ResultMessageCode>
<ResultDescription>Größe: your order cannot be found.</ResultDescription>
<AdditionalInfo><AmazonOrderID>028-1</AmazonOrderID><Future>x</Future><Empty/>
</AdditionalInfo></Result>"""
DOCUMENT = """<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<Header><DocumentVersion>1.02</DocumentVersion></Header>
<MessageType>ProcessingReport</MessageType>
<Message><MessageID>1</MessageID><ProcessingReport>
<DocumentTransactionID>50001</DocumentTransactionID><StatusCode>Complete</StatusCode>
<ProcessingSummary><MessagesProcessed>3</MessagesProcessed>
<MessagesSuccessful>2</MessagesSuccessful><MessagesWithError>1</MessagesWithError>
<MessagesWithWarning>1</MessagesWithWarning><Future>9</Future></ProcessingSummary>
<!-- a comment --><Future><Result><MessageID>9</MessageID></Result></Future>
%s
<Result><MessageID>3</MessageID><ResultCode>Warning</ResultCode></Result>
<Result><MessageID>0</MessageID><ResultCode>Error</ResultCode>
<ResultMessageCode>5000</ResultMessageCode></Result>
</ProcessingReport></Message></AmazonEnvelope>"""
TEXT = (
    "Feed Processing Summary:\n"
    "\tNumber of records processed\t\t3\n"
    "\tNumber of records successful\t\t1\n"
    "\n"
    "original-record-number\torder-id\torder-item-id\terror-code\terror-type\t"
    "error-message\n"
    '2\t028-1\t\t25027\tERROR\tGröße "unknown"\n'
    "3\t028-2\t11\t99\tWarning\tlate\n"
    "\n"
    "0\t\t\t5000\tError"
)


def document(encoding=None, result=RESULT):
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
    return head + DOCUMENT % result


def read(content, **options):
    return read_processing_report(io.BytesIO(content), **options)


@tagged("post_install", "-at_install")
class TestProcessingReport(BaseCase):
    def test_xml_is_read(self):
        report = read(document().encode())
        self.assertEqual((report.feed_id, report.status), ("50001", "Complete"))
        self.assertEqual((report.processed, report.successful), (3, 2))
        self.assertEqual((report.with_error, report.with_warning), (1, 1))
        error, warning, whole = report.results
        self.assertEqual((error.number, error.severity), (2, "Error"))
        self.assertEqual((error.code, error.is_error), ("18028", True))
        self.assertIn("Größe", error.text)
        self.assertEqual(error.info, {"AmazonOrderID": "028-1", "Future": "x"})
        self.assertEqual((warning.number, warning.is_error), (3, False))
        self.assertEqual((whole.number, whole.code), (None, "5000"))

    def test_report_without_envelope_or_summary_is_read(self):
        body = b"<ProcessingReport><StatusCode>Rejected</StatusCode></ProcessingReport>"
        report = read(body)
        self.assertEqual((report.status, report.processed), ("Rejected", 0))

    def test_text_is_read(self):
        for newline in ("\n", "\r\n", "\r"):
            report = read(TEXT.replace("\n", newline).encode())
            self.assertEqual((report.processed, report.successful), (3, 1))
            self.assertEqual((report.with_error, report.with_warning), (2, 1))
            error, warning, whole = report.results
            self.assertEqual((error.number, error.code), (2, "25027"))
            self.assertEqual((error.severity, error.text), ("Error", 'Größe "unknown"'))
            self.assertEqual(error.info, {"order-id": "028-1"})
            self.assertFalse(warning.is_error)
            self.assertEqual((whole.number, whole.text), (None, ""))

    def test_text_without_errors_is_read(self):
        report = read("\n".join(TEXT.split("\n")[:3]).encode())
        self.assertEqual((report.processed, report.results), (3, []))

    def test_charsets_are_read_as_they_are_declared(self):
        japan = RESULT.replace("Größe", "髙島①")
        for own, result, words in (
            ("utf-8", RESULT, "Größe"),
            ("utf-16", RESULT, "Größe"),
            ("iso-8859-1", RESULT, "Größe"),
            ("cp932", japan, "髙島①"),
            ("Shift_JIS", japan, "髙島①"),
            ("windows-31j", japan, "髙島①"),
        ):
            python = "cp932" if result is japan else own
            with self.subTest(own):
                content = document(own, result).encode(python)
                self.assertIn(words, read(content).results[0].text)
                if own != "utf-16":
                    content = document(None, result).encode(python)
                    found = read(content, charset=own).results[0]
                    self.assertIn(words, found.text)

    def test_charsets_of_texts(self):
        for charset, declared in (
            ("utf-8-sig", None),
            ("utf-16", None),
            ("utf-16-le", "UTF-16LE"),
            ("cp1252", None),
            ("cp1252", "utf-8"),
            ("latin-1", "ISO-8859-1"),
            ("utf-8", "base64"),
            ("utf-8", "no such charset"),
        ):
            with self.subTest(charset, declared=declared):
                report = read(TEXT.encode(charset), charset=declared)
                self.assertEqual(report.results[0].text, 'Größe "unknown"')
        japan = TEXT.replace("Größe", "髙島①")
        report = read(japan.encode("cp932"), charset="Shift_JIS")
        self.assertEqual(report.results[0].text, '髙島① "unknown"')

    def test_what_is_something_else_is_named(self):
        good = document().encode()
        for content, words in (
            (b"", "empty"),
            (b" \r\n\n", "empty"),
            (b"<EasyShipProcessingReport/>", "EasyShipProcessingReport"),
            (b"<html><body>Service Unavailable</body></html>", "html"),
            (
                b"<AmazonEnvelope><MessageType>X</MessageType></AmazonEnvelope>",
                "no proc",
            ),
            (good[:-30], "complete"),
            (good[:700], "complete"),
            (b'{"header": {}}', "begins with"),
            (b"order-id\tsku\n1\t2\n", "begins with"),
            (b"Feed Processing Summary\nNumber of records processed\tx", "number"),
            (b'<?xml version="1.0" encoding="martian"?><a/>', "martian"),
            (good.replace(b">2</MessageID", b">two</MessageID"), "number"),
            (
                good.replace(b">3</MessagesP", b">%s</MessagesP" % (b"9" * 5000)),
                "number",
            ),
        ):
            with self.subTest(content[:40]):
                with self.assertRaises(UnreadableReport) as caught:
                    read(content)
                self.assertIn(words, str(caught.exception))

    def test_entities_open_nothing(self):
        bomb = '<!DOCTYPE a [<!ENTITY a "xxxxxxxxxx">'
        for level in "bcdefghij":
            before = chr(ord(level) - 1)
            bomb += f'<!ENTITY {level} "{f"&{before};" * 10}">'
        bomb += "]><ProcessingReport><Result><MessageID>&j;</MessageID>"
        bomb += "</Result></ProcessingReport>"
        file = (
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ProcessingReport>'
            "<Result><ResultDescription>&x;</ResultDescription></Result>"
            "</ProcessingReport>"
        )
        for content in (bomb, file):
            try:
                report = read(content.encode())
            except UnreadableReport:
                continue
            self.assertNotIn("root:", str(report))
            self.assertLess(len(str(report)), 1000)

    def test_memory_stays_flat_beside_the_results(self):
        middle = "<Future><Deep>%s</Deep></Future>" % ("x" * 1000)
        content = (document(result=middle * 20_000)).encode()
        source = io.BytesIO(content)
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        self.assertEqual(len(read_processing_report(source).results), 2)
        self.assertLess(tracemalloc.get_traced_memory()[1], 2_000_000)


@tagged("post_install", "-at_install")
class TestProcessingReportFuzz(FuzzCase):
    def survives(self, content, charset=None):
        try:
            report = read(content, charset=charset)
        except UnreadableReport as error:
            self.assertTrue(str(error))
        else:
            self.assertIsInstance(report, ProcessingReport)

    def test_any_bytes(self):
        from hypothesis import strategies as st

        heads = st.sampled_from(
            (
                b"",
                b"<",
                b"<?xml ",
                b"\xff\xfe<\0",
                b"\xef\xbb\xbf<",
                b"Feed Processing Su",
            )
        )
        names = ("utf-8", "cp932", "utf-16", "utf-7", "idna", "zlib", "undefined", "\0")
        charsets = st.one_of(
            st.none(), st.sampled_from(names), st.text(ODD, max_size=9)
        )

        def check(head, body, charset):
            self.survives(head + body, charset)

        self.fuzz(check, heads, st.binary(max_size=300), charsets, examples=300)

    def test_good_documents_gone_wrong(self):
        from hypothesis import strategies as st

        goods = [
            document("utf-8").encode(),
            document("utf-16").encode("utf-16"),
            TEXT.encode(),
            TEXT.encode("utf-16"),
        ]

        def check(good, edits):
            content = bytearray(good)
            for place, count, put in edits:
                start = int(place * len(content))
                content[start : start + count] = put
            self.survives(bytes(content))

        edit = st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=4))
        edits = st.lists(edit, min_size=1, max_size=4)
        self.fuzz(check, st.sampled_from(goods), edits, examples=300)
