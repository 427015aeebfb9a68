# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_product_events
from . import test_stock_events
from . import test_integrator_alert
from . import test_access
from . import test_server_config
from . import test_redaction
