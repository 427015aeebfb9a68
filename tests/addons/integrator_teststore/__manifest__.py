# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Test Store",
    "summary": "A second remote site, only to prove that the common part is common",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Odoo Amazon Integrator contributors",
    "website": "https://github.com/odoo-amazon-integrator/odoo-amazon-integrator",
    "license": "LGPL-3",
    "depends": ["integrator"],
    "data": [
        "security/ir.model.access.csv",
        "security/integrator_teststore_data.xml",
        "views/product_integration_views.xml",
    ],
}
