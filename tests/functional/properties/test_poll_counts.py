"""Votes come, change and go in any order and at once: the counts of a poll are what a recount of its votes finds."""

import functools
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import InvalidVotes, PollClosed, Unavailable
from parley.identity.caller import Caller
from parley.messaging.messages import reading
from parley.messaging.messages.polls import polls
from parley.messaging.messages.polls.schemas import OwnPollResults
from parley.settings import settings as parley_settings
from parley.tables import dynamodb, keys
from parley.tables.attributes import listed_texts
from tests.support.faults.interleaving import interleave
from tests.support.people.people import Person, new_workspace

OPTIONS = [{"text": "a"}, {"text": "b"}, {"text": "c"}]
BALLOTS = st.sets(st.sampled_from(["1", "2", "3"]), max_size=3).map(sorted)


def ask(people: list[Person], *, anonymous: bool) -> str:
    poll = {"question": "Which?", "options": OPTIONS, "max_votes": 2, "anonymous": anonymous}
    return str(people[0].send(people[0].open_group(*people[1:]), "", poll=poll)["id"])


def recount(person: Person, message_id: str) -> tuple[dict[str, int], int]:
    conversation_id, _, seq = message_id.partition("-")
    items, _ = dynamodb.query(
        parley_settings().chat_table,
        keys.conversation(person.tenant_id, conversation_id),
        begins_with=keys.votes_prefix(int(seq)),
        consistent=True,
    )
    counted = Counter(option for item in items for option in listed_texts(item, "options"))
    voters = sum(bool(listed_texts(item, "options")) for item in items)
    return {option: counted[option] for option in ("1", "2", "3")}, voters


def shown(caller: Caller, message_id: str) -> OwnPollResults:
    poll = reading.do_get(caller, message_id).poll
    assert poll is not None
    assert poll.results is not None
    return poll.results


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 3), BALLOTS), max_size=25), anonymous=st.booleans())
def test_counts_equal_a_recount(tables: None, *, steps: list[tuple[int, list[str]]], anonymous: bool) -> None:
    workspace = new_workspace("acme")
    people = [workspace.person(f"u{number}") for number in range(4)]
    message_id = ask(people, anonymous=anonymous)
    expected: dict[int, list[str]] = {}
    for number, ballot in steps:
        try:
            polls.do_vote(people[number].caller, message_id, ballot)
        except InvalidVotes:
            assert len(ballot) == 3
        else:
            expected[number] = ballot
    results = shown(people[0].caller, message_id)
    assert (results.counts, results.voters) == recount(people[0], message_id)
    assert results.counts == {each: sum(each in ballot for ballot in expected.values()) for each in ("1", "2", "3")}
    for number, person in enumerate(people):
        assert shown(person.caller, message_id).mine == expected.get(number, [])


@settings(max_examples=60, deadline=None)
@given(
    acts=st.lists(st.tuples(st.integers(0, 1), BALLOTS | st.just("close")), min_size=2, max_size=4),
    schedule=st.lists(st.integers(0, 3), min_size=12, max_size=40),
    anonymous=st.booleans(),
)
def test_votes_at_once_are_counted_as_they_are(
    tables: None, *, acts: list[tuple[int, list[str] | str]], schedule: list[int], anonymous: bool
) -> None:
    workspace = new_workspace("acme")
    people = [workspace.person(f"u{number}") for number in range(2)]
    message_id = ask(people, anonymous=anonymous)

    def act(number: int, ballot: list[str] | str) -> None:
        try:
            if isinstance(ballot, str):
                polls.do_close(people[0].caller, message_id)
            else:
                polls.do_vote(people[number].caller, message_id, ballot[:2])
        except (PollClosed, Unavailable):
            return

    polls.do_vote(people[0].caller, message_id, ["1"])
    interleave([functools.partial(act, number, ballot) for number, ballot in acts], schedule)
    results = shown(people[0].caller, message_id)
    assert (results.counts, results.voters) == recount(people[0], message_id)
    if not any(isinstance(ballot, str) for _, ballot in acts):
        for number, person in enumerate(people):
            mine = [ballot[:2] for who, ballot in acts if who == number]
            if mine and all(each == mine[0] for each in mine):
                assert shown(person.caller, message_id).mine == mine[0]
