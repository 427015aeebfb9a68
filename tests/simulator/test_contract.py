# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's own SDK drives the simulator, and understands what it answers."""

from __future__ import annotations

import json
import time

import pytest
import requests
import spapi
from spapi.models.feeds_v2021_06_30 import (
    CreateFeedDocumentSpecification,
    CreateFeedSpecification,
)
from spapi.models.listings_items_v2021_08_01 import (
    ListingsItemPatchRequest,
    ListingsItemPutRequest,
    PatchOperation,
)
from spapi.models.reports_v2021_06_30 import (
    CreateReportScheduleSpecification,
    CreateReportSpecification,
)
from spapi.models.tokens_v2021_03_01 import (
    CreateRestrictedDataTokenRequest,
    RestrictedResource,
)

from tests.simulator.conftest import DE, FR, JSON, SPEED, attributes, update

LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
ORDERS = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"


def test_sellers(sdk):
    found = spapi.SellersApi(sdk).get_marketplace_participations().payload
    assert {item.marketplace.id for item in found} >= {DE, FR}
    assert all(item.participation.is_participating for item in found)
    account = spapi.SellersApi(sdk).get_account().payload
    assert account.selling_plan == "PROFESSIONAL"


def test_feeds(raw, sdk, seller_id):
    feeds = spapi.FeedsApi(sdk)
    document = feeds.create_feed_document(
        CreateFeedDocumentSpecification(content_type=JSON)
    )
    body = {
        "header": {"sellerId": seller_id, "version": "2.0"},
        "messages": [update(1, "SDK-1")],
    }
    put = requests.put(
        document.url, data=json.dumps(body).encode(), headers={"content-type": JSON}
    )
    assert put.status_code == 200
    created = feeds.create_feed(
        CreateFeedSpecification(
            feed_type="JSON_LISTINGS_FEED",
            marketplace_ids=[DE],
            input_feed_document_id=document.feed_document_id,
        )
    )
    raw.finished(created.feed_id)
    feed = feeds.get_feed(created.feed_id)
    assert feed.processing_status == "DONE"
    assert feed.created_time.year > 2000
    listed = feeds.get_feeds(feed_types=["JSON_LISTINGS_FEED"]).feeds
    assert created.feed_id in {item.feed_id for item in listed}
    result = feeds.get_feed_document(feed.result_feed_document_id)
    assert requests.get(result.url).status_code == 200


def test_cancel_feed(raw, sdk, simulator, seller_id):
    simulator.set_speed(1)
    try:
        body = {"header": {"sellerId": seller_id, "version": "2.0"}, "messages": []}
        feed_id = raw.submit(json.dumps(body).encode())
        spapi.FeedsApi(sdk).cancel_feed(feed_id)
        found = spapi.FeedsApi(sdk).get_feed(feed_id)
    finally:
        simulator.set_speed(SPEED)
    assert found.processing_status == "CANCELLED"


def test_listings(sdk, seller_id):
    listings = spapi.ListingsApi(sdk)
    put = listings.put_listings_item(
        seller_id,
        "SDK/2",
        [DE],
        ListingsItemPutRequest(
            product_type="PRODUCT", requirements="LISTING", attributes=attributes()
        ),
    )
    assert (put.status, put.issues) == ("ACCEPTED", [])
    name = [{"value": "Neu", "language_tag": "de_DE", "marketplace_id": DE}]
    change = PatchOperation(op="replace", path="/attributes/item_name", value=name)
    patched = listings.patch_listings_item(
        seller_id,
        "SDK/2",
        [DE],
        ListingsItemPatchRequest(product_type="PRODUCT", patches=[change]),
    )
    assert patched.status == "ACCEPTED"
    item = listings.get_listings_item(
        seller_id, "SDK/2", [DE], included_data=["summaries", "attributes", "issues"]
    )
    assert item.summaries[0].item_name == "Neu"
    assert item.summaries[0].asin.startswith("B0")
    page = listings.search_listings_items(
        seller_id, [DE], identifiers=["SDK/2"], identifiers_type="SKU"
    )
    assert [found.sku for found in page.items] == ["SDK/2"]
    preview = listings.put_listings_item(
        seller_id,
        "SDK-3",
        [DE],
        ListingsItemPutRequest(
            product_type="PRODUCT",
            requirements="LISTING",
            attributes=attributes(brand=None),
        ),
        mode="VALIDATION_PREVIEW",
    )
    assert preview.status == "INVALID"
    assert preview.issues[0].code == "90220"
    gone = listings.delete_listings_item(seller_id, "SDK/2", [DE])
    assert gone.status == "ACCEPTED"
    with pytest.raises(spapi.ApiException) as caught:
        listings.get_listings_item(seller_id, "SDK/2", [DE])
    assert caught.value.status == 404


