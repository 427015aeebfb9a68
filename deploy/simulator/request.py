# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A call as an operation sees it, and the checks that operations share."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from deploy.simulator.answers import denied, invalid
from deploy.simulator.clock import seconds
from deploy.simulator.lwa import Bearer
from deploy.simulator.sellers import Seller


@dataclass
class Request:
    """A call: whose it is, its parameters, its body, and the fault that fell on it."""

    bearer: Bearer
    path: dict[str, str]
    query: dict[str, str]
    body: bytes
    fate: str | None = None
    _strange: list[str] = field(default_factory=list)
    _notes: list[str] = field(default_factory=list)

    @property
    def seller(self) -> Seller:
        """The seller whose call it is."""
        return self.bearer.seller

    def need(self, *roles: str) -> None:
        """Let only those pass whose app has one of some roles.

        :raise Refusal: 403, it has none of them
        """
        if not self.bearer.roles & set(roles):
            raise denied()

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object.

        :raise Refusal: it is none
        """
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            raise invalid("The request body is not valid JSON.") from None
        if not isinstance(found, dict):
            raise invalid("The request body is no JSON object.")
        return found

    def many(self, name: str, *, least: int = 0, most: int = 100) -> list[str]:
        """Return a list parameter, which Amazon takes joined by commas.

        :raise Refusal: it has too few or too many items
        """
        found = [item for item in self.query.get(name, "").split(",") if item]
        if not least <= len(found) <= most:
            raise invalid(f"'{name}' must have {least} to {most} values.")
        return found

    def some(self, name: str, choices: tuple[str, ...]) -> list[str]:
        """Return a list parameter whose items have some values.

        :raise Refusal: an item has another one
        """
        found = self.many(name)
        if set(found) - set(choices):
            raise invalid(f"'{name}' has an unknown value.")
        return found

    def moment(self, name: str) -> float | None:
        """Return a parameter that is a time, as seconds; None: it is not there.

        :raise Refusal: it is no time
        """
        text = self.query.get(name)
        return moment(name, text) if text else None

    def number(self, name: str, default: int, most: int) -> int:
        """Return a number parameter.

        :raise Refusal: it is none, or not from 1 to *most*
        """
        text = self.query.get(name, str(default))
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise invalid(f"'{name}' must be a number from 1 to {most}.")
        return int(text)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        """Return a parameter that has one of some values.

        :raise Refusal: it has another one
        """
        found = self.query.get(name, default)
        if found not in choices:
            raise invalid(f"'{name}' must be one of {', '.join(choices)}.")
        return found

    def places(self, most: int) -> tuple[str, ...]:
        """Return the marketplaces.

        :raise Refusal: there are none, too many, or some are not the seller's
        """
        found = self.many("marketplaceIds", least=1, most=most)
        check_places(self.seller, found)
        return tuple(dict.fromkeys(found))

    def own(self) -> str:
        """Return the seller id of the path.

        :raise Refusal: 403, it is not that of the access token
        """
        if self.path["sellerId"] != self.seller.seller_id:
            raise denied("The access token does not belong to this seller.")
        return self.seller.seller_id

    def only(self, *names: str) -> None:
        """Note query parameters that the model does not know; Amazon ignores them."""
        self._strange = [name for name in self.query if name not in names]

    def note(self, text: str) -> None:
        """Add something to what the journal says of this call."""
        self._notes.append(text)

    def summary(self) -> str:
        """Return what the journal says of this call."""
        count = len(self._strange)
        strange = f"{count} unknown parameters: {', '.join(self._strange)}"
        return "; ".join([*self._notes, *([strange] if count else [])])


def check_places(seller: Seller, places: list[Any]) -> None:
    """Let marketplaces pass that are the seller's.

    :raise Refusal: some are not
    """
    strange = [place for place in places if place not in seller.marketplace_ids]
    if strange:
        raise invalid(f"Invalid marketplace ids: {', '.join(map(str, strange))}.")


def moment(name: str, value: Any) -> float:
    """Return a time in Amazon's writing as seconds.

    :raise Refusal: it is none
    """
    try:
        return seconds(value)
    except (AttributeError, ValueError):
        raise invalid(f"'{name}' is not a time in ISO 8601 format.") from None


def encode(value: dict[str, Any]) -> str:
    """Return the token of the next page."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def decode(token: str) -> dict[str, Any]:
    """Return what a token of the next page holds.

    :raise Refusal: it was not given by ``encode``
    """
    try:
        found = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("start"), int):
        raise invalid("The token of the next page is not valid.")
    return found
