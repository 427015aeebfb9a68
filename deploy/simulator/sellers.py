# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who sells here, and in which marketplaces.

https://developer-docs.amazon.com/sp-api/docs/marketplace-ids
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEFAULT = Path(__file__).with_name("sellers.json")

# id: name, country, currency, language, domain, region
MARKETPLACES: dict[str, tuple[str, str, str, str, str, str]] = {
    "ATVPDKIKX0DER": ("Amazon.com", "US", "USD", "en_US", "www.amazon.com", "na"),
    "A2EUQ1WTGCTBG2": ("Amazon.ca", "CA", "CAD", "en_CA", "www.amazon.ca", "na"),
    "A1AM78C64UM0Y8": (
        "Amazon.com.mx",
        "MX",
        "MXN",
        "es_MX",
        "www.amazon.com.mx",
        "na",
    ),
    "A1PA6795UKMFR9": ("Amazon.de", "DE", "EUR", "de_DE", "www.amazon.de", "eu"),
    "A13V1IB3VIYZZH": ("Amazon.fr", "FR", "EUR", "fr_FR", "www.amazon.fr", "eu"),
    "APJ6JRA9NG5V4": ("Amazon.it", "IT", "EUR", "it_IT", "www.amazon.it", "eu"),
    "A1RKKUPIHCS9HS": ("Amazon.es", "ES", "EUR", "es_ES", "www.amazon.es", "eu"),
    "A1805IZSGTT6HS": ("Amazon.nl", "NL", "EUR", "nl_NL", "www.amazon.nl", "eu"),
    "A1F83G8C2ARO7P": ("Amazon.co.uk", "GB", "GBP", "en_GB", "www.amazon.co.uk", "eu"),
    "A1VC38T7YXB528": ("Amazon.co.jp", "JP", "JPY", "ja_JP", "www.amazon.co.jp", "fe"),
}


@dataclass(frozen=True)
class Seller:
    """A seller account with the keys of its app."""

    seller_id: str
    name: str
    region: str
    marketplace_ids: tuple[str, ...]
    lwa_client_id: str
    lwa_client_secret: str
    refresh_token: str


def load_sellers(path: Path = DEFAULT) -> dict[str, Seller]:
    """Return the sellers of a JSON file, by seller id."""
    found = json.loads(path.read_text())
    return {
        item["seller_id"]: Seller(
            **{**item, "marketplace_ids": tuple(item["marketplace_ids"])}
        )
        for item in found
    }


def participation(marketplace_id: str) -> dict[str, Any]:
    """Return a marketplace as getMarketplaceParticipations shows it."""
    name, country, currency, language, domain, _region = MARKETPLACES[marketplace_id]
    return {
        "marketplace": {
            "id": marketplace_id,
            "name": name,
            "countryCode": country,
            "defaultCurrencyCode": currency,
            "defaultLanguageCode": language,
            "domainName": domain,
        },
        "participation": {"isParticipating": True, "hasSuspendedListings": False},
        "storeName": f"{name} store",
    }
