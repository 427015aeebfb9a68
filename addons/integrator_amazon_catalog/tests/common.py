# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
import json

from PIL import Image

from odoo.addons.integrator.recorder import WRITTEN
from odoo.addons.integrator_amazon import archive
from odoo.addons.integrator_amazon.models.amazon_feed_handler import Outcome
from odoo.addons.integrator_amazon.tests.common import AmazonCase

FEED_TYPE = "JSON_LISTINGS_FEED"
KNOWN = [
    "item_name",
    "brand",
    "product_description",
    "bullet_point",
    "manufacturer",
    "condition_type",
    "merchant_suggested_asin",
    "externally_assigned_product_identifier",
    "supplier_declared_has_product_identifier_exemption",
    "country_of_origin",
    "color",
    "size",
    "item_weight",
    "list_price",
    "purchasable_offer",
    "fulfillment_availability",
    "parentage_level",
    "child_parent_sku_relationship",
    "merchant_shipping_group",
    "main_product_image_locator",
    "swatch_product_image_locator",
    *(f"other_product_image_locator_{n}" for n in range(1, 9)),
]
THEMES = ("COLOR", "SIZE", "SIZE/COLOR")


def picture(color="red", size=500):
    """Return an image as Odoo's fields take one."""
    target = io.BytesIO()
    Image.new("RGB", (size, size), color).save(target, "PNG")
    return base64.b64encode(target.getvalue())


RED = picture()


def schema(themes=THEMES):
    """Return a schema that demands a title and a brand, and knows the usual."""
    value = {"type": "object", "properties": {"value": {"type": "string"}}}
    properties = {name: {"type": "array", "title": name} for name in KNOWN}
    for name in ("color", "size"):
        properties[name]["items"] = {
            **value,
            "properties": {
                "value": {"type": "string", "maxUtf8ByteLength": 50},
                "language_tag": {"type": "string"},
                "marketplace_id": {"type": "string"},
            },
        }
    properties["item_name"] = {
        "type": "array",
        "title": "Title",
        "items": {
            "type": "object",
            "properties": {"value": {"type": "string", "maxUtf8ByteLength": 200}},
        },
    }
    if themes:
        properties["variation_theme"] = {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string", "enum": list(themes)}},
            },
        }
    return {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "type": "object",
        "properties": properties,
        "required": ["item_name", "brand"],
    }


class CatalogCase(AmazonCase):
    """An account with what Amazon demands of two product types, and short cuts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What is at Amazon already is looked for in tests of that.
        cls.account.write({"automatic": True, "match_first": False})
        cls.account.home_marketplace_id = cls.shops[0]
        cls.env["ir.config_parameter"].set_param("web.base.url", "https://odoo.test")
        cls.add_rate("EUR", 1.0)
        for shop in cls.shops:
            for requirements in ("LISTING", "LISTING_OFFER_ONLY"):
                cls.add_type("PRODUCT", shop, requirements, schema(themes=None))
                cls.add_type("LUGGAGE", shop, requirements, schema())

    @classmethod
    def add_rate(cls, code, rate):
        """Let a currency have a rate against that of the company."""
        currency = cls.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", code)])
        currency.active = True
        currency.rate_ids.unlink()
        values = {"currency_id": currency.id, "rate": rate, "name": "2020-01-01"}
        cls.env["res.currency.rate"].create(values)
        return currency

    @classmethod
    def add_type(cls, name, shop, requirements, document):
        """Keep what Amazon demands of a product type."""
        record = cls.env["amazon.product.type"].create(
            {
                "account_id": cls.account.id,
                "marketplace_id": shop.id,
                "name": name,
                "requirements": requirements,
                "state": "ready",
                "checksum": f"{name}{len(json.dumps(document))}",
            }
        )
        source = io.BytesIO(json.dumps(document).encode())
        archive.keep(record, "schema", source, "schema.json.gz")
        return record

    def product(self, **values):
        return self.env["product.product"].create(
            {
                "name": "Suitcase",
                "default_code": "S1",
                "barcode": "4006381333931",
                "type": "consu",
                "list_price": 100.0,
                "amazon_brand": "Acme",
                "image_1920": RED,
                "taxes_id": [(5, 0, 0)],
                **values,
            }
        )

    def dispatch(self):
        """Commit, as far as the recorder is concerned, and dispatch."""
        self.env.cr.flush()
        self.env.cr.cache.pop(WRITTEN, None)
        self.env["product.integration"]._job_dispatch()
        return self.env["amazon.feed.message"].search([("state", "=", "waiting")])

    def names_of(self, message):
        """Return the attributes that a PATCH message is about."""
        return [
            patch["path"].removeprefix("/attributes/") for patch in message["patches"]
        ]

    def listings(self, product):
        return self.env["amazon.listing"].search([("product_key", "=", product.id)])

    def listing(self, product, shop=None):
        """Return the listing of a product in one marketplace, the first by default."""
        shop = shop or self.shops[0]
        return self.listings(product).filtered(lambda i: i.marketplace_id == shop)

    def build_listings(self, shop=None, calls=False):
        """Build a feed and return it with its messages as Amazon will read them."""
        shop = shop or self.shops[0]
        feeds = self.env["amazon.feed"]
        known = feeds.search([])
        feeds._job_build(self.account, shop, FEED_TYPE, calls)
        feed = feeds.search(
            [("feed_type", "=", FEED_TYPE), ("state", "in", ("built", "calling"))]
        )
        feed -= known
        if not feed:
            return feed, []
        with archive.unpack(feed, "document") as document:
            return feed, json.load(document)["messages"]

    def accept(self, feed, **data):
        """Let Amazon accept every message of *feed*."""
        numbers = feed.message_ids.mapped("number")
        found = {"item": {}, "notes": "", **data}
        handler = feed._get_handler(feed.feed_type)
        feed.message_ids._set_state("pending", "")
        feed._settle(
            handler, {n: Outcome(True, "Accepted.", data=found) for n in numbers}
        )

    def reject(self, feed, text, blamed=(), code="1"):
        """Let Amazon reject every message of *feed*."""
        numbers = feed.message_ids.mapped("number")
        handler = feed._get_handler(feed.feed_type)
        feed.message_ids._set_state("pending", "")
        outcome = Outcome(False, text, code, {"blamed": list(blamed)})
        feed._settle(handler, dict.fromkeys(numbers, outcome))

    def settle_all(self):
        """Build and accept until nothing is left that can be sent."""
        for _turn in range(10):
            done = False
            for shop in self.account.marketplace_ids:
                feed, messages = self.build_listings(shop)
                if messages:
                    self.accept(feed)
                    done = True
            if not done:
                return

    def listed(self, **values):
        """Return a product that Amazon has accepted."""
        product = self.product(**values)
        self.dispatch()
        self.settle_all()
        return product
