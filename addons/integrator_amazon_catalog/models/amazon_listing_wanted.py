# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..feeds.lanes import (
    CONTENT,
    IMAGE,
    INVENTORY,
    LANES,
    OVERRIDE,
    PRICE,
    RELATIONSHIP,
)
from ..feeds.listing_attributes import only_known
from .amazon_listing_plan import Wanted

# Lanes that are checked against Amazon's definition of the product type.
DEFINED = {CONTENT, IMAGE, RELATIONSHIP}


class AmazonListingWanted(models.Model):
    """What Odoo wants Amazon to know of listings, in batches, lane by lane."""

    _inherit = "amazon.listing"

    def _get_wanted(self, needed):
        """Return what Odoo wants Amazon to know of these listings.

        All of them are of one account and marketplace.

        :param needed: dict listing id -> set of lanes to work out
        :return: dict listing id -> ``Wanted``
        """
        wanted = {
            item.id: Wanted(
                product_type=item._get_product_type(),
                requirements=("LISTING_OFFER_ONLY" if item.offer_only else "LISTING"),
            )
            for item in self
        }
        self._define(wanted, needed)
        for lane, work_out in self._get_lane_methods().items():
            asked = self.filtered(
                lambda item, lane=lane: lane in needed[item.id] and item._sends(lane)
            )
            if asked:
                work_out(asked, wanted)
        for item in self:
            if wanted[item.id].definition:
                item._check_against(wanted[item.id])
        return wanted

    def _define(self, wanted, needed):
        """Add the definitions of product types, where a lane depends on one."""
        types = {}
        for item in self:
            found = wanted[item.id]
            if not needed[item.id] & DEFINED:
                continue
            key = (found.product_type, found.requirements)
            if key not in types:
                types[key] = self.env["amazon.product.type"]._get(
                    item.account_id, item.marketplace_id, *key
                )
            found.definition = types[key]

    def _get_schema(self, wanted):
        """Return the ``ProductTypeSchema`` of the listing, None if it is not here."""
        definition = wanted[self.id].definition
        return definition._get_schema() if definition else None

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

    def _check_against(self, found):
        """Check what is wanted against what Amazon demands, before anything is sent.

        A definition that is not here yet is fetched, and what needs it waits.
        """
        product_type = found.definition
        if product_type.state == "new":
            text = self.env._(
                "Waits for what Amazon demands of the product type %s.",
                product_type.name,
            )
            waiting = found.lanes.keys() - found.problems.keys()
            if not self._must_be_made(found):
                waiting &= DEFINED
            found.held = dict.fromkeys(waiting, text)
        elif product_type.state == "unknown":
            found.problems[CONTENT] = self.env._(
                "Amazon does not know the product type %(type)s in %(shop)s. Choose "
                "another on the product or its category. %(error)s",
                type=product_type.name,
                shop=self.marketplace_id.name,
                error=product_type.error or "",
            )
        else:
            self._check_schema(product_type._get_schema(), found)

    def _check_schema(self, schema, found):
        """Drop defaults that the product type does not have; note what is wrong."""
        own = self._get_mapped_names(found)
        for lane, attributes in found.lanes.items():
            found.lanes[lane] = only_known(attributes, schema.attributes, own)
        known = self._get_accepted([lane for lane in LANES if lane not in found.lanes])
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
