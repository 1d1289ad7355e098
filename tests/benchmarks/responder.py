"""A DynamoDB that costs nothing: answers every call of a send from canned bytes, on a loopback port of its own process.

The handler and the bare client that it is measured against both talk to it, so what differs is their own work.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
MEMBERSHIP = {
    "pk": {"S": "T#acme#U#alice"},
    "sk": {"S": "C#00000000000000000000000000"},
    "gpk": {"S": "T#acme#C#00000000000000000000000000#MEM"},
    "gsk": {"S": "U#alice"},
    "entity": {"S": "membership"},
    "conversation_id": {"S": "00000000000000000000000000"},
    "user_id": {"S": "alice"},
    "type": {"S": "group"},
    "role": {"S": "owner"},
    "join_seq": {"N": "0"},
    "visible_from": {"N": "0"},
    "joined_at": {"N": "1795424400000"},
    "read_seq": {"N": "7"},
    "version": {"N": "9"},
}
META = {
    "pk": {"S": "T#acme#C#00000000000000000000000000"},
    "sk": {"S": "META"},
    "entity": {"S": "conversation"},
    "conversation_id": {"S": "00000000000000000000000000"},
    "type": {"S": "group"},
    "name": {"S": "general"},
    "created_by": {"S": "alice"},
    "created_at": {"N": "1795424400000"},
    "updated_at": {"N": "1795424400000"},
    "seq": {"N": "7"},
    "gap_count": {"N": "0"},
    "gaps_floor": {"N": "0"},
    "last_seq": {"N": "7"},
    "last_author_id": {"S": "bob"},
    "last_text": {"S": "Stand-up is at ten"},
    "last_at": {"N": "1795424400000"},
    "version": {"N": "8"},
}


def _answer(target: bytes, body: bytes) -> dict[str, object]:
    if target == b"GetItem":
        return {"Item": MEMBERSHIP}
    if target == b"UpdateItem" and b"#RL#" in body:
        return {"Attributes": {"tat": {"N": "1"}}}
    if target == b"UpdateItem" and b'"META"' in body:
        return {"Attributes": META}
    return {}


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
            body = await reader.readexactly(int(headers.get(b"content-length", b"0")))
            target = headers[b"x-amz-target"].rpartition(b".")[2]
            named = {b"getitem": b"GetItem", b"updateitem": b"UpdateItem"}.get(target, target)
            text = json.dumps(_answer(named, body)).encode()
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: R\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(text), text),
            )
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


@contextmanager
def responder() -> Iterator[str]:
    """The address of a responder in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.responder"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


if __name__ == "__main__":
    asyncio.run(_main())
