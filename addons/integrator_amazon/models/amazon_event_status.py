# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import BUSY_WAIT
from ..enqueue import enqueue_once

DISPATCH_BATCH = 2000

AMAZON_STATUS = [
    ("submitted", "Submitted"),
    ("pending", "Pending"),
    ("success", "Success"),
    ("error", "Error"),
]


class AmazonEventStatus(models.AbstractModel):
    """What became of an event at Amazon; mixed into both integration tables.

    One event can concern several accounts and marketplaces. What is sent for it
    is a row of ``amazon.feed.message`` each; the columns here show the worst of
    them, else the one that is furthest behind.
    """

    _name = "amazon.event.status"
    _description = "Status of an Event at Amazon"

    # Table that joins the events with their messages, columns event_id, message_id.
    _amazon_message_rel = None

    amazon_status = fields.Selection(
        AMAZON_STATUS,
        readonly=True,
        index=True,
        help="Empty: recorded. Submitted: Amazon accepted the request. Pending: "
        "Amazon works on it. Error: needs a person, the reason is beside it.",
    )
    amazon_status_data = fields.Text(string="What Amazon Said", readonly=True)
    amazon_status_timestamp = fields.Datetime(
        string="Amazon Status Since", readonly=True
    )
    amazon_dispatched = fields.Boolean(readonly=True)

    def action_view_amazon_messages(self):
        """Open what was sent to Amazon for these events."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sent to Amazon"),
            "res_model": "amazon.feed.message",
            "view_mode": "list,form",
            "domain": [("id", "in", self.amazon_message_ids.ids)],
        }

    def action_amazon_retry(self):
        """Send what ended in an error once more, with the values of now."""
        failed = self.amazon_message_ids.filtered(lambda m: m.state == "error")
        return failed.action_retry()

    # === DISPATCH === #

    @api.model
    def _enqueue_dispatch(self, delay=0):
        """Let a job dispatch new events in *delay* seconds, unless one waits."""
        key = f"amazon-dispatch-{self._name}-{'later' if delay else 'now'}"

        def enqueue(env):
            system = env["amazon.account"]._as_system().env[self._name]
            job = system.with_delay(eta=delay, identity_key=key, max_retries=0)
            job._job_dispatch()

        enqueue_once(self.env, key, enqueue)

    @api.model
    def _job_dispatch(self):
        """Dispatch recorded events to the Amazon accounts they concern"""
        self._lock_dispatch()
        events = self._claim_undispatched(DISPATCH_BATCH)
        if not events:
            return "Nothing to dispatch."
        messages = self._fan_out(events)
        self._settle_unconcerned(events)
        if len(events) == DISPATCH_BATCH:
            self._enqueue_dispatch()
        self.env["amazon.feed"]._enqueue_builds([("id", "in", messages.ids)])
        return f"{len(events)} events, {len(messages)} messages."

    @api.model
    def _job_on_fail_dispatch(self, exc_info=None, exc_name=None, exc_message=None):
        """Report work that broke for all accounts; the watchdog tries it again."""
        if (exc_name or "").startswith("psycopg2"):
            return
        self.env["integrator.alert"].sudo()._report(
            f"amazon:dispatch:{exc_name}",
            name=self.env._("Changes cannot be prepared for Amazon"),
            description=str(exc_message),
            next_step=self.env._(
                "Nothing is lost: it is tried again every minute. If it keeps "
                "failing, show the failed job to your administrator."
            ),
        )

    @api.model
    def _fan_out(self, events):
        """Make the messages that *events* call for; capabilities extend this.

        :return: recordset of ``amazon.feed.message``
        """
        return self.env["amazon.feed.message"]

    @api.model
    def _resume_dispatch(self):
        """Dispatch events whose job was missed.

        An event that joined a job which was just starting is seen by no job.
        """
        age = self.env["amazon.account"]._get_dispatch_delay()
        limit = fields.Datetime.now() - timedelta(seconds=age)
        if self.search_count(
            [
                ("amazon_dispatched", "=", False),
                ("site_name", "in", (False, "amazon")),
                ("operation_timestamp", "<", limit),
            ],
            limit=1,
        ):
            self._enqueue_dispatch()

    def _lock_dispatch(self):
        # One dispatcher at a time: two would make the same listings.
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext(%s))",
            [f"amazon-dispatch-{self._name}"],
        )
        if not self.env.cr.fetchone()[0]:
            raise RetryableJobError(
                "Another job dispatches.", seconds=BUSY_WAIT, ignore_retry=True
            )

    def _claim_undispatched(self, limit):
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s SET amazon_dispatched = TRUE WHERE id IN (
                    SELECT id FROM %(table)s
                    WHERE amazon_dispatched IS NOT TRUE
                      AND (site_name IS NULL OR site_name = 'amazon')
                    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
                ) RETURNING id
                """,
                table=SQL.identifier(self._table),
                limit=limit,
            )
        )
        return self.browse(sorted(row[0] for row in self.env.cr.fetchall()))

    def _settle_unconcerned(self, events):
        """Close the events for which there is nothing to send to Amazon."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s AS event
                   SET amazon_status = 'success', amazon_status_data = %(text)s,
                       amazon_status_timestamp = now() AT TIME ZONE 'UTC'
                 WHERE id = ANY(%(ids)s) AND NOT EXISTS (
                    SELECT 1 FROM %(rel)s AS rel WHERE rel.event_id = event.id)
                """,
                table=SQL.identifier(self._table),
                rel=SQL.identifier(self._amazon_message_rel),
                text=self.env._("Nothing to send: not offered on Amazon."),
                ids=events.ids,
            )
        )
        events.invalidate_recordset()

    # === STATUS === #

    @api.model
    def _refresh_amazon_status(self, message_ids):
        """Work out the status of all events of these messages anew, in one query.

        Every event is written, even when its status stays: of two transactions
        that each settle one of its messages the second must fail and be run again,
        or neither would see that both are settled.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH concerned AS (
                    SELECT DISTINCT event_id FROM %(rel)s
                    WHERE message_id = ANY(%(ids)s)
                ), standing AS (
                    SELECT rel.event_id, CASE
                        WHEN bool_or(m.state = 'error') THEN 'error'
                        WHEN bool_or(m.state IN ('waiting', 'preview', 'sending'))
                            THEN NULL
                        WHEN bool_or(m.state = 'submitted') THEN 'submitted'
                        WHEN bool_or(m.state = 'pending') THEN 'pending'
                        ELSE 'success' END AS status
                    FROM concerned JOIN %(rel)s rel USING (event_id)
                    JOIN amazon_feed_message m ON m.id = rel.message_id
                    GROUP BY rel.event_id
                ), said AS (
                    SELECT standing.event_id, standing.status,
                           left(string_agg(DISTINCT m.result, E'\n'), 4000) AS text
                    FROM standing JOIN %(rel)s rel USING (event_id)
                    JOIN amazon_feed_message m ON m.id = rel.message_id
                     AND (m.state = standing.status OR standing.status IS NULL)
                    GROUP BY standing.event_id, standing.status
                )
                UPDATE %(table)s AS event
                   SET amazon_status = said.status, amazon_status_data = said.text,
                       amazon_status_timestamp = CASE
                           WHEN event.amazon_status IS DISTINCT FROM said.status
                           THEN now() AT TIME ZONE 'UTC'
                           ELSE event.amazon_status_timestamp END
                  FROM said WHERE said.event_id = event.id
                """,
                table=SQL.identifier(self._table),
                rel=SQL.identifier(self._amazon_message_rel),
                ids=list(message_ids),
            )
        )
        self.invalidate_model(
            ["amazon_status", "amazon_status_data", "amazon_status_timestamp"]
        )

    @api.model
    def _get_retention_domain(self):
        # An event in error waits for a person, however old it is.
        return super()._get_retention_domain() & fields.Domain(
            "amazon_status", "!=", "error"
        )
