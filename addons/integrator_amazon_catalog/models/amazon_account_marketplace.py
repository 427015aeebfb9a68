# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

# Sales tax is added at the checkout there; everywhere else prices include the tax.
COUNTRIES_WITHOUT_TAX = ("US", "CA")


class AmazonAccountMarketplace(models.Model):
    """How an account sells in one marketplace: prices, taxes, shipping."""

    _name = "amazon.account.marketplace"
    _description = "Selling in an Amazon Marketplace"
    _order = "account_id, marketplace_id"
    _rec_name = "marketplace_id"

    account_id = fields.Many2one(
        "amazon.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    marketplace_id = fields.Many2one(
        "amazon.marketplace", required=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="marketplace_id.currency_id")
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Standard prices. Empty: the sales price of the product, converted into "
        "the marketplace's currency.",
    )
    sale_pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Sale prices: rules of this pricelist that have a start and an end. The "
        "one that applies now, or next, is shown at Amazon with its dates.",
    )
    business_pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Prices for business customers. Rules with a minimum quantity become "
        "quantity discounts.",
    )
    tax_included = fields.Boolean(
        string="Prices Include Tax",
        compute="_compute_tax_included",
        store=True,
        readonly=False,
        help="Amazon demands prices with tax everywhere but in the United States and "
        "Canada.",
    )
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position",
        check_company=True,
        help="Which taxes apply to buyers of this marketplace. Empty: those of the "
        "product.",
    )
    minimum_percent = fields.Float(
        string="Lowest Price (%)",
        help="Lowest price that a repricing tool may set at Amazon, as a share of the "
        "price. Zero: none is sent. A listing can name its own.",
    )
    maximum_percent = fields.Float(
        string="Highest Price (%)",
        help="Highest price that a repricing tool may set at Amazon, as a share of the "
        "price. Zero: none is sent. A listing can name its own.",
    )
    shipping_template_id = fields.Many2one(
        "amazon.shipping.template",
        domain="[('account_id', '=', account_id),"
        " ('marketplace_id', '=', marketplace_id)]",
        help="For listings that name none of their own.",
    )

    _marketplace_uniq = models.Constraint(
        "UNIQUE (account_id, marketplace_id)",
        "The account has settings for this marketplace already.",
    )

    @api.depends("marketplace_id")
    def _compute_tax_included(self):
        for shop in self:
            code = shop.marketplace_id.country_id.code or shop.marketplace_id.code
            shop.tax_included = code not in COUNTRIES_WITHOUT_TAX

    def write(self, vals):
        result = super().write(vals)
        lanes = set()
        if vals.keys() - {"shipping_template_id"}:
            lanes.add("price")
        if "shipping_template_id" in vals:
            lanes.add("override")
        for shop in self:
            listings = self.env["amazon.listing"].search(
                [
                    ("account_id", "=", shop.account_id.id),
                    ("marketplace_id", "=", shop.marketplace_id.id),
                    ("state", "!=", "deleted"),
                ]
            )
            listings._queue_lanes(lanes)
        return result

    @api.model
    def _ensure(self, accounts):
        """Make the settings that are missing for the marketplaces of *accounts*."""
        known = {
            (shop.account_id, shop.marketplace_id)
            for shop in self.search([("account_id", "in", accounts.ids)])
        }
        return self.create(
            [
                {"account_id": account.id, "marketplace_id": marketplace.id}
                for account in accounts
                for marketplace in account.marketplace_ids
                if (account, marketplace) not in known
            ]
        )

    @api.model
    def _get(self, account, marketplace):
        """Return the settings of one account in one marketplace."""
        domain = [
            ("account_id", "=", account.id),
            ("marketplace_id", "=", marketplace.id),
        ]
        return self.search(domain, limit=1) or self.create(
            {"account_id": account.id, "marketplace_id": marketplace.id}
        )
