# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's operations by method and path; each region serves all of them.

At Amazon a region is a host; here it is the first part of the path:
https://developer-docs.amazon.com/sp-api/docs/sp-api-endpoints
"""

from __future__ import annotations

from deploy.simulator.faults import DOWNLOAD, LOGIN, UPLOAD

REGIONS = ("na", "eu", "fe")
FEEDS = "/feeds/2021-06-30"
REPORTS = "/reports/2021-06-30"
ITEMS = "/listings/2021-08-01/items/{sellerId}"
ITEM = f"{ITEMS}/{{sku:path}}"
DEFINITIONS = "/definitions/2020-09-01/productTypes"
ORDERS = "/orders/2026-01-01/orders"
ROUTES = (
    ("GET", "/sellers/v1/marketplaceParticipations", "getMarketplaceParticipations"),
    ("GET", "/sellers/v1/account", "getAccount"),
    ("POST", f"{FEEDS}/documents", "createFeedDocument"),
    ("GET", f"{FEEDS}/documents/{{feedDocumentId}}", "getFeedDocument"),
    ("POST", f"{FEEDS}/feeds", "createFeed"),
    ("GET", f"{FEEDS}/feeds", "getFeeds"),
    ("GET", f"{FEEDS}/feeds/{{feedId}}", "getFeed"),
    ("DELETE", f"{FEEDS}/feeds/{{feedId}}", "cancelFeed"),
    ("GET", ITEM, "getListingsItem"),
    ("PUT", ITEM, "putListingsItem"),
    ("PATCH", ITEM, "patchListingsItem"),
    ("DELETE", ITEM, "deleteListingsItem"),
    ("GET", ITEMS, "searchListingsItems"),
    ("GET", DEFINITIONS, "searchDefinitionsProductTypes"),
    ("GET", f"{DEFINITIONS}/{{productType}}", "getDefinitionsProductType"),
    ("POST", f"{REPORTS}/reports", "createReport"),
    ("GET", f"{REPORTS}/reports", "getReports"),
    ("GET", f"{REPORTS}/reports/{{reportId}}", "getReport"),
    ("DELETE", f"{REPORTS}/reports/{{reportId}}", "cancelReport"),
    ("POST", f"{REPORTS}/schedules", "createReportSchedule"),
    ("GET", f"{REPORTS}/schedules", "getReportSchedules"),
    ("GET", f"{REPORTS}/schedules/{{reportScheduleId}}", "getReportSchedule"),
    ("DELETE", f"{REPORTS}/schedules/{{reportScheduleId}}", "cancelReportSchedule"),
    ("GET", f"{REPORTS}/documents/{{reportDocumentId}}", "getReportDocument"),
    ("POST", "/tokens/2021-03-01/restrictedDataToken", "createRestrictedDataToken"),
    ("GET", ORDERS, "searchOrders"),
    ("GET", f"{ORDERS}/{{orderId}}", "getOrder"),
    (
        "POST",
        "/orders/v0/orders/{orderId}/shipmentConfirmation",
        "confirmShipment",
    ),
    ("GET", "/finances/2024-06-19/transactions", "listTransactions"),
)
OPERATION_NAMES = (*(name for _, _, name in ROUTES), LOGIN, UPLOAD, DOWNLOAD)


def without_region(path: str) -> str:
    """Return a path as it is at Amazon: without the region in front."""
    return "/" + path.lstrip("/").partition("/")[2]
