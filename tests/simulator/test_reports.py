# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports: requested, scheduled, made by Amazon, and what they hold."""

from __future__ import annotations

import csv
import gzip
import io
import time

import pytest

from deploy.simulator.clock import iso, seconds
from deploy.simulator.report_contents import content_type, tabbed
from deploy.simulator.report_types import REPORT_TYPES
from deploy.simulator.request import encode
from deploy.simulator.schedules import after
from tests.simulator.conftest import DE, FR, Raw, attributes

REPORTS = "/reports/2021-06-30/reports"
SCHEDULES = "/reports/2021-06-30/schedules"
DOCUMENTS = "/reports/2021-06-30/documents"
TOKENS = "/tokens/2021-03-01/restrictedDataToken"
LISTINGS = "GET_MERCHANT_LISTINGS_ALL_DATA"
ORDERS = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"
XML_ORDERS = "GET_ORDER_REPORT_DATA_SHIPPING"
UNSHIPPED = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
SETTLEMENT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
DAY = 86400
FINAL = ("DONE", "FATAL", "CANCELLED")


def now(shop):
    return seconds(shop.simulator.admin("health")["time"])


def ago(shop, days):
    return iso(now(shop) - days * DAY)


def body(kind=LISTINGS, **changes):
    found = {"reportType": kind, "marketplaceIds": [DE], **changes}
    return {name: value for name, value in found.items() if value is not None}


def created(shop, *args, **changes):
    answer = shop.call("POST", REPORTS, json=body(*args, **changes))
    assert answer.status_code == 202, answer.text
    return answer.json()["reportId"]


def finished(shop, report_id, step=30):
    for _ in range(100):
        shop.advance(step)
        found = shop.call("GET", f"{REPORTS}/{report_id}").json()
        if found["processingStatus"] in FINAL:
            return found
        time.sleep(0.1)
    raise AssertionError("the report is not worked through")


def rdt(shop, document_id, method="GET", **changes):
    resource = {"method": method, "path": f"{DOCUMENTS}/{document_id}", **changes}
    return shop.call("POST", TOKENS, json={"restrictedResources": [resource]})


def listed(shop, kind=ORDERS, **params):
    params = {"reportTypes": kind, "pageSize": 100, **params}
    return shop.call("GET", REPORTS, params=params).json()["reports"]


def wait_for(shop, count, kind=ORDERS, status=None):
    """Wait for reports; in the simulator's books, where no quota runs out."""
    for _ in range(200):
        found = [r for r in shop.simulator.reports() if r["reportType"] == kind]
        fitting = [r for r in found if status in (None, r["processingStatus"])]
        if len(fitting) == count:
            return
        time.sleep(0.05)
    raise AssertionError(f"there are {found}")


def put(shop, sku, **changes):
    content = {"productType": "PRODUCT", "attributes": attributes(**changes)}
    assert shop.item("PUT", sku, json=content).json()["status"] == "ACCEPTED"


# === REQUESTS === #


@pytest.mark.parametrize(
    "changes",
    [
        {"reportType": None},
        {"reportType": "GET_EVERYTHING"},
        {"reportType": SETTLEMENT},
        {"reportType": XML_ORDERS},
        {"marketplaceIds": None},
        {"marketplaceIds": []},
        {"marketplaceIds": [DE] * 26},
        {"marketplaceIds": ["ATVPDKIKX0DER"]},
        {"dataStartTime": "yesterday"},
        {"dataStartTime": 5},
        {"dataEndTime": "2001-01-01T00:00:00Z"},
        {"dataStartTime": "2999-01-01T00:00:00Z"},
        {"dataEndTime": "2999-01-01T00:00:00Z"},
        {"reportOptions": {"custom": True}},
        {"reportOptions": ["custom"]},
    ],
)
def test_request_must_be_as_the_model_says(shop, changes):
    answer = shop.call("POST", REPORTS, json=body(**changes))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "InvalidInput"
    assert shop.simulator.reports() == []


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (ORDERS, 60),
        (UNSHIPPED, 38),
        ("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL", 730),
    ],
)
def test_window_may_not_go_back_too_far(shop, kind, days):
    within = body(kind, dataStartTime=ago(shop, days - 0.01))
    assert shop.call("POST", REPORTS, json=within).status_code == 202
    beyond = body(kind, dataStartTime=ago(shop, days + 0.01))
    assert shop.call("POST", REPORTS, json=beyond).status_code == 400


