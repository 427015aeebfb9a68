# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError

CONTENT_FIELDS = frozenset(
    {
        "name",
        "description_sale",
        "default_code",
        "barcode",
        "active",
        "sale_ok",
        "type",
        "company_id",
        "categ_id",
        "amazon_brand",
        "amazon_condition",
        "amazon_product_type",
    }
)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    product_domain = fields.Char(
        string="Products Offered",
        required=True,
        default='[("sale_ok", "=", True), ("type", "=", "consu")]',
        help="Which products are offered in the marketplaces of this account.",
    )
    listing_ids = fields.One2many("amazon.listing", "account_id")

    @api.constrains("product_domain")
    def _check_product_domain(self):
        for account in self:
            try:
                account._search_offered([])
            except (ValueError, SyntaxError, KeyError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "%(account)s: the rule for offered products cannot be "
                        "understood (%(error)s).",
                        account=account.name,
                        error=str(error),
                    )
                ) from error

    @api.model
    def _get_subscription_triggers(self):
        # The fields of the rule are among those whose changes are recorded.
        return super()._get_subscription_triggers() | {"product_domain"}

    def _get_product_domain(self):
        self.ensure_one()
        return fields.Domain(literal_eval(self.product_domain))

    def _search_offered(self, product_ids):
        """Return those of the products that this account offers (batch)."""
        return self.env["product.product"].search(
            self._get_product_domain()
            & fields.Domain("id", "in", product_ids)
            & fields.Domain("company_id", "in", (False, self.company_id.id))
        )

    @api.model
    def _get_subscribed_fields(self):
        subscribed = super()._get_subscribed_fields()
        names = set(CONTENT_FIELDS)
        for account in self.sudo().search([("automatic", "=", True)]):
            for condition in account._get_product_domain().iter_conditions():
                names.add(condition.field_expr.split(".")[0])
        for model in ("product.template", "product.product"):
            known = self.env[model]._fields.keys()
            subscribed[model] = subscribed.get(model, frozenset()) | (names & known)
        return subscribed

    def action_view_listings(self):
        """Open the listings of this account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Listings"),
            "res_model": "amazon.listing",
            "view_mode": "list,form",
            "domain": [("account_id", "=", self.id)],
        }
