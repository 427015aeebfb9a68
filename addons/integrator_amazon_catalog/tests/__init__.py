# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_listing_attributes
from . import test_listings_feed
from . import test_listings_report
from . import test_listing_flow
