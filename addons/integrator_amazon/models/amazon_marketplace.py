# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class AmazonMarketplace(models.Model):
    _name = "amazon.marketplace"
    _description = "Amazon Marketplace"
    _order = "region, name"

    name = fields.Char(required=True, help="The shop as customers know it.")
    marketplace_id = fields.Char(
        string="Amazon Marketplace ID",
        required=True,
        help="Amazon's own identifier of the marketplace.",
    )
    code = fields.Char(required=True, help="Country code, shown where space is short.")
    active = fields.Boolean(default=True)
    country_id = fields.Many2one("res.country")
    region = fields.Selection(
        [("eu", "Europe"), ("na", "North America"), ("fe", "Far East")],
        required=True,
        help="Selling region. It decides which of Amazon's servers is addressed.",
    )
    currency_id = fields.Many2one("res.currency")
    language_tag = fields.Char(
        required=True, help="Language in which the shop shows listings, like de_DE."
    )
    timezone = fields.Char(help="Time zone of the marketplace, like Europe/Berlin.")
    domain = fields.Char(help="Address of the shop, like amazon.de.")
    seller_central = fields.Char(
        help="Address of the marketplace's Seller Central, where apps are authorised."
    )

    _marketplace_id_uniq = models.Constraint(
        "UNIQUE (marketplace_id)", "This marketplace exists already."
    )

    def _get_content_language(self):
        """Return the installed language in which to read texts for this shop.

        :return: a language code such as ``de_DE``; when that language is not
            installed, another of the same tongue, else Odoo's first language
        """
        self.ensure_one()
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        tongue = self.language_tag.split("_")[0]
        kin = [code for code in installed if code.split("_")[0] == tongue]
        if self.language_tag in installed:
            return self.language_tag
        return (kin or installed)[0]
