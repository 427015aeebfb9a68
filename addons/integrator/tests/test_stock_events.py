# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from .common import IntegratorCase


class StockCase(IntegratorCase):
    """A product with ten pieces on the shelf, all that happened so far committed."""

    subscribed = {**IntegratorCase.subscribed, "stock.quant": {"quantity"}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search([], limit=1)
        cls.shelf = cls.warehouse.lot_stock_id
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")

    def setUp(self):
        super().setUp()
        self.item = self.product(name="Item", is_storable=True)
        self.quants()._update_available_quantity(self.item, self.shelf, 10)
        self.forget()

    def quants(self):
        return self.env["stock.quant"]

    def forget(self):
        """Commit, and forget what was recorded up to now."""
        self.commit()
        self.env["product.integration"].search([]).unlink()
        self.announced.clear()

    def assert_stock_row(self, product=None, places=None):
        """One row of the kind, of these places; return it, and forget it."""
        product = product or self.item
        self.assertEqual(self.events(product), ["inventory"])
        row = self.rows(product)
        places = self.shelf if places is None else places
        self.assertEqual(row.operation_data, {"locations": sorted(places.ids)})
        self.assertEqual(row.record_name, product.name)
        self.forget()

    def move(self, source, target, quantity=2, picking_type="out_type_id"):
        """Return a picking of the item, confirmed."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse[picking_type].id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.item.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        return picking

    def receipt(self):
        return self.move(self.suppliers, self.shelf, picking_type="in_type_id")

    def delivery(self):
        return self.move(self.shelf, self.customers)


@tagged("post_install", "-at_install")
class TestStockEvents(StockCase):
    # === ON HAND AND RESERVED === #

    def test_inventory_count(self):
        quant = self.quants()._gather(self.item, self.shelf)
        quant = quant.with_context(inventory_mode=True)
        quant.inventory_quantity = 7
        quant.action_apply_inventory()
        self.assert_stock_row()

    def test_first_count_of_a_product(self):
        other = self.product(name="Other", is_storable=True)
        self.forget()
        self.quants().with_context(inventory_mode=True).create(
            {
                "product_id": other.id,
                "location_id": self.shelf.id,
                "inventory_quantity": 4,
            }
        ).action_apply_inventory()
        self.assert_stock_row(other)

    def test_reservation_delivery_and_return(self):
        picking = self.delivery()
        # Confirming reserves.
        self.assertEqual(picking.state, "assigned")
        self.assert_stock_row()
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assert_stock_row()
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id, active_model="stock.picking"
            )
        ).save()
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.button_validate()
        self.assertEqual(back.state, "done")
        self.assert_stock_row()

    def test_sale_order_confirmed_and_cancelled(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
                "order_line": [
                    (0, 0, {"product_id": self.item.id, "product_uom_qty": 3})
                ],
            }
        )
        self.forget()
        order.action_confirm()
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assert_stock_row()
        order.action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assert_stock_row()

    def test_scrap(self):
        self.env["stock.scrap"].create(
            {
                "product_id": self.item.id,
                "scrap_qty": 1,
                "location_id": self.shelf.id,
            }
        ).action_validate()
        self.assert_stock_row()

    def test_move_within_the_warehouse_names_both_places(self):
        place = self.shelf.create({"name": "Far", "location_id": self.shelf.id})
        picking = self.move(self.shelf, place, picking_type="int_type_id")
        picking.action_assign()
        picking.button_validate()
        self.assert_stock_row(places=self.shelf | place)

    def test_loaded_data(self):
        quant = self.quants().create(
            {
                "product_id": self.item.id,
                "location_id": self.shelf.id,
                "quantity": 5,
            }
        )
        self.assert_stock_row()
        quant.reserved_quantity = 1
        self.assert_stock_row()
        quant.unlink()
        self.assert_stock_row()

    def test_what_is_no_stock_is_no_event(self):
        self.quants()._update_available_quantity(self.item, self.customers, 5)
        quant = self.quants()._gather(self.item, self.shelf)
        quant.user_id = self.env.user
        empty = self.quants().create(
            {"product_id": self.item.id, "location_id": self.shelf.id}
        )
        empty.unlink()
        self.assertFalse(self.events(self.item))

    # === WHAT IS TO COME === #

    def test_receipt_confirmed_rescheduled_and_cancelled(self):
        picking = self.receipt()
        self.assert_stock_row()
        picking.scheduled_date = fields.Datetime.now() + timedelta(days=9)
        self.assert_stock_row()
        picking.move_ids.product_uom_qty = 5
        self.assert_stock_row()
        picking.action_cancel()
        self.assertEqual(picking.state, "cancel")
        self.assert_stock_row()

    def test_receipt_received(self):
        picking = self.receipt()
        self.forget()
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assert_stock_row()

    def test_date_of_a_draft_or_of_a_delivery_is_no_event(self):
        draft = self.receipt().copy()
        delivery = self.delivery()
        self.forget()
        self.assertEqual(draft.state, "draft")
        draft.scheduled_date = fields.Datetime.now() + timedelta(days=9)
        delivery.scheduled_date = fields.Datetime.now() + timedelta(days=9)
        self.assertFalse(self.events(self.item))

    # === ONE ROW PER PRODUCT, KIND AND TRANSACTION === #

    def test_two_kinds_are_two_rows(self):
        self.item.name = "Changed"
        self.quants()._update_available_quantity(self.item, self.shelf, 1)
        self.item.default_code = "X"
        self.assertEqual(sorted(self.events(self.item)), ["inventory", "write"])
        self.assertEqual(len(self.announced), 1)

    def test_many_changes_with_savepoints_between_are_one_row(self):
        place = self.shelf.create({"name": "Far", "location_id": self.shelf.id})
        for location in (self.shelf, place, self.shelf):
            with self.env.cr.savepoint():
                self.quants()._update_available_quantity(self.item, location, 1)
        self.assert_stock_row(places=self.shelf | place)

    def test_rolled_back_change_leaves_nothing(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.quants()._update_available_quantity(self.item, self.shelf, 1)
            self.env.cr.flush()
            raise ZeroDivisionError
        self.assertFalse(self.events(self.item))

    def test_change_after_a_rolled_back_one_is_recorded(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.quants()._update_available_quantity(self.item, self.shelf, 1)
            self.env.cr.flush()
            raise ZeroDivisionError
        self.quants()._update_available_quantity(self.item, self.shelf, 1)
        self.assert_stock_row()

    def test_stock_of_a_deleted_product_concerns_nobody(self):
        product = self.product(name="Short-lived", is_storable=True)
        self.forget()
        self.quants()._update_available_quantity(product, self.shelf, 1)
        self.quants()._gather(product, self.shelf).unlink()
        product.unlink()
        self.assertEqual(self.events(product), ["unlink"])

    # === COST === #

    def test_many_products_cost_a_constant_number_of_queries(self):
        def rows_cost(number):
            products = self.env["product.product"].create(
                [{"name": f"S{i}", "is_storable": True} for i in range(number)]
            )
            self.forget()
            for product in products:
                self.quants()._update_available_quantity(product, self.shelf, 1)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.commit()
            return self.env.cr.sql_log_count - before

        rows_cost(1)
        self.assertEqual(rows_cost(40), rows_cost(2))

    def test_not_subscribed_it_costs_no_query(self):
        quant = self.quants()._gather(self.item, self.shelf)
        receipt = self.receipt()
        self.forget()
        self.backend.automatic = False
        self.env["integrator.site"]._get_subscriptions()
        later = fields.Datetime.now() + timedelta(days=9)

        def change():
            quant.quantity += 1
            receipt.move_ids.date = later
            self.env.flush_all()

        change()
        with self.assertQueryCount(0):
            places = self.env["integrator.site"]._get_subscriptions()
        self.assertFalse(places)
        before = self.env.cr.sql_log_count
        change()
        without = self.env.cr.sql_log_count - before
        self.assertFalse(self.env.cr.precommit.data)
        with self.assertQueryCount(without):
            change()
        self.assertFalse(self.events(self.item))

    def test_recording_itself_asks_nothing_of_the_database(self):
        quant = self.quants()._gather(self.item, self.shelf)
        self.env["integrator.site"]._get_subscriptions()
        quant.mapped("location_id.usage")
        with self.assertQueryCount(0):
            quant._get_places()

    def test_a_sites_own_changes_are_not_recorded(self):
        quants = self.quants().with_context(integrator_no_record=True)
        quants._update_available_quantity(self.item, self.shelf, 1)
        self.assertFalse(self.events(self.item))
