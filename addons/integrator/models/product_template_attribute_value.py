# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..recorder import is_recording, record_written


class ProductTemplateAttributeValue(models.Model):
    _inherit = "product.template.attribute.value"

    def write(self, vals):
        result = super().write(vals)
        names = vals.keys() & is_recording(self.env, self._name)
        if names:
            # Extra prices change variants without touching them.
            data = {name: vals[name] for name in names}
            record_written(self.ptav_product_variant_ids, data)
        return result
