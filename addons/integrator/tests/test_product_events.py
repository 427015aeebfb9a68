# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .common import IntegratorCase


@tagged("post_install", "-at_install")
class TestProductEvents(IntegratorCase):
    # === ONE ROW PER TRANSACTION === #

    def test_created_product_is_one_row(self):
        product = self.product(default_code="C1", barcode="4006381333931")
        self.assertEqual(self.events(product), ["create"])
        row = self.rows(product)
        self.assertEqual(row.operation_data["default_code"], "C1")
        self.assertEqual(row.operation_data["barcode"], "4006381333931")
        self.assertEqual((row.mode, row.site_name), ("automatic", False))
        self.assertEqual(self.announced, [row.ids])

    def test_created_by_its_template_it_is_one_row_with_late_values(self):
        template = self.env["product.template"].create(
            {"name": "Case", "default_code": "C2"}
        )
        variant = template.product_variant_id
        self.assertEqual(self.events(variant), ["create"])
        self.assertEqual(self.rows(variant).operation_data["default_code"], "C2")

    def test_create_and_five_writes_are_one_row(self):
        product = self.product()
        for number in range(5):
            product.name = f"Case {number}"
        self.assertEqual(self.events(product), ["create"])
        self.assertEqual(self.rows(product).record_name, "Case 4")

    def test_create_and_writes_with_savepoints_between_are_one_row(self):
        product = self.product()
        for number in range(5):
            with self.env.cr.savepoint():
                product.name = f"Case {number}"
        self.assertEqual(self.events(product), ["create"])
        self.assertEqual(self.rows(product).record_name, "Case 4")

    def test_writes_are_one_row_with_the_union_of_values(self):
        product = self.product()
        self.commit()
        product.name = "A"
        product.write({"default_code": "X", "name": "B"})
        self.assertEqual(self.events(product), ["create", "write"])
        self.assertEqual(
            self.rows(product)[-1].operation_data, {"name": "B", "default_code": "X"}
        )

    def test_next_transaction_is_a_new_row(self):
        product = self.product()
        for name in ("A", "B"):
            self.commit()
            product.name = name
        self.assertEqual(self.events(product), ["create", "write", "write"])

    def test_created_and_deleted_leaves_nothing(self):
        product = self.product()
        product.unlink()
        self.assertEqual(self.events(product), [])

    def test_created_and_deleted_with_a_savepoint_between_leaves_nothing(self):
        product = self.product()
        with self.env.cr.savepoint():
            product.unlink()
        self.assertEqual(self.events(product), [])

    def test_changed_and_deleted_is_deleted(self):
        product = self.product(default_code="GONE")
        self.commit()
        product.name = "Last name"
        product.unlink()
        self.assertEqual(self.events(product), ["create", "unlink"])
        row = self.rows(product)[-1]
        self.assertEqual(row.operation_data["default_code"], "GONE")
        self.assertIn("Last name", row.record_name)

    # === SAVEPOINTS THAT ROLL BACK === #

    def test_rolled_back_change_leaves_nothing(self):
        product = self.product()
        self.commit()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            product.name = "Never"
            self.env.cr.flush()
            raise ZeroDivisionError
        self.assertEqual(self.events(product), ["create"])

    def test_change_after_a_rolled_back_one_is_recorded(self):
        product = self.product()
        self.commit()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            product.name = "Never"
            self.env.cr.flush()
            raise ZeroDivisionError
        product.name = "Now"
        self.assertEqual(self.events(product), ["create", "write"])
        self.assertEqual(self.rows(product)[-1].operation_data, {"name": "Now"})

    def test_change_before_a_rolled_back_one_stays(self):
        product = self.product()
        self.commit()
        product.name = "Before"
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            product.default_code = "NEVER"
            raise ZeroDivisionError
        self.assertEqual(self.events(product), ["create", "write"])
        self.assertEqual(self.rows(product)[-1].operation_data, {"name": "Before"})

    # === EVERY WAY A PRODUCT CHANGES === #

    def test_change_of_a_template_is_one_of_each_variant(self):
        template = self.template_with_variants()
        self.commit()
        template.name = "Renamed"
        for variant in template.product_variant_ids:
            self.assertEqual(self.events(variant), ["create", "write"])

    def test_new_variants_are_created(self):
        template = self.template_with_variants()
        self.assertEqual(len(template.product_variant_ids), 2)
        for variant in template.product_variant_ids:
            self.assertEqual(self.events(variant), ["create"])

    def test_deleted_template_is_one_of_each_variant(self):
        variants = self.template_with_variants().product_variant_ids
        self.commit()
        variants.product_tmpl_id.unlink()
        for variant in variants:
            self.assertEqual(self.events(variant), ["create", "unlink"])

    def test_archived_product_is_a_change(self):
        product = self.product()
        self.commit()
        product.action_archive()
        self.assertEqual(self.events(product), ["create", "write"])
        self.assertEqual(self.rows(product)[-1].operation_data, {"active": False})

    def test_extra_price_of_an_attribute_is_a_change_of_its_variants(self):
        template = self.template_with_variants()
        self.commit()
        value = template.attribute_line_ids.product_template_value_ids[0]
        value.price_extra = 5
        changed, other = (
            value.ptav_product_variant_ids,
            template.product_variant_ids - value.ptav_product_variant_ids,
        )
        self.assertEqual(self.events(changed), ["create", "write"])
        self.assertEqual(self.events(other), ["create"])

    def test_price_rules_are_events_of_their_own(self):
        product = self.product()
        pricelist = self.env["product.pricelist"].create({"name": "List"})
        rule = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "0_product_variant",
                "product_id": product.id,
                "fixed_price": 10,
            }
        )
        self.commit()
        rule.fixed_price = 12
        self.commit()
        rule.unlink()
        self.assertEqual(self.events(rule), ["create", "write", "unlink"])
        self.assertEqual(self.rows(rule)[-1].operation_data["product_id"], product.id)

    def test_a_pricelist_is_an_event_of_its_own(self):
        pricelist = self.env["product.pricelist"].create({"name": "List"})
        self.commit()
        pricelist.name = "Other name"
        self.assertEqual(self.events(pricelist), [])
        pricelist.active = False
        self.assertEqual(self.events(pricelist), ["write"])
        row = self.rows(pricelist)
        self.assertEqual(row.operation_data, {"active": False})
        self.assertIn("Other name", row.record_name)

    def test_deleted_pricelist_is_one_of_each_rule(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "List",
                "item_ids": [(0, 0, {"fixed_price": price}) for price in (1, 2)],
            }
        )
        rules = pricelist.item_ids
        self.commit()
        pricelist.active = False
        pricelist.unlink()
        self.assertFalse(rules.exists())
        for rule in rules:
            self.assertEqual(self.events(rule), ["create", "unlink"])
            data = self.rows(rule)[-1].operation_data
            self.assertEqual(data["pricelist_id"], pricelist.id)

    def test_files_are_told_but_not_copied(self):
        product = self.product()
        self.commit()
        product.image_1920 = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
            b"awAAAABJRU5ErkJggg=="
        )
        self.assertEqual(self.events(product), ["create", "write"])
        self.assertEqual(self.rows(product)[-1].operation_data, {"image_1920": True})

    def test_fields_nobody_subscribes_to_are_not_recorded(self):
        product = self.product()
        self.commit()
        product.weight = 3
        self.assertEqual(self.events(product), ["create"])

    def test_a_sites_own_writes_are_not_recorded(self):
        product = self.product()
        self.commit()
        product.with_context(integrator_no_record=True).name = "From the site"
        self.assertEqual(self.events(product), ["create"])

    # === COST === #

    def test_import_of_a_thousand_costs_a_constant_number_of_queries(self):
        def import_products(number):
            before = self.env.cr.sql_log_count
            products = self.env["product.product"].create(
                [{"name": f"P{number}-{i}"} for i in range(number)]
            )
            self.env.cr.flush()
            self.commit()
            return products, self.env.cr.sql_log_count - before

        def extra(number):
            self.backend.automatic = True
            self.env["integrator.site"]._get_subscriptions()
            products, with_ = import_products(number)
            self.backend.automatic = False
            self.env["integrator.site"]._get_subscriptions()
            _products, without = import_products(number)
            return products, with_ - without

        import_products(2)
        _few, few = extra(10)
        many, lots = extra(1000)
        rows = self.env["product.integration"].search(
            [("record_id", "in", many.ids), ("record_operation", "=", "create")]
        )
        self.assertEqual(len(rows), 1000)
        # Odoo inserts and reads in batches: some queries more, never one per record.
        self.assertLessEqual(lots, few + 20)

    def test_without_automatic_mode_a_change_costs_nothing(self):
        product = self.product()
        self.commit()
        self.backend.automatic = False
        self.env["integrator.site"]._get_subscriptions()

        def queries():
            before = self.env.cr.sql_log_count
            product.write({"name": "Changed"})
            self.commit()
            return self.env.cr.sql_log_count - before

        queries()
        recorder = "odoo.addons.integrator.models.product_product.is_recording"
        template = recorder.replace("product_product", "product_template")
        with_suite = queries()
        with self.patch_out(recorder), self.patch_out(template):
            without_suite = queries()
        self.assertEqual(with_suite, without_suite)
        self.assertEqual(self.events(product), ["create"])

    def patch_out(self, name):
        return patch(name, lambda env, model: frozenset())

    # === MANUAL MODE AND RETENTION === #

    def test_manual_mode_writes_the_same_rows(self):
        self.backend.automatic = False
        products = self.product() | self.product()
        rows = self.env["product.integration"]._record_manual(products, "write", "test")
        self.assertEqual(set(rows.mapped("mode")), {"manual"})
        self.assertEqual(set(rows.mapped("site_name")), {"test"})
        self.assertEqual(rows.mapped("record_id"), products.ids)
        self.assertEqual(self.announced, [rows.ids])

    def test_manual_rows_of_thousands_cost_some_queries_per_batch(self):
        products = self.env["product.product"].browse(range(10**8, 10**8 + 12_000))
        some = self.product(name="Real", default_code="R")
        self.commit()
        self.env.cr.cache.clear()
        events = self.env["product.integration"]
        with self.assertQueryCount(6):
            rows = events._record_manual(products | some, "write", "test")
        self.assertEqual(len(rows), 12_001)
        self.assertEqual(rows[:3].mapped("record_id"), products[:3].ids)
        self.assertEqual(rows[-1].record_id, some.id)
        self.assertEqual(rows[-1].record_name, "[R] Real")
        self.assertFalse(rows[0].record_name)
        self.assertFalse(rows[0].operation_data)
        self.assertEqual(self.announced[-1], rows.ids)

    def test_manual_rows_bear_the_columns_of_a_site(self):
        self.env.cr.execute("ALTER TABLE product_integration ADD test_batch int")
        rows = self.env["product.integration"]._record_manual(
            self.product(), "inventory", "test", extra={"test_batch": 5}
        )
        self.env.cr.execute(
            "SELECT test_batch FROM product_integration WHERE id = %s", rows.ids
        )
        self.assertEqual(self.env.cr.fetchone(), (5,))

    def test_manual_rows_of_orders_are_named(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.env["res.partner"].create({"name": "Buyer"}).id}
        )
        row = self.env["order.integration"]._record_manual(order, "confirmation", False)
        self.assertEqual(row.record_name, order.display_name)
        self.assertEqual(row.company_id, order.company_id)
        self.assertFalse(row.site_name)

    def test_events_for_another_site_are_not_announced_here(self):
        self.env["product.integration"]._record_manual(
            self.product(), "write", "elsewhere"
        )
        self.assertEqual(self.announced, [])

    def test_old_events_are_forgotten(self):
        old, young = self.product(), self.product()
        self.commit()
        self.rows(old).operation_timestamp = fields.Datetime.now() - timedelta(days=91)
        self.env["product.integration"]._gc_events()
        self.assertEqual(self.events(old), [])
        self.assertEqual(self.events(young), ["create"])

    def test_record_is_opened_or_said_to_be_gone(self):
        product = self.product(name="Vanished")
        self.commit()
        row = self.rows(product)
        self.assertEqual(row.action_open_record()["res_id"], product.id)
        product.unlink()
        self.assertIn("Vanished", row.action_open_record()["params"]["message"])

    def template_with_variants(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Size",
                "value_ids": [(0, 0, {"name": "S"}), (0, 0, {"name": "L"})],
            }
        )
        return self.env["product.template"].create(
            {
                "name": "Shirt",
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [(6, 0, attribute.value_ids.ids)],
                        },
                    )
                ],
            }
        )
