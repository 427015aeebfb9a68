# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from itertools import islice

from odoo import fields, models

from ..reports.merchant_listings import MerchantListings
from .amazon_listing_match import REPORT_TYPE

ROWS_AT_ONCE = 2000


class AmazonReportHandlerMerchantListings(models.AbstractModel):
    """What the account sells at Amazon, once a day and before anything is created."""

    _name = "amazon.report.handler.merchant_listings"
    _inherit = "amazon.report.handler"
    _description = "Amazon Report Handler: What Is Sold"

    _report_type = REPORT_TYPE
    _flow = "catalog"
    _interval = timedelta(days=1)
    _snapshot = True
    _per_marketplace = True

    def _import(self, report, source):
        account, shop = report.account_id, report.marketplace_ids
        if len(shop) != 1:
            raise ValueError(
                self.env._("it does not say which marketplace its rows belong to")
            )
        rows = iter(MerchantListings(report._open_text(source).stream))
        listings, count = self.env["amazon.listing"], 0
        listings._begin_found()
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            listings._take_found(account, shop, batch)
            count += len(batch)
            self._forget_batch()
        listings._match_found(account, shop)
        since = report.submit_date or fields.Datetime.now()
        listings._note_missing(account, shop, since)
        self._release(report)
        return count

    def _forget_batch(self):
        """Let go of what was read: memory stays flat."""
        self.env.flush_all()
        self.env["amazon.listing"].invalidate_model(flush=False)

    def _on_empty(self, report):
        self._release(report)

    def _on_failed(self, report):
        # Without the report, who sells there for the first time would wait for ever.
        self._release(report)

    def _release(self, report):
        """Let the products be created that waited until it was known what is there."""
        report.account_id.shop_ids.filtered(
            lambda shop: shop.marketplace_id in report.marketplace_ids
        )._note_matched()
