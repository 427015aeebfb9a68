# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models

from ..recorder import is_recording, record_inventory

AMOUNTS = {"quantity", "reserved_quantity"}


class StockQuant(models.Model):
    """Stock changes here and nowhere else.

    On-hand and reserved amounts go through ``_update_available_quantity``, which ends
    in ``create`` or ``write``; what loads data calls these two itself.
    """

    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        if is_recording(self.env, self._name):
            record_inventory(self.env, quants._get_stocked_places())
        return quants

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & AMOUNTS and is_recording(self.env, self._name):
            record_inventory(self.env, self._get_places())
        return result

    def unlink(self):
        places = {}
        if is_recording(self.env, self._name):
            places = self.exists()._get_stocked_places()
        result = super().unlink()
        record_inventory(self.env, places)
        return result

    def _get_stocked_places(self):
        """Return the places of those that are not empty."""
        stocked = self.sudo().filtered(lambda q: q.quantity or q.reserved_quantity)
        return stocked._get_places()

    def _get_places(self):
        """Return where which product lies, as far as it is stock.

        :return: dict product id -> set of location ids
        """
        places = defaultdict(set)
        for quant in self.sudo():
            if quant.location_id.usage in ("internal", "transit"):
                places[quant.product_id.id].add(quant.location_id.id)
        return places
