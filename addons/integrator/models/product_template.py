# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..recorder import is_recording, jsonable, record, unlink_events


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        names = vals.keys() & is_recording(self.env, self._name)
        if names:
            self._get_all_variants()._record_write(jsonable(self, vals, names))
        return result

    def unlink(self):
        # The database deletes the variants of a template: no hook of theirs runs.
        recording = is_recording(self.env, "product.product")
        variants = self._get_all_variants().sudo() if recording else None
        events = unlink_events(variants) if recording else {}
        result = super().unlink()
        record(self.env, "product.product", events)
        return result

    def _get_all_variants(self):
        return self.with_context(active_test=False).product_variant_ids
