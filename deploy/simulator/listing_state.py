# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What follows from a listing's attributes: its status, and what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from deploy.simulator import listing_view
from deploy.simulator.clock import iso, seconds
from deploy.simulator.images import ImageBook
from deploy.simulator.listing_book import image_urls
from deploy.simulator.validation import Finding

Listing = dict[str, Any]
# Amazon documents no code for these three; those here are inferred, each from the
# range in which Amazon's own codes on prices, images and attributes lie.
PRICE_OUT_OF_BOUNDS = "90246"
NO_IMAGE = "20001"
SMALL_IMAGE = "20005"
ATTRIBUTE_DROPPED = "100476"
ASIN_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MAIN_IMAGES = ("main_product_image_locator", "main_offer_image_locator")
# https://sellercentral.amazon.com/help/hub/reference/G1881
LEAST_PIXELS = 500


def settle(listing: Listing, known: ImageBook) -> Listing:
    """Return a listing with the status and the issues that it has now.

    Its issues are what was said to the last submission, what was found out about it
    afterwards, and what does not go together in it.
    """
    attributes = listing["attributes"]
    by_name = image_urls(attributes)
    facts = known.known({url for urls in by_name.values() for url in urls})
    images = {
        name: [(url, facts.get(url)) for url in urls] for name, urls in by_name.items()
    }
    found = [*_price_findings(attributes), *_image_findings(images)]
    issues = [listing_view.as_issue(finding) for finding in found]
    forced = listing.get("forced_status")
    return {
        **listing,
        "issues": [*listing["said"], *listing["late"], *issues],
        "status": status_of(attributes) if forced is None else forced,
        "main_image": _main_image(images),
    }


def status_of(attributes: dict[str, Any]) -> list[str]:
    """Return the status: buyable is what has a price that is live and is in stock.

    What Amazon ships is in stock, for all that anybody here knows.
    """
    stock = attributes.get(listing_view.AVAILABILITY) or []
    in_stock = listing_view.is_fba(attributes) or any(
        (item.get("quantity") or 0) > 0 or item.get("is_inventory_available")
        for item in stock
    )
    if not in_stock or listing_view.is_parent(attributes):
        return ["DISCOVERABLE"]
    live = listing_view.live_offers(attributes)
    return ["BUYABLE", "DISCOVERABLE"] if live else ["DISCOVERABLE"]


def _price_findings(attributes: dict[str, Any]) -> Iterator[Finding]:
    for offer in attributes.get(listing_view.OFFER) or []:
        price = listing_view.our_price(offer)
        if price is None or listing_view.within_limits(offer):
            continue
        yield Finding(
            PRICE_OUT_OF_BOUNDS,
            f"Your price {price} lies outside of your minimum and maximum allowed"
            " price. The offer is inactive until it lies within them.",
            listing_view.OFFER,
            category="INVALID_PRICE",
            action="LISTING_SUPPRESSED",
        )


def _image_findings(
    images: dict[str, list[tuple[str, dict[str, Any] | None]]],
) -> Iterator[Finding]:
    for name, several in images.items():
        for url, image in several:
            if image and image["state"] == "failed":
                words = f"The image {url} could not be fetched: {image['problem']}."
                yield _image_finding(NO_IMAGE, words, name)
            elif image and _too_small(name, image):
                words = f"The image {url} has {image['width']} x {image['height']}"
                words += f" pixels; {LEAST_PIXELS} on the longer side are the least."
                yield _image_finding(SMALL_IMAGE, words, name)


def _image_finding(code: str, words: str, name: str) -> Finding:
    return Finding(code, words, name, "WARNING", "INVALID_IMAGE")


def _too_small(name: str, image: dict[str, Any]) -> bool:
    fetched = image["state"] == "fetched" and name in MAIN_IMAGES
    return fetched and max(image["width"], image["height"]) < LEAST_PIXELS


def _main_image(
    images: dict[str, list[tuple[str, dict[str, Any] | None]]],
) -> dict[str, Any] | None:
    for url, image in images.get(MAIN_IMAGES[0], []):
        if image and image["state"] == "fetched":
            sides = {"height": image["height"], "width": image["width"]}
            return {"link": url, **sides}
        if image and image["state"] == "elsewhere":
            # Nobody has looked at it; what Amazon shows is never smaller.
            return {"link": url, "height": LEAST_PIXELS, "width": LEAST_PIXELS}
    return None


def with_timestamps(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return attributes with the dates of offers as points in time.

    Amazon returns them so even if dates were sent.
    """
    offers = attributes.get(listing_view.OFFER)
    if not offers:
        return attributes
    return {**attributes, listing_view.OFFER: [_timed(offer) for offer in offers]}


def _timed(offer: dict[str, Any]) -> dict[str, Any]:
    found = dict(offer)
    for name in ("start_at", "end_at"):
        if found.get(name):
            found[name] = {"value": _moment(found[name]["value"])}
    if found.get("discounted_price"):
        found["discounted_price"] = [
            {**price, "schedule": [_timed_part(part) for part in price["schedule"]]}
            for price in found["discounted_price"]
        ]
    return found


def _timed_part(part: dict[str, Any]) -> dict[str, Any]:
    dates = {name: _moment(part[name]) for name in ("start_at", "end_at")}
    return {**part, **dates}


def _moment(text: str) -> str:
    return iso(seconds(text))


def asin_of(
    seller_id: str,
    sku: str,
    attributes: dict[str, Any],
    known: Listing | None = None,
) -> str:
    """Return the ASIN: the suggested one, the one it had before Odoo came, or one that
    follows from the identifier."""
    suggested = listing_view.first(attributes, "merchant_suggested_asin")
    if suggested:
        return str(suggested)
    if known and known.get("given_asin"):
        return str(known["given_asin"])
    identifier = (
        listing_view.first(attributes, listing_view.IDENTIFIER) or f"{seller_id}/{sku}"
    )
    digest = hashlib.sha256(str(identifier).encode()).digest()
    number = int.from_bytes(digest[:8], "big")
    letters = ""
    for _ in range(8):
        number, place = divmod(number, len(ASIN_LETTERS))
        letters += ASIN_LETTERS[place]
    return f"B0{letters}"
