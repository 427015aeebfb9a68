# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Each of the six lanes to Amazon and back: made, changed, taken away.

What Amazon has is read with Amazon's own SDK.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import date, timedelta

import pytest

from tests.system.catalog import (
    AVAILABILITY,
    DE,
    FR,
    MAIN_IMAGE,
    OFFER,
    RELATION,
    SHIPPING_GROUP,
    price_of,
)
from tests.system.scenario import barcode, picture

PLACES = (DE, FR)
TODAY = date.today()


def day(days):
    """Return a day from today, as Odoo wants a moment."""
    return f"{TODAY + timedelta(days=days)} 12:00:00"


@pytest.fixture(scope="module")
def made(running_catalog):
    """Function (name) that returns (product, SKU); all of them went out in one feed."""
    names = {
        "text": {},
        "archived": {"is_storable": True},
        "zero": {"is_storable": True},
        "stock": {"is_storable": True},
        "restock": {"is_storable": True},
        "price": {},
        "image": {},
        "override": {},
        "shared": {"is_storable": True},
        "raised": {"is_storable": True},
        "held": {"is_storable": True},
        "full": {
            "is_storable": True,
            "amazon_product_type": "KITCHEN",
            "amazon_bullets": "Boils water.",
        },
        "main": {
            "amazon_product_type": "KITCHEN",
            "amazon_bullets": "Keeps water.",
        },
    }
    products = running_catalog.listed(*names.values())
    by_name = dict(zip(names, products, strict=True))
    running_catalog.count(by_name["zero"], 4)
    running_catalog.wait()
    return lambda name: (by_name[name], running_catalog.sku(by_name[name]))


@pytest.fixture(scope="module")
def euro(running_catalog):
    """Function (rules) that makes a pricelist in euros."""
    (found,) = running_catalog.odoo.search_read(
        "res.currency", [("name", "=", "EUR")], ["id"]
    )

    def make(*rules):
        lines = [(0, 0, {"applied_on": "1_product", **rule}) for rule in rules]
        return running_catalog.odoo.create(
            "product.pricelist",
            {"name": "Euro", "currency_id": found["id"], "item_ids": lines},
        )

    return make


def template_of(catalog, product):
    (found,) = catalog.odoo.search_read(
        "product.product", [("id", "=", product)], ["product_tmpl_id"]
    )
    return found["product_tmpl_id"][0]


# === PRODUCT === #


def test_product_made_changed_and_ended(catalog, made):
    product, sku = made("text")
    for place in PLACES:
        item = catalog.sdk.item(sku, place)
        assert item.summaries[0].asin.startswith("B0")
        assert item.issues == []
        assert catalog.sdk.value(sku, "brand", place) == "Acme"
    catalog.change(
        product,
        name="Trolley",
        description_sale="Rolls on two wheels.",
        amazon_bullets="Light\nStrong",
        amazon_manufacturer="Acme Works",
        weight=2.5,
    )
    for place in PLACES:
        found = catalog.sdk.attributes(sku, place)
        assert found["item_name"][0]["value"] == "Trolley"
        assert found["product_description"][0]["value"] == "Rolls on two wheels."
        assert [b["value"] for b in found["bullet_point"]] == ["Light", "Strong"]
        assert found["manufacturer"][0]["value"] == "Acme Works"
        assert found["item_weight"][0]["value"] == 2.5
    catalog.change(product, amazon_bullets=False, weight=0)
    for place in PLACES:
        found = catalog.sdk.attributes(sku, place)
        assert not found.keys() & {"bullet_point", "item_weight"}


def test_archived_product_is_ended(catalog, made):
    product, sku = made("archived")
    catalog.change(product, active=False)
    assert [catalog.sdk.item(sku, place) for place in PLACES] == [None, None]
    catalog.change(product, active=True)
    for place in PLACES:
        assert catalog.sdk.item(sku, place).summaries[0].item_name


def test_archived_product_stays_without_stock_if_so_wanted(catalog, made):
    product, sku = made("zero")
    assert catalog.sdk.stock(sku)["quantity"] == 4
    with catalog.set(end_mode="zero"):
        catalog.change(product, active=False)
        for place in PLACES:
            assert catalog.sdk.stock(sku, place)["quantity"] == 0
            assert catalog.sdk.item(sku, place).summaries[0].status == ["DISCOVERABLE"]
        catalog.change(product, active=True)
    assert [catalog.sdk.stock(sku, p)["quantity"] for p in PLACES] == [4, 4]


