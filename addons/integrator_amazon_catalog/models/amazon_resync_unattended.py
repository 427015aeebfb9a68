# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class AmazonResyncUnattended(models.Model):
    """Resyncs that nobody asked for: the rule of what is offered has changed.

    A slip of the keyboard there must not end every offer: it is looked first what
    would change, and where that is much a person decides.
    """

    _inherit = "amazon.resync"

    unattended = fields.Boolean(
        string="Starts by Itself",
        readonly=True,
        copy=False,
        help="Made because the rule of what is offered changed. It waits for a person "
        "if many offers would end or go off sale.",
    )

    @api.model
    def _follow_rule(self, accounts):
        """Look what a changed rule of *accounts* ends and adds, and send that."""
        for account in accounts.filtered("automatic"):
            self._serialise(account.id)
            # Those that still look at the rule of before give way.
            self.search(
                [
                    ("account_id", "=", account.id),
                    ("unattended", "=", True),
                    ("state", "in", ("draft", "previewing", "previewed")),
                ]
            ).write({"state": "cancelled", "end_date": fields.Datetime.now()})
            self.create(
                {
                    "account_id": account.id,
                    "choice": "offered",
                    "user_id": self.env.uid,
                    "unattended": True,
                }
            )._start_preview()

    def _start_unattended(self):
        """Start what nobody has to look at; tell the group of the rest."""
        for resync in self.filtered("unattended"):
            resync._serialise(resync.account_id.id)
            if resync.is_risky or resync._get_rivals():
                resync._ask_to_start()
            else:
                resync._start_run()

    def _ask_to_start(self):
        self.account_id._alert(
            "rule-changed",
            name=self.env._(
                "%s: another rule of what is offered changes many listings",
                self.account_id.name,
            ),
            description=self.env._(
                "%(ended)d listings would end, and %(zero)d go off sale, of "
                "%(listed)d. Nothing of it was sent yet.",
                ended=self.ended_count,
                zero=self.zero_count,
                listed=self.listed_count,
            ),
            next_step=self.env._(
                "Open it, look at what changes, and press Start; or correct the rule "
                "on the account."
            ),
            record=self,
        )

    def _start_run(self):
        for resync in self.filtered("unattended"):
            resync.account_id._resolve_alert("rule-changed")
        return super()._start_run()
