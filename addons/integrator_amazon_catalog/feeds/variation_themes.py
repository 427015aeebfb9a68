# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reads the names of variation themes, of which Amazon has had three styles.

"SIZE/COLOR" today, "COLOR_NAME/SIZE_NAME" in older product types, "SizeColor" in what
merchants have from XML.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Attributes of several words, which a theme in CamelCase does not set apart.
COMPOUND = frozenset(
    (
        "age_range_description",
        "band_size",
        "cable_length",
        "closure_type",
        "cup_size",
        "customer_package_type",
        "fabric_type",
        "grip_size",
        "hand_orientation",
        "heel_height",
        "inseam_length",
        "item_display_length",
        "item_length",
        "item_package_quantity",
        "item_thickness",
        "item_weight",
        "item_width",
        "lens_color",
        "lens_width",
        "lid_color",
        "line_size",
        "material_type",
        "memory_storage_capacity",
        "metal_type",
        "model_number",
        "number_of_items",
        "number_of_pieces",
        "package_quantity",
        "part_number",
        "ring_size",
        "scent_type",
        "shaft_material",
        "special_size_type",
        "stone_color",
        "target_gender",
        "unit_count",
        "wattage_type",
    )
)
MOST_WORDS = max(name.count("_") for name in COMPOUND) + 1


def attributes_of(theme: str) -> tuple[str, ...]:
    """Return the attributes in which the variations of a theme differ, in its order.

    They are called what they are called without "_name": the attribute of COLOR_NAME
    is color.
    """
    parts = [part for part in re.split(r"[/\s,-]+", theme) if part]
    found = [name for part in parts for name in _names(part)]
    return tuple(dict.fromkeys(found))


def choose(themes: Iterable[str], wanted: Collection[str]) -> str:
    """Return the theme of exactly these attributes, "" if there is none.

    :param wanted: attributes, in whatever order; a theme in the same order is preferred
    """
    names = tuple(dict.fromkeys(_plain(name) for name in wanted))
    fits = [
        theme
        for theme in themes
        if names and sorted(attributes_of(theme)) == sorted(names)
    ]
    same = (theme for theme in fits if attributes_of(theme) == names)
    return next(same, fits[0] if fits else "")


def _names(part: str) -> list[str]:
    """Return the attributes in what stands between the strokes of a theme."""
    if "_" in part or part.isupper() or part.islower():
        return [_plain(part)]
    words = [word.lower() for word in WORD.findall(part)]
    found = []
    while words:
        length = next(
            (n for n in range(MOST_WORDS, 1, -1) if "_".join(words[:n]) in COMPOUND), 1
        )
        found.append("_".join(words[:length]))
        words = words[length:]
    return [name for name in found if name != "name"] or [_plain(part)]


def _plain(name: str) -> str:
    name = name.strip().lower()
    return name.removesuffix("_name") or name
