"""AWS Signature Version 4 for one service's requests: the signing key is derived once a day.

Source: "Create a signed AWS API request" of the IAM user guide.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import NamedTuple, Protocol
from urllib.parse import parse_qsl, quote

ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(Protocol):
    """What a request is signed with; a session's have a token."""

    @property
    def access_key(self) -> str: ...

    @property
    def secret_key(self) -> str: ...

    @property
    def token(self) -> str | None: ...


class _DayKey(NamedTuple):
    secret: str
    scope: str
    key: bytes


class Signer:
    """Signs for one service in one region. It keeps the key of the last secret and day."""

    def __init__(self, region: str, service: str) -> None:
        self._region, self._service = region, service
        self._kept = _DayKey("", "", b"")

    def authorization(
        self,
        headers: Mapping[str, str],
        body: bytes,
        credentials: Credentials,
        *,
        method: str = "POST",
        path: str = "/",
        query: str = "",
    ) -> str:
        """The `Authorization` of a request that signs these headers: lower-case names in order, `x-amz-date` among
        them. `path` and `query` are as they are sent.
        """
        moment = headers["x-amz-date"]
        scope = f"{moment[:8]}/{self._region}/{self._service}/aws4_request"
        signed = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        place = path if path == "/" else quote(path, safe="/-_.~")
        asked = "&".join(f"{name}={value}" for name, value in sorted(_pairs(query))) if query else ""
        request = f"{method}\n{place}\n{asked}\n{lines}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
        text = f"{ALGORITHM}\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        signature = hmac.digest(self._key(credentials.secret_key, scope), text.encode(), "sha256").hex()
        return f"{ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={signed}, Signature={signature}"

    def _key(self, secret: str, scope: str) -> bytes:
        kept = self._kept
        if kept.secret != secret or kept.scope != scope:
            key = f"AWS4{secret}".encode()
            for part in scope.split("/"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._kept = kept = _DayKey(secret, scope, key)
        return kept.key


def _pairs(query: str) -> list[tuple[str, str]]:
    """The parameters of a query as they are signed: a space is `%20`."""
    found = parse_qsl(query, keep_blank_values=True)
    return [(quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in found]
