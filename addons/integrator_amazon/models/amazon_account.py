# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import random

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import ACCESS_WAIT, LWA_ENDPOINT, SPAPI_ENDPOINTS
from ..spapi import Credentials, Endpoint, SellingPartnerClient, errors
from ..transaction import autonomous

_logger = logging.getLogger(__name__)

FAILURES_BEFORE_ALERT = 4


class AmazonAccount(models.Model):
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
        [("eu", "Europe"), ("na", "North America"), ("fe", "Far East")],
        compute="_compute_region",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Selling region of the account.",
    )
    marketplace_ids = fields.Many2many(
        "amazon.marketplace",
        string="Marketplaces",
        help="Shops in which this account sells. Products are listed in all of them.",
    )
    lwa_client_id = fields.Char(
        string="Access Key",
        groups="base.group_system",
        copy=False,
        help="LWA client identifier of your app: Seller Central, Apps and Services, "
        "Develop Apps, View.",
    )
    lwa_client_secret = fields.Char(
        string="Secret Key",
        groups="base.group_system",
        copy=False,
        help="LWA client secret of your app, from the same page as the access key.",
    )
    refresh_token = fields.Char(
        groups="base.group_system",
        copy=False,
        help="Made when you authorise your app: Develop Apps, Authorise.",
    )
    spapi_endpoint = fields.Char(
        string="Selling Partner API Address",
        groups="base.group_system",
        help="Only to address a stand-in for Amazon. Empty: Amazon's own address.",
    )
    lwa_endpoint = fields.Char(
        string="Sign-in Address",
        groups="base.group_system",
        help="Only to address a stand-in for Amazon. Empty: Amazon's own address.",
    )
    ca_certificate = fields.Text(
        string="CA Certificate",
        groups="base.group_system",
        help="Certificate authority (PEM) of the stand-in.",
    )
    connection_state = fields.Selection(
        [("unknown", "Not Tested"), ("ok", "Connected"), ("error", "Not Connected")],
        default="unknown",
        readonly=True,
        copy=False,
        string="Connection",
    )
    connection_message = fields.Char(readonly=True, copy=False)
    connection_date = fields.Datetime(readonly=True, copy=False, string="Last Tested")
    call_log_days = fields.Integer(
        string="Keep Call Log (Days)",
        default=30,
        help="Calls older than this are forgotten.",
    )
    feed_lookup_grace = fields.Integer(
        string="Lost Answer Wait (s)",
        default=120,
        help="When the answer to a submission was lost, Amazon is asked for it until "
        "so much time has gone by since. Only then is it sent again.",
    )
    feed_stuck_hours = fields.Integer(
        string="Feed Is Late After (Hours)",
        default=8,
        help="A feed that Amazon has worked on for longer raises an alert.",
    )
    feed_ids = fields.One2many("amazon.feed", "account_id")

    _seller_uniq = models.Constraint(
        "UNIQUE (seller_id, region, company_id)",
        "This seller account is connected already.",
    )

    @api.depends("marketplace_ids")
    def _compute_region(self):
        for account in self:
            regions = set(account.marketplace_ids.mapped("region"))
            if len(regions) == 1:
                account.region = regions.pop()
            else:
                account.region = account.region or "eu"

    @api.constrains("marketplace_ids", "region")
    def _check_marketplace_region(self):
        for account in self:
            alien = account.marketplace_ids.filtered(
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

    @api.constrains("automatic", "marketplace_ids")
    def _check_automatic(self):
        for account in self:
            if account.automatic and not account.marketplace_ids:
                raise ValidationError(
                    self.env._(
                        "%(account)s: choose at least one marketplace before "
                        "automatic integration is switched on.",
                        account=account.name,
                    )
                )

    # === CONNECTION === #

    def _get_client(self, on_call=None):
        """Return a client signed in as this account; close it after use.

        :raise UserError: a credential is missing
        """
        self.ensure_one()
        account = self.sudo()
        credentials = account._get_credentials()
        endpoint = Endpoint(
            spapi=account.spapi_endpoint or SPAPI_ENDPOINTS[account.region],
            lwa=account.lwa_endpoint or LWA_ENDPOINT,
            ca_certificate=account.ca_certificate or None,
        )
        return SellingPartnerClient(
            credentials,
            endpoint,
            seller_id=account.seller_id,
            marketplace_id=account.marketplace_ids[:1].marketplace_id or "",
            on_call=on_call,
        )

    def _get_credentials(self):
        names = ("lwa_client_id", "lwa_client_secret", "refresh_token")
        missing = [self._fields[name].string for name in names if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(account)s: %(fields)s missing. Enter what Seller Central "
                    "shows for your app.",
                    account=self.name,
                    fields=", ".join(missing),
                )
            )
        return Credentials(*(self[name] for name in names))

    def _request(self, operation, function, record=None, announce=False):
        """Run *function(client)* as one call of *operation*, logged and budgeted.

        :param record: record for which the call is made, for the log
        :param announce: the call must not happen twice: commit the intent first, and
            the answer (a text) as soon as it is here
        :return: what *function* returns
        :raise spapi.errors.SpApiError: Amazon did not do it
        """
        self.ensure_one()
        calls = self.env["amazon.api.call"].sudo()
        intent_id = announce and calls._announce(self, operation, record)

        def on_call(call):
            own = call.operation == operation
            calls._log(self, call, record, intent_id if own else None)
            if own and call.error is None:
                budgets = self.env["amazon.rate.budget"].sudo()
                budgets._note_answer(self, operation, call.rate_limit)

        try:
            with self._get_client(on_call) as client:
                result = function(client)
        except errors.SpApiError as error:
            if intent_id:
                calls._settle(intent_id, error)
            raise
        if intent_id:
            calls._keep_answer(intent_id, result)
        return result

    def _call(self, operation, function, record=None, announce=False):
        """Do the same as ``_request`` from a job: what time heals becomes a retry.

        :raise RetryableJobError: no token left, throttled, no answer, no access;
            the wait is in it, and it does not count as a failed try
        :raise spapi.errors.RejectedError: Amazon refused what was asked
        :raise spapi.errors.DocumentRefusedError: a document address has run out
        """
        self._wait_for_token(operation)
        try:
            result = self._request(operation, function, record, announce)
        except errors.ThrottledError as error:
            wait = self.env["amazon.rate.budget"].sudo()._exhaust(self, operation)
            raise RetryableJobError(
                str(error), seconds=self._spread(wait or 1), ignore_retry=True
            ) from error
        except (errors.UnavailableError, errors.CertificateError) as error:
            self._put_off(operation, error)
        except (errors.SignInError, errors.AccessDeniedError) as error:
            self._note_no_access(error)
            raise RetryableJobError(
                str(error), seconds=ACCESS_WAIT, ignore_retry=True
            ) from error
        self._note_access()
        return result

    def _wait_for_token(self, operation):
        wait = self.env["amazon.rate.budget"].sudo()._take(self, operation)
        if wait:
            raise RetryableJobError(
                self.env._(
                    "%(operation)s: Amazon's limit is used up, next call in "
                    "%(seconds)d s.",
                    operation=operation,
                    seconds=wait + 1,
                ),
                seconds=self._spread(wait),
                ignore_retry=True,
            )

    @staticmethod
    def _spread(seconds):
        """Return whole seconds a little above, so that waiters do not all come back
        at once."""
        return int(seconds) + 1 + random.randint(0, max(1, int(seconds) // 10))

    def _put_off(self, operation, error):
        wait, failures = self.env["amazon.rate.budget"]._note_failure(self, operation)
        if failures >= FAILURES_BEFORE_ALERT:
            self._alert_now(
                "no-answer",
                name=self.env._("Amazon does not answer: %s", self.name),
                description=str(error),
                next_step=self.env._(
                    "Nothing is lost and Odoo keeps trying. If this lasts, test the "
                    "connection on the account and look at Amazon's service status."
                ),
            )
        raise RetryableJobError(
            str(error), seconds=self._spread(wait), ignore_retry=True
        ) from error

    def _note_no_access(self, error):
        with autonomous(self.env) as env:
            self.with_env(env)._set_connection("error", str(error))
        self._alert_now(
            "no-access",
            name=self.env._("Amazon refuses access: %s", self.name),
            description=str(error),
            next_step=self.env._(
                "Open the account, check its keys and the roles of the app in Seller "
                "Central, then test the connection. What waits is sent afterwards."
            ),
        )

    def _note_access(self):
        """Close the alerts of an outage that is over."""
        if self.connection_state != "ok":
            with autonomous(self.env) as env:
                self.with_env(env)._set_connection("ok", self.env._("Connected."))
            self._resolve_alert("no-access")
        self._resolve_alert("no-answer")

    def _set_connection(self, state, message):
        self.write(
            {
                "connection_state": state,
                "connection_message": message,
                "connection_date": fields.Datetime.now(),
            }
        )

    def _alert(self, cause, *, name, description, next_step, record=None):
        """Tell the integration group once per cause and day."""
        self.env["integrator.alert"].sudo()._report(
            f"amazon:{self.id}:{cause}",
            name=name,
            description=description,
            next_step=next_step,
            record=record or self,
            company=self.company_id,
        )

    def _alert_now(self, cause, **texts):
        """Do the same in a transaction that outlives that of a job put off."""
        with autonomous(self.env) as env:
            self.with_env(env)._alert(cause, **texts)

    def _resolve_alert(self, cause):
        self.env["integrator.alert"].sudo()._resolve(f"amazon:{self.id}:{cause}")

    # === ACTIONS === #

    def action_test_connection(self):
        """Sign in and read the marketplaces of the account; show what came out."""
        self.ensure_one()
        operation = "getMarketplaceParticipations"
        try:
            found = self._request(
                operation, lambda client: client.get_marketplace_participations(), self
            )
        except (errors.SpApiError, UserError) as error:
            self._set_connection("error", str(error))
            return self._notify("danger", str(error))
        self._adopt_marketplaces(found)
        names = ", ".join(item.name for item in found if item.participating)
        message = self.env._("Connected. Amazon knows you in: %s", names)
        self._set_connection("ok", message)
        for cause in ("no-access", "no-answer"):
            self._resolve_alert(cause)
        self._wake_jobs()
        return self._notify("success", message)

    def _adopt_marketplaces(self, participations):
        """Choose the marketplaces that Amazon named, when none was chosen yet.

        One that Odoo does not know yet is added: Amazon opens new ones.
        """
        shops = self.env["amazon.marketplace"].with_context(active_test=False).sudo()
        for item in participations:
            if not shops.search_count([("marketplace_id", "=", item.marketplace_id)]):
                shops.create(self._prepare_marketplace_vals(item))
        if not self.marketplace_ids:
            codes = [p.marketplace_id for p in participations if p.participating]
            self.marketplace_ids = shops.search([("marketplace_id", "in", codes)])

    def _prepare_marketplace_vals(self, item):
        country = self.env["res.country"].search([("code", "=", item.country_code)])
        currency = self.env["res.currency"].with_context(active_test=False)
        return {
            "name": item.name,
            "marketplace_id": item.marketplace_id,
            "code": item.country_code,
            "country_id": country.id,
            "region": self.region,
            "currency_id": currency.search([("name", "=", item.currency_code)]).id,
            "language_tag": item.language_code,
            "domain": item.domain_name,
        }

    def _notify(self, kind, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": message,
                "type": kind,
                "sticky": kind != "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _wake_jobs(self):
        """Let jobs that wait for access to this account run now."""
        self.env["amazon.rate.budget"].sudo().search(
            [("account_id", "=", self.id)]
        ).write({"blocked_until": False, "failures": 0})
        self.env["queue.job"].sudo().search(
            [
                ("channel", "=like", "root.amazon%"),
                ("state", "=", "pending"),
                ("exc_name", "=", False),
                ("eta", ">", fields.Datetime.now()),
                ("retry", "=", 0),
                ("method_name", "in", self._get_woken_jobs()),
            ]
        ).write({"eta": False})

    @api.model
    def _get_woken_jobs(self):
        """Return the methods of jobs worth trying again once Amazon answers."""
        return ["_job_upload", "_job_submit", "_job_poll", "_job_fetch_result"]

    def action_view_feeds(self):
        """Open the feeds of this account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Feeds"),
            "res_model": "amazon.feed",
            "view_mode": "list,form",
            "domain": [("account_id", "=", self.id)],
        }

    # === DISPATCH === #

    @api.model
    def _on_product_rows(self, rows):
        """Plan the dispatch of new rows, in the transaction that wrote them."""
        mine = rows.filtered(lambda row: row.site_name in (False, "amazon"))
        if not mine:
            return
        manual = any(row.mode == "manual" for row in mine)
        delay = 0 if manual else self._get_dispatch_delay()
        self.env["product.integration"]._enqueue_dispatch(delay)

    @api.model
    def _get_dispatch_delay(self):
        intervals = (
            self.sudo().search([("automatic", "=", True)]).mapped("sync_interval")
        )
        return min(intervals, default=0)

    @api.model
    def _as_system(self):
        """Return this model as the system user: jobs act for no person."""
        return self.with_user(SUPERUSER_ID).with_context(allowed_company_ids=None)
