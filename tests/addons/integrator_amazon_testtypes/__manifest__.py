# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Amazon Test Types",
    "summary": "For the tests: feed and report types of every kind, declared only",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Odoo Amazon Integrator contributors",
    "website": "https://github.com/odoo-amazon-integrator/odoo-amazon-integrator",
    "license": "LGPL-3",
    "depends": ["integrator_amazon"],
    "data": [
        "security/ir.model.access.csv",
        "data/amazon_flow_data.xml",
    ],
}
