# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports on orders: columns, windows, amounts, who may have them, and XML."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from deploy.simulator import report_orders, report_orders_xml
from deploy.simulator.clock import iso, seconds
from deploy.simulator.documents import SMALL
from deploy.simulator.report_contents import Wanted, Window
from deploy.simulator.report_orders import STILL_TO_SHIP, TO_SHIP, TRACKED
from deploy.simulator.sellers import load_sellers
from tests.simulator.conftest import DE, FR, Raw
from tests.simulator.orders import (
    BY_DATE,
    BY_UPDATE,
    DAY,
    FULL,
    HOLD,
    JP,
    SHIP,
    SHIP_XML,
    UNSHIPPED,
    US,
    XML_BY_DATE,
    ago,
    document,
    found,
    ids,
    item_ids,
    kept,
    now,
    of_seller,
    ordered,
    reported,
    rows,
    seller_of,
    total,
    worked,
)
from tests.simulator.test_reports import (
    DOCUMENTS,
    SCHEDULES,
    created,
    finished,
    listed,
    scheduled,
)

PRICES = (
    "item-price",
    "shipping-price",
    "gift-wrap-price",
    "item-promotion-discount",
    "ship-promotion-discount",
)


# === COLUMNS === #


@pytest.mark.parametrize(
    ("kind", "columns", "few"),
    [
        # Of Amazon's own pages, and of files that sellers have shown.
        (
            SHIP,
            TO_SHIP,
            "order-id order-item-id purchase-date payments-date buyer-email buyer-name"
            " buyer-phone-number sku product-name quantity-purchased currency"
            " item-price item-tax shipping-price shipping-tax ship-service-level"
            " recipient-name ship-address-1 ship-address-2 ship-address-3 ship-city"
            " ship-state ship-postal-code ship-country ship-phone-number"
            " item-promotion-discount item-promotion-id ship-promotion-discount"
            " ship-promotion-id delivery-start-date delivery-end-date"
            " delivery-time-zone delivery-Instructions sales-channel"
            " is-business-order purchase-order-number price-designation",
        ),
        (
            UNSHIPPED,
            STILL_TO_SHIP,
            "order-id order-item-id purchase-date payments-date reporting-date"
            " promise-date days-past-promise buyer-email buyer-phone-number sku"
            " product-name quantity-purchased quantity-shipped quantity-to-ship"
            " ship-service-level recipient-name ship-address-1 ship-address-2"
            " ship-address-3 ship-city ship-state ship-postal-code ship-country"
            " is-business-order purchase-order-number price-designation is-prime",
        ),
        (
            BY_UPDATE,
            TRACKED,
            "amazon-order-id merchant-order-id purchase-date last-updated-date"
            " order-status fulfillment-channel sales-channel order-channel"
            " ship-service-level product-name sku asin item-status quantity currency"
            " item-price item-tax shipping-price shipping-tax gift-wrap-price"
            " gift-wrap-tax item-promotion-discount ship-promotion-discount ship-city"
            " ship-state ship-postal-code ship-country promotion-ids cpf"
            " is-business-order purchase-order-number price-designation",
        ),
    ],
)
def test_columns_are_amazons(shop, kind, columns, few):
    ordered(shop)
    names, _ = rows(shop, reported(shop, kind))
    assert names == list(columns)
    # Those that Amazon documents are there, in its order.
    assert [name for name in names if name in few.split()] == few.split()


