"""The signature of a webhook: HMAC-SHA256 over `timestamp.body`, once for each of the endpoint's active secrets.

A receiver computes it over the timestamp of the header, a dot and the bytes of the body as they came, compares in
constant time with any `v1`, and refuses a timestamp that is more than a few minutes old, which ends replays by others.
"""

import hmac
from collections.abc import Iterable

HEADER = "Parley-Signature"


def signature(secrets: Iterable[str], timestamp: int, body: bytes) -> str:
    """The header's value: `t=<unix seconds>,v1=<hex>`, with a `v1` for each secret, so that a receiver can rotate."""
    signed = b"%d.%s" % (timestamp, body)
    digests = [hmac.digest(secret.encode(), signed, "sha256").hex() for secret in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={digest}" for digest in digests)])