# === INVENTORY === #


def test_stock_that_is_counted_reserved_and_delivered(catalog, made):
    product, sku = made("stock")

    def offered():
        catalog.wait()
        found = {catalog.sdk.stock(sku, place)["quantity"] for place in PLACES}
        (quantity,) = found
        return quantity

    assert offered() == 0
    catalog.count(product, 10)
    assert offered() == 10
    delivery = catalog.picking("outgoing", product, 3)
    catalog.reserve(delivery)
    assert offered() == 7
    catalog.finish(delivery)
    assert offered() == 7
    receipt = catalog.picking("incoming", product, 5)
    catalog.finish(receipt)
    assert offered() == 12
    catalog.count(product, 0)
    assert offered() == 0


def test_restock_date_and_handling_time(catalog, made):
    product, sku = made("restock")
    receipt = catalog.picking("incoming", product, 5, day(9))
    catalog.wait()
    when = (TODAY + timedelta(days=9)).isoformat()
    assert catalog.sdk.stock(sku) == {"quantity": 0, "restock_date": when}
    catalog.change_listing(product, handling_days=3)
    wanted = {"lead_time_to_ship_max_days": 3, "quantity": 0, "restock_date": when}
    assert catalog.sdk.stock(sku) == wanted
    catalog.finish(receipt)
    catalog.wait()
    left = {"lead_time_to_ship_max_days": 3, "quantity": 5}
    assert [catalog.sdk.stock(sku, place) for place in PLACES] == [left, left]
    catalog.change_listing(product, handling_days=0)
    assert catalog.sdk.stock(sku) == {"quantity": 5}


def test_quantity_is_sent_once_and_seen_everywhere(catalog, made):
    product, sku = made("shared")
    before, calls = len(catalog.documents()), len(catalog.calls(sku))
    catalog.count(product, 6)
    catalog.wait()
    assert [catalog.sdk.stock(sku, p)["quantity"] for p in PLACES] == [6, 6]
    (message,) = catalog.sent(sku, AVAILABILITY, since=before)
    assert message["place"] == DE
    assert len(catalog.calls(sku)) == calls + 1


# === PRICE === #


def test_prices_made_changed_and_taken_away(catalog, made, euro):
    product, sku = made("price")
    template = template_of(catalog, product)
    assert [price_of(catalog.sdk.offer(sku, p)) for p in PLACES] == [49.9, 49.9]
    catalog.change(product, list_price=55)
    assert [price_of(catalog.sdk.offer(sku, p)) for p in PLACES] == [55, 55]

    own = {"product_tmpl_id": template, "compute_price": "fixed"}
    prices = euro({**own, "fixed_price": 60})
    sale = euro({**own, "fixed_price": 45, "date_start": day(-1), "date_end": day(5)})
    business = euro(
        {**own, "fixed_price": 50},
        {**own, "fixed_price": 48, "min_quantity": 5},
        {**own, "fixed_price": 47, "min_quantity": 20},
    )
    catalog.set_up(
        pricelist_id=prices,
        sale_pricelist_id=sale,
        business_pricelist_id=business,
        minimum_percent=50,
        maximum_percent=150,
    )
    offer = catalog.sdk.offer(sku)
    assert price_of(offer) == 60
    assert price_of(offer, "minimum_seller_allowed_price") == 30
    assert price_of(offer, "maximum_seller_allowed_price") == 90
    (part,) = offer["discounted_price"][0]["schedule"]
    days = [(TODAY + timedelta(days=n)).isoformat() for n in (-1, 5)]
    assert part["value_with_tax"] == 45
    assert [part["start_at"][:10], part["end_at"][:10]] == days
    assert catalog.sdk.item(sku).offers[0].price.amount == "45.0"
    offer = catalog.sdk.offer(sku, audience="B2B")
    (plan,) = offer["quantity_discount_plan"][0]["schedule"]
    assert price_of(offer) == 50
    assert plan["discount_type"] == "fixed"
    assert [(t["lower_bound"], t["value"]) for t in plan["levels"]] == [
        (5, 48),
        (20, 47),
    ]
    # The other marketplace has settings of its own.
    assert price_of(catalog.sdk.offer(sku, FR)) == 55

    rules = catalog.odoo.search_read(
        "product.pricelist.item", [("pricelist_id", "=", sale)], ["id"]
    )
    catalog.odoo.call("product.pricelist.item", "unlink", [r["id"] for r in rules])
    catalog.wait()
    offer = catalog.sdk.offer(sku)
    assert (price_of(offer), "discounted_price" in offer) == (60, False)
    catalog.set_up(
        pricelist_id=False,
        sale_pricelist_id=False,
        business_pricelist_id=False,
        minimum_percent=0,
        maximum_percent=0,
    )
    offer = catalog.sdk.offer(sku)
    assert price_of(offer) == 55
    assert offer.keys() == {"currency", "audience", "marketplace_id", "our_price"}
    assert catalog.sdk.offer(sku, audience="B2B") == {}


