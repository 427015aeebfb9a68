# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Amazon Catalog",
    "summary": "List Odoo's products on Amazon and keep the listings up to date",
    "version": "19.0.1.0.0",
    "category": "Sales/Integrations",
    "author": "Odoo Amazon Integrator contributors",
    "website": "https://github.com/odoo-amazon-integrator/odoo-amazon-integrator",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["integrator_amazon"],
    "external_dependencies": {"python": ["jsonschema-rs", "lxml"]},
    "data": [
        "security/integrator_amazon_catalog_security.xml",
        "security/ir.model.access.csv",
        "data/amazon_flow_data.xml",
        "data/queue_job_function_data.xml",
        "data/ir_cron_data.xml",
        "views/amazon_listing_views.xml",
        "views/amazon_account_views.xml",
        "views/product_template_views.xml",
        "views/integrator_amazon_catalog_menus.xml",
        "data/amazon_listing_proof_data.xml",
        "views/amazon_listing_proof_views.xml",
        "views/amazon_listing_proof_menus.xml",
    ],
}
