"""Files in messages: who may send them, what a message shows, and what becomes of them when messages go."""

from unittest.mock import patch

import pytest

from parley import clock
from parley.media import deadlines, lifecycle, references, storage
from parley.media.uploads import sweeping
from parley.messaging.messages import editing
from tests.support.clients import samples
from tests.support.clients.uploading import checked, process, s3_event, start, store
from tests.support.faults.interference import before_call
from tests.support.people.listing import preview_of
from tests.support.people.people import Person, Workspace


def _file(person: Person, body: bytes = b"hello", content_type: str = "text/plain") -> str:
    return str(checked(person, body, content_type)["id"])


def test_a_message_shows_its_files_without_further_reads(alice: Person, bob: Person, general: str) -> None:
    media_id = _file(alice, samples.picture("PNG"), "image/png")
    sent = alice.send(general, "", attachments=[media_id, media_id])
    assert sent.status == 201, sent.text
    assert sent["attachments"] == [
        {
            "media_id": media_id,
            "status": None,
            "filename": "notes.txt",
            "content_type": "image/png",
            "size": len(samples.picture("PNG")),
            "width": 320,
            "height": 200,
            "duration_ms": None,
            "waveform": None,
            "thumbnails": ["thumb_1024", "thumb_128", "thumb_256"],
        }
    ]
    page = bob.get(f"/v1/conversations/{general}/messages")
    assert page["data"][0]["attachments"] == sent["attachments"]
    assert sorted(page.calls.operations) == sorted(bob.get(f"/v1/conversations/{general}/messages").calls.operations)


def test_files_of_others_unready_and_rejected_ones_are_refused_by_code(
    alice: Person, bob: Person, mallory: Person, general: str
) -> None:
    foreign = [_file(bob), _file(mallory), "0" * 26, "a#b"]
    refused = alice.send(general, attachments=foreign)
    assert (refused.status, refused.code, refused["media_ids"]) == (422, "attachment_not_found", foreign)
    pending = [start(alice, b"x")["media_id"], store(alice, b"y")]
    refused = alice.send(general, attachments=[_file(alice), *pending])
    assert (refused.status, refused.code, refused["media_ids"]) == (409, "attachment_not_ready", pending)
    bad = str(checked(alice, b"no picture", "image/png")["id"])
    refused = alice.send(general, attachments=[bad])
    assert (refused.status, refused.code, refused["media_ids"]) == (422, "attachment_rejected", [bad])
    assert alice.get(f"/v1/conversations/{general}/messages")["data"] == []


def test_a_tenant_may_let_files_be_sent_before_their_check(acme: Workspace) -> None:
    workspace = Workspace(acme.tenant_id, {"attach_before_ready": True})
    alice, bob = workspace.person("alice"), workspace.person("bob")
    group = alice.open_group(bob)
    media_id = store(alice, b"hello")
    assert alice.send(group, attachments=[media_id]).status == 201
    assert bob.get(f"/v1/download/{media_id}").status == 404
    assert process(s3_event(alice, media_id)) == []
    assert bob.get(f"/v1/download/{media_id}").status == 302


def test_sending_without_files_reads_and_writes_nothing_more(alice: Person, general: str) -> None:
    alice.send(general)
    plain = alice.send(general)
    with_file = alice.send(general, attachments=[_file(alice)])
    more = list(with_file.calls.operations)
    for operation in plain.calls.operations:
        more.remove(operation)
    assert sorted(more) == ["BatchGetItem", "PutItem", "UpdateItem"]


