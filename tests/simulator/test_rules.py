# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's rules, one by one, over bare HTTP."""

from __future__ import annotations

import json
import time

import httpx
import jsonschema
import pytest

from tests.simulator.conftest import (
    DE,
    FR,
    JSON,
    SPEED,
    Raw,
    attributes,
    patch,
    update,
)

FEEDS = "/feeds/2021-06-30/feeds"
# The shape of a processing report, written down from Amazon's schema.
REPORT = {
    "type": "object",
    "required": ["header", "issues", "summary"],
    "properties": {
        "header": {
            "required": ["sellerId", "version", "feedId"],
            "properties": {"version": {"const": "2.0"}},
        },
        "issues": {
            "type": "array",
            "items": {
                "required": ["severity", "message"],
                "properties": {
                    "messageId": {"type": "integer", "minimum": 1},
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "message": {"type": "string", "minLength": 1},
                    "code": {"type": "string", "minLength": 1},
                },
                "additionalProperties": {"type": "string"},
            },
        },
        "summary": {
            "required": [
                "errors",
                "warnings",
                "messagesProcessed",
                "messagesAccepted",
                "messagesInvalid",
            ]
        },
        "items": {"type": "array", "items": {"required": ["sku"]}},
    },
    "additionalProperties": False,
}


def codes(report):
    return [(issue.get("messageId"), issue["code"]) for issue in report["issues"]]


# === TOKENS AND RATES === #


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client"),
        ({"refresh_token": "wrong"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_wrong_keys_are_refused(raw, changes, code):
    assert raw.sign_in(**changes)["error"] == code


def test_token_of_another_app_is_refused(raw, simulator):
    other = simulator.sellers[1]["refresh_token"]
    assert raw.sign_in(refresh_token=other)["error"] == "unauthorized_client"


def test_calls_without_a_valid_token_are_refused(raw):
    for headers in ({}, {"x-amz-access-token": "Atza|made-up"}):
        answer = raw.bare("GET", "/sellers/v1/account", headers=headers)
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["code"] == "Unauthorized"


def test_rates_are_enforced_and_named(simulator_factory):

    raw = Raw(simulator_factory(speed=1))
    path = "/sellers/v1/marketplaceParticipations"
    answers = [raw.call("GET", path) for _ in range(16)]
    assert [a.status_code for a in answers] == [200] * 15 + [429]
    assert answers[0].headers["x-amzn-RateLimit-Limit"] == "0.016"
    assert answers[15].json()["errors"][0]["code"] == "QuotaExceeded"
    assert "x-amzn-RateLimit-Limit" not in answers[15].headers
    assert answers[15].headers["x-amzn-RequestId"]
    assert raw.call("GET", "/sellers/v1/account").status_code == 200


# === DOCUMENTS === #


def test_upload_must_fit_its_document(raw):
    url = raw.new_document()["url"]
    for headers in (
        {"content-type": "application/json; charset=utf-8"},
        {"content-type": "text/xml"},
    ):
        answer = raw.http.put(url, content=b"{}", headers=headers)
        assert answer.status_code == 403
        assert "<Error>" in answer.text
    with_token = {"content-type": JSON, "x-amz-access-token": raw.token}
    assert raw.http.put(url, content=b"{}", headers=with_token).status_code == 403
    with_key = {"content-type": JSON, "authorization": "Bearer x"}
    assert raw.http.put(url, content=b"{}", headers=with_key).status_code == 400
    forged = url.replace("Signature=", "Signature=0")
    headers = {"content-type": JSON}
    assert raw.http.put(forged, content=b"{}", headers=headers).status_code == 403
    assert raw.http.put(url, content=b"{}", headers=headers).status_code == 200


def test_addresses_run_out(raw):
    url = raw.new_document()["url"]
    time.sleep(300 / SPEED + 0.5)
    answer = raw.http.put(url, content=b"{}", headers={"content-type": JSON})
    assert answer.status_code == 403
    assert "expired" in answer.text


def test_document_serves_one_feed(raw):
    document_id = raw.upload(b"{}")
    body = {
        "feedType": "JSON_LISTINGS_FEED",
        "marketplaceIds": [DE],
        "inputFeedDocumentId": document_id,
    }
    assert raw.call("POST", FEEDS, json=body).status_code == 202
    again = raw.call("POST", FEEDS, json=body)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (
        400,
        "InvalidInput",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"feedType": "NO_SUCH_FEED"},
        {"marketplaceIds": ["ATVPDKIKX0DER"]},
        {"marketplaceIds": []},
        {"inputFeedDocumentId": "never-made"},
    ],
)
def test_feed_must_be_as_the_model_says(raw, changes):
    body = {
        "feedType": "JSON_LISTINGS_FEED",
        "marketplaceIds": [DE],
        "inputFeedDocumentId": raw.upload(b"{}"),
        **changes,
    }
    assert raw.call("POST", FEEDS, json=body).status_code == 400


