# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many orders at once, as a shop has them; the same seed makes the same ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from itertools import islice
from typing import Any

from deploy.simulator.listing_book import ListingBook, where
from deploy.simulator.listing_view import first, is_fba, is_parent, our_price
from deploy.simulator.order_amounts import amount, decimals
from deploy.simulator.order_book import (
    AMAZON,
    BATCH,
    MERCHANT,
    PENDING,
    Order,
    OrderBook,
    released,
)
from deploy.simulator.order_edits import HOLD_SECONDS, cancelled, requested, shipped
from deploy.simulator.order_maker import DAY, PROMISES, OrderMaker
from deploy.simulator.sellers import MARKETPLACES, Seller
from deploy.simulator.store import Store

# So many listings of a marketplace are sold at most.
SHELF = 5000
MESSAGES = (
    "Alles Gute zum Geburtstag!\nDeine Käthe",
    "Joyeux Noël 🎄",
    "お誕生日おめでとう",
    'For "you" & <yours>',
)
PROMOTIONS = ("PAWS-V2-ABC123", "Coupon 10% – Sommer", "Free Shipping 2026")
REASONS = ("Order created by mistake", "Bought elsewhere", "Delivery takes too long")


@dataclass(frozen=True)
class Mix:
    """How many orders of a hundred are of which kind, as shares from 0 to 1.

    ``unknown``: of their items, the SKU is none of the seller's listings. ``masked``:
    personal data is missing. ``waits``: the payment takes days. ``partly_cancelled``:
    of those of which more than one piece was ordered.
    """

    business: float = 0.15
    amazon: float = 0.2
    several: float = 0.25
    promotion: float = 0.2
    gift: float = 0.08
    masked: float = 0.06
    prime: float = 0.1
    replacement: float = 0.01
    cancelled: float = 0.04
    partly_cancelled: float = 0.1
    wants_cancel: float = 0.03
    shipped: float = 0.2
    waits: float = 0.01
    unknown: float = 0.0


def mix_of(given: dict[str, Any]) -> Mix:
    """Return a mix of which some shares are given.

    :raise ValueError: there is no such share, or it is none
    """
    names = [share.name for share in fields(Mix)]
    if not isinstance(given, dict) or set(given) - set(names):
        raise ValueError(f"mix may have {', '.join(names)}")
    for name, share in given.items():
        if not isinstance(share, (int, float)) or not 0 <= share <= 1:
            raise ValueError(f"the share of {name} must be from 0 to 1")
    return Mix(**given)


@dataclass(frozen=True)
class Article:
    """What a shop sells: its price in cents, and who ships it; None: either."""

    sku: str
    price: int
    asin: str = ""
    title: str = ""
    shipper: str | None = None


class OrderGenerator:
    """Fills the book of orders."""

    def __init__(self, store: Store, orders: OrderBook, listings: ListingBook) -> None:
        self._store = store
        self._orders = orders
        self._listings = listings

    def fill(
        self,
        seller: Seller,
        count: int,
        *,
        until: float,
        now: float,
        days: float = 30,
        seed: int = 0,
        places: tuple[str, ...] = (),
        mix: Mix | None = None,
    ) -> list[str]:
        """Let many orders be made in the days until a moment; return the ids of some.

        :param until: in seconds since 1970, as is *now*
        :param places: the marketplaces; empty: all of the seller's
        :return: the ids of the first hundred
        :raise ValueError: orders of this seed are there already
        """
        dice = random.Random(f"{seed} {seller.seller_id}")
        batch = _Batch(dice, OrderMaker(dice), mix or Mix(), now)
        places = places or seller.marketplace_ids
        shelves = {place: self._shelf(seller.seller_id, place) for place in places}
        span = days * DAY
        ids: list[str] = []
        made = (
            batch.order(seller.seller_id, place, shelves[place], moment)
            for place, moment in (
                (dice.choice(places), until - span + span * (number + 0.5) / count)
                for number in range(count)
            )
        )
        while some := list(islice(made, BATCH)):
            if not ids and self._orders.get(seller.seller_id, some[0]["order_id"]):
                raise ValueError("the orders of this seed are there already")
            ids += [order["order_id"] for order in some[: 100 - len(ids)]]
            with self._store.together():
                self._orders.put_many(some)
        return ids

    def _shelf(self, seller_id: str, place: str) -> list[Article]:
        search = where(seller_id=seller_id, marketplace_id=place)
        listings = islice(self._listings.all(search), SHELF)
        found = [article for item in listings for article in _articles(item, place)]
        return found or [_made_up(place, number) for number in range(1, 41)]


def _made_up(place: str, number: int) -> Article:
    price = 299 + 137 * number
    title = f"Artikel Nº {number} „Größe XL“ – サンプル"
    return Article(f"SIM-{number:04d}", price, f"B0SIM{number:05d}", title)


