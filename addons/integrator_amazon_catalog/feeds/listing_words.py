# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Says in one line what an attribute of a listing holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

# Currencies without a smaller unit.
WHOLE_CURRENCIES = frozenset(("JPY", "KRW", "VND", "CLP"))
NOTHING = "nothing"
# Keys of an instance that say where it is, not what.
PLACES = frozenset(("marketplace_id", "language_tag"))
LIMITS = {
    "minimum_seller_allowed_price": "at least",
    "maximum_seller_allowed_price": "at most",
    "map_price": "advertised from",
}
Instance = Mapping[str, Any]


def describe(attribute: str, instances: Any) -> str:
    """Return one line that a shop manager reads, whatever *instances* is.

    "19.90 EUR, sale 14.90 EUR 2026-12-01 to 2026-12-10"
    """
    found = instances if isinstance(instances, list | tuple) else [instances]
    found = [one for one in found if one is not None and one != {}]
    tell = TELLERS.get(attribute, _plain)
    parts = [tell(i) if isinstance(i, Mapping) else str(i) for i in found]
    return " ".join("; ".join(filter(None, parts)).split()) or NOTHING


def _plain(instance: Instance) -> str:
    """Return what is in an instance, without where it is."""
    keys = [key for key in instance if key not in PLACES]
    if "value" in keys:
        rest = instance.get("unit") or instance.get("type") or ""
        return f"{_words(instance['value'])} {_words(rest)}".strip()
    parts = {key: _words(instance[key]) for key in keys}
    if len(parts) == 1:
        return next(iter(parts.values()))
    return ", ".join(f"{key.replace('_', ' ')} {text}" for key, text in parts.items())


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, list | tuple):
        return ", ".join(_words(part) for part in value)
    return str(value)


def _offer(instance: Instance) -> str:
    currency = str(instance.get("currency") or "")
    parts = [_money(v, currency) for v in _scheduled(instance, "our_price")]
    for sale in _schedules(instance.get("discounted_price")):
        price = _money(sale.get("value_with_tax"), currency)
        days = f"{_day(sale.get('start_at'))} to {_day(sale.get('end_at'))}"
        parts.append(f"sale {price} {days}")
    for key, words in LIMITS.items():
        parts += [f"{words} {_money(v, currency)}" for v in _scheduled(instance, key)]
    parts += _tiers(instance, currency)
    text = ", ".join(parts)
    return f"for businesses {text}" if instance.get("audience") == "B2B" else text


def _tiers(instance: Instance, currency: str) -> list[str]:
    found = []
    for plan in _schedules(instance.get("quantity_discount_plan")):
        percent = plan.get("discount_type") == "percent"
        for level in _mappings(plan.get("levels")):
            value = level.get("value")
            price = f"{_words(value)} % less" if percent else _money(value, currency)
            found.append(f"{price} from {_words(level.get('lower_bound'))} pieces")
    return found


def _stock(instance: Instance) -> str:
    channel = str(instance.get("fulfillment_channel_code") or "DEFAULT")
    parts = []
    quantity = instance.get("quantity")
    if quantity is not None:
        parts.append(_counted(quantity, "piece"))
    if channel != "DEFAULT":
        parts.insert(0, f"shipped by Amazon ({channel})")
    days = instance.get("lead_time_to_ship_max_days")
    if days is not None:
        parts.append(f"ships within {_counted(days, 'day')}")
    if instance.get("restock_date"):
        parts.append(f"back on {_day(instance['restock_date'])}")
    return ", ".join(parts) or "no quantity"


def _relation(instance: Instance) -> str:
    kind = _words(instance.get("child_relationship_type") or "part")
    return f"{kind} of {_words(instance.get('parent_sku') or NOTHING)}"


def _list_price(instance: Instance) -> str:
    value = instance.get("value_with_tax", instance.get("value"))
    return _money(value, str(instance.get("currency") or ""))


TELLERS: dict[str, Callable[[Instance], str]] = {
    "purchasable_offer": _offer,
    "fulfillment_availability": _stock,
    "child_parent_sku_relationship": _relation,
    "list_price": _list_price,
}


def _mappings(value: Any) -> Sequence[Instance]:
    found = value if isinstance(value, list | tuple) else [value]
    return [part for part in found if isinstance(part, Mapping)]


def _schedules(value: Any) -> list[Instance]:
    return [s for part in _mappings(value) for s in _mappings(part.get("schedule"))]


def _scheduled(instance: Instance, key: str) -> list[Any]:
    return [s.get("value_with_tax") for s in _schedules(instance.get(key))]


def _money(value: Any, currency: str) -> str:
    places = 0 if currency in WHOLE_CURRENCIES else 2
    try:
        text = f"{float(value):.{places}f}"
    except (TypeError, ValueError, OverflowError):
        text = _words(value)
    return f"{text} {currency}".strip()


def _day(value: Any) -> str:
    return str(value or "?")[:10]


def _counted(number: Any, what: str) -> str:
    text = _words(number)
    return f"{text} {what}" if text == "1" else f"{text} {what}s"
