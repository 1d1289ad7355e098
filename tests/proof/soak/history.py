"""What the users of a soak did, as they know it: what was acknowledged, and what may or may not have happened."""

import threading
from dataclasses import dataclass, field


@dataclass
class Sent:
    """A message that somebody sent. Without an `id` nobody acknowledged it: it may be there once, or not.

    `texts` are those that it may have now: more than one where an edit was not acknowledged. `deleted` is None where
    that is not known.
    """

    conversation: str
    author: str
    texts: set[str]
    number: int
    id: str | None = None
    deleted: bool | None = False


@dataclass
class History:
    """All of it. Threads add to it; the audit reads it when they have ended."""

    sent: list[Sent] = field(default_factory=list)
    failed: int = 0
    """Requests that the client gave up."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, conversation: str, author: str, text: str) -> Sent:
        with self._lock:
            made = Sent(conversation, author, {text}, len(self.sent))
            self.sent.append(made)
            return made

    def gave_up(self) -> None:
        with self._lock:
            self.failed += 1

    def acknowledged(self, conversation: str | None = None) -> list[Sent]:
        return [each for each in self.sent if each.id and conversation in {None, each.conversation}]
