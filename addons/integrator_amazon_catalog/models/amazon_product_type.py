# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json
from collections import OrderedDict
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models

from odoo.addons.integrator_amazon import archive
from odoo.addons.integrator_amazon.spapi import errors
from odoo.addons.queue_job.exception import RetryableJobError

from ..feeds.product_type_schema import ProductTypeSchema
from .product_template import PLAIN_TYPE

# Amazon's links to schemas live a week; so long a schema counts as fresh.
FRESH_DAYS = 7
# Compiled schemas of this worker, by id and version of the record.
_compiled = OrderedDict()
MOST_COMPILED = 50


class AmazonProductType(models.Model):
    """What Amazon demands of a product type in one marketplace; cached, refreshed.

    https://developer-docs.amazon.com/sp-api/docs/product-type-definitions-api-v2020-09-01-reference
    """

    _name = "amazon.product.type"
    _description = "Amazon Product Type"
    _order = "name, marketplace_id, requirements"

    account_id = fields.Many2one(
        "amazon.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    marketplace_id = fields.Many2one("amazon.marketplace", required=True)
    name = fields.Char(required=True, help="Amazon's name of it, like LUGGAGE.")
    title = fields.Char(readonly=True)
    requirements = fields.Selection(
        [
            ("LISTING", "Whole Listing"),
            ("LISTING_OFFER_ONLY", "Offer on a Page of Amazon's"),
        ],
        required=True,
        default="LISTING",
    )
    state = fields.Selection(
        [
            ("new", "To Be Fetched"),
            ("ready", "Ready"),
            ("unknown", "Amazon Does Not Know It"),
        ],
        required=True,
        default="new",
        readonly=True,
    )
    error = fields.Char(readonly=True)
    checksum = fields.Char(readonly=True)
    fetch_date = fields.Datetime(string="Fetched", readonly=True)
    schema = fields.Binary(attachment=True, readonly=True)
    required_text = fields.Text(string="Amazon Demands", readonly=True)

    _name_uniq = models.Constraint(
        "UNIQUE (account_id, marketplace_id, name, requirements)",
        "This product type is known already.",
    )

    @api.model
    def _get(self, account, marketplace, name, requirements):
        """Return the record of a product type; made, and fetched by a job, if new."""
        domain = [
            ("account_id", "=", account.id),
            ("marketplace_id", "=", marketplace.id),
            ("name", "=", name),
            ("requirements", "=", requirements),
        ]
        found = self.search(domain, limit=1)
        if not found:
            try:
                with self.env.cr.savepoint():
                    found = self.create({field: value for field, _op, value in domain})
            except UniqueViolation as error:
                raise RetryableJobError(
                    "It was made meanwhile.", seconds=2, ignore_retry=True
                ) from error
        if found.state == "new":
            found._enqueue_fetch()
        return found

    @api.model
    def _get_any(self, account, marketplace):
        """Return a product type of a marketplace, PRODUCT if none is known."""
        domain = [
            ("account_id", "=", account.id),
            ("marketplace_id", "=", marketplace.id),
            ("requirements", "=", "LISTING"),
            ("state", "!=", "unknown"),
        ]
        found = self.search(domain, limit=1)
        return found or self._get(account, marketplace, PLAIN_TYPE, "LISTING")

    def _get_schema(self):
        """Return the ``ProductTypeSchema``, compiled once per worker, or None."""
        self.ensure_one()
        if self.state != "ready":
            return None
        key = (self.env.cr.dbname, self.id, self.checksum)
        if key not in _compiled:
            with archive.unpack(self, "schema") as source:
                _compiled[key] = ProductTypeSchema(json.load(source))
            if len(_compiled) > MOST_COMPILED:
                _compiled.popitem(last=False)
        _compiled.move_to_end(key)
        return _compiled[key]

    # === FETCHING === #

    def _enqueue_fetch(self):
        for item in self:
            system = self.env["amazon.account"]._as_system().env[self._name]
            system.browse(item.id).with_delay(
                identity_key=f"amazon-product-type-{item.id}",
                max_retries=0,
                description=f"Fetch product type {item.name}",
            )._job_fetch()

    def _job_fetch(self):
        """Fetch what Amazon demands of a product type"""
        self.ensure_one()
        try:
            definition, schema = self._fetch()
            compiled = ProductTypeSchema(schema)
        except errors.RejectedError as error:
            return self._on_unknown(str(error))
        except ValueError as error:
            # A schema that cannot be read must not hold its products back for ever.
            return self._on_unknown(str(error))
        self._keep(definition, schema, compiled)
        self.env["amazon.shipping.template"]._take_up(
            self.account_id,
            self.marketplace_id,
            compiled.choices("merchant_shipping_group"),
        )
        return self._on_known()

    def _fetch(self):
        definition = self.account_id._call(
            "getDefinitionsProductType",
            lambda client: client.get_product_type_definition(
                self.name,
                self.marketplace_id.marketplace_id,
                requirements=self.requirements,
                locale=self.marketplace_id.language_tag,
                use_seller=True,
            ),
            self,
        )
        return definition, self._download(definition)

    def _download(self, definition):
        """Return the schema itself, a dict.

        :raise RetryableJobError: later; Amazon's address of it has run out
        """
        account = self.account_id
        try:
            return account._call(
                "downloadDocument",
                lambda client: client.download_schema(definition),
                self,
            )
        except errors.DocumentRefusedError as error:
            account._put_off("downloadDocument", error)

    def _keep(self, definition, schema, compiled):
        source = io.BytesIO(json.dumps(schema).encode())
        archive.keep(self, "schema", source, f"{self.name}.json.gz")
        self.write(
            {
                "state": "ready",
                "error": False,
                "title": definition.display_name,
                "checksum": definition.schema_checksum,
                "fetch_date": fields.Datetime.now(),
                "required_text": "\n".join(
                    sorted(map(compiled.title, compiled.required))
                ),
            }
        )

    def _on_unknown(self, text):
        self.write(
            {
                "state": "ready" if self.checksum else "unknown",
                "error": text,
                "fetch_date": fields.Datetime.now(),
            }
        )
        return self._on_known()

    def _on_known(self):
        """Let the listings of this type that waited for it go on.

        The last of those that are fetched now lets all go on: each would look at all
        that waits.
        """
        others = self.search_count(
            [
                ("account_id", "=", self.account_id.id),
                ("marketplace_id", "=", self.marketplace_id.id),
                ("state", "=", "new"),
            ],
            limit=1,
        )
        if others:
            return self.state
        self.env["amazon.feed.message"]._release(
            [
                ("account_id", "=", self.account_id.id),
                ("marketplace_id", "=", self.marketplace_id.id),
                ("listing_id", "!=", False),
            ]
        )
        return self.state

    @api.model
    def _cron_refresh(self):
        """Fetch anew what was fetched a week ago."""
        limit = fields.Datetime.now() - timedelta(days=FRESH_DAYS)
        self.search(
            [
                ("account_id.mode", "!=", "stopped"),
                "|",
                ("fetch_date", "=", False),
                ("fetch_date", "<", limit),
            ]
        )._enqueue_fetch()

    def action_refresh(self):
        """Ask Amazon anew, now."""
        self.sudo()._enqueue_fetch()
