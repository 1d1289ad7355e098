"""moto's DynamoDB behind a real socket, with a script of faults: what both clients are held against."""

import ssl
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from moto.core.request import Request as MotoRequest
from moto.dynamodb.responses import DynamoHandler

from parley.pools import Answer
from tests.support.dynamodb.moto_pool import answer_of

AWS = "https://dynamodb.us-east-1.amazonaws.com"


@dataclass
class Request:
    """What came over the wire."""

    headers: dict[str, str]
    body: bytes
    connection: int


Fault = Callable[["_Handler", Answer], None]
"""Does instead of the answer what a bad day does; the answer that it would have been is at hand."""


@dataclass
class Server:
    """A server at work: what it was asked, and what it does to the next requests instead of answering them."""

    address: str = ""
    requests: list[Request] = field(default_factory=list)
    faults: deque[Fault | None] = field(default_factory=deque)
    connections: int = 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    script: Server

    def setup(self) -> None:
        super().setup()
        self.script.connections += 1
        self.number = self.script.connections

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.script.requests.append(Request(headers, body, self.number))
        request = MotoRequest.from_primitives("POST", f"{AWS}/", headers, body)
        answer = answer_of(DynamoHandler.dispatch(request, request.raw_url, request.headers))
        fault = self.script.faults.popleft() if self.script.faults else None
        if fault is None:
            self.answer(answer.status, dict(answer.headers), answer.data)
        else:
            fault(self, answer)

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for `localhost` that only who is given its file trusts, and what a server needs of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    own, whole = folder / "certificate.pem", folder / "server.pem"
    own.write_bytes(made.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    whole.write_bytes(private + own.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return own, context


@contextmanager
def dynamodb_server(secure: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server for as long as the context lasts. It answers from the moto of this process."""
    script = Server()
    handler = type("Handler", (_Handler,), {"script": script})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        listening.daemon_threads = True
        script.address = f"http://127.0.0.1:{listening.server_address[1]}"
        if secure is not None:
            listening.socket = secure.wrap_socket(listening.socket, server_side=True)
            script.address = f"https://localhost:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield script
        finally:
            listening.shutdown()
            thread.join()


def refuse(status: int, code: str, message: str = "no", **more: str) -> Fault:
    """An error of the service."""
    body = f'{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"{message}"}}'.encode()

    def fault(handler: _Handler, _: Answer) -> None:
        handler.answer(status, {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "R", **more}, body)

    return fault


def say(status: int, body: bytes, **more: str) -> Fault:
    """An answer that is no DynamoDB's, as a proxy gives."""
    return lambda handler, _: handler.answer(status, {"content-type": "text/html", **more}, body)


def drop(handler: _Handler, _: Answer) -> None:
    """Close the connection instead of answering; what was asked has been done."""
    handler.close_connection = True
    handler.connection.close()


def cut(handler: _Handler, answer: Answer) -> None:
    """Half of the answer, then the end."""
    handler.send_response_only(answer.status)
    handler.send_header("content-length", str(len(answer.data) + 10))
    handler.end_headers()
    handler.wfile.write(answer.data)
    handler.close_connection = True


def hang_up(handler: _Handler, answer: Answer) -> None:
    """The answer, then the end of the connection, which nothing has told of."""
    handler.answer(answer.status, dict(answer.headers), answer.data)
    handler.close_connection = True


def in_chunks(handler: _Handler, answer: Answer) -> None:
    """The answer as a proxy may frame it."""
    handler.send_response_only(answer.status)
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    for piece in (answer.data[:1], answer.data[1:], b""):
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))


def garble(handler: _Handler, answer: Answer) -> None:
    """The answer, with bytes lost on the way."""
    handler.answer(answer.status, dict(answer.headers), answer.data[:-2] + b"  ")


def alter(handler: _Handler, answer: Answer) -> None:
    """The answer, with other bytes that are JSON too: only its checksum tells."""
    sum_of = {"x-amz-crc32": str(zlib.crc32(answer.data))}
    handler.answer(answer.status, {**answer.headers, **sum_of}, answer.data.replace(b"{", b"{ ", 1))


def stall(seconds: threading.Event) -> Fault:
    """Answer only when the event is set."""

    def fault(handler: _Handler, answer: Answer) -> None:
        seconds.wait(30)
        handler.answer(answer.status, dict(answer.headers), answer.data)

    return fault
