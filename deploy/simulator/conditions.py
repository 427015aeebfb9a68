# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a listing needs depending on what it is.

One description serves both: the ``allOf`` of the schema that is handed out, and the
check of what is sent.
https://developer-docs.amazon.com/sp-api/docs/product-type-definition-meta-schema
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PARENTAGE = "parentage_level"


@dataclass(frozen=True)
class Match:
    """Some instance of an attribute has one of some values under a key."""

    attribute: str
    key: str
    values: tuple[str, ...]

    def fits(self, attributes: dict[str, Any]) -> bool:
        """Return whether attributes are so."""
        items = attributes.get(self.attribute)
        return bool(items) and any(
            isinstance(item, dict) and item.get(self.key) in self.values
            for item in items or []
        )

    def schema(self) -> dict[str, Any]:
        """Return the match in the dialect."""
        item = {
            "required": [self.key],
            "properties": {self.key: {"enum": list(self.values)}},
        }
        return {
            "required": [self.attribute],
            "properties": {self.attribute: {"contains": item}},
        }


@dataclass(frozen=True)
class Needs:
    """What must be there: all of some attributes, one of some, and none of some."""

    all_of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()

    def schema(self) -> dict[str, Any]:
        """Return the needs in the dialect."""
        found: dict[str, Any] = {}
        if self.all_of:
            found["required"] = list(self.all_of)
        if self.one_of:
            found["anyOf"] = [{"required": [name]} for name in self.one_of]
        if self.none_of:
            found["not"] = {"anyOf": [{"required": [name]} for name in self.none_of]}
        return found


@dataclass(frozen=True)
class Condition:
    """If all matches fit, some needs hold, else others."""

    when: tuple[Match, ...]
    then: Needs
    otherwise: Needs = field(default_factory=Needs)

    def needs(self, attributes: dict[str, Any]) -> Needs:
        """Return what a listing with these attributes needs."""
        fits = all(match.fits(attributes) for match in self.when)
        return self.then if fits else self.otherwise

    def schema(self, level: str | None = None) -> dict[str, Any]:
        """Return the condition in the dialect.

        :param level: "parent", "child", "none": of such listings only, so that what
            depends on it is decided; None: of all
        """
        decided = [m for m in self.when if level and m.attribute == PARENTAGE]
        if any(level not in match.values for match in decided):
            return self.otherwise.schema()
        open_ones = [match.schema() for match in self.when if match not in decided]
        if not open_ones:
            return self.then.schema()
        found = {"if": {"allOf": open_ones}, "then": self.then.schema()}
        if self.otherwise != Needs():
            found["else"] = self.otherwise.schema()
        return found
