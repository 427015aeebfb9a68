# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a seller lets an app in, and how the app gets its tokens for that."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulator.conftest import Raw

CONSENT = "/apps/authorize/consent"
BACK = "https://odoo.example.com/amazon/authorised"
ACCOUNT = "/sellers/v1/account"


def asked(shop, **changes):
    values = {
        "application_id": shop.seller["application_id"],
        "state": "a b&c=<d>",
        "redirect_uri": BACK,
        "version": "beta",
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def agreed(shop, **changes):
    """Press the button of the page; return what the app is told."""
    page = shop.http.get(CONSENT, params=asked(shop, **changes))
    assert page.status_code == 200
    fields = re.findall("name='(.+?)' value='(.*?)'", page.text)
    assert "Authorise</button>" in page.text
    form = {name: unescape(value) for name, value in fields}
    answer = shop.http.post(CONSENT, data=form)
    assert answer.status_code == 302
    location = answer.headers["location"]
    query = parse_qs(urlsplit(location).query)
    return location, {name: value for name, (value,) in query.items()}


def exchange(shop, code, **changes):
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": shop.seller["lwa_client_id"],
        "client_secret": shop.seller["lwa_client_secret"],
        **changes,
    }
    return shop.http.post("/auth/o2/token", data=form)


def code_of(shop):
    return agreed(shop)[1]["spapi_oauth_code"]


def works(shop, token):
    headers = {"x-amz-access-token": token}
    return shop.bare("GET", ACCOUNT, headers=headers).status_code == 200


# === THE PAGE === #


def test_page_names_app_and_seller(shop):
    page = shop.http.get(CONSENT, params=asked(shop)).text
    for text in (shop.seller["application_id"], shop.seller["name"]):
        assert text in page
    assert "<d>" not in page


def test_seller_comes_back_with_a_code(shop):
    location, found = agreed(shop)
    assert location.startswith(f"{BACK}?")
    assert found["state"] == "a b&c=<d>"
    assert found["selling_partner_id"] == shop.seller["seller_id"]
    assert found["spapi_oauth_code"]
    with_query, _ = agreed(shop, redirect_uri=f"{BACK}?db=odoo")
    assert with_query.startswith(f"{BACK}?db=odoo&state=")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"application_id": "amzn1.sp.solution.unknown"}, "MD1000"),
        ({"application_id": None}, "MD1000"),
        ({"version": None}, "MD1000"),
        ({"redirect_uri": None}, "MD5101"),
        ({"redirect_uri": "javascript:alert(1)"}, "MD5101"),
    ],
)
def test_wrong_request_gets_an_error_code(shop, changes, code):
    shown = shop.http.get(CONSENT, params=asked(shop, **changes))
    sent = shop.http.post(CONSENT, data=asked(shop, **changes))
    for answer in (shown, sent):
        assert answer.status_code == 400
        assert code in answer.text
        assert "<button>" not in answer.text


# === CODES === #


def test_code_brings_a_new_refresh_token_and_the_old_one_stays(shop):
    found = exchange(shop, code_of(shop)).json()
    assert found["token_type"] == "bearer"
    assert works(shop, found["access_token"])
    assert found["refresh_token"] != shop.seller["refresh_token"]
    second = exchange(shop, code_of(shop)).json()["refresh_token"]
    for token in (found["refresh_token"], second, shop.seller["refresh_token"]):
        answer = shop.sign_in(refresh_token=token)
        assert answer["refresh_token"] == token
        assert works(shop, answer["access_token"])


def test_code_is_good_for_once(shop):
    code = code_of(shop)
    assert exchange(shop, code).status_code == 200
    again = exchange(shop, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_code_is_good_for_five_minutes(shop):
    early, late = code_of(shop), code_of(shop)
    shop.advance(240)
    assert exchange(shop, early).status_code == 200
    shop.advance(70)
    assert exchange(shop, late).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "made-up"}, "invalid_grant"),
        ({"redirect_uri": f"{BACK}/"}, "invalid_grant"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"redirect_uri": ""}, "invalid_request"),
    ],
)
def test_code_must_be_used_as_it_was_given(shop, changes, error):
    code = code_of(shop)
    answer = exchange(shop, **{"code": code, **changes})
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert exchange(shop, code).status_code == 200


def test_code_is_of_no_use_to_another_app(shop):
    other = shop.simulator.sellers[1]
    keys = {
        "client_id": other["lwa_client_id"],
        "client_secret": other["lwa_client_secret"],
    }
    assert exchange(shop, code_of(shop), **keys).json()["error"] == "invalid_grant"


def test_consent_that_was_revoked_can_be_given_again(shop):
    seller_id = shop.seller["seller_id"]
    before = exchange(shop, code_of(shop)).json()["refresh_token"]
    unused = code_of(shop)
    shop.simulator.change_seller(seller_id, revoked=True)
    assert exchange(shop, unused).json()["error"] == "invalid_grant"
    after = exchange(shop, code_of(shop)).json()["refresh_token"]
    assert works(shop, shop.sign_in(refresh_token=after)["access_token"])
    for token in (before, shop.seller["refresh_token"]):
        assert shop.sign_in(refresh_token=token)["error"] == "invalid_grant"


def test_killed_simulator_remembers_consent(simulator_factory):
    simulator = simulator_factory(speed=1)
    shop = Raw(simulator)
    token = exchange(shop, code_of(shop)).json()["refresh_token"]
    unused = code_of(shop)
    simulator.kill()
    simulator.start()
    shop = Raw(simulator)
    assert works(shop, shop.sign_in(refresh_token=token)["access_token"])
    assert exchange(shop, unused).status_code == 200


def test_codes_and_tokens_stay_out_of_the_journal(shop):
    code = code_of(shop)
    token = exchange(shop, code).json()["refresh_token"]
    journal = str(shop.simulator.journal())
    assert shop.seller["seller_id"] in journal
    assert code not in journal
    assert token not in journal


# === APPS WITHOUT A SELLER === #


def test_app_signs_in_for_itself(shop):
    keys = {"grant_type": "client_credentials", "refresh_token": ""}
    scope = "sellingpartnerapi::notifications"
    found = shop.sign_in(**keys, scope=scope)
    assert "refresh_token" not in found
    assert not works(shop, found["access_token"])
    assert shop.sign_in(**keys, scope="everything")["error"] == "invalid_scope"
    assert shop.sign_in(**keys)["error"] == "invalid_request"
