"""Whatever is sent, edited, deleted, read, joined and left: every unread count equals a recount of what is stored."""

from collections.abc import Iterator
from contextlib import ExitStack
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
from parley.messaging import sequence, truncating
from parley.messaging.items import MembershipItem, MessageItem
from parley.messaging.members.memberships import membership_of
from parley.settings import settings as parley_settings
from parley.tables import dynamodb, keys
from parley.tables.keys import Key
from tests.support.aws.gateway import Answer
from tests.support.aws.job_queues import job_queues
from tests.support.people.people import new_workspace
from tests.support.people.world import own_tables

OTHERS = ("bob", "carol", "dave")
EVERYBODY = ("alice", *OTHERS)
REFUSED_TO_STRANGERS = {403, 404}


class Channel(RuleBasedStateMachine):
    """A channel that alice owns and the others come to and leave, two of them there at first.

    Gaps spill early, so overflow items take part.
    """

    roots = Bundle("roots")
    messages = Bundle("messages")

    @initialize()
    def open_channel(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(own_tables())
        self.stack.enter_context(job_queues())
        self.stack.enter_context(patch.object(sequence, "GAPS_KEPT", 3))
        self.stack.enter_context(patch.object(sequence, "OVERFLOW_SPAN", 4))
        acme = new_workspace("acme")
        self.tenant_id = acme.tenant_id
        self.server = acme.server
        self.people = {name: acme.person(name) for name in EVERYBODY}
        alice = self.people["alice"]
        self.channel = str(
            alice.post("/v1/conversations", {"type": "channel", "name": "news", "members": ["bob", "carol"]})["id"]
        )
        self.path = f"/v1/conversations/{self.channel}"

    def teardown(self) -> None:
        self.stack.close()

    @rule(target=roots, name=st.sampled_from(EVERYBODY), key=st.sampled_from([None, "k1", "k2"]))
    def send(self, name: str, key: str | None) -> object:
        body = {"conversation_id": self.channel, "text": f"by {name}"}
        deleted = {409} if key else set()  # the message that the key sent is gone for good
        return self._sent(self.people[name].post("/v1/messages", body, key=key), deleted)

    @rule(target=messages, name=st.sampled_from([*EVERYBODY, "nobody"]), silent=st.booleans())
    def send_of_a_kind(self, name: str, *, silent: bool) -> object:
        sender, kind = (self.server, "system") if name == "nobody" else (self.people[name], "note")
        return self._sent(sender.send(self.channel, f"by {name}", silent=silent, type=kind))

    @rule(target=messages, name=st.sampled_from(EVERYBODY), root=roots, shown=st.booleans())
    def reply(self, name: str, root: str, *, shown: bool) -> object:
        return self._sent(
            self.people[name].send(self.channel, "reply", parent_id=root, show_in_conversation=shown), {422}
        )

    @rule(target=messages, root=roots)
    def pick(self, root: str) -> str:
        return root

    @rule(message=messages)
    def edit(self, message: str) -> None:
        for person in self.people.values():
            assert person.put(f"/v1/messages/{message}", {"text": "edited"}).status in {200, 403, 404, 409}

    @rule(message=messages)
    def delete(self, message: str) -> None:
        assert self.people["alice"].delete(f"/v1/messages/{message}").status in {200, 404}

    @rule(message=messages)
    def erase(self, message: str) -> None:
        assert self.server.delete(f"/v1/messages/{message}", hard="true").status in {204, 404}

    @rule(name=st.sampled_from(EVERYBODY), message=messages)
    def read_to(self, name: str, message: str) -> None:
        read = self.people[name].post(f"{self.path}/read", {"message_id": message})
        assert read.status in {200} | REFUSED_TO_STRANGERS
        if read.status == 200:
            assert read["unread_count"] == self._recount(name)

    @rule(name=st.sampled_from(EVERYBODY))
    def read_all(self, name: str) -> None:
        read = self.people[name].post(f"{self.path}/read")
        assert read.status in {200} | REFUSED_TO_STRANGERS
        assert read.status != 200 or read["unread_count"] == 0

    @rule(name=st.sampled_from(EVERYBODY), message=messages)
    def mark_unread(self, name: str, message: str) -> None:
        marked = self.people[name].post(f"{self.path}/unread", {"message_id": message})
        assert marked.status in {200} | REFUSED_TO_STRANGERS
        if marked.status == 200:
            assert marked["unread_count"] == self._recount(name)

    @rule(name=st.sampled_from(EVERYBODY), message=st.one_of(st.none(), messages))
    def clear(self, name: str, message: str | None) -> None:
        cleared = self.people[name].post(f"{self.path}/clear", {} if message is None else {"message_id": message})
        assert cleared.status in {200} | REFUSED_TO_STRANGERS
        if cleared.status == 200:
            assert cleared["unread_count"] == self._recount(name)

    @rule(message=st.one_of(st.none(), messages))
    def truncate(self, message: str | None) -> None:
        body = {} if message is None else {"message_id": message}
        truncated = self.people["alice"].post(f"{self.path}/truncate", body)
        assert truncated.status in {200, 404}
        if truncated.status == 200:
            truncating.remove_messages(self.tenant_id, self.channel, truncated["truncated_seq"])
            truncating.remove_rest(self.tenant_id, self.channel, truncated["truncated_seq"])

    @rule(name=st.sampled_from(OTHERS))
    def join(self, name: str) -> None:
        assert self.people[name].post(f"{self.path}/members", {"user_ids": [name]}).status == 200

    @rule(name=st.sampled_from(OTHERS), by=st.sampled_from(["alice", "self"]))
    def leave(self, name: str, by: str) -> None:
        person = self.people[name if by == "self" else "alice"]
        assert person.delete(f"{self.path}/members/{name}").status in {204, 403}

    @rule(name=st.sampled_from(OTHERS), lifted=st.booleans())
    def shadow_ban(self, name: str, *, lifted: bool) -> None:
        """What they send from now on has its number and is unread for nobody."""
        path, alice = f"{self.path}/bans/{name}", self.people["alice"]
        answer = alice.delete(path) if lifted else alice.put(path, {"shadow": True})
        assert answer.status in {200, 204}

    @invariant()
    def counts_are_recounts(self) -> None:
        for name, person in self.people.items():
            expected = self._recount(name)
            listed = {entry["id"]: entry["unread_count"] for entry in person.get("/v1/conversations")["data"]}
            assert listed == ({} if expected is None else {self.channel: expected})
            assert person.get("/v1/unread")["total"] == (expected or 0)

    def _sent(self, answer: Answer, accepted: frozenset[int] | set[int] = frozenset()) -> object:
        assert answer.status in {201, *accepted} | REFUSED_TO_STRANGERS, answer.text
        return answer["id"] if answer.status == 201 else multiple()

    def _recount(self, name: str) -> int | None:
        """The messages by others that are stored after what is read or cleared, neither deleted nor silent."""
        membership = membership_of(self.tenant_id, name, self.channel)
        if membership is None:
            return None
        bound = truncating.bound_of(self.tenant_id, self.channel)
        return sum(_is_unread(item, membership) for item in self._stored_after(bound))

    def _stored_after(self, bound: int) -> Iterator[MessageItem]:
        """Up to the bound the removal may be half done: a reply gone, and its place in the conversation not yet."""
        pk = keys.conversation(self.tenant_id, self.channel)
        items, rest = dynamodb.query(parley_settings().chat_table, pk, begins_with="M#", consistent=True)
        assert rest is None
        for raw in items:
            if raw["sk"]["S"].endswith("#R"):
                continue
            item = MessageItem.from_raw_data(raw)
            if int(item.seq) <= bound:
                continue
            if item.reference is not None:
                item.deleted_at = self._reply(item.reference).deleted_at
            yield item

    def _reply(self, message_id: str) -> MessageItem:
        address = MessageAddress.parse(message_id)
        assert address is not None
        assert address.root_seq is not None
        pk = keys.thread(self.tenant_id, self.channel, address.root_seq)
        reply = MessageItem.at(Key(pk, keys.message_sk(address.seq)), consistent=True)
        assert reply is not None
        return reply


def _is_unread(item: MessageItem, membership: MembershipItem) -> bool:
    return (
        int(item.seq) > max(int(membership.read_seq), int(membership.visible_from))
        and item.author_id != membership.user_id
        and item.deleted_at is None
        and not item.void
        and not item.silent
    )


def test_every_unread_count_equals_a_recount(tables: None) -> None:
    run_state_machine_as_test(
        Channel,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
