"""What crosses the wire about the service itself."""

from typing import Literal

from parley.wire import Answer, Timestamp


class Health(Answer):
    """The service answers."""

    status: Literal["ok"]


class Dependency(Answer):
    """Something that the service relies on: whether it answers, and how fast."""

    name: str
    status: Literal["up", "down"]
    latency_ms: float
    detail: str | None = None


class Breaker(Answer):
    """A circuit breaker; one that never opened is closed and not listed."""

    name: str
    state: Literal["closed", "open", "half_open"]


class Readiness(Answer):
    """`degraded`: something is down or a breaker is open, and what does not need it works."""

    status: Literal["ready", "degraded"]
    dependencies: list[Dependency]
    breakers: list[Breaker]
    indexed_through: Timestamp | None
