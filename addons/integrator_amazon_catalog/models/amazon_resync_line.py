# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AmazonResyncLine(models.Model):
    """One of some listings that show what a resync would do."""

    _name = "amazon.resync.line"
    _description = "Sample of an Amazon Resync"
    _order = "resync_id, id"
    _rec_name = "sku"

    resync_id = fields.Many2one(
        "amazon.resync", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="resync_id.company_id", store=True)
    sku = fields.Char(string="SKU", readonly=True)
    shop = fields.Char(string="Marketplace", readonly=True)
    kind = fields.Selection(
        [
            ("new", "New"),
            ("changed", "Changes"),
            ("ended", "Is Ended"),
        ],
        string="What Happens",
        readonly=True,
    )
    changes = fields.Text(string="From and To", readonly=True)
