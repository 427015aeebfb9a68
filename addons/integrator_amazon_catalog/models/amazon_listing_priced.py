# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..feeds.lanes import PRICE


class AmazonListingPriced(models.Model):
    """Rules of pricelists change prices without touching a product."""

    _inherit = "amazon.listing"

    @api.model
    def _queue_priced(self, account, events):
        """Let the prices wait that rules of pricelists may have changed.

        :param events: events about pricelists and their rules
        :return: recordset of ``amazon.feed.message``
        """
        messages = self.env["amazon.feed.message"]
        for shop in account.shop_ids:
            pricelists = self._get_based_on(
                shop.pricelist_id | shop.sale_pricelist_id | shop.business_pricelist_id
            )
            reach = self._get_reach(events, pricelists)
            if reach is None:
                continue
            listings = self.search(
                fields.Domain("account_id", "=", account.id)
                & fields.Domain("marketplace_id", "=", shop.marketplace_id.id)
                & fields.Domain("state", "not in", ("new", "deleted"))
                & reach
            )
            messages |= self._queue_messages(
                dict.fromkeys(listings.filtered("product_id"), {PRICE})
            )
        return messages

    @api.model
    def _get_based_on(self, pricelists):
        """Return pricelists with those on whose prices they are based."""
        found = pricelists
        while True:
            bases = found.item_ids.base_pricelist_id
            if not bases - found:
                return found
            found |= bases

    @api.model
    def _get_reach(self, events, pricelists):
        """Return the domain of listings that the events reach; None: no listing."""
        reach = None
        for event in events:
            domain = self._get_rule_reach(event, pricelists)
            if domain is not None:
                reach = domain if reach is None else reach | domain
        return reach

    @api.model
    def _get_rule_reach(self, event, pricelists):
        if event.record_model == "product.pricelist":
            hit = event.record_id in pricelists.ids
            return fields.Domain.TRUE if hit else None
        rule = self.env["product.pricelist.item"].browse(event.record_id).exists()
        keys = event.operation_data or {}
        if rule:
            keys = rule._get_integration_keys()[rule.id]
        if keys.get("pricelist_id") not in pricelists.ids:
            return None
        if event.record_operation == "write" and "applied_on" in keys:
            moved = {"applied_on", "product_id", "product_tmpl_id", "categ_id"}
            if moved & (event.operation_data or {}).keys():
                # Nobody knows any more whom it reached before.
                return fields.Domain.TRUE
        return self._get_keys_reach(keys)

    @api.model
    def _get_keys_reach(self, keys):
        if keys.get("product_id"):
            return fields.Domain("product_id", "=", keys["product_id"])
        if keys.get("product_tmpl_id"):
            template = keys["product_tmpl_id"]
            return fields.Domain("product_id.product_tmpl_id", "=", template)
        if keys.get("categ_id"):
            return fields.Domain("product_id.categ_id", "child_of", keys["categ_id"])
        return fields.Domain.TRUE
