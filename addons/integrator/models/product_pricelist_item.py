# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..recorder import (
    is_recording,
    jsonable,
    record_created,
    record_written,
    recording_unlink,
)


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        record_created(items)
        return items

    def write(self, vals):
        result = super().write(vals)
        names = vals.keys() & is_recording(self.env, self._name)
        if names:
            record_written(self, jsonable(self, vals, names))
        return result

    def unlink(self):
        with recording_unlink(self):
            return super().unlink()

    def _get_integration_keys(self):
        """Return the reach of each rule, for when it is gone (batch)."""
        return {
            item.id: {
                "id": item.id,
                "pricelist_id": item.pricelist_id.id,
                "applied_on": item.applied_on,
                "product_id": item.product_id.id,
                "product_tmpl_id": item.product_tmpl_id.id,
                "categ_id": item.categ_id.id,
            }
            for item in self
        }
