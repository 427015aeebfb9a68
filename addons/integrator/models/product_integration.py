# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ProductIntegration(models.Model):
    _name = "product.integration"
    _inherit = "integrator.event"
    _description = "Product Event"

    record_operation = fields.Selection(
        [
            ("create", "Created"),
            ("write", "Changed"),
            ("unlink", "Deleted"),
            ("inventory", "Stock Changed"),
        ],
        string="Operation",
        required=True,
        readonly=True,
    )

    @api.model
    def _announce(self, events, site_name, mode):
        if events:
            sites = self.env["integrator.site"]
            sites._announce_product_rows(events, site_name, mode)
