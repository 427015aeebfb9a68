# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models

from .amazon_resync_run import EXAMPLES

TABLE = Markup('<table class="table table-sm o_amazon_resync">{}</table>')
HEADS = Markup("<tr><th>{}</th><th>{}</th><th>{}</th></tr>")
ROW = Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>")
MOST_ROWS = 30


class AmazonResyncResult(models.Model):
    """What is shown of a resync: how far it is, and what came of it."""

    _inherit = "amazon.resync"

    progress = fields.Integer(compute="_compute_progress", help="In percent.")
    row_count = fields.Integer(compute="_compute_progress", string="Products Sent")
    open_count = fields.Integer(compute="_compute_progress", string="On Their Way")
    success_count = fields.Integer(compute="_compute_progress", string="Accepted")
    error_count = fields.Integer(compute="_compute_progress", string="With Errors")
    lane_html = fields.Html(compute="_compute_found", string="What Changes")
    cause_html = fields.Html(compute="_compute_found", string="Why Not")
    result_html = fields.Html(compute="_compute_result", string="What Came of It")
    result = fields.Json(readonly=True)

    @api.depends("state", "done_count", "total_count", "queued")
    def _compute_progress(self):
        counts = self._count_rows()
        for resync in self:
            found = counts.get(resync.id) or {}
            resync.row_count = sum(found.values())
            resync.success_count = found.get("success", 0)
            resync.error_count = found.get("error", 0)
            settled = resync.success_count + resync.error_count
            resync.open_count = resync.row_count - settled
            resync.progress = resync._get_progress(settled)

    def _count_rows(self):
        """Return the status of what was recorded: dict id -> dict status -> count."""
        counts = {}
        rows = self.env["product.integration"].sudo()
        for resync, status, count in rows._read_group(
            [("resync_id", "in", self.ids)],
            ["resync_id", "amazon_status"],
            ["__count"],
        ):
            counts.setdefault(resync.id, {})[status or "new"] = count
        return counts

    def _get_progress(self, settled):
        if self.state == "done":
            return 100
        if self.state == "previewing":
            return 100 * self.done_count // (self.total_count or 1)
        if self.state != "running":
            return 0
        expected = self.row_count
        if not self.queued:
            expected = max(expected, self.total_count - self.skipped_count)
        return 100 * settled // (expected or 1)

    # === PREVIEW === #

    @api.depends("found")
    def _compute_found(self):
        titles = self._get_lane_titles()
        for resync in self:
            found = resync.found or {}
            lanes = found.get("lanes") or {}
            resync.lane_html = self._make_table(
                (self.env._("What"), self.env._("Listings"), ""),
                [(titles[n], lanes[n], "") for n in titles if n in lanes],
            )
            resync.cause_html = self._make_cause_table(found.get("causes") or {})

    def _make_cause_table(self, causes):
        """Return a table of *causes*: dict cause -> (count, list of SKUs)."""
        rows = [(cause, n, ", ".join(skus)) for cause, (n, skus) in causes.items()]
        rows.sort(key=lambda row: -row[1])
        return self._make_table(
            (
                self.env._("What Is Wrong"),
                self.env._("Listings"),
                self.env._("For Example"),
            ),
            rows[:MOST_ROWS],
        )

    @staticmethod
    def _make_table(heads, rows):
        if not rows:
            return False
        lines = Markup().join(ROW.format(*row) for row in rows)
        return TABLE.format(HEADS.format(*heads) + lines)

    # === RESULT === #

    @api.depends("state", "result")
    def _compute_result(self):
        for resync in self:
            resync.result_html = resync.result and resync._make_result()

    def _make_result(self):
        result = self.result
        rows = [
            (self.env._("Sent to Amazon"), result["sent"], ""),
            (self.env._("Accepted by Amazon"), result["accepted"], ""),
            (self.env._("Nothing to send: Amazon has it already"), result["same"], ""),
            (self.env._("Worked out only: the account previews"), result["shown"], ""),
            (self.env._("With errors"), result["failed"], ""),
        ]
        rows = [row for row in rows if row[1] or row == rows[0]]
        heads = ("", self.env._("Listings"), "")
        table = self._make_table(heads, rows)
        return table + (self._make_cause_table(result["causes"]) or Markup())

    def _get_result(self):
        """Return what came of it, listing by listing: dict of counts, and causes."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            WITH said AS (
                SELECT coalesce(m.listing_id, -m.id) AS listing, min(m.key) AS key,
                       bool_or(m.state = 'error') AS failed,
                       bool_or(m.feed_id IS NOT NULL) AS sent,
                       bool_or(m.state = 'preview') AS shown,
                       min(m.cause) AS cause
                  FROM product_integration AS event
                  JOIN amazon_feed_message_product_rel AS rel ON rel.event_id = event.id
                  JOIN amazon_feed_message AS m ON m.id = rel.message_id
                 WHERE event.resync_id = %s
                 GROUP BY 1)
            SELECT failed, sent, shown, cause, count(*),
                   (array_agg(DISTINCT key))[1:%s]
              FROM said GROUP BY 1, 2, 3, 4
            """,
            [self.id, EXAMPLES],
        )
        result = dict.fromkeys(("sent", "accepted", "same", "shown", "failed"), 0)
        result["causes"] = {}
        for failed, sent, shown, cause, count, skus in self.env.cr.fetchall():
            result["sent"] += count if sent and not shown else 0
            kind = "shown" if shown else "accepted" if sent else "same"
            result["failed" if failed else kind] += count
            if failed:
                result["causes"][cause or self.env._("Unknown")] = (count, skus)
        return result

    def _post_summary(self):
        """Keep what came of it, and tell whoever started it."""
        self.ensure_one()
        told = self.with_context(lang=self.user_id.lang)
        told.result = told._get_result()
        intro = told.env._(
            "Done: %(count)d products. It took %(time)s.",
            count=told.row_count,
            time=str(self.end_date - self.start_date),
        )
        told.message_post(
            body=Markup("<p>{}</p>{}").format(intro, told._make_result()),
            partner_ids=self.user_id.partner_id.ids,
            subject=told.name,
        )
