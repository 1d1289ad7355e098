"""One key makes one message: shown to all or hidden from all others, whatever dies, repeats, or becomes of the ban."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.messaging.access import meta_key
from parley.messaging.items import ConversationItem
from parley.messaging.members import bans
from parley.messaging.members.schemas import BanUser
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from tests.functional.shadow.conftest import shadow_ban
from tests.support.faults.interference import crash_after
from tests.support.faults.interleaving import interleave
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.clocks import Clock
from tests.support.people.listing import pages_of, unread_of
from tests.support.people.people import Person, new_workspace

KINDS = ("message", "reply", "shown reply")
CALLS = range(3, 16)


def body_of(group: str, kind: str, root: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"conversation_id": group, "text": "once"}
    if kind != "message":
        fields |= {"parent_id": root, "show_in_conversation": kind == "shown reply"}
    return fields


class Seen:
    """What somebody finds of a conversation and of the thread under its root."""

    def __init__(self, who: Person, group: str, root: str) -> None:
        self.ids: list[str] = []
        for path in (f"/v1/conversations/{group}/messages", f"/v1/messages/{root}/replies"):
            pages = list(pages_of(who, path, order="asc", limit=100))
            messages = [one for page in pages for one in page["data"]]
            seqs = sorted([one["seq"] for one in messages] + [seq for page in pages for seq in page["void_seqs"]])
            assert seqs == list(range(1, len(seqs) + 1)), "every number is explained"
            self.ids += [one["id"] for one in messages if one["text"] == "once"]


def check(alice: Person, bob: Person, group: str, root: str, kind: str, sent: str) -> bool:
    """Whether the one message is hidden: bob, who sent it, finds it where it is to be, and alice either all or none."""
    own, others = Seen(bob, group, root).ids, Seen(alice, group, root).ids
    assert own == [sent] * (2 if kind == "shown reply" else 1)
    assert others in ([], own)
    hidden = not others
    in_conversation = 0 if kind == "reply" or hidden else 1
    assert unread_of(alice, group) == in_conversation
    assert unread_of(bob, group) == 0
    assert alice.get(f"/v1/messages/{root}")["reply_count"] == (0 if hidden or kind == "message" else 1)
    meta = ConversationItem.at(meta_key(alice.tenant_id, group), consistent=True)
    assert meta is not None
    assert int(meta.seq) - int(meta.gap_count) == 1 + in_conversation
    assert meta.last_text == ("once" if in_conversation else "root")
    return hidden


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("banned_first", [True, False])
@pytest.mark.parametrize("calls", CALLS)
def test_a_send_that_dies_and_comes_again_across_a_ban(
    alice: Person, bob: Person, moved_clock: Clock, kind: str, calls: int, *, banned_first: bool
) -> None:
    group = alice.open_group(bob)
    root = str(alice.send(group, "root")["id"])
    bob.post(f"/v1/conversations/{group}/read", {})
    if banned_first:
        shadow_ban(alice, group)
    body = body_of(group, kind, root)
    with in_one_thread(), crash_after(calls):
        bob.post("/v1/messages", body, key="k")
    moved_clock.pass_seconds(6)
    there = bool(Seen(alice, group, root).ids)
    if banned_first:
        assert not there
        alice.delete(f"/v1/conversations/{group}/bans/bob")
    else:
        shadow_ban(alice, group)
    again = bob.post("/v1/messages", body, key="k")
    assert again.status == 201, again.text
    hidden = check(alice, bob, group, root, kind, again["id"])
    assert there is False or not hidden
    if not banned_first:
        assert hidden is not there, "what had not been written before the ban is not shown after it"
    third = bob.post("/v1/messages", body, key="k")
    assert (third["id"], check(alice, bob, group, root, kind, again["id"])) == (again["id"], hidden)


@settings(max_examples=40, deadline=None)
@given(
    copies=st.integers(1, 3),
    kind=st.sampled_from(KINDS),
    banned_first=st.booleans(),
    schedule=st.lists(st.integers(0, 7), max_size=60),
)
def test_copies_at_once_beside_a_change_of_the_ban(
    tables: None, copies: int, kind: str, schedule: list[int], *, banned_first: bool
) -> None:
    acme = new_workspace("acme")
    alice, bob = acme.person("alice"), acme.person("bob")
    group = alice.open_group(bob)
    root = str(alice.send(group, "root")["id"])
    bob.post(f"/v1/conversations/{group}/read", {})
    wanted = SendMessage(**body_of(group, kind, root))
    if banned_first:
        shadow_ban(alice, group)

    def send() -> str:
        return sending.do_send(bob.caller, wanted, idempotency_key="k").message.id

    def change() -> str:
        if banned_first:
            bans.do_unban(alice.caller, group, "bob")
        else:
            bans.do_ban(alice.caller, group, "bob", BanUser(shadow=True))
        return ""

    sent = interleave([*[send] * copies, change], schedule)[:-1]
    assert len(set(sent)) == 1
    check(alice, bob, group, root, kind, sent[0])
