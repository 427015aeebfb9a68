# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from ..models import amazon_resync_run
from .common import CatalogCase


class ResyncCase(CatalogCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.automatic = False
        cls.account.product_domain = '[("default_code", "like", "R-")]'
        cls.user = new_test_user(
            cls.env, "seller", groups="integrator.group_integration_user"
        )

    def setUp(self):
        super().setUp()
        self.enterContext(patch.object(amazon_resync_run, "PRODUCTS_AT_ONCE", 20))

    def products(self, count, prefix="R", **values):
        return self.env["product.product"].create(
            [
                {
                    "name": f"Suitcase {n}",
                    "default_code": f"{prefix}-{n}",
                    "type": "consu",
                    "list_price": 100.0,
                    "amazon_brand": "Acme",
                    "amazon_gtin_exempt": True,
                    "taxes_id": [(5, 0, 0)],
                    **values,
                }
                for n in range(count)
            ]
        )

    def listed_products(self, count, **values):
        """Return products that Amazon has, sent by a run of everything."""
        self.account.image_required = False
        products = self.products(count, **values)
        run = self.open_run(choice="products", product_ids=products.ids)
        self.preview(run)
        run.action_start()
        self.run_jobs(run)
        self.answer()
        run._job_follow(run.turn, run.cursor)
        self.assertEqual(run.state, "done")
        return products

    def open_run(self, **values):
        return self.env["amazon.resync"]._open_or_create(
            {
                "account_id": self.account.id,
                "choice": "offered",
                "product_domain": False,
                "product_ids": [],
                "lanes": "",
                "forced": False,
                **values,
            }
        )

    def preview(self, run):
        run.action_preview()
        self.run_jobs(run)
        self.assertEqual(run.state, "previewed")

    def run_jobs(self, run):
        """Do the jobs of a run, one after the other, as workers would."""
        for _turn in range(100):
            if run.state == "previewing":
                run._job_preview(run.turn, run.cursor)
            elif run.state == "running" and not run.queued:
                run._job_run(run.turn, run.cursor)
            else:
                return
        self.fail("It does not end.")

    def answer(self):
        """Dispatch what was recorded, and let Amazon accept it."""
        while self.env["product.integration"].search_count(
            [("amazon_dispatched", "=", False)]
        ):
            self.env["product.integration"]._job_dispatch()
        self.settle_all()

    def rows(self, run):
        return self.env["product.integration"].search([("resync_id", "=", run.id)])


@tagged("post_install", "-at_install")
class TestAmazonResync(ResyncCase):
    def test_preview_counts_and_writes_nothing(self):
        self.products(45)
        self.products(5, prefix="ALIEN")
        listings = self.env["amazon.listing"].search_count([])
        run = self.open_run()
        self.preview(run)
        self.assertEqual(run.total_count, 45)
        self.assertEqual(run.done_count, 45)
        self.assertEqual(run.new_count, 90)
        self.assertEqual(run.found["lanes"]["content"], 90)
        self.assertEqual(len(run.line_ids), 50)
        self.assertIn("Title: nothing → Suitcase 0", run.line_ids[0].changes)
        self.assertEqual(self.env["amazon.listing"].search_count([]), listings)
        self.assertFalse(self.rows(run))
        self.assertFalse(run.is_risky)

    def test_preview_says_what_cannot_be_sent(self):
        self.products(22, amazon_brand=False)
        self.products(3, prefix="R-P", list_price=0.0)
        run = self.open_run()
        self.preview(run)
        self.assertEqual(run.refused_count, 50)
        causes = run.found["causes"]
        brand = next(n for cause, (n, _skus) in causes.items() if "brand" in cause)
        self.assertEqual(brand, 44)
        self.assertLess(len(causes), 5)
        self.assertIn("<table", run.cause_html)

    def test_run_ends_with_what_amazon_said(self):
        products = self.listed_products(30)
        run = self.env["amazon.resync"].search([], limit=1)
        self.assertEqual(len(self.rows(run)), 30)
        self.assertEqual(run.success_count, 30)
        self.assertEqual(run.progress, 100)
        self.assertEqual(run.result["accepted"], 60)
        self.assertIn("30 products", run.message_ids[0].body)
        self.assertEqual(self.listing(products[29]).state, "listed")

    def test_only_what_differs_is_sent(self):
        products = self.listed_products(25)
        products[:2].list_price = 110.0
        run = self.open_run()
        self.preview(run)
        self.assertEqual(run.changed_count, 4)
        self.assertEqual(run.unchanged_count, 46)
        self.assertEqual(run.found["lanes"], {"price": 4})
        self.assertIn("Price: 100.00 EUR → 110.00 EUR", run.line_ids[0].changes)
        run.action_start()
        self.run_jobs(run)
        self.answer()
        run._job_follow(run.turn, run.cursor)
        self.assertEqual(run.result["sent"], 4)
        self.assertEqual(run.result["same"], 46)

    def test_everything_is_sent_anew_when_wanted(self):
        self.listed_products(3)
        run = self.open_run(forced=True)
        self.preview(run)
        self.assertEqual(run.changed_count, 6)
        run.action_start()
        self.run_jobs(run)
        self.answer()
        run._job_follow(run.turn, run.cursor)
        self.assertEqual(run.result["sent"], 6)

    def test_lanes_limit_what_is_sent(self):
        products = self.listed_products(2)
        products.list_price = 110.0
        products.amazon_brand = "Better"
        self.products(1, prefix="R-NEW")
        run = self.open_run(lanes="price")
        self.preview(run)
        self.assertEqual(run.new_count, 0)
        self.assertEqual(run.found["lanes"], {"price": 4})
        run.action_start()
        self.run_jobs(run)
        self.env["product.integration"]._job_dispatch()
        messages = self.env["amazon.feed.message"].search([("state", "=", "waiting")])
        self.assertEqual(set(messages.mapped("lane")), {"price"})
        self.assertEqual(len(messages), 4)
        self.assertFalse(any(messages.mapped("forced")))

    def test_many_that_go_off_sale_want_a_second_look(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.account.company_id.id)], limit=1
        )
        products = self.products(25, is_storable=True)
        self.account.image_required = False
        for product in products:
            self.env["stock.quant"]._update_available_quantity(
                product, warehouse.lot_stock_id, 5
            )
        first = self.open_run(choice="products", product_ids=products.ids)
        self.preview(first)
        first.action_start()
        self.run_jobs(first)
        self.answer()
        first._job_follow(first.turn, first.cursor)
        self.account.stock_buffer = 10
        self.env["amazon.feed.message"].search([("state", "=", "waiting")]).unlink()
        run = self.open_run()
        self.preview(run)
        self.assertEqual(run.stocked_count, 25)
        self.assertEqual(run.zero_count, 25)
        self.assertTrue(run.is_risky)
        with self.assertRaisesRegex(UserError, "off sale"):
            run.action_start()
        run.with_user(self.user).risk_read = True
        run.with_user(self.user).action_start()
        self.assertEqual(run.state, "running")

    def test_listings_to_be_ended_are_counted(self):
        products = self.listed_products(22)
        self.account.product_domain = '[("default_code", "=", "R-0")]'
        self.env["amazon.feed.message"].search([("state", "=", "waiting")]).unlink()
        run = self.open_run()
        self.preview(run)
        self.assertEqual(run.total_count, 22)
        self.assertEqual(run.ended_count, 42)
        self.assertTrue(run.is_risky)
        self.assertTrue(all(line.kind == "ended" for line in run.line_ids[:20]))
        self.assertEqual(self.listing(products[1]).state, "listed")

    def test_rule_chooses_products(self):
        products = self.products(30)
        products[:7].description_sale = "Blue"
        run = self.open_run(
            choice="rule", product_domain='[("description_sale", "=", "Blue")]'
        )
        self.preview(run)
        self.assertEqual(run.done_count, 7)
        self.assertEqual(run.new_count, 14)

    def test_what_is_not_offered_is_left_out(self):
        products = self.products(3, prefix="ALIEN")
        run = self.open_run(choice="products", product_ids=products.ids)
        self.preview(run)
        self.assertEqual(run.skipped_count, 3)
        run.action_start()
        self.run_jobs(run)
        self.assertFalse(self.rows(run))

    def test_other_accounts_are_left_alone(self):
        other = self.account.copy(
            {"seller_id": "A2TEST", "name": "Second", "mode": "live"}
        )
        self.products(2)
        run = self.open_run()
        self.preview(run)
        run.action_start()
        self.run_jobs(run)
        self.env["product.integration"]._job_dispatch()
        listings = self.env["amazon.listing"].search([])
        self.assertEqual(listings.account_id, self.account)
        self.assertNotIn(other, listings.account_id)


