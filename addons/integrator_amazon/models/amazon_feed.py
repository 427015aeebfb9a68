# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import tempfile
from datetime import timedelta, timezone

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from .. import archive
from ..const import ALREADY_DONE, BUSY_WAIT
from ..enqueue import enqueue_once
from ..reports.text import open_text
from ..spapi import errors
from ..spapi.bucket import NORMAL

# So many previews are taken apart in one transaction.
WITHDRAWN_AT_ONCE = 100
# A feed that was not sent for longer, as of an account that was stopped, is built anew.
FRESH = timedelta(hours=4)
IN_FLIGHT = ("sending", "submitted", "pending")


class AmazonFeed(models.Model):
    """Life cycle of one feed, of whatever type: one job per remote write."""

    _name = "amazon.feed"
    _inherit = "amazon.exchange"
    _description = "Amazon Feed"

    _steps = {
        "calling": "_job_call",
        "built": "_job_upload",
        "uploaded": "_job_submit",
        "submitted": "_job_poll",
        "processing": "_job_poll",
        "processed": "_job_fetch_result",
        "answered": "_job_apply",
    }
    _job_prefix = "amazon-feed"

    name = fields.Char(compute="_compute_name")
    marketplace_id = fields.Many2one("amazon.marketplace", required=True)
    feed_type = fields.Char(required=True)
    flow_ids = fields.Many2many("amazon.flow", string="Flows", readonly=True)
    state = fields.Selection(
        [
            ("preview", "Preview"),
            ("calling", "Being Sent One by One"),
            ("built", "Built"),
            ("uploaded", "Uploaded"),
            ("submitted", "Accepted by Amazon"),
            ("processing", "In Work at Amazon"),
            ("processed", "Answer Waiting"),
            ("answered", "Answer Fetched"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        default="built",
        index=True,
        help="Preview: it is what would be sent if the account were live.",
    )
    message_ids = fields.One2many("amazon.feed.message", "feed_id")
    message_count = fields.Integer(readonly=True)
    error_count = fields.Integer(readonly=True)
    document = fields.Binary(string="Document Sent", attachment=True, readonly=True)
    document_name = fields.Char(compute="_compute_document_names")
    result = fields.Binary(string="Amazon's Answer", attachment=True, readonly=True)
    result_name = fields.Char(compute="_compute_document_names")
    content_type = fields.Char(readonly=True)
    input_document_id = fields.Char(string="Amazon's Document ID", readonly=True)
    amazon_feed_id = fields.Char(string="Feed ID", readonly=True, index=True)
    result_document_id = fields.Char(string="Amazon's Answer ID", readonly=True)
    result_charset = fields.Char(readonly=True)
    upload_date = fields.Datetime(readonly=True)

    # Only one feed per account, marketplace and type may be on its way to Amazon:
    # a feed whose answer was lost can then be told from all others.
    _unsent_uniq = models.UniqueIndex(
        "(account_id, marketplace_id, feed_type) WHERE state IN ('built', 'uploaded')"
    )

    @api.depends("feed_type", "amazon_feed_id")
    def _compute_name(self):
        for feed in self:
            feed.name = f"{feed.feed_type} {feed.amazon_feed_id or ''}".strip()

    @api.depends("feed_type", "content_type")
    def _compute_document_names(self):
        for feed in self:
            kind = (feed.content_type or "").partition(";")[0].rpartition("/")[2]
            suffix = {"json": "json", "xml": "xml"}.get(kind, "txt")
            feed.document_name = f"feed-{feed.id}.{suffix}.gz"
            feed.result_name = f"feed-{feed.id}-answer.gz"

    @api.model
    def _get_handler(self, feed_type):
        """Return the handler model declared for *feed_type*."""
        return self._get_handlers("amazon.feed.handler.", "_feed_type")[feed_type]

    def _get_flows(self):
        return self.flow_ids

    # === ENQUEUEING === #

    @api.model
    def _enqueue_builds(self, domain):
        """Let jobs gather the waiting messages of *domain* into feeds."""
        groups = self.env["amazon.feed.message"]._read_group(
            fields.Domain(domain)
            & fields.Domain("state", "=", "waiting")
            & fields.Domain("held", "!=", True)
            & fields.Domain("account_id.mode", "!=", "stopped"),
            ["account_id", "marketplace_id", "feed_type"],
        )
        for account, marketplace, feed_type in groups:
            self._enqueue_build(account, marketplace, feed_type)

    @api.model
    def _enqueue_build(self, account, marketplace, feed_type, calls=True):
        key = f"amazon-build-{account.id}-{marketplace.id}-{feed_type}"
        key += "" if calls else "-feed"

        def enqueue(env):
            seller, place = account.with_env(env), marketplace.with_env(env)
            env["amazon.account"]._as_system().env[self._name].with_delay(
                identity_key=key,
                max_retries=0,
                description=f"Build {feed_type}: {seller.name}, {place.name}",
            )._job_build(seller, place, feed_type, calls)

        enqueue_once(self.env, key, enqueue)

    # === BUILD === #

    @api.model
    def _job_build(self, account, marketplace, feed_type, calls=True):
        """Build a feed from what waits for an Amazon marketplace"""
        if account.mode == "stopped":
            return "The account is stopped; it is built when it is started."
        handler = self._get_handler(feed_type)
        if calls and account.mode == "live":
            called = self._build_calls(account, marketplace, handler)
            if called:
                # A feed in its turn: calls that go on and on must not hold it back.
                self._enqueue_build(account, marketplace, feed_type, calls=False)
                return called
        if self._get_unsent(account, marketplace, feed_type):
            return "A feed is on its way; the next is built when it has arrived."
        messages = self.env["amazon.feed.message"]._claim(
            account, marketplace, feed_type, handler._most_messages
        )
        if not messages:
            return "Nothing waits."
        priority = min(messages.flow_id.mapped("priority"), default=NORMAL)
        if account.mode == "live":
            self._wait_for_submission(account, priority)
        feed = self._create_unsent(account, marketplace, feed_type, priority)
        return feed._build(handler, messages)

    @api.model
    def _get_unsent(self, account, marketplace, feed_type):
        return self.search(
            [
                ("account_id", "=", account.id),
                ("marketplace_id", "=", marketplace.id),
                ("feed_type", "=", feed_type),
                ("state", "in", ("built", "uploaded")),
            ],
            limit=1,
        )

    def _wait_for_submission(self, account, priority):
        """Build no feed before it could be submitted: what changes meanwhile joins.

        :raise RetryableJobError: createFeed has no token left
        """
        budgets = self.env["amazon.rate.budget"].sudo()
        wait = budgets._peek(account, "createFeed", priority)
        if wait:
            raise RetryableJobError(
                self.env._("The next feed can be submitted in %d s.", wait + 1),
                seconds=account._spread(wait),
                ignore_retry=True,
            )

    @api.model
    def _create_unsent(self, account, marketplace, feed_type, priority):
        try:
            with self.env.cr.savepoint():
                return self.create(
                    {
                        "account_id": account.id,
                        "marketplace_id": marketplace.id,
                        "feed_type": feed_type,
                        "priority": priority,
                        "content_type": self._get_handler(feed_type)._content_type,
                    }
                )
        except UniqueViolation as error:
            raise RetryableJobError(
                "Another job builds this feed.", seconds=BUSY_WAIT, ignore_retry=True
            ) from error

    def _build(self, handler, messages):
        """Write the document and bind its messages; nothing to send: no feed."""
        with tempfile.TemporaryFile() as target:
            built = handler._build(self, messages, target)
            if built.settled:
                messages._settle([(*verdict, "") for verdict in built.settled])
            if built.held:
                messages._hold(built.held)
            if not built.numbers:
                if not (built.settled or built.held):
                    raise RetryableJobError(
                        "Another job has these messages in hand.",
                        seconds=BUSY_WAIT,
                        ignore_retry=True,
                    )
                return self._drop_empty()
            archive.keep(self, "document", target, self.document_name)
        sent = messages.browse(built.numbers)
        self.write(
            {
                "message_count": len(set(built.numbers.values())),
                "flow_ids": sent.flow_id.ids,
            }
        )
        if self.account_id.mode == "shadow":
            return self._show_preview(sent, built)
        messages._set_numbers(self, built.numbers, built.operations)
        self._enqueue_step()
        return f"{len(built.numbers)} messages."

    def _drop_empty(self):
        self._discard()
        return "Nothing to send."

    def _discard(self):
        """Delete feeds that Amazon does not have; what waits is built anew."""
        groups = {(f.account_id, f.marketplace_id, f.feed_type) for f in self}
        self.unlink()
        for group in groups:
            self._enqueue_build(*group)

    # === PREVIEWS AND SWITCHES === #

    def _show_preview(self, messages, built):
        messages._set_numbers(self, built.numbers, built.operations, "preview")
        messages.write({"result": self.env._("Preview only: it was not sent.")})
        messages._refresh_events()
        self.state = "preview"
        self._enqueue_build(self.account_id, self.marketplace_id, self.feed_type)
        return f"Preview of {len(messages)} messages."

    @api.model
    def _enqueue_withdrawals(self):
        """Let jobs take apart the previews of accounts that are live by now."""
        domain = [("state", "=", "preview"), ("account_id.mode", "=", "live")]
        for (account,) in self._read_group(domain, ["account_id"]):
            self._enqueue_withdrawal(account)

    @api.model
    def _enqueue_withdrawal(self, account):
        self.env["amazon.account"]._as_system().env[self._name].with_delay(
            identity_key=f"amazon-withdraw-{account.id}",
            max_retries=0,
            description=f"Send what was only shown: {account.name}",
        )._job_withdraw(account)

    @api.model
    def _job_withdraw(self, account):
        """Let what was only shown wait to be sent, now that the account is live"""
        if account.mode != "live":
            return "Not live: they stay previews."
        previews = self.search(
            [("account_id", "=", account.id), ("state", "=", "preview")],
            limit=WITHDRAWN_AT_ONCE,
            order="id",
        )
        previews._withdraw()
        if len(previews) == WITHDRAWN_AT_ONCE:
            self._enqueue_withdrawal(account)
        return f"{len(previews)} previews."

    def _withdraw(self):
        """Take feeds apart which Amazon does not have; their messages wait."""
        self.message_ids._put_back()
        self._discard()
        return "Taken apart: its messages wait."

    def _must_not_be_sent(self):
        """Return whether it is to be taken apart: it was switched off since it was
        built, or waited so long that its values are those of another day."""
        is_old = self.create_date < fields.Datetime.now() - FRESH
        return is_old or self._is_switched_off() or self.account_id.mode == "shadow"

    # === UPLOAD AND SUBMIT === #

    def _job_upload(self):
        """Upload a feed document to Amazon"""
        if not self._lock_in("built"):
            return ALREADY_DONE
        if self._must_not_be_sent():
            return self._withdraw()
        document = self._call(
            "createFeedDocument",
            lambda client: client.create_feed_document(self.content_type),
        )
        with archive.unpack(self, "document") as content:
            self._call_for_document(
                "uploadDocument",
                lambda client: client.upload_document(
                    document.url, content, self.content_type
                ),
            )
        self.write(
            {
                "state": "uploaded",
                "input_document_id": document.feed_document_id,
                "upload_date": fields.Datetime.now(),
            }
        )
        self._enqueue_step()
        return document.feed_document_id

    def _job_submit(self):
        """Submit a feed to Amazon"""
        if not self._lock_in("uploaded"):
            return ALREADY_DONE
        try:
            amazon_feed_id = self._find_lost("createFeed", self._search_at_amazon)
            if not amazon_feed_id and self._must_not_be_sent():
                return self._withdraw()
            amazon_feed_id = amazon_feed_id or self._create_at_amazon()
        except errors.RejectedError as error:
            return self._fail(str(error))
        self.write(
            {
                "state": "submitted",
                "amazon_feed_id": amazon_feed_id,
                "submit_date": fields.Datetime.now(),
            }
        )
        self.message_ids._set_state(
            "submitted", self.env._("Feed %s accepted by Amazon.", amazon_feed_id)
        )
        self._enqueue_step(self._get_poll_delay())
        self._enqueue_build(self.account_id, self.marketplace_id, self.feed_type)
        return amazon_feed_id

    def _create_at_amazon(self):
        return self._call(
            "createFeed",
            lambda client: client.create_feed(
                self.feed_type,
                [self.marketplace_id.marketplace_id],
                self.input_document_id,
            ),
            announce=True,
        )

    def _search_at_amazon(self, since):
        """Return the id of the oldest feed like this one that Odoo does not know."""
        page = self._call(
            "getFeeds",
            lambda client: client.get_feeds(
                [self.feed_type],
                created_since=since.replace(tzinfo=timezone.utc),
                marketplace_ids=[self.marketplace_id.marketplace_id],
            ),
        )
        return self._pick_unknown(
            page.feeds, "amazon_feed_id", lambda feed: feed.feed_id
        )

    # === POLL AND RESULT === #

    def _job_poll(self):
        """Ask Amazon how far a feed is"""
        if not self._lock_in("submitted", "processing"):
            return ALREADY_DONE
        found = self._call(
            "getFeed", lambda client: client.get_feed(self.amazon_feed_id)
        )
        if self.state == "submitted":
            self.message_ids._set_state(
                "pending", self.env._("Amazon works on feed %s.", self.amazon_feed_id)
            )
        self.write(
            {
                "state": "processing",
                "processing_status": found.processing_status,
                "result_document_id": found.result_feed_document_id,
                "poll_date": fields.Datetime.now(),
            }
        )
        return self._advance(found)

    def _advance(self, found):
        """Go on after a poll: wait on, fetch the answer, or take it as it is."""
        if found.processing_status in ("IN_QUEUE", "IN_PROGRESS"):
            self._warn_if_stuck()
            self._enqueue_step(self._get_poll_delay())
        elif found.result_feed_document_id:
            self.state = "processed"
            self._enqueue_step()
        else:
            self._fail(self._explain_no_answer(found.processing_status))
        return found.processing_status

    def _explain_no_answer(self, status):
        texts = {
            "FATAL": self.env._(
                "Amazon aborted feed %s and gave no reason. Some of it may have been "
                "carried out. Retry, and if it happens again ask Amazon's support.",
                self.amazon_feed_id,
            ),
            "CANCELLED": self.env._(
                "Feed %s was cancelled at Amazon before it was worked on. Check that "
                "the account may sell in this marketplace, then retry.",
                self.amazon_feed_id,
            ),
        }
        return texts.get(status) or self.env._(
            "Amazon ended feed %(feed)s with status %(status)s and no answer. Retry.",
            feed=self.amazon_feed_id,
            status=status,
        )

    def _job_fetch_result(self):
        """Fetch Amazon's answer to a feed"""
        if not self._lock_in("processed"):
            return ALREADY_DONE
        location = self._call(
            "getFeedDocument",
            lambda client: client.get_feed_document(self.result_document_id),
        )
        facts = self._fetch(location, "result", self.result_name)
        self.write({"state": "answered", "result_charset": facts.charset})
        self._enqueue_step()
        return self.result_document_id

    def _job_apply(self):
        """Apply Amazon's answer to a feed"""
        if not self._lock_in("answered"):
            return ALREADY_DONE
        handler = self._get_handler(self.feed_type)
        try:
            with archive.unpack(self, "result") as source:
                outcomes = handler._read_result(self, source)
        except ValueError as error:
            return self._fetch_again("processed", error)
        return self._settle(handler, outcomes)

    def _settle(self, handler, outcomes):
        """Give all messages their ends, and end with them."""
        rejected = self._settle_messages(handler, outcomes)
        self._finish("done", error_count=self.error_count + len(rejected))
        self._alert_rejections(rejected)
        return f"{self.message_count} messages, {self.error_count} rejected."

    def _settle_messages(self, handler, outcomes):
        """Give messages in flight their ends; *outcomes*: number -> ``Outcome``.

        :return: dict message -> outcome of those that Amazon rejected
        """
        by_message = {
            message: outcomes[message.number]
            for message in self.message_ids
            if message.state in IN_FLIGHT and message.number in outcomes
        }
        self.env["amazon.feed.message"]._settle(
            [
                (m.id, "success" if o.accepted else "error", o.text, o.code)
                for m, o in by_message.items()
            ]
        )
        handler._on_settled(self, by_message)
        return {m: o for m, o in by_message.items() if not o.accepted}

    def _alert_rejections(self, rejected):
        """Tell the integration group once per cause, not once per message."""
        causes = {}
        for message, outcome in sorted(rejected.items(), key=lambda i: i[0].number):
            causes.setdefault(outcome.code or outcome.text, []).append(message)
        for cause, messages in causes.items():
            keys = ", ".join(message.key for message in messages[:10])
            self.account_id._alert(
                f"rejected:{cause}",
                name=self.env._("Amazon rejected: %s", keys),
                description=messages[0].result,
                next_step=self.env._(
                    "Correct the products; each is sent again when it is saved."
                ),
                record=self,
            )

    def _fail(self, text):
        """End this feed without an answer per message; nothing is known of them."""
        messages = self.message_ids.filtered(lambda m: m.state in IN_FLIGHT)
        messages._settle([(message.id, "error", text, "") for message in messages])
        handler = self._get_handler(self.feed_type)
        handler._on_settled(self, dict.fromkeys(messages))
        self._finish("failed", error=text, error_count=len(messages))
        self.account_id._alert(
            f"feed-failed:{self.processing_status or 'not-submitted'}",
            name=self.env._("A feed to Amazon failed: %s", self.name),
            description=text,
            next_step=self.env._("Open the feed and press Retry."),
            record=self,
        )
        return text

    def _finish(self, state, **values):
        finished = super()._finish(state, **values)
        self._enqueue_build(self.account_id, self.marketplace_id, self.feed_type)
        return finished

    @api.autovacuum
    def _gc_feeds(self):
        """Forget feeds that went well, by the account's limit."""
        done = 0
        for account in self.env["amazon.account"].search([]):
            limit = fields.Datetime.now() - timedelta(days=account.document_days)
            old = self.search(
                [
                    ("account_id", "=", account.id),
                    ("state", "in", ("done", "failed")),
                    ("message_ids", "not any", [("cause", "!=", False)]),
                    ("done_date", "<", limit),
                ],
                limit=100,
            )
            done += len(old)
            old.unlink()
        return done, int(done >= 100)

    # === ACTIONS === #

    def action_retry(self):
        """Queue the failed messages of these feeds again, with the values of now."""
        return self.message_ids.action_retry()

    def action_view_messages(self):
        """Open the messages of this feed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages"),
            "res_model": "amazon.feed.message",
            "view_mode": "list,form",
            "domain": [("feed_id", "=", self.id)],
        }

    def _open_text(self, source, field):
        """Return *source*, what was kept as *field*, as text.

        :return: ``reports.text.ReportText``
        """
        charset = field == "result" and self.result_charset
        return open_text(
            source, content_type=charset and f"text/plain; charset={charset}"
        )

    def action_open_document(self):
        """Show the document that was sent."""
        return self._get_document_action("document")

    def action_open_result(self):
        """Show Amazon's answer."""
        return self._get_document_action("result")

    def action_cancel_at_amazon(self):
        """Ask Amazon to cancel a feed that is still in its queue."""
        self.ensure_one()
        self._check_manager()
        if not self._lock_in("submitted", "processing", wait=True):
            return
        held = self.account_id._explain_hold("cancelFeed")
        if held:
            raise UserError(held)
        try:
            self.account_id._request(
                "cancelFeed",
                lambda client: client.cancel_feed(self.amazon_feed_id),
                self,
            )
        except errors.SpApiError as error:
            raise UserError(str(error)) from error
        self.sudo()._enqueue_step()
