"""What a process remembers from one request to the next: bounded in number, and in time where that is asked for."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from parley import clock

Name = TypeVar("Name", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Name, Value]):
    """At most `most` values, those set last, each for `kept_ms`; without it for as long as there is room."""

    def __init__(self, *, most: int = 10_000, kept_ms: int | None = None) -> None:
        self._most, self._kept_ms = most, kept_ms
        self._held: OrderedDict[Name, tuple[Value, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, name: Name) -> Value | None:
        held = self._held.get(name)
        if held is None or (self._kept_ms is not None and clock.now_ms() - held[1] >= self._kept_ms):
            return None
        return held[0]

    def set(self, name: Name, value: Value) -> None:
        self._held[name] = (value, clock.now_ms())
        self._held.move_to_end(name)
        while len(self._held) > self._most:
            self._held.popitem(last=False)

    def drop(self, name: Name) -> None:
        self._held.pop(name, None)

    def clear(self) -> None:
        self._held.clear()
