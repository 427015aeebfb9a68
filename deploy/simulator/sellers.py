# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who sells here, and in which marketplaces.

https://developer-docs.amazon.com/sp-api/docs/marketplace-ids
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

DEFAULT = Path(__file__).with_name("sellers.json")


class Marketplace(NamedTuple):
    """A marketplace; the first of its languages is its own."""

    name: str
    country: str
    currency: str
    languages: tuple[str, ...]
    domain: str
    region: str


def _shop(
    name: str, country: str, currency: str, languages: str, region: str
) -> Marketplace:
    domain = f"www.{name.lower()}"
    return Marketplace(
        name, country, currency, tuple(languages.split()), domain, region
    )


MARKETPLACES: dict[str, Marketplace] = {
    "ATVPDKIKX0DER": _shop("Amazon.com", "US", "USD", "en_US es_US", "na"),
    "A2EUQ1WTGCTBG2": _shop("Amazon.ca", "CA", "CAD", "en_CA fr_CA", "na"),
    "A1AM78C64UM0Y8": _shop("Amazon.com.mx", "MX", "MXN", "es_MX en_US", "na"),
    "A2Q3Y263D00KWC": _shop("Amazon.com.br", "BR", "BRL", "pt_BR", "na"),
    "A1F83G8C2ARO7P": _shop("Amazon.co.uk", "GB", "GBP", "en_GB", "eu"),
    "A1PA6795UKMFR9": _shop(
        "Amazon.de", "DE", "EUR", "de_DE en_GB nl_NL pl_PL tr_TR cs_CZ da_DK", "eu"
    ),
    "A13V1IB3VIYZZH": _shop("Amazon.fr", "FR", "EUR", "fr_FR en_GB", "eu"),
    "APJ6JRA9NG5V4": _shop("Amazon.it", "IT", "EUR", "it_IT en_GB", "eu"),
    "A1RKKUPIHCS9HS": _shop("Amazon.es", "ES", "EUR", "es_ES en_GB pt_PT", "eu"),
    "A1805IZSGTT6HS": _shop("Amazon.nl", "NL", "EUR", "nl_NL en_GB", "eu"),
    "AMEN7PMS3EDWL": _shop("Amazon.com.be", "BE", "EUR", "fr_BE nl_BE en_GB", "eu"),
    "A28R8C7NBKEWEA": _shop("Amazon.ie", "IE", "EUR", "en_IE", "eu"),
    "A2NODRKZP88ZB9": _shop("Amazon.se", "SE", "SEK", "sv_SE en_GB", "eu"),
    "A1C3SOZRARQ6R3": _shop("Amazon.pl", "PL", "PLN", "pl_PL en_GB", "eu"),
    "A33AVAJ2PDY3EV": _shop("Amazon.com.tr", "TR", "TRY", "tr_TR en_GB", "eu"),
    "A2VIGQ35RCS4UG": _shop("Amazon.ae", "AE", "AED", "en_AE ar_AE", "eu"),
    "A17E79C6D8DWNP": _shop("Amazon.sa", "SA", "SAR", "ar_AE en_AE", "eu"),
    "ARBP9OOSHTCHU": _shop("Amazon.eg", "EG", "EGP", "ar_AE en_AE", "eu"),
    "A21TJRUUN4KGV": _shop("Amazon.in", "IN", "INR", "en_IN hi_IN", "eu"),
    "AE08WJ6YKNBMC": _shop("Amazon.co.za", "ZA", "ZAR", "en_ZA", "eu"),
    "A1VC38T7YXB528": _shop("Amazon.co.jp", "JP", "JPY", "ja_JP en_US zh_CN", "fe"),
    "A39IBJ37TRP1C6": _shop("Amazon.com.au", "AU", "AUD", "en_AU", "fe"),
    "A19VAU5U5O7RUS": _shop("Amazon.sg", "SG", "SGD", "en_SG", "fe"),
}


# Shops of the region that are no part of a European unified account (inferred).
OUTSIDE_EUROPE = ("AE", "SA", "EG", "IN", "ZA")


def shares_stock(marketplace_id: str) -> bool:
    """Return whether this is a European shop: they share a seller's stock."""
    place = MARKETPLACES[marketplace_id]
    return place.region == "eu" and place.country not in OUTSIDE_EUROPE


@dataclass(frozen=True)
class Seller:
    """A seller account with the keys of its app, which is a draft at Amazon."""

    seller_id: str
    name: str
    region: str
    marketplace_ids: tuple[str, ...]
    lwa_client_id: str
    lwa_client_secret: str
    refresh_token: str
    application_id: str


def load_sellers(path: Path = DEFAULT) -> dict[str, Seller]:
    """Return the sellers of a JSON file, by seller id.

    :raise ValueError: a seller's marketplace is unknown or of another region
    """
    found = {}
    for item in json.loads(path.read_text()):
        seller = Seller(**{**item, "marketplace_ids": tuple(item["marketplace_ids"])})
        for place in seller.marketplace_ids:
            if place not in MARKETPLACES or MARKETPLACES[place].region != seller.region:
                raise ValueError(f"{seller.name} cannot sell in {place}.")
        found[seller.seller_id] = seller
    return found


def participation(marketplace_id: str) -> dict[str, Any]:
    """Return a marketplace as getMarketplaceParticipations shows it."""
    place = MARKETPLACES[marketplace_id]
    return {
        "marketplace": {
            "id": marketplace_id,
            "name": place.name,
            "countryCode": place.country,
            "defaultCurrencyCode": place.currency,
            "defaultLanguageCode": place.languages[0],
            "domainName": place.domain,
        },
        "participation": {"isParticipating": True, "hasSuspendedListings": False},
        "storeName": f"{place.name} store",
    }
