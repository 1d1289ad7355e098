"""moto's DynamoDB behind a real socket, with a script of faults: what both clients are held against."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.dynamodb.moto_pool import MotoPool, Response

AWS = "https://dynamodb.us-east-1.amazonaws.com"


@dataclass
class Request:
    """What came over the wire."""

    headers: dict[str, str]
    body: bytes
    connection: int


Fault = Callable[["_Handler", Response], None]
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
        answer = MotoPool(AWS).urlopen("POST", "/", headers=headers, body=body)
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


@contextmanager
def dynamodb_server() -> Iterator[Server]:
    """A server for as long as the context lasts. It answers from the moto of this process."""
    script = Server()
    handler = type("Handler", (_Handler,), {"script": script})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        listening.daemon_threads = True
        script.address = f"http://127.0.0.1:{listening.server_address[1]}"
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

    def fault(handler: _Handler, _: Response) -> None:
        handler.answer(status, {"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "R", **more}, body)

    return fault


def say(status: int, body: bytes) -> Fault:
    """An answer that is no DynamoDB's, as a proxy gives."""
    return lambda handler, _: handler.answer(status, {"content-type": "text/html"}, body)


def drop(handler: _Handler, _: Response) -> None:
    """Close the connection instead of answering; what was asked has been done."""
    handler.close_connection = True
    handler.connection.close()


def garble(handler: _Handler, answer: Response) -> None:
    """The answer, with bytes lost on the way."""
    handler.answer(answer.status, dict(answer.headers), answer.data[:-2] + b"  ")


def stall(seconds: threading.Event) -> Fault:
    """Answer only when the event is set."""

    def fault(handler: _Handler, answer: Response) -> None:
        seconds.wait(30)
        handler.answer(answer.status, dict(answer.headers), answer.data)

    return fault
