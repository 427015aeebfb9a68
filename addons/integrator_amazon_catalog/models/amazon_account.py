# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..feeds.lanes import IMAGE, INVENTORY, PRICE
from ..lane_fields import FIELD_LANES

STOCK = frozenset({"quantity"})


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    product_domain = fields.Char(
        string="Products Offered",
        required=True,
        default='[("sale_ok", "=", True), ("type", "=", "consu")]',
        help="Which products are offered in the marketplaces of this account: by "
        "category, tag, or whatever tells them apart.",
    )
    end_mode = fields.Selection(
        [
            ("delete", "End the listing"),
            ("zero", "Keep the listing, without stock"),
        ],
        string="When a Product Is Archived",
        default="delete",
        required=True,
    )
    image_required = fields.Boolean(
        string="Products Need an Image",
        default=True,
        help="A product without an image is shown as an error: Amazon hides it.",
    )
    listing_ids = fields.One2many("amazon.listing", "account_id")
    shop_ids = fields.One2many(
        "amazon.account.marketplace", "account_id", string="Prices and Shipping"
    )
    public_url = fields.Char(
        string="Public Address of Odoo",
        help="Where Amazon can fetch images, like https://odoo.example.com. Empty: the "
        "web address in Odoo's settings.",
    )
    keep_matched_content = fields.Boolean(
        string="Leave Found Pages as They Are",
        default=True,
        help="Of listings that were at Amazon before Odoo came, send price, stock and "
        "shipping only. Each listing can be told otherwise.",
    )

    # === STOCK === #

    location_ids = fields.Many2many(
        "stock.location",
        string="Stock Locations",
        domain="[('usage', '=', 'internal'),"
        " ('company_id', 'in', (False, company_id))]",
        help="Whose stock is offered, sublocations included. Empty: all warehouses of "
        "the company.",
    )
    shares_quantity = fields.Boolean(
        string="One Quantity for All Marketplaces",
        compute="_compute_shares_quantity",
        store=True,
        readonly=False,
        help="In Europe Amazon has one quantity per SKU for all marketplaces of an "
        "account: it is sent once.",
    )
    stock_percent = fields.Integer(
        string="Offer of the Stock (%)",
        default=100,
        help="The part of what is free that is offered at Amazon.",
    )
    stock_buffer = fields.Integer(
        string="Keep Back", help="So many pieces of each product are never offered."
    )
    stock_most = fields.Integer(
        string="Offer at Most",
        help="No more pieces than this are shown. Zero: no limit.",
    )
    handling_days = fields.Integer(
        string="Handling Time (Days)",
        help="Days until a parcel is handed over. Zero: as Seller Central says.",
    )

    # === GUARDS === #

    guard_cost = fields.Boolean(
        string="Never Below Cost",
        default=True,
        help="A price below the product's cost is not sent until a person allows it.",
    )
    guard_jump = fields.Integer(
        string="Largest Price Change (%)",
        default=50,
        help="A price that changes by more is not sent until a person allows it. "
        "Zero: no limit.",
    )

    dated_prices_until = fields.Datetime(
        string="Dated Prices Looked At Until",
        readonly=True,
        copy=False,
        help="Rules of pricelists that began or ended before are with Amazon.",
    )

    _stock_percent_range = models.Constraint(
        "CHECK (stock_percent BETWEEN 0 AND 100)", "Offer 0 to 100 % of the stock."
    )
    _amounts_positive = models.Constraint(
        "CHECK (stock_buffer >= 0 AND stock_most >= 0 AND handling_days >= 0"
        " AND guard_jump >= 0)",
        "Numbers of pieces, days and percents are not negative.",
    )

    @api.depends("region")
    def _compute_shares_quantity(self):
        for account in self:
            account.shares_quantity = account.region == "eu"

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

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        self.env["amazon.account.marketplace"].sudo()._ensure(accounts)
        return accounts

    def write(self, vals):
        before = {account.id: account.product_domain for account in self}
        result = super().write(vals)
        other = self.filtered(lambda a: a.product_domain != before[a.id])
        if other:
            self.env["amazon.resync"].sudo()._follow_rule(other)
        if "marketplace_ids" in vals:
            self.env["amazon.account.marketplace"].sudo()._ensure(self)
        lanes = {
            lane
            for lane, names in self._get_lane_settings().items()
            if vals.keys() & names
        }
        if lanes:
            listings = self.env["amazon.listing"].sudo()
            listings.search(
                [("account_id", "in", self.ids), ("state", "!=", "deleted")]
            )._queue_lanes(lanes)
        return result

    @api.model
    def _get_lane_settings(self):
        """Return dict lane -> settings on which it depends, for all listings."""
        return {
            INVENTORY: self._get_inventory_fields(),
            IMAGE: {"image_required", "public_url"},
            PRICE: {"guard_cost", "guard_jump"},
        }

    @api.model
    def _get_inventory_fields(self):
        """Return the fields on which the quantities of all listings depend."""
        return {
            "location_ids",
            "shares_quantity",
            "stock_percent",
            "stock_buffer",
            "stock_most",
            "handling_days",
        }

    @api.model
    def _get_subscription_triggers(self):
        # The fields of the rule are among those whose changes are recorded.
        return super()._get_subscription_triggers() | {"product_domain"}

    # === WHAT IS OFFERED === #

    def _get_product_domain(self):
        self.ensure_one()
        return fields.Domain(literal_eval(self.product_domain))

    def _search_offered(self, product_ids):
        """Return those of the products that this account offers (batch)."""
        return self.env["product.product"].search(
            self._get_product_domain()
            & fields.Domain("id", "in", product_ids)
            & fields.Domain("company_id", "in", (False, self.company_id.id)),
            order="id",
        )

    @api.model
    def _get_subscribed_fields(self):
        subscribed = super()._get_subscribed_fields()
        names = set(FIELD_LANES) | self._get_rule_fields() | self._get_mapped_fields()
        for model in ("product.template", "product.product"):
            known = self.env[model]._fields.keys()
            subscribed[model] = subscribed.get(model, frozenset()) | (names & known)
        for model, own in {
            "stock.quant": STOCK,
            "product.template.attribute.value": {"price_extra"},
            "product.pricelist.item": self._get_price_fields("product.pricelist.item"),
            "product.pricelist": {"currency_id", "active", "item_ids"},
        }.items():
            subscribed[model] = subscribed.get(model, frozenset()) | frozenset(own)
        return subscribed

    @api.model
    def _get_price_fields(self, model):
        """Return the stored fields of *model*: each may change a price."""
        return {name for name, field in self.env[model]._fields.items() if field.store}

    @api.model
    def _get_rule_fields(self):
        """Return the fields on which it depends what is offered."""
        names = set()
        for account in self.sudo().search([("automatic", "=", True)]):
            for condition in account._get_product_domain().iter_conditions():
                names.add(condition.field_expr.split(".")[0])
        return names

    @api.model
    def _get_mapped_fields(self):
        """Return the fields that the merchant's own mapping reads."""
        lines = self.env["amazon.attribute.map"].sudo().search([])
        return {name.split(".")[0] for name in lines.mapped("field_name") if name}

    def _filter_concerned(self, events):
        """Return the events that this account is to know of."""
        self.ensure_one()
        return events.filtered(
            lambda e: (
                (self.automatic or e.mode == "manual")
                and e.amazon_account_id.id in (False, self.id)
            )
        )

    # === FOR THE LANES === #

    def _get_stock_locations(self):
        """Return the locations whose stock is offered."""
        self.ensure_one()
        if self.location_ids:
            return self.location_ids
        warehouses = self.env["stock.warehouse"].sudo()
        return warehouses.search(
            [("company_id", "=", self.company_id.id)]
        ).view_location_id

    def _get_pending_quantities(self, skus):
        """Return what buyers have ordered at Amazon and Odoo cannot know yet.

        :return: dict SKU -> pieces
        """
        pending = self.env["amazon.pending.item"].sudo()
        return pending._get_quantities(self, skus)

    def _get_public_url(self):
        """Return the address at which Amazon reaches this Odoo."""
        params = self.env["ir.config_parameter"].sudo()
        return (self.public_url or params.get_param("web.base.url", "")).rstrip("/")

    def _alert_not_sendable(self, reasons, record):
        """Tell the group of products that cannot be sent as they are."""
        self._alert(
            "not-sendable",
            name=self.env._("Products cannot be sent to Amazon"),
            description="\n".join(reasons[:10]),
            next_step=self.env._(
                "Correct the products; each is sent when it is saved."
            ),
            record=record,
        )

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
