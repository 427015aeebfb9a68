# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a shop manager does and sees, in a real browser.

The README's pictures are made here (make pictures), so that they never go stale.
"""

from __future__ import annotations

from base64 import b64decode

import pytest

from tests.harness.browser import picture, sign_in
from tests.system.scenario import PICTURE, Shop

LISTS_ONLY = ("budgets", "cursors", "deprecations", "mapping", "shipping")


@pytest.fixture(scope="module")
def shop(odoo, simulator_factory, connect_account):
    """One account with two marketplaces, connected as make run does."""
    simulator = simulator_factory(speed=60)
    account = connect_account(odoo, simulator)
    odoo.write("amazon.account", [account], {"sync_interval": 1})
    return Shop(odoo, simulator, [account])


@pytest.fixture(scope="module")
def page(browser, shop):
    """The web client, signed in."""
    found = sign_in(browser, shop.odoo.url)
    yield found
    found.close()


def open_action(page, shop, action, record="", selector=".o_content"):
    page.goto(f"{shop.odoo.url}/odoo/action-{action}{record and f'/{record}'}")
    page.wait_for_selector(selector)


def fill(page, name, value):
    page.fill(f"[name='{name}'] input, [name='{name}'] textarea", value)


def create_product(page, shop, name, brand):
    """Type a product in, as a person does; return the id of its variant."""
    open_action(page, shop, "sale.product_template_action", "new", ".o_form_view")
    fill(page, "name", name)
    page.click(".nav-link[name=general_information]")
    fill(page, "default_code", name.upper().replace(" ", "-"))
    fill(page, "barcode", "4006381333931" if brand else "4006381333948")
    page.locator("[name=image_1920] input[type=file]").set_input_files(
        {"name": "case.png", "mimeType": "image/png", "buffer": b64decode(PICTURE)}
    )
    page.wait_for_selector("[name=image_1920] img[src^='data:']", state="attached")
    page.click(".nav-link[name=amazon]")
    if brand:
        fill(page, "amazon_brand", brand)
    page.click(".o_form_button_save")
    page.wait_for_selector(".o_form_saved, .o_form_button_save", state="attached")
    found = shop.odoo.wait_until(
        lambda: shop.odoo.search_read(
            "product.product", [("name", "=", name)], ["product_tmpl_id"]
        ),
        20,
        "the product was not saved",
    )
    return found[0]["id"], found[0]["product_tmpl_id"][0]


def test_product_typed_in_reaches_amazon(page, shop):
    product, template = create_product(page, shop, "Trolley Case Blue", "Rollfix")
    (row,) = shop.settled(product)
    assert row["amazon_status"] == "success", row["amazon_status_data"]
    (listing, _french) = shop.at_amazon("TROLLEY-CASE-BLUE")
    assert listing["attributes"]["brand"][0]["value"] == "Rollfix"

    open_action(page, shop, "sale.product_template_action", str(template))
    page.click(".nav-link[name=amazon]")
    page.wait_for_selector("[name=amazon_listing_ids] .o_data_row")
    assert page.locator("[name=amazon_listing_ids] .o_data_row").count() == 2
    picture(page, "product")


def test_rejection_is_read_and_mended(page, shop):
    product, template = create_product(page, shop, "Trolley Case Red", "")
    (row,) = shop.settled(product)
    assert row["amazon_status"] == "error"

    open_action(page, shop, "integrator.product_integration_action")
    failed = page.locator(".o_data_row", has_text="Trolley Case Red").last
    assert "Brand Name is missing" in failed.inner_text()
    assert "Error" in failed.inner_text()
    picture(page, "product-events")

    open_action(page, shop, "integrator.integrator_alert_action")
    assert "Brand Name is missing" in page.inner_text(".o_list_table")
    picture(page, "alerts")

    open_action(page, shop, "sale.product_template_action", str(template))
    page.click(".nav-link[name=amazon]")
    fill(page, "amazon_brand", "Rollfix")
    page.click(".o_form_button_save")
    shop.odoo.wait_until(lambda: len(shop.rows(product)) == 2, 20, "nothing recorded")
    assert shop.settled(product)[-1]["amazon_status"] == "success"


def test_every_screen_opens(page, shop):
    """No screen of ours shows an error."""
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    for action, name in (
        ("integrator.product_integration_action", "events"),
        ("integrator.order_integration_action", "orders"),
        ("integrator.integrator_alert_action", "alert-list"),
        ("integrator_amazon.amazon_feed_action", "feeds"),
        ("integrator_amazon.amazon_report_action", "reports"),
        ("integrator_amazon.amazon_cursor_action", "cursors"),
        ("integrator_amazon.amazon_deprecation_action", "deprecations"),
        ("integrator_amazon.amazon_feed_message_action", "messages"),
        ("integrator_amazon.amazon_api_call_action", "calls"),
        ("integrator_amazon.amazon_rate_budget_action", "budgets"),
        ("integrator_amazon.amazon_account_action", "accounts"),
        ("integrator_amazon.amazon_marketplace_action", "marketplaces"),
        ("integrator_amazon_catalog.amazon_listing_action", "listings"),
        ("integrator_amazon_catalog.amazon_listing_different_action", "different"),
        ("integrator_amazon_catalog.amazon_listing_unmatched_action", "unmatched"),
        ("integrator_amazon_catalog.amazon_product_type_action", "product-types"),
        ("integrator_amazon_catalog.amazon_attribute_map_action", "mapping"),
        ("integrator_amazon_catalog.amazon_shipping_template_action", "shipping"),
    ):
        open_action(page, shop, action, selector=".o_list_view")
        picture(page, name)
        rows = page.locator(".o_data_row")
        if rows.count() and name not in LISTS_ONLY:
            rows.first.locator("td.o_data_cell").first.click()
            page.wait_for_selector(".o_form_view")
            picture(page, f"{name}-form")
        assert (
            page.locator(".o_error_dialog, .o_notification_bar.bg-danger").count() == 0
        )
    assert problems == []


def test_connection_is_tested_by_a_button(page, shop):
    open_action(
        page, shop, "integrator_amazon.amazon_account_action", str(shop.accounts[0])
    )
    page.click("button[name=action_test_connection]")
    page.wait_for_selector(".o_notification:has-text('Connected')")
    picture(page, "account")


@pytest.mark.parametrize("tab", ["products", "stock", "prices"])
def test_account_shows_what_is_offered(page, shop, tab):
    action = "integrator_amazon.amazon_account_action"
    open_action(page, shop, action, str(shop.accounts[0]), ".o_form_view")
    page.click(f".nav-link[name={tab}]")
    page.wait_for_selector(".tab-pane.active")
    assert page.locator(".o_error_dialog").count() == 0
    picture(page, f"account-{tab}")


@pytest.mark.parametrize("form", ["product_normal_action", "product_variant_action"])
def test_variant_shows_its_listings(page, shop, form):
    (variant,) = shop.odoo.search_read(
        "product.product",
        [("default_code", "=", "TROLLEY-CASE-BLUE")],
        ["product_tmpl_id"],
    )
    template = f"{variant['product_tmpl_id'][0]}/action-product.{form}"
    record = f"{template}/{variant['id']}"
    open_action(page, shop, "sale.product_template_action", record, ".o_form_view")
    if form == "product_normal_action":
        page.click(".nav-link[name=amazon]")
    page.wait_for_selector("[name=amazon_listing_ids] .o_data_row")
    assert page.locator("[name=amazon_listing_ids] .o_data_row").count() == 2
    picture(page, form.replace("_", "-"))


def test_listing_shows_both_sides(page, shop):
    listing = shop.odoo.search_read(
        "amazon.listing", [("sku", "=", "TROLLEY-CASE-BLUE")], ["id"]
    )[0]["id"]
    shop.odoo.rpc("amazon.listing", "action_prove", [[listing]])

    def looked_at():
        domain = [("id", "=", listing), ("shown_date", "!=", False)]
        return shop.odoo.search_read("amazon.listing", domain, ["difference_text"])

    (found,) = shop.odoo.wait_until(looked_at, 60, "Amazon was not looked at")
    assert not found["difference_text"]
    action = "integrator_amazon_catalog.amazon_listing_action"
    open_action(page, shop, action, str(listing), ".o_form_view")
    page.click(".nav-link[name=accepted]")
    text = page.inner_text(".o_form_view")
    assert "item_name: Trolley Case Blue" in text
    assert "main_product_image_locator" in text
    page.click(".nav-link[name=proof]")
    assert "Trolley Case Blue" in page.inner_text(".o_form_view")
    picture(page, "listing")


def test_the_amazon_side_has_a_page(page, shop):
    other = page.context.browser.new_page(
        ignore_https_errors=True, viewport={"width": 1440, "height": 900}
    )
    other.goto(shop.simulator.url)
    text = other.inner_text("main")
    assert "Trolley Case Blue" in text
    assert "createFeed" in text
    picture(other, "simulator")
    other.close()
