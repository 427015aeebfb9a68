# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What sellers have consented to, and the secrets of their apps."""

from __future__ import annotations

import secrets
from typing import Any

from deploy.simulator.clock import Clock
from deploy.simulator.roles import ROLES
from deploy.simulator.sellers import Seller
from deploy.simulator.store import Store

# https://developer-docs.amazon.com/sp-api/docs/rotating-your-apps-lwa-credentials
OLD_SECRET_SECONDS = 7 * 86400
CHANGES: dict[str, type] = {"roles": list, "revoked": bool, "lwa_client_secret": str}
Sellers = dict[str, Seller]


class Accounts:
    """The sellers, and what has changed about them since the simulator was new."""

    def __init__(self, store: Store, clock: Clock, sellers: Sellers) -> None:
        self._store = store
        self._clock = clock
        self.sellers = sellers

    # === CONSENT === #

    def roles(self, seller_id: str) -> frozenset[str]:
        """Return the roles that a seller's app has."""
        return frozenset(self._account(seller_id).get("roles", ROLES))

    def consents(self, seller_id: str, given: float) -> bool:
        """Return whether what was authorised at a time (in seconds) is so still."""
        revoked = self._account(seller_id).get("revoked")
        return seller_id in self.sellers and (revoked is None or given > revoked)

    def authorise(self, seller_id: str) -> str:
        """Return a new refresh token; the older ones go on being valid."""
        token = f"Atzr|{secrets.token_urlsafe(40)}"
        values = {"seller_id": seller_id, "given": self._clock.now()}
        self._store.put("refresh_token", token, values)
        return token

    def owner(self, refresh_token: str) -> Seller | None:
        """Return whose refresh token this is; None: nobody's, or it was revoked."""
        kept = self.grant(refresh_token)
        if not kept or not self.consents(kept["seller_id"], kept["given"]):
            return None
        return self.sellers[kept["seller_id"]]

    def grant(self, refresh_token: str) -> dict[str, Any] | None:
        """Return who gave a refresh token and when, be it revoked or not."""
        kept = self._store.get("refresh_token", refresh_token)
        if kept:
            return kept
        for seller in self.sellers.values():
            if seller.refresh_token == refresh_token:
                return {"seller_id": seller.seller_id, "given": 0.0}
        return None

    # === APPS === #

    def of_app(self, application_id: str) -> Seller | None:
        """Return the seller whose app this is."""
        found = [s for s in self.sellers.values() if s.application_id == application_id]
        return found[0] if found else None

    def is_app(self, client_id: str, secret: str) -> bool:
        """Return whether an app's secret is right; a replaced one is for a while."""
        apps = [s for s in self.sellers.values() if s.lwa_client_id == client_id]
        if not apps:
            return False
        kept = self._store.get("app", client_id) or {}
        if secret == kept.get("secret", apps[0].lwa_client_secret):
            return True
        return secret == kept.get("old") and self._clock.now() <= kept["old_until"]

    def _rotate(self, seller: Seller, secret: str) -> None:
        kept = self._store.get("app", seller.lwa_client_id) or {}
        values = {
            "secret": secret,
            "old": kept.get("secret", seller.lwa_client_secret),
            "old_until": self._clock.now() + OLD_SECRET_SECONDS,
        }
        self._store.put("app", seller.lwa_client_id, values)

    # === CHANGING === #

    def change(self, seller_id: str, values: dict[str, Any]) -> None:
        """Change some of a seller's CHANGES.

        :raise KeyError: there is no such seller
        :raise ValueError: unknown name, role, or type of a value
        """
        seller = self.sellers[seller_id]
        _check(values)
        account = self._account(seller_id)
        if "roles" in values:
            account["roles"] = values["roles"]
        if "revoked" in values:
            account["revoked"] = self._clock.now() if values["revoked"] else None
        self._store.put("account", seller_id, account)
        if "lwa_client_secret" in values:
            self._rotate(seller, values["lwa_client_secret"])

    def _account(self, seller_id: str) -> dict[str, Any]:
        return self._store.get("account", seller_id) or {}

    def show(self) -> list[dict[str, Any]]:
        """Return the sellers with all but their secrets."""
        return [
            {
                "seller_id": seller.seller_id,
                "name": seller.name,
                "region": seller.region,
                "application_id": seller.application_id,
                "marketplace_ids": list(seller.marketplace_ids),
                "roles": sorted(self.roles(seller.seller_id)),
                "revoked": self._account(seller.seller_id).get("revoked") is not None,
            }
            for seller in self.sellers.values()
        ]


def _check(values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name not in CHANGES:
            raise ValueError(f"only these can change: {', '.join(CHANGES)}")
        if not isinstance(value, CHANGES[name]) or value == "":
            raise ValueError(f"{name} must be a {CHANGES[name].__name__}")
    strange = set(map(str, values.get("roles", []))) - set(ROLES)
    if strange:
        raise ValueError(f"no roles: {', '.join(sorted(strange))}")
