"""Files in messages: who may send them, what a message shows, and what becomes of them when messages go."""

import pytest

from parley import clock
from parley.media import lifecycle, references, storage, sweeping
from tests.support import samples
from tests.support.people import Person, Workspace
from tests.support.uploading import checked, process, s3_event, start, store


def _file(person: Person, body: bytes = b"hello", content_type: str = "text/plain") -> str:
    return str(checked(person, body, content_type)["id"])


def test_a_message_shows_its_files_without_further_reads(alice: Person, bob: Person, general: str) -> None:
    media_id = _file(alice, samples.picture("PNG"), "image/png")
    sent = alice.send(general, "", attachments=[media_id, media_id])
    assert sent.status == 201, sent.text
    assert sent["attachments"] == [
        {
            "media_id": media_id,
            "filename": "notes.txt",
            "content_type": "image/png",
            "size": len(samples.picture("PNG")),
            "width": 320,
            "height": 200,
            "duration_ms": None,
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
    assert not references.any_of(seen)
    assert alice.send(general, attachments=[media_id]).status == 201
    assert not lifecycle.end(seen, "deleted", unattached=True)
    assert alice.get(f"/v1/media/{media_id}")["status"] == "ready"


def test_an_attachment_that_comes_too_late_is_refused_and_leaves_nothing(alice: Person, general: str) -> None:
    media_id = _file(alice)
    item = lifecycle.load(alice.tenant_id, media_id)
    assert item is not None
    assert lifecycle.end(item, "deleted", unattached=True)
    assert not references.add(alice.tenant_id, media_id, f"{general}-1")
    assert not references.any_of(item)


def test_a_repeated_send_has_one_reference(alice: Person, general: str) -> None:
    media_id = _file(alice)
    body = {"conversation_id": general, "attachments": [media_id]}
    first, second = alice.post("/v1/messages", body, key="k"), alice.post("/v1/messages", body, key="k")
    assert first["id"] == second["id"]
    (_, addresses), *_ = references.with_references(alice.tenant_id, media_id)
    assert [str(address) for address in addresses] == [first["id"]]
