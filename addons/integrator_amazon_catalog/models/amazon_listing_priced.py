# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ..feeds.lanes import PRICE

# Fields of a rule that say which products it is for.
REACH = {"applied_on", "product_id", "product_tmpl_id", "categ_id"}
# Nobody is told of new rates and taxes: they are found by the time of their change,
# which is that of the begin of a transaction that may have ended later.
OVERLAP = timedelta(minutes=1)


class AmazonListingPriced(models.Model):
    """Rules of pricelists change prices without touching a product."""

    _inherit = "amazon.listing"

    @api.model
    def _queue_priced(self, account, events):
        """Let the prices wait that rules of pricelists may have changed.

        :param events: events about pricelists and their rules
        :return: recordset of ``amazon.feed.message``
        """
        return self._queue_reached(
            account, lambda _shop, lists: self._get_reach(events, lists)
        )

    @api.model
    def _queue_reached(self, account, get_reach):
        """Let the prices of the listings wait that a change of pricelists reaches.

        :param get_reach: function: settings of a marketplace, its pricelists -> domain
            of listings, or None
        :return: recordset of ``amazon.feed.message``
        """
        messages = self.env["amazon.feed.message"]
        for shop in account.shop_ids:
            reach = get_reach(shop, self._get_based_on(shop._get_pricelists()))
            if reach is None:
                continue
            listings = self.search(
                fields.Domain("account_id", "=", account.id)
                & fields.Domain("marketplace_id", "=", shop.marketplace_id.id)
                & fields.Domain("state", "not in", ("new", "deleted"))
                & fields.Domain("product_id", "!=", False)
                & reach
            )
            messages |= self._queue_messages(dict.fromkeys(listings, {PRICE}))
        return messages

    # === RULES THAT BEGIN OR END === #

    @api.model
    def _cron_dated_prices(self):
        """Queue the prices that changed because a rule began or ended, which nothing
        else tells."""
        now = fields.Datetime.now()
        for account in self.env["amazon.account"].search([("automatic", "=", True)]):
            since = account.dated_prices_until or account.create_date
            messages = self._queue_dated(account, since, now)
            # What was there before the account was in its prices from the first on.
            changed = max(since - OVERLAP, account.create_date)
            messages |= self._queue_converted(account, changed, now)
            account.dated_prices_until = now
            self.env["amazon.feed"]._enqueue_builds([("id", "in", messages.ids)])

    @api.model
    def _queue_dated(self, account, since, now):
        """Let the prices wait of rules that began or ended after *since*, up to *now*.

        A rule still holds in the very second of its end.
        """

        def get_reach(_shop, pricelists):
            rules = self.env["product.pricelist.item"].search(
                fields.Domain("pricelist_id", "in", pricelists.ids)
                & (
                    fields.Domain("date_start", ">", since)
                    & fields.Domain("date_start", "<=", now)
                    | fields.Domain("date_end", ">=", since)
                    & fields.Domain("date_end", "<", now)
                )
            )
            keys = rules._get_integration_keys().values()
            return fields.Domain.OR(map(self._get_keys_reach, keys)) if keys else None

        return self._queue_reached(account, get_reach)

    # === RATES AND TAXES === #

    @api.model
    def _queue_converted(self, account, since, now):
        """Let all prices wait of marketplaces whose rates or taxes have changed.

        :param since: UTC; *now* likewise
        :return: recordset of ``amazon.feed.message``
        """
        changed = self._get_changed_currencies(account, since, now)
        everywhere = self._have_taxes_changed(account, since, now)

        def get_reach(shop, pricelists):
            own = shop.currency_id | pricelists.currency_id
            hit = everywhere or (own | account.company_id.currency_id) & changed
            return fields.Domain.TRUE if hit else None

        return self._queue_reached(account, get_reach)

    @api.model
    def _get_changed_currencies(self, account, since, now):
        """Return the currencies with a new rate, or one that is valid from today."""
        rates = self.env["res.currency.rate"].search(
            fields.Domain("company_id", "in", (False, account.company_id.root_id.id))
            & (
                self._is_written_between(since, now)
                | fields.Domain("name", ">", since.date())
                & fields.Domain("name", "<=", now.date())
            )
        )
        return rates.currency_id

    @api.model
    def _have_taxes_changed(self, account, since, now):
        domain = self._is_written_between(since, now)
        domain &= fields.Domain("company_id", "=", account.company_id.root_id.id)
        taxes = self.env["account.tax"].with_context(active_test=False)
        positions = self.env["account.fiscal.position"]
        return bool(
            taxes.search_count(domain, limit=1)
            or positions.search_count(domain, limit=1)
        )

    @api.model
    def _is_written_between(self, since, now):
        after = fields.Domain("write_date", ">", since)
        return after & fields.Domain("write_date", "<=", now)

    # === WHOM A RULE REACHES === #

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
        keys = changed = event.operation_data or {}
        if rule:
            keys = rule._get_integration_keys()[rule.id]
        written = event.record_operation == "write"
        if written and pricelists and "pricelist_id" in changed:
            # Nobody knows any more which pricelist it left.
            return fields.Domain.TRUE
        if keys.get("pricelist_id") not in pricelists.ids:
            return None
        if written and REACH & changed.keys():
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
