# ruff: noqa: RUF001 - letters of many scripts
"""What a block list does to messages that are sent and edited."""

from typing import Any

import pytest

from parley.moderation.block_list_cache import lists
from parley.settings import settings
from parley.tables import dynamodb, keys
from tests.functional.moderation.conftest import known, put_list, queue
from tests.support.dynamodb.meter import metered
from tests.support.faults.interference import before_call, crash_after
from tests.support.faults.one_thread import in_one_thread
from tests.support.people.listing import preview_of
from tests.support.people.people import Person


def texts(who: Person, conversation_id: str) -> list[str]:
    page = who.get(f"/v1/conversations/{conversation_id}/messages", order="asc")
    return [message["text"] for message in page["data"]]


def send(who: Person, conversation_id: str, text: str, key: str | None = None, **fields: Any) -> Any:
    return who.post("/v1/messages", {"conversation_id": conversation_id, "text": text, **fields}, key=key)


def stored_texts(who: Person, conversation_id: str, *thread: str) -> list[str]:
    """Flagged texts as they lie in the table, in the conversation or in the thread under its first message."""
    pk = keys.conversation(who.tenant_id, conversation_id)
    items, _ = dynamodb.query(
        settings().chat_table, keys.thread_under(pk, 1) if thread else pk, begins_with="M#", consistent=True
    )
    found = [item["text"]["S"] for item in items if "text" in item]
    return [text for text in found if text.startswith("darn")]


def test_a_listed_word_is_masked_wherever_the_message_is_shown(
    server: Person, alice: Person, bob: Person, general: str
) -> None:
    put_list(server, "darn", {"pattern": "h+e+c+k+"})
    sent = send(known(alice), general, "Darn it, hhECK!", mentions=["bob"])
    assert (sent.status, sent["text"], sent["mentions"]) == (201, "**** it, *****!", ["bob"])
    assert texts(bob, general) == ["**** it, *****!"]
    assert preview_of(bob, general)["text"] == "**** it, *****!"
    assert queue(server) == []


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("バカ", "この ばか め"),
        ("ばか", "この ﾊﾞｶ め"),
        ("國家", "一个国家在这里"),
        ("हिन्दी", "यह हिंदी है"),
        ("كتاب", "هذا كِتاب هنا"),
        ("darn", "a da\u200brn thing"),
    ],
)
def test_a_listed_word_is_masked_in_every_spelling_that_a_search_finds(
    listed: str, said: str, server: Person, alice: Person, general: str
) -> None:
    put_list(server, listed)
    sent = send(known(alice), general, said)
    assert "*" in sent["text"]
    assert (sent["text"][:1], sent["text"][-1]) == (said[0], said[-1])


@pytest.mark.parametrize(("listed", "said"), [("ano", "feliz año nuevo"), ("sik", "sık sık"), ("peche", "la pêche")])
def test_a_word_that_an_accent_tells_from_a_listed_one_stays(
    listed: str, said: str, server: Person, alice: Person, general: str
) -> None:
    put_list(server, listed)
    assert send(known(alice), general, said)["text"] == said


def test_a_listed_word_is_masked_in_replies_and_where_they_are_shown(
    server: Person, alice: Person, bob: Person, general: str
) -> None:
    root = bob.send(general, "root")["id"]
    put_list(server, "darn")
    send(known(alice), general, "darn", parent_id=root, show_in_conversation=True)
    assert texts(bob, general) == ["root", "****"]
    assert bob.get(f"/v1/messages/{root}/replies")["data"][0]["text"] == "****"
    assert preview_of(bob, general)["text"] == "****"


def test_a_refused_message_changes_nothing_and_does_not_tell_why(
    server: Person, alice: Person, bob: Person, general: str
) -> None:
    put_list(server, {"pattern": "da+rn"}, action="refuse")
    alice = known(alice)
    refused = send(alice, general, "daarn it", key="k")
    assert (refused.status, refused.code, refused["retryable"]) == (422, "message_refused", False)
    assert "rn" not in refused.text.replace("urn:parley", "")
    assert texts(bob, general) == []
    assert queue(server) == []
    assert send(alice, general, "fine").status == 201
    assert texts(bob, general) == ["fine"]
    assert send(alice, general, "daarn it", key="k").code == "message_refused"


