"""Tenants' servers on this machine, and the way of events to them: of all that only SQS is played."""

import importlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from standardwebhooks import Webhook

from infrastructure.triggered.webhooks import DELIVER
from parley import clock
from tests.support.aws.answers import check_event
from tests.support.aws.aws_calls import recording
from tests.support.aws.effects import apply_alone
from tests.support.aws.gateway import Answer, Context
from tests.support.aws.sockets import consumer_of, wait_until
from tests.support.aws.sqs import FAILURES, QUEUE, Message, PlayedSqs
from tests.support.dynamodb.change_stream import ChangeStream, Payload, kinesis_event
from tests.support.people.people import Person


@dataclass
class Received:
    """A request that a tenant's server got."""

    path: str
    headers: dict[str, str]
    body: bytes
    server_name: str | None = None

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    def is_signed_with(self, secret: str) -> bool:
        """By the specification's own library, whatever the time is."""
        moment = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        expected = Webhook(secret).sign(self.headers["webhook-id"], moment, self.body.decode())
        return expected in self.headers["webhook-signature"].split(" ")


@dataclass
class Server:
    """A tenant's server. `behave` writes the answer to a request; by default 200."""

    url: str
    port: int
    received: list[Received] = field(default_factory=list)
    status: int = 200
    answer_headers: dict[str, str] = field(default_factory=dict)
    behave: Callable[[BaseHTTPRequestHandler], None] | None = None
    names: list[str | None] = field(default_factory=list)
    """The names that TLS clients asked for."""

    def types(self) -> list[str]:
        return [each.event["type"] for each in self.received]


Behaviour = Callable[[BaseHTTPRequestHandler], None]
"""Writes the answer to a request."""


def answer(body: bytes, status: int = 200, **headers: str) -> Behaviour:
    """Answer this."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on loopback and a free port, stopped afterwards."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.received.append(Received(self.path, headers, body))
            if server.behave is not None:
                server.behave(self)
                return
            self.send_response(server.status)
            for name, value in server.answer_headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        do_GET = do_POST  # noqa: N815 - the name of the method

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A client that hung up."""

    listening = Quiet(("127.0.0.1", 0), Handler)
    port = listening.server_address[1]
    server = Server(f"http://127.0.0.1:{port}/hook", port)
    if context is not None:
        context.sni_callback = lambda _socket, name, _context: server.names.append(name)
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Answer a byte at a time, for longer than anybody waits."""
    for _ in range(200):
        handler.wfile.write(b"H")
        handler.wfile.flush()
        time.sleep(0.05)


def answer_when(handler: BaseHTTPRequestHandler, happened: Callable[[], bool]) -> None:
    """Answer once something has happened elsewhere."""
    wait_until(happened)
    handler.send_response(204)
    handler.end_headers()


def flood(handler: BaseHTTPRequestHandler) -> None:
    """Answer without an end."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context for this name, and a client's that trusts it."""
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem, key_pem)
    return server, ssl.create_default_context(cafile=str(pem))


@dataclass
class Deliveries:
    """The way from the change stream to tenants' servers, gone when the test says so."""

    sqs: PlayedSqs
    changes: ChangeStream

    def dispatch(
        self, tenant: str, change: Callable[[list[Payload]], Sequence[Payload]] | None = None
    ) -> dict[str, Any]:
        """Hand what a tenant has written since to the consumer, perhaps reordered and repeated."""
        payloads = self.changes.take(tenant)
        consumer = consumer_of("streams/deliver_changes")
        relevant = [each for each in payloads if _entity(each) in consumer.trigger.entities]
        event = kinesis_event(change(relevant) if change else relevant)
        with recording() as calls:
            answer = apply_alone("deliver_webhooks", event)
        assert not calls.denied(consumer.grants), calls.denied(consumer.grants)
        return dict(answer)

    def attempt(self) -> int:
        """Deliver what is due in the queue, once; how many jobs that were."""
        visible = [message for message in self.sqs.queues[QUEUE] if message.visible_at <= clock.now_ms()]
        for start in range(0, len(visible), 10):
            batch = visible[start : start + 10]
            for message in batch:
                job = json.loads(message.body)
                if "event" in job:
                    check_event(job["event"])
            with recording() as calls:
                answer = importlib.import_module("functions.webhooks.deliver").handler(_event(batch), Context())
            assert not calls.denied(DELIVER.grants), calls.denied(DELIVER.grants)
            failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
            done = {message.id for message in batch} - failed
            self.sqs.queues[QUEUE] = [each for each in self.sqs.queues[QUEUE] if each.id not in done]
        return len(visible)

    def deliver(self, tenant: str) -> None:
        """From the change stream to the servers, one attempt each."""
        assert self.dispatch(tenant) == {"batchItemFailures": []}
        self.attempt()

    @property
    def waiting(self) -> list[dict[str, Any]]:
        return [json.loads(message.body) for message in self.sqs.queues[QUEUE]]

    @property
    def given_up(self) -> list[dict[str, Any]]:
        return [json.loads(message.body) for message in self.sqs.queues[FAILURES]]


def _entity(each: Payload) -> str:
    image = each["dynamodb"].get("NewImage") or each["dynamodb"]["OldImage"]
    return str(image.get("entity", {}).get("S"))


def _event(messages: Sequence[Message]) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": message.id,
                "receiptHandle": message.id,
                "body": message.body,
                "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": message.group},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:parley-dev-webhooks",
                "awsRegion": "us-east-1",
            }
            for message in messages
        ]
    }


def create(server: Person, url: str, *events: str) -> dict[str, Any]:
    """A webhook of the tenant, with its secret."""
    made = server.post("/v1/webhooks", {"url": url, "events": list(events)})
    assert made.status == 201, made.text
    return dict(made.body)


def log_of(server: Person, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    """What the log shows of a webhook's deliveries."""
    answer = server.get(f"/v1/webhooks/{webhook['id']}/deliveries", limit=100)
    assert answer.status == 200, answer.text
    return list(answer["data"])


@dataclass
class Hook:
    """A webhook of a tenant for new messages, the server behind it, and somebody who sends them."""

    server: Person
    sender: Person
    place: str
    endpoint: Server
    deliveries: Deliveries
    webhook: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/v1/webhooks/{self.webhook['id']}"

    def send(self, text: str = "hello") -> Answer:
        """Send a message; nothing is delivered yet."""
        return self.sender.send(self.place, text)

    def tell(self, text: str = "hello") -> Answer:
        """Send a message, and attempt what it makes due."""
        sent = self.send(text)
        self.deliveries.deliver(self.sender.tenant_id)
        return sent

    def log(self) -> list[dict[str, Any]]:
        return log_of(self.server, self.webhook)

    def entry(self) -> dict[str, Any]:
        """The one delivery in the log."""
        (entry,) = self.log()
        return entry

    def shown(self) -> Answer:
        return self.server.get(self.path)
