# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of the catalog do in Odoo, and how they look at Amazon.

What Amazon has is read with Amazon's own SDK; what it had in between is written down
by the simulator's own database, whose triggers miss nothing.
"""

from __future__ import annotations

import base64
import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import jsonschema
import pytest
import spapi

from deploy.paths import ROOT
from deploy.simulator.product_types import of_seller
from deploy.simulator.validation import check_attribute, check_required
from tests.simulator.conftest import TrustingClient
from tests.system.scenario import Shop, product_values

DE, FR = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
AVAILABILITY, OFFER = "fulfillment_availability", "purchasable_offer"
MAIN_IMAGE = "main_product_image_locator"
RELATION = "child_parent_sku_relationship"
SHIPPING_GROUP = "merchant_shipping_group"
FEED_SCHEMA = "listings-feed-schema-v2.json"
MESSAGE_SCHEMA = "listings-feed-message-schema-v2.json"
Attributes = dict[str, Any]


class SdkView:
    """A seller's listings as Amazon's own SDK reads them."""

    def __init__(self, simulator: Any, seller: dict[str, Any], region: str) -> None:
        """:param region: as the SDK names it: EU, NA, FE."""
        self._simulator, self._seller, self._region = simulator, seller, region

    def _api(self) -> spapi.ListingsApi:
        """Return a client that has just signed in: tokens age with the simulator."""
        config = spapi.SPAPIConfig(
            client_id=self._seller["lwa_client_id"],
            client_secret=self._seller["lwa_client_secret"],
            refresh_token=self._seller["refresh_token"],
            region=self._region,
            scope=None,
        )
        config.ca = str(self._simulator.folder / "ca.pem")
        client = TrustingClient(
            config,
            oauth_endpoint=f"{self._simulator.url}/auth/o2/token",
            endpoint=self._simulator.endpoint(self._seller),
        )
        return spapi.ListingsApi(client.api_client)

    @contextmanager
    def _signed_in(self) -> Iterator[spapi.ListingsApi]:
        with pytest.MonkeyPatch.context() as patch:
            # The SDK signs in by a library that knows no other way to trust.
            patch.setenv("REQUESTS_CA_BUNDLE", str(self._simulator.folder / "ca.pem"))
            yield self._api()

    def item(self, sku: str, place: str = DE) -> Any:
        """Return a listing with all of its data sets; None: there is none."""
        wanted = ["summaries", "attributes", "issues", "offers", "relationships"]
        try:
            with self._signed_in() as listings:
                return listings.get_listings_item(
                    self._seller["seller_id"], sku, [place], included_data=wanted
                )
        except spapi.ApiException as error:
            if error.status == 404:
                return None
            raise

    def end(self, sku: str, place: str = DE) -> None:
        """End a listing."""
        with self._signed_in() as listings:
            answer = listings.delete_listings_item(
                self._seller["seller_id"], sku, [place]
            )
        assert answer.status == "ACCEPTED", answer

    def attributes(self, sku: str, place: str = DE) -> Attributes:
        """Return the attributes of a listing, empty if there is none."""
        found = self.item(sku, place)
        return dict(found.attributes) if found else {}

    def value(self, sku: str, name: str, place: str = DE) -> Any:
        """Return the value of an attribute that has one, None if it has none."""
        items = self.attributes(sku, place).get(name) or [{}]
        return items[0].get("value")

    def offer(self, sku: str, place: str = DE, audience: str = "ALL") -> Attributes:
        """Return an offer, empty if there is none for this audience."""
        offers = self.attributes(sku, place).get(OFFER) or []
        found = [o for o in offers if o.get("audience", "ALL") == audience]
        return found[0] if found else {}

    def stock(self, sku: str, place: str = DE) -> Attributes:
        """Return what is known of the stock, without its channel."""
        (block,) = self.attributes(sku, place).get(AVAILABILITY) or [{}]
        return {k: v for k, v in block.items() if k != "fulfillment_channel_code"}

    def family(self, sku: str, place: str = DE) -> Attributes:
        """Return parents, children and theme of a listing."""
        found = self.item(sku, place)
        parts = [r for part in found.relationships for r in part.relationships]
        (relation,) = parts or [None]
        theme = relation and relation.variation_theme
        return {
            "parents": sorted((relation and relation.parent_skus) or []),
            "children": sorted((relation and relation.child_skus) or []),
            "theme": theme.theme if theme else None,
        }


def price_of(offer: Attributes, name: str = "our_price") -> Any:
    """Return a price of an offer, None if it has no such price."""
    prices = offer.get(name)
    return prices[0]["schedule"][0]["value_with_tax"] if prices else None


class History:
    """Every state that a listing ever had at Amazon, in its order.

    The simulator keeps listings in a database; a trigger copies what is written there.
    """

    def __init__(self, simulator: Any) -> None:
        self._path = simulator.folder / "state.sqlite"
        with closing(self._open()) as database:
            database.executescript(
                """
                CREATE TABLE IF NOT EXISTS history (
                    number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, sku TEXT,
                    place TEXT, data TEXT);
                CREATE TRIGGER IF NOT EXISTS history_made AFTER INSERT ON listing
                BEGIN INSERT INTO history (at, sku, place, data) VALUES (
                    (julianday('now') - 2440587.5) * 86400, NEW.sku, NEW.place,
                    NEW.data); END;
                CREATE TRIGGER IF NOT EXISTS history_changed AFTER UPDATE ON listing
                BEGIN INSERT INTO history (at, sku, place, data) VALUES (
                    (julianday('now') - 2440587.5) * 86400, NEW.sku, NEW.place,
                    NEW.data); END;
                """
            )

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30, isolation_level=None)

    def of(self, sku: str, place: str = DE) -> list[tuple[float, Attributes]]:
        """Return (seconds since 1970, attributes) of each state of a listing."""
        with closing(self._open()) as database:
            rows = database.execute(
                "SELECT at, data FROM history WHERE sku = ? AND place = ?"
                " ORDER BY number",
                (sku, place),
            ).fetchall()
        return [(at, json.loads(data)["attributes"]) for at, data in rows]

    def offered(self, sku: str, place: str = DE) -> list[tuple[int, Any]]:
        """Return (pieces, price) of each state of a listing."""
        return [
            (pieces_of(attributes), price_of((attributes.get(OFFER) or [{}])[0]))
            for _at, attributes in self.of(sku, place)
        ]


def pieces_of(attributes: Attributes) -> int:
    """Return how many pieces a listing offers."""
    blocks = attributes.get(AVAILABILITY) or []
    return max((block.get("quantity") or 0 for block in blocks), default=0)


class CatalogShop(Shop):
    """A shop whose listings are looked at by Amazon's own SDK."""

    sdk: SdkView
    history: History

    @classmethod
    def open(cls, odoo: Any, simulator: Any, account: int) -> CatalogShop:
        """Return the shop of the first seller, whose account is connected."""
        shop = cls(odoo, simulator, [account])
        shop.sdk = SdkView(simulator, simulator.sellers[0], "EU")
        shop.history = History(simulator)
        return shop

    # === PRODUCTS === #

    def create_all(self, many: list[dict[str, Any]]) -> list[int]:
        """Create products at once, so that they go out in one feed."""
        values = [product_values(**own) for own in many]
        found: list[int] = self.odoo.call("product.product", "create", values)
        return found

    def listed(self, *many: dict[str, Any]) -> list[int]:
        """Create products; return their ids once Amazon has them all."""
        products = self.create_all(list(many))
        self.wait()
        for product in products:
            (row, *_more) = self.rows(product)
            assert row["amazon_status"] == "success", row["amazon_status_data"]
        return products

    def wait(self, timeout: float = 180) -> None:
        """Wait until nothing is on its way."""
        self.all_settled(timeout, hurry=True)

    def hurry(self, forgive: bool = True) -> None:
        """The same, and the watchdog looks at once for what waits without a job."""
        super().hurry(forgive)
        jobs = (
            "SELECT 1 FROM queue_job WHERE state NOT IN ('done', 'failed', 'cancelled')"
        )
        if not self.odoo.sql(jobs):
            self.watch()

    def watch(self) -> None:
        """Let the watchdog run, which does so every minute otherwise."""
        (cron,) = self.odoo.sql(
            "SELECT res_id FROM ir_model_data WHERE name = 'ir_cron_amazon_watchdog'"
        )
        self.odoo.call("ir.cron", "method_direct_trigger", [cron[0]])

    def change(self, product: int, **values: Any) -> None:
        """Change a product, and wait until Amazon has it."""
        self.write(product, **values)
        self.wait()

    def listing(self, product: int, place: str = DE) -> int:
        """Return the id of the listing of a product."""
        rows = self.odoo.sql(
            "SELECT l.id FROM amazon_listing l JOIN amazon_marketplace m"
            " ON m.id = l.marketplace_id WHERE l.product_id = %s"
            " AND m.marketplace_id = %s",
            [product, place],
        )
        return int(rows[0][0])

    def change_listing(self, product: int, **values: Any) -> None:
        """Change the German listing of a product, and wait until Amazon has it."""
        self.odoo.write("amazon.listing", [self.listing(product)], values)
        self.wait()

    def problem(self, product: int, place: str = DE) -> str:
        """Return what hinders the listing of a product."""
        (found,) = self.odoo.search_read(
            "amazon.listing",
            [("id", "=", self.listing(product, place))],
            ["problem_text"],
        )
        return found["problem_text"] or ""

    def settings(self, place: str = DE) -> int:
        """Return the id of the account's settings of a marketplace."""
        rows = self.odoo.sql(
            "SELECT s.id FROM amazon_account_marketplace s JOIN amazon_marketplace m"
            " ON m.id = s.marketplace_id WHERE s.account_id = %s"
            " AND m.marketplace_id = %s",
            [self.accounts[0], place],
        )
        return int(rows[0][0])

    def set_up(self, place: str = DE, **values: Any) -> None:
        """Change the settings of a marketplace, and wait until Amazon has it."""
        self.odoo.write("amazon.account.marketplace", [self.settings(place)], values)
        self.wait()

    def end_at_amazon(self, skus: list[str], place: str = DE) -> None:
        """End listings as a person does in Seller Central: Odoo is not told."""
        for sku in skus:
            self.sdk.end(sku, place)

    # === STOCK === #

    def count(self, product: int, pieces: float) -> None:
        """Say how many pieces of a product lie in the warehouse."""
        self.write(product, qty_available=pieces)

    def picking(
        self, code: str, product: int, pieces: float, date: str | None = None
    ) -> int:
        """Make a confirmed transfer; return its id.

        :param code: of its kind: incoming or outgoing
        """
        (kind,) = self.odoo.search_read(
            "stock.picking.type",
            [("code", "=", code)],
            ["default_location_src_id", "default_location_dest_id"],
        )[:1]
        source = kind["default_location_src_id"][0]
        target = kind["default_location_dest_id"][0]
        move = {
            "product_id": product,
            "product_uom_qty": pieces,
            "location_id": source,
            "location_dest_id": target,
            **({"date": date} if date else {}),
        }
        values = {
            "picking_type_id": kind["id"],
            "location_id": source,
            "location_dest_id": target,
            "move_ids": [(0, 0, move)],
            **({"scheduled_date": date} if date else {}),
        }
        picking = self.odoo.create("stock.picking", values)
        self.odoo.call("stock.picking", "action_confirm", [picking])
        return picking

    def reserve(self, picking: int) -> None:
        """Reserve what a transfer needs."""
        self.odoo.call("stock.picking", "action_assign", [picking])

    def finish(self, picking: int) -> None:
        """Carry a transfer out."""
        self.odoo.call("stock.picking", "button_validate", [picking])

    # === BOTH SIDES === #

    def expected(self, products: list[int]) -> dict[str, tuple[int, float]]:
        """Return what Odoo offers: SKU -> (pieces that are free, sales price).

        Worked out from quants and products as they are in the database.
        """
        rows = self.odoo.sql(
            """
            SELECT p.default_code, t.list_price, coalesce((
                SELECT sum(q.quantity - q.reserved_quantity) FROM stock_quant q
                  JOIN stock_location l ON l.id = q.location_id
                 WHERE q.product_id = p.id AND l.usage = 'internal'), 0)
              FROM product_product p JOIN product_template t
                ON t.id = p.product_tmpl_id WHERE p.id = ANY(%s)
            """,
            [products],
        )
        return {
            sku: (max(int(pieces), 0), round(float(price), 2))
            for sku, price, pieces in rows
        }

    def offered(self, skus: set[str]) -> dict[str, dict[str, tuple[int, float]]]:
        """Return what Amazon offers: marketplace -> SKU -> (pieces, price)."""
        found: dict[str, dict[str, tuple[int, float]]] = {}
        for item in self.simulator.listings():
            if item["sku"] in skus:
                attributes = item["attributes"]
                price = price_of((attributes.get(OFFER) or [{}])[0])
                mine = found.setdefault(item["marketplace_id"], {})
                mine[item["sku"]] = (pieces_of(attributes), price)
        return found

    def check_equal(self, products: list[int], places: tuple[str, ...]) -> None:
        """Every listing at Amazon is as Odoo has it, in these marketplaces."""
        expected = self.expected(products)
        offered, wanted = self.offered(set(expected)), dict.fromkeys(places, expected)
        assert offered == wanted, f"Amazon has {offered}, Odoo {wanted}"

    # === WHAT WAS SENT === #

    def documents(self) -> list[dict[str, Any]]:
        """Return what was sent of listings, the oldest first; each with its feed's
        ``state``, ``place``, and what it said."""
        feeds = self.odoo.sql(
            "SELECT f.id, f.amazon_feed_id, m.marketplace_id FROM amazon_feed f"
            " JOIN amazon_marketplace m ON m.id = f.marketplace_id"
            " WHERE f.feed_type = 'JSON_LISTINGS_FEED' AND f.state != 'preview'"
            " ORDER BY f.id"
        )
        return [
            {
                "place": place,
                "is_feed": bool(amazon_id),
                "amazon_feed_id": amazon_id,
                **self._read_document(feed),
            }
            for feed, amazon_id, place in feeds
        ]

    def _read_document(self, feed: int) -> dict[str, Any]:
        (found,) = self.odoo.search_read(
            "amazon.feed", [("id", "=", feed)], ["document"]
        )
        packed = base64.b64decode(found["document"])
        document: dict[str, Any] = json.loads(gzip.decompress(packed))
        return document

    def sent(self, sku: str, attribute: str, since: int = 0) -> list[dict[str, Any]]:
        """Return the messages that carried an attribute of a SKU.

        :param since: so many documents are of before
        """
        return [
            {**message, "place": document["place"]}
            for document in self.documents()[since:]
            for message in document["messages"]
            if message["sku"] == sku and attribute in _names(message)
        ]

    def calls(self, sku: str = "") -> list[dict[str, Any]]:
        """Return the calls that changed a listing, good ones and bad ones."""
        found = self.simulator.journal(operation="patchListingsItem")
        return [entry for entry in found if entry["path"].endswith(f"/{sku}")]


