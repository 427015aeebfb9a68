# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operation of the Tokens API: restricted data tokens.

https://developer-docs.amazon.com/sp-api/docs/tokens-api-v2021-03-01-reference
"""

from __future__ import annotations

import re
from typing import Any

from deploy.simulator.answers import Answer, as_json, invalid
from deploy.simulator.documents import Documents
from deploy.simulator.lwa import LIFE, Lwa
from deploy.simulator.report_types import REPORT_TYPES
from deploy.simulator.request import Request
from deploy.simulator.roles import SHIPPING, TAX_INVOICING, TAX_REMITTANCE
from deploy.simulator.routes import REPORTS

MOST = 50
METHODS = ("GET", "PUT", "POST", "DELETE")
DOCUMENT = re.compile(rf"{REPORTS}/documents/([^/{{}}]+)")
# Paths whose token must say what personal data it is for.
ORDERS = re.compile(r"/orders/v0/orders(/[^/]+(/orderItems)?)?")
# https://developer-docs.amazon.com/sp-api/docs/tokens-api-use-case-guide
ELEMENTS = {
    "buyerInfo": (SHIPPING, TAX_INVOICING, TAX_REMITTANCE),
    "shippingAddress": (SHIPPING,),
    "buyerTaxInformation": (TAX_INVOICING, TAX_REMITTANCE),
}


class TokenOperations:
    """One method per operation, named as Amazon names it in snake case."""

    def __init__(self, lwa: Lwa, documents: Documents) -> None:
        self._lwa = lwa
        self._documents = documents

    def create_restricted_data_token(self, request: Request) -> Answer:
        """Give a token for the resources that are named; it lives an hour."""
        body = request.json()
        resources = body.get("restrictedResources")
        if not isinstance(resources, list) or not 1 <= len(resources) <= MOST:
            raise invalid(f"'restrictedResources' must hold 1 to {MOST} resources.")
        if not isinstance(body.get("targetApplication", ""), str):
            raise invalid("'targetApplication' must be a text.")
        pairs = [self._check(request, resource) for resource in resources]
        token = self._lwa.give_restricted(request.seller.seller_id, pairs)
        return as_json({"restrictedDataToken": token, "expiresIn": LIFE})

    def _check(self, request: Request, resource: Any) -> list[str]:
        """Return a resource's method and path.

        :raise Refusal: it is no restricted one, or the app may not have it
        """
        if not isinstance(resource, dict):
            raise invalid("A restricted resource must be an object.")
        method, path = resource.get("method"), resource.get("path")
        if method not in METHODS:
            raise invalid(f"'method' must be one of {', '.join(METHODS)}.")
        if not isinstance(path, str) or not path:
            raise invalid("'path' is required.")
        elements = _elements(resource)
        for element in elements:
            request.need(*ELEMENTS[element])
        document = DOCUMENT.fullmatch(path)
        if method == "GET" and document:
            self._check_document(request, document[1])
        elif method != "GET" or not ORDERS.fullmatch(path):
            raise invalid(f"'{method} {path}' is no restricted resource.")
        elif not elements:
            raise invalid(f"'dataElements' is required for '{path}'.")
        return [method, path]

    def _check_document(self, request: Request, document_id: str) -> None:
        found = self._documents.get(request.seller.seller_id, document_id)
        if not found or "report_type" not in found:
            raise invalid(f"The report document '{document_id}' was not found.")
        request.need(*REPORT_TYPES[found["report_type"]].roles)


def _elements(resource: dict[str, Any]) -> list[str]:
    elements = resource.get("dataElements")
    if elements is None:
        return []
    if not isinstance(elements, list) or not all(e in ELEMENTS for e in elements):
        raise invalid(f"'dataElements' must be some of {', '.join(ELEMENTS)}.")
    return elements
