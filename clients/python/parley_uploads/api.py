"""Parley's API over HTTP, as far as uploads need it."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Protocol

_MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504})
"""What is asked again where no problem document says whether that may help: a gateway or a proxy answered."""


class Refused(Exception):
    """Parley refused a request; `status`, `code` and the problem document say why.

    `retryable` is whether the same request may succeed later, `retry_after` in how many seconds.
    """

    def __init__(self, status: int, document: Mapping[str, Any], *, retry_after: float | None = None) -> None:
        super().__init__(f"{status} {document.get('code')}: {document.get('detail')}")
        self.status, self.document, self.retry_after = status, document, retry_after
        self.code = document.get("code")
        self.retryable = bool(document.get("retryable", status in _MAY_PASS))


class Api(Protocol):
    """What the uploader asks of Parley. Raises `Refused`, and `OSError` where nothing answers.

    `key` is the Idempotency-Key of a POST that would do something twice.
    """

    def request(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> dict[str, Any]: ...


class HttpApi:
    """The API at `base_url` with a token."""

    def __init__(self, base_url: str, token: str, *, timeout: float = 30) -> None:
        self._base_url, self._token, self._timeout = base_url.rstrip("/"), token, timeout

    def request(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        request = urllib.request.Request(self._base_url + path, data, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise Refused(
                error.code, _document(error.read()), retry_after=_seconds(error.headers.get("Retry-After"))
            ) from None
        try:
            return json.loads(text) if text else {}
        except ValueError:
            raise Refused(502, {"detail": "something else than Parley answered"}) from None


def _seconds(said: str | None) -> float | None:
    """What `Retry-After` says, where it says seconds."""
    return float(said) if said is not None and said.isdecimal() else None


def _document(text: bytes) -> dict[str, Any]:
    """A problem document; what a gateway or a proxy says otherwise is none."""
    try:
        document = json.loads(text)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
