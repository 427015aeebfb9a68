# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stock of kits, with the addon ``mrp`` that the suite does not depend on."""

from __future__ import annotations

import pytest

from tests.system.exchanges import install


@pytest.fixture(scope="module")
def workshop(odoo):
    """A running server with ``mrp`` and with a site that wants to know of stock."""
    install(odoo, "mrp")
    install(odoo, "integrator_teststore")
    odoo.create("teststore.backend", {"name": "Store", "automatic": True})
    return odoo


def make_product(odoo, name):
    return odoo.create("product.product", {"name": name, "is_storable": True})


def make_bom(odoo, product, parts, kind="phantom", of_variant=False):
    """Make a bill of materials: *product* is made of one of each of *parts*."""
    (found,) = odoo.search_read(
        "product.product", [("id", "=", product)], ["product_tmpl_id"]
    )
    lines = [(0, 0, {"product_id": part, "product_qty": 1}) for part in parts]
    return odoo.create(
        "mrp.bom",
        {
            "product_tmpl_id": found["product_tmpl_id"][0],
            "product_id": product if of_variant else False,
            "type": kind,
            "bom_line_ids": lines,
        },
    )


def count_stock(odoo, product, amount):
    """Count a product on the shelf, as a person does; return the place's id."""
    (warehouse,) = odoo.search_read("stock.warehouse", [], ["lot_stock_id"])[:1]
    shelf = warehouse["lot_stock_id"][0]
    quant = odoo.create(
        "stock.quant",
        {"product_id": product, "location_id": shelf, "inventory_quantity": amount},
    )
    odoo.call("stock.quant", "action_apply_inventory", [quant])
    return shelf


def stock_rows(odoo, products):
    """Return the stock events of these products as dict id -> list of their data."""
    rows = odoo.search_read(
        "product.integration",
        [("record_operation", "=", "inventory"), ("record_id", "in", products)],
        ["record_id", "record_model", "operation_data"],
    )
    assert {row["record_model"] for row in rows} <= {"product.product"}
    found = {product: [] for product in products}
    for row in rows:
        found[row["record_id"]].append(row["operation_data"])
    return found


def test_stock_of_a_part_is_stock_of_every_kit_it_is_in(workshop):
    names = ("Leg", "Table", "Set", "Made", "Kit no more", "Other")
    leg, table, furniture, made, former, other = (
        make_product(workshop, name) for name in names
    )
    make_bom(workshop, table, [leg], of_variant=True)
    make_bom(workshop, furniture, [table])
    make_bom(workshop, made, [leg], kind="normal")
    old = make_bom(workshop, former, [leg])
    workshop.write("mrp.bom", [old], {"active": False})
    make_bom(workshop, other, [made])

    shelf = count_stock(workshop, leg, 8)

    places = [{"locations": [shelf]}]
    assert stock_rows(workshop, [leg, table, furniture, made, former, other]) == {
        leg: places,
        table: places,
        furniture: places,
        made: [],
        former: [],
        other: [],
    }


def test_parts_counted_together_are_one_event_of_their_kit(workshop):
    parts = [make_product(workshop, f"Part {number}") for number in range(3)]
    kit = make_product(workshop, "Kit")
    make_bom(workshop, kit, parts)
    for part in parts:
        count_stock(workshop, part, 5)
    assert len(stock_rows(workshop, [kit])[kit]) == 3

    order = workshop.create(
        "sale.order",
        {
            "partner_id": workshop.create("res.partner", {"name": "Buyer"}),
            "order_line": [
                (0, 0, {"product_id": part, "product_uom_qty": 1}) for part in parts
            ],
        },
    )
    workshop.call("sale.order", "action_confirm", [order])

    found = stock_rows(workshop, [*parts, kit])
    assert [len(found[product]) for product in (*parts, kit)] == [2, 2, 2, 4]
