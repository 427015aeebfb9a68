# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that are made by the thousand: the same for a seed, and all kinds of them."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from deploy.simulator.clock import seconds
from deploy.simulator.order_amounts import amount, priced, shrink, tax_on, units
from deploy.simulator.order_generator import Mix, mix_of
from deploy.simulator.order_people import FOLKS, person
from deploy.simulator.sellers import MARKETPLACES
from tests.simulator.catalog import FBA, offer, put
from tests.simulator.conftest import DE, FR
from tests.simulator.orders import DAY, HOLD, ago, now, of_seller, reported, seller_of
from tests.simulator.test_reports import REPORTS

ALL = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"


def generated(shop, count=300, **how):
    shop.simulator.generate_orders(seller_of(shop), count, **how)
    return shop.simulator.orders(seller_id=seller_of(shop))


# === DETERMINISM === #


def test_same_seed_makes_the_same_orders(shop):
    until = ago(shop, 40 * DAY)
    first = generated(shop, until=until, seed=7)
    shop.simulator.reset()
    assert generated(shop, until=until, seed=7) == first
    shop.simulator.reset()
    other = generated(shop, until=until, seed=8)
    assert not {o["order_id"] for o in other} & {o["order_id"] for o in first}


def test_orders_of_a_seed_are_made_once(shop):
    generated(shop, 10, seed=3)
    body = {"seller_id": seller_of(shop), "count": 10, "seed": 3}
    answer = shop.http.post("/_admin/orders/generate", json=body)
    assert answer.status_code == 400
    assert len(generated(shop, 10, seed=4)) == 20


def test_orders_are_spread_over_the_days(shop):
    until = ago(shop, 10 * DAY)
    found = generated(shop, 50, until=until, days=5)
    end = seconds(until)
    times = [order["created"] for order in found]
    assert end - 5 * DAY <= min(times) < end - 4 * DAY
    assert end - DAY < max(times) <= end
    assert times == sorted(times)


# === ALL KINDS === #


def test_there_are_all_kinds(shop):
    found = generated(shop, 1500, days=60)
    items = [item for order in found for item in order["items"]]
    statuses = Counter(order["status"] for order in found)
    assert set(statuses) == {"PENDING", "UNSHIPPED", "SHIPPED", "CANCELLED"}
    assert statuses["UNSHIPPED"] > 500
    places = {order["marketplace_id"] for order in found}
    assert places == set(shop.seller["marketplace_ids"])
    assert any("AMAZON_BUSINESS" in order["programs"] for order in found)
    assert any("PRIME" in order["programs"] for order in found)
    assert any(order["replaces"] for order in found)
    assert any(order["fulfilled_by"] == "AMAZON" for order in found)
    assert any(len(order["items"]) > 1 for order in found)
    assert any(item["gift"] for item in items)
    assert any(len(item["promotions"]) > 1 for item in items)
    assert any(item["cancel_request"] for item in items)
    assert any(0 < item["cancelled"] < item["quantity"] for item in items)
    assert any(not order["address"]["line1"] for order in found)
    assert any(not order["buyer"]["email"] for order in found)
    assert {"GR", "BG"} & {order["address"]["country"] for order in found}
    assert any(not order["address"]["name"].isascii() for order in found)
    assert len({item["item_id"] for item in items}) == len(items)
    assert all(len(item["item_id"]) == 15 for item in items)


def test_state_of_every_order_agrees_with_itself(shop):
    moment = now(shop)
    for order in generated(shop, 1500, days=60):
        left = [i["quantity"] - i["cancelled"] - i["shipped"] for i in order["items"]]
        status = order["status"]
        assert min(left) >= 0
        assert (status in ("UNSHIPPED", "PENDING")) == any(left)
        assert (status == "PENDING") == (order["hold_until"] is not None)
        assert order["created"] <= order["updated"] <= moment + 60
        if order["fulfillable"]:
            assert order["fulfillable"] >= order["created"] + HOLD
        cancelled = all(i["cancelled"] == i["quantity"] for i in order["items"])
        assert (status == "CANCELLED") == cancelled


def test_amounts_are_of_whole_lines(shop):
    for order in generated(shop, 300):
        for item in order["items"]:
            amounts = item["amounts"]
            assert all(units(t, order["currency"]) >= 0 for t in amounts.values())
            left = item["quantity"] - item["cancelled"]
            price = units(amounts["item_price"], order["currency"])
            assert bool(price) == (bool(left) and not order["replaces"])
            taken = sum(units(p["item"], order["currency"]) for p in item["promotions"])
            assert taken <= price


def test_what_is_replaced_was_sold_in_the_same_shop(shop):
    found = generated(shop, 200, mix={"replacement": 0.3})
    places = {order["order_id"]: order["marketplace_id"] for order in found}
    replacing = [order for order in found if order["replaces"]]
    assert len(replacing) > 20
    for order in replacing:
        assert places[order["replaces"]] == order["marketplace_id"]


