"""POST /v1/conversations/{conversation_id}/truncate: messages are gone for everybody at once, then removed."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import pytest

from parley.messaging import truncating
from parley.settings import settings
from parley.streams.events import events_of
from parley.tables import keys
from parley.tables.attributes import RawItem
from tests.support.aws.gateway import Answer
from tests.support.clients.jobs import RUN_SECONDS, JobQueues
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.faults.interference import Crash, before_call, crash_after
from tests.support.people.listing import listed, unread_of
from tests.support.people.people import Person, Workspace
from tests.support.people.traces import items_of, states_of

SETTLED = 61


def truncate(who: Person, conversation_id: str, key: str | None = None, **body: Any) -> Answer:
    return who.post(f"/v1/conversations/{conversation_id}/truncate", body, key=key)


def say(who: Person, conversation_id: str, text: str, *, key: str, **fields: Any) -> Answer:
    return who.post("/v1/messages", {"conversation_id": conversation_id, "text": text, **fields}, key=key)


def ok(answer: Answer) -> dict[str, Any]:
    assert answer.status in {200, 201, 202, 204}, answer.text
    return dict(answer.body or {})


def seqs(who: Person, conversation_id: str, **query: Any) -> list[int]:
    return [each["seq"] for each in ok(who.get(f"/v1/conversations/{conversation_id}/messages", **query))["data"]]


@pytest.fixture
def server(acme: Workspace) -> Person:
    return acme.server


def test_nothing_up_to_a_message_is_shown_to_anybody(jobs: JobQueues, alice: Person, bob: Person, general: str) -> None:
    sent = [ok(bob.send(general, f"number {number}"))["id"] for number in range(1, 6)]
    reply = ok(bob.send(general, "a reply", parent_id=sent[0]))["id"]
    for each in (sent[1], sent[3]):
        ok(alice.put(f"/v1/messages/{each}/pin"))
        ok(alice.put(f"/v1/messages/{each}/bookmark", {}))
    ok(alice.put(f"/v1/conversations/{general}/draft", {"text": "to it"}, parent_id=sent[0]))
    quoting = ok(alice.send(general, "as said", quoted_message_id=sent[2]))["id"]
    ok(bob.post(f"/v1/conversations/{general}/read", {"message_id": sent[0]}))
    answer = ok(truncate(alice, general, message_id=sent[2]))
    assert (answer["truncated_seq"], answer["message"]) == (3, None)
    for who in (alice, bob):
        assert seqs(who, general) == [6, 5, 4]
        assert seqs(who, general, order="asc") == [4, 5, 6]
        assert seqs(who, general, around=sent[4], limit=10) == [6, 5, 4]
        assert seqs(who, general, before_seq=4) == []
        for path in ("", "/replies", "/edits", "/reactions"):
            answers = [who.get(f"/v1/messages/{each}{path}") for each in (sent[0], sent[2], reply)]
            assert {(each.status, each.code) for each in answers} == {(404, "message_not_found")}, path
        assert who.get(f"/v1/conversations/{general}/messages", around=sent[0]).status == 404
        assert [each["id"] for each in who.get(f"/v1/conversations/{general}/pins")["data"]] == [sent[3]]
        assert who.send(general, "to an old one", parent_id=sent[0]).code == "parent_not_found"
        assert who.send(general, "as said", quoted_message_id=sent[0]).code == "quoted_message_not_found"
        assert who.post(f"/v1/messages/{sent[0]}/reactions", {"reaction": "👍"}).status == 404
        assert who.post(f"/v1/conversations/{general}/unread", {"message_id": sent[1]}).code == "message_not_found"
        assert who.get("/v1/threads")["data"] == []
        assert who.get(f"/v1/conversations/{general}")["membership"]["visible_from"] == 3
    assert alice.get(f"/v1/messages/{quoting}")["quoted_message"] is None
    assert [each["message"] and each["message"]["id"] for each in alice.get("/v1/bookmarks")["data"]] == [
        sent[3],
        None,
    ]
    assert alice.get("/v1/drafts")["data"] == []
    assert unread_of(bob, general) == 1


def test_to_the_end_leaves_a_list_that_shows_no_message_and_counts_none(
    jobs: JobQueues, alice: Person, bob: Person, general: str
) -> None:
    for _ in range(3):
        ok(alice.send(general, "words"))
    place = listed(bob, general)["last_activity_at"]
    assert unread_of(bob, general) == 3
    ok(truncate(alice, general))
    for who in (alice, bob):
        assert (seqs(who, general), listed(who, general)["last_message"], unread_of(who, general)) == ([], None, 0)
        assert who.get(f"/v1/conversations/{general}")["last_message"] is None
        assert who.get("/v1/unread")["total"] == 0
    assert listed(bob, general)["last_activity_at"] == place
    ok(alice.send(general, "after"))
    assert (seqs(bob, general), unread_of(bob, general)) == ([4], 1)
    assert listed(bob, general)["last_message"]["text"] == "after"
    jobs.run_all()
    assert (seqs(bob, general), unread_of(bob, general)) == ([4], 1)


def preview_of(tenant_id: str, room: str) -> RawItem:
    """What a conversation's own item keeps of its newest message."""
    (meta,) = (
        item
        for item in items_of(settings().chat_table, tenant_id)
        if item["sk"]["S"] == keys.META_SK and item["pk"]["S"] == keys.conversation(tenant_id, room)
    )
    return {name: value for name, value in meta.items() if name.startswith("last_") and name != "last_at"}


