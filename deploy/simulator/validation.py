# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks what was sent against its product type; findings in Amazon's words.

Codes 90220 and 99022 with their words: the example of the processing report,
https://developer-docs.amazon.com/sp-api/docs/listings-feed-type-values
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.simulator.attributes import Attribute, Clash, Key
from deploy.simulator.clock import seconds
from deploy.simulator.product_types import IDENTIFIERS, ProductType
from deploy.simulator.sellers import MARKETPLACES

TYPES: dict[str, Any] = {
    "string": str,
    "date": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
}


@dataclass(frozen=True)
class Finding:
    """Something wrong with a listing: Amazon's code, words, attribute, severity.

    ``category``: of the issue, empty: the usual one. ``action``: what Amazon does about
    it, empty: nothing.
    """

    code: str
    message: str
    attribute: str = ""
    severity: str = "ERROR"
    category: str = ""
    action: str = ""


Findings = list[Finding]


def has_errors(found: Findings) -> bool:
    """Return whether something found stands in the way."""
    return any(item.severity == "ERROR" for item in found)


def check_required(
    kind: ProductType, attributes: dict[str, Any], requirements: str
) -> Iterator[Finding]:
    """Find what a whole listing lacks, and what it must not have."""
    for name in kind.required_for(requirements):
        if not attributes.get(name):
            yield _lacks(name, name)
    for condition in kind.conditions(requirements):
        needs = condition.needs(attributes)
        for name in needs.all_of:
            if not attributes.get(name):
                yield _lacks(name, name)
        if needs.one_of and not any(attributes.get(name) for name in needs.one_of):
            yield _lacks(needs.one_of[0], needs.one_of[0])
        for name in needs.none_of:
            if attributes.get(name):
                words = f"'[{name}]' must not be supplied for such a listing."
                yield Finding("99022", words, name)


def _lacks(path: str, name: str) -> Finding:
    return Finding("90220", f"'[{path}]' is required but not supplied.", name)


def check_attribute(
    kind: ProductType,
    name: str,
    value: Any,
    places: tuple[str, ...],
    *,
    requirements: str = "LISTING",
    merging: bool = False,
) -> Iterator[Finding]:
    """Find what is wrong with one attribute as it was sent for these marketplaces.

    :param merging: null is let pass, which takes a key away
    """
    attribute = kind.attributes_for(requirements).get(name)
    if attribute is None:
        whose = kind.name if requirements == "LISTING" else requirements
        words = f"The attribute '{name}' is not known for {whose} and was ignored."
        yield Finding("90000900", words, name, "WARNING")
        return
    if not isinstance(value, list) or not value:
        yield _too_few(name, name)
        return
    found: Findings = []
    for item in value:
        _check_object(attribute, item, name, name, merging, found)
        if isinstance(item, dict):
            _check_place(item, name, places, found)
            for clash in attribute.clashes:
                _check_clash(clash, item, name, found)
    yield from found
    if len(value) > attribute.most:
        yield from _check_count(attribute, name, value)
    if name == IDENTIFIERS[0]:
        yield from _check_identifiers(name, value)


def _too_few(path: str, name: str) -> Finding:
    words = f"The attribute '{path}' does not have enough values."
    return Finding("99022", f"{words} The required minimum is '1' value(s).", name)


def _check_count(
    attribute: Attribute, name: str, value: list[Any]
) -> Iterator[Finding]:
    counts = Counter(
        tuple(str(item.get(key)) for key in attribute.selectors)
        for item in value
        if isinstance(item, dict)
    )
    for count in counts.values():
        if count > attribute.most:
            words = f"The attribute '{name}' has too many values: {count}."
            words += f" The maximum is '{attribute.most}' value(s)."
            yield Finding("99022", words, name)


# Feeds have a million values: these add to a list what they find, which is nearly
# always nothing, and put words together only then.


def _check_clash(
    clash: Clash, item: dict[str, Any], name: str, found: Findings
) -> None:
    if item.get(clash.key) in clash.values and clash.forbidden in item:
        words = f"'{name}.{clash.forbidden}' must not be supplied"
        words += f" when '{clash.key}' is '{item[clash.key]}'."
        found.append(Finding("99022", words, name))


