# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds its way through a product type's schema, and fills it with values.

Dialect: https://developer-docs.amazon.com/sp-api/docs/product-type-definition-meta-schema
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

# Below these a schema may say more of the same value.
BRANCHES = ("allOf", "anyOf", "oneOf")
# Where a value goes that comes alone.
MAIN_KEYS = ("value", "media_location", "name")
TRUE = frozenset(("true", "yes", "1", "on", "ja", "oui"))
FALSE = frozenset(("false", "no", "0", "off", "nein", "non"))
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
# "12,5", but not "1,500", which may be either.
DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d{1,2}|\d{4,})")
FEW = 6


class SchemaNode:
    """A place in a schema, with all that references and alternatives say of it."""

    def __init__(self, schema: Any, root: Mapping[str, Any]) -> None:
        self._root = root
        self._views = list(_views(schema, root))

    @cached_property
    def title(self) -> str:
        """What people call it; empty if the schema does not say."""
        return str(self._first("title") or "")

    @cached_property
    def selectors(self) -> tuple[str, ...]:
        """Keys by which the instances of an attribute are told apart."""
        found = self._first("selectors")
        return tuple(str(name) for name in found) if isinstance(found, list) else ()

    @cached_property
    def kinds(self) -> frozenset[str]:
        """JSON types that it may have; empty if it may have any."""
        found: set[str] = set()
        for view in self._views:
            kind = view.get("type")
            found.update(kind if isinstance(kind, list) else [kind] if kind else [])
        return frozenset(found)

    @cached_property
    def keys(self) -> dict[str, SchemaNode]:
        """The keys of an object."""
        found: dict[str, SchemaNode] = {}
        for view in self._views:
            keys = view.get("properties")
            for name, schema in keys.items() if isinstance(keys, dict) else ():
                found.setdefault(name, SchemaNode(schema, self._root))
        return found

    @cached_property
    def items(self) -> SchemaNode | None:
        """What is in an array."""
        found = self._first("items")
        found = found[0] if isinstance(found, list) and found else found
        return SchemaNode(found, self._root) if isinstance(found, dict) else None

    @cached_property
    def choices(self) -> dict[str, str]:
        """Values that Amazon names, and how people call them."""
        found: dict[str, str] = {}
        for view in self._views:
            values, names = view.get("enum"), view.get("enumNames")
            if not isinstance(values, list):
                continue
            names = names if isinstance(names, list) else []
            for number, value in enumerate(values):
                name = names[number] if number < len(names) else value
                found.setdefault(_as_text(value), str(name))
        return found

    @cached_property
    def is_open(self) -> bool:
        """Whether other values than the choices may do: they are but suggestions."""
        return any(
            view.get("type") == "string" and not {"enum", "$ref", *BRANCHES} & set(view)
            for view in self._views[1:]
        )

    @cached_property
    def _by_name(self) -> dict[str, str]:
        """Choices by what a person may have written for them."""
        found: dict[str, str] = {}
        for value, name in self.choices.items():
            found.setdefault(name.casefold().strip(), value)
        for value in self.choices:
            found.setdefault(value.casefold().strip(), value)
            found.setdefault(value.casefold().strip().replace("_", " "), value)
        return found

    def at(self, path: str) -> SchemaNode | None:
        """Return what is at a path of keys, "length.unit"; arrays do not count."""
        node: SchemaNode | None = self
        for name in path.split("."):
            while node and not node.keys and node.items:
                node = node.items
            node = node.keys.get(name) if node else None
        return node

    def _first(self, keyword: str) -> Any:
        return next((v[keyword] for v in self._views if keyword in v), None)

    # === FILLING === #

    def fill(self, value: Any, given: Mapping[str, str]) -> Any:
        """Return *value* as the schema wants it.

        :param given: keys whose value follows from where the listing is, and the unit
        :raise ValueError: it cannot be, and why
        """
        if isinstance(value, Mapping) or self.keys:
            return self._fill_object(value, given)
        if self.items:
            values = value if isinstance(value, list | tuple) else [value]
            return [self.items.fill(one, given) for one in values]
        return self._fill_scalar(value)

    def _fill_object(self, value: Any, given: Mapping[str, str]) -> dict[str, Any]:
        if not self.keys:
            raise ValueError("is one value, not several")
        parts = value if isinstance(value, Mapping) else {self._main_key(): value}
        found = {}
        for name, part in parts.items():
            if name not in self.keys:
                raise ValueError(f"has no {name}; it has {_few(self.keys)}")
            found[name] = self.keys[name].fill(part, given)
        for name, node in self.keys.items():
            if name not in found and given.get(name):
                found[name] = node.fill(given[name], {})
        if "unit" in self.keys and "unit" not in found:
            found["unit"] = self.keys["unit"].only_choice()
        return found

    def _main_key(self) -> str:
        for name in MAIN_KEYS:
            if name in self.keys:
                return name
        names = [n for n in self.keys if n not in ("marketplace_id", "language_tag")]
        if len(names) != 1:
            raise ValueError(f"consists of several values: {_few(names)}")
        return names[0]

    def only_choice(self) -> str:
        """Return the one value that there is to choose from.

        :raise ValueError: there are more
        """
        if len(self.choices) != 1:
            raise ValueError(f"needs a unit, one of {_few(self.choices)}")
        return next(iter(self.choices))

    def _fill_scalar(self, value: Any) -> Any:
        if isinstance(value, list | tuple | set | frozenset):
            raise ValueError("is one value, not several")
        kinds = self.kinds
        if "boolean" in kinds and (isinstance(value, bool) or "string" not in kinds):
            return _to_boolean(value)
        if kinds & {"number", "integer"} and "string" not in kinds:
            return _to_number(value, whole="number" not in kinds)
        text = _as_text(value).strip()
        if not self.choices or text in self.choices:
            return text
        known = self._by_name.get(text.casefold())
        if known is None and not self.is_open:
            names = _few(list(self.choices.values()))
            raise ValueError(f"knows no “{text}”; Amazon's choices are {names}")
        return text if known is None else known