def test_removed_feed_type_is_accepted_and_ends_fatal(raw):
    feed = raw.finished(raw.submit(b"<xml/>", "POST_PRODUCT_DATA"))
    assert feed["processingStatus"] == "FATAL"
    assert "resultFeedDocumentId" not in feed


def test_feeds_are_listed_newest_first_page_by_page(raw):
    made = [raw.submit(b"{}") for _ in range(3)]
    params = {"feedTypes": "JSON_LISTINGS_FEED", "pageSize": 2}
    first = raw.call("GET", FEEDS, params=params).json()
    assert [feed["feedId"] for feed in first["feeds"]] == made[:0:-1]
    rest = raw.call("GET", FEEDS, params={"nextToken": first["nextToken"]}).json()
    assert rest["feeds"][0]["feedId"] == made[0]
    both = {"nextToken": first["nextToken"], "pageSize": 2}
    assert raw.call("GET", FEEDS, params=both).status_code == 400
    assert raw.call("GET", FEEDS).status_code == 400


# === LISTINGS FEED === #


def test_report_has_amazons_shape(raw):
    header = {
        "sellerId": raw.seller["seller_id"],
        "version": "2.0",
        "report": {"includedData": ["issues", "summaries"], "apiVersion": "2021-08-01"},
    }
    report = raw.report_on(
        update(1, "R-1"), update(2, "R-2", brand=None), header=header
    )
    jsonschema.validate(report, REPORT)
    assert codes(report) == [(2, "90220")]
    assert report["summary"]["messagesAccepted"] == 1
    (item,) = report["items"]
    assert item["summaries"][0]["itemName"] == "Koffer"


@pytest.mark.parametrize(
    "changes",
    [
        {"operationType": "UPSERT"},
        {"operationType": "PARTIAL_UPDATE"},
        {"operationType": "DELETE"},
        {"messageId": 0},
        {"sku": ""},
        {"patches": []},
        {"productType": "NO_SUCH_TYPE"},
        {"requirements": "EVERYTHING"},
    ],
)
def test_message_of_the_wrong_shape_is_an_error_of_its_own(raw, changes):
    report = raw.report_on({**update(1, "W-1"), **changes}, update(2, "W-2"))
    assert report["summary"]["messagesAccepted"] == 1
    assert {issue["severity"] for issue in report["issues"]} == {"ERROR"}


@pytest.mark.parametrize(
    ("header", "messages"),
    [
        ({"sellerId": "SOMEBODY", "version": "2.0"}, [update(1, "H")]),
        ({"version": "2.0"}, [update(1, "H")]),
        (None, []),
        (None, [update(1, "H"), update(1, "I")]),
    ],
)
def test_feed_that_is_wrong_as_a_whole_changes_nothing(raw, header, messages):
    report = raw.report_on(*messages, header=header)
    assert report["summary"]["messagesAccepted"] == 0
    assert all("messageId" not in issue for issue in report["issues"])
    assert report["issues"]
    assert raw.item("GET", "H").status_code == 404


def test_rubbish_is_no_feed(raw):
    feed = raw.finished(raw.submit(b"no json"))
    report = raw.read(feed["resultFeedDocumentId"])
    assert report["issues"][0]["severity"] == "ERROR"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"brand": None}, "90220"),
        ({"condition_type": [{"value": "nearly_new", "marketplace_id": DE}]}, "90244"),
        ({"item_name": [{"value": "x" * 201, "marketplace_id": DE}]}, "99022"),
        ({"item_name": [{"value": 7, "marketplace_id": DE}]}, "99022"),
        ({"item_name": [{"value": "x", "marketplace_id": FR}]}, "90244"),
        ({"item_name": []}, "99022"),
        (
            {
                "externally_assigned_product_identifier": [
                    {"type": "ean", "value": "4006381333932", "marketplace_id": DE}
                ]
            },
            "8572",
        ),
    ],
)
def test_attribute_that_is_wrong_is_named(raw, changes, code):
    report = raw.report_on(update(1, "A-1", **changes))
    assert code in {issue["code"] for issue in report["issues"]}
    assert raw.item("GET", "A-1").status_code == 404


def test_unknown_attribute_is_ignored_with_a_warning(raw):
    report = raw.report_on(update(1, "U-1", sparkle=[{"value": 1}]))
    assert report["issues"][0]["severity"] == "WARNING"
    shown = raw.item("GET", "U-1", params={"includedData": "attributes"}).json()
    assert "sparkle" not in shown["attributes"]


def test_update_replaces_the_whole_listing(raw):
    text = {"language_tag": "de_DE", "marketplace_id": DE}
    raw.report_on(update(1, "P-1", product_description=[{"value": "Rollt", **text}]))
    raw.report_on(update(1, "P-1"))
    shown = raw.item("GET", "P-1", params={"includedData": "attributes"}).json()
    assert shown["attributes"] == attributes()


