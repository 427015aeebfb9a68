# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import amazon_marketplace
from . import amazon_flow
from . import amazon_access_token
from . import amazon_rate_budget
from . import amazon_api_call
from . import amazon_account
from . import amazon_account_keys
from . import amazon_account_connection
from . import amazon_connection_check
from . import amazon_consent
from . import amazon_event_status
from . import product_integration
from . import order_integration
from . import amazon_exchange
from . import amazon_feed_handler
from . import amazon_feed
from . import amazon_feed_calls
from . import amazon_feed_watchdog
from . import amazon_feed_message
from . import amazon_message_cause
from . import amazon_cursor
from . import amazon_report_handler
from . import amazon_report
from . import amazon_report_stream
from . import amazon_deprecation
from . import queue_job
