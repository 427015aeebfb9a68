# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

from psycopg2.extras import Json

from odoo import api, fields, models

from odoo.addons.integrator_amazon.models.amazon_feed_message import WHOLE
from odoo.addons.integrator_amazon.spapi import errors
from odoo.addons.integrator_amazon.spapi.bucket import BULK
from odoo.addons.queue_job.exception import RetryableJobError

from ..feeds.comparison import OFFER, STOCK, describe, differences
from ..feeds.lanes import LANES, lane_of
from ..feeds.shown_listing import INCLUDED, pieces, read_shown
from .amazon_listing_queue import LANE_FLOWS

# So many calls are made in one job, about so many SKUs each (Amazon's limit).
CALLS_AT_ONCE = 5
SKUS_AT_ONCE = 20
LISTINGS_AT_ONCE = CALLS_AT_ONCE * SKUS_AT_ONCE
# In place of an attribute: Amazon does not show the SKU at all.
LISTING = "listing"


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


class AmazonListingProof(models.Model):
    """Accepted is not live: what Amazon shows of a listing, and what it should show.

    ``proof_date`` says when a listing is looked at next: some minutes after Amazon
    accepted something, and once in some days in any case.
    """

    _inherit = "amazon.listing"

    shown = fields.Json(readonly=True, help="Attributes as Amazon shows them.")
    shown_date = fields.Datetime(string="Last Looked At", readonly=True)
    shown_status = fields.Char(
        string="Status at Amazon",
        readonly=True,
        help="Buyable: buyers can order it. Discoverable: they find it.",
    )
    difference = fields.Json(
        readonly=True, help="Attribute -> what Odoo wants, what Amazon shows."
    )
    difference_since = fields.Datetime(
        string="Different Since",
        readonly=True,
        help="When Odoo first saw that Amazon shows something else than was sent.",
    )
    is_different = fields.Boolean(
        string="Different at Amazon", readonly=True, index=True
    )
    heals = fields.Json(readonly=True, help="Attribute -> how often it was sent again.")
    heal_count = fields.Integer(
        string="Sent Again (Times)",
        readonly=True,
        help="How often Odoo has sent again what Amazon shows differently.",
    )
    proof_date = fields.Datetime(
        string="To Be Looked At", readonly=True, help="When Odoo asks Amazon next."
    )
    difference_text = fields.Text(
        compute="_compute_difference_text", string="Difference"
    )
    wants_shows_html = fields.Html(
        compute="_compute_wants_shows_html",
        compute_sudo=True,
        sanitize=False,
        string="Odoo Wants / Amazon Shows",
    )

    _proof_idx = models.Index(
        "(account_id, marketplace_id, proof_date) WHERE proof_date IS NOT NULL"
    )
    _different_idx = models.Index("(account_id) WHERE is_different")

    # === FOR A PERSON === #

    @api.depends("difference")
    def _compute_difference_text(self):
        for item in self:
            item.difference_text = "\n".join(
                self.env._(
                    "%(what)s: Odoo wants %(wanted)s, Amazon shows %(shown)s.",
                    what=item._name_attribute(name),
                    wanted=wanted,
                    shown=shown,
                )
                for name, (wanted, shown) in (item.difference or {}).items()
            )

    @api.depends("accepted", "shown", "difference", "difference_since")
    def _compute_wants_shows_html(self):
        for item in self:
            item.wants_shows_html = self.env["ir.qweb"]._render(
                "integrator_amazon_catalog.wants_shows",
                {"item": item, "rows": item._get_wants_shows()},
            )

    def _get_wants_shows(self):
        """Return what is compared, differences first.

        :return: list of (attribute for a person, wanted, shown, whether they differ)
        """
        self.ensure_one()
        different = self.difference or {}
        rows = [
            (self._name_attribute(name), wanted, shown, True)
            for name, (wanted, shown) in different.items()
        ]
        if not self.shown_date or LISTING in different:
            return rows
        for name, instances in self._get_accepted(self._get_judged_lanes()).items():
            if name not in different:
                shown = describe(name, self._get_shown_here(name))
                title = self._name_attribute(name)
                rows.append((title, describe(name, instances), shown, False))
        return rows

    @api.model
    def _name_attribute(self, name):
        """Return an attribute's name as people write it."""
        names = {
            LISTING: self.env._("Listing"),
            OFFER: self.env._("Price"),
            STOCK: self.env._("Stock"),
            "item_name": self.env._("Title"),
        }
        return names.get(name) or name.replace("_", " ").capitalize()

    def _get_shown_here(self, name):
        """Return the instances of an attribute that Amazon shows, without those of
        other marketplaces."""
        found = (self.shown or {}).get(name)
        instances = found if isinstance(found, list) else [found]
        place = self.marketplace_id.marketplace_id
        return [
            instance
            for instance in instances
            if isinstance(instance, dict)
            and instance.get("marketplace_id") in (None, place)
        ]

    def action_prove(self):
        """Compare these listings with what Amazon shows, as soon as possible."""
        self.check_access("read")
        looked_at = self.sudo().filtered(
            lambda item: (
                item.match_state == "matched" and item.state in ("listed", "doubtful")
            )
        )
        looked_at._write_quietly({"proof_date": fields.Datetime.now()})
        for account, listings in looked_at.grouped("account_id").items():
            for shop in listings.marketplace_id:
                self._enqueue_proof(account, shop)

    # === WHEN === #

    def _on_accepted(self, operation, lanes, item, notes):
        super()._on_accepted(operation, lanes, item, notes)
        if operation == "DELETE":
            self._write_quietly(self._prepare_no_proof_vals())
        else:
            self._plan_proof()

    def _on_doubtful(self, text):
        super()._on_doubtful(text)
        self._plan_proof()

    def _plan_proof(self):
        wait = timedelta(minutes=self.account_id.proof_wait)
        self._write_quietly({"proof_date": fields.Datetime.now() + wait})

    @api.model
    def _prepare_no_proof_vals(self):
        names = ("shown", "shown_date", "shown_status", "proof_date")
        return dict.fromkeys((*names, *self._get_difference_fields()), False)

    @api.model
    def _get_difference_fields(self):
        return (
            "difference",
            "difference_since",
            "is_different",
            "heals",
            "heal_count",
        )

    @api.model
    def _bring_proofs_forward(self, accounts):
        """Look at listings earlier, now that more looks are asked for."""
        accounts.flush_recordset(["proof_days"])
        self.flush_model(["proof_date", "shown_date"])
        self.env.cr.execute(
            """
            UPDATE amazon_listing AS l
               SET proof_date = l.shown_date + a.proof_days * interval '1 day'
              FROM amazon_account a
             WHERE a.id = l.account_id AND a.id = ANY(%s)
               AND l.proof_date > l.shown_date + a.proof_days * interval '1 day'
            """,
            [accounts.ids],
        )
        self.invalidate_model(["proof_date"])

    @api.model
    def _cron_prove(self):
        """Let jobs look at the listings that are due."""
        groups = self._read_group(
            [
                ("proof_date", "<=", fields.Datetime.now()),
                ("account_id.mode", "!=", "stopped"),
                ("account_id.active", "=", True),
            ],
            ["account_id", "marketplace_id"],
        )
        for account, marketplace in groups:
            self._enqueue_proof(account, marketplace)
        self._close_alerts()

    @api.model
    def _enqueue_proof(self, account, marketplace, delay=0):
        system = self.env["amazon.account"]._as_system().env[self._name]
        system.with_delay(
            eta=delay or None,
            identity_key=f"amazon-proof-{account.id}-{marketplace.id}",
            max_retries=0,
            priority=5 + 5 * BULK,
            description=f"Look at listings: {account.name}, {marketplace.name}",
        )._job_prove(account, marketplace)

    @api.model
    def _get_due(self, account, marketplace):
        """Return the listings to look at, those first that are due for longest.

        What is on its way is about to change: it is looked at afterwards.
        """
        self.flush_model()
        self.env["amazon.feed.message"].flush_model()
        self.env.cr.execute(
            """
            SELECT l.id FROM amazon_listing l
             WHERE l.account_id = %s AND l.marketplace_id = %s
               AND l.proof_date <= now() AT TIME ZONE 'UTC'
               AND NOT EXISTS (
                SELECT 1 FROM amazon_feed_message m WHERE m.listing_id = l.id
                   AND m.state IN ('sending', 'submitted', 'pending'))
             ORDER BY l.proof_date, l.id LIMIT %s
            """,
            [account.id, marketplace.id, LISTINGS_AT_ONCE],
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    # === LOOKING === #

    @api.model
    def _job_prove(self, account, marketplace):
        """Compare listings with what Amazon shows"""
        if account.mode == "stopped":
            return "The account is stopped."
        listings = self._get_due(account, marketplace)
        if not listings:
            return "Nothing is due."
        found, wait = listings._look()
        looked_at = listings.browse(found)
        looked_at._take_shown(found)
        if wait or len(found) < len(listings) or len(listings) >= LISTINGS_AT_ONCE:
            self._enqueue_proof(account, marketplace, wait)
        different = looked_at.filtered("is_different")
        return f"{len(looked_at)} listings, {len(different)} different."

    @api.model
    def _job_on_fail_prove(self, exc_info=None, exc_name=None, exc_message=None):
        """Report that Amazon could not be asked; the next minute tries it again."""
        self.env["product.integration"]._job_on_fail_dispatch(
            exc_info, exc_name, exc_message
        )

    def _look(self):
        """Ask Amazon for these listings, as far as its limit lets us.

        :return: tuple (dict listing id -> ``Shown``, None: it is not there, or a text:
            why it cannot be read; seconds until the rest can be asked for)
        :raise RetryableJobError: nothing could be asked for
        """
        groups, found = deque(self._group_for_calls()), {}
        for _turn in range(CALLS_AT_ONCE):
            if not groups:
                break
            group = groups.popleft()
            try:
                found.update(group._ask_amazon())
            except RetryableJobError as error:
                if not found:
                    raise
                # What was answered must be kept: the job may not be rolled back.
                return found, error.seconds or 1
            except errors.RejectedError as error:
                if len(group) == 1:
                    found[group.id] = str(error)
                else:
                    # One of them it is: each is asked for on its own.
                    groups.extendleft(reversed(list(group)))
        return found, 0

    def _group_for_calls(self):
        """Return recordsets to ask for in one call each."""
        # The SKUs of one search are separated by commas.
        alone = self.filtered(lambda item: "," in item.sku)
        rest = self - alone
        groups = [
            rest[start : start + SKUS_AT_ONCE]
            for start in range(0, len(rest), SKUS_AT_ONCE)
        ]
        return [*groups, *alone]

    def _ask_amazon(self):
        """Return what Amazon shows of these listings, as ``_look`` does."""
        place = self.marketplace_id.marketplace_id
        items = self._ask_for_one(place) if len(self) == 1 else self._search_at(place)
        found = {}
        for item in self:
            try:
                shown = items.get(item.sku)
                found[item.id] = shown and read_shown(shown, place)
            except ValueError as error:
                found[item.id] = str(error)
        return found

    def _ask_for_one(self, place):
        try:
            item = self.account_id._call(
                "getListingsItem",
                lambda client: client.get_listings_item(
                    self.sku,
                    place,
                    included_data=INCLUDED,
                    issue_locale=self.marketplace_id.language_tag or None,
                ),
                self,
                priority=BULK,
            )
        except errors.NotFoundError:
            return {}
        return {self.sku: item}

    def _search_at(self, place):
        skus = self.mapped("sku")
        page = self.account_id._call(
            "searchListingsItems",
            lambda client: client.search_listings_items(
                place, skus=skus, included_data=INCLUDED, page_size=SKUS_AT_ONCE
            ),
            priority=BULK,
        )
        return {item["sku"]: item for item in page["items"]}

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
