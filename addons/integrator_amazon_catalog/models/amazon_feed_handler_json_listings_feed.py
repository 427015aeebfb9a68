# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator_amazon.models.amazon_feed_handler import Built, Outcome

from ..feeds.listings_feed import (
    CONTENT_TYPE,
    MOST_MESSAGES,
    ListingsFeedWriter,
    ListingsMessage,
)
from ..reports.listings_report import read_listings_report


class AmazonFeedHandlerJsonListingsFeed(models.AbstractModel):
    _name = "amazon.feed.handler.json_listings_feed"
    _inherit = "amazon.feed.handler"
    _description = "Amazon Feed Handler: JSON_LISTINGS_FEED"

    _feed_type = "JSON_LISTINGS_FEED"
    _content_type = CONTENT_TYPE
    _most_messages = MOST_MESSAGES

    def _build(self, feed, messages, target):
        writer = ListingsFeedWriter(
            target,
            seller_id=feed.account_id.seller_id,
            issue_locale=feed.marketplace_id.language_tag,
        )
        listings = messages.listing_id
        offered = feed.account_id._search_offered(listings.product_id.ids)
        built = Built()
        for message in messages:
            if not self._add(message, offered, writer, built):
                break
        writer.close()
        return built

    def _add(self, message, offered, writer, built):
        """Add one message to the document; return False when the feed is full."""
        listing = message.listing_id
        is_offered = bool(listing.product_id & offered)
        operation, wanted, patches = listing._plan(message.forced, is_offered)
        if not operation:
            built.settled.append((message.id, "success", self._explain(is_offered)))
            return True
        number = writer.count + 1
        if not writer.add(
            ListingsMessage(
                number=number,
                sku=listing.sku,
                operation=operation,
                product_type=(wanted or {}).get("product_type", ""),
                attributes=(wanted or {}).get("attributes", {}),
                patches=patches,
            )
        ):
            return False
        built.numbers[message.id] = number
        built.operations[message.id] = operation
        self._remember(listing, message, wanted)
        return True

    def _remember(self, listing, message, wanted):
        vals = {"last_message_id": message.id}
        if wanted:
            vals.update(wanted=wanted, product_type=wanted["product_type"])
        listing.write(vals)

    def _explain(self, is_offered):
        if is_offered:
            return self.env._("Nothing to send: Amazon has these values already.")
        return self.env._("Nothing to send: it is not offered, and not on Amazon.")

    def _read_result(self, feed, source):
        report = read_listings_report(source, expected=feed.message_count)
        return {
            message.number: self._judge_listing(report, message)
            for message in feed.message_ids
        }

    def _judge_listing(self, report, message):
        errors = report.errors_of(message.number)
        notes = "\n".join(map(str, report.notes_of(message.number)))
        if errors:
            text = "\n".join(map(str, errors))
            return Outcome(False, text, errors[0].code, {"notes": notes})
        text = self.env._("Accepted by Amazon.")
        item = report.items.get(message.key, {})
        return Outcome(
            True,
            f"{text}\n{notes}".strip(),
            data={"notes": self._collect_notes(notes, item), "item": item},
        )

    def _collect_notes(self, notes, item):
        """Join the notes on the message with the issues Amazon has with the item."""
        lines = [notes] if notes else []
        for issue in item.get("issues") or []:
            lines.append(f"{issue.get('code', '')}: {issue.get('message', '')}")
        return "\n".join(lines)

    def _on_settled(self, feed, outcomes):
        for message, outcome in outcomes.items():
            listing = message.listing_id
            if outcome is None:
                listing._on_doubtful(message.result)
            elif outcome.accepted:
                data = outcome.data
                listing._on_accepted(message.operation, data["item"], data["notes"])
            else:
                listing.issues = outcome.text