def _views(schema: Any, root: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a schema and all that it refers to for the same value, each once."""
    seen: set[int] = set()
    waiting = [schema]
    while waiting:
        node = waiting.pop(0)
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if "$ref" in node:
            waiting.append(_resolve(node["$ref"], root))
        for name in BRANCHES:
            found = node.get(name)
            waiting += found if isinstance(found, list) else []


def _resolve(reference: Any, root: Mapping[str, Any]) -> Any:
    """Return what a reference within the document points to, None if nothing."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    node: Any = root
    for part in reference[1:].split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list):
            node = node[int(name)] if name.isdecimal() and int(name) < len(node) else 0
        else:
            node = node.get(name) if isinstance(node, dict) else None
    return node


def _to_boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = _as_text(value).strip().casefold()
    if text in TRUE or text in FALSE:
        return text in TRUE
    raise ValueError(f"is yes or no, not “{value}”")


def _to_number(value: Any, *, whole: bool) -> int | float:
    text = _as_text(value).strip()
    if found := DECIMAL_COMMA.fullmatch(text):
        text = ".".join(found.groups())
    if isinstance(value, bool) or not (text.isascii() and NUMBER.fullmatch(text)):
        raise ValueError(f"is a number, not “{value}”")
    number = Decimal(text)
    if number == number.to_integral_value():
        return int(number)
    if whole:
        raise ValueError(f"is a whole number, not {value}")
    return float(number)


def _as_text(value: Any) -> str:
    """Return a value as text; numbers without the noise of binary fractions."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        value = Decimal(f"{value:.12g}")
    if isinstance(value, Decimal):
        try:
            whole = value == value.to_integral_value()
        except InvalidOperation:
            return str(value)
        text = f"{value:f}"
        return text.split(".")[0] if whole else text.rstrip("0")
    return value.isoformat() if isinstance(value, date) else str(value)


def _few(names: Any) -> str:
    """Return some of the names, for a sentence."""
    found = [str(name) for name in names]
    more = f" and {len(found) - FEW} more" if len(found) > FEW else ""
    return ", ".join(found[:FEW]) + more
