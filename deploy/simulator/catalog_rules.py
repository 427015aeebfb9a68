# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What no schema can say of a listing: how it goes together with others and the time.

Code 8007 with its words: https://sellercentral.amazon.com/gp/errorcode/8007
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deploy.simulator.clock import seconds
from deploy.simulator.listing_state import ATTRIBUTE_DROPPED
from deploy.simulator.listing_view import (
    AVAILABILITY,
    RELATION,
    as_issue,
    is_parent,
    parent_of,
)
from deploy.simulator.validation import Finding

# Inferred: the code of a date that has gone by.
PAST_DATE = "99040"
DAY = 86400.0
# How long after its acceptance an attribute is dropped, in simulated seconds.
DROP_SECONDS = 60.0


def check(
    sku: str, attributes: dict[str, Any], holder: dict[str, Any] | None, now: float
) -> Iterator[Finding]:
    """Find what does not go together.

    :param holder: the listing that is named as its parent, in the same marketplace
    :param now: in simulated seconds since 1970
    """
    yield from _check_parent(sku, attributes, holder)
    for item in attributes.get(AVAILABILITY) or []:
        moment = item.get("restock_date")
        if moment and _end(moment) < now:
            words = f"The restock date {moment} has gone by."
            yield Finding(PAST_DATE, words, AVAILABILITY, "WARNING")


def _end(moment: str) -> float:
    """Return when a date or a point in time is over, in seconds since 1970."""
    return seconds(moment) + (DAY if len(moment) <= len("2026-01-01") else 0.0)


def _check_parent(
    sku: str, attributes: dict[str, Any], holder: dict[str, Any] | None
) -> Iterator[Finding]:
    parent = parent_of(attributes)
    levels = [item.get("value") for item in attributes.get("parentage_level") or []]
    if "child" in levels and attributes.get(RELATION) and not parent:
        words = f"'[{RELATION}.parent_sku]' is required but not supplied."
        yield Finding("90220", words, RELATION)
    elif parent == sku or (parent and not is_parent(_attributes(holder))):
        yield Finding(
            "8007", f"We cannot recognize your parent SKU: [{parent}].", RELATION
        )


def _attributes(listing: dict[str, Any] | None) -> dict[str, Any]:
    return listing["attributes"] if listing else {}


def without(listing: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a listing of which Amazon has dropped an attribute after the fact."""
    words = f"The value of '{name}' is not valid and was removed from the listing."
    finding = Finding(
        ATTRIBUTE_DROPPED, words, name, category="", action="ATTRIBUTE_SUPPRESSED"
    )
    attributes = {k: v for k, v in listing["attributes"].items() if k != name}
    late = [*listing["late"], as_issue(finding)]
    return {**listing, "attributes": attributes, "late": late}
