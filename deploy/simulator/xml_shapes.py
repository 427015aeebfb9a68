# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks XML against shapes: which elements, in which order, with which texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

MANY = 10**9
FORBIDDEN = "a document type is not allowed"
# Attributes that say how to read a document; they are allowed everywhere.
INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True)
class Text:
    """What a text must be: of a pattern, of some choices, and not too long.

    ``attributes``: those that its element must have, each with its pattern.
    """

    pattern: str = r"(?s).+"
    choices: tuple[str, ...] = ()
    longest: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)

    def problem(self, value: str) -> str | None:
        """Return what is wrong with a text, None: nothing."""
        if self.choices and value not in self.choices:
            return f"'{value}' is not one of {', '.join(self.choices)}"
        if not re.fullmatch(self.pattern, value):
            return f"'{value}' is not a valid value"
        if self.longest and len(value) > self.longest:
            return f"'{value}' is longer than {self.longest} characters"
        return None


@dataclass(frozen=True)
class Part:
    """One place in an element: one of the elements by name, so and so often."""

    names: Mapping[str, Kind]
    least: int = 1
    most: int = 1


Shape = tuple[Part, ...]
# None: whatever is in there.
Kind = Text | Shape | None


def one(name: str, kind: Kind) -> Part:
    """Return the place of an element that must be there."""
    return Part({name: kind})


def maybe(name: str, kind: Kind) -> Part:
    """Return the place of an element that may be there."""
    return Part({name: kind}, least=0)


def some(name: str, kind: Kind, least: int = 0, most: int = MANY) -> Part:
    """Return the place of an element that may be there more than once."""
    return Part({name: kind}, least, most)


def parse(content: bytes) -> Any:
    """Return the root element of a document.

    Nothing is loaded from elsewhere, and no entity is ever put in.

    :raise ValueError: it is not well-formed, or it defines entities
    """
    # Without a document type there are no entities. Looked for before the parser sees
    # it, in what may be UTF-16, and once more in what the parser has seen.
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise ValueError(FORBIDDEN)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError(FORBIDDEN)
    return root


def text_of(element: Any, path: str) -> str:
    """Return the text of an element below another one, empty if there is none."""
    found = None if element is None else element.findtext(path)
    return (found or "").strip()


def problem(element: Any, kind: Kind) -> str | None:
    """Return the first thing that is wrong with an element, None: nothing."""
    if kind is None:
        return None
    children = [child for child in element if isinstance(child.tag, str)]
    if isinstance(kind, Text):
        found = _text_problem(element, children, kind)
    else:
        found = _shape_problem(element, children, kind)
    return found


def _text_problem(element: Any, children: list[Any], kind: Text) -> str | None:
    if children:
        return _say(children[0], f"Element '{children[0].tag}' is not allowed here")
    found = _attribute_problem(element, kind.attributes)
    value = "".join(element.itertext()).strip()
    return found or _say(element, kind.problem(value))


def _shape_problem(element: Any, children: list[Any], shape: Shape) -> str | None:
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in texts):
        return _say(element, "Text is not allowed here")
    found = _attribute_problem(element, {})
    at = 0
    for part in shape:
        count = 0
        while not found and at < len(children) and count < part.most:
            child = children[at]
            if child.tag not in part.names:
                break
            found = problem(child, part.names[child.tag])
            at, count = at + 1, count + 1
        if found:
            return found
        if count < part.least:
            names = " or ".join(part.names)
            where = children[at] if at < len(children) else element
            return _say(where, f"Element '{names}' is missing")
    if at < len(children):
        return _say(children[at], "The element is not allowed at this place")
    return found


def _attribute_problem(element: Any, wanted: Mapping[str, str]) -> str | None:
    for name, pattern in wanted.items():
        if not re.fullmatch(pattern, element.get(name, "")):
            return _say(element, f"The attribute '{name}' is missing or not valid")
    for name in element.attrib:
        if name not in wanted and not name.startswith(INSTANCE):
            return _say(element, f"The attribute '{name}' is not allowed")
    return None


def _say(element: Any, words: str | None) -> str | None:
    if words is None:
        return None
    return f"Line {element.sourceline}, element '{element.tag}': {words}."
