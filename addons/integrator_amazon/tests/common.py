# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from unittest.mock import patch

from odoo import models
from odoo.orm.model_classes import add_to_registry
from odoo.tests import TransactionCase

from odoo.addons.queue_job.exception import RetryableJobError

from ..models.amazon_feed_handler import Built, Outcome
from ..spapi import DownloadedDocument, Report


class FakeAmazon:
    """Answers calls from a script; what really crosses HTTP is tested in tests/.

    `answers` maps an operation to a value, an exception, or a list of them to be
    given one after the other.
    """

    OPERATIONS = {
        "create_report": "createReport",
        "get_report": "getReport",
        "get_reports": "getReports",
        "get_report_document": "getReportDocument",
        "create_report_schedule": "createReportSchedule",
        "get_report_schedules": "getReportSchedules",
        "create_restricted_data_token": "createRestrictedDataToken",
        "search_listings_items": "searchListingsItems",
        "get_listings_item": "getListingsItem",
        "search_orders": "searchOrders",
        "list_transactions": "listTransactions",
        "cancel_feed": "cancelFeed",
        "create_feed_document": "createFeedDocument",
        "upload_document": "uploadDocument",
        "create_feed": "createFeed",
        "get_feed": "getFeed",
        "get_feeds": "getFeeds",
        "get_feed_document": "getFeedDocument",
        "download_document": "downloadDocument",
        "get_marketplace_participations": "getMarketplaceParticipations",
    }

    ROLES_FINE = dict.fromkeys(
        (
            "search_listings_items",
            "search_orders",
            "get_reports",
            "list_transactions",
        )
    )

    def __init__(self, **answers):
        self.answers = answers
        self.calls = []
        self.on_call = None

    @contextmanager
    def signed_in(self, on_call=None):
        self.on_call = on_call
        yield self

    def __getattr__(self, name):
        if name not in self.OPERATIONS:
            raise AttributeError(name)
        return lambda *args, **kwargs: self._answer(name, args, kwargs)

    @staticmethod
    def report_document_path(document_id):
        return f"/reports/2021-06-30/documents/{document_id}"

    def _answer(self, name, args, kwargs):
        self.calls.append((name, args, kwargs))
        answer = self.answers[name]
        if isinstance(answer, list):
            answer = answer.pop(0)
        error = answer if isinstance(answer, Exception) else None
        self._report(name, error)
        if error:
            raise error
        return answer(*args, **kwargs) if callable(answer) else answer

    def _report(self, name, error):
        self.on_call(
            SimpleNamespace(
                operation=self.OPERATIONS[name],
                method="POST",
                path="/",
                status=getattr(error, "status", None) or 200,
                duration=0.1,
                request_id="r-1",
                request_bytes=1,
                response_bytes=1,
                rate_limit=None,
                error=str(error) if error else None,
            )
        )

    def made(self, name):
        """Return the calls of one method."""
        return [call for call in self.calls if call[0] == name]


def feed_at_amazon(feed_id="F1", status="IN_QUEUE", document=None, created=None):
    """Return a feed as ``get_feed`` gives it."""
    return SimpleNamespace(
        feed_id=feed_id,
        processing_status=status,
        result_feed_document_id=document,
        created_time=created or datetime.now(timezone.utc),
    )


def report_at_amazon(report_id="R1", status="IN_QUEUE", document=None, **values):
    """Return a report as ``get_report`` gives it."""
    now = datetime.now(timezone.utc).replace(microsecond=0)
    return Report(
        **{
            "report_id": report_id,
            "report_type": "TEST_REPORT",
            "marketplace_ids": ("A1PA6795UKMFR9",),
            "created_time": now,
            "processing_status": status,
            "report_document_id": document,
            **values,
        }
    )


def downloading(content, content_type="text/plain"):
    """Return a ``download_document`` that finds *content* (bytes)."""

    def download(_location, target):
        target.write(content)
        return DownloadedDocument(content_type, None, len(content))

    return download


