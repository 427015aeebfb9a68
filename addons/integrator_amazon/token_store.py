# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access tokens, shared by all workers and nodes through PostgreSQL."""

from psycopg2.errors import LockNotAvailable

from odoo.addons.integrator.encryption import WrongKeyError, decrypt, encrypt

from .spapi import AccessToken, errors
from .spapi.signin import SIGN_IN
from .transaction import autonomous

LONGEST_WAIT = "40s"


class DatabaseTokenStore:
    """Keeps access tokens encrypted in ``amazon_access_token``; a ``TokenStore`` of
    ``spapi``.

    However many workers need a new one, the first one fetches it: the row is locked
    while it asks, and the others find its token.
    """

    def __init__(self, env):
        self._env = env

    def get(self, key):
        """Return the token kept under *key*, or None; it may be about to end."""
        with autonomous(self._env) as env:
            env.cr.execute(
                "SELECT encrypted, expires_at FROM amazon_access_token WHERE key = %s",
                [key],
            )
            return self._unpack(env.cr.fetchone())

    def renew(self, key, fetch, refused):
        """Return a token that *fetch()* got, here or in another worker meanwhile.

        :param refused: a token that Amazon does not take any more
        """
        with autonomous(self._env) as env:
            known = self._lock(env.cr, key)
            if known and known.serves(refused):
                return known
            token = fetch()
            env.cr.execute(
                "UPDATE amazon_access_token SET encrypted = %s, expires_at = %s"
                " WHERE key = %s",
                [encrypt(token.value), token.expires_at, key],
            )
            return token

    def drop(self, key, refused):
        """Forget the token *refused*, unless another took its place."""
        with autonomous(self._env) as env:
            known = self._lock(env.cr, key)
            if known and known.value == refused:
                env.cr.execute("DELETE FROM amazon_access_token WHERE key = %s", [key])

    def _lock(self, cr, key):
        # Who has it asks Amazon at this moment. If that takes long, Amazon is down:
        # those behind had better come back later than wait in a row.
        cr.execute("SET LOCAL lock_timeout = %s", [LONGEST_WAIT])
        try:
            cr.execute(
                "INSERT INTO amazon_access_token (key, encrypted, expires_at)"
                " VALUES (%s, '', 0) ON CONFLICT (key) DO NOTHING",
                [key],
            )
            cr.execute(
                "SELECT encrypted, expires_at FROM amazon_access_token"
                " WHERE key = %s FOR UPDATE",
                [key],
            )
        except LockNotAvailable as error:
            raise errors.UnavailableError(
                errors.sentence(SIGN_IN, "another job has waited long for it already."),
                operation=SIGN_IN,
                maybe_done=False,
            ) from error
        return self._unpack(cr.fetchone())

    @staticmethod
    def _unpack(row):
        if not row or not row[0]:
            return None
        try:
            return AccessToken(decrypt(row[0]), row[1])
        except WrongKeyError:
            return None
