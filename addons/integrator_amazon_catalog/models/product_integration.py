# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ProductIntegration(models.Model):
    _inherit = "product.integration"

    def _fan_out(self, events):
        messages = super()._fan_out(events)
        products = events.filtered(lambda e: e.record_model == "product.product")
        accounts = self.env["amazon.account"].search([])
        for account in accounts:
            concerned = products.filtered(
                lambda event, account=account: (
                    account.automatic or event.mode == "manual"
                )
            )
            if concerned:
                messages |= self.env["amazon.listing"]._queue(account, concerned)
        return messages