def say_newest(alice: Person, bob: Person, room: str, kind: str) -> None:
    root = ok(bob.send(room, "a root"))["id"]
    poll = {"question": "secretword?", "options": [{"text": "yes"}, {"text": "no"}]}
    fields = {"text": {}, "poll": {"poll": poll}, "reply": {"parent_id": root, "show_in_conversation": True}}
    ok(alice.send(room, "secretword", **fields[kind]))


@pytest.mark.parametrize("kind", ["text", "poll", "reply"])
def test_the_preview_is_gone_as_stored(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, general: str, kind: str
) -> None:
    say_newest(alice, bob, general, kind)
    assert preview_of(acme.tenant_id, general)["last_text"] == {"S": "secretword"}
    ok(truncate(alice, general))
    assert preview_of(acme.tenant_id, general) == {}


@pytest.mark.parametrize("kind", ["text", "poll", "reply"])
def test_the_preview_is_the_system_message_as_stored(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, general: str, kind: str
) -> None:
    say_newest(alice, bob, general, kind)
    notice = ok(truncate(alice, general, message={"text": "Cleared"}))["message"]
    preview = preview_of(acme.tenant_id, general)
    assert preview.pop("last_version", None) is not None
    assert preview == {
        "last_seq": {"N": str(notice["seq"])},
        "last_author_id": {"S": "alice"},
        "last_text": {"S": "Cleared"},
    }


def test_a_delete_of_what_is_left_shows_nothing_of_what_is_gone(
    jobs: JobQueues, alice: Person, bob: Person, general: str, server: Person
) -> None:
    for _ in range(2):
        ok(alice.send(general, "gone"))
    last = ok(alice.send(general, "left"))["id"]
    ok(truncate(alice, general, message_id=f"{general}-2"))
    assert server.delete(f"/v1/messages/{last}", hard="true").status == 204
    assert listed(bob, general)["last_message"] is None
    assert (seqs(bob, general), unread_of(bob, general)) == ([], 0)


def test_an_admin_may_and_a_member_may_not(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, general: str, server: Person
) -> None:
    ok(bob.send(general))
    refused = truncate(bob, general)
    assert (refused.status, refused.code) == (403, "insufficient_role")
    ok(alice.put(f"/v1/conversations/{general}/members/bob/role", {"role": "admin"}))
    assert ok(truncate(bob, general))["truncated_seq"] == 1
    ok(bob.send(general))
    assert ok(truncate(server, general))["truncated_seq"] == 2
    direct = ok(alice.post("/v1/conversations", {"type": "direct", "members": ["bob"]}))["id"]
    ok(alice.send(direct))
    assert truncate(alice, direct).code == "insufficient_role"
    assert ok(truncate(server, direct))["truncated_seq"] == 1


