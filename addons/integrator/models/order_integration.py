# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class OrderIntegration(models.Model):
    _name = "order.integration"
    _inherit = "integrator.event"
    _description = "Order Event"

    record_operation = fields.Selection(
        [
            ("confirmation", "Confirmed"),
            ("shipped", "Shipped"),
            ("tracking", "Tracking Number"),
            ("cancellation", "Cancelled"),
            ("refund", "Refunded"),
        ],
        string="Operation",
        required=True,
        readonly=True,
    )
