# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who buys: invented people and addresses, in the writing of their countries."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from deploy.simulator.sellers import MARKETPLACES

TABLE = Path(__file__).with_name("order_people.txt")
# Who else buys in a shop, besides the people of its own country.
ABROAD = {
    "DE": ("AT", "LU", "BG", "GR", "PL"),
    "FR": ("BE", "LU"),
    "IT": ("GR",),
    "ES": ("FR",),
    "NL": ("BE",),
    "GB": ("IE",),
    "US": ("CA", "JP"),
}


@dataclass(frozen=True)
class Folk:
    """The people of a country: what their names and addresses are made of."""

    country: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    companies: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[str, ...]
    phone: str
    order: str


def _read() -> dict[str, Folk]:
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        many = [tuple(map(str.strip, cell.split("~"))) for cell in cells[1:6]]
        given, family, companies, streets, towns = many
        folk = Folk(cells[0], given, family, companies, streets, towns, *cells[6:])
        found[folk.country] = folk
    return found


FOLKS = _read()


def country_of(marketplace_id: str, dice: random.Random) -> str:
    """Return where a buyer of a marketplace lives: mostly in its own country."""
    own = MARKETPLACES[marketplace_id].country
    abroad = ABROAD.get(own, ())
    return dice.choice(abroad) if abroad and dice.random() < 0.15 else own


def person(country: str, dice: random.Random) -> dict[str, str]:
    """Return somebody: name, company, phone, and the lines of an address."""
    folk = FOLKS[country]
    city, state, postcode = dice.choice(folk.towns).split("/")
    street = dice.choice(folk.streets)
    while "{n}" in street:
        street = street.replace("{n}", str(dice.randrange(1, 99)), 1)
    line1, _, line2 = street.partition("; ")
    given, family = dice.choice(folk.given), dice.choice(folk.family)
    return {
        "name": folk.order.format(given=given, family=family),
        "company": dice.choice(folk.companies),
        "phone": f"{folk.phone}{dice.randrange(10, 100)}",
        "line1": line1,
        "line2": line2,
        "city": city,
        "state": state,
        "postcode": postcode,
        "country": country,
    }