def test_product_types(sdk, seller_id):
    definitions = spapi.DefinitionsApi(sdk)
    found = definitions.search_definitions_product_types([DE], keywords=["luggage"])
    assert [item.name for item in found.product_types] == ["LUGGAGE"]
    kind = definitions.get_definitions_product_type(
        "LUGGAGE", [DE], seller_id=seller_id, requirements="LISTING"
    )
    schema = requests.get(kind.var_schema.link.resource).json()
    assert "brand" in schema["required"]
    assert schema["properties"]["item_name"]["selectors"] == [
        "marketplace_id",
        "language_tag",
    ]


def test_reports(raw, sdk):
    content = {"productType": "PRODUCT", "attributes": attributes()}
    raw.item("PUT", "SDK-4", json=content)
    reports = spapi.ReportsApi(sdk)
    made = reports.create_report(
        CreateReportSpecification(report_type=LISTINGS, marketplace_ids=[DE])
    )
    for _ in range(100):
        report = reports.get_report(made.report_id)
        if report.processing_status == "DONE":
            break
        time.sleep(0.1)
    assert report.report_type == LISTINGS
    assert report.marketplace_ids == [DE]
    assert report.processing_end_time > report.processing_start_time
    listed = reports.get_reports(report_types=[LISTINGS], page_size=1)
    assert [item.report_id for item in listed.reports] == [made.report_id]
    document = reports.get_report_document(report.report_document_id)
    assert document.compression_algorithm == "GZIP"
    assert requests.get(document.url).status_code == 200


def test_cancel_report(simulator, sdk):
    reports = spapi.ReportsApi(sdk)
    simulator.set_speed(1)
    try:
        made = reports.create_report(
            CreateReportSpecification(report_type=ORDERS, marketplace_ids=[DE])
        )
        reports.cancel_report(made.report_id)
        found = reports.get_report(made.report_id)
    finally:
        simulator.set_speed(SPEED)
    assert found.processing_status == "CANCELLED"


def test_report_schedules(sdk):
    reports = spapi.ReportsApi(sdk)
    made = reports.create_report_schedule(
        CreateReportScheduleSpecification(
            report_type=ORDERS,
            marketplace_ids=[DE],
            period="PT8H",
            report_options={"ShowSalesChannel": "true"},
            next_report_creation_time="2099-01-01T00:00:00Z",
        )
    )
    found = reports.get_report_schedule(made.report_schedule_id)
    assert (found.period, found.report_type) == ("PT8H", ORDERS)
    assert found.report_options == {"ShowSalesChannel": "true"}
    assert found.next_report_creation_time.year == 2099
    listed = reports.get_report_schedules([ORDERS]).report_schedules
    assert [item.report_schedule_id for item in listed] == [made.report_schedule_id]
    reports.cancel_report_schedule(made.report_schedule_id)
    with pytest.raises(spapi.ApiException) as caught:
        reports.get_report_schedule(made.report_schedule_id)
    assert caught.value.status == 404


def test_tokens(simulator, sdk, seller_id):
    simulator.add_report(seller_id, ORDERS, [DE], b"order-id")
    (report,) = spapi.ReportsApi(sdk).get_reports(report_types=[ORDERS]).reports
    path = f"/reports/2021-06-30/documents/{report.report_document_id}"
    resource = RestrictedResource(method="GET", path=path)
    found = spapi.TokensApi(sdk).create_restricted_data_token(
        CreateRestrictedDataTokenRequest(restricted_resources=[resource])
    )
    assert found.expires_in == 3600
    assert found.restricted_data_token.startswith("Atz.sprdt|")


def test_orders(sdk):
    orders = spapi.SearchOrdersApi(sdk).search_orders(
        created_after="2026-01-01T00:00:00Z",
        marketplace_ids=[DE],
        fulfillment_statuses=["UNSHIPPED"],
        included_data=["BUYER", "RECIPIENT", "PROCEEDS"],
    )
    assert orders.orders == []
    assert orders.created_before.year > 2000
    with pytest.raises(spapi.ApiException) as caught:
        spapi.GetOrderApi(sdk).get_order("028-1111111-1111111")
    assert caught.value.status == 404


def test_finances(sdk):
    finances = spapi.FinancesV2024Api(sdk)
    found = finances.list_transactions(posted_after="2026-01-01T00:00:00Z")
    assert found.payload.transactions == []
