# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io

from PIL import Image

from odoo.tests import HttpCase, tagged

from ..image_address import sign
from .common import picture
from .lane_case import LaneCase

MAIN = "main_product_image_locator"
OTHER = "other_product_image_locator_"
SWATCH = "swatch_product_image_locator"


def webp(size=600):
    """Return a half transparent image in a format that Amazon does not take."""
    target = io.BytesIO()
    Image.new("RGBA", (size, size), (255, 0, 0, 0)).save(target, "WEBP", lossless=True)
    return base64.b64encode(target.getvalue())


class ImageCase(LaneCase):
    def addresses(self, product, shop=None):
        """Return dict slot -> address, or the problem."""
        found = self.want_one(self.listing(product, shop), "image")
        if isinstance(found, str):
            return found
        return {
            name: instances[0]["media_location"] for name, instances in found.items()
        }

    def made(self, **values):
        product = self.product(**values)
        self.dispatch()
        return product

    def further(self, product, color, **values):
        return self.env["amazon.product.image"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "image": picture(color),
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestListingImage(ImageCase):
    """Which images Amazon is told to fetch."""

    def test_address_begins_with_the_public_one_of_odoo(self):
        product = self.made()
        self.assertTrue(
            self.addresses(product)[MAIN].startswith("https://odoo.test/amazon/image/")
        )
        self.account.public_url = "https://images.test/"
        self.assertTrue(
            self.addresses(product)[MAIN].startswith("https://images.test/amazon/")
        )

    def test_new_public_address_is_sent(self):
        product = self.listed()
        self.account.public_url = "https://images.test"
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [MAIN])
        self.assertEqual(len(self.listings(product)), 2)

    def test_only_the_slot_of_a_changed_image_is_sent(self):
        product = self.made()
        self.further(product, "blue")
        self.settle_all()
        product.image_1920 = picture("green")
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [MAIN])

    def test_changed_further_image_is_sent_alone(self):
        product = self.made()
        image = self.further(product, "blue")
        self.settle_all()
        image.image = picture("yellow")
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [f"{OTHER}1"])

    def test_removed_image_deletes_just_its_slot(self):
        product = self.made()
        self.further(product, "blue")
        last = self.further(product, "yellow")
        self.settle_all()
        last.unlink()
        self.dispatch()
        _feed, (message,) = self.build_listings()
        (patch,) = message["patches"]
        self.assertEqual(patch["op"], "delete")
        self.assertEqual(patch["path"], f"/attributes/{OTHER}2")

    def test_image_of_the_variant_wins(self):
        attribute = self.env["product.attribute"].create({"name": "Color"})
        values = self.env["product.attribute.value"].create(
            [{"name": n, "attribute_id": attribute.id} for n in ("Red", "Blue")]
        )
        template = self.env["product.template"].create(
            {
                "name": "Suitcase",
                "type": "consu",
                "image_1920": picture("red"),
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [(6, 0, values.ids)],
                        },
                    )
                ],
            }
        )
        red, blue = template.product_variant_ids
        red.default_code, blue.default_code = "R", "B"
        blue.image_variant_1920 = picture("blue")
        mine = self.further(red, "pink", product_id=red.id)
        self.dispatch()
        self.assertIn("/image/t/", self.addresses(red)[MAIN])
        self.assertIn(f"/image/v/{blue.id}/", self.addresses(blue)[MAIN])
        self.assertIn(f"/image/f/{mine.id}/", self.addresses(red)[f"{OTHER}1"])
        self.assertNotIn(f"{OTHER}1", self.addresses(blue))

    def test_further_images_are_in_order_and_at_most_eight(self):
        product = self.made()
        images = [
            self.further(product, (n * 20, 0, 0), sequence=20 - n) for n in range(9)
        ]
        found = self.addresses(product)
        self.assertIn(f"/f/{images[-1].id}/", found[f"{OTHER}1"])
        self.assertIn(f"{OTHER}8", found)
        self.assertNotIn(f"{OTHER}9", found)

    def test_swatch_has_its_own_slot(self):
        product = self.made()
        swatch = self.further(product, "blue", is_swatch=True)
        found = self.addresses(product)
        self.assertEqual(set(found), {MAIN, SWATCH})
        self.assertIn(f"/f/{swatch.id}/", found[SWATCH])

    def test_product_without_image_is_listed_and_its_image_is_an_error(self):
        product = self.made(image_1920=False)
        feed, (message,) = self.build_listings()
        self.assertEqual(message["operationType"], "UPDATE")
        self.assertNotIn(MAIN, message["attributes"])
        listing = self.listing(product)
        refused = self.last(listing, "image")
        self.assertEqual(refused.state, "error")
        self.assertIn("no image", refused.result)
        event = self.env["product.integration"].search([("record_id", "=", product.id)])
        self.assertEqual(event.amazon_status, "error")
        self.accept(feed)
        self.assertEqual(listing.state, "listed")
        self.assertIn("no image", listing.problem_text)
        product.image_1920 = picture("blue")
        self.dispatch()
        _feed, (message,) = self.build_listings()
        self.assertEqual(self.names_of(message), [MAIN])
        self.assertFalse(listing.has_problem)

    def test_image_is_not_demanded_where_it_is_not_required(self):
        self.account.image_required = False
        product = self.made(image_1920=False)
        _feed, (message,) = self.build_listings()
        self.assertNotIn(MAIN, message["attributes"])
        self.assertFalse(self.last(self.listing(product), "image"))
        self.assertFalse(self.listing(product).has_problem)

    def test_who_sells_on_a_page_of_amazons_leaves_its_images_alone(self):
        product = self.made()
        self.listing(product).write({"offer_only": True, "offer_asin": "B000000001"})
        self.assertIsNone(self.want_one(self.listing(product), "image"))
        product.image_1920 = False
        self.assertIsNone(self.want_one(self.listing(product), "image"))


