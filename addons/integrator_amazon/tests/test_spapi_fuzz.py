# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Answers made up from Amazon's own shapes: read when valid, named when not."""

import copy
import importlib
import json
import os
import re
from functools import partial
from pathlib import Path
from unittest.mock import patch

import httpx

from odoo.tests import tagged

from ..spapi import Credentials, Endpoint, SellingPartnerClient, errors, tokens
from .spapi_case import ODD, SECRETS, FuzzCase

ENDPOINT = Endpoint("https://amazon.example", "https://amazon.example/auth/o2/token")
TOKEN = {"access_token": "Atza|one", "expires_in": 3600}
# Amazon's models as it publishes them; a checkout of the project need not have them.
MODELS = Path(__file__).parents[4] / "shared" / "amazon" / "models"
MODELS = Path(os.environ.get("AMAZON_MODELS") or MODELS)
DEPTH = 7
# What the models leave open although nothing can be done without it.
ALWAYS = {
    "GetMarketplaceParticipationsResponse": ["payload"],
    "GetAccountResponse": ["payload"],
    "ListTransactionsResponse": ["payload"],
    "CreateRestrictedDataTokenResponse": ["restrictedDataToken"],
}
# operation: (call, room of the generated package, its file of the published models,
# name of the model, name of the definition where that is another one)
OPERATIONS = {
    "createFeed": (
        lambda c: c.create_feed("T", ["M"], "D"),
        "feeds_v2021_06_30",
        "feeds_2021-06-30",
        "CreateFeedResponse",
    ),
    "createFeedDocument": (
        lambda c: c.create_feed_document("text/xml"),
        "feeds_v2021_06_30",
        "feeds_2021-06-30",
        "CreateFeedDocumentResponse",
    ),
    "getFeed": (
        lambda c: c.get_feed("F"),
        "feeds_v2021_06_30",
        "feeds_2021-06-30",
        "Feed",
    ),
    "getFeeds": (
        lambda c: c.get_feeds(["T"]),
        "feeds_v2021_06_30",
        "feeds_2021-06-30",
        "GetFeedsResponse",
    ),
    "getFeedDocument": (
        lambda c: c.get_feed_document("D"),
        "feeds_v2021_06_30",
        "feeds_2021-06-30",
        "FeedDocument",
    ),
    "createReport": (
        lambda c: c.create_report("T", ["M"]),
        "reports_v2021_06_30",
        "reports_2021-06-30",
        "CreateReportResponse",
    ),
    "getReport": (
        lambda c: c.get_report("R"),
        "reports_v2021_06_30",
        "reports_2021-06-30",
        "Report",
    ),
    "getReports": (
        lambda c: c.get_reports(["T"]),
        "reports_v2021_06_30",
        "reports_2021-06-30",
        "GetReportsResponse",
    ),
    "getReportDocument": (
        lambda c: c.get_report_document("D"),
        "reports_v2021_06_30",
        "reports_2021-06-30",
        "ReportDocument",
    ),
    "createReportSchedule": (
        lambda c: c.create_report_schedule("T", ["M"], "PT1H"),
        "reports_v2021_06_30",
        "reports_2021-06-30",
        "CreateReportScheduleResponse",
    ),
    "getReportSchedules": (
        lambda c: c.get_report_schedules(["T"]),
        "reports_v2021_06_30",
        "reports_2021-06-30",
        "ReportScheduleList",
    ),
    "createRestrictedDataToken": (
        lambda c: c.create_restricted_data_token("/p"),
        "tokens_v2021_03_01",
        "tokens_2021-03-01",
        "CreateRestrictedDataTokenResponse",
    ),
    "searchOrders": (
        lambda c: c.search_orders(["M"]),
        "orders_v2026_01_01",
        "orders_2026-01-01",
        "SearchOrdersResponse",
    ),
    "getOrder": (
        lambda c: c.get_order("O"),
        "orders_v2026_01_01",
        "orders_2026-01-01",
        "GetOrderResponse",
    ),
    "listTransactions": (
        lambda c: c.list_transactions(),
        "finances_v2024_06_19",
        "finances_2024-06-19",
        "ListTransactionsResponse",
    ),
    "getMarketplaceParticipations": (
        lambda c: c.get_marketplace_participations(),
        "sellers_v1",
        "sellers",
        "GetMarketplaceParticipationsResponse",
    ),
    "getAccount": (
        lambda c: c.get_account(),
        "sellers_v1",
        "sellers",
        "GetAccountResponse",
    ),
    "getListingsItem": (
        lambda c: c.get_listings_item("S", "M"),
        "listings_items_v2021_08_01",
        "listingsItems_2021-08-01",
        "Item",
    ),
    "patchListingsItem": (
        lambda c: c.patch_listings_item("S", ["M"], {"a": 1}),
        "listings_items_v2021_08_01",
        "listingsItems_2021-08-01",
        "ListingsItemSubmissionResponse",
    ),
    "searchListingsItems": (
        lambda c: c.search_listings_items("M"),
        "listings_items_v2021_08_01",
        "listingsItems_2021-08-01",
        "ItemSearchResults",
    ),
    "searchDefinitionsProductTypes": (
        lambda c: c.search_product_types("M"),
        "product_type_definitions_v2020_09_01",
        "definitionsProductTypes_2020-09-01",
        "ProductTypeList",
    ),
    "getDefinitionsProductType": (
        lambda c: c.get_product_type_definition("P", "M"),
        "product_type_definitions_v2020_09_01",
        "definitionsProductTypes_2020-09-01",
        "ProductTypeDefinition",
    ),
}


