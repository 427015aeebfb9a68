# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Test Connection says what is wrong, whatever it is, in words to act on."""

from __future__ import annotations

import pytest

from deploy.processes import free_port


@pytest.fixture(scope="module")
def simulator(simulator_factory):
    """Amazon on a clock so fast that its limits do not matter here."""
    return simulator_factory(speed=1200)


def tested(shop):
    """Press Test Connection; return the account and its checks."""
    shop.odoo.rpc("amazon.account", "action_test_connection", [shop.accounts])
    names = ["connection_state", "connection_message"]
    domain = [("id", "in", shop.accounts)]
    (account,) = shop.odoo.search_read("amazon.account", domain, names)
    checks = shop.odoo.search_read(
        "amazon.connection.check",
        [("account_id", "in", shop.accounts)],
        ["name", "state", "message"],
    )
    return account, {check["name"]: check for check in checks}


def as_written(value):
    """Return a value as it was read in the form in which it is written."""
    if isinstance(value, list):
        many = value and isinstance(value[-1], int)
        return [(6, 0, value)] if many else value[:1][0]
    return value


@pytest.fixture
def changed(shop):
    """Function that changes the account for the length of a test."""
    before = {}
    seller = shop.simulator.sellers[0]
    keys = ("lwa_client_id", "lwa_client_secret", "refresh_token")

    def change(**values):
        names = [name for name in values if name not in keys]
        domain = [("id", "in", shop.accounts)]
        (found,) = shop.odoo.search_read("amazon.account", domain, names or ["id"])
        before.update(
            {n: seller[n] if n in keys else as_written(found[n]) for n in values}
        )
        shop.odoo.write("amazon.account", shop.accounts, values)

    yield change
    shop.odoo.write("amazon.account", shop.accounts, before)
    account, checks = tested(shop)
    assert account["connection_state"] == "ok", account["connection_message"]
    assert {check["state"] for check in checks.values()} == {"ok"}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("lwa_client_secret", "wrong", "access key or the secret key"),
        ("lwa_client_id", "amzn1.wrong", "access key or the secret key"),
        ("refresh_token", "Atzr|wrong", "refresh token"),
    ],
)
def test_wrong_key(shop, changed, name, value, words):
    changed(**{name: value})
    account, checks = tested(shop)
    assert account["connection_state"] == "error"
    assert words in account["connection_message"]
    assert checks == {}


def test_authorisation_withdrawn(shop):
    seller_id = shop.simulator.sellers[0]["seller_id"]
    shop.simulator.change_seller(seller_id, revoked=True)
    try:
        account, _checks = tested(shop)
    finally:
        shop.simulator.change_seller(seller_id, revoked=False)
    assert account["connection_state"] == "error"
    assert "Authorise the app" in account["connection_message"]


def test_wrong_region(shop, changed):
    american = shop.odoo.search_read(
        "amazon.marketplace", [("code", "=", "US")], ["id"]
    )[0]["id"]
    changed(
        region="na",
        home_marketplace_id=american,
        marketplace_ids=[(6, 0, [american])],
    )
    account, _checks = tested(shop)
    assert "selling region Europe, not North America" in account["connection_message"]


@pytest.mark.parametrize(
    ("role", "broken"),
    [
        ("Product Listing", {"Listings"}),
        (
            "Direct-to-Consumer Shipping (Restricted)",
            {"Buyers' names and addresses", "Reports"},
        ),
        ("Finance and Accounting", {"Finances"}),
    ],
)
def test_missing_role(shop, role, broken):
    (seller, *_others) = shop.simulator.admin("sellers")["sellers"]
    rest = [name for name in seller["roles"] if name != role]
    shop.simulator.change_seller(seller["seller_id"], roles=rest)
    try:
        account, checks = tested(shop)
    finally:
        shop.simulator.change_seller(seller["seller_id"], roles=seller["roles"])
    assert account["connection_state"] == "ok"
    missing = {name for name, check in checks.items() if check["state"] == "missing"}
    assert missing == broken
    assert all(role in checks[name]["message"] for name in missing)
    assert "Without it:" in checks[broken.copy().pop()]["message"]


def test_no_role_at_all(shop):
    (seller, *_others) = shop.simulator.admin("sellers")["sellers"]
    shop.simulator.change_seller(seller["seller_id"], roles=[])
    try:
        account, _checks = tested(shop)
    finally:
        shop.simulator.change_seller(seller["seller_id"], roles=seller["roles"])
    assert account["connection_state"] == "error"
    assert "no role" in account["connection_message"]


def test_no_network(shop, changed):
    nowhere = f"https://127.0.0.1:{free_port()}"
    changed(spapi_endpoint=f"{nowhere}/{{region}}", lwa_endpoint=f"{nowhere}/token")
    account, _checks = tested(shop)
    assert "cannot be reached" in account["connection_message"]


def test_name_that_is_not_found(shop, changed):
    changed(lwa_endpoint="https://nowhere.invalid/token")
    account, _checks = tested(shop)
    assert "name is not found" in account["connection_message"]


def test_certificate_that_does_not_verify(shop, changed):
    changed(ca_certificate=False)
    account, _checks = tested(shop)
    assert "certificate does not verify" in account["connection_message"]


def test_amazon_does_not_answer_in_time(shop, changed):
    changed(call_timeout=1)
    shop.simulator.fault("getAccessToken", "delay", seconds=4)
    shop.simulator.fault("getMarketplaceParticipations", "delay", seconds=4)
    account, _checks = tested(shop)
    assert "took too long" in account["connection_message"]


def test_all_is_well(shop):
    account, checks = tested(shop)
    assert account["connection_state"] == "ok"
    assert {check["state"] for check in checks.values()} == {"ok"}
