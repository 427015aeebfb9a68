# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import amazon_account
from . import amazon_feed_handlers
from . import amazon_report_handlers
from . import amazon_test_row
