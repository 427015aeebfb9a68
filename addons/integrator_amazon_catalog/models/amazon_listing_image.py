# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..feeds.lanes import IMAGE
from ..feeds.listing_attributes import ListingImages, image_attributes
from ..image_address import sign

# Where images are kept: model, field, letter in the address.
VARIANT = ("product.product", "image_variant_1920", "v")
TEMPLATE = ("product.template", "image_1920", "t")
FURTHER = ("amazon.product.image", "image", "f")


class AmazonListingImage(models.Model):
    """The image lane: addresses at which Amazon can fetch a product's images.

    An address holds the checksum of its image: a new image has a new address, so just
    what changed is sent.
    """

    _inherit = "amazon.listing"

    def _want_image(self, wanted):
        # Whoever only sells on a page of Amazon's leaves its images alone.
        products, templates = self.product_id, self.product_id.product_tmpl_id
        templates |= self.parent_template_id
        own = self._get_checksums(VARIANT, products)
        common = self._get_checksums(TEMPLATE, templates)
        further = self.env["amazon.product.image"].search(
            [("product_tmpl_id", "in", templates.ids)]
        )
        sums = self._get_checksums(FURTHER, further)
        by_template = further.grouped("product_tmpl_id")
        base = self.account_id._get_public_url()
        for item in self.filtered(lambda item: not item.offer_only):
            template = item.parent_template_id or item.product_id.product_tmpl_id
            main = self._get_main(item.product_id, template, own, common)
            images = by_template.get(template, further.browse())
            item._want_images_of(wanted, base, main, images, sums)

    @staticmethod
    def _get_main(product, template, own, common):
        """Return (kind of image, record, checksum) of the main image, or None."""
        if product.id in own:
            return VARIANT, product, own[product.id]
        if template.id in common:
            return TEMPLATE, template, common[template.id]
        return None

    def _want_images_of(self, wanted, base, main, images, sums):
        if not main:
            if self.account_id.image_required:
                self._note(wanted, IMAGE, self._explain_no_image())
            else:
                wanted[self.id].lanes[IMAGE] = {}
            return
        own = images.filtered(
            lambda image: not image.product_id or image.product_id == self.product_id
        )
        address = {
            image: self._get_image_address(base, FURTHER, image, sums[image.id])
            for image in own
            if image.id in sums
        }
        swatch = own.filtered("is_swatch")[:1]
        wanted[self.id].lanes[IMAGE] = image_attributes(
            ListingImages(
                self._get_place(),
                main=self._get_image_address(base, *main),
                others=tuple(address[i] for i in own if i in address and i != swatch),
                swatch=address.get(swatch, ""),
            )
        )

    def _explain_no_image(self):
        return self.env._(
            "It has no image, and Amazon hides what has none. Add one of at least 500 "
            "pixels to the product."
        )

    def _get_image_address(self, base, kind, record, checksum):
        letter = kind[2]
        signature = sign(self.env, letter, record.id, checksum)
        return f"{base}/amazon/image/{letter}/{record.id}/{checksum}/{signature}.jpg"

    def _get_checksums(self, kind, records):
        """Return dict record id -> checksum of its image, for those that have one."""
        model, field, _letter = kind
        rows = (
            self.env["ir.attachment"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", model),
                    ("res_field", "=", field),
                    ("res_id", "in", records.ids),
                ],
                ["res_id", "checksum"],
            )
        )
        return {row.res_id: row.checksum for row in rows if row.checksum}
