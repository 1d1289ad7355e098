"""A request that dies after any call of its own, whatever it does to a message: readers set right what it left.

What a list shows is checked before anybody opens the conversation, then the conversation, the thread and the pins. One
conversation serves all the calls of a case: the message that the next one is about is the newest then.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from parley.messaging.access import meta_key
from parley.messaging.items import ConversationItem
from tests.support.faults.interference import crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import Clock
from tests.support.people.files import ready_file
from tests.support.people.listing import listed, pages_of
from tests.support.people.people import Person, Workspace

KINDS = ("message", "root", "quiet reply", "shown reply", "with a file")
MOST_CALLS = 30
Prepared = TypeVar("Prepared")


class Place:
    """Alice writes and changes messages of a kind, the tenant's back end erases, bob only looks."""

    def __init__(self, acme: Workspace, alice: Person, bob: Person, kind: str) -> None:
        self.server, self.alice, self.bob, self.kind = acme.server, alice, bob, kind
        self.group = alice.open_group(bob)
        self.root = str(alice.send(self.group, "root")["id"])

    def body(self, text: str) -> dict[str, Any]:
        fields: dict[str, Any] = {"conversation_id": self.group, "text": text}
        if self.kind.endswith("reply"):
            fields |= {"parent_id": self.root, "show_in_conversation": self.kind == "shown reply"}
        if self.kind == "with a file":
            fields["attachments"] = [ready_file(self.alice)]
        return fields

    def write(self, text: str) -> str:
        sent = self.alice.post("/v1/messages", self.body(text), key=text)
        assert sent.status == 201, sent.text
        if self.kind == "root":
            assert self.bob.send(self.group, f"below {text}", parent_id=sent["id"]).status == 201
        return str(sent["id"])

    def check(self) -> None:
        """All that bob is shown agrees with the messages that there are."""
        shown = listed(self.bob, self.group)
        total = self.bob.get("/v1/unread")["total"]
        opened = self.bob.get(f"/v1/conversations/{self.group}")
        history = self._all(f"/v1/conversations/{self.group}/messages")
        newest, living = history[-1], [one for one in history if one["deleted_at"] is None]
        assert shown["unread_count"] == total == len(living)
        for preview in (shown["last_message"], opened["last_message"]):
            assert (preview["seq"], preview["text"]) == (newest["seq"], newest["text"])
            assert preview["deleted"] == (newest["deleted_at"] is not None)
        for one in living:
            if one["parent_id"] is None and one["reply_count"]:
                replies = self._all(f"/v1/messages/{one['id']}/replies")
                counted = self.bob.get(f"/v1/messages/{one['id']}")["reply_count"]
                assert counted == len([each for each in replies if each["deleted_at"] is None])
        pinned = {one["id"] for one in self.bob.get(f"/v1/conversations/{self.group}/pins")["data"]}
        assert {one["id"] for one in living if one["pinned_at"] is not None} <= pinned
        for one in living[-1:]:
            there = self.bob.get(f"/v1/messages/{one['id']}")
            assert (there["text"], there["reactions"]) == (one["text"], one["reactions"])
            edits = self.alice.get(f"/v1/messages/{one['id']}/edits")["data"]
            assert len({edit["edit"] for edit in edits}) == len(edits) == (1 if one["edited_at"] else 0)

    def check_history(self) -> None:
        """Bob opens the conversation and nothing else: what is stored agrees with what he reads from then on."""
        history = self._all(f"/v1/conversations/{self.group}/messages")
        living = [one for one in history if one["deleted_at"] is None]
        meta = ConversationItem.at(meta_key(self.bob.tenant_id, self.group), consistent=True)
        assert meta is not None
        assert int(meta.seq) - int(meta.gap_count) == len(living)
        assert (meta.last_seq, meta.last_text or "") == (history[-1]["seq"], history[-1]["text"])

    def _all(self, path: str) -> list[dict[str, Any]]:
        pages = list(pages_of(self.bob, path, order="asc", limit=100))
        found = [one for page in pages for one in page["data"]]
        seqs = sorted([one["seq"] for one in found] + [seq for page in pages for seq in page["void_seqs"]])
        assert seqs == list(range(1, len(seqs) + 1))
        return found


def _edit(place: Place, message_id: str) -> object:
    return place.alice.put(f"/v1/messages/{message_id}", {"text": f"later {message_id}"})


def _delete(place: Place, message_id: str) -> object:
    return place.alice.delete(f"/v1/messages/{message_id}")


def _erase(place: Place, message_id: str) -> object:
    return place.server.delete(f"/v1/messages/{message_id}", hard="true")


def _react(place: Place, message_id: str) -> object:
    return place.alice.post(f"/v1/messages/{message_id}/reactions", {"reaction": "👍"})


def _pin(place: Place, message_id: str) -> object:
    return place.alice.put(f"/v1/messages/{message_id}/pin")


def _take_back(place: Place, message_id: str) -> object:
    _react(place, message_id)
    return place.alice.delete(f"/v1/messages/{message_id}/reactions/👍")


def _unpin(place: Place, message_id: str) -> object:
    _pin(place, message_id)
    return place.alice.delete(f"/v1/messages/{message_id}/pin")


def _flag(place: Place, message_id: str) -> object:
    return place.bob.post(f"/v1/messages/{message_id}/flag", {"reason": "spam"})


CHANGES: dict[str, Callable[[Place, str], object]] = {
    "edit": _edit,
    "delete": _delete,
    "erase": _erase,
    "react": _react,
    "pin": _pin,
    "take back": _take_back,
    "unpin": _unpin,
    "flag": _flag,
}


def die_after_each_call(
    check: Callable[[], None], moved: Clock, prepare: Callable[[int], Prepared], do: Callable[[Prepared], object]
) -> None:
    """Let `do` die after none, one, two, … of its calls, until it dies no more; look each time."""
    for calls in range(MOST_CALLS):
        prepared = prepare(calls)
        with in_one_thread(handed_over_last=calls % 2 == 1), crash_after(calls) as tried:
            do(prepared)
        moved.pass_seconds(6)
        check()
        if len(tried) <= calls:
            return
    raise AssertionError("more calls than any request makes")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", CHANGES)
def test_what_a_change_left_half_done_is_set_right_by_readers(
    acme: Workspace, moved_clock: Clock, alice: Person, bob: Person, kind: str, change: str
) -> None:
    place = Place(acme, alice, bob, kind)
    die_after_each_call(
        place.check,
        moved_clock,
        lambda calls: place.write(f"words-{calls}"),
        lambda message_id: CHANGES[change](place, message_id),
    )


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "root"])
def test_what_a_send_left_half_done_is_set_right_by_readers(
    acme: Workspace, moved_clock: Clock, alice: Person, bob: Person, kind: str
) -> None:
    place = Place(acme, alice, bob, kind)
    die_after_each_call(
        place.check,
        moved_clock,
        lambda calls: place.body(f"words-{calls}"),
        lambda body: alice.post("/v1/messages", body, key=str(body["text"])),
    )


@pytest.mark.parametrize("kind", ["message", "shown reply"])
@pytest.mark.parametrize("change", ["edit", "delete"])
def test_who_only_opens_the_conversation_sets_it_right_too(
    acme: Workspace, moved_clock: Clock, alice: Person, bob: Person, kind: str, change: str
) -> None:
    place = Place(acme, alice, bob, kind)
    die_after_each_call(
        place.check_history,
        moved_clock,
        lambda calls: place.write(f"words-{calls}"),
        lambda message_id: CHANGES[change](place, message_id),
    )
