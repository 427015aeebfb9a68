# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import api, fields, models


class AmazonAccessToken(models.Model):
    """Access tokens of Amazon's, encrypted; see ``token_store.py``. No group has
    access."""

    _name = "amazon.access.token"
    _description = "Amazon Access Token"

    key = fields.Char(required=True, help="Digest of the keys it was given for.")
    encrypted = fields.Char()
    expires_at = fields.Float(help="In seconds since 1970.")

    _key_uniq = models.Constraint("UNIQUE (key)", "There is one token per key.")

    @api.autovacuum
    def _gc_tokens(self):
        """Delete tokens that have ended."""
        self.search([("expires_at", "<", time.time())]).unlink()
