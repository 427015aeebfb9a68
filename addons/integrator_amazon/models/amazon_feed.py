# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import gzip
import io
import tempfile
from datetime import timedelta, timezone

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ..const import BUSY_WAIT, POLL_FIRST_WAIT, POLL_LONGEST_WAIT
from ..spapi import errors

# The job that carries a feed on from each state. Everything needed to go on is in
# the database: the watchdog starts the job of a feed's state when it is missing.
STEPS = {
    "built": "_job_upload",
    "uploaded": "_job_submit",
    "submitted": "_job_poll",
    "processing": "_job_poll",
    "processed": "_job_fetch_result",
    "answered": "_job_apply",
}
# An answer that cannot be read is fetched so often: it may have been cut short.
MOST_FETCHES = 4
ALREADY_DONE = "Nothing to do: this step is done already."


class AmazonFeed(models.Model):
    """Life cycle of one feed, of whatever type: one job per remote write."""

    _name = "amazon.feed"
    _description = "Amazon Feed"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    marketplace_id = fields.Many2one("amazon.marketplace", required=True)
    feed_type = fields.Char(required=True)
    state = fields.Selection(
        [
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
    processing_status = fields.Char(string="Amazon's Status", readonly=True)
    error = fields.Char(readonly=True)
    fetch_count = fields.Integer(readonly=True, help="How often it was fetched.")
    upload_date = fields.Datetime(readonly=True)
    submit_date = fields.Datetime(readonly=True)
    poll_date = fields.Datetime(string="Last Asked", readonly=True)
    done_date = fields.Datetime(readonly=True)

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
            suffix = "json" if "json" in (feed.content_type or "") else "xml"
            feed.document_name = f"feed-{feed.id}.{suffix}.gz"
            feed.result_name = f"feed-{feed.id}-answer.gz"

    @api.model
    def _get_handler(self, feed_type):
        """Return the handler model declared for *feed_type*."""
        return self.env[f"amazon.feed.handler.{feed_type.lower()}"]

    # === ENQUEUEING === #

    @api.model
    def _enqueue_builds(self, domain):
        """Let jobs gather the waiting messages of *domain* into feeds."""
        groups = self.env["amazon.feed.message"]._read_group(
            fields.Domain(domain) & fields.Domain("state", "=", "waiting"),
            ["account_id", "marketplace_id", "feed_type"],
        )
        for account, marketplace, feed_type in groups:
            self._enqueue_build(account, marketplace, feed_type)

    @api.model
    def _enqueue_build(self, account, marketplace, feed_type):
        key = f"amazon-build-{account.id}-{marketplace.id}-{feed_type}"
        self.env["amazon.account"]._as_system().env[self._name].with_delay(
            identity_key=key, max_retries=0
        )._job_build(account, marketplace, feed_type)

    def _enqueue_step(self, delay=0):
        """Let the job of this feed's state carry it on."""
        method = STEPS[self.state]
        system = self.env["amazon.account"]._as_system().env[self._name]
        delayable = system.browse(self.id).with_delay(
            eta=delay or None,
            identity_key=f"amazon-feed-{self.id}-{method}",
            max_retries=0,
            priority=5,
        )
        getattr(delayable, method)()

    def _lock_in(self, *states):
        """Return whether this feed is in one of *states*, and lock it if so.

        The lock lasts for the whole job, the call to Amazon included: a second
        worker on the same step is put off by queue_job until the first is over.
        """
        self.flush_recordset(["state"])
        self.env.cr.execute(
            "SELECT state FROM amazon_feed WHERE id = %s FOR NO KEY UPDATE NOWAIT",
            [self.id],
        )
        found = self.env.cr.fetchone()
        return bool(found) and found[0] in states

    # === BUILD === #

    @api.model
    def _job_build(self, account, marketplace, feed_type):
        """Build a feed from what waits for an Amazon marketplace"""
        if self._get_unsent(account, marketplace, feed_type):
            return "A feed is on its way; the next is built when it has arrived."
        self._wait_for_submission(account)
        handler = self._get_handler(feed_type)
        messages = self.env["amazon.feed.message"]._claim(
            account, marketplace, feed_type, handler._most_messages
        )
        if not messages:
            return "Nothing waits."
        feed = self._create_unsent(account, marketplace, feed_type, handler)
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

    def _wait_for_submission(self, account):
        """Build no feed before it could be submitted: what changes meanwhile joins.

        :raise RetryableJobError: createFeed has no token left
        """
        wait = self.env["amazon.rate.budget"]._peek(account, "createFeed")
        if wait:
            raise RetryableJobError(
                self.env._("The next feed can be submitted in %d s.", wait + 1),
                seconds=account._spread(wait),
                ignore_retry=True,
            )

    @api.model
    def _create_unsent(self, account, marketplace, feed_type, handler):
        try:
            with self.env.cr.savepoint():
                return self.create(
                    {
                        "account_id": account.id,
                        "marketplace_id": marketplace.id,
                        "feed_type": feed_type,
                        "content_type": handler._content_type,
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
            content = self._compress(target)
        if built.settled:
            messages._settle([(*verdict, "") for verdict in built.settled])
        if not built.numbers:
            account, marketplace, kind = (
                self.account_id,
                self.marketplace_id,
                self.feed_type,
            )
            self.unlink()
            self._enqueue_build(account, marketplace, kind)
            return "Nothing to send."
        messages._set_numbers(self, built.numbers, built.operations)
        self.write({"document": content, "message_count": len(built.numbers)})
        self._enqueue_step()
        return f"{len(built.numbers)} messages."

    @staticmethod
    def _compress(source):
        source.seek(0)
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as target:
            while chunk := source.read(1 << 20):
                target.write(chunk)
        return base64.b64encode(packed.getvalue())

    def _open(self, field):
        """Return a stored document of this feed as a binary file, unpacked."""
        packed = base64.b64decode(self.with_context(bin_size=False)[field])
        return gzip.GzipFile(fileobj=io.BytesIO(packed))

    # === UPLOAD AND SUBMIT === #

    def _job_upload(self):
        """Upload a feed document to Amazon"""
        if not self._lock_in("built"):
            return ALREADY_DONE
        document = self.account_id._call(
            "createFeedDocument",
            lambda client: client.create_feed_document(self.content_type),
            self,
        )
        with self._open("document") as content:
            self._upload(document.url, content)
        self.write(
            {
                "state": "uploaded",
                "input_document_id": document.feed_document_id,
                "upload_date": fields.Datetime.now(),
            }
        )
        self._enqueue_step()
        return document.feed_document_id

    def _upload(self, url, content):
        try:
            self.account_id._call(
                "uploadDocument",
                lambda client: client.upload_document(url, content, self.content_type),
                self,
            )
        except errors.DocumentRefusedError as error:
            # The address lives five minutes; the next try asks for another.
            raise RetryableJobError(
                str(error), seconds=POLL_FIRST_WAIT, ignore_retry=True
            ) from error

    def _job_submit(self):
        """Submit a feed to Amazon"""
        if not self._lock_in("uploaded"):
            return ALREADY_DONE
        try:
            amazon_feed_id = self._find_lost_submission() or self._create_at_amazon()
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
        return self.account_id._call(
            "createFeed",
            lambda client: client.create_feed(
                self.feed_type,
                [self.marketplace_id.marketplace_id],
                self.input_document_id,
            ),
            self,
            announce=True,
        )

    def _find_lost_submission(self):
        """Return the feed id that an earlier submission of this feed got.

        Its answer may have arrived in a transaction that was rolled back, or never.

        :return: Amazon's feed id, or None when Amazon surely does not have this feed
        :raise RetryableJobError: it is too early to be sure
        """
        calls = self.env["amazon.api.call"]
        answer = calls._get_answer("createFeed", self)
        doubtful = calls._get_doubtful("createFeed", self)
        if answer or not doubtful:
            return answer or None
        found = self._search_at_amazon(min(doubtful.mapped("date")))
        if found:
            doubtful._conclude("done")
            return found
        latest = max(doubtful.mapped("end_date"))
        age = (fields.Datetime.now() - latest).total_seconds()
        grace = self.account_id.feed_lookup_grace
        if age < grace:
            raise RetryableJobError(
                self.env._("Amazon's answer was lost; asking for it again."),
                seconds=int(grace - age) + 1,
                ignore_retry=True,
            )
        doubtful._conclude("refused")
        return None

    def _search_at_amazon(self, since):
        """Return the id of the oldest feed like this one that Odoo does not know."""
        page = self.account_id._call(
            "getFeeds",
            lambda client: client.get_feeds(
                [self.feed_type],
                created_since=(since - timedelta(minutes=5)).replace(
                    tzinfo=timezone.utc
                ),
                marketplace_ids=[self.marketplace_id.marketplace_id],
            ),
            self,
        )
        ids = [feed.feed_id for feed in page.feeds]
        known = self.search(
            [("account_id", "=", self.account_id.id), ("amazon_feed_id", "in", ids)]
        ).mapped("amazon_feed_id")
        unknown = [feed for feed in page.feeds if feed.feed_id not in known]
        oldest = min(unknown, key=lambda feed: feed.created_time, default=None)
        return oldest and oldest.feed_id

    # === POLL AND RESULT === #

    def _get_poll_delay(self):
        """Return seconds until Amazon is asked again: half of the age, in bounds."""
        age = (fields.Datetime.now() - self.submit_date).total_seconds()
        shortest = min(POLL_FIRST_WAIT, self.account_id.sync_interval)
        return int(min(max(age / 2, shortest), POLL_LONGEST_WAIT))

    def _job_poll(self):
        """Ask Amazon how far a feed is"""
        if not self._lock_in("submitted", "processing"):
            return ALREADY_DONE
        found = self.account_id._call(
            "getFeed", lambda client: client.get_feed(self.amazon_feed_id), self
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

    def _warn_if_stuck(self):
        limit = timedelta(hours=self.account_id.feed_stuck_hours)
        if fields.Datetime.now() - self.submit_date > limit:
            self.account_id._alert(
                f"stuck:{self.amazon_feed_id}",
                name=self.env._("Amazon is late with feed %s", self.amazon_feed_id),
                description=self.env._(
                    "Accepted at %s and still not worked through.", self.submit_date
                ),
                next_step=self.env._(
                    "Odoo goes on asking. If it lasts for a day, open a case with "
                    "Amazon's support and name the feed."
                ),
                record=self,
            )

    def _job_fetch_result(self):
        """Fetch Amazon's answer to a feed"""
        if not self._lock_in("processed"):
            return ALREADY_DONE
        location = self.account_id._call(
            "getFeedDocument",
            lambda client: client.get_feed_document(self.result_document_id),
            self,
        )
        with tempfile.TemporaryFile() as target:
            self._download(location, target)
            # Archived before anything is read from it.
            self.write(
                {
                    "result": self._compress(target),
                    "state": "answered",
                    "fetch_count": self.fetch_count + 1,
                }
            )
        self._enqueue_step()
        return self.result_document_id

    def _download(self, location, target):
        try:
            self.account_id._call(
                "downloadDocument",
                lambda client: client.download_document(location, target),
                self,
            )
        except errors.DocumentRefusedError as error:
            raise RetryableJobError(
                str(error), seconds=POLL_FIRST_WAIT, ignore_retry=True
            ) from error

    def _job_apply(self):
        """Apply Amazon's answer to a feed"""
        if not self._lock_in("answered"):
            return ALREADY_DONE
        handler = self._get_handler(self.feed_type)
        try:
            with self._open("result") as source:
                outcomes = handler._read_result(self, source)
        except ValueError as error:
            return self._fetch_again(error)
        return self._settle(handler, outcomes)

    def _fetch_again(self, error):
        """Fetch an answer anew that cannot be read; some times, then give up."""
        if self.fetch_count < MOST_FETCHES:
            self.state = "processed"
            self._enqueue_step(POLL_FIRST_WAIT)
            return str(error)
        return self._fail(
            self.env._("Amazon's answer could not be read: %s", str(error))
        )

    def _settle(self, handler, outcomes):
        by_message = {
            message: outcomes[message.number]
            for message in self.message_ids
            if message.state in ("sending", "submitted", "pending")
        }
        self.env["amazon.feed.message"]._settle(
            [
                (m.id, "success" if o.accepted else "error", o.text, o.code)
                for m, o in by_message.items()
            ]
        )
        handler._on_settled(self, by_message)
        rejected = {m: o for m, o in by_message.items() if not o.accepted}
        self._finish("done", error_count=len(rejected))
        self._alert_rejections(rejected)
        return f"{len(by_message)} messages, {len(rejected)} rejected."

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
        messages = self.message_ids.filtered(
            lambda m: m.state in ("sending", "submitted", "pending")
        )
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
        self.write({"state": state, "done_date": fields.Datetime.now(), **values})
        self._enqueue_build(self.account_id, self.marketplace_id, self.feed_type)

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

    def action_view_calls(self):
        """Open the calls made for this feed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Calls"),
            "res_model": "amazon.api.call",
            "view_mode": "list,form",
            "domain": [("record_model", "=", self._name), ("record_id", "=", self.id)],
        }
