# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The feed types that Amazon takes, and what each does.

https://developer-docs.amazon.com/sp-api/docs/feed-type-values
"""

from __future__ import annotations

from deploy.simulator import order_shapes
from deploy.simulator.feed_work import FeedKind
from deploy.simulator.listings import Listings
from deploy.simulator.listings_feed import ListingsFeed
from deploy.simulator.order_feeds import Carry, FlatFeed, XmlFeed

# Accepted by createFeed, and then FATAL:
# https://developer-docs.amazon.com/sp-api/docs/sp-api-deprecations
REMOVED = {
    "POST_PRODUCT_DATA",
    "POST_INVENTORY_AVAILABILITY_DATA",
    "POST_PRODUCT_PRICING_DATA",
    "POST_PRODUCT_IMAGE_DATA",
    "POST_PRODUCT_RELATIONSHIP_DATA",
    "POST_PRODUCT_OVERRIDES_DATA",
    "POST_FLAT_FILE_INVLOADER_DATA",
    "POST_FLAT_FILE_BOOKLOADER_DATA",
    "POST_FLAT_FILE_CONVERGENCE_LISTINGS_DATA",
    "POST_FLAT_FILE_LISTINGS_DATA",
    "POST_FLAT_FILE_PRICEANDQUANTITYONLY_UPDATE_DATA",
    "POST_UIEE_BOOKLOADER_DATA",
}
ORDER_FEEDS = (
    (
        "ORDER_ACKNOWLEDGEMENT",
        "ORDER_ACKNOWLEDGEMENT",
        "OrderAcknowledgement",
        order_shapes.ACKNOWLEDGEMENT,
        order_shapes.FLAT_ACKNOWLEDGEMENT,
    ),
    (
        "ORDER_FULFILLMENT",
        "FULFILLMENT",
        "OrderFulfillment",
        order_shapes.FULFILLMENT,
        order_shapes.FLAT_FULFILLMENT,
    ),
    (
        "PAYMENT_ADJUSTMENT",
        "PAYMENT_ADJUSTMENT",
        "OrderAdjustment",
        order_shapes.ADJUSTMENT,
        order_shapes.FLAT_ADJUSTMENT,
    ),
)


def make_kinds(listings: Listings, carry: Carry) -> dict[str, FeedKind]:
    """Return what can be carried out, by feed type.

    :param carry: what to do with an instruction on an order
    """
    kinds: dict[str, FeedKind] = {"JSON_LISTINGS_FEED": ListingsFeed(listings)}
    for xml, flat, action, shape, columns in ORDER_FEEDS:
        kinds[f"POST_{xml}_DATA"] = XmlFeed(action, shape, carry)
        kinds[f"POST_FLAT_FILE_{flat}_DATA"] = FlatFeed(action, columns, carry)
    return kinds
