# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How patches change a listing's attributes, instance by instance.

https://developer-docs.amazon.com/sp-api/docs/listings-feed-type-values
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from deploy.simulator.product_types import ProductType
from deploy.simulator.validation import (
    Finding,
    Findings,
    check_attribute,
    has_errors,
)

Places = tuple[str, ...]
# All that a merge is documented for; anything else must be sent whole.
MERGEABLE = ("fulfillment_availability", "purchasable_offer")


def apply(
    kind: ProductType,
    attributes: dict[str, Any],
    change: dict[str, Any],
    place: str,
    places: Places,
) -> Findings:
    """Carry out one patch on the *attributes* of a listing in *place*.

    :param places: the marketplaces that the patch was sent for
    """
    name = change["path"].removeprefix("/attributes/")
    operation, value = change["op"], change.get("value")
    if operation == "delete":
        return _delete(kind, attributes, name, value, place)
    merging = operation == "merge"
    found = list(check_attribute(kind, name, value, places, merging=merging))
    if merging and name not in MERGEABLE:
        words = f"The operation 'merge' is not supported for the attribute '{name}'."
        found.append(Finding("99022", words, name))
    if name not in kind.attributes or has_errors(found):
        return found
    local = _local(value, place)
    if not local:
        return found
    if operation == "replace":
        # The whole attribute is swapped: what is not named is gone.
        attributes[name] = local
        return found
    selectors = kind.attributes[name].selectors
    join = _merged if merging else _added
    attributes[name] = join(attributes.get(name) or [], local, selectors)
    return found


def _delete(
    kind: ProductType, attributes: dict[str, Any], name: str, value: Any, place: str
) -> Findings:
    """Take away the instances that the selectors in *value* name."""
    if name not in attributes:
        return []
    selectors = kind.attributes[name].selectors
    items = value if isinstance(value, list) else []
    doomed = [
        {key: item[key] for key in selectors if key in item}
        for item in items
        if isinstance(item, dict)
    ]
    if not doomed or (selectors and not all(doomed)):
        words = f"A delete of '{name}' must name what to delete by its selectors."
        return [Finding("99022", words, name)]
    doomed = [named for named in doomed if named.get("marketplace_id", place) == place]
    left = [
        item
        for item in attributes[name]
        if not any(all(item.get(k) == v for k, v in named.items()) for named in doomed)
    ]
    attributes[name] = left
    if not left:
        del attributes[name]
    return []


def _added(
    old: list[Any], new: list[Any], selectors: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Add instances; those known by the same selectors give way to them."""
    fresh = {_chosen(item, selectors) for item in new}
    return [item for item in old if _chosen(item, selectors) not in fresh] + new


def _merged(
    old: list[Any], new: list[Any], selectors: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Join instances with those known by the same selectors; null takes a key away."""
    by_key = {_chosen(item, selectors): item for item in old}
    for item in new:
        key = _chosen(item, selectors)
        joined = {**by_key.get(key, {}), **item}
        by_key[key] = {name: v for name, v in joined.items() if v is not None}
    return list(by_key.values())


def _chosen(item: dict[str, Any], selectors: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(item.get(name) for name in selectors)


def _local(value: Any, place: str) -> list[dict[str, Any]]:
    """Return the instances that are for a marketplace, or for every one."""
    return [
        item
        for item in (value if isinstance(value, list) else [])
        if isinstance(item, dict) and item.get("marketplace_id", place) == place
    ]


def of_place(
    attributes: Container[str], sent: dict[str, Any], place: str
) -> dict[str, Any]:
    """Return of what was sent that which is known and for a marketplace."""
    known = {n: _local(v, place) for n, v in sent.items() if n in attributes}
    return {name: items for name, items in known.items() if items}
