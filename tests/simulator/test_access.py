# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what: regions, roles, revoked consent, replaced secrets."""

from __future__ import annotations

import pytest

from tests.simulator.conftest import DE, Raw, update

ACCOUNT = "/sellers/v1/account"
FEEDS = "/feeds/2021-06-30/feeds"
REPORTS = "/reports/2021-06-30/reports"
ORDERS = "/orders/2026-01-01/orders"
FINANCES = "/finances/2024-06-19/transactions"
SHIPPING = "Direct-to-Consumer Shipping (Restricted)"
DENIED = {
    "errors": [
        {
            "code": "Unauthorized",
            "message": "Access to requested resource is denied.",
            "details": "",
        }
    ]
}


def change(shop, **values):
    shop.simulator.change_seller(shop.seller["seller_id"], **values)


# === REGIONS === #


@pytest.mark.parametrize("region", ["na", "fe"])
def test_seller_is_unknown_in_another_region(shop, region):
    headers = {"x-amz-access-token": shop.token}
    answer = shop.http.get(f"/{region}{ACCOUNT}", headers=headers)
    assert (answer.status_code, answer.json()) == (403, DENIED)
    assert shop.bare("GET", ACCOUNT, headers=headers).status_code == 200


def test_operations_are_only_in_regions(shop):
    headers = {"x-amz-access-token": shop.token}
    for path in (ACCOUNT, f"/xx{ACCOUNT}"):
        assert shop.http.get(path, headers=headers).status_code == 404


def test_american_seller_is_served_in_america(shop):
    american = Raw(shop.simulator)
    american.seller = shop.simulator.sellers[1]
    assert american.call("GET", ACCOUNT).status_code == 200
    wrong = american.http.get(
        f"/eu{ACCOUNT}", headers={"x-amz-access-token": american.token}
    )
    assert wrong.status_code == 403


# === ROLES === #


def status(shop, method, path, **options):
    answer = shop.call(method, path, **options)
    if answer.status_code == 403:
        assert answer.json() == DENIED
    return answer.status_code


def test_operation_needs_a_role(shop):
    posted = {"postedAfter": "2026-01-01"}
    assert status(shop, "GET", FINANCES, params=posted) == 200
    change(shop, roles=["Product Listing"])
    assert status(shop, "GET", FINANCES, params=posted) == 403
    assert status(shop, "GET", ACCOUNT) == 200
    change(shop, roles=["Tax Invoicing (Restricted)"])
    assert status(shop, "GET", ACCOUNT) == 403
    assert shop.item("GET", "ANY").status_code == 403
    change(shop, roles=[])
    assert status(shop, "GET", FEEDS, params={"feedTypes": "X"}) == 403


def test_feed_type_needs_a_role(shop):
    body = {
        "feedType": "JSON_LISTINGS_FEED",
        "marketplaceIds": [DE],
        "inputFeedDocumentId": shop.upload(b"{}"),
    }
    change(shop, roles=["Pricing"])
    assert status(shop, "POST", FEEDS, json=body) == 403
    change(shop, roles=["Product Listing"])
    assert status(shop, "POST", FEEDS, json=body) == 202


def test_report_type_needs_a_role(shop):
    body = {
        "reportType": "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING",
        "marketplaceIds": [DE],
    }
    listed = {"reportTypes": body["reportType"]}
    made = shop.call("POST", REPORTS, json=body).json()["reportId"]
    change(shop, roles=["Inventory and Order Tracking"])
    assert status(shop, "POST", REPORTS, json=body) == 403
    assert status(shop, "GET", REPORTS, params=listed) == 403
    assert status(shop, "GET", f"{REPORTS}/{made}") == 403
    assert status(shop, "DELETE", f"{REPORTS}/{made}") == 403
    change(shop, roles=[SHIPPING])
    assert status(shop, "POST", REPORTS, json=body) == 202
    assert status(shop, "GET", REPORTS, params=listed) == 200


@pytest.mark.parametrize("data", ["BUYER", "RECIPIENT", "PROCEEDS,RECIPIENT"])
def test_personal_data_of_orders_needs_a_role(shop, data):
    params = {"createdAfter": "2026-01-01", "includedData": data}
    assert status(shop, "GET", ORDERS, params=params) == 200
    change(shop, roles=["Inventory and Order Tracking"])
    assert status(shop, "GET", ORDERS, params=params) == 403
    params["includedData"] = "PROCEEDS"
    assert status(shop, "GET", ORDERS, params=params) == 200


def test_reset_gives_all_roles_back(shop):
    change(shop, roles=[], revoked=True)
    shop.simulator.reset()
    assert status(shop, "GET", ACCOUNT) == 200
    (seller, *_) = shop.simulator.admin("sellers")["sellers"]
    assert (len(seller["roles"]), seller["revoked"]) == (12, False)


@pytest.mark.parametrize(
    ("seller_id", "values", "code"),
    [
        ("A2DEMOEUROPE01", {"roles": ["Astronaut"]}, 400),
        ("A2DEMOEUROPE01", {"roles": "Pricing"}, 400),
        ("A2DEMOEUROPE01", {"colour": "red"}, 400),
        ("A2DEMOEUROPE01", {"lwa_client_secret": ""}, 400),
        ("NOBODY", {"roles": []}, 404),
    ],
)
def test_nonsense_about_sellers_is_refused(shop, seller_id, values, code):
    answer = shop.http.post(f"/_admin/sellers/{seller_id}", json=values)
    assert answer.status_code == code
    assert status(shop, "GET", ACCOUNT) == 200


# === CONSENT AND SECRETS === #


def test_revoked_consent_ends_every_token(shop):
    headers = {"x-amz-access-token": shop.token}
    change(shop, revoked=True)
    assert shop.sign_in()["error"] == "invalid_grant"
    answer = shop.bare("GET", ACCOUNT, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["code"] == "Unauthorized"
    entry = shop.simulator.journal(operation="getAccessToken")[-1]
    assert entry["seller_id"] == shop.seller["seller_id"]
    change(shop, revoked=False)
    assert shop.bare("GET", ACCOUNT, headers=headers).status_code == 200


def test_replaced_secret_is_good_for_a_week(shop):
    change(shop, lwa_client_secret="amzn1.oa2-cs.v1.fresh")
    assert "access_token" in shop.sign_in()
    assert "access_token" in shop.sign_in(client_secret="amzn1.oa2-cs.v1.fresh")
    shop.advance(7 * 86400 - 60)
    assert "access_token" in shop.sign_in()
    shop.advance(120)
    assert shop.sign_in()["error"] == "invalid_client"
    assert "access_token" in shop.sign_in(client_secret="amzn1.oa2-cs.v1.fresh")


def test_killed_simulator_remembers_roles_and_secrets(simulator_factory):
    simulator = simulator_factory(speed=1)
    shop = Raw(simulator)
    change(shop, roles=["Pricing"], lwa_client_secret="amzn1.oa2-cs.v1.fresh")
    simulator.kill()
    simulator.start()
    shop = Raw(simulator)
    assert status(shop, "GET", ACCOUNT) == 403
    assert "access_token" in shop.sign_in(client_secret="amzn1.oa2-cs.v1.fresh")


def test_fault_for_some_paths_only(shop):
    shop.simulator.fault("*", "throttle", path_contains="/sellers/")
    feed = shop.submit(shop.document(update(1, "P-1")))
    assert shop.call("GET", ACCOUNT).status_code == 429
    assert shop.call("GET", f"{FEEDS}/{feed}").status_code == 200
