# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json

from odoo import fields

from odoo.addons.integrator_amazon import archive

from .common import CatalogCase


class LaneCase(CatalogCase):
    """Short cuts to what one lane wants, and to what is sent of it."""

    def want(self, listings, *lanes):
        """Return dict listing -> ``Wanted`` of these lanes."""
        found = listings._get_wanted({item.id: set(lanes) for item in listings})
        return {item: found[item.id] for item in listings}

    def want_one(self, listing, lane):
        """Return the attributes that one lane wants of a listing, else why not."""
        found = self.want(listing, lane)[listing]
        return found.problems.get(lane) or found.lanes.get(lane)

    def send(self, listing, *lanes, calls=False):
        """Let lanes of a listing wait, build, and return (feed, JSON messages)."""
        listing._queue_lanes(set(lanes))
        return self.build_listings(listing.marketplace_id, calls)

    def waiting(self, listing):
        """Return dict lane -> message that waits, of one listing."""
        found = self.env["amazon.feed.message"].search(
            [("listing_id", "=", listing.id), ("state", "=", "waiting")]
        )
        return {message.lane: message for message in found}

    def last(self, listing, lane):
        """Return the last message of a listing's lane."""
        return self.env["amazon.feed.message"].search(
            [("listing_id", "=", listing.id), ("lane", "=", lane)], limit=1
        )

    def shop_of(self, marketplace=None):
        """Return the settings of the account in a marketplace, the first by default."""
        return self.env["amazon.account.marketplace"]._get(
            self.account, marketplace or self.shops[0]
        )

    def pricelist(self, *rules, currency="EUR", **values):
        """Return a pricelist of these rules, each a dict."""
        found = self.env["res.currency"].search([("name", "=", currency)])
        return self.env["product.pricelist"].create(
            {
                "name": "List",
                "currency_id": found.id,
                "item_ids": [(0, 0, {"applied_on": "3_global", **r}) for r in rules],
                **values,
            }
        )

    def stock(self, product, pieces, location=None):
        """Set how many pieces of a product lie somewhere."""
        location = location or self.warehouse.lot_stock_id
        quants = self.env["stock.quant"]
        here = quants._gather(product, location, strict=True)
        quants._update_available_quantity(
            product, location, pieces - sum(here.mapped("quantity"))
        )
        self.env.invalidate_all()

    def demand(self, document, name="PRODUCT", requirements="LISTING", shop=None):
        """Let Amazon demand something else of a product type; return its record."""
        record = self.env["amazon.product.type"]._get(
            self.account, shop or self.shops[0], name, requirements
        )
        text = json.dumps(document)
        archive.keep(record, "schema", io.BytesIO(text.encode()), "schema.json.gz")
        record.checksum = f"{len(text)}-{hash(text)}"
        return record

    @property
    def warehouse(self):
        return self.env["stock.warehouse"].search(
            [("company_id", "=", self.account.company_id.id)], limit=1
        )

    @staticmethod
    def moment(text):
        return fields.Datetime.to_datetime(text)
