# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operations of the Product Type Definitions API: what each checks and answers.

https://developer-docs.amazon.com/sp-api/docs/product-type-definitions-api-v2020-09-01-reference
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from deploy.simulator.answers import Answer, as_json, denied, invalid, missing
from deploy.simulator.documents import Documents
from deploy.simulator.product_types import (
    PRODUCT_TYPES,
    REQUIREMENTS,
    ProductType,
    of_seller,
)
from deploy.simulator.request import Request
from deploy.simulator.schemas import meta_schema, schema_of
from deploy.simulator.sellers import MARKETPLACES

SCHEMA_SECONDS = 7 * 86400
VERSION = "SIMULATED_2"
LEVELS = ("NONE", "CHILD", "PARENT")


class DefinitionOperations:
    """One method per operation, named as Amazon names it in snake case."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def search_definitions_product_types(self, request: Request) -> Answer:
        """Show the product types whose name has one of the keywords."""
        request.only("keywords", "marketplaceIds", "itemName", "locale", "searchLocale")
        places = request.places(1)
        words = request.many("keywords")
        if words and request.query.get("itemName"):
            raise invalid("'keywords' and 'itemName' exclude each other.")
        words = [w.lower() for w in words or request.query.get("itemName", "").split()]
        found = [
            {
                "name": kind.name,
                "displayName": kind.display_name,
                "marketplaceIds": list(places),
            }
            for kind in PRODUCT_TYPES.values()
            if not words or any(word in _names(kind) for word in words)
        ]
        return as_json({"productTypes": found, "productTypeVersion": VERSION})

    def get_definitions_product_type(self, request: Request) -> Answer:
        """Show a product type with the address of its schema."""
        request.only(
            "sellerId",
            "marketplaceIds",
            "productTypeVersion",
            "requirements",
            "requirementsEnforced",
            "locale",
            "parentageLevel",
        )
        (place,) = request.places(1)
        kind = _kind(request)
        needed = request.choice("requirements", "LISTING", REQUIREMENTS)
        enforced = request.choice(
            "requirementsEnforced", "ENFORCED", ("ENFORCED", "NOT_ENFORCED")
        )
        level = None
        if "parentageLevel" in request.query:
            level = request.choice("parentageLevel", "", LEVELS).lower()
        schema = schema_of(
            kind, needed, place, enforced=enforced == "ENFORCED", level=level
        )
        locale = request.query.get("locale", "DEFAULT")
        own = MARKETPLACES[place].languages[0]
        shown = {
            "metaSchema": self._link(meta_schema()),
            "schema": self._link(schema),
            "requirements": needed,
            "requirementsEnforced": enforced,
            "propertyGroups": kind.groups(needed),
            "locale": own if locale == "DEFAULT" else locale,
            "marketplaceIds": [place],
            "productType": kind.name,
            "displayName": kind.display_name,
            "productTypeVersion": {"version": VERSION, "latest": True},
        }
        return as_json(shown)

    def _link(self, schema: dict[str, Any]) -> dict[str, Any]:
        content = json.dumps(schema).encode()
        document_id = self._documents.keep_plain(content)
        url = self._documents.address(document_id, "GET", SCHEMA_SECONDS)
        digest = hashlib.md5(content, usedforsecurity=False).digest()
        checksum = base64.b64encode(digest).decode()
        return {"link": {"resource": url, "verb": "GET"}, "checksum": checksum}


def _kind(request: Request) -> ProductType:
    """Return the product type that is asked for, with the seller's own values if the
    seller is named.

    :raise Refusal: there is none, or it is another seller's
    """
    name, seller_id = request.path["productType"], request.query.get("sellerId")
    if seller_id and seller_id != request.seller.seller_id:
        raise denied("The access token does not belong to this seller.")
    found = of_seller(name, seller_id) if seller_id else PRODUCT_TYPES.get(name)
    if found is None:
        raise missing(f"Product type '{name}'")
    return found


def _names(kind: ProductType) -> str:
    return f"{kind.name} {kind.display_name}".lower()
