# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ..recorder import insert_rows

DAYS_KEPT = 90
GC_BATCH = 10000
MANUAL_BATCH = 5000


class IntegratorEvent(models.AbstractModel):
    """Something that happened to a record and that remote sites may want to know.

    Append-only: one row per event. Each site adds its own status columns.
    """

    _name = "integrator.event"
    _description = "Integration Event"
    _order = "id desc"
    _rec_name = "record_name"

    record_model = fields.Char(string="Model", required=True, readonly=True)
    record_id = fields.Many2oneReference(
        string="Record ID", model_field="record_model", required=True, readonly=True
    )
    record_name = fields.Char(
        string="Record", readonly=True, help="Its name when it happened."
    )
    operation_data = fields.Json(
        readonly=True,
        help="The new values; for what was created or deleted, what it is known by.",
    )
    operation_text = fields.Text(string="Details", compute="_compute_operation_text")
    operation_timestamp = fields.Datetime(
        string="Time",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
    )
    site_name = fields.Char(
        string="Site", readonly=True, help="Empty: for every remote site."
    )
    mode = fields.Selection(
        [("automatic", "Automatic"), ("manual", "By Hand")],
        required=True,
        readonly=True,
        default="automatic",
    )
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")

    # Every index is paid for by whoever changes a product: the number comes first
    # because it is compared quicker, and rows come in the order of time.
    _record_idx = models.Index("(record_id, record_model)")
    _timestamp_idx = models.Index("USING brin (operation_timestamp)")

    @api.depends("operation_data")
    def _compute_operation_text(self):
        for event in self:
            data = event.operation_data or {}
            event.operation_text = "\n".join(f"{key}: {data[key]}" for key in data)

    def action_open_record(self):
        """Open the record this happened to, if it still exists."""
        self.ensure_one()
        record = self.env[self.record_model].browse(self.record_id).exists()
        if not record:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._("%s was deleted.", self.record_name),
                },
            }
        return {
            "type": "ir.actions.act_window",
            "res_model": self.record_model,
            "res_id": self.record_id,
            "views": [(False, "form")],
        }

    @api.model
    def _record_manual(self, records, operation, site_name, extra=None):
        """Write one event of mode manual per record, in batches, past the ORM.

        :param site_name: technical name of the site, or False for every site
        :param extra: dict column -> value, for columns that a site has added
        :return: recordset of the events, in the order of *records*
        """
        shared = {
            "record_model": records._name,
            "record_operation": operation,
            "site_name": site_name or None,
            "mode": "manual",
            **(extra or {}),
        }
        ids = []
        for start in range(0, len(records), MANUAL_BATCH):
            batch = records[start : start + MANUAL_BATCH]
            names = batch.sudo()._get_integration_names()
            names = {id_: names.get(id_, ("", None)) for id_ in batch.ids}
            ids += [row_id for _id, row_id in insert_rows(self, shared, names)]
        events = self.browse(ids)
        self._announce(events, site_name, "manual")
        return events

    @api.model
    def _announce(self, events, site_name, mode):
        """Tell the sites of new events, all of one site and mode; by model."""

    @api.model
    def _get_retention_domain(self):
        """Return which old events may be forgotten; sites hold back what is open."""
        return fields.Domain.TRUE

    @api.autovacuum
    def _gc_events(self):
        """Forget old events, some at a time."""
        if self._abstract:
            return None
        params = self.env["ir.config_parameter"].sudo()
        days = int(params.get_param("integrator.retention_days", DAYS_KEPT))
        limit = fields.Datetime.now() - timedelta(days=days)
        old = self.search(
            fields.Domain("operation_timestamp", "<", limit)
            & self._get_retention_domain(),
            limit=GC_BATCH,
            order="id",
        )
        old.unlink()
        return len(old), int(len(old) == GC_BATCH)
