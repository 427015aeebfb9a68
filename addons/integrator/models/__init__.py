# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import base
from . import integrator_site
from . import integrator_backend
from . import integrator_event
from . import product_integration
from . import order_integration
from . import integrator_alert
from . import integrator_secret
from . import product_product
from . import product_template
from . import product_template_attribute_value
from . import product_pricelist_item
from . import product_pricelist
from . import stock_quant
from . import stock_move
