# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who makes which report; a type that is not here has nothing to report yet."""

from __future__ import annotations

from deploy.simulator import report_types
from deploy.simulator.report_contents import Maker
from deploy.simulator.report_listings import listings_with
from deploy.simulator.report_orders import orders_to_ship, tracked_orders, unshipped
from deploy.simulator.report_orders_xml import orders_to_ship_xml, tracked_orders_xml

MAKERS: dict[str, Maker] = {
    report_types.ALL_LISTINGS: listings_with("Active", "Inactive"),
    report_types.ACTIVE_LISTINGS: listings_with("Active"),
    report_types.INACTIVE_LISTINGS: listings_with("Inactive"),
    report_types.FLAT_ORDERS: orders_to_ship,
    report_types.XML_ORDERS: orders_to_ship_xml,
    report_types.UNSHIPPED_ORDERS: unshipped,
    report_types.FLAT_TRACKING_BY_UPDATE: tracked_orders("updated"),
    report_types.FLAT_TRACKING_BY_DATE: tracked_orders("created"),
    report_types.XML_TRACKING_BY_UPDATE: tracked_orders_xml("updated"),
    report_types.XML_TRACKING_BY_DATE: tracked_orders_xml("created"),
}
