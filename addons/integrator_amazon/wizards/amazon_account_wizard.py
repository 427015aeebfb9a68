# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.amazon_account import REGIONS
from ..models.amazon_account_keys import KEYS

STEPS = ("account", "keys", "test", "choices")
# What the first and the last step set on the account.
ACCOUNT_FIELDS = (
    "name",
    "company_id",
    "region",
    "home_marketplace_id",
    "seller_id",
    "application_id",
    "application_is_draft",
)
CHOICE_FIELDS = (
    "marketplace_ids",
    "sync_interval",
    "automatic",
    "flow_ids",
    "cutover_date",
)


class AmazonAccountWizard(models.TransientModel):
    """Walks through connecting an account; nothing is sent before its last step.

    The keys pass through it into the account's encrypted store: this table never
    holds them.
    """

    _name = "amazon.account.wizard"
    _inherit = "amazon.keys"
    _description = "Connect an Amazon Account"

    step = fields.Selection(
        [
            ("account", "Account"),
            ("keys", "Keys"),
            ("test", "Test"),
            ("choices", "What to Do"),
        ],
        default="account",
        required=True,
    )
    account_id = fields.Many2one("amazon.account", ondelete="cascade")
    name = fields.Char(
        default=lambda self: self.env._("My shop on Amazon"),
        help="As you call this account in Odoo.",
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, required=True
    )
    region = fields.Selection(REGIONS, default="eu", required=True)
    home_marketplace_id = fields.Many2one(
        "amazon.marketplace",
        domain="[('region', '=', region)]",
        help="The marketplace in which you opened the seller account.",
    )
    seller_id = fields.Char(
        string="Merchant ID",
        help="Seller Central: Settings, Account Info, Your Merchant Token. It begins "
        "with A.",
    )
    application_id = fields.Char(
        string="App ID",
        help="Only to authorise by the button below. Develop Apps shows it under the "
        "name of your app; it begins with amzn1.sp.solution.",
    )
    application_is_draft = fields.Boolean(default=True)
    redirect_uri = fields.Char(
        string="OAuth Redirect URI",
        compute="_compute_redirect_uri",
        help="Enter this address in Seller Central, Develop Apps, Edit App.",
    )
    keys_summary = fields.Char(
        related="account_id.keys_summary", groups="base.group_system"
    )
    connection_state = fields.Selection(related="account_id.connection_state")
    connection_message = fields.Char(related="account_id.connection_message")
    check_ids = fields.One2many(related="account_id.check_ids")
    is_incomplete = fields.Boolean(compute="_compute_is_incomplete")
    open_marketplace_ids = fields.Many2many(related="account_id.open_marketplace_ids")
    marketplace_ids = fields.Many2many(
        "amazon.marketplace", domain="[('id', 'in', open_marketplace_ids)]"
    )
    sync_interval = fields.Integer(string="Interval (Seconds)", default=60)
    automatic = fields.Boolean(
        default=True,
        help="Send each change by itself. Off: only what is sent by hand.",
    )
    flow_ids = fields.Many2many("amazon.flow", string="What Is Kept in Step")
    cutover_date = fields.Datetime(
        string="Import From",
        default=fields.Datetime.now,
        help="Nothing that happened at Amazon before is imported: it is in your books "
        "already.",
    )

    @api.constrains("account_id")
    def _check_account(self):
        # What is shown of the account is read as the system.
        self.account_id.sudo(False).check_access("write")

    def _compute_redirect_uri(self):
        self.redirect_uri = self.env["amazon.consent"]._get_callback()

    @api.depends("check_ids.state")
    def _compute_is_incomplete(self):
        for wizard in self:
            wizard.is_incomplete = any(c.state != "ok" for c in wizard.check_ids)

    @api.onchange("region")
    def _onchange_region(self):
        if self.home_marketplace_id.region != self.region:
            self.home_marketplace_id = False

    def _keep_key(self, name, value):
        self.account_id._keep_key(name, value)

    # === OPENING === #

    @api.model
    def _open_for(self, account):
        """Return a wizard that goes through the settings of an account again."""
        names = [*ACCOUNT_FIELDS, *CHOICE_FIELDS]
        values = {
            name: self._fields[name].convert_to_write(account[name], account)
            for name in names
        }
        values["cutover_date"] = account.cutover_date or fields.Datetime.now()
        return self.create({**values, "account_id": account.id})

    def _reopen(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect an Amazon Account"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # === STEPS === #

    def action_next(self):
        """Do what this step is for and show the next one."""
        self.ensure_one()
        getattr(self, f"_leave_{self.step}")()
        self.step = STEPS[STEPS.index(self.step) + 1]
        if self.step == "choices":
            self._propose()
        return self._reopen()

    def action_back(self):
        """Show the step before."""
        self.ensure_one()
        self.step = STEPS[max(0, STEPS.index(self.step) - 1)]
        return self._reopen()

    def _leave_account(self):
        missing = [
            self._fields[name].get_description(self.env)["string"]
            for name in ("name", "seller_id", "home_marketplace_id")
            if not self[name]
        ]
        if missing:
            raise UserError(self.env._("Please fill in first: %s.", ", ".join(missing)))
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in ACCOUNT_FIELDS
        }
        values["seller_id"] = values["seller_id"].strip()
        if self.account_id:
            self.account_id.write(values)
        else:
            values.update(marketplace_ids=False, flow_ids=False)
            self.account_id = self.account_id.create(values)

    def _leave_keys(self):
        missing = [
            self.account_id._fields[name].string
            for name in KEYS
            if not self.account_id.sudo()._get_key(name)
        ]
        if missing:
            raise UserError(
                self.env._(
                    "Still missing: %s. Only an administrator of Odoo can enter keys.",
                    ", ".join(missing),
                )
            )

    def _leave_test(self):
        if self.connection_state != "ok":
            raise UserError(
                self.env._(
                    "Press Test Connection first. What it says must be mended before "
                    "you go on."
                )
            )

    def _propose(self):
        """Fill in what the test has found, where nothing is chosen yet."""
        if not self.marketplace_ids:
            self.marketplace_ids = self.account_id.marketplace_ids
        if not self.flow_ids and not self.account_id.flow_ids:
            self.flow_ids = self.env["amazon.flow"].search([])

    def action_test_connection(self):
        """Test the connection; what is found is shown in this step."""
        self.ensure_one()
        self.account_id.action_test_connection()
        return self._reopen()

    def action_authorise(self):
        """Lead the user to Amazon's page where the app is authorised."""
        self.ensure_one()
        self._leave_account()
        return self.account_id.action_authorise()

    def action_start(self):
        """Go live with what was chosen."""
        return self._finish("live")

    def action_preview(self):
        """Work everything out and show it, but send nothing."""
        return self._finish("shadow")

    def _finish(self, mode):
        self.ensure_one()
        self._leave_test()
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in CHOICE_FIELDS
        }
        self.account_id.write({**values, "mode": mode})
        return {
            "type": "ir.actions.act_window",
            "res_model": "amazon.account",
            "res_id": self.account_id.id,
            "views": [(False, "form")],
        }