def test_report_takes_its_time(shop):
    put(shop, "R-1")
    report_id = created(shop)

    def status():
        time.sleep(0.3)
        return shop.call("GET", f"{REPORTS}/{report_id}").json()["processingStatus"]

    assert status() == "IN_QUEUE"
    shop.advance(10)
    assert status() == "IN_PROGRESS"
    assert shop.call("DELETE", f"{REPORTS}/{report_id}").status_code == 400
    shop.advance(20)
    assert status() == "DONE"


def test_report_in_the_queue_can_be_cancelled(shop):
    report_id = created(shop)
    answer = shop.call("DELETE", f"{REPORTS}/{report_id}")
    assert (answer.status_code, answer.json()) == (200, {})
    found = finished(shop, report_id)
    assert found["processingStatus"] == "CANCELLED"
    assert "processingStartTime" not in found


def test_report_without_data_is_cancelled(shop):
    for kind in (LISTINGS, ORDERS):
        start = ago(shop, 1)
        found = finished(shop, created(shop, kind, dataStartTime=start))
        assert found["processingStatus"] == "CANCELLED"
        assert found["dataStartTime"] == start
        assert "processingEndTime" in found
        assert "reportDocumentId" not in found


@pytest.mark.parametrize(
    ("fault", "status"), [("report_fatal", "FATAL"), ("report_cancelled", "CANCELLED")]
)
def test_fate_of_a_report(shop, fault, status):
    put(shop, "R-1")
    shop.simulator.fault("createReport", fault)
    assert finished(shop, created(shop))["processingStatus"] == status
    assert finished(shop, created(shop))["processingStatus"] == "DONE"


def test_stuck_report_holds_nobody_up(shop):
    put(shop, "R-1")
    shop.simulator.fault("createReport", "report_stuck")
    stuck = created(shop)
    assert finished(shop, created(shop))["processingStatus"] == "DONE"
    shop.advance(DAY)
    found = shop.call("GET", f"{REPORTS}/{stuck}").json()
    assert found["processingStatus"] == "IN_PROGRESS"


def test_report_of_another_seller_is_not_found(shop):
    report_id = created(shop)
    american = Raw(shop.simulator)
    american.seller = shop.simulator.sellers[1]
    assert american.call("GET", f"{REPORTS}/{report_id}").status_code == 404


# === LISTS === #


def test_reports_are_listed_newest_first_page_by_page(shop):
    made = [created(shop) for _ in range(3)]
    params = {"reportTypes": LISTINGS, "pageSize": 2}
    first = shop.call("GET", REPORTS, params=params).json()
    assert [item["reportId"] for item in first["reports"]] == made[:0:-1]
    rest = shop.call("GET", REPORTS, params={"nextToken": first["nextToken"]}).json()
    assert [item["reportId"] for item in rest["reports"]] == made[:1]
    assert "nextToken" not in rest
    both = {"nextToken": first["nextToken"], "reportTypes": LISTINGS}
    assert shop.call("GET", REPORTS, params=both).status_code == 400


def test_lists_are_filtered(shop):
    german = created(shop)
    french = created(shop, marketplaceIds=[FR])
    finished(shop, german)
    waiting = created(shop)

    def found(**params):
        return [item["reportId"] for item in listed(shop, LISTINGS, **params)]

    assert found(marketplaceIds=FR) == [french]
    assert found(processingStatuses="IN_QUEUE,IN_PROGRESS") == [waiting]
    assert found(createdUntil=iso(now(shop) - 25)) == [french, german]
    assert found(createdSince=iso(now(shop) - 25)) == [waiting]
    assert listed(shop, ORDERS) == []


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"reportTypes": ",".join([LISTINGS] * 11)},
        {"reportTypes": "GET_EVERYTHING"},
        {"reportTypes": LISTINGS, "pageSize": 101},
        {"reportTypes": LISTINGS, "processingStatuses": "LOST"},
        {"reportTypes": LISTINGS, "createdSince": "once"},
        {"nextToken": "made-up"},
        {"nextToken": encode({"start": 1})},
    ],
)
def test_list_must_be_as_the_model_says(shop, params):
    assert shop.call("GET", REPORTS, params=params).status_code == 400