FOUND_BY_ID = ("FeedDocument", "ReportDocument")
NO_ANSWERS = (
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"reportId": %s}' % (b"9" * 5000),
    b'{"errors": "x"}',
    b'{"errors": [null]}',
    b'{"errors": [[]]}',
    b"\xef\xbb\xbf{}",
    b"NaN",
    b'"\\ud800"',
)

# === SHAPES === #


class PackageShapes:
    """Amazon's shapes as the package generated from its models has them."""

    def __init__(self, room):
        self._room = importlib.import_module(f"spapi.models.{room}")
        self._configuration = importlib.import_module("spapi.configuration")

    def of(self, name):
        """Return (names and shapes of the properties, those that are required)."""
        model = getattr(self._room, name)
        kinds = {
            model.attribute_map[key]: self._shape(kind)
            for key, kind in model.swagger_types.items()
        }
        return kinds, [model.attribute_map[k] for k in self._required(model)]

    def _required(self, model):
        empty = model.__new__(model)
        empty._configuration = self._configuration.Configuration()
        for key in model.swagger_types:
            try:
                setattr(empty, key, None)
            except ValueError:
                yield key

    def _shape(self, kind):
        inner = re.fullmatch(r"[Ll]ist\[(.*)\]", kind)
        if inner:
            return ("list", self._shape(inner[1]))
        inner = re.fullmatch(r"[Dd]ict[\[(]str, (.*)[\])]", kind)
        if inner:
            return ("map", self._shape(inner[1]))
        if kind in ("str", "datetime", "date", "bool", "int", "float", "object"):
            return (kind,)
        values = self._values(kind)
        return ("enum", values) if values else ("model", kind)

    def _values(self, kind):
        model = getattr(self._room, kind)
        if model.swagger_types:
            return None
        return [v for k, v in vars(model).items() if k.isupper()] or ["ANY"]


class PublishedShapes:
    """Amazon's shapes as its published models (OpenAPI 2) have them."""

    BASIC = {"integer": "int", "number": "float", "boolean": "bool", "object": "object"}

    def __init__(self, file):
        document = json.loads((MODELS / f"{file}.json").read_text())
        self._definitions = document["definitions"]

    def of(self, name):
        """Return the same as ``PackageShapes.of``."""
        found = self._definitions[name]
        kinds = {k: self._shape(v) for k, v in found.get("properties", {}).items()}
        return kinds, found.get("required", [])

    def _shape(self, schema):
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if self._definitions[name].get("properties"):
                return ("model", name)
            return self._shape(self._definitions[name])
        if schema.get("properties"):
            # A model without a name of its own.
            name = str(id(schema))
            self._definitions[name] = schema
            return ("model", name)
        if schema.get("enum"):
            return ("enum", schema["enum"])
        kind = schema.get("type")
        if kind == "array":
            return ("list", self._shape(schema["items"]))
        if isinstance(schema.get("additionalProperties"), dict):
            return ("map", self._shape(schema["additionalProperties"]))
        if kind == "string":
            dates = {"date-time": "datetime", "date": "date"}
            return (dates.get(schema.get("format"), "str"),)
        return (self.BASIC.get(kind, "object"),)


