# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.integrator_amazon.spapi import errors
from odoo.addons.queue_job.exception import RetryableJobError

from .common import schema
from .lane_case import LaneCase


@tagged("post_install", "-at_install")
class TestProductType(LaneCase):
    """What Amazon demands of product types: fetched, kept, refreshed."""

    def answer(self, document=None, error=None, checksum="c1"):
        """Let Amazon answer to the next fetches."""
        definition = SimpleNamespace(display_name="Coat", schema_checksum=checksum)

        def fetch(_record):
            if error:
                raise error
            return definition, document

        self.enterContext(
            patch.object(type(self.env["amazon.product.type"]), "_fetch", fetch)
        )

    def coat(self):
        """Return the record of a product type that is not here yet."""
        return self.env["amazon.product.type"]._get(
            self.account, self.shops[0], "COAT", "LISTING"
        )

    def rejected(self, text="Not found."):
        return errors.RejectedError(text, operation="getDefinitionsProductType")

    def jobs(self, record):
        return self.env["queue.job"].search_count(
            [
                ("identity_key", "=", f"amazon-product-type-{record.id}"),
                ("state", "in", ("pending", "enqueued")),
            ]
        )

    # === FETCHING === #

    def test_new_type_is_fetched_by_one_job(self):
        record = self.coat()
        self.assertEqual(record, self.coat())
        self.assertEqual(self.jobs(record), 1)
        self.answer({**schema(), "required": ["item_name"]})
        record._job_fetch()
        self.assertEqual((record.state, record.title), ("ready", "Coat"))
        self.assertEqual(record.required_text, "Title")
        self.assertEqual(record._get_schema().required, {"item_name"})
        self.assertTrue(record.fetch_date)

    def test_listing_waits_for_its_type_and_goes_on(self):
        product = self.product(amazon_product_type="COAT")
        self.dispatch()
        feed, _messages = self.build_listings()
        self.assertFalse(feed)
        message = self.waiting(self.listing(product))["whole"]
        self.assertTrue(message.held)
        self.assertIn("COAT", message.result)
        self.answer(schema())
        self.coat()._job_fetch()
        self.assertFalse(message.held)
        _feed, (found,) = self.build_listings()
        self.assertEqual(found["productType"], "COAT")

    def test_price_and_stock_do_not_wait_for_a_type(self):
        product = self.listed()
        listing = self.listing(product)
        records = self.env["amazon.product.type"].search([("name", "=", "PRODUCT")])
        records.write({"state": "new", "checksum": False})
        product.write({"name": "Trolley", "list_price": 110})
        feed, (message,) = self.send(listing, "whole")
        self.assertEqual(self.names_of(message), ["purchasable_offer"])
        self.accept(feed)
        waiting = self.waiting(listing)
        self.assertIn("content", waiting)
        records.write({"state": "ready", "checksum": "again"})
        for record in records:
            record._on_known()
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), ["item_name"])

    def test_type_that_amazon_does_not_know_is_a_problem(self):
        product = self.product(amazon_product_type="COAT")
        self.dispatch()
        self.build_listings()
        self.answer(error=self.rejected("No such type."))
        record = self.coat()
        record._job_fetch()
        self.assertEqual(record.state, "unknown")
        self.build_listings()
        problem = self.listing(product).problem_text
        for word in ("COAT", self.shops[0].name, "No such type."):
            self.assertIn(word, problem)

    def test_schema_that_cannot_be_read_holds_nobody_for_ever(self):
        product = self.product(amazon_product_type="COAT")
        self.dispatch()
        self.build_listings()
        self.answer({"no": "schema"})
        self.coat()._job_fetch()
        self.assertEqual(self.coat().state, "unknown")
        self.build_listings()
        self.assertTrue(self.listing(product).has_problem)

    def test_refresh_keeps_what_is_here_when_amazon_does_not_answer(self):
        record = self.coat()
        self.answer(schema())
        record._job_fetch()
        known = record._get_schema()
        self.answer(error=RetryableJobError("Later.", seconds=5))
        self.put_off(record._job_fetch)
        self.assertEqual(record.state, "ready")
        for error in (self.rejected(), ValueError("rubbish")):
            self.answer(error=error)
            record._job_fetch()
            self.assertEqual(record.state, "ready")
            self.assertTrue(record.error)
            self.assertIs(record._get_schema(), known)

    def test_refreshed_schema_is_used(self):
        record = self.coat()
        self.answer(schema())
        record._job_fetch()
        self.assertEqual(record._get_schema().required, {"item_name", "brand"})
        self.answer({**schema(), "required": ["color"]}, checksum="c2")
        record._job_fetch()
        self.assertEqual(record._get_schema().required, {"color"})
        self.assertFalse(record.error)

    def test_what_is_a_week_old_is_refreshed(self):
        old, fresh = self.coat(), self.coat().copy({"name": "FRESH"})
        self.env["queue.job"].search([]).unlink()
        now = fields.Datetime.now()
        old.fetch_date = now - timedelta(days=8)
        fresh.fetch_date = now - timedelta(days=6)
        self.env["amazon.product.type"]._cron_refresh()
        self.assertEqual((self.jobs(old), self.jobs(fresh)), (1, 0))

    # === SHIPPING TEMPLATES === #

    def shipping(self, **names):
        """Return a schema that names shipping templates."""
        document = schema()
        document["properties"]["merchant_shipping_group"] = {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "value": {
                        "type": "string",
                        "enum": list(names),
                        "enumNames": list(names.values()),
                    }
                },
            },
        }
        return document

    def templates(self):
        found = self.env["amazon.shipping.template"].with_context(active_test=False)
        return {
            template.value: (template.name, template.active)
            for template in found.search([("account_id", "=", self.account.id)])
        }

    def test_shipping_templates_are_taken_up_and_put_away(self):
        record = self.coat()
        self.answer(self.shipping(a="Small", b="Bulky"))
        record._job_fetch()
        self.assertEqual(self.templates(), {"a": ("Small", True), "b": ("Bulky", True)})
        self.answer(self.shipping(b="Very Bulky", c="New"), checksum="c2")
        record._job_fetch()
        self.assertEqual(
            self.templates(),
            {"a": ("Small", False), "b": ("Very Bulky", True), "c": ("New", True)},
        )
        self.answer(self.shipping(a="Small"), checksum="c3")
        record._job_fetch()
        self.assertEqual(self.templates()["a"], ("Small", True))

    def test_type_that_names_no_templates_says_nothing_about_them(self):
        record = self.coat()
        self.answer(self.shipping(a="Small"))
        record._job_fetch()
        self.answer(schema(), checksum="c2")
        record._job_fetch()
        self.assertEqual(self.templates(), {"a": ("Small", True)})