def test_old_reports_and_documents_are_gone(shop):
    put(shop, "R-1")
    report = finished(shop, created(shop))
    path = f"{REPORTS}/{report['reportId']}"
    document = f"{DOCUMENTS}/{report['reportDocumentId']}"
    shop.advance(89 * DAY)
    assert shop.call("GET", path).status_code == 200
    assert shop.call("GET", document).status_code == 200
    assert len(listed(shop, LISTINGS)) == 1
    shop.advance(2 * DAY)
    assert shop.call("GET", path).status_code == 404
    assert shop.call("GET", document).status_code == 404
    assert listed(shop, LISTINGS) == []


# === CONTENTS === #


def read(shop, document_id):
    """Return a document's content, unpacked, and its content type."""
    location = shop.call("GET", f"{DOCUMENTS}/{document_id}").json()
    assert location["reportDocumentId"] == document_id
    answer = shop.http.get(location["url"])
    packed = location.get("compressionAlgorithm") == "GZIP"
    content = gzip.decompress(answer.content) if packed else answer.content
    return content, answer.headers["content-type"]


def test_report_on_listings(shop):
    place = {"marketplace_id": DE}
    price = [{"schedule": [{"value_with_tax": 49.9}]}]
    offer = {"currency": "EUR", "audience": "ALL", "our_price": price, **place}
    stock = {"fulfillment_channel_code": "DEFAULT", "quantity": 5}
    name = [{"value": "Koffer\tgroß", "language_tag": "de_DE", **place}]
    put(
        shop,
        "R-1",
        item_name=name,
        purchasable_offer=[offer],
        fulfillment_availability=[stock],
    )
    put(shop, "R-2")
    report = finished(shop, created(shop))
    content, media = read(shop, report["reportDocumentId"])
    assert media == "text/plain;charset=UTF-8"
    assert content.startswith(b"\xef\xbb\xbfitem-name\titem-description\tlisting-id\t")
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    first, second = csv.DictReader(text, delimiter="\t")
    assert len(first) == 29
    assert first["item-name"] == "Koffer groß"
    assert (first["seller-sku"], first["price"], first["quantity"]) == (
        "R-1",
        "49.90",
        "5",
    )
    assert (first["product-id"], first["product-id-type"]) == ("4006381333931", "4")
    assert (first["item-condition"], first["asin1"][:2]) == ("11", "B0")
    assert (first["status"], second["status"]) == ("Active", "Inactive")
    assert (second["price"], second["quantity"]) == ("", "")


def test_report_is_about_its_marketplace_and_status(shop):
    put(shop, "R-1")
    active = finished(shop, created(shop, "GET_MERCHANT_LISTINGS_DATA"))
    assert active["processingStatus"] == "CANCELLED"
    inactive = finished(shop, created(shop, "GET_MERCHANT_LISTINGS_INACTIVE_DATA"))
    assert inactive["processingStatus"] == "DONE"
    french = finished(shop, created(shop, marketplaceIds=[FR]))
    assert french["processingStatus"] == "CANCELLED"


def test_american_reports_are_in_latin_letters(shop):
    american = Raw(shop.simulator)
    american.seller = shop.simulator.sellers[1]
    place = "ATVPDKIKX0DER"
    here = {"marketplace_id": place}
    text = {"language_tag": "en_US", **here}
    identifier = {"type": "upc", "value": "036000291452", **here}
    content = {
        "productType": "PRODUCT",
        "attributes": {
            "item_name": [{"value": "Café ☃", **text}],
            "brand": [{"value": "Acme", **text}],
            "condition_type": [{"value": "new_new", **here}],
            "externally_assigned_product_identifier": [identifier],
        },
    }
    put = american.item("PUT", "A-1", json=content, params={"marketplaceIds": place})
    assert put.json()["status"] == "ACCEPTED"
    report = finished(american, created(american, marketplaceIds=[place]))
    data, media = read(american, report["reportDocumentId"])
    assert media == "text/plain;charset=ISO-8859-1"
    assert "Café ?" in data.decode("iso-8859-1")


