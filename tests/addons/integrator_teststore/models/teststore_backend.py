# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class TeststoreBackend(models.Model):
    """A shop that wants names, prices and stock, and nothing else."""

    _name = "teststore.backend"
    _description = "Test Store"
    _inherit = "integrator.backend"
    _integrator_site = "teststore"

    item_ids = fields.One2many("teststore.item", "backend_id")

    @api.model
    def _get_subscribed_fields(self):
        return {
            "product.product": {"name", "list_price"},
            "product.template": {"name", "list_price"},
            "product.pricelist": {"currency_id"},
            "product.pricelist.item": {"fixed_price"},
            "stock.quant": {"quantity"},
            "product.template.attribute.value": {"price_extra"},
        }

    @api.model
    def _on_product_rows(self, rows, mode):
        self.env["product.integration"].with_delay(
            identity_key="teststore-process"
        )._job_teststore()