def test_mix_can_be_set(shop):
    mix = {"business": 1, "amazon": 0, "promotion": 0, "shipped": 1, "cancelled": 0}
    found = generated(shop, 100, mix=mix, marketplace_ids=[FR])
    assert {order["marketplace_id"] for order in found} == {FR}
    assert all("AMAZON_BUSINESS" in order["programs"] for order in found)
    assert {order["fulfilled_by"] for order in found} == {"MERCHANT"}
    assert not any(i["promotions"] for order in found for i in order["items"])
    assert {order["status"] for order in found} <= {"SHIPPED", "PENDING"}


# === WHAT IS SOLD === #


def test_own_listings_are_sold(shop):
    put(shop, "A-1", purchasable_offer=[offer(our_price=12.5)])
    put(shop, "A-2", fulfillment_availability=FBA)
    found = generated(shop, 100, marketplace_ids=[DE])
    sold = {item["sku"] for order in found for item in order["items"]}
    assert sold == {"A-1", "A-2"}
    for order in found:
        channel = "MERCHANT" if order["items"][0]["sku"] == "A-1" else "AMAZON"
        assert order["fulfilled_by"] == channel
        for item in order["items"]:
            if item["sku"] == "A-1" and not (item["cancelled"] or order["replaces"]):
                price = units(item["amounts"]["item_price"], "EUR")
                assert price == 1250 * item["quantity"]
                assert item["title"] == "Koffer"


def test_unknown_skus_on_demand(shop):
    put(shop, "A-1", purchasable_offer=[offer(our_price=12.5)])
    found = generated(shop, 50, marketplace_ids=[DE], mix={"unknown": 1})
    skus = {item["sku"] for order in found for item in order["items"]}
    assert all(sku.startswith("UNKNOWN-") for sku in skus)


def test_yen(shop):
    japanese = of_seller(shop, 2)
    for order in generated(japanese, 100):
        for item in order["items"]:
            assert all(text.isdecimal() for text in item["amounts"].values())


# === NONSENSE === #


@pytest.mark.parametrize(
    "changes",
    [
        {"seller_id": "NOBODY"},
        {"count": 0},
        {"count": "many"},
        {"count": 10**9},
        {"days": 0},
        {"until": "soon"},
        {"until": "2999-01-01T00:00:00Z"},
        {"marketplace_ids": ["ATVPDKIKX0DER"]},
        {"mix": {"shoes": 0.5}},
        {"mix": {"gift": 2}},
        {"mix": {"gift": "some"}},
        {"seed": "lucky"},
    ],
)
def test_nonsense_makes_no_orders(shop, changes):
    body = {"seller_id": seller_of(shop), "count": 5, **changes}
    answer = shop.http.post("/_admin/orders/generate", json=body)
    assert answer.status_code == 400
    assert shop.simulator.orders() == []


def test_mix_keeps_what_is_not_given():
    assert mix_of({"gift": 1}).business == Mix().business


# === THE PARTS === #


def test_there_are_people_for_every_marketplace():
    for place in MARKETPLACES.values():
        found = person(place.country, random.Random(1))
        assert found["name"]
        assert found["line1"]
        assert "{" not in "".join(found.values())
    assert all(folk.given and folk.towns for folk in FOLKS.values())


@pytest.mark.parametrize(
    ("text", "currency", "count"),
    [("19.99", "EUR", 1999), ("0", "USD", 0), ("1980", "JPY", 1980), ("5", "EUR", 500)],
)
def test_units(text, currency, count):
    assert units(text, currency) == count
    assert units(amount(count, currency), currency) == count


def test_tax_is_rounded_half_up():
    assert tax_on(1999, "DE", within=True) == 319
    assert tax_on(10_000, "US", within=False) == 830
    assert tax_on(0, "DE", within=True) == 0


def test_line_shrinks_and_nothing_is_lost():
    amounts = priced({"item": 1000}, "DE", DE)
    item = {"amounts": amounts, "promotions": [{"id": "P", "item": "1.00"}]}
    shrink(item, 2, 3, "EUR")
    assert item["amounts"]["item_price"] == "6.67"
    assert item["promotions"] == [{"id": "P", "item": "0.67"}]
    shrink(item, 0, 2, "EUR")
    assert item["amounts"]["item_price"] == "0.00"


# === MANY === #


def memory(simulator):
    """Return the memory that a simulator uses, in MB."""
    status = Path(f"/proc/{simulator._process.pid}/status").read_text()
    (line,) = [text for text in status.splitlines() if text.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


def test_many_orders_do_not_fill_the_memory(shop):
    before = memory(shop.simulator)
    shop.simulator.generate_orders(seller_of(shop), 10_000, days=20)
    assert sum(shop.simulator.order_counts(seller_of(shop)).values()) == 10_000
    report = reported(shop, ALL, places=shop.seller["marketplace_ids"])
    assert report["processingStatus"] == "DONE"
    assert memory(shop.simulator) - before < 60
    assert shop.call("GET", f"{REPORTS}/{report['reportId']}").status_code == 200