@pytest.mark.parametrize(
    ("place", "charset", "codec", "kept"),
    [
        ("A1VC38T7YXB528", "Windows-31J", "cp932", "①髙"),
        ("A39IBJ37TRP1C6", "UTF-8", "utf-8", "①髙"),
        ("ATVPDKIKX0DER", "ISO-8859-1", "iso-8859-1", "??"),
    ],
)
def test_charset_follows_the_marketplace(place, charset, codec, kept):
    media = content_type(REPORT_TYPES[LISTINGS], (place,))
    assert media == f"text/plain;charset={charset}"
    assert b"".join(tabbed([["①髙", None]], (place,))).decode(codec) == f"{kept}\t\r\n"


# === MADE BY AMAZON === #


@pytest.mark.parametrize("compressed", [True, False])
def test_report_that_amazon_made(shop, compressed):
    seller_id = shop.seller["seller_id"]
    report_id = shop.simulator.add_report(
        seller_id,
        SETTLEMENT,
        [DE],
        b"\xff\x00 odd",
        content_type="text/plain;charset=Cp1252",
        compressed=compressed,
        data_start="2026-09-01T00:00:00Z",
        data_end="2026-09-14T00:00:00Z",
    )
    (found,) = listed(shop, SETTLEMENT)
    assert (found["reportId"], found["processingStatus"]) == (report_id, "DONE")
    assert found["dataStartTime"] == "2026-09-01T00:00:00.000Z"
    location = shop.call("GET", f"{DOCUMENTS}/{found['reportDocumentId']}").json()
    assert ("compressionAlgorithm" in location) == compressed
    content, media = read(shop, found["reportDocumentId"])
    assert content == b"\xff\x00 odd"
    assert media == "text/plain;charset=Cp1252"


@pytest.mark.parametrize(
    "changes",
    [
        {"seller_id": "NOBODY"},
        {"report_type": "GET_EVERYTHING"},
        {"marketplace_ids": ["ATVPDKIKX0DER"]},
        {"marketplace_ids": None},
        {"content_base64": "%"},
        {"data_start": "once"},
    ],
)
def test_nonsense_is_no_report(shop, changes):
    values = {
        "seller_id": shop.seller["seller_id"],
        "report_type": SETTLEMENT,
        "marketplace_ids": [DE],
        "content_base64": "eA==",
        **changes,
    }
    assert shop.http.post("/_admin/reports", json=values).status_code == 400


# === RESTRICTED DATA === #


@pytest.fixture
def restricted(shop):
    """The document of a report on orders."""
    shop.simulator.add_report(shop.seller["seller_id"], ORDERS, [DE], b"order-id\r\n")
    (found,) = listed(shop, ORDERS)
    return found["reportDocumentId"]


def test_personal_data_needs_a_token_for_just_this_document(shop, restricted):
    path = f"{DOCUMENTS}/{restricted}"
    assert shop.call("GET", path).status_code == 403
    answer = rdt(shop, restricted)
    assert answer.status_code == 200
    assert answer.json()["expiresIn"] == 3600
    headers = {"x-amz-access-token": answer.json()["restrictedDataToken"]}
    location = shop.bare("GET", path, headers=headers)
    assert location.status_code == 200
    assert shop.http.get(location.json()["url"]).content == b"order-id\r\n"
    shop.simulator.add_report(shop.seller["seller_id"], ORDERS, [DE], b"x")
    other = listed(shop, ORDERS)[0]["reportDocumentId"]
    for wrong in (f"{DOCUMENTS}/{other}", REPORTS, "/sellers/v1/account"):
        refused = shop.bare("GET", wrong, headers=headers)
        assert refused.status_code == 403
    shop.advance(3500)
    assert shop.bare("GET", path, headers=headers).status_code == 200
    shop.advance(110)
    assert shop.bare("GET", path, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "resources",
    [
        None,
        [],
        {},
        ["GET"],
        [{"method": "GET", "path": "/orders/v0/orders", "dataElements": ["x"]}] * 51,
        [{"method": "GET"}],
        [{"method": "PATCH", "path": "/orders/v0/orders"}],
        [{"method": "GET", "path": "/orders/v0/orders"}],
        [{"method": "GET", "path": "/orders/v0/orders", "dataElements": ["shoes"]}],
        [{"method": "GET", "path": "/orders/v0/orders", "dataElements": "buyerInfo"}],
        [{"method": "GET", "path": "/sellers/v1/account"}],
        [{"method": "GET", "path": f"{DOCUMENTS}/never-made"}],
        [{"method": "GET", "path": f"{DOCUMENTS}/{{reportDocumentId}}"}],
    ],
)
def test_token_must_be_asked_for_as_the_model_says(shop, resources):
    answer = shop.call("POST", TOKENS, json={"restrictedResources": resources})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "InvalidInput"


