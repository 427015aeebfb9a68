# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.extras import Json

from odoo import api, models

from ..feeds.comparison import OFFER, STOCK
from ..feeds.listing_attributes import DEFAULT_CHANNEL
from .amazon_listing_proof import LISTING

MATCHED_AT_ONCE = 2000
# So many reports in a row must miss a listing before that is shown.
MISSING_TWICE = 2
BARCODES = ("isbn", "upc", "ean", "gtin")
STANDARD_PRICE = (
    f'$.attributes.{OFFER}[*] ? (!(@.audience == "B2B"))'
    ".our_price[0].schedule[0].value_with_tax"
)
OWN_QUANTITY = (
    f'$.attributes.{STOCK}[*] ? (@.fulfillment_channel_code == "{DEFAULT_CHANNEL}")'
    ".quantity"
)


class AmazonListingFound(models.Model):
    """Takes up what Amazon's report says is sold in a marketplace, and finds out which
    products that are. Everything in batches: reports have hundreds of thousands rows.
    """

    _inherit = "amazon.listing"

    # === TAKING UP === #

    @api.model
    def _begin_found(self):
        """Begin to note which listings a report has named, in this transaction."""
        self.env.cr.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS amazon_listing_seen"
            " (id integer PRIMARY KEY) ON COMMIT DROP"
        )
        self.env.cr.execute("TRUNCATE amazon_listing_seen")

    @api.model
    def _take_found(self, account, shop, rows):
        """Take up some rows of the report.

        :param rows: list of ``MerchantListing``
        """
        by_sku = {row.sku: row for row in rows}
        known = self.search(
            [
                ("account_id", "=", account.id),
                ("marketplace_id", "=", shop.id),
                ("sku", "in", list(by_sku)),
            ]
        )
        new = by_sku.keys() - set(known.mapped("sku"))
        made = self._create_unique(
            [
                self._prepare_found_vals(account, shop, by_sku[sku])
                for sku in sorted(new)
            ]
        )
        known._adopt_found(by_sku)
        known._refresh_found(by_sku)
        (known | made)._note_seen()

    @api.model
    def _prepare_found_vals(self, account, shop, row):
        return {
            "account_id": account.id,
            "marketplace_id": shop.id,
            "sku": row.sku,
            "asin": row.asin,
            "origin": "amazon",
            "state": "listed",
            "match_state": "unmatched",
            "fulfilment": self._get_fulfilment(row),
            "found_title": row.title,
            "found_barcode": self._get_barcode(row),
            "found_price": row.price or 0,
            "found_quantity": row.quantity or 0,
            "found_status": row.status,
        }

    @staticmethod
    def _get_fulfilment(row):
        own = row.fulfilment_channel == DEFAULT_CHANNEL
        return "merchant" if own else "amazon"

    @staticmethod
    def _get_barcode(row):
        """Return the barcode of a row, empty if it names the product otherwise."""
        return row.product_id if row.product_id_type in BARCODES else ""

    def _adopt_found(self, by_sku):
        """Take listings as there that Odoo was about to make: Amazon has them."""
        own = self.filtered(lambda item: item.state == "new")
        flying = own._get_busy()
        own = own.filtered(lambda item: item.id not in flying)
        if not own:
            return
        for fulfilment in ("merchant", "amazon"):
            own.filtered(
                lambda item, kind=fulfilment: (
                    self._get_fulfilment(by_sku[item.sku]) == kind
                )
            )._write_quietly(
                {"state": "listed", "origin": "amazon", "fulfilment": fulfilment}
            )
        orphans = own.filtered(lambda i: not (i.product_id or i.parent_template_id))
        orphans._write_quietly({"match_state": "unmatched", "product_key": 0})
        if self.account_id.keep_matched_content:
            own.filtered("parent_template_id")._write_quietly(
                dict.fromkeys(
                    ("send_content", "send_image", "send_relationship"), False
                )
            )
        pairs = {item: item.product_id for item in own if item.product_id}
        self._attach(pairs, queue=self.account_id.automatic)

    def _refresh_found(self, by_sku):
        """Note what the report says of listings that are known already.

        Price and quantity that are not those accepted are looked at at once.
        """
        if not self:
            return
        self.flush_model()
        self.env.cr.execute_values(
            f"""
            WITH said (id, asin, title, barcode, price, quantity, status) AS (
                VALUES %s
            ), judged AS (
                SELECT said.*, coalesce(l.match_state = 'matched' AND (
                    l.send_price AND said.price::numeric <> (jsonb_path_query_first(
                        l.accepted, '{STANDARD_PRICE}') #>> '{{}}')::numeric
                    OR l.send_inventory AND said.quantity::numeric <> (
                        jsonb_path_query_first(l.accepted, '{OWN_QUANTITY}')
                        #>> '{{}}')::numeric), FALSE) AS wrong
                  FROM said JOIN amazon_listing l ON l.id = said.id
            )
            UPDATE amazon_listing AS l SET asin = coalesce(j.asin, l.asin),
                   found_title = j.title, found_barcode = j.barcode,
                   found_price = j.price::numeric,
                   found_quantity = coalesce(j.quantity::integer, 0),
                   found_status = j.status, missing_count = 0,
                   proof_date = CASE WHEN j.wrong
                       THEN now() AT TIME ZONE 'UTC' ELSE l.proof_date END
              FROM judged j
             WHERE l.id = j.id AND (j.wrong OR l.missing_count > 0
                OR (l.asin, l.found_title, l.found_barcode, l.found_price,
                    l.found_quantity, l.found_status)
                IS DISTINCT FROM (coalesce(j.asin, l.asin), j.title, j.barcode,
                    j.price::numeric, coalesce(j.quantity::integer, 0), j.status))
            """,  # noqa: S608 - paths are constants above
            [
                (
                    item.id,
                    row.asin or None,
                    row.title or None,
                    self._get_barcode(row) or None,
                    row.price,
                    row.quantity,
                    row.status or None,
                )
                for item in self
                for row in [by_sku[item.sku]]
            ],
            page_size=MATCHED_AT_ONCE,
        )
        self.invalidate_model()

    def _note_seen(self):
        self.env.cr.execute(
            "INSERT INTO amazon_listing_seen SELECT unnest(%s) ON CONFLICT DO NOTHING",
            [self.ids],
        )

    # === MATCHING === #

    @api.model
    def _match_found(self, account, shop):
        """Find the products of listings that have none; return how many were found.

        What a person did is not touched: only what is not matched is looked at.
        """
        count = 0
        for find in (self._find_elsewhere, self._find_by_sku, self._find_by_barcode):
            last = 0
            while True:
                rows, last = find(account, shop, last)
                count += self._attach_free(account, shop, rows)
                if not last:
                    break
        return count

    @api.model
    def _find(self, account, shop, last, join):
        """Return the next pairs of unmatched listings and products.

        :param join: SQL that joins the product p to the listing l; one product must
            fit, no more
        :return: tuple (list of (listing id, product id), where to go on, 0 at the end)
        """
        self.flush_model()
        self.env["product.product"].flush_model()
        self.env.cr.execute(
            """
            SELECT id FROM amazon_listing WHERE account_id = %s AND marketplace_id = %s
               AND match_state = 'unmatched' AND state = 'listed' AND id > %s
             ORDER BY id LIMIT %s
            """,
            [account.id, shop.id, last, MATCHED_AT_ONCE],
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.env.cr.execute(
            f"""
            SELECT l.id, min(p.id) FROM amazon_listing l
              {join}
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE l.id = ANY(%s) AND p.active
               AND (t.company_id IS NULL OR t.company_id = %s)
             GROUP BY l.id HAVING count(DISTINCT p.id) = 1
            """,  # noqa: S608 - joins are constants below
            [ids, account.company_id.id],
        )
        rows = self.env.cr.fetchall()
        return rows, (ids[-1] if len(ids) == MATCHED_AT_ONCE else 0)

    @api.model
    def _find_elsewhere(self, account, shop, last):
        """Find products by the SKU that they have in another marketplace."""
        join = """
              JOIN amazon_listing other ON other.account_id = l.account_id
               AND other.sku = l.sku AND other.id <> l.id
               AND other.match_state = 'matched' AND other.state <> 'deleted'
              JOIN product_product p ON p.id = other.product_id"""
        return self._find(account, shop, last, join)

    @api.model
    def _find_by_sku(self, account, shop, last):
        join = "JOIN product_product p ON p.default_code = l.sku"
        return self._find(account, shop, last, join)

    @api.model
    def _find_by_barcode(self, account, shop, last):
        """Find products by barcode, unless several listings have it."""
        lengths = ", ".join(
            f"lpad(plain, greatest({length}, length(plain)), '0')"
            for length in (1, 12, 13, 14)
        )
        join = f"""
             CROSS JOIN LATERAL (SELECT ltrim(l.found_barcode, '0')) AS code (plain)
              JOIN product_product p ON plain <> ''
               AND p.barcode = ANY(ARRAY[{lengths}])
               AND NOT EXISTS (SELECT 1 FROM amazon_listing other
             WHERE other.account_id = l.account_id
               AND other.marketplace_id = l.marketplace_id
               AND other.found_barcode = l.found_barcode AND other.id <> l.id
               AND other.fulfilment = l.fulfilment
               AND other.match_state <> 'ignored' AND other.state <> 'deleted')"""
        return self._find(account, shop, last, join)

    @api.model
    def _attach_free(self, account, shop, rows):
        """Match those of *rows* (listing id, product id) whose product is offered and
        is not sold under another SKU already; return how many."""
        offered = account._search_offered([product_id for _id, product_id in rows])
        taken = {
            (item.product_id, item.fulfilment)
            for item in self.search(
                [
                    ("account_id", "=", account.id),
                    ("marketplace_id", "=", shop.id),
                    ("product_id", "in", offered.ids),
                    ("state", "not in", ("new", "deleted")),
                ]
            )
        }
        pairs = {}
        products = self.env["product.product"]
        for listing_id, product_id in rows:
            item, product = self.browse(listing_id), products.browse(product_id)
            slot = (product, item.fulfilment)
            if product in offered and slot not in taken:
                taken.add(slot)
                pairs[item] = product
        self._attach(pairs, queue=account.automatic)
        return len(pairs)

    # === WHAT IS MISSING === #

    @api.model
    def _note_missing(self, account, shop, since):
        """Note which listings the report does not name.

        Once may be an accident: they are looked at; the second time it is shown. What
        no product is known of is forgotten then.

        :param since: of when the report is, UTC; what came later cannot be in it
        """
        self.flush_model()
        self.env.cr.execute(
            """
            UPDATE amazon_listing AS l
               SET missing_count = coalesce(missing_count, 0) + 1,
                   proof_date = CASE WHEN l.match_state = 'matched'
                       THEN now() AT TIME ZONE 'UTC' ELSE l.proof_date END
             WHERE l.account_id = %s AND l.marketplace_id = %s AND l.state = 'listed'
               AND coalesce(l.parent_key, 0) = 0
               AND coalesce(l.accepted_date, l.create_date) < %s
               AND NOT EXISTS (SELECT 1 FROM amazon_listing_seen s WHERE s.id = l.id)
            RETURNING l.id, l.missing_count, l.match_state
            """,
            [account.id, shop.id, since],
        )
        rows = self.env.cr.fetchall()
        self.invalidate_model()
        twice = [row for row in rows if row[1] >= MISSING_TWICE]
        self.browse(row[0] for row in twice if row[2] == "matched")._note_gone()
        self.browse(row[0] for row in twice if row[2] != "matched").unlink()
        return len(rows)

    def _note_gone(self):
        """Show that these listings are not at Amazon any more; the look that is due
        makes sure, and sends them again."""
        words = [self.env._("it on Amazon"), self.env._("no such SKU")]
        self.env.cr.execute(
            """
            UPDATE amazon_listing SET difference = %s::jsonb, is_different = TRUE,
                   difference_since = coalesce(
                       difference_since, now() AT TIME ZONE 'UTC')
             WHERE id = ANY(%s)
            """,
            [Json({LISTING: words}), self.ids],
        )
        self.invalidate_recordset()
