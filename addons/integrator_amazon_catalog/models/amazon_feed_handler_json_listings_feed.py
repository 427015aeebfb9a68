# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import models

from odoo.addons.integrator_amazon.causes import as_cause
from odoo.addons.integrator_amazon.models.amazon_feed_handler import Built, Outcome
from odoo.addons.integrator_amazon.models.amazon_feed_message import WHOLE
from odoo.addons.integrator_amazon.spapi import errors

from ..feeds.lanes import INVENTORY, LANES, PRICE
from ..feeds.listings_feed import (
    CONTENT_TYPE,
    MOST_MESSAGES,
    ListingsFeedWriter,
    ListingsMessage,
)
from ..reports.listings_report import read_listings_report

LISTINGS_AT_ONCE = 1000


class AmazonFeedHandlerJsonListingsFeed(models.AbstractModel):
    _name = "amazon.feed.handler.json_listings_feed"
    _inherit = "amazon.feed.handler"
    _description = "Amazon Feed Handler: JSON_LISTINGS_FEED"

    _feed_type = "JSON_LISTINGS_FEED"
    _content_type = CONTENT_TYPE
    _most_messages = MOST_MESSAGES
    # Amazon takes 5 changes a second one by one, and works minutes on a feed.
    _call_lanes = (INVENTORY, PRICE)
    _most_calls = 50

    # === BUILDING === #

    def _build(self, feed, messages, target):
        writer = ListingsFeedWriter(
            target,
            seller_id=feed.account_id.seller_id,
            issue_locale=feed.marketplace_id.language_tag,
        )
        built, refused = Built(), {}
        built.settled += [
            (message.id, "error", self._explain_no_listing())
            for message in messages
            if not message.listing_id
        ]
        listings = messages.listing_id._lock_for_build()
        by_listing = messages.grouped("listing_id")
        for start in range(0, len(listings), LISTINGS_AT_ONCE):
            batch = listings[start : start + LISTINGS_AT_ONCE]
            own = {item: by_listing[item] for item in batch}
            if not self._add_batch(feed, own, writer, built, refused):
                break
            self._forget_batch()
        writer.close()
        self._alert_refused(feed, refused)
        self._release_stock(feed, messages, built)
        return built

    def _explain_no_listing(self):
        return self.env._("It has no listing. Correct the product and save it.")

    def _release_stock(self, feed, messages, built):
        """Let stock go on that waited for a price which turned out to be no change, or
        wrong: no answer of Amazon's will tell of it."""
        settled = messages.browse(entry[0] for entry in built.settled)
        prices = settled.filtered(lambda m: m.lane in (PRICE, WHOLE))
        if prices:
            messages._release(
                [
                    ("account_id", "=", feed.account_id.id),
                    ("lane", "in", (INVENTORY, WHOLE)),
                    ("key", "in", prices.mapped("key")),
                ]
            )

    def _forget_batch(self):
        """Let go of what was read of products: memory stays flat."""
        self.env.flush_all()
        for model in ("product.product", "product.template", "amazon.listing"):
            self.env[model].invalidate_model(flush=False)

    def _add_batch(self, feed, own, writer, built, refused):
        """Add the messages of some listings; return False when the feed is full.

        :param own: dict listing -> its messages
        """
        listings = next(iter(own)).browse(item.id for item in own)
        offered = feed.account_id._search_offered(listings._get_concerned().ids)
        waiting = {
            item.id: {m.lane: m.forced for m in messages}
            for item, messages in own.items()
        }
        plans = listings._plan(waiting, offered)
        entries, problems, full = [], {}, False
        for item, messages in own.items():
            plan = plans[item.id]
            looked_at = LANES if WHOLE in waiting[item.id] else tuple(waiting[item.id])
            problems[item.id] = (looked_at, plan.problems)
            numbers = self._write_plan(item, messages, plan, writer)
            if numbers is None:
                full = True
                break
            self._book(built, messages, numbers, plan, item, refused)
            if numbers:
                entries.append((item.id, max(numbers), plan))
        self._follow_up(listings, plans)
        noted = listings.browse(problems)
        noted._note_problems(problems)
        if entries:
            listings._remember(entries)
        return not full

    def _follow_up(self, listings, plans):
        """Let lanes wait that must be sent before others, and that nobody asked for."""
        lanes_of = {item: set(plans[item.id].follow) for item in listings}
        lanes_of = {item: lanes for item, lanes in lanes_of.items() if lanes}
        if lanes_of:
            queued = listings._queue_messages(lanes_of)
            self.env["amazon.feed"]._enqueue_builds([("id", "in", queued.ids)])

    def _write_plan(self, item, messages, plan, writer):
        """Write what *plan* sends of a listing: as one message, but for lanes that
        travel alone.

        :return: dict message id -> number; empty: nothing is sent; None: it is full
        """
        apart = plan.operation == "PATCH" and WHOLE not in messages.mapped("lane")
        alone = [m for m in messages if m.isolated and apart]
        groups = [[m for m in messages if m not in alone], *([m] for m in alone)]
        numbers = {}
        for group in groups:
            lanes = {m.lane for m in group}
            part = plan if WHOLE in lanes or not alone else plan.part(lanes)
            sharing = [m for m in group if m.lane == WHOLE or m.lane in part.lanes]
            if not part.operation or not sharing:
                continue
            if not writer.add(self._make_message(item, part, writer.count + 1)):
                return None if not numbers else numbers
            numbers.update(dict.fromkeys((m.id for m in sharing), writer.count))
        return numbers

    @staticmethod
    def _make_message(item, plan, number):
        return ListingsMessage(
            number=number,
            sku=item.sku,
            operation=plan.operation,
            product_type=plan.product_type,
            requirements=plan.requirements,
            attributes=plan.attributes,
            patches=plan.patches,
        )

    def _book(self, built, messages, numbers, plan, item, refused):
        """Note what becomes of each message of a listing."""
        for message in messages:
            lane = message.lane
            problem = self._pick(plan.problems, lane)
            held = self._pick(plan.held, lane)
            if message.id in numbers:
                built.numbers[message.id] = numbers[message.id]
                built.operations[message.id] = plan.operation
            elif problem:
                built.settled.append((message.id, "error", problem))
            elif held:
                built.held.append((message.id, held))
            elif plan.operation and lane in plan.lanes:
                # The feed is full: it goes on waiting.
                continue
            else:
                text = plan.said or self.env._(
                    "Nothing to send: Amazon has these values already."
                )
                built.settled.append((message.id, "success", text))
        if plan.problems:
            first = next(iter(plan.problems.values()))
            refused.setdefault(as_cause(first, key=item.sku), []).append(item)
        self._split(messages, numbers, plan, item)

    @staticmethod
    def _pick(texts, lane):
        """Return what is said of a lane; of everything, if the lane is the whole."""
        if lane == WHOLE:
            return "\n".join(dict.fromkeys(texts.values()))
        return texts.get(lane) or texts.get(WHOLE) or ""

    def _split(self, messages, numbers, plan, item):
        """Give lanes that a whole message leaves out messages of their own.

        What is wrong, or waits, is then seen where it belongs, and goes on by itself.
        Of a message that ends in an error, what waits goes on.
        """
        whole = messages.filtered(lambda m: m.lane == WHOLE)
        off = set(plan.off) - set(messages.mapped("lane"))
        if whole and off:
            # They wait until their flow is switched on again.
            whole._share_events(item._queue_messages_of(off))
        sent = whole.id in numbers
        left = plan.problems.keys() | plan.held.keys() if sent else set(plan.held)
        left = left & set(LANES) - set(messages.mapped("lane"))
        if not sent and not plan.problems:
            return
        if not whole or not left:
            return
        queued = item._queue_messages_of(left)
        whole._share_events(queued)
        queued.filtered(lambda m: m.lane in plan.problems)._settle_refused(
            plan.problems
        )

    def _alert_refused(self, feed, refused):
        """Tell the group of what cannot be sent, once per cause."""
        for text, listings in refused.items():
            feed.account_id._alert(
                f"not-sendable:{text}",
                name=self.env._(
                    "Cannot be sent to Amazon: %s",
                    ", ".join(item.sku for item in listings[:10]),
                ),
                description=text,
                next_step=self.env._(
                    "Correct the products; each is sent when it is saved."
                ),
                record=listings[0].product_id or listings[0],
            )

    # === CALLS === #

    def _read_calls(self, source):
        found = json.load(source)["messages"]
        return {message["messageId"]: message for message in found}

    def _call(self, feed, call):
        operation, send = self._get_call(call, feed.marketplace_id.marketplace_id)
        try:
            answer = feed._call(operation, send)
        except errors.RejectedError as error:
            return Outcome(False, str(error), "")
        found = [issue for issue in answer.get("issues") or []]
        wrong = [issue for issue in found if issue.get("severity") == "ERROR"]
        notes = self._list_issues(found)
        if wrong or answer.get("status") == "INVALID":
            blamed = [n for i in wrong for n in i.get("attributeNames") or []]
            code = wrong[0].get("code", "") if wrong else ""
            return Outcome(False, notes, code, {"blamed": blamed})
        text = self.env._("Accepted by Amazon.")
        return Outcome(
            True, f"{text}\n{notes}".strip(), data={"notes": notes, "item": {}}
        )

    @staticmethod
    def _get_call(call, place):
        """Return the operation that a message stands for, and how to call it."""
        sku, operation = call["sku"], call["operationType"]
        if operation == "DELETE":
            return "deleteListingsItem", lambda c: c.delete_listings_item(sku, place)
        names = ("productType", "requirements", "attributes", "patches")
        body = {name: call[name] for name in names if name in call}
        if operation == "UPDATE":
            return "putListingsItem", lambda c: c.put_listings_item(sku, place, body)
        return "patchListingsItem", lambda c: c.patch_listings_item(sku, [place], body)

    def _list_issues(self, issues):
        return "\n".join(
            f"{issue.get('code', '')}: {issue.get('message', '')}" for issue in issues
        )

    # === AMAZON'S ANSWER === #

    def _read_result(self, feed, source):
        report = read_listings_report(source, expected=feed.message_count)
        return {
            message.number: self._judge_listing(report, message)
            for message in feed.message_ids
        }

    def _judge_listing(self, report, message):
        wrong = report.errors_of(message.number)
        notes = "\n".join(map(str, report.notes_of(message.number)))
        if wrong:
            text = "\n".join(map(str, wrong))
            blamed = [issue.attribute for issue in wrong if issue.attribute]
            data = {"notes": notes, "blamed": blamed}
            return Outcome(False, text, wrong[0].code, data)
        text = self.env._("Accepted by Amazon.")
        item = report.items.get(message.key, {})
        return Outcome(
            True,
            f"{text}\n{notes}".strip(),
            data={"notes": self._collect_notes(notes, item), "item": item},
        )

    def _collect_notes(self, notes, item):
        """Join the notes on the message with the issues Amazon has with the item."""
        issues = self._list_issues(item.get("issues") or [])
        return "\n".join(filter(None, [notes, issues]))

    def _on_settled(self, feed, outcomes):
        by_number = {}
        for message, outcome in outcomes.items():
            key = (message.listing_id, message.number)
            by_number.setdefault(key, []).append((message, outcome))
        answers, rejected = [], []
        for (listing, _number), found in by_number.items():
            # Messages with one number are one message to Amazon.
            messages, outcome = [message for message, _o in found], found[0][1]
            operation, lanes = messages[0].operation, self._get_lanes(listing, messages)
            answers.append((listing, operation, lanes, outcome))
            if outcome is not None and not outcome.accepted:
                rejected.append((listing, messages, lanes, outcome))
        listings = self.env["amazon.listing"].browse(a[0].id for a in answers)
        listings._store_answers(answers)
        for refusal in rejected:
            self._send_the_rest(*refusal)
        listings._follow_answers(answers)
        self._release_related(feed, listings)

    def _release_related(self, feed, listings):
        """Let go on what waited for the answer about these SKUs, anywhere."""
        self.env["amazon.feed.message"]._release(
            [
                ("account_id", "=", feed.account_id.id),
                ("key", "in", listings.mapped("sku")),
            ]
        )

    @staticmethod
    def _get_lanes(listing, messages):
        """Return the lanes that were sent in these messages."""
        lanes = {message.lane for message in messages}
        everything = WHOLE in lanes or messages[0].operation != "PATCH"
        sent = (listing.sent or {}).get("lanes") or {}
        return tuple(lane for lane in LANES if lane in (sent if everything else lanes))

    def _send_the_rest(self, listing, messages, lanes, outcome):
        """Send the lanes alone that Amazon does not blame: a wrong text must not hold
        up the stock that was sent with it."""
        blamed = {listing._lane_of(n) for n in outcome.data.get("blamed") or []}
        patched = [m for m in messages if m.operation == "PATCH"]
        left = set(lanes) - blamed
        if not patched or len(lanes) < 2 or not left:
            return
        queued = listing._queue_messages_of(left, isolated=True)
        patched[0]._share_events(queued)
