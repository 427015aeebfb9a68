# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What feeds and reports have in common: filters, pages, and steps of a life.

https://developer-docs.amazon.com/sp-api/docs/feeds-api-v2021-06-30-reference
https://developer-docs.amazon.com/sp-api/docs/reports-api-v2021-06-30-reference
"""

from __future__ import annotations

from typing import Any

from deploy.simulator.answers import Answer, as_json, invalid
from deploy.simulator.clock import Clock
from deploy.simulator.request import Request, decode, encode
from deploy.simulator.store import Store

FINAL = ("DONE", "CANCELLED", "FATAL")
STATUSES = ("IN_QUEUE", "IN_PROGRESS", *FINAL)
KEPT_SECONDS = 90 * 86400
FILTERS = (
    "marketplaceIds",
    "pageSize",
    "processingStatuses",
    "createdSince",
    "createdUntil",
)

# What a token of the next page holds.
KEYS = {"types", "places", "statuses", "since", "until", "size", "start"}


def page_of(request: Request, types: str) -> dict[str, Any]:
    """Return the page that is asked for: its filters, where it starts, its size.

    :param types: name of the parameter that lists types
    :raise Refusal: the parameters are not as the model wants them
    """
    request.only("nextToken", types, *FILTERS)
    token = request.query.get("nextToken")
    if token:
        if {types, *FILTERS} & set(request.query):
            raise invalid("'nextToken' must be the only parameter.")
        page = decode(token)
        if set(page) != KEYS:
            raise invalid("'nextToken' was given by another operation.")
        return page
    return {
        "types": request.many(types, least=1, most=10),
        "places": request.many("marketplaceIds", most=10),
        "statuses": request.some("processingStatuses", STATUSES),
        "since": request.moment("createdSince"),
        "until": request.moment("createdUntil"),
        "size": request.number("pageSize", 10, 100),
        "start": 0,
    }


def select(
    records: list[dict[str, Any]], page: dict[str, Any], kind: str, clock: Clock
) -> list[dict[str, Any]]:
    """Return those records that a page's filters let pass, newest first.

    :param kind: name of the key that holds a record's type
    """
    oldest = max(page["since"] or 0.0, clock.now() - KEPT_SECONDS)
    newest = clock.now() if page["until"] is None else page["until"]
    return [
        record
        for record in reversed(records)
        if record[kind] in page["types"]
        and (not page["places"] or set(page["places"]) & set(record["marketplaceIds"]))
        and (not page["statuses"] or record["processingStatus"] in page["statuses"])
        and oldest <= record["created"] <= newest
    ]


def page_answer(
    found: list[dict[str, Any]], page: dict[str, Any], name: str, keys: tuple[str, ...]
) -> Answer:
    """Return one page of what was found, and the token of the next."""
    end = page["start"] + page["size"]
    shown: dict[str, Any] = {
        name: [show(record, keys) for record in found[page["start"] : end]]
    }
    if len(found) > end:
        shown["nextToken"] = encode({**page, "start": end})
    return as_json(shown)


def show(record: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Return of a record what Amazon shows."""
    return {name: record[name] for name in keys if record.get(name) is not None}


def move(
    store: Store, kind: str, key: str, before: str, after: str, **changes: Any
) -> bool:
    """Give a record its next status, unless it has another one by now."""
    with store.together():
        known = store.get(kind, key)
        if not known or known["processingStatus"] != before:
            return False
        store.put(kind, key, {**known, "processingStatus": after, **changes})
        return True