class Maker:
    """Makes up documents of a shape, from numbers that hypothesis chooses."""

    def __init__(self, shapes, random):
        self._shapes = shapes
        self._random = random

    def document(self, name, depth=DEPTH):
        """Return a document of the model *name*."""
        kinds, required = self._shapes.of(name)
        wanted = [*required, *ALWAYS.get(name, ())]
        return {
            key: self._value(shape, depth - 1)
            for key, shape in kinds.items()
            if key in wanted
            # "errors" next to a good answer would be a failure.
            or (key != "errors" and depth > 0 and self._random.random() < 0.6)
        }

    def _value(self, shape, depth):
        kind = shape[0]
        if kind == "model":
            return self.document(shape[1], depth)
        if kind == "enum":
            return self._random.choice(shape[1])
        if kind in ("list", "map"):
            count = self._random.randint(0, 2) if depth > 0 else 0
            values = [self._value(shape[1], depth - 1) for _ in range(count)]
            return (
                values if kind == "list" else {f"k{i}": v for i, v in enumerate(values)}
            )
        return getattr(self, f"_{kind}")()

    def _str(self):
        length = self._random.choice((1, 3, 20))
        return "".join(self._random.choice("aZ0-|/ ~.:") for _ in range(length))

    def _datetime(self):
        day = f"{self._random.randint(1990, 2100)}-02-28T23:59:59"
        return day + self._random.choice(("Z", "+00:00", ".1Z", ".123456-07:00"))

    def _date(self):
        return f"{self._random.randint(1990, 2100)}-02-28"

    def _bool(self):
        return self._random.random() < 0.5

    def _int(self):
        return self._random.randint(0, 10**9)

    def _float(self):
        return self._random.random() * 10**6

    def _object(self):
        return {"any": [self._str(), None, self._int()]}


def mutate(document, random):
    """Return *document* with something in it that Amazon does not promise."""
    document = copy.deepcopy(document)
    places = list(_places(document))
    odd = (None, "", 0, -1.5, True, [], {}, [None], {"a": []}, "ü\0" * 5000, 10**400)
    for _ in range(random.randint(1, 3)):
        if not places:
            break
        holder, key = random.choice(places)
        if isinstance(holder, dict) and random.random() < 0.3:
            holder.pop(key, None)
        elif isinstance(holder, dict) or key < len(holder):
            holder[key] = random.choice(odd)
        if isinstance(holder, dict) and random.random() < 0.3:
            holder["neverSeen"] = _nested(random.choice((1, 300)))
    return document


def _places(value):
    if isinstance(value, dict | list):
        keys = list(value) if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield value, key
            yield from _places(value[key])


def _nested(depth):
    found = []
    for _ in range(depth):
        found = [found]
    return found


# === PROPERTIES === #