def test_token_for_orders_says_what_data(shop):
    resource = {
        "method": "GET",
        "path": "/orders/v0/orders/028-1111111-1111111/orderItems",
        "dataElements": ["buyerInfo"],
    }
    asked = {"restrictedResources": [resource]}
    assert shop.call("POST", TOKENS, json=asked).status_code == 200
    seller_id = shop.seller["seller_id"]
    shop.simulator.change_seller(seller_id, roles=["Product Listing"])
    assert shop.call("POST", TOKENS, json=asked).status_code == 403


def test_token_for_a_document_is_for_its_method_and_role(shop, restricted):
    assert rdt(shop, restricted, method="PUT").status_code == 400
    seller_id = shop.seller["seller_id"]
    shop.simulator.change_seller(seller_id, roles=["Finance and Accounting"])
    assert rdt(shop, restricted).status_code == 403


def test_feed_documents_and_report_documents_are_kept_apart(shop, restricted):
    path = f"/feeds/2021-06-30/documents/{restricted}"
    assert shop.call("GET", path).status_code == 404
    uploaded = shop.upload(b"{}")
    assert shop.call("GET", f"{DOCUMENTS}/{uploaded}").status_code == 404
    shop.advance(31 * DAY)
    # Reports on orders are kept for a month only.
    assert rdt(shop, restricted).status_code == 400


# === SCHEDULES === #


def scheduled(shop, kind=ORDERS, period="P1D", **changes):
    return shop.call("POST", SCHEDULES, json=body(kind, period=period, **changes))


def schedules(shop, kind=ORDERS):
    params = {"reportTypes": kind}
    return shop.call("GET", SCHEDULES, params=params).json()["reportSchedules"]


def test_schedule_makes_reports_as_time_goes_by(shop):
    first = now(shop) + 3600
    answer = scheduled(shop, nextReportCreationTime=iso(first))
    assert answer.status_code == 201
    schedule_id = answer.json()["reportScheduleId"]
    assert listed(shop) == []
    shop.advance(2 * DAY + 3700)
    wait_for(shop, 3)
    shop.advance(60)
    wait_for(shop, 3, status="CANCELLED")
    found = listed(shop)
    assert {item["reportScheduleId"] for item in found} == {schedule_id}
    starts = [seconds(item["createdTime"]) for item in found[::-1]]
    assert starts == pytest.approx([first, first + DAY, first + 2 * DAY], abs=0.01)
    # Each goes on where the one before it has ended.
    windows = [(item["dataStartTime"], item["dataEndTime"]) for item in found[::-1]]
    assert windows[1][0] == windows[0][1]
    assert windows[2][0] == windows[1][1]
    shown = shop.call("GET", f"{SCHEDULES}/{schedule_id}").json()
    assert seconds(shown["nextReportCreationTime"]) == pytest.approx(
        first + 3 * DAY, abs=0.01
    )


def test_schedule_without_a_time_begins_at_once(shop):
    scheduled(shop, period="PT5M")
    wait_for(shop, 1)


def test_new_schedule_takes_the_place_of_the_old_one(shop):
    later = iso(now(shop) + DAY)
    old = scheduled(shop, nextReportCreationTime=later).json()["reportScheduleId"]
    french = scheduled(shop, marketplaceIds=[FR], nextReportCreationTime=later)
    new = scheduled(shop, period="PT8H", nextReportCreationTime=later)
    wanted = [answer.json()["reportScheduleId"] for answer in (french, new)]
    assert [item["reportScheduleId"] for item in schedules(shop)] == wanted
    assert shop.call("GET", f"{SCHEDULES}/{old}").status_code == 404
    assert schedules(shop)[1]["period"] == "PT8H"


