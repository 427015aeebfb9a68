# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..feeds.lanes import CONTENT, LANES

CHOICES = [
    ("offered", "All Products Offered"),
    ("rule", "Products by a Rule"),
    ("products", "Chosen Products"),
]
OPEN = ("previewing", "previewed", "running")
# What makes a run what it is: another with the same is the same.
CHOICE_FIELDS = ("account_id", "choice", "product_domain", "lanes", "forced")
COUNTERS = (
    "done_count",
    "skipped_count",
    "listed_count",
    "stocked_count",
    "new_count",
    "changed_count",
    "unchanged_count",
    "ended_count",
    "refused_count",
    "waiting_count",
    "zero_count",
)
# More than so many, and more than this share, want a person's second look.
MANY = 20
MANY_SHARE = 0.1


class AmazonResync(models.Model):
    """Products sent to Amazon by hand: what, how far it is, and what came of it.

    What is to be done is in this record, not in a browser: ``amazon_resync_run.py``
    has the jobs that look and send, ``amazon_resync_result.py`` what is shown.
    """

    _name = "amazon.resync"
    _description = "Amazon Resync"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    account_id = fields.Many2one(
        "amazon.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    mode = fields.Selection(related="account_id.mode", string="Account Is")
    user_id = fields.Many2one("res.users", string="Started By", readonly=True)
    choice = fields.Selection(
        CHOICES, string="Products", required=True, readonly=True, default="offered"
    )
    product_domain = fields.Char(string="Rule", readonly=True)
    product_ids = fields.Many2many(
        "product.product",
        relation="amazon_resync_product_rel",
        column1="resync_id",
        column2="product_id",
        string="Chosen Products",
        readonly=True,
        context={"active_test": False},
    )
    lanes = fields.Char(readonly=True, help="What is sent; empty: everything.")
    lane_text = fields.Char(compute="_compute_lane_text", string="What Is Sent")
    forced = fields.Boolean(string="Send Everything Anew", readonly=True)
    state = fields.Selection(
        [
            ("draft", "New"),
            ("previewing", "Looking"),
            ("previewed", "Ready to Start"),
            ("running", "Sending"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        tracking=True,
    )
    preview_date = fields.Datetime(string="Looked At", readonly=True)
    start_date = fields.Datetime(string="Started", readonly=True)
    end_date = fields.Datetime(string="Finished", readonly=True)

    # === HOW FAR IT IS === #

    turn = fields.Integer(
        readonly=True, help="Grows: jobs of an older turn do nothing."
    )
    cursor = fields.Integer(readonly=True, help="Id of the last product dealt with.")
    tries = fields.Integer(readonly=True)
    queued = fields.Boolean(readonly=True, help="All products are on their way.")
    total_count = fields.Integer(string="Products", readonly=True)
    done_count = fields.Integer(string="Products Done", readonly=True)

    # === WHAT WAS FOUND === #

    skipped_count = fields.Integer(string="Not Offered", readonly=True)
    listed_count = fields.Integer(string="On Amazon", readonly=True)
    stocked_count = fields.Integer(string="In Stock at Amazon", readonly=True)
    new_count = fields.Integer(string="New", readonly=True)
    changed_count = fields.Integer(string="Changed", readonly=True)
    unchanged_count = fields.Integer(string="Unchanged", readonly=True)
    ended_count = fields.Integer(string="Ended", readonly=True)
    refused_count = fields.Integer(string="Cannot Be Sent", readonly=True)
    waiting_count = fields.Integer(string="Waiting", readonly=True)
    zero_count = fields.Integer(string="Stock Goes to Zero", readonly=True)
    found = fields.Json(readonly=True, help="Counts by lane, and causes.")
    line_ids = fields.One2many("amazon.resync.line", "resync_id", readonly=True)
    is_risky = fields.Boolean(compute="_compute_is_risky")
    risk_read = fields.Boolean(string="I Have Read This", copy=False)

    @api.depends("account_id")
    def _compute_name(self):
        for resync in self:
            resync.name = self.env._(
                "Resync %(number)s of %(account)s",
                number=resync.id or "",
                account=resync.account_id.name,
            )

    @api.depends("lanes")
    def _compute_lane_text(self):
        titles = self._get_lane_titles()
        for resync in self:
            names = [titles[lane] for lane in resync._get_lanes()]
            resync.lane_text = (
                ", ".join(names) if resync.lanes else self.env._("Everything")
            )

    @api.depends("zero_count", "stocked_count", "ended_count", "listed_count")
    def _compute_is_risky(self):
        for resync in self:
            resync.is_risky = self._is_many(
                resync.zero_count, resync.stocked_count
            ) or self._is_many(resync.ended_count, resync.listed_count)

    @staticmethod
    def _is_many(count, of):
        return count > MANY and count > of * MANY_SHARE

    @api.model
    def _get_lane_titles(self):
        """Return dict lane -> what a shop manager calls it."""
        return {
            "content": self.env._("Product data"),
            "price": self.env._("Price"),
            "inventory": self.env._("Stock"),
            "image": self.env._("Images"),
            "relationship": self.env._("Variations"),
            "override": self.env._("Shipping template"),
        }

    def _get_lanes(self):
        """Return the lanes that are sent."""
        self.ensure_one()
        return tuple(self.lanes.split(",")) if self.lanes else LANES

    def write(self, vals):
        if not self.env.su and vals.keys() - {"risk_read"}:
            raise AccessError(
                self.env._("A resync is not changed: cancel it and start another.")
            )
        return super().write(vals)

    # === ONE RUN, NOT TWO === #

    @api.model
    def _open_or_create(self, values):
        """Return the open run that does the same already, or else a new one.

        A run that is sending already counts if any of its products and lanes are
        among those of *values*.

        :param values: dict with ``CHOICE_FIELDS`` and ``product_ids`` (list of ids)
        """
        self._serialise(values["account_id"])
        open_ones = self.search(
            [("account_id", "=", values["account_id"]), ("state", "in", OPEN)]
        )
        product_ids = values.get("product_ids") or []
        asked = self.new({**values, "product_ids": False})
        for other in open_ones:
            if other._is_same(values, product_ids):
                return other
            if other.state == "running" and other._overlaps(asked, product_ids):
                return other
        return self.create(
            {
                **values,
                "product_ids": [fields.Command.set(product_ids)],
                "user_id": values.get("user_id") or self.env.uid,
            }
        )

    @api.model
    def _serialise(self, account_id):
        """Let one transaction at a time open runs: the other fails, and is run again
        by Odoo with the first one's run before its eyes."""
        self.env.cr.execute(
            "UPDATE amazon_account SET write_date = write_date WHERE id = %s",
            [account_id],
        )

    def _is_same(self, values, product_ids):
        mine = {name: self[name] for name in CHOICE_FIELDS}
        mine["account_id"] = self.account_id.id
        same = all(
            (mine[name] or False) == (values.get(name) or False) for name in mine
        )
        return same and set(self.product_ids.ids) == set(product_ids)

    def _overlaps(self, asked, product_ids):
        """Return whether this run sends anything that *asked* would send, too."""
        if not set(self._get_lanes()) & set(asked._get_lanes()):
            return False
        mine = self._get_choice_domain(self.product_ids.ids)
        theirs = asked._get_choice_domain(product_ids)
        products = self.env["product.product"].sudo().with_context(active_test=False)
        return bool(products.search_count(mine & theirs, limit=1))

    def _get_choice_domain(self, product_ids):
        """Return the domain of the products chosen; what is on Amazon counts as all."""
        if self.choice == "products":
            return fields.Domain("id", "in", product_ids)
        if self.choice == "rule":
            return fields.Domain(literal_eval(self.product_domain))
        return fields.Domain.TRUE

    # === A PERSON'S ACTIONS === #

    def action_preview(self):
        """Look what would be sent, once more."""
        self._check_state("draft", "previewed")
        self.sudo()._start_preview()

    def action_start(self):
        """Send it."""
        for resync in self:
            if resync.state == "running":
                continue
            resync._check_state("previewed")
            resync._check_may_start()
            resync.sudo()._start_run()

    def action_cancel(self):
        """Look, or send, no further."""
        self._check_state("draft", *OPEN)
        for resync in self.sudo():
            if resync.state == "running":
                resync.message_post(
                    body=self.env._(
                        "Cancelled by %(user)s. What was on its way to Amazon by then, "
                        "%(count)d products, is sent.",
                        user=self.env.user.name,
                        count=resync.done_count,
                    )
                )
            resync.write({"state": "cancelled", "end_date": fields.Datetime.now()})

    def action_refresh(self):
        """Show how far it is: the form reads itself anew."""
        return True

    def action_view_rows(self):
        """Open what was recorded to be sent, product by product."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Products Sent"),
            "res_model": "product.integration",
            "view_mode": "list,form",
            "domain": [("resync_id", "=", self.id)],
        }

    def action_view_messages(self):
        """Open what was sent to Amazon."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages to Amazon"),
            "res_model": "amazon.feed.message",
            "view_mode": "list,form",
            "domain": [("product_event_ids.resync_id", "=", self.id)],
        }

    def _check_state(self, *states):
        self.check_access("write")
        self._lock()
        titles = dict(self._fields["state"]._description_selection(self.env))
        for resync in self:
            if resync.state not in states:
                raise UserError(
                    self.env._(
                        "%(name)s is in the state %(state)s by now. Refresh the page.",
                        name=resync.name,
                        state=titles[resync.state],
                    )
                )

    def _lock(self):
        """Wait for the job at it, if there is one."""
        self.env.cr.execute(
            SQL(
                "SELECT id FROM amazon_resync WHERE id = ANY(%s) FOR NO KEY UPDATE",
                self.ids,
            )
        )
        self.invalidate_recordset(["state"])

    def _check_may_start(self):
        self.ensure_one()
        if self.is_risky and not self.risk_read:
            raise UserError(
                self.env._(
                    "Many offers would go off sale. Read the warning, and tick that "
                    "you have."
                )
            )
        self._serialise(self.account_id.id)
        rivals = self._get_rivals()
        if rivals:
            raise UserError(
                self.env._(
                    "%s is sending some of these products already. Wait until it is "
                    "done, or cancel it.",
                    rivals[0].name,
                )
            )

    def _get_rivals(self):
        """Return the runs that are sending any of the same already."""
        running = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("state", "=", "running"),
                ("id", "!=", self.id),
            ]
        )
        return running.filtered(lambda o: o._overlaps(self, self.product_ids.ids))

    def _only_listed(self):
        """Return whether only what is on Amazon is sent: without product data nothing
        can be listed."""
        return CONTENT not in self._get_lanes()
