# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where access tokens are kept, so that many clients use one."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

# Renewed so many seconds before Amazon ends it.
MARGIN = 120


@dataclass(frozen=True)
class AccessToken:
    """An access token; expires_at: seconds since 1970 at which Amazon ends it."""

    value: str = field(repr=False)
    expires_at: float

    def serves(self, refused: str | None = None) -> bool:
        """Return whether it can be used: not about to end, and not *refused*."""
        return self.value != refused and time.time() < self.expires_at - MARGIN


class TokenStore(Protocol):
    """Keeps one access token per key; safe between all who share it.

    A key stands for sign-in address, app and consent; no secret can be read from it.
    """

    def get(self, key: str) -> AccessToken | None:
        """Return the token that is kept, usable or not; None without one."""
        ...

    def renew(
        self, key: str, fetch: Callable[[], AccessToken], refused: str | None
    ) -> AccessToken:
        """Return a token that serves, from *fetch* unless another got one meanwhile.

        *fetch* runs while everybody else with this key waits; what it raises goes
        through, and nothing is kept then.

        :param refused: value of a token that does not count, whatever its age
        """
        ...

    def drop(self, key: str, refused: str) -> None:
        """Forget the token with the value *refused*, unless another took its place."""
        ...


class ProcessTokenStore:
    """A ``TokenStore`` in memory, for all threads of a process."""

    def __init__(self) -> None:
        self._tokens: dict[str, AccessToken] = {}
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()

    def get(self, key: str) -> AccessToken | None:
        """Return the token that is kept, usable or not; None without one."""
        return self._tokens.get(key)

    def renew(
        self, key: str, fetch: Callable[[], AccessToken], refused: str | None
    ) -> AccessToken:
        """Return a token that serves; see ``TokenStore``."""
        with self._guard:
            lock = self._locks[key]
        with lock:
            token = self._tokens.get(key)
            if token is None or not token.serves(refused):
                token = self._tokens[key] = fetch()
            return token

    def drop(self, key: str, refused: str) -> None:
        """Forget the token with the value *refused*; see ``TokenStore``."""
        with self._guard:
            token = self._tokens.get(key)
            if token and token.value == refused:
                del self._tokens[key]

    def clear(self) -> None:
        """Forget every token."""
        self._tokens.clear()
