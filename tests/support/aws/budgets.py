"""What a route may cost, from the budgets of the design: read and write units, sequential round trips.

They hold for the examples of `infrastructure/examples.py`. Where building showed a number of the design wrong, the note
says why.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from infrastructure.routes import Route
from tests.support.dynamodb.meter import Cost


@dataclass(frozen=True)
class Budget:
    """At most these read units, write units and sequential round trips."""

    reads: float
    writes: float
    round_trips: int
    note: str = ""

    def allows(self, cost: Cost) -> bool:
        return cost.reads <= self.reads and cost.writes <= self.writes and cost.round_trips <= self.round_trips

    def __str__(self) -> str:
        return f"{self.reads:g} RRU, {self.writes:g} WRU, {self.round_trips} round trips"


KEYED = "the Idempotency-Key of a POST takes two writes of its own"
BUDGETS: dict[str, Budget] = {
    "POST /v1/messages": Budget(1, 5 + 1, 4, "one write for a hundredth of the tenant's limit"),
    "GET /v1/conversations/{}/messages": Budget(6, 0, 2),
    "GET /v1/conversations": Budget(30, 0, 3, "0.5 RRU for each with something unread: its newest message"),
    "POST /v1/conversations/{}/ephemeral-messages": Budget(5, 2, 5, f"the speaker, the reader, their sockets; {KEYED}"),
    "POST /v1/conversations/{}/events": Budget(
        3,
        2,
        4,
        f"who may write, who watches; 1 RRU more for each who does, and for whom the sender has blocked; {KEYED}",
    ),
    "POST /v1/conversations/{}/read": Budget(1, 1 + 2, 4, f"the pointer is checked against META; {KEYED}"),
    "POST /v1/conversations/{}/unread": Budget(
        27, 4 + 2, 5, f"the caller's own messages among the last hundred; a transaction with their kept list; {KEYED}"
    ),
    "POST /v1/conversations/{}/clear": Budget(1, 1 + 2, 4, f"as marking it read; {KEYED}"),
    "POST /v1/conversations/{}/truncate": Budget(
        7, 16 + 3 + 2, 9, f"the bound, the job and the line of the audit log in one transaction; {KEYED}"
    ),
    "PUT /v1/conversations/{}/settings": Budget(2, 4, 2, "a transaction with the caller's kept list"),
    "PUT /v1/messages/{}": Budget(3.5, 3, 4, "whether the author may is read again after the write; the edit history"),
    "DELETE /v1/messages/{}": Budget(1.5, 3, 4, "META tells whether the conversation is archived; the gap"),
    "POST /v1/messages/{}/reactions": Budget(
        4, 1 + 2 + 1, 6, f"whether the user may is read again after the write; {KEYED}"
    ),
    "DELETE /v1/messages/{}/reactions/{}": Budget(1.5, 1, 3),
    "DELETE /v1/messages/{}/link_previews": Budget(1.5, 1, 3),
    "POST /v1/messages/{}/translations": Budget(1.5, 0 + 2, 4, f"one that is kept; {KEYED}"),
    "DELETE /v1/conversations/{}/members/{}": Budget(
        3, 6 + 1 + 2, 5, "the note by which an erasure finds what was left; another goes on condition of the role"
    ),
    "GET /v1/messages/{}": Budget(4, 0, 1, "META tells whether it has been truncated"),
    "PUT /v1/messages/{}/votes": Budget(5.5, 4 + 1, 6, "votes and counts are one transaction"),
    "GET /v1/unread": Budget(30, 0, 3),
    "PUT /v1/users/me/devices/{}": Budget(0, 1, 1, "as an app does at each start; a new device is a transaction"),
    "GET /v1/usage": Budget(20, 0, 5, "eight shards of counters, and what is stored in sixteen"),
    "GET /v1/health": Budget(0, 0, 0),
}


def _key(route: Route) -> str:
    return f"{route.method} {re.sub(r'{[^}]+}', '{}', route.path)}"


def budget_of(route: Route) -> Budget | None:
    return BUDGETS.get(_key(route))


def unused(routes: Iterable[Route]) -> list[str]:
    """Budgets of routes that do not exist."""
    return sorted(BUDGETS.keys() - {_key(route) for route in routes})
