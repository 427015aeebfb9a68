# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timezone

from odoo import api, fields, models

from ..const import OPERATION_RATES, OUTAGE_FIRST_WAIT, OUTAGE_LONGEST_WAIT
from ..spapi.bucket import NORMAL, URGENT, TokenBucket
from ..transaction import autonomous

STATE = ("rate", "burst", "tokens", "since", "share", "blocked_until", "next_slot")


class AmazonRateBudget(models.Model):
    """Token bucket of one account and operation, shared by all workers.

    All its methods run in a transaction of their own: a token is spent at the
    moment of the call, whatever becomes of the job around it. Time is that of
    PostgreSQL: the nodes need not agree on theirs.
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
    burst = fields.Integer(
        string="Calls at Once", help="Calls that can be made at once after a rest."
    )
    tokens = fields.Float(help="Calls left when they were last counted.")
    since = fields.Float(help="When they were counted, in seconds since 1970.")
    share = fields.Float(
        string="Our Share",
        default=1.0,
        help="Part of what Amazon allows that is left for Odoo. Below 100% while "
        "another program of yours calls Amazon too.",
    )
    blocked_until = fields.Float(help="No call before, in seconds since 1970.")
    next_slot = fields.Float(help="When the last that waits is to come back.")
    left = fields.Float(
        string="Calls Left", compute="_compute_left", digits=(16, 1), compute_sudo=True
    )
    next_free = fields.Datetime(
        compute="_compute_left",
        compute_sudo=True,
        help="When the next call can be made. Empty: now.",
    )
    failures = fields.Integer(
        string="Failures in a Row", help="Calls in a row that Amazon did not answer."
    )
    used_day = fields.Date(string="Day")
    used_today = fields.Integer(compute="_compute_left", compute_sudo=True)
    used = fields.Integer(string="Used on That Day")
    removal_date = fields.Date(
        compute="_compute_removal_date",
        help="Amazon has announced that this operation ends then.",
    )

    _operation_uniq = models.Constraint(
        "UNIQUE (account_id, operation)", "An account has one budget per operation."
    )

    @api.depends("tokens", "since", "share", "blocked_until", "used", "used_day")
    def _compute_left(self):
        now, today = self._now(), fields.Date.today()
        for budget in self:
            bucket = budget._as_bucket()
            wait = bucket.wait(now, URGENT)
            moment = datetime.fromtimestamp(now + wait, timezone.utc)
            budget.left = bucket.left(now)
            budget.next_free = moment.replace(tzinfo=None) if wait else False
            budget.used_today = budget.used if budget.used_day == today else 0

    def _compute_removal_date(self):
        dates = self.env["amazon.deprecation"].sudo()._get_dates("operation")
        for budget in self:
            budget.removal_date = dates.get(budget.operation, False)

    # === WHAT CALLS ASK FOR === #

    @api.model
    def _take(self, account, operation, priority=NORMAL):
        """Spend one token of *operation*, if there is one for this *priority*.

        :param priority: ``URGENT``, ``NORMAL`` or ``BULK`` of ``spapi.bucket``
        :return: seconds to wait, 0.0 when the call may be made now
        """
        if operation not in OPERATION_RATES:
            return 0.0
        with autonomous(self.env) as env:
            budget, now = env[self._name]._lock(account, operation)
            bucket = budget._as_bucket()
            wait = bucket.take(now, priority)
            budget._store(bucket)
            if not wait:
                budget._count_call()
            return wait

    @api.model
    def _peek(self, account, operation, priority=NORMAL):
        """Return the seconds until *operation* may be called; spends nothing."""
        if operation not in OPERATION_RATES:
            return 0.0
        with autonomous(self.env) as env:
            budget, now = env[self._name]._lock(account, operation)
            return budget._as_bucket().wait(now, priority)

    @api.model
    def _note_answer(self, account, operation, rate=None):
        """Note that Amazon answered; adopt the rate (calls per second) it named."""
        with autonomous(self.env) as env:
            budget, _now = env[self._name]._lock(account, operation)
            bucket = budget._as_bucket()
            if bucket.note_success(rate):
                budget._store(bucket)
            if budget.failures:
                budget.failures = 0

    @api.model
    def _exhaust(self, account, operation):
        """Empty the bucket: Amazon said that the quota is used up.

        :return: seconds until one token has grown again
        """
        with autonomous(self.env) as env:
            budget, now = env[self._name]._lock(account, operation)
            bucket = budget._as_bucket()
            wait = bucket.exhaust(now)
            budget._store(bucket)
            return wait

    @api.model
    def _note_failure(self, account, operation):
        """Count a call that Amazon did not answer and hold the next one back.

        :return: tuple (seconds to wait, number of failures in a row)
        """
        with autonomous(self.env) as env:
            budget, now = env[self._name]._lock(account, operation)
            budget.failures += 1
            doubled = OUTAGE_FIRST_WAIT * 2 ** min(budget.failures - 1, 10)
            wait = min(OUTAGE_LONGEST_WAIT, doubled)
            budget.blocked_until = now + wait
            return wait, budget.failures

    def _unblock(self):
        """Let calls that an outage held back be made now."""
        self.write({"blocked_until": 0.0, "next_slot": 0.0, "failures": 0})

    # === THE ROW === #

    def _lock(self, account, operation):
        """Return the locked budget row and PostgreSQL's time once it is locked.

        The row is made from Amazon's table on first use.

        :return: tuple (budget, seconds since 1970)
        """
        rate, burst = OPERATION_RATES.get(operation, (0.0, 0))
        self.env.cr.execute(
            """
            INSERT INTO amazon_rate_budget (account_id, company_id, operation, rate,
                burst, tokens, since, share, blocked_until, next_slot, failures, used)
            VALUES (%s, %s, %s, %s, %s, %s, 0, 1, 0, 0, 0, 0)
            ON CONFLICT (account_id, operation) DO NOTHING
            """,
            [account.id, account.company_id.id, operation, rate, burst, burst],
        )
        self.env.cr.execute(
            """
            SELECT id FROM amazon_rate_budget
            WHERE account_id = %s AND operation = %s FOR NO KEY UPDATE
            """,
            [account.id, operation],
        )
        return self.browse(self.env.cr.fetchone()[0]), self._now()

    @api.model
    def _now(self):
        # Not now(): that is when the transaction began, before the wait for the lock.
        self.env.cr.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        return self.env.cr.fetchone()[0]

    def _as_bucket(self):
        return TokenBucket(**{name: self[name] for name in STATE})

    def _store(self, bucket):
        self.write({name: getattr(bucket, name) for name in STATE})

    def _count_call(self):
        today = fields.Date.today()
        used = self.used if self.used_day == today else 0
        self.write({"used": used + 1, "used_day": today})
