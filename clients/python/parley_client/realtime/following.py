"""What a follower of events knows: where it is in the replay, what it has had, and what it watches."""

import json
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any, cast
from urllib.parse import quote

from websockets.exceptions import InvalidStatus

from parley_client import errors
from parley_client.generated.models import ReplayedEvent

REMEMBERED_IDS = 10_000
PING_SECONDS = 30.0
ANSWER_SECONDS = 10.0
OPEN_SECONDS = 10.0
"""A socket on which nothing comes that long after a ping is dead, whatever the network says."""
REPLAY_SECONDS = 300.0
"""A socket may lose an event: every five minutes the replay is asked what it told."""


class Following:
    """The place of a follower. `cursor` is kept to go on after a restart."""

    def __init__(self, cursor: str | None) -> None:
        self.cursor = cursor
        self.watched: dict[str, None] = {}
        self._had: OrderedDict[str, None] = OrderedDict()
        self._replay_at = 0.0

    def new(self, events: Iterable[ReplayedEvent]) -> Iterator[ReplayedEvent]:
        """Those of the events that have not come yet; of gaps each, since another may follow in the same place."""
        for event in events:
            if event["type"] == "gap":
                yield event
                continue
            if event["id"] in self._had:
                continue
            self._had[event["id"]] = None
            if len(self._had) > REMEMBERED_IDS:
                self._had.popitem(last=False)
            yield event

    def replayed(self) -> None:
        """Note that the replay has told everything until now."""
        self._replay_at = time.monotonic() + REPLAY_SECONDS

    @property
    def replay_is_due(self) -> bool:
        return time.monotonic() >= self._replay_at

    def told(self, frame: str | bytes) -> Iterator[ReplayedEvent]:
        """The event of a frame, unless it has come before; none for the answer to an action."""
        said: dict[str, Any] = json.loads(frame)
        return self.new([cast("ReplayedEvent", said)] if "tenant_id" in said else [])

    def first_frames(self) -> list[str]:
        """What a new socket is sent."""
        return [action("watch", conversation_id=each) for each in self.watched]


def action(name: str, **fields: Any) -> str:
    """The frame of an action."""
    return json.dumps({"action": name, **fields})


def address(sockets_url: str, token: str | None) -> str:
    return f"{sockets_url}?token={quote(token or '', safe='')}"


def refusal_of(failure: InvalidStatus) -> errors.Refused:
    """What the answer to a handshake says."""
    answer = failure.response
    code = answer.headers.get("X-Parley-Code")
    document = {"code": code, "detail": "the socket was refused"}
    return errors.refusal(answer.status_code, document, answer.headers.get("Retry-After"))
