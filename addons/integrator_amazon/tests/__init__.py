# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_amazon_access
from . import test_amazon_account
from . import test_amazon_account_keys
from . import test_amazon_account_wizard
from . import test_amazon_connection_check
from . import test_amazon_consent
from . import test_amazon_deprecation
from . import test_amazon_feed
from . import test_amazon_feed_handler
from . import test_amazon_message_cause
from . import test_amazon_rate_budget
from . import test_amazon_report
from . import test_amazon_switches
from . import test_archive
from . import test_feed_envelope
from . import test_feed_processing_report
from . import test_report_flat_file
from . import test_report_text
from . import test_spapi_bucket
from . import test_spapi_client
from . import test_spapi_documents
from . import test_spapi_fuzz
from . import test_spapi_operations
from . import test_spapi_tokens
from . import test_enqueue