def _names(message: dict[str, Any]) -> set[str]:
    patched = {p["path"].rpartition("/")[2] for p in message.get("patches") or ()}
    return patched | set(message.get("attributes") or ())


# === AS AMAZON WANTS IT === #


def check_documents(shop: CatalogShop) -> None:
    """All that was sent is as Amazon's schemas and the product types demand it."""
    documents = shop.documents()
    known = {document["amazon_feed_id"] for document in documents}
    if not shop.unfinished():
        assert {feed["feedId"] for feed in shop.accepted_feeds()} <= known
    validators = amazon_validators()
    for document in documents:
        body = {key: document[key] for key in ("header", "messages")}
        for validator in validators[: 1 if document["is_feed"] else 0]:
            _refuse(validator.iter_errors(body), document)
        for message in document["messages"]:
            for validator in validators[1:]:
                _refuse(validator.iter_errors(message), message)
            _refuse(check_message(message, document), message)


def _refuse(found: Iterator[Any], about: dict[str, Any]) -> None:
    """Raise the first thing that is wrong with a document, if there is any."""
    wrong = next(found, None)
    assert wrong is None, f"{wrong}\n{json.dumps(about)[:2000]}"


def amazon_validators() -> list[Any]:
    """Return Amazon's schemas of a feed and of a message, none if they are not here.

    They are Amazon's, and no part of the project.
    """
    for folder in ROOT.parents:
        schemas = folder / "shared" / "amazon" / "schemas"
        if (schemas / FEED_SCHEMA).exists():
            return [
                jsonschema.Draft7Validator(json.loads((schemas / name).read_text()))
                for name in (FEED_SCHEMA, MESSAGE_SCHEMA)
            ]
    return []


def check_message(message: dict[str, Any], document: dict[str, Any]) -> Iterator[Any]:
    """Find what the product type of a message does not allow in it.

    Of a whole listing every attribute must be there that is demanded; nothing may be
    there that the product type does not know.
    """
    places = (document["place"],)
    kind = of_seller(message.get("productType", ""), document["header"]["sellerId"])
    if kind is None:
        return
    if message["operationType"] == "UPDATE":
        requirements = message["requirements"]
        yield from check_required(kind, message["attributes"], requirements)
        for name, value in message["attributes"].items():
            yield from check_attribute(
                kind, name, value, places, requirements=requirements
            )
    for patch in message.get("patches") or ():
        if patch["op"] == "replace":
            name = patch["path"].rpartition("/")[2]
            yield from check_attribute(kind, name, patch["value"], places)
