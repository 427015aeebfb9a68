# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ProductIntegration(models.Model):
    _inherit = "product.integration"

    teststore_status = fields.Selection([("done", "Done"), ("failed", "Failed")])

    @api.model
    def _job_teststore(self):
        """Take new product events over into the test store"""
        events = self.search(
            [
                ("teststore_status", "=", False),
                ("site_name", "in", (False, "teststore")),
            ],
            order="id",
        )
        for event in events:
            event.teststore_status = event._take_over()
        return f"{len(events)} events."

    def _take_over(self):
        if self.record_model != "product.product":
            return "done"
        product = self.env["product.product"].browse(self.record_id).exists()
        if product and not product.list_price:
            self.env["integrator.alert"]._report(
                f"teststore:no-price:{product.id}",
                name=self.env._("%s has no price", product.display_name),
                description=self.env._("The test store sells nothing for free."),
                next_step=self.env._("Give it a price."),
                record=product,
            )
            return "failed"
        for backend in self.env["teststore.backend"].search([("automatic", "=", True)]):
            self._store(backend, product)
        return "done"

    def _store(self, backend, product):
        known = backend.item_ids.filtered(lambda i: i.product_key == self.record_id)
        values = {
            "name": product.name,
            "price": product.lst_price,
            "stock": product.free_qty,
        }
        if not product:
            known.unlink()
        elif known:
            known.write(values)
        else:
            known.create(
                {"backend_id": backend.id, "product_key": product.id, **values}
            )


class OrderIntegration(models.Model):
    _inherit = "order.integration"

    teststore_status = fields.Selection([("done", "Done"), ("failed", "Failed")])
