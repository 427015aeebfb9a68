# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.integrator_amazon.reports.flat_file import UnreadableReport
from odoo.addons.integrator_amazon.reports.text import open_text

from ..reports.merchant_listings import MerchantListing, MerchantListings, amount

try:
    from hypothesis import given, settings
    from hypothesis import strategies as st
except ImportError:
    given = None

COLUMNS = (
    "item-name item-description listing-id seller-sku price quantity open-date"
    " image-url item-is-marketplace product-id-type zshop-shipping-fee item-note"
    " item-condition zshop-category1 zshop-browse-path zshop-storefront-feature asin1"
    " asin2 asin3 will-ship-internationally expedited-shipping zshop-boldface"
    " product-id bid-for-featured-placement add-delete pending-quantity"
    " fulfillment-channel merchant-shipping-group status"
).split()
JAPANESE = (
    "商品名 出品ID 出品者SKU 価格 数量 出品日 商品IDタイプ コンディション説明"
    " コンディション 国外へ配送可 迅速な配送 商品ID 在庫数"
    " フルフィルメント・チャンネル merchant-shipping-group ステータス"
).split()
ROW = {
    "item-name": "Koffer „Größe M“",
    "seller-sku": "K-1",
    "price": "95,00",
    "quantity": "7",
    "product-id-type": "4",
    "item-condition": "11",
    "asin1": "B000000001",
    "product-id": "4006381333931",
    "fulfillment-channel": "DEFAULT",
    "merchant-shipping-group": "Migrated Template",
    "status": "Active",
    "open-date": "08/07/2016 10:12:40 BST",
    "Business Price": "90,00",
}


def document(*rows, columns=COLUMNS):
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    return ["\t".join(cells) + "\r\n" for cells in lines]


@tagged("post_install", "-at_install")
class TestMerchantListings(BaseCase):
    def test_columns_have_fields_and_the_rest_is_kept(self):
        lines = document(ROW, columns=[*COLUMNS, "Business Price"])
        (found,) = MerchantListings(lines)
        self.assertEqual(
            found,
            MerchantListing(
                sku="K-1",
                asin="B000000001",
                title="Koffer „Größe M“",
                price=Decimal("95.00"),
                quantity=7,
                fulfilment_channel="DEFAULT",
                status="Active",
                product_id="4006381333931",
                product_id_type="ean",
                condition="11",
                shipping_group="Migrated Template",
                extra={
                    "open-date": "08/07/2016 10:12:40 BST",
                    "Business Price": "90,00",
                },
            ),
        )

    def test_few_columns_will_do(self):
        columns = ["seller-sku", "product-id", "product-id-type"]
        row = {"seller-sku": "K-1", "product-id": "B000000009", "product-id-type": "1"}
        (found,) = MerchantListings(document(row, columns=columns))
        self.assertEqual(found.asin, "B000000009")
        self.assertEqual(found.fulfilment_channel, "DEFAULT")
        self.assertIsNone(found.price)
        self.assertIsNone(found.quantity)

    def test_what_amazon_ships_has_no_quantity(self):
        row = {**ROW, "quantity": "", "fulfillment-channel": "AMAZON_EU"}
        (found,) = MerchantListings(document(row))
        self.assertEqual(found.fulfilment_channel, "AMAZON_EU")
        self.assertIsNone(found.quantity)

    def test_row_without_sku_is_counted_and_passed_over(self):
        report = MerchantListings(document(ROW, {"item-name": "?"}, ROW))
        self.assertEqual(len(list(report)), 2)
        self.assertEqual(report.skipped, 1)

    def test_japan(self):
        values = {
            "商品名": "スーツケース",
            "出品者SKU": "K-2",
            "価格": "1,500",
            "数量": "3",
            "商品IDタイプ": "1",
            "商品ID": "B000000002",
            "フルフィルメント・チャンネル": "AMAZON_JP",
            "ステータス": "Active",
        }
        text = "".join(document(values, columns=JAPANESE))
        opened = open_text(
            io.BytesIO(text.encode("cp932")), content_type="text/plain", japan=True
        )
        (found,) = MerchantListings(opened.stream)
        self.assertEqual(found.title, "スーツケース")
        self.assertEqual(found.sku, "K-2")
        self.assertEqual(found.price, Decimal(1500))
        self.assertEqual(found.quantity, 3)
        self.assertEqual(found.asin, "B000000002")
        self.assertEqual(found.fulfilment_channel, "AMAZON_JP")
        self.assertEqual(found.status, "Active")

    def test_another_report_is_refused(self):
        for lines in ([], ["sku\tprice\n", "a\t1\n"], ["<html>"]):
            with self.assertRaises(UnreadableReport):
                MerchantListings(lines)

    def test_amounts(self):
        for text, value in (
            ("95,00", "95.00"),
            ("95.00", "95.00"),
            ("1.234,50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("1,234,567", "1234567"),
            ("1,234", "1234"),
            ("1 234,50", "1234.50"),
            ("1'234.50", "1234.50"),
            ("20", "20"),
            ("19.9", "19.9"),
            ("-5,5", "-5.5"),
        ):
            self.assertEqual(amount(text), Decimal(value), text)
        for text in ("", "-", "a", "1,2,3", "1.2.3", "NaN", "1e5", "١٢", "9" * 40):
            self.assertIsNone(amount(text), text)

    if given:

        @settings(max_examples=400, deadline=None)
        @given(
            st.lists(
                st.dictionaries(
                    st.sampled_from([*COLUMNS, "new"]),
                    st.one_of(
                        st.text(max_size=8),
                        st.from_regex(r"[-0-9.,' ]{0,9}", fullmatch=True),
                    ),
                    max_size=8,
                ),
                max_size=4,
            ),
            st.permutations([*COLUMNS, "new"]),
        )
        def test_any_rows_are_read_or_counted(self, rows, columns):
            report = MerchantListings(document(*rows, columns=columns))
            found = list(report)
            self.assertTrue(
                all(isinstance(item.sku, str) and item.sku for item in found)
            )
            for item in found:
                self.assertNotEqual(item.fulfilment_channel, "")

        @settings(max_examples=300, deadline=None)
        @given(st.binary(max_size=120), st.booleans())
        def test_rubbish_is_read_or_refused_in_words(self, content, headed):
            head = "\t".join(COLUMNS).encode() + b"\n" if headed else b""
            opened = open_text(io.BytesIO(head + content))
            try:
                list(MerchantListings(opened.stream))
            except UnreadableReport as error:
                self.assertTrue(str(error))
