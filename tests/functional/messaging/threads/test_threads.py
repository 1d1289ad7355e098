"""Threads that users follow: who comes to, what is unread, and what each sees of it."""

from typing import Any

import pytest

from parley import clock
from parley.errors import Unavailable
from parley.ids import MessageAddress
from parley.messaging.messages import thread_follows, threads
from parley.messaging.messages.thread_follows import follow_key
from parley.settings import settings
from parley.streams import thread_upkeep
from parley.tables import dynamodb
from tests.functional.messaging.threads.conftest import Upkeep
from tests.support.aws.aws_calls import recording_request
from tests.support.dynamodb.change_stream import changes
from tests.support.faults.interference import before_call
from tests.support.people.people import Person

NOWHERE = "0" * 26
ROUTES = (("GET", ""), ("PUT", "/follow"), ("DELETE", "/follow"), ("POST", "/read"))


def threads_of(person: Person, **query: Any) -> list[dict[str, Any]]:
    answer = person.get("/v1/threads", **query)
    assert answer.status == 200, answer.text
    return list(answer["data"])


def unread(person: Person, root: str) -> int | None:
    """How many replies a list says are unread, None where it does not show the thread."""
    return {each["id"]: int(each["unread_count"]) for each in threads_of(person)}.get(root)


def address_of(root: str) -> MessageAddress:
    address = MessageAddress.parse(root)
    assert address is not None
    return address


def reply(person: Person, root: str, text: str = "I am", **fields: Any) -> str:
    sent = person.send(root.partition("-")[0], text, parent_id=root, **fields)
    assert sent.status == 201, sent.text
    return str(sent["id"])


def test_who_replies_follows_at_once_and_has_read_their_own(bob: Person, root: str) -> None:
    mine = reply(bob, root)
    (thread,) = threads_of(bob)
    assert (thread["id"], thread["following"], thread["unread_count"], thread["read_seq"]) == (root, True, 0, 1)
    assert (thread["reply_count"], thread["last_reply"]["id"], thread["last_reply"]["text"]) == (1, mine, "I am")
    assert (thread["root"]["id"], thread["root"]["text"], thread["root"]["author_id"]) == (root, "Who is in?", "alice")


def test_who_wrote_the_root_follows_and_has_the_replies_unread(
    alice: Person, bob: Person, root: str, upkeep: Upkeep
) -> None:
    reply(bob, root)
    reply(bob, root)
    upkeep.catch_up()
    assert unread(alice, root) == 2
    assert unread(bob, root) == 0
    assert alice.get("/v1/unread/threads").body == {
        "total": 2,
        "muted_total": 0,
        "threads": [{"id": root, "conversation_id": root.partition("-")[0], "unread_count": 2, "muted": False}],
    }


def test_who_is_mentioned_follows_from_there_on(
    alice: Person, bob: Person, carol: Person, general: str, root: str, upkeep: Upkeep
) -> None:
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["carol"]})
    reply(bob, root)
    reply(bob, root, mentions=["carol"])
    reply(bob, root)
    upkeep.catch_up()
    assert unread(carol, root) == 2


def test_whom_the_root_mentions_follows_from_the_first_reply(
    alice: Person, bob: Person, carol: Person, general: str, upkeep: Upkeep
) -> None:
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["carol"]})
    asked = str(alice.send(general, "@carol?", mentions=["carol"])["id"])
    assert threads_of(carol) == []
    reply(bob, asked)
    upkeep.catch_up()
    assert unread(carol, asked) == 1


def test_whom_the_root_mentions_follows_though_the_first_reply_never_came(
    alice: Person, bob: Person, carol: Person, general: str, upkeep: Upkeep
) -> None:
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["carol"]})
    asked = str(alice.send(general, "@carol?", mentions=["carol"])["id"])
    threads.allocate_reply(threads.meta_key(alice.tenant_id, address_of(asked)), address_of(asked), clock.now_ms())
    reply(bob, asked)
    upkeep.catch_up()
    assert unread(carol, asked) == 1


def test_an_edit_that_mentions_somebody_makes_them_follow(
    alice: Person, bob: Person, root: str, upkeep: Upkeep
) -> None:
    mine = reply(alice, root)
    upkeep.catch_up()
    assert threads_of(bob) == []
    alice.put(f"/v1/messages/{mine}", {"mentions": ["bob"]})
    upkeep.catch_up()
    assert unread(bob, root) == 1


def test_who_only_belongs_does_not_follow(bob: Person, alice: Person, root: str, upkeep: Upkeep) -> None:
    reply(alice, root)
    upkeep.catch_up()
    assert threads_of(bob) == []
    seen = bob.get(f"/v1/threads/{root}")
    assert (seen["following"], seen["unread_count"], seen["read_seq"], seen["reply_count"]) == (False, 0, None, 1)


