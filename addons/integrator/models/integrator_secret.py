# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..encryption import BadKeyError, WrongKeyError, decrypt, encrypt


class IntegratorSecret(models.Model):
    """Keys of remote sites, encrypted. No group has access, administrators included:
    a secret is written, used by the server, and never shown."""

    _name = "integrator.secret"
    _description = "Secret of a Remote Site"
    _rec_name = "name"

    record_model = fields.Char(required=True)
    record_id = fields.Many2oneReference(model_field="record_model", required=True)
    name = fields.Char(required=True)
    encrypted = fields.Char(required=True)
    set_date = fields.Datetime(required=True, default=fields.Datetime.now)

    _name_uniq = models.Constraint(
        "UNIQUE (record_model, record_id, name)", "A secret is kept once."
    )

    @api.model
    def _keep(self, record, name, value):
        """Store *value* encrypted as the secret *name* of *record*."""
        known = self._find(record, name)
        try:
            encrypted = encrypt(value)
        except BadKeyError as error:
            raise self._bad_key_error() from error
        vals = {"encrypted": encrypted, "set_date": fields.Datetime.now()}
        if known:
            known.write(vals)
        else:
            self.sudo().create(
                {
                    "record_model": record._name,
                    "record_id": record.id,
                    "name": name,
                    **vals,
                }
            )

    @api.model
    def _reveal(self, record, name):
        """Return the secret *name* of *record* in clear, "" if there is none.

        :raise UserError: it was encrypted on another server
        """
        found = self._find(record, name)
        try:
            return decrypt(found.encrypted) if found else ""
        except BadKeyError as error:
            raise self._bad_key_error() from error
        except WrongKeyError as error:
            raise UserError(
                self.env._(
                    "%s: its keys were stored by a server with another encryption key "
                    "and cannot be read here. Enter them anew, or give this server "
                    "the encryption key of the other one.",
                    record.display_name,
                )
            ) from error

    def _bad_key_error(self):
        return UserError(
            self.env._(
                "The encryption_key of this server is none: it must be 44 characters, "
                "made as odoo.conf.example says. Ask your administrator."
            )
        )

    @api.model
    def _find(self, record, *names):
        """Return the rows of secrets, without their values."""
        return self.sudo().search(
            [
                ("record_model", "=", record._name),
                ("record_id", "in", record.ids),
                ("name", "in", names),
            ]
        )

    @api.model
    def _forget(self, records):
        """Delete all secrets of *records*."""
        self.sudo().search(
            [("record_model", "=", records._name), ("record_id", "in", records.ids)]
        ).unlink()
