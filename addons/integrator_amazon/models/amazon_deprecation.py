# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

# The group is told so many days ahead.
WARNINGS = (180, 90, 30, 7)


class AmazonDeprecation(models.Model):
    """Something that Amazon has announced to end.

    https://developer-docs.amazon.com/sp-api/docs/sp-api-deprecations
    """

    _name = "amazon.deprecation"
    _description = "Announced End of Something at Amazon"
    _order = "removal_date, name"

    kind = fields.Selection(
        [("operation", "Operation"), ("feed", "Feed Type"), ("report", "Report Type")],
        required=True,
    )
    name = fields.Char(required=True, help="Amazon's own name of it.")
    removal_date = fields.Date(required=True)
    replacement = fields.Char()
    is_used = fields.Boolean(
        string="Used by Odoo",
        compute="_compute_is_used",
        compute_sudo=True,
        help="Odoo has used it in the time of the call log.",
    )

    _name_uniq = models.Constraint("UNIQUE (kind, name)", "It is on the list already.")

    def _compute_is_used(self):
        used = self._get_used()
        for item in self:
            item.is_used = item.name in used[item.kind]

    @api.model
    def _get_used(self):
        """Return dict kind -> names of what Odoo uses."""
        calls = self.env["amazon.api.call"]._read_group([], ["operation"])
        feeds = self.env["amazon.feed"]._read_group([], ["feed_type"])
        reports = self.env["amazon.report"]._read_group([], ["report_type"])
        return {
            "operation": {name for (name,) in calls},
            "feed": {name for (name,) in feeds},
            "report": {name for (name,) in reports},
        }

    @api.model
    def _get_dates(self, kind):
        """Return dict name -> date of removal."""
        found = self.search([("kind", "=", kind)])
        return {item.name: item.removal_date for item in found}

    @api.model
    def _cron_warn_of_removal(self):
        """Tell the group months ahead of what ends at Amazon and is used here."""
        today = fields.Date.today()
        horizon = today + timedelta(days=max(WARNINGS))
        for item in self.search([("removal_date", "<=", horizon)]):
            if item.is_used:
                item._warn((item.removal_date - today).days)

    def _warn(self, days):
        due = min(limit for limit in WARNINGS if days <= limit)
        self.env["integrator.alert"].sudo()._report_once(
            f"amazon:deprecation:{self.kind}:{self.name}:{due}",
            name=self.env._("Amazon ends %s", self.name),
            description=self.env._(
                "Amazon has announced the end of %(name)s for %(date)s. Replacement: "
                "%(other)s.",
                name=self.name,
                date=self.removal_date,
                other=self.replacement or self.env._("none is named"),
            ),
            next_step=self.env._(
                "Bring this connector up to date before that day, or ask your "
                "administrator to."
            ),
            record=self,
        )
