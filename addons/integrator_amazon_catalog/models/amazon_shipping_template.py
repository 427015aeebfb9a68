# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models

from odoo.addons.queue_job.exception import RetryableJobError


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

    def action_refresh(self):
        """Ask Amazon anew which shipping templates there are, by jobs."""
        self.check_access("read")
        accounts = self.env["amazon.account"].search([("mode", "!=", "stopped")])
        types = self.env["amazon.product.type"].sudo()
        for account in accounts:
            for shop in account.marketplace_ids:
                types._get_any(account, shop)._enqueue_fetch()
        text = self.env._("Amazon is asked. Look again in a minute.")
        if not accounts:
            text = self.env._("All accounts are stopped: Amazon cannot be asked.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info" if accounts else "warning", "message": text},
        }

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
        self._create_unique(
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

    @api.model
    def _create_unique(self, vals_list):
        """Create templates that another product type may name at the same time."""
        try:
            with self.env.cr.savepoint():
                self.create(vals_list)
        except UniqueViolation as error:
            raise RetryableJobError(
                "The templates were made meanwhile.", seconds=2, ignore_retry=True
            ) from error
