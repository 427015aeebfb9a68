# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class Base(models.AbstractModel):
    _inherit = "base"

    def _get_integration_names(self):
        """Return what an event about each record shows of it (batch).

        :return: dict record id -> (name, company id or None); none for those gone
        """
        query = self._get_integration_query()
        if query:
            self.env.cr.execute(query)
            return {id_: found for id_, *found in self.env.cr.fetchall()}
        has_company = "company_id" in self._fields
        return {
            record.id: (
                record.display_name,
                (has_company and record.company_id.id) or None,
            )
            for record in self.exists()
        }

    def _get_integration_query(self):
        """Return how the database itself names these records, where it can.

        :return: SQL that selects id, name and company id; empty: only Odoo can
        """
        return SQL()
