# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connect the demo sellers of the simulator, as a person would: by Odoo's own API.

``python -m deploy.demo URL DATABASE SIMULATOR_STATE SIMULATOR_PORT``
"""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

SELLERS = Path(__file__).parent / "simulator" / "sellers.json"
Rpc = Callable[..., Any]


def connect(
    rpc: Rpc,
    seller: dict[str, Any],
    *,
    url: str,
    ca_certificate: str,
    marketplaces: int = 2,
) -> int:
    """Create or update a seller's account, test it, and make it automatic.

    :param rpc: function (model, method, *args) that calls the running server
    :param marketplaces: in how many of the seller's marketplaces to sell
    :return: id of the account
    :raise RuntimeError: the connection test failed, with its words
    """
    codes = seller["marketplace_ids"][:marketplaces]
    shops = rpc("amazon.marketplace", "search", [("marketplace_id", "in", codes)])
    ensure_rates(rpc, shops)
    values = {
        "name": seller["name"],
        "seller_id": seller["seller_id"],
        "lwa_client_id": seller["lwa_client_id"],
        "lwa_client_secret": seller["lwa_client_secret"],
        "refresh_token": seller["refresh_token"],
        "application_id": seller["application_id"],
        "spapi_endpoint": f"{url}/{{region}}",
        "lwa_endpoint": f"{url}/auth/o2/token",
        "seller_central_endpoint": url,
        "ca_certificate": ca_certificate,
        "marketplace_ids": [(6, 0, shops)],
        "home_marketplace_id": shops[0],
    }
    known = rpc("amazon.account", "search", [("seller_id", "=", seller["seller_id"])])
    account = known[0] if known else rpc("amazon.account", "create", values)
    if known:
        rpc("amazon.account", "write", [account], values)
    rpc("amazon.account", "action_test_connection", [account])
    names = ["connection_state", "connection_message"]
    (found,) = rpc("amazon.account", "read", [account], names)
    if found["connection_state"] != "ok":
        raise RuntimeError(found["connection_message"])
    rpc("amazon.account", "write", [account], {"automatic": True, "mode": "live"})
    return int(account)


def ensure_rates(rpc: Rpc, shops: list[int]) -> None:
    """Give the currencies of these marketplaces a rate, where Odoo has none."""
    found = rpc("amazon.marketplace", "read", shops, ["currency_id"])
    wanted = {shop["currency_id"][0] for shop in found}
    (company,) = rpc("res.company", "search_read", [], ["currency_id"], 0, 1)
    domain = [("currency_id", "in", list(wanted))]
    rated = rpc("res.currency.rate", "search_read", domain, ["currency_id"])
    known = {rate["currency_id"][0] for rate in rated} | {company["currency_id"][0]}
    for currency in sorted(wanted - known):
        rpc("res.currency", "write", [currency], {"active": True})
        values = {"currency_id": currency, "name": "2020-01-01", "rate": 1.0}
        rpc("res.currency.rate", "create", values)


def make_rpc(url: str, database: str) -> Rpc:
    """Return a function that calls methods on a server as its administrator.

    It speaks as the web client does: sign in once, then one call after the other.
    """
    jar = urllib.request.HTTPCookieProcessor()
    opener = urllib.request.build_opener(jar)

    def post(path: str, params: dict[str, Any]) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        request = urllib.request.Request(
            f"{url}{path}", body.encode(), {"content-type": "application/json"}
        )
        with opener.open(request, timeout=600) as reply:
            found = json.load(reply)
        if "error" in found:
            data = found["error"].get("data") or {}
            raise RuntimeError(data.get("debug") or found["error"])
        return found.get("result")

    keys = {"db": database, "login": "admin", "password": "admin"}
    post("/web/session/authenticate", keys)

    def rpc(model: str, method: str, *args: Any) -> Any:
        call = {"model": model, "method": method, "args": list(args), "kwargs": {}}
        return post(f"/web/dataset/call_kw/{model}/{method}", call)

    return rpc


def offer_products(rpc: Rpc, account: int) -> None:
    """List Odoo's demo products with an account, by the resync wizard.

    They have neither brand nor barcode: a mapping says the same for all of them.
    """
    brand = [("attribute", "=", "brand")]
    if not rpc("amazon.attribute.map", "search", brand):
        always = {"source": "constant"}
        exemption = "supplier_declared_has_product_identifier_exemption"
        lines = [
            {"attribute": "brand", "value": "My Company", **always},
            {"attribute": exemption, "value": "true", **always},
        ]
        rpc("amazon.attribute.map", "create", lines)
    values = {"account_ids": [(6, 0, [account])], "choice": "offered"}
    (wizard,) = rpc("amazon.resync.wizard", "create", [values])
    rpc("amazon.resync.wizard", "action_preview", [wizard])


def main() -> None:
    """Connect the first two sellers, and let the first show what it would offer."""
    url, database, state, port = sys.argv[1:5]
    rpc = make_rpc(url, database)
    certificate = (Path(state) / "ca.pem").read_text()
    accounts = [
        connect(
            rpc, seller, url=f"https://127.0.0.1:{port}", ca_certificate=certificate
        )
        for seller in json.loads(SELLERS.read_text())[:2]
    ]
    offer_products(rpc, accounts[0])


if __name__ == "__main__":
    main()
