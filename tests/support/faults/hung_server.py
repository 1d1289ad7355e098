"""A server that takes connections, or lets them wait, and never says anything."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

LOOPBACK = "127.0.0.1"
MAX_WAITING = 128


@contextmanager
def hung_server(*, connects: bool) -> Iterator[str]:
    """Its address; without `connects` its queue is full, so that connecting hangs too."""
    with ExitStack() as held:
        listening = held.enter_context(socket.socket())
        listening.bind((LOOPBACK, 0))
        listening.listen(MAX_WAITING if connects else 0)
        address = listening.getsockname()
        if not connects:
            _fill_the_queue(held, address)
        yield f"http://{LOOPBACK}:{address[1]}"


def _fill_the_queue(held: ExitStack, address: tuple[str, int]) -> None:
    for _ in range(MAX_WAITING):
        waiting = held.enter_context(socket.socket())
        waiting.settimeout(0.2)
        try:
            waiting.connect(address)
        except TimeoutError:
            return
    raise AssertionError("the queue takes every connection")
