# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's reports, from the downloaded file to rows; plain Python, no Odoo."""

from .flat_file import EXTRA_CELLS, FlatFile, UnreadableReport
from .text import ReportText, open_text

__all__ = ["EXTRA_CELLS", "FlatFile", "ReportText", "UnreadableReport", "open_text"]
