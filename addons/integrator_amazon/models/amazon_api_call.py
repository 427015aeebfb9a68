# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.integrator.redaction import mask

from ..spapi import errors
from ..transaction import autonomous

# So many are deleted in one transaction.
MOST_AT_ONCE = 10000


class AmazonApiCall(models.Model):
    """One request to Amazon, and the proof of intent of those that write.

    The row of a call that must not happen twice is committed before the call, and
    Amazon's answer into it at once. If the job's own transaction is lost after the
    answer, the answer is found here (``_get_answer``). If the worker dies, or the
    answer is lost, the row says so, and whoever tries again asks Amazon first
    (``_get_doubtful``).
    """

    _name = "amazon.api.call"
    _description = "Amazon Call"
    _order = "id desc"
    _rec_name = "operation"

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    operation = fields.Char(required=True, index=True)
    method = fields.Char()
    path = fields.Char(help="Address of the call, without parameters.")
    status = fields.Integer(help="HTTP status of Amazon's answer; 0: no answer.")
    outcome = fields.Selection(
        [
            ("open", "Not Answered Yet"),
            ("done", "Done"),
            ("refused", "Not Carried Out"),
            ("unknown", "Unknown"),
        ],
        required=True,
        help="Unknown: the answer was lost. Amazon is asked before anything is "
        "sent again.",
    )
    error = fields.Char(string="What Amazon Said")
    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    duration = fields.Float(string="Duration (s)", digits=(16, 3))
    end_date = fields.Datetime(compute="_compute_end_date")
    request_id = fields.Char(
        string="Request ID", help="Amazon's support asks for this number."
    )
    answer = fields.Char(help="What Amazon made of it, like the ID of a feed.")
    request_bytes = fields.Integer()
    response_bytes = fields.Integer()
    record_model = fields.Char()
    record_id = fields.Many2oneReference(model_field="record_model")
    job_uuid = fields.Char(string="Job", index="btree_not_null")

    _record_idx = models.Index("(record_model, record_id, operation)")

    @api.depends("date", "duration")
    def _compute_end_date(self):
        for call in self:
            call.end_date = call.date + timedelta(seconds=call.duration)

    @api.model
    def _announce(self, account, operation, record):
        """Commit the intent to call *operation* for *record*; return its id."""
        with autonomous(self.env) as env:
            vals = self._prepare_vals(account, operation, record, "open")
            return env[self._name].create(vals).id

    @api.model
    def _log(self, account, call, record, intent_id=None):
        """Store a finished *call* (``spapi.Call``), in place of its intent if any."""
        outcome = "done" if call.error is None else "refused"
        vals = self._prepare_vals(account, call.operation, record, outcome)
        vals.update(
            method=call.method,
            path=call.path,
            status=call.status or 0,
            error=call.error and mask(call.error),
            duration=call.duration,
            request_id=call.request_id,
            request_bytes=call.request_bytes,
            response_bytes=call.response_bytes,
        )
        with autonomous(self.env) as env:
            if intent_id:
                # The verdict on an announced call is _settle's, which knows
                # whether a failed one may have been carried out.
                vals.update(outcome="open" if call.error else "done")
                env[self._name].browse(intent_id).write(vals)
            else:
                env[self._name].create(vals)

    @api.model
    def _settle(self, intent_id, error):
        """Say of an announced call that failed whether Amazon may have done it."""
        maybe_done = isinstance(error, errors.UnavailableError) and error.maybe_done
        with autonomous(self.env) as env:
            env[self._name].browse(intent_id).write(
                {
                    "outcome": "unknown" if maybe_done else "refused",
                    "error": mask(str(error)),
                }
            )

    def _prepare_vals(self, account, operation, record, outcome):
        return {
            "account_id": account.id,
            "operation": operation,
            "outcome": outcome,
            "record_model": record._name if record else False,
            "record_id": record.id if record else False,
            "job_uuid": self.env.context.get("job_uuid"),
        }

    @api.model
    def _keep_answer(self, intent_id, answer):
        """Commit what Amazon answered to an announced call."""
        with autonomous(self.env) as env:
            env[self._name].browse(intent_id).answer = answer

    @api.model
    def _get_answer(self, operation, record):
        """Return Amazon's answer to an announced call for *record*, or False."""
        domain = self._get_domain(operation, record)
        return self.sudo().search([*domain, ("answer", "!=", False)], limit=1).answer

    @api.model
    def _get_doubtful(self, operation, record):
        """Return the calls for *record* of which it is not known whether Amazon
        carried them out."""
        domain = self._get_domain(operation, record)
        return self.sudo().search(
            [*domain, ("outcome", "!=", "refused"), ("answer", "=", False)]
        )

    def _get_domain(self, operation, record):
        return [
            ("record_model", "=", record._name),
            ("record_id", "=", record.id),
            ("operation", "=", operation),
        ]

    def _conclude(self, outcome):
        """Record what Amazon, asked again, knows of these doubtful calls."""
        with autonomous(self.env) as env:
            self.with_env(env).write({"outcome": outcome})

    def action_open_job(self):
        """Open the job that made this call."""
        self.ensure_one()
        job = self.env["queue.job"].search([("uuid", "=", self.job_uuid)])
        return {
            "type": "ir.actions.act_window",
            "res_model": "queue.job",
            "res_id": job.id,
            "views": [(False, "form")],
        }

    def action_open_record(self):
        """Open the record for which this call was made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.record_model,
            "res_id": self.record_id,
            "views": [(False, "form")],
        }

    @api.autovacuum
    def _gc_calls(self):
        """Forget calls older than the account's limit."""
        done, full = 0, False
        for account in self.env["amazon.account"].search([]):
            limit = fields.Datetime.now() - timedelta(days=account.call_log_days)
            old = self.search(
                [
                    ("account_id", "=", account.id),
                    ("date", "<", limit),
                    # Of the others it is still to be found out what became of them.
                    ("outcome", "in", ("done", "refused")),
                ],
                order="id",
                limit=MOST_AT_ONCE,
            )
            done += len(old)
            full |= len(old) == MOST_AT_ONCE
            old.unlink()
        return done, int(full)
