"""POST, GET and DELETE /v1/messages/{id}/reactions."""

import pytest

from tests.support.aws.gateway import path_of
from tests.support.dynamodb.meter import metered
from tests.support.people.listing import pages_of
from tests.support.people.people import Person, Workspace

GOOD = (
    "👍",
    "👍🏽",
    "❤️",
    "©️",
    "🇩🇪",
    "#️⃣",
    "*️⃣",
    "7️⃣",
    "👩‍👩‍👧‍👦",
    "👩🏽‍🚀",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "🏳️‍🌈",
    ":thumbs_up:",
    ":+1:",
    ":" + "x" * 32 + ":",
)
BAD = (
    "x",
    "7",
    "#",
    "👍👍",
    "👍 ",
    " 👍",
    "🇩",
    "🇩🇪🇫",
    "👍‍",
    "‍👍",
    "ä",
    "::",
    ":" + "x" * 33 + ":",
    ":Thumb:",
    ":a b:",
    ":a#b:",
    "👍\u0000",
    "‍" * 20,
    "\u202e👍",
)


def react(who: Person, message_id: str, reaction: str) -> int:
    return who.post(f"/v1/messages/{message_id}/reactions", {"reaction": reaction}).status


def unreact(who: Person, message_id: str, reaction: str) -> int:
    path = path_of("/v1/messages/{id}/reactions/{reaction}", id=message_id, reaction=reaction)
    return who.delete(path).status


def shown(who: Person, message_id: str) -> dict[str, tuple[int, bool]]:
    """The reactions to a message with their counts, and which are the caller's."""
    reactions = who.get(f"/v1/messages/{message_id}")["reactions"]
    return {kind: (summary["count"], summary["mine"]) for kind, summary in reactions.items()}


def test_a_member_reacts_and_takes_it_back(alice: Person, bob: Person, hello: str) -> None:
    added = bob.post(f"/v1/messages/{hello}/reactions", {"reaction": "👍"})
    assert (added.status, added.body) == (
        201,
        {"message_id": hello, "reactions": {"👍": {"count": 1, "mine": True}}},
    )
    assert react(alice, hello, "👍") == 201
    assert react(alice, hello, "🎉") == 201
    assert shown(bob, hello) == {"👍": (2, True), "🎉": (1, False)}
    assert unreact(bob, hello, "👍") == 204
    assert shown(bob, hello) == {"👍": (1, False), "🎉": (1, False)}
    assert unreact(alice, hello, "👍") == 204
    assert shown(bob, hello) == {"🎉": (1, False)}


def test_repeating_changes_nothing(alice: Person, hello: str) -> None:
    assert [react(alice, hello, "👍") for _ in range(3)] == [201, 200, 200]
    assert shown(alice, hello) == {"👍": (1, True)}
    assert [unreact(alice, hello, "👍") for _ in range(3)] == [204, 204, 204]
    assert shown(alice, hello) == {}


def test_a_key_replays_the_first_answer(alice: Person, bob: Person, hello: str) -> None:
    path = f"/v1/messages/{hello}/reactions"
    first = alice.post(path, {"reaction": "👍"}, key="k")
    bob.post(path, {"reaction": "👍"})
    again = alice.post(path, {"reaction": "👍"}, key="k")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    refused = alice.post(path, {"reaction": "🎉"}, key="k")
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")
    assert shown(alice, hello) == {"👍": (2, True)}


@pytest.mark.parametrize("reaction", GOOD)
def test_one_emoji_or_a_short_name_is_a_reaction(alice: Person, hello: str, reaction: str) -> None:
    assert react(alice, hello, reaction) == 201
    assert shown(alice, hello) == {reaction: (1, True)}
    listed = alice.get(f"/v1/messages/{hello}/reactions")["data"]
    assert listed == [{"reaction": reaction, "user_id": "alice"}]
    assert unreact(alice, hello, reaction) == 204
    assert shown(alice, hello) == {}


SAME = {
    "👍": ["👍\ufe0f"],
    "❤️": ["❤"],
    "7️⃣": ["7⃣"],
    "👁️‍🗨️": ["👁‍🗨", "👁️‍🗨", "👁‍🗨️"],
    "❤️‍🔥": ["❤‍🔥"],
    "🏳️‍🌈": ["🏳‍🌈"],
    "🏴‍☠️": ["🏴‍☠", "🏴\ufe0f‍☠"],
    "🕵🏽‍♂️": ["🕵🏽‍♂", "🕵\ufe0f🏽‍♂"],
    "☝🏽": ["☝\ufe0f🏽"],
    "😀": ["😀\ufe0f"],
    "🅰️": ["🅰"],
}
"""Emoji fully qualified, as emoji-test.txt has them, and other ways to write them."""


