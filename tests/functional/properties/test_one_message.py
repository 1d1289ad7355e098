"""Copies of one send at once, under one key, make one message, however their calls fall between each other."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.messaging.access import meta_key
from parley.messaging.items import ConversationItem
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from parley.messaging.messages.sending.sending import Sent
from tests.support.faults.interleaving import interleave
from tests.support.people.listing import pages_of, preview_of, unread_of
from tests.support.people.people import Person, new_workspace

SCHEDULES = st.lists(st.integers(0, 7), max_size=60)


class Room:
    """A group of two in a tenant of its own, where alice sends copies of one message."""

    def __init__(self) -> None:
        workspace = new_workspace("acme")
        self.alice, self.bob = workspace.person("alice"), workspace.person("bob")
        self.group = self.alice.open_group(self.bob)
        self.root = ""

    def copy(self, **fields: Any) -> Sent:
        body = SendMessage(conversation_id=self.group, text="once", **fields)
        return sending.do_send(self.alice.caller, body, idempotency_key="k")

    def send(self, who: Person, text: str) -> Sent:
        body = SendMessage(conversation_id=self.group, text=text)
        return sending.do_send(who.caller, body, idempotency_key=None)

    def history(self, path: str = "") -> tuple[list[dict[str, Any]], list[int]]:
        """All messages with the numbers that none has; of the conversation or of what else `path` names."""
        path = path or f"/v1/conversations/{self.group}/messages"
        pages = list(pages_of(self.bob, path, order="asc", limit=100))
        return [one for page in pages for one in page["data"]], [seq for page in pages for seq in page["void_seqs"]]

    @property
    def meta(self) -> ConversationItem:
        found = ConversationItem.at(meta_key(self.alice.tenant_id, self.group), consistent=True)
        assert found is not None
        return found


@settings(max_examples=30, deadline=None)
@given(copies=st.integers(2, 6), others=st.integers(0, 2), schedule=SCHEDULES)
def test_copies_at_once_make_one_message(tables: None, copies: int, others: int, schedule: list[int]) -> None:
    room = Room()
    sends = [room.copy] * copies + [lambda: room.send(room.bob, "another")] * others
    sent = interleave(sends, schedule)
    assert len({one.message.id for one in sent[:copies]}) == 1
    assert [one.replayed for one in sent[:copies]].count(False) == 1
    messages, void = room.history()
    assert sorted(one["text"] for one in messages) == ["another"] * others + ["once"]
    assert sorted([one["seq"] for one in messages] + void) == list(range(1, copies + others + 1))
    assert (int(room.meta.seq), int(room.meta.gap_count)) == (copies + others, copies - 1)
    assert preview_of(room.bob, room.group)["id"] == messages[-1]["id"]
    assert preview_of(room.bob, room.group)["text"] == messages[-1]["text"]
    after = max([one["seq"] for one in messages if one["author_id"] == "bob"], default=0)
    assert unread_of(room.bob, room.group) == sum(one["seq"] > after for one in messages)


@settings(max_examples=20, deadline=None)
@given(copies=st.integers(2, 5), shown=st.booleans(), schedule=SCHEDULES)
def test_copies_of_a_reply_make_one_reply(tables: None, copies: int, shown: bool, schedule: list[int]) -> None:  # noqa: FBT001 - drawn
    room = Room()
    root = room.send(room.bob, "root").message.id
    sent = interleave([lambda: room.copy(parent_id=root, show_in_conversation=shown)] * copies, schedule)
    assert len({one.message.id for one in sent}) == 1
    replies, void = room.history(f"/v1/messages/{root}/replies")
    assert [one["text"] for one in replies] == ["once"]
    assert sorted([replies[0]["seq"], *void]) == list(range(1, copies + 1))
    assert room.bob.get(f"/v1/messages/{root}")["reply_count"] == 1
    messages, _ = room.history()
    assert [one["text"] for one in messages] == (["root", "once"] if shown else ["root"])
    assert unread_of(room.bob, room.group) == int(shown)
    assert preview_of(room.bob, room.group)["text"] == ("once" if shown else "root")


@settings(max_examples=3, deadline=None)
@given(schedule=st.lists(st.integers(0, 49), min_size=100, max_size=400))
def test_fifty_copies_at_once_make_one_message(tables: None, schedule: list[int]) -> None:
    """49 numbers are given back: more than `META` keeps, so gaps are moved while others are recorded."""
    room = Room()
    sent = interleave([room.copy] * 50, schedule)
    assert len({one.message.id for one in sent}) == 1
    messages, void = room.history()
    assert [one["text"] for one in messages] == ["once"]
    assert sorted([messages[0]["seq"], *void]) == list(range(1, 51))
    assert int(room.meta.gap_count) == 49
    assert len(room.meta.gaps or ()) <= 32
    assert unread_of(room.bob, room.group) == 1
    assert preview_of(room.bob, room.group)["text"] == "once"
