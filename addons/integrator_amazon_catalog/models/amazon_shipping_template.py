# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AmazonShippingTemplate(models.Model):
    """A shipping template that the seller made in Seller Central.

    Amazon names them in the definition of product types, asked for with the seller.
    """

    _name = "amazon.shipping.template"
    _description = "Amazon Shipping Template"
    _order = "account_id, marketplace_id, name"

    name = fields.Char(required=True, help="As Seller Central shows it.")
    value = fields.Char(required=True, help="As Amazon wants it in a listing.")
    account_id = fields.Many2one(
        "amazon.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    marketplace_id = fields.Many2one("amazon.marketplace", required=True)
    active = fields.Boolean(default=True, help="Off: Amazon does not name it any more.")

    _value_uniq = models.Constraint(
        "UNIQUE (account_id, marketplace_id, value)",
        "This shipping template is known already.",
    )

    @api.model
    def _take_up(self, account, marketplace, choices):
        """Bring the templates of a marketplace into step with what Amazon names.

        :param choices: dict value -> visible name; empty: Amazon named none, which
            says nothing
        """
        if not choices:
            return
        known = self.with_context(active_test=False).search(
            [
                ("account_id", "=", account.id),
                ("marketplace_id", "=", marketplace.id),
            ]
        )
        for template in known:
            name = choices.get(template.value)
            template.write({"active": bool(name), "name": name or template.name})
        missing = choices.keys() - set(known.mapped("value"))
        self.create(
            [
                {
                    "account_id": account.id,
                    "marketplace_id": marketplace.id,
                    "value": value,
                    "name": choices[value],
                }
                for value in sorted(missing)
            ]
        )
