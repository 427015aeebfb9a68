# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..recorder import is_recording, jsonable, record_written, recording_unlink


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def write(self, vals):
        result = super().write(vals)
        names = vals.keys() & is_recording(self.env, self._name)
        if names:
            record_written(self, jsonable(self, vals, names))
        return result

    def unlink(self):
        # The database deletes the rules of a pricelist: no hook of theirs runs.
        items = self.env["product.pricelist.item"]
        if not is_recording(self.env, items._name):
            return super().unlink()
        with recording_unlink(items.search([("pricelist_id", "in", self.ids)])):
            return super().unlink()
