# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes wrong on demand, what time undoes, and what a kill leaves."""

from __future__ import annotations

import gzip
import json
import threading
import time

import httpx
import pytest

from tests.simulator.conftest import DE, JSON, Raw, attributes, update

FEEDS = "/feeds/2021-06-30/feeds"
ACCOUNT = "/sellers/v1/account"
STEP = 60
BIG = 25_000
# CPU seconds of this machine are shared; the point is seconds, not minutes.
BIG_FEED_SECONDS = 60


# === FAULTS === #


def test_each_kind_strikes_only_where_it_can(shop):
    shop.simulator.fault("*", "feed_fatal")
    shop.simulator.fault("*", "revoked_token")
    assert shop.sign_in()["error"] == "invalid_grant"
    assert shop.call("GET", ACCOUNT).status_code == 200
    feed = shop.finished(shop.submit(shop.document(update(1, "F-1"))), STEP)
    assert feed["processingStatus"] == "FATAL"
    assert [fault["used"] for fault in shop.simulator.admin("faults")["faults"]] == [
        1,
        1,
    ]


def test_fault_of_one_seller_leaves_the_other_alone(shop):
    american = Raw(shop.simulator)
    american.seller = shop.simulator.sellers[1]
    shop.simulator.fault("getAccount", "throttle", seller_id="A3DEMOAMERICA1")
    shop.simulator.fault("getAccessToken", "revoked_token", seller_id="A3DEMOAMERICA1")
    assert shop.call("GET", ACCOUNT).status_code == 200
    assert american.sign_in()["error"] == "invalid_grant"
    assert american.call("GET", ACCOUNT).status_code == 429


def test_upload_that_breaks_off_leaves_nothing(shop):
    shop.simulator.fault("uploadDocument", "reset_upload")
    document = shop.new_document()
    headers = {"content-type": JSON}
    with pytest.raises(httpx.TransportError):
        shop.http.put(document["url"], content=b"x" * 5_000_000, headers=headers)
    body = {
        "feedType": "JSON_LISTINGS_FEED",
        "marketplaceIds": [DE],
        "inputFeedDocumentId": document["feedDocumentId"],
    }
    assert shop.call("POST", FEEDS, json=body).status_code == 400
    assert shop.http.put(document["url"], content=b"{}", headers=headers).is_success
    assert shop.call("POST", FEEDS, json=body).status_code == 202


def test_address_that_has_run_out_early(shop):
    shop.simulator.fault("uploadDocument", "expired_url")
    url = shop.new_document()["url"]
    headers = {"content-type": JSON}
    refused = shop.http.put(url, content=b"{}", headers=headers)
    assert (refused.status_code, "Request has expired" in refused.text) == (403, True)
    assert shop.http.put(url, content=b"{}", headers=headers).status_code == 200


def test_truncated_gzip_cannot_be_unpacked(shop):
    messages = [update(n, f"Z-{n}", brand=None) for n in range(1, 6)]
    feed = shop.finished(shop.submit(shop.document(*messages)), STEP)
    path = f"/feeds/2021-06-30/documents/{feed['resultFeedDocumentId']}"
    location = shop.call("GET", path).json()
    assert location["compressionAlgorithm"] == "GZIP"
    shop.simulator.fault("downloadDocument", "truncated_gzip")
    with pytest.raises(EOFError):
        gzip.decompress(shop.http.get(location["url"]).content)
    whole = json.loads(gzip.decompress(shop.http.get(location["url"]).content))
    assert whole["summary"]["messagesInvalid"] == 5


def test_stuck_feed_holds_nobody_up(shop):
    shop.simulator.fault("createFeed", "feed_stuck")
    stuck = shop.submit(shop.document(update(1, "F-1")))
    after = shop.submit(shop.document(update(1, "F-2")))
    assert shop.finished(after, STEP)["processingStatus"] == "DONE"
    shop.advance(86400)
    found = shop.call("GET", f"{FEEDS}/{stuck}").json()
    assert found["processingStatus"] == "IN_PROGRESS"


def test_feed_without_a_result_has_still_been_done(shop):
    shop.simulator.fault("createFeed", "feed_no_result")
    feed = shop.finished(shop.submit(shop.document(update(1, "F-1"))), STEP)
    assert feed["processingStatus"] == "DONE"
    assert "resultFeedDocumentId" not in feed
    assert shop.item("GET", "F-1").status_code == 200


