"""A soak from its beginning to its audit."""

import time
import uuid
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from infrastructure.local.stack import RunningStack
from parley_client import Client, Unavailable, Unreachable
from tests.proof.soak.audit import Seen, audit
from tests.proof.soak.faults import Faults
from tests.proof.soak.history import History
from tests.proof.soak.people import Follower, Person
from tests.proof.stacks import ProofStack, Tenant, new_tenant

GROUPS_OF = 5
FOLLOWERS = 4
NEWCOMERS_SECONDS = 31.0
"""Who joined more recently is told to read a conversation anew."""
SETTLE_SECONDS = 150.0
"""Within which what follows from the last change is there, with nothing broken any more."""


@dataclass(frozen=True)
class Plan:
    """`newcomers_wait`: whether followers begin once they are no newcomers; else the replay may ask to read anew."""

    users: int
    seconds: float
    newcomers_wait: bool = True
    pause: float = 1.0


@dataclass
class Report:
    history: History
    done: Counter[str]
    acts: int
    faults: list[str]
    settled: float
    gaps: int
    checks: tuple[str, ...] = ("once", "in order", "counted", "indexed", "delivered or replayable")
    last: list[str] = field(default_factory=list)
    """What was not yet well when it was looked before the last time."""
    listed: int = 0
    heard: int = 0
    """Of those messages, told to followers by their sockets or their own replays, in all."""

    def told(self) -> str:
        acknowledged = self.history.acknowledged()
        lines = [
            f"{self.acts} acts, {len(acknowledged)} messages acknowledged, {self.listed} listed",
            f"{len(self.history.sent) - len(acknowledged)} sends not acknowledged, {self.history.failed} given up",
            ", ".join(f"{number} {what}" for what, number in sorted(self.done.items())),
            f"{self.heard} told to {FOLLOWERS} followers",
            f"settled {self.settled:.1f} s after the last fault; {self.gaps} times told to read anew",
            *(f"  at last: {each[:200]}" for each in self.last[:3]),
            f"audit ({', '.join(self.checks)}): {'no fault' if not self.faults else ''}",
            *(f"  {each}" for each in self.faults),
        ]
        return "\n".join(f"  {line}" for line in lines)


@dataclass
class Scene:
    """The tenant of a soak, its users, their conversations, and the word that is in every message."""

    running: RunningStack
    tenant: Tenant
    users: list[str]
    places: dict[str, list[str]]
    word: str = field(default_factory=lambda: f"soak{uuid.uuid4().hex[:10]}")

    def places_of(self, user: str) -> list[str]:
        return [place for place, members in self.places.items() if user in members]


def soak(stack: ProofStack, plan: Plan) -> Report:
    with ExitStack() as held:
        scene = _set_up(stack.running, plan)
        clients = {user: held.enter_context(scene.tenant.person(user)) for user in scene.users}
        history = History()
        if plan.newcomers_wait:
            time.sleep(NEWCOMERS_SECONDS)
        followers = {user: _follow(held, scene, user) for user in scene.users[:FOLLOWERS]}
        until = time.monotonic() + plan.seconds
        people = [
            Person(clients[user], user, scene.places_of(user), scene.word, history, until=until, pause=plan.pause)
            for user in scene.users
        ]
        breaking = Faults(stack, list(followers.values()))
        breaking.start()
        for person in people:
            person.start()
        for person in people:
            person.join()
        breaking.end()
        for failure in (breaking.failure, *(person.failure for person in people)):
            if failure is not None:
                raise failure
        return _judge(scene, clients, history, followers, breaking.done, sum(person.acts for person in people))


def _set_up(running: RunningStack, plan: Plan) -> Scene:
    """Groups of five, and one that all are in."""
    tenant = new_tenant(running, "soak")
    users = [f"user-{number}" for number in range(plan.users)]
    with tenant.server() as server:
        for user in users:
            server.put_user(user, name=user.title())
    groups = [users[first : first + GROUPS_OF] for first in range(0, len(users), GROUPS_OF)]
    places = {}
    for members in [*groups, users]:
        with tenant.person(members[0]) as owner:
            made = owner.create_conversation(type="group", name="Soak", members=members[1:])
            places[made["id"]] = members
    return Scene(running, tenant, users, places)


def _follow(held: ExitStack, scene: Scene, user: str) -> Follower:
    client = held.enter_context(scene.tenant.person(user))
    follower = Follower(client, scene.running.state.socket_url)
    follower.start()
    return follower


def _judge(
    scene: Scene, clients: dict[str, Client], history: History, followers: dict[str, Follower], done: Any, acts: int
) -> Report:
    """Look until all is well, or for as long as it may take: consumers may be behind, retries and the breaker wait."""
    began = time.monotonic()
    seen = Seen({}, {})
    last: list[str] = []
    while True:
        try:
            seen = _look(scene, clients, followers)
            faults = audit(history, seen)
        except (Unavailable, Unreachable) as away:
            faults = [f"a request is not answered: {away}"]
        if not faults or time.monotonic() - began > SETTLE_SECONDS:
            break
        last = faults
        time.sleep(2)
    gaps = sum(each.heard.gaps for each in followers.values())
    listed = sum(len(each) for each in seen.messages.values())
    heard = sum(len(each.heard.created | each.heard.deleted) for each in followers.values())
    settled = time.monotonic() - began
    return Report(history, done, acts, faults, settled, gaps, last=last, listed=listed, heard=heard)


def _look(scene: Scene, clients: dict[str, Client], followers: dict[str, Follower]) -> Seen:
    messages: dict[str, Any] = {
        place: list(clients[members[0]].iterate_messages(place, order="asc", limit=100))
        for place, members in scene.places.items()
    }
    seen = Seen(messages, scene.places)
    for user in scene.users:
        for entry in clients[user].iterate_conversations(limit=100):
            seen.unread[user, entry["id"]] = entry["unread_count"]
        for place in scene.places_of(user):
            membership = clients[user].get_conversation(place)["membership"]
            seen.read_up_to[user, place] = membership["read_seq"] if membership else 0
        seen.totals[user] = clients[user].count_unread()["total"]
    for user in (scene.users[0], scene.users[-1]):
        hits = clients[user].iterate_search_messages(q=scene.word, limit=100)
        seen.found[user] = [hit["message"]["id"] for hit in hits]
    for user, follower in followers.items():
        if follower.failure is not None:
            raise follower.failure
        heard, replayed = follower.heard, follower.replayed()
        seen.told[user] = heard.created | replayed.created
        seen.ended[user] = heard.deleted | replayed.deleted
    return seen
