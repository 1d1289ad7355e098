"""GET and PUT /v1/messages/{id}, GET /v1/messages/{id}/edits."""

from dataclasses import replace

import pytest

from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from tests.support.dynamodb.meter import metered
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.clocks import Clock
from tests.support.people.listing import pages_of, preview_of
from tests.support.people.people import Person


def test_a_message_is_read_by_its_id(alice: Person, bob: Person, team: str) -> None:
    sent = alice.send(team, "hello", mentions=["bob"], custom={"colour": "red"})
    answer = bob.get(f"/v1/messages/{sent['id']}")
    assert answer.status == 200
    assert answer.body == sent.body
    assert answer.headers["ETag"].startswith('"1-')


def test_a_reply_is_read_by_its_id(alice: Person, bob: Person, team: str, hello: str) -> None:
    reply = bob.send(team, "hi", parent_id=hello)
    assert alice.get(f"/v1/messages/{reply['id']}").body == reply.body
    assert alice.get(f"/v1/messages/{hello}")["reply_count"] == 1


def test_the_place_of_a_shown_reply_in_the_conversation_is_no_message(alice: Person, team: str, hello: str) -> None:
    alice.send(team, "hi", parent_id=hello, show_in_conversation=True)
    assert alice.get(f"/v1/messages/{team}-2").code == "message_not_found"


def test_the_author_edits(alice: Person, bob: Person, hello: str) -> None:
    edited = alice.put(f"/v1/messages/{hello}", {"text": "hello, all", "mentions": ["bob"], "custom": {"n": 1}})
    assert edited.status == 200, edited.text
    assert (edited["text"], edited["mentions"], edited["custom"], edited["version"]) == (
        "hello, all",
        ["bob"],
        {"n": 1},
        2,
    )
    assert edited["edited_at"] > edited["created_at"]
    seen = bob.get(f"/v1/messages/{hello}")
    assert edited.body.items() <= seen.body.items()
    assert edited.headers["ETag"] == '"2"'
    assert seen.headers["ETag"].startswith('"2-')


def test_what_an_edit_leaves_out_stays(alice: Person, team: str) -> None:
    sent = alice.send(team, "hello", mentions=["bob"], custom={"n": 1})
    alice.put(f"/v1/messages/{sent['id']}", {"text": "bye"})
    seen = alice.get(f"/v1/messages/{sent['id']}")
    assert (seen["text"], seen["mentions"], seen["custom"]) == ("bye", ["bob"], {"n": 1})
    alice.put(f"/v1/messages/{sent['id']}", {"mentions": [], "custom": {}})
    seen = alice.get(f"/v1/messages/{sent['id']}")
    assert (seen["text"], seen["mentions"], seen["custom"]) == ("bye", [], {})


@pytest.mark.parametrize("who", ["bob", "alice"])
def test_nobody_else_edits_not_even_an_owner(alice: Person, bob: Person, team: str, who: str) -> None:
    author, other = (alice, bob) if who == "bob" else (bob, alice)
    message_id = author.send(team, "mine")["id"]
    refused = other.put(f"/v1/messages/{message_id}", {"text": "theirs"})
    assert (refused.status, refused.code) == (403, "not_the_author")
    assert author.get(f"/v1/messages/{message_id}")["text"] == "mine"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "validation_failed"),
        ({"text": ""}, 422, "unprocessable"),
        ({"text": " \n"}, 422, "unprocessable"),
        ({"text": "x" * 20_001}, 422, "validation_failed"),
        ({"custom": {"x": "x" * 5_200}}, 422, "validation_failed"),
        ({"attachments": ["nobodys"]}, 422, "attachment_not_found"),
        ({"seq": 9}, 422, "validation_failed"),
    ],
)
def test_an_edit_that_says_nothing_sensible_changes_nothing(
    alice: Person, hello: str, body: dict[str, object], status: int, code: str
) -> None:
    refused = alice.put(f"/v1/messages/{hello}", body)
    assert (refused.status, refused.code) == (status, code)
    assert alice.get(f"/v1/messages/{hello}")["version"] == 1
    assert alice.get(f"/v1/messages/{hello}/edits")["data"] == []