def test_patches(raw):
    stock = {"fulfillment_channel_code": "DEFAULT", "quantity": 5}
    slow = {**stock, "lead_time_to_ship_max_days": 3}
    path = "/attributes/fulfillment_availability"

    def after(change):
        raw.report_on(patch(1, "P-2", {"path": path, **change}))
        shown = raw.item("GET", "P-2", params={"includedData": "attributes"}).json()
        return shown["attributes"].get("fulfillment_availability")

    raw.report_on(update(1, "P-2"))
    assert after({"op": "add", "value": [slow]}) == [slow]
    # A merge keeps what it does not name; a replace wipes it.
    seven = {"fulfillment_channel_code": "DEFAULT", "quantity": 7}
    assert after({"op": "merge", "value": [seven]}) == [{**slow, "quantity": 7}]
    assert after({"op": "replace", "value": [stock]}) == [stock]
    chosen = [{"fulfillment_channel_code": "DEFAULT"}]
    assert after({"op": "delete", "value": chosen}) is None


def test_patch_that_takes_away_what_is_required_is_refused(raw):
    raw.report_on(update(1, "P-3"))
    chosen = [{"marketplace_id": DE, "language_tag": "de_DE"}]
    change = {"op": "delete", "path": "/attributes/brand", "value": chosen}
    assert codes(raw.report_on(patch(1, "P-3", change))) == [(1, "90220")]


def test_unknown_sku_can_neither_be_patched_nor_deleted(raw):
    gone = {"messageId": 2, "sku": "NOT-THERE", "operationType": "DELETE"}
    change = {"op": "replace", "path": "/attributes/brand", "value": []}
    report = raw.report_on(patch(1, "NOT-THERE", change), gone)
    assert codes(report) == [(1, "13013"), (2, "13013")]


def test_marketplaces_are_kept_apart(raw):
    raw.report_on(update(1, "M-1"))
    french = raw.item("GET", "M-1", params={"marketplaceIds": FR})
    assert french.status_code == 404
    american = raw.item("GET", "M-1", params={"marketplaceIds": "ATVPDKIKX0DER"})
    assert american.status_code == 400


def test_preview_writes_nothing(raw):
    body = {"productType": "PRODUCT", "attributes": attributes()}
    answer = raw.item("PUT", "V-1", params={"mode": "VALIDATION_PREVIEW"}, json=body)
    assert answer.json()["status"] == "VALID"
    assert raw.item("GET", "V-1").status_code == 404


# === FAULTS, RESTARTS === #


@pytest.mark.parametrize(
    ("kind", "status"), [("throttle", 429), ("stale_token", 403), ("status", 503)]
)
def test_fault_strikes_just_as_often_as_it_should(raw, simulator, kind, status):
    simulator.fault("getAccount", kind, times=2, skip=1)
    found = [raw.call("GET", "/sellers/v1/account").status_code for _ in range(4)]
    assert found == [200, status, status, 200]


def test_dropped_calls_get_no_answer(raw, simulator):
    before = len(simulator.feeds())
    for kind, done in (("drop_before", 0), ("drop_after", 1)):
        simulator.fault("createFeed", kind)
        with pytest.raises(httpx.RemoteProtocolError):
            raw.submit(b"{}")
        before += done
        assert len(simulator.feeds()) == before
        assert simulator.journal(operation="createFeed")[-1]["status"] is None


def test_spoilt_answers(raw, simulator):
    simulator.fault("getAccount", "empty_body")
    assert raw.call("GET", "/sellers/v1/account").content == b""
    simulator.fault("getAccount", "truncated_json")
    with pytest.raises(json.JSONDecodeError):
        raw.call("GET", "/sellers/v1/account").json()
    simulator.fault("getAccount", "status", status=500, body="html")
    assert "<html>" in raw.call("GET", "/sellers/v1/account").text


@pytest.mark.parametrize(
    ("kind", "status"), [("feed_fatal", "FATAL"), ("feed_cancelled", "CANCELLED")]
)
def test_fate_of_a_feed(raw, simulator, kind, status):
    simulator.fault("createFeed", kind)
    assert raw.finished(raw.submit(b"{}"))["processingStatus"] == status


def test_schedule_is_the_same_for_the_same_seed(raw, simulator):
    def run():
        simulator.fault_schedule(
            seed=7, rate=0.5, kinds=["throttle"], operations=["getAccount"]
        )
        path = "/sellers/v1/account"
        return [raw.call("GET", path).status_code for _ in range(12)]

    first = run()
    assert run() == first
    assert set(first) == {200, 429}


def test_killed_simulator_remembers(simulator_factory):

    simulator = simulator_factory(speed=SPEED)
    raw = Raw(simulator)
    raw.report_on(update(1, "K-1"))
    simulator.kill()
    simulator.start()
    assert Raw(simulator).item("GET", "K-1").status_code == 200


def test_journal_holds_no_secret(raw, simulator):
    raw.report_on(update(1, "J-1"))
    text = json.dumps(simulator.journal())
    for secret in (raw.token, "Signature", raw.seller["refresh_token"]):
        assert secret not in text