@tagged("post_install", "-at_install")
class TestAmazonResyncSafety(ResyncCase):
    def test_job_that_runs_twice_counts_once(self):
        self.products(50)
        run = self.open_run()
        run.action_preview()
        place = (run.turn, run.cursor)
        run._job_preview(*place)
        self.assertEqual(run.done_count, 20)
        self.assertIn("already", run._job_preview(*place))
        self.assertEqual(run.done_count, 20)
        self.run_jobs(run)
        self.assertEqual(run.new_count, 100)

    def test_rows_are_written_once(self):
        self.products(50)
        run = self.open_run()
        self.preview(run)
        run.action_start()
        place = (run.turn, run.cursor)
        run._job_run(*place)
        run._job_run(*place)
        self.assertEqual(len(self.rows(run)), 20)
        self.run_jobs(run)
        run._job_run(run.turn, run.cursor)
        rows = self.rows(run)
        self.assertEqual(len(rows), 50)
        self.assertEqual(len(set(rows.mapped("record_id"))), 50)

    def test_worker_that_dies_is_replaced(self):
        self.products(50)
        run = self.open_run()
        run.action_preview()
        run._job_preview(run.turn, run.cursor)
        self.env["queue.job"].search([("model_name", "=", run._name)]).unlink()
        with trap_jobs() as trap:
            self.env["amazon.feed"]._cron_watchdog()
        jobs = [job for job in trap.enqueued_jobs if job.model_name == run._name]
        self.assertEqual([job.args for job in jobs], [(run.turn, run.cursor)])
        self.assertEqual(jobs[0].method_name, "_job_preview")

    def test_watchdog_leaves_a_job_alone_that_is_there(self):
        self.products(2)
        run = self.open_run()
        run.action_preview()
        jobs = self.env["queue.job"].search_count([("model_name", "=", run._name)])
        self.env["amazon.resync"]._resume()
        self.assertEqual(jobs, 1)
        self.assertEqual(
            self.env["queue.job"].search_count([("model_name", "=", run._name)]), 1
        )

    def test_job_of_an_older_turn_does_nothing(self):
        self.products(3)
        run = self.open_run()
        run.action_preview()
        old = run.turn
        self.run_jobs(run)
        run.action_preview()
        self.assertIn("already", run._job_preview(old, 0))
        self.assertEqual(run.done_count, 0)

    def test_follow_waits_until_all_is_answered(self):
        self.account.image_required = False
        self.products(3)
        run = self.open_run()
        self.preview(run)
        run.action_start()
        self.run_jobs(run)
        with self.assertRaises(RetryableJobError):
            run._job_follow(run.turn, run.cursor)
        self.assertEqual(run.progress, 0)
        self.answer()
        run._job_follow(run.turn, run.cursor)
        self.assertEqual(run.state, "done")

    def test_run_of_an_account_that_previews_comes_to_an_end(self):
        self.account.image_required = False
        self.account.mode = "shadow"
        self.products(3)
        run = self.open_run()
        self.preview(run)
        run.action_start()
        self.run_jobs(run)
        self.env["product.integration"]._job_dispatch()
        for shop in self.shops:
            self.build_listings(shop)
        run._job_follow(run.turn, run.cursor)
        self.assertEqual(run.result["shown"], 6)
        self.assertEqual(run.result["sent"], 0)

    def test_run_does_not_wait_for_what_is_switched_off(self):
        products = self.listed_products(2)
        flow = self.env["amazon.flow"].search([("code", "=", "price")])
        self.account.flow_ids -= flow
        products.list_price = 120
        run = self.open_run()
        self.preview(run)
        run.action_start()
        self.run_jobs(run)
        self.answer()
        waiting = self.env["amazon.feed.message"].search([("state", "=", "waiting")])
        self.assertEqual(set(waiting.mapped("lane")), {"price"})
        run._job_follow(run.turn, run.cursor)
        self.assertEqual(run.state, "done")

    # === THE RULE OF WHAT IS OFFERED === #

    def rule_of(self, domain):
        """Let an automatic account have another rule; return the run of that."""
        self.account.automatic = True
        self.account.product_domain = domain
        runs = self.env["amazon.resync"].search([("unattended", "=", True)])
        run = runs.filtered(lambda r: r.state == "previewing")
        run.ensure_one()
        self.run_jobs(run)
        return run

    def test_changed_rule_ends_and_adds_by_itself(self):
        products = self.listed_products(3)
        other = self.products(1, prefix="OTHER")
        names = ["R-0", "R-1", "OTHER-0"]
        run = self.rule_of(f"[('default_code', 'in', {names})]")
        self.assertEqual(run.state, "running")
        self.answer()
        run._job_follow(run.turn, run.cursor)
        states = [set(self.listings(p).mapped("state")) for p in products | other]
        self.assertEqual(states, [{"listed"}, {"listed"}, {"deleted"}, {"listed"}])

    def test_changed_rule_that_ends_much_waits_for_a_person(self):
        products = self.listed_products(22)
        slip = self.rule_of('[("default_code", "=", "R")]')
        self.assertEqual(slip.state, "previewed")
        self.assertEqual(set(self.listings(products[0]).mapped("state")), {"listed"})
        alerts = self.env["integrator.alert"]
        alert = alerts.search([("cause", "like", "rule-changed")])
        self.assertEqual((alert.state, len(alert)), ("open", 1))
        # Corrected: the run of the slip is gone, and nobody has to do anything.
        right = self.rule_of('[("default_code", "=like", "R-%")]')
        self.assertEqual((slip.state, right.state), ("cancelled", "running"))
        self.assertEqual(alert.state, "done")

    def test_changed_rule_of_an_account_that_is_not_automatic_sends_nothing(self):
        self.listed_products(1)
        self.account.product_domain = '[("default_code", "=", "R")]'
        self.assertFalse(self.env["amazon.resync"].search([("unattended", "=", True)]))

    def test_pressed_twice_is_one_run(self):
        self.products(3)
        run = self.open_run()
        run.action_preview()
        self.assertEqual(self.open_run(), run)
        self.run_jobs(run)
        self.assertEqual(self.open_run(), run)
        run.action_start()
        turn = run.turn
        run.action_start()
        self.assertEqual(run.turn, turn)

    def test_running_run_with_the_same_products_is_opened(self):
        products = self.products(3)
        other = self.products(1, prefix="ALIEN")
        run = self.open_run(
            choice="rule", product_domain='[("default_code", "in", ["R-0", "R-1"])]'
        )
        self.preview(run)
        run.action_start()
        self.assertEqual(self.open_run(), run)
        one = self.open_run(choice="products", product_ids=products[0].ids)
        self.assertEqual(one, run)
        third = self.open_run(choice="products", product_ids=products[2].ids)
        self.assertNotEqual(third, run)
        alien = self.open_run(choice="products", product_ids=other.ids)
        self.assertNotEqual(alien, run)

    def test_two_runs_do_not_send_the_same(self):
        products = self.products(3)
        wide = self.open_run()
        narrow = self.open_run(choice="products", product_ids=products[0].ids)
        self.assertNotEqual(wide, narrow)
        self.preview(wide)
        self.preview(narrow)
        wide.action_start()
        with self.assertRaisesRegex(UserError, "already"):
            narrow.action_start()

    def test_cancelled_run_goes_no_further(self):
        self.products(50)
        run = self.open_run()
        self.preview(run)
        run.action_start()
        run._job_run(run.turn, run.cursor)
        run.action_cancel()
        run._job_run(run.turn, run.cursor)
        self.assertEqual(len(self.rows(run)), 20)
        with self.assertRaises(UserError):
            run.action_start()

    def test_unknown_product_type_is_asked_for(self):
        self.products(2, amazon_product_type="LAMP")
        run = self.open_run()
        run.action_preview()
        run._job_preview(run.turn, run.cursor)
        self.assertEqual(run.state, "previewing")
        found = self.env["amazon.product.type"].search([("name", "=", "LAMP")])
        self.assertEqual(found.marketplace_id, self.shops)
        self.run_jobs(run)
        self.assertEqual(run.state, "previewed")
        self.assertEqual(run.waiting_count, 4)


