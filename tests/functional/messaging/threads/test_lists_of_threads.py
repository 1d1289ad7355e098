"""Which threads a user's list shows, in which order, and what it says of their last reply."""

from typing import Any

import pytest

from parley.errors import Unavailable
from parley.messaging.messages import deleting, thread_follows
from tests.functional.messaging.threads.conftest import Upkeep
from tests.functional.messaging.threads.test_threads import reply, threads_of, unread
from tests.support.people.clocks import Clock
from tests.support.people.people import Person, Workspace


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
