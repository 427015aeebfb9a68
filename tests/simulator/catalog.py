# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the catalog send and look at."""

from __future__ import annotations

import time

from tests.simulator.conftest import DE, attributes

ITEMS = "/listings/2021-08-01/items"
FR, GB, US, CA = "A13V1IB3VIYZZH", "A1F83G8C2ARO7P", "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"
PLACES = {
    DE: ("de_DE", "EUR"),
    FR: ("fr_FR", "EUR"),
    GB: ("en_GB", "GBP"),
    US: ("en_US", "USD"),
    CA: ("en_CA", "CAD"),
}


def of_place(place, **changes):
    """Return the attributes of a complete listing in a marketplace."""
    language = PLACES[place][0]
    found = {}
    for name, items in attributes(**changes).items():
        found[name] = [_moved(item, place, language) for item in items]
    return found


def _moved(item, place, language):
    known = {"marketplace_id": place, "language_tag": language}
    return {key: known.get(key, value) for key, value in item.items()}


def offer(place=DE, audience="ALL", **prices):
    """Return an offer with prices by name."""
    schedules = {
        name: [{"schedule": [{"value_with_tax": price}]}]
        for name, price in prices.items()
    }
    money = PLACES[place][1]
    facts = {"currency": money, "audience": audience, "marketplace_id": place}
    return {**facts, **schedules}


def stock(quantity, **more):
    """Return the stock of what the seller ships."""
    return [{"fulfillment_channel_code": "DEFAULT", "quantity": quantity, **more}]


FBA = [{"fulfillment_channel_code": "AMAZON_EU"}]


def put(shop, sku="L-1", place=DE, kind="PRODUCT", requirements="LISTING", **changes):
    """Put a complete listing; return Amazon's answer."""
    body = {
        "productType": kind,
        "requirements": requirements,
        "attributes": of_place(place, **changes),
    }
    return shop.item("PUT", sku, params={"marketplaceIds": place}, json=body).json()


def patch_item(shop, op, name, value, sku="L-1", place=DE, **params):
    """Patch one attribute; return Amazon's answer."""
    body = {
        "productType": "PRODUCT",
        "patches": [{"op": op, "path": f"/attributes/{name}", "value": value}],
    }
    params = {"marketplaceIds": place, **params}
    return shop.item("PATCH", sku, params=params, json=body).json()


def get(shop, data, sku="L-1", place=DE):
    """Return a data set of a listing."""
    params = {"marketplaceIds": place, "includedData": data}
    answer = shop.item("GET", sku, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()[data]


def status(shop, sku="L-1", place=DE):
    return get(shop, "summaries", sku, place)[0]["status"]


def codes(answer):
    return [issue["code"] for issue in answer["issues"]]


def until(found, wanted=True):
    """Wait until a function's answer is as wanted; return it."""
    for _ in range(200):
        answer = found()
        if (answer == wanted) if wanted is not True else answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"it is still {answer}")
