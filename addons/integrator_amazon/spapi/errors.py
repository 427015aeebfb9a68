# Copyright 2026 Odoo Amazon Integrator contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can go wrong between us and Amazon, one class per way to deal with it.

The text of each error is a sentence for a shop manager. None holds a token, a key
or a signed address.
"""

from __future__ import annotations

from typing import Any

# What a person calls the operation, as the first words of a sentence.
TASKS = {
    "getAccessToken": "Signing in to Amazon",
    "getMarketplaceParticipations": "Reading the account's marketplaces",
    "createFeedDocument": "Preparing an upload",
    "uploadDocument": "Uploading a document",
    "createFeed": "Submitting a feed",
    "getFeed": "Asking for the state of a feed",
    "getFeeds": "Looking up feeds",
    "cancelFeed": "Cancelling a feed",
    "getFeedDocument": "Asking for the answer to a feed",
    "downloadDocument": "Downloading a document",
    "getListingsItem": "Reading a listing",
    "putListingsItem": "Sending a listing",
    "patchListingsItem": "Changing a listing",
    "deleteListingsItem": "Deleting a listing",
    "searchListingsItems": "Looking up listings",
    "searchDefinitionsProductTypes": "Looking up product types",
    "getDefinitionsProductType": "Reading a product type",
}


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
        details: Any = None,
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.status = status
        self.code = code
        self.request_id = request_id
        self.details = details

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
    """The account or the app may not do this (401, 403)."""


class SignInError(SpApiError):
    """The keys of the account are not accepted; code: Login with Amazon's."""


class CertificateError(SpApiError):
    """The other side could not prove to be Amazon."""


class DocumentRefusedError(SpApiError):
    """The address of a document is not valid (any more); ask for another."""