@tagged("post_install", "-at_install")
class TestSpApiFuzz(FuzzCase):
    def setUp(self):
        super().setUp()
        tokens.forget_all()
        self.content = b""
        self.status = 200
        self.calls = []
        plain = httpx.Client(transport=httpx.MockTransport(self.answer))
        module = SellingPartnerClient.__module__
        with patch(f"{module}.http_client", lambda *_: plain):
            self.client = SellingPartnerClient(
                Credentials(*SECRETS[:3]),
                ENDPOINT,
                seller_id="S",
                marketplace_id="M",
                on_call=self.calls.append,
            )
        self.addCleanup(self.client.close)

    def answer(self, request):
        if request.url.path == "/auth/o2/token":
            return httpx.Response(200, json=TOKEN)
        return httpx.Response(self.status, content=self.content)

    def survives(self, call):
        """Return what *call* ends with: a result, or an error that has a name."""
        self.calls.clear()
        try:
            return call(self.client)
        except errors.SpApiError as error:
            shown = f"{error} {error!r} {error.code} {error.details} {self.calls!r}"
            for secret in SECRETS:
                self.assertNotIn(secret, shown)
            str(error).encode()
            self.assertLess(len(str(error)), 3000)
            return error

    def fuzz_each(self, check, *values):
        """Fuzz *check* for each operation and for each source of its shapes."""
        for name, (call, room, file, model) in OPERATIONS.items():
            sources = [PackageShapes(room)]
            if (MODELS / f"{file}.json").exists():
                sources.append(PublishedShapes(file))
            for shapes in sources:
                with self.subTest(name, shapes=type(shapes).__name__):
                    self.fuzz(partial(check, call, shapes, model), *values)

    def test_valid_answers_are_read_and_their_values_survive(self):
        from hypothesis import strategies as st

        def check(call, shapes, model, random):
            document = Maker(shapes, random).document(model)
            self.content = json.dumps(document).encode()
            result = self.survives(call)
            self.assertNotIsInstance(result, errors.SpApiError, document)
            self.assertLessEqual(set(ids_of(document, model)), texts_of(result))

        self.fuzz_each(check, st.randoms(use_true_random=True))

    def test_answers_gone_wrong_end_with_a_result_or_a_name(self):
        from hypothesis import strategies as st

        def check(call, shapes, model, random, status):
            self.status = status
            document = mutate(Maker(shapes, random).document(model), random)
            self.content = json.dumps(document).encode()
            if random.random() < 0.2:
                self.content = self.content[: random.randint(0, len(self.content))]
            self.survives(call)

        statuses = st.sampled_from((200, 200, 200, 201, 202, 400, 403, 429, 500))
        self.fuzz_each(check, st.randoms(use_true_random=True), statuses)

    def test_bytes_that_are_no_answer_end_with_a_name(self):
        from hypothesis import strategies as st

        def check(call, _shapes, _model, body, status):
            self.content, self.status = body, status
            self.assertIsInstance(self.survives(call), errors.SpApiError)

        bodies = st.one_of(st.binary(max_size=200), st.sampled_from(NO_ANSWERS))
        statuses = st.sampled_from((200, 400, 403, 404, 429, 503))
        self.fuzz_each(check, bodies, statuses)

    def test_words_of_a_refusal_are_shown_without_what_looks_like_a_key(self):
        from hypothesis import strategies as st

        words = st.one_of(
            st.text(ODD, max_size=50),
            st.sampled_from((None, 7, [], {}, "\ud800", "a\0b", "x" * 100_000)),
        )
        secret = "Atza|one Atzr|refresh https://x/?X-Amz-Signature=s1gnature&a=b"

        def check(code, message, details, status):
            if isinstance(message, str):
                message += secret
            body = {"code": code, "message": message, "details": details}
            self.content = json.dumps({"errors": [body]}).encode()
            self.status = status
            error = self.survives(lambda client: client.get_report("R"))
            self.assertNotIn("s1gnature", str(error))
            self.assertNotIn("\0", str(error))

        statuses = st.sampled_from((200, 400, 401, 403, 404, 429, 500))
        self.fuzz(check, words, words, words, statuses, examples=200)


def ids_of(value, model):
    """Yield the ids and tokens in a document, the values that must not get lost."""
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, str) and re.search("Id$|^id$|^url$|Token$|^sku$", key):
                # Who asks for a document knows its id.
                if not (key.endswith("DocumentId") and model in FOUND_BY_ID):
                    yield item
            else:
                yield from ids_of(item, model)
    elif isinstance(value, list):
        for item in value:
            yield from ids_of(item, model)


def texts_of(value):
    """Return all texts in a result, however deep."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        value = list(value.values())
    elif hasattr(value, "__dataclass_fields__"):
        value = list(vars(value).values())
    if isinstance(value, list | tuple):
        return set().union(*(texts_of(item) for item in value))
    return set()
