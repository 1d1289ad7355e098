"""What a client does with signed requests: plain HTTP, no AWS library."""

import hashlib
import http.client
import json
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from functions.media import process_upload
from infrastructure.triggered.media import PROCESS_UPLOAD
from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Answer, Context
from tests.support.aws.ministack import BUCKET
from tests.support.aws.s3_calls import denied, s3_uses
from tests.support.people.people import Person


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


def store(person: Person, body: bytes, content_type: str = "text/plain", **fields: Any) -> str:
    """Upload these bytes by whatever method the service chooses, complete, and give the media's id."""
    upload = start(person, body, content_type, **fields)
    assert upload.status == 201, upload.text
    upload_id = str(upload["upload_id"])
    if upload["method"] == "post":
        assert post_form(upload["post"], body).status == 204
    else:
        for number in range(1, upload["part_count"] + 1):
            send_part(person, upload_id, body, number)
    completed = person.post("/v1/upload/complete", {"upload_id": upload_id})
    assert completed.status == 202, completed.text
    return upload_id


def send_part(person: Person, upload_id: str, body: bytes, number: int) -> Reply:
    """Have a part signed and send it."""
    signed = person.post("/v1/upload/chunk", {"upload_id": upload_id, "part_numbers": [number]})
    part = signed["parts"][0]
    first = (number - 1) * 5 * 1024 * 1024
    return put_part(part, body[first : first + part["size"]])


def s3_event(person: Person, media_id: str) -> dict[str, Any]:
    """The event that S3 would send to the queue once the object is there."""
    record = {"s3": {"bucket": {"name": BUCKET}, "object": {"key": f"quarantine/{person.tenant_id}/{media_id}"}}}
    return sqs_event({"Records": [record]})


def sqs_event(body: dict[str, Any]) -> dict[str, Any]:
    message = {
        "messageId": str(uuid.uuid4()),
        "receiptHandle": "handle",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "md5OfBody": "",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:uploads",
        "awsRegion": "us-east-1",
    }
    return {"Records": [message]}


def process(event: dict[str, Any]) -> list[str]:
    """Run the check as the queue would; the messages that it could not handle."""
    with recording() as calls, s3_uses() as uses:
        answer = process_upload.handler(event, Context())
    refused = [*calls.denied(PROCESS_UPLOAD.grants), *denied(uses, PROCESS_UPLOAD.buckets)]
    assert not refused, f"process_upload is not granted {refused}"
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def checked(person: Person, body: bytes, content_type: str, **fields: Any) -> Answer:
    """Upload, have it checked, and give `GET /v1/media/{id}`."""
    media_id = store(person, body, content_type, **fields)
    assert process(s3_event(person, media_id)) == []
    return person.get(f"/v1/media/{media_id}")
