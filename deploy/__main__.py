# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The commands behind the Makefile: ``python3 -m deploy COMMAND [ARGUMENT]``."""

from __future__ import annotations

import sys
from collections.abc import Callable

from deploy import installation, stage, testing
from deploy.console import Problem, fail

COMMANDS: dict[str, Callable[..., None]] = {
    "setup": installation.ensure,
    "run": stage.run,
    "stop": stage.stop,
    "shell": stage.shell,
    "logs": stage.logs,
    "clean": stage.clean,
    "test-addons": testing.test_addons,
    "test-system": testing.test_system,
    "bench": testing.bench,
    "scale": testing.scale,
    "lint": testing.lint,
}


def main(arguments: list[str]) -> int:
    """Run one command; return the exit status."""
    if not arguments or arguments[0] not in COMMANDS:
        print(f"Commands: {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        COMMANDS[arguments[0]](*[a for a in arguments[1:] if a])
    except Problem as problem:
        return fail(problem)
    except OSError as error:
        return fail(Problem(f"{error}.", "Check the disk and the rights, then retry."))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
