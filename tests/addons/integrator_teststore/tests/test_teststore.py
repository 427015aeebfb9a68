# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged

from odoo.addons.integrator.recorder import WRITTEN
from odoo.addons.queue_job.tests.common import trap_jobs


@tagged("post_install", "-at_install")
class TestTeststore(TransactionCase):
    """The common part serves a site that it has never heard of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.backend = cls.env["teststore.backend"].create(
            {"name": "Store", "automatic": True}
        )

    def commit(self):
        self.env.cr.flush()
        self.env.cr.cache.pop(WRITTEN, None)
        self.env.invalidate_all()

    def process(self):
        self.commit()
        self.env["product.integration"]._job_teststore()

    def product(self, **values):
        values = {"name": "Lamp", "list_price": 10, **values}
        return self.env["product.product"].create(values)

    def rows(self, product):
        return self.env["product.integration"].search(
            [("record_id", "=", product.id), ("record_model", "=", product._name)],
            order="id",
        )

    def test_products_come_change_and_go(self):
        product = self.product()
        self.process()
        item = self.backend.item_ids
        self.assertEqual((item.name, item.price), ("Lamp", 10))
        product.name = "Torch"
        self.process()
        self.assertEqual(item.name, "Torch")
        product.unlink()
        self.process()
        self.assertFalse(item.exists())

    def test_stock_reaches_it(self):
        product = self.product(is_storable=True)
        self.process()
        shelf = self.env["stock.warehouse"].search([], limit=1).lot_stock_id
        self.env["stock.quant"]._update_available_quantity(product, shelf, 8)
        self.process()
        self.assertEqual(self.rows(product)[-1].record_operation, "inventory")
        self.assertEqual(self.backend.item_ids.stock, 8)

    def test_its_job_is_enqueued_with_the_change(self):
        with trap_jobs() as trap:
            self.product()
            self.commit()
            events = self.env["product.integration"]
            trap.assert_jobs_count(1, only=events._job_teststore)

    def test_price_of_an_attribute_reaches_it(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Bulb", "value_ids": [(0, 0, {"name": n}) for n in ("A", "B")]}
        )
        line = {"attribute_id": attribute.id, "value_ids": attribute.value_ids.ids}
        template = self.env["product.template"].create(
            {"name": "Lamp", "list_price": 10, "attribute_line_ids": [(0, 0, line)]}
        )
        self.process()
        value = template.attribute_line_ids.product_template_value_ids[0]
        value.price_extra = 5
        self.process()
        prices = {item.price for item in self.backend.item_ids}
        self.assertEqual(prices, {10, 15})

    def test_price_rules_are_rows_it_can_read(self):
        pricelist = self.env["product.pricelist"].create({"name": "List"})
        rule = self.env["product.pricelist.item"].create(
            {"pricelist_id": pricelist.id, "fixed_price": 3}
        )
        self.commit()
        row = self.rows(rule)
        self.assertEqual(row.record_operation, "create")
        self.process()
        self.assertEqual(row.teststore_status, "done")

    def test_its_status_and_alert_are_its_own(self):
        product = self.product(list_price=0)
        self.process()
        self.assertEqual(self.rows(product).teststore_status, "failed")
        alert = self.env["integrator.alert"].search(
            [("cause", "=", f"teststore:no-price:{product.id}")]
        )
        self.assertEqual(alert.record_id, product.id)

    def test_manual_events_for_another_site_are_not_taken(self):
        product = self.product()
        self.process()
        rows = self.env["product.integration"]._record_manual(
            product, "write", "elsewhere"
        )
        self.process()
        self.assertFalse(rows.teststore_status)

    def test_order_events_have_a_place(self):
        event = self.env["order.integration"].create(
            {
                "record_model": "sale.order",
                "record_id": 1,
                "record_operation": "confirmation",
            }
        )
        event.teststore_status = "done"
        self.assertEqual(
            self.env["order.integration"].search([("teststore_status", "=", "done")]),
            event,
        )

    def test_switched_off_nothing_is_recorded(self):
        self.backend.automatic = False
        product = self.product()
        self.commit()
        self.assertFalse(self.rows(product))
