# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Listings Items API 2021-08-01.

https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import answers
from .common import Operations, segment

LISTINGS = "/listings/2021-08-01/items"


class Listings(Operations):
    """Single listings of the seller."""

    def get_listings_item(
        self,
        sku: str,
        marketplace_id: str,
        *,
        included_data: Sequence[str] = (),
        issue_locale: str | None = None,
    ) -> dict[str, Any]:
        """Return a listing as Amazon shows it."""
        query = {
            "marketplaceIds": [marketplace_id],
            "includedData": included_data,
            "issueLocale": issue_locale,
        }
        return self._transport.call(
            "getListingsItem", "GET", self._item(sku), answers.read_item, query=query
        )

    def put_listings_item(
        self,
        sku: str,
        marketplace_id: str,
        body: Mapping[str, Any],
        *,
        mode: str | None = None,
    ) -> dict[str, Any]:
        """Create or replace a listing; mode VALIDATION_PREVIEW writes nothing."""
        return self._submit("putListingsItem", "PUT", sku, [marketplace_id], body, mode)

    def patch_listings_item(
        self,
        sku: str,
        marketplace_ids: Sequence[str],
        body: Mapping[str, Any],
        *,
        mode: str | None = None,
    ) -> dict[str, Any]:
        """Change some attributes of a listing."""
        operation = "patchListingsItem"
        return self._submit(operation, "PATCH", sku, marketplace_ids, body, mode)

    def delete_listings_item(self, sku: str, marketplace_id: str) -> dict[str, Any]:
        """End a listing in just this marketplace.

        The library's own method ignores the marketplace it is given.
        """
        operation = "deleteListingsItem"
        return self._submit(operation, "DELETE", sku, [marketplace_id], None, None)

    def search_listings_items(
        self,
        marketplace_id: str,
        *,
        skus: Sequence[str] = (),
        included_data: Sequence[str] = (),
        page_size: int = 20,
        page_token: str | None = None,
    ) -> dict[str, Any]:
        """Return a page of listings, of up to 20 SKUs if they are named."""
        query = {
            "marketplaceIds": [marketplace_id],
            "identifiers": skus,
            "identifiersType": "SKU" if skus else None,
            "includedData": included_data,
            "pageSize": page_size,
            "pageToken": page_token,
        }
        path = f"{LISTINGS}/{segment(self.seller_id)}"
        return self._transport.call(
            "searchListingsItems", "GET", path, answers.read_item_page, query=query
        )

    def _submit(
        self,
        operation: str,
        method: str,
        sku: str,
        marketplace_ids: Sequence[str],
        body: Mapping[str, Any] | None,
        mode: str | None,
    ) -> dict[str, Any]:
        return self._transport.call(
            operation,
            method,
            self._item(sku),
            answers.read_submission,
            query={"marketplaceIds": marketplace_ids, "mode": mode},
            body=dict(body or {}),
        )

    def _item(self, sku: str) -> str:
        return f"{LISTINGS}/{segment(self.seller_id)}/{segment(sku)}"