class AmazonCase(TransactionCase):
    """One account with two marketplaces, and a feed type that needs no capability."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls._declare_types()
        cls.flow = cls.env["amazon.flow"].create({"name": "Test", "code": "test"})
        cls.shops = cls.env.ref("integrator_amazon.marketplace_de") | cls.env.ref(
            "integrator_amazon.marketplace_fr"
        )
        cls.account = cls.env["amazon.account"].create(
            {
                "name": "Test shop",
                "seller_id": "A1TEST",
                "mode": "live",
                "lwa_client_id": "client",
                "lwa_client_secret": "secret",
                "refresh_token": "token",
                "marketplace_ids": [(6, 0, cls.shops.ids)],
            }
        )

    @classmethod
    def _declare_types(cls):
        class TestHandler(models.AbstractModel):
            _name = "amazon.feed.handler.test_feed"
            _inherit = "amazon.feed.handler"
            _description = "Test Feed"
            _module = "integrator_amazon"
            _feed_type = "TEST_FEED"
            _content_type = "application/json; charset=UTF-8"

            def _build(self, feed, messages, target):
                target.write(b"document")
                numbers = {m.id: n for n, m in enumerate(messages, 1)}
                return Built(numbers, dict.fromkeys(numbers, "UPDATE"))

            def _read_result(self, feed, source):
                words = source.read().decode().split()
                if len(words) != feed.message_count:
                    raise ValueError("too short")
                return {
                    n: Outcome(word == "yes", word, code=word)
                    for n, word in enumerate(words, 1)
                }

        class TestReportHandler(models.AbstractModel):
            _name = "amazon.report.handler.test_report"
            _inherit = "amazon.report.handler"
            _description = "Test Report"
            _module = "integrator_amazon"
            _report_type = "TEST_REPORT"
            _flow = "test"
            _interval = timedelta(minutes=15)

            def _import(self, report, source):
                content = source.read()
                if content == b"rubbish":
                    raise ValueError("it is rubbish")
                return len(content.splitlines())

        for handler in (TestHandler, TestReportHandler):
            add_to_registry(cls.registry, handler)
            cls.addClassCleanup(cls.registry.__delitem__, handler._name)
        cls.registry._setup_models__(cls.env.cr, [])

    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())

    def amazon(self, **answers):
        """Let the account talk to a scripted Amazon for the rest of the test."""
        fake = FakeAmazon(**answers)
        self.enterContext(
            patch.object(
                type(self.account),
                "_get_client",
                lambda account, on_call=None, region=None: fake.signed_in(on_call),
            )
        )
        return fake

    def put_off(self, job, *args):
        """Run *job*, which must ask to be run again; return its RetryableJobError.

        Not by assertRaises: that rolls back, and with it what a job leaves behind
        on purpose in transactions of its own.
        """
        self.env.flush_all()
        try:
            job(*args)
        except RetryableJobError as error:
            self.env.invalidate_all()
            return error
        return self.fail("The job did not ask to be run again.")

    def unblock(self):
        """Let the time pass that an outage holds the calls back."""
        self.env["amazon.rate.budget"].search([]).blocked_until = 0
        self.env.flush_all()

    def get_feed(self):
        """Make some call, as a job does."""
        return self.account._call("getFeed", lambda client: client.get_feed("1"))

    def queue(self, *keys, shop=None, flow=None):
        """Queue test messages and return them."""
        return self.env["amazon.feed.message"]._queue(
            [
                {
                    "account_id": self.account.id,
                    "company_id": self.account.company_id.id,
                    "marketplace_id": (shop or self.shops[0]).id,
                    "feed_type": "TEST_FEED",
                    "lane": "test",
                    "key": key,
                    "flow_id": flow and flow.id,
                    "forced": False,
                }
                for key in keys
            ]
        )

    def event(self, messages, **values):
        """Return a product event that *messages* answer."""
        event = self.env["product.integration"].create(
            {
                "record_model": "product.product",
                "record_id": 1,
                "record_operation": "write",
                "mode": "automatic",
                **values,
            }
        )
        messages._link_events(
            "product.integration", [(message.id, event.id) for message in messages]
        )
        return event

    def build(self, shop=None):
        """Build a feed of what waits and return it."""
        self.env["amazon.feed"]._job_build(
            self.account, shop or self.shops[0], "TEST_FEED"
        )
        return self.env["amazon.feed"].search([], limit=1)
