# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's command line, as a script.

Odoo starts its websocket worker by the path of its own script, and a package that
was started with ``-m`` has none that can be run.
"""

from odoo.cli.command import main

if __name__ == "__main__":
    main()
