# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports, orders, finances, buyers' data, account: what is sent and what is read."""

import json
import threading
from datetime import datetime, timezone
from urllib.parse import parse_qsl

from odoo.tests import tagged

from ..spapi import Endpoint, RestrictedToken, errors, exchange_authorization_code
from .spapi_case import DE, SpApiCase
from .spapi_server import Answer

REPORTS = "/reports/2021-06-30"
RDT = "/tokens/2021-03-01/restrictedDataToken"
ORDERS = "/orders/2026-01-01/orders"
TRANSACTIONS = "/finances/2024-06-19/transactions"
ACCOUNT = "/sellers/v1/account"
DAY = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
TYPE = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"
REPORT = {
    "reportId": "R1",
    "reportType": TYPE,
    "marketplaceIds": [DE],
    "createdTime": "2026-11-23T10:00:00+00:00",
    "dataStartTime": "2026-11-01T00:00:00.5Z",
    "processingStatus": "DONE",
    "reportDocumentId": "D1",
}
SCHEDULE = {
    "reportScheduleId": "S1",
    "reportType": TYPE,
    "period": "PT1H",
    "marketplaceIds": [DE],
    "reportOptions": {"ShowSalesChannel": "true"},
    "nextReportCreationTime": "2026-11-23T10:00:00Z",
}
ORDER = {
    "orderId": "028-1",
    "createdTime": "2026-11-23T10:00:00Z",
    "lastUpdatedTime": "2026-11-23T10:00:00Z",
    "salesChannel": {"channelName": "AMAZON"},
    "orderItems": [{"orderItemId": "123456789012345"}],
}
SHOP = {"id": DE, "name": "Amazon.de", "countryCode": "DE"}
PART = {"isParticipating": True, "hasSuspendedListings": False}
SELLER = {
    "businessType": "PRIVATE_LIMITED",
    "sellingPlan": "PROFESSIONAL",
    "marketplaceParticipationList": [
        {"marketplace": SHOP, "participation": PART, "storeName": "Best"}
    ],
}
TOKEN = {"restrictedDataToken": "Atz.sprdt|rdt", "expiresIn": 3600}
# operation: (call, method, path, good answer, what is sent, bad answers)
TABLE = {
    "createReport": (
        lambda c: c.create_report(
            TYPE, [DE], data_start=DAY, data_end=DAY, options={"a": "true"}
        ),
        "POST",
        f"{REPORTS}/reports",
        {"reportId": "R1"},
        {
            "reportType": TYPE,
            "marketplaceIds": [DE],
            "dataStartTime": "2026-11-01T12:00:00Z",
            "dataEndTime": "2026-11-01T12:00:00Z",
            "reportOptions": {"a": "true"},
        },
        ({"reportId": ""}, {"reportId": 7}),
    ),
    "getReport": (
        lambda c: c.get_report("R/1"),
        "GET",
        f"{REPORTS}/reports/R%2F1",
        REPORT,
        {},
        (
            {**REPORT, "createdTime": None},
            {**REPORT, "dataEndTime": "0001-01-01T00:00:00+14:00"},
            {**REPORT, "reportDocumentId": {}},
        ),
    ),
    "getReports": (
        lambda c: c.get_reports(
            [TYPE, "B"],
            created_since=DAY,
            created_until=DAY.replace(tzinfo=None),
            marketplace_ids=[DE],
            processing_statuses=["DONE", "FATAL"],
        ),
        "GET",
        f"{REPORTS}/reports",
        {"reports": [REPORT], "nextToken": "N"},
        {
            "reportTypes": f"{TYPE},B",
            "createdSince": "2026-11-01T12:00:00Z",
            "createdUntil": "2026-11-01T12:00:00Z",
            "marketplaceIds": DE,
            "processingStatuses": "DONE,FATAL",
            "pageSize": "100",
        },
        ({}, {"reports": [3]}, {"reports": [], "nextToken": 7}),
    ),
    "cancelReport": (
        lambda c: c.cancel_report("R1"),
        "DELETE",
        f"{REPORTS}/reports/R1",
        {},
        {},
        (),
    ),
    "getReportDocument": (
        lambda c: c.get_report_document("D1"),
        "GET",
        f"{REPORTS}/documents/D1",
        {"reportDocumentId": "D1", "url": "https://x/", "compressionAlgorithm": "GZIP"},
        {},
        ({"reportDocumentId": "D1"}, {"url": 7}),
    ),
    "createReportSchedule": (
        lambda c: c.create_report_schedule(TYPE, [DE], "PT1H", next_creation=DAY),
        "POST",
        f"{REPORTS}/schedules",
        {"reportScheduleId": "S1"},
        {
            "reportType": TYPE,
            "marketplaceIds": [DE],
            "period": "PT1H",
            "nextReportCreationTime": "2026-11-01T12:00:00Z",
        },
        ({"reportScheduleId": None},),
    ),
    "getReportSchedules": (
        lambda c: c.get_report_schedules([TYPE]),
        "GET",
        f"{REPORTS}/schedules",
        {"reportSchedules": [SCHEDULE]},
        {"reportTypes": TYPE},
        ({}, {"reportSchedules": [{**SCHEDULE, "reportOptions": {"a": 1}}]}),
    ),
    "cancelReportSchedule": (
        lambda c: c.cancel_report_schedule("S1"),
        "DELETE",
        f"{REPORTS}/schedules/S1",
        {},
        {},
        (),
    ),
    "createRestrictedDataToken": (
        lambda c: c.create_restricted_data_token(
            c.report_document_path("D1"), data_elements=["buyerInfo"]
        ),
        "POST",
        RDT,
        TOKEN,
        {
            "restrictedResources": [
                {
                    "method": "GET",
                    "path": f"{REPORTS}/documents/D1",
                    "dataElements": ["buyerInfo"],
                }
            ]
        },
        (
            {"expiresIn": 3600},
            {**TOKEN, "restrictedDataToken": "a\r\nb: c"},
            {**TOKEN, "expiresIn": "soon"},
        ),
    ),
    "searchOrders": (
        lambda c: c.search_orders(
            [DE, "X"],
            last_updated_after=DAY,
            last_updated_before=DAY,
            fulfillment_statuses=["UNSHIPPED"],
            fulfilled_by=["MERCHANT"],
            included_data=["BUYER", "TAX"],
            pagination_token="P0",
        ),
        "GET",
        ORDERS,
        {"orders": [ORDER], "pagination": {"nextToken": "P1"}},
        {
            "marketplaceIds": f"{DE},X",
            "lastUpdatedAfter": "2026-11-01T12:00:00Z",
            "lastUpdatedBefore": "2026-11-01T12:00:00Z",
            "fulfillmentStatuses": "UNSHIPPED",
            "fulfilledBy": "MERCHANT",
            "includedData": "BUYER,TAX",
            "maxResultsPerPage": "100",
            "paginationToken": "P0",
        },
        (
            {},
            {"orders": [{**ORDER, "orderItems": None}]},
            {"orders": [], "pagination": 1},
        ),
    ),
    "getOrder": (
        lambda c: c.get_order("028-1", included_data=["PACKAGES"]),
        "GET",
        f"{ORDERS}/028-1",
        {"order": ORDER},
        {"includedData": "PACKAGES"},
        ({}, {"order": []}, {"order": {**ORDER, "orderItems": [{}]}}),
    ),
    "listTransactions": (
        lambda c: c.list_transactions(
            posted_after=DAY,
            posted_before=DAY,
            marketplace_id=DE,
            related_identifier=("ORDER_ID", "028-1"),
            next_token="N0",
        ),
        "GET",
        TRANSACTIONS,
        {"payload": {"transactions": [{"transactionId": "T"}], "nextToken": "N1"}},
        {
            "postedAfter": "2026-11-01T12:00:00Z",
            "postedBefore": "2026-11-01T12:00:00Z",
            "marketplaceId": DE,
            "relatedIdentifierName": "ORDER_ID",
            "relatedIdentifierValue": "028-1",
            "nextToken": "N0",
        },
        ({}, {"payload": {"transactions": {}}}, {"payload": {"transactions": [7]}}),
    ),
    "getAccount": (
        lambda c: c.get_account(),
        "GET",
        ACCOUNT,
        {"payload": SELLER},
        {},
        ({}, {"payload": {**SELLER, "sellingPlan": 1}}),
    ),
}
HTML = b"<html>Service Unavailable</html>"
FAILURES = {
    "throttled": (Answer({"errors": []}, 429), errors.ThrottledError),
    "500": (Answer(HTML, 500), errors.UnavailableError),
    "503": (Answer(HTML, 503), errors.UnavailableError),
    "nothing": (Answer(b"", 200), errors.UnavailableError),
    "truncated": (Answer(b'{"reports": [{"repor', 200), errors.UnavailableError),
    "cut": (Answer({"reportId": "R1"}, cut=True), errors.UnavailableError),
    "hung up": (Answer(drop=True), errors.UnavailableError),
    "refused": (Answer({"errors": [{"code": "X"}]}, 400), errors.RejectedError),
    "not there": (Answer({"errors": []}, 404), errors.NotFoundError),
    "denied": (Answer({"errors": []}, 403), errors.AccessDeniedError),
}