@pytest.mark.parametrize(("emoji", "others"), SAME.items())
def test_one_picture_is_one_reaction(alice: Person, bob: Person, hello: str, emoji: str, others: list[str]) -> None:
    for number, written in enumerate([*others, emoji]):
        assert react(alice, hello, written) == (200 if number else 201)
        assert shown(alice, hello) == {emoji: (1, True)}
    for written in others:
        react(bob, hello, emoji)
        assert shown(bob, hello) == {emoji: (2, True)}
        assert unreact(bob, hello, written) == 204
        assert shown(bob, hello) == {emoji: (1, False)}


def test_anything_else_is_none(alice: Person, hello: str) -> None:
    for reaction in BAD:
        refused = alice.post(f"/v1/messages/{hello}/reactions", {"reaction": reaction})
        assert (refused.status, refused.code) == (422, "invalid_reaction"), ascii(reaction)
        assert unreact(alice, hello, reaction) == 422, ascii(reaction)
    assert shown(alice, hello) == {}


def test_a_message_takes_20_kinds(alice: Person, bob: Person, hello: str) -> None:
    kinds = [f":kind{number:02}:" for number in range(20)]
    assert {react(alice, hello, kind) for kind in kinds} == {201}
    refused = bob.post(f"/v1/messages/{hello}/reactions", {"reaction": ":another:"})
    assert (refused.status, refused.code) == (409, "too_many_reactions")
    assert react(bob, hello, kinds[0]) == 201
    assert unreact(alice, hello, kinds[1]) == 204
    assert react(bob, hello, ":another:") == 201
    assert len(shown(alice, hello)) == 20


@pytest.fixture
def crowd(acme: Workspace, alice: Person) -> list[Person]:
    return [acme.person(f"u{number:02}") for number in range(56)]


@pytest.fixture
def crowded(alice: Person, crowd: list[Person]) -> str:
    """The id of a message in a group of 57, to which all but alice have reacted."""
    group = alice.open_group(*crowd)
    message_id = str(alice.send(group)["id"])
    assert [react(who, message_id, "#️⃣") for who in crowd] == [201] * 56
    return message_id


def test_past_50_users_a_reaction_counts_on(alice: Person, crowd: list[Person], crowded: str) -> None:
    first, last = crowd[0], crowd[-1]
    assert shown(alice, crowded) == {"#️⃣": (56, False)}
    assert shown(first, crowded) == shown(last, crowded) == {"#️⃣": (56, True)}
    in_list = last.get(f"/v1/conversations/{crowded.split('-', maxsplit=1)[0]}/messages")["data"][0]
    assert in_list["reactions"] == {"#️⃣": {"count": 56, "mine": True}}
    repeated = last.post(f"/v1/messages/{crowded}/reactions", {"reaction": "#️⃣"})
    assert (repeated.status, repeated["reactions"]) == (200, {"#️⃣": {"count": 56, "mine": True}})
    assert react(first, crowded, "#️⃣") == 200
    assert shown(alice, crowded) == {"#️⃣": (56, False)}


def test_whoever_has_an_item_of_their_own_does_not_enter_the_set_too(
    alice: Person, crowd: list[Person], crowded: str
) -> None:
    assert unreact(crowd[0], crowded, "#️⃣") == 204
    assert react(crowd[-1], crowded, "#️⃣") == 200
    assert shown(alice, crowded) == {"#️⃣": (55, False)}
    for who in crowd:
        assert unreact(who, crowded, "#️⃣") == 204
    assert shown(alice, crowded) == {}
    assert react(alice, crowded, "#️⃣") == 201
    assert shown(alice, crowded) == {"#️⃣": (1, True)}


def test_the_list_names_everyone_once_in_pages(alice: Person, crowd: list[Person], crowded: str) -> None:
    react(alice, crowded, ":zebra:")
    react(alice, crowded, "👍")
    path = f"/v1/messages/{crowded}/reactions"
    pages = [[(one["reaction"], one["user_id"]) for one in page["data"]] for page in pages_of(alice, path, limit=7)]
    assert [len(page) for page in pages] == [7] * 8 + [2]
    named = [pair for page in pages for pair in page]
    assert named == [("#️⃣", who.user_id) for who in crowd] + [(":zebra:", "alice"), ("👍", "alice")]


def test_a_deleted_message_shows_no_reactions(alice: Person, bob: Person, hello: str) -> None:
    react(bob, hello, "👍")
    alice.delete(f"/v1/messages/{hello}")
    assert shown(alice, hello) == {}
    assert alice.get(f"/v1/messages/{hello}/reactions")["data"] == []
    assert unreact(bob, hello, "👍") == 204


def test_a_new_reaction_costs_three_and_a_half_reads_and_one_write_any_other_change_less(
    alice: Person, bob: Person, hello: str
) -> None:
    with metered() as first:
        react(alice, hello, "👍")
    with metered() as repeated:
        react(alice, hello, "👍")
    with metered() as taken_back:
        unreact(alice, hello, "👍")
    costs = [(cost.reads, cost.writes) for cost in (first, repeated, taken_back)]
    assert costs == [(3.5, 1), (1.5, 1), (1.5, 1)]
