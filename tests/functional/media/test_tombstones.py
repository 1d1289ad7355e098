"""What becomes of messages when a file that they carry goes: each shows that it is gone, and tells so."""

from collections.abc import Callable

import pytest

from parley import clock
from parley.ids import MessageAddress
from parley.media import attachments, lifecycle, references, tombstones
from parley.media.uploads import sweeping
from parley.messaging.messages.schemas import SendMessage
from parley.messaging.messages.sending import sending
from parley.search.indexing.documents import document_of
from parley.streams.events import events_of
from parley.tables.attributes import RawItem
from tests.support.clients import samples
from tests.support.clients.uploading import checked, process, s3_event, store
from tests.support.dynamodb.change_stream import modified
from tests.support.faults.interference import crash_after
from tests.support.people.people import Person, Workspace


def _file(person: Person, body: bytes = b"hello") -> str:
    return str(checked(person, body, "text/plain")["id"])


def _shown(person: Person, message_id: str) -> list[tuple[str, str | None, str | None]]:
    found = person.get(f"/v1/messages/{message_id}")["attachments"]
    return [(each["media_id"], each["status"], each["filename"]) for each in found]


def _stored(person: Person, message_id: str) -> RawItem:
    address = MessageAddress.parse(message_id)
    assert address is not None
    return references.messages(person.tenant_id, [address])[address]


def _references(person: Person, media_id: str) -> list[str]:
    return [
        str(address) for _, addresses in references.with_references(person.tenant_id, media_id) for address in addresses
    ]


def test_a_deleted_file_is_shown_as_deleted_wherever_it_was_sent(alice: Person, bob: Person, general: str) -> None:
    gone, kept = _file(alice), _file(alice, b"kept")
    plain = alice.send(general, "look", attachments=[gone, kept])["id"]
    reply = alice.send(general, attachments=[gone], parent_id=plain, show_in_conversation=True)["id"]
    elsewhere = alice.send(alice.open_group(bob), attachments=[gone])["id"]
    assert alice.put(f"/v1/messages/{plain}/pin").status == 200
    assert alice.delete(f"/v1/media/{gone}").status == 204
    tombstone = (gone, "deleted", None)
    assert _shown(bob, plain) == [tombstone, (kept, None, "notes.txt")]
    assert _shown(bob, reply) == _shown(bob, elsewhere) == [tombstone]
    page = bob.get(f"/v1/conversations/{general}/messages")["data"]
    assert [[each["status"] for each in message["attachments"]] for message in page] == [["deleted"], ["deleted", None]]
    pinned = bob.get(f"/v1/conversations/{general}/pins")["data"]
    assert [each["status"] for each in pinned[0]["attachments"]] == ["deleted", None]
    assert bob.get(f"/v1/media/{gone}").status == 404
    assert bob.get(f"/v1/media/{kept}").status == 200
    assert _references(alice, gone) == []
    assert bob.get(f"/v1/messages/{plain}")["edited_at"] is None, "nobody edited it"


def test_members_are_told_by_an_event_of_the_message(alice: Person, general: str) -> None:
    media_id = str(checked(alice, samples.picture("PNG"), "image/png")["id"])
    message_id = str(alice.send(general, "look", attachments=[media_id])["id"])
    before = _stored(alice, message_id)
    assert alice.delete(f"/v1/media/{media_id}").status == 204
    after = _stored(alice, message_id)
    (event,) = events_of(modified(alice.tenant_id, before, after))
    assert (event.type, event.entity_id, event.version, event.changed) == (
        "message.updated", message_id, 2, ["attachments"],
    )  # fmt: skip
    assert [(each["media_id"], each["status"]) for each in event.data["attachments"]] == [(media_id, "deleted")]
    carried = [
        document_of(alice.tenant_id, image, media_types={media_id: "image/png"}).source.get("carries")
        for image in (before, after)
    ]
    assert carried == [["file", "image"], None]


def test_a_message_that_was_deleted_or_edited_meanwhile_is_left_as_it_is(alice: Person, general: str) -> None:
    media_id = _file(alice)
    deleted, edited = (alice.send(general, "look", attachments=[media_id])["id"] for _ in range(2))
    assert alice.delete(f"/v1/messages/{deleted}").status == 200
    assert alice.put(f"/v1/messages/{edited}", {"attachments": []}).status == 200
    before = [_stored(alice, each) for each in (deleted, edited)]
    assert alice.delete(f"/v1/media/{media_id}").status == 204
    assert [_stored(alice, each) for each in (deleted, edited)] == before


