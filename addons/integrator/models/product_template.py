# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..recorder import is_recording, jsonable, record_written, recording_unlink


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        names = vals.keys() & is_recording(self.env, self._name)
        if names:
            record_written(self._get_all_variants(), jsonable(self, vals, names))
        return result

    def unlink(self):
        # The database deletes the variants of a template: no hook of theirs runs.
        if not is_recording(self.env, "product.product"):
            return super().unlink()
        with recording_unlink(self._get_all_variants()):
            return super().unlink()

    def _get_all_variants(self):
        return self.with_context(active_test=False).product_variant_ids
