"""A node of the engine over Parley's pools: a request takes an eighth of the CPU time that urllib3 takes for one.

Requests over TLS are signed with the function's role, unless the address names a user.
"""

import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from parley import pools
from parley.search.engine import answer_time
from parley.settings import settings
from parley.tables import credentials
from parley.tables.signing import Signer

SERVICE: Final = "es"
MOST_CONNECTIONS: Final = 8


class Node:
    """One address. `login` is `user:password`."""

    def __init__(self, address: str, *, login: str | None = None, connections: int = MOST_CONNECTIONS) -> None:
        parts = urlsplit(address)
        self._pool = pools.Pool(address, ca_certs=credentials.trusted_authorities(), size=connections)
        self._headers = {"host": parts.netloc, "content-type": "application/json"}
        if login is not None:
            self._headers["authorization"] = f"Basic {b64encode(login.encode()).decode()}"
        self._sign = _Signing() if parts.scheme == "https" and login is None else None

    def request(
        self,
        method: str,
        path: str,
        query: str,
        *,
        body: bytes = b"",
        seconds: float,
        headers: Mapping[str, str] | None = None,
    ) -> pools.Answer:
        """Make one request within so many seconds, connecting included, and no longer than its answer has time left.

        Raises `pools.RequestFailed`.
        """
        sent = self._headers if headers is None else {**self._headers, **headers}
        if self._sign is not None:
            sent = self._sign(method, path, query, sent, body)
        target = f"{path}?{query}" if query else path
        within = min(seconds, max(answer_time.left(), answer_time.LEAST_SECONDS))
        return self._pool.request(method, target, headers=sent, body=body, connect_seconds=within, seconds=within)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._pool.close()


class _Signing:
    """Signs as the function's role."""

    def __init__(self) -> None:
        self._source = credentials.find()
        self._signer = Signer(settings().region, SERVICE)

    def __call__(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        own = self._source()
        signed = {"host": headers["host"], "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())}
        if own.token:
            signed["x-amz-security-token"] = own.token
        proof = self._signer.authorization(signed, body, own, method=method, path=path, query=query)
        return {**headers, **signed, "authorization": proof}
