# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Small transactions of their own, beside that of the running job."""

from contextlib import contextmanager

from psycopg2.extensions import TRANSACTION_STATUS_IDLE


@contextmanager
def autonomous(env):
    """Yield *env* on a second transaction that is committed at the end.

    What a job learns from a call (a token spent, a call made, a failure) must
    outlive the job's own transaction, which is rolled back whenever the job is
    put off. The transaction is READ COMMITTED, so that workers queueing for one
    budget row wait for each other instead of failing to serialise.
    """
    with env.registry.cursor() as cr:
        if cr.connection.info.transaction_status == TRANSACTION_STATUS_IDLE:
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        yield env(cr=cr)
