# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import pytz

from odoo import fields, models

from ..feeds.lanes import PRICE
from ..feeds.listing_attributes import ListingPrice, Place, Sale, price_attributes

# Odoo looks at every rule for every product: in small groups few rules apply.
PRODUCTS_AT_ONCE = 100
# Amazon takes so many steps of quantity discounts.
# https://developer-docs.amazon.com/sp-api/docs/listings-feed-type-values
MOST_TIERS = 5


@dataclass
class Prices:
    """Prices of products in one marketplace; each dict: product id -> amount.

    sale: product id -> (amount, first day, last day); tiers: product id -> list of
    (pieces, amount); least: product id -> (without tax, amount) of the lowest of all.
    """

    standard: dict = field(default_factory=dict)
    sale: dict = field(default_factory=dict)
    business: dict = field(default_factory=dict)
    tiers: dict = field(default_factory=dict)
    least: dict = field(default_factory=dict)

    def note_least(self, net, shown, products):
        """Remember what is the lowest price of each product so far."""
        for id_ in products:
            pair = (net[id_], shown[id_])
            self.least[id_] = min(self.least.get(id_, pair), pair)


class AmazonListingPrice(models.Model):
    """The price lane: standard and sale price, business prices, limits, and a guard."""

    _inherit = "amazon.listing"

    def _want_price(self, wanted):
        own = self.filtered(lambda item: not item.parent_key)
        for item in self - own:
            wanted[item.id].lanes[PRICE] = {}
        if not own:
            return
        marketplace = own.marketplace_id
        shop = self.env["amazon.account.marketplace"]._get(own.account_id, marketplace)
        problem = shop._explain_no_rate()
        if problem:
            for item in own:
                item._note(wanted, PRICE, problem)
            return
        prices = shop._get_prices(own.product_id)
        for item in own:
            item._want_one_price(wanted, shop, prices)

    def _want_one_price(self, wanted, shop, prices):
        product = self.product_id.id
        amount = prices.standard.get(product) or 0.0
        problem = self._explain_bad_price(shop, prices, amount)
        if problem:
            self._note(wanted, PRICE, problem)
            return
        sale = prices.sale.get(product)
        low, high = self._get_limits(shop, amount, sale)
        tiers = prices.tiers.get(product) or []
        found = ListingPrice(
            place=self._get_place(),
            price=self._as_decimal(amount),
            sale=sale and Sale(self._as_decimal(sale[0]), *sale[1:]),
            minimum=self._as_decimal(low),
            maximum=self._as_decimal(high),
            business_price=self._as_decimal(prices.business.get(product)),
            tiers=tuple((int(n), self._as_decimal(a)) for n, a in tiers),
            decimals=self.currency_id.decimal_places,
        )
        wanted[self.id].lanes[PRICE] = price_attributes(found)

    def _get_place(self):
        marketplace = self.marketplace_id
        return Place(
            marketplace.marketplace_id,
            marketplace.language_tag,
            marketplace.currency_id.name,
        )

    def _as_decimal(self, amount):
        if not amount:
            return None
        places = self.currency_id.decimal_places
        return Decimal(f"{amount:.{places}f}")

    def _get_limits(self, shop, amount, sale):
        """Return the lowest and the highest price for repricing tools, or None.

        They enclose the prices that are sent: Amazon would end the offer otherwise.
        """
        low = self.minimum_price or amount * shop.minimum_percent / 100
        high = self.maximum_price or amount * shop.maximum_percent / 100
        lowest = min(amount, sale[0]) if sale else amount
        return (
            min(low, lowest) if low else None,
            max(high, amount) if high else None,
        )

    # === GUARD === #

    def _explain_bad_price(self, shop, prices, amount):
        """Return why a price must not be sent without a person's word, or nothing.

        What a person allowed holds as long as the price stays what it was.
        """
        if amount <= 0:
            self._hold_price(0)
            return self._explain_no_price()
        least = prices.least[self.product_id.id]
        allowed = {value for value in (amount, least[1]) if self._is_approved(value)}
        if self.approved_price and not allowed:
            self._write_quietly({"approved_price": 0})
        for text, value, enough in (
            (self._explain_jump(amount), amount, allowed),
            (self._explain_below_cost(shop, least[0]), least[1], {least[1]} & allowed),
        ):
            if text and not enough:
                self._hold_price(value)
                return text
        self._hold_price(0)
        return ""

    def _is_approved(self, amount):
        return not self.currency_id.compare_amounts(self.approved_price, amount)

    def _hold_price(self, amount):
        if self.currency_id.compare_amounts(self.held_price, amount):
            self._write_quietly({"held_price": amount})

    def _explain_no_price(self):
        return self.env._(
            "It has no price. Enter a sales price, or a rule in the pricelist of "
            "this marketplace."
        )

    def _explain_below_cost(self, shop, lowest):
        cost = shop._get_cost(self.product_id)
        if not self.account_id.guard_cost or not cost or lowest >= cost:
            return ""
        return self.env._(
            "The price %(price)s %(currency)s without tax is below the cost %(cost)s. "
            "Correct it, or allow it on the listing.",
            price=f"{lowest:.2f}",
            currency=self.currency_id.name,
            cost=f"{cost:.2f}",
        )

    def _explain_jump(self, amount):
        known = self._get_accepted((PRICE,)).get("purchasable_offer") or [{}]
        schedule = (known[0].get("our_price") or [{}])[0].get("schedule") or [{}]
        # Of what was found at Amazon, the first price from here is a jump as well.
        old = schedule[0].get("value_with_tax") or self.found_price or 0.0
        most = self.account_id.guard_jump
        if not (old and most) or abs(amount - old) <= old * most / 100:
            return ""
        return self.env._(
            "The price goes from %(old)s to %(new)s %(currency)s, by more than "
            "%(most)d %%. Correct it, or allow it on the listing.",
            old=f"{old:.2f}",
            new=f"{amount:.2f}",
            currency=self.currency_id.name,
            most=most,
        )


