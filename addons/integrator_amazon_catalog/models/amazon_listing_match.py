# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator_amazon.models.amazon_feed_message import WHOLE

from ..feeds.lanes import INVENTORY, OVERRIDE, PRICE
from .amazon_listing_plan import Plan

REPORT_TYPE = "GET_MERCHANT_LISTINGS_ALL_DATA"


class AmazonListingMatch(models.Model):
    """Which product a listing is of that was at Amazon before Odoo came.

    ``amazon_listing_found.py``: how it is found; here: what follows from a match, by a
    person or by itself.
    """

    _inherit = "amazon.listing"

    match_state = fields.Selection(
        [
            ("matched", "Matched"),
            ("unmatched", "Not Matched"),
            ("ignored", "Ignored"),
        ],
        string="Match",
        default="matched",
        required=True,
        readonly=True,
        index=True,
        help="Whether it is known which product the listing is of. Nothing is sent for "
        "listings that are not matched.",
    )
    found_title = fields.Char(string="Title at Amazon", readonly=True)
    found_barcode = fields.Char(
        string="Barcode at Amazon", readonly=True, index="btree_not_null"
    )
    found_price = fields.Monetary(
        string="Price at Amazon", readonly=True, help="As of Amazon's last report."
    )
    found_quantity = fields.Integer(string="Quantity at Amazon", readonly=True)
    found_status = fields.Char(string="Status in Amazon's Report", readonly=True)
    missing_count = fields.Integer(
        readonly=True, help="In so many of Amazon's last reports it was missing."
    )

    # === BY HAND === #

    def write(self, vals):
        by_hand = not self.env.context.get("amazon_listing_quiet")
        picked = self.browse()
        if by_hand and vals.get("product_id"):
            picked = self.filtered(lambda item: item.match_state != "matched")
        result = super().write(vals)
        if picked:
            picked._on_picked()
        return result

    def _on_picked(self):
        """Take the product that a person picked for listings found at Amazon."""
        products = {(item.account_id, item.sku): item.product_id for item in self}
        self._take_products(products)

    def _take_products(self, products):
        """Match these listings, and those of the same SKUs in other marketplaces.

        :param products: dict (account, SKU) -> product
        """
        everywhere = self | self.search(
            [
                ("account_id", "in", self.account_id.ids),
                ("sku", "in", self.mapped("sku")),
                ("match_state", "=", "unmatched"),
            ]
        ).filtered(lambda item: (item.account_id, item.sku) in products)
        pairs = {item: products[item.account_id, item.sku] for item in everywhere}
        self._check_offered(pairs)
        self._attach(pairs, queue=True)

    @api.model
    def _check_offered(self, pairs):
        """Take no product that the account does not offer: its listing would end."""
        wanted = {}
        for item, product in pairs.items():
            wanted[item.account_id] = wanted.get(item.account_id, product) | product
        for account, products in wanted.items():
            other = products - account._search_offered(products.ids)
            if other:
                raise UserError(
                    self.env._(
                        "%(product)s is not among the products that %(account)s "
                        "offers, so its listing would be ended. Change the product, or "
                        "the rule on the account, then pick it again.",
                        product=other[0].display_name,
                        account=account.name,
                    )
                )

    def action_ignore(self):
        """Leave these listings alone: nothing is sent for them."""
        self._check_unmatched()
        self._write_quietly({"match_state": "ignored"})

    def action_unignore(self):
        """Let a product be picked for these listings."""
        ignored = self.filtered(lambda item: item.match_state == "ignored")
        ignored._write_quietly({"match_state": "unmatched"})

    def action_unmatch(self):
        """Take the product from listings found at Amazon; they stay as they are."""
        wrong = self.filtered(
            lambda item: item.origin != "amazon" or item.match_state != "matched"
        )
        if wrong:
            raise UserError(
                self.env._(
                    "%s was made by Odoo: archive the product to end it.", wrong[0].sku
                )
            )
        self._write_quietly(
            {
                "match_state": "ignored",
                "product_id": False,
                "product_key": 0,
                "accepted": False,
                "sent": False,
                **self._prepare_no_proof_vals(),
            }
        )

    def action_create_product(self):
        """Make a product out of each of these listings, with what Amazon says of it."""
        self._check_unmatched()
        first = {(item.account_id, item.sku): item for item in reversed(self)}
        codes = [item.found_barcode for item in self if item.found_barcode]
        taken = self.env["product.product"].sudo().search([("barcode", "in", codes)])
        used, vals_list = set(taken.mapped("barcode")), []
        for item in first.values():
            vals_list.append(item._prepare_product_vals(used))
            used.add(item.found_barcode)
        made = self.env["product.product"].create(vals_list)
        self._take_products(dict(zip(first, made, strict=True)))

    def _prepare_product_vals(self, used):
        """Return the values of a product; *used*: barcodes that others have."""
        self.ensure_one()
        company = self.company_id
        price = self.currency_id._convert(
            self.found_price, company.currency_id, company, fields.Date.today()
        )
        return {
            "name": self.found_title or self.sku,
            "default_code": self.sku,
            "barcode": self.found_barcode not in used and self.found_barcode,
            "list_price": price,
            "type": "consu",
            "sale_ok": True,
        }

    def _check_unmatched(self):
        matched = self.filtered(lambda item: item.match_state == "matched")
        if matched:
            raise UserError(
                self.env._(
                    "%(sku)s belongs to %(product)s already.",
                    sku=matched[0].sku,
                    product=matched[0].product_id.display_name or matched[0].sku,
                )
            )

    # === WHAT FOLLOWS FROM A MATCH === #

    def _attach(self, pairs, queue):
        """Let listings that were found at Amazon be those of products.

        :param pairs: dict listing -> product
        :param queue: send price, stock and shipping template at once
        """
        if not pairs:
            return
        listings = self.browse(item.id for item in pairs)
        self._store_matches(pairs)
        rivals = listings._get_rivals()
        messages = self.env["amazon.feed.message"].sudo()
        if queue or rivals:
            whole = listings.filtered("send_content")
            messages = whole._queue_lanes({WHOLE})
            messages |= (listings - whole)._queue_lanes({PRICE, INVENTORY, OVERRIDE})
        self._replace_rivals(rivals, messages)

    def _store_matches(self, pairs):
        self.flush_model()
        self.env.cr.execute_values(
            """
            UPDATE amazon_listing AS l SET product_id = v.product_id,
                   product_key = v.product_id, match_state = 'matched',
                   send_content = l.send_content AND NOT a.keep_matched_content,
                   send_image = l.send_image AND NOT a.keep_matched_content,
                   send_relationship =
                       l.send_relationship AND NOT a.keep_matched_content,
                   proof_date = now() AT TIME ZONE 'UTC'
              FROM (VALUES %s) AS v (id, product_id), amazon_account a
             WHERE l.id = v.id AND a.id = l.account_id
            """,
            [(item.id, product.id) for item, product in pairs.items()],
            page_size=5000,
        )
        self.invalidate_model()

    def _get_rivals(self):
        """Return the listings that Odoo was about to make for the same products."""
        rivals = self.search(
            [
                ("account_id", "in", self.account_id.ids),
                ("marketplace_id", "in", self.marketplace_id.ids),
                ("product_key", "in", self.mapped("product_key")),
                ("state", "=", "new"),
                ("id", "not in", self.ids),
            ]
        )
        here = {
            (item.account_id, item.marketplace_id, item.product_key) for item in self
        }
        flying = rivals._get_busy()
        return rivals.filtered(
            lambda item: (
                item.id not in flying
                and (item.account_id, item.marketplace_id, item.product_key) in here
            )
        )

    def _replace_rivals(self, rivals, messages):
        """Let what is sent for the listings at Amazon answer for those never made."""
        if not rivals:
            return
        heirs = {}
        for message in messages:
            item = message.listing_id
            heirs.setdefault((item.marketplace_id, item.product_key), []).append(
                message
            )
        pairs = [
            (heir.id, event)
            for rival in rivals
            for message in rival.message_ids.sudo()
            for event in message.product_event_ids.ids
            for heir in heirs.get((rival.marketplace_id, rival.product_key), ())
        ]
        messages._link_events("product.integration", pairs)
        rivals.sudo().unlink()
        messages._refresh_events()

    # === WHAT IS SENT === #

    def _queue_messages(self, lanes_of, forced=False):
        # Nothing is sent for what no product is known of.
        known = {k: v for k, v in lanes_of.items() if k.match_state == "matched"}
        return super()._queue_messages(known, forced)

    def _plan(self, waiting, offered):
        plans = super()._plan(waiting, offered)
        text = self.env._("Nothing to send: it is not known which product it is.")
        for item in self.filtered(lambda item: item.match_state != "matched"):
            plans[item.id] = Plan(said=text)
        made = self.filtered(
            lambda item: item.state == "new" and plans[item.id].operation == "UPDATE"
        )
        if made:
            plans.update(made._plan_first(waiting))
        return plans

    def _plan_first(self, waiting):
        """Return the plans of those that must not be made, or not yet."""
        account = self.account_id
        shop = account.shop_ids.filtered(
            lambda shop: shop.marketplace_id == self.marketplace_id
        )
        if shop and shop._waits_for_match():
            reports = self.env["amazon.report"].sudo()
            reports._enqueue_run(account, REPORT_TYPE, self.marketplace_id)
            text = self.env._(
                "Waits until Odoo has read what you sell in %s already.",
                self.marketplace_id.name,
            )
            return {item.id: Plan(held={WHOLE: text}) for item in self}
        return {**self._plan_doubles(), **self._plan_kept_families()}

    def _plan_doubles(self):
        """Make nothing anew of which there is a listing at Amazon."""
        twins = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("marketplace_id", "=", self.marketplace_id.id),
                ("product_id", "in", self.product_id.ids),
                ("origin", "=", "amazon"),
                ("state", "!=", "deleted"),
            ]
        ).grouped("product_id")
        return {
            item.id: Plan(
                said=self.env._(
                    "Nothing to send: it is on Amazon already, as %s.",
                    twins[item.product_id][0].sku,
                )
            )
            for item in self
            if item.product_id in twins
        }

    def _plan_kept_families(self):
        """Make no parent for variants that keep the family they have at Amazon."""
        parents = self.filtered("parent_template_id")
        if not parents:
            return {}
        templates = parents.parent_template_id
        followed = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("marketplace_id", "=", self.marketplace_id.id),
                ("product_id", "in", templates.product_variant_ids.ids),
                ("send_relationship", "=", True),
            ]
        ).product_id.product_tmpl_id
        text = self.env._("Nothing to send: its variants stay as they are at Amazon.")
        return {
            item.id: Plan(said=text)
            for item in parents
            if item.parent_template_id not in followed
        }

    # === SKU === #

    def _get_skus(self, account, products):
        """Return under which SKU the account sells products in other marketplaces.

        :return: dict product id -> SKU
        """
        found = self.search(
            [
                ("account_id", "=", account.id),
                ("product_key", "in", products.ids),
                ("state", "in", ("listed", "doubtful")),
            ],
            # What we ship ourselves first.
            order="fulfilment, id desc",
        )
        return {item.product_key: item.sku for item in found}
