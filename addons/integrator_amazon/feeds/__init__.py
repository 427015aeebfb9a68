# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's XML feeds, and what Amazon answers to feeds; plain Python, no Odoo."""
