# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..feeds.lanes import CONTENT, IMAGE, INVENTORY, OVERRIDE, PRICE, RELATIONSHIP
from ..feeds.listing_attributes import only_known
from .amazon_listing_plan import Wanted

# Their form is always the same: Amazon's definitions say nothing of them.
UNCHECKED = {INVENTORY, PRICE, OVERRIDE}


class AmazonListingWanted(models.Model):
    """What Odoo wants Amazon to know of listings, in batches, lane by lane."""

    _inherit = "amazon.listing"

    def _get_wanted(self, needed):
        """Return what Odoo wants Amazon to know of these listings.

        All of them are of one account and marketplace.

        :param needed: dict listing id -> set of lanes to work out
        :return: dict listing id -> ``Wanted``
        """
        wanted = {}
        for item in self:
            wanted[item.id] = Wanted(
                product_type=item._get_product_type(),
                requirements=("LISTING_OFFER_ONLY" if item.offer_only else "LISTING"),
            )
        self._find_definitions(wanted, needed)
        for lane, work_out in self._get_lane_methods().items():
            asked = self.filtered(
                lambda item, lane=lane: lane in needed[item.id] and item._sends(lane)
            )
            if asked:
                work_out(asked, wanted)
        self._check_wanted(wanted)
        return wanted

    def _get_lane_methods(self):
        """Return lane -> function (listings, wanted) that fills in that lane."""
        model = type(self)
        return {
            CONTENT: model._want_content,
            RELATIONSHIP: model._want_relationship,
            OVERRIDE: model._want_override,
            IMAGE: model._want_image,
            PRICE: model._want_price,
            INVENTORY: model._want_inventory,
        }

    def _get_product_type(self):
        """Return Amazon's product type of the listing, as Odoo has it."""
        self.ensure_one()
        if self.origin == "amazon" and self.product_type:
            return self.product_type
        template = self.parent_template_id or self.product_id.product_tmpl_id
        return template._get_amazon_product_type()

    def _note(self, wanted, lane, text):
        """Note a problem of a lane; several are kept, a line each."""
        problems = wanted[self.id].problems
        problems[lane] = "\n".join(filter(None, [problems.get(lane), text]))

    # === AGAINST AMAZON'S SCHEMAS === #

    def _find_definitions(self, wanted, needed):
        """Find what Amazon demands of the listings; it is fetched if it is not here."""
        known = {}
        for item in self:
            if not needed[item.id] - UNCHECKED:
                continue
            found = wanted[item.id]
            key = (found.product_type, found.requirements)
            if key not in known:
                known[key] = self.env["amazon.product.type"]._get(
                    item.account_id, item.marketplace_id, *key
                )
            found.definition = known[key]

    def _check_wanted(self, wanted):
        """Check what is wanted against what Amazon demands, before anything is sent."""
        for item in self:
            found = wanted[item.id]
            if found.definition:
                item._check_against(found.definition, found)

    def _check_against(self, product_type, found):
        if product_type.state == "new":
            text = self.env._(
                "Waits for what Amazon demands of the product type %s.",
                product_type.name,
            )
            found.held = {
                lane: text for lane in found.lanes if lane not in found.problems
            }
        elif product_type.state == "unknown":
            found.problems[CONTENT] = self.env._(
                "Amazon does not know the product type %(type)s in %(shop)s. Choose "
                "another on the product or its category. %(error)s",
                type=product_type.name,
                shop=self.marketplace_id.name,
                error=product_type.error or "",
            )
        else:
            self._check_schema(found.schema, found)

    def _check_schema(self, schema, found):
        """Drop defaults that the product type does not have; note what is wrong."""
        own = self._get_mapped_names(found)
        for lane, attributes in found.lanes.items():
            found.lanes[lane] = only_known(attributes, schema.attributes, own)
        known = (self.accepted or {}).get("attributes") or {}
        whole = {**known, **found.attributes(found.lanes)}
        creating = self.state != "listed"
        for problem in schema.check(whole):
            lane = self._lane_of(problem.attribute)
            missing = problem.attribute not in whole
            if missing and not creating and self.origin == "amazon":
                # Amazon has it: what was never sent from here cannot be judged here.
                continue
            if lane in found.lanes or missing:
                lane = CONTENT if missing else lane
                texts = [found.problems.get(lane), problem.text]
                found.problems[lane] = "\n".join(filter(None, texts))

    def _get_mapped_names(self, found):
        """Return the attributes that the merchant mapped: they are never dropped."""
        lines = self.env["amazon.attribute.map"]._get_lines(self.company_id)
        return {line.attribute for line in lines}
