# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import tempfile
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

from .. import archive
from ..const import (
    BUSY_WAIT,
    HOLD_WAIT,
    MOST_FETCHES,
    POLL_FIRST_WAIT,
    POLL_LONGEST_WAIT,
    RUNNING_JOB_STATES,
)
from ..spapi import errors
from ..spapi.bucket import NORMAL

DATABASE_ERRORS = ("psycopg2", "odoo.sql_db")


class AmazonExchange(models.AbstractModel):
    """A document that goes to Amazon or comes from there, one job per step.

    What feeds and reports have in common. Everything needed to go on is in the
    database: the job of a state can run twice, be killed, or vanish, and the watchdog
    starts the job of a state that has none.
    """

    _name = "amazon.exchange"
    _description = "Exchange of a Document with Amazon"
    _order = "id desc"

    # The job that carries the exchange on from each state; other states are ends.
    _steps = {}
    # What Amazon calls it, as in "amazon-feed-1": the name of its jobs.
    _job_prefix = None

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    priority = fields.Integer(default=NORMAL, readonly=True)
    processing_status = fields.Char(string="Amazon's Status", readonly=True)
    error = fields.Char(readonly=True)
    fetch_count = fields.Integer(readonly=True, help="How often it was fetched.")
    submit_date = fields.Datetime(readonly=True)
    poll_date = fields.Datetime(string="Last Asked", readonly=True)
    done_date = fields.Datetime(readonly=True)

    @api.model
    def _get_handlers(self, prefix, attribute):
        """Return what is declared: dict Amazon's name of a type -> handler model.

        Amazon's names are too long to be names of models.
        """
        models_ = (
            self.env[name] for name in self.env.registry if name.startswith(prefix)
        )
        return {
            getattr(model, attribute): model
            for model in models_
            if getattr(model, attribute)
        }

    # === STEPS === #

    def _enqueue_step(self, delay=0):
        """Let the job of this state carry the exchange on."""
        method = self._steps[self.state]
        system = self.env["amazon.account"]._as_system().env[self._name]
        delayable = system.browse(self.id).with_delay(
            eta=delay or None,
            identity_key=self._get_job_key(),
            max_retries=0,
            priority=5 + 5 * self.priority,
            description=self._describe_step(method),
        )
        getattr(delayable, method)()

    def _get_job_key(self):
        return f"{self._job_prefix}-{self.id}-{self._steps[self.state]}"

    def _describe_step(self, method):
        first_line = (getattr(type(self), method).__doc__ or method).splitlines()[0]
        return f"{first_line}: {self.display_name}"

    def _lock_in(self, *states, wait=False):
        """Return whether this exchange is in one of *states*, and lock it if so.

        The lock lasts for the whole job, the call to Amazon included.

        :param wait: until another worker is done, as a person would; a job comes back
        :raise RetryableJobError: another worker is at it
        """
        self.flush_recordset(["state"])
        self.env.cr.execute(
            SQL(
                "SELECT state FROM %s WHERE id = %s FOR NO KEY UPDATE %s",
                SQL.identifier(self._table),
                self.id,
                SQL() if wait else SQL("SKIP LOCKED"),
            )
        )
        found = self.env.cr.fetchone()
        if not found and self.exists():
            raise RetryableJobError(
                "Another job is at this step.", seconds=BUSY_WAIT, ignore_retry=True
            )
        return bool(found) and found[0] in states

    def _get_flows(self):
        """Return the flows this exchange belongs to."""
        return self.env["amazon.flow"]

    def _is_switched_off(self):
        """Return whether a flow of this exchange is switched off in the account.

        Unlike what the account itself forbids (``_call``), it may be undone here.
        """
        return not self.account_id._has_flow(self._get_flows())

    def _hold(self):
        """Wait until the flow is switched on again.

        :raise RetryableJobError: in any case
        """
        raise RetryableJobError(
            self.env._("Switched off on the account: it waits."),
            seconds=HOLD_WAIT,
            ignore_retry=True,
        )

    def _call(self, operation, function, announce=False):
        """Make one call for this exchange; see ``amazon.account._call``."""
        return self.account_id._call(
            operation, function, self, announce=announce, priority=self.priority
        )

    def _call_for_document(self, operation, function):
        """Move a document; an address that has run out is asked for anew.

        :raise RetryableJobError: later; Amazon's addresses live five minutes
        """
        try:
            return self._call(operation, function)
        except errors.DocumentRefusedError as error:
            self.account_id._put_off(operation, error)

    def _finish(self, state, **values):
        """Come to an end; return this exchange."""
        self.write({"state": state, "done_date": fields.Datetime.now(), **values})
        self.account_id._resolve_alert(self._get_stuck_cause())
        return self

    # === LOST ANSWERS === #

    def _find_lost(self, operation, search):
        """Return what an earlier call of *operation* for this exchange has made.

        Its answer may have arrived in a transaction that was rolled back, or never.

        :param search: function (since, UTC) -> Amazon's id, or None
        :return: Amazon's id, or None when Amazon surely has nothing of it
        :raise RetryableJobError: it is too early to be sure
        """
        calls = self.env["amazon.api.call"]
        answer = calls._get_answer(operation, self)
        doubtful = calls._get_doubtful(operation, self)
        if answer or not doubtful:
            return answer or None
        found = search(min(doubtful.mapped("date")) - timedelta(minutes=5))
        if found:
            doubtful._conclude("done")
            return found
        age = (fields.Datetime.now() - max(doubtful.mapped("end_date"))).total_seconds()
        grace = self.account_id.lost_answer_wait
        if age < grace:
            raise RetryableJobError(
                self.env._("Amazon's answer was lost; asking for it again."),
                seconds=int(grace - age) + 1,
                ignore_retry=True,
            )
        doubtful._conclude("refused")
        return None

    def _pick_unknown(self, found, id_field, id_of):
        """Return Amazon's id of the oldest of *found* that Odoo does not know."""
        ids = [id_of(item) for item in found]
        domain = [("account_id", "=", self.account_id.id), (id_field, "in", ids)]
        known = set(self.search(domain).mapped(id_field))
        unknown = [item for item in found if id_of(item) not in known]
        oldest = min(unknown, key=lambda item: item.created_time, default=None)
        return oldest and id_of(oldest)

    # === POLL === #

    def _get_poll_delay(self):
        """Return seconds until Amazon is asked again: half of the age, in bounds."""
        age = (fields.Datetime.now() - self.submit_date).total_seconds()
        shortest = min(POLL_FIRST_WAIT, self.account_id.sync_interval)
        return int(min(max(age / 2, shortest), POLL_LONGEST_WAIT))

    def _get_stuck_cause(self):
        return f"stuck:{self._name}:{self.id}"

    def _warn_if_stuck(self):
        limit = timedelta(hours=self.account_id.stuck_hours)
        if fields.Datetime.now() - self.submit_date > limit:
            self.account_id._alert(
                self._get_stuck_cause(),
                name=self.env._("Amazon is late with %s", self.display_name),
                description=self.env._(
                    "Accepted at %s and still not worked through.", self.submit_date
                ),
                next_step=self.env._(
                    "Odoo goes on asking. If it lasts for a day, open a case with "
                    "Amazon's support and name the number; or open it in Odoo and "
                    "press Give Up."
                ),
                record=self,
            )

    # === DOCUMENTS === #

    def _fetch(self, location, field, name):
        """Download a document and archive it before anything is read from it.

        :return: ``spapi.DownloadedDocument``
        """
        with tempfile.TemporaryFile() as target:
            facts = self._call_for_document(
                "downloadDocument",
                lambda client: client.download_document(location, target),
            )
            archive.keep(self, field, target, name)
        self.fetch_count += 1
        return facts

    def _fetch_again(self, state, error):
        """Fetch anew what cannot be read; some times, then give up."""
        if self.fetch_count < MOST_FETCHES:
            self.state = state
            self._enqueue_step(POLL_FIRST_WAIT)
            return str(error)
        return self._fail(
            self.env._("Amazon's answer could not be read: %s", str(error))
        )

    def _fail(self, text):
        """End this exchange with an error that a person must see."""
        self._finish("failed", error=text)
        return text

    # === WHEN A JOB BROKE OR VANISHED === #

    def _job_on_fail_step(self, exc_info=None, exc_name=None, exc_message=None):
        """Report a step that broke; a lost database heals by the watchdog."""
        if (exc_name or "").startswith(DATABASE_ERRORS):
            return
        for exchange in self:
            exchange.account_id._alert(
                f"job-failed:{exc_name}",
                name=self.env._("A job for Amazon failed: %s", exchange.display_name),
                description=str(exc_message),
                next_step=self.env._(
                    "It is tried again every few minutes. If it keeps failing, show "
                    "the job's details to your administrator."
                ),
                record=exchange,
            )

    @api.model
    def _resume_steps(self):
        """Start the job of each state that has none."""
        open_ones = self.search([("state", "in", list(self._steps))])
        keys = {item._get_job_key(): item for item in open_ones}
        alive = self.env["queue.job"]._read_group(
            [
                ("identity_key", "in", list(keys)),
                ("state", "in", RUNNING_JOB_STATES),
            ],
            ["identity_key"],
        )
        for key in keys.keys() - {row[0] for row in alive}:
            keys[key]._enqueue_step()

    # === ACTIONS === #

    def action_view_calls(self):
        """Open the calls made for this exchange."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Calls"),
            "res_model": "amazon.api.call",
            "view_mode": "list,form",
            "domain": [("record_model", "=", self._name), ("record_id", "=", self.id)],
        }

    def action_give_up(self):
        """Stop waiting for Amazon; what is not known to be done can be retried."""
        self.ensure_one()
        self._check_manager()
        if self.state not in self._steps:
            return
        text = self.env._("Given up by %s.", self.env.user.name)
        self.sudo()._fail(text)

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group("integrator.group_integration_manager"):
            raise AccessError(
                self.env._("Ask an Integration Manager: only they can do this.")
            )

    def _get_document_action(self, field):
        """Return an action that shows a kept document, unpacked, in the browser."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/amazon/document/{self._name}/{self.id}/{field}",
            "target": "new",
        }
