# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Documents kept as compressed attachments, written and read in pieces.

Odoo's own way to an attachment takes the whole content in memory, three times over.
"""

import base64
import gzip
import hashlib
import io
import os
import tempfile

PIECE = 1 << 20


def keep(record, field, source, name):
    """Keep the binary file *source* compressed as the attachment *field* of *record*.

    :param source: binary file, kept from its beginning
    :param name: file name for a person
    """
    attachments = record.env["ir.attachment"].sudo()
    source.seek(0)
    if attachments._storage() != "file":
        record[field] = base64.b64encode(gzip.compress(source.read(), mtime=0))
        return
    _find(record, field).unlink()
    attachment = attachments.create(
        {
            "name": name,
            "res_model": record._name,
            "res_field": field,
            "res_id": record.id,
            "type": "binary",
            "mimetype": "application/gzip",
        }
    )
    stored = _write_file(attachments, source)
    # These columns are not for everybody to write: the ORM drops them.
    attachment.flush_recordset()
    record.env.cr.execute(
        "UPDATE ir_attachment SET store_fname = %s, checksum = %s, file_size = %s"
        " WHERE id = %s",
        [*stored, attachment.id],
    )
    attachment.invalidate_recordset()
    record.invalidate_recordset([field])


def _write_file(attachments, source):
    """Write *source* compressed into the filestore.

    :return: tuple (name in the filestore, checksum, size)
    """
    folder = attachments._full_path("")
    os.makedirs(folder, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder) as draft:
        with gzip.GzipFile(fileobj=draft, mode="wb", mtime=0) as packer:
            while piece := source.read(PIECE):
                packer.write(piece)
        size = draft.tell()
        draft.seek(0)
        checksum = hashlib.file_digest(draft, "sha1").hexdigest()
        name = f"{checksum[:2]}/{checksum}"
        _move_in(draft.name, attachments._full_path(name))
    # Should the transaction fail, Odoo's own clean-up finds the file.
    attachments._mark_for_gc(name)
    return name, checksum, size


def _move_in(draft, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    try:
        os.link(draft, path)
    except FileExistsError:
        return


def unpack(record, field):
    """Return what was kept as *field* of *record*, as a binary file, unpacked.

    :raise FileNotFoundError: nothing was kept, or the filestore lacks it
    """
    attachment = _find(record, field)
    if not attachment:
        raise FileNotFoundError(f"{record}: {field}")
    if attachment.store_fname:
        return gzip.open(attachment._full_path(attachment.store_fname))
    return gzip.GzipFile(fileobj=io.BytesIO(attachment.raw))


def _find(record, field):
    return (
        record.env["ir.attachment"]
        .sudo()
        .search(
            [
                ("res_model", "=", record._name),
                ("res_field", "=", field),
                ("res_id", "=", record.id),
            ]
        )
    )