@tagged("post_install", "-at_install")
class TestImageAddress(ImageCase, HttpCase):
    """Amazon fetches images without signing in."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("web.base.url", self.base_url())
        self.authenticate(None, None)

    def fetch(self, address):
        return self.url_open(address.removeprefix(self.base_url()))

    def read(self, answer):
        return Image.open(io.BytesIO(answer.content))

    def test_image_is_given_to_anybody_in_its_full_size(self):
        product = self.made(image_1920=picture("red", 1500))
        answer = self.fetch(self.addresses(product)[MAIN])
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        self.assertEqual(self.read(answer).size, (1500, 1500))
        self.assertNotIn("session_id", answer.cookies)

    def test_further_image_is_given_too(self):
        product = self.made()
        self.further(product, "blue")
        answer = self.fetch(self.addresses(product)[f"{OTHER}1"])
        self.assertEqual(self.read(answer).getpixel((1, 1)), (0, 0, 255))

    def test_format_that_amazon_does_not_take_is_converted(self):
        product = self.made(image_1920=webp())
        answer = self.fetch(self.addresses(product)[MAIN])
        self.assertEqual(answer.headers["Content-Type"], "image/jpeg")
        found = self.read(answer)
        self.assertEqual((found.format, found.size), ("JPEG", (600, 600)))
        self.assertEqual(found.getpixel((5, 5)), (255, 255, 255))

    def test_made_up_addresses_find_nothing(self):
        product = self.made()
        other = self.made(default_code="S2", barcode=False, image_1920=picture("blue"))
        address = self.addresses(product)[MAIN]
        self.assertEqual(self.fetch(address).status_code, 200)
        _root, _slash, rest = address.partition("/amazon/image/")
        letter, _id, checksum, signature = rest.removesuffix(".jpg").split("/")
        id_ = product.product_tmpl_id.id
        for parts in (
            (letter, id_, checksum, "0" * 32),
            (letter, id_, checksum, ""),
            (letter, id_, checksum, "%C3%BC" * 16),
            (letter, other.product_tmpl_id.id, checksum, signature),
            (letter, 10**12, checksum, signature),
            ("v", id_, checksum, signature),
            ("x", id_, checksum, sign(self.env, "x", id_, checksum)),
            (letter, id_, "0" * 40, signature),
        ):
            with self.subTest(parts):
                made_up = "/".join(map(str, parts))
                answer = self.url_open(f"/amazon/image/{made_up}.jpg")
                self.assertEqual(answer.status_code, 404)

    def test_image_that_is_gone_is_not_found(self):
        product = self.made()
        address = self.addresses(product)[MAIN]
        product.image_1920 = False
        self.assertEqual(self.fetch(address).status_code, 404)

    def test_what_is_no_image_is_not_found(self):
        product = self.made()
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "product.template"),
                ("res_field", "=", "image_1920"),
                ("res_id", "=", product.product_tmpl_id.id),
            ]
        )
        attachment.raw = b"<svg/>"
        self.assertEqual(self.fetch(self.addresses(product)[MAIN]).status_code, 404)
