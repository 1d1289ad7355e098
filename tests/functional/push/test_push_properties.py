"""Whatever people do and the stream does to its records: only who may and wants to be told is, and once."""

from collections import Counter
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.realtime import gateway
from tests.support.aws.sockets import Socket, Sockets
from tests.support.dynamodb.change_stream import Payload, kinesis_event
from tests.support.people.people import Person, new_workspace
from tests.support.people.phones import Phones, Shown, new_messages, using_phones

EXAMPLES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NAMES = ("bob", "carol", "dave")


@dataclass(frozen=True)
class State:
    """How a user stands to the conversation when the records come."""

    member: bool = True
    online: bool = False
    muted: bool = False
    blocks: bool = False
    mutes_author: bool = False
    level: str = "all"
    own: str | None = None
    read: bool = False
    platforms: tuple[str, ...] = ("fcm",)

    def is_pushed(self, *, named: bool) -> bool:
        """Whether a message of alice's may be shown on this user's phones."""
        level = "none" if self.level == "none" else self.own or self.level
        may = self.member and not (self.online or self.muted or self.blocks or self.mutes_author or self.read)
        return may and (level == "all" or (level == "mentions" and named))


LEVELS = st.sampled_from(["all", "all", "all", "mentions", "none"])
OBSTACLES: tuple[dict[str, bool], ...] = (
    {"member": False},
    {"online": True},
    {"muted": True},
    {"blocks": True},
    {"mutes_author": True},
    {"read": True},
)


@st.composite
def user_states(draw: st.DrawFn) -> State:
    """Most have one thing at most that keeps them from being told, so that each is seen by itself."""
    obstacles = draw(st.sampled_from([*OBSTACLES, {}, {}, {"muted": True, "read": True}]))
    platforms = draw(st.sampled_from([("fcm",), ("apns",), ("fcm", "apns"), ()]))
    own = draw(st.none() | LEVELS)
    return replace(State(), level=draw(LEVELS), own=own, platforms=platforms, **obstacles)


MENTIONS = st.lists(st.lists(st.sampled_from([*NAMES, "mallory"]), unique=True), min_size=1, max_size=4)
DISORDER = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 3), st.booleans()), min_size=12, max_size=12)


def enter(alice: Person, group: str, user: Person, state: State, sockets: Sockets) -> Socket | None:
    """Bring a user into a state; what they connect with."""
    conversation = f"/v1/conversations/{group}"
    if state.muted:
        user.put(f"{conversation}/mute", {})
    if state.mutes_author:
        user.put("/v1/users/alice/mute", {})
    if state.blocks:
        user.put("/v1/users/alice/block")
    if state.own:
        user.put(f"{conversation}/notifications", {"level": state.own})
    if state.read:
        user.post(f"{conversation}/read", {})
    user.put("/v1/users/me/notifications", {"level": state.level})
    if not state.member:
        alice.delete(f"{conversation}/members/{user.user_id}")
    return sockets.connect(user) if state.online else None


def disordered(records: list[Payload], disorder: list[tuple[float, int, bool]]) -> list[list[Payload]]:
    """Batches of these records in another order, some up to three times."""
    placed = sorted(
        (abs(place - copy / 3), number, copy)
        for number in range(len(records))
        for place, copies, _ in [disorder[number % len(disorder)]]
        for copy in range(copies)
    )
    batches: list[list[Payload]] = [[]]
    for at, (_, number, _) in enumerate(placed):
        batches[-1].append(records[number])
        if disorder[at % len(disorder)][2]:
            batches.append([])
    return batches


@EXAMPLES
@given(states=st.fixed_dictionaries(dict.fromkeys(NAMES, user_states())), mentions=MENTIONS, disorder=DISORDER)
def test_only_who_may_and_wants_to_be_told_is_and_once(
    tables: None, states: dict[str, State], mentions: list[list[str]], disorder: list[tuple[float, int, bool]]
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch, using_phones() as phones:
        sockets = Sockets()
        monkeypatch.setattr(gateway, "client", lambda: sockets)
        acme, globex = new_workspace("acme"), new_workspace("globex")
        alice, users = acme.person("alice"), {name: acme.person(name) for name in NAMES}
        group = alice.open_group(*users.values())
        phones.give(alice)
        for stranger in (acme.person("mallory"), *(globex.person(name) for name in NAMES)):
            phones.give(stranger)
        tokens = {
            phones.give(users[name], platform, platform): name
            for name, state in states.items()
            for platform in state.platforms
        }
        sent = {str(alice.send(group, f"{n}", mentions=named)["id"]): named for n, named in enumerate(mentions)}
        records = phones.stream.take(acme.tenant_id)
        for name, state in states.items():
            enter(alice, group, users[name], state, sockets)
        shown = deliver(phones, records, disorder)
    got = Counter((each.token, each.message_id) for each in shown)
    assert got == {
        (token, message_id): 1
        for message_id, named in sent.items()
        for token, name in tokens.items()
        if states[name].is_pushed(named=name in named)
    }


def deliver(phones: Phones, records: list[Payload], disorder: list[tuple[float, int, bool]]) -> list[Shown]:
    relevant = [each for each in new_messages(records) if isinstance(each, dict)]
    for batch in disordered(relevant, disorder):
        if batch:
            assert phones.invoke(kinesis_event(list(batch))) == {"batchItemFailures": []}
    return phones.take()