def test_an_edit_keeps_the_tombstone_and_cannot_bring_the_file_back(alice: Person, general: str) -> None:
    media_id, other = _file(alice), _file(alice, b"other")
    message_id = alice.send(general, "look", attachments=[media_id])["id"]
    assert alice.delete(f"/v1/media/{media_id}").status == 204
    assert alice.put(f"/v1/messages/{message_id}", {"text": "looked"}).status == 200
    assert alice.put(f"/v1/messages/{message_id}", {"attachments": [media_id, other]}).status == 200
    assert _shown(alice, message_id) == [(media_id, "deleted", None), (other, None, "notes.txt")]
    assert alice.put(f"/v1/messages/{message_id}", {"attachments": [other]}).status == 200
    refused = alice.put(f"/v1/messages/{message_id}", {"attachments": [media_id]})
    assert (refused.status, refused.code) == (422, "attachment_not_found")


def test_a_message_that_is_being_written_shows_it_once_it_is_there(
    alice: Person, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = _file(alice)
    real: Callable[..., None] = attachments.attach

    def attach_and_lose(*arguments: object) -> None:
        real(*arguments)
        assert alice.delete(f"/v1/media/{media_id}").status == 204

    with monkeypatch.context() as overlapping:
        overlapping.setattr(attachments, "attach", attach_and_lose)
        body = SendMessage(conversation_id=general, text="look", attachments=[media_id])
        message_id = sending.do_send(alice.caller, body, idempotency_key=None).message.id
    assert _shown(alice, message_id) == [(media_id, None, "notes.txt")]
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 5_000)
    sweeping.sweep()
    assert _shown(alice, message_id) == [(media_id, "deleted", None)]


def test_a_file_in_many_messages_is_shown_as_deleted_by_the_sweeper_too(
    alice: Person, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tombstones, "AT_ONCE", 2)
    media_id = _file(alice)
    sent = [str(alice.send(general, attachments=[media_id])["id"]) for _ in range(5)]
    assert alice.delete(f"/v1/media/{media_id}").status == 204
    assert [_shown(alice, each)[0][1] for each in sent].count("deleted") == 2
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 5_000)
    sweeping.sweep()
    assert {_shown(alice, each)[0][1] for each in sent} == {"deleted"}


@pytest.mark.parametrize("calls", range(2, 9))
def test_a_crash_anywhere_leaves_nothing_that_the_sweeper_does_not_finish(
    alice: Person, general: str, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    media_id = _file(alice)
    sent = [str(alice.send(general, attachments=[media_id])["id"]) for _ in range(2)]
    with crash_after(calls):
        answer = alice.delete(f"/v1/media/{media_id}")
    item = lifecycle.load(alice.tenant_id, media_id)
    assert item is not None
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 5_000)
    sweeping.sweep()
    expected = "deleted" if item.status == "deleted" else None
    assert expected == "deleted" or answer.status == 500
    assert {_shown(alice, each)[0][1] for each in sent} == {expected}


def test_a_file_that_is_rejected_after_it_was_sent_is_shown_as_rejected(
    acme: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(acme.tenant_id, {"attach_before_ready": True})
    alice, bob = workspace.person("alice"), workspace.person("bob")
    group = alice.open_group(bob)
    media_id = store(alice, b"MZ\x90\x00 no picture at all", "image/png")
    message_id = alice.send(group, attachments=[media_id])["id"]
    assert process(s3_event(alice, media_id)) == []
    assert alice.get(f"/v1/media/{media_id}")["status"] == "rejected"
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 5_000)
    sweeping.sweep()
    assert _shown(bob, message_id) == [(media_id, "rejected", None)]


def test_deleting_a_file_that_no_message_has_costs_nothing_more(alice: Person) -> None:
    deleted = alice.delete(f"/v1/media/{_file(alice)}")
    assert sorted(deleted.calls.operations) == ["PutItem", "Query", "TransactWriteItems"]
