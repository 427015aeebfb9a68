# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The roles of an app, and what each operation and feed type asks for.

One role of those named is enough:
https://developer-docs.amazon.com/sp-api/docs/role-mappings
https://developer-docs.amazon.com/sp-api/docs/role-mappings-for-types
"""

from __future__ import annotations

AMAZON_FULFILLMENT = "Amazon Fulfillment"
BUYER_COMMUNICATION = "Buyer Communication"
BUYER_SOLICITATION = "Buyer Solicitation"
FINANCE = "Finance and Accounting"
INVENTORY = "Inventory and Order Tracking"
PRICING = "Pricing"
LISTING = "Product Listing"
SERVICES = "Professional Services (Restricted)"
INSIGHTS = "Selling Partner Insights"
SHIPPING = "Direct-to-Consumer Shipping (Restricted)"
TAX_INVOICING = "Tax Invoicing (Restricted)"
TAX_REMITTANCE = "Tax Remittance (Restricted)"
ROLES = (
    AMAZON_FULFILLMENT,
    BUYER_COMMUNICATION,
    BUYER_SOLICITATION,
    FINANCE,
    INVENTORY,
    PRICING,
    LISTING,
    SERVICES,
    INSIGHTS,
    SHIPPING,
    TAX_INVOICING,
    TAX_REMITTANCE,
)
ORDER_FEED_ROLES = (INVENTORY, SHIPPING)
LISTING_FEED_ROLES = (INVENTORY, LISTING)

_FEED = (AMAZON_FULFILLMENT, INVENTORY, PRICING, LISTING, SHIPPING, TAX_INVOICING)
# In the Far East, further roles may ask where a seller sells.
_SELLER = (LISTING, INSIGHTS, SHIPPING)
OPERATION_ROLES: dict[str, tuple[str, ...]] = {
    "getMarketplaceParticipations": _SELLER,
    # Amazon has it in Europe only, and for the first of these only.
    "getAccount": (FINANCE, *_SELLER),
    "createFeedDocument": _FEED,
    "createFeed": _FEED,
    "getFeed": _FEED,
    "getFeeds": _FEED,
    "cancelFeed": _FEED,
    "getFeedDocument": _FEED,
    "getListingsItem": (LISTING,),
    "putListingsItem": (LISTING,),
    "patchListingsItem": (LISTING,),
    "deleteListingsItem": (LISTING,),
    "searchListingsItems": (LISTING,),
    "searchDefinitionsProductTypes": (LISTING,),
    "getDefinitionsProductType": (LISTING,),
    "createReport": ROLES,
    "getReports": ROLES,
    "getReport": ROLES,
    "cancelReport": ROLES,
    "createReportSchedule": ROLES,
    "getReportSchedules": ROLES,
    "getReportSchedule": ROLES,
    "cancelReportSchedule": ROLES,
    "getReportDocument": ROLES,
    "createRestrictedDataToken": ROLES,
    "searchOrders": ROLES,
    "getOrder": ROLES,
    "confirmShipment": (INVENTORY, SHIPPING),
    "listTransactions": (FINANCE,),
}
