# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Seller Central's page where a seller lets an app in.

https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.simulator.accounts import Accounts
from deploy.simulator.lwa import Lwa
from deploy.simulator.sellers import Seller

PATH = "/apps/authorize/consent"
PAGE = Template(Path(__file__).with_name("consent.html").read_text(encoding="utf-8"))
# What the page hands on from the request to the answer.
FIELDS = ("application_id", "state", "redirect_uri", "version")
# https://developer-docs.amazon.com/sp-api/docs/authorization-errors
NOT_PUBLISHED = (
    "MD1000",
    "This application is not available. A draft is authorised with version=beta.",
)
NO_REDIRECT = ("MD5101", "The redirect URI is missing or not a web address.")


class Consent:
    """Shows the page, and carries out what the seller decides there."""

    def __init__(self, accounts: Accounts, lwa: Lwa) -> None:
        self._accounts = accounts
        self._lwa = lwa

    def routes(self) -> list[Route]:
        """Return the routes of the page and of its button."""
        return [
            Route(PATH, self._show, methods=["GET"]),
            Route(PATH, self._authorise, methods=["POST"]),
        ]

    async def _show(self, http: Request) -> Response:
        values = dict(http.query_params)
        seller = self._asked(values)
        if not isinstance(seller, Seller):
            return _page(_error(*seller), 400)
        return _page(_form(seller, values))

    async def _authorise(self, http: Request) -> Response:
        form = parse_qs((await http.body()).decode(errors="replace"))
        values = {name: found[0] for name, found in form.items()}
        seller = self._asked(values)
        if not isinstance(seller, Seller):
            return _page(_error(*seller), 400)
        address = await run_in_threadpool(self._answer, seller, values)
        return RedirectResponse(address, 302)

    def _asked(self, values: dict[str, str]) -> Seller | tuple[str, str]:
        """Return the seller who is asked, or code and words of what is wrong."""
        seller = self._accounts.of_app(values.get("application_id", ""))
        if not seller or values.get("version") != "beta":
            return NOT_PUBLISHED
        target = urlsplit(values.get("redirect_uri", ""))
        if target.scheme not in ("http", "https") or not target.netloc:
            return NO_REDIRECT
        return seller

    def _answer(self, seller: Seller, values: dict[str, str]) -> str:
        """Return where to send a seller who has agreed."""
        found = {
            "state": values.get("state", ""),
            "selling_partner_id": seller.seller_id,
            "spapi_oauth_code": self._lwa.give_code(seller, values["redirect_uri"]),
        }
        joint = "&" if urlsplit(values["redirect_uri"]).query else "?"
        return f"{values['redirect_uri']}{joint}{urlencode(found)}"


def _page(content: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(PAGE.substitute(content=content), status)


def _error(code: str, words: str) -> str:
    return f"<h1>Error</h1><p>{escape(words)}</p><p>Error code: <b>{code}</b></p>"


def _form(seller: Seller, values: dict[str, str]) -> str:
    hidden = "".join(
        f"<input type='hidden' name='{name}' value='{escape(values.get(name, ''))}'>"
        for name in FIELDS
    )
    return (
        "<h1>Authorise an application</h1>"
        f"<p>The application <code>{escape(seller.application_id)}</code>"
        f" asks for access to the selling account <b>{escape(seller.name)}</b>"
        f" (<code>{escape(seller.seller_id)}</code>).</p>"
        f"<form method='post' action='{PATH}'>{hidden}"
        "<button>Authorise</button></form>"
    )
