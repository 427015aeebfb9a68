# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses at which Amazon fetches images: open to whoever knows one, signed so that
none can be guessed."""

from odoo.tools import consteq, hmac

SCOPE = "amazon-image"
LENGTH = 32


def sign(env, letter, record_id, checksum):
    """Return the signature of an image's address."""
    message = f"{letter}/{record_id}/{checksum}"
    return hmac(env(su=True), SCOPE, message)[:LENGTH]


def is_signed(env, letter, record_id, checksum, signature):
    """Return whether an address was made here."""
    known = sign(env, letter, record_id, checksum)
    return consteq(known.encode(), signature.encode())
