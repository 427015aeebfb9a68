# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Login with Amazon: what the sign-in answers, and what its refusals mean.

https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import httpx

from . import errors
from .connection import http_client
from .exchange import Exchange, OnCall, ShapeError, decode, exchange, read_json
from .types import Endpoint

Result = TypeVar("Result")
SIGN_IN = "getAccessToken"
EXCHANGE_CODE = "exchangeAuthorizationCode"
# OAuth's words for "try again later" (RFC 6749, 4.1.2.1).
PASSING = ("server_error", "temporarily_unavailable")
EXPLANATIONS = {
    "invalid_client": "Amazon does not accept the access key or the secret key. Enter "
    "them anew; a secret key ends after 180 days.",
    "invalid_grant": "Amazon does not accept the refresh token. Authorise the app anew "
    "in Seller Central and enter the new token.",
    "unauthorized_client": "The app may not use this refresh token. Check that access "
    "key and refresh token belong to the same app.",
}
CODE_EXPLANATIONS = {
    **EXPLANATIONS,
    "invalid_grant": "Amazon does not accept the authorisation code. It is valid for "
    "five minutes and only once: authorise the app again.",
    "invalid_request": "Amazon misses something in the request. Check the access key, "
    "the secret key and the redirect address of the app, and authorise it again.",
    "unauthorized_client": "The app may not use this authorisation code. Check that "
    "the access key belongs to the app that was authorised.",
}


def ask(
    http: httpx.Client,
    url: str,
    form: Mapping[str, str],
    operation: str,
    read: Callable[[dict[str, Any]], Result],
    on_call: OnCall | None,
) -> Result:
    """Return what *read* makes of the answer of Login with Amazon to *form*.

    :raise errors.SignInError: it refuses the keys, and says why
    :raise errors.SpApiError: no answer, or none that makes sense
    """
    with exchange(operation, "POST", url, on_call) as current:
        response = http.post(url, data=dict(form))
        current.response = response
        current.request_bytes = len(response.request.content)
        current.response_bytes = len(response.content)
        if response.status_code in (400, 401):
            _check_refusal(current, decode(response))
        return read(read_json(current))


def _check_refusal(current: Exchange, said: Any) -> None:
    """Raise a ``SignInError`` if Login with Amazon names a reason of refusal."""
    code = said.get("error") if isinstance(said, dict) else None
    if not isinstance(code, str) or not code or code in PASSING:
        raise current.unavailable("Amazon's sign-in has a problem.")
    table = CODE_EXPLANATIONS if current.operation == EXCHANGE_CODE else EXPLANATIONS
    words = table.get(code) or (
        f"Amazon refuses it ({code[:100]}). Check the keys of the app."
    )
    text = errors.sentence(current.operation, words)
    raise errors.SignInError(text, code=code[:100], **current.facts)


def read_token(said: Mapping[str, Any], name: str) -> str:
    """Return a token of an answer, fit to become a header.

    :raise ShapeError: it is missing, or is none
    """
    token = said.get(name)
    if not isinstance(token, str) or not is_header(token):
        raise ShapeError(f"a usable {name}")
    return token


def read_life(said: Mapping[str, Any], name: str) -> float:
    """Return for how many seconds a token is valid; an hour unless Amazon says.

    :raise ShapeError: it is no number of seconds
    """
    life = said.get(name, 3600)
    if isinstance(life, bool) or not isinstance(life, int | float):
        raise ShapeError(f"a readable {name}")
    # No clock can count further; NaN fails the comparison as well.
    if not 0 <= life < 1e9:
        raise ShapeError(f"a readable {name}")
    return float(life)


def is_header(text: str) -> bool:
    """Return whether *text* can be the value of a header, with nothing hidden in it."""
    return bool(text) and text.isascii() and text.isprintable()


def exchange_authorization_code(
    client_id: str,
    client_secret: str,
    code: str,
    redirect_uri: str,
    endpoint: Endpoint,
    *,
    on_call: OnCall | None = None,
    timeout: float = 30.0,
) -> str:
    """Return the refresh token for the code that a seller's consent has brought.

    The code is valid for five minutes and once. *redirect_uri* must be the one that
    the app has registered.
    https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow

    :raise errors.SignInError: code or keys are not accepted; code says why
    :raise errors.SpApiError: no answer, or none that makes sense
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": client_id,
        "client_secret": client_secret,
    }

    def read(said: dict[str, Any]) -> str:
        return read_token(said, "refresh_token")

    with http_client(endpoint, timeout) as http:
        return ask(http, endpoint.lwa, form, EXCHANGE_CODE, read, on_call)