def test_a_file_goes_with_the_last_message_that_has_it(
    alice: Person, bob: Person, acme: Workspace, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = _file(alice)
    first, second = (alice.send(general, attachments=[media_id])["id"] for _ in range(2))
    kept = _file(alice)
    alice.send(general, attachments=[kept])
    now = clock.now_ms()
    assert acme.server.delete(f"/v1/messages/{first}", hard="true").status == 204
    monkeypatch.setattr(clock, "now_ms", lambda: now + 5_000)
    sweeping.sweep()
    assert bob.get(f"/v1/media/{media_id}").status == 200
    assert alice.delete(f"/v1/messages/{second}").status == 200
    sweeping.sweep()
    assert alice.get(f"/v1/media/{media_id}").status == 200
    assert acme.server.delete(f"/v1/messages/{second}", hard="true").status == 204
    assert acme.server.delete(f"/v1/messages/{second}", hard="true").status in {204, 404}
    monkeypatch.setattr(clock, "now_ms", lambda: now + 15_000)
    item = lifecycle.load(alice.tenant_id, media_id)
    sweeping.sweep()
    assert alice.get(f"/v1/media/{media_id}").status == 404
    assert item is not None
    assert storage.head(f"{item.folder}original") is None
    assert bob.get(f"/v1/media/{kept}").status == 200


def test_a_release_that_overlaps_an_attachment_keeps_the_file(alice: Person, general: str) -> None:
    media_id = _file(alice)
    sent = alice.send(general, attachments=[media_id])["id"]
    references.remove(alice.tenant_id, media_id, sent)
    seen = lifecycle.load(alice.tenant_id, media_id)
    assert seen is not None
    assert references.use_of(seen) == "none"
    assert alice.send(general, attachments=[media_id]).status == 201
    assert not lifecycle.end(seen, "deleted", unattached=True)
    assert alice.get(f"/v1/media/{media_id}")["status"] == "ready"


def test_an_attachment_that_comes_too_late_is_refused_and_leaves_nothing(alice: Person, general: str) -> None:
    media_id = _file(alice)
    item = lifecycle.load(alice.tenant_id, media_id)
    assert item is not None
    assert lifecycle.end(item, "deleted", unattached=True)
    assert not references.add(alice.tenant_id, media_id, f"{general}-1")
    assert references.use_of(item) == "none"


def test_a_repeated_send_has_one_reference(alice: Person, general: str) -> None:
    media_id = _file(alice)
    body = {"conversation_id": general, "attachments": [media_id]}
    first, second = alice.post("/v1/messages", body, key="k"), alice.post("/v1/messages", body, key="k")
    assert first["id"] == second["id"]
    (_, addresses), *_ = references.with_references(alice.tenant_id, media_id)
    assert [str(address) for address in addresses] == [first["id"]]


def _fetches(person: Person, media_id: str) -> set[int]:
    paths = ("media/{}", "download/{}", "download/{}/signed", "stream/{}")
    return {person.get("/v1/" + path.format(media_id)).status for path in paths}


def test_a_deleted_message_shows_its_file_to_nobody_but_the_uploader(
    alice: Person, bob: Person, acme: Workspace, general: str
) -> None:
    media_id = _file(alice)
    first, second = (alice.send(general, attachments=[media_id])["id"] for _ in range(2))
    assert alice.delete(f"/v1/messages/{first}").status == 200
    assert _fetches(bob, media_id) == {200, 302, 307}
    assert acme.server.delete(f"/v1/messages/{second}").status == 200
    assert _fetches(bob, media_id) == {404}
    assert _fetches(alice, media_id) == {200, 302, 307}


def test_a_repeated_send_of_a_deleted_message_opens_nothing(alice: Person, bob: Person, general: str) -> None:
    media_id = _file(alice)
    body = {"conversation_id": general, "attachments": [media_id]}
    sent = alice.post("/v1/messages", body, key="k")
    assert alice.delete(f"/v1/messages/{sent['id']}").status == 200
    assert alice.post("/v1/messages", body, key="k")["id"] == sent["id"]
    assert _fetches(bob, media_id) == {404}


def test_a_reply_shows_its_file_until_it_is_deleted(alice: Person, bob: Person, general: str) -> None:
    media_id = _file(alice)
    root = alice.send(general, "look")["id"]
    reply = alice.send(general, attachments=[media_id], parent_id=root, show_in_conversation=True)["id"]
    assert bob.get(f"/v1/media/{media_id}").status == 200
    assert alice.delete(f"/v1/messages/{reply}").status == 200
    assert bob.get(f"/v1/media/{media_id}").status == 404


def test_an_edit_adds_and_takes_away_files(alice: Person, bob: Person, general: str) -> None:
    kept, gone, added = _file(alice), _file(alice), _file(alice, samples.picture("PNG"), "image/png")
    sent = alice.send(general, "look", attachments=[kept, gone])
    edited = alice.put(f"/v1/messages/{sent['id']}", {"attachments": [added, kept]})
    assert edited.status == 200, edited.text
    assert [each["media_id"] for each in edited["attachments"]] == [added, kept]
    assert edited["attachments"][0]["width"] == 320
    assert edited["attachments"][1] == sent["attachments"][0]
    assert bob.get(f"/v1/messages/{sent['id']}")["attachments"] == edited["attachments"]
    assert [_fetches(bob, each) == {404} for each in (kept, gone, added)] == [False, True, False]
    again = alice.put(f"/v1/messages/{sent['id']}", {"attachments": [added, kept]})
    assert again["version"] == edited["version"]
    back = alice.put(f"/v1/messages/{sent['id']}", {"attachments": [gone]})
    assert back["attachments"] == [sent["attachments"][1]]
    assert bob.get(f"/v1/media/{gone}").status == 200
    edits = alice.get(f"/v1/messages/{sent['id']}/edits")["data"]
    assert [[each["media_id"] for each in edit["attachments"]] for edit in edits] == [[added, kept], [kept, gone]]


def test_an_edit_takes_only_what_a_message_would(alice: Person, bob: Person, general: str) -> None:
    sent = alice.send(general, "look")["id"]
    for media_id, status, code in [
        (_file(bob), 422, "attachment_not_found"),
        ("0" * 26, 422, "attachment_not_found"),
        (store(alice, b"y"), 409, "attachment_not_ready"),
        (str(checked(alice, b"no picture", "image/png")["id"]), 422, "attachment_rejected"),
    ]:
        refused = alice.put(f"/v1/messages/{sent}", {"attachments": [media_id]})
        assert (refused.status, refused.code, refused["media_ids"]) == (status, code, [media_id])
    assert alice.get(f"/v1/messages/{sent}")["version"] == 1


def test_lists_tell_a_place_from_a_file(alice: Person, bob: Person, general: str) -> None:
    place = {"latitude": 48.1, "longitude": 11}
    text = _file(alice)
    sent = alice.post("/v1/messages", {"conversation_id": general, "location": place, "attachments": [text]})
    assert preview_of(bob, general)["attachments"] == ["file", "location"]
    assert bob.get(f"/v1/conversations/{general}")["last_message"]["attachments"] == ["file", "location"]
    picture = _file(alice, samples.picture("PNG"), "image/png")
    alice.put(f"/v1/messages/{sent['id']}", {"attachments": [picture, text]})
    assert preview_of(bob, general)["attachments"] == ["image", "file", "location"]
    bob.post("/v1/messages", {"conversation_id": general, "parent_id": sent["id"], "location": place})
    thread = alice.get(f"/v1/threads/{sent['id']}")
    assert thread["root"]["attachments"] == ["image", "file", "location"]
    assert thread["last_reply"]["attachments"] == ["location"]
    alice.delete(f"/v1/messages/{sent['id']}")
    assert (preview_of(bob, general)["deleted"], preview_of(bob, general)["attachments"]) == (True, [])


def test_an_edit_whose_request_died_is_shown_with_its_files(alice: Person, general: str) -> None:
    text = _file(alice)
    sent = alice.send(general, "look", attachments=[text])
    picture = _file(alice, samples.picture("PNG"), "image/png")
    with patch.object(editing, "show_edit"):
        alice.put(f"/v1/messages/{sent['id']}", {"attachments": [picture]})
    assert preview_of(alice, general)["attachments"] == ["image"]


def test_a_message_carries_so_many_files_in_all_its_edits_and_no_more(
    alice: Person, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing, "MAX_FILES", 2)
    first, second, third = (_file(alice) for _ in range(3))
    sent = alice.send(general, "look", attachments=[first])["id"]
    assert alice.put(f"/v1/messages/{sent}", {"attachments": [second]}).status == 200
    assert alice.put(f"/v1/messages/{sent}", {"attachments": [third]}).code == "too_many_edits"
    assert alice.put(f"/v1/messages/{sent}", {"attachments": [first]}).status == 200


def test_a_file_that_an_edit_took_away_goes_with_the_message_alone(
    alice: Person, acme: Workspace, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, added = _file(alice), _file(alice)
    sent = alice.send(general, "look", attachments=[gone])["id"]
    assert alice.put(f"/v1/messages/{sent}", {"attachments": [added]}).status == 200
    now = clock.now_ms()
    deadlines.schedule(alice.tenant_id, gone, now)
    monkeypatch.setattr(clock, "now_ms", lambda: now + 3_600_000)
    sweeping.sweep()
    assert alice.get(f"/v1/media/{gone}").status == 200
    assert acme.server.delete(f"/v1/messages/{sent}", hard="true").status == 204
    monkeypatch.setattr(clock, "now_ms", lambda: now + 3_610_000)
    sweeping.sweep()
    assert [alice.get(f"/v1/media/{each}").status for each in (gone, added)] == [404, 404]


def test_what_a_failed_edit_attached_gives_no_access_and_keeps_no_file(
    alice: Person, bob: Person, acme: Workspace, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = _file(alice)
    carrier = alice.send(general, "look", attachments=[media_id])["id"]
    other = alice.send(general, "other")["id"]
    with before_call("PutItem", lambda: alice.delete(f"/v1/messages/{other}")):
        refused = alice.put(f"/v1/messages/{other}", {"attachments": [media_id]})
    assert refused.code == "message_deleted"
    assert alice.delete(f"/v1/messages/{carrier}").status == 200
    assert bob.get(f"/v1/media/{media_id}").status == 404
    assert acme.server.delete(f"/v1/messages/{carrier}", hard="true").status == 204
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 5_000)
    sweeping.sweep()
    assert alice.get(f"/v1/media/{media_id}").status == 200, "the edit might still be under way"
    monkeypatch.setattr(clock, "now_ms", lambda: now + 300_000)
    sweeping.sweep()
    assert alice.get(f"/v1/media/{media_id}").status == 404