def watch_prices(catalog, sku, old):
    """No state that the listing had offers a piece at the price of before."""
    for place in PLACES:
        states = catalog.history.offered(sku, place)
        assert [s for s in states if s[0] > 0 and s[1] == old] == []


def test_price_goes_before_the_stock(catalog, made):
    product, sku = made("raised")
    catalog.write(product, list_price=60, qty_available=5)
    catalog.wait()
    catalog.check_equal([product], PLACES)
    watch_prices(catalog, sku, 49.9)
    # One after the other, each in a transaction of its own.
    catalog.change(product, qty_available=0)
    catalog.write(product, list_price=70)
    catalog.count(product, 8)
    catalog.wait()
    catalog.check_equal([product], PLACES)
    for place in PLACES:
        states = catalog.history.offered(sku, place)
        assert {(5, 60), (0, 60), (8, 70)} <= set(states)
        assert not {(8, 60), (5, 49.9), (8, 49.9)} & set(states)


def test_stock_waits_for_a_price_that_is_refused(catalog, made):
    product, sku = made("held")
    # More than half as much again: a person is to look at it.
    catalog.write(product, list_price=149, qty_available=5)
    text = catalog.odoo.wait_until(
        lambda: catalog.problem(product), 60, "the price is not held"
    )
    assert "149.00" in text
    catalog.odoo.wait_until(
        lambda: [
            row[0]
            for row in catalog.odoo.sql(
                "SELECT result FROM amazon_feed_message WHERE key = %s AND held"
                " AND state = 'waiting' AND lane = 'inventory'",
                [sku],
            )
        ],
        60,
        "the stock does not wait",
    )
    assert [catalog.sdk.stock(sku, p)["quantity"] for p in PLACES] == [0, 0]
    # Whoever counts again meanwhile changes nothing about that.
    catalog.count(product, 6)
    catalog.odoo.wait_until(
        lambda: (
            catalog.odoo.sql(
                "SELECT count(*) FROM amazon_listing WHERE sku = %s AND held_price > 0",
                [sku],
            )
            == [(len(PLACES),)]
        ),
        60,
        "the price is not held in both marketplaces",
    )
    for place in PLACES:
        listing = catalog.listing(product, place)
        catalog.odoo.call("amazon.listing", "action_allow_price", [listing])
    catalog.wait()
    catalog.check_equal([product], PLACES)
    watch_prices(catalog, sku, 49.9)


# === IMAGE === #


def fetched(catalog, url):
    """Wait until Amazon has fetched an image; return what it knows of it."""
    catalog.odoo.wait_until(
        lambda: [
            i
            for i in catalog.simulator.images()
            if (i["url"], i["state"]) == (url, "fetched")
        ],
        60,
        f"{url} was not fetched",
    )
    (image,) = [i for i in catalog.simulator.images() if i["url"] == url]
    return image


def image_of(catalog, sku, name=MAIN_IMAGE, place=DE):
    """Return what Amazon knows of an image of a listing."""
    (item,) = catalog.sdk.attributes(sku, place)[name]
    return fetched(catalog, item["media_location"])


def content_of(catalog, product):
    """Return the checksum of a product's own image as Odoo has it."""
    (found,) = catalog.odoo.search_read(
        "product.product", [("id", "=", product)], ["image_variant_1920"]
    )
    content = base64.b64decode(found["image_variant_1920"])
    return hashlib.sha256(content).hexdigest()