def test_a_flagged_message_is_sent_and_enters_the_queue(
    server: Person, alice: Person, bob: Person, general: str
) -> None:
    put_list(server, "darn", {"word": "heck", "action": "mask"}, action="flag")
    sent = send(known(alice), general, "darn heck, DARN")
    assert sent["text"] == "darn ****, DARN"
    (flag,) = queue(server)
    shown = {name: flag[name] for name in ("message_id", "author_id", "reported_by", "source", "reason")}
    assert shown == {
        "message_id": sent["id"],
        "author_id": "alice",
        "reported_by": "_block_list",
        "source": "block_list",
        "reason": "darn",
    }
    assert (flag["message"]["text"], flag["edited_since"]) == ("darn ****, DARN", False)
    bob.post(f"/v1/messages/{sent['id']}/flag", {})
    assert sorted(each["source"] for each in queue(server)) == ["block_list", "user"]
    resolved = server.post(f"/v1/moderation/flags/{flag['id']}/resolve", {"resolution": "dismissed"})
    assert resolved.status == 200, resolved.text
    assert [each["source"] for each in queue(server)] == ["user"]


def test_a_reply_is_flagged_too(server: Person, alice: Person, bob: Person, general: str) -> None:
    root = bob.send(general, "root")["id"]
    put_list(server, "darn", action="flag")
    sent = send(known(alice), general, "darn", parent_id=root, show_in_conversation=True)
    (flag,) = queue(server)
    assert flag["message_id"] == sent["id"]
    assert server.post(f"/v1/moderation/flags/{flag['id']}/resolve", {"resolution": "acted_on"}).status == 200


@pytest.mark.parametrize("action", ["mask", "flag"])
def test_a_retry_replays_by_what_was_asked_not_by_what_was_stored(
    server: Person, alice: Person, bob: Person, general: str, action: str
) -> None:
    put_list(server, "darn", action=action)
    alice = known(alice)
    first, again = send(alice, general, "darn", key="k"), send(alice, general, "darn", key="k")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    for other in ("****", "heck"):
        assert send(alice, general, other, key="k").code == "idempotency_key_reused"
    assert texts(bob, general) == [first["text"]]
    assert preview_of(bob, general)["text"] == first["text"]
    assert len(queue(server)) == (action == "flag")


@pytest.mark.parametrize(
    ("entries", "action"), [(["darn"], "mask"), (["darn"], "refuse"), (["darn"], "flag"), ([], "mask")]
)
def test_a_retry_is_answered_as_the_first_whatever_is_listed_by_then(
    server: Person, alice: Person, bob: Person, general: str, entries: list[str], action: str
) -> None:
    put_list(server, "heck")
    first = send(known(alice), general, "darn heck", key="k")
    assert first["text"] == "darn ****"
    put_list(server, *entries, action=action)
    again = send(known(alice), general, "darn heck", key="k")
    assert (again.status, again.body) == (201, first.body), again.text
    assert texts(bob, general) == ["darn ****"]
    assert preview_of(bob, general)["text"] == "darn ****"
    assert queue(server) == []


