"""opensearch-py's connections over Parley's, so that both reach the engine the same way."""

import time
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from opensearchpy import Connection
from opensearchpy.exceptions import ConnectionError as EngineUnreachable
from opensearchpy.exceptions import ConnectionTimeout, SSLError

from parley import pools
from parley.search.engine.node import MOST_CONNECTIONS, Node


class EngineConnection(Connection):
    """A node of the engine."""

    def __init__(self, *, pool_maxsize: int = MOST_CONNECTIONS, http_auth: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._node = Node(self.host, login=http_auth, connections=pool_maxsize)

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
        """What opensearch-py's own connection does; `timeout` is for the whole request, connecting included."""
        path, query = self.url_prefix + url, urlencode(params or {}, quote_via=quote)
        target = f"{path}?{query}" if query else path
        sent, started = {**self.headers, **(headers or {})}, time.monotonic()
        try:
            answer = self._node.request(
                method, path, query, body=body or b"", seconds=float(timeout or self.timeout), headers=sent
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
        self._node.close()


def _told(error: pools.RequestFailed) -> EngineUnreachable:
    """The class that opensearch-py has for what went wrong on the way."""
    if isinstance(error, pools.NotInTime):
        return ConnectionTimeout("TIMEOUT", str(error), error)
    if isinstance(error, pools.Untrusted):
        return SSLError("N/A", str(error), error)
    return EngineUnreachable("N/A", str(error), error)
