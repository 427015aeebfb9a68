# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The HTTP connection to Amazon: encrypted, and nothing of the machine's added."""

from __future__ import annotations

import logging
import ssl
from functools import lru_cache

import httpx

from . import errors
from .types import Endpoint

# At INFO httpx writes signed addresses, at DEBUG the library writes tokens; its
# client module sets a level of its own, so its parent's does not reach it.
for _name in ("httpx", "httpcore", "sp_api", "sp_api.base.client"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@lru_cache(maxsize=16)
def _tls_context(ca_certificate: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_certificate:
        context.load_verify_locations(cadata=ca_certificate)
    return context


def http_client(endpoint: Endpoint, timeout: float) -> httpx.Client:
    """Return an HTTP client for *endpoint*; every wait ends after *timeout* s.

    The machine's environment has no say: a proxy or a .netrc of its own would see, or
    add, credentials.

    :raise errors.CertificateError: the CA certificate cannot be read, or an address
        does not begin with https://
    """
    if not all(a.startswith("https://") for a in (endpoint.spapi, endpoint.lwa)):
        raise errors.CertificateError(
            "The addresses of Amazon must begin with https://, or the account's keys "
            "would travel unprotected.",
            operation="connect",
        )
    try:
        context = _tls_context(endpoint.ca_certificate)
    except (ssl.SSLError, TypeError, ValueError):
        raise errors.CertificateError(
            "The CA certificate of the account cannot be read. Paste it in PEM form, "
            "from BEGIN CERTIFICATE to END CERTIFICATE.",
            operation="connect",
        ) from None
    return httpx.Client(
        verify=context, timeout=timeout, trust_env=False, follow_redirects=False
    )
