# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .amazon_listing import FEED_TYPE


class AmazonFeedMessage(models.Model):
    _inherit = "amazon.feed.message"

    listing_id = fields.Many2one(
        "amazon.listing", index="btree_not_null", ondelete="cascade"
    )

    def _get_queue_columns(self):
        return [*super()._get_queue_columns(), "isolated", "listing_id"]

    def action_retry(self):
        """Queue failed messages again; products without a listing are dispatched."""
        refused = self.filtered(
            lambda m: (
                m.state == "error" and m.feed_type == FEED_TYPE and not m.listing_id
            )
        )
        events = refused.sudo().product_event_ids
        refused.sudo().unlink()
        if events:
            events.write({"amazon_dispatched": False, "amazon_status": False})
            events._enqueue_dispatch()
        return super(AmazonFeedMessage, self - refused).action_retry()

    def _share_events(self, others):
        """Let *others* answer the events of this message as well."""
        pairs = [(o.id, e) for o in others for e in self.product_event_ids.ids]
        self._link_events("product.integration", pairs)

    def _settle_refused(self, problems):
        """End messages whose lane cannot be sent; *problems*: lane -> why."""
        verdicts = [(m.id, "error", problems[m.lane], "") for m in self]
        if verdicts:
            self._settle(verdicts)
