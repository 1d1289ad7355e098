"""A request and its answer, for both clients."""

import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from parley_client import errors
from parley_client.repeating import Repeating

_REDIRECTS = frozenset({302, 307})
_REFUSED = 400
_UNAUTHENTICATED = 401


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. A POST has a key by which Parley knows its repetitions."""

    method: str
    path: str
    params: dict[str, str]
    content: bytes | None
    headers: dict[str, str]

    @classmethod
    def of(
        cls,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None,
        body: Any,
        if_match: int | None,
        idempotency_key: str | None,
        acting_user: str | None,
    ) -> "Request":
        """Leaves out what is None in the query."""
        headers = {"Accept": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = idempotency_key or uuid.uuid4().hex
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        if acting_user is not None:
            headers["X-Acting-User"] = acting_user
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        params = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        return cls(method, path, params, content, headers)

    @property
    def repeating(self) -> Repeating:
        """A change of one version that may have been made already looks like somebody else's: it is sent once."""
        return Repeating(once="If-Match" in self.headers)

    def built(self, client: httpx.Client | httpx.AsyncClient, token: str | None) -> httpx.Request:
        """The request as the library sends it."""
        headers = self.headers | ({"Authorization": f"Bearer {token}"} if token else {})
        return client.build_request(self.method, self.path, params=self.params, content=self.content, headers=headers)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def read(answer: httpx.Response) -> Any:
    """The JSON of an answer, or where a redirection leads. Raises a kind of `Refused`."""
    if answer.status_code in _REDIRECTS:
        return answer.headers["Location"]
    try:
        said = json.loads(answer.content) if answer.content else None
    except ValueError:
        said = None
        if answer.status_code < _REFUSED:
            raise errors.refusal(502, {"detail": "something else than Parley answered"}, None) from None
    if answer.status_code >= _REFUSED:
        document = said if isinstance(said, dict) else {}
        raise errors.refusal(answer.status_code, document, answer.headers.get("Retry-After"))
    return said


def is_stale(failure: errors.Refused) -> bool:
    """Whether another token may help."""
    return failure.status == _UNAUTHENTICATED


def base(url: str) -> str:
    """An address without what follows its last name."""
    return re.sub(r"/+$", "", url)
