# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import secrets
from datetime import timedelta
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..spapi import errors, exchange_authorization_code
from ..transaction import autonomous

CALLBACK = "/amazon/consent"
# So long a person may take at Amazon.
VALID = timedelta(minutes=30)


class AmazonConsent(models.Model):
    """A seller on the way to Amazon's page where an app is authorised.

    The state that goes along proves, when Amazon sends the seller back, that it is the
    same person for the same account. It is good once; only its digest is stored.
    https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow
    """

    _name = "amazon.consent"
    _description = "Amazon Consent"

    digest = fields.Char(required=True)
    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    expiry_date = fields.Datetime(required=True)

    _digest_uniq = models.Constraint("UNIQUE (digest)", "A state is used once.")

    @api.model
    def _begin(self, account):
        """Return the address at Amazon's to which the user is to be led.

        :raise UserError: the app's ID or the home marketplace is missing
        """
        account._check_consent_possible()
        state = secrets.token_urlsafe(32)
        self.sudo().create(
            {
                "digest": self._digest_of(state),
                "account_id": account.id,
                "user_id": self.env.uid,
                "expiry_date": fields.Datetime.now() + VALID,
            }
        )
        query = {
            "application_id": account.application_id,
            "state": state,
            "redirect_uri": self._get_callback(),
        }
        if account.application_is_draft:
            query["version"] = "beta"
        base = account.sudo().seller_central_endpoint
        base = base or account._get_home_marketplace().seller_central
        return f"{base}/apps/authorize/consent?{urlencode(query)}"

    @api.model
    def _get_callback(self):
        """Return the address to which Amazon sends the seller back."""
        return self.get_base_url() + CALLBACK

    @staticmethod
    def _digest_of(state):
        return hashlib.sha256(state.encode()).hexdigest()

    @api.model
    def _redeem(self, state, code, selling_partner_id):
        """Exchange what Amazon sent back for a refresh token, and keep it.

        :return: the account
        :raise UserError: state, seller or code do not fit; in words
        """
        account = self._take_account(state or "")
        if selling_partner_id != account.seller_id:
            raise UserError(
                self.env._(
                    "%(account)s is connected to the merchant %(own)s, but you were "
                    "signed in to Amazon as %(other)s. Sign out of Seller Central and "
                    "authorise again.",
                    account=account.name,
                    own=account.seller_id,
                    other=selling_partner_id or "?",
                )
            )
        token = self._exchange(account, code or "")
        # Amazon gives it once: it is kept even if this request must be run again.
        with autonomous(self.env) as env:
            account.with_env(env)._keep_key("refresh_token", token)
        account.invalidate_recordset()
        account._wake_jobs()
        return account

    def _take_account(self, state):
        """Return the account of a state and delete it: a second use finds nothing."""
        with autonomous(self.env) as env:
            found = env[self._name].search(
                [
                    ("digest", "=", self._digest_of(state)),
                    ("user_id", "=", self.env.uid),
                    ("expiry_date", ">", fields.Datetime.now()),
                ]
            )
            account_id = found.account_id.id
            found.unlink()
        if not account_id:
            raise UserError(
                self.env._(
                    "This authorisation was not begun by you, was used already, or "
                    "took longer than half an hour. Open the account in Odoo and press "
                    "Authorise at Amazon once more."
                )
            )
        return self.env["amazon.account"].browse(account_id)

    def _exchange(self, account, code):
        calls = self.env["amazon.api.call"].sudo()
        try:
            return exchange_authorization_code(
                account._get_key("lwa_client_id"),
                account._get_key("lwa_client_secret"),
                code,
                self._get_callback(),
                account._get_endpoint(account.region),
                on_call=lambda call: calls._log(account, call, account),
                timeout=float(account.call_timeout),
            )
        except errors.SpApiError as error:
            raise UserError(str(error)) from error

    @api.autovacuum
    def _gc_consents(self):
        """Forget those who never came back."""
        self.search([("expiry_date", "<", fields.Datetime.now())]).unlink()


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    application_id = fields.Char(
        string="App ID",
        help="Only to authorise at Amazon by a button. Develop Apps shows it below "
        "the name of your app, it begins with amzn1.sp.solution.",
    )
    application_is_draft = fields.Boolean(
        string="App Is a Draft",
        default=True,
        help="The app is not published in Amazon's Appstore, as all private apps.",
    )

    def _check_consent_possible(self):
        self.check_access("write")
        missing = [
            self._fields[name].get_description(self.env)["string"]
            for name in ("application_id", "home_marketplace_id")
            if not self[name]
        ]
        missing += [
            self._fields[name].string
            for name in ("lwa_client_id", "lwa_client_secret")
            if not self.sudo()._get_key(name)
        ]
        if missing:
            raise UserError(
                self.env._(
                    "%(account)s: enter first %(fields)s.",
                    account=self.name,
                    fields=", ".join(missing),
                )
            )

    def action_authorise(self):
        """Lead the user to Amazon's page where the app is authorised."""
        self.ensure_one()
        url = self.env["amazon.consent"]._begin(self)
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}
