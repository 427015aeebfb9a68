# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.integrator_amazon.models.amazon_feed_message import WHOLE

from ..feeds.lanes import INVENTORY
from ..lane_fields import FIELD_LANES

PRICE_MODELS = ("product.pricelist.item", "product.pricelist")


class ProductIntegration(models.Model):
    _inherit = "product.integration"

    amazon_lanes = fields.Char(
        readonly=True, help="What of it is sent by hand; empty: everything."
    )
    amazon_account_id = fields.Many2one(
        "amazon.account",
        string="Only for the Account",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for all Amazon accounts.",
    )
    amazon_changed_only = fields.Boolean(
        string="Only What Differs",
        readonly=True,
        help="Sent by hand, but only what Amazon does not have already.",
    )
    resync_id = fields.Many2one(
        "amazon.resync",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def _fan_out(self, events):
        messages = super()._fan_out(events)
        listings = self.env["amazon.listing"]
        products = events.filtered(lambda e: e.record_model == "product.product")
        prices = events.filtered(lambda e: e.record_model in PRICE_MODELS)
        for account in self.env["amazon.account"].search([]):
            concerned = account._filter_concerned(products)
            if concerned:
                work = concerned._get_lanes_by_product()
                messages |= listings._queue(account, work, concerned)
            if prices and account.automatic:
                messages |= listings._queue_priced(account, prices)
        return messages

    def _get_forced(self):
        """Return the ids of the products of which all is sent, even what Amazon has."""
        forced = self.filtered(
            lambda e: e.mode == "manual" and not e.amazon_changed_only
        )
        return set(forced.mapped("record_id"))

    def _get_lanes_by_product(self):
        """Return which lanes may have changed: dict product id -> set of lanes."""
        work = {}
        for event in self:
            work.setdefault(event.record_id, set()).update(event._get_lanes())
        return work

    def _get_lanes(self):
        self.ensure_one()
        if self.record_operation == "inventory":
            return {INVENTORY}
        if self.amazon_lanes:
            return set(self.amazon_lanes.split(","))
        if self.record_operation != "write" or self.mode == "manual":
            return {WHOLE}
        lanes = set()
        for name in self.operation_data or {}:
            # What is not known here is part of a rule or a mapping.
            lanes |= FIELD_LANES.get(name) or {WHOLE}
        return lanes or {WHOLE}