def test_a_tenant_lowers_the_length_of_texts(alice: Person, hello: str) -> None:
    strict = replace(alice, tenant_settings={"text_limit": 10})
    assert strict.put(f"/v1/messages/{hello}", {"text": "x" * 11}).code == "message_too_long"
    assert strict.put(f"/v1/messages/{hello}", {"text": "x" * 10}).status == 200


def test_the_edit_window_closes(moved_clock: Clock, alice: Person, team: str) -> None:
    hasty = replace(alice, tenant_settings={"edit_window_seconds": 60})
    message_id = alice.send(team, "hello")["id"]
    moved_clock.pass_seconds(60)
    assert hasty.put(f"/v1/messages/{message_id}", {"text": "in time"}).status == 200
    moved_clock.now += 1
    refused = hasty.put(f"/v1/messages/{message_id}", {"text": "late"})
    assert (refused.status, refused.code) == (403, "edit_window_closed")
    assert alice.put(f"/v1/messages/{message_id}", {"text": "no window"}).status == 200


def test_if_match_names_the_version_that_was_read(alice: Person, hello: str) -> None:
    path = f"/v1/messages/{hello}"
    assert alice.put(path, {"text": "two"}, headers={"If-Match": '"1"'}).status == 200
    for stale in ('"1"', '"3"', "nonsense"):
        refused = alice.put(path, {"text": "three"}, headers={"If-Match": stale})
        assert (refused.status, refused.code) == (412, "version_conflict")
    assert alice.get(path)["text"] == "two"
    assert alice.put(path, {"text": "three"}, headers={"If-Match": "*"}).status == 200


def test_of_two_edits_at_once_both_earlier_texts_are_kept(alice: Person, hello: str) -> None:
    path = f"/v1/messages/{hello}"
    with before_call("UpdateItem", lambda: alice.put(path, {"text": "first"})):
        assert alice.put(path, {"text": "second"})["text"] == "second"
    assert [edit["text"] for edit in alice.get(f"{path}/edits")["data"]] == ["first", "hello"]


def test_of_two_edits_with_if_match_one_is_refused(alice: Person, hello: str) -> None:
    path = f"/v1/messages/{hello}"
    with before_call("UpdateItem", lambda: alice.put(path, {"text": "first"})):
        refused = alice.put(path, {"text": "second"}, headers={"If-Match": '"1"'})
    assert (refused.status, refused.code) == (412, "version_conflict")
    assert alice.get(path)["text"] == "first"
    assert [edit["text"] for edit in alice.get(f"{path}/edits")["data"]] == ["hello"]


def test_an_edit_that_a_delete_overtakes_keeps_nothing(alice: Person, team: str, hello: str) -> None:
    path = f"/v1/messages/{hello}"
    with before_call("UpdateItem", lambda: alice.delete(path)):
        assert alice.put(path, {"text": "late"}).code == "message_deleted"
    stored = dynamodb.query(
        settings().chat_table, keys.conversation(alice.tenant_id, team), begins_with=keys.edits_prefix(1)
    )
    assert stored == ([], None)


def test_an_edit_of_what_it_says_already_writes_nothing(alice: Person, hello: str) -> None:
    first = alice.put(f"/v1/messages/{hello}", {"text": "again"})
    second = alice.put(f"/v1/messages/{hello}", {"text": "again"})
    assert second.body == first.body
    assert second.calls.operations == ["BatchGetItem"]
    assert len(alice.get(f"/v1/messages/{hello}/edits")["data"]) == 1


def test_the_preview_follows_the_newest_message_alone(alice: Person, bob: Person, team: str, hello: str) -> None:
    alice.put(f"/v1/messages/{hello}", {"text": "edited"})
    assert preview_of(bob, team)["text"] == "edited"
    bob.send(team, "newest")
    alice.put(f"/v1/messages/{hello}", {"text": "edited again"})
    assert preview_of(bob, team)["text"] == "newest"


