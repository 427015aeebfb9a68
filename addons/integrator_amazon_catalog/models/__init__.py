# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import product_attribute
from . import product_category
from . import product_pricelist
from . import product_template
from . import product_product
from . import amazon_product_image
from . import amazon_shipping_template
from . import amazon_product_type
from . import amazon_attribute_map
from . import amazon_account
from . import amazon_account_marketplace
from . import amazon_listing
from . import amazon_listing_queue
from . import amazon_listing_plan
from . import amazon_listing_wanted
from . import amazon_listing_content
from . import amazon_listing_price
from . import amazon_listing_priced
from . import amazon_listing_inventory
from . import amazon_listing_image
from . import amazon_listing_family
from . import amazon_pending_item
from . import amazon_feed_message
from . import product_integration
from . import amazon_feed_handler_json_listings_feed
