"""Copies of one send at once, under lists that change between them: one message, one text, one flag."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from parley.messaging.messages.sending.sending import Sent
from parley.moderation.block_list_cache import lists
from tests.functional.moderation.conftest import known, put_list, queue, stored
from tests.support.faults.interleaving import interleave
from tests.support.people.listing import pages_of, preview_of
from tests.support.people.people import Person, new_workspace

SAID = "darn heck"
LISTS: list[tuple[list[Any], str, str, bool]] = [
    ([], "mask", SAID, False),
    (["darn"], "mask", "**** heck", False),
    (["darn"], "flag", SAID, True),
    (["heck", {"word": "darn", "action": "flag"}], "mask", "darn ****", True),
]
"""Entries and action, what becomes of the text, and whether it is flagged."""


@settings(max_examples=30, deadline=None)
@given(
    seen=st.lists(st.integers(0, len(LISTS) - 1), min_size=2, max_size=4),
    schedule=st.lists(st.integers(0, 7), max_size=60),
)
def test_copies_at_once_make_one_message_under_one_verdict(tables: None, seen: list[int], schedule: list[int]) -> None:
    """Each copy goes by the list that its own process knows."""
    workspace = stored(new_workspace("acme"))
    alice, bob = workspace.person("alice"), workspace.person("bob")
    group = alice.open_group(bob)
    callers: list[Person] = []
    matchers: dict[int, Any] = {}
    for entries, action, _, _ in LISTS:
        put_list(workspace.server, *entries, action=action)
        callers.append(known(alice))
        version = callers[-1].block_list
        matchers[version] = lists.of(alice.tenant_id, version)

    def copy(which: int) -> Callable[[], Sent]:
        body = SendMessage(conversation_id=group, text=SAID)
        return lambda: sending.do_send(callers[which].caller, body, idempotency_key="k")

    with patch.object(lists, "of", lambda _, version: matchers[version]):
        sent = interleave([copy(which) for which in seen], schedule)
    (first,) = [which for which, each in zip(seen, sent, strict=True) if not each.replayed]
    _, _, text, flagged = LISTS[first]
    assert len({each.message.id for each in sent}) == 1
    assert {each.message.text for each in sent} == {text}
    history = [each for page in pages_of(bob, f"/v1/conversations/{group}/messages") for each in page["data"]]
    assert [each["text"] for each in history] == [text]
    assert preview_of(bob, group)["text"] == text
    assert [each["message_id"] for each in queue(workspace.server)] == [sent[0].message.id] * flagged
