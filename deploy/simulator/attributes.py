# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What attributes are made of, and the checks that follow from it.

One description serves both: the JSON schema that is handed out, and the check of
what is sent. Dialect:
https://developer-docs.amazon.com/sp-api/docs/product-type-definition-meta-schema
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

AMAZON_CHANNELS = ("AMAZON_NA", "AMAZON_EU", "AMAZON_JP")
CHANNELS = ("DEFAULT", *AMAZON_CHANNELS)
# Keys that have the same values wherever they are: those of the marketplace.
SHARED = ("marketplace_id", "language_tag", "currency")


@dataclass(frozen=True)
class Key:
    """One key of an attribute's instances: its JSON type and limits.

    ``keys``: of an object, its keys; of an array, the keys of each of its objects.
    ``kind`` "date": a date or a point in time, as text. ``names``: the choices as
    people read them. ``above``: the value must be greater than this.
    """

    kind: str = "string"
    required: bool = False
    most_bytes: int = 0
    choices: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    least: float | None = None
    above: float | None = None
    keys: dict[str, Key] = field(default_factory=dict)

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The keys that must be there."""
        return tuple(name for name, key in self.keys.items() if key.required)

    def schema(self, title: str) -> dict[str, Any]:
        """Return the key in the dialect."""
        kind = "string" if self.kind == "date" else self.kind
        found: dict[str, Any] = {"title": title, "type": kind, "editable": True}
        if self.kind == "date":
            formats = [{"format": "date"}, {"format": "date-time"}]
            found["anyOf"] = [{"type": "string", **one} for one in formats]
        if self.required and kind == "string":
            found["minLength"] = 1
        if self.most_bytes:
            found["maxUtf8ByteLength"] = self.most_bytes
        if self.choices:
            found["enum"] = list(self.choices)
            found["enumNames"] = list(self.names) or [in_words(c) for c in self.choices]
        if self.least is not None:
            found["minimum"] = self.least
        if self.above is not None:
            found["exclusiveMinimum"] = self.above
        if self.kind == "array":
            found |= {"minItems": 1, "items": object_schema(self.keys)}
        elif self.kind == "object":
            found |= object_schema(self.keys)
        return found


@dataclass(frozen=True)
class Clash:
    """A key that must not be there when another one has one of some values."""

    key: str
    values: tuple[str, ...]
    forbidden: str

    def schema(self) -> dict[str, Any]:
        """Return the rule in the dialect."""
        chosen = {"properties": {self.key: {"enum": list(self.values)}}}
        return {
            "if": {"required": [self.key], **chosen},
            "then": {"not": {"required": [self.forbidden]}},
        }


@dataclass(frozen=True)
class Attribute:
    """An attribute: its keys, by which of them instances are told apart, and how
    many there may be of one combination of these."""

    title: str
    keys: dict[str, Key]
    selectors: tuple[str, ...] = ("marketplace_id",)
    most: int = 1
    group: str = "product_details"
    clashes: tuple[Clash, ...] = ()

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The keys that must be there."""
        return tuple(name for name, key in self.keys.items() if key.required)

    def schema(self) -> dict[str, Any]:
        """Return the attribute in the dialect."""
        items = object_schema(self.keys)
        if self.clashes:
            items["allOf"] = [clash.schema() for clash in self.clashes]
        found: dict[str, Any] = {
            "title": self.title,
            "description": f"Provide the {self.title.lower()} of the item.",
            "type": "array",
            "minItems": 1,
            "minUniqueItems": 1,
            "maxUniqueItems": self.most,
            "items": items,
        }
        if self.selectors:
            found["selectors"] = list(self.selectors)
        return found


def object_schema(keys: dict[str, Key]) -> dict[str, Any]:
    """Return the schema of an object with these keys."""
    properties = {name: key.schema(in_words(name)) for name, key in keys.items()}
    for name in SHARED:
        if name in properties:
            properties[name] = {"$ref": f"#/$defs/{name}"}
    return {
        "type": "object",
        "required": [name for name, key in keys.items() if key.required],
        "properties": properties,
        "additionalProperties": False,
    }


def in_words(name: str) -> str:
    """Return a technical name as people read it."""
    return name.replace("_", " ").title()


PLACE = Key(required=True)
LANGUAGE = Key()


def value(
    title: str, most: int = 1, group: str = "product_details", **limits: Any
) -> Attribute:
    """Return an attribute that holds one value per marketplace."""
    keys = {"value": Key(required=True, **limits), "marketplace_id": PLACE}
    return Attribute(title, keys, most=most, group=group)


def text(
    title: str, most_bytes: int, most: int = 1, group: str = "product_details"
) -> Attribute:
    """Return an attribute that holds a text per marketplace and language."""
    keys = {
        "value": Key(required=True, most_bytes=most_bytes),
        "language_tag": LANGUAGE,
        "marketplace_id": PLACE,
    }
    return Attribute(title, keys, ("marketplace_id", "language_tag"), most, group)


def measure(title: str, *units: str, group: str = "product_details") -> Attribute:
    """Return an attribute that holds a number with a unit per marketplace."""
    return Attribute(title, {**quantity(*units), "marketplace_id": PLACE}, group=group)


def quantity(*units: str) -> dict[str, Key]:
    """Return the keys of a number with a unit."""
    return {
        "value": Key("number", required=True, least=0),
        "unit": Key(required=True, choices=units),
    }