def _check_object(
    holder: Attribute | Key,
    item: Any,
    path: str,
    name: str,
    merging: bool,
    found: Findings,
) -> None:
    if not isinstance(item, dict):
        found.append(_mistyped(path, "object", name))
        return
    for key in holder.needed:
        if item.get(key) in (None, ""):
            found.append(_lacks(f"{path}.{key}", name))
    for key, value in item.items():
        known = holder.keys.get(key)
        if known is None:
            words = f"'{key}' is not a known property of '{path}'."
            found.append(Finding("99022", words, name))
        elif value is None or (value == "" and known.required):
            # What is required is missed already.
            if not merging and not known.required:
                found.append(_mistyped(f"{path}.{key}", known.kind, name))
        else:
            problem = _check_value(known, value, path, key, name, found)
            if problem:
                found.append(problem)


def _check_value(
    limits: Key, value: Any, path: str, key: str, name: str, found: Findings
) -> Finding | None:
    """Return what is wrong with a value; *found* gets what is within it."""
    kind = limits.kind
    is_flag = isinstance(value, bool) and kind != "boolean"
    if is_flag or not isinstance(value, TYPES[kind]):
        return _mistyped(f"{path}.{key}", kind, name)
    if kind == "object":
        _check_object(limits, value, f"{path}.{key}", name, False, found)
    elif kind == "array":
        for item in value:
            _check_object(limits, item, f"{path}.{key}", name, False, found)
        return None if value else _too_few(f"{path}.{key}", name)
    elif kind == "string":
        if limits.choices and value not in limits.choices:
            return _foreign(value, f"{path}.{key}", name)
        most = limits.most_bytes
        if most and len(value) * 4 > most and len(value.encode()) > most:
            words = f"The value of '{path}.{key}' exceeds the maximum of"
            return Finding("99022", f"{words} {most} bytes.", name)
    elif kind == "date" and not _is_moment(value):
        words = f"'{value}' is not a valid date for '{path}.{key}'."
        return Finding("99022", words, name)
    elif limits.least is not None and value < limits.least:
        words = f"The value of '{path}.{key}' must be at least {limits.least:g}."
        return Finding("99022", words, name)
    elif limits.above is not None and value <= limits.above:
        words = f"The value of '{path}.{key}' must be greater than {limits.above:g}."
        return Finding("99022", words, name)
    return None


def _mistyped(path: str, kind: str, name: str) -> Finding:
    words = f"The value of '{path}' has the wrong type; {kind} is expected."
    return Finding("99022", words, name)


def _foreign(value: Any, path: str, name: str) -> Finding:
    return Finding("90244", f"'{value}' is not a valid value for '{path}'.", name)


def _is_moment(text: str) -> bool:
    try:
        seconds(text)
    except ValueError:
        return False
    return True


def _check_place(
    item: dict[str, Any], name: str, places: tuple[str, ...], found: Findings
) -> None:
    place = item.get("marketplace_id")
    if not place:
        return
    if place not in places:
        found.append(_foreign(place, f"{name}.marketplace_id", name))
        return
    language, currency = item.get("language_tag"), item.get("currency")
    if language and language not in MARKETPLACES[place].languages:
        found.append(_foreign(language, f"{name}.language_tag", name))
    if currency and currency != MARKETPLACES[place].currency:
        found.append(_foreign(currency, f"{name}.currency", name))


def _check_identifiers(name: str, value: list[Any]) -> Iterator[Finding]:
    for item in value:
        digits = str(item.get("value") or "") if isinstance(item, dict) else ""
        if digits and not is_product_code(digits):
            words = f"'{digits}' is not a valid product identifier."
            yield Finding("8572", words, name)


def is_product_code(text: str) -> bool:
    """Return whether this is a GTIN (8, 12, 13, 14 digits) or an ISBN-10."""
    if re.fullmatch(r"\d{9}[\dX]", text):
        digits = [10 if digit == "X" else int(digit) for digit in text]
        return sum(d * (10 - n) for n, d in enumerate(digits)) % 11 == 0
    if not re.fullmatch(r"\d{8}|\d{12,14}", text):
        return False
    weighed = (int(d) * (3 if n % 2 else 1) for n, d in enumerate(reversed(text)))
    return sum(weighed) % 10 == 0
