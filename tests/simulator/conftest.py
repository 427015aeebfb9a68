# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A simulator of each module's own, and two ways to talk to it."""

from __future__ import annotations

import gzip
import json
import ssl
import time

import httpx
import pytest

DE, FR = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
JSON = "application/json; charset=UTF-8"
# Addresses live for 300 simulated seconds: long enough for a slow machine.
SPEED = 120


@pytest.fixture(scope="module")
def simulator(simulator_factory):
    """Amazon on a fast clock: two minutes there are a second here."""
    return simulator_factory(speed=SPEED)


class Raw:
    """Bare HTTP to the simulator, signed in as its first seller."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.seller = simulator.sellers[0]
        self.http = httpx.Client(
            base_url=simulator.url,
            verify=ssl.create_default_context(cadata=simulator.ca_pem),
            timeout=20,
            trust_env=False,
        )
        self.token = self.sign_in()["access_token"]

    def sign_in(self, **changes):
        form = {
            "grant_type": "refresh_token",
            "client_id": self.seller["lwa_client_id"],
            "client_secret": self.seller["lwa_client_secret"],
            "refresh_token": self.seller["refresh_token"],
            **changes,
        }
        return self.http.post("/auth/o2/token", data=form).json()

    def call(self, method, path, **options):
        """Make a call with a valid token; options as httpx takes them."""
        self.token = self.sign_in()["access_token"]
        headers = {"x-amz-access-token": self.token, **options.pop("headers", {})}
        return self.http.request(method, path, headers=headers, **options)

    def item(self, method, sku, **options):
        """Call an operation on one listing in Germany."""
        path = f"/listings/2021-08-01/items/{self.seller['seller_id']}/{sku}"
        params = {"marketplaceIds": DE, **options.pop("params", {})}
        return self.call(method, path, params=params, **options)

    def new_document(self):
        path = "/feeds/2021-06-30/documents"
        return self.call("POST", path, json={"contentType": JSON}).json()

    def upload(self, content):
        """Upload a document; return its id."""
        document = self.new_document()
        put = self.http.put(
            document["url"], content=content, headers={"content-type": JSON}
        )
        assert put.status_code == 200, put.text
        return document["feedDocumentId"]

    def submit(self, content, feed_type="JSON_LISTINGS_FEED"):
        """Upload and submit a feed; return its id."""
        answer = self.call(
            "POST",
            "/feeds/2021-06-30/feeds",
            json={
                "feedType": feed_type,
                "marketplaceIds": [DE],
                "inputFeedDocumentId": self.upload(content),
            },
        )
        assert answer.status_code == 202, answer.text
        return answer.json()["feedId"]

    def finished(self, feed_id):
        """Wait until a feed is worked through; return it."""
        for _ in range(200):
            feed = self.call("GET", f"/feeds/2021-06-30/feeds/{feed_id}").json()
            if feed["processingStatus"] in ("DONE", "FATAL", "CANCELLED"):
                return feed
            time.sleep(0.05)
        raise AssertionError("the feed is not worked through")

    def report_on(self, *messages, header=None):
        """Submit messages; return the processing report."""
        document = {
            "header": header
            or {"sellerId": self.seller["seller_id"], "version": "2.0"},
            "messages": list(messages),
        }
        feed = self.finished(self.submit(json.dumps(document).encode()))
        return self.read(feed["resultFeedDocumentId"])

    def read(self, document_id):
        """Download a result document."""
        path = f"/feeds/2021-06-30/documents/{document_id}"
        location = self.call("GET", path).json()
        answer = self.http.get(location["url"])
        if location.get("compressionAlgorithm") == "GZIP":
            return json.loads(gzip.decompress(answer.content))
        return answer.json()


@pytest.fixture
def raw(simulator):
    """Bare HTTP, with all faults gone and all quotas fresh."""
    simulator.reset()
    found = Raw(simulator)
    yield found
    found.http.close()


def attributes(**changes):
    """Return the attributes of a complete listing in Germany."""
    place, text = (
        {"marketplace_id": DE},
        {"language_tag": "de_DE", "marketplace_id": DE},
    )
    found = {
        "item_name": [{"value": "Koffer", **text}],
        "brand": [{"value": "Acme", **text}],
        "condition_type": [{"value": "new_new", **place}],
        "externally_assigned_product_identifier": [
            {"type": "ean", "value": "4006381333931", **place}
        ],
        **changes,
    }
    return {name: value for name, value in found.items() if value is not None}


def update(number, sku, **changes):
    """Return an UPDATE message with a complete listing."""
    return {
        "messageId": number,
        "sku": sku,
        "operationType": "UPDATE",
        "productType": "PRODUCT",
        "requirements": "LISTING",
        "attributes": attributes(**changes),
    }


def patch(number, sku, *patches):
    """Return a PATCH message."""
    return {
        "messageId": number,
        "sku": sku,
        "operationType": "PATCH",
        "productType": "PRODUCT",
        "patches": list(patches),
    }
