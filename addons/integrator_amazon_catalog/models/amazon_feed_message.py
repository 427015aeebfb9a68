# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AmazonFeedMessage(models.Model):
    _inherit = "amazon.feed.message"

    listing_id = fields.Many2one(
        "amazon.listing", index="btree_not_null", ondelete="cascade"
    )

    def _get_queue_columns(self):
        return [*super()._get_queue_columns(), "listing_id"]
