# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Gathers what one transaction does to products, and writes it down once.

The hooks on products only fill a buffer. It is written when the transaction is
about to be committed, and also whenever a savepoint is set, because Odoo runs the
same callbacks then: rows written earlier in the transaction are found again and
brought up to date, so that there is one row per record in the end.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from psycopg2.extras import Json

from odoo import fields

BUFFER = "integrator.product_events"
WRITTEN = "integrator.product_rows"


@dataclass
class Event:
    """What happened to one record so far: create, write or unlink, and its data."""

    operation: str
    data: dict = field(default_factory=dict)
    name: str = ""
    company_id: int | bool = False
    timestamp: datetime = field(default_factory=fields.Datetime.now)

    def merge(self, later):
        """Return this event with a *later* one of the same transaction joined in.

        :return: the joined event; None when nothing is left of both
        """
        if later.operation == "unlink":
            return None if self.operation == "create" else later
        if self.operation == "create":
            return self
        self.data.update(later.data)
        return self


def is_recording(env, model):
    """Return the field names of *model* to be recorded now; empty: none."""
    if env.context.get("integrator_no_record"):
        return frozenset()
    return env["integrator.site"]._get_subscriptions().get(model, frozenset())


def record(env, model, events):
    """Buffer *events*: dict record id -> Event."""
    if not events:
        return
    precommit = env.cr.precommit
    if BUFFER not in precommit.data:
        precommit.data[BUFFER] = {}
        # The hook's user may not see the integration tables.
        system = env(su=True)
        precommit.add(lambda: _write_rows(system))
    buffer = precommit.data[BUFFER]
    for record_id, event in events.items():
        key = (model, record_id)
        merged = buffer[key].merge(event) if key in buffer else event
        if merged:
            buffer[key] = merged
        else:
            del buffer[key]


def jsonable(record_model, vals, names):
    """Return those of the written *vals* that are recorded, fit for JSON.

    Relations to many and files are told by ``true``: that they changed.
    """
    data = {}
    for name in vals.keys() & names:
        kind = record_model._fields[name].type
        value = vals[name]
        if kind in ("one2many", "many2many", "binary"):
            value = True
        elif isinstance(value, date | datetime):
            value = value.isoformat()
        elif not isinstance(value, str | int | float | bool | None):
            value = str(value)
        data[name] = value
    return data


def _write_rows(env):
    """Write the buffered events: one batch of new rows, known ones updated."""
    buffer = env.cr.precommit.data.pop(BUFFER, {})
    if not buffer:
        return
    written = _get_written(env.cr)
    fresh, known = {}, {}
    for key, event in buffer.items():
        (known if key in written else fresh)[key] = event
    fresh.update(_update_known(env, written, known))
    _describe(env, fresh)
    rows = _insert(env, fresh)
    for row_id, (key, event) in zip(rows.ids, fresh.items(), strict=True):
        written[key] = (row_id, event)
    rows._announce(rows, False, "automatic")


def _insert(env, events):
    """Insert a row per event past the ORM, which would cost as much as the change.

    :param events: dict (model, record id) -> Event
    :return: recordset of the rows, in the same order
    """
    rows = env["product.integration"]
    now = fields.Datetime.now()
    found = env.cr.execute_values(
        """
        INSERT INTO product_integration (record_model, record_id, record_name,
            record_operation, operation_data, operation_timestamp, company_id, mode,
            create_uid, create_date)
        VALUES %s RETURNING id
        """,
        [
            (
                model,
                record_id,
                event.name,
                event.operation,
                Json(event.data),
                event.timestamp,
                event.company_id or None,
                "automatic",
                env.uid,
                now,
            )
            for (model, record_id), event in events.items()
        ],
        page_size=5000,
        fetch=True,
    )
    return rows.browse(row[0] for row in found)


def _get_written(cr):
    """Return the rows written earlier in this very transaction, by record."""
    if WRITTEN not in cr.cache:
        cr.cache[WRITTEN] = {}
        for callbacks in (cr.postcommit, cr.postrollback):
            callbacks.add(lambda: cr.cache.pop(WRITTEN, None))
    return cr.cache[WRITTEN]


def _update_known(env, written, known):
    """Join *known* events with the rows of earlier in the transaction.

    :return: the events whose row a rolled-back savepoint has taken away
    """
    lost, changed = {}, {}
    if not known:
        return lost
    rows = env["product.integration"].browse([written[key][0] for key in known])
    alive = set(rows.exists().ids)
    for key, event in known.items():
        row_id, earlier = written.pop(key)
        merged = earlier.merge(event)
        if row_id not in alive:
            lost[key] = event
        elif merged is None:
            rows.browse(row_id).unlink()
        else:
            changed[key] = merged
            written[key] = (row_id, merged)
    _describe(env, changed)
    for key, merged in changed.items():
        rows.browse(written[key][0]).write(_prepare_vals(key, merged))
    return lost


def _describe(env, events):
    """Add names, companies and keys, in one read per model."""
    by_model = {}
    for (model, record_id), event in events.items():
        if event.operation != "unlink":
            by_model.setdefault(model, {})[record_id] = event
    for model, found in by_model.items():
        created = [id_ for id_, event in found.items() if event.operation == "create"]
        keys = env[model].browse(created).exists()._get_integration_keys()
        names = env[model].browse(found)._get_integration_names()
        for record_id, (name, company_id) in names.items():
            event = found[record_id]
            event.name, event.company_id = name, company_id
            event.data = keys.get(record_id, event.data)


def _prepare_vals(key, event):
    model, record_id = key
    return {
        "record_model": model,
        "record_id": record_id,
        "record_name": event.name,
        "record_operation": event.operation,
        "operation_data": event.data,
        "operation_timestamp": event.timestamp,
        "company_id": event.company_id,
    }


# === WHAT THE HOOKS CALL === #


def record_created(records):
    """Record that these records were created."""
    if is_recording(records.env, records._name):
        events = {id_: Event("create") for id_ in records.ids}
        record(records.env, records._name, events)


def record_written(records, data):
    """Record that these records got the values *data*."""
    events = {id_: Event("write", dict(data)) for id_ in records._origin.ids}
    record(records.env, records._name, events)


@contextmanager
def recording_unlink(records):
    """Record that these records are deleted inside; read what they are known by."""
    events = {}
    if is_recording(records.env, records._name):
        records = records.exists().sudo()
        keys = records._get_integration_keys()
        events = {
            item.id: Event(
                "unlink", keys.get(item.id, {}), item.display_name, item.company_id.id
            )
            for item in records
        }
    yield
    record(records.env, records._name, events)
