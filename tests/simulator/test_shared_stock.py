# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One stock for all of a seller's European marketplaces, and none elsewhere."""

from __future__ import annotations

import pytest

from tests.simulator.catalog import (
    CA,
    FR,
    GB,
    US,
    get,
    offer,
    patch_item,
    put,
    status,
    stock,
)
from tests.simulator.conftest import DE, Raw, patch

STOCK = "fulfillment_availability"


def held(shop, place, sku="L-1"):
    return get(shop, "attributes", sku, place).get(STOCK)


@pytest.fixture
def american(shop):
    found = Raw(shop.simulator)
    found.seller = shop.simulator.sellers[1]
    return found


def test_new_listing_shows_the_stock_that_is_shared(shop):
    put(shop, fulfillment_availability=stock(5, lead_time_to_ship_max_days=2))
    put(shop, place=FR)
    assert held(shop, FR) == stock(5, lead_time_to_ship_max_days=2)


def test_last_writer_wins_everywhere(shop):
    put(shop, fulfillment_availability=stock(5))
    put(shop, place=FR)
    put(shop, place=GB, fulfillment_availability=stock(7))
    assert [held(shop, place) for place in (DE, FR, GB)] == [stock(7)] * 3
    patch_item(shop, "merge", STOCK, stock(9), place=FR)
    assert [held(shop, place) for place in (DE, FR, GB)] == [stock(9)] * 3
    patch_item(shop, "delete", STOCK, [{"fulfillment_channel_code": "DEFAULT"}])
    assert [held(shop, place) for place in (DE, FR, GB)] == [None] * 3


def test_put_without_stock_leaves_it_to_the_others(shop):
    put(shop, fulfillment_availability=stock(5))
    put(shop, place=FR)
    put(shop)
    assert held(shop, DE) == stock(5)
    # A listing that is alone is replaced as a whole.
    put(shop, "L-2", fulfillment_availability=stock(5))
    put(shop, "L-2")
    assert held(shop, DE, "L-2") is None


def test_stock_makes_buyable_wherever_there_is_a_price(shop):
    put(shop, purchasable_offer=[offer(our_price=9)])
    put(shop, place=FR, purchasable_offer=[offer(FR, our_price=9)])
    put(shop, place=GB)
    assert status(shop) == ["DISCOVERABLE"]
    patch_item(shop, "add", STOCK, stock(1), place=GB)
    assert status(shop) == status(shop, place=FR) == ["BUYABLE", "DISCOVERABLE"]
    assert status(shop, place=GB) == ["DISCOVERABLE"]
    patch_item(shop, "replace", STOCK, stock(0), place=FR)
    assert status(shop) == ["DISCOVERABLE"]


def test_feed_changes_the_stock_of_all(shop):
    put(shop, fulfillment_availability=stock(5))
    put(shop, place=FR)
    change = {"op": "merge", "path": f"/attributes/{STOCK}", "value": stock(3)}
    shop.report_on(patch(1, "L-1", change), step=60, places=(FR,))
    assert held(shop, DE) == stock(3)


def test_american_marketplaces_have_a_stock_each(american):
    put(american, place=US, fulfillment_availability=stock(5))
    put(american, place=CA)
    assert held(american, CA) is None
    patch_item(american, "add", STOCK, stock(2), place=CA)
    assert (held(american, US), held(american, CA)) == (stock(5), stock(2))


def test_other_skus_have_their_own(shop):
    put(shop, fulfillment_availability=stock(5))
    put(shop, "L-2", place=FR, fulfillment_availability=stock(2))
    assert held(shop, DE) == stock(5)
