# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models

from ..recorder import is_recording, record_inventory

STOCK_USAGES = ("internal", "transit")
RESTOCK_FIELDS = {
    "date",
    "location_dest_id",
    "location_final_id",
    "location_id",
    "product_uom_qty",
    "state",
}


class StockMove(models.Model):
    """What is to come, and when: a receipt says when a product is in stock again."""

    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        if is_recording(self.env, "stock.quant"):
            record_inventory(self.env, moves._get_restocked_places())
        return moves

    def write(self, vals):
        result = super().write(vals)
        # Confirming, assigning and cancelling write the state.
        if vals.keys() & RESTOCK_FIELDS and is_recording(self.env, "stock.quant"):
            record_inventory(self.env, self._get_restocked_places())
        return result

    def _get_restocked_places(self):
        """Return which products come into stock where; drafts do not count yet.

        :return: dict product id -> set of location ids
        """
        places = defaultdict(set)
        for move in self.sudo():
            # A receipt in several steps has its end in mind from the first one on.
            place = move.location_final_id or move.location_dest_id
            if (
                move.state != "draft"
                and place.usage in STOCK_USAGES
                and move.location_id.usage not in STOCK_USAGES
                and move.product_id.is_storable
            ):
                places[move.product_id.id].add(place.id)
        return places
