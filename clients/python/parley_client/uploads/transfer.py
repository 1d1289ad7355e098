"""Signed requests to S3: plain HTTP, with bodies that are read from the disk as they are sent."""

import http.client
import uuid
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from parley_client.uploads.source import Source

TIMEOUT_SECONDS = 60


def put_part(part: dict[str, Any], source: Source, first: int) -> int:
    """Send the part that begins at `first`; the status of S3's answer."""
    size = int(part["size"])
    headers = {**part["headers"], "Content-Length": str(size)}
    return _send("PUT", part["url"], source.read(first, size), headers)


def post_form(form: dict[str, Any], source: Source) -> int:
    """Send the whole file as its form says; the status of S3's answer."""
    boundary = uuid.uuid4().hex
    fields = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form["fields"].items()
    )
    head = f'{fields}--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'.encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    length = len(head) + source.size + len(tail)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Content-Length": str(length)}
    return _send("POST", form["url"], chain([head], source.read(), [tail]), headers)


def _send(method: str, url: str, body: Iterator[bytes], headers: dict[str, str]) -> int:
    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, f"{address.path}?{address.query}", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()
