# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorBackend(models.AbstractModel):
    """One connection to a remote site, such as a seller account."""

    _name = "integrator.backend"
    _description = "Connection to a Remote Site"

    # Technical name of the site, set by the addon of the site.
    _integrator_site = None

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    automatic = fields.Boolean(
        copy=False,
        help="Send each change by itself. Off: only what is sent by hand.",
    )
    sync_interval = fields.Integer(
        string="Interval (s)",
        default=60,
        required=True,
        help="Seconds between a change and its being sent; changes made meanwhile "
        "are sent together.",
    )

    _sync_interval_positive = models.Constraint(
        "CHECK (sync_interval > 0)", "The interval is at least one second."
    )

    @api.model_create_multi
    def create(self, vals_list):
        backends = super().create(vals_list)
        self.env.registry.clear_cache()
        return backends

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & self._get_subscription_triggers():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _get_subscription_triggers(self):
        """Return the fields of a backend on which the recorded fields depend."""
        return {"active", "automatic"}

    @api.model
    def _get_subscribed_fields(self):
        """Return the fields whose changes this site wants to know.

        :return: dict model name -> frozenset of field names; models:
            product.product, product.template, product.pricelist,
            product.pricelist.item, product.template.attribute.value. Whoever names
            any field of stock.quant gets the changes of stock, as events of the
            products.
        """
        return {}

    @api.model
    def _on_product_rows(self, rows, mode):
        """Take note of new product events for this site, in their transaction.

        :param mode: automatic or manual, for all of them

        Only enqueue a job here: no call, nothing slow, and no error.
        """
