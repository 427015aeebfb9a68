# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Compares what Odoo wants of a listing with what Amazon shows.

Amazon shows the same differently: dates as points in time, numbers as text, keys that
it adds by itself, instances in another order. None of that is a difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from .listing_attributes import DEFAULT_CHANNEL, Attributes, Instance
from .listing_words import describe

__all__ = ["describe", "differences"]

ASIN = "merchant_suggested_asin"
OFFER = "purchasable_offer"
STOCK = "fulfillment_availability"
# Of attributes that are always sent whole, the keys that Odoo decides on. What Amazon
# adds beside them by itself (since when an offer is valid) is no difference.
DECIDED = {
    OFFER: frozenset(
        (
            "our_price",
            "discounted_price",
            "minimum_seller_allowed_price",
            "maximum_seller_allowed_price",
            "map_price",
            "quantity_discount_plan",
        )
    ),
    STOCK: frozenset(("quantity", "lead_time_to_ship_max_days", "restock_date")),
}
ALL_DECIDED = frozenset[str]().union(*DECIDED.values())
MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?"
)
NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")
NOON = 12
Same = Callable[[Any, Any], bool]


def differences(
    wanted: Attributes, shown: Mapping[str, Any], *, asin: str = ""
) -> dict[str, tuple[Any, Any]]:
    """Return the attributes that Amazon does not show as Odoo wants them.

    Offers and stock are compared whole: a sale that Amazon shows and Odoo does not want
    is a difference. Of the other attributes only what is wanted is compared.

    :param shown: attributes as getListingsItem shows them
    :param asin: of the product that Amazon sells the SKU as, if it is known
    :return: attribute -> (wanted instances, shown instances)
    """
    found: dict[str, tuple[Any, Any]] = {}
    for name, instances in wanted.items():
        there = _instances(shown.get(name))
        if name == ASIN and not there and asin:
            # Amazon often keeps to itself what was suggested.
            there = [{**instance, "value": asin} for instance in instances]
        if not _agrees(name, instances, there):
            found[name] = (instances, there)
    return found


