"""Threads that users follow: who comes to, what is unread, and what each sees of it."""

from typing import Any

import pytest

from parley import clock
from parley.errors import Unavailable
from parley.ids import MessageAddress
from parley.messaging.messages import deleting, thread_follows, threads
from parley.messaging.messages.thread_follows import follow_key
from parley.settings import settings
from parley.streams import thread_upkeep
from parley.tables import dynamodb
from tests.functional.messaging.threads.conftest import Upkeep
from tests.support.aws.aws_calls import recording_request
from tests.support.dynamodb.change_stream import changes
from tests.support.faults.interference import before_call
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, Workspace

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


def test_threads_of_an_archived_conversation_are_left_out(
    alice: Person, bob: Person, general: str, root: str, upkeep: Upkeep
) -> None:
    reply(bob, root)
    upkeep.catch_up()
    assert alice.delete(f"/v1/conversations/{general}").status in {200, 204}
    assert threads_of(alice) == []
    assert alice.get("/v1/unread/threads")["total"] == 0
    assert alice.get(f"/v1/threads/{root}")["unread_count"] == 1


@pytest.mark.parametrize(
    ("taken", "given"),
    [({"archived_for_me": True}, {"archived_for_me": False}), ({"hidden": "always"}, {"hidden": None})],
)
def test_threads_of_what_one_hides_or_archives_for_oneself_are_left_out(
    bob: Person, general: str, root: str, taken: dict[str, Any], given: dict[str, Any]
) -> None:
    reply(bob, root)
    assert bob.put(f"/v1/conversations/{general}/settings", taken).status == 200
    assert threads_of(bob) == []
    assert bob.put(f"/v1/conversations/{general}/settings", given).status == 200
    assert [each["id"] for each in threads_of(bob)] == [root]


def test_threads_of_what_one_hides_until_a_message_go_on(alice: Person, bob: Person, general: str, root: str) -> None:
    reply(bob, root)
    assert bob.put(f"/v1/conversations/{general}/settings", {"hidden": "until_message"}).status == 200
    assert bob.get("/v1/conversations")["data"] == []
    assert [each["id"] for each in threads_of(bob)] == [root]
    reply(alice, root)
    assert bob.get("/v1/unread/threads")["total"] == 1
    assert bob.get("/v1/conversations")["data"] == [], "a reply in a thread is no message of the conversation"


def test_what_one_has_cleared_has_no_thread(alice: Person, bob: Person, general: str, root: str) -> None:
    reply(bob, root)
    assert bob.post(f"/v1/conversations/{general}/clear").status in {200, 204}
    assert threads_of(bob) == []
    assert bob.get(f"/v1/threads/{root}").status == 404


def test_what_came_before_a_member_has_no_thread_for_them(
    alice: Person, bob: Person, carol: Person, upkeep: Upkeep
) -> None:
    opened = alice.post("/v1/conversations", {"type": "group", "name": "g", "members": ["bob"], "history": "joined"})
    group = str(opened["id"])
    before = str(alice.send(group)["id"])
    alice.post(f"/v1/conversations/{group}/members", {"user_ids": ["carol"]})
    reply(bob, before, mentions=["carol"])
    upkeep.catch_up()
    assert threads_of(carol) == []
    assert carol.put(f"/v1/threads/{before}/follow").status == 404
    after = str(alice.send(group)["id"])
    reply(bob, after, mentions=["carol"])
    upkeep.catch_up()
    assert [each["id"] for each in threads_of(carol)] == [after]


def test_somebody_who_is_blocked_reads_on(alice: Person, bob: Person, upkeep: Upkeep) -> None:
    direct = str(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]})["id"])
    asked = str(bob.send(direct)["id"])
    reply(alice, asked)
    alice.put("/v1/users/bob/block")
    upkeep.catch_up()
    assert unread(bob, asked) == 1
    assert bob.post(f"/v1/threads/{asked}/read")["unread_count"] == 0


def test_muted_conversations_are_counted_apart(
    alice: Person, bob: Person, general: str, root: str, upkeep: Upkeep
) -> None:
    reply(bob, root)
    upkeep.catch_up()
    alice.put(f"/v1/conversations/{general}/mute")
    counted = alice.get("/v1/unread/threads")
    assert (counted["total"], counted["muted_total"], counted["threads"][0]["muted"]) == (0, 1, True)


