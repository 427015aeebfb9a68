# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can go wrong between us and Amazon, one class per way to deal with it.

The text of each error is a sentence for a shop manager. None holds a token, a key
or a signed address.
"""

from __future__ import annotations

import re
from typing import Any

# What a person calls the operation, as the first words of a sentence.
TASKS = {
    "getAccessToken": "Signing in to Amazon",
    "exchangeAuthorizationCode": "Connecting the account to Amazon",
    "createRestrictedDataToken": "Asking for access to buyers' data",
    "getMarketplaceParticipations": "Reading the account's marketplaces",
    "getAccount": "Reading the seller account",
    "createFeedDocument": "Preparing an upload",
    "uploadDocument": "Uploading a document",
    "createFeed": "Submitting a feed",
    "getFeed": "Asking for the state of a feed",
    "getFeeds": "Looking up feeds",
    "cancelFeed": "Cancelling a feed",
    "getFeedDocument": "Asking for the answer to a feed",
    "downloadDocument": "Downloading a document",
    "createReport": "Requesting a report",
    "getReport": "Asking for the state of a report",
    "getReports": "Looking up reports",
    "cancelReport": "Cancelling a report",
    "getReportDocument": "Asking for a finished report",
    "createReportSchedule": "Scheduling a report",
    "getReportSchedules": "Looking up scheduled reports",
    "cancelReportSchedule": "Ending the schedule of a report",
    "searchOrders": "Looking up orders",
    "getOrder": "Reading an order",
    "listTransactions": "Looking up transactions",
    "getListingsItem": "Reading a listing",
    "putListingsItem": "Sending a listing",
    "patchListingsItem": "Changing a listing",
    "deleteListingsItem": "Deleting a listing",
    "searchListingsItems": "Looking up listings",
    "searchDefinitionsProductTypes": "Looking up product types",
    "getDefinitionsProductType": "Reading a product type",
}


# Why access is denied, as far as Amazon tells: see AccessDeniedError.reason.
TOKEN = "token"
ROLE_OR_REGION = "role-or-region"
RESTRICTED_TOKEN = "restricted-token"
REASONS = {
    TOKEN: "Amazon does not accept the access token. If this lasts, authorise the app "
    "anew in Seller Central and enter the new refresh token.",
    ROLE_OR_REGION: "Amazon refuses access. Check that the app has the role for this, "
    "that the seller authorised it after the role was added, and that the region "
    "chosen is the one of the seller account.",
    RESTRICTED_TOKEN: "Amazon refuses access to buyers' data. Check that the app has "
    "the restricted role for it; a token that has run out is asked for anew.",
}
# What may stand for a key in words that Amazon sends back: its tokens and client
# secrets, and the signature of an address.
SECRET = re.compile(
    r"Atz[a-z.]*\|[^\s\"'<>]+|amzn1\.oa2-cs\.[^\s\"'<>]+"
    r"|(?<=X-Amz-Signature=)[^\s&\"'<>]+|(?<=X-Amz-Security-Token=)[^\s&\"'<>]+",
    re.IGNORECASE,
)
# Characters that neither a database nor a terminal takes.
UNSAFE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Return *text* fit to be shown and kept: no secret, no character that breaks
    a database."""
    return UNSAFE.sub("\ufffd", SECRET.sub("***", text))


def sentence(operation: str, *parts: str) -> str:
    """Return one text for a person: what was being done, then *parts* that say what
    became of it; empty ones are left out."""
    said = " ".join(part.strip() for part in parts if part.strip())
    return f"{TASKS.get(operation, operation)}: {said}"


class SpApiError(Exception):
    """Amazon did not do what was asked.

    operation: Amazon's name of it; status: HTTP status, None without an answer;
    code: Amazon's error code; request_id: for Amazon's support; details: Amazon's.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        details: str | None = None,
    ) -> None:
        super().__init__(clean(message))
        self.operation = operation
        self.status = status
        self.code = clean(code) if code else None
        self.request_id = request_id
        self.details = clean(details) if details else None

    def __str__(self) -> str:
        text = str(self.args[0])
        return f"{text} (request {self.request_id})" if self.request_id else text


class ThrottledError(SpApiError):
    """The quota of the operation is used up (429)."""


class UnavailableError(SpApiError):
    """No answer, or none that can be understood; time heals it.

    maybe_done: whether Amazon may have carried the request out all the same.
    """

    def __init__(
        self, message: str, *, operation: str, maybe_done: bool = True, **facts: Any
    ) -> None:
        super().__init__(message, operation=operation, **facts)
        self.maybe_done = maybe_done


class RejectedError(SpApiError):
    """Amazon refused the request as it is (400, 409, 413, 415)."""


class NotFoundError(RejectedError):
    """What was asked for is not there (404)."""


class AccessDeniedError(SpApiError):
    """The account or the app may not do this (401, 403).

    reason: TOKEN, Amazon names the access token; RESTRICTED_TOKEN, a restricted data
    token was refused; else ROLE_OR_REGION: Amazon says the same words for a role that
    the app lacks and for an account of another region. Where other operations of the
    account work, it is the role.
    """

    def __init__(
        self, message: str, *, reason: str = ROLE_OR_REGION, **facts: Any
    ) -> None:
        super().__init__(message, **facts)
        self.reason = reason


class SignInError(SpApiError):
    """The keys of the account are not accepted; code: Login with Amazon's."""


class CertificateError(SpApiError):
    """The other side could not prove to be Amazon."""


class DocumentRefusedError(SpApiError):
    """The address of a document is not valid (any more); ask for another."""