class AmazonAccountMarketplacePrice(models.Model):
    """Prices of many products in a marketplace, out of its pricelists."""

    _inherit = "amazon.account.marketplace"

    def _explain_no_rate(self):
        """Return which exchange rate is missing; Odoo itself would take 1."""
        self.ensure_one()
        company = self.account_id.company_id
        pricelists = self.env["amazon.listing"]._get_based_on(self._get_pricelists())
        needed = self.currency_id | pricelists.currency_id
        for currency in needed - company.currency_id:
            domain = [
                ("currency_id", "=", currency.id),
                ("company_id", "in", (False, company.root_id.id)),
            ]
            rates = self.env["res.currency.rate"].sudo()
            if not rates.search_count(domain, limit=1):
                return self.env._(
                    "There is no exchange rate for %(currency)s. Enter one under "
                    "Accounting, Currencies: prices for %(shop)s, or costs to compare "
                    "them with, are converted.",
                    currency=currency.name,
                    shop=self.marketplace_id.name,
                )
        return ""

    def _get_pricelists(self):
        """Return the pricelists out of which prices in these marketplaces come."""
        return self.pricelist_id | self.sale_pricelist_id | self.business_pricelist_id

    def _get_prices(self, products):
        """Return the ``Prices`` of products in this marketplace."""
        self.ensure_one()
        products = products.with_company(self.account_id.company_id)
        now = fields.Datetime.now()
        prices = Prices()
        raw = self._compute(self.pricelist_id, products, now)
        prices.standard, net = self._add_tax(products, raw)
        prices.note_least(net, prices.standard, prices.standard)
        self._add_sales(products, now, prices)
        self._add_business(products, now, prices)
        return prices

    def _compute(self, pricelist, products, moment, quantity=1.0):
        """Return dict product id -> price without regard to taxes."""
        found = self._compute_rules(pricelist, products, moment, quantity)
        return {id_: price for id_, (price, _rule) in found.items()}

    def _compute_rules(self, pricelist, products, moment, quantity=1.0):
        """Return dict product id -> (price, id of the rule it comes from).

        Odoo gives fixed prices as they are, whatever currency is asked for: they are
        worked out in the currency of the pricelist, and converted by today's rate.
        """
        company = self.account_id.company_id
        pricelist = pricelist.with_company(company)
        source = pricelist.currency_id or company.currency_id
        rate = source._get_conversion_rate(
            source, self.currency_id, company, fields.Date.today()
        )
        found = {}
        for start in range(0, len(products), PRODUCTS_AT_ONCE):
            batch = products[start : start + PRODUCTS_AT_ONCE]
            prices = pricelist._compute_price_rule(
                batch, quantity, currency=source, date=moment
            )
            for id_, (price, rule) in prices.items():
                found[id_] = (price * rate, rule)
        return found

    def _add_tax(self, products, prices):
        """Return two dicts: product id -> price as Amazon wants it, -> without tax."""
        company = self.account_id.company_id
        position = self.fiscal_position_id
        shown, net, taxes_of, totals_of = {}, {}, {}, {}
        for product in products:
            price = prices.get(product.id) or 0.0
            taxes = product.taxes_id
            if taxes not in taxes_of:
                own = taxes.filtered(lambda tax: tax.company_id in company.parent_ids)
                taxes_of[taxes] = own, position.map_tax(own) if position else own
            key = (taxes, price)
            # The same price has the same taxes, unless a tax looks at the product.
            if key not in totals_of or "code" in taxes.mapped("amount_type"):
                totals_of[key] = self._split_tax(*taxes_of[taxes], price, product)
            totals = totals_of[key]
            net[product.id] = totals[0]
            shown[product.id] = totals[1] if self.tax_included else totals[0]
        return shown, net

    def _split_tax(self, own, taxes, price, product):
        """Return a price without and with its taxes.

        :param own: taxes of the product; *taxes*: those that apply to the buyer
        """
        if own != taxes:
            # As on an order: what includes one tax is made to include the other.
            price = own._adapt_price_unit_to_another_taxes(price, product, own, taxes)
        if not taxes or not price:
            rounded = self.currency_id.round(price)
            return rounded, rounded
        found = taxes.compute_all(price, self.currency_id, 1.0, product)
        return found["total_excluded"], found["total_included"]

    def _add_sales(self, products, now, prices):
        """Add the sale prices that hold now, or next.

        Amazon wants both dates of a sale, in the marketplace's own days. A sale that is
        none, because it is not lower than the price, is left out.
        """
        pricelist, sales = self.sale_pricelist_id, prices.sale
        rules = pricelist.item_ids.filtered(
            lambda rule: rule.date_start and rule.date_end and rule.date_end > now
        )
        for start in sorted({max(rule.date_start, now) for rule in rules}):
            left = products.filtered(lambda product: product.id not in sales)
            if not left:
                return
            found = self._compute_rules(pricelist, left, start)
            raw = {
                id_: price for id_, (price, rule) in found.items() if rule in rules.ids
            }
            shown, net = self._add_tax(left.browse(raw), raw)
            lower = [id_ for id_ in raw if 0 < shown[id_] < prices.standard[id_]]
            prices.note_least(net, shown, lower)
            for id_ in lower:
                days = self._get_days(rules.browse(found[id_][1]))
                sales[id_] = (shown[id_], *days)

    def _get_days(self, rule):
        """Return the first and the last day of a rule where the marketplace is.

        A rule that ends at midnight has no part in the day that begins then.
        """
        zone = pytz.timezone(self.marketplace_id.timezone or "UTC")
        last = max(rule.date_end - timedelta(seconds=1), rule.date_start)
        return tuple(
            moment.replace(tzinfo=pytz.utc).astimezone(zone).date()
            for moment in (rule.date_start, last)
        )

    def _add_business(self, products, now, prices):
        """Add business prices and quantity discounts, those for few pieces first."""
        pricelist = self.business_pricelist_id
        if not pricelist:
            return
        raw = self._compute(pricelist, products, now)
        prices.business, net = self._add_tax(products, raw)
        sold = [id_ for id_, price in prices.business.items() if price > 0]
        prices.note_least(net, prices.business, sold)
        steps = {
            rule.min_quantity for rule in pricelist.item_ids if rule.min_quantity > 1
        }
        for step in sorted(steps):
            raw = self._compute(pricelist, products, now, step)
            shown, net = self._add_tax(products, raw)
            lower = [id_ for id_ in sold if self._is_step(prices, id_, shown[id_])]
            prices.note_least(net, shown, lower)
            for id_ in lower:
                prices.tiers.setdefault(id_, []).append((step, shown[id_]))

    @staticmethod
    def _is_step(prices, product_id, price):
        """Return whether a price for more pieces is lower than what Amazon has yet."""
        known = prices.tiers.get(product_id) or []
        best = known[-1][1] if known else prices.business[product_id]
        return 0 < price < best and len(known) < MOST_TIERS

    def _get_cost(self, product):
        """Return the cost of a product in the marketplace's currency."""
        company = self.account_id.company_id
        cost = product.with_company(company).standard_price
        return company.currency_id._convert(
            cost, self.currency_id, company, fields.Date.today(), round=False
        )
