# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.server_config import get_setting

from ..spapi import Credentials

KEYS = ("lwa_client_id", "lwa_client_secret", "refresh_token")
# How long what was given lasts, in days:
# https://developer-docs.amazon.com/sp-api/docs/rotate-your-apps-lwa-credentials
# https://developer-docs.amazon.com/sp-api/docs/renew-authorizations
SECRET_LIFE, AUTHORISATION_LIFE = 180, 365
EXPIRY_WARNINGS = (30, 14, 7, 1)


class AmazonKeys(models.AbstractModel):
    """Fields in which keys are typed: what is stored can be replaced, never read."""

    _name = "amazon.keys"
    _description = "Keys of an Amazon App"

    lwa_client_id = fields.Char(
        string="Access Key",
        compute="_compute_keys",
        inverse="_inverse_keys",
        groups="base.group_system",
        copy=False,
        help="LWA client identifier of your app. Seller Central: Apps and Services, "
        "Develop Apps, View next to your app.",
    )
    lwa_client_secret = fields.Char(
        string="Secret Key",
        compute="_compute_keys",
        inverse="_inverse_keys",
        groups="base.group_system",
        copy=False,
        help="LWA client secret of your app, from the same page as the access key. "
        "It lasts 180 days.",
    )
    refresh_token = fields.Char(
        compute="_compute_keys",
        inverse="_inverse_keys",
        groups="base.group_system",
        copy=False,
        help="Made when you authorise your app: Develop Apps, the arrow beside Edit "
        "App, Authorise. Or let Amazon hand it over with the button Authorise at "
        "Amazon.",
    )

    def _compute_keys(self):
        """Show nothing: what is stored can only be replaced."""
        self.update(dict.fromkeys(KEYS, False))

    def _inverse_keys(self):
        for record in self:
            for name in KEYS:
                if record[name]:
                    record._keep_key(name, record[name].strip())
        # What was typed must not be read back, not even in this transaction.
        self.invalidate_recordset(KEYS)

    def _keep_key(self, name, value):
        """Store one key for good; by model."""


class AmazonAccountKeys(models.Model):
    """The keys of an account."""

    _name = "amazon.account"
    _inherit = ["amazon.account", "amazon.keys"]

    keys_summary = fields.Char(
        string="Stored Keys",
        compute="_compute_keys_summary",
        groups="base.group_system",
    )
    secret_expiry_date = fields.Date(
        string="Secret Key Ends",
        copy=False,
        help="180 days after the key was made. The group is warned before.",
    )
    authorisation_expiry_date = fields.Date(
        string="Authorisation Ends",
        copy=False,
        help="A year after the app was authorised. The group is warned before.",
    )

    def _keep_key(self, name, value):
        self.env["integrator.secret"]._keep(self, name, value)
        today = fields.Date.today()
        if name == "lwa_client_secret":
            self.secret_expiry_date = today + timedelta(days=SECRET_LIFE)
        elif name == "refresh_token":
            self.authorisation_expiry_date = today + timedelta(days=AUTHORISATION_LIFE)

    def _compute_keys_summary(self):
        for account in self:
            lines = [
                f"{self._fields[name].get_description(self.env)['string']}: "
                f"{account._describe_key(name)}"
                for name in KEYS
            ]
            account.keys_summary = ", ".join(lines)

    def _describe_key(self, name):
        if self._get_machine_key(name):
            return self.env._("from the server's configuration")
        stored = self.env["integrator.secret"]._find(self, name)
        if not stored:
            return self.env._("missing")
        day = fields.Datetime.context_timestamp(self, stored.set_date).date()
        return self.env._("stored on %s", day.isoformat())

    def _get_machine_key(self, name):
        """Return a key that is in odoo.conf or the environment instead of here.

        Not in a neutralised copy: it may run beside the original.
        """
        found = self.seller_id and get_setting(f"amazon:{self.seller_id}", name)
        if not found or self._is_neutralized() or not self._is_first_of_seller():
            return ""
        return found

    def _is_first_of_seller(self):
        """Return whether the company of this account was the first to connect the
        seller: who names the same merchant elsewhere does not get its keys."""
        accounts = self.sudo().with_context(active_test=False)
        first = accounts.search(
            [("seller_id", "=", self.seller_id)], limit=1, order="id"
        )
        return first.company_id == self.company_id

    @api.model
    def _is_neutralized(self):
        params = self.env["ir.config_parameter"].sudo()
        return bool(params.get_param("database.is_neutralized"))

    def _get_key(self, name):
        secrets = self.env["integrator.secret"]
        return self._get_machine_key(name) or secrets._reveal(self, name)

    def _get_credentials(self):
        """Return the keys of this account.

        :raise UserError: some are missing, or cannot be read on this server
        """
        self.ensure_one()
        found = {name: self._get_key(name) for name in KEYS}
        missing = [self._fields[name].string for name in KEYS if not found[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(account)s: %(fields)s missing. Enter what Seller Central "
                    "shows for your app.",
                    account=self.name,
                    fields=", ".join(missing),
                )
            )
        return Credentials(**found)

    def action_forget_keys(self):
        """Delete the stored keys of these accounts; they are stopped."""
        self.check_access("write")
        self.env["integrator.secret"]._forget(self)
        self.write({"mode": "stopped", "connection_state": "unknown"})

    def unlink(self):
        self.env["integrator.secret"]._forget(self)
        return super().unlink()

    # === EXPIRY === #

    @api.model
    def _cron_warn_of_expiry(self):
        """Tell the group in time that a secret key or an authorisation runs out."""
        for account in self.search([]):
            account._warn_of_expiry(
                "secret_expiry_date",
                self.env._("The secret key of %s runs out", account.name),
                self.env._(
                    "Make a new one in Seller Central (Develop Apps, View, Rotate), "
                    "and enter it on the account. The old one is good for seven more "
                    "days."
                ),
            )
            account._warn_of_expiry(
                "authorisation_expiry_date",
                self.env._("Amazon's authorisation of %s runs out", account.name),
                self.env._(
                    "Authorise the app again: open the account, press Configure, then "
                    "Authorise at Amazon."
                ),
            )

    def _warn_of_expiry(self, field, name, next_step):
        date = self[field]
        left = (date - fields.Date.today()).days if date else None
        due = [days for days in EXPIRY_WARNINGS if left is not None and left <= days]
        if due:
            self._alert_once(
                f"{field}:{date}:{min(due)}",
                name=name,
                description=self.env._(
                    "It ends on %s. Without it nothing is sent or fetched.", date
                ),
                next_step=next_step,
            )
