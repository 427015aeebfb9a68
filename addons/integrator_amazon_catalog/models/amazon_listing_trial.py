# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field

from odoo import api, models

from odoo.addons.integrator_amazon.models.amazon_feed_message import WHOLE

from ..feeds.comparison import describe
from ..feeds.lanes import INVENTORY

# What a person is shown of a listing that is made: not all of its attributes.
TELLING = ("item_name", "brand", "purchasable_offer", "fulfillment_availability")


@dataclass
class Trial:
    """What would be sent for one listing; no records: what was tried is undone.

    kind: new, changed, unchanged, ended, refused or waiting; lanes: what would be sent;
    problems, held: lane -> why not; changes: list of (attribute, from, to);
    on_sale: whether Amazon shows stock now; sold_out: whether it would be none then.
    """

    sku: str
    shop: str
    kind: str
    product_id: int = 0
    product_type: str = ""
    lanes: tuple = ()
    problems: dict = field(default_factory=dict)
    held: dict = field(default_factory=dict)
    changes: list = field(default_factory=list)
    listed: bool = False
    on_sale: bool = False
    sold_out: bool = False


class AmazonListingTrial(models.Model):
    """Works out what would be sent, and leaves everything as it was."""

    _inherit = "amazon.listing"

    @api.model
    def _try_out(self, account, products, lanes, forced=False, since=0):
        """Return what would be sent if these products were sent now.

        Listings that are missing are made, looked at and undone.

        :param lanes: names of lanes
        :param forced: send also what Amazon has already
        :param since: families with a product of this id or a lower one were looked at
        :return: tuple (list of ``Trial``, list of the product types of which it is not
            known yet what Amazon demands: (marketplace id, name, requirements))
        """
        with self.env.cr.savepoint() as tried:
            trials = self._try(account, products, set(lanes), forced, since)
            unknown = self._get_unknown_types(account)
            tried.rollback()
        return trials, unknown

    @api.model
    def _try(self, account, products, lanes, forced, since):
        offered = account._search_offered(products.ids)
        listings, refused = self._get_or_create(account, products.ids, offered)
        work = dict.fromkeys(products.ids, {WHOLE})
        parents, _lanes = self._get_families(account, work, offered)
        trials = [
            Trial(
                product.default_code or product.display_name,
                "",
                "refused",
                product.id,
                problems={WHOLE: reason},
            )
            for product, reason in refused.items()
        ]
        listings |= parents.filtered(lambda item: not item._was_tried(since))
        chosen = listings.filtered(lambda item: item._choose_lanes(lanes))
        for group in chosen.grouped("marketplace_id").values():
            trials += group._try_shop(account, lanes, forced)
        return trials

    def _was_tried(self, since):
        """Return whether this parent was tried with an earlier batch of products."""
        variants = self.parent_template_id.product_variant_ids
        return bool(since) and min(variants.ids, default=0) <= since

    def _try_shop(self, account, lanes, forced):
        offered = account._search_offered(self._get_concerned().ids)
        waiting = {
            item.id: dict.fromkeys(item._choose_lanes(lanes), forced) for item in self
        }
        plans = self._plan(waiting, offered)
        return [item._as_trial(plans[item.id], offered) for item in self]

    def _as_trial(self, plan, offered):
        on_sale = self._get_known_quantity() > 0
        blocks = (plan.sent.get(INVENTORY) or {}).get("fulfillment_availability")
        left = max((block.get("quantity") or 0 for block in blocks or []), default=0)
        return Trial(
            self.sku,
            self.marketplace_id.name,
            self._get_trial_kind(plan, offered),
            self.product_key,
            plan.product_type,
            self._get_sent_lanes(plan),
            plan.problems,
            plan.held,
            self._list_changes(plan),
            self.state in ("listed", "doubtful"),
            on_sale,
            on_sale and bool(blocks) and left <= 0,
        )

    @staticmethod
    def _get_sent_lanes(plan):
        """Return the lanes that say something; one without a word may end something."""
        if plan.operation == "PATCH":
            return tuple(plan.sent)
        return tuple(lane for lane, found in plan.sent.items() if found)

    def _get_trial_kind(self, plan, offered):
        if plan.operation and not self._is_offered(offered):
            return "ended"
        if plan.operation:
            return "new" if self.state in ("new", "deleted") else "changed"
        if plan.problems:
            return "refused"
        return "waiting" if plan.held else "unchanged"

    def _get_known_quantity(self):
        """Return how many pieces Amazon shows, as far as Odoo knows."""
        known = self._get_accepted((INVENTORY,)).get("fulfillment_availability")
        return max((block.get("quantity") or 0 for block in known or []), default=0)

    def _list_changes(self, plan):
        """Return what changes: list of (attribute, from, to), for a person."""
        wanted = {k: v for lane in plan.sent.values() for k, v in lane.items()}
        known = (self.accepted or {}).get("attributes") or {}
        if plan.operation == "DELETE":
            return [
                (self.env._("Listing"), self.env._("on Amazon"), self.env._("ended"))
            ]
        names = [patch["path"].rpartition("/")[2] for patch in plan.patches]
        if plan.operation == "UPDATE":
            names = [n for n in wanted if known.get(n) != wanted[n]]
            names = [n for n in TELLING if n in names] if not known else names
        found = [
            (
                self._get_attribute_title(name),
                describe(name, known.get(name)),
                describe(name, wanted.get(name)),
            )
            for name in dict.fromkeys(names)
        ]
        return [change for change in found if change[1] != change[2]]

    @api.model
    def _get_attribute_title(self, name):
        """Return what a shop manager calls one of Amazon's attributes."""
        titles = {
            "item_name": self.env._("Title"),
            "product_description": self.env._("Description"),
            "bullet_point": self.env._("Bullet points"),
            "purchasable_offer": self.env._("Price"),
            "fulfillment_availability": self.env._("Stock"),
            "merchant_shipping_group": self.env._("Shipping template"),
            "main_product_image_locator": self.env._("Main image"),
            "externally_assigned_product_identifier": self.env._("Barcode"),
            "merchant_suggested_asin": self.env._("ASIN"),
            "parentage_level": self.env._("Place in its family"),
            "child_parent_sku_relationship": self.env._("Family"),
        }
        return titles.get(name) or name.replace("_", " ").capitalize()

    # === PRODUCT TYPES THAT ARE NOT KNOWN YET === #

    @api.model
    def _get_unknown_types(self, account):
        found = self.env["amazon.product.type"].search(
            [("account_id", "=", account.id), ("state", "=", "new")]
        )
        return [(t.marketplace_id.id, t.name, t.requirements) for t in found]

    @api.model
    def _ask_for_types(self, account, unknown):
        """Let jobs fetch what Amazon demands of product types.

        :param unknown: as ``_try_out`` returns it
        """
        shops = self.env["amazon.marketplace"]
        for shop, name, requirements in unknown:
            self.env["amazon.product.type"].sudo()._get(
                account, shops.browse(shop), name, requirements
            )
