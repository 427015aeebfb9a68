# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A shop manager connects an account, from nothing to live, in a real browser."""

from __future__ import annotations

import pytest

from deploy.demo import ensure_rates
from tests.harness.browser import picture, sign_in
from tests.system.scenario import Shop

WIZARD = "integrator_amazon.amazon_account_wizard_action"
KEYS = ("lwa_client_id", "lwa_client_secret", "refresh_token")


@pytest.fixture(scope="module")
def simulator(simulator_factory):
    """Amazon, before anybody is connected."""
    return simulator_factory(speed=60)


@pytest.fixture(scope="module")
def seller(simulator):
    """The seller account that is to be connected."""
    return simulator.sellers[0]


@pytest.fixture(scope="module")
def page(browser, odoo):
    """The web client, signed in."""
    found = sign_in(browser, odoo.url)
    yield found
    found.close()


def fill(page, name, value):
    page.fill(f".modal [name='{name}'] input", value)


def press(page, name):
    page.click(f".modal button[name='{name}']:visible")


def choose(page, name, text):
    page.fill(f".modal [name='{name}'] input", text)
    page.click(f".o-autocomplete--dropdown-item:has-text('{text}')")


def at_step(page, heading):
    page.wait_for_selector(f".modal h3:has-text('{heading}'):visible")


def account_of(odoo, seller, *names):
    (found,) = odoo.search_read(
        "amazon.account", [("seller_id", "=", seller["seller_id"])], ["id", *names]
    )
    return found


def address_the_stand_in(odoo, simulator, seller):
    """Point the account at the simulator, as an administrator does for a trial."""
    account = account_of(odoo, seller)["id"]
    odoo.write(
        "amazon.account",
        [account],
        {
            "spapi_endpoint": f"{simulator.url}/{{region}}",
            "lwa_endpoint": f"{simulator.url}/auth/o2/token",
            "seller_central_endpoint": simulator.url,
            "ca_certificate": simulator.ca_pem,
        },
    )
    return account


def test_whole_way_from_nothing_to_live(page, odoo, simulator, seller):
    page.goto(f"{odoo.url}/odoo/action-{WIZARD}")
    at_step(page, "Which seller account?")
    fill(page, "name", "My shop in Europe")
    choose(page, "home_marketplace_id", "Amazon.de")
    fill(page, "seller_id", seller["seller_id"])
    picture(page, "wizard-account")
    press(page, "action_next")

    at_step(page, "The keys of your app")
    address_the_stand_in(odoo, simulator, seller)
    for name in KEYS:
        fill(page, name, seller[name])
    fill(page, "lwa_client_secret", "not the secret")
    picture(page, "wizard-keys")
    press(page, "action_next")

    at_step(page, "Does it work?")
    press(page, "action_test_connection")
    page.wait_for_selector(".modal .alert-danger:has-text('secret key'):visible")
    picture(page, "wizard-wrong-secret")

    press(page, "action_back")
    at_step(page, "The keys of your app")
    assert page.input_value(".modal [name='lwa_client_secret'] input") == ""
    fill(page, "lwa_client_secret", seller["lwa_client_secret"])
    press(page, "action_next")
    at_step(page, "Does it work?")
    all_roles = simulator.admin("sellers")["sellers"][0]["roles"]
    simulator.change_seller(seller["seller_id"], roles=["Product Listing"])
    press(page, "action_test_connection")
    page.wait_for_selector(".modal :text('Finance and Accounting'):visible")
    picture(page, "wizard-missing-role")
    simulator.change_seller(seller["seller_id"], roles=all_roles)
    press(page, "action_test_connection")
    page.wait_for_selector(".modal .alert-success:has-text('Amazon.de'):visible")
    assert page.locator(".modal .badge:has-text('Works')").count() == 5
    picture(page, "wizard-test")
    press(page, "action_next")

    at_step(page, "What shall Odoo do?")
    assert account_of(odoo, seller, "mode")["mode"] == "stopped"
    assert page.locator(".modal [name='marketplace_ids'] input:checked").count() == len(
        seller["marketplace_ids"]
    )
    picture(page, "wizard-choices")
    fill(page, "sync_interval", "1")
    press(page, "action_start")
    page.wait_for_selector(".o_form_view .o_statusbar_status")
    picture(page, "account")
    found = account_of(odoo, seller, "mode", "automatic", "marketplace_ids")
    assert (found["mode"], found["automatic"]) == ("live", True)
    assert len(found["marketplace_ids"]) == len(seller["marketplace_ids"])

    shop = Shop(odoo, simulator, [found["id"]])
    ensure_rates(odoo.call, found["marketplace_ids"])
    # What Amazon has already is looked up first: a report takes its time.
    product = shop.create(name="Sent after the last step")
    (row, *_more) = shop.settled(product, timeout=300)
    assert row["amazon_status"] == "success", row["amazon_status_data"]


def test_amazon_hands_over_a_refresh_token_by_consent(page, odoo, simulator, seller):
    """Back from Amazon's page the account works with the token that came along."""
    account = account_of(odoo, seller)["id"]
    odoo.write(
        "amazon.account", [account], {"application_id": seller["application_id"]}
    )
    odoo.rpc("ir.config_parameter", "set_param", ["web.base.url", odoo.url])
    odoo.write("amazon.account", [account], {"refresh_token": "Atzr|mistyped"})
    odoo.rpc("amazon.account", "action_test_connection", [[account]])
    assert account_of(odoo, seller, "connection_state")["connection_state"] == "error"

    page.goto(
        f"{odoo.url}/odoo/action-integrator_amazon.amazon_account_action/{account}"
    )
    page.click(".nav-link[name=keys]")
    picture(page, "account-keys")
    with page.context.expect_page() as opened:
        page.click("button[name=action_authorise]:visible")
    consent = opened.value
    consent.wait_for_selector("button")
    picture(consent, "amazon-consent")
    consent.click("button:has-text('Authorise')")
    consent.wait_for_selector(".alert-success:has-text('authorised the app')")
    picture(consent, "consent-done")
    returned = consent.url
    consent.goto(returned)
    consent.wait_for_selector(".alert-danger:has-text('used already')")
    consent.close()

    odoo.rpc("amazon.account", "action_test_connection", [[account]])
    found = account_of(odoo, seller, "connection_state", "authorisation_expiry_date")
    assert found["connection_state"] == "ok"
    assert found["authorisation_expiry_date"]
    assert "spapi_oauth_code=***" in odoo.log_text()
