"""Requests of the canary, as a client makes them from outside: by the API's address, with a user's token."""

import json
import uuid
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from parley import pools
from parley.tables import credentials

CONNECT_SECONDS, SECONDS = 5.0, 29.0
_FAILED = 400


class Refused(Exception):
    """An answer that is no success."""


class Api:
    """The API for one caller."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url.rstrip("/"), token

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer as JSON. Raises `Refused`, `pools.RequestFailed`."""
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        if method == "POST":
            headers["idempotency-key"] = uuid.uuid4().hex
        answer = _request(method, self._url + path, headers, b"" if body is None else json.dumps(body).encode())
        return json.loads(answer.data) if answer.data else None


def fetch(url: str) -> bytes:
    """What a signed URL leads to."""
    return _request("GET", url, {}, b"").data


def post_form(url: str, fields: dict[str, str], content: bytes) -> None:
    """Send a file as its form says."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'.encode()
    body = b"".join([*parts, head, content, f"\r\n--{boundary}--\r\n".encode()])
    _request("POST", url, {"content-type": f"multipart/form-data; boundary={boundary}"}, body)


def _request(method: str, url: str, headers: dict[str, str], body: bytes) -> pools.Answer:
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    answer = _pool(f"{parts.scheme}://{parts.netloc}").request(
        method,
        path,
        headers={"host": parts.netloc, **headers},
        body=body,
        connect_seconds=CONNECT_SECONDS,
        seconds=SECONDS,
    )
    if answer.status >= _FAILED:
        raise Refused(f"{method} {parts.path}: {answer.status} {answer.data[:200].decode(errors='replace')}")
    return answer


@lru_cache(maxsize=8)
def _pool(address: str) -> pools.Pool:
    return pools.Pool(address, ca_certs=credentials.trusted_authorities(), size=2)
