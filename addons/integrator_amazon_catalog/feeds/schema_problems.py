# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is wrong with a listing, in the words of people instead of a schema's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

KINDS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "yes or no",
    "array": "a list",
    "object": "made of several values",
    "null": "empty",
}
FORMATS = {
    "date": "a date (2026-12-31)",
    "date-time": "a point in time (2026-12-31T12:00:00Z)",
    "uri": "a web address",
}
# As many choices as a person reads.
FEW = 8
LONGEST = 80
# Whole sentences about a limit; the other kinds are in methods of their own.
LIMITS = {
    "minimum": "must be at least {}.",
    "maximum": "must be at most {}.",
    "exclusiveMinimum": "must be more than {}.",
    "exclusiveMaximum": "must be less than {}.",
    "minItems": "needs at least {} value(s).",
    "maxItems": "has too many values, Amazon allows {}.",
    "multipleOf": "must be a multiple of {}.",
}


@dataclass(frozen=True)
class Problem:
    """Something wrong with an attribute; empty: with the listing as a whole."""

    attribute: str
    text: str


class Wording:
    """Says in plain English what a validator found.

    title: of an attribute, or of a key of it ("fulfillment_availability", "quantity").
    name: of a value of an attribute that Amazon has a name for.
    """

    def __init__(
        self,
        title: Callable[[str, str], str],
        name: Callable[[str, str, str], str],
    ) -> None:
        self._title = title
        self._name = name

    def problems(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        """Yield what an error is about, one problem or more."""
        if isinstance(error.kind, ValidationErrorKind.Custom):
            # Amazon's own words bring the rest of their sentence along.
            yield self._about(error, document, error.message)
            return
        tell = getattr(self, f"_tell_{error.kind.name}", None)
        if tell:
            yield from tell(error, document)
            return
        text = _limit(error) or f"is not as Amazon wants it: {_short(error.message)}"
        yield self._about(error, document, text)

    def _about(
        self, error: ValidationError, document: dict[str, Any], text: str
    ) -> Problem:
        """Return a problem of the value that an error is about."""
        path = error.instance_path
        attribute = str(path[0]) if path else ""
        return Problem(attribute, f"{self._subject(path, document)} {text}")

    def _subject(self, path: list[str | int], document: dict[str, Any]) -> str:
        """Return what people call the place where something is wrong."""
        if not path:
            return "The listing"
        attribute = str(path[0])
        subject = self._title(attribute, "")
        instances = document.get(attribute)
        several = isinstance(instances, list | tuple) and len(instances) > 1
        if several and len(path) > 1 and isinstance(path[1], int):
            subject += f" {path[1] + 1}"
        keys = [part for part in path[1:] if isinstance(part, str)]
        if keys and keys != ["value"]:
            subject += f" ({self._title(attribute, keys[-1])})"
        return subject

    # === ONE METHOD PER KEYWORD === #

    def _tell_required(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        name = error.kind.as_dict()["property"]
        if error.instance_path:
            key = self._title(str(error.instance_path[0]), name)
            yield self._about(error, document, f"lacks its {key}.")
        else:
            yield Problem(name, f"{self._title(name, '')} is missing.")

    def _tell_additionalProperties(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        for name in error.kind.as_dict()["unexpected"]:
            if error.instance_path:
                yield self._about(error, document, f"has no {name} at Amazon.")
            else:
                text = f"{self._title(name, '')} is not known for this product type."
                yield Problem(name, text)

    _tell_unevaluatedProperties = _tell_additionalProperties

    def _tell_maxLength(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        text = f"is {len(str(error.instance))} characters long, Amazon allows {{}}."
        yield self._about(error, document, text.format(error.kind.as_dict()["limit"]))

    def _tell_minLength(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        if not error.instance:
            yield self._about(error, document, "is empty.")
            return
        text = f"is {len(str(error.instance))} characters long, Amazon wants {{}}."
        yield self._about(error, document, text.format(error.kind.as_dict()["limit"]))

    def _tell_type(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        kinds = [KINDS.get(kind, kind) for kind in error.kind.as_dict()["types"]]
        text = f"must be {' or '.join(kinds)}, not {_quoted(error.instance)}."
        yield self._about(error, document, text)

    def _tell_enum(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        path = error.instance_path
        keys = [part for part in path if isinstance(part, str)] or [""]
        key = ".".join(keys[1:])
        found = error.kind.as_dict()
        options = found.get("options", [found.get("expected_value")])
        names = [self._name(keys[0], key, str(option)) for option in options]
        more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
        text = f"must be one of {', '.join(names[:FEW])}{more}"
        if len(names) == 1:
            text = f"must be {names[0]}"
        yield self._about(error, document, f"{text}, not {_quoted(error.instance)}.")

    _tell_const = _tell_enum

    def _tell_format(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        kind = error.kind.as_dict()["format"]
        text = f"must be {FORMATS.get(kind, kind)}, not {_quoted(error.instance)}."
        yield self._about(error, document, text)

    def _tell_pattern(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        pattern = _short(error.kind.as_dict()["pattern"])
        text = f"must look like {pattern}, not like {_quoted(error.instance)}."
        yield self._about(error, document, text)

    def _tell_uniqueItems(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        yield self._about(error, document, "has the same value twice.")

    def _tell_falseSchema(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        yield self._about(error, document, "must not be given here.")

    def _tell_not(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        schema = error.kind.as_dict()["schema"]
        names = schema.get("required") if isinstance(schema, dict) else None
        if error.instance_path or not isinstance(names, list) or not names:
            yield self._about(error, document, "is not allowed beside the rest.")
            return
        titles = " and ".join(self._title(str(name), "") for name in names)
        text = "must not be given here" if len(names) == 1 else "do not go together"
        yield Problem(str(names[0]), f"{titles} {text}.")

    def _tell_anyOf(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        branches = error.kind.as_dict()["context"]
        missing = _all_missing(branches)
        if missing and not error.instance_path:
            titles = ", ".join(self._title(name, "") for name in missing)
            only = len(missing) == 1
            text = f"{titles} is missing." if only else f"It needs one of {titles}."
            yield Problem(missing[0], text)
            return
        # The alternative that came closest is what was meant.
        closest: list[ValidationError] = min(
            (branch for branch in branches if branch), key=len, default=[]
        )
        for inner in closest:
            yield from self.problems(inner, document)
        if not closest:
            yield self._about(error, document, "is not as Amazon wants it.")

    def _tell_oneOf(
        self, error: ValidationError, document: dict[str, Any]
    ) -> Iterator[Problem]:
        branches = error.kind.as_dict()["context"]
        if all(branches):
            yield from self._tell_anyOf(error, document)
        else:
            yield self._about(error, document, "fits more than one of Amazon's forms.")

    _tell_oneOfMultipleValid = _tell_oneOf
    _tell_oneOfNotValid = _tell_oneOf


def _all_missing(branches: list[list[ValidationError]]) -> list[str]:
    """Return the attributes that are missing, if nothing else is wrong anywhere."""
    errors = [error for branch in branches for error in branch]
    if any(e.kind.name != "required" or e.instance_path for e in errors):
        return []
    return list(dict.fromkeys(str(e.kind.as_dict()["property"]) for e in errors))


def _limit(error: ValidationError) -> str:
    """Return the words about a limit, empty if it is about something else."""
    words = LIMITS.get(error.kind.name, "")
    values = list(error.kind.as_dict().values())
    return words.format(values[0]) if words and values else ""


def _quoted(value: Any) -> str:
    return f"“{_short(str(value))}”"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
