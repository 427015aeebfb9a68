# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

from odoo.tests import tagged

from .common import AmazonCase

XML = """<?xml version="1.0" encoding="UTF-8"?>
<AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion>
<MerchantIdentifier>A1TEST</MerchantIdentifier></Header>
<MessageType>ProcessingReport</MessageType><Message><MessageID>1</MessageID>
<ProcessingReport><DocumentTransactionID>50</DocumentTransactionID>
<StatusCode>{status}</StatusCode><ProcessingSummary>
<MessagesProcessed>{processed}</MessagesProcessed>
<MessagesSuccessful>{successful}</MessagesSuccessful>
<MessagesWithError>{errors}</MessagesWithError>
<MessagesWithWarning>0</MessagesWithWarning></ProcessingSummary>{results}
</ProcessingReport></Message></AmazonEnvelope>"""
RESULT = (
    "<Result><MessageID>{}</MessageID><ResultCode>{}</ResultCode>"
    "<ResultMessageCode>{}</ResultMessageCode>"
    "<ResultDescription>{}</ResultDescription></Result>"
)
TEXT = (
    "Feed Processing Summary:\n\tNumber of records processed\t\t2\n"
    "\tNumber of records successful\t\t1\n\n"
    "original-record-number\torder-id\torder-item-id\terror-code\terror-type\t"
    "error-message\n2\t111\t222\t18028\tError\tYour order cannot be found.\n"
)


@tagged("post_install", "-at_install")
class TestAmazonFeedHandler(AmazonCase):
    """Answers that are not JSON, read without a line of a capability's own."""

    def read(self, text):
        self.queue("S1", "S2")
        feed = self.build()
        handler = self.env["amazon.feed.handler"]
        return handler._read_result(feed, io.BytesIO(text.encode()))

    def xml(self, *results, processed=2, errors=0, status="Complete"):
        return XML.format(
            status=status,
            processed=processed,
            successful=max(0, processed - errors),
            errors=errors,
            results="".join(RESULT.format(*result) for result in results),
        )

    def test_xml_answer_names_each_message(self):
        found = self.read(
            self.xml((2, "Error", "18028", "Your order cannot be found."), errors=1)
        )
        self.assertTrue(found[1].accepted)
        self.assertFalse(found[2].accepted)
        self.assertEqual(found[2].code, "18028")
        self.assertIn("cannot be found", found[2].text)

    def test_warning_is_no_refusal(self):
        found = self.read(self.xml((1, "Warning", "99", "Look at it.")))
        self.assertTrue(found[1].accepted)
        self.assertIn("Look at it.", found[1].text)

    def test_refused_document_refuses_every_message(self):
        found = self.read(
            self.xml((0, "Error", "5000", "Malformed."), processed=0, errors=1)
        )
        self.assertEqual({o.code for o in found.values()}, {"5000"})
        self.assertFalse(any(o.accepted for o in found.values()))

    def test_tab_text_is_understood(self):
        found = self.read(TEXT)
        self.assertTrue(found[1].accepted)
        self.assertEqual(found[2].code, "18028")

    def test_answers_that_leave_something_out_are_none(self):
        for text in (
            self.xml(processed=1),
            self.xml(status="Processing"),
            self.xml(errors=1),
            "",
            "<html><body>503</body></html>",
            "{}",
        ):
            with self.assertRaises(ValueError):
                self.read(text)
            self.env["amazon.feed"].search([]).unlink()
