"""Traces for X-Ray: how long a request took and, in the same trace, what came of its message. See ADR 60.

A part of a trace is a datagram to the daemon, which Lambda runs beside the function: nothing waits for it, and what is
lost is lost. Loaded only where the stage has traces, by `parley.observability.tracer`.
"""

import json
import re
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from parley import clock
from parley.settings import trace_header

MOST_FOLLOWED = 25
"""Of one batch: a datagram each."""
_HEADER = b'{"format": "json", "version": 1}\n'
_CARRIED = re.compile(r"(1-[0-9a-f]{8}-[0-9a-f]{24});([0-9a-f]{16})")
_SERVER_ERROR, _CLIENT_ERROR, _THROTTLED = 500, 400, 429


@dataclass
class Span:
    """A part of a trace that has begun. Without a `parent` it is the trace's first."""

    root: str
    parent: str | None
    sampled: bool
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    began: int = field(default_factory=clock.now_ms)


class Tracer:
    """Requests of one Lambda environment come one after the other, so one span is under way at most."""

    def __init__(self, daemon: str) -> None:
        """`daemon` is `host:port`, or as X-Ray has it `tcp:host:port udp:host:port`."""
        udp = next((each.removeprefix("udp:") for each in daemon.split() if not each.startswith("tcp:")), daemon)
        host, _, port = udp.rpartition(":")
        self._daemon = (host, int(port))
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._span: Span | None = None

    def begin(self) -> None:
        """The part of a request: in the trace that Lambda has begun for it or, elsewhere, in a new one."""
        given = dict(each.partition("=")[::2] for each in trace_header().split(";") if each)
        if "Root" in given:
            self._span = Span(given["Root"], given.get("Parent"), given.get("Sampled") == "1")
        else:
            root = f"1-{clock.now_ms() // 1000:08x}-{secrets.token_hex(12)}"
            self._span = Span(root, None, sampled=True)

    @property
    def trace_id(self) -> str | None:
        return None if self._span is None else self._span.root

    @property
    def carried(self) -> str | None:
        """What a stored message keeps of the trace of its send, where that one is recorded: 52 bytes."""
        span = self._span
        return f"{span.root};{span.id}" if span is not None and span.sampled else None

    def end(self, name: str, *, status: int, told: dict[str, str]) -> None:
        """The request is answered; `told` is what it can be found by."""
        span, self._span = self._span, None
        if span is None or not span.sampled:
            return
        self._send(
            span,
            name,
            annotations=told,
            http={"response": {"status": status}},
            fault=status >= _SERVER_ERROR,
            error=_CLIENT_ERROR <= status < _SERVER_ERROR,
            throttle=status == _THROTTLED,
            **({"type": "subsegment"} if span.parent else {}),
        )

    def follow(self, consumer: str, began: int, carried: Iterable[str | None]) -> None:
        """A consumer has applied messages since `began`: each tells so in the trace of its send."""
        known = [found for each in carried if each and (found := _CARRIED.fullmatch(each))]
        for found in known[:MOST_FOLLOWED]:
            self._send(Span(found[1], found[2], sampled=True, began=began), consumer)

    def _send(self, span: Span, name: str, **fields: Any) -> None:
        part = {"name": name, "id": span.id, "trace_id": span.root}
        part |= {"parent_id": span.parent} if span.parent else {}
        times = {"start_time": span.began / 1000, "end_time": clock.now_ms() / 1000}
        try:
            self._socket.sendto(_HEADER + json.dumps(part | times | fields).encode(), self._daemon)
        except OSError:
            return  # a trace is worth no failure
