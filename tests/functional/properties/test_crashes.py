"""A sender that dies after any call of its own, and comes back or not: nothing is lost, doubled or miscounted."""

from typing import Any
from unittest.mock import patch

import pytest

from parley import clock
from parley.messaging.access import meta_key
from parley.messaging.items import ConversationItem
from tests.support.faults.interference import crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import Clock
from tests.support.people.listing import pages_of, preview_of, unread_of
from tests.support.people.people import Person

KINDS = ("message", "reply", "shown reply")
CALLS = range(11)
"""More than any send makes: the last ones crash nothing."""


class Story:
    """Bob writes, alice sends and dies, alice sends again or not, and bob looks."""

    def __init__(self, alice: Person, bob: Person, group: str, kind: str, moved: Clock) -> None:
        self.alice, self.bob, self.group, self.kind, self.moved = alice, bob, group, kind, moved
        self.root = str(bob.send(group, "root")["id"])

    def send(self, key: str | None) -> Any:
        fields: dict[str, Any] = {"conversation_id": self.group, "text": "words"}
        if self.kind != "message":
            fields |= {"parent_id": self.root, "show_in_conversation": self.kind == "shown reply"}
        return self.alice.post("/v1/messages", fields, key=key)

    def send_and_die(self, key: str | None, calls: int, *, handed_over_last: bool) -> None:
        with in_one_thread(handed_over_last=handed_over_last), crash_after(calls):
            self.send(key)

    def read(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """What bob sees, once numbers of the dead have settled: the conversation, and the thread."""
        found = []
        for path in (f"/v1/conversations/{self.group}/messages", f"/v1/messages/{self.root}/replies"):
            pages = list(pages_of(self.bob, path, order="asc", limit=100))
            messages = [one for page in pages for one in page["data"]]
            seqs = sorted([one["seq"] for one in messages] + [seq for page in pages for seq in page["void_seqs"]])
            assert seqs == list(range(1, len(seqs) + 1))
            found.append(messages)
        return found[0], found[1]

    def check(self, sent: int) -> None:
        """All that follows from alice having sent so many messages."""
        messages, replies = self.read()
        in_conversation = 0 if self.kind == "reply" else sent
        assert [one["text"] for one in messages] == ["root"] + ["words"] * in_conversation
        assert [one["text"] for one in replies] == ["words"] * (0 if self.kind == "message" else sent)
        assert self.bob.get(f"/v1/messages/{self.root}")["reply_count"] == len(replies)
        assert unread_of(self.bob, self.group) == in_conversation
        shown = preview_of(self.bob, self.group)
        assert (shown["seq"], shown["text"], shown["deleted"]) == (messages[-1]["seq"], messages[-1]["text"], False)
        meta = ConversationItem.at(meta_key(self.bob.tenant_id, self.group), consistent=True)
        assert meta is not None
        assert int(meta.seq) - int(meta.gap_count) == len(messages)


@pytest.fixture
def moved() -> Any:
    moved = Clock()
    with patch.object(clock, "now_ms", moved):
        yield moved


@pytest.mark.parametrize("handed_over_last", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("calls", CALLS)
def test_a_retry_with_the_key_makes_one_message(
    moved: Clock, alice: Person, bob: Person, general: str, kind: str, calls: int, *, handed_over_last: bool
) -> None:
    story = Story(alice, bob, general, kind, moved)
    story.send_and_die("k", calls, handed_over_last=handed_over_last)
    assert story.send("k").status == 201
    moved.pass_seconds(6)
    story.read()
    story.check(sent=1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("calls", CALLS)
def test_a_retry_after_readers_closed_what_the_dead_left_makes_one_message(
    moved: Clock, alice: Person, bob: Person, general: str, kind: str, calls: int
) -> None:
    story = Story(alice, bob, general, kind, moved)
    story.send_and_die("k", calls, handed_over_last=calls % 2 == 0)
    moved.pass_seconds(6)
    story.read()
    first, second = story.send("k"), story.send("k")
    assert (first.status, second.status) == (201, 201)
    assert first["id"] == second["id"]
    moved.pass_seconds(6)
    story.read()
    story.check(sent=1)


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("calls", range(0, 20, 4))
def test_a_retry_that_dies_too_is_repaired_by_the_next(
    moved: Clock, alice: Person, bob: Person, general: str, kind: str, calls: int, *, settled: bool
) -> None:
    story = Story(alice, bob, general, kind, moved)
    story.send_and_die("k", 5, handed_over_last=False)
    if settled:
        moved.pass_seconds(6)
        story.read()
    story.send_and_die("k", calls, handed_over_last=calls % 8 == 0)
    assert story.send("k").status == 201
    moved.pass_seconds(6)
    story.read()
    story.check(sent=1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("calls", CALLS)
def test_without_a_key_a_sender_that_died_sent_all_or_nothing(
    moved: Clock, alice: Person, bob: Person, general: str, kind: str, calls: int
) -> None:
    story = Story(alice, bob, general, kind, moved)
    story.send_and_die(None, calls, handed_over_last=calls % 2 == 0)
    moved.pass_seconds(6)
    messages, replies = story.read()
    sent = len(messages) - 1 if kind == "message" else len(replies)
    assert sent in (0, 1)
    if kind != "shown reply" or sent == len(messages) - 1:
        story.check(sent)
