# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field
from datetime import timedelta

from psycopg2.extras import Json

from odoo import api, fields, models

from odoo.addons.integrator_amazon.models.amazon_feed_message import WHOLE

from ..feeds.comparison import OFFER, STOCK, describe, differences
from ..feeds.lanes import LANES, lane_of
from ..feeds.shown_listing import pieces
from .amazon_listing_proof import LISTING
from .amazon_listing_queue import LANE_FLOWS


@dataclass
class Verdict:
    """What one look at a listing has brought.

    difference: attribute -> [words Odoo wants, words Amazon shows]; heals: attribute
    -> how often it was sent again; again: attributes that are sent again now; given_up:
    those that are not sent again any more; open: whether Odoo goes on trying.
    """

    difference: dict = field(default_factory=dict)
    heals: dict = field(default_factory=dict)
    again: set = field(default_factory=set)
    given_up: set = field(default_factory=set)
    open: bool = False


class AmazonListingDifference(models.Model):
    """What is done about what Amazon shows differently: it is judged, stored, sent
    again some times, and then told to the group."""

    _inherit = "amazon.listing"

    # === JUDGING === #

    def _take_shown(self, found):
        """Store what Amazon shows, and send again what it shows differently.

        :param found: dict listing id -> as ``_look`` returns it
        """
        if not self:
            return
        busy, most = self._get_busy_lanes(), self.account_id._get_heal_most()
        verdicts, rows = {}, []
        for item in self:
            shown = found[item.id]
            if isinstance(shown, str):
                item._note_unread(shown)
                continue
            verdict = item._judge(shown, busy.get(item.id, set()), most)
            verdicts[item] = verdict
            rows.append(item._prepare_proof_row(shown, verdict))
        self._store_proof(rows)
        self._send_again(verdicts)
        self._alert_differences(verdicts, most)

    def _get_busy_lanes(self):
        """Return dict listing id -> lanes that are about to change."""
        rows = self.env["amazon.feed.message"]._read_group(
            [
                ("listing_id", "in", self.ids),
                ("state", "in", ("waiting", "sending", "submitted", "pending")),
            ],
            ["listing_id", "lane"],
        )
        busy = {}
        for listing, lane in rows:
            lanes = LANES if lane == WHOLE else (lane,)
            busy.setdefault(listing.id, set()).update(lanes)
        return busy

    def _get_judged_lanes(self):
        """Return the lanes that Odoo is to keep in step."""
        flows = self.account_id.flow_ids
        catalog = "integrator_amazon_catalog."
        return {
            lane
            for lane in LANES
            if self._sends(lane) and self.env.ref(catalog + LANE_FLOWS[lane]) in flows
        }

    def _judge(self, shown, busy, most):
        """Return the ``Verdict`` on what Amazon shows.

        :param shown: ``Shown``, None if it is not there
        :param busy: lanes about to change: what was found of them is kept
        :param most: how often a difference is sent again
        """
        old, verdict = self.difference or {}, Verdict()
        if shown is None:
            words = [self.env._("it on Amazon"), self.env._("no such SKU")]
            verdict.difference = dict(old) if busy else {LISTING: words}
            passing = {LISTING}
        else:
            wanted = self._get_accepted(self._get_judged_lanes() - busy)
            asin = shown.asin or self.asin or ""
            pairs = differences(wanted, shown.attributes, asin=asin)
            passing = {n for n, p in pairs.items() if self._may_be_passing(n, *p)}
            kept = {n: w for n, w in old.items() if n != LISTING and lane_of(n) in busy}
            new = {n: [describe(n, w) for w in pair] for n, pair in pairs.items()}
            verdict.difference = {**kept, **new}
        self._choose_what_is_sent_again(verdict, busy, most, passing)
        return verdict

    def _choose_what_is_sent_again(self, verdict, busy, most, passing):
        """Decide on each difference; *passing*: those that must be seen twice."""
        old, counts = self.difference or {}, self.heals or {}
        for name, words in verdict.difference.items():
            verdict.heals[name] = counts.get(name, 0)
            if self._is_busy(name, busy):
                continue
            if verdict.heals[name] >= most:
                verdict.given_up.add(name)
                continue
            verdict.open = True
            if name not in passing or old.get(name) == words:
                verdict.again.add(name)
                verdict.heals[name] += 1

    @staticmethod
    def _is_busy(name, busy):
        return bool(busy) if name == LISTING else lane_of(name) in busy

    @staticmethod
    def _may_be_passing(name, wanted, shown):
        """Return whether a difference may be right for now: fewer pieces, because of an
        order that Odoo does not know yet. It counts when it is seen a second time."""
        return name == STOCK and bool(shown) and pieces(shown) < pieces(wanted)

    # === STORING === #

    def _prepare_proof_row(self, shown, verdict):
        account, now = self.account_id, fields.Datetime.now()
        wait = timedelta(minutes=account.proof_wait)
        rest = timedelta(days=account.proof_days)
        since = self.difference_since if self.is_different else now
        status = ", ".join(part.capitalize() for part in shown.status) if shown else ""
        return (
            self.id,
            Json(shown.attributes) if shown else None,
            now,
            status or None,
            Json(verdict.difference) if verdict.difference else None,
            since if verdict.difference else None,
            bool(verdict.difference),
            Json(verdict.heals) if verdict.heals else None,
            max(verdict.heals.values(), default=0),
            now + (wait if verdict.open else rest),
            (shown.asin if shown else "") or self.asin or None,
            self._choose_product_type(shown),
            self._join_issues(shown),
            0 if shown else self.missing_count,
        )

    def _choose_product_type(self, shown):
        """Return the product type; of what was found at Amazon, Amazon's."""
        found = shown.product_type if shown and self.origin == "amazon" else ""
        return found or self.product_type or None

    def _join_issues(self, shown):
        """Return what Amazon says of the listing; why it refused the last change is
        not overwritten."""
        refused = self.last_message_id.state == "error"
        keep = not shown or refused
        return (self.issues if keep else shown.issues) or None

    def _note_unread(self, reason):
        """Note that Amazon's answer makes no sense; it is asked again another day."""
        now = fields.Datetime.now()
        self._write_quietly(
            {
                "shown_date": now,
                "proof_date": now + timedelta(days=self.account_id.proof_days),
                "issues": self.env._(
                    "Amazon's answer about it cannot be read: %s", reason
                ),
            }
        )

    @api.model
    def _store_proof(self, rows):
        self.flush_model()
        self.env.cr.execute_values(
            """
            UPDATE amazon_listing AS l SET shown = v.shown::jsonb,
                   shown_date = v.date::timestamp, shown_status = v.status,
                   difference = v.difference::jsonb,
                   difference_since = v.since::timestamp, is_different = v.different,
                   heals = v.heals::jsonb, heal_count = v.count,
                   proof_date = v.next::timestamp, asin = v.asin,
                   product_type = v.product_type, issues = v.issues,
                   missing_count = v.missing
              FROM (VALUES %s) AS v (id, shown, date, status, difference, since,
                   different, heals, count, next, asin, product_type, issues, missing)
             WHERE l.id = v.id
            """,
            rows,
            page_size=500,
        )
        self.invalidate_model()

    # === SENDING AGAIN === #

    def _send_again(self, verdicts):
        """Queue what Amazon shows differently.

        :param verdicts: dict listing -> ``Verdict``
        """
        lost = self.filtered(
            lambda item: item in verdicts and LISTING in verdicts[item].again
        )
        lost._write_quietly({"state": "doubtful", "accepted": False, "sent": False})
        lanes_of = {
            item: {WHOLE} if item in lost else {lane_of(n) for n in verdict.again}
            for item, verdict in verdicts.items()
            if verdict.again
        }
        if lanes_of:
            queued = self._queue_messages(lanes_of, forced=True)
            self.env["amazon.feed"].sudo()._enqueue_builds([("id", "in", queued.ids)])

    def _get_known(self, lane, forced):
        known = super()._get_known(lane, forced)
        if forced and OFFER in known and OFFER in (self.difference or {}):
            # Also what Amazon shows and Odoo never sent has to go.
            known[OFFER] = self._get_shown_here(OFFER) or known[OFFER]
        return known

    # === TELLING === #

    def _alert_differences(self, verdicts, most):
        """Tell the group what sending again does not help, once per attribute.

        In a transaction of its own: the jobs of all marketplaces write these alerts.
        """
        account, given_up = self.account_id, {}
        for item, verdict in verdicts.items():
            for name in verdict.given_up:
                given_up.setdefault(name, []).append(item)
        counts = self._count_given_up(account, most, given_up)
        for name, listings in given_up.items():
            self._alert_difference(account, name, listings, counts.get(name, 0))

    @api.model
    def _close_alerts(self):
        """Close the alerts on attributes that no listing shows differently any more.

        Not in the jobs: of two that put the last ones right neither knows of the other.
        """
        alerts = self.env["integrator.alert"].sudo()
        if not alerts.search_count(
            [("cause", "=like", "amazon:%:proof:%"), ("state", "=", "open")], limit=1
        ):
            return
        accounts = self.env["amazon.account"].with_context(active_test=False)
        for account in accounts.search([]):
            names = self._get_open_alerts(account)
            counts = self._count_given_up(account, account._get_heal_most(), names)
            gone = [f"proof:{name}" for name in names if not counts.get(name)]
            account._resolve_alert(*gone)

    @api.model
    def _get_open_alerts(self, account):
        """Return the attributes of which the group is told already."""
        prefix = f"amazon:{account.id}:proof:"
        alerts = self.env["integrator.alert"].sudo()
        found = alerts.search(
            [("cause", "=like", f"{prefix}%"), ("state", "=", "open")]
        )
        return [cause.removeprefix(prefix) for cause in found.mapped("cause")]

    @api.model
    def _count_given_up(self, account, most, names):
        """Return dict attribute -> listings of which Odoo does not send it again."""
        if not names:
            return {}
        self.flush_model()
        self.env.cr.execute(
            """
            SELECT d.name, count(*) FROM amazon_listing l,
                   jsonb_object_keys(l.difference) AS d (name)
             WHERE l.account_id = %s AND l.is_different AND d.name = ANY(%s)
               AND coalesce((l.heals ->> d.name)::int, 0) >= %s
             GROUP BY d.name
            """,
            [account.id, list(names), most],
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _alert_difference(self, account, name, listings, count):
        what = self._name_attribute(name)
        account._alert_now(
            f"proof:{name}",
            name=self.env._(
                "%(account)s: %(count)d listings show other values at Amazon than Odoo "
                "sent (%(what)s)",
                account=account.name,
                count=count,
                what=what,
            ),
            description="\n".join(
                f"{item.sku}, {item.marketplace_id.name}: {item.difference_text}"
                for item in listings[:10]
            ),
            next_step=self.env._(
                "Open Integrations, Amazon, Listings with the filter Different at "
                "Amazon. Correct the product, or the listing in Seller Central; or "
                "stop sending it from here, on the listing."
            ),
            record=listings[0],
        )
