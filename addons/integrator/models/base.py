# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class Base(models.AbstractModel):
    _inherit = "base"

    def _get_integration_names(self):
        """Return what an event about each record shows of it (batch).

        :return: dict record id -> (name, company id or None); none for those gone
        """
        has_company = "company_id" in self._fields
        return {
            record.id: (
                record.display_name,
                (has_company and record.company_id.id) or None,
            )
            for record in self.exists()
        }
