# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator_amazon.feeds.envelope import Envelope, element
from odoo.addons.integrator_amazon.models.amazon_feed_handler import Built


class XmlFeed(models.AbstractModel):
    """A feed in XML, answered in XML."""

    _name = "amazon.feed.handler.test_xml"
    _inherit = "amazon.feed.handler"
    _description = "Test Feed in XML"

    _feed_type = "POST_ORDER_ACKNOWLEDGEMENT_DATA"

    def _build(self, feed, messages, target):
        built = Built()
        merchant = feed.account_id.seller_id
        with Envelope(target, merchant, "OrderAcknowledgement") as envelope:
            for message in messages:
                order = element("AmazonOrderID", message.key)
                status = element("StatusCode", "Success")
                body = element("OrderAcknowledgement", order, status)
                built.numbers[message.id] = envelope.add(body)
        return built


class TextFeed(models.AbstractModel):
    """A feed in tab-separated text, answered in text."""

    _name = "amazon.feed.handler.test_text"
    _inherit = "amazon.feed.handler"
    _description = "Test Feed in Text"

    _feed_type = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
    _content_type = "text/tab-separated-values; charset=UTF-8"

    def _build(self, feed, messages, target):
        target.write(b"order-id\tamazon-order-item-code\tcancellation-reason-code\n")
        built = Built()
        for number, message in enumerate(messages, 1):
            target.write(f"{message.key}\t123456789012345\tNoInventory\n".encode())
            built.numbers[message.id] = number
        return built
