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
import spapi

DE, FR = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
JSON = "application/json; charset=UTF-8"
# Addresses live for 300 simulated seconds: long enough for a slow machine.
SPEED = 120


@pytest.fixture(scope="module")
def simulator(simulator_factory):
    """Amazon on a fast clock: two minutes there are a second here."""
    return simulator_factory(speed=SPEED)


@pytest.fixture(scope="module")
def calm(simulator_factory):
    """Amazon on a clock that only moves far when a test lets it."""
    return simulator_factory(speed=1)


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
        """Make a call with a valid token in the seller's region; options of httpx."""
        self.token = self.sign_in()["access_token"]
        headers = {"x-amz-access-token": self.token, **options.pop("headers", {})}
        return self.bare(method, path, headers=headers, **options)

    def bare(self, method, path, **options):
        """Make a call in the seller's region with just what is given."""
        return self.http.request(method, f"/{self.seller['region']}{path}", **options)

    def item(self, method, sku, **options):
        """Call an operation on one listing in Germany."""
        path = f"/listings/2021-08-01/items/{self.seller['seller_id']}/{sku}"
        params = {"marketplaceIds": DE, **options.pop("params", {})}
        return self.call(method, path, params=params, **options)

    def new_document(self, media=JSON):
        path = "/feeds/2021-06-30/documents"
        return self.call("POST", path, json={"contentType": media}).json()

    def upload(self, content, media=JSON):
        """Upload a document; return its id."""
        document = self.new_document(media)
        put = self.http.put(
            document["url"], content=content, headers={"content-type": media}
        )
        assert put.status_code == 200, put.text
        return document["feedDocumentId"]

    def submit(self, content, feed_type="JSON_LISTINGS_FEED", places=(DE,)):
        """Upload and submit a feed; return its id."""
        answer = self.call(
            "POST",
            "/feeds/2021-06-30/feeds",
            json={
                "feedType": feed_type,
                "marketplaceIds": list(places),
                "inputFeedDocumentId": self.upload(content),
            },
        )
        assert answer.status_code == 202, answer.text
        return answer.json()["feedId"]

    def advance(self, seconds):
        """Let simulated time go by at once."""
        self.simulator.admin("clock", "POST", {"advance": seconds})

    def finished(self, feed_id, step=0):
        """Wait until a feed is worked through, *step* by step; return it."""
        for _ in range(200):
            self.advance(step)
            feed = self.call("GET", f"/feeds/2021-06-30/feeds/{feed_id}").json()
            if feed["processingStatus"] in ("DONE", "FATAL", "CANCELLED"):
                return feed
            time.sleep(0.05)
        raise AssertionError("the feed is not worked through")

    def document(self, *messages, header=None):
        """Return a feed's document."""
        own = {"sellerId": self.seller["seller_id"], "version": "2.0"}
        body = {"header": header or own, "messages": list(messages)}
        return json.dumps(body).encode()

    def report_on(self, *messages, header=None, step=0, places=(DE,)):
        """Submit messages; return the processing report."""
        content = self.document(*messages, header=header)
        feed = self.finished(self.submit(content, places=places), step)
        return self.read(feed["resultFeedDocumentId"])

    def read(self, document_id):
        """Download a result document that is JSON."""
        return json.loads(self.download(document_id)[0])

    def download(self, document_id):
        """Return the unpacked content of a result document, and its content type."""
        path = f"/feeds/2021-06-30/documents/{document_id}"
        location = self.call("GET", path).json()
        answer = self.http.get(location["url"])
        packed = location.get("compressionAlgorithm") == "GZIP"
        content = gzip.decompress(answer.content) if packed else answer.content
        return content, answer.headers["content-type"]


@pytest.fixture
def shop(calm):
    """Bare HTTP to the calm simulator, which has forgotten all that was before."""
    calm.admin("reset", "POST")
    found = Raw(calm)
    yield found
    found.http.close()


@pytest.fixture
def raw(simulator):
    """Bare HTTP, with all faults gone and all quotas fresh."""
    simulator.reset()
    found = Raw(simulator)
    yield found
    found.http.close()


class TrustingClient(spapi.SPAPIClient):
    """The SDK's client, trusting the simulator's authority."""

    def _initialize_client(self):
        configuration = spapi.Configuration()
        configuration.host = self.api_base_url
        configuration.access_token_cache = self.access_token_cache
        configuration.ssl_ca_cert = self.config.ca
        self.api_client = spapi.ApiClient(configuration=configuration)


@pytest.fixture
def sdk(simulator, monkeypatch):
    """The SDK signed in as the simulator's first seller."""
    simulator.reset()
    seller = simulator.sellers[0]
    ca = str(simulator.folder / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca)
    config = spapi.SPAPIConfig(
        client_id=seller["lwa_client_id"],
        client_secret=seller["lwa_client_secret"],
        refresh_token=seller["refresh_token"],
        region="EU",
        scope=None,
    )
    config.ca = ca
    client = TrustingClient(
        config,
        oauth_endpoint=f"{simulator.url}/auth/o2/token",
        endpoint=simulator.endpoint(seller),
    )
    return client.api_client


@pytest.fixture
def seller_id(simulator):
    return simulator.sellers[0]["seller_id"]


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
