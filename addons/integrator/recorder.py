# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Gathers what one transaction does to products, and writes it down once.

The hooks on products and stock only fill a buffer. It is written when the transaction
is about to be committed, and also whenever a savepoint is set, because Odoo runs the
same callbacks then: rows written earlier in the transaction are found again and
brought up to date, so that there is one row per record and kind in the end.

Rows are written past the ORM, which would cost as much as the change itself.
"""

import json
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from psycopg2.extras import Json

from odoo import fields
from odoo.tools import SQL, split_every

BUFFER = "integrator.product_events"
WRITTEN = "integrator.product_rows"
PAGE = 5000


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a record so far; records with the same fate share one."""

    operation: str
    data: dict = field(default_factory=dict)
    # Only what is deleted needs its name now.
    name: str = ""
    company_id: int | None = None

    @property
    def kind(self):
        """Events of different kinds are rows of their own: stock, and all the rest."""
        return "inventory" if self.operation == "inventory" else "change"

    def merge(self, later):
        """Return this event with a *later* one of the same transaction joined in.

        :return: the joined event, this very one when nothing is new; None when nothing
            is left of both
        """
        if later.operation == "unlink":
            return None if self.operation == "create" else later
        if self.operation == "create":
            return self
        if later.operation == "create":
            # Odoo writes fields of the template before it has made the variant.
            return later
        data = {**self.data, **later.data}
        if self.operation == "inventory":
            places = {*self.data["locations"], *later.data["locations"]}
            data = {"locations": sorted(places)}
        return self if data == self.data else Event(self.operation, data)


def is_recording(env, model):
    """Return the field names of *model* to be recorded now; empty: none."""
    if env.context.get("integrator_no_record"):
        return frozenset()
    return env["integrator.site"]._get_subscriptions().get(model, frozenset())


def record(env, model, events):
    """Buffer *events*: dict record id -> Event, all of one kind."""
    if not events:
        return
    precommit = env.cr.precommit
    if BUFFER not in precommit.data:
        precommit.data[BUFFER] = defaultdict(dict)
        # The hook's user may not see the integration tables.
        system = env(su=True)
        precommit.add(lambda: _write_rows(system))
    kind = next(iter(events.values())).kind
    _join(precommit.data[BUFFER][model, kind], events)


def _join(known, events):
    """Join *events* into the *known* ones, in place; both are dict id -> Event."""
    if not known:
        known.update(events)
        return
    for record_id, event in events.items():
        merged = known[record_id].merge(event) if record_id in known else event
        if merged:
            known[record_id] = merged
        else:
            del known[record_id]


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


# === THE ROWS === #


def _write_rows(env):
    """Write the buffered events: new rows in batches, known ones updated."""
    buffer = env.cr.precommit.data.pop(BUFFER, {})
    _add_kits(env, buffer)
    ids = []
    for (model, kind), events in buffer.items():
        written = _get_written(env.cr)[model, kind]
        _update_known(env, model, written, events)
        ids += _insert(env, model, written, events)
    rows = env["product.integration"].browse(ids)
    rows._announce(rows, False, "automatic")


def _add_kits(env, buffer):
    """Let the stock of kits change with the stock of what is in them."""
    touched = buffer.get(("product.product", "inventory"))
    if not touched:
        return
    kits = env["product.product"].browse(touched)._get_integration_kits()
    for component_id, kit_ids in kits.items():
        _join(touched, dict.fromkeys(kit_ids, touched[component_id]))


def _insert(env, model, written, events):
    """Insert a row per event, and note it in *written*.

    :return: list of the ids
    """
    ids = []
    rows = env["product.integration"]
    for operation, found in _by_operation(events).items():
        shared = {
            "record_model": model,
            "record_operation": operation,
            "mode": "automatic",
        }
        names, data = env[model].browse(found)._get_integration_query(), None
        if operation in ("write", "inventory") and names and _is_common(found):
            # The usual and the cheapest: the database names the records itself.
            shared["operation_data"] = Json(next(iter(found.values())).data)
        else:
            names, data = _describe(env, model, operation, found)
        for record_id, row_id in insert_rows(rows, shared, names, data):
            written[record_id] = (row_id, found[record_id])
            ids.append(row_id)
    return ids


def _is_common(events):
    """Return whether the same happened to all; as a rule they share one object."""
    first = next(iter(events.values()))
    return all(event is first or event == first for event in events.values())


def insert_rows(rows, shared, names, data=None):
    """Insert events past the ORM.

    :param rows: the model of the events
    :param shared: dict column -> value that all rows have
    :param names: a row for each: dict record id -> (its name, company id or None), or
        SQL that selects these three
    :param data: dict record id -> what happened, fit for JSON; None: the same for all
    :return: list of tuples (record id, id of the new row), in the order of *names*
    """
    now = fields.Datetime.now()
    shared = {
        "operation_timestamp": now,
        "create_date": now,
        "create_uid": rows.env.uid,
        **shared,
    }
    found = []
    pages = (
        [names] if isinstance(names, SQL) else split_every(PAGE, names.items(), dict)
    )
    for page in pages:
        source = page if isinstance(page, SQL) else _as_query(page, data)
        rows.env.cr.execute(_get_insert(rows._table, shared, source, bool(data)))
        found += rows.env.cr.fetchall()
    return found