def test_slow_answer_keeps_no_other_call_waiting(shop):
    shop.simulator.fault("getAccount", "delay", seconds=3)
    answers = []
    slow = Raw(shop.simulator)
    thread = threading.Thread(
        target=lambda: answers.append(slow.call("GET", ACCOUNT).status_code)
    )
    started = time.monotonic()
    thread.start()
    while not shop.simulator.journal(operation="getAccount"):
        time.sleep(0.02)
    assert shop.call("GET", ACCOUNT).status_code == 200
    assert time.monotonic() - started < 2.5
    assert answers == []
    thread.join()
    assert answers == [200]
    assert time.monotonic() - started >= 3


def test_one_fault_can_be_taken_back(shop):
    first = shop.simulator.fault("getAccount", "throttle")
    shop.simulator.fault("getAccount", "stale_token")
    shop.simulator.admin(f"faults/{first}", "DELETE")
    assert shop.call("GET", ACCOUNT).status_code == 403
    assert shop.call("GET", ACCOUNT).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"operation": "*", "kind": "earthquake"}),
        ("faults", {"operation": "*", "kind": "status", "body": "wax"}),
        ("faults", {"kind": "throttle"}),
        ("faults", {"operation": "*", "kind": "throttle", "colour": "red"}),
        ("faults/schedule", {"seed": 1, "rate": 0.5, "kinds": ["earthquake"]}),
        ("faults/schedule", {"rate": 0.5, "kinds": ["throttle"]}),
        ("clock", {"speed": 0}),
        ("clock", {"advance": -1}),
    ],
)
def test_nonsense_is_refused(shop, path, body):
    answer = shop.http.post(f"/_admin/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


# === TIME === #


def test_token_lasts_an_hour(shop):
    headers = {"x-amz-access-token": shop.token}
    shop.advance(3590)
    assert shop.bare("GET", ACCOUNT, headers=headers).status_code == 200
    shop.advance(20)
    answer = shop.bare("GET", ACCOUNT, headers=headers)
    assert answer.status_code == 403
    assert "expired" in answer.json()["errors"][0]["details"]


def test_quota_comes_back_with_time(shop):
    def created():
        return shop.call("POST", FEEDS, json={}).status_code

    assert [created() for _ in range(16)] == [400] * 15 + [429]
    shop.advance(121)
    assert [created() for _ in range(2)] == [400, 429]
    shop.advance(86400)
    assert [created() for _ in range(16)] == [400] * 15 + [429]


def test_feed_takes_its_time(shop):
    feed_id = shop.submit(shop.document(update(1, "F-1")))

    def status():
        time.sleep(0.3)
        return shop.call("GET", f"{FEEDS}/{feed_id}").json()["processingStatus"]

    assert status() == "IN_QUEUE"
    shop.advance(15)
    assert status() == "IN_PROGRESS"
    answer = shop.call("DELETE", f"{FEEDS}/{feed_id}")
    assert answer.status_code == 400
    shop.advance(31)
    assert status() == "DONE"


def test_feed_waits_for_the_one_before_it(shop):
    """Even if that one takes longer, and it would long be done itself."""
    many = [update(n, f"F-{n}") for n in range(1, 2001)]
    long = shop.submit(shop.document(*many))
    short = shop.submit(shop.document(update(1, "F-1")))

    def statuses():
        time.sleep(0.5)
        feeds = [shop.call("GET", f"{FEEDS}/{feed}").json() for feed in (long, short)]
        return [feed["processingStatus"] for feed in feeds]

    shop.advance(20)
    assert statuses() == ["IN_PROGRESS", "IN_QUEUE"]
    shop.advance(31)
    assert statuses() == ["IN_PROGRESS", "IN_QUEUE"]
    shop.advance(10)
    while statuses()[0] != "DONE":
        pass
    assert statuses() == ["DONE", "IN_PROGRESS"]


def test_old_results_and_feeds_are_gone(shop):
    feed_id = shop.submit(shop.document(update(1, "F-1")))
    feed = shop.finished(feed_id, STEP)
    path = f"/feeds/2021-06-30/documents/{feed['resultFeedDocumentId']}"
    shop.advance(27 * 86400)
    assert shop.call("GET", path).status_code == 200
    shop.advance(2 * 86400)
    assert shop.call("GET", path).status_code == 404
    params = {"feedTypes": "JSON_LISTINGS_FEED"}
    assert len(shop.call("GET", FEEDS, params=params).json()["feeds"]) == 1
    shop.advance(62 * 86400)
    assert shop.call("GET", FEEDS, params=params).json()["feeds"] == []
    assert shop.call("GET", f"{FEEDS}/{feed_id}").status_code == 404


# === BIG FEEDS, KILLS === #


def big_feed(shop):
    """Submit a feed that ends a listing first and then makes very many."""
    shop.item("PUT", "B-1", json={"productType": "PRODUCT", "attributes": attributes()})
    first = {"messageId": 1, "sku": "B-1", "operationType": "DELETE"}
    others = [update(n, f"B-{n}") for n in range(2, BIG + 1)]
    return shop.submit(shop.document(first, *others))


def test_big_feed_is_quick_and_blocks_nobody(shop):
    feed_id = big_feed(shop)
    slowest, started = 0.0, time.monotonic()
    while True:
        shop.advance(STEP)
        before = time.monotonic()
        feed = shop.call("GET", f"{FEEDS}/{feed_id}").json()
        slowest = max(slowest, time.monotonic() - before)
        if feed["processingStatus"] == "DONE":
            break
        assert time.monotonic() - started < BIG_FEED_SECONDS
        time.sleep(0.05)
    assert slowest < 2
    report = shop.read(feed["resultFeedDocumentId"])
    assert report["summary"]["messagesAccepted"] == BIG
    assert shop.item("GET", f"B-{BIG}").status_code == 200


def test_one_message_too_many(shop):
    shop.simulator.admin("reset", "POST")
    gone = [
        {"messageId": n, "sku": f"B-{n}", "operationType": "DELETE"}
        for n in range(1, BIG + 2)
    ]
    report = shop.report_on(*gone, step=STEP)
    assert report["summary"]["messagesProcessed"] == 0
    assert "25000" in report["issues"][0]["message"]


def test_killed_in_the_middle_of_a_feed_it_goes_on_where_it_was(simulator_factory):
    simulator = simulator_factory(speed=1)
    shop = Raw(simulator)
    feed_id = big_feed(shop)
    shop.advance(16)
    while "Start" not in shop.call("GET", f"{FEEDS}/{feed_id}").text:
        time.sleep(0.6)
    shop.advance(120)
    while shop.item("GET", "B-1").status_code == 200:
        time.sleep(0.3)
    simulator.kill()
    simulator.start()
    shop = Raw(simulator)
    feed = shop.call("GET", f"{FEEDS}/{feed_id}").json()
    assert feed["processingStatus"] == "IN_PROGRESS"
    feed = shop.finished(feed_id, STEP)
    # Done twice, the first message would have found nothing to end.
    report = shop.read(feed["resultFeedDocumentId"])
    assert report["issues"] == []
    assert report["summary"]["messagesAccepted"] == BIG
    assert shop.item("GET", f"B-{BIG}").status_code == 200


def test_time_goes_on_while_it_is_down(simulator_factory):
    simulator = simulator_factory(speed=600)
    shop = Raw(simulator)
    url = shop.new_document()["url"]
    time.sleep(0.7)
    simulator.kill()
    time.sleep(0.5)
    simulator.start()
    late = Raw(simulator).http.put(url, content=b"{}", headers={"content-type": JSON})
    assert late.status_code == 403
    assert "expired" in late.text


# === THE PAGE === #


def test_page_shows_what_amazon_has(shop):
    text = {"language_tag": "de_DE", "marketplace_id": DE}
    name = [{"value": "Koffer <b>groß</b>", **text}]
    body = {"productType": "PRODUCT", "attributes": attributes(item_name=name)}
    shop.item("PUT", "SEITE-1", json=body)
    feed_id = shop.submit(shop.document(update(1, "SEITE-2", brand=None)))
    shop.finished(feed_id, STEP)
    shop.simulator.fault("createFeed", "throttle")
    page = shop.http.get("/").text
    assert "Koffer &lt;b&gt;groß&lt;/b&gt;" in page
    assert "SEITE-1" in page
    assert f"/_admin/feeds/{feed_id}/report" in page
    assert "0 of 1" in page
    report = shop.http.get(f"/_admin/feeds/{feed_id}/report").json()
    assert report["issues"][0]["code"] == "90220"
