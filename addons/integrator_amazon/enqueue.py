# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One job for many changes, and no change without one."""

import logging

from psycopg2 import OperationalError

from odoo import fields

from .transaction import autonomous

_logger = logging.getLogger(__name__)

# A job in these states will yet read what is in the database.
WAITING = ("wait_dependencies", "pending", "enqueued")


def enqueue_once(env, key, enqueue):
    """Let a job see what this transaction does: one that waits already, or a new one.

    To look first is cheaper than to make a job that is not needed. But a job that waits
    as this transaction sees it may have started since, or be done: that is looked at
    once more when all is committed (https://github.com/OCA/queue/issues/66).

    :param env: of the transaction whose work is to be seen
    :param key: the job's identity key
    :param enqueue: function (env) that makes the job
    """
    found = _find(env, key)
    if not found:
        enqueue(env)
        return
    env.cr.postcommit.add(lambda: _look_again(env, key, found[0], enqueue))


def _find(env, key):
    """Return (when it may run at the earliest) of a job that waits, or None."""
    env["queue.job"].flush_model(["identity_key", "state"])
    env.cr.execute(
        "SELECT eta FROM queue_job WHERE identity_key = %s AND state IN %s"
        " ORDER BY eta DESC NULLS LAST LIMIT 1",
        [key, WAITING],
    )
    return env.cr.fetchone()


def _look_again(env, key, eta, enqueue):
    if eta and eta > fields.Datetime.now():
        # It cannot have started yet.
        return
    try:
        with autonomous(env) as own:
            if not _find(own, key):
                enqueue(own)
    except OperationalError as error:
        # The watchdog finds it, a minute later at most.
        _logger.info("A job could not be made: %s", error)
