"""Answers as they come from a socket: in any pieces, framed in any way, cut off, too slow or nonsense."""

import math
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import pools

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
PLAIN = HEAD + b"Content-Length: 5\r\n\r\nhello"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nX-Trailer: 1\r\n\r\n"
UNTIL_CLOSED = HEAD + b"\r\nhello"


def read(sock: "Socket", *, method: str = "POST", ends_at: float = math.inf) -> tuple[pools.Answer, bool]:
    return pools.read(sock, method=method, ends_at=ends_at)


class Socket:
    """Gives its pieces one by one, then the end; a clock runs while it does."""

    def __init__(self, pieces: list[bytes], *, tick: Callable[[], None] = lambda: None) -> None:
        self.pieces, self.tick = pieces, tick

    def settimeout(self, _: float | None) -> None:
        return

    def recv(self, _: int) -> bytes:
        self.tick()
        return self.pieces.pop(0) if self.pieces else b""


@given(
    st.sampled_from([PLAIN, CHUNKED, UNTIL_CLOSED, b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN]),
    st.lists(st.integers(1, 120), max_size=8),
)
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(wire: bytes, cuts: list[int]) -> None:
    bounds = sorted({0, len(wire), *(cut for cut in cuts if cut < len(wire))})
    answer, lasts = read(Socket([wire[low:high] for low, high in pairwise(bounds)]))
    assert (answer.status, answer.headers["content-type"], answer.data) == (200, "text/plain", b"hello")
    assert lasts is (wire != UNTIL_CLOSED)


@pytest.mark.parametrize("wire", [PLAIN, CHUNKED])
def test_half_an_answer_is_none(wire: bytes) -> None:
    body_at = wire.index(b"\r\n\r\n") + 4
    for end in (*range(body_at), *range(body_at, len(wire))):
        with pytest.raises(pools.Broken):
            read(Socket([wire[:end]] if end else []))


@pytest.mark.parametrize(
    "wire",
    [
        b"hello\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 ²00 OK\r\n\r\n".encode("latin-1"),
        HEAD + b"Content-Length: -1\r\n\r\n",
        HEAD + b"Content-Length: +5\r\n\r\nhello",
        HEAD + b"Content-Length: five\r\n\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2 * pools.MOST_HEAD_BYTES,
    ],
)
def test_nonsense_is_no_answer(wire: bytes) -> None:
    with pytest.raises(pools.Broken):
        read(Socket([wire]))


@pytest.mark.parametrize(
    "wire",
    [
        PLAIN + b"HTTP/1.1 200 OK\r\n",  # more than was asked for: whose answer it is, nobody knows
        HEAD + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello",
        PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"),
    ],
)
def test_a_connection_that_is_out_of_step_or_ends_is_not_used_again(wire: bytes) -> None:
    answer, lasts = read(Socket([wire]))
    assert (answer.data, lasts) == (b"hello", False)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_an_answer_without_a_body_is_not_waited_for(method: str, status: int) -> None:
    wire = HEAD.replace(b"200", str(status).encode()) + b"Content-Length: 5\r\n\r\n"
    answer, lasts = read(Socket([wire]), method=method)
    assert (answer.status, answer.data, lasts) == (status, b"", True)


def test_a_server_that_trickles_is_not_waited_for_longer_than_one_that_is_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def tick() -> None:
        now[0] += 0.5

    with pytest.raises(TimeoutError):
        read(Socket([bytes([byte]) for byte in PLAIN], tick=tick), ends_at=3.0)
    assert now[0] <= 3.5


@pytest.mark.parametrize("value", ["a\r\nx-amz-target: other", "a\nb", "a\rb"])
def test_a_header_does_not_become_two(value: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        pools._written("POST", "/", {"x-amz-security-token": value}, b"")
