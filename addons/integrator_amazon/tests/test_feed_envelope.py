# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import tracemalloc
from decimal import Decimal

from lxml import etree

from odoo.tests import BaseCase, tagged

from ..feeds.envelope import Envelope, amount, element, format_amount, optional
from .spapi_case import ODD, SURROGATES, FuzzCase


def shipment(order, item=123456789012345):
    return element(
        "OrderFulfillment",
        element("AmazonOrderID", order),
        optional("MerchantFulfillmentID", None),
        element("Item", element("AmazonOrderItemCode", item), optional("Quantity", 2)),
    )


@tagged("post_install", "-at_install")
class TestFeedEnvelope(BaseCase):
    def write(self, *messages, **options):
        target = io.BytesIO()
        with Envelope(target, "A1SELLER", "OrderFulfillment") as envelope:
            for message in messages:
                envelope.add(message, **options)
        return target.getvalue()

    def test_envelope_is_what_amazon_wants(self):
        written = self.write(shipment("028-1"), shipment("028-2"), operation="Update")
        self.assertTrue(written.startswith(b"<?xml version='1.0' encoding='utf-8'?>"))
        root = etree.fromstring(written)
        location = (
            "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"
        )
        self.assertEqual(root.tag, "AmazonEnvelope")
        self.assertEqual(root.get(location), "amzn-envelope.xsd")
        names = [child.tag for child in root]
        self.assertEqual(names, ["Header", "MessageType", "Message", "Message"])
        self.assertEqual(root.findtext("Header/DocumentVersion"), "1.01")
        self.assertEqual(root.findtext("Header/MerchantIdentifier"), "A1SELLER")
        self.assertEqual([n.text for n in root.iter("MessageID")], ["1", "2"])
        self.assertEqual(
            [child.tag for child in root[2]],
            ["MessageID", "OperationType", "OrderFulfillment"],
        )
        self.assertEqual(root.findtext(".//AmazonOrderItemCode"), "123456789012345")
        self.assertIsNone(root.find(".//MerchantFulfillmentID"))

    def test_size_is_known_while_it_is_written(self):
        target = io.BytesIO(b"before")
        target.seek(0, io.SEEK_END)
        with Envelope(target, "A1SELLER", "OrderFulfillment") as envelope:
            sizes = []
            for number in range(3):
                self.assertEqual(envelope.add(shipment(number)), number + 1)
                sizes.append(envelope.size)
        self.assertEqual(envelope.size, sizes[-1])
        self.assertEqual(len(target.getvalue()), len(b"before") + envelope.size)
        self.assertEqual(sizes, sorted(set(sizes)))
        self.assertEqual(envelope.count, 3)

    def test_memory_stays_flat(self):
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        with Envelope(Sink(), "A1SELLER", "OrderFulfillment") as envelope:
            for number in range(5000):
                envelope.add(shipment(number))
        self.assertGreater(envelope.size, 900_000)
        self.assertLess(tracemalloc.get_traced_memory()[1], 200_000)

    def test_what_xml_forbids_is_left_out(self):
        written = self.write(
            element("Title", "a\0b\x0b\ud800\ufffe<&>\tö東𝄞", x="\x01y")
        )
        title = etree.fromstring(written).find("Message/Title")
        self.assertEqual((title.text, title.get("x")), ("ab<&>\tö東𝄞", "y"))

    def test_nothing_is_added_outside_of_the_statement(self):
        envelope = Envelope(io.BytesIO(), "A1SELLER", "OrderFulfillment")
        with self.assertRaises(RuntimeError):
            envelope.add(shipment(1))
        with envelope:
            pass
        with self.assertRaises(RuntimeError):
            envelope.add(shipment(1))

    def test_error_of_the_caller_goes_through(self):
        with self.assertRaises(ZeroDivisionError):
            with Envelope(io.BytesIO(), "A1SELLER", "OrderFulfillment") as envelope:
                envelope.add(shipment(1 / 0))

    def test_amounts_have_the_decimals_of_their_currency(self):
        for value, currency, text in (
            (Decimal("17.5"), "EUR", "17.50"),
            (0.1 + 0.2, "USD", "0.30"),
            (1200, "JPY", "1200"),
            (1200.0, "JPY", "1200"),
            ("0", "EUR", "0.00"),
            (-0.0, "EUR", "0.00"),
            (1e20, "EUR", "100000000000000000000.00"),
        ):
            with self.subTest(value, currency=currency):
                self.assertEqual(format_amount(value, currency), text)
        node = amount("Amount", 17.55, "EUR")
        self.assertEqual(etree.tostring(node), b'<Amount currency="EUR">17.55</Amount>')

    def test_amounts_that_are_none_are_refused(self):
        for value, currency in (
            (-1, "EUR"),
            (Decimal("17.555"), "EUR"),
            (0.5, "JPY"),
            ("x", "EUR"),
            (float("nan"), "EUR"),
            (float("inf"), "EUR"),
            (Decimal("1e40"), "EUR"),
        ):
            with self.subTest(value, currency=currency):
                with self.assertRaises(ValueError):
                    format_amount(value, currency)


@tagged("post_install", "-at_install")
class TestFeedEnvelopeFuzz(FuzzCase):
    def test_any_text_is_written_and_comes_back(self):
        from hypothesis import strategies as st

        def check(text):
            target = io.BytesIO()
            with Envelope(target, text, "OrderFulfillment") as envelope:
                envelope.add(element("Title", text))
            root = etree.fromstring(target.getvalue())
            found = root.findtext("Message/Title") or ""
            self.assertEqual(printable(found), printable(text))

        self.fuzz(check, st.text(ODD + SURROGATES), examples=200)


def printable(text):
    return "".join(c for c in text if c.isprintable())


class Sink(io.RawIOBase):
    """A file that keeps nothing."""

    def writable(self):
        return True

    def write(self, data):
        return len(data)
