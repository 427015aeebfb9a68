# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..feeds.lanes import LANES
from ..models.amazon_resync import CHOICES


class AmazonResyncWizard(models.TransientModel):
    """Asks what to send to Amazon by hand. Nothing is sent before the run that it
    opens is started there."""

    _name = "amazon.resync.wizard"
    _description = "Resync Products with Amazon"

    account_ids = fields.Many2many(
        "amazon.account",
        string="Accounts",
        required=True,
        default=lambda self: self.env["amazon.account"].search([]),
    )
    choice = fields.Selection(CHOICES, string="Products", required=True)
    product_domain = fields.Char(
        string="Rule",
        default="[]",
        help="Which products: by category, tag, or any field.",
    )
    product_ids = fields.Many2many(
        "product.product",
        relation="amazon_resync_wizard_product_rel",
        string="Chosen Products",
        context={"active_test": False},
    )
    send_content = fields.Boolean(string="Product Data", default=True)
    send_price = fields.Boolean(string="Price", default=True)
    send_inventory = fields.Boolean(string="Stock", default=True)
    send_image = fields.Boolean(string="Images", default=True)
    send_relationship = fields.Boolean(string="Variations", default=True)
    send_override = fields.Boolean(string="Shipping Template", default=True)
    extent = fields.Selection(
        [
            ("changed", "Only what differs from what Amazon has"),
            ("everything", "Everything anew, even what Amazon has already"),
        ],
        string="Send",
        required=True,
        default="changed",
    )
    has_stopped = fields.Boolean(compute="_compute_modes")
    has_shadow = fields.Boolean(compute="_compute_modes")

    @api.depends("account_ids")
    def _compute_modes(self):
        for wizard in self:
            modes = set(wizard.account_ids.mapped("mode"))
            wizard.has_stopped = "stopped" in modes
            wizard.has_shadow = "shadow" in modes

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        products = self._get_active_products()
        if products is not None:
            values["product_ids"] = [fields.Command.set(products.ids)]
        values.setdefault("choice", "offered" if products is None else "products")
        return values

    @api.model
    def _get_active_products(self):
        """Return the products from whose list or form it was opened, or None."""
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids") or []
        if model == "product.product":
            return self.env[model].browse(ids)
        if model == "product.template":
            templates = self.env[model].with_context(active_test=False).browse(ids)
            return templates.product_variant_ids
        return None

    def action_preview(self):
        """Open a run for each account, and let it look what would be sent."""
        self.ensure_one()
        self._check()
        runs = self.env["amazon.resync"]
        for account in self.account_ids:
            run = runs.sudo()._open_or_create(self._prepare_values(account))
            if run.state == "draft":
                run._start_preview()
            runs |= run.sudo(False)
        return self._open(runs)

    def _check(self):
        if not self.account_ids:
            raise UserError(self.env._("Choose an account."))
        self.account_ids.check_access("read")
        if not self._get_lanes():
            raise UserError(self.env._("Tick at least one thing to send."))
        if self.choice == "products" and not self.product_ids:
            raise UserError(self.env._("Choose at least one product."))
        if self.choice == "rule":
            self._check_rule()

    def _check_rule(self):
        try:
            domain = fields.Domain(literal_eval(self.product_domain or "[]"))
            self.env["product.product"].search(domain, limit=1)
        except (ValueError, SyntaxError, KeyError, TypeError) as error:
            raise UserError(
                self.env._("The rule cannot be understood: %s", error)
            ) from error

    def _get_lanes(self):
        return [lane for lane in LANES if self[f"send_{lane}"]]

    def _prepare_values(self, account):
        lanes = self._get_lanes()
        return {
            "account_id": account.id,
            "user_id": self.env.uid,
            "choice": self.choice,
            "product_domain": self.choice == "rule" and (self.product_domain or "[]"),
            "product_ids": self.product_ids.ids if self.choice == "products" else [],
            "lanes": "" if len(lanes) == len(LANES) else ",".join(lanes),
            "forced": self.extent == "everything",
        }

    def _open(self, runs):
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Resync Products"),
            "res_model": "amazon.resync",
            "view_mode": "list,form",
            "domain": [("id", "in", runs.ids)],
        }
        if len(runs) == 1:
            action |= {"view_mode": "form", "res_id": runs.id}
        return action
