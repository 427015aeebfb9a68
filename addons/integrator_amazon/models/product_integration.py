# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ProductIntegration(models.Model):
    _name = "product.integration"
    _inherit = ["product.integration", "amazon.event.status"]
    _amazon_message_rel = "amazon_feed_message_product_rel"

    amazon_message_ids = fields.Many2many(
        "amazon.feed.message",
        relation="amazon_feed_message_product_rel",
        column1="event_id",
        column2="message_id",
        string="Sent to Amazon",
    )

    _undispatched_idx = models.Index(
        "(id) WHERE amazon_dispatched IS NOT TRUE"
        " AND (site_name IS NULL OR site_name = 'amazon')"
    )
