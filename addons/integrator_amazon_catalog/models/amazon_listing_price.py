# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field
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

    net, sale_net: without tax, to be compared with costs; sale: product id -> (amount,
    start, end); tiers: product id -> list of (pieces, amount).
    """

    standard: dict = field(default_factory=dict)
    net: dict = field(default_factory=dict)
    sale: dict = field(default_factory=dict)
    sale_net: dict = field(default_factory=dict)
    business: dict = field(default_factory=dict)
    tiers: dict = field(default_factory=dict)


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
            minimum=low and self._as_decimal(low),
            maximum=high and self._as_decimal(high),
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
        """Return why a price must not be sent without a person's word, or nothing."""
        text = self._explain_price(shop, prices, amount)
        if not text or self._is_approved(amount):
            self._hold_price(0)
            return "" if amount > 0 else text
        self._hold_price(amount)
        return text

    def _is_approved(self, amount):
        return bool(amount) and not self.currency_id.compare_amounts(
            self.approved_price, amount
        )

    def _hold_price(self, amount):
        if self.currency_id.compare_amounts(self.held_price, amount):
            self._write_quietly({"held_price": amount})

    def _explain_price(self, shop, prices, amount):
        product = self.product_id
        if amount <= 0:
            return self.env._(
                "It has no price. Enter a sales price, or a rule in the pricelist of "
                "this marketplace."
            )
        net = prices.net.get(product.id) or 0.0
        lowest = min(net, prices.sale_net.get(product.id, net))
        cost = shop._get_cost(product)
        if self.account_id.guard_cost and cost and lowest < cost:
            return self.env._(
                "The price %(price)s %(currency)s is below the cost %(cost)s. Correct "
                "it, or allow it on the listing.",
                price=f"{lowest:.2f}",
                currency=self.currency_id.name,
                cost=f"{cost:.2f}",
            )
        return self._explain_jump(amount)

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
        rates = self.env["res.currency.rate"].sudo()
        pricelists = self.pricelist_id | self.sale_pricelist_id
        needed = self.currency_id | pricelists.currency_id | company.currency_id
        if len(needed) < 2:
            return ""
        for currency in needed - company.currency_id:
            domain = [
                ("currency_id", "=", currency.id),
                ("company_id", "in", (False, company.root_id.id)),
            ]
            if not currency.active or not rates.search_count(domain, limit=1):
                return self.env._(
                    "There is no exchange rate for %(currency)s. Enter one under "
                    "Accounting, Currencies, or choose a pricelist in %(wanted)s for "
                    "%(shop)s.",
                    currency=currency.name,
                    wanted=self.currency_id.name,
                    shop=self.marketplace_id.name,
                )
        return ""

    def _get_prices(self, products):
        """Return the ``Prices`` of products in this marketplace."""
        self.ensure_one()
        products = products.with_company(self.account_id.company_id)
        now = fields.Datetime.now()
        prices = Prices()
        raw = self._compute(self.pricelist_id, products, now)
        prices.standard, prices.net = self._add_tax(products, raw)
        self._add_sales(products, now, prices)
        if self.business_pricelist_id:
            raw = self._compute(self.business_pricelist_id, products, now)
            prices.business, _net = self._add_tax(products, raw)
            prices.tiers = self._get_tiers(products, now, prices.business)
        return prices

    def _compute(self, pricelist, products, moment, quantity=1.0):
        """Return dict product id -> price without regard to taxes."""
        found = self._compute_rules(pricelist, products, moment, quantity)
        return {id_: price for id_, (price, _rule) in found.items()}

    def _compute_rules(self, pricelist, products, moment, quantity=1.0):
        """Return dict product id -> (price, id of the rule it comes from)."""
        found = {}
        for start in range(0, len(products), PRODUCTS_AT_ONCE):
            found.update(
                pricelist._compute_price_rule(
                    products[start : start + PRODUCTS_AT_ONCE],
                    quantity,
                    currency=self.currency_id,
                    date=moment,
                )
            )
        return found

    def _add_tax(self, products, prices):
        """Return two dicts: product id -> price as Amazon wants it, -> without tax."""
        company = self.account_id.company_id
        shown, net = {}, {}
        taxes_of = {}
        for product in products:
            price = prices.get(product.id) or 0.0
            taxes = product.taxes_id
            if taxes not in taxes_of:
                own = taxes.filtered(lambda tax: tax.company_id in company.parent_ids)
                position = self.fiscal_position_id
                taxes_of[taxes] = position.map_tax(own) if position else own
            totals = self._split_tax(taxes_of[taxes], price, product)
            net[product.id] = totals[0]
            shown[product.id] = totals[1] if self.tax_included else totals[0]
        return shown, net

    def _split_tax(self, taxes, price, product):
        """Return a price without and with its taxes."""
        if not taxes or not price:
            rounded = self.currency_id.round(price)
            return rounded, rounded
        found = taxes.compute_all(price, self.currency_id, 1.0, product)
        return found["total_excluded"], found["total_included"]

    def _add_sales(self, products, now, prices):
        """Add the sale prices that hold now, or next.

        Amazon wants both dates of a sale, in the marketplace's own days.
        """
        pricelist, sales = self.sale_pricelist_id, prices.sale
        rules = pricelist.item_ids.filtered(
            lambda rule: rule.date_start and rule.date_end and rule.date_end > now
        )
        for start in sorted({max(rule.date_start, now) for rule in rules}):
            left = products.filtered(lambda product: product.id not in sales)
            found = self._compute_rules(pricelist, left, start)
            raw = {
                id_: price for id_, (price, rule) in found.items() if rule in rules.ids
            }
            shown, net = self._add_tax(left.browse(raw), raw)
            prices.sale_net.update(net)
            for id_, price in shown.items():
                sales[id_] = (price, *self._get_days(rules.browse(found[id_][1])))

    def _get_days(self, rule):
        """Return the first and the last day of a rule where the marketplace is."""
        zone = pytz.timezone(self.marketplace_id.timezone or "UTC")
        return tuple(
            moment.replace(tzinfo=pytz.utc).astimezone(zone).date()
            for moment in (rule.date_start, rule.date_end)
        )

    def _get_tiers(self, products, now, business):
        """Return quantity discounts: product id -> [(pieces, price)], lowest first."""
        pricelist, tiers = self.business_pricelist_id, {}
        steps = {
            rule.min_quantity for rule in pricelist.item_ids if rule.min_quantity > 1
        }
        for step in sorted(steps):
            raw = self._compute(pricelist, products, now, step)
            shown, _net = self._add_tax(products, raw)
            for id_, price in shown.items():
                known = tiers.setdefault(id_, [])
                best = known[-1][1] if known else business[id_]
                if 0 < price < best and len(known) < MOST_TIERS:
                    known.append((step, price))
        return tiers

    def _get_cost(self, product):
        """Return the cost of a product in the marketplace's currency."""
        company = self.account_id.company_id
        cost = product.with_company(company).standard_price
        return company.currency_id._convert(
            cost, self.currency_id, company, fields.Date.today(), round=False
        )