def test_an_archived_conversation_is_truncated_by_the_back_end_alone(
    jobs: JobQueues, alice: Person, general: str, server: Person
) -> None:
    ok(alice.send(general))
    ok(alice.delete(f"/v1/conversations/{general}"))
    assert truncate(alice, general).code == "conversation_archived"
    assert ok(truncate(server, general))["truncated_seq"] == 1


@pytest.mark.parametrize("who", ["alice", "server"])
def test_a_system_message_says_so_and_stays(
    jobs: JobQueues, alice: Person, bob: Person, general: str, server: Person, who: str
) -> None:
    for _ in range(2):
        ok(bob.send(general))
    by = {"alice": alice, "server": server}[who]
    answer = ok(truncate(by, general, key="once", message={"text": "Cleared", "custom": {"kind": "cleared"}}))
    assert (answer["truncated_seq"], answer["message"]["seq"]) == (2, 3)
    (shown,) = ok(bob.get(f"/v1/conversations/{general}/messages"))["data"]
    assert (shown["type"], shown["text"], shown["custom"]) == ("system", "Cleared", {"kind": "cleared"})
    assert shown["author_id"] == {"alice": "alice", "server": "_system"}[who]
    assert ok(truncate(by, general, key="once", message={"text": "Cleared", "custom": {"kind": "cleared"}})) == answer
    jobs.run_all()
    assert seqs(bob, general) == [3]


def test_again_and_back_change_nothing(jobs: JobQueues, alice: Person, bob: Person, general: str) -> None:
    sent = [ok(bob.send(general))["id"] for _ in range(3)]
    first = ok(truncate(alice, general, message_id=sent[1]))
    assert first["job_id"] is not None
    stream = ChangeStream()
    for message_id in sent[:2]:
        again = ok(truncate(alice, general, message_id=message_id))
        assert again == {**first, "job_id": None}
    assert stream.take() == []
    assert seqs(bob, general) == [3]
    empty = alice.open_group(bob, name="empty")
    assert ok(truncate(alice, empty)) == {**again, "conversation_id": empty, "truncated_seq": 0}


def test_what_is_no_message_of_the_conversation_truncates_nothing(
    jobs: JobQueues, alice: Person, bob: Person, general: str
) -> None:
    other = alice.open_group(bob, name="other")
    foreign = ok(bob.send(other))["id"]
    ok(bob.send(general))
    for message_id in (foreign, f"{general}-9", "nothing"):
        assert truncate(alice, general, message_id=message_id).code == "message_not_found"
    bodies: list[dict[str, Any]] = [{"message": {"text": " "}}, {"message": {}}, {"message_id": 3}, {"seq": 1}]
    for body in bodies:
        assert truncate(alice, general, **body).status == 422
    assert seqs(alice, general) == [1]


def test_everybody_is_told_once_and_of_no_message(jobs: JobQueues, alice: Person, bob: Person, general: str) -> None:
    for _ in range(3):
        root = ok(bob.send(general))["id"]
    ok(alice.send(general, "a reply", parent_id=root))
    ok(alice.post(f"/v1/messages/{root}/reactions", {"reaction": "👍"}))
    stream = ChangeStream()
    ok(truncate(alice, general))
    (told,) = [event for change in changes(stream.take()) for event in events_of(change)]
    assert (told.type, told.entity_id, told.data["truncated_seq"], told.changed) == (
        "conversation.truncated",
        general,
        3,
        ["truncated_seq"],
    )
    jobs.run_all()
    events = [event for change in changes(stream.take()) for event in events_of(change)]
    assert {event.type for event in events} <= {"thread.updated"}