def _instances(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value is None else [value]


def _agrees(name: str, wanted: list[Instance], there: list[Any]) -> bool:
    if name == ASIN and not there:
        return True
    if name not in DECIDED:
        return _match(wanted, there, _includes)
    mine = _places(wanted)
    # Of a SKU that is sold in several marketplaces, the others' offers are shown, too.
    local = [i for i in there if not _places([i]) or _places([i]) & mine or not mine]
    return len(wanted) == len(local) and _match(
        [_decided(name, instance) for instance in wanted],
        [_decided(name, instance) for instance in local],
        _equals,
    )


def _places(instances: Sequence[Any]) -> set[str]:
    return {
        str(instance["marketplace_id"])
        for instance in instances
        if isinstance(instance, Mapping) and instance.get("marketplace_id")
    }


def _decided(name: str, instance: Any) -> Any:
    """Return an instance of a whole attribute with what Odoo decides on alone."""
    if not isinstance(instance, Mapping):
        return instance
    keys = set(DECIDED[name])
    if name == OFFER:
        found = {"audience": instance.get("audience") or "ALL"}
        found["currency"] = instance.get("currency")
    else:
        channel = instance.get("fulfillment_channel_code") or DEFAULT_CHANNEL
        found = {"fulfillment_channel_code": channel}
        # What Amazon ships it counts by itself.
        keys = keys if channel == DEFAULT_CHANNEL else set()
    return found | {k: v for k, v in instance.items() if k in keys and not _empty(v)}


def _empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


# === THE SAME, OR NOT === #


def _includes(wanted: Any, shown: Any) -> bool:
    """Return whether *shown* says all that *wanted* says."""
    return _same(wanted, shown, _includes, whole=False)


def _equals(wanted: Any, shown: Any) -> bool:
    """Return whether both say the same, lists as long as each other."""
    return _same(wanted, shown, _equals, whole=True)


def _same(wanted: Any, shown: Any, inner: Same, *, whole: bool) -> bool:
    if isinstance(wanted, Mapping):
        if not isinstance(shown, Mapping):
            return False
        if whole and not _no_more(wanted, shown):
            return False
        return all(
            _empty(value) or (key in shown and inner(value, shown[key]))
            for key, value in wanted.items()
        )
    if isinstance(wanted, list | tuple):
        if not isinstance(shown, list | tuple):
            return False
        if whole and len(wanted) != len(shown):
            return False
        return _match(wanted, shown, inner)
    return _same_value(wanted, shown)


def _no_more(wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Return whether Amazon shows nothing that Odoo decides on and does not want."""
    return all(
        key in wanted or key not in ALL_DECIDED or _empty(value)
        for key, value in shown.items()
    )


def _match(wanted: Sequence[Any], shown: Sequence[Any], same: Same) -> bool:
    """Return whether each of *wanted* has one of *shown* to itself, in any order."""
    if len(wanted) > len(shown):
        return False
    taken: dict[int, int] = {}
    fits: dict[int, list[int]] = {}

    def find(number: int, tried: set[int]) -> bool:
        for other in fits[number]:
            if other in tried:
                continue
            tried.add(other)
            if other not in taken or find(taken[other], tried):
                taken[other] = number
                return True
        return False

    for number, one in enumerate(wanted):
        fits[number] = [n for n, other in enumerate(shown) if same(one, other)]
        if not find(number, set()):
            return False
    return True


def _same_value(wanted: Any, shown: Any) -> bool:
    if type(wanted) is type(shown) and wanted == shown:
        return True
    if isinstance(wanted, bool) or isinstance(shown, bool):
        return _flag(wanted) == _flag(shown)
    if isinstance(wanted, str) and isinstance(shown, str):
        return _text(wanted) == _text(shown) or _same_time(wanted, shown)
    if isinstance(wanted, Mapping | list | tuple) or isinstance(
        shown, Mapping | list | tuple
    ):
        return False
    first, second = _number(wanted), _number(shown)
    return first is not None and first == second


def _flag(value: Any) -> str:
    return str(value).strip().lower()


def _text(value: str) -> str:
    """Return a text without what no person sees."""
    return " ".join(unicodedata.normalize("NFC", value).split())


def _number(value: Any) -> Decimal | None:
    """Return a number, whatever it is written as; None if it is none."""
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    if not isinstance(value, int | float | Decimal):
        return None
    # 49.9, not what binary fractions make of it.
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return number if number.is_finite() else None


def _same_time(wanted: str, shown: str) -> bool:
    """Return whether two texts are the same day, or if both say more the same time."""
    first, second = MOMENT.fullmatch(wanted.strip()), MOMENT.fullmatch(shown.strip())
    if not first or not second:
        return False
    if first[4] and second[4]:
        one, other = _moment(first), _moment(second)
        return one is not None and one == other
    day = _day(first)
    return day is not None and day == _day(second)


def _moment(found: re.Match[str]) -> datetime | None:
    parts = [int(part or 0) for part in found.groups()[:6]]
    zone = found[7] or "Z"
    try:
        year, month, day, hour, minute, second = parts
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
        if zone == "Z":
            return moment
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        return moment - offset if zone[0] == "+" else moment + offset
    except (ValueError, OverflowError):
        return None


def _day(found: re.Match[str]) -> date | None:
    """Return the day that a text means.

    A moment that is midnight somewhere is the beginning, one second less the end of the
    day there: the first of December is 2026-11-30T23:00:00Z to 2026-12-01T22:59:59Z in
    Germany. Marketplaces are from eight hours behind UTC to eleven ahead.
    """
    try:
        written = date(int(found[1]), int(found[2]), int(found[3]))
        if not found[4] or (found[7] or "Z") != "Z":
            return written
        hour, minute, second = (int(found[n] or 0) for n in (4, 5, 6))
        if second == 0 and minute % 15 == 0:
            return written + timedelta(days=hour >= NOON)
        if second == 59 and minute % 15 == 14:
            return written - timedelta(days=hour < NOON)
        return written
    except (ValueError, OverflowError):
        return None
