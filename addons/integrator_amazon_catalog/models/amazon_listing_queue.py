# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo import api, models

from odoo.addons.integrator_amazon.causes import as_cause
from odoo.addons.integrator_amazon.models.amazon_feed_message import WHOLE
from odoo.addons.queue_job.exception import RetryableJobError

from ..feeds.lanes import (
    CONTENT,
    IMAGE,
    INVENTORY,
    LANES,
    OVERRIDE,
    PRICE,
    RELATIONSHIP,
    lane_of,
)
from .amazon_listing import FEED_TYPE

# Lane -> code of its flow: what can be switched off, and who comes first.
LANE_FLOWS = {
    CONTENT: "flow_catalog",
    RELATIONSHIP: "flow_catalog",
    WHOLE: "flow_catalog",
    IMAGE: "flow_image",
    PRICE: "flow_price",
    INVENTORY: "flow_inventory",
    OVERRIDE: "flow_override",
}
PARENT_LANES = (CONTENT, IMAGE, RELATIONSHIP)
QUEUED_AT_ONCE = 5000


class AmazonListingQueue(models.Model):
    """What makes a listing wait to be sent."""

    _inherit = "amazon.listing"

    @staticmethod
    def _lane_of(attribute):
        return lane_of(attribute)

    # === BY LISTING === #

    def _queue_lanes(self, lanes, forced=False):
        """Let some lanes of these listings wait to be sent, and start the builds.

        :param lanes: names of lanes; all of them travel as one message
        :return: recordset of ``amazon.feed.message``
        """
        messages = self.env["amazon.feed.message"].sudo()
        if not lanes:
            return messages
        queued = self._queue_messages({item: set(lanes) for item in self}, forced)
        self.env["amazon.feed"].sudo()._enqueue_builds([("id", "in", queued.ids)])
        return queued

    @api.model
    def _queue_messages(self, lanes_of, forced=False):
        """Make the waiting messages of listings.

        :param lanes_of: dict listing -> set of lanes
        :param forced: True, or the set of products all of whose values are sent again
        :return: recordset of ``amazon.feed.message``
        """
        flows = self._get_lane_flows()
        vals_list = [
            listing._prepare_queue_vals(lane, flows[lane], forced)
            for listing, lanes in lanes_of.items()
            for lane in listing._choose_lanes(lanes)
        ]
        model = self.env["amazon.feed.message"].sudo()
        queued = model
        for start in range(0, len(vals_list), QUEUED_AT_ONCE):
            queued |= model._queue(vals_list[start : start + QUEUED_AT_ONCE])
        return queued

    def _queue_messages_of(self, lanes, isolated=False):
        """Make a message for each of *lanes* of this listing, whatever its state.

        :param isolated: each is sent on its own
        """
        self.ensure_one()
        flows = self._get_lane_flows()
        vals_list = [
            {
                **self._prepare_queue_vals(lane, flows[lane], False),
                "isolated": isolated,
            }
            for lane in lanes
        ]
        return self.env["amazon.feed.message"].sudo()._queue(vals_list)

    @api.model
    def _get_lane_flows(self):
        """Return dict lane -> id of its flow."""
        return {
            lane: self.env.ref(f"integrator_amazon_catalog.{name}").id
            for lane, name in LANE_FLOWS.items()
        }

    def _on_made(self):
        """Let follow what could not be in the first message of these listings."""
        self._queue_children()
        lanes_of = {}
        for item in self.filtered("product_id"):
            known = (item.accepted or {}).get("attributes") or {}
            family = item.product_id.product_tmpl_id.has_amazon_family
            if family and "parentage_level" not in known:
                lanes_of.setdefault(item, set()).add(RELATIONSHIP)
            counts = item.send_inventory and item._keeps_stock()
            if counts and "fulfillment_availability" not in known:
                lanes_of.setdefault(item, set()).add(INVENTORY)
        leading = self.browse(item.id for item in lanes_of)._get_leading()
        for item, lanes in lanes_of.items():
            if item not in leading:
                lanes.discard(INVENTORY)
        queued = self._queue_messages({k: v for k, v in lanes_of.items() if v})
        self.env["amazon.feed"].sudo()._enqueue_builds([("id", "in", queued.ids)])

    def _choose_lanes(self, lanes):
        """Return the lanes to queue: everything at once for a listing not there yet."""
        wanted = LANES if not self.parent_key else PARENT_LANES
        if WHOLE in lanes or self.state != "listed" or lanes >= set(wanted):
            return (WHOLE,)
        return [lane for lane in wanted if lane in lanes]

    def _prepare_queue_vals(self, lane, flow_id, forced):
        return {
            "account_id": self.account_id.id,
            "company_id": self.company_id.id,
            "marketplace_id": self.marketplace_id.id,
            "feed_type": FEED_TYPE,
            "lane": lane,
            "key": self.sku,
            "flow_id": flow_id,
            "forced": forced is True or bool(forced and self.product_key in forced),
            "isolated": False,
            "listing_id": self.id,
        }

    # === BY EVENT === #

    @api.model
    def _queue(self, account, work, events):
        """Queue messages for the listings of products that *events* concern.

        Whether a product is offered, or its listing is to be ended, is decided when
        the feed is built: it may change until then.

        :param work: dict product id -> set of lanes that may have changed
        :return: recordset of ``amazon.feed.message``
        """
        offered = account._search_offered(list(work))
        listings, refused = self._get_or_create(account, list(work), offered)
        forced = events._get_forced()
        lanes_of = {item: work[item.product_key] for item in listings}
        parents, families = self._get_families(account, work, offered)
        lanes_of.update({item: families[item.parent_key] for item in parents})
        messages = self._queue_messages(lanes_of, forced)
        answers = [
            (message.id, message.listing_id.product_key)
            for message in messages
            if message.listing_id.product_key
        ]
        self._forget_refused(account, list(work))
        answers += self._refuse(account, refused)
        self._link_events(events, answers)
        return messages

    @api.model
    def _forget_refused(self, account, product_ids):
        """Let it be the past that these products could have no listing."""
        self.env["amazon.feed.message"].search(
            [
                ("account_id", "=", account.id),
                ("cause", "!=", False),
                ("listing_id", "=", False),
                ("feed_type", "=", FEED_TYPE),
                ("product_event_ids.record_id", "in", product_ids),
            ]
        ).cause = False

    @api.model
    def _refuse(self, account, refused):
        """Record products that cannot be sent as they are, and tell the group.

        :param refused: dict product -> reason
        :return: list of (message id, product id)
        """
        messages = self.env["amazon.feed.message"].create(
            [
                {
                    "account_id": account.id,
                    "company_id": account.company_id.id,
                    "marketplace_id": account.marketplace_ids[:1].id,
                    "feed_type": FEED_TYPE,
                    "lane": CONTENT,
                    "key": product.display_name,
                    "state": "error",
                    "result": reason,
                    "cause": as_cause(reason, key=product.display_name),
                }
                for product, reason in refused.items()
            ]
        )
        if refused:
            account._alert_not_sendable(list(refused.values()), next(iter(refused)))
        return [(m.id, p.id) for m, p in zip(messages, refused, strict=True)]

    def _link_events(self, events, answers):
        by_product = events.grouped("record_id")
        message_model = self.env["amazon.feed.message"]
        message_model._link_events(
            "product.integration",
            [
                (message_id, event.id)
                for message_id, product_id in answers
                for event in by_product.get(product_id, ())
            ],
        )
        message_model.browse(answer[0] for answer in answers)._refresh_events()

    # === LISTINGS THAT ARE MISSING === #

    @api.model
    def _get_or_create(self, account, product_ids, offered):
        """Return all listings of these products, made where one is missing.

        :return: tuple (listings, dict product -> why it cannot have one)
        """
        listings = self.search(
            [
                ("account_id", "=", account.id),
                ("product_key", "in", product_ids),
                ("marketplace_id", "in", account.marketplace_ids.ids),
            ]
        )
        listings._follow_sku()
        have = {(item.product_key, item.marketplace_id.id) for item in listings}
        missing = [
            (product, shop)
            for product in offered
            for shop in account.marketplace_ids
            if (product.id, shop.id) not in have
        ]
        created, refused = self._create_missing(account, missing)
        return listings | created, refused

    def _follow_sku(self):
        """Let listings that never reached Amazon take a corrected reference."""
        stale = self.filtered(
            lambda item: (
                item.state == "new"
                and item.product_id.default_code
                and item.product_id.default_code != item.sku
            )
        )
        if not stale:
            return
        unsettled = self.env["amazon.feed.message"].search(
            [("listing_id", "in", stale.ids), ("state", "not in", ("success", "error"))]
        )
        stale -= unsettled.filtered(lambda m: m.state != "waiting").listing_id
        for account, listings in stale.grouped("account_id").items():
            codes = set(listings.mapped("product_id.default_code"))
            taken = self._get_by_sku(account, codes)
            for listing in listings:
                code = listing.product_id.default_code
                if (code, listing.marketplace_id.id) not in taken:
                    listing.sku = code
                    unsettled.filtered(
                        lambda m, listing=listing: m.listing_id == listing
                    ).key = code

    @api.model
    def _create_missing(self, account, missing):
        """Create listings for (product, marketplace) pairs.

        A listing whose product is gone is taken over by the product that bears its
        SKU now. Everywhere in an account a product has the SKU by which Amazon knows
        it in one marketplace.

        :return: tuple (listings, dict product -> why it cannot have one)
        """
        products = self.env["product.product"].browse(p.id for p, _shop in missing)
        skus = {product.id: product.default_code for product in products}
        skus.update(self._get_skus(account, products))
        owners = self._get_by_sku(account, set(skus.values()))
        adopted, vals_list, refused = self.browse(), [], {}
        for product, shop in missing:
            sku = skus[product.id]
            slot = (sku, shop.id)
            owner = owners.get(slot)
            if not sku:
                refused[product] = self._explain_no_sku(product)
            elif not owner:
                owners[slot] = product
                vals_list.append(self._prepare_vals(account, product, shop, sku))
            elif owner._name != self._name or (owner.product_id or product) != product:
                refused[product] = self._explain_sku_taken(product, owner)
            elif owner.match_state == "ignored":
                refused[product] = self._explain_ignored(product, owner)
            else:
                owner.write({"product_id": product.id, "product_key": product.id})
                adopted |= owner
        return adopted | self._create_unique(vals_list), refused

    def _explain_no_sku(self, product):
        return self.env._(
            "%s has no internal reference, and Amazon needs one as SKU. Enter it on "
            "the product.",
            product.display_name,
        )

    def _explain_ignored(self, product, owner):
        return self.env._(
            "%(product)s: Amazon sells its internal reference %(sku)s already, and it "
            "was set to be ignored. Pick the product under Found at Amazon, Not in "
            "Odoo, or give it another reference.",
            product=product.display_name,
            sku=owner.sku,
        )

    def _explain_sku_taken(self, product, owner):
        return self.env._(
            "%(product)s: its internal reference %(sku)s is the SKU of %(other)s "
            "already. Give each product a reference of its own.",
            product=product.display_name,
            sku=product.default_code,
            other=(
                owner.product_id if owner._name == self._name else owner
            ).display_name,
        )

    @api.model
    def _get_by_sku(self, account, skus):
        found = self.search(
            [("account_id", "=", account.id), ("sku", "in", list(skus))]
        )
        return {(item.sku, item.marketplace_id.id): item for item in found}

    @api.model
    def _prepare_vals(self, account, product, shop, sku):
        return {
            "account_id": account.id,
            "marketplace_id": shop.id,
            "product_id": product.id,
            "product_key": product.id,
            "sku": sku,
        }

    @api.model
    def _create_unique(self, vals_list):
        try:
            with self.env.cr.savepoint():
                return self.create(vals_list)
        except UniqueViolation as error:
            raise RetryableJobError(
                "A listing was made meanwhile.", seconds=2, ignore_retry=True
            ) from error
