# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reader of GET_MERCHANT_LISTINGS_ALL_DATA: what the merchant has on Amazon.

Columns: https://developer-docs.amazon.com/sp-api/docs/inventory-reports-attributes
They differ between marketplaces; those of Japan have Japanese names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from odoo.addons.integrator_amazon.reports.flat_file import FlatFile

SKU = "seller-sku"
JAPANESE_SKU = "出品者SKU"
# Japan's names of the columns, and what they are called elsewhere.
JAPANESE = {
    "商品名": "item-name",
    "出品ID": "listing-id",
    JAPANESE_SKU: SKU,
    "価格": "price",
    "数量": "quantity",
    "出品日": "open-date",
    "商品IDタイプ": "product-id-type",
    "コンディション説明": "item-note",
    "コンディション": "item-condition",
    "国外へ配送可": "will-ship-internationally",
    "迅速な配送": "expedited-shipping",
    "商品ID": "product-id",
    "在庫数": "pending-quantity",
    "フルフィルメント・チャンネル": "fulfillment-channel",
    "ステータス": "status",
}
# Columns that have a field of their own.
KNOWN = frozenset(
    (
        SKU,
        "asin1",
        "item-name",
        "price",
        "quantity",
        "fulfillment-channel",
        "status",
        "product-id",
        "product-id-type",
        "item-condition",
        "merchant-shipping-group",
    )
)
# Names of the numbers that say what a product's identifier is.
IDENTIFIER_TYPES = {"1": "asin", "2": "isbn", "3": "upc", "4": "ean", "5": "gtin"}
BLANKS = re.compile(r"[\s']+")
# Amounts with marks between thousands, and without; no longer ones can be meant.
AMOUNTS = (
    re.compile(r"([+-]?\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,6}))?", re.ASCII),
    re.compile(r"([+-]?\d{1,3}(?:\.\d{3}){1,4}),(\d{1,6})", re.ASCII),
    re.compile(r"([+-]?\d{1,15})(?:[.,](\d{1,6}))?", re.ASCII),
)


@dataclass(frozen=True)
class MerchantListing:
    """One row of the report.

    price, quantity: None if it says none; the quantity of what Amazon ships is not in
        it.
    fulfilment_channel: "DEFAULT" if the merchant ships, else "AMAZON_EU" and its kin.
    product_id_type: "asin", "isbn", "upc", "ean", "gtin", or Amazon's number.
    condition: Amazon's number, 11 is new.
    shipping_group: name of the template as people see it.
    extra: the other columns that are not empty, by their names.
    """

    sku: str
    asin: str = ""
    title: str = ""
    price: Decimal | None = None
    quantity: int | None = None
    fulfilment_channel: str = "DEFAULT"
    status: str = ""
    product_id: str = ""
    product_id_type: str = ""
    condition: str = ""
    shipping_group: str = ""
    extra: dict[str, str] = field(default_factory=dict)


class MerchantListings:
    """The listings of a report, read row by row.

    skipped: rows without a SKU so far.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        """Read up to the names of the columns.

        :param lines: the report as text, see ``open_text``
        :raise UnreadableReport: it is another report, or none
        """
        self._file = FlatFile(_translated(lines), required=[SKU])
        self.columns: tuple[str, ...] = self._file.columns
        self.skipped = 0

    def __iter__(self) -> Iterator[MerchantListing]:
        """Yield each listing.

        :raise UnreadableReport: its characters cannot be read
        """
        for row in self._file:
            if row[SKU].strip():
                yield _listing(row)
            else:
                self.skipped += 1


def _translated(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines, Japanese names of columns as they are called elsewhere."""
    rest = iter(lines)
    for line in rest:
        if JAPANESE_SKU in line:
            cells = [cell.strip("\ufeff \r\n") for cell in line.split("\t")]
            yield "\t".join(JAPANESE.get(cell, cell) for cell in cells)
            break
        yield line
        if SKU in line:
            break
    yield from rest


def _listing(row: dict[str, str]) -> MerchantListing:
    def cell(name: str) -> str:
        return row.get(name, "").strip()

    number = cell("product-id-type")
    kind, identifier = IDENTIFIER_TYPES.get(number, number), cell("product-id")
    # Some marketplaces have no column for the ASIN but this one.
    asin = cell("asin1") or (identifier if kind == "asin" else "")
    return MerchantListing(
        sku=cell(SKU),
        asin=asin,
        title=cell("item-name"),
        price=amount(cell("price")),
        quantity=_count(cell("quantity")),
        fulfilment_channel=cell("fulfillment-channel").upper() or "DEFAULT",
        status=cell("status"),
        product_id=identifier,
        product_id_type=kind,
        condition=cell("item-condition"),
        shipping_group=cell("merchant-shipping-group"),
        extra={
            name: value.strip()
            for name, value in row.items()
            if name not in KNOWN and value.strip()
        },
    )


def amount(text: str) -> Decimal | None:
    """Return an amount with a point or a comma before its decimals, None for no amount.

    "1.234,50" and "1,234.50" are both 1234.50, and "95,00" is 95. "1,234" may be
    either, and is taken for thousands: Amazon writes two decimals where it writes any.
    """
    found = BLANKS.sub("", text)
    for form in AMOUNTS:
        if match := form.fullmatch(found):
            whole = match[1].replace(",", "").replace(".", "")
            return Decimal(f"{whole}.{match[2]}" if match[2] else whole)
    return None


def _count(text: str) -> int | None:
    """Return a number of pieces, None if there is none."""
    found = amount(text)
    if found is None or found != found.to_integral_value():
        return None
    return int(found)
