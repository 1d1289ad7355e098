"""Reactions come and go in any order, by more users than a set keeps: every count is what a recount finds."""

import functools
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import TooManyReactions
from parley.messaging.messages import reading
from parley.messaging.messages.reactions import reactions
from tests.support.faults.interleaving import interleave
from tests.support.people.people import new_workspace

KINDS = ("👍", "#️⃣", ":party:", "🇩🇪")
STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 4), st.sampled_from(KINDS)),
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_counts_equal_a_recount(tables: None, steps: list[tuple[bool, int, str]]) -> None:
    """A set keeps two users here and a message three kinds, so that a few users reach what 50 and 20 would."""
    workspace = new_workspace("acme")
    people = [workspace.person(f"u{number}") for number in range(5)]
    group = people[0].open_group(*people[1:])
    message_id = str(people[0].send(group)["id"])
    expected: dict[str, set[str]] = {}
    with patch.object(reactions, "USERS_KEPT", 2), patch.object(reactions, "MAX_KINDS", 3):
        for adds, number, kind in steps:
            who = people[number].caller
            users = expected.setdefault(kind, set())
            if not adds:
                reactions.do_unreact(who, message_id, kind)
                users.discard(who.user_id)
                continue
            full = not users and sum(bool(others) for others in expected.values()) >= 3
            try:
                assert reactions.do_react(who, message_id, kind)[1] == (who.user_id not in users)
            except TooManyReactions:
                assert full
            else:
                assert not full
                users.add(who.user_id)
    wanted = {kind: users for kind, users in expected.items() if users}
    for person in people:
        shown = reading.do_get(person.caller, message_id).reactions
        assert {kind: (one.count, one.mine) for kind, one in shown.items()} == {
            kind: (len(users), person.user_id in users) for kind, users in wanted.items()
        }
    listed = reactions.do_list_reactions(people[0].caller, message_id, limit=100, cursor=None).data
    assert [(one.reaction, one.user_id) for one in listed] == sorted(
        (kind, user_id) for kind, users in wanted.items() for user_id in users
    )


@settings(max_examples=25, deadline=None)
@given(
    acts=st.lists(st.tuples(st.booleans(), st.integers(0, 2)), min_size=2, max_size=5),
    schedule=st.lists(st.integers(0, 4), max_size=40),
)
def test_reactions_at_once_count_everyone_once(tables: None, acts: list[tuple[bool, int]], schedule: list[int]) -> None:
    """Whatever gets in between: who is in the set has no item beside it, and the count is that of the list."""
    workspace = new_workspace("acme")
    people = [workspace.person(f"u{number}") for number in range(3)]
    message_id = str(people[0].send(people[0].open_group(*people[1:]))["id"])

    def act(*, adds: bool, number: int) -> None:
        if adds:
            reactions.do_react(people[number].caller, message_id, "👍")
        else:
            reactions.do_unreact(people[number].caller, message_id, "👍")

    with patch.object(reactions, "USERS_KEPT", 1):
        reactions.do_react(people[0].caller, message_id, "👍")
        reactions.do_react(people[1].caller, message_id, "👍")
        interleave([functools.partial(act, adds=adds, number=number) for adds, number in acts], schedule)
        listed = reactions.do_list_reactions(people[0].caller, message_id, limit=100, cursor=None).data
        shown = reading.do_get(people[0].caller, message_id).reactions
        users = [one.user_id for one in listed]
        assert len(users) == len(set(users)) == (shown["👍"].count if shown else 0)
        for number, person in enumerate(people):
            last = [adds for adds, who in acts if who == number]
            if len(set(last)) == 1:
                assert (person.user_id in users) == last[0]