@tagged("post_install", "-at_install")
class TestSpApiOperations(SpApiCase):
    def test_what_is_sent_is_what_the_models_say(self):
        for operation, (call, method, path, good, sent, _bad) in TABLE.items():
            with self.subTest(operation):
                self.server.say(path, Answer(good))
                call(self.client)
                request = self.server.asked(path)[-1]
                query = dict(parse_qsl(request["query"]))
                body = json.loads(request["body"] or "{}")
                self.assertEqual(request["method"], method)
                self.assertEqual(body if method == "POST" else query, sent)
                self.assertEqual(query if method == "POST" else body, {})
                self.assertEqual(self.calls[-1].operation, operation)
                self.assertIn(operation, errors.TASKS)

    def test_every_failure_has_its_name(self):
        for operation, (call, _method, path, _good, _sent, _bad) in TABLE.items():
            for name, (answer, kind) in FAILURES.items():
                if name == "nothing" and operation.startswith("cancel"):
                    continue
                with self.subTest(operation, failure=name):
                    self.server.say(path, answer)
                    error = self.fails(kind, call, self.client)
                    self.assertEqual(error.operation, operation)
                    self.assertEqual(self.calls[-1].error, str(error))

    def test_answers_of_the_wrong_shape_are_no_answers(self):
        for operation, (call, _method, path, _good, _sent, bad) in TABLE.items():
            for body in bad:
                with self.subTest(operation, body=body):
                    self.server.say(path, Answer(body))
                    self.fails(errors.UnavailableError, call, self.client)

    def test_every_wait_ends(self):
        gate = threading.Event()
        self.addCleanup(gate.set)
        self.client.close()
        client = self.make_client(timeout=0.1)
        # Its token is there already: it is the operation that takes too long.
        self.server.say(RDT, Answer(TOKEN))
        client.create_restricted_data_token("/x")
        for operation, (call, _method, path, _good, _sent, _bad) in TABLE.items():
            with self.subTest(operation):
                self.server.say(path, Answer(wait=gate))
                error = self.fails(errors.UnavailableError, call, client)
                self.assertIn("took too long", str(error))

    def test_cancelling_may_be_answered_by_nothing(self):
        """Amazon's models promise no body there."""
        for path, cancel in (
            (f"{REPORTS}/reports/R1", lambda: self.client.cancel_report("R1")),
            (f"{REPORTS}/schedules/S", lambda: self.client.cancel_report_schedule("S")),
            ("/feeds/2021-06-30/feeds/F1", lambda: self.client.cancel_feed("F1")),
        ):
            for answer in (Answer(b""), Answer({}), Answer(b"", 204)):
                self.server.say(path, answer)
                self.assertIsNone(cancel())
            self.server.say(path, Answer(HTML))
            self.fails(errors.UnavailableError, cancel)

    # === WHAT IS READ === #

    def test_report_is_read(self):
        self.server.say(f"{REPORTS}/reports/R1", Answer(REPORT))
        report = self.client.get_report("R1")
        self.assertEqual((report.report_id, report.report_type), ("R1", TYPE))
        self.assertEqual(report.marketplace_ids, (DE,))
        self.assertEqual(report.report_document_id, "D1")
        half = datetime(2026, 11, 1, 0, 0, 0, 500_000, tzinfo=timezone.utc)
        self.assertEqual(report.data_start_time, half)
        self.assertIsNone(report.report_schedule_id)

    def test_next_token_of_reports_goes_alone(self):
        self.server.say(f"{REPORTS}/reports", Answer({"reports": [], "nextToken": ""}))
        page = self.client.get_reports([TYPE], created_since=DAY, next_token="N")
        query = self.server.asked(f"{REPORTS}/reports")[0]["query"]
        self.assertEqual(query, "nextToken=N")
        self.assertIsNone(page.next_token)

    def test_schedule_is_read(self):
        bare = {"reportScheduleId": "S2", "reportType": TYPE, "period": "P1D"}
        answer = Answer({"reportSchedules": [SCHEDULE, bare]})
        self.server.say(f"{REPORTS}/schedules", answer)
        first, second = self.client.get_report_schedules([TYPE])
        self.assertEqual((first.schedule_id, first.period), ("S1", "PT1H"))
        self.assertEqual(first.options, {"ShowSalesChannel": "true"})
        self.assertEqual((second.marketplace_ids, second.options), ((), {}))

    def test_orders_and_transactions_are_read(self):
        self.server.say(ORDERS, Answer({"orders": [ORDER]}))
        page = self.client.search_orders([DE], created_after=DAY)
        self.assertEqual((page.orders, page.pagination_token), ((ORDER,), None))
        self.server.say(f"{ORDERS}/028-1", Answer({"order": ORDER}))
        self.assertEqual(self.client.get_order("028-1"), ORDER)
        # An empty page with another one behind it.
        self.server.say(TRANSACTIONS, Answer({"payload": {"nextToken": "N"}}))
        found = self.client.list_transactions(posted_after=DAY)
        self.assertEqual((found.transactions, found.next_token), ((), "N"))

    def test_account_is_read(self):
        self.server.say(ACCOUNT, Answer({"payload": SELLER}))
        self.assertEqual(self.client.get_account(), SELLER)

    # === BUYERS' DATA === #

    def test_restricted_token_takes_the_place_of_the_access_token(self):
        self.server.say(RDT, Answer(TOKEN))
        path = self.client.report_document_path("D1")
        token = self.client.create_restricted_data_token(path)
        self.assertEqual(token.expires_in, 3600)
        self.assertNotIn("sprdt", repr(token))
        self.server.say(path, Answer({"url": "https://x/"}))
        self.client.get_report_document("D1", restricted_token=token)
        headers = self.server.asked(path)[0]["headers"]
        self.assertEqual(headers["x-amz-access-token"], "Atz.sprdt|rdt")

    def test_refused_restricted_token_leaves_the_access_token_alone(self):
        self.server.say(RDT, Answer(TOKEN))
        path = self.client.report_document_path("D1")
        token = self.client.create_restricted_data_token(path)
        details = "The access token you provided has expired."
        body = {"errors": [{"code": "Unauthorized", "details": details}]}
        self.server.say(path, Answer(body, 403))
        error = self.fails(
            errors.AccessDeniedError,
            self.client.get_report_document,
            "D1",
            restricted_token=token,
        )
        self.assertEqual(error.reason, errors.RESTRICTED_TOKEN)
        self.assertEqual((error.code, error.details), ("Unauthorized", details))
        self.client.create_restricted_data_token(path)
        self.assertEqual(len(self.server.asked(path)), 1)
        self.assertEqual(len(self.server.asked("/auth/o2/token")), 1)

    def test_restricted_token_alone_needs_no_signing_in(self):
        path = self.client.report_document_path("D1")
        self.server.say(path, Answer({"url": "https://x/"}))
        token = RestrictedToken("Atz.sprdt|rdt", 60)
        self.client.get_report_document("D1", restricted_token=token)
        self.assertEqual(self.server.asked("/auth/o2/token"), [])

    # === REFUSALS === #

    def test_refusals_tell_a_token_from_a_role_or_a_region(self):
        words = "Access to requested resource is denied."
        for details, reason, said in (
            ("", errors.ROLE_OR_REGION, "region"),
            ("The access token you provided has expired.", errors.TOKEN, "expired"),
            (
                "The access token you provided is revoked, malformed or invalid.",
                errors.TOKEN,
                "authorise the app anew",
            ),
        ):
            with self.subTest(details):
                first = {"code": "Unauthorized", "message": words, "details": details}
                self.server.say(ORDERS, Answer({"errors": [first]}, 403))
                error = self.fails(
                    errors.AccessDeniedError, self.client.search_orders, [DE]
                )
                self.assertEqual(error.reason, reason)
                self.assertEqual(error.details, details or None)
                self.assertIn(said, str(error))

    def test_connections_that_fail_name_cause_and_next_step(self):
        secure = f"{self.server.url}/auth/o2/token"
        for address, words in (
            ("https://no.invalid", "name is not found"),
            ("https://127.0.0.1:1", "refused"),
            ("https://127.0.0.1:99999", "address"),
        ):
            with self.subTest(address):
                endpoint = Endpoint(address, secure, self.server.ca)
                client = self.make_client(endpoint=endpoint)
                error = self.fails(errors.UnavailableError, client.get_account)
                self.assertIn(words, str(error))
                self.assertIn("Check", str(error))
                self.assertFalse(error.maybe_done)

    # === AUTHORISATION CODE === #

    def exchange(self, **options):
        lwa = f"{self.server.url}/auth/o2/token"
        endpoint = Endpoint(self.server.url, lwa, self.server.ca)
        values = ("client-id", "very-secret", "c0de", "https://odoo.example/back")
        return exchange_authorization_code(
            *values, endpoint, on_call=self.calls.append, **options
        )

    def test_authorisation_code_becomes_a_refresh_token(self):
        answer = {"refresh_token": "Atzr|new", "access_token": "Atza|x"}
        self.server.say("/auth/o2/token", Answer(answer))
        self.assertEqual(self.exchange(), "Atzr|new")
        (request,) = self.server.asked("/auth/o2/token")
        self.assertEqual(
            dict(parse_qsl(request["body"].decode())),
            {
                "grant_type": "authorization_code",
                "code": "c0de",
                "redirect_uri": "https://odoo.example/back",
                "client_id": "client-id",
                "client_secret": "very-secret",
            },
        )
        self.assertEqual(self.calls[-1].operation, "exchangeAuthorizationCode")

    def test_refused_authorisation_code_is_explained(self):
        for code, words in (
            ("invalid_grant", "five minutes"),
            ("invalid_client", "secret key"),
            ("invalid_request", "redirect address"),
            ("unauthorized_client", "authorised"),
            ("something_new", "something_new"),
        ):
            with self.subTest(code):
                self.server.say("/auth/o2/token", Answer({"error": code}, 400))
                error = self.fails(errors.SignInError, self.exchange)
                self.assertEqual(error.code, code)
                self.assertIn(words, str(error))
                self.assertNotIn("c0de", str(error))

    def test_exchange_that_breaks_is_no_refusal(self):
        for answer in (
            Answer(HTML, 503),
            Answer(b"", 200),
            Answer({"access_token": "Atza|x"}),
            Answer({"refresh_token": "Atzr|\n"}),
            Answer(drop=True),
        ):
            self.server.say("/auth/o2/token", answer)
            self.fails(errors.UnavailableError, self.exchange)
