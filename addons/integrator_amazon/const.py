# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Facts of Amazon's that more than one file needs."""

# Default rate (requests per second) and burst of each operation, per seller and
# application, from Amazon's published models ("Usage Plan" of each operation):
# https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
OPERATION_RATES = {
    "createFeedDocument": (0.5, 15),
    "createFeed": (0.0083, 15),
    "getFeed": (2.0, 15),
    "getFeeds": (0.0222, 10),
    "getFeedDocument": (0.0222, 10),
    "cancelFeed": (2.0, 15),
    "createReport": (0.0167, 15),
    "getReport": (2.0, 15),
    "getReports": (0.0222, 10),
    "getReportDocument": (0.0167, 15),
    "cancelReport": (0.0222, 10),
    "createReportSchedule": (0.0222, 10),
    "getReportSchedules": (0.0222, 10),
    "cancelReportSchedule": (0.0222, 10),
    "createRestrictedDataToken": (1.0, 10),
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "listTransactions": (0.5, 10),
    "getMarketplaceParticipations": (0.016, 15),
    "getListingsItem": (5.0, 10),
    "putListingsItem": (5.0, 10),
    "patchListingsItem": (5.0, 5),
    "deleteListingsItem": (5.0, 5),
    "searchListingsItems": (5.0, 5),
    "searchDefinitionsProductTypes": (5.0, 10),
    "getDefinitionsProductType": (5.0, 10),
}

# What changes something at Amazon. Reports are asked for, which changes nothing.
SENDING_OPERATIONS = frozenset(
    {
        "createFeedDocument",
        "uploadDocument",
        "createFeed",
        "cancelFeed",
        "putListingsItem",
        "patchListingsItem",
        "deleteListingsItem",
    }
)

# Endpoint of each selling region:
# https://developer-docs.amazon.com/sp-api/docs/sp-api-endpoints
SPAPI_ENDPOINTS = {
    "na": "https://sellingpartnerapi-na.amazon.com",
    "eu": "https://sellingpartnerapi-eu.amazon.com",
    "fe": "https://sellingpartnerapi-fe.amazon.com",
}
LWA_ENDPOINT = "https://api.amazon.com/auth/o2/token"

# Waits of jobs, in seconds. Throttling has its own, computed by the rate budget.
OUTAGE_FIRST_WAIT = 5
OUTAGE_LONGEST_WAIT = 300
ACCESS_WAIT = 600
POLL_FIRST_WAIT = 15
POLL_LONGEST_WAIT = 300
BUSY_WAIT = 2
# What a switch holds back is looked at again, though throwing it wakes the jobs.
HOLD_WAIT = 3600

# An answer that cannot be read is fetched so often: it may have been cut short.
MOST_FETCHES = 4
ALREADY_DONE = "Nothing to do: this step is done already."
RUNNING_JOB_STATES = ("wait_dependencies", "pending", "enqueued", "started")
