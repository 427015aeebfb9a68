# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AmazonTestRow(models.Model):
    _name = "amazon.test.row"
    _description = "Row of a Test Report"

    report_id = fields.Many2one("amazon.report", required=True, ondelete="cascade")
    number = fields.Integer()
    text = fields.Char()
