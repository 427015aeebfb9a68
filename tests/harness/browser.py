# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from deploy.console import Problem, step
from deploy.paths import TEST

PICTURES = TEST / "screenshots"

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def ensure_chromium() -> str:
    """Return the path of Chromium, installed from Debian when root and missing.

    :raise Problem: it is missing and cannot be installed
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    hint = "Install Debian's package chromium."
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Problem("There is no Chromium for the browser tests.", hint)
    with step("Installing Debian's package chromium"):
        for command in (
            ["update"],
            ["install", "-y", "--no-install-recommends", "chromium"],
        ):
            subprocess.run(
                ["apt-get", "-qq", *command],
                check=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
    path = shutil.which("chromium")
    if not path:
        raise Problem("Chromium could not be installed.", hint)
    return path


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Yield a headless browser."""
    path = ensure_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


def sign_in(browser: Browser, url: str) -> Page:
    """Return a page of the web client, signed in as the administrator."""
    page = browser.new_page(
        viewport={"width": 1440, "height": 900}, ignore_https_errors=True
    )
    page.set_default_timeout(30_000)
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    return page


def picture(page: Page, name: str) -> None:
    """Keep what the page shows; ``make pictures`` takes some of it into the docs."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    # Menus and messages move into their places.
    page.wait_for_timeout(400)
    page.screenshot(path=PICTURES / f"{name}.png")
