# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ..const import OPERATION_RATES, OUTAGE_FIRST_WAIT, OUTAGE_LONGEST_WAIT
from ..transaction import autonomous


class AmazonRateBudget(models.Model):
    """Token bucket of one account and operation, shared by all workers.

    All its methods run in a transaction of their own: a token is spent at the
    moment of the call, whatever becomes of the job around it.
    """

    _name = "amazon.rate.budget"
    _description = "Amazon Call Budget"
    _order = "account_id, operation"
    _rec_name = "operation"

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    operation = fields.Char(required=True, help="Name of the operation at Amazon.")
    rate = fields.Float(
        string="Calls per Second",
        digits=(16, 4),
        help="As Amazon allows it. Learnt from Amazon's answers.",
    )
    burst = fields.Integer(help="Calls that can be made at once after a rest.")
    tokens = fields.Float(
        string="Calls Left", help="As of the last call; refills with time."
    )
    refill_date = fields.Datetime(string="Last Call")
    blocked_until = fields.Datetime(
        string="Next Free", help="No call is made before this time."
    )
    failures = fields.Integer(
        string="Failures in a Row", help="Calls in a row that Amazon did not answer."
    )
    used_day = fields.Date(string="Day")
    used_today = fields.Integer(help="Calls made on the day of the last call.")

    _operation_uniq = models.Constraint(
        "UNIQUE (account_id, operation)", "An account has one budget per operation."
    )

    @api.model
    def _take(self, account, operation):
        """Spend one token of *operation*, if there is one.

        :return: seconds to wait, 0.0 when the call may be made now
        """
        if operation not in OPERATION_RATES:
            return 0.0
        with autonomous(self.env) as env:
            return env[self._name]._lock(account, operation)._spend()

    @api.model
    def _peek(self, account, operation):
        """Return the seconds until *operation* may be called; spends nothing."""
        if operation not in OPERATION_RATES:
            return 0.0
        with autonomous(self.env) as env:
            return env[self._name]._lock(account, operation)._refill()

    @api.model
    def _note_answer(self, account, operation, rate=None):
        """Note that Amazon answered; adopt the rate (calls per second) it named."""
        with autonomous(self.env) as env:
            budget = env[self._name]._lock(account, operation)
            changes = {"failures": 0} if budget.failures else {}
            if rate and abs(budget.rate - rate) > 0.00005:
                changes["rate"] = rate
            if changes:
                budget.write(changes)

    @api.model
    def _exhaust(self, account, operation):
        """Empty the bucket: Amazon said that the quota is used up.

        :return: seconds until one token has grown again
        """
        with autonomous(self.env) as env:
            budget = env[self._name]._lock(account, operation)
            budget._refill()
            budget.tokens = 0.0
            return budget._seconds_to_token()

    @api.model
    def _note_failure(self, account, operation):
        """Count a call that Amazon did not answer and hold the next one back.

        :return: tuple (seconds to wait, number of failures in a row)
        """
        with autonomous(self.env) as env:
            budget = env[self._name]._lock(account, operation)
            budget.failures += 1
            wait = min(
                OUTAGE_LONGEST_WAIT,
                OUTAGE_FIRST_WAIT * 2 ** min(budget.failures - 1, 10),
            )
            budget._block(wait)
            return wait, budget.failures

    def _lock(self, account, operation):
        """Return the locked budget row, made from Amazon's table on first use."""
        rate, burst = OPERATION_RATES.get(operation, (0.0, 0))
        self.env.cr.execute(
            """
            INSERT INTO amazon_rate_budget (
                account_id, company_id, operation, rate, burst, tokens, refill_date,
                failures, used_today
            ) VALUES (%s, %s, %s, %s, %s, %s, now() AT TIME ZONE 'UTC', 0, 0)
            ON CONFLICT (account_id, operation) DO NOTHING
            """,
            [account.id, account.company_id.id, operation, rate, burst, burst],
        )
        self.env.cr.execute(
            """
            SELECT id FROM amazon_rate_budget
            WHERE account_id = %s AND operation = %s FOR UPDATE
            """,
            [account.id, operation],
        )
        return self.browse(self.env.cr.fetchone()[0])

    def _refill(self):
        """Let tokens grow for the time gone by; return the seconds to wait."""
        now = fields.Datetime.now()
        elapsed = max(0.0, (now - (self.refill_date or now)).total_seconds())
        self.tokens = min(self.burst, self.tokens + elapsed * self.rate)
        self.refill_date = now
        blocked = (
            (self.blocked_until - now).total_seconds() if self.blocked_until else 0
        )
        return max(0.0, blocked, self._seconds_to_token())

    def _seconds_to_token(self):
        missing = 1.0 - self.tokens
        return max(0.0, missing / self.rate) if missing > 1e-6 and self.rate else 0.0

    def _spend(self):
        wait = self._refill()
        if wait:
            return wait
        today = fields.Date.today()
        self.write(
            {
                "tokens": self.tokens - 1.0,
                "used_today": (self.used_today if self.used_day == today else 0) + 1,
                "used_day": today,
            }
        )
        return 0.0

    def _block(self, seconds):
        """Let no call of this operation start for so many *seconds*."""
        self.blocked_until = fields.Datetime.now() + timedelta(seconds=seconds)
