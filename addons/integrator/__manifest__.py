# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Integrations",
    "summary": "Common part of all remote sites: events, status, alerts",
    "version": "19.0.1.0.0",
    "category": "Sales/Integrations",
    "author": "Odoo Amazon Integrator contributors",
    "website": "https://github.com/odoo-amazon-integrator/odoo-amazon-integrator",
    "license": "LGPL-3",
    "development_status": "Beta",
    "application": True,
    "depends": ["queue_job", "sale_stock", "stock_delivery", "account", "mail"],
    "external_dependencies": {"python": ["cryptography"]},
    "data": [
        "security/integrator_security.xml",
        "security/ir.model.access.csv",
        "views/product_integration_views.xml",
        "views/order_integration_views.xml",
        "views/integrator_alert_views.xml",
        "views/integrator_menus.xml",
    ],
}