def test_following_begins_where_the_thread_is(alice: Person, bob: Person, root: str, upkeep: Upkeep) -> None:
    reply(alice, root)
    followed = bob.put(f"/v1/threads/{root}/follow")
    assert (followed.status, followed["following"], followed["read_seq"]) == (200, True, 1)
    again = bob.put(f"/v1/threads/{root}/follow")
    assert again.body == followed.body
    reply(alice, root)
    upkeep.catch_up()
    assert unread(bob, root) == 1


def test_following_before_the_first_reply(alice: Person, bob: Person, root: str) -> None:
    assert bob.put(f"/v1/threads/{root}/follow")["read_seq"] == 0
    assert threads_of(bob) == []
    reply(alice, root)
    assert unread(bob, root) == 1


def test_who_turns_away_stays_away_whoever_names_them(alice: Person, bob: Person, root: str, upkeep: Upkeep) -> None:
    assert alice.delete(f"/v1/threads/{root}/follow").status == 204
    assert alice.delete(f"/v1/threads/{root}/follow").status == 204
    reply(bob, root, mentions=["alice"])
    reply(alice, root)
    upkeep.catch_up()
    assert threads_of(alice) == []
    assert alice.get("/v1/unread/threads")["total"] == 0
    assert alice.put(f"/v1/threads/{root}/follow")["read_seq"] == 2
    reply(bob, root)
    assert unread(alice, root) == 1


def test_reading_moves_forward_alone(alice: Person, bob: Person, root: str, upkeep: Upkeep) -> None:
    replies = [reply(bob, root) for _ in range(4)]
    upkeep.catch_up()
    read = alice.post(f"/v1/threads/{root}/read", {"reply_id": replies[1]})
    assert (read.status, read["read_seq"], read["unread_count"]) == (200, 2, 2)
    assert alice.post(f"/v1/threads/{root}/read", {"reply_id": replies[0]})["read_seq"] == 2
    assert unread(alice, root) == 2
    assert alice.post(f"/v1/threads/{root}/read")["unread_count"] == 0
    assert alice.get("/v1/unread/threads")["threads"] == []


def test_a_repetition_of_reading_is_answered_alike(alice: Person, bob: Person, root: str, upkeep: Upkeep) -> None:
    reply(bob, root)
    upkeep.catch_up()
    first = alice.post(f"/v1/threads/{root}/read", key="read-it")
    reply(bob, root)
    again = alice.post(f"/v1/threads/{root}/read", key="read-it")
    assert again.body == first.body
    assert unread(alice, root) == 1


def test_who_leaves_while_they_read_is_not_said_to_follow(alice: Person, bob: Person, root: str) -> None:
    bob.put(f"/v1/threads/{root}/follow")
    reply(alice, root)
    follows = follow_key(bob.tenant_id, bob.user_id, address_of(root))

    def go() -> None:
        with recording_request():
            dynamodb.delete(settings().chat_table, follows)

    with before_call("UpdateItem", go):
        read = bob.post(f"/v1/threads/{root}/read")
    assert (read.status, read["following"], read["read_seq"]) == (200, False, None)


def test_of_what_is_not_followed_nothing_is_kept(alice: Person, bob: Person, root: str) -> None:
    reply(alice, root)
    read = bob.post(f"/v1/threads/{root}/read")
    assert (read.status, read["following"], read["read_seq"]) == (200, False, None)
    assert threads_of(bob) == []


@pytest.mark.parametrize("place", ["{}-1", "{}-1-9", "{}-2-1", "nonsense", ""])
def test_what_is_no_reply_of_the_thread_is_not_found(bob: Person, root: str, place: str) -> None:
    reply(bob, root)
    refused = bob.post(f"/v1/threads/{root}/read", {"reply_id": place.format(root.partition("-")[0])})
    assert (refused.status, refused.code) == (404, "message_not_found")


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("place", ["{}-9", "{}-1-1", "nonsense", NOWHERE + "-1"])
def test_what_has_no_thread_is_not_found(bob: Person, root: str, method: str, path: str, place: str) -> None:
    reply(bob, root)
    refused = bob.request(method, f"/v1/threads/{place.format(root.partition('-')[0])}{path}")
    assert (refused.status, refused.code) == (404, "message_not_found")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_stranger_and_another_tenant_find_nothing(
    carol: Person, mallory: Person, root: str, method: str, path: str
) -> None:
    for person in (carol, mallory):
        refused = person.request(method, f"/v1/threads/{root}{path}")
        assert (refused.status, refused.code) == (404, "message_not_found")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_who_has_not_joined_a_channel_is_told_to(alice: Person, carol: Person, method: str, path: str) -> None:
    news = alice.post("/v1/conversations", {"type": "channel", "name": "news"})["id"]
    root = alice.send(str(news))["id"]
    refused = carol.request(method, f"/v1/threads/{root}{path}")
    assert (refused.status, refused.code) == (403, "not_a_member")


