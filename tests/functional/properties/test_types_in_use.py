"""Types are declared, used and deleted at once, in any order: every conversation's type is there, and says so."""

import functools

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import ConversationTypeInUse, Unavailable, ValidationFailed
from parley.messaging.conversations import creating
from parley.messaging.conversations.schemas import CreateConversation
from parley.permissions import types
from parley.permissions.schemas import Like, PutConversationType
from tests.support.faults.interleaving import interleave
from tests.support.people.people import Person, new_workspace
from tests.support.people.types import known_types, put_tenant

ACTS = ("declare", "declare_otherwise", "open", "delete")


def carry_out(server: Person, person: Person, act: str) -> None:
    try:
        match act:
            case "declare" | "declare_otherwise":
                like: Like = "group" if act == "declare" else "channel"
                body = PutConversationType(like=like, permissions={"pin": "member"})
                types.do_put(server.caller, "support", body, if_match=None)
            case "open":
                opened = CreateConversation(type="group", declared_type="support", name="room")
                creating.do_create(person.caller, opened, idempotency_key=None)
            case _:
                types.do_delete(server.caller, "support", if_match=None)
    except (ConversationTypeInUse, Unavailable, ValidationFailed):
        return


@settings(max_examples=40, deadline=None)
@given(
    acts=st.lists(st.sampled_from(ACTS), min_size=2, max_size=5),
    schedule=st.lists(st.integers(0, 4), min_size=12, max_size=40),
)
def test_the_type_of_every_conversation_is_there(tables: None, *, acts: list[str], schedule: list[int]) -> None:
    workspace = new_workspace("acme")
    put_tenant(workspace)
    alice, server = workspace.person("alice"), workspace.server
    carry_out(server, alice, "declare")
    interleave([functools.partial(carry_out, server, alice, act) for act in acts], schedule)
    opened = [each for each in alice.get("/v1/conversations")["data"] if each["declared_type"] == "support"]
    shown = {each.name: each for each in types.do_list(server.caller).data}
    if opened:
        assert (shown["support"].used, shown["support"].like) == (True, "group")
        carry_out(server, alice, "delete")
        assert "support" in {each.name for each in types.do_list(server.caller).data}
    assert known_types(server).conversation_types > 0
