# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.orm.model_classes import add_to_registry
from odoo.tests import TransactionCase

from ..recorder import WRITTEN


class IntegratorCase(TransactionCase):
    """A site with one backend, made for the test only."""

    subscribed = {
        "product.product": {"name", "default_code", "barcode", "active", "image_1920"},
        "product.template": {"name", "default_code", "active", "list_price"},
        "product.pricelist": {"currency_id", "active"},
        "product.pricelist.item": {"fixed_price", "percent_price"},
        "product.template.attribute.value": {"price_extra"},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls._declare_backend()
        cls.site = cls.env["integrator.site"].create(
            {
                "name": "test",
                "title": "Test",
                "backend_model": "integrator.test.backend",
            }
        )
        cls.backend = cls.env["integrator.test.backend"].create({"name": "Backend"})

    @classmethod
    def _declare_backend(cls):
        class TestBackend(models.Model):
            _name = "integrator.test.backend"
            _inherit = "integrator.backend"
            _description = "Test Backend"
            _module = "integrator"
            announced = []

            def _get_subscribed_fields(self):
                return cls.subscribed

            def _on_product_rows(self, rows, mode):
                self.announced.append(rows.ids)

        add_to_registry(cls.registry, TestBackend)
        cls.registry._setup_models__(cls.env.cr, [])
        cls.registry.init_models(
            cls.env.cr, [TestBackend._name], {"module": "integrator"}
        )
        cls.announced = TestBackend.announced
        cls.addClassCleanup(cls.registry.__delitem__, TestBackend._name)

    def setUp(self):
        super().setUp()
        self.backend.automatic = True
        self.announced.clear()

    def commit(self):
        """Come to the end of a transaction, as far as the recorder is concerned."""
        self.env.cr.flush()
        self.env.cr.cache.pop(WRITTEN, None)

    def events(self, record):
        """Return the operations recorded of *record*, in order, after a commit."""
        self.commit()
        return self.rows(record).mapped("record_operation")

    def rows(self, record):
        return self.env["product.integration"].search(
            [("record_model", "=", record._name), ("record_id", "=", record.id)],
            order="id",
        )

    def product(self, **values):
        return self.env["product.product"].create({"name": "Case", **values})
