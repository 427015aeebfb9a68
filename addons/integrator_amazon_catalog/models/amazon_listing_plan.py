# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field, replace

from psycopg2.extras import Json

from odoo import models

from odoo.addons.integrator_amazon.causes import as_cause
from odoo.addons.integrator_amazon.models.amazon_feed_message import WHOLE

from ..feeds.lanes import (
    CONTENT,
    INVENTORY,
    LANES,
    PRICE,
    RELATIONSHIP,
    lane_of,
    select,
)
from ..feeds.listing_attributes import DEFAULT_CHANNEL, changes

IN_FLIGHT = ("sending", "submitted", "pending")
# How the proof calls it that Amazon does not show a listing at all.
NOT_THERE = "listing"
# What is wrong there keeps a listing from being made; elsewhere, only its own lane.
VITAL = (CONTENT, PRICE, INVENTORY)


@dataclass
class Wanted:
    """What Odoo wants Amazon to know of a listing, lane by lane.

    definition: the ``amazon.product.type``, if any lane needs it.
    lanes: lane -> attributes; problems: lane -> why it cannot be sent; held: lane ->
    what it waits for.
    """

    product_type: str = ""
    requirements: str = "LISTING"
    definition: object = None
    lanes: dict = field(default_factory=dict)
    problems: dict = field(default_factory=dict)
    held: dict = field(default_factory=dict)

    def attributes(self, lanes):
        """Return the attributes of these lanes, joined."""
        found = {}
        for lane in lanes:
            found.update(self.lanes.get(lane) or {})
        return found


@dataclass
class Plan:
    """What is sent for one listing: an operation, or none, and what it carries.

    follow: lanes that nothing waits for yet, and that must be sent first.
    """

    operation: str = ""
    product_type: str = ""
    requirements: str = "LISTING"
    attributes: dict = field(default_factory=dict)
    patches: list = field(default_factory=list)
    lanes: tuple = ()
    sent: dict = field(default_factory=dict)
    problems: dict = field(default_factory=dict)
    held: dict = field(default_factory=dict)
    said: str = ""
    follow: tuple = ()
    # Lanes that a whole message leaves out, because their flow is switched off.
    off: tuple = ()

    def part(self, lanes):
        """Return what is sent of some lanes only."""
        patches = [
            patch
            for patch in self.patches
            if lane_of(patch["path"].rpartition("/")[2]) in lanes
        ]
        kept = tuple(lane for lane in self.lanes if lane in lanes)
        operation = self.operation if patches else ""
        return replace(self, operation=operation, patches=patches, lanes=kept)


