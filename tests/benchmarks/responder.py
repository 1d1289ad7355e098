"""A DynamoDB that costs nothing: answers calls from recorded bytes, on a loopback port of a process of its own.

A handler and the bare client that it is measured against both talk to it, so what differs is their own work. A call is
known by its operation and the partition that it is about.
"""

import asyncio
import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


Answer = tuple[int, bytes]
"""Status and body."""


@dataclass(frozen=True)
class Exchange:
    """A call and what DynamoDB answered."""

    operation: str
    body: bytes
    status: int
    answer: bytes


def about(operation: str, body: bytes) -> str:
    """The operation and what it works on, as far as two runs have it in common; of others than DynamoDB the path."""
    if operation.startswith("/"):
        return operation
    request: dict[str, Any] = json.loads(body)
    key = request.get("Key") or request.get("Item")
    if key:
        return f"{operation} {key['pk']['S']} {key['sk']['S']} {request.get('UpdateExpression', '')}"
    if operation == "BatchGetItem":
        return f"{operation} {json.dumps(request['RequestItems'], sort_keys=True)}"
    return f"{operation} {json.dumps(request.get('ExpressionAttributeValues', {}), sort_keys=True)}"


def _without_query(operation: str) -> str:
    """A search of the engine names the copy that it asks, which follows what the text was taken for at the moment."""
    return operation.partition("?")[0]


async def _serve(answers: dict[str, Answer], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
            named = {name.lower(): value for name, value in headers.items()}
            body = await reader.readexactly(int(named.get(b"content-length", b"0")))
            target = named.get(b"x-amz-target") or head.split(b" ", 2)[1]
            operation = target.rpartition(b".")[2].decode() if b"x-amz-target" in named else target.decode()
            status, answer = answers.get(about(operation, body)) or answers[_without_query(operation)]
            writer.write(
                b"HTTP/1.1 %d \r\nContent-Type: application/json\r\nx-amzn-RequestId: R\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (status, len(answer), answer),
            )
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _read(path: str) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for operation, body, status, answer in json.loads(Path(path).read_text(encoding="utf-8")):
        told = (status, base64.b64decode(answer))
        answers |= {about(operation, base64.b64decode(body)): told, _without_query(operation): told}
    return answers


async def _main(answers: dict[str, Answer]) -> None:
    server = await asyncio.start_server(lambda *streams: _serve(answers, *streams), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


@contextmanager
def responder(exchanges: Sequence[Exchange]) -> Iterator[str]:
    """The address of a responder that answers as these calls were answered."""
    told = [
        (each.operation, base64.b64encode(each.body).decode(), each.status, base64.b64encode(each.answer).decode())
        for each in exchanges
    ]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "exchanges.json"
        path.write_text(json.dumps(told), encoding="utf-8")
        command = [sys.executable, "-m", "tests.benchmarks.responder", os.fspath(path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
            try:
                assert process.stdout is not None
                yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
            finally:
                process.terminate()


if __name__ == "__main__":
    asyncio.run(_main(_read(sys.argv[1])))
