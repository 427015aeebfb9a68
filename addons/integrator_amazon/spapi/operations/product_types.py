# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Product Type Definitions API 2020-09-01.

https://developer-docs.amazon.com/sp-api/docs/product-type-definitions-api-v2020-09-01-reference
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from typing import Any

from .. import answers, errors
from ..types import DocumentLocation, ProductTypeDefinition
from .common import segment
from .documents import Documents

DEFINITIONS = "/definitions/2020-09-01/productTypes"


class ProductTypes(Documents):
    """What Amazon wants to know of products of a kind."""

    def search_product_types(
        self, marketplace_id: str, *, keywords: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Return the product types of a marketplace: name, displayName."""
        query = {"marketplaceIds": [marketplace_id], "keywords": keywords}
        return self._transport.call(
            "searchDefinitionsProductTypes",
            "GET",
            DEFINITIONS,
            answers.read_product_types,
            query=query,
        )

    def get_product_type_definition(
        self,
        product_type: str,
        marketplace_id: str,
        *,
        requirements: str = "LISTING",
        locale: str | None = None,
        use_seller: bool = True,
    ) -> ProductTypeDefinition:
        """Return a product type; *use_seller* adds what is the seller's own, such as
        the shipping templates."""
        query = {
            "marketplaceIds": [marketplace_id],
            "requirements": requirements,
            "locale": locale,
            "sellerId": self.seller_id if use_seller else None,
        }
        path = f"{DEFINITIONS}/{segment(product_type)}"
        return self._transport.call(
            "getDefinitionsProductType",
            "GET",
            path,
            answers.read_definition,
            query=query,
        )

    def download_schema(self, definition: ProductTypeDefinition) -> dict[str, Any]:
        """Return the JSON schema of a product type."""
        with tempfile.TemporaryFile() as target:
            self.download_document(DocumentLocation(definition.schema_url), target)
            target.seek(0)
            try:
                found = json.load(target)
            except (ValueError, RecursionError):
                found = None
        if not isinstance(found, dict):
            operation = "downloadDocument"
            words = "the schema of the product type is incomplete."
            raise errors.UnavailableError(
                errors.sentence(operation, words), operation=operation
            )
        return found
