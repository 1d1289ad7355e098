"""A distribution of CloudFront's kind on loopback: it takes signed URLs alone, and sends the headers of the stack's."""

import base64
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from infrastructure.constructs.media_distribution import POLICY
from parley.media import storage
from parley.media.delivery import signed_urls
from parley.settings import media_settings
from tests.support.aws.ministack import environment

KEY_ID = "K2JCJMDEHXQW5F"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Accept-Ranges, Content-Range, Content-Length",
}


def canned_policy(resource: str, expires: str) -> bytes:
    """What CloudFront makes of a URL with `Expires`, and verifies the signature of."""
    condition = {"DateLessThan": {"AWS:EpochTime": int(expires)}}
    return json.dumps({"Statement": [{"Resource": resource, "Condition": condition}]}, separators=(",", ":")).encode()


@contextmanager
def distribution() -> Iterator[str]:
    """Functions sign for it for as long as the context lasts; its address, on a host that is no page's."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    secret = boto3.client("secretsmanager").create_secret(
        Name=f"cdn-{uuid.uuid4().hex}", SecretString=json.dumps({"private_key": pem})
    )["ARN"]

    class Edge(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            resource, _, signature = f"http://{self.headers['Host']}{self.path}".partition("&Expires=")
            if not _is_signed(key.public_key(), resource, f"Expires={signature}"):
                self._answer(403, {}, b"")
                return
            asked = {"Range": self.headers["Range"]} if "Range" in self.headers else {}
            address = urlsplit(self.path)
            try:
                found: Any = storage.client().get_object(
                    Bucket=media_settings().bucket, Key=unquote(address.path[1:]), **asked
                )
            except ClientError as error:
                self._answer(error.response["ResponseMetadata"]["HTTPStatusCode"], {}, b"")
                return
            headers = {
                "Content-Type": found["ContentType"],
                "Content-Disposition": parse_qs(address.query)["response-content-disposition"][0],
                "Accept-Ranges": "bytes",
                "ETag": found["ETag"],
            }
            if "ContentRange" in found:
                headers["Content-Range"] = found["ContentRange"]
            self._answer(206 if "ContentRange" in found else 200, headers, found["Body"].read())

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in (HEADERS | headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Edge)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://localhost:{server.server_port}"
    try:
        with environment(
            MEDIA_CDN_URL=address, MEDIA_CDN_KEY_ID=KEY_ID, MEDIA_CDN_KEY_NAME="private_key", MEDIA_CDN_SECRET=secret
        ):
            signed_urls.cloudfront_signer.cache_clear()
            yield address
    finally:
        signed_urls.cloudfront_signer.cache_clear()
        server.shutdown()


def _is_signed(key: rsa.RSAPublicKey, resource: str, query: str) -> bool:
    given = {name: values[0] for name, values in parse_qs(query).items()}
    if not given.keys() >= {"Expires", "Signature", "Key-Pair-Id"} or time.time() > int(given["Expires"]):
        return False
    signature = base64.b64decode(given["Signature"].replace("-", "+").replace("_", "=").replace("~", "/"))
    try:
        key.verify(signature, canned_policy(resource, given["Expires"]), padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    except InvalidSignature:
        return False
    return given["Key-Pair-Id"] == KEY_ID