@pytest.mark.parametrize("retried", [True, False])
@pytest.mark.parametrize("kind", ["message", "shown reply"])
@pytest.mark.parametrize("calls", range(3, 9))
def test_a_sender_that_dies_leaves_no_message_without_its_flag_and_no_flag_twice(
    server: Person, alice: Person, bob: Person, general: str, kind: str, calls: int, *, retried: bool
) -> None:
    fields: dict[str, Any] = {}
    if kind != "message":
        fields = {"parent_id": bob.send(general, "root")["id"], "show_in_conversation": kind == "shown reply"}
    put_list(server, "darn", {"word": "heck", "action": "mask"}, action="flag")
    alice = known(alice)
    send(alice, general, "warm")
    with in_one_thread(handed_over_last=calls % 2 == 0), crash_after(calls):
        send(alice, general, "darn heck", key="k", **fields)
    if retried:
        put_list(server, "darn", action="flag")
        answer = send(known(alice), general, "darn heck", key="k", **fields)
        assert answer.status == 201, answer.text
        assert answer["text"] in ("darn heck", "darn ****")
    found = queue(server)
    assert len(found) == 1 or not retried
    assert stored_texts(alice, general, *fields) == [each["message"]["text"] for each in found]


def test_an_edit_is_held_against_the_list(server: Person, alice: Person, bob: Person, general: str) -> None:
    message_id = alice.send(general, "hello")["id"]
    put_list(server, "darn", {"word": "heck", "action": "flag"}, {"word": "worse", "action": "refuse"}, action="mask")
    alice = known(alice)
    path = f"/v1/messages/{message_id}"
    refused = alice.put(path, {"text": "worse"})
    assert (refused.status, refused.code) == (422, "message_refused")
    edited = alice.put(path, {"text": "darn heck"})
    assert (edited.status, edited["text"], edited["version"]) == (200, "**** heck", 2)
    assert edited.body == {name: bob.get(path)[name] for name in edited.body}
    assert preview_of(bob, general)["text"] == "**** heck"
    assert [(each["source"], each["reason"], each["edited_since"]) for each in queue(server)] == [
        ("block_list", "heck", False)
    ]
    again = alice.put(path, {"text": "darn heck"})
    assert (again.status, again["version"]) == (200, 2), "a repetition changes nothing"
    alice.put(path, {"custom": {"a": 1}})
    assert len(queue(server)) == 1
    assert [edit["text"] for edit in alice.get(f"{path}/edits")["data"]] == ["**** heck", "hello"]


def test_a_flag_that_was_resolved_comes_back_when_an_edit_is_flagged(
    server: Person, alice: Person, general: str
) -> None:
    put_list(server, "darn", "heck", action="flag")
    alice = known(alice)
    sent = send(alice, general, "darn")
    (flag,) = queue(server)
    path = f"/v1/moderation/flags/{flag['id']}/resolve"
    assert server.post(path, {"resolution": "dismissed", "note": "fine"}).status == 200
    assert alice.put(f"/v1/messages/{sent['id']}", {"text": "well"}).status == 200
    assert queue(server) == []
    assert alice.put(f"/v1/messages/{sent['id']}", {"text": "heck"}).status == 200
    (flag,) = queue(server)
    assert (flag["reason"], flag["message"]["text"], flag["edited_since"]) == ("heck", "heck", False)
    assert server.post(path, {"resolution": "acted_on"}).status == 200
    assert queue(server) == []


@pytest.mark.parametrize("calls", range(5))
def test_an_editor_who_dies_leaves_no_edit_without_its_flag(
    server: Person, alice: Person, bob: Person, general: str, calls: int
) -> None:
    message_id = alice.send(general, "hello")["id"]
    put_list(server, "darn", action="flag")
    alice = known(alice)
    send(alice, general, "warm")
    with crash_after(calls):
        alice.put(f"/v1/messages/{message_id}", {"text": "darn"})
    text = bob.get(f"/v1/messages/{message_id}")["text"]
    assert [each["message_id"] for each in queue(server)] == ([message_id] if text == "darn" else [])
    assert alice.put(f"/v1/messages/{message_id}", {"text": "darn"}).status == 200
    assert [each["message_id"] for each in queue(server)] == [message_id]