def _for_free(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as it is sent again; that it costs nothing then is inferred."""
    kept = ("sku", "asin", "title", "quantity")
    return {"item_price": "0", **{name: item[name] for name in kept}}


def _articles(listing: dict[str, Any], place: str) -> Iterator[Article]:
    attributes = listing["attributes"]
    if is_parent(attributes):
        return
    offers = attributes.get("purchasable_offer") or []
    prices = [price for price in map(our_price, offers) if price is not None]
    digits = decimals(MARKETPLACES[place].currency)
    yield Article(
        listing["sku"],
        round((prices[0] if prices else 9.99) * 10**digits) or 1,
        listing["asin"] or "",
        first(attributes, "item_name") or "",
        AMAZON if is_fba(attributes) else MERCHANT,
    )


@dataclass
class _Batch:
    """The dice of one run, and what they decide."""

    dice: random.Random
    maker: OrderMaker
    mix: Mix
    now: float
    # The last order of each marketplace: the one that is replaced.
    last: dict[str, str] = field(default_factory=dict)

    def order(
        self, seller_id: str, place: str, shelf: list[Article], moment: float
    ) -> Order:
        """Return the next order, as it has become until now."""
        main = self.dice.choice(shelf)
        amazon, business = (
            self._happens(share) for share in (self.mix.amazon, self.mix.business)
        )
        given: dict[str, Any] = {
            "business": business,
            "fulfilled_by": main.shipper or (AMAZON if amazon else MERCHANT),
            "programs": ["PRIME"] if self._happens(self.mix.prime) else [],
            "service_level": self.dice.choice(("STANDARD",) * 5 + tuple(PROMISES)),
            "items": self._items(place, main, shelf),
        }
        if business:
            given["items"][0]["price_designation"] = "BUSINESS_PRICE"
        if self._happens(self.mix.replacement) and place in self.last:
            given["replaces"] = self.last[place]
            given["items"] = [_for_free(item) for item in given["items"]]
        order = self.maker.make(seller_id, place, moment, given)
        self.last[place] = order["order_id"]
        if self._happens(self.mix.masked):
            self._mask(order)
        return self._grown(order)

    def _happens(self, share: float) -> bool:
        return self.dice.random() < share

    # === WHAT IS BOUGHT === #

    def _items(
        self, place: str, main: Article, shelf: list[Article]
    ) -> list[dict[str, Any]]:
        articles = [main]
        if self._happens(self.mix.several):
            more = self.dice.choices(shelf, k=self.dice.randrange(1, 5))
            articles += [item for item in more if item.shipper == main.shipper]
        gift = self._happens(self.mix.gift)
        return [self._item(place, article, gift) for article in articles]

    def _item(self, place: str, article: Article, gift: bool) -> dict[str, Any]:
        currency = MARKETPLACES[place].currency
        quantity = self.dice.choice((1, 1, 1, 1, 2, 3, 12))
        price = article.price * quantity
        shipping = self.dice.choice((0, 0, 399, 599))
        item: dict[str, Any] = {
            "sku": article.sku,
            "asin": article.asin,
            "title": article.title,
            "quantity": quantity,
            "item_price": amount(price, currency),
            "shipping_price": amount(shipping, currency),
        }
        if self._happens(self.mix.unknown):
            item["sku"] = f"UNKNOWN-{self.dice.randrange(10**6):06d}"
        if gift:
            wrap = {"level": "Classic", "message": self.dice.choice(MESSAGES)}
            item |= {"gift": wrap, "gift_wrap_price": amount(399, currency)}
        if self._happens(self.mix.promotion):
            item["promotions"] = self._promotions(currency, price, shipping)
        return item

    def _promotions(
        self, currency: str, price: int, shipping: int
    ) -> list[dict[str, str]]:
        tenth = amount(price // 10, currency)
        found = [{"id": self.dice.choice(PROMOTIONS[:2]), "item": tenth}]
        if shipping:
            free = amount(shipping, currency)
            found.append({"id": PROMOTIONS[2], "shipping": free})
        elif self._happens(0.3):
            found.append({"id": "Second voucher", "item": amount(1, currency)})
        return found

    def _mask(self, order: Order) -> None:
        """Take personal data away, as happens at Amazon for many reasons."""
        missing = self.dice.choice(
            (("phone",), ("name", "phone"), ("name", "phone", "line1", "line2"))
        )
        order["address"] |= dict.fromkeys(missing, "")
        order["buyer"] |= {"name": "", "phone": "", "email": ""}

    # === WHAT BECOMES OF IT === #

    def _grown(self, order: Order) -> Order:
        """Return an order as it is now, after all that has happened to it."""
        hold = HOLD_SECONDS + self.dice.randrange(600)
        if self._happens(self.mix.waits):
            hold += 5 * DAY
        order |= {"hold_until": order["created"] + hold, "fulfillable": None}
        order["status"] = PENDING
        fate, soon = self.dice.random(), self.dice.random() * DAY
        if order["hold_until"] > self.now:
            return order
        if self._happens(self.mix.cancelled / 2):
            return cancelled(order, order["created"] + 600, "BUYER", "Payment failed")
        order = released(order)
        moment = min(self.now, order["fulfillable"] + soon)
        if fate < self.mix.cancelled / 2:
            return cancelled(order, moment, "AMAZON", "Fraud")
        order = self._changed(order, moment)
        ships = 0.95 if order["fulfilled_by"] == AMAZON else self.mix.shipped
        return shipped(order, moment, {}) if self._happens(ships) else order

    def _changed(self, order: Order, moment: float) -> Order:
        several = [item for item in order["items"] if item["quantity"] > 1]
        if several and self._happens(self.mix.partly_cancelled):
            gone = {several[0]["item_id"]: 1}
            order = cancelled(order, moment, "BUYER", self.dice.choice(REASONS), gone)
        if order["fulfilled_by"] == MERCHANT and self._happens(self.mix.wants_cancel):
            order = requested(order, moment, self.dice.choice(REASONS))
        return order
