# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AmazonAccountProof(models.Model):
    """How an account makes sure that Amazon shows what Odoo sent."""

    _inherit = "amazon.account"

    proof_wait = fields.Integer(
        string="Look at Amazon After (Minutes)",
        default=15,
        help="So long after Amazon has accepted something, Odoo looks whether Amazon "
        "shows it. Amazon needs some minutes.",
    )
    proof_days = fields.Integer(
        string="Look Again After (Days)",
        default=1,
        help="Each listing is compared with what Amazon shows once in so many days, "
        "whether it has changed in Odoo or not.",
    )
    heal_most = fields.Integer(
        string="Send Again at Most (Times)",
        default=3,
        help="What Amazon shows differently is sent again so many times; then you are "
        "told. Zero: you are told at once, and nothing is sent again.",
    )
    match_first = fields.Boolean(
        string="Look for Existing Listings First",
        default=True,
        help="No product is created at Amazon before Odoo has read what you sell there "
        "already, so that nothing is listed twice.",
    )

    _proof_positive = models.Constraint(
        "CHECK (proof_wait >= 0 AND proof_days >= 1 AND heal_most >= 0)",
        "Numbers of minutes and times are not negative, and there is at least one day "
        "between two looks.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "proof_days" in vals:
            self.env["amazon.listing"].sudo()._bring_proofs_forward(self)
        if vals.get("match_first") is False:
            self._release_first()
        return result

    def _release_first(self):
        """Let the products be created that waited for the report on what is there."""
        self.env["amazon.feed.message"].sudo()._release(
            [("account_id", "in", self.ids), ("listing_id.state", "=", "new")]
        )

    def _get_heal_most(self):
        """Return how often a difference is sent again: never, if nothing is sent by
        itself."""
        self.ensure_one()
        return self.heal_most if self.automatic and self.mode == "live" else 0

    @api.model
    def _get_woken_jobs(self):
        return [*super()._get_woken_jobs(), "_job_prove"]


class AmazonAccountMarketplaceProof(models.Model):
    """Whether it is known what the account sells in a marketplace already."""

    _inherit = "amazon.account.marketplace"

    match_date = fields.Datetime(
        string="Existing Listings Read",
        readonly=True,
        copy=False,
        help="When Amazon's report on what is sold there was read last, or Amazon had "
        "none. Products are created from then on.",
    )

    def _waits_for_match(self):
        """Return whether nothing may be created there yet."""
        self.ensure_one()
        return self.account_id.match_first and not self.match_date

    def _note_matched(self):
        """Note that what is there is known; what waited for that is sent."""
        # Past ``write``: it sends prices again.
        self.env.cr.execute(
            "UPDATE amazon_account_marketplace"
            " SET match_date = now() AT TIME ZONE 'UTC' WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_recordset(["match_date"])
        for shop in self:
            self.env["amazon.feed.message"].sudo()._release(
                [
                    ("account_id", "=", shop.account_id.id),
                    ("marketplace_id", "=", shop.marketplace_id.id),
                    ("listing_id.state", "=", "new"),
                ]
            )