def test_every_column_of_an_order_to_ship(shop):
    order_id = ordered(
        shop,
        FULL,
        created=ago(shop, DAY),
        business=True,
        programs=["PRIME"],
        buyer={
            "name": "Käthe Groß",
            "email": "x@marketplace.amazon.de",
            "phone": "1",
            "company": "Groß GmbH",
            "po_number": "4711",
        },
        address={
            "name": "Γιώργος",
            "line1": "Οδός 1",
            "line2": "2",
            "line3": "3",
            "city": "Αθήνα",
            "state": "Αττική",
            "postcode": "105 63",
            "country": "GR",
            "phone": "2",
        },
        buyer_tax={"type": "VAT", "number": "DE123456789"},
        country="DE",
    )
    row = found(shop, SHIP)[0]
    order = kept(shop, order_id)
    day = iso(order["ship_by"][0])[:10]
    wanted = {
        "order-id": order_id,
        "order-item-id": order["items"][0]["item_id"],
        "buyer-email": "x@marketplace.amazon.de",
        "buyer-name": "Käthe Groß",
        "buyer-phone-number": "1",
        "sku": "L-1",
        "product-name": 'Koffer "groß"',
        "quantity-purchased": "3",
        "currency": "EUR",
        "item-price": "59.97",
        "item-tax": "9.58",
        "shipping-price": "4.99",
        "shipping-tax": "0.80",
        "gift-wrap-price": "3.00",
        "gift-wrap-tax": "0.48",
        "ship-service-level": "Standard",
        "recipient-name": "Γιώργος",
        "ship-address-1": "Οδός 1",
        "ship-address-2": "2",
        "ship-address-3": "3",
        "ship-city": "Αθήνα",
        "ship-state": "Αττική",
        "ship-postal-code": "105 63",
        "ship-country": "GR",
        "ship-phone-number": "2",
        "gift-wrap-type": "Classic",
        "gift-message-text": "Viel Glück",
        "item-promotion-discount": "-6.00",
        "item-promotion-id": "SUMMER",
        "ship-promotion-discount": "-4.99",
        "ship-promotion-id": "FREE",
        "sales-channel": "Amazon.de",
        "earliest-ship-date": f"{day}T00:00:00+00:00",
        "is-business-order": "true",
        "is-prime": "true",
        "purchase-order-number": "4711",
        "buyer-company-name": "Groß GmbH",
        "is-replacement-order": "false",
        "buyer-identification-number": "DE123456789",
        "buyer-identification-type": "VAT",
    }
    assert {name: row[name] for name in wanted} == wanted
    for name in ("purchase-date", "payments-date"):
        assert seconds(row[name]) == pytest.approx(order["created"], abs=1)


def test_second_promotion_has_a_row_of_its_own(shop):
    order_id = ordered(shop, FULL)
    first, second = found(shop, SHIP)
    assert {name: value for name, value in second.items() if value} == {
        "order-id": order_id,
        "order-item-id": first["order-item-id"],
        "item-promotion-discount": "-1.00",
        "item-promotion-id": "COUPON",
    }
    assert total([first, second], *PRICES) == Decimal("55.97")


def test_amounts_of_many_orders_add_up(shop):
    mix = {"promotion": 0.6, "gift": 0.3, "partly_cancelled": 0.5, "amazon": 0}
    shop.simulator.generate_orders(
        seller_of(shop), 400, days=20, mix=mix, marketplace_ids=[DE]
    )
    kept_items = {
        item["item_id"]: item
        for order in shop.simulator.orders(seller_id=seller_of(shop))
        if order["fulfillable"]
        for item in order["items"]
    }
    records = found(shop, SHIP)
    assert {row["order-item-id"] for row in records} == set(kept_items)
    by_item = Counter()
    for row in records:
        by_item[row["order-item-id"]] += total([row], *PRICES)
    for item_id, item in kept_items.items():
        amounts, off = item["amounts"], item["promotions"]
        whole = sum(Decimal(amounts[f"{k}_price"]) for k in ("item", "shipping"))
        whole += Decimal(amounts["gift_wrap_price"])
        whole -= sum(Decimal(p["item"]) + Decimal(p["shipping"]) for p in off)
        assert by_item[item_id] == whole
    track = found(shop, BY_DATE)
    assert total(track, "item-price") == sum(
        Decimal(item["amounts"]["item_price"]) for item in kept_items.values()
    )


# === WHICH ORDERS === #


def test_window_is_about_the_end_of_the_hold(shop):
    order_id = ordered(shop, status="PENDING")
    assert found(shop, SHIP) == []
    shop.advance(HOLD)
    made = kept(shop, order_id)
    shop.advance(60)
    before = iso(made["fulfillable"] - 1)
    until = {"dataEndTime": before}
    assert found(shop, SHIP, **until) == []
    assert ids(found(shop, SHIP, dataStartTime=before)) == [order_id]
    # The time at which it was ordered is another window.
    since = {"dataStartTime": iso(made["fulfillable"] + 1)}
    assert found(shop, SHIP, **since) == []


def test_report_to_ship_has_what_was_shipped_or_cancelled_since(shop):
    open_one, shipped, cancelled = (ordered(shop) for _ in range(3))
    amazons = ordered(shop, fulfilled_by="AMAZON")
    shop.simulator.ship_order(seller_of(shop), shipped)
    shop.simulator.cancel_order(seller_of(shop), cancelled)
    records = found(shop, SHIP)
    assert set(ids(records)) == {open_one, shipped, cancelled}
    assert amazons not in ids(records)
    gone = next(row for row in records if row["order-id"] == cancelled)
    assert (gone["quantity-purchased"], gone["item-price"]) == ("0", "")