def test_cancelled_schedule_makes_no_more_reports(shop):
    schedule_id = scheduled(shop).json()["reportScheduleId"]
    wait_for(shop, 1)
    answer = shop.call("DELETE", f"{SCHEDULES}/{schedule_id}")
    assert (answer.status_code, answer.json()) == (200, {})
    assert shop.call("DELETE", f"{SCHEDULES}/{schedule_id}").status_code == 404
    shop.advance(3 * DAY)
    # A schedule that begins later has had its turn: so had the one that is gone.
    scheduled(shop, UNSHIPPED)
    wait_for(shop, 1, UNSHIPPED)
    assert len(listed(shop)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"period": None},
        {"period": "P5D"},
        {"reportType": SETTLEMENT},
        {"reportType": LISTINGS},
        {"reportType": "GET_EVERYTHING"},
        {"marketplaceIds": []},
        {"nextReportCreationTime": "soon"},
        {"reportOptions": "none"},
    ],
)
def test_schedule_must_be_as_the_model_says(shop, changes):
    asked = body(ORDERS, **{"period": "P1D", **changes})
    assert shop.call("POST", SCHEDULES, json=asked).status_code == 400


def test_schedules_are_asked_for_by_type(shop):
    assert shop.call("GET", SCHEDULES).status_code == 400


def test_orders_are_scheduled_in_one_form_only(shop):
    assert scheduled(shop, XML_ORDERS).status_code == 201
    assert scheduled(shop, ORDERS).status_code == 400
    assert scheduled(shop, ORDERS, marketplaceIds=[FR]).status_code == 201


@pytest.mark.parametrize(
    ("start", "period", "next_one"),
    [
        ("2027-01-31T08:00:00Z", "P1M", "2027-02-28T08:00:00Z"),
        ("2027-12-15T08:00:00Z", "P1M", "2028-01-15T08:00:00Z"),
        ("2027-12-15T08:00:00Z", "PT84H", "2027-12-18T20:00:00Z"),
    ],
)
def test_periods(start, period, next_one):
    assert after(seconds(start), period) == seconds(next_one)


# === RATES, KILLS, THE PAGE === #


def test_rates_of_reports(shop):
    asked = [shop.call("POST", REPORTS, json={}).status_code for _ in range(16)]
    assert asked == [400] * 15 + [429]
    assert len(shop.simulator.journal(operation="createReport", status=429)) == 1
    shop.advance(60)
    again = [shop.call("POST", REPORTS, json={}).status_code for _ in range(2)]
    assert again == [400, 429]


@pytest.mark.parametrize(
    ("path", "burst", "rate"),
    [
        (f"{REPORTS}?reportTypes={LISTINGS}", 10, "0.0222"),
        (f"{SCHEDULES}?reportTypes={LISTINGS}", 10, "0.0222"),
        (f"{DOCUMENTS}/none", 15, "0.0167"),
        ("/orders/2026-01-01/orders/028-1111111-1111111", 30, "0.5"),
        ("/orders/2026-01-01/orders", 20, "0.0056"),
    ],
)
def test_rates_by_operation(shop, path, burst, rate):
    headers = {"x-amz-access-token": shop.token}
    answers = [shop.bare("GET", path, headers=headers) for _ in range(burst)]
    assert {a.headers.get("x-amzn-RateLimit-Limit") for a in answers} == {rate}
    # As time goes on, a call or two more may have become free.
    more = [shop.bare("GET", path, headers=headers).status_code for _ in range(10)]
    assert 429 in more


def test_killed_simulator_remembers_reports_and_schedules(simulator_factory):
    simulator = simulator_factory(speed=1)
    shop = Raw(simulator)
    put(shop, "K-1")
    report_id = created(shop)
    schedule = scheduled(shop, nextReportCreationTime=iso(now(shop) + 3600)).json()
    simulator.kill()
    simulator.start()
    shop = Raw(simulator)
    assert schedules(shop)[0]["reportScheduleId"] == schedule["reportScheduleId"]
    report = finished(shop, report_id)
    assert b"K-1" in read(shop, report["reportDocumentId"])[0]
    shop.advance(3700)
    wait_for(shop, 1)


def test_page_shows_reports_and_roles(shop):
    report_id = created(shop)
    shop.simulator.change_seller(shop.seller["seller_id"], roles=["Pricing"])
    page = shop.http.get("/").text
    assert report_id in page
    assert "<td>Pricing</td>" in page
    assert "every role" in page
