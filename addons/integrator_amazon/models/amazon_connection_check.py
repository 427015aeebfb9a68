# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import SPAPI_ENDPOINTS
from ..spapi import errors
from ..spapi.bucket import URGENT

MARKETPLACES = "getMarketplaceParticipations"
SHIPPING = "Direct-to-Consumer Shipping (Restricted)"


class Check(NamedTuple):
    """A harmless call that needs a role: what fails without it, in words."""

    name: str
    role: str
    disables: str
    operation: str
    function: object


class AmazonConnectionCheck(models.Model):
    """What the last test of a connection found, one line per role of the app."""

    _name = "amazon.connection.check"
    _description = "Amazon Connection Check"
    _order = "sequence, id"

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    sequence = fields.Integer()
    name = fields.Char(string="What", required=True)
    state = fields.Selection(
        [("ok", "Works"), ("missing", "Missing"), ("unknown", "Not Known")],
        required=True,
    )
    message = fields.Text(string="What to Do")


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    check_ids = fields.One2many("amazon.connection.check", "account_id", readonly=True)

    def action_test_connection(self):
        """Sign in, read the marketplaces, try each role; show what came out."""
        self.ensure_one()
        self.check_access("write")
        found = self.sudo()._test_connection()
        kind = {"ok": "success", "error": "danger"}[self.connection_state]
        if found and any(check.state != "ok" for check in self.check_ids):
            kind = "warning"
        return self._notify(kind, self.connection_message)

    def _test_connection(self):
        """Test the connection and keep what was found; return whether there is one."""
        self.check_ids.unlink()
        try:
            shops = self._ask(
                MARKETPLACES, lambda c: c.get_marketplace_participations()
            )
        except (errors.SpApiError, UserError) as error:
            self._set_connection("error", self._diagnose(error))
            return False
        self._adopt_marketplaces(shops)
        self._check_roles()
        self._set_connection("ok", self._describe_connection(shops))
        self._resolve_alert("no-access", "no-answer")
        self._wake_jobs()
        return True

    def _ask(self, operation, function, region=None):
        """Make a call that a person waits for.

        :raise spapi.errors.SpApiError: Amazon did not do it
        :raise UserError: a key is missing, or Amazon's limit is used up
        """
        budgets = self.env["amazon.rate.budget"].sudo()
        wait = 0.0 if region else budgets._take(self, operation, URGENT)
        if wait:
            raise UserError(
                self.env._(
                    "Amazon allows this only now and then. Test again in %d seconds.",
                    wait + 1,
                )
            )
        return self._request(operation, function, self, region=region)

    def _diagnose(self, error):
        """Return in words why the first call of a test failed."""
        if not isinstance(error, errors.AccessDeniedError):
            return str(error)
        region = self._find_other_region()
        if region:
            names = dict(self._fields["region"]._description_selection(self.env))
            return self.env._(
                "This seller account belongs to the selling region %(right)s, not "
                "%(wrong)s. Change the region of %(account)s.",
                right=names[region],
                wrong=names[self.region],
                account=self.name,
            )
        return self.env._(
            "Amazon accepts the keys but lets the app do nothing: the authorisation "
            "was withdrawn, or the app has no role. In Seller Central, Develop Apps, "
            "check the roles of the app and authorise it again. (%s)",
            str(error),
        )

    def _find_other_region(self):
        """Return the region in which these keys are known, when it is another one."""
        for region in SPAPI_ENDPOINTS.keys() - {self.region}:
            try:
                self._ask(
                    MARKETPLACES, lambda c: c.get_marketplace_participations(), region
                )
            except (errors.SpApiError, UserError):
                continue
            return region
        return None

    # === ROLES === #

    def _check_roles(self):
        self.env["amazon.connection.check"].create(
            [
                {
                    "account_id": self.id,
                    "sequence": number,
                    "name": check.name,
                    **self._try_role(check),
                }
                for number, check in enumerate(self._get_checks())
            ]
        )

    def _try_role(self, check):
        try:
            self._ask(check.operation, check.function)
        except errors.AccessDeniedError:
            return {"state": "missing", "message": self._explain_missing(check)}
        except errors.RejectedError:
            # Amazon looked at what was asked: the role is there.
            return {"state": "ok", "message": ""}
        except (errors.SpApiError, UserError) as error:
            return {"state": "unknown", "message": str(error)}
        return {"state": "ok", "message": ""}

    def _explain_missing(self, check):
        text = self.env._(
            "The role %(role)s is missing. Without it: %(disables)s. Add it in Seller "
            "Central (Develop Apps, Edit App), then authorise the app again.",
            role=check.role,
            disables=check.disables,
        )
        if check.operation == "searchListingsItems":
            text += " " + self.env._(
                "If it is there, check that %s is your Merchant ID.", self.seller_id
            )
        return text

    def _get_checks(self):
        """Return a harmless call per role.

        https://developer-docs.amazon.com/sp-api/docs/role-mappings
        """
        shop = self._get_home_marketplace().marketplace_id
        yesterday = datetime.now(timezone.utc) - timedelta(days=1)
        return [
            Check(
                self.env._("Listings"),
                "Product Listing",
                self.env._("no products, stock or prices are sent"),
                "searchListingsItems",
                lambda client: client.search_listings_items(shop, page_size=1),
            ),
            Check(
                self.env._("Orders"),
                "Inventory and Order Tracking",
                self.env._("no orders are read, no shipments confirmed"),
                "searchOrders",
                lambda client: client.search_orders(
                    [shop], created_after=yesterday, max_results=1
                ),
            ),
            Check(
                self.env._("Buyers' names and addresses"),
                SHIPPING,
                self.env._("orders come without names and addresses"),
                "searchOrders",
                lambda client: client.search_orders(
                    [shop],
                    created_after=yesterday,
                    included_data=["RECIPIENT"],
                    max_results=1,
                ),
            ),
            Check(
                self.env._("Reports"),
                SHIPPING,
                self.env._("no order reports are fetched"),
                "getReports",
                lambda client: client.get_reports(
                    ["GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"], page_size=1
                ),
            ),
            Check(
                self.env._("Finances"),
                "Finance and Accounting",
                self.env._("no settlements are booked"),
                "listTransactions",
                lambda client: client.list_transactions(posted_after=yesterday),
            ),
        ]

    def _describe_connection(self, shops):
        names = ", ".join(item.name for item in shops if item.participating)
        missing = self.check_ids.filtered(lambda check: check.state == "missing")
        if missing:
            return self.env._(
                "Connected to %(shops)s, but not everything is allowed: %(missing)s.",
                shops=names,
                missing=", ".join(missing.mapped("name")),
            )
        return self.env._("Connected. Amazon knows you in: %s", names)

    # === MARKETPLACES === #

    def _adopt_marketplaces(self, participations):
        """Choose the marketplaces that Amazon named, when none was chosen yet.

        One that Odoo does not know yet is added: Amazon opens new ones.
        """
        shops = self.env["amazon.marketplace"].with_context(active_test=False).sudo()
        for item in participations:
            if not shops.search_count([("marketplace_id", "=", item.marketplace_id)]):
                shops.create(self._prepare_marketplace_vals(item))
        codes = [p.marketplace_id for p in participations if p.participating]
        self.open_marketplace_ids = shops.search([("marketplace_id", "in", codes)])
        if not self.marketplace_ids:
            self.marketplace_ids = self.open_marketplace_ids

    def _prepare_marketplace_vals(self, item):
        country = self.env["res.country"].search([("code", "=", item.country_code)])
        currency = self.env["res.currency"].with_context(active_test=False)
        return {
            "name": item.name,
            "marketplace_id": item.marketplace_id,
            "code": item.country_code,
            "country_id": country.id,
            "region": self.region,
            "currency_id": currency.search([("name", "=", item.currency_code)]).id,
            "language_tag": item.language_code,
            "domain": item.domain_name,
        }

    @api.model
    def _notify(self, kind, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "sticky": kind != "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
