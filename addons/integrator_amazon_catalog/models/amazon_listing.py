# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ..feeds.listing_attributes import changes, content_attributes

FEED_TYPE = "JSON_LISTINGS_FEED"
CONTENT = "content"


class AmazonListing(models.Model):
    _name = "amazon.listing"
    _description = "Amazon Listing"
    _order = "sku, marketplace_id"
    _rec_name = "sku"

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    marketplace_id = fields.Many2one("amazon.marketplace", required=True)
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", ondelete="set null"
    )
    product_key = fields.Integer(
        index=True, readonly=True, help="Outlives the product, to end its listing."
    )
    sku = fields.Char(string="SKU", required=True, readonly=True)
    asin = fields.Char(string="ASIN", readonly=True)
    product_type = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("new", "Not on Amazon"),
            ("listed", "On Amazon"),
            ("doubtful", "To Be Made Sure"),
            ("deleted", "Ended"),
        ],
        required=True,
        default="new",
        readonly=True,
        help="To be made sure: Amazon aborted the last feed, all is sent again with "
        "the next change.",
    )
    wanted = fields.Json(readonly=True, help="What was sent last.")
    accepted = fields.Json(readonly=True, help="What Amazon accepted last.")
    shown = fields.Json(readonly=True, help="What Amazon shows.")
    wanted_text = fields.Text(
        compute="_compute_texts", string="What Odoo Wants", compute_sudo=True
    )
    shown_text = fields.Text(
        compute="_compute_texts", string="What Amazon Shows", compute_sudo=True
    )
    issues = fields.Text(readonly=True, string="What Amazon Said")
    last_message_id = fields.Many2one(
        "amazon.feed.message", readonly=True, index="btree_not_null"
    )
    submission_state = fields.Selection(
        related="last_message_id.state", string="Last Submission"
    )
    last_feed_id = fields.Many2one(related="last_message_id.feed_id")
    message_ids = fields.One2many("amazon.feed.message", "listing_id")

    _sku_uniq = models.Constraint(
        "UNIQUE (account_id, marketplace_id, sku)",
        "This SKU has a listing in this marketplace already.",
    )

    @api.depends("wanted", "shown")
    def _compute_texts(self):
        for listing in self:
            listing.wanted_text = self._as_text(
                (listing.wanted or {}).get("attributes")
            )
            listing.shown_text = self._as_text(listing.shown)

    @staticmethod
    def _as_text(document):
        """Return a JSON document as lines a person can read."""
        lines = []
        for name, value in (document or {}).items():
            if isinstance(value, list):
                parts = [v.get("value", v) if isinstance(v, dict) else v for v in value]
                value = ", ".join(str(part) for part in parts)
            elif isinstance(value, dict):
                value = json.dumps(value, ensure_ascii=False)
            lines.append(f"{name}: {value}")
        return "\n".join(lines)

    # === QUEUEING === #

    @api.model
    def _queue(self, account, events):
        """Queue one content message per listing that *events* concern.

        Whether the product is offered, or its listing is to be ended, is decided
        when the feed is built: it may change until then.

        :return: recordset of ``amazon.feed.message``
        """
        product_ids = list(set(events.mapped("record_id")))
        offered = account._search_offered(product_ids)
        listings, refused = self._get_or_create(account, product_ids, offered)
        forced = set(events.filtered(lambda e: e.mode == "manual").mapped("record_id"))
        messages = self.env["amazon.feed.message"]._queue(
            [listing._prepare_queue_vals(forced) for listing in listings]
        )
        answers = [
            (message.id, listing.product_key)
            for message, listing in zip(messages, listings, strict=True)
        ]
        answers += self._refuse(account, refused)
        self._link_events(events, answers)
        return messages

    @api.model
    def _refuse(self, account, refused):
        """Record products that cannot be sent as they are, and tell the group.

        :param refused: dict product -> reason
        :return: list of (message id, product id)
        """
        messages = self.env["amazon.feed.message"].create(
            [
                {
                    "account_id": account.id,
                    "company_id": account.company_id.id,
                    "marketplace_id": account.marketplace_ids[:1].id,
                    "feed_type": FEED_TYPE,
                    "lane": CONTENT,
                    "key": product.display_name,
                    "state": "error",
                    "result": reason,
                }
                for product, reason in refused.items()
            ]
        )
        if refused:
            account._alert(
                "not-sendable",
                name=self.env._("Products cannot be sent to Amazon"),
                description="\n".join(list(refused.values())[:10]),
                next_step=self.env._(
                    "Correct the products; each is sent when it is saved."
                ),
                record=next(iter(refused)),
            )
        return [(m.id, p.id) for m, p in zip(messages, refused, strict=True)]

    def _link_events(self, events, answers):
        by_product = events.grouped("record_id")
        message_model = self.env["amazon.feed.message"]
        message_model._link_events(
            "product.integration",
            [
                (message_id, event.id)
                for message_id, product_id in answers
                for event in by_product.get(product_id, ())
            ],
        )
        message_model.browse(answer[0] for answer in answers)._refresh_events()

    def _prepare_queue_vals(self, forced):
        return {
            "account_id": self.account_id.id,
            "company_id": self.company_id.id,
            "marketplace_id": self.marketplace_id.id,
            "feed_type": FEED_TYPE,
            "lane": CONTENT,
            "key": self.sku,
            "flow_id": self.env.ref("integrator_amazon_catalog.flow_catalog").id,
            "forced": self.product_key in forced,
            "listing_id": self.id,
        }

    @api.model
    def _get_or_create(self, account, product_ids, offered):
        """Return all listings of these products, made where one is missing.

        :return: tuple (listings, dict product -> why it cannot have one)
        """
        listings = self.search(
            [
                ("account_id", "=", account.id),
                ("product_key", "in", product_ids),
                ("marketplace_id", "in", account.marketplace_ids.ids),
            ]
        )
        listings._follow_sku()
        have = {(item.product_key, item.marketplace_id.id) for item in listings}
        missing = [
            (product, shop)
            for product in offered
            for shop in account.marketplace_ids
            if (product.id, shop.id) not in have
        ]
        created, refused = self._create_missing(account, missing)
        return listings | created, refused

    def _follow_sku(self):
        """Let listings that never reached Amazon take a corrected reference."""
        stale = self.filtered(
            lambda item: (
                item.state == "new"
                and item.product_id.default_code
                and item.product_id.default_code != item.sku
            )
        )
        if not stale:
            return
        unsettled = self.env["amazon.feed.message"].search(
            [("listing_id", "in", stale.ids), ("state", "not in", ("success", "error"))]
        )
        stale -= unsettled.filtered(lambda m: m.state != "waiting").listing_id
        for account, listings in stale.grouped("account_id").items():
            codes = set(listings.mapped("product_id.default_code"))
            taken = self._get_by_sku(account, codes)
            for listing in listings:
                code = listing.product_id.default_code
                if (code, listing.marketplace_id.id) not in taken:
                    listing.sku = code
                    unsettled.filtered(
                        lambda m, listing=listing: m.listing_id == listing
                    ).key = code

    @api.model
    def _create_missing(self, account, missing):
        """Create listings for (product, marketplace) pairs.

        A listing whose product is gone is taken over by the product that bears its
        SKU now.

        :return: tuple (listings, dict product -> why it cannot have one)
        """
        owners = self._get_by_sku(account, {p.default_code for p, _shop in missing})
        adopted, vals_list, refused = self.browse(), [], {}
        for product, shop in missing:
            slot = (product.default_code, shop.id)
            owner = owners.get(slot)
            if not product.default_code:
                refused[product] = self._explain_no_sku(product)
            elif not owner:
                vals_list.append(self._prepare_vals(account, product, shop))
                owners[slot] = product
            elif owner._name == self._name and not owner.product_id:
                owner.write({"product_id": product.id, "product_key": product.id})
                adopted |= owner
            else:
                refused[product] = self._explain_sku_taken(product, owner)
        return adopted | self._create_unique(vals_list), refused

    def _explain_no_sku(self, product):
        return self.env._(
            "%s has no internal reference, and Amazon needs one as SKU. Enter it on "
            "the product.",
            product.display_name,
        )

    def _explain_sku_taken(self, product, owner):
        return self.env._(
            "%(product)s: its internal reference %(sku)s is the SKU of %(other)s "
            "already. Give each product a reference of its own.",
            product=product.display_name,
            sku=product.default_code,
            other=(
                owner.product_id if owner._name == self._name else owner
            ).display_name,
        )

    @api.model
    def _get_by_sku(self, account, skus):
        found = self.search(
            [("account_id", "=", account.id), ("sku", "in", list(skus))]
        )
        return {(item.sku, item.marketplace_id.id): item for item in found}

    @api.model
    def _prepare_vals(self, account, product, shop):
        return {
            "account_id": account.id,
            "marketplace_id": shop.id,
            "product_id": product.id,
            "product_key": product.id,
            "sku": product.default_code,
        }

    @api.model
    def _create_unique(self, vals_list):
        try:
            with self.env.cr.savepoint():
                return self.create(vals_list)
        except UniqueViolation as error:
            raise RetryableJobError(
                "A listing was made meanwhile.", seconds=2, ignore_retry=True
            ) from error

    # === BUILDING === #

    def _plan(self, forced, offered):
        """Decide what has to be sent for this listing now.

        :param forced: send all values, even those Amazon has
        :param offered: whether the account still offers the product
        :return: tuple (operation, wanted, patches); operation None: nothing to do
        """
        self.ensure_one()
        if not offered:
            gone = self.state in ("new", "deleted")
            return (None if gone else "DELETE"), None, []
        wanted = self._get_wanted()
        accepted = self.accepted or {}
        if (
            self.state != "listed"
            or accepted.get("product_type") != wanted["product_type"]
        ):
            return "UPDATE", wanted, []
        known = accepted["attributes"]
        patches = changes(wanted["attributes"], {} if forced else known)
        return ("PATCH" if patches else None), wanted, patches

    def _get_wanted(self):
        """Return what Amazon is to know of this listing, JSON-able."""
        product = self.product_id.with_context(
            lang=self.marketplace_id._get_content_language()
        )
        content = product._get_amazon_content(self.marketplace_id)
        return {
            "product_type": product.product_tmpl_id._get_amazon_product_type(),
            "attributes": content_attributes(content),
        }

    # === SETTLING === #

    def _on_accepted(self, operation, item, notes):
        """Store that Amazon accepted the last message.

        :param item: the listing as Amazon's report shows it, or an empty dict
        """
        if operation == "DELETE":
            self.write({"state": "deleted", "accepted": False, "issues": notes})
            return
        summary = next(iter(item.get("summaries") or []), {})
        self.write(
            {
                "state": "listed",
                "accepted": self.wanted,
                "shown": summary or self.shown,
                "asin": summary.get("asin") or self.asin,
                "issues": notes,
            }
        )

    def _on_doubtful(self, text):
        """Store that Amazon may or may not have carried out the last message."""
        self.write({"state": "doubtful", "accepted": False, "issues": text})
