# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from .. import archive
from ..models.amazon_consent import CALLBACK

_logger = logging.getLogger(__name__)
PIECE = 1 << 16
DOCUMENTS = {
    "amazon.feed": ("document", "result"),
    "amazon.report": ("document",),
}


class AmazonController(http.Controller):
    @http.route(
        "/amazon/document/<string:model>/<int:record_id>/<string:field>", auth="user"
    )
    def document(self, model, record_id, field):
        """Show a document that went to Amazon or came from there, unpacked."""
        if field not in DOCUMENTS.get(model, ()):
            raise NotFound()
        record = request.env[model].browse(record_id).exists()
        try:
            record.check_access("read")
            content = archive.unpack(record, field)
        except (AccessError, FileNotFoundError, ValueError):
            raise NotFound() from None
        text = record._open_text(content, field).stream
        response = request.make_response(
            (piece.encode() for piece in iter(lambda: text.read(PIECE), "")),
            headers=[
                # Never as what it is: a browser must not run what Amazon sends.
                ("Content-Type", "text/plain; charset=utf-8"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        response.call_on_close(content.close)
        return response

    @http.route(CALLBACK, auth="user", methods=["GET"])
    def consent(self, state=None, spapi_oauth_code=None, selling_partner_id=None, **_):
        """Take up the seller whom Amazon sends back after the consent."""
        try:
            account = (
                request.env["amazon.consent"]
                .sudo()
                ._redeem(state, spapi_oauth_code, selling_partner_id)
            )
        except UserError as error:
            return self._show(error=str(error))
        return self._show(account=account)

    def _show(self, **values):
        return request.render("integrator_amazon.consent_page", values)
