# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The report types: how each comes to be, who may have it, how far it looks back.

https://developer-docs.amazon.com/sp-api/docs/report-type-values-order
https://developer-docs.amazon.com/sp-api/docs/report-type-values-inventory
https://developer-docs.amazon.com/sp-api/docs/report-type-values-settlement
"""

from __future__ import annotations

from dataclasses import dataclass

from deploy.simulator.roles import (
    AMAZON_FULFILLMENT,
    FINANCE,
    INVENTORY,
    LISTING,
    PRICING,
    SHIPPING,
    TAX_INVOICING,
    TAX_REMITTANCE,
)

TEXT = "text/plain"
XML = "text/xml"
# https://developer-docs.amazon.com/sp-api/docs/report-type-values
KEPT_DAYS = 90
ORDERS_KEPT_DAYS = 30
TWO_YEARS = 730


@dataclass(frozen=True)
class ReportType:
    """One report type.

    ``requested``, ``scheduled``: sellers can have it made so; if neither, Amazon makes
    it. ``restricted``: it holds personal data, so its document needs a restricted data
    token. ``days_back``: how old a window's start may be; None: it has no window.
    ``kept_days``: how long its documents stay. ``rival``: the type that cannot be
    scheduled while this one is. ``whole``: without a window, it goes all the way back.
    """

    roles: tuple[str, ...]
    requested: bool = True
    scheduled: bool = True
    restricted: bool = False
    media: str = TEXT
    days_back: int | None = None
    kept_days: int = KEPT_DAYS
    rival: str = ""
    whole: bool = False


def _orders(
    days_back: int,
    role: str = SHIPPING,
    media: str = TEXT,
    rival: str = "",
    *,
    requested: bool = True,
    whole: bool = False,
) -> ReportType:
    return ReportType(
        (role,),
        requested=requested,
        restricted=True,
        media=media,
        days_back=days_back,
        kept_days=ORDERS_KEPT_DAYS,
        rival=rival,
        whole=whole,
    )


_LISTINGS = ReportType((INVENTORY, PRICING, SHIPPING, LISTING), scheduled=False)
_TRACKING = ReportType(
    (AMAZON_FULFILLMENT, INVENTORY, SHIPPING),
    scheduled=False,
    days_back=TWO_YEARS,
    kept_days=ORDERS_KEPT_DAYS,
)
_TRACKING_XML = ReportType(
    _TRACKING.roles,
    scheduled=False,
    media=XML,
    days_back=TWO_YEARS,
    kept_days=ORDERS_KEPT_DAYS,
)
FLAT_ORDERS = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"
XML_ORDERS = "GET_ORDER_REPORT_DATA_SHIPPING"
UNSHIPPED_ORDERS = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
FLAT_TRACKING_BY_UPDATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
FLAT_TRACKING_BY_DATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
XML_TRACKING_BY_UPDATE = "GET_XML_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
XML_TRACKING_BY_DATE = "GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
ALL_LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
ACTIVE_LISTINGS = "GET_MERCHANT_LISTINGS_DATA"
INACTIVE_LISTINGS = "GET_MERCHANT_LISTINGS_INACTIVE_DATA"
SETTLEMENT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
REPORT_TYPES: dict[str, ReportType] = {
    ALL_LISTINGS: _LISTINGS,
    ACTIVE_LISTINGS: _LISTINGS,
    INACTIVE_LISTINGS: _LISTINGS,
    FLAT_ORDERS: _orders(60, rival=XML_ORDERS),
    XML_ORDERS: _orders(60, media=XML, rival=FLAT_ORDERS, requested=False),
    UNSHIPPED_ORDERS: _orders(38, whole=True),
    "GET_FLAT_FILE_ORDER_REPORT_DATA_INVOICING": _orders(60, TAX_INVOICING),
    "GET_ORDER_REPORT_DATA_INVOICING": _orders(60, TAX_INVOICING, XML),
    "GET_FLAT_FILE_ORDER_REPORT_DATA_TAX": _orders(60, TAX_REMITTANCE),
    "GET_ORDER_REPORT_DATA_TAX": _orders(60, TAX_REMITTANCE, XML),
    FLAT_TRACKING_BY_UPDATE: _TRACKING,
    FLAT_TRACKING_BY_DATE: _TRACKING,
    XML_TRACKING_BY_UPDATE: _TRACKING_XML,
    XML_TRACKING_BY_DATE: _TRACKING_XML,
    SETTLEMENT: ReportType((FINANCE,), requested=False, scheduled=False),
}
