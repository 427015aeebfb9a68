# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator.recorder import is_recording, jsonable, record_written


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def write(self, vals):
        result = super().write(vals)
        # Its rules have events of their own.
        names = vals.keys() & is_recording(self.env, self._name) - {"item_ids"}
        if names:
            record_written(self, jsonable(self, vals, names))
        return result

    def _get_integration_names(self):
        """Return what a row about each pricelist shows of it (batch).

        :return: dict pricelist id -> (name, company id or False); none for those gone
        """
        return {
            pricelist.id: (pricelist.display_name, pricelist.company_id.id)
            for pricelist in self.exists()
        }

    def _get_integration_keys(self):
        """Return what each pricelist is known by (batch)."""
        return {item.id: {"id": item.id, "name": item.name} for item in self}
