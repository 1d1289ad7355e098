"""What `parley doctor` looks at: whether a stage answers, takes the token, and is well in itself."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from parley_client.client import Client
from parley_client.errors import Forbidden, ParleyError, Refused

SKEW_SECONDS = 30
LAG_SECONDS = 120
A_USER = "a user"
"""Who alone has sockets."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    is_well: bool
    words: str

    def said(self) -> dict[str, Any]:
        return {"name": self.name, "ok": self.is_well, "detail": self.words}


def check_token(parley: Client) -> str:
    """As whom one speaks: the operator, a tenant's back end or a user. Raises `Unauthenticated` for none of them."""
    asked: tuple[tuple[str, Callable[[], object]], ...] = (
        (A_USER, parley.count_unread),
        ("a tenant's back end", parley.get_usage),
        ("the operator", parley.list_failures),
    )
    refused: Refused | None = None
    for who, ask in asked:
        try:
            ask()
        except Refused as failure:
            if failure.status >= 500:  # noqa: PLR2004
                raise
            refused = failure
        else:
            return who
    raise refused or Forbidden(403, {})


def examine(parley: Client, sockets_url: str) -> Iterator[Finding]:
    """Everything that can be seen with this token."""
    yield _tried("API", lambda: _timed(parley.health))
    yield _tried("clock", lambda: _clock(parley))
    token = _tried("token", lambda: f"speaks as {check_token(parley)}")
    yield token
    if sockets_url and token.words == f"speaks as {A_USER}":
        yield _tried("sockets", lambda: _socket(parley, sockets_url))
    try:
        ready = parley.check_readiness()
    except Refused as refused:
        if refused.status not in {401, 403}:
            yield Finding("readiness", is_well=False, words=str(refused))
        return  # the operator alone may see the rest
    for each in ready["dependencies"]:
        words = each["detail"] or f"{each['status']}, {each['latency_ms']:.0f} ms"
        yield Finding(each["name"], each["status"] == "up", words)
    for breaker in ready["breakers"]:
        yield Finding(f"breaker {breaker.get('name')}", is_well=False, words="it is not closed")
    through = ready["indexed_through"]
    if through is not None:
        lag = datetime.now(UTC) - datetime.fromisoformat(through)
        yield Finding("search index", lag.total_seconds() < LAG_SECONDS, f"{lag.total_seconds():.0f} s behind")


def _tried(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, is_well=True, words=look())
    except (ParleyError, _Wrong, OSError, TimeoutError) as wrong:
        return Finding(name, is_well=False, words=str(wrong))


class _Wrong(Exception):
    """Something answers as it should not."""


def _timed(ask: Callable[[], object]) -> str:
    began = time.monotonic()
    ask()
    return f"answers in {(time.monotonic() - began) * 1000:.0f} ms"


def _clock(parley: Client) -> str:
    """Tokens that a clock makes which is off by more than half a minute are refused."""
    skew = parley.clock_skew_seconds()
    if abs(skew) > SKEW_SECONDS:
        raise _Wrong(f"this machine's clock is off by {skew:.0f} s: tokens that it signs are refused")
    return "agrees"


def _socket(parley: Client, sockets_url: str) -> str:
    from websockets.exceptions import WebSocketException  # noqa: PLC0415 - an extra of the package
    from websockets.sync.client import connect  # noqa: PLC0415

    from parley_client.realtime.following import ANSWER_SECONDS, action, address  # noqa: PLC0415

    try:
        with connect(address(sockets_url, parley.token()), open_timeout=ANSWER_SECONDS) as socket:
            began = time.monotonic()
            socket.send(action("ping"))
            socket.recv(timeout=ANSWER_SECONDS)
            return f"answer in {(time.monotonic() - began) * 1000:.0f} ms"
    except WebSocketException as wrong:
        raise _Wrong(str(wrong)) from wrong
