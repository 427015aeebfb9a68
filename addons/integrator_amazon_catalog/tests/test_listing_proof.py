# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import copy
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.integrator_amazon.spapi import errors

from .common import CatalogCase


@tagged("post_install", "-at_install")
class TestListingProof(CatalogCase):
    """What Amazon shows is read back, compared, sent again and raised."""

    def setUp(self):
        super().setUp()
        self.changed, self.gone, self.issues = {}, set(), []

    def shown(self, item):
        """Return what Amazon shows: what was accepted, with the test's changes."""
        attributes = copy.deepcopy((item.accepted or {}).get("attributes") or {})
        attributes.update(self.changed.get(item.sku, {}))
        return {
            "sku": item.sku,
            "attributes": {k: v for k, v in attributes.items() if v is not None},
            "summaries": [
                {
                    "marketplaceId": item.marketplace_id.marketplace_id,
                    "asin": "B000000001",
                    "productType": "PRODUCT",
                    "status": ["BUYABLE"],
                }
            ],
            "issues": self.issues,
        }

    def search(self, place, *, skus, **_how):
        found = self.env["amazon.listing"].search(
            [("marketplace_id.marketplace_id", "=", place), ("sku", "in", skus)]
        )
        return {"items": [self.shown(i) for i in found if i.sku not in self.gone]}

    def get_item(self, sku, place, **how):
        items = self.search(place, skus=[sku], **how)["items"]
        if not items:
            raise errors.NotFoundError("Not there.", operation="getListingsItem")
        return items[0]

    def fake(self, **answers):
        self.env["amazon.rate.budget"].search([]).write(
            {"tokens": 5, "since": 0, "share": 1, "next_slot": 0, "blocked_until": 0}
        )
        self.env.flush_all()
        return self.amazon(
            **{
                "search_listings_items": self.search,
                "get_listings_item": self.get_item,
                **answers,
            }
        )

    def due(self, listings=None):
        """Let it be time to look at listings, all of them by default."""
        listings = listings or self.env["amazon.listing"].search(
            [("proof_date", "!=", False)]
        )
        listings._write_quietly(
            {"proof_date": fields.Datetime.now() - timedelta(minutes=1)}
        )

    def prove(self, shop=None, **answers):
        """Look at what Amazon shows; return the scripted Amazon."""
        self.due()
        fake = self.fake(**answers)
        self.env["amazon.listing"]._job_prove(self.account, shop or self.shops[0])
        self.env["amazon.listing"]._cron_prove()
        self.env.invalidate_all()
        return fake

    def waiting(self, item):
        return self.env["amazon.feed.message"].search(
            [("listing_id", "=", item.id), ("state", "=", "waiting")]
        )

    def alert(self, name):
        return self.env["integrator.alert"].search(
            [
                ("cause", "=", f"amazon:{self.account.id}:proof:{name}"),
                ("state", "=", "open"),
            ]
        )

    def make(self, **values):
        item = self.listing(self.listed(**values))
        return item

    def retitle(self, item, title="Other"):
        place = item.marketplace_id
        instance = {
            "value": title,
            "language_tag": place.language_tag,
            "marketplace_id": place.marketplace_id,
        }
        self.changed.setdefault(item.sku, {})["item_name"] = [instance]

    # === WHEN === #

    def test_what_was_accepted_is_looked_at_after_the_wait(self):
        self.account.proof_wait = 20
        item = self.make()
        delay = timedelta(minutes=20)
        self.assertAlmostEqual(
            item.proof_date, item.accepted_date + delay, delta=timedelta(minutes=2)
        )
        fake = self.fake()
        done = self.env["amazon.listing"]._job_prove(self.account, self.shops[0])
        self.assertEqual((done, fake.calls), ("Nothing is due.", []))

    def test_what_is_right_is_looked_at_again_after_days(self):
        self.account.proof_days = 3
        item = self.make()
        self.prove()
        self.assertFalse(item.is_different)
        self.assertEqual(item.shown_status, "Buyable")
        self.assertEqual(item.asin, "B000000001")
        self.assertAlmostEqual(
            item.proof_date - item.shown_date,
            timedelta(days=3),
            delta=timedelta(seconds=2),
        )
        self.account.proof_days = 1
        self.assertEqual(item.proof_date - item.shown_date, timedelta(days=1))

    def test_cron_starts_one_job_per_marketplace_that_is_due(self):
        self.make()
        jobs = self.env["queue.job"]
        domain = [("identity_key", "=like", f"amazon-proof-{self.account.id}-%")]
        self.env["amazon.listing"]._cron_prove()
        self.assertFalse(jobs.search(domain))
        self.due()
        self.account.mode = "stopped"
        self.env["amazon.listing"]._cron_prove()
        self.assertFalse(jobs.search(domain))
        self.account.mode = "live"
        for _ in range(2):
            self.env["amazon.listing"]._cron_prove()
        self.assertEqual(len(jobs.search(domain)), 2)
        self.assertEqual(
            set(jobs.search(domain).mapped("channel")), {"root.amazon.report"}
        )

    def test_what_is_on_its_way_is_looked_at_afterwards(self):
        item = self.make()
        item.product_id.name = "Trolley"
        self.dispatch()
        self.build_listings()
        self.due(item)
        fake = self.prove()
        self.assertFalse(fake.calls)
        self.assertFalse(item.shown_date)

    def test_ended_listing_is_not_looked_at(self):
        item = self.make()
        self.retitle(item)
        self.prove()
        self.settle_all()
        item.product_id.active = False
        self.dispatch()
        self.settle_all()
        self.assertEqual(item.state, "deleted")
        self.assertFalse(item.proof_date or item.is_different or item.difference)

    # === CALLS === #

    def test_twenty_skus_are_asked_for_in_one_call(self):
        for number in range(23):
            self.product(default_code=f"N{number}", barcode=False)
        self.dispatch()
        self.settle_all()
        fake = self.prove()
        sizes = [len(call[2]["skus"]) for call in fake.made("search_listings_items")]
        self.assertEqual(sizes, [20, 3])
        self.assertFalse(
            self.env["amazon.listing"].search(
                [("marketplace_id", "=", self.shops[0].id), ("shown_date", "=", False)]
            )
        )

    def test_sku_with_a_comma_is_asked_for_alone(self):
        self.make(default_code="A,B")
        fake = self.prove()
        self.assertEqual(fake.made("get_listings_item")[0][1][0], "A,B")
        self.assertFalse(fake.made("search_listings_items"))

    def test_what_was_answered_is_kept_without_a_token_for_the_rest(self):
        for number in range(23):
            self.product(default_code=f"N{number}", barcode=False)
        self.dispatch()
        self.settle_all()
        throttled = errors.ThrottledError(
            "wait", operation="searchListingsItems", status=429
        )
        turns = [self.search, throttled]

        def answer(*args, **kwargs):
            turn = turns.pop(0)
            if isinstance(turn, Exception):
                raise turn
            return turn(*args, **kwargs)

        self.prove(search_listings_items=answer)
        here = [("marketplace_id", "=", self.shops[0].id)]
        looked_at = self.env["amazon.listing"].search(
            [*here, ("shown_date", "!=", False)]
        )
        self.assertEqual(len(looked_at), 20)
        key = f"amazon-proof-{self.account.id}-{self.shops[0].id}"
        job = self.env["queue.job"].search([("identity_key", "=", key)])
        self.assertTrue(job.eta)
        self.fake()
        self.env["amazon.listing"]._job_prove(self.account, self.shops[0])
        self.assertEqual(
            self.env["amazon.listing"].search_count(
                [*here, ("shown_date", "!=", False)]
            ),
            23,
        )

    def test_no_token_at_all_puts_the_job_off(self):
        self.make()
        self.due()
        self.fake(
            search_listings_items=errors.ThrottledError(
                "wait", operation="searchListingsItems", status=429
            ),
            get_listings_item=errors.ThrottledError(
                "wait", operation="getListingsItem", status=429
            ),
        )
        self.put_off(self.env["amazon.listing"]._job_prove, self.account, self.shops[0])

    def test_refused_search_is_made_sku_by_sku(self):
        good, bad = self.make(), self.make(default_code="S2", barcode=False)
        refused = errors.RejectedError("Bad SKU.", operation="searchListingsItems")

        def get_item(sku, place, **how):
            if sku == "S2":
                raise refused
            return self.get_item(sku, place, **how)

        self.prove(search_listings_items=refused, get_listings_item=get_item)
        self.assertTrue(good.shown)
        self.assertIn("Bad SKU.", bad.issues)
        self.assertGreater(bad.proof_date, fields.Datetime.now())

    def test_rubbish_is_no_difference_and_holds_up_nobody(self):
        item = self.make()
        rubbish = {"items": [{"sku": "S1", "attributes": "none"}, {"sku": "ALIEN"}]}
        self.prove(search_listings_items=rubbish, get_listings_item=rubbish["items"][0])
        self.assertFalse(item.is_different)
        self.assertIn("cannot be read", item.issues)
        self.assertGreater(item.proof_date, fields.Datetime.now())

    # === DIFFERENCES === #

    def test_difference_is_said_and_sent_again(self):
        item = self.make()
        self.retitle(item)
        self.prove()
        self.assertTrue(item.is_different)
        self.assertEqual(item.difference, {"item_name": ["Suitcase", "Other"]})
        self.assertIn("Odoo wants Suitcase, Amazon shows Other", item.difference_text)
        self.assertIn("Other", item.wants_shows_html)
        self.assertTrue(item.difference_since)
        (message,) = self.waiting(item)
        self.assertEqual((message.lane, message.forced), ("content", True))
        feed, (sent,) = self.build_listings()
        self.assertIn("item_name", self.names_of(sent))
        self.accept(feed)
        self.assertEqual(item.heal_count, 1)
        self.assertFalse(self.alert("item_name"))

    def test_what_amazon_shows_at_last_is_over(self):
        item = self.make()
        self.retitle(item)
        self.prove()
        self.settle_all()
        self.changed.clear()
        self.prove()
        self.assertFalse(item.is_different or item.difference or item.difference_since)
        self.assertEqual((item.heal_count, item.heals), (0, False))

    def test_after_some_times_a_person_is_told(self):
        self.account.heal_most = 2
        item = self.make()
        self.retitle(item)
        since = set()
        for times in (1, 2):
            self.prove()
            self.assertEqual(item.heal_count, times)
            self.assertFalse(self.alert("item_name"))
            since.add(item.difference_since)
            self.settle_all()
        self.prove()
        self.assertFalse(self.waiting(item))
        self.assertEqual(item.heal_count, 2)
        alert = self.alert("item_name")
        self.assertIn("1 listings show other values", alert.name)
        self.assertIn("Amazon shows Other", alert.description)
        since.add(item.difference_since)
        self.assertEqual(len(since), 1)
        self.changed.clear()
        self.prove()
        self.assertFalse(self.alert("item_name"))

    def test_one_attribute_given_up_does_not_hold_up_another(self):
        self.account.heal_most = 1
        item = self.make()
        self.retitle(item)
        self.prove()
        self.settle_all()
        brand = copy.deepcopy(item.accepted["attributes"]["brand"])
        brand[0]["value"] = "Fake"
        self.changed["S1"]["brand"] = brand
        self.prove()
        self.assertTrue(self.alert("item_name"))
        self.assertFalse(self.alert("brand"))
        self.assertEqual(item.heals, {"item_name": 1, "brand": 1})
        self.assertTrue(self.waiting(item))

    def test_account_that_sends_nothing_by_itself_is_told_only(self):
        for values in ({"automatic": False}, {"mode": "shadow"}):
            with self.subTest(values):
                self.account.write({"automatic": True, "mode": "live"})
                item = self.make(default_code=f"S{values}", barcode=False)
                self.account.write(values)
                self.retitle(item)
                self.prove()
                self.assertFalse(self.waiting(item))
                self.assertTrue(self.alert("item_name"))

    def test_lane_that_is_not_sent_is_not_judged(self):
        item = self.make()
        item.send_content = False
        self.settle_all()
        self.retitle(item)
        self.prove()
        self.assertFalse(item.is_different)

    def test_flow_switched_off_is_not_judged(self):
        item = self.make()
        self.account.flow_ids -= self.env.ref("integrator_amazon_catalog.flow_catalog")
        self.retitle(item)
        self.prove()
        self.assertFalse(item.is_different)

    def test_lane_about_to_change_is_not_judged(self):
        item = self.make()
        self.retitle(item)
        item.product_id.name = "Trolley"
        self.dispatch()
        self.prove()
        self.assertFalse(item.is_different)
        self.assertTrue(item.shown_date)

    def test_price_that_odoo_does_not_want_is_taken_away(self):
        item = self.make()
        (offer,) = item.accepted["attributes"]["purchasable_offer"]
        self.changed["S1"] = {
            "purchasable_offer": [offer, {**offer, "audience": "B2B"}]
        }
        self.prove()
        self.assertIn("for businesses", item.difference["purchasable_offer"][1])
        _feed, (sent,) = self.build_listings()
        removed = [p["value"] for p in sent["patches"] if p["op"] == "delete"]
        self.assertEqual([part[0]["audience"] for part in removed], ["B2B"])

    def stocked(self, pieces=10):
        product = self.product(is_storable=True)
        location = (
            self.env["stock.warehouse"]
            .search([("company_id", "=", self.account.company_id.id)], limit=1)
            .lot_stock_id
        )
        self.env["stock.quant"]._update_available_quantity(product, location, pieces)
        self.dispatch()
        self.settle_all()
        return self.listing(product)

    def show_pieces(self, item, pieces):
        (stock,) = item.accepted["attributes"]["fulfillment_availability"]
        self.changed[item.sku] = {
            "fulfillment_availability": [{**stock, "quantity": pieces}]
        }

    def test_fewer_pieces_count_when_they_are_seen_twice(self):
        item = self.stocked()
        for pieces, sent in ((9, False), (8, False), (8, True)):
            self.show_pieces(item, pieces)
            self.prove()
            self.assertTrue(item.is_different)
            self.assertEqual(bool(self.waiting(item)), sent, pieces)

    def test_more_pieces_than_there_are_count_at_once(self):
        item = self.stocked()
        self.show_pieces(item, 11)
        self.prove()
        self.assertEqual(self.waiting(item).lane, "inventory")

    def test_listing_that_is_gone_is_made_anew_when_missed_twice(self):
        item = self.make()
        self.gone.add("S1")
        self.prove()
        self.assertEqual(item.state, "listed")
        self.assertIn("Listing: Odoo wants it on Amazon", item.difference_text)
        self.assertFalse(self.waiting(item))
        self.prove()
        self.assertEqual(item.state, "doubtful")
        self.assertEqual(self.waiting(item).lane, "whole")
        feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "UPDATE")
        self.accept(feed)
        self.gone.clear()
        self.prove()
        self.assertEqual(item.state, "listed")
        self.assertFalse(item.is_different)

    def test_listing_that_stays_away_is_raised(self):
        self.account.heal_most = 1
        item = self.make()
        self.gone.add("S1")
        for _ in range(2):
            self.prove()
        self.settle_all()
        self.prove()
        self.assertFalse(self.waiting(item))
        self.assertTrue(self.alert("listing"))

    def test_issues_at_amazon_are_kept(self):
        item = self.make()
        self.issues = [{"code": "8541", "message": "Suppressed."}]
        self.prove()
        self.assertEqual(item.issues, "8541: Suppressed.")

    def test_why_amazon_refused_a_change_is_not_overwritten(self):
        item = self.make()
        item.product_id.name = "Trolley"
        self.dispatch()
        feed, _messages = self.build_listings()
        self.reject(feed, "No such name.")
        self.prove()
        self.assertEqual(item.issues, "No such name.")

    def test_looking_twice_changes_nothing(self):
        item = self.make()
        self.retitle(item)
        self.prove()
        first = item.read(["difference", "difference_since", "heals", "is_different"])
        revision = self.waiting(item).revision
        self.prove()
        again = item.read(["difference", "difference_since", "heals", "is_different"])
        self.assertEqual(first, again)
        self.assertEqual(self.waiting(item).revision, revision)

    def test_person_can_let_it_be_looked_at_now(self):
        item = self.make()
        item.action_prove()
        self.assertLessEqual(item.proof_date, fields.Datetime.now())
        key = f"amazon-proof-{self.account.id}-{item.marketplace_id.id}"
        self.assertTrue(self.env["queue.job"].search([("identity_key", "=", key)]))

    def test_aborted_feed_is_made_sure_of(self):
        product = self.product()
        self.dispatch()
        feed, _messages = self.build_listings()
        feed._fail("Aborted.")
        item = self.listing(product)
        self.assertEqual(item.state, "doubtful")
        self.gone.add("S1")
        for _ in range(2):
            self.prove()
        self.assertEqual(self.waiting(item).lane, "whole")