def test_two_edits_at_once_are_both_held_against_the_list(
    server: Person, alice: Person, bob: Person, general: str
) -> None:
    message_id = alice.send(general, "hello")["id"]
    put_list(server, "darn", action="flag")
    alice = known(alice)
    with before_call("TransactWriteItems", lambda: alice.put(f"/v1/messages/{message_id}", {"text": "other"})):
        edited = alice.put(f"/v1/messages/{message_id}", {"text": "darn"})
    assert (edited.status, edited["version"], edited["text"]) == (200, 3, "darn")
    assert bob.get(f"/v1/messages/{message_id}")["version"] == 3
    assert len(queue(server)) == 1


def test_another_tenant_is_not_held_against_the_list(server: Person, mallory: Person, general: str) -> None:
    put_list(server, "darn", action="refuse")
    elsewhere = mallory.open_group()
    assert send(known(mallory), elsewhere, "darn")["text"] == "darn"


def test_a_caller_whose_context_is_old_is_held_to_the_list_that_is_known(
    server: Person, alice: Person, general: str
) -> None:
    put_list(server, "heck")
    old = known(alice)
    put_list(server, "darn")
    assert send(known(alice), general, "darn heck")["text"] == "**** heck"
    assert send(old, general, "darn heck")["text"] == "**** heck"
    server.delete("/v1/moderation/block-list")
    lists.forget()
    assert send(old, general, "darn heck")["text"] == "darn heck", "the list is gone, whatever a context says"


def test_a_list_costs_a_send_nothing_once_a_process_knows_it(server: Person, alice: Person, general: str) -> None:
    send(alice, general, "x", key="a")
    with metered() as without:
        send(alice, general, "x", key="b")
    put_list(server, "darn")
    alice = known(alice)
    with metered() as first:
        send(alice, general, "y", key="c")
    with metered() as then:
        send(alice, general, "darn", key="d")
    assert (first.reads, first.writes) == (without.reads + 0.5, without.writes)
    assert then == without
    assert then.writes <= 5


def test_a_flag_costs_its_transaction(server: Person, alice: Person, general: str) -> None:
    put_list(server, "darn", action="flag")
    alice = known(alice)
    send(alice, general, "darn", key="a")
    with metered() as cost:
        send(alice, general, "darn", key="b")
    assert (cost.writes, cost.index, cost.round_trips) == (4 + 2 * 6, 4, 4)


def test_a_removed_member_is_told_that_and_not_what_is_listed(
    server: Person, alice: Person, carol: Person, general: str
) -> None:
    put_list(server, "darn", action="refuse")
    assert send(known(carol), general, "darn").code == "conversation_not_found"


def poll_of(question: str, *options: str) -> dict[str, Any]:
    return {"question": question, "options": [{"text": option} for option in options]}


def test_a_polls_question_and_options_are_masked_as_its_text_is(server: Person, alice: Person, general: str) -> None:
    put_list(server, "darn")
    sent = send(known(alice), general, "Darn it\ndarn", poll=poll_of("darn question", "a darn", "b", "DARN"))
    assert sent["text"] == "**** it\n****"
    poll = alice.get(f"/v1/messages/{sent['id']}")["poll"]
    assert poll["question"] == "**** question"
    assert [option["text"] for option in poll["options"]] == ["a ****", "b", "****"]
    alone = send(known(alice), general, "", poll=poll_of("darn", "a", "b"), key="k")
    assert (alone["text"], alone["poll"]["question"]) == ("", "****")
    again = send(known(alice), general, "", poll=poll_of("darn", "a", "b"), key="k")
    assert again["poll"] == alone["poll"]
    assert preview_of(alice, general)["text"] == "****"


def test_a_word_in_an_option_has_the_poll_refused_or_flagged(server: Person, alice: Person, general: str) -> None:
    put_list(server, {"word": "heck", "action": "refuse"}, {"word": "spam", "action": "flag"})
    refused = send(known(alice), general, "", poll=poll_of("Where to?", "home", "heck"))
    assert (refused.status, refused.code) == (422, "message_refused")
    sent = send(known(alice), general, "", poll=poll_of("Where to?", "home", "spam"))
    assert [flag["message"]["id"] for flag in queue(server)] == [sent["id"]]
