# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.integrator_amazon.spapi.errors import RejectedError
from odoo.addons.integrator_amazon.spapi.types import OrderPage
from odoo.addons.queue_job.exception import RetryableJobError

from ..models.amazon_pending_item import STREAM
from .common import CatalogCase


def order(number, status="PENDING", sku="S1", quantity=2, left=None):
    """Return an order as Amazon shows it."""
    left = quantity if left is None else left
    item = {
        "orderItemId": f"1{number}",
        "quantityOrdered": quantity,
        "product": {"sellerSku": sku},
        "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": left},
    }
    return {
        "orderId": f"302-{number:07d}-0000001",
        "createdTime": "2026-11-20T10:00:00Z",
        "orderItems": [item],
        "fulfillment": {"fulfillmentStatus": status, "fulfilledBy": "MERCHANT"},
    }


@tagged("post_install", "-at_install")
class TestPendingItems(CatalogCase):
    """What buyers ordered at Amazon is not offered a second time."""

    def setUp(self):
        super().setUp()
        self.pending = self.env["amazon.pending.item"]
        self.item = self.product(is_storable=True)
        stock = self.account._get_stock_locations()[:1]
        location = self.env["stock.location"].search(
            [("id", "child_of", stock.id), ("usage", "=", "internal")], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(self.item, location, 10)

    def fetch(self, *pages):
        """Run the job until its search is at its end; each page is a list of orders."""
        answers = [
            OrderPage(tuple(orders), f"page-{number}" if number < len(pages) else None)
            for number, orders in enumerate(pages, 1)
        ]
        cursor = self.env["amazon.cursor"].search([("stream", "=", STREAM)])
        cursor.run_date = cursor.run_date and fields.Datetime.to_datetime("2026-01-01")
        with patch.object(type(self.account), "_call", side_effect=answers) as call:
            for _page in pages:
                self.pending._job_fetch(self.account)
        return call

    def offered(self):
        listing = self.env["amazon.listing"].new(
            {
                "account_id": self.account.id,
                "marketplace_id": self.shops[0].id,
                "product_id": self.item.id,
                "sku": "S1",
            }
        )
        return listing._get_quantities()[listing.id]

    def test_open_orders_are_taken_off_what_is_offered(self):
        self.assertEqual(self.offered(), 10)
        self.fetch([order(1), order(2, "UNSHIPPED", quantity=3)])
        self.assertEqual(self.offered(), 5)

    def test_order_that_ended_gives_its_pieces_back(self):
        self.fetch([order(1), order(2)])
        self.fetch([order(1, "CANCELLED"), order(2, "SHIPPED", left=0)])
        self.assertEqual(self.offered(), 10)

    def test_partly_shipped_order_counts_what_is_left(self):
        self.fetch([order(1, "PARTIALLY_SHIPPED", quantity=4, left=1)])
        self.assertEqual(self.offered(), 9)

    def test_order_that_has_a_sales_order_is_not_counted_twice(self):
        self.fetch([order(1)])
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "B"}).id,
                "client_order_ref": "302-0000001-0000001",
            }
        )
        self.assertEqual(self.offered(), 8)
        sale.state = "sale"
        self.assertEqual(self.offered(), 10)

    def test_same_page_twice_counts_once(self):
        self.fetch([order(1)])
        self.fetch([order(1)])
        self.assertEqual(self.offered(), 8)

    def test_pages_are_read_to_the_end_before_the_cursor_moves(self):
        self.fetch([order(1)], [order(2)])
        cursor = self.env["amazon.cursor"].search([("stream", "=", STREAM)])
        self.assertFalse(cursor.page_token)
        self.assertEqual(cursor.position, cursor.listing_date)
        self.assertEqual(self.offered(), 6)

    def test_cursor_stays_when_amazon_does_not_answer(self):
        self.fetch([order(1)])
        cursor = self.env["amazon.cursor"].search([("stream", "=", STREAM)])
        before = cursor.position
        cursor.run_date = "2026-01-01"
        wait = RetryableJobError("later", seconds=5)
        with patch.object(type(self.account), "_call", side_effect=wait):
            with self.assertRaises(RetryableJobError):
                self.pending._job_fetch(self.account)
        self.assertEqual(cursor.position, before)

    def test_search_that_amazon_forgot_is_begun_anew(self):
        self.fetch([order(1)])
        cursor = self.env["amazon.cursor"].search([("stream", "=", STREAM)])
        cursor.page_token = "old"
        error = RejectedError("bad token", operation="searchOrders")
        with patch.object(type(self.account), "_call", side_effect=error):
            self.pending._job_fetch(self.account)
        self.assertFalse(cursor.page_token)

    def test_new_order_sends_the_stock(self):
        self.env.cr.flush()
        self.dispatch()
        self.settle_all()
        self.assertEqual(self.listing(self.item).state, "listed")
        self.fetch([order(1)])
        waiting = self.env["amazon.feed.message"].search(
            [("state", "=", "waiting"), ("lane", "=", "inventory")]
        )
        self.assertEqual(waiting.mapped("key"), ["S1"])
