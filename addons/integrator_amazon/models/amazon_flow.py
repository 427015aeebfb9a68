# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..spapi.bucket import BULK, NORMAL, URGENT


class AmazonFlow(models.Model):
    """Something that is kept in step with Amazon; declared by the addon that does it.

    Each account has it switched on or off.
    """

    _name = "amazon.flow"
    _description = "Amazon Flow"
    _order = "priority, sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    description = fields.Char(translate=True)
    sequence = fields.Integer(default=10)
    priority = fields.Integer(
        required=True,
        default=NORMAL,
        help="Who comes first when Amazon's limits are scarce: "
        f"{URGENT} urgent, {NORMAL} normal, {BULK} bulk.",
    )

    _code_uniq = models.Constraint("UNIQUE (code)", "This flow exists already.")
    _priority_known = models.Constraint(
        f"CHECK (priority BETWEEN {URGENT} AND {BULK})", "There are three priorities."
    )
