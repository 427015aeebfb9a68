# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math

import pytz

from odoo import fields, models

from ..feeds.lanes import INVENTORY, lane_of
from ..feeds.listing_attributes import (
    DEFAULT_CHANNEL,
    ListingStock,
    inventory_attributes,
)

# Amazon's own stock, by selling region; a quantity there is Amazon's to know.
# https://developer-docs.amazon.com/sp-api/docs/listings-feed-type-values
AMAZON_CHANNELS = {"eu": "AMAZON_EU", "na": "AMAZON_NA", "fe": "AMAZON_JP"}

# What comes from there is more than the company had.
RECEIVED_FROM = ("supplier", "production", "transit")


class AmazonListingInventory(models.Model):
    """The inventory lane: stock, restock date, handling time."""

    _inherit = "amazon.listing"

    def _want_inventory(self, wanted):
        own = self.filtered(lambda item: item._keeps_stock())
        leading = own._get_leading()
        ours = leading.filtered(lambda item: item.fulfilment == "merchant")
        quantities = ours._get_quantities()
        empty = ours.filtered(lambda item: not quantities[item.id])
        dates = empty._get_restock_dates()
        for item in self:
            stock = None
            if item in ours:
                stock = ListingStock(
                    DEFAULT_CHANNEL,
                    quantity=quantities[item.id],
                    lead_time=item.handling_days
                    or item.account_id.handling_days
                    or None,
                    restock=dates.get(item.id),
                )
            elif item in leading:
                stock = ListingStock(AMAZON_CHANNELS[item.account_id.region])
            if stock:
                wanted[item.id].lanes[INVENTORY] = inventory_attributes(stock)
            # Else it is left as it is at Amazon: to delete it would end the stock
            # that another marketplace's listing carries.

    def _keeps_stock(self):
        """Return whether Odoo counts the product, or Amazon does: else what Seller
        Central says stays as it is."""
        self.ensure_one()
        product = self.product_id
        kit = "is_kits" in product._fields and product.is_kits
        return not self.parent_key and (
            product.is_storable or kit or self.fulfilment == "amazon"
        )

    # === ONE STOCK FOR SEVERAL MARKETPLACES === #

    def _get_leading(self):
        """Return those of the listings that carry the stock of their SKU.

        Where marketplaces share one quantity per SKU, just one listing carries it: one
        that is on Amazon, that of the home marketplace first.
        """
        sharing = self.filtered("account_id.shares_quantity")
        if not sharing:
            return self
        self.flush_model(["state", "send_inventory", "sku", "match_state"])
        self.env["amazon.account"].flush_model(["marketplace_ids"])
        self.env.cr.execute(
            """
            SELECT DISTINCT ON (l.account_id, l.sku) l.id
              FROM amazon_listing l JOIN amazon_account a ON a.id = l.account_id
              JOIN amazon_account_amazon_marketplace_rel shop
                ON shop.amazon_account_id = l.account_id
               AND shop.amazon_marketplace_id = l.marketplace_id
             WHERE l.account_id = ANY(%s) AND l.sku = ANY(%s)
               AND l.send_inventory AND coalesce(l.parent_key, 0) = 0
               AND l.state != 'deleted' AND l.match_state = 'matched'
             ORDER BY l.account_id, l.sku, l.state != 'listed',
                   l.marketplace_id IS DISTINCT FROM a.home_marketplace_id, l.id
            """,
            [sharing.account_id.ids, sharing.mapped("sku")],
        )
        ids = {row[0] for row in self.env.cr.fetchall()}
        return self.filtered(lambda item: item not in sharing or item.id in ids)

    def _get_siblings(self):
        """Return the other listings that share the stock of these."""
        sharing = self.filtered("account_id.shares_quantity")
        if not sharing:
            return sharing
        keys = {(item.account_id, item.sku) for item in sharing}
        found = self.search(
            [
                ("account_id", "in", sharing.account_id.ids),
                ("sku", "in", sharing.mapped("sku")),
                ("id", "not in", self.ids),
                ("parent_key", "in", (False, 0)),
            ]
        )
        return found.filtered(lambda item: (item.account_id, item.sku) in keys)

    def _forget_other_stock(self):
        """Forget what the siblings of these listings were last given, if these carry
        the stock: whichever carries it next sends it, even if it sent the same before.
        """
        carrying = self.filtered(lambda item: item._get_accepted((INVENTORY,)))
        for item in carrying._get_siblings():
            if item._get_accepted((INVENTORY,)):
                known = item.accepted["attributes"]
                left = {k: v for k, v in known.items() if lane_of(k) != INVENTORY}
                item._write_quietly({"accepted": {**item.accepted, "attributes": left}})

    def _pass_on_stock(self):
        """Let another listing carry the stock that one of these carried."""
        heirs = (
            self._get_siblings()
            ._get_leading()
            .filtered(lambda item: item.state == "listed" and item.product_id.active)
        )
        return heirs._queue_lanes({INVENTORY})

    # === QUANTITIES === #

    def _get_quantities(self):
        """Return what is offered of each listing: dict listing id -> whole pieces."""
        if not self:
            return {}
        account = self.account_id
        products = self.product_id.with_context(
            location=account._get_stock_locations().ids,
            allowed_company_ids=account.company_id.ids,
            lang=None,
        )
        free = {product.id: product.free_qty for product in products}
        pending = account._get_pending_quantities(self.mapped("sku"))
        return {
            item.id: item._apply_rules(
                free.get(item.product_id.id, 0.0) - pending.get(item.sku, 0.0)
            )
            for item in self
        }

    def _apply_rules(self, pieces):
        """Return the part of *pieces* that is offered, by the rules of the account."""
        account = self.account_id
        share = math.floor(max(pieces, 0) * (account.stock_percent or 0) / 100 + 1e-6)
        offered = share - (self.stock_buffer or account.stock_buffer)
        most = self.stock_most or account.stock_most
        return max(min(offered, most) if most else offered, 0)

    @staticmethod
    def _in_zone(moment, zone):
        return moment.replace(tzinfo=pytz.utc).astimezone(zone).date()

    def _get_receipts_domain(self):
        """Return the domain of the moves that bring stock which is offered then.

        A receipt in several steps arrives elsewhere first: its last step counts.
        """
        account = self.account_id
        places = account._get_stock_locations().ids
        open_states = ("waiting", "confirmed", "assigned", "partially_available")
        return (
            fields.Domain("state", "in", open_states)
            & (
                fields.Domain("location_final_id", "child_of", places)
                | fields.Domain("location_final_id", "=", False)
                & fields.Domain("location_dest_id", "child_of", places)
            )
            & fields.Domain("location_id.usage", "in", RECEIVED_FROM)
            & fields.Domain("company_id", "=", account.company_id.id)
        )

    def _get_restock_dates(self):
        """Return when more of a product is expected, where it is known.

        :return: dict listing id -> date in the marketplace's time zone, of today or
            later: Amazon takes none in the past
        """
        if not self:
            return {}
        rows = self.env["stock.move"]._read_group(
            fields.Domain("product_id", "in", self.product_id.ids)
            & self._get_receipts_domain(),
            ["product_id"],
            ["date:min"],
        )
        zone = pytz.timezone(self.marketplace_id[:1].timezone or "UTC")
        today = self._in_zone(fields.Datetime.now(), zone)
        dates = {
            product.id: max(self._in_zone(moment, zone), today)
            for product, moment in rows
        }
        return {
            item.id: dates[item.product_id.id]
            for item in self
            if item.product_id.id in dates
        }
