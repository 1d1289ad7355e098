"""What crosses the wire about usage."""

from pydantic import Field

from parley.wire import Answer


class DayOfUsage(Answer):
    """What a tenant used on a day, in UTC. Figures follow what happens within seconds, egress within hours."""

    day: str = Field(description="2026-11-23")
    messages: int
    active_users: int = Field(description="Users who sent or read something")
    stored_bytes: int = Field(description="At the end of the day, or now")
    egress_bytes: int
    searches: int


class Usage(Answer):
    """The days asked for, oldest first."""

    data: list[DayOfUsage]
