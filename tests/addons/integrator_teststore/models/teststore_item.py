# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class TeststoreItem(models.Model):
    """What the test store knows of a product."""

    _name = "teststore.item"
    _description = "Test Store Item"

    backend_id = fields.Many2one("teststore.backend", required=True, ondelete="cascade")
    product_key = fields.Integer(required=True)
    name = fields.Char()
    price = fields.Float()
    stock = fields.Float()

    _product_uniq = models.Constraint(
        "UNIQUE (backend_id, product_key)", "The store has this product already."
    )