class AmazonListingPlan(models.Model):
    """What is sent for listings, decided for many of them at once."""

    _inherit = "amazon.listing"

    def _plan(self, waiting, offered):
        """Decide what has to be sent for these listings now.

        :param waiting: dict listing id -> dict lane -> whether all of it is sent again
        :param offered: recordset of the products that the account offers now
        :return: dict listing id -> ``Plan``
        """
        alive = self.filtered(lambda item: item._is_offered(offered))
        wholes = self.filtered(
            lambda item: (
                item.state != "listed"
                or WHOLE in waiting[item.id]
                or (item in alive and item._changes_type(item._get_product_type()))
            )
        )
        needed = {
            item.id: set(LANES) if item in wholes else self._also(waiting[item.id])
            for item in self
        }
        wanted = alive._get_wanted(needed)
        busy = self._get_busy()
        leading = (self - alive).filtered(lambda item: item._ends_at_zero())
        leading = leading._get_leading()
        rising = alive._get_rising(wanted)
        off, refused = self._get_lanes_off(), self._get_refused_prices()
        plans = {}
        for item in self:
            found = wanted.get(item.id)
            lanes = waiting[item.id]
            if found is None:
                plan = item._plan_end(busy, item in leading)
            elif item._must_be_made(found):
                plan = item._plan_update(found, busy, off)
            else:
                plan = item._plan_patch(found, lanes, rising.get(item.id, ""), off)
                if plan.follow and (item.id in busy or item.id in refused):
                    # It may be on its way: its answer lets the stock be looked at.
                    # Or Amazon refused it: it is a person's turn.
                    plan.follow = ()
            plans[item.id] = plan
        return plans

    @staticmethod
    def _also(lanes):
        """Return the lanes to work out: that of the price with that of the stock."""
        return {*lanes, PRICE} if INVENTORY in lanes else set(lanes)

    def _lock_for_build(self):
        """Return those of the listings that no other build has in hand, locked."""
        self.env.cr.execute(
            "SELECT id FROM amazon_listing WHERE id = ANY(%s)"
            " FOR NO KEY UPDATE SKIP LOCKED",
            [self.ids],
        )
        free = {row[0] for row in self.env.cr.fetchall()}
        return self.browse(id_ for id_ in self.ids if id_ in free)

    def _get_concerned(self):
        """Return the products on which it depends whether these are offered."""
        return self.product_id | self.parent_template_id.product_variant_ids

    def _is_offered(self, offered):
        """Return whether the listing is to be at Amazon."""
        self.ensure_one()
        if self.parent_key:
            template = self.parent_template_id
            return template._may_have_amazon_family() and bool(
                template.product_variant_ids & offered
            )
        return bool(self.product_id & offered)

    def _must_be_made(self, wanted):
        """Return whether all of the listing is to be sent, as for a new one."""
        self.ensure_one()
        if self.state == "doubtful" and self._is_only_patched():
            return False
        if self.state != "listed":
            return True
        return self._changes_type(wanted.product_type)

    def _changes_type(self, product_type):
        """Return whether Odoo wants another product type than Amazon has."""
        known = (self.accepted or {}).get("product_type")
        changed = bool(known) and known != product_type
        return changed and self.origin == "odoo" and self.send_content

    def _is_only_patched(self):
        """Return whether a listing in doubt holds what Odoo does not know: replacing
        it would take that away."""
        if not self.send_content:
            return True
        gone = NOT_THERE in (self.difference or {})
        there = self.accepted_date or self.origin == "amazon"
        partly = self._get_lanes_off() or not all(map(self._sends, LANES))
        return bool(there and not gone and (self.origin == "amazon" or partly))

    def _get_lanes_off(self):
        """Return the lanes whose flow is switched off on the account."""
        open_ids = set(self.account_id.flow_ids.ids)
        flows = self._get_lane_flows()
        return {lane for lane in LANES if flows[lane] not in open_ids}

    def _get_refused_prices(self):
        """Return the ids of the listings whose last price was refused."""
        rows = self.env["amazon.feed.message"]._read_group(
            [
                ("listing_id", "in", self.ids),
                ("lane", "in", (PRICE, WHOLE)),
                ("cause", "!=", False),
            ],
            ["listing_id"],
        )
        return {row[0].id for row in rows}

    def _get_busy(self):
        """Return the ids of the listings of which anything is in flight."""
        rows = self.env["amazon.feed.message"]._read_group(
            [
                ("listing_id", "in", self.ids),
                ("state", "in", IN_FLIGHT),
            ],
            ["listing_id"],
        )
        return {row[0].id for row in rows}

    # === THE THREE KINDS OF PLANS === #

    def _ends_at_zero(self):
        """Return whether the listing stays at Amazon when its offer ends."""
        return self.account_id.end_mode == "zero" and not self.parent_key

    def _plan_end(self, busy, carries):
        """End the offer of a product that is not offered any more.

        :param carries: whether this listing carries the stock of its SKU
        """
        if self.state in ("new", "deleted"):
            return Plan(
                said=self.env._(
                    "Nothing to send: it is not offered, and not on Amazon."
                )
            )
        if self.id in busy:
            return self._wait_for_flight()
        if self._ends_at_zero():
            return self._plan_zero(carries)
        return Plan("DELETE", lanes=LANES)

    def _plan_zero(self, carries):
        """Leave the listing at Amazon, without stock."""
        known = self._get_accepted((INVENTORY,))
        blocks = known.get("fulfillment_availability") or []
        counts = not self.product_id or self._keeps_stock()
        if not blocks and carries and counts and self.fulfilment == "merchant":
            # What Amazon has is not known: of an aborted feed, or given by hand.
            blocks = [{"fulfillment_channel_code": DEFAULT_CHANNEL}]
        wanted = {
            "fulfillment_availability": [
                {**block, "quantity": 0}
                for block in blocks
                if block.get("fulfillment_channel_code") == DEFAULT_CHANNEL
            ]
        }
        patches = changes(wanted, known) if wanted["fulfillment_availability"] else []
        if not patches:
            return Plan(said=self.env._("Nothing to send: it has no stock at Amazon."))
        return Plan(
            "PATCH",
            product_type=self.product_type,
            patches=patches,
            lanes=(INVENTORY,),
            sent={INVENTORY: wanted},
        )

    def _plan_update(self, wanted, busy, off):
        """Make the listing: its first message carries everything.

        :param off: lanes whose flow is switched off
        """
        vital = (*VITAL, RELATIONSHIP) if self.parent_key else VITAL
        if any(lane in wanted.problems for lane in vital):
            return Plan(problems=wanted.problems)
        if wanted.held:
            return Plan(held={WHOLE: next(iter(wanted.held.values()))})
        if self.id in busy:
            return self._wait_for_flight()
        left_out = wanted.problems.keys() | off
        lanes = {k: v for k, v in wanted.lanes.items() if k not in left_out}
        return Plan(
            "UPDATE",
            product_type=wanted.product_type,
            requirements=wanted.requirements,
            attributes=wanted.attributes(lanes),
            lanes=LANES,
            sent=lanes,
            problems=wanted.problems,
            off=tuple(off & wanted.lanes.keys()),
        )

    def _wait_for_flight(self):
        text = self.env._("Waits for Amazon's answer to what is on its way.")
        return Plan(held={WHOLE: text})

    def _plan_patch(self, wanted, waiting, waits, off):
        """Send what changed in some lanes of a listing that is there.

        :param waits: why its stock waits for a price, or nothing
        :param off: lanes whose flow is switched off
        """
        lanes = LANES if WHOLE in waiting else tuple(waiting)
        plan = Plan(product_type=wanted.product_type)
        plan.off = tuple(off & wanted.lanes.keys()) if WHOLE in waiting else ()
        for lane in lanes:
            if lane in plan.off:
                continue
            if lane in wanted.problems:
                plan.problems[lane] = wanted.problems[lane]
            elif lane in wanted.held:
                plan.held[lane] = wanted.held[lane]
            elif lane in wanted.lanes:
                forced = waiting.get(lane) or waiting.get(WHOLE)
                self._add_patches(plan, lane, wanted, forced)
        if waits and INVENTORY in plan.sent:
            self._put_price_first(plan, waits)
            if PRICE not in lanes and self._has_price_to_send(wanted):
                plan.follow = (PRICE,)
        plan.operation = "PATCH" if plan.patches else ""
        plan.lanes = tuple(plan.sent)
        return plan

    def _add_patches(self, plan, lane, wanted, forced):
        attributes = wanted.lanes[lane]
        known = self._get_known(lane, forced)
        found = changes(attributes, known)
        if forced:
            named = {patch["path"] for patch in found}
            again = changes(attributes, {})
            found += [patch for patch in again if patch["path"] not in named]
        if found:
            plan.patches += found
            plan.sent[lane] = attributes

    def _get_known(self, lane, forced):
        """Return what Amazon has of a lane; *forced*: all of it is sent again."""
        return self._get_accepted((lane,))

    def _get_accepted(self, lanes):
        return select((self.accepted or {}).get("attributes") or {}, lanes)

    # === PRICE BEFORE STOCK === #

    def _get_rising(self, wanted):
        """Return whose stock would go above zero at a wrong price.

        Amazon may carry out two changes in any order: a product that comes back must
        not be sold at the price it had before.

        :return: dict listing id -> what the stock waits for
        """
        flow = self.env["amazon.flow"].browse(self._get_lane_flows()[PRICE])
        rising = self.filtered(
            lambda item: (
                item.state == "listed"
                and item._rises(wanted[item.id])
                and item._sends(PRICE)
                and item.account_id._has_flow(flow)
            )
        )
        unsettled = rising._get_unsettled_prices()
        found = {
            item.id: item._explain_wait(wanted[item.id], unsettled) for item in rising
        }
        return {id_: text for id_, text in found.items() if text}

    def _explain_wait(self, wanted, unsettled):
        """Return for what price the stock of this listing waits, if for any."""
        if PRICE in wanted.problems:
            return self.env._(
                "Stock waits until the price is right: %s", wanted.problems[PRICE]
            )
        if self._has_price_to_send(wanted):
            return self.env._("Stock waits until Amazon has confirmed the price.")
        if (self.account_id.id, self.sku) in unsettled:
            return self.env._(
                "Stock waits until Amazon has confirmed the price in the other "
                "marketplaces, which share it."
            )
        return ""

    def _has_price_to_send(self, wanted):
        """Return whether a build would find anything to send, or to say, of the price.

        Stock that waits for the price of *another* marketplace must not make one wait
        here: each would set off the other for ever.
        """
        if PRICE in wanted.problems:
            return PRICE not in (self.problems or {})
        price = wanted.lanes.get(PRICE) or {}
        return bool(changes(price, self._get_accepted((PRICE,))))

    def _rises(self, wanted):
        blocks = (wanted.lanes.get(INVENTORY) or {}).get("fulfillment_availability")
        new = max((b.get("quantity") or 0 for b in blocks or []), default=0)
        known = self._get_accepted((INVENTORY,)).get("fulfillment_availability")
        old = max((b.get("quantity") or 0 for b in known or []), default=0)
        return bool(known) and new > 0 and old <= 0

    def _get_unsettled_prices(self):
        """Return (account id, SKU) of listings with a price on its way anywhere else.

        One stock serves several marketplaces: the price must be right in all of them.
        """
        sharing = self.filtered("account_id.shares_quantity")
        rows = self.env["amazon.feed.message"].search(
            [
                ("account_id", "in", sharing.account_id.ids),
                ("key", "in", sharing.mapped("sku")),
                ("lane", "in", (PRICE, WHOLE)),
                ("listing_id.state", "in", ("listed", "doubtful")),
                "|",
                ("state", "in", IN_FLIGHT),
                "&",
                ("state", "=", "waiting"),
                ("flow_id", "in", [False, *sharing.account_id.flow_ids.ids]),
                ("marketplace_id", "not in", self.marketplace_id.ids),
            ]
        )
        return {(row.account_id.id, row.key) for row in rows}

    @staticmethod
    def _put_price_first(plan, waits):
        """Take the stock out of what is sent until Amazon has confirmed the price."""
        plan.held[INVENTORY] = waits
        del plan.sent[INVENTORY]
        plan.patches = [
            patch
            for patch in plan.patches
            if lane_of(patch["path"].rpartition("/")[2]) != INVENTORY
        ]

    # === REMEMBERING === #

    def _remember(self, entries):
        """Keep what is on its way, for many listings at once.

        :param entries: list of (listing id, message id, ``Plan``)
        """
        # Of what nothing is in flight nothing is on its way: it was taken apart.
        busy = self.browse(entry[0] for entry in entries)._get_busy()
        known = {item.id: item.sent or {} for item in self if item.id in busy}
        self.env.cr.execute_values(
            """
            UPDATE amazon_listing AS l SET sent = v.sent::jsonb,
                   last_message_id = v.message_id,
                   product_type = coalesce(nullif(v.product_type, ''), l.product_type)
              FROM (VALUES %s) AS v (id, message_id, product_type, sent)
             WHERE l.id = v.id
            """,
            [
                (
                    id_,
                    message_id,
                    plan.product_type,
                    Json(self._join_sent(known.get(id_) or {}, plan)),
                )
                for id_, message_id, plan in entries
            ],
            page_size=2000,
        )
        self.invalidate_model(["sent", "last_message_id", "product_type"])

    @staticmethod
    def _join_sent(known, plan):
        lanes = {**(known.get("lanes") or {}), **plan.sent}
        product_type = plan.product_type or known.get("product_type")
        return {"product_type": product_type, "lanes": lanes}

    def _note_problems(self, problems_of):
        """Keep what hinders sending, of the lanes that were looked at.

        :param problems_of: dict listing id -> (lanes looked at, dict lane -> text)
        """
        rows = []
        for item in self:
            lanes, problems = problems_of[item.id]
            known = item.problems or {}
            left = {k: v for k, v in known.items() if k not in lanes} | problems
            if left != known:
                cause = as_cause(next(iter(left.values()), ""), key=item.sku) or None
                rows.append((item.id, Json(left), bool(left), cause))
        self.env.cr.execute_values(
            """
            UPDATE amazon_listing AS l SET problems = v.problems::jsonb,
                   has_problem = v.has_problem, problem_cause = v.cause
              FROM (VALUES %s) AS v (id, problems, has_problem, cause)
             WHERE l.id = v.id
            """,
            rows,
            page_size=2000,
        )
        self.invalidate_model(["problems", "has_problem", "problem_cause"])