def test_the_thread_with_the_newest_reply_comes_first(
    alice: Person, bob: Person, general: str, moved_clock: Clock
) -> None:
    roots = [str(alice.send(general)["id"]) for _ in range(5)]
    for root in roots:
        reply(bob, root)
        moved_clock.pass_seconds(1)
    reply(bob, roots[1])
    expected = [roots[1], roots[4], roots[3], roots[2], roots[0]]
    assert [each["id"] for each in threads_of(bob)] == expected
    first = bob.get("/v1/threads", limit="2")
    second = bob.get("/v1/threads", limit="2", cursor=first["next_cursor"])
    third = bob.get("/v1/threads", limit="2", cursor=second["next_cursor"])
    assert [each["id"] for page in (first, second, third) for each in page["data"]] == expected
    assert third["next_cursor"] is None
    back = bob.get("/v1/threads", limit="2", cursor=third["prev_cursor"])
    assert back["data"] == second["data"]


def test_only_those_with_unread_replies(alice: Person, bob: Person, general: str, upkeep: Upkeep) -> None:
    roots = [str(alice.send(general)["id"]) for _ in range(3)]
    for root in roots:
        reply(bob, root)
    upkeep.catch_up()
    alice.post(f"/v1/threads/{roots[1]}/read")
    assert {each["id"] for each in threads_of(alice, unread="true")} == {roots[0], roots[2]}
    page = alice.get("/v1/threads", unread="true", limit="1")
    refused = alice.get("/v1/threads", cursor=page["next_cursor"])
    assert (refused.status, refused.code) == (400, "invalid_cursor")


def test_a_deleted_reply_is_neither_unread_nor_the_last(alice: Person, bob: Person, root: str, upkeep: Upkeep) -> None:
    first, second = reply(bob, root, "first"), reply(bob, root, "second")
    upkeep.catch_up()
    bob.delete(f"/v1/messages/{second}")
    (thread,) = threads_of(alice)
    assert (thread["unread_count"], thread["reply_count"], thread["last_reply"]["id"]) == (1, 1, first)
    bob.delete(f"/v1/messages/{first}")
    (thread,) = threads_of(alice)
    assert (thread["unread_count"], thread["reply_count"], thread["last_reply"]) == (0, 0, None)


def test_a_delete_that_died_before_the_count_knew_of_it_hides_no_reply_before_it(
    alice: Person, bob: Person, root: str, upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable

    first, second, third = (reply(bob, root) for _ in range(3))
    upkeep.catch_up()
    with monkeypatch.context() as dying:
        dying.setattr(deleting, "record_deleted", fail)
        assert bob.delete(f"/v1/messages/{second}").status == 503
    assert bob.delete(f"/v1/messages/{third}").status in {200, 204}
    (thread,) = threads_of(alice)
    assert (thread["unread_count"], thread["reply_count"], thread["last_reply"]["id"]) == (1, 1, first)


def test_a_root_that_is_gone_keeps_its_thread(
    acme: Workspace, alice: Person, bob: Person, root: str, upkeep: Upkeep
) -> None:
    reply(bob, root)
    assert acme.server.delete(f"/v1/messages/{root}", hard="true").status == 204
    (thread,) = threads_of(bob)
    assert (thread["root"]["deleted"], thread["root"]["text"], thread["root"]["author_id"]) == (True, "", "")
    assert thread["reply_count"] == 1


def test_of_too_many_those_go_that_were_touched_longest_ago(
    alice: Person, bob: Person, general: str, upkeep: Upkeep, moved_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_follows, "MOST_FOLLOWED", 3)
    roots = [str(alice.send(general)["id"]) for _ in range(6)]
    bob.put(f"/v1/threads/{roots[0]}/follow")
    moved_clock.pass_seconds(1)
    bob.delete(f"/v1/threads/{roots[1]}/follow")
    for root in roots[2:]:
        moved_clock.pass_seconds(1)
        reply(bob, root)
    reply(alice, roots[0])
    upkeep.catch_up()
    assert {each["id"] for each in threads_of(bob)} == {roots[0], roots[5]}
    reply(alice, roots[1], mentions=["bob"])
    upkeep.catch_up()
    assert {each["id"] for each in threads_of(bob)} == {roots[0], roots[5]}


def test_long_texts_are_shown_in_short(bob: Person, root: str) -> None:
    reply(bob, root, "é" * 200)
    (thread,) = threads_of(bob)
    assert thread["last_reply"]["text"] == "é" * 80


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
