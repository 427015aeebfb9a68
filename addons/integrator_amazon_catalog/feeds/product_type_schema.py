# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The schema of a product type: what a listing may and must hold.

JSON Schema 2019-09 and words of Amazon's own,
https://developer-docs.amazon.com/sp-api/docs/product-type-definition-meta-schema
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jsonschema_rs import Draft201909Validator

from .listing_attributes import Attributes, Place
from .schema_node import SchemaNode
from .schema_problems import Problem, Wording
from .schema_vocabulary import VOCABULARY, quick

__all__ = ["Problem", "ProductTypeSchema"]


class ProductTypeSchema:
    """A schema that listings are checked against before they are sent.

    attributes: those that the product type has.
    required: those that every listing must have; conditions may demand more.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        """Compile a schema; words that are not known are passed over.

        :raise ValueError: it is none, or broken
        """
        if not isinstance(schema, dict) or not isinstance(
            schema.get("properties"), dict
        ):
            raise ValueError("the schema names no attributes")
        try:
            self._validator = Draft201909Validator(
                quick(schema), validate_formats=True, offline=True, keywords=VOCABULARY
            )
        except (ValueError, RecursionError) as error:
            first = (str(error).splitlines() or [""])[0]
            raise ValueError(f"the schema cannot be used: {first}") from error
        self.attributes = frozenset(schema["properties"])
        self.required = frozenset(map(str, schema.get("required") or ()))
        self._nodes = {
            name: SchemaNode(part, schema)
            for name, part in schema["properties"].items()
        }
        self._wording = Wording(self._title_at, self._name_at)

    # === CHECKING === #

    def check(self, attributes: Attributes) -> list[Problem]:
        """Return what is wrong with a whole listing, in plain English."""
        try:
            if self._validator.is_valid(attributes):
                return []
            errors = list(self._validator.iter_errors(attributes))
        except (ValueError, RecursionError, OverflowError) as error:
            return [Problem("", f"The listing cannot be sent as it is: {error}")]
        found = [p for e in errors for p in self._wording.problems(e, attributes)]
        return list(dict.fromkeys(found))

    # === ASKING === #

    def title(self, attribute: str) -> str:
        """Return what people call an attribute."""
        return self._title_at(attribute, "")

    def choices(self, attribute: str, key: str = "value") -> dict[str, str]:
        """Return the values that a key may have -> what people call them.

        :param key: of the attribute's instances; of a part of them, "length.unit"
        """
        node = self._at(attribute, key)
        return dict(node.choices) if node else {}

    def selectors(self, attribute: str) -> tuple[str, ...]:
        """Return the keys by which the instances of an attribute are told apart."""
        node = self._nodes.get(attribute)
        return node.selectors if node else ()

    def keys(self, attribute: str) -> frozenset[str]:
        """Return the keys that an attribute's instances may have."""
        node = self._nodes.get(attribute)
        found = node.items if node and node.items else node
        return frozenset(found.keys) if found else frozenset()

    # === FILLING === #

    def shape(
        self, attribute: str, values: Sequence[Any], place: Place, unit: str = ""
    ) -> list[dict[str, Any]]:
        """Return instances of an attribute as the schema wants them.

        Numbers, yes or no, dates and names of choices are turned into what Amazon
        takes. None, "" and what is False but is no answer to yes or no are left out.

        :param values: one for each instance; a mapping fills several keys of one
        :param unit: of all values, technical name or what people call it
        :raise ValueError: a value does not fit, and why
        """
        node = self._nodes.get(attribute)
        title = self.title(attribute)
        if node is None or node.items is None:
            raise ValueError(f"{title} is not known for this product type.")
        given = {
            "marketplace_id": place.marketplace_id,
            "language_tag": place.language_tag,
            "currency": place.currency,
            "unit": unit,
        }
        main = node.at("value")
        flag = main is not None and "boolean" in main.kinds
        try:
            return [
                node.items.fill(value, given)
                for value in values
                if value not in (None, "") and (flag or value is not False)
            ]
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{title} {error}.") from error

    # === FINDING === #

    def _at(self, attribute: str, key: str) -> SchemaNode | None:
        node = self._nodes.get(attribute)
        return node.at(key) if node and key else node

    def _title_at(self, attribute: str, key: str) -> str:
        """Return what people call an attribute, or a key somewhere in it."""
        node = self._at(attribute, key)
        words = (key or attribute).replace("_", " ")
        return node.title if node and node.title else words[:1].upper() + words[1:]

    def _name_at(self, attribute: str, key: str, value: str) -> str:
        node = self._at(attribute, key)
        return node.choices.get(value, value) if node else value
