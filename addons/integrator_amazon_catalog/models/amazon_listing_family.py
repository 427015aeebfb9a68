# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.integrator_amazon.models.amazon_feed_message import WHOLE

from ..feeds.lanes import RELATIONSHIP
from ..feeds.listing_attributes import ListingFamily, relationship_attributes
from ..feeds.variation_themes import choose


class AmazonListingFamily(models.Model):
    """The relationship lane: variants below their parent, accessories."""

    _inherit = "amazon.listing"

    # === PARENTS === #

    @api.model
    def _get_families(self, account, work, offered):
        """Return the parents of products, made where one is missing.

        :param work: dict product id -> set of lanes that may have changed
        :return: tuple (listings of parents, dict template id -> set of lanes)
        """
        templates = offered.product_tmpl_id.filtered("has_amazon_family")
        lanes = {}
        for product in offered.filtered(lambda p: p.product_tmpl_id in templates):
            lanes.setdefault(product.product_tmpl_id.id, set()).update(work[product.id])
        parents = self._get_parents(account, templates, list(work))
        for parent in parents:
            lanes.setdefault(parent.parent_key, {WHOLE})
        return parents, lanes

    @api.model
    def _get_parents(self, account, templates, product_ids):
        """Return the parents of templates, and of families that products have left."""
        left = self.search(
            [
                ("account_id", "=", account.id),
                ("product_key", "in", product_ids),
                ("product_id.product_tmpl_id", "not in", templates.ids),
            ]
        ).product_id.product_tmpl_id
        orphans = fields.Domain("parent_key", "!=", 0)
        orphans &= fields.Domain("parent_template_id", "=", False)
        orphans &= fields.Domain("state", "not in", ("new", "deleted"))
        known = self.search(
            fields.Domain("account_id", "=", account.id)
            & fields.Domain("marketplace_id", "in", account.marketplace_ids.ids)
            & (fields.Domain("parent_key", "in", (templates | left).ids) | orphans)
        )
        have = {(item.parent_key, item.marketplace_id.id) for item in known}
        return known | self._create_unique(
            [
                self._prepare_parent_vals(account, template, shop)
                for template in templates
                for shop in account.marketplace_ids
                if (template.id, shop.id) not in have
            ]
        )

    @api.model
    def _prepare_parent_vals(self, account, template, shop):
        return {
            "account_id": account.id,
            "marketplace_id": shop.id,
            "parent_template_id": template.id,
            "parent_key": template.id,
            "sku": template._get_amazon_parent_sku(),
        }

    # === WHAT IS WANTED === #

    def _want_relationship(self, wanted):
        described = self.filtered(lambda item: not item.offer_only)
        parents = described._get_listed_parents()
        mains = described._get_main_skus()
        for item in described:
            family = item._get_family(parents, mains, wanted)
            found = relationship_attributes(family) if family else {}
            wanted[item.id].lanes[RELATIONSHIP] = found

    def _get_listed_parents(self):
        """Return dict template id -> SKU of the parent that Amazon has."""
        templates = self.product_id.product_tmpl_id
        parents = self.search(
            [
                ("account_id", "in", self.account_id.ids),
                ("marketplace_id", "in", self.marketplace_id.ids),
                ("parent_key", "in", templates.ids),
                ("state", "=", "listed"),
            ]
        )
        return {parent.parent_key: parent.sku for parent in parents}

    def _get_family(self, parents, mains, wanted):
        """Return the ``ListingFamily``, or None for a product on its own.

        A child goes out on its own until Amazon has its parent; the last of several
        stays below it.
        """
        template = self.parent_template_id or self.product_id.product_tmpl_id
        level = "parent" if self.parent_key else ""
        if not level and template.id in parents and template._may_have_amazon_family():
            level = "child"
        theme = self._get_theme(template, wanted) if level else ""
        if level and not theme:
            return None
        accessory_of = self._get_accessory_of(mains, wanted)
        if not level and not accessory_of:
            return None
        return ListingFamily(
            self._get_place(), level, theme, parents.get(template.id, ""), accessory_of
        )

    def _get_theme(self, template, wanted):
        """Return the variation theme of a family; a problem is noted if none fits."""
        schema = self._get_schema(wanted)
        if schema is None:
            return template.amazon_variation_theme or ""
        themes = schema.choices("variation_theme", "name")
        names = template._get_amazon_varying()
        theme = template.amazon_variation_theme or choose(themes, names)
        if theme in themes:
            return theme
        self._note(
            wanted, RELATIONSHIP, self._explain_no_theme(template, themes, names)
        )
        return ""

    def _explain_no_theme(self, template, themes, names):
        return self.env._(
            "Amazon has no variation theme for %(names)s in the product type %(type)s. "
            "It has: %(themes)s. Choose one on the product, or name Amazon's attribute "
            "on the attributes of its variants.",
            names=", ".join(names) or template.display_name,
            type=template._get_amazon_product_type(),
            themes=", ".join(themes) or self.env._("none"),
        )

    def _get_main_skus(self):
        """Return the SKUs of products that have accessories: dict product id -> SKU."""
        mains = self.search(
            [
                ("account_id", "in", self.account_id.ids),
                ("marketplace_id", "in", self.marketplace_id.ids),
                ("product_id", "in", self.product_id.amazon_main_product_ids.ids),
                ("state", "=", "listed"),
            ]
        )
        return {item.product_id.id: item.sku for item in mains}

    def _get_accessory_of(self, mains, wanted):
        """Return the SKUs of the products that this one is an accessory of."""
        found = [mains.get(id_) for id_ in self.product_id.amazon_main_product_ids.ids]
        if not any(found):
            return ()
        schema = self._get_schema(wanted)
        kinds = schema and schema.choices(
            "child_parent_sku_relationship", "child_relationship_type"
        )
        if kinds and "accessory" not in kinds:
            return ()
        return tuple(sorted(filter(None, found)))

    # === WHEN A PARENT IS THERE === #

    def _queue_children(self):
        """Let the children of parents that Amazon has taken now join them."""
        parents = self.filtered("parent_key")
        children = self.search(
            [
                ("account_id", "in", parents.account_id.ids),
                ("marketplace_id", "in", parents.marketplace_id.ids),
                ("product_id.product_tmpl_id", "in", parents.mapped("parent_key")),
                ("state", "=", "listed"),
            ]
        )
        return children._queue_lanes({RELATIONSHIP})
