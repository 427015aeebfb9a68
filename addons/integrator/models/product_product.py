# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..recorder import Event, is_recording, jsonable, record, unlink_events


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        if is_recording(self.env, self._name):
            record(self.env, self._name, {p.id: Event("create") for p in products})
        return products

    def write(self, vals):
        result = super().write(vals)
        names = vals.keys() & is_recording(self.env, self._name)
        if names:
            self._record_write(jsonable(self, vals, names))
        return result

    def unlink(self):
        recording = is_recording(self.env, self._name)
        events = unlink_events(self.exists().sudo()) if recording else {}
        result = super().unlink()
        record(self.env, self._name, events)
        return result

    def _record_write(self, data):
        """Record that these variants got the values *data*."""
        events = {id_: Event("write", dict(data)) for id_ in self._origin.ids}
        record(self.env, "product.product", events)

    def _get_integration_keys(self):
        """Return what each product is known by, for when it is gone (batch).

        :return: dict product id -> JSON-able dict; sites add their own keys
        """
        return {
            product.id: {
                "id": product.id,
                "name": product.name,
                "default_code": product.default_code or "",
                "barcode": product.barcode or "",
            }
            for product in self
        }
