"""Fetching an issuer's keys: through the guarded way out, in bounded time and size, without redirects."""

import json
from typing import Any

from parley.errors import InvalidWebhookUrl
from parley.issuers.published import KeySet, usable_keys
from parley.outbound import addresses, transport
from parley.outbound.transport import Limits

DISCOVERY = "/.well-known/openid-configuration"
MOST_BYTES = 64 * 1024
LIMITS = Limits(in_all=1.8, resolve=1.0, connect=1.0, exchange=1.8, answer_bytes=MOST_BYTES + 1)
"""Of each of the two requests, so that both end before the authorizer does, which has 5 s."""


class FetchFailed(Exception):
    """There are no keys to be had now; the message is a stable word for why."""


def fetch_keys(issuer: str, jwks_url: str | None) -> KeySet:
    """The keys that the issuer publishes now, one at least. Raises `FetchFailed`."""
    published = _document(jwks_url or _discovered(issuer)).get("keys")
    keys = usable_keys(published) if isinstance(published, list) else {}
    if not keys:
        raise FetchFailed("no_usable_keys")
    return keys


def _discovered(issuer: str) -> str:
    """Where the issuer says that its keys are. It has to name itself as it is registered (OpenID Discovery, 4.3)."""
    said = _document(issuer.rstrip("/") + DISCOVERY)
    if said.get("issuer") != issuer:
        raise FetchFailed("wrong_issuer")
    found = said.get("jwks_uri")
    if not isinstance(found, str):
        raise FetchFailed("no_jwks_uri")
    return found


def _document(url: str) -> dict[str, Any]:
    """The JSON object at a URL."""
    try:
        addresses.check_url(url)
    except InvalidWebhookUrl:
        raise FetchFailed("address_refused") from None
    answered = transport.get(url, {"Accept": "application/json", "User-Agent": "Parley-Issuers/1"}, LIMITS)
    if answered.failure is not None:
        raise FetchFailed(answered.failure)
    if not answered.succeeded:
        raise FetchFailed(f"status_{answered.status}")
    if len(answered.body) > MOST_BYTES:
        raise FetchFailed("too_large")
    try:
        document = json.loads(answered.body)
    except (ValueError, RecursionError):
        raise FetchFailed("not_json") from None
    if not isinstance(document, dict):
        raise FetchFailed("not_json")
    return document
