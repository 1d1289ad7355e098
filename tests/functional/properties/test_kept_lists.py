"""A kept list says what everything that exists says, whatever the consumer that notes changes has done so far.

It takes records late, twice, in any order, one by one, or none at all: the order of the list, what it shows and what is
unread are compared with a reading of everything after each step, page by page and under every filter.
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from parley import clock
from parley.identity.caller import Caller
from parley.identity.declared_keys import Order
from parley.messaging.activity import LEAVING_MS
from parley.messaging.conversations import entries, kept, listing, unread
from parley.messaging.conversations.filters import Filters
from parley.streams import list_upkeep
from tests.support.aws.gateway import Answer
from tests.support.dynamodb.change_stream import ChangeStream, Payload, changes
from tests.support.people.clocks import START_MS
from tests.support.people.people import new_workspace
from tests.support.people.world import own_tables

ROOMS = 7
ROOM = st.integers(0, ROOMS - 1)
OTHERS = st.sampled_from(["bob", "carol"])
ANYBODY = st.sampled_from(["alice", "bob", "carol"])
FILTERS = (
    Filters(archived=True),
    Filters(archived_for_me=True),
    Filters(archived_for_me=True, archived=True),
    Filters(hidden=True),
    Filters(pinned=True),
    Filters(pinned=False),
    Filters(label="work"),
    Filters(custom={"stage": "open"}),
    Filters(custom={"priority": {"gte": 0}}),
    Filters(order=Order("priority", "number", descending=True)),
    Filters(order=Order("stage", "text", descending=False)),
    Filters(type="direct"),
    Filters(type="channel"),
)
"""One of them a step, beside the list without any."""
MINUTE = 60_000
LIMIT = 3


def summaries(caller: Caller, filters: Filters) -> list[list[dict[str, Any]]]:
    """Every page forward, and from the last one back."""
    pages: list[list[dict[str, Any]]] = []
    cursor: str | None = None
    forward = True
    for _ in range(50):
        page = listing.do_list(caller, filters, limit=LIMIT, cursor=cursor)
        pages.append([each.model_dump(mode="json") for each in page.data])
        cursor = page.next_cursor if forward else page.prev_cursor
        if cursor is None and forward:
            cursor, forward = page.prev_cursor, False
        if cursor is None:
            return pages
    raise AssertionError("the pages never end")


class Lists(RuleBasedStateMachine):
    """Alice's list, of channels, a group and two direct conversations."""

    @initialize()
    def open_rooms(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(own_tables())
        self.stack.enter_context(patch.object(kept, "FEW", 0))
        self.stack.enter_context(patch.object(kept, "ROWS_OF_A_PART", 2))
        self.stack.enter_context(patch.object(kept, "MOST_FOREIGN", 2))
        self.now = START_MS
        self.stack.enter_context(patch.object(clock, "now_ms", lambda: self.now))
        acme = new_workspace("acme")
        acme.tenant_settings["conversation_keys"] = ["priority:number", "stage:text"]
        self.server = acme.server
        self.people = {name: acme.person(name) for name in ("alice", "bob", "carol")}
        alice = self.people["alice"]
        self.stream, self.queue, self.seen = ChangeStream(), list[Payload](), list[Payload]()
        self.rooms = [
            str(alice.post("/v1/conversations", {"type": "direct", "members": [name]})["id"])
            for name in ("bob", "carol")
        ]
        self.rooms += [
            str(
                alice.post(
                    "/v1/conversations",
                    {"type": "channel", "name": f"n{number}", "members": ["bob", "carol"]},
                )["id"]
            )
            for number in range(ROOMS - 2)
        ]
        self.sent: list[str] = []
        self.caller, self.steps = alice.caller, 0

    def teardown(self) -> None:
        self.stack.close()

    def _collect(self) -> None:
        for each in self.stream.take():
            each["dynamodb"]["ApproximateCreationDateTime"] = self.now
            self.queue.append(each)

    @rule(minutes=st.sampled_from([0, 1, 20, 61, 180]))
    def pass_time(self, minutes: int) -> None:
        self.now += minutes * MINUTE + 1

    @rule(name=ANYBODY, room=ROOM)
    def send(self, name: str, room: int) -> None:
        self._note(self.people[name].send(self.rooms[room], f"by {name}"))

    @rule(name=OTHERS, room=ROOM, shown=st.booleans())
    def reply(self, name: str, room: int, *, shown: bool) -> None:
        roots = [each for each in self.sent if each.startswith(self.rooms[room]) and each.count("-") == 1]
        if roots:
            parent = {"parent_id": roots[-1], "show_in_conversation": shown}
            self._note(self.people[name].send(self.rooms[room], "reply", **parent))

    @rule(data=st.data())
    def change_a_message(self, data: st.DataObject) -> None:
        if not self.sent:
            return
        message, how = data.draw(st.sampled_from(self.sent)), data.draw(st.sampled_from(["edit", "delete", "erase"]))
        if how == "edit":
            for person in self.people.values():
                person.put(f"/v1/messages/{message}", {"text": f"edited at {self.now}"})
        elif how == "delete":
            self.people["alice"].delete(f"/v1/messages/{message}")
        else:
            self.server.delete(f"/v1/messages/{message}", hard="true")

    @rule(room=ROOM)
    def read(self, room: int) -> None:
        self.people["alice"].post(f"/v1/conversations/{self.rooms[room]}/read")

    @rule(room=ROOM, seq=st.integers(1, 4))
    def mark_unread(self, room: int, seq: int) -> None:
        self.people["alice"].post(
            f"/v1/conversations/{self.rooms[room]}/unread", {"message_id": f"{self.rooms[room]}-{seq}"}
        )

    @rule(room=ROOM, seq=st.one_of(st.none(), st.integers(1, 4)))
    def clear(self, room: int, seq: int | None) -> None:
        body = {} if seq is None else {"message_id": f"{self.rooms[room]}-{seq}"}
        self.people["alice"].post(f"/v1/conversations/{self.rooms[room]}/clear", body)

    @rule(room=ROOM, on=st.booleans())
    def mute(self, room: int, *, on: bool) -> None:
        path = f"/v1/conversations/{self.rooms[room]}/mute"
        _ = self.people["alice"].put(path) if on else self.people["alice"].delete(path)

    @rule(
        room=ROOM,
        body=st.fixed_dictionaries(
            {},
            optional={
                "hidden": st.sampled_from([None, "until_message", "always"]),
                "archived_for_me": st.booleans(),
                "pinned": st.booleans(),
                "labels": st.lists(st.sampled_from(["work", "home"]), unique=True),
            },
        ),
    )
    def arrange(self, room: int, body: dict[str, Any]) -> None:
        self.people["alice"].put(f"/v1/conversations/{self.rooms[room]}/settings", body)

    @rule(room=ROOM)
    def leave(self, room: int) -> None:
        self.people["alice"].delete(f"/v1/conversations/{self.rooms[room]}/members/alice")

    @rule(room=ROOM)
    def come_back(self, room: int) -> None:
        if room < 2:
            self.people["alice"].post("/v1/conversations", {"type": "direct", "members": [["bob", "carol"][room]]})
        else:
            self.people["alice"].post(f"/v1/conversations/{self.rooms[room]}/members", {"user_ids": ["alice"]})

    @rule(
        room=ROOM,
        custom=st.fixed_dictionaries(
            {}, optional={"priority": st.sampled_from([-1, 0, 2.5]), "stage": st.sampled_from(["open", "closed", "o"])}
        ),
    )
    def declare(self, room: int, custom: dict[str, Any]) -> None:
        self.people["alice"].put(f"/v1/conversations/{self.rooms[room]}", {"custom": custom})

    @rule(room=ROOM, archive=st.booleans())
    def change_a_room(self, room: int, *, archive: bool) -> None:
        path = f"/v1/conversations/{self.rooms[room]}"
        for person in self.people.values():
            if archive and room == 2:
                person.delete(path)
            else:
                person.put(path, {"name": f"renamed at {self.now}"})

    @rule(seed=st.integers(0, 10**6), share=st.sampled_from([0.3, 1.0]), again=st.booleans())
    def consume(self, seed: int, share: float, *, again: bool) -> None:
        """Some of what waits, in any order, and some of what was applied before."""
        self._collect()
        chance = random.Random(seed)  # noqa: S311 - drawn by hypothesis
        taken = [each for each in self.queue if chance.random() <= share]
        self.queue = [each for each in self.queue if each not in taken]
        batch = taken + (chance.sample(self.seen, min(5, len(self.seen))) if again else [])
        chance.shuffle(batch)
        self.seen += taken
        assert list_upkeep.apply(changes(batch)) == []
        self.now += LEAVING_MS + 1_000

    @invariant()
    def a_kept_list_says_what_everything_says(self) -> None:
        self._collect()
        self.steps += 1
        told = list(self._told())
        with patch.object(entries, "find", lambda caller, _: entries.read_everything(caller, keep=False)):
            assert told == list(self._told())

    def _told(self) -> Iterator[object]:
        for filters in (Filters(), FILTERS[self.steps % len(FILTERS)], FILTERS[(4 * self.steps + 1) % len(FILTERS)]):
            yield summaries(self.caller, filters)
        yield unread.do_count_unread(self.caller).model_dump(mode="json")

    def _note(self, answer: Answer) -> None:
        if answer.status == 201:
            self.sent.append(str(answer["id"]))


def test_a_kept_list_says_what_everything_says_whatever_the_consumer_did(tables: None) -> None:
    run_state_machine_as_test(
        Lists,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