def test_images_made_changed_and_taken_away(catalog, made):
    product, sku = made("image")
    first = image_of(catalog, sku)
    assert (first["width"], first["height"]) == (500, 500)
    assert first["sha256"] == content_of(catalog, product)
    further = "other_product_image_locator_1"
    image = catalog.odoo.create(
        "amazon.product.image",
        {
            "product_tmpl_id": template_of(catalog, product),
            "image": picture("green", 600),
        },
    )
    catalog.write(product, image_variant_1920=picture("red", 700))
    catalog.wait()
    for place in PLACES:
        main = image_of(catalog, sku, place=place)
        assert (main["width"], main["url"] == first["url"]) == (700, False)
        assert image_of(catalog, sku, further, place)["width"] == 600
    assert catalog.sdk.item(sku).summaries[0].main_image.width == 700
    catalog.odoo.call("amazon.product.image", "unlink", [image])
    catalog.wait()
    for place in PLACES:
        found = catalog.sdk.attributes(sku, place)
        assert MAIN_IMAGE in found
        assert further not in found


# === RELATIONSHIP === #


def family(catalog, kind, attributes, **values):
    """Create a product with variants; return its template and its variants.

    :param attributes: name -> names of the values
    """
    lines = []
    for name, choices in attributes.items():
        attribute = catalog.odoo.create("product.attribute", {"name": name})
        ids = [
            catalog.odoo.create(
                "product.attribute.value", {"name": one, "attribute_id": attribute}
            )
            for one in choices
        ]
        lines.append((0, 0, {"attribute_id": attribute, "value_ids": [(6, 0, ids)]}))
    template = catalog.odoo.create(
        "product.template",
        {
            "name": f"{kind.title()} of many kinds",
            "type": "consu",
            "sale_ok": False,
            "amazon_product_type": kind,
            "amazon_brand": "Acme",
            "image_1920": picture(),
            "list_price": 20,
            "taxes_id": [(5, 0, 0)],
            "attribute_line_ids": lines,
            **values,
        },
    )
    variants = name_variants(catalog, template, kind)
    catalog.odoo.write("product.template", [template], {"sale_ok": True})
    return template, variants


def name_variants(catalog, template, prefix):
    """Give the variants of a product references; return SKU -> variant."""
    found = catalog.odoo.search_read(
        "product.product", [("product_tmpl_id", "=", template)], ["default_code"]
    )
    for variant in found:
        if not variant["default_code"]:
            number = 900000 + variant["id"]
            variant["default_code"] = f"{prefix}-{number}"
            catalog.write(
                variant["id"],
                default_code=variant["default_code"],
                barcode=barcode(number),
            )
    return {variant["default_code"]: variant["id"] for variant in found}


@pytest.mark.parametrize(
    ("kind", "attributes", "theme", "values"),
    [
        ("SHIRT", {"Color": ["Red", "Blue"], "Size": ["M"]}, "COLOR", {}),
        (
            "LUGGAGE",
            {"Color": ["Red", "Blue"], "Size": ["M", "L"]},
            "SIZE/COLOR",
            {},
        ),
        ("KITCHEN", {"Size": ["1 l", "2 l"]}, "SIZE", {"amazon_bullets": "Boils."}),
    ],
    ids=["SHIRT", "LUGGAGE", "KITCHEN"],
)
def test_family_made_changed_and_taken_apart(catalog, kind, attributes, theme, values):
    if kind == "LUGGAGE":
        (country,) = catalog.odoo.search_read("res.country", [("code", "=", "DE")], [])
        values = {**values, "country_of_origin": country["id"]}
    template, variants = family(catalog, kind, attributes, **values)
    catalog.wait()
    parent = f"PARENT-{template}"
    for place in PLACES:
        assert catalog.sdk.value(parent, "parentage_level", place) == "parent"
        found = catalog.sdk.family(parent, place)
        wanted = {"parents": [], "children": sorted(variants), "theme": theme}
        assert found == wanted
        for sku in variants:
            assert catalog.sdk.value(sku, "parentage_level", place) == "child"
            assert catalog.sdk.family(sku, place)["parents"] == [parent]
            assert catalog.sdk.item(sku, place).issues == []

    # A child more: another value of the first attribute.
    (line, *_rest) = catalog.odoo.search_read(
        "product.template.attribute.line",
        [("product_tmpl_id", "=", template)],
        ["attribute_id"],
    )
    value = catalog.odoo.create(
        "product.attribute.value",
        {"name": "Another", "attribute_id": line["attribute_id"][0]},
    )
    catalog.odoo.write(
        "product.template.attribute.line", [line["id"]], {"value_ids": [(4, value)]}
    )
    more = name_variants(catalog, template, kind)
    catalog.wait()
    assert len(more) > len(variants)
    for place in PLACES:
        assert catalog.sdk.family(parent, place)["children"] == sorted(more)

    # And a child less.
    gone, *left = sorted(more)
    catalog.change(more[gone], active=False)
    for place in PLACES:
        assert catalog.sdk.item(gone, place) is None
        assert catalog.sdk.family(parent, place)["children"] == left


