# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A stand-in for Amazon's Selling Partner API: strict, stateful, on a clock of its own.

Built from Amazon's published models and documents. It never looks at what the suite
happens to send; where the two disagree, Amazon's documents decide.
"""
