# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
import logging
from datetime import timedelta

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

from ..causes import as_cause
from ..const import BUSY_WAIT
from ..transaction import autonomous

_logger = logging.getLogger(__name__)

# A message of this lane is about everything of its key: no other may be in flight.
WHOLE = "whole"
FLAGS = ("forced", "isolated")
HELD_MINUTES = 60


class AmazonFeedMessage(models.Model):
    """One thing to be told to Amazon: one key (a SKU) of one lane and marketplace.

    A waiting message holds no values: they are read when the feed is built, so
    that changes made meanwhile are in it. While one is in flight, the next one of
    its key and lane waits: an older value never overtakes a newer one.
    """

    _name = "amazon.feed.message"
    _description = "Amazon Feed Message"
    _order = "id desc"
    _rec_name = "key"

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", index=True)
    marketplace_id = fields.Many2one("amazon.marketplace", required=True)
    feed_type = fields.Char(required=True)
    lane = fields.Char(
        required=True, help="Group of attributes, like content: sent together."
    )
    key = fields.Char(string="SKU", required=True)
    flow_id = fields.Many2one("amazon.flow")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("preview", "Preview"),
            ("sending", "Being Sent"),
            ("submitted", "Submitted"),
            ("pending", "Pending"),
            ("success", "Success"),
            ("error", "Error"),
        ],
        required=True,
        default="waiting",
        index=True,
    )
    held = fields.Boolean(
        readonly=True,
        help="It waits for something, which the result names; a new change of its key, "
        "or what it waits for, lets it go on.",
    )
    held_date = fields.Datetime(readonly=True)
    isolated = fields.Boolean(
        readonly=True,
        help="Sent on its own, because Amazon refused another lane sent with it.",
    )
    revision = fields.Integer(
        help="Grows with each change that joins this message while it waits."
    )
    forced = fields.Boolean(help="Send all values, even those Amazon has already.")
    operation = fields.Char(readonly=True)
    number = fields.Integer(readonly=True, help="Number of the message in its feed.")
    result = fields.Text(string="What Amazon Said")
    code = fields.Char(string="Amazon's Code", index="btree_not_null")
    cause = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="What this error has in common with others. Empty: nothing is wrong, or "
        "a newer message of the SKU has taken its place.",
    )
    feed_id = fields.Many2one("amazon.feed", index="btree_not_null", ondelete="cascade")
    product_event_ids = fields.Many2many(
        "product.integration",
        relation="amazon_feed_message_product_rel",
        column1="message_id",
        column2="event_id",
        string="Product Events",
    )
    order_event_ids = fields.Many2many(
        "order.integration",
        relation="amazon_feed_message_order_rel",
        column1="message_id",
        column2="event_id",
        string="Order Events",
    )

    _waiting_uniq = models.UniqueIndex(
        "(account_id, marketplace_id, feed_type, lane, key) WHERE state = 'waiting'"
    )
    _in_flight_uniq = models.UniqueIndex(
        "(account_id, marketplace_id, feed_type, lane, key)"
        " WHERE state IN ('sending', 'submitted', 'pending')"
    )

    _in_flight_key_idx = models.Index(
        "(account_id, marketplace_id, feed_type, key)"
        " WHERE state IN ('sending', 'submitted', 'pending')"
    )
    _open_error_idx = models.Index("(account_id, key) WHERE cause IS NOT NULL")
    _claimable_idx = models.Index(
        "(account_id, marketplace_id, feed_type, id)"
        " WHERE state = 'waiting' AND held IS NOT TRUE"
    )

    # === QUEUEING === #

    @api.model
    def _get_queue_columns(self):
        """Return the columns that ``_queue`` fills; capabilities add theirs."""
        return [
            "account_id",
            "company_id",
            "marketplace_id",
            "feed_type",
            "lane",
            "key",
            "flow_id",
            "forced",
        ]

    @api.model
    def _queue(self, vals_list):
        """Make one waiting message per entry, or join the one that waits already.

        Joining writes the waiting row: a feed build that has read older values in
        a transaction of its own then fails to serialise and reads again.

        :param vals_list: list of dicts with the queue columns, no key twice
        :return: recordset in the order of *vals_list*
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO amazon_feed_message (%(columns)s, state, revision,
                    create_date)
                SELECT %(columns)s, 'waiting', 0, now() AT TIME ZONE 'UTC'
                FROM jsonb_populate_recordset(
                    NULL::amazon_feed_message, %(values)s::jsonb)
                ON CONFLICT (account_id, marketplace_id, feed_type, lane, key)
                    WHERE state = 'waiting'
                DO UPDATE SET revision = amazon_feed_message.revision + 1,
                    forced = amazon_feed_message.forced OR EXCLUDED.forced,
                    held = FALSE
                RETURNING id
                """,
                columns=SQL(", ").join(map(SQL.identifier, self._get_queue_columns())),
                values=json.dumps(vals_list),
            )
        )
        self.invalidate_model(["revision", "forced", "held"])
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _link_events(self, event_model, pairs):
        """Join messages with the events they answer.

        :param pairs: iterable of (message id, event id)
        """
        pairs = list(pairs)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %s (message_id, event_id)
                SELECT * FROM unnest(%s::int[], %s::int[]) ON CONFLICT DO NOTHING
                """,
                SQL.identifier(self.env[event_model]._amazon_message_rel),
                [pair[0] for pair in pairs],
                [pair[1] for pair in pairs],
            )
        )
        self.invalidate_model(["product_event_ids", "order_event_ids"])

    @api.model
    def _claim(self, account, marketplace, feed_type, limit, lanes=None):
        """Lock waiting messages that no message in flight holds back.

        Those of flows that are switched off stay, and those that are held. The most
        urgent flows come first, then the oldest messages.

        :param lanes: only messages of these lanes
        """
        query = self._claimable(account, marketplace, feed_type, lanes)
        self.env.cr.execute(
            SQL(
                "SELECT m.id FROM %s ORDER BY flow.priority, m.id LIMIT %s"
                " FOR UPDATE OF m SKIP LOCKED",
                query,
                limit,
            )
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _count_claimable(self, account, marketplace, feed_type, lanes, limit):
        """Return how many messages ``_claim`` would find, counted up to *limit*."""
        query = self._claimable(account, marketplace, feed_type, lanes)
        self.env.cr.execute(
            SQL("SELECT count(*) FROM (SELECT 1 FROM %s LIMIT %s) AS m", query, limit)
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _claimable(self, account, marketplace, feed_type, lanes):
        self.flush_model()
        return SQL(
            """
            amazon_feed_message m
            LEFT JOIN amazon_flow flow ON flow.id = m.flow_id
            WHERE m.account_id = %s AND m.marketplace_id = %s AND m.feed_type = %s
              AND m.state = 'waiting' AND m.held IS NOT TRUE
              AND (%s::varchar[] IS NULL OR m.lane = ANY(%s::varchar[]))
              AND (m.flow_id IS NULL OR m.flow_id = ANY(%s))
              AND NOT EXISTS (
                SELECT 1 FROM amazon_feed_message flying
                WHERE flying.account_id = m.account_id
                  AND flying.marketplace_id = m.marketplace_id
                  AND flying.feed_type = m.feed_type AND flying.key = m.key
                  AND (flying.lane = m.lane OR %s IN (flying.lane, m.lane))
                  AND flying.state IN ('sending', 'submitted', 'pending'))
            """,
            account.id,
            marketplace.id,
            feed_type,
            lanes and list(lanes),
            lanes and list(lanes),
            account.flow_ids.ids,
            WHOLE,
        )

    # === HOLDING === #

    @api.model
    def _hold(self, reasons):
        """Let messages wait until what they wait for releases them.

        :param reasons: list of (message id, why, for a person)
        """
        self.env.cr.execute_values(
            """
            UPDATE amazon_feed_message AS m SET held = TRUE, result = v.reason,
                   held_date = now() AT TIME ZONE 'UTC'
              FROM (VALUES %s) AS v (id, reason) WHERE m.id = v.id
            """,
            reasons,
            page_size=5000,
        )
        self.invalidate_model(["held", "held_date", "result"])
        self.browse(reason[0] for reason in reasons)._refresh_events()

    @api.model
    def _release(self, domain):
        """Let the held messages of *domain* be looked at again: now, and once more when
        this transaction is committed.

        A build that runs beside it sees nothing of it, and may be about to hold a
        message that nobody would release then.
        """
        self._release_held(domain)
        self.env.cr.postcommit.add(lambda: self._release_late(domain))

    @api.model
    def _release_late(self, domain):
        """Release what builds hold that did not see the end of what they wait for.

        What a build has in hand this moment is released by a job when it is done.
        """
        try:
            with autonomous(self.env) as env:
                messages = env["amazon.account"]._as_system().env[self._name]
                if not messages._release_free(domain):
                    messages._enqueue_release(domain)
        except OperationalError as error:
            # What is left then is found by the watchdog, an hour later.
            _logger.info("Held messages could not be released: %s", error)

    @api.model
    def _enqueue_release(self, domain):
        digest = hashlib.sha256(json.dumps(domain, default=str).encode()).hexdigest()
        self.with_delay(
            eta=BUSY_WAIT, max_retries=0, identity_key=f"amazon-release-{digest}"
        )._job_release(domain)

    @api.model
    def _job_release(self, domain):
        """Look again at messages that a build has held meanwhile"""
        if not self._release_free(domain):
            raise RetryableJobError(
                "A build has some of them.", seconds=BUSY_WAIT, ignore_retry=True
            )
        return "Released."

    @api.model
    def _release_free(self, domain):
        """Release held messages, but for those that a build has in hand.

        Without waiting for a build: with locks in hand that could be a deadlock.

        :return: whether no build has any of them
        """
        waiting = self.search(
            fields.Domain(domain) & fields.Domain("state", "=", "waiting"), order="id"
        )
        self.env.cr.execute(
            "SELECT id FROM amazon_feed_message WHERE id = ANY(%s)"
            " FOR NO KEY UPDATE SKIP LOCKED",
            [waiting.ids],
        )
        free = [row[0] for row in self.env.cr.fetchall()]
        self.invalidate_model(["held", "state"])
        self._release_held([("id", "in", free)])
        return len(free) == len(waiting)

    @api.model
    def _release_held(self, domain):
        held = self.search(
            fields.Domain(domain)
            & fields.Domain("state", "=", "waiting")
            & fields.Domain("held", "=", True)
        )
        held.write({"held": False})
        builds = self.env["amazon.feed"].sudo()
        builds._enqueue_builds([("id", "in", held.ids)])

    @api.model
    def _release_old(self):
        """Look at held messages again after a while, whatever they wait for."""
        limit = fields.Datetime.now() - timedelta(minutes=HELD_MINUTES)
        self._release_held([("held_date", "<", limit)])

    def _put_back(self):
        """Let these messages wait again, joined with what waits already.

        For messages that Amazon never got: of feeds taken apart, and of previews.
        """
        self.flush_model()
        self.env.cr.execute(
            """
            SELECT m.id, coalesce(waiting.id, max(m.id) OVER (PARTITION BY
                m.account_id, m.marketplace_id, m.feed_type, m.lane, m.key))
            FROM amazon_feed_message m LEFT JOIN amazon_feed_message waiting
              ON waiting.state = 'waiting' AND waiting.account_id = m.account_id
             AND waiting.marketplace_id = m.marketplace_id
             AND waiting.feed_type = m.feed_type
             AND waiting.lane = m.lane AND waiting.key = m.key
            WHERE m.id = ANY(%s) AND m.state IN ('sending', 'preview')
            """,
            [self.ids],
        )
        pairs = self.env.cr.fetchall()
        self._join([pair for pair in pairs if pair[0] != pair[1]])
        self.browse(old for old, new in pairs if old == new)._wait_again()
        self.browse({new for _old, new in pairs})._refresh_events()

    def _wait_again(self):
        """Let these messages wait, which no other of their key does.

        :raise RetryableJobError: one has begun to since this transaction began
        """
        try:
            with self.env.cr.savepoint():
                self.write(
                    {
                        "state": "waiting",
                        "number": False,
                        "operation": False,
                        "feed_id": False,
                        "result": False,
                    }
                )
        except UniqueViolation as error:
            raise RetryableJobError(
                "A newer change came in.", seconds=BUSY_WAIT, ignore_retry=True
            ) from error

    def _join(self, pairs):
        """Let other messages answer for these; *pairs*: (message id, of the other)."""
        olds, news = [old for old, _new in pairs], [new for _old, new in pairs]
        for model in ("product.integration", "order.integration"):
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO %(rel)s (message_id, event_id)
                    SELECT pair.new, rel.event_id
                    FROM unnest(%(olds)s::int[], %(news)s::int[]) AS pair (old, new)
                    JOIN %(rel)s AS rel ON rel.message_id = pair.old
                    ON CONFLICT DO NOTHING
                    """,
                    rel=SQL.identifier(self.env[model]._amazon_message_rel),
                    olds=olds,
                    news=news,
                )
            )
        self.env.cr.execute(
            """
            UPDATE amazon_feed_message AS target
               SET revision = target.revision + 1,
                   forced = target.forced OR gone.forced
              FROM (SELECT pair.new, bool_or(m.forced) AS forced
                      FROM unnest(%s::int[], %s::int[]) AS pair (old, new)
                      JOIN amazon_feed_message m ON m.id = pair.old
                     GROUP BY pair.new) AS gone
             WHERE target.id = gone.new
            """,
            [olds, news],
        )
        self.invalidate_model()
        self.browse(olds).unlink()

    # === STATES === #

    def _set_numbers(self, feed, numbers, operations, state="sending"):
        """Bind messages to *feed*; dicts message id -> number, -> operation."""
        self.env.cr.execute_values(
            """
            UPDATE amazon_feed_message AS m SET number = v.number, state = v.state,
                   operation = v.operation, feed_id = v.feed_id
              FROM (VALUES %s) AS v (id, number, operation, feed_id, state)
             WHERE m.id = v.id
            """,
            [
                (id_, number, operations.get(id_), feed.id, state)
                for id_, number in numbers.items()
            ],
            page_size=5000,
        )
        self.invalidate_model(["state", "number", "operation", "feed_id"])

    def _set_state(self, state, text):
        """Move all these messages, and the status of their events, to *state*."""
        if self:
            self.write({"state": state, "result": text})
            self._refresh_events()

    def _settle(self, verdicts):
        """Give each message its own end.

        :param verdicts: list of (message id, state, text, code)
        """
        settled = self.browse(verdict[0] for verdict in verdicts)
        keys = dict(zip(settled.ids, settled.mapped("key"), strict=True))
        self.env.cr.execute_values(
            """
            UPDATE amazon_feed_message AS m
               SET state = v.state, result = v.result, code = v.code, cause = v.cause
              FROM (VALUES %s) AS v (id, state, result, code, cause) WHERE m.id = v.id
            """,
            [
                (id_, state, text, code, self._get_cause(state, text, code, keys[id_]))
                for id_, state, text, code in verdicts
            ],
            page_size=5000,
        )
        self.invalidate_model(["state", "result", "code", "cause"])
        settled._replace_older()
        settled._refresh_events()

    @api.model
    def _get_cause(self, state, text, code, key):
        return as_cause(text, code, key) if state == "error" else None

    def _replace_older(self):
        """Let these messages stand for older ones of their keys: those errors are no
        longer what is wrong."""
        self.env.cr.execute(
            """
            UPDATE amazon_feed_message AS old SET cause = NULL
              FROM amazon_feed_message AS m
             WHERE m.id = ANY(%s) AND old.cause IS NOT NULL AND old.id < m.id
               AND old.account_id = m.account_id AND old.key = m.key
               AND old.marketplace_id = m.marketplace_id
               AND old.feed_type = m.feed_type
               AND (m.lane = old.lane OR m.lane = %s)
            """,
            [self.ids, WHOLE],
        )
        self.invalidate_model(["cause"])

    def _refresh_events(self):
        self.flush_model(["state", "result"])
        for model in ("product.integration", "order.integration"):
            self.env[model]._refresh_amazon_status(self.ids)

    @api.autovacuum
    def _gc_messages(self):
        """Forget messages that were settled without a feed, and are nobody's turn."""
        done = 0
        for account in self.env["amazon.account"].search([]):
            limit = fields.Datetime.now() - timedelta(days=account.document_days)
            old = self.search(
                [
                    ("account_id", "=", account.id),
                    ("feed_id", "=", False),
                    ("state", "in", ("success", "error")),
                    ("cause", "=", False),
                    ("create_date", "<", limit),
                ],
                limit=10000,
            )
            done += len(old)
            old.unlink()
        return done, int(done >= 10000)

    def action_retry(self):
        """Queue failed messages again, for the same events."""
        failed = self.filtered(lambda message: message.state == "error")
        if not failed:
            return
        entries = {}
        for message in failed.sudo():
            entries.setdefault(message._get_lane_key(), message._prepare_again_vals())
        queued = self.sudo()._queue(list(entries.values()))
        successors = dict(zip(entries, queued, strict=True))
        for message in failed.sudo():
            message._hand_over(successors[message._get_lane_key()])
        failed.sudo().cause = False
        self.env["amazon.feed"].sudo()._enqueue_builds([("id", "in", queued.ids)])

    def _get_lane_key(self):
        return (
            self.account_id.id,
            self.marketplace_id.id,
            self.feed_type,
            self.lane,
            self.key,
        )

    def _prepare_again_vals(self):
        values = self.read(self._get_queue_columns(), load=None)[0]
        return {
            name: None if value is False and name not in FLAGS else value
            for name, value in values.items()
            if name != "id"
        }

    def _hand_over(self, successor):
        """Let *successor* answer the events of this message."""
        for model, field in (
            ("product.integration", "product_event_ids"),
            ("order.integration", "order_event_ids"),
        ):
            events = self[field].ids
            self[field] = False
            self._link_events(model, [(successor.id, event) for event in events])
        self.flush_recordset()
        successor._refresh_events()
