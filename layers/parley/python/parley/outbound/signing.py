"""Signatures of calls to tenants' servers, as Standard Webhooks has them (https://www.standardwebhooks.com).

HMAC-SHA256 over `id.timestamp.body`, once for each of the endpoint's active secrets. A receiver verifies with any
library of that specification: it computes the signature over the headers and the bytes of the body as they came,
compares in constant time with any of those given, and refuses a timestamp that is more than five minutes off.
"""

import base64
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"
KEY_BYTES = 32


def secret_of(key: bytes) -> str:
    """A key as a receiver is given it."""
    return PREFIX + base64.b64encode(key).decode()


def key_of(secret: str) -> bytes:
    """The key in a secret. Those of earlier versions are in the URL's alphabet, without padding."""
    text = secret.removeprefix(PREFIX).rstrip("=").translate(str.maketrans("-_", "+/"))
    return base64.b64decode(text + "=" * (-len(text) % 4))


def headers(secrets: Iterable[str], message_id: str, moment: int, body: bytes) -> dict[str, str]:
    """What a receiver verifies by: `message_id` is one for every attempt, `moment` is this attempt's, in seconds."""
    signed = f"{message_id}.{moment}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(key_of(each), signed, "sha256")).decode() for each in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }
