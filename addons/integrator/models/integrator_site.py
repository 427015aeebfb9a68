# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools


class IntegratorSite(models.Model):
    """A remote site that Odoo is kept in step with; made by its addon."""

    _name = "integrator.site"
    _description = "Remote Site"
    _order = "name"
    _rec_name = "title"

    name = fields.Char(required=True, help="Technical name, as events bear it.")
    title = fields.Char(required=True, translate=True)
    backend_model = fields.Char(
        required=True, help="Model whose records are the connections to this site."
    )

    _name_uniq = models.Constraint("UNIQUE (name)", "This site exists already.")

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        self.env.registry.clear_cache()
        return sites

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _get_subscriptions(self):
        """Return the fields whose changes are recorded.

        Cached: while no backend is automatic, a change costs no query at all.

        :return: dict model name -> frozenset of field names, empty when no backend
            of any site is in automatic mode
        """
        subscriptions = {}
        for backend in self.sudo()._get_automatic_backends():
            for model, names in backend._get_subscribed_fields().items():
                subscriptions[model] = subscriptions.get(model, frozenset()) | set(
                    names
                )
        return {model: frozenset(names) for model, names in subscriptions.items()}

    def _get_automatic_backends(self):
        """Return the models of the sites with a backend in automatic mode."""
        models_ = [
            self.env[site.backend_model]
            for site in self.search([])
            if site.backend_model in self.env
        ]
        return [
            m for m in models_ if m.search_count([("automatic", "=", True)], limit=1)
        ]

    @api.model
    @tools.ormcache()
    def _get_backend_models(self):
        """Return tuples (name of a site, model of its backends); cached."""
        return tuple(
            (site.name, site.backend_model)
            for site in self.sudo().search([])
            if site.backend_model in self.env
        )

    @api.model
    def _announce_product_rows(self, rows, site_name, mode):
        """Tell the sites concerned of new product events, in this transaction.

        :param site_name: the site that all rows are for; False: every site
        :param mode: the mode of all rows
        """
        for name, model in self._get_backend_models():
            if site_name in (False, name):
                self.env[model].sudo()._on_product_rows(rows, mode)
