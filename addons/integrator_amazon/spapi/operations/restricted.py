# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tokens API 2021-03-01: access to buyers' data.

https://developer-docs.amazon.com/sp-api/docs/tokens-api-v2021-03-01-reference
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import answers
from ..types import RestrictedToken
from .common import Operations


class RestrictedData(Operations):
    """Tokens that open one address each."""

    def create_restricted_data_token(
        self,
        path: str,
        *,
        method: str = "GET",
        data_elements: Sequence[str] = (),
    ) -> RestrictedToken:
        """Return a token for one request with buyers' data.

        :param path: just as it will be asked for, ids and all, without a query
        :param data_elements: only for operations that Amazon names
        """
        resource: dict[str, Any] = {"method": method, "path": path}
        if data_elements:
            resource["dataElements"] = list(data_elements)
        return self._transport.call(
            "createRestrictedDataToken",
            "POST",
            "/tokens/2021-03-01/restrictedDataToken",
            answers.read_restricted_token,
            body={"restrictedResources": [resource]},
        )
