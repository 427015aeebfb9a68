# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import deque
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.integrator_amazon.spapi import errors
from odoo.addons.integrator_amazon.spapi.bucket import BULK
from odoo.addons.queue_job.exception import RetryableJobError

from ..feeds.comparison import OFFER, STOCK, describe
from ..feeds.shown_listing import INCLUDED, read_shown

# So many calls are made in one job, about so many SKUs each (Amazon's limit).
CALLS_AT_ONCE = 5
SKUS_AT_ONCE = 20
LISTINGS_AT_ONCE = CALLS_AT_ONCE * SKUS_AT_ONCE
# In place of an attribute: Amazon does not show the SKU at all.
LISTING = "listing"


class AmazonListingProof(models.Model):
    """Accepted is not live: what Amazon shows of a listing, and what it should show.

    ``proof_date`` says when a listing is looked at next: some minutes after Amazon
    accepted something, and once in some days in any case. Here: when, and how Amazon is
    asked; ``amazon_listing_difference.py``: what follows from its answer.
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

    def _store_answers(self, answers):
        result = super()._store_answers(answers)
        ended, due = [], []
        for listing, operation, _lanes, outcome in answers:
            if outcome is None or outcome.accepted:
                over = outcome is not None and operation == "DELETE"
                (ended if over else due).append(listing.id)
        # Not united one by one: there are ten thousand in a feed.
        self.browse(ended)._write_quietly(self._prepare_no_proof_vals())
        self.browse(dict.fromkeys(due))._plan_proof()
        return result

    def _plan_proof(self):
        """Let these listings be looked at once Amazon has had the time to show them."""
        for account, listings in self.grouped("account_id").items():
            wait = timedelta(minutes=account.proof_wait)
            listings._write_quietly({"proof_date": fields.Datetime.now() + wait})

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
