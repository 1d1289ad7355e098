"""Whatever the stream does to its records, and whenever a socket dies: clients end with what the tables have."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley import clock
from parley.realtime import gateway
from tests.support.aws.gateway import Answer
from tests.support.aws.sockets import Sockets, Stream, give_key
from tests.support.dynamodb.change_stream import ChangeStream, Payload
from tests.support.people.people import Person, new_workspace
from tests.support.people.readers import Reader

EXAMPLES = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

STEPS = st.lists(
    st.sampled_from(
        ["send", "send", "send", "edit", "delete", "react", "unreact", "rename", "reply", "leave", "return", "read"]
    ),
    min_size=1,
    max_size=10,
)


class Story:
    """Alice acts in a group of alice, bob and carol; carol leaves and returns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sockets = Sockets()
        monkeypatch.setattr(gateway, "client", lambda: self.sockets)
        monkeypatch.setattr(gateway, "BACKOFF_SECONDS", 0)
        acme = new_workspace("acme")
        give_key(acme.tenant_id)
        self.alice, self.bob, self.carol = (acme.person(name) for name in ("alice", "bob", "carol"))
        self.stream = Stream(ChangeStream(), self.sockets, acme.tenant_id)
        self.group = self.alice.open_group(self.bob, self.carol)
        self.stream.deliver()
        real = clock.now_ms
        monkeypatch.setattr(clock, "now_ms", lambda: real() + 60_000)
        self.sent: list[str] = []

    def do(self, step: str) -> None:
        """Do one thing; what needs a message sends one first."""
        if step == "send" or not self.sent:
            self.sent.append(str(self.alice.send(self.group, f"text {len(self.sent)}")["id"]))
            return
        alice, last = self.alice, f"/v1/messages/{self.sent[-1]}"
        conversation = f"/v1/conversations/{self.group}"
        steps: dict[str, Callable[[], Answer]] = {
            "edit": lambda: alice.put(last, {"text": f"edited at {clock.now_ms()}"}),
            "delete": lambda: alice.delete(f"/v1/messages/{self.sent.pop()}"),
            "react": lambda: alice.post(f"{last}/reactions", {"reaction": "👍"}),
            "unreact": lambda: alice.delete(f"{last}/reactions/👍"),
            "rename": lambda: alice.put(conversation, {"name": f"name {clock.now_ms()}"}),
            "reply": lambda: alice.send(self.group, "a reply", parent_id=self.sent[-1]),
            "leave": lambda: self.carol.delete(f"{conversation}/members/carol"),
            "return": lambda: alice.post(f"{conversation}/members", {"user_ids": ["carol"]}),
            "read": lambda: self.bob.post(f"{conversation}/read", {}),
        }
        answer = steps[step]()
        assert answer.status < 300 or (step, answer.status) == ("leave", 404), (step, answer.text)


@st.composite
def disorders(draw: st.DrawFn) -> list[tuple[float, bool, bool]]:
    """For each record: where it goes, whether it comes twice, whether a batch ends after it."""
    return draw(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), min_size=40, max_size=40))


def disordered(payloads: Sequence[Payload], disorder: list[tuple[float, bool, bool]]) -> list[list[Payload]]:
    """Batches of these records in another order, some of them twice."""
    placed = [
        (place, number + copy * 1000, payload)
        for number, payload in enumerate(payloads)
        for place, twice, _ in [disorder[number % len(disorder)]]
        for copy, place in enumerate([place, 1 - place] if twice else [place])
    ]
    batches: list[list[Payload]] = [[]]
    for number, (_, _, payload) in enumerate(sorted(placed, key=lambda each: each[:2])):
        batches[-1].append(payload)
        if disorder[number % len(disorder)][2]:
            batches.append([])
    return batches


@EXAMPLES
@given(steps=STEPS, disorder=disorders())
def test_duplicated_reordered_and_rebatched_records_give_the_same_state_and_never_an_older_one(
    tables: None, steps: list[str], disorder: list[tuple[float, bool, bool]]
) -> None:
    """Delivered after all has happened: the socket alone, without replay, ends with the tables' state."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        story = Story(monkeypatch)
        reader = Reader(story.bob, story.sockets)
        reader.arrive()
        for step in steps:
            story.do(step)
        for batch in disordered(story.stream.changes.take(story.alice.tenant_id), disorder):
            story.stream.hand_over(batch)
            reader.listen()
        assert reader.agrees()


@EXAMPLES
@given(steps=STEPS, delivered=st.lists(st.booleans(), min_size=10, max_size=10), disorder=disorders())
def test_records_that_come_while_things_happen_never_show_an_older_state(
    tables: None, steps: list[str], delivered: list[bool], disorder: list[tuple[float, bool, bool]]
) -> None:
    """Delivered between the steps, late and again: `Reader` fails where it is shown an older state."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        story = Story(monkeypatch)
        reader = Reader(story.bob, story.sockets)
        reader.arrive()
        records: list[Payload] = []
        for step, now in zip(steps, delivered, strict=False):
            story.do(step)
            records += story.stream.changes.take(story.alice.tenant_id)
            if now:
                for batch in disordered(records, disorder)[:2]:
                    story.stream.hand_over(batch)
                    reader.listen()
        for batch in disordered(records, disorder):
            story.stream.hand_over(batch)
            reader.listen()
        assert reader.agrees()


@EXAMPLES
@given(
    steps=STEPS,
    killed=st.lists(st.sampled_from(["live", "kill", "back", "idle"]), min_size=10, max_size=10),
    limit=st.sampled_from([1, 3, 100]),
)
def test_a_socket_that_dies_at_any_moment_loses_nothing(
    tables: None, steps: list[str], killed: list[str], limit: int
) -> None:
    """Kill, deliver, come back and replay in any order: the log is the conversation's."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        story = Story(monkeypatch)
        reader = Reader(story.bob, story.sockets)
        reader.arrive()
        for step, event in zip(steps, killed, strict=False):
            story.do(step)
            if event != "idle":
                story.stream.deliver()
            if event == "kill":
                reader.lose_connection()
            elif event == "back" and reader.socket is None:
                reader.come_back()
            elif event == "live":
                reader.listen()
        story.stream.deliver()
        reader.lose_connection()
        reader.connect()
        reader.replay(limit=limit)
        reader.listen()
        assert reader.agrees()


def test_the_reader_notices_what_it_must() -> None:
    """The properties above can fail."""
    reader = Reader(Person("acme", "bob"), Sockets())
    state = {"id": "c-1", "text": "x", "author_id": "a", "edited_at": None, "deleted_at": None, "parent_id": None}
    event = {"type": "message.created", "entity_id": "c-1", "conversation_id": "c"}
    reader.apply(event | {"version": 2, "data": state | {"seq": 1, "version": 2}}, live=True)
    with pytest.raises(AssertionError):
        reader.apply(event | {"version": 1, "data": state | {"seq": 1, "version": 1}}, live=True)