def test_who_has_left_sees_no_thread_and_comes_back_to_none(
    alice: Person, bob: Person, general: str, root: str, upkeep: Upkeep
) -> None:
    reply(bob, root)
    assert alice.delete(f"/v1/conversations/{general}/members/bob").status == 204
    assert threads_of(bob) == []
    assert bob.get("/v1/unread/threads")["threads"] == []
    upkeep.catch_up()
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["bob"]})
    upkeep.catch_up()
    assert threads_of(bob) == []


def test_who_came_back_before_the_consumer_keeps_their_threads(
    alice: Person, bob: Person, general: str, root: str, upkeep: Upkeep
) -> None:
    reply(bob, root)
    alice.delete(f"/v1/conversations/{general}/members/bob")
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["bob"]})
    upkeep.catch_up()
    assert [each["id"] for each in threads_of(bob)] == [root]


def test_who_comes_back_and_follows_while_their_places_go_keeps_that_one(
    alice: Person, bob: Person, general: str, root: str, upkeep: Upkeep
) -> None:
    reply(bob, root)
    alice.delete(f"/v1/conversations/{general}/members/bob")

    def come_back() -> None:
        alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["bob"]})
        assert bob.put(f"/v1/threads/{root}/follow").status == 200

    with before_call("DeleteItem", come_back):
        thread_upkeep.apply(changes(upkeep.take()))
    assert [each["id"] for each in threads_of(bob)] == [root]


def test_a_place_that_has_gone_since_it_was_read_stays_gone(
    alice: Person, bob: Person, general: str, root: str, upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The consumer finds it by an eventually consistent read."""
    reply(bob, root)
    upkeep.catch_up()
    follows = follow_key(bob.tenant_id, bob.user_id, address_of(root))
    with monkeypatch.context() as dying:
        dying.setattr(thread_follows, "follow_by_reply", lambda *_: None)
        reply(bob, root)
    late = upkeep.take()
    with before_call("UpdateItem", lambda: dynamodb.delete(settings().chat_table, follows)):
        upkeep.hand_over(late)
    assert dynamodb.get(settings().chat_table, follows) is None


def test_a_ban_takes_the_threads_away(alice: Person, bob: Person, general: str, root: str) -> None:
    reply(bob, root)
    assert alice.put(f"/v1/conversations/{general}/bans/bob").status == 200
    assert threads_of(bob) == []


def test_who_was_mentioned_and_left_does_not_come_to_follow(
    alice: Person, bob: Person, general: str, root: str, upkeep: Upkeep
) -> None:
    reply(alice, root, mentions=["bob"])
    alice.delete(f"/v1/conversations/{general}/members/bob")
    upkeep.catch_up()
    alice.post(f"/v1/conversations/{general}/members", {"user_ids": ["bob"]})
    assert threads_of(bob) == []


def test_a_reply_that_died_before_it_was_written_is_not_unread_for_good(
    alice: Person, bob: Person, general: str, root: str, upkeep: Upkeep, moving_clock: Any
) -> None:
    reply(bob, root)
    upkeep.catch_up()
    threads.allocate_reply(threads.meta_key(alice.tenant_id, address_of(root)), address_of(root), clock.now_ms())
    assert unread(alice, root) == 2
    moving_clock.pass_seconds(10)
    assert unread(alice, root) == 1
    assert alice.get("/v1/unread/threads")["total"] == 1
    assert alice.get(f"/v1/messages/{root}")["reply_count"] == 1


def test_a_reply_whose_record_comes_in_any_order_is_unread_too(
    alice: Person, bob: Person, root: str, upkeep: Upkeep
) -> None:
    reply(bob, root)
    late = upkeep.take()
    reply(bob, root)
    upkeep.catch_up()
    assert unread(alice, root) == 1
    upkeep.hand_over(late)
    upkeep.hand_over(late)
    assert unread(alice, root) == 2
    alice.post(f"/v1/threads/{root}/read")
    upkeep.hand_over(late)
    assert unread(alice, root) == 0


def test_who_replied_follows_where_their_request_died_right_after_it(
    bob: Person, root: str, upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Unavailable

    with monkeypatch.context() as dying:
        dying.setattr(thread_follows, "follow_by_reply", fail)
        body = {"conversation_id": root.partition("-")[0], "text": "I am", "parent_id": root}
        assert bob.post("/v1/messages", body, key="once").status == 503
        assert threads_of(bob) == []
    upkeep.catch_up()
    assert unread(bob, root) == 0
    assert bob.post("/v1/messages", body, key="once").status == 201
    assert bob.get(f"/v1/threads/{root}")["reply_count"] == 1