def said_everything(alice: Person, bob: Person, room: str) -> str:
    """Of everything that can hang on messages some; the last of those that go."""
    first = ok(say(bob, room, "secretword root", key=f"{room}-root"))["id"]
    for each in ("👍", "🎉"):
        ok(alice.post(f"/v1/messages/{first}/reactions", {"reaction": each}))
    reply = ok(say(alice, room, "secretword reply", key=f"{room}-reply", parent_id=first))["id"]
    ok(bob.post(f"/v1/messages/{reply}/reactions", {"reaction": "👍"}))
    ok(alice.put(f"/v1/messages/{reply}", {"text": "secretword edited"}))
    ok(bob.put(f"/v1/messages/{first}", {"text": "secretword edited"}))
    ok(alice.post(f"/v1/messages/{first}/flag", {"reason": "spam"}))
    ok(alice.put(f"/v1/messages/{first}/pin"))
    poll = {"question": "secretword?", "options": [{"text": "secretword"}, {"text": "no"}]}
    asked = ok(bob.send(room, "secretword", poll=poll))
    ok(alice.put(f"/v1/messages/{asked['id']}/votes", {"options": [asked["poll"]["options"][0]["id"]]}))
    ok(bob.send(room, "secretword shown", parent_id=first, show_in_conversation=True))
    ok(alice.delete(f"/v1/messages/{ok(alice.send(room, 'secretword'))['id']}"))
    return str(ok(bob.send(room, "secretword last"))["id"])


def left_of(tenant_id: str) -> list[RawItem]:
    return [item for item in items_of(settings().chat_table, tenant_id) if "secretword" in str(item)]


def test_what_was_said_is_removed_with_all_that_hangs_on_it(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, general: str, server: Person
) -> None:
    last = said_everything(alice, bob, general)
    kept = ok(alice.send(general, "kept"))["id"]
    job = ok(truncate(alice, general, message_id=last))["job_id"]
    assert left_of(acme.tenant_id)
    jobs.run_all()
    assert left_of(acme.tenant_id) == []
    tables = items_of(settings().chat_table, acme.tenant_id)
    room = [item["sk"]["S"] for item in tables if f"#C#{general}" in item["pk"]["S"]]
    assert set(room) == {"DETAILS", "META", "M#000000000006", "PINS", "ROSTER"}
    assert not any(item["sk"]["S"].startswith("TH#") for item in tables)
    assert (
        "pin_count" not in str([item for item in tables if item["sk"]["S"] == "PINS"])
        or alice.get(f"/v1/conversations/{general}/pins")["data"] == []
    )
    done = ok(server.get(f"/v1/jobs/{job}"))
    assert (done["kind"], done["status"], done["percent"]) == ("truncation", "completed", 100)
    assert done["done"]["messages"] == 6
    again = say(bob, general, "secretword root", key=f"{general}-root")
    assert (again.status, again.code) == (409, "message_deleted")
    assert seqs(bob, general) == [6]
    assert ok(alice.get(f"/v1/messages/{kept}"))["text"] == "kept"
    assert server.get("/v1/moderation/flags")["data"] == []


def test_a_reply_that_is_shown_stays_as_long_as_its_place_in_the_conversation(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person, general: str
) -> None:
    root = ok(bob.send(general, "secretword"))["id"]
    hidden = ok(alice.send(general, "secretword", parent_id=root))["id"]
    shown = ok(alice.send(general, "secretword shown", parent_id=root, show_in_conversation=True))["id"]
    ok(bob.post(f"/v1/messages/{shown}/reactions", {"reaction": "👍"}))
    ok(alice.put(f"/v1/messages/{shown}", {"text": "secretword shown again"}))
    ok(truncate(alice, general, message_id=root))

    def is_as_it_was() -> bool:
        (there,) = ok(bob.get(f"/v1/conversations/{general}/messages"))["data"]
        assert (there["id"], there["text"], there["reactions"]["👍"]["count"]) == (shown, "secretword shown again", 1)
        return bob.get(f"/v1/messages/{hidden}").status == bob.get(f"/v1/messages/{root}/replies").status == 404

    assert is_as_it_was()
    jobs.run_all()
    assert is_as_it_was()
    assert len(alice.get(f"/v1/messages/{shown}/edits")["data"]) == 1
    ok(truncate(alice, general))
    jobs.run_all()
    assert (left_of(acme.tenant_id), seqs(bob, general)) == ([], [])


