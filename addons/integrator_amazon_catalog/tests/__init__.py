# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_attribute_map
from . import test_comparison
from . import test_listing_attributes
from . import test_listing_texts
from . import test_listings_feed
from . import test_listings_report
from . import test_merchant_listings
from . import test_product_type
from . import test_product_type_schema
from . import test_variation_themes
from . import test_listing_flow
from . import test_shown_listing
from . import test_listing_proof
from . import test_listing_match
from . import test_pending_items
from . import test_listing_content
from . import test_listing_family
from . import test_listing_image
from . import test_listing_inventory
from . import test_listing_override
from . import test_listing_price
from . import test_amazon_resync
from . import test_listing_plan
