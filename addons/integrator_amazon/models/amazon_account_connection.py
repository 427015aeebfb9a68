# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import (
    ACCESS_WAIT,
    HOLD_WAIT,
    LWA_ENDPOINT,
    SENDING_OPERATIONS,
    SPAPI_ENDPOINTS,
)
from ..spapi import Endpoint, SellingPartnerClient, errors
from ..spapi.bucket import NORMAL
from ..token_store import DatabaseTokenStore
from ..transaction import autonomous

FAILURES_BEFORE_ALERT = 4


class AmazonAccountConnection(models.Model):
    """How an account talks to Amazon: one door for every call."""

    _inherit = "amazon.account"

    spapi_endpoint = fields.Char(
        string="Selling Partner API Address",
        groups="base.group_system",
        help="Only to address a stand-in for Amazon; {region} in it stands for the "
        "selling region. Empty: Amazon's own address.",
    )
    lwa_endpoint = fields.Char(
        string="Sign-in Address",
        groups="base.group_system",
        help="Only to address a stand-in for Amazon. Empty: Amazon's own address.",
    )
    seller_central_endpoint = fields.Char(
        string="Seller Central Address",
        groups="base.group_system",
        help="Only to address a stand-in for Amazon. Empty: that of the home "
        "marketplace.",
    )
    ca_certificate = fields.Text(
        string="CA Certificate",
        groups="base.group_system",
        help="Certificate authority (PEM) of the stand-in.",
    )
    call_timeout = fields.Integer(
        string="Longest Wait for an Answer (s)",
        default=30,
        help="A call that takes longer is given up; Amazon is asked what became of it.",
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

    _timeout_positive = models.Constraint(
        "CHECK (call_timeout BETWEEN 1 AND 300)",
        "Wait for an answer for 1 to 300 seconds.",
    )

    # === CLIENT === #

    def _get_client(self, on_call=None, region=None):
        """Return a client signed in as this account; close it after use.

        :param region: another region than that of the account, to look there
        :raise UserError: a key is missing
        """
        account = self.sudo()
        return SellingPartnerClient(
            account._get_credentials(),
            account._get_endpoint(region or account.region),
            seller_id=account.seller_id,
            marketplace_id=account._get_home_marketplace().marketplace_id or "",
            on_call=on_call,
            timeout=float(account.call_timeout),
            token_store=DatabaseTokenStore(self.env),
        )

    def _get_endpoint(self, region):
        own = self.spapi_endpoint and self.spapi_endpoint.replace("{region}", region)
        return Endpoint(
            spapi=own or SPAPI_ENDPOINTS[region],
            lwa=self.lwa_endpoint or LWA_ENDPOINT,
            ca_certificate=self.ca_certificate or None,
        )

    def _get_home_marketplace(self):
        return self.home_marketplace_id or self.marketplace_ids[:1]

    # === ONE CALL === #

    def _request(self, operation, function, record=None, announce=False, region=None):
        """Run *function(client)* as one call of *operation*, logged.

        :param record: record for which the call is made, for the log
        :param announce: the call must not happen twice: commit the intent first, and
            the answer (a text) as soon as it is here
        :return: what *function* returns
        :raise spapi.errors.SpApiError: Amazon did not do it
        :raise UserError: a key is missing
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
            with self._get_client(on_call, region) as client:
                result = function(client)
        except errors.SpApiError as error:
            if intent_id:
                calls._settle(intent_id, error)
            raise
        if intent_id:
            calls._keep_answer(intent_id, result)
        return result

    def _call(self, operation, function, record=None, announce=False, priority=NORMAL):
        """Do the same as ``_request`` from a job: what time heals becomes a retry.

        :param priority: who comes first when tokens are scarce, see ``spapi.bucket``
        :raise RetryableJobError: stopped, no token left, throttled, no answer, no
            access; the wait is in it, and it does not count as a failed try
        :raise spapi.errors.RejectedError: Amazon refused what was asked
        :raise spapi.errors.DocumentRefusedError: a document address has run out
        """
        self._hold(operation)
        self._wait_for_token(operation, priority)
        try:
            result = self._request(operation, function, record, announce)
        except errors.ThrottledError as error:
            wait = self.env["amazon.rate.budget"].sudo()._exhaust(self, operation)
            self._retry(error, self._spread(wait or 1))
        except (errors.UnavailableError, errors.CertificateError) as error:
            self._put_off(operation, error)
        except (errors.SignInError, errors.AccessDeniedError, UserError) as error:
            self._note_no_access(operation, error)
            self._retry(error, ACCESS_WAIT)
        self._note_access(operation)
        return result

    def _hold(self, operation):
        """Let no call out that the account's switches forbid.

        Switches are read in a transaction of their own: a job that began before one
        was thrown must see it.

        :raise RetryableJobError: not now
        """
        with autonomous(self.env) as env:
            reason = self.with_env(env)._explain_hold(operation)
        if reason:
            raise RetryableJobError(reason, seconds=HOLD_WAIT, ignore_retry=True)

    def _explain_hold(self, operation):
        if self.mode == "stopped" or not self.active:
            return self.env._("%s is stopped: it waits.", self.name)
        if self.mode == "shadow" and operation in SENDING_OPERATIONS:
            return self.env._("%s only shows a preview: nothing is sent.", self.name)
        return ""

    def _wait_for_token(self, operation, priority):
        budgets = self.env["amazon.rate.budget"].sudo()
        wait = budgets._take(self, operation, priority)
        if wait:
            text = self.env._(
                "%(operation)s: Amazon's limit is used up, next call in %(seconds)d s.",
                operation=operation,
                seconds=wait + 1,
            )
            raise RetryableJobError(text, seconds=self._spread(wait), ignore_retry=True)

    @staticmethod
    def _spread(seconds):
        """Return whole seconds a little above, so that waiters do not all come back
        at once."""
        return int(seconds) + 1 + random.randint(0, max(1, int(seconds) // 10))

    @staticmethod
    def _retry(error, seconds):
        raise RetryableJobError(
            str(error), seconds=seconds, ignore_retry=True
        ) from error

    def _put_off(self, operation, error):
        budgets = self.env["amazon.rate.budget"].sudo()
        wait, failures = budgets._note_failure(self, operation)
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
        self._retry(error, self._spread(wait))

    def _note_no_access(self, operation, error):
        with autonomous(self.env) as env:
            account = self.with_env(env)
            # Once: a person who tests the connection meanwhile writes it, too.
            if account.connection_state != "error":
                account._set_connection("error", str(error))
        # A role may be missing for this operation, while the others work.
        alone = isinstance(error, errors.AccessDeniedError)
        self._alert_now(
            f"no-access:{operation}" if alone else "no-access",
            name=self.env._("Amazon refuses access: %s", self.name),
            description=str(error),
            next_step=self.env._(
                "Open the account, check its keys and the roles of the app in Seller "
                "Central, then test the connection. What waits is sent afterwards."
            ),
        )

    def _note_access(self, operation):
        """Close the alerts of what is over now that *operation* was answered, whatever
        becomes of the job.

        In a transaction of its own: with the job's, they would stay open for good if
        it is put off, and block whoever alerts anew in the same job.
        """
        with autonomous(self.env) as env:
            account = self.with_env(env)
            if account.connection_state != "ok":
                account._set_connection("ok", self.env._("Connected."))
            account._resolve_alert("no-access", f"no-access:{operation}")
            if not account._is_out_elsewhere():
                account._resolve_alert("no-answer")

    def _is_out_elsewhere(self):
        """Return whether Amazon leaves calls of some operation without an answer."""
        return bool(
            self.env["amazon.rate.budget"]
            .sudo()
            .search_count(
                [
                    ("account_id", "=", self.id),
                    ("failures", ">=", FAILURES_BEFORE_ALERT),
                ],
                limit=1,
            )
        )

    def _set_connection(self, state, message):
        self.write(
            {
                "connection_state": state,
                "connection_message": message,
                "connection_date": fields.Datetime.now(),
            }
        )

    # === ALERTS === #

    def _alert(self, cause, **texts):
        """Tell the integration group once per cause and day."""
        self._report_alert("_report", cause, **texts)

    def _alert_once(self, cause, **texts):
        """Tell the integration group once and for all."""
        self._report_alert("_report_once", cause, **texts)

    def _report_alert(
        self, method, cause, *, name, description, next_step, record=None
    ):
        alerts = self.env["integrator.alert"].sudo()
        getattr(alerts, method)(
            f"amazon:{self.id}:{cause}",
            name=name,
            description=description,
            next_step=next_step,
            record=record or self,
            company=self.company_id,
        )

    def _alert_now(self, cause, **texts):
        """Alert in a transaction that outlives that of a job put off."""
        with autonomous(self.env) as env:
            self.with_env(env)._alert(cause, **texts)

    def _resolve_alert(self, *causes):
        alerts = self.env["integrator.alert"].sudo()
        alerts._resolve(*[f"amazon:{self.id}:{cause}" for cause in causes])

    # === JOBS THAT WAIT === #

    def _wake_jobs(self):
        """Let jobs that wait for access to these accounts run, once this is committed.

        Earlier they would still find what held them back; and rows that other
        transactions write all the time are no part of this one.
        """

        @self.env.cr.postcommit.add
        def wake():
            with autonomous(self.env) as env:
                self.with_env(env)._wake_jobs_now()

    def _wake_jobs_now(self):
        budgets = self.env["amazon.rate.budget"].sudo()
        budgets.search([("account_id", "in", self.ids)])._unblock()
        self.env["queue.job"].sudo().search(
            [
                ("channel", "=like", "root.amazon%"),
                ("state", "=", "pending"),
                ("eta", ">", fields.Datetime.now()),
                ("method_name", "in", self._get_woken_jobs()),
            ]
        ).write({"eta": False})

    @api.model
    def _get_woken_jobs(self):
        """Return the methods of jobs worth trying again once Amazon answers."""
        models_ = ("amazon.feed", "amazon.report")
        steps = {job for m in models_ for job in self.env[m]._steps.values()}
        return sorted({*steps, "_job_run"})
