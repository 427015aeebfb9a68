# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..feeds.lanes import LANES


class AmazonCheckWizard(models.TransientModel):
    """Shows what is missing of some products before they can be on Amazon."""

    _name = "amazon.check.wizard"
    _description = "Check for Amazon"

    line_ids = fields.One2many("amazon.check.line", "wizard_id", readonly=True)
    is_fine = fields.Boolean(compute="_compute_is_fine")

    @api.depends("line_ids.verdict")
    def _compute_is_fine(self):
        for wizard in self:
            verdicts = set(wizard.line_ids.mapped("verdict"))
            wizard.is_fine = verdicts == {"fine"}

    @api.model
    def _check(self, products):
        """Return a wizard that says what is wrong with *products*, by marketplace."""
        lines = []
        for account in self.env["amazon.account"].search([]):
            listings = self.env["amazon.listing"].sudo()
            trials, unknown = listings._try_out(account, products, LANES)
            listings._ask_for_types(account, unknown)
            lines += [self._prepare_line(account, t) for t in trials]
        return self.create(
            {"line_ids": [fields.Command.create(values) for values in lines]}
        )

    @api.model
    def _prepare_line(self, account, trial):
        texts = [*trial.problems.values(), *trial.held.values()]
        verdict = "wrong" if trial.problems else "waiting" if trial.held else "fine"
        text = "\n".join(dict.fromkeys(line for t in texts for line in t.splitlines()))
        return {
            "account_name": account.name,
            "shop": trial.shop or account.name,
            "sku": trial.sku,
            "verdict": verdict,
            "text": text or self._explain(trial),
        }

    @api.model
    def _explain(self, trial):
        texts = {
            "new": self.env._("It can be listed."),
            "changed": self.env._("It can be sent."),
            "unchanged": self.env._("Amazon has all of it already."),
            "ended": self.env._(
                "It is not offered by the account's rule: its listing is ended."
            ),
        }
        if trial.kind == "unchanged" and not trial.listed:
            return self.env._("It is not offered by the account's rule.")
        return texts[trial.kind]


class AmazonCheckLine(models.TransientModel):
    _name = "amazon.check.line"
    _description = "Check for Amazon: One Listing"
    _order = "id"

    wizard_id = fields.Many2one(
        "amazon.check.wizard", required=True, ondelete="cascade"
    )
    account_name = fields.Char(string="Account")
    shop = fields.Char(string="Marketplace")
    sku = fields.Char(string="SKU")
    verdict = fields.Selection(
        [
            ("fine", "Fine"),
            ("waiting", "Waits"),
            ("wrong", "To Be Corrected"),
        ],
        string="Result",
    )
    text = fields.Text(string="What to Do")
