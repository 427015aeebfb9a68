# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from .common import RED
from .lane_case import LaneCase


@tagged("post_install", "-at_install")
class TestListingPrice(LaneCase):
    """What prices Amazon is told, and which are held back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.account.company_id
        # Two dollars, or whatever the company counts in, are one euro.
        cls.home = company.currency_id
        cls.add_rate("EUR", 0.5)
        cls.account.guard_jump = 0
        # Rates of long ago: new ones let prices be looked at.
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE res_currency_rate SET write_date = write_date - interval '1 day'"
        )
        cls.env.invalidate_all()

    def offer(self, product, audience="ALL", shop=None):
        """Return what is to be offered to an audience, or the problem."""
        found = self.want_one(self.listing(product, shop), "price")
        if isinstance(found, str):
            return found
        return next(
            (o for o in found["purchasable_offer"] if o["audience"] == audience), {}
        )

    def price(self, product, shop=None):
        found = self.offer(product, shop=shop)
        if isinstance(found, str):
            return found
        return found["our_price"][0]["schedule"][0]["value_with_tax"]

    def sale(self, product):
        return self.offer(product).get("discounted_price", [{}])[0].get("schedule")

    def made(self, **values):
        product = self.product(**values)
        self.dispatch()
        return product

    def dated(self, price, start, end):
        return {
            "compute_price": "fixed",
            "fixed_price": price,
            "date_start": start,
            "date_end": end,
        }

    def fixed(self, price, **values):
        return {"compute_price": "fixed", "fixed_price": price, **values}

    def tax(self, name, percent, included):
        return self.env["account.tax"].create(
            {
                "name": name,
                "amount": percent,
                "type_tax_use": "sale",
                "company_id": self.account.company_id.id,
                "price_include_override": "tax_included"
                if included
                else "tax_excluded",
            }
        )

    # === PRICELISTS AND CURRENCIES === #

    def test_sales_price_is_converted_where_there_is_no_pricelist(self):
        self.assertEqual(self.price(self.made(list_price=100)), 50.0)

    def test_each_marketplace_has_its_pricelist(self):
        product = self.made(list_price=100)
        german, french = self.shops[0], self.shops[1]
        self.shop_of(german).pricelist_id = self.pricelist(self.fixed(33))
        self.shop_of(french).pricelist_id = self.pricelist(self.fixed(44))
        self.assertEqual(self.price(product, german), 33.0)
        self.assertEqual(self.price(product, french), 44.0)

    def test_fixed_price_of_a_pricelist_in_another_currency_is_converted(self):
        product = self.made()
        self.shop_of().pricelist_id = self.pricelist(
            self.fixed(33), currency=self.home.name
        )
        self.assertEqual(self.price(product), 16.5)

    def test_base_pricelist_in_another_currency_is_converted(self):
        product = self.made()
        base = self.pricelist(self.fixed(80), currency=self.home.name)
        rule = {
            "compute_price": "formula",
            "base": "pricelist",
            "base_pricelist_id": base.id,
            "price_surcharge": 1,
        }
        self.shop_of().pricelist_id = self.pricelist(rule)
        self.assertEqual(self.price(product), 41.0)

    def test_prices_do_not_depend_on_the_company_of_the_user(self):
        product = self.made(list_price=100)
        other = self.env["res.company"].create(
            {"name": "Other", "currency_id": self.env.ref("base.JPY").id}
        )
        self.env.user.company_ids |= other
        listing = self.listing(product).with_company(other)
        found = self.want_one(listing, "price")["purchasable_offer"][0]
        self.assertEqual(found["our_price"][0]["schedule"][0]["value_with_tax"], 50)

    def test_yen_have_no_decimals(self):
        yen = self.add_rate("JPY", 10.126)
        self.shops[0].currency_id = yen
        offer = self.offer(self.made(list_price=10))
        value = offer["our_price"][0]["schedule"][0]["value_with_tax"]
        self.assertEqual((offer["currency"], value), ("JPY", 101))
        self.assertIsInstance(value, int)

    def test_missing_rate_names_the_currency_and_holds_up_nothing_else(self):
        product = self.listed()
        crown = self.env["res.currency"].with_context(active_test=False)
        crown = crown.search([("name", "=", "SEK")])
        crown.active = True
        crown.rate_ids.unlink()
        self.shops[0].currency_id = crown
        product.write({"name": "Trolley", "list_price": 110})
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), ["item_name"])
        refused = self.last(self.listing(product), "price")
        self.assertEqual(refused.state, "error")
        self.assertIn("SEK", refused.result)
        self.assertIn("SEK", self.listing(product).problem_text)

    # === TAXES === #

    def test_tax_that_is_not_in_the_price_is_added(self):
        tax = self.tax("19 % on top", 19, False)
        product = self.made(list_price=200, taxes_id=[(6, 0, tax.ids)])
        self.assertEqual(self.price(product), 119.0)

    def test_tax_that_is_in_the_price_stays_in_it(self):
        tax = self.tax("19 % within", 19, True)
        product = self.made(list_price=238, taxes_id=[(6, 0, tax.ids)])
        self.assertEqual(self.price(product), 119.0)

    def test_where_prices_have_no_tax_it_is_taken_out(self):
        tax = self.tax("19 % within", 19, True)
        product = self.made(list_price=238, taxes_id=[(6, 0, tax.ids)])
        self.shop_of().tax_included = False
        self.assertEqual(self.price(product), 100.0)

    def test_america_has_no_tax_in_its_prices(self):
        american = self.env.ref("integrator_amazon.marketplace_us")
        shop = self.env["amazon.account.marketplace"].new(
            {"account_id": self.account.id, "marketplace_id": american.id}
        )
        self.assertFalse(shop.tax_included)
        self.assertTrue(self.shop_of().tax_included)

    def position(self, source, target):
        target.original_tax_ids = source
        position = self.env["account.fiscal.position"].create(
            {"name": "Abroad", "tax_ids": [(6, 0, target.ids)]}
        )
        return position

    def test_taxes_of_buyers_abroad_are_added(self):
        source, target = self.tax("19", 19, False), self.tax("25", 25, False)
        product = self.made(list_price=200, taxes_id=[(6, 0, source.ids)])
        self.shop_of().fiscal_position_id = self.position(source, target)
        self.assertEqual(self.price(product), 125.0)

    def test_included_tax_is_exchanged_for_that_of_buyers_abroad(self):
        source, target = self.tax("19", 19, True), self.tax("25", 25, True)
        product = self.made(list_price=238, taxes_id=[(6, 0, source.ids)])
        self.shop_of().fiscal_position_id = self.position(source, target)
        self.assertEqual(self.price(product), 125.0)

    # === SALES === #

    @freeze_time("2026-03-10 12:00:00")
    def test_sale_of_now_has_the_days_of_the_marketplace(self):
        product = self.made()
        # 23:30 in London is the next day in Berlin.
        rule = self.dated(20, "2026-03-05 23:30:00", "2026-03-20 10:00:00")
        self.shop_of().sale_pricelist_id = self.pricelist(rule)
        self.assertEqual(
            self.sale(product),
            [
                {
                    "start_at": "2026-03-06",
                    "end_at": "2026-03-20",
                    "value_with_tax": 20.0,
                }
            ],
        )

    @freeze_time("2026-03-10 12:00:00")
    def test_sale_that_ends_at_midnight_does_not_reach_the_next_day(self):
        product = self.made()
        rule = self.dated(20, "2026-03-05 23:00:00", "2026-03-20 23:00:00")
        self.shop_of().sale_pricelist_id = self.pricelist(rule)
        self.assertEqual(self.sale(product)[0]["end_at"], "2026-03-20")

    @freeze_time("2026-03-10 12:00:00")
    def test_next_sale_is_told_before_it_begins_and_past_ones_are_not(self):
        product = self.made()
        past = self.dated(10, "2026-02-01 10:00:00", "2026-02-05 10:00:00")
        later = self.dated(30, "2026-05-01 10:00:00", "2026-05-05 10:00:00")
        coming = self.dated(20, "2026-04-01 10:00:00", "2026-04-05 10:00:00")
        self.shop_of().sale_pricelist_id = self.pricelist(past, later, coming)
        self.assertEqual(self.sale(product)[0]["value_with_tax"], 20.0)
        self.assertEqual(self.sale(product)[0]["start_at"], "2026-04-01")

    @freeze_time("2026-03-10 12:00:00")
    def test_sale_that_is_over_is_not_sent(self):
        product = self.made()
        past = self.dated(10, "2026-02-01 10:00:00", "2026-02-05 10:00:00")
        self.shop_of().sale_pricelist_id = self.pricelist(past)
        self.assertFalse(self.sale(product))

    def test_sale_without_dates_is_none(self):
        product = self.made()
        self.shop_of().sale_pricelist_id = self.pricelist(self.fixed(10))
        self.assertFalse(self.sale(product))

    @freeze_time("2026-03-10 12:00:00")
    def test_sale_above_the_price_is_none(self):
        product = self.made(list_price=100)
        rule = self.dated(60, "2026-03-01 10:00:00", "2026-03-20 10:00:00")
        self.shop_of().sale_pricelist_id = self.pricelist(rule)
        self.assertFalse(self.sale(product))

    @freeze_time("2026-03-10 12:00:00")
    def test_each_product_has_its_own_sale(self):
        first = self.made(default_code="A", barcode=False)
        second = self.made(default_code="B", barcode=False)
        rules = [
            {
                **self.dated(
                    price, f"2026-0{month}-01 10:00:00", "2026-08-01 10:00:00"
                ),
                "applied_on": "0_product_variant",
                "product_id": product.id,
                "product_tmpl_id": product.product_tmpl_id.id,
            }
            for product, price, month in ((first, 10, 4), (second, 20, 5))
        ]
        self.shop_of().sale_pricelist_id = self.pricelist(*rules)
        self.assertEqual(self.sale(first)[0]["value_with_tax"], 10)
        self.assertEqual(self.sale(second)[0]["value_with_tax"], 20)
        self.assertEqual(self.sale(second)[0]["start_at"], "2026-05-01")

    # === BUSINESS === #

    def test_business_price_and_discounts_by_quantity(self):
        product = self.made(list_price=100)
        steps = {1: 45, 5: 40, 10: 42, 20: 35, 30: 34, 40: 33, 50: 32, 60: 31}
        rules = [self.fixed(p, min_quantity=n) for n, p in steps.items()]
        self.shop_of().business_pricelist_id = self.pricelist(*rules)
        offer = self.offer(product, "B2B")
        self.assertEqual(offer["our_price"][0]["schedule"][0]["value_with_tax"], 45)
        plan = offer["quantity_discount_plan"][0]["schedule"][0]
        self.assertEqual(plan["discount_type"], "fixed")
        # Ten pieces would cost more each than five: no step. And five steps at most.
        self.assertEqual(
            [(level["lower_bound"], level["value"]) for level in plan["levels"]],
            [(5, 40), (20, 35), (30, 34), (40, 33), (50, 32)],
        )

    def test_no_business_pricelist_no_business_offer(self):
        self.assertEqual(self.offer(self.made(), "B2B"), {})

    # === LIMITS === #

    def limits(self, product):
        offer = self.offer(product)
        names = ("minimum_seller_allowed_price", "maximum_seller_allowed_price")
        return tuple(
            offer[n][0]["schedule"][0]["value_with_tax"] if n in offer else None
            for n in names
        )

    def test_limits_are_those_of_the_listing_else_of_the_marketplace(self):
        product = self.made(list_price=100)
        self.assertEqual(self.limits(product), (None, None))
        self.shop_of().write({"minimum_percent": 80, "maximum_percent": 120})
        self.assertEqual(self.limits(product), (40.0, 60.0))
        self.listing(product).write({"minimum_price": 30, "maximum_price": 70})
        self.assertEqual(self.limits(product), (30.0, 70.0))

    @freeze_time("2026-03-10 12:00:00")
    def test_limits_enclose_every_price_that_is_sent(self):
        product = self.made(list_price=100)
        self.listing(product).write({"minimum_price": 55, "maximum_price": 45})
        self.assertEqual(self.limits(product), (50.0, 50.0))
        rule = self.dated(20, "2026-03-01 10:00:00", "2026-03-20 10:00:00")
        self.shop_of().sale_pricelist_id = self.pricelist(rule)
        self.assertEqual(self.limits(product), (20.0, 50.0))

    # === GUARD === #

    def test_no_price_is_a_problem(self):
        self.assertIn("no price", self.offer(self.made(list_price=0)))

    def test_price_below_cost_is_held_back(self):
        product = self.made(list_price=100, standard_price=100.02)
        self.assertIn("below the cost", self.offer(product))
        self.assertEqual(self.listing(product).held_price, 50)
        product.standard_price = 100
        self.assertEqual(self.price(product), 50)
        self.assertEqual(self.listing(product).held_price, 0)

    def test_cost_is_compared_without_tax(self):
        tax = self.tax("19 % within", 19, True)
        product = self.made(
            list_price=119, taxes_id=[(6, 0, tax.ids)], standard_price=110
        )
        self.assertIn("below the cost", self.offer(product))
        product.standard_price = 99
        self.assertEqual(self.price(product), 59.5)

    @freeze_time("2026-03-10 12:00:00")
    def test_sale_business_price_and_discount_below_cost_are_held_back(self):
        product = self.made(list_price=100, standard_price=60)
        sale = self.dated(29, "2026-03-01 10:00:00", "2026-03-20 10:00:00")
        shop = self.shop_of()
        for name, rules in {
            "sale_pricelist_id": [sale],
            "business_pricelist_id": [self.fixed(29)],
            "business_pricelist_id ": [
                self.fixed(40),
                self.fixed(29, min_quantity=10),
            ],
        }.items():
            with self.subTest(name):
                self.assertEqual(self.price(product), 50)
                shop[name.strip()] = self.pricelist(*rules)
                self.assertIn("29.00 EUR", self.offer(product))
                shop[name.strip()] = False

    def test_guard_of_cost_can_be_switched_off(self):
        product = self.made(list_price=100, standard_price=500)
        self.account.guard_cost = False
        self.assertEqual(self.price(product), 50)

    def test_jump_is_held_back(self):
        self.account.guard_jump = 20
        product = self.listed(list_price=100)
        product.list_price = 121
        self.assertIn("from 50.00 to 60.50", self.offer(product))
        product.list_price = 79
        self.assertIn("from 50.00 to 39.50", self.offer(product))
        product.list_price = 80
        self.assertEqual(self.price(product), 40)

    def test_allowed_price_is_sent_once_and_the_next_is_judged_anew(self):
        self.account.guard_jump = 20
        product = self.listed(list_price=100)
        listing = self.listing(product)
        product.list_price = 200
        feed, _messages = self.send(listing, "price")
        self.assertFalse(feed)
        self.assertEqual(self.last(listing, "price").state, "error")
        self.assertIn("by more than", listing.problem_text)
        listing.action_allow_price()
        self.assertEqual((listing.approved_price, listing.held_price), (100, 0))
        feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), ["purchasable_offer"])
        offer = message["patches"][0]["value"][0]
        self.assertEqual(offer["our_price"][0]["schedule"][0]["value_with_tax"], 100)
        self.accept(feed)
        self.assertFalse(listing.has_problem)
        feed, _messages = self.send(listing, "price")
        self.assertFalse(feed)
        product.list_price = 60
        self.assertIn("from 100.00 to 30.00", self.offer(product))
        product.list_price = 190
        self.assertEqual(self.price(product), 95)
        self.assertFalse(listing.approved_price)

    def test_allowed_price_below_cost_is_asked_about_again_after_another(self):
        product = self.made(list_price=100, standard_price=150)
        listing = self.listing(product)
        self.assertIn("below", self.offer(product))
        listing.action_allow_price()
        self.assertEqual(self.price(product), 50)
        product.list_price = 90
        self.assertIn("45.00", self.offer(product))
        product.list_price = 100
        self.assertIn("50.00", self.offer(product))

    @freeze_time("2026-03-10 12:00:00")
    def test_allowed_price_does_not_allow_a_sale_below_it(self):
        product = self.made(list_price=100, standard_price=150)
        listing = self.listing(product)
        self.assertIn("below", self.offer(product))
        listing.action_allow_price()
        rule = self.dated(1, "2026-03-01 10:00:00", "2026-03-20 10:00:00")
        self.shop_of().sale_pricelist_id = self.pricelist(rule)
        self.assertIn("1.00 EUR", self.offer(product))
        listing.action_allow_price()
        self.assertEqual(self.sale(product)[0]["value_with_tax"], 1)

    def test_two_doubts_about_one_price_are_asked_in_turn(self):
        self.account.guard_jump = 20
        product = self.listed(list_price=100)
        listing = self.listing(product)
        product.write({"list_price": 10, "standard_price": 20})
        self.shop_of().business_pricelist_id = self.pricelist(self.fixed(4))
        self.assertIn("from 50.00", self.offer(product))
        listing.action_allow_price()
        self.assertIn("4.00 EUR", self.offer(product))
        listing.action_allow_price()
        self.assertEqual(self.price(product), 5)

    def test_opted_out_prices_are_not_sent(self):
        product = self.listed(list_price=100)
        listing = self.listing(product)
        listing.send_price = False
        product.list_price = 110
        feed, _messages = self.send(listing, "price")
        self.assertFalse(feed)
        listing.send_price = True
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), ["purchasable_offer"])

    # === MANY === #

    def test_no_query_per_product(self):
        names = range(60)
        products = self.env["product.product"].create(
            [
                {
                    "name": f"P{n}",
                    "default_code": f"P{n}",
                    "type": "consu",
                    "list_price": 100 + n,
                    "amazon_brand": "Acme",
                    "taxes_id": [(5, 0, 0)],
                }
                for n in names
            ]
        )
        self.dispatch()
        rules = [
            self.fixed(
                10 + n,
                applied_on="0_product_variant",
                product_id=products[n % 60].id,
                product_tmpl_id=products[n % 60].product_tmpl_id.id,
                min_quantity=n // 60,
            )
            for n in range(100)
        ]
        self.shop_of().pricelist_id = self.pricelist(*rules)
        listings = self.listings_of(products)
        counts = {}
        for number in (1, 10, 60):
            self.env.flush_all()
            self.env.invalidate_all()
            some = listings[:number]
            before = self.env.cr.sql_log_count
            self.want(some, "price")
            counts[number] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts[60], counts[10] + 1)
        self.assertLess(counts[60], 60)
        self.assertEqual(self.price(products[7]), 77)
        self.assertEqual(self.price(products[50]), 60)

    def listings_of(self, products):
        found = self.env["amazon.listing"].search(
            [
                ("product_key", "in", products.ids),
                ("marketplace_id", "=", self.shops[0].id),
            ]
        )
        return found.sorted("id")

    def test_same_problem_of_many_products_is_one_alert(self):
        self.env["product.template"].create(
            [
                {
                    "name": f"P{n}",
                    "default_code": f"P{n}",
                    "type": "consu",
                    "list_price": 100 + n,
                    "standard_price": 900 + n,
                    "amazon_brand": "Acme",
                    "image_1920": RED,
                }
                for n in range(50)
            ]
        )
        self.dispatch()
        known = self.env["integrator.alert"].search([])
        self.build_listings()
        alert = self.env["integrator.alert"].search([]) - known
        self.assertEqual(len(alert), 1, alert.mapped("description"))
        self.assertIn("below the cost", alert.description)

    # === BY TIME === #

    def rule(self, pricelist, **values):
        return self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "3_global",
                **self.fixed(45),
                **values,
            }
        )

    def test_rules_that_begin_or_end_queue_the_prices_they_reach(self):
        product = self.listed(list_price=100)
        other = self.listed(default_code="S2", barcode=False)
        now = fields.Datetime.now()
        pricelist = self.pricelist()
        self.shop_of().pricelist_id = pricelist
        self.env["amazon.listing"]._cron_dated_prices()
        self.settle_all()
        self.dispatch()
        self.settle_all()
        self.rule(
            pricelist,
            applied_on="1_product",
            product_tmpl_id=product.product_tmpl_id.id,
            date_start=now + timedelta(hours=1),
            date_end=now + timedelta(hours=3),
        )
        self.dispatch()
        self.settle_all()
        listing = self.listing(product)
        for hours, price in ((0.5, None), (1.5, 45.0), (2, None), (3.5, 50.0)):
            with self.subTest(hours), freeze_time(now + timedelta(hours=hours)):
                self.env["amazon.listing"]._cron_dated_prices()
                self.assertEqual(bool(price), "price" in self.waiting(listing))
                self.assertFalse(self.waiting(self.listing(other)))
                self.assertFalse(self.waiting(self.listing(product, self.shops[1])))
                if price:
                    feed, (message,) = self.build_listings()
                    found = message["patches"][-1]["value"][0]["our_price"]
                    self.assertEqual(found[0]["schedule"][0]["value_with_tax"], price)
                    self.accept(feed)

    def test_dated_rule_of_a_base_pricelist_counts(self):
        product = self.listed(list_price=100)
        now = fields.Datetime.now()
        base = self.pricelist()
        above = {
            "compute_price": "percentage",
            "base": "pricelist",
            "base_pricelist_id": base.id,
        }
        self.shop_of().pricelist_id = self.pricelist(above)
        self.rule(base, date_start=now + timedelta(hours=1))
        self.dispatch()
        self.settle_all()
        self.env["amazon.listing"]._cron_dated_prices()
        with freeze_time(now + timedelta(hours=2)):
            self.env["amazon.listing"]._cron_dated_prices()
            self.assertIn("price", self.waiting(self.listing(product)))

    # === RATES AND TAXES === #

    def looked_at(self, hours):
        """Let the cron look in some hours; return the codes of marketplaces it found
        prices to be looked at in."""
        with freeze_time(fields.Datetime.now() + timedelta(hours=hours)):
            self.env["amazon.listing"]._cron_dated_prices()
        waiting = self.env["amazon.feed.message"].search(
            [("state", "=", "waiting"), ("lane", "=", "price")]
        )
        codes = set(waiting.mapped("marketplace_id.code"))
        waiting.unlink()
        return codes

    def written(self, record, hours):
        """Let a record have been written in some hours."""
        record.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = now() AT TIME ZONE 'UTC'"
                " + %s * interval '1 hour' WHERE id = ANY(%s)",
                SQL.identifier(record._table),
                hours,
                record.ids,
            )
        )
        record.invalidate_recordset()

    def rate(self, code, **values):
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", code)])
        return self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 0.4, **values}
        )

    def test_new_rate_of_a_currency_queues_the_prices_in_it(self):
        self.listed(list_price=100)
        self.looked_at(1)
        day = fields.Date.today() - timedelta(days=1)
        self.written(self.rate("GBP", name=day), 1.5)
        self.assertFalse(self.looked_at(2))
        self.written(self.rate("EUR", name=day), 2.5)
        self.assertEqual(self.looked_at(3), set(self.shops.mapped("code")))
        self.assertFalse(self.looked_at(4))

    def test_rate_counts_from_its_day_on(self):
        self.listed(list_price=100)
        day = fields.Date.today() + timedelta(days=3)
        self.written(self.rate("EUR", name=day), 0)
        self.looked_at(1)
        self.assertFalse(self.looked_at(24))
        self.assertEqual(self.looked_at(73), set(self.shops.mapped("code")))

    def test_changed_tax_queues_all_prices(self):
        self.listed(list_price=100)
        tax = self.tax("Sale", 19, False)
        self.looked_at(1)
        self.assertFalse(self.looked_at(2))
        tax.amount = 21
        self.written(tax, 3)
        self.assertEqual(self.looked_at(4), set(self.shops.mapped("code")))

    # === WHOM A RULE REACHES === #

    def reached(self):
        """Dispatch, and return the codes of the products whose price waits."""
        self.dispatch()
        found = self.env["amazon.feed.message"].search(
            [("state", "=", "waiting"), ("lane", "=", "price")]
        )
        keys = set(found.mapped("key"))
        self.settle_all()
        return keys

    def family(self):
        """Return products in categories and a pricelist, all settled."""
        above = self.env["product.category"].create({"name": "Above"})
        below = self.env["product.category"].create(
            {"name": "Below", "parent_id": above.id}
        )
        products = self.env["product.product"]
        for code, category in (("A", above), ("B", below), ("C", False)):
            values = {"categ_id": category.id} if category else {}
            products |= self.listed(default_code=code, barcode=False, **values)
        pricelist = self.pricelist()
        self.shop_of().pricelist_id = pricelist
        self.settle_all()
        self.dispatch()
        self.settle_all()
        return products, above, below, pricelist

    def test_rule_reaches_variant_template_category_or_all(self):
        (a, b, c), above, below, pricelist = self.family()
        self.rule(
            pricelist,
            applied_on="0_product_variant",
            product_id=a.id,
            product_tmpl_id=a.product_tmpl_id.id,
        )
        self.assertEqual(self.reached(), {"A"})
        self.rule(
            pricelist, applied_on="1_product", product_tmpl_id=b.product_tmpl_id.id
        )
        self.assertEqual(self.reached(), {"B"})
        self.rule(pricelist, applied_on="2_product_category", categ_id=below.id)
        self.assertEqual(self.reached(), {"B"})
        self.rule(pricelist, applied_on="2_product_category", categ_id=above.id)
        self.assertEqual(self.reached(), {"A", "B"})
        self.rule(pricelist)
        self.assertEqual(self.reached(), {"A", "B", c.default_code})

    def test_changed_rule_reaches_whom_it_reached_before(self):
        (a, b, _c), _above, _below, pricelist = self.family()
        rule = self.rule(
            pricelist, applied_on="1_product", product_tmpl_id=a.product_tmpl_id.id
        )
        self.assertEqual(self.reached(), {"A"})
        rule.fixed_price = 44
        self.assertEqual(self.reached(), {"A"})
        rule.product_tmpl_id = b.product_tmpl_id
        self.assertLessEqual({"A", "B"}, self.reached())

    def test_deleted_rule_reaches_whom_it_reached(self):
        (a, _b, _c), _above, _below, pricelist = self.family()
        rule = self.rule(
            pricelist, applied_on="1_product", product_tmpl_id=a.product_tmpl_id.id
        )
        self.assertEqual(self.reached(), {"A"})
        rule.unlink()
        self.assertEqual(self.reached(), {"A"})

    def test_rule_that_goes_to_another_pricelist_reaches_those_it_leaves(self):
        (a, _b, _c), _above, _below, pricelist = self.family()
        rule = self.rule(
            pricelist, applied_on="1_product", product_tmpl_id=a.product_tmpl_id.id
        )
        self.assertEqual(self.reached(), {"A"})
        rule.pricelist_id = self.pricelist()
        self.assertIn("A", self.reached())

    def test_base_pricelist_reaches_and_a_strange_one_does_not(self):
        _products, _above, _below, pricelist = self.family()
        base, strange = self.pricelist(), self.pricelist()
        self.rule(strange)
        self.assertEqual(self.reached(), set())
        self.rule(pricelist, base="pricelist", base_pricelist_id=base.id)
        self.assertEqual(self.reached(), {"A", "B", "C"})
        self.rule(base)
        self.assertEqual(self.reached(), {"A", "B", "C"})

    def test_currency_of_a_pricelist_reaches_all(self):
        _products, _above, _below, pricelist = self.family()
        pricelist.currency_id = self.home
        self.assertEqual(self.reached(), {"A", "B", "C"})
