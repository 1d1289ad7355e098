"""Messages that were sent before their files were checked say what was found, and tell so."""

from collections.abc import Callable
from typing import Any

import pytest

from parley import clock
from parley.ids import MessageAddress
from parley.media import attachments, lifecycle, references, summaries
from parley.media.uploads import sweeping
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from parley.streams.events import events_of
from parley.tables.attributes import RawItem
from tests.support.clients import samples
from tests.support.clients.uploading import process, s3_event, store
from tests.support.dynamodb.change_stream import modified
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.people import Person, Workspace


@pytest.fixture
def early(acme: Workspace) -> Workspace:
    return Workspace(acme.tenant_id, {"attach_before_ready": True})


def _shown(person: Person, message_id: str) -> dict[str, Any]:
    (shown,) = person.get(f"/v1/messages/{message_id}")["attachments"]
    return dict(shown)


def _stored(person: Person, message_id: str) -> RawItem:
    address = MessageAddress.parse(message_id)
    assert address is not None
    return references.messages(person.tenant_id, [address])[address]


def test_a_message_gains_what_the_check_found(early: Workspace) -> None:
    alice, bob = early.person("alice"), early.person("bob")
    group = alice.open_group(bob)
    body = samples.photo_with_place()
    media_id = store(alice, body, "image/png")
    first = str(alice.send(group, "look", attachments=[media_id])["id"])
    reply = str(alice.send(group, attachments=[media_id], parent_id=first)["id"])
    before = _stored(alice, first)
    assert (_shown(bob, first)["width"], _shown(bob, first)["size"]) == (None, len(body))
    assert process(s3_event(alice, media_id)) == []
    media = alice.get(f"/v1/media/{media_id}")
    for message_id in (first, reply):
        shown = _shown(bob, message_id)
        assert (shown["width"], shown["height"], shown["content_type"]) == (200, 320, "image/jpeg")
        assert (shown["size"], shown["thumbnails"]) == (media["size"], ["thumb_1024", "thumb_128", "thumb_256"])
    assert bob.get(f"/v1/messages/{first}")["edited_at"] is None, "nobody edited it"
    after = _stored(alice, first)
    (event,) = events_of(modified(alice.tenant_id, before, after))
    assert (event.type, event.entity_id, event.version, event.changed) == (
        "message.updated", first, 2, ["attachments"],
    )  # fmt: skip
    late = str(alice.send(group, attachments=[media_id])["id"])
    assert _shown(bob, late) == _shown(bob, first)
    assert int(_stored(alice, late)["version"]["N"]) == 1


def test_a_message_that_was_deleted_or_edited_meanwhile_is_left_as_it_is(early: Workspace) -> None:
    alice = early.person("alice")
    group = alice.open_group(early.person("bob"))
    media_id = store(alice, samples.picture("PNG"), "image/png")
    deleted, edited = (alice.send(group, "look", attachments=[media_id])["id"] for _ in range(2))
    assert alice.delete(f"/v1/messages/{deleted}").status == 200
    assert alice.put(f"/v1/messages/{edited}", {"attachments": []}).status == 200
    before = [_stored(alice, each) for each in (deleted, edited)]
    assert process(s3_event(alice, media_id)) == []
    assert [_stored(alice, each) for each in (deleted, edited)] == before


def test_a_message_that_is_being_written_says_it_once_the_sweeper_has_looked(
    early: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = early.person("alice")
    group = alice.open_group(early.person("bob"))
    media_id = store(alice, samples.picture("PNG"), "image/png")
    real: Callable[..., None] = attachments.attach

    def attach_while_the_check_ends(*arguments: object) -> None:
        real(*arguments)
        assert process(s3_event(alice, media_id)) == []

    with monkeypatch.context() as overlapping:
        overlapping.setattr(attachments, "attach", attach_while_the_check_ends)
        body = SendMessage(conversation_id=group, text="look", attachments=[media_id])
        message_id = sending.do_send(alice.caller, body, idempotency_key=None).message.id
    assert _shown(alice, message_id)["width"] is None
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 11 * 60_000)
    sweeping.sweep()
    assert _shown(alice, message_id)["width"] == 320


@pytest.mark.parametrize("calls", range(2, 9))
def test_a_check_that_dies_anywhere_leaves_nothing_that_the_sweeper_does_not_finish(
    early: Workspace, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    alice = early.person("alice")
    group = alice.open_group(early.person("bob"))
    media_id = store(alice, samples.picture("PNG"), "image/png")
    sent = [str(alice.send(group, attachments=[media_id])["id"]) for _ in range(2)]
    with crash_after(calls):
        process(s3_event(alice, media_id))
    assert process(s3_event(alice, media_id)) == []
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 11 * 60_000)
    sweeping.sweep()
    assert {_shown(alice, each)["width"] for each in sent} == {320}


def test_a_file_that_is_rejected_after_it_was_sent_is_shown_as_rejected_at_once(early: Workspace) -> None:
    alice, bob = early.person("alice"), early.person("bob")
    group = alice.open_group(bob)
    media_id = store(alice, b"MZ no picture at all", "image/png")
    message_id = str(alice.send(group, attachments=[media_id])["id"])
    assert process(s3_event(alice, media_id)) == []
    assert _shown(bob, message_id)["status"] == "rejected"


@pytest.mark.parametrize("call", ["BatchGetItem", "UpdateItem"])
def test_a_file_that_is_deleted_while_the_sweeper_shows_it_stays_deleted(
    early: Workspace, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The message has lost its reference by then, so nobody would mend it."""
    alice = early.person("alice")
    group = alice.open_group(early.person("bob"))
    media_id = store(alice, samples.picture("PNG"), "image/png")
    message_id = str(alice.send(group, attachments=[media_id])["id"])
    with monkeypatch.context() as unseen:
        unseen.setattr(summaries, "show", lambda *_: None)
        assert process(s3_event(alice, media_id)) == []
    item = lifecycle.load(alice.tenant_id, media_id)
    assert item is not None

    def delete() -> None:
        assert alice.delete(f"/v1/media/{media_id}").status == 204

    with before_call(call, delete):
        summaries.show(item, summaries.AT_MOST)
    assert _shown(alice, message_id)["status"] == "deleted"
