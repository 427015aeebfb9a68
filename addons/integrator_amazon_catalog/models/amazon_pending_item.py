# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta, timezone

from odoo import api, fields, models

from odoo.addons.integrator_amazon.const import ALREADY_DONE
from odoo.addons.integrator_amazon.spapi import errors
from odoo.addons.integrator_amazon.spapi.bucket import NORMAL

STREAM = "pending-orders"
# Amazon wants the end of a search at least two minutes ago:
# https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference
HOLD_BACK = timedelta(minutes=3)
OVERLAP = timedelta(minutes=10)
# An order that was placed before Odoo came can be open for as long.
FIRST_LOOK = timedelta(days=30)
INTERVAL = timedelta(minutes=5)
OPEN_STATUSES = ("PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED")
DAYS_KEPT = 60


class AmazonPendingItem(models.Model):
    """What a buyer has ordered at Amazon, and Odoo has no sales order for yet.

    Amazon has taken it off the stock it shows; a quantity that is sent must not put it
    back.
    """

    _name = "amazon.pending.item"
    _description = "Item Ordered at Amazon"
    _order = "order_date desc, id"
    _rec_name = "sku"

    account_id = fields.Many2one(
        "amazon.account", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    amazon_order_id = fields.Char(
        string="Order at Amazon", required=True, readonly=True
    )
    amazon_item_id = fields.Char(required=True, readonly=True)
    sku = fields.Char(string="SKU", required=True, readonly=True)
    quantity = fields.Float(readonly=True)
    status = fields.Char(readonly=True)
    order_date = fields.Datetime(readonly=True)

    _item_uniq = models.Constraint(
        "UNIQUE (account_id, amazon_order_id, amazon_item_id)",
        "This item of an order is known already.",
    )
    _sku_idx = models.Index("(account_id, sku)")

    # === FETCHING === #

    @api.model
    def _cron_pending(self):
        """Look for new orders of every account that sends its stock."""
        flow = self.env.ref("integrator_amazon_catalog.flow_inventory")
        for account in self.env["amazon.account"].search(
            [("automatic", "=", True), ("mode", "!=", "stopped")]
        ):
            if account._has_flow(flow):
                self._enqueue_fetch(account)

    @api.model
    def _enqueue_fetch(self, account):
        system = self.env["amazon.account"]._as_system().env[self._name]
        system.with_delay(
            identity_key=f"amazon-pending-{account.id}",
            max_retries=0,
            description=f"Look for pending orders: {account.name}",
        )._job_fetch(account)

    @api.model
    def _job_fetch(self, account):
        """Look for orders at Amazon that take from the stock"""
        cursor = self.env["amazon.cursor"]._lock(account, STREAM)
        if not cursor._is_due(INTERVAL):
            return ALREADY_DONE
        if not cursor.page_token:
            cursor.listing_date = fields.Datetime.now() - HOLD_BACK
        try:
            page = self._search_at_amazon(account, cursor)
        except errors.RejectedError:
            if not cursor.page_token:
                raise
            # Amazon forgets where a search went on: begin again.
            cursor.page_token = False
            return "The search is begun anew."
        changed = self._take_up(account, page.orders)
        self._queue_stock(account, changed)
        self._turn_page(account, cursor, page.pagination_token)
        return f"{len(page.orders)} orders."

    @api.model
    def _search_at_amazon(self, account, cursor):
        first = not cursor.run_date
        start = cursor.listing_date - FIRST_LOOK if first else cursor.position - OVERLAP
        places = account.marketplace_ids.mapped("marketplace_id")
        return account._call(
            "searchOrders",
            lambda client: client.search_orders(
                places,
                last_updated_after=start.replace(tzinfo=timezone.utc),
                last_updated_before=cursor.listing_date.replace(tzinfo=timezone.utc),
                fulfilled_by=("MERCHANT",),
                included_data=("FULFILLMENT",),
                pagination_token=cursor.page_token or None,
            ),
            priority=NORMAL,
        )

    @api.model
    def _turn_page(self, account, cursor, token):
        cursor.page_token = token
        if token:
            self._enqueue_fetch(account)
            return
        cursor.position = cursor.listing_date
        cursor.run_date = fields.Datetime.now()

    # === BOOKING === #

    @api.model
    def _take_up(self, account, orders):
        """Note what is open of orders, forget what is not.

        :param orders: as Amazon's model of 2026-01-01 has them
        :return: set of the SKUs concerned
        """
        ids = [order["orderId"] for order in orders]
        known = self.search(
            [("account_id", "=", account.id), ("amazon_order_id", "in", ids)]
        )
        before = {(i.amazon_order_id, i.amazon_item_id): i for i in known}
        wanted = {}
        for order in orders:
            wanted.update(self._read_order(account, order))
        changed = set()
        for key, item in before.items():
            vals = wanted.pop(key, None)
            if not vals:
                changed.add(item.sku)
                item.unlink()
            elif (item.quantity, item.status) != (vals["quantity"], vals["status"]):
                changed.add(item.sku)
                item.write(vals)
        created = self.create(list(wanted.values()))
        return changed | set(created.mapped("sku"))

    @api.model
    def _read_order(self, account, order):
        """Return what is open of an order: (order, item) -> values."""
        status = (order.get("fulfillment") or {}).get("fulfillmentStatus")
        if status not in OPEN_STATUSES:
            return {}
        found = {}
        for item in order.get("orderItems") or []:
            sku = (item.get("product") or {}).get("sellerSku")
            ordered = item.get("quantityOrdered") or 0
            left = (item.get("fulfillment") or {}).get("quantityUnfulfilled", ordered)
            if sku and left:
                found[(order["orderId"], item["orderItemId"])] = {
                    "account_id": account.id,
                    "amazon_order_id": order["orderId"],
                    "amazon_item_id": item["orderItemId"],
                    "sku": sku,
                    "quantity": left,
                    "status": status,
                    "order_date": self._as_naive(order.get("createdTime")),
                }
        return found

    @staticmethod
    def _as_naive(text):
        """Return a time of Amazon's as Odoo keeps it; None if it is none."""
        try:
            return fields.Datetime.to_datetime((text or "")[:19].replace("T", " "))
        except ValueError:
            return None

    @api.model
    def _queue_stock(self, account, skus):
        listings = self.env["amazon.listing"].search(
            [
                ("account_id", "=", account.id),
                ("sku", "in", list(skus)),
                ("state", "=", "listed"),
            ]
        )
        listings._get_leading()._queue_lanes({"inventory"})

    @api.model
    def _get_quantities(self, account, skus):
        """Return what is ordered and has no sales order yet: dict SKU -> pieces.

        A sales order that names the order of Amazon's takes from the stock by itself.
        """
        self.flush_model()
        self.env["sale.order"].flush_model(["client_order_ref", "state"])
        self.env.cr.execute(
            """
            SELECT item.sku, sum(item.quantity) FROM amazon_pending_item item
             WHERE item.account_id = %s AND item.sku = ANY(%s)
               AND NOT EXISTS (
                SELECT 1 FROM sale_order o
                 WHERE o.client_order_ref = item.amazon_order_id
                   AND o.company_id = item.company_id AND o.state = 'sale')
             GROUP BY item.sku
            """,
            [account.id, list(skus)],
        )
        return dict(self.env.cr.fetchall())

    @api.autovacuum
    def _gc_pending(self):
        """Forget orders that Amazon never said anything of again."""
        limit = fields.Datetime.now() - timedelta(days=DAYS_KEPT)
        self.search([("order_date", "<", limit)], limit=10000).unlink()