def test_partly_cancelled_line_is_what_is_left_of_it(shop):
    order_id = ordered(shop, {"sku": "L-1", "quantity": 3, "item_price": "30.00"})
    (item,) = item_ids(shop, order_id)
    shop.simulator.cancel_order(seller_of(shop), order_id, quantities={item: 1})
    (row,) = found(shop, SHIP)
    assert (row["quantity-purchased"], row["item-price"]) == ("2", "20.00")


def test_report_is_about_its_marketplaces(shop):
    german, french = ordered(shop), ordered(shop, place=FR)
    assert ids(found(shop, SHIP)) == [german]
    assert ids(found(shop, SHIP, places=(FR,))) == [french]
    assert set(ids(found(shop, SHIP, places=(DE, FR)))) == {german, french}
    assert found(shop, SHIP, places=(shop.seller["marketplace_ids"][2],)) == []


def test_unshipped_orders_need_no_window(shop):
    order_id = ordered(shop, {"sku": "L-1", "quantity": 3}, created=ago(shop, 20 * DAY))
    done = ordered(shop)
    shop.simulator.ship_order(seller_of(shop), done)
    (item,) = item_ids(shop, order_id)
    shop.simulator.ship_order(seller_of(shop), order_id, quantities={item: 1})
    report = finished(shop, created(shop, UNSHIPPED))
    (row,) = rows(shop, report)[1]
    assert row["order-id"] == order_id
    assert (row["quantity-purchased"], row["quantity-shipped"]) == ("3", "1")
    assert row["quantity-to-ship"] == "2"
    assert row["days-past-promise"] in ("17", "18")
    assert row["verge-of-cancellation"] == "true"
    assert not {"item-price", "currency", "sales-channel"} & set(row)
    assert found(shop, UNSHIPPED, dataStartTime=ago(shop, DAY)) == []


def test_sales_channel_is_an_option(shop):
    ordered(shop)
    options = {"reportOptions": {"ShowSalesChannel": "true"}}
    (row,) = found(shop, UNSHIPPED, **options)
    assert row["sales-channel"] == "Amazon.de"


def test_tracking_has_every_order_but_nobodys_name(shop):
    pending = ordered(shop, FULL, status="PENDING")
    amazons = ordered(shop, FULL, fulfilled_by="AMAZON", status="PENDING")
    open_one = ordered(shop, FULL, business=True, country="DE")
    cancelled = ordered(shop)
    shop.simulator.cancel_order(seller_of(shop), cancelled)
    by_id = {row["amazon-order-id"]: row for row in found(shop, BY_DATE)}
    assert list(by_id) == [pending, amazons, open_one, cancelled]
    statuses = [row["order-status"] for row in by_id.values()]
    assert statuses == ["Pending", "Pending", "Unshipped", "Cancelled"]
    assert by_id[pending]["item-price"] == ""
    assert by_id[amazons]["item-price"] == "59.97"
    assert by_id[amazons]["merchant-order-id"] == amazons
    row = by_id[open_one]
    assert row["fulfillment-channel"] == "Merchant"
    assert (row["item-promotion-discount"], row["ship-promotion-discount"]) == (
        "7.00",
        "4.99",
    )
    assert row["promotion-ids"] == "SUMMER,FREE,COUPON"
    assert row["buyer-identification-number"] == ""
    order = kept(shop, open_one)
    told = "\t".join(row.values())
    secrets = (
        order["buyer"]["name"],
        order["buyer"]["email"],
        order["address"]["line1"],
    )
    assert not any(secret in told for secret in secrets)
    assert (by_id[cancelled]["quantity"], by_id[cancelled]["item-price"]) == ("0", "")


def test_tracking_by_order_date_and_by_last_update(shop):
    order_id = ordered(shop, created=ago(shop, 5 * DAY))
    shop.advance(60)
    since = ago(shop, 5)
    recent = {"dataStartTime": since}
    shop.simulator.ask_to_cancel(seller_of(shop), order_id)
    assert found(shop, BY_DATE, **recent) == []
    assert ids(found(shop, BY_UPDATE, **recent), "amazon-order-id") == [order_id]


@pytest.mark.parametrize("kind", [SHIP, UNSHIPPED, BY_UPDATE, BY_DATE, XML_BY_DATE])
def test_report_without_orders_is_cancelled(shop, kind):
    ordered(shop, place=FR)
    report = reported(shop, kind)
    assert report["processingStatus"] == "CANCELLED"
    assert "reportDocumentId" not in report


# === WHO MAY HAVE IT, AND HOW IT IS WRITTEN === #


@pytest.mark.parametrize(
    ("kind", "status"), [(SHIP, 403), (UNSHIPPED, 403), (BY_DATE, 200)]
)
def test_names_and_addresses_need_a_restricted_token(shop, kind, status):
    ordered(shop)
    report = reported(shop, kind)
    path = f"{DOCUMENTS}/{report['reportDocumentId']}"
    assert shop.call("GET", path).status_code == status


