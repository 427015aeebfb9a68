# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Words to the person at the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Problem(Exception):
    """Something the person must know: what is wrong, and what to do next."""

    def __init__(self, cause: str, next_step: str) -> None:
        super().__init__(f"{cause} {next_step}")


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Name a step while it runs, and say how long it took."""
    started = time.monotonic()
    say(f"-> {name} ...")
    yield
    say(f"   done in {time.monotonic() - started:.0f} s")


def fail(problem: Problem) -> int:
    """Print the one line of *problem*; return the exit status."""
    print(f"Cannot go on: {problem}", file=sys.stderr, flush=True)
    return 1