def test_the_preview_follows_a_shown_reply(alice: Person, bob: Person, team: str, hello: str) -> None:
    reply = bob.send(team, "a reply", parent_id=hello, show_in_conversation=True)
    assert preview_of(alice, team)["text"] == "a reply"
    bob.put(f"/v1/messages/{reply['id']}", {"text": "better"})
    assert preview_of(alice, team)["text"] == "better"


@pytest.mark.parametrize("calls", range(6))
def test_a_crash_of_an_edit_is_repaired_by_repeating_it(alice: Person, team: str, hello: str, calls: int) -> None:
    path = f"/v1/messages/{hello}"
    alice.put(path, {"text": "one"})
    with crash_after(calls):
        alice.put(path, {"text": "two"})
    assert alice.put(path, {"text": "two"})["text"] == "two"
    assert preview_of(alice, team)["text"] == "two"
    assert [edit["text"] for edit in alice.get(f"{path}/edits")["data"]] == ["one", "hello"]


def test_an_edit_costs_three_and_a_half_reads_and_two_writes(alice: Person, bob: Person, team: str, hello: str) -> None:
    with metered() as newest:
        alice.put(f"/v1/messages/{hello}", {"text": "newest"})
    bob.send(team)
    with metered() as older:
        alice.put(f"/v1/messages/{hello}", {"text": "older"})
    assert (newest.reads, newest.writes) == (3.5, 3)
    assert (older.reads, older.writes) == (3.5, 2)


def test_the_author_and_admins_see_what_a_message_said(alice: Person, bob: Person, dave: Person, team: str) -> None:
    message_id = bob.send(team, "one", custom={"n": 1})["id"]
    bob.put(f"/v1/messages/{message_id}", {"text": "two"})
    bob.put(f"/v1/messages/{message_id}", {"text": "three"})
    for reader in (bob, alice):
        edits = reader.get(f"/v1/messages/{message_id}/edits")["data"]
        assert [(edit["edit"], edit["text"], edit["custom"]) for edit in edits] == [
            (2, "two", {"n": 1}),
            (1, "one", {"n": 1}),
        ]
        assert edits[0]["written_at"] > edits[1]["written_at"]
    refused = dave.get(f"/v1/messages/{message_id}/edits")
    assert (refused.status, refused.code) == (403, "insufficient_role")


def test_edits_come_in_pages_both_ways(alice: Person, hello: str) -> None:
    path = f"/v1/messages/{hello}"
    for number in range(1, 8):
        alice.put(path, {"text": f"text {number}"})
    pages = list(pages_of(alice, f"{path}/edits", limit=3))
    assert [[edit["edit"] for edit in page["data"]] for page in pages] == [[7, 6, 5], [4, 3, 2], [1]]
    back = alice.get(f"{path}/edits", limit=3, cursor=pages[-1]["prev_cursor"])
    assert [edit["edit"] for edit in back["data"]] == [4, 3, 2]


def test_a_deleted_message_shows_no_edits(alice: Person, hello: str) -> None:
    alice.put(f"/v1/messages/{hello}", {"text": "two"})
    alice.delete(f"/v1/messages/{hello}")
    page = alice.get(f"/v1/messages/{hello}/edits")
    assert (page.status, page["data"]) == (200, [])


def test_a_message_is_edited_at_most_100_times(alice: Person, team: str, hello: str) -> None:
    at = (keys.conversation(alice.tenant_id, team), keys.message_sk(1))
    dynamodb.update(settings().chat_table, keys.Key(*at), Update().set(edit_count=99))
    assert alice.put(f"/v1/messages/{hello}", {"text": "100th"}).status == 200
    refused = alice.put(f"/v1/messages/{hello}", {"text": "101st"})
    assert (refused.status, refused.code) == (409, "too_many_edits")
    assert alice.get(f"/v1/messages/{hello}")["text"] == "100th"
