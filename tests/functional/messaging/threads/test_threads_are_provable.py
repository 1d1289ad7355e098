"""Whatever is replied, deleted, read, followed and left, and however late the consumer is: counts are recounts."""

from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from parley.ids import MessageAddress
from parley.messaging import sequence
from parley.messaging.items import MessageItem, ThreadFollowItem
from parley.messaging.members.memberships import membership_of
from parley.messaging.messages.thread_follows import follow_key
from parley.settings import settings as parley_settings
from parley.tables import dynamodb, keys
from tests.functional.messaging.threads.conftest import Upkeep
from tests.support.people.people import new_workspace
from tests.support.people.world import own_tables

OTHERS = ("bob", "carol")
EVERYBODY = ("alice", *OTHERS)
FINE = {200, 201, 204}
REFUSED = {403, 404, 409, 422}


class Threads(RuleBasedStateMachine):
    """A channel that alice owns and the others come to and leave; records reach the consumer late, twice, shuffled."""

    roots = Bundle("roots")
    replies = Bundle("replies")

    @initialize()
    def open_channel(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(own_tables())
        self.stack.enter_context(patch.object(sequence, "GAPS_KEPT", 3))
        self.stack.enter_context(patch.object(sequence, "OVERFLOW_SPAN", 4))
        self.upkeep = Upkeep()
        self.waiting: list[Any] = []
        acme = new_workspace("acme")
        self.tenant_id, self.server = acme.tenant_id, acme.server
        self.people = {name: acme.person(name) for name in EVERYBODY}
        opened = {"type": "channel", "name": "news", "members": ["bob"]}
        self.channel = str(self.people["alice"].post("/v1/conversations", opened)["id"])

    def teardown(self) -> None:
        self.stack.close()

    @rule(target=roots, name=st.sampled_from(EVERYBODY))
    def send(self, name: str) -> object:
        sent = self.people[name].send(self.channel, "root")
        return sent["id"] if sent.status == 201 else multiple()

    @rule(
        target=replies,
        name=st.sampled_from(EVERYBODY),
        root=roots,
        mentions=st.lists(st.sampled_from(EVERYBODY), max_size=2),
        shown=st.booleans(),
    )
    def reply(self, name: str, root: str, mentions: list[str], *, shown: bool) -> object:
        sent = self.people[name].send(
            self.channel, "reply", parent_id=root, mentions=mentions, show_in_conversation=shown
        )
        assert sent.status in FINE | REFUSED, sent.text
        return sent["id"] if sent.status == 201 else multiple()

    @rule(message=st.one_of(roots, replies), hard=st.booleans())
    def delete(self, message: str, *, hard: bool) -> None:
        who = self.server if hard else self.people["alice"]
        assert who.delete(f"/v1/messages/{message}", **({"hard": "true"} if hard else {})).status in FINE | REFUSED

    @rule(name=st.sampled_from(EVERYBODY), root=roots, method=st.sampled_from(["PUT", "DELETE"]))
    def turn(self, name: str, root: str, method: str) -> None:
        assert self.people[name].request(method, f"/v1/threads/{root}/follow").status in FINE | REFUSED

    @rule(name=st.sampled_from(EVERYBODY), reply=replies)
    def read_to(self, name: str, reply: str) -> None:
        address = MessageAddress.parse(reply)
        assert address is not None
        read = self.people[name].post(f"/v1/threads/{address.root}/read", {"reply_id": reply})
        assert read.status in FINE | REFUSED
        if read.status == 200 and read["following"]:
            assert read["unread_count"] == self._recount(name, str(address.root))

    @rule(name=st.sampled_from(OTHERS), comes=st.booleans())
    def move(self, name: str, *, comes: bool) -> None:
        path = f"/v1/conversations/{self.channel}/members"
        person = self.people[name]
        moved = person.post(path, {"user_ids": [name]}) if comes else person.delete(f"{path}/{name}")
        assert moved.status in FINE | REFUSED

    @rule(data=st.data())
    def consume(self, data: st.DataObject) -> None:
        """Some of what waits, in any order; it may come again."""
        self.waiting += self.upkeep.take()
        if self.waiting:
            batch = data.draw(st.permutations(self.waiting))[: data.draw(st.integers(1, len(self.waiting)))]
            self.upkeep.hand_over(batch)
            if data.draw(st.booleans()):
                self.waiting = [each for each in self.waiting if each not in batch]

    @invariant()
    def counts_are_recounts(self) -> None:
        for name, person in self.people.items():
            listed = person.get("/v1/threads", limit="100")["data"]
            for thread in listed:
                assert thread["unread_count"] == self._recount(name, thread["id"])
                assert thread["following"]
            counted = person.get("/v1/unread/threads")
            unread = {each["id"]: each["unread_count"] for each in listed if each["unread_count"]}
            assert {each["id"]: each["unread_count"] for each in counted["threads"]} == unread
            assert counted["total"] == sum(unread.values())
            if membership_of(self.tenant_id, name, self.channel) is None:
                assert listed == []

    def _recount(self, name: str, root: str) -> int:
        """The replies by others that are stored after what the follower has read, and have not been deleted."""
        address = MessageAddress.parse(root)
        assert address is not None
        follow = ThreadFollowItem.at(follow_key(self.tenant_id, name, address), consistent=True)
        assert follow is not None
        pk = keys.thread(self.tenant_id, self.channel, address.seq)
        items, _ = dynamodb.query(parley_settings().chat_table, pk, begins_with="M#", consistent=True)
        stored = [MessageItem.from_raw_data(raw) for raw in items if not raw["sk"]["S"].endswith("#R")]
        return sum(
            int(item.seq) > int(follow.read_seq) and item.author_id != name and not item.deleted_at and not item.void
            for item in stored
        )


def test_every_unread_count_of_a_thread_equals_a_recount(tables: None) -> None:
    run_state_machine_as_test(
        Threads,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
