# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The filters of searchListingsItems.

https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference
"""

from __future__ import annotations

import re

from deploy.simulator.answers import invalid
from deploy.simulator.listing_book import CODES, Search
from deploy.simulator.request import Request

STATUSES = ("BUYABLE", "DISCOVERABLE")
SEVERITIES = {"ERROR": "errors", "WARNING": "warnings"}
# Only one of these may be asked for.
SELECTIONS = ("identifiers", "variationParentSku", "packageHierarchySku")
MOMENTS = {
    "createdAfter": "created >= ?",
    "createdBefore": "created <= ?",
    "lastUpdatedAfter": "updated >= ?",
    "lastUpdatedBefore": "updated <= ?",
}
PARAMETERS = (
    *SELECTIONS,
    "identifiersType",
    "withStatus",
    "withoutStatus",
    "withIssueSeverity",
    *MOMENTS,
)
LOCALE = re.compile(r"[a-z]{2}_[A-Z]{2}")


def check_locale(request: Request) -> None:
    """Check the language that issues are asked for in.

    There are no others than those in English, in which Amazon falls back as well.

    :raise Refusal: it is none
    """
    locale = request.query.get("issueLocale", "en_US")
    if not LOCALE.fullmatch(locale):
        raise invalid(f"'{locale}' is no locale.")


def search_of(request: Request, seller_id: str, places: tuple[str, ...]) -> Search:
    """Return the search that a request asks for.

    :raise Refusal: its parameters are not as the model wants them
    """
    check_locale(request)
    search = Search(single=len(places) == 1)
    search.demand("seller_id = ?", seller_id)
    search.demand_one_of("place", places)
    _select(request, search)
    _filter_status(request, search)
    severities = request.some("withIssueSeverity", tuple(SEVERITIES))
    if severities:
        columns = (f"{SEVERITIES[name]} > 0" for name in severities)
        search.demand(f"({' OR '.join(columns)})")
    for name, condition in MOMENTS.items():
        moment = request.moment(name)
        if moment is not None:
            search.demand(condition, moment)
    return search


def _select(request: Request, search: Search) -> None:
    identifiers = request.many("identifiers", most=20)
    kind = request.query.get("identifiersType")
    if sum(bool(request.query.get(name)) for name in SELECTIONS) > 1:
        raise invalid(f"Only one of {', '.join(SELECTIONS)} may be given.")
    if bool(identifiers) != bool(kind):
        raise invalid("'identifiers' and 'identifiersType' are required together.")
    if kind in ("SKU", "ASIN"):
        search.demand_one_of(kind.lower(), tuple(identifiers))
    elif kind in CODES:
        search.demand_code(kind, identifiers)
    elif kind:
        raise invalid("'identifiersType' has an unknown value.")
    if request.query.get("variationParentSku"):
        search.demand("parent_sku = ?", request.query["variationParentSku"])
        search.demand("parent_sku <> ''")
    if request.query.get("packageHierarchySku"):
        # No listing here is a package of others.
        search.demand("0")


def _filter_status(request: Request, search: Search) -> None:
    """Demand one of some statuses, and none of some others."""
    wanted = request.some("withStatus", STATUSES)
    if wanted:
        columns = (f"{name.lower()} = 1" for name in wanted)
        search.demand(f"({' OR '.join(columns)})")
    for name in request.some("withoutStatus", STATUSES):
        search.demand(f"{name.lower()} = 0")