def _as_query(names, data):
    """Return SQL that selects these names, and the data if there are some.

    The values go as few long texts, which costs less than many short ones.
    """
    titles, companies = zip(*names.values(), strict=True)
    functions = [
        SQL("json_array_elements_text(%s)", json.dumps(column))
        for column in (list(names), titles, companies)
    ]
    if data:
        column = json.dumps([data[record_id] for record_id in names])
        functions.append(SQL("jsonb_array_elements(%s)", column))
    return SQL(
        "SELECT line.id::int, line.name, line.company_id::int %s"
        " FROM ROWS FROM (%s) AS line (id, name, company_id %s)",
        SQL(", line.data") if data else SQL(),
        SQL(", ").join(functions),
        SQL(", data") if data else SQL(),
    )


def _get_insert(table, shared, source, has_data):
    return SQL(
        """
        INSERT INTO %(table)s (record_id, record_name, company_id %(data)s, %(shared)s)
        SELECT line.*, %(values)s FROM (%(source)s) AS line
        RETURNING record_id, id
        """,
        table=SQL.identifier(table),
        data=SQL(", operation_data") if has_data else SQL(),
        shared=SQL(", ").join(map(SQL.identifier, shared)),
        values=SQL(", ").join(SQL("%s", value) for value in shared.values()),
        source=source,
    )


def _get_written(cr):
    """Return the rows written earlier in this very transaction.

    :return: dict (model, kind) -> dict record id -> (row id, Event)
    """
    if WRITTEN not in cr.cache:
        cr.cache[WRITTEN] = defaultdict(dict)
        for callbacks in (cr.postcommit, cr.postrollback):
            callbacks.add(lambda: cr.cache.pop(WRITTEN, None))
    return cr.cache[WRITTEN]


def _update_known(env, model, written, events):
    """Join *events* with the rows of earlier in the transaction, where there are some.

    What is left in *events* has no row: also if a rolled-back savepoint took it away.
    """
    known = written.keys() & events.keys()
    if not known:
        return
    rows = env["product.integration"].browse(written[id_][0] for id_ in known)
    alive = set(rows.exists().ids)
    gone, changed = [], {}
    for record_id in known:
        row_id, earlier = written.pop(record_id)
        if row_id not in alive:
            continue
        event = events.pop(record_id)
        merged = earlier.merge(event)
        if merged is None:
            gone.append(row_id)
            continue
        written[record_id] = (row_id, merged)
        # A row of something created is what is true in the end.
        if merged is not earlier or merged.operation == "create":
            changed[record_id] = merged
    rows.browse(gone).unlink()
    _update(env, model, written, changed)


def _update(env, model, written, events):
    """Bring the rows of these events up to date."""
    for operation, found in _by_operation(events).items():
        names, data = _describe(env, model, operation, found)
        env.cr.execute_values(
            """
            UPDATE product_integration AS row
               SET record_operation = new.operation, record_name = new.name,
                   company_id = new.company_id, operation_data = new.data
              FROM (VALUES %s) AS new (id, operation, name, company_id, data)
             WHERE row.id = new.id
            """,
            [
                (written[id_][0], operation, name, company_id, Json(data[id_]))
                for id_, (name, company_id) in names.items()
            ],
            template="(%s, %s, %s, %s::int, %s::jsonb)",
            page_size=PAGE,
        )
    rows = env["product.integration"].browse(written[id_][0] for id_ in events)
    rows.invalidate_recordset()


def _by_operation(events):
    """Return the events as dict operation -> dict record id -> Event."""
    found = defaultdict(dict)
    for record_id, event in events.items():
        found[event.operation][record_id] = event
    return found


def _describe(env, model, operation, events):
    """Find names, companies and keys, in one read.

    :return: tuple (dict record id -> (name, company id or None), none for those gone,
        which concern nobody; dict record id -> what happened)
    """
    data = {record_id: event.data for record_id, event in events.items()}
    if operation == "unlink":
        return {id_: (e.name, e.company_id) for id_, e in events.items()}, data
    records = env[model].browse(events)
    if operation == "create":
        data.update(records.exists()._get_integration_keys())
    return records._get_integration_names(), data


# === WHAT THE HOOKS CALL === #


def record_created(records):
    """Record that these records were created."""
    if is_recording(records.env, records._name):
        record(records.env, records._name, dict.fromkeys(records.ids, Event("create")))


def record_written(records, data):
    """Record that these records got the values *data*."""
    event = Event("write", data)
    record(records.env, records._name, dict.fromkeys(records._origin.ids, event))


def record_inventory(env, places):
    """Record that the stock of products changed.

    :param places: dict product id -> set of the ids of the locations where it did
    """
    events = {
        product_id: Event("inventory", {"locations": sorted(found)})
        for product_id, found in places.items()
    }
    record(env, "product.product", events)


@contextmanager
def recording_unlink(records):
    """Record that these records are deleted inside; read what they are known by."""
    events = {}
    if is_recording(records.env, records._name):
        records = records.exists().sudo()
        keys = records._get_integration_keys()
        events = {
            item.id: Event(
                "unlink",
                keys.get(item.id, {}),
                item.display_name,
                item.company_id.id or None,
            )
            for item in records
        }
    yield
    record(records.env, records._name, events)
