# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models


class IntegratorAlert(models.Model):
    """Something a person should know, once per cause."""

    _name = "integrator.alert"
    _description = "Integration Alert"
    _inherit = "mail.thread"
    _order = "state desc, last_date desc"

    cause = fields.Char(string="Key", required=True, readonly=True, index=True)
    name = fields.Char(string="What Happened", required=True, readonly=True)
    description = fields.Text(string="Cause", readonly=True)
    next_step = fields.Text(readonly=True)
    record_model = fields.Char(readonly=True)
    record_id = fields.Many2oneReference(model_field="record_model", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    count = fields.Integer(string="Times", readonly=True, default=1)
    first_date = fields.Datetime(string="First", readonly=True)
    last_date = fields.Datetime(string="Last", readonly=True)
    notified_date = fields.Date(readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("done", "Done")],
        default="open",
        required=True,
        readonly=True,
    )

    _open_cause_uniq = models.UniqueIndex("(cause) WHERE state = 'open'")

    @api.model
    def _report(
        self, cause, *, name, description, next_step, record=None, company=None
    ):
        """Raise an alert, or count up the one that is open for this *cause*.

        The integration group gets one message per cause and day.

        :param cause: key that is the same for the same cause
        :param record: record to look at
        :return: the alert
        """
        self.flush_model()
        self.env.cr.execute(
            """
            INSERT INTO integrator_alert (cause, name, description, next_step,
                record_model, record_id, company_id, count, state,
                first_date, last_date, create_date)
            VALUES (%s, %s, %s, %s, %s, %s, %s, 1, 'open',
                now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                now() AT TIME ZONE 'UTC')
            ON CONFLICT (cause) WHERE state = 'open' DO UPDATE
            SET count = integrator_alert.count + 1, name = EXCLUDED.name,
                description = EXCLUDED.description, last_date = EXCLUDED.last_date,
                record_model = EXCLUDED.record_model, record_id = EXCLUDED.record_id
            RETURNING id
            """,
            [
                cause,
                name,
                description,
                next_step,
                record._name if record else None,
                record.id if record else None,
                company.id if company else None,
            ],
        )
        alert = self.browse(self.env.cr.fetchone()[0])
        alert.invalidate_recordset()
        alert._notify_group()
        return alert

    @api.model
    def _report_once(self, cause, **values):
        """Raise an alert for *cause*, unless there has been one, open or done."""
        if not self.search_count([("cause", "=", cause)], limit=1):
            self._report(cause, **values)

    def _notify_group(self):
        today = fields.Date.today()
        # Also by an earlier one: a cause may come and go all day.
        if self.search_count(
            [("cause", "=", self.cause), ("notified_date", "=", today)], limit=1
        ):
            return
        self.notified_date = today
        users = self.env.ref("integrator.group_integration_user").sudo().all_user_ids
        readers = users.filtered(
            lambda user: not self.company_id or self.company_id in user.company_ids
        )
        self.with_context(mail_notify_author=True).message_notify(
            subject=self.name,
            body=Markup("<p><b>%s</b></p><p>%s</p><p>%s</p>")
            % (self.name, self.description or "", self.next_step or ""),
            partner_ids=readers.partner_id.ids,
        )

    @api.model
    def _resolve(self, *causes):
        """Close the alerts that are open for *causes*, if there are any."""
        found = self.search([("cause", "in", causes), ("state", "=", "open")])
        if found:
            found.state = "done"

    def action_done(self):
        """Close these alerts by hand."""
        self.check_access("read")
        self.sudo().state = "done"

    def action_open_record(self):
        """Open what this alert is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.record_model,
            "res_id": self.record_id,
            "views": [(False, "form")],
        }
