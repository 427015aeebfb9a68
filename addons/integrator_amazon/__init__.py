# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.integrator.redaction import redact

from . import controllers, models, wizards

# Keys, tokens, authorisation codes and signed addresses, however a line got hold of
# them: https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api
redact(
    r"(Atz[arc]?(?:[|.]|%7C))[\w|.\-+/=%]+",
    r"(amzn1\.oa2-cs\.v1\.)[\w\-]+",
    r"(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s\"']+",
    # Odoo logs at debug level what is typed; secrets of old have no mark of their own.
    r"([\"'](?:lwa_client_secret|client_secret|refresh_token)[\"']: ?[\"'])[^\"']+",
    r"([?&](?:spapi_oauth_code|state)=)[^&\s\"']+",
)
