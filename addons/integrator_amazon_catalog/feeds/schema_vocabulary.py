# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The words that Amazon adds to JSON Schema 2019-09, as far as they limit something.

https://developer-docs.amazon.com/sp-api/docs/product-type-definition-meta-schema
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any


def quick(schema: Any) -> Any:
    """Return the same schema, in which Amazon's words are only asked if need be.

    They are Python, the rest is not, and takes a tenth of the time: so the rest decides
    what it can. A text of 50 characters never has more than 200 bytes, and of a list no
    longer than one combination may occur nothing occurs too often.
    """
    if isinstance(schema, list):
        return [quick(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: quick(part) for name, part in schema.items()}
    guarded: list[Any] = []
    for word, guard in GUARDS.items():
        if _is_limit(found.get(word)):
            words = {word: found.pop(word), "selectors": found.get("selectors")}
            guarded += guard(words[word], words)
    own = found.get("allOf", [])
    if guarded and isinstance(own, list):
        found["allOf"] = [*own, *guarded]
    return found


class _Word:
    """A word of Amazon's vocabulary; a limit that is no number limits nothing."""

    def __init__(
        self, parent: dict[str, Any], value: Any, _path: list[str | int]
    ) -> None:
        self.limit: int | None = value if _is_limit(value) else None
        selectors = parent.get("selectors")
        self._selectors = (
            [str(name) for name in selectors] if isinstance(selectors, list) else []
        )

    def validate(self, instance: Any) -> None:
        """:raise ValueError: the rest of a sentence about what is wrong"""
        if self.limit is not None:
            self.refuse(instance, self.limit)

    def refuse(self, instance: Any, limit: int) -> None:
        """:raise ValueError: the limit is not kept"""
        raise NotImplementedError

    def counts(self, instance: list[Any]) -> Counter[tuple[Any, ...]]:
        """Return how often each combination of selectors is there.

        Without selectors whole items are told apart, as in Amazon's examples.
        """
        return Counter(
            tuple(repr(item.get(name)) for name in self._selectors)
            if self._selectors
            else (repr(sorted(item.items())),)
            for item in instance
            if isinstance(item, dict)
        )


class _MostBytes(_Word):
    def refuse(self, instance: Any, limit: int) -> None:
        """:raise ValueError: a text is too long"""
        if isinstance(instance, str) and len(instance) * 4 > limit:
            size = len(instance.encode())
            if size > limit:
                raise ValueError(f"is {size} bytes long, Amazon allows {limit}.")


class _LeastBytes(_Word):
    def refuse(self, instance: Any, limit: int) -> None:
        """:raise ValueError: a text is too short"""
        if isinstance(instance, str) and len(instance) < limit:
            size = len(instance.encode())
            if size < limit:
                raise ValueError(
                    f"is {size} bytes long, Amazon wants at least {limit}."
                )


class _MostItems(_Word):
    def refuse(self, instance: Any, limit: int) -> None:
        """:raise ValueError: there are too many of one kind"""
        if isinstance(instance, list) and len(instance) > limit:
            most = max(self.counts(instance).values(), default=0)
            if most > limit:
                raise ValueError(f"has {most} values, Amazon allows {limit}.")


class _LeastItems(_Word):
    def refuse(self, instance: Any, limit: int) -> None:
        """:raise ValueError: there are too few of one kind"""
        if isinstance(instance, list) and limit > 0:
            least = min(self.counts(instance).values(), default=0)
            if least < limit:
                raise ValueError(f"needs at least {limit} value(s), it has {least}.")


VOCABULARY: dict[str, Any] = {
    "maxUtf8ByteLength": _MostBytes,
    "minUtf8ByteLength": _LeastBytes,
    "maxUniqueItems": _MostItems,
    "minUniqueItems": _LeastItems,
}


def _is_limit(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


# How a word is asked only if need be. 4: most bytes that a character takes.
GUARDS: dict[str, Callable[[int, dict[str, Any]], list[Any]]] = {
    "maxUtf8ByteLength": lambda limit, word: [
        {"if": {"maxLength": limit // 4}, "else": word}
    ],
    "minUtf8ByteLength": lambda limit, word: [
        {"if": {"minLength": limit}, "else": word}
    ],
    "maxUniqueItems": lambda limit, word: [{"if": {"maxItems": limit}, "else": word}],
    # One of each combination that is there is always there.
    "minUniqueItems": lambda limit, word: [word if limit > 1 else {"minItems": limit}],
}
