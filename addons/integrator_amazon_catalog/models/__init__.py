# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import product_category
from . import product_template
from . import product_product
from . import amazon_account
from . import amazon_listing
from . import amazon_feed_message
from . import product_integration
from . import amazon_feed_handler_json_listings_feed
