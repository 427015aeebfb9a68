# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class QueueJob(models.Model):
    _inherit = "queue.job"

    def related_action_amazon_record(self):
        """Open the feed this job works on, from Odoo's job monitor."""
        self.ensure_one()
        records = self.records.exists()
        if len(records) != 1:
            return None
        return {
            "type": "ir.actions.act_window",
            "res_model": records._name,
            "res_id": records.id,
            "views": [(False, "form")],
        }
