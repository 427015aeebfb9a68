# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

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

    def _get_integration_query(self):
        # Not the display name, which costs more than a change of many products.
        return SQL(
            """
            SELECT p.id, concat(
                '[' || nullif(p.default_code, '') || '] ',
                coalesce(t.name ->> %s, t.name ->> 'en_US')), t.company_id
            FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id
            WHERE p.id = ANY(%s::int[])
            """,
            self.env.lang or "en_US",
            f"{{{','.join(map(str, self.ids))}}}",
        )

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

    def _get_integration_kits(self):
        """Return the kits that these products are in, through other kits as well.

        One query, and none without the addon ``mrp``. Parts that only some variants
        of a kit have count for all of them: one event too many, none too few.

        :return: dict id of a part -> list of ids of kits
        """
        kits = defaultdict(list)
        if "mrp.bom" not in self.env:
            return kits
        self.env.cr.execute(
            """
            WITH RECURSIVE kit (part_id, product_id) AS (
                SELECT id, id FROM unnest(%s) AS id
                UNION
                SELECT kit.part_id, product.id
                FROM kit
                JOIN mrp_bom_line line ON line.product_id = kit.product_id
                JOIN mrp_bom bom ON bom.id = line.bom_id
                 AND bom.type = 'phantom' AND bom.active
                JOIN product_product product
                  ON product.product_tmpl_id = bom.product_tmpl_id
                 AND (bom.product_id IS NULL OR bom.product_id = product.id)
            )
            SELECT part_id, product_id FROM kit WHERE part_id != product_id
            """,
            [self.ids],
        )
        for part_id, product_id in self.env.cr.fetchall():
            kits[part_id].append(product_id)
        return kits