@tagged("post_install", "-at_install")
class TestAmazonResyncWizard(ResyncCase):
    def wizard(self, **context):
        return Form(
            self.env["amazon.resync.wizard"]
            .with_user(self.user)
            .with_context(tracking_disable=True, **context)
        )

    def open(self, form):
        action = form.save().action_preview()
        return self.env["amazon.resync"].browse(action["res_id"])

    def test_user_runs_all_that_is_offered(self):
        self.products(3)
        form = self.wizard()
        self.assertEqual(form.choice, "offered")
        run = self.open(form)
        self.assertEqual(run.state, "previewing")
        self.assertEqual(run.user_id, self.user)
        self.assertEqual(run._get_lanes(), amazon_resync_run.LANES)
        self.assertFalse(run.forced)
        self.run_jobs(run)
        run.with_user(self.user).action_start()
        self.run_jobs(run)
        self.assertEqual(len(self.rows(run)), 3)

    def test_selection_of_the_product_list_is_taken(self):
        products = self.products(3)
        form = self.wizard(
            active_model="product.template",
            active_ids=products[:2].product_tmpl_id.ids,
        )
        self.assertEqual(form.choice, "products")
        form.send_content = False
        form.send_image = False
        form.extent = "everything"
        run = self.open(form)
        self.assertEqual(run.product_ids, products[:2])
        self.assertEqual(run.lanes, "price,inventory,relationship,override")
        self.assertTrue(run.forced)

    def test_wizard_pressed_twice_opens_the_same_run(self):
        self.products(1)
        self.assertEqual(self.open(self.wizard()), self.open(self.wizard()))

    def test_wizard_says_what_is_missing(self):
        form = self.wizard()
        for lane in amazon_resync_run.LANES:
            setattr(form, f"send_{lane}", False)
        with self.assertRaisesRegex(UserError, "Tick"):
            form.save().action_preview()
        form = self.wizard()
        form.choice = "rule"
        form.product_domain = '[("no_such_field", "=", 1)]'
        with self.assertRaisesRegex(UserError, "rule"):
            form.save().action_preview()
        form = self.wizard()
        form.choice = "products"
        with self.assertRaisesRegex(UserError, "at least one product"):
            form.save().action_preview()

    def test_rule_finds_what_its_user_may_see(self):
        """A rule is no way to learn of another company's products."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.products(2, company_id=company.id)
        self.products(1, prefix="R-MINE")
        run = self.open_run(
            choice="rule",
            product_domain='[("default_code", "like", "R-")]',
            user_id=self.user.id,
        )
        self.preview(run)
        self.assertEqual(run.done_count, 1)


@tagged("post_install", "-at_install")
class TestAmazonResyncAccess(ResyncCase):
    def setUp(self):
        super().setUp()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.stranger = new_test_user(
            self.env,
            "stranger",
            groups="integrator.group_integration_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.plain = new_test_user(self.env, "plain", groups="base.group_user")
        self.products(2)
        self.run_ = self.open_run()
        self.preview(self.run_)
        self.env.flush_all()

    def test_plain_user_sees_and_does_nothing(self):
        run = self.run_.with_user(self.plain)
        for forbidden in (
            lambda: run.search([]),
            lambda: run.read(["state"]),
            run.action_start,
            run.action_cancel,
            lambda: self.env["amazon.resync.wizard"].with_user(self.plain).create({}),
            lambda: (
                self.env["product.template"]
                .with_user(self.plain)
                .browse(self.env["product.template"].search([], limit=1).ids)
                .action_amazon_check()
            ),
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_other_company_sees_and_does_nothing(self):
        run = self.run_.with_user(self.stranger)
        self.assertFalse(run.search([]))
        self.assertFalse(
            self.env["amazon.resync.line"].with_user(self.stranger).search([])
        )
        for forbidden in (
            lambda: run.read(["state"]),
            run.action_start,
            run.action_cancel,
        ):
            with self.assertRaises(AccessError):
                forbidden()
        self.assertEqual(self.run_.state, "previewed")

    def test_wizard_takes_no_account_of_another_company(self):
        wizard = (
            self.env["amazon.resync.wizard"]
            .with_user(self.stranger)
            .create({"choice": "offered", "account_ids": []})
        )
        wizard.sudo().account_ids = self.account
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            wizard.action_preview()

    def test_nobody_writes_past_the_buttons(self):
        run = self.run_.with_user(self.user)
        for values in ({"state": "running"}, {"cursor": 5}, {"account_id": 1}):
            with self.assertRaises(AccessError):
                run.write(values)
        with self.assertRaises(AccessError):
            run.unlink()
        with self.assertRaises(AccessError):
            run.create({"account_id": self.account.id, "choice": "offered"})


@tagged("post_install", "-at_install")
class TestAmazonCheck(ResyncCase):
    def check(self, product):
        action = product.product_tmpl_id.with_user(self.user).action_amazon_check()
        return self.env["amazon.check.wizard"].browse(action["res_id"])

    def test_what_is_missing_is_shown_at_once(self):
        product = self.products(1, amazon_brand=False)
        wizard = self.check(product)
        self.assertEqual(len(wizard.line_ids), 2)
        self.assertEqual(set(wizard.line_ids.mapped("verdict")), {"wrong"})
        self.assertIn("brand", wizard.line_ids[0].text)
        self.assertFalse(wizard.is_fine)
        self.assertFalse(self.listings(product))

    def test_nothing_is_missing(self):
        self.account.image_required = False
        wizard = self.check(self.products(1))
        self.assertTrue(wizard.is_fine)

    def test_product_without_reference(self):
        self.account.product_domain = '[("name", "like", "Suitcase")]'
        product = self.products(1)
        product.default_code = False
        wizard = self.check(product)
        self.assertIn("internal reference", wizard.line_ids[0].text)

    def test_product_that_is_not_offered(self):
        wizard = self.check(self.products(1, prefix="ALIEN"))
        self.assertFalse(wizard.line_ids)
        self.assertFalse(wizard.is_fine)
