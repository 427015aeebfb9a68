# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import ValidationError

REGIONS = [("eu", "Europe"), ("na", "North America"), ("fe", "Far East")]


class AmazonAccount(models.Model):
    """A seller account: what it is, what it does, and when it does nothing.

    How it talks to Amazon is in ``amazon_account_connection.py``, its keys are in
    ``amazon_account_keys.py``.
    """

    _name = "amazon.account"
    _description = "Amazon Account"
    _inherit = ["integrator.backend", "mail.thread"]
    _order = "name"
    _integrator_site = "amazon"

    seller_id = fields.Char(
        string="Merchant ID",
        required=True,
        help="Seller Central: Settings, Account Info, Your Merchant Token.",
    )
    region = fields.Selection(
        REGIONS,
        compute="_compute_region",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Selling region of the account.",
    )
    home_marketplace_id = fields.Many2one(
        "amazon.marketplace",
        domain="[('region', '=', region)]",
        help="Where the account was opened. Its Seller Central is where you authorise "
        "the app.",
    )
    marketplace_ids = fields.Many2many(
        "amazon.marketplace",
        string="Marketplaces",
        help="Shops in which this account sells. Products are listed in all of them.",
    )
    open_marketplace_ids = fields.Many2many(
        "amazon.marketplace",
        relation="amazon_account_open_marketplace_rel",
        string="Open to the Account",
        readonly=True,
        copy=False,
        help="Where Amazon lets this account sell, as of the last test.",
    )
    mode = fields.Selection(
        [("stopped", "Stopped"), ("shadow", "Preview Only"), ("live", "Live")],
        default="stopped",
        required=True,
        copy=False,
        tracking=True,
        help="Stopped: no call is made to Amazon but that of a test of the "
        "connection, jobs wait. Preview only: everything "
        "is worked out and shown, nothing is sent. Live: it is sent.",
    )
    automatic = fields.Boolean(tracking=True)
    flow_ids = fields.Many2many(
        "amazon.flow",
        string="What Is Kept in Step",
        default=lambda self: self.env["amazon.flow"].search([]),
        tracking=True,
        help="What is unticked stops at once, jobs that wait included; its changes "
        "are kept and sent when it is ticked again.",
    )
    cutover_date = fields.Datetime(
        string="Import From",
        copy=False,
        help="Nothing that happened at Amazon before is imported: it is in your books "
        "already.",
    )
    call_log_days = fields.Integer(
        string="Keep Call Log (Days)",
        default=30,
        help="Calls older than this are forgotten.",
    )
    document_days = fields.Integer(
        string="Keep Feeds (Days)",
        default=90,
        help="Feeds that went well are forgotten after so many days, with what was "
        "sent and what Amazon answered.",
    )
    lost_answer_wait = fields.Integer(
        string="Lost Answer Wait (s)",
        default=120,
        help="When the answer to a submission was lost, Amazon is asked for it until "
        "so much time has gone by since. Only then is it sent again.",
    )
    stuck_hours = fields.Integer(
        string="Late After (Hours)",
        default=8,
        help="A feed or report that Amazon has worked on for longer raises an alert.",
    )
    feed_ids = fields.One2many("amazon.feed", "account_id")

    _seller_uniq = models.Constraint(
        "UNIQUE (seller_id, region, company_id)",
        "This seller account is connected already.",
    )

    @api.depends("marketplace_ids", "home_marketplace_id")
    def _compute_region(self):
        for account in self:
            shops = account.marketplace_ids | account.home_marketplace_id
            regions = set(shops.mapped("region"))
            if len(regions) == 1:
                account.region = regions.pop()
            else:
                account.region = account.region or "eu"

    @api.constrains("marketplace_ids", "home_marketplace_id", "region")
    def _check_marketplace_region(self):
        for account in self:
            shops = account.marketplace_ids | account.home_marketplace_id
            alien = shops.filtered(
                lambda shop, account=account: shop.region != account.region
            )
            if alien:
                raise ValidationError(
                    self.env._(
                        "%(shops)s: not in the selling region of %(account)s. Amazon "
                        "has one seller account per region: connect another account.",
                        shops=", ".join(alien.mapped("name")),
                        account=account.name,
                    )
                )

    @api.constrains("automatic", "mode", "marketplace_ids")
    def _check_marketplaces(self):
        for account in self:
            working = account.automatic or account.mode != "stopped"
            if working and not account.marketplace_ids:
                raise ValidationError(
                    self.env._(
                        "%(account)s: choose at least one marketplace before "
                        "it is switched on.",
                        account=account.name,
                    )
                )

    # === MODES AND SWITCHES === #

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"mode", "flow_ids", "active"}:
            self._on_switched()
        return result

    def _on_switched(self):
        """Let what was held back go on, now that it may."""
        self.env["amazon.feed"].sudo()._enqueue_withdrawals()
        running = self.filtered(lambda a: a.active and a.mode != "stopped")
        if running:
            running._wake_jobs()
            self.env["amazon.feed"].sudo()._enqueue_builds(
                [("account_id", "in", running.ids)]
            )

    def _has_flow(self, flows):
        """Return whether all of *flows* are switched on."""
        self.ensure_one()
        return not flows - self.flow_ids

    def action_stop(self):
        """Stop all calls to Amazon at once, those of jobs that wait included."""
        self.mode = "stopped"

    def action_start(self):
        """Go live: what waited is sent."""
        self.mode = "live"

    # === ACTIONS === #

    def action_configure(self):
        """Walk through the configuration again."""
        self.ensure_one()
        wizard = self.env["amazon.account.wizard"]._open_for(self)
        return wizard._reopen()

    def action_view_feeds(self):
        """Open the feeds of this account."""
        return self._view("amazon.feed", self.env._("Feeds"))

    def action_view_reports(self):
        """Open the reports of this account."""
        return self._view("amazon.report", self.env._("Reports"))

    def action_view_calls(self):
        """Open the calls of this account."""
        return self._view("amazon.api.call", self.env._("Calls"))

    def action_view_budgets(self):
        """Open the call budgets of this account."""
        return self._view("amazon.rate.budget", self.env._("Call Budgets"))

    def _view(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("account_id", "=", self.id)],
        }

    # === DISPATCH === #

    @api.model
    def _on_product_rows(self, rows, mode):
        """Plan the dispatch of new rows, in the transaction that wrote them."""
        delay = 0 if mode == "manual" else self._get_dispatch_delay()
        self.env["product.integration"]._enqueue_dispatch(delay)

    @api.model
    def _get_subscription_triggers(self):
        return super()._get_subscription_triggers() | {"sync_interval"}

    @api.model
    @tools.ormcache()
    def _get_dispatch_delay(self):
        """Return the shortest interval of all accounts, in seconds; cached."""
        intervals = (
            self.sudo().search([("automatic", "=", True)]).mapped("sync_interval")
        )
        return min(intervals, default=0)

    @api.model
    def _as_system(self):
        """Return this model as the system user: jobs act for no person."""
        return self.with_user(SUPERUSER_ID).with_context(allowed_company_ids=None)
