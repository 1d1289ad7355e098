"""opensearch-py's connections over Parley's pools: as it has them, with an eighth of the CPU time for each request."""

import time
from base64 import b64encode
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from opensearchpy import Connection
from opensearchpy.exceptions import ConnectionError as EngineUnreachable
from opensearchpy.exceptions import ConnectionTimeout, SSLError

from parley import pools
from parley.search.engine import answer_time
from parley.settings import settings
from parley.tables import credentials
from parley.tables.signing import Signer

SERVICE = "es"


class EngineConnection(Connection):
    """A node of the engine. Requests over TLS are signed with the function's role, unless the address names a user."""

    def __init__(self, *, pool_maxsize: int = 8, http_auth: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._pool = pools.Pool(self.host, ca_certs=credentials.trusted_authorities(), size=pool_maxsize)
        self._headers = {"host": urlsplit(self.host).netloc, **self.headers}
        if http_auth is not None:
            self._headers["authorization"] = f"Basic {b64encode(http_auth.encode()).decode()}"
        self._sign = _Signing() if self.use_ssl and http_auth is None else None

    def perform_request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, str], str]:
        """What opensearch-py's own connection does; `timeout` is for the whole request, connecting included.

        It is no longer than its answer has time left.
        """
        path, query = self.url_prefix + url, urlencode(params or {}, quote_via=quote)
        target = f"{path}?{query}" if query else path
        sent = self._headers if headers is None else {**self._headers, **headers}
        content, started = body or b"", time.monotonic()
        seconds = min(float(timeout or self.timeout), max(answer_time.left(), answer_time.LEAST_SECONDS))
        if self._sign is not None:
            sent = self._sign(method, path, query, sent, content)
        try:
            answer = self._pool.request(
                method, target, headers=sent, body=content, connect_seconds=seconds, seconds=seconds
            )
        except pools.RequestFailed as error:
            spent = time.monotonic() - started
            self.log_request_fail(method, self.host + target, target, body, spent, exception=error)
            raise _told(error) from error
        text = answer.data.decode("utf-8", "surrogatepass")
        if not (200 <= answer.status < 300 or answer.status in ignore):  # noqa: PLR2004
            spent = time.monotonic() - started
            self.log_request_fail(method, self.host + target, target, body, spent, answer.status, text)
            self._raise_error(answer.status, text, answer.headers.get("content-type"))
        return answer.status, answer.headers, text

    def close(self) -> None:
        self._pool.close()


def _told(error: pools.RequestFailed) -> EngineUnreachable:
    """The class that opensearch-py has for what went wrong on the way."""
    if isinstance(error, pools.NotInTime):
        return ConnectionTimeout("TIMEOUT", str(error), error)
    if isinstance(error, pools.Untrusted):
        return SSLError("N/A", str(error), error)
    return EngineUnreachable("N/A", str(error), error)


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