def test_times_charset_and_money_follow_the_marketplace(shop):
    american, japanese = of_seller(shop, 1), of_seller(shop, 2)
    ordered(american, {"sku": "A", "item_price": "10.00"}, place=US, country="US")
    (row,) = found(american, SHIP, places=(US,))
    assert row["purchase-date"][-6:] in ("-08:00", "-07:00")
    assert row["tax-collection-model"] == "MarketplaceFacilitator"
    assert row["tax-collection-responsible-party"] == "Amazon Services, Inc."
    assert (row["item-price"], row["item-tax"]) == ("10.00", "0.83")
    ordered(
        japanese,
        {"sku": "J", "item_price": "1980", "title": "鞄"},
        place=JP,
        address={"name": "髙橋 花子", "city": "千代田区", "state": "東京都"},
    )
    report = reported(japanese, SHIP, places=(JP,))
    content, media = document(japanese, report)
    assert media == "text/plain;charset=Windows-31J"
    assert "髙橋 花子" in content.decode("cp932")
    (row,) = rows(japanese, report)[1]
    assert (row["product-name"], row["item-price"]) == ("鞄", "1980")
    assert row["purchase-date"].endswith("+09:00")


def test_long_report_is_a_file_that_outlives_a_kill(simulator_factory):
    simulator = simulator_factory(speed=1)
    shop = Raw(simulator)
    simulator.generate_orders(seller_of(shop), 50, days=5)
    report = reported(shop, BY_DATE)
    path = simulator.folder / "documents" / report["reportDocumentId"]
    assert path.stat().st_size > SMALL
    simulator.kill()
    simulator.start()
    shop = Raw(simulator)
    assert len(rows(shop, report)[1]) > 5
    simulator.reset()
    assert not path.exists()


def test_report_that_cannot_be_made_holds_nobody_up(shop, simulator_factory):
    order_id = ordered(shop)
    shop.simulator.fault("createReport", "report_stuck")
    stuck = created(shop, SHIP, dataStartTime=ago(shop, DAY))
    assert ids(found(shop, SHIP)) == [order_id]
    shop.simulator.fault("createReport", "report_fatal")
    assert reported(shop, SHIP)["processingStatus"] == "FATAL"
    shop.simulator.fault("createReport", "report_cancelled")
    assert reported(shop, SHIP)["processingStatus"] == "CANCELLED"
    assert stuck in {item["reportId"] for item in listed(shop, SHIP)}


# === SCHEDULES === #


def test_schedules_of_orders_exclude_each_other(shop):
    assert scheduled(shop, SHIP).status_code == 201
    assert scheduled(shop, SHIP_XML).status_code == 400
    for known in shop.call("GET", SCHEDULES, params={"reportTypes": SHIP}).json()[
        "reportSchedules"
    ]:
        shop.call("DELETE", f"{SCHEDULES}/{known['reportScheduleId']}")
    assert scheduled(shop, SHIP_XML).status_code == 201


def test_schedule_brings_what_is_new(shop):
    old = ordered(shop)
    assert scheduled(shop, SHIP, "PT1H").status_code == 201
    worked(shop, 1, SHIP)
    new = ordered(shop)
    shop.advance(3600)
    second, first = worked(shop, 2, SHIP)
    assert ids(rows(shop, first)[1]) == [old]
    assert ids(rows(shop, second)[1]) == [new]


# === PIECE BY PIECE === #


class Books:
    """Books whose orders are counted as they are read."""

    def __init__(self, orders):
        self.read = 0
        self.orders = self
        self._orders = orders

    def all(self, _seller_id, _search):
        for order in self._orders:
            self.read += 1
            yield order


@pytest.mark.parametrize(
    "make",
    [
        report_orders.orders_to_ship,
        report_orders.tracked_orders("created"),
        report_orders_xml.orders_to_ship_xml,
        report_orders_xml.tracked_orders_xml("created"),
    ],
)
def test_orders_are_read_as_the_report_is_written(shop, make):
    shop.simulator.generate_orders(seller_of(shop), 30, days=3)
    orders = [o for o in shop.simulator.orders() if o["fulfillable"]]
    books = Books(orders * 20)
    seller = load_sellers()[seller_of(shop)]
    moment = now(shop)
    pieces = make(books, Wanted(seller, (DE,), Window(0, moment), moment))
    next(pieces)
    assert books.read <= 2
    assert sum(1 for _ in pieces) > 20
    assert books.read == len(orders) * 20
