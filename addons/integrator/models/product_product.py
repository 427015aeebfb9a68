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


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        record_created(products)
        return products

    def write(self, vals):
        result = super().write(vals)
        names = vals.keys() & is_recording(self.env, self._name)
        if names:
            record_written(self, jsonable(self, vals, names))
        return result

    def unlink(self):
        with recording_unlink(self):
            return super().unlink()

    def _get_integration_names(self):
        """Return what a row about each product shows of it, in one query.

        Not its display name, which costs more than a change of many products.

        :return: dict product id -> (name, company id or None); none for those gone
        """
        self.env.cr.execute(
            """
            SELECT p.id, t.company_id, concat(
                '[' || nullif(p.default_code, '') || '] ',
                coalesce(t.name ->> %s, t.name ->> 'en_US'))
            FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
            WHERE p.id = ANY(%s)
            """,
            [self.env.lang or "en_US", self.ids],
        )
        return {id_: (name, company) for id_, company, name in self.env.cr.fetchall()}

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