# === OVERRIDE === #


def shipping_template(catalog, name="Express"):
    """Return the id and Amazon's key of a shipping template that Amazon lists."""
    (found,) = catalog.odoo.search_read(
        "amazon.shipping.template",
        [("name", "=", name), ("marketplace_id.marketplace_id", "=", DE)],
        ["value"],
    )
    return found["id"], found["value"]


def test_shipping_template_given_and_taken_away(catalog, made):
    product, sku = made("override")
    express, key = shipping_template(catalog)
    catalog.change_listing(product, shipping_template_id=express)
    assert catalog.sdk.value(sku, SHIPPING_GROUP) == key
    assert catalog.sdk.value(sku, SHIPPING_GROUP, FR) is None
    bulky, other = shipping_template(catalog, "Bulky goods")
    catalog.change_listing(product, shipping_template_id=bulky)
    assert catalog.sdk.value(sku, SHIPPING_GROUP) == other
    catalog.change_listing(product, shipping_template_id=False)
    assert SHIPPING_GROUP not in catalog.sdk.attributes(sku)


# === ONE LANE AT A TIME === #


@pytest.fixture
def full(catalog, made, euro):
    """A product of which Amazon knows all that there is: its id, SKU, and a second
    shipping template."""
    product, sku = made("full")
    main, _main_sku = made("main")
    express, _key = shipping_template(catalog)
    bulky, _key = shipping_template(catalog, "Bulky goods")
    own = {"product_tmpl_id": template_of(catalog, product), "compute_price": "fixed"}
    sale = euro({**own, "fixed_price": 45, "date_start": day(-1), "date_end": day(5)})
    business = euro(
        {**own, "fixed_price": 48}, {**own, "fixed_price": 46, "min_quantity": 5}
    )
    catalog.picking("incoming", product, 5, day(12))
    catalog.set_up(sale_pricelist_id=sale, business_pricelist_id=business)
    catalog.change_listing(
        product,
        handling_days=4,
        minimum_price=20,
        maximum_price=90,
        shipping_template_id=express,
    )
    catalog.write(product, weight=1.5)
    catalog.change(product, amazon_main_product_ids=[(6, 0, [main])])
    check_is_full(catalog.sdk.attributes(sku))
    yield product, sku, bulky
    catalog.set_up(sale_pricelist_id=False, business_pricelist_id=False)


def check_is_full(attributes):
    assert attributes[AVAILABILITY][0].keys() >= {
        "restock_date",
        "lead_time_to_ship_max_days",
    }
    assert len(attributes[OFFER]) == 2
    assert attributes[OFFER][0].keys() >= {
        "discounted_price",
        "minimum_seller_allowed_price",
        "maximum_seller_allowed_price",
    }
    assert RELATION in attributes


def names_changed(before, after):
    """Return which attributes differ between two states of a listing."""
    names = before.keys() | after.keys()
    return {name for name in names if before.get(name) != after.get(name)}


def test_change_of_one_lane_leaves_all_others_alone(catalog, full):
    product, sku, bulky = full

    def shown():
        return {place: catalog.sdk.attributes(sku, place) for place in PLACES}

    def check(name, change, places=PLACES, **values):
        """A change of these values changes one attribute in these places, no other."""
        before = shown()
        change(product, **values)
        after = shown()
        changed = {p: names_changed(before[p], after[p]) for p in PLACES}
        assert changed == {p: {name} if p in places else set() for p in PLACES}

    change, change_listing = catalog.change, catalog.change_listing
    check("product_description", change, description_sale="Boils faster.")
    check(OFFER, change, list_price=52)
    check(AVAILABILITY, change_listing, handling_days=2)
    check(MAIN_IMAGE, change, image_variant_1920=picture("pink", 510))
    check(SHIPPING_GROUP, change_listing, places=(DE,), shipping_template_id=bulky)
    check(RELATION, change, amazon_main_product_ids=[(5, 0, 0)])
    check(OFFER, change_listing, places=(DE,), maximum_price=95)
    assert catalog.sdk.stock(sku) == {
        "quantity": 0,
        "lead_time_to_ship_max_days": 2,
        "restock_date": (TODAY + timedelta(days=12)).isoformat(),
    }
