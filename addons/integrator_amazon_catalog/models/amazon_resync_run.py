# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.integrator_amazon.causes import as_cause
from odoo.addons.integrator_amazon.const import (
    ALREADY_DONE,
    BUSY_WAIT,
    RUNNING_JOB_STATES,
)
from odoo.addons.queue_job.exception import RetryableJobError

from ..feeds.lanes import LANES
from .amazon_resync import COUNTERS

PRODUCTS_AT_ONCE = 1000
FOLLOW_WAIT = 15
# So often, and so many seconds each, a preview waits for what Amazon demands of
# product types: a new account knows none.
TYPE_TRIES = 12
TYPE_WAIT = 5
SAMPLES = 50
CAUSES = 200
EXAMPLES = 5
JOBS = {"previewing": "_job_preview", "running": "_job_run"}


class AmazonResyncRun(models.Model):
    """The jobs of a resync. Each does some products and starts the next; each looks
    first whether it was done already, so that it may run twice."""

    _inherit = "amazon.resync"

    # === STARTING === #

    def _start_preview(self):
        for resync in self:
            resync.line_ids.unlink()
            resync._begin(
                state="previewing",
                risk_read=False,
                found=False,
                **dict.fromkeys(COUNTERS, 0),
            )

    def _start_run(self):
        for resync in self:
            resync._begin(
                state="running",
                queued=False,
                done_count=0,
                start_date=fields.Datetime.now(),
            )

    def _begin(self, **values):
        self.ensure_one()
        self.write(
            {
                "turn": self.turn + 1,
                "cursor": 0,
                "tries": 0,
                "total_count": self._count_products(),
                **values,
            }
        )
        self._enqueue()

    def _get_job_key(self):
        place = "follow" if self.queued else self.cursor
        return f"amazon-resync-{self.id}-{self.turn}-{place}-{self.tries}"

    def _enqueue(self, delay=0):
        """Let a job do the next products, or watch what was sent."""
        for resync in self:
            method = "_job_follow" if resync.queued else JOBS[resync.state]
            system = self.env["amazon.account"]._as_system().env[self._name]
            job = system.browse(resync.id).with_delay(
                eta=delay or None,
                identity_key=resync._get_job_key(),
                max_retries=0,
                description=resync.name,
            )
            getattr(job, method)(resync.turn, resync.cursor)

    @api.model
    def _resume(self):
        """Start the job of each resync that has lost it."""
        open_ones = self.search([("state", "in", list(JOBS))])
        keys = {resync._get_job_key(): resync for resync in open_ones}
        alive = self.env["queue.job"]._read_group(
            [
                ("identity_key", "in", list(keys)),
                ("state", "in", RUNNING_JOB_STATES),
            ],
            ["identity_key"],
        )
        for key in keys.keys() - {row[0] for row in alive}:
            keys[key]._enqueue()

    def _is_at(self, state, turn, cursor):
        """Return whether a job is the one whose turn it is, and lock the resync."""
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            "SELECT state, turn, cursor FROM amazon_resync WHERE id = %s"
            " FOR NO KEY UPDATE SKIP LOCKED",
            [self.id],
        )
        found = self.env.cr.fetchone()
        if not found and self.exists():
            raise RetryableJobError(
                "Another job is at it.", seconds=BUSY_WAIT, ignore_retry=True
            )
        return found == (state, turn, cursor)

    # === WHICH PRODUCTS === #

    def _get_products_query(self, after=0, limit=None):
        """Return the SQL of the ids of the chosen products, in their order."""
        most = SQL(" LIMIT %s", limit) if limit else SQL()
        if self.choice == "products":
            return SQL(
                "SELECT product_id AS id FROM amazon_resync_product_rel"
                " WHERE resync_id = %s AND product_id > %s ORDER BY 1%s",
                self.id,
                after,
                most,
            )
        if self.choice == "rule":
            return self._search_chosen(self._get_choice_domain([]), after, limit)
        offered = self._search_chosen(
            self.account_id._get_product_domain(), after, limit
        )
        listed = SQL(
            "SELECT DISTINCT product_id AS id FROM amazon_listing"
            " WHERE account_id = %s AND product_id > %s"
            " AND state IN ('listed', 'doubtful') ORDER BY 1%s",
            self.account_id.id,
            after,
            most,
        )
        return SQL("(%s) UNION (%s) ORDER BY 1%s", offered, listed, most)

    def _search_chosen(self, domain, after, limit):
        # A rule typed in by a person finds what that person may see.
        company = self.account_id.company_id
        products = self.env["product.product"].with_context(
            allowed_company_ids=company.ids
        )
        if self.choice == "rule":
            products = products.with_user(self.user_id)
        domain = fields.Domain(domain) & fields.Domain("id", ">", after)
        domain &= fields.Domain("company_id", "in", (False, company.id))
        query = products._search(domain, order="id", limit=limit)
        return query.select()

    def _count_products(self):
        self.env.flush_all()
        query = self._get_products_query()
        self.env.cr.execute(SQL("SELECT count(*) FROM (%s) AS chosen", query))
        return self.env.cr.fetchone()[0]

    def _next_products(self):
        self.env.flush_all()
        query = self._get_products_query(self.cursor, PRODUCTS_AT_ONCE)
        self.env.cr.execute(query)
        return self.env["product.product"].browse(r[0] for r in self.env.cr.fetchall())

    def _pick(self, products):
        """Return those of the products for which there is anything to be sent."""
        domain = [
            ("account_id", "=", self.account_id.id),
            ("product_id", "in", products.ids),
            ("state", "in", ("listed", "doubtful")),
        ]
        picked = self.env["amazon.listing"].search(domain).product_id
        if not self._only_listed():
            picked |= self.account_id._search_offered(products.ids)
        return picked.sorted("id")

    # === PREVIEW === #

    def _job_preview(self, turn, after):
        """Work out what a resync would send"""
        if not self._is_at("previewing", turn, after):
            return ALREADY_DONE
        products = self._next_products()
        picked = self._pick(products)
        trials, unknown = self.env["amazon.listing"]._try_out(
            self.account_id,
            picked,
            self._get_lanes(),
            self.forced,
            0 if self.choice == "products" else after,
        )
        if unknown and self._wait_for_types(unknown):
            return "Waits for what Amazon demands of product types."
        self._count(trials, len(products) - len(picked))
        if self._advance(products):
            self.write({"state": "previewed", "preview_date": fields.Datetime.now()})
            self._start_unattended()
        return f"{len(products)} products, {len(trials)} listings."

    def _wait_for_types(self, unknown):
        """Return whether this step is put off until Amazon has told what it demands."""
        self.env["amazon.listing"]._ask_for_types(self.account_id, unknown)
        if self.account_id.mode == "stopped" or self.tries >= TYPE_TRIES:
            return False
        self.tries += 1
        self._enqueue(TYPE_WAIT)
        return True

    def _advance(self, products):
        """Go on behind *products*; return whether that were the last."""
        self.done_count += len(products)
        if len(products) < PRODUCTS_AT_ONCE:
            return True
        self.write({"cursor": products[-1].id, "tries": 0})
        self._enqueue()
        return False

    def _count(self, trials, skipped):
        known = {"lanes": {}, "causes": {}, **(self.found or {})}
        counts = dict.fromkeys(COUNTERS, 0) | {"skipped_count": skipped}
        for trial in trials:
            counts[f"{trial.kind}_count"] += 1
            counts["listed_count"] += trial.listed
            counts["stocked_count"] += trial.on_sale
            counts["zero_count"] += trial.sold_out
            for lane in trial.lanes:
                known["lanes"][lane] = known["lanes"].get(lane, 0) + 1
            self._count_causes(known["causes"], trial)
        self._keep_samples(trials)
        self.write(
            {
                "found": known,
                **{name: self[name] + count for name, count in counts.items()},
            }
        )

    @staticmethod
    def _count_causes(causes, trial):
        """Count what is wrong with a listing; *causes*: cause -> [count, SKUs]."""
        texts = {text for text in trial.problems.values() if text}
        for line in {line for text in texts for line in text.splitlines()}:
            cause = as_cause(line, key=trial.sku)
            if cause not in causes and len(causes) >= CAUSES:
                continue
            entry = causes.setdefault(cause, [0, []])
            entry[0] += 1
            if len(entry[1]) < EXAMPLES and trial.sku not in entry[1]:
                entry[1].append(trial.sku)

    def _keep_samples(self, trials):
        """Keep some listings that change, those that go off sale first."""
        room = SAMPLES - len(self.line_ids)
        telling = [t for t in trials if t.kind in ("new", "changed", "ended")]
        telling.sort(key=lambda trial: not (trial.sold_out or trial.kind == "ended"))
        again = self.env._("the same, sent again")
        self.env["amazon.resync.line"].create(
            [
                {
                    "resync_id": self.id,
                    "sku": trial.sku,
                    "shop": trial.shop,
                    "kind": trial.kind,
                    "changes": "\n".join(
                        f"{title}: {old} → {new}" for title, old, new in trial.changes
                    )
                    or again,
                }
                for trial in telling[: max(room, 0)]
            ]
        )

    # === RUN === #

    def _job_run(self, turn, after):
        """Record the products of a resync, to be sent"""
        if not self._is_at("running", turn, after) or self.queued:
            return ALREADY_DONE
        products = self._next_products()
        picked = self._pick(products)
        lanes = "" if set(self._get_lanes()) == set(LANES) else self.lanes
        self.env["product.integration"]._record_manual(
            picked,
            "write",
            "amazon",
            extra={
                "resync_id": self.id,
                "amazon_account_id": self.account_id.id,
                "amazon_lanes": lanes or None,
                "amazon_changed_only": not self.forced,
            },
        )
        if self._advance(products):
            self.queued = True
            self._enqueue(FOLLOW_WAIT)
        return f"{len(picked)} of {len(products)} products."

    # === UNTIL IT IS ANSWERED === #

    def _job_follow(self, turn, after):
        """Wait until Amazon has answered what a resync sent"""
        if not self._is_at("running", turn, after):
            return ALREADY_DONE
        if self._has_open_rows():
            raise RetryableJobError(
                "Amazon has not answered everything yet.",
                seconds=FOLLOW_WAIT,
                ignore_retry=True,
            )
        self._finish()
        return "Done."

    def _has_open_rows(self):
        """Return whether anything is still on its way.

        What an account that only previews has worked out goes no further; what waits
        for a flow that is switched off is no longer this run's.
        """
        self.env.cr.execute(
            """
            SELECT 1 FROM product_integration AS event
             WHERE event.resync_id = %s
               AND coalesce(event.amazon_status, 'new') NOT IN ('success', 'error')
               AND (event.amazon_dispatched IS NOT TRUE OR EXISTS (
                   SELECT 1 FROM amazon_feed_message_product_rel AS rel
                     JOIN amazon_feed_message AS m ON m.id = rel.message_id
                    WHERE rel.event_id = event.id
                      AND (m.state IN ('sending', 'submitted', 'pending')
                           OR m.state = 'waiting' AND (
                               m.flow_id IS NULL OR m.flow_id = ANY(%s)))))
             LIMIT 1
            """,
            [self.id, self.account_id.flow_ids.ids],
        )
        return bool(self.env.cr.fetchone())

    def _finish(self):
        self.write({"state": "done", "end_date": fields.Datetime.now()})
        self._post_summary()

    @api.model
    def _job_on_fail(self, exc_info=None, exc_name=None, exc_message=None):
        """Report a resync that broke; the watchdog tries it again every minute."""
        self.env["product.integration"]._job_on_fail_dispatch(
            exc_info, exc_name, exc_message
        )


class AmazonFeed(models.Model):
    _inherit = "amazon.feed"

    @api.model
    def _cron_watchdog(self):
        result = super()._cron_watchdog()
        self.env["amazon.resync"]._resume()
        return result
