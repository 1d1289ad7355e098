"""What a client does with signed requests: plain HTTP, no AWS library."""

import hashlib
import http.client
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.support.gateway import Answer
from tests.support.people import Person


@dataclass(frozen=True)
class Reply:
    """What S3 answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def send(method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
    """One plain HTTP request."""
    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=30)
    try:
        connection.request(method, f"{address.path}?{address.query}", body or None, headers or {})
        answer = connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def put_part(part: dict[str, Any], body: bytes) -> Reply:
    """Send a part as its signed request says."""
    return send("PUT", part["url"], body, part["headers"])


def post_form(form: dict[str, Any], body: bytes, **changes: str) -> Reply:
    """Post a file as its form says; `changes` replace fields (`Content_Type` for `Content-Type`)."""
    fields = form["fields"] | {name.replace("_", "-"): value for name, value in changes.items()}
    boundary = uuid.uuid4().hex
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    lines.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'.encode())
    whole = b"".join([*lines, body, f"\r\n--{boundary}--\r\n".encode()])
    return send("POST", form["url"], whole, {"Content-Type": f"multipart/form-data; boundary={boundary}"})


def start(person: Person, body: bytes | int, content_type: str = "text/plain", **fields: Any) -> Answer:
    """Start an upload of these bytes, or of that many."""
    size = body if isinstance(body, int) else len(body)
    request = {"filename": "notes.txt", "content_type": content_type, "size": size, **fields}
    return person.post("/v1/upload", request)


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
