"""The three requests to the engine that are hot: a search, several in one, and a bulk write.

Importing opensearch-py takes 55 ms of a cold start, with `requests`, every plugin and a query language that Parley does
not speak: a fifth of a search's. So what searches and the indexer ask is asked here, and whatever else the engine
can do by opensearch-py (`administration`), over the same connections.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast
from urllib.parse import quote, unquote, urlencode, urlsplit

from parley import pools
from parley.search.engine.node import Node

_PLAIN_PORT: Final = 9200
_SUCCESS: Final = range(200, 300)
_MISSING: Final = 404
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class RequestError(Exception):
    """A request that the engine did not answer as asked.

    Unreached (NotInTime), Refused (NotThere), Unreadable.
    """


class Unreached(RequestError):
    """There was no answer; what was asked may have been done."""


class NotInTime(Unreached):
    """The answer did not end in time."""


class Refused(RequestError):
    """An answer of another status than success, and the engine's name for what is wrong."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(f"{status} {kind}".rstrip())
        self.status, self.kind = status, kind


class NotThere(Refused):
    """An index, an alias or a document is missing."""


class Unreadable(RequestError):
    """An answer that is no JSON."""


class Engine:
    """The engine at an address, whose requests may take so many seconds. Nothing is tried twice here."""

    def __init__(self, address: str, seconds: float) -> None:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        port = parts.port or (443 if parts.scheme == "https" else _PLAIN_PORT)
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
        self._node = Node(f"{parts.scheme}://{host}:{port}", login=login)
        self._prefix, self._seconds = parts.path.rstrip("/"), seconds

    def search(self, *, index: str, body: Mapping[str, Any], params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """One search of an index or an alias."""
        return self._post(f"/{quote(index, safe=',*')}/_search", _write(body), params)

    def msearch(self, *, body: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Several searches, each a line of where and a line of what."""
        return self._post("/_msearch", "".join(f"{_write(line)}\n" for line in body))

    def bulk(self, *, body: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Writes, each by lines that end in a newline."""
        return self._post("/_bulk", body, params)

    def _post(self, path: str, body: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        query = urlencode(params, quote_via=quote) if params else ""
        content = body.encode("utf-8", "surrogatepass")
        try:
            answer = self._node.request("POST", self._prefix + path, query, body=content, seconds=self._seconds)
        except pools.RequestFailed as error:
            kind = NotInTime if isinstance(error, pools.NotInTime) else Unreached
            raise kind(f"{type(error).__name__} {error}".rstrip()) from error
        if answer.status not in _SUCCESS:
            raise refused(answer.status, _kind(answer.data))
        try:
            return cast("dict[str, Any]", json.loads(answer.data.decode("utf-8", "surrogatepass")))
        except ValueError as error:
            raise Unreadable(str(error)) from error


def refused(status: int, kind: str) -> Refused:
    """The error for such an answer."""
    return NotThere(status, kind) if status == _MISSING else Refused(status, kind)


def _kind(data: bytes) -> str:
    """What the engine calls a failure; nothing where it says none."""
    try:
        error = json.loads(data)["error"]
        return str(error["type"] if isinstance(error, dict) else error)
    except (ValueError, KeyError, TypeError):
        return ""