def test_what_is_sent_meanwhile_stays(jobs: JobQueues, alice: Person, bob: Person, general: str) -> None:
    ok(bob.send(general, "gone"))
    with before_call("TransactWriteItems", lambda: ok(bob.send(general, "meanwhile"))):
        assert ok(truncate(alice, general))["truncated_seq"] == 1
    assert seqs(bob, general) == [2]
    assert listed(alice, general)["last_message"]["text"] == "meanwhile"


def test_a_message_that_is_being_written_gets_another_number(
    jobs: JobQueues, alice: Person, bob: Person, general: str
) -> None:
    with before_call("PutItem", lambda: ok(truncate(alice, general))):
        answer = ok(bob.send(general, "at the same time"))
    assert seqs(alice, general) == [answer["seq"]]
    jobs.run_all()
    assert seqs(alice, general) == [answer["seq"]]
    assert unread_of(alice, general) == 1


def test_who_loses_their_role_meanwhile_truncates_nothing(
    jobs: JobQueues, alice: Person, bob: Person, general: str
) -> None:
    ok(alice.send(general))
    ok(alice.put(f"/v1/conversations/{general}/members/bob/role", {"role": "admin"}))
    demote = {"role": "member"}
    with before_call(
        "TransactWriteItems", lambda: ok(alice.put(f"/v1/conversations/{general}/members/bob/role", demote))
    ):
        assert truncate(bob, general).code == "insufficient_role"
    assert seqs(alice, general) == [1]


class Story:
    """A conversation in which everything was said, truncated over and over."""

    def __init__(self, jobs: JobQueues, acme: Workspace) -> None:
        self.jobs, self.acme = jobs, acme
        self.alice, self.bob = acme.person("alice"), acme.person("bob")

    def tell(self, crashes: list[int]) -> tuple[str, list[RawItem]]:
        room = self.alice.open_group(self.bob)
        last = said_everything(self.alice, self.bob, room)
        ok(truncate(self.alice, room, message_id=last))
        self.jobs.moved.pass_seconds(SETTLED)
        for calls in crashes:
            with suppress(Crash), crash_after(calls):
                self.jobs.run_next()
            self.jobs.lose_messages()
            self.jobs.moved.pass_seconds(RUN_SECONDS + 120)
            self.jobs.sweep()
        self.jobs.run_all()
        assert left_of(self.acme.tenant_id) == []
        items = [item for item in states_of(self.acme.tenant_id) if f"#C#{room}" in item["pk"]["S"]]
        return room, items


@pytest.fixture
def small_pages() -> Iterator[None]:
    with patch.object(truncating, "PAGE", 2):
        yield


def test_a_removal_that_dies_after_any_call_is_carried_through(
    jobs: JobQueues, acme: Workspace, small_pages: None
) -> None:
    story = Story(jobs, acme)
    undisturbed = [item["sk"]["S"] for item in story.tell([])[1]]
    for calls in range(0, 60, 3):
        assert [item["sk"]["S"] for item in story.tell([calls, calls // 2])[1]] == undisturbed


def test_a_request_that_dies_after_any_call_is_whole_once_it_is_repeated(
    jobs: JobQueues, acme: Workspace, alice: Person, bob: Person
) -> None:
    for calls in range(60):
        room = alice.open_group(bob)
        for _ in range(2):
            ok(bob.send(room, "secretword"))
        body = {"message": {"text": "Cleared"}}
        with crash_after(calls) as tried:
            truncate(alice, room, key=f"k{calls}", **body)
        assert seqs(bob, room) in ([2, 1], [3, 2, 1], [3])
        jobs.moved.pass_seconds(SETTLED)
        answer = ok(truncate(alice, room, key=f"k{calls}", **body))
        assert answer["truncated_seq"] in {2, 3, 4}
        (left,) = seqs(bob, room)
        assert left == answer["truncated_seq"] + 1
        jobs.moved.pass_seconds(600)
        jobs.sweep()
        jobs.run_all()
        assert left_of(acme.tenant_id) == []
        if len(tried) <= calls:
            return
    raise AssertionError("more calls than any request makes")
