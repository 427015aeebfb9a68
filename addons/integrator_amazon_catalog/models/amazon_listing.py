# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..feeds.comparison import describe
from ..feeds.lanes import CONTENT, INVENTORY, LANES, OVERRIDE, PRICE, RELATIONSHIP
from .product_template import CONDITIONS

FEED_TYPE = "JSON_LISTINGS_FEED"
# Fields of a listing that a person sets, and the lane each is sent in.
OWN_FIELDS = {
    "send_content": CONTENT,
    "send_price": PRICE,
    "send_inventory": INVENTORY,
    "send_image": "image",
    "send_relationship": RELATIONSHIP,
    "send_override": OVERRIDE,
    "offer_only": CONTENT,
    "offer_asin": CONTENT,
    "condition": CONTENT,
    "fulfilment": INVENTORY,
    "handling_days": INVENTORY,
    "stock_buffer": INVENTORY,
    "stock_most": INVENTORY,
    "shipping_template_id": OVERRIDE,
    "minimum_price": PRICE,
    "maximum_price": PRICE,
    "approved_price": PRICE,
}


class AmazonListing(models.Model):
    """One SKU in one marketplace of one account.

    ``amazon_listing_queue.py``: what makes a listing wait to be sent;
    ``amazon_listing_plan.py``: what is sent then; ``amazon_listing_<lane>.py``: what
    Odoo wants Amazon to know, lane by lane; ``amazon_listing_proof.py``: what Amazon
    shows of it.
    """

    _name = "amazon.listing"
    _description = "Amazon Listing"
    _order = "sku, marketplace_id"
    _rec_name = "sku"

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    marketplace_id = fields.Many2one("amazon.marketplace", required=True)
    currency_id = fields.Many2one(related="marketplace_id.currency_id")
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", ondelete="set null"
    )
    product_key = fields.Integer(
        index=True, readonly=True, help="Outlives the product, to end its listing."
    )
    parent_template_id = fields.Many2one(
        "product.template",
        string="Parent of the Variants of",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="Set on the listing that holds the variants of a product together.",
    )
    parent_key = fields.Integer(index=True, readonly=True)
    sku = fields.Char(string="SKU", required=True, readonly=True)
    asin = fields.Char(string="ASIN", readonly=True)
    product_type = fields.Char(readonly=True)
    origin = fields.Selection(
        [
            ("odoo", "Made by Odoo"),
            ("amazon", "Found at Amazon"),
        ],
        default="odoo",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("new", "Not on Amazon"),
            ("listed", "On Amazon"),
            ("doubtful", "To Be Made Sure"),
            ("deleted", "Ended"),
        ],
        required=True,
        default="new",
        readonly=True,
        index=True,
        help="To be made sure: Amazon aborted the last feed, all is sent again with "
        "the next change.",
    )

    # === CHOICES OF A PERSON === #

    send_content = fields.Boolean(string="Send Product Data", default=True)
    send_price = fields.Boolean(default=True)
    send_inventory = fields.Boolean(string="Send Stock", default=True)
    send_image = fields.Boolean(string="Send Images", default=True)
    send_relationship = fields.Boolean(string="Send Variations", default=True)
    send_override = fields.Boolean(string="Send Shipping Template", default=True)
    offer_only = fields.Boolean(
        help="Sell on a page that Amazon has already, found by its ASIN: price, stock "
        "and condition are sent, the page stays as it is.",
    )
    offer_asin = fields.Char(
        string="ASIN to Sell On", help="Amazon's number of the page, like B0ABCDEFGH."
    )
    condition = fields.Selection(CONDITIONS, help="Empty: that of the product.")
    fulfilment = fields.Selection(
        [
            ("merchant", "By Us (FBM)"),
            ("amazon", "By Amazon (FBA)"),
        ],
        string="Shipped",
        default="merchant",
        required=True,
        help="What Amazon ships from its own stock is never given a quantity.",
    )
    handling_days = fields.Integer(
        string="Handling Time (Days)", help="Zero: that of the account."
    )
    stock_buffer = fields.Integer(
        string="Keep Back", help="Pieces never offered. Zero: as the account says."
    )
    stock_most = fields.Integer(
        string="Offer at Most", help="Zero: as the account says."
    )
    shipping_template_id = fields.Many2one(
        "amazon.shipping.template",
        domain="[('account_id', '=', account_id),"
        " ('marketplace_id', '=', marketplace_id)]",
        help="Empty: as the marketplace says. Shipping amounts for a single SKU do not "
        "exist at Amazon any more: they are part of the template, in Seller Central.",
    )
    minimum_price = fields.Monetary(string="Lowest Price")
    maximum_price = fields.Monetary(string="Highest Price")
    approved_price = fields.Monetary(
        readonly=True, help="A person allowed this price, although it looks wrong."
    )
    held_price = fields.Monetary(
        string="Price Waiting for You", readonly=True, help="It looks wrong: allow it?"
    )

    # === WHAT WAS SAID === #

    sent = fields.Json(readonly=True, help="What is on its way, lane by lane.")
    accepted = fields.Json(readonly=True, help="What Amazon accepted last.")
    accepted_date = fields.Datetime(readonly=True)
    issues = fields.Text(readonly=True, string="What Amazon Said")
    problems = fields.Json(readonly=True, help="What hinders sending, lane by lane.")
    problem_text = fields.Text(
        compute="_compute_problem_text", string="To Be Corrected"
    )
    has_problem = fields.Boolean(readonly=True, index=True)
    problem_cause = fields.Char(
        string="What Is Wrong",
        readonly=True,
        index="btree_not_null",
        help="The first of what hinders sending, without what differs from SKU to SKU.",
    )
    accepted_text = fields.Text(
        compute="_compute_texts", string="What Amazon Accepted", compute_sudo=True
    )
    last_message_id = fields.Many2one(
        "amazon.feed.message", readonly=True, index="btree_not_null"
    )
    submission_state = fields.Selection(
        related="last_message_id.state", string="Last Submission"
    )
    last_feed_id = fields.Many2one(related="last_message_id.feed_id")
    message_ids = fields.One2many("amazon.feed.message", "listing_id")

    _sku_uniq = models.Constraint(
        "UNIQUE (account_id, marketplace_id, sku)",
        "This SKU has a listing in this marketplace already.",
    )
    _account_key_idx = models.Index("(account_id, sku)")

    @api.depends("accepted")
    def _compute_texts(self):
        for listing in self:
            attributes = (listing.accepted or {}).get("attributes") or {}
            listing.accepted_text = "\n".join(
                f"{name}: {describe(name, value)}" for name, value in attributes.items()
            )

    @api.depends("problems")
    def _compute_problem_text(self):
        for listing in self:
            found = listing.problems or {}
            listing.problem_text = "\n".join(
                text for lane in LANES for text in (found.get(lane) or "").splitlines()
            )

    # === A PERSON'S CHOICES === #

    def write(self, vals):
        self._check_written(vals)
        result = super().write(vals)
        lanes = {lane for name, lane in OWN_FIELDS.items() if name in vals}
        if lanes and not self.env.context.get("amazon_listing_quiet"):
            self._queue_lanes(lanes)
            if vals.keys() & {"send_inventory", "fulfilment"}:
                self._get_siblings()._queue_lanes({INVENTORY})
        return result

    def _check_written(self, vals):
        """Let people change their choices only: the rest is kept by Odoo itself."""
        choices = OWN_FIELDS.keys() - {"approved_price"} | {"product_id"}
        kept = vals.keys() - choices
        if kept and not self.env.su:
            raise AccessError(
                self.env._(
                    "%s is kept by Odoo itself and cannot be changed by hand.",
                    ", ".join(sorted(kept)),
                )
            )

    def action_allow_price(self):
        """Send the price that was held back because it looked wrong."""
        self.check_access("write")
        for listing in self.filtered("held_price"):
            listing.sudo().write(
                {"approved_price": listing.held_price, "held_price": 0}
            )

    def action_resend(self):
        """Send all that Odoo wants Amazon to know, even what Amazon has already."""
        self._queue_lanes(LANES, forced=True)

    def _sends(self, lane):
        """Return whether a person lets this lane be sent."""
        self.ensure_one()
        return self[f"send_{lane}"]

    def _write_quietly(self, vals):
        """Write what is no change for Amazon."""
        self.sudo().with_context(amazon_listing_quiet=True).write(vals)
