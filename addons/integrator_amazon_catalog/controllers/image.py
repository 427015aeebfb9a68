# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

# Odoo keeps Pillow from loading formats by itself; this one registers when imported.
from PIL import Image, UnidentifiedImageError, WebPImagePlugin  # noqa: F401

from odoo import http
from odoo.http import request

from ..image_address import is_signed
from ..models.amazon_listing_image import FURTHER, TEMPLATE, VARIANT

KINDS = {kind[2]: kind for kind in (VARIANT, TEMPLATE, FURTHER)}
# What Amazon takes as it is: https://sellercentral.amazon.com/help/hub/reference/G1881
TAKEN = ("image/jpeg", "image/png", "image/gif", "image/tiff")
WEEK = 7 * 24 * 3600


class ImageController(http.Controller):
    """Images of products for Amazon, which signs in nowhere."""

    @http.route(
        "/amazon/image/<string:letter>/<int:record_id>/<string:checksum>/"
        "<string:signature>.jpg",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def image(self, letter, record_id, checksum, signature, **_kwargs):
        """Return an image in its full size; of a wrong address, nothing."""
        env = request.env
        kind = KINDS.get(letter)
        if not kind or not is_signed(env, letter, record_id, checksum, signature):
            return request.not_found()
        attachment = (
            env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", kind[0]),
                    ("res_field", "=", kind[1]),
                    ("res_id", "=", record_id),
                ],
                limit=1,
            )
        )
        content, mimetype = self._as_taken(attachment)
        if not content:
            return request.not_found()
        headers = [
            ("Content-Type", mimetype),
            ("Content-Length", len(content)),
            ("Cache-Control", f"public, max-age={WEEK}"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers)

    @staticmethod
    def _as_taken(attachment):
        """Return an image in a format that Amazon takes, and its media type."""
        content = attachment.raw or b""
        if attachment.mimetype in TAKEN:
            return content, attachment.mimetype
        try:
            picture = Image.open(io.BytesIO(content)).convert("RGBA")
        except (UnidentifiedImageError, OSError, ValueError):
            return b"", ""
        # Amazon wants a white background, and JPEG has no other for what is clear.
        paper = Image.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture)
        target = io.BytesIO()
        paper.convert("RGB").save(target, "JPEG", quality=92)
        return target.getvalue(), "image/jpeg"
