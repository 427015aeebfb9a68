# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A shop manager sends products by hand: looks first, starts, and reads the end."""

from __future__ import annotations

import pytest

from tests.harness.browser import picture, sign_in
from tests.system.scenario import Shop, product_values

ACTION = "integrator_amazon_catalog.amazon_resync_wizard_action"
RUNS = "integrator_amazon_catalog.amazon_resync_action"
COUNT = 30


@pytest.fixture(scope="module")
def shop(odoo, simulator_factory, connect_account):
    """An account that sends by hand only, and products that Amazon does not know."""
    simulator = simulator_factory(speed=60)
    account = connect_account(odoo, simulator)
    values = {"automatic": False, "image_required": False, "sync_interval": 1}
    odoo.write("amazon.account", [account], values)
    odoo.call(
        "product.product",
        "create",
        [product_values("HAND", list_price=50.0) for _n in range(COUNT)]
        + [product_values("HAND", list_price=50.0, amazon_brand=False)],
    )
    return Shop(odoo, simulator, [account])


@pytest.fixture(scope="module")
def page(browser, shop):
    """The web client, signed in."""
    found = sign_in(browser, shop.odoo.url)
    yield found
    found.close()


def open_wizard(page, shop):
    page.goto(f"{shop.odoo.url}/odoo/action-{RUNS}")
    page.wait_for_selector(".o_content")
    page.click("[data-menu-xmlid='integrator_amazon.menu_amazon']")
    page.click(
        "[data-menu-xmlid='integrator_amazon_catalog.menu_amazon_resync_wizard']"
    )
    page.wait_for_selector(".modal [name=account_ids]")


def wait_for_state(page, state, timeout=180):
    """Press Refresh, as a person does, until the run is in *state*."""
    for _turn in range(timeout):
        current = page.locator(".o_statusbar_status button.o_arrow_button_current")
        if current.get_attribute("data-value") == state:
            return
        refresh = page.locator("button[name=action_refresh]")
        if refresh.count() and refresh.is_enabled():
            refresh.click()
        page.wait_for_timeout(1000)
    raise AssertionError(f"the run is not {state} after {timeout} s")


def count(page, name):
    return int(page.inner_text(f".o_form_view [name={name}]").replace(",", ""))


def test_products_are_looked_at_then_sent(page, shop):
    open_wizard(page, shop)
    picture(page, "resync-wizard")
    page.click(".modal button[name=action_preview]")
    page.wait_for_selector(".o_form_view button[name=action_cancel]")
    wait_for_state(page, "previewed")
    assert count(page, "new_count") == 2 * COUNT
    assert count(page, "refused_count") == 2
    assert not shop.at_amazon("HAND-00001")
    picture(page, "resync-preview")
    page.click(".nav-link[name=causes]")
    assert "brand" in page.inner_text("[name=cause_html]").lower()
    picture(page, "resync-causes")
    page.click(".nav-link[name=samples]")
    assert page.locator("[name=line_ids] .o_data_row").count() == 50
    picture(page, "resync-samples")

    page.click("button[name=action_start]")
    page.wait_for_selector("button[name=action_refresh]")
    picture(page, "resync-running")
    wait_for_state(page, "done")
    assert count(page, "success_count") == COUNT
    assert count(page, "error_count") == 1
    text = page.inner_text("[name=result_html]")
    assert "Accepted by Amazon" in text
    assert "brand" in text.lower()
    picture(page, "resync-done")
    found = shop.simulator.listings()
    assert len({item["sku"] for item in found}) == COUNT


def test_second_press_opens_the_run_that_is_there(page, shop):
    runs = []
    for _turn in range(2):
        open_wizard(page, shop)
        page.click(".modal button[name=action_preview]")
        page.wait_for_selector(".o_form_view button[name=action_cancel]")
        wait_for_state(page, "previewed")
        runs.append(page.inner_text(".o_form_view [name=name]"))
    assert runs[0] == runs[1]
    assert count(page, "unchanged_count") == 2 * COUNT


def test_errors_are_gathered_by_cause(page, shop):
    page.goto(
        f"{shop.odoo.url}/odoo/action-integrator_amazon.amazon_message_cause_action"
    )
    page.wait_for_selector(".o_list_view .o_data_row")
    row = page.locator(".o_data_row").first
    assert "brand" in row.inner_text().lower()
    picture(page, "errors-by-cause")
    row.locator("button[name=action_view_messages]").click()
    page.wait_for_selector(".o_list_view .o_data_row [name=key]")
    assert page.locator(".o_data_row").count() == 2
