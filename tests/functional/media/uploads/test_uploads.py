"""POST /v1/upload, /v1/upload/chunk, /v1/upload/complete, GET /v1/upload/{id}/progress, DELETE /v1/upload/{id}."""

import base64
import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from parley import clock
from parley.identity.caller import Caller, Tenant
from parley.identity.tenant_settings import UPLOAD_CEILING, TenantSettings
from parley.media import lifecycle, quota, storage
from parley.media.uploads import uploading
from tests.support.aws.gateway import Answer
from tests.support.aws.ministack import environment
from tests.support.clients.uploading import post_form, put_part, send_part, sha256, start, store
from tests.support.people.people import Person, Workspace


def test_a_small_file_is_one_post_that_is_bound_to_its_key_type_and_length(alice: Person) -> None:
    body = b"hello, world"
    upload = start(alice, body)
    assert upload.status == 201, upload.text
    assert (upload["method"], upload["status"]) == ("post", "uploading")
    form = upload["post"]
    assert post_form(form, body + b"!").status == 400
    assert post_form(form, body[:-1]).status == 400
    assert post_form(form, body, Content_Type="text/html").status == 403
    assert post_form(form, body, key=form["fields"]["key"] + "x").status == 403
    assert alice.get(f"/v1/upload/{upload['upload_id']}/progress")["bytes_received"] == 0
    assert post_form(form, body).status == 204
    progress = alice.get(f"/v1/upload/{upload['upload_id']}/progress")
    assert (progress["percent"], progress["parts_missing"]) == (100.0, [])
    completed = alice.post("/v1/upload/complete", {"upload_id": upload["upload_id"]})
    assert (completed.status, completed["status"]) == (202, "processing")


def test_a_large_file_is_sent_in_parts_that_are_bound_to_their_length(alice: Person) -> None:
    body = bytes(range(256)) * 4096 * 11
    upload = start(alice, body, "application/zip")
    assert upload.status == 201, upload.text
    assert (upload["method"], upload["part_size"], upload["part_count"]) == ("multipart", 5 * 1024 * 1024, 3)
    upload_id = upload["upload_id"]
    signed = alice.post("/v1/upload/chunk", {"upload_id": upload_id, "part_numbers": [1, 2, 3]})
    assert signed.status == 200, signed.text
    parts = [body[:5242880], body[5242880:10485760], body[10485760:]]
    longer = {**signed["parts"][2], "headers": {}}
    assert put_part(longer, parts[2] + b"x").status == 403
    for number in (3, 1):
        assert put_part(signed["parts"][number - 1], parts[number - 1]).status == 200
    progress = alice.get(f"/v1/upload/{upload_id}/progress")
    assert (progress["parts_received"], progress["parts_missing"]) == ([1, 3], [2])
    early = alice.post("/v1/upload/complete", {"upload_id": upload_id})
    assert (early.status, early.code, early["missing_parts"]) == (409, "parts_missing", [2])
    assert put_part(signed["parts"][1], parts[1]).status == 200
    assert alice.post("/v1/upload/complete", {"upload_id": upload_id}).status == 202
    assert alice.post("/v1/upload/complete", {"upload_id": upload_id}).status == 202


LARGE = bytes(range(256)) * 4096 * 11
"""11 MiB: three parts."""


def test_a_killed_upload_goes_on_in_another_process_after_any_part(alice: Person) -> None:
    for sent in range(4):
        upload_id = start(alice, LARGE, "text/plain")["upload_id"]
        for number in range(1, sent + 1):
            assert send_part(alice, upload_id, LARGE, number).status == 200
        resumed = Person(alice.tenant_id, alice.user_id, tenant_settings=alice.tenant_settings)
        progress = resumed.get(f"/v1/upload/{upload_id}/progress")
        assert progress["parts_received"] == list(range(1, sent + 1))
        assert progress["bytes_received"] == min(sent * 5 * 1024 * 1024, len(LARGE))
        for number in progress["parts_missing"]:
            assert send_part(resumed, upload_id, LARGE, number).status == 200
        assert resumed.post("/v1/upload/complete", {"upload_id": upload_id}).status == 202
        stored = storage.head(f"quarantine/{alice.tenant_id}/{upload_id}")
        assert stored is not None
        assert sha256(b"".join(storage.read_chunks(stored, 65536))) == sha256(LARGE)


def test_an_expired_url_is_refused_and_signed_again(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id = start(alice, LARGE)["upload_id"]
    small_id = start(alice, b"small")["upload_id"]
    monkeypatch.setattr(storage, "UPLOAD_URL_SECONDS", 1)
    part = alice.post("/v1/upload/chunk", {"upload_id": upload_id, "part_numbers": [3]})["parts"][0]
    form = alice.post("/v1/upload/chunk", {"upload_id": small_id, "part_numbers": [1]})["post"]
    time.sleep(2.1)  # S3 keeps the time here, not our clock
    assert put_part(part, LARGE[10485760:]).status == 403
    assert post_form(form, b"small").status == 403
    monkeypatch.undo()
    assert send_part(alice, upload_id, LARGE, 3).status == 200
    form = alice.post("/v1/upload/chunk", {"upload_id": small_id, "part_numbers": [1]})["post"]
    assert post_form(form, b"small").status == 204


def test_a_part_is_bound_to_its_checksum(alice: Person) -> None:
    upload_id = start(alice, LARGE, part_checksums=True)["upload_id"]
    parts = {number: LARGE[(number - 1) * 5242880 : number * 5242880] for number in (1, 2, 3)}
    body = {"upload_id": upload_id, "part_numbers": [1, 2, 3]}
    without = alice.post("/v1/upload/chunk", body)
    assert (without.status, without.code) == (422, "invalid_checksums")
    signed = alice.post(
        "/v1/upload/chunk", body | {"checksums": {str(number): sha256(part) for number, part in parts.items()}}
    )
    assert signed.status == 200, signed.text
    forged = bytearray(parts[3])
    forged[0] ^= 1
    assert put_part(signed["parts"][2], bytes(forged)).status == 400
    other = {
        **signed["parts"][2],
        "headers": {**signed["parts"][2]["headers"], "x-amz-checksum-sha256": "A" * 43 + "="},
    }
    assert put_part(other, parts[3]).status == 403
    for part in signed["parts"]:
        assert put_part(part, parts[part["part_number"]]).status == 200
    assert alice.post("/v1/upload/complete", {"upload_id": upload_id}).status == 202


def test_a_post_pins_the_checksum_of_its_content(alice: Person) -> None:
    form = start(alice, b"right", sha256=sha256(b"right"))["post"]
    assert form["fields"]["x-amz-checksum-sha256"] == base64.b64encode(hashlib.sha256(b"right").digest()).decode()
    assert post_form(form, b"right", x_amz_checksum_sha256="A" * 43 + "=").status == 403
    assert post_form(form, b"right").status == 204


def test_a_part_that_is_too_short_or_of_another_number_is_refused(alice: Person) -> None:
    upload_id = start(alice, LARGE)["upload_id"]
    part = alice.post("/v1/upload/chunk", {"upload_id": upload_id, "part_numbers": [1]})["parts"][0]
    assert put_part({**part, "headers": {}}, LARGE[:1000]).status == 403
    swapped = {**part, "url": part["url"].replace("partNumber=1", "partNumber=2")}
    assert put_part(swapped, LARGE[: part["size"]]).status == 403
    refused = alice.post("/v1/upload/chunk", {"upload_id": upload_id, "part_numbers": [3, 4]})
    assert (refused.status, refused.code, refused["part_numbers"]) == (422, "invalid_part_numbers", [4])


def test_a_list_of_parts_from_the_client_is_refused(alice: Person) -> None:
    upload_id = start(alice, LARGE)["upload_id"]
    refused = alice.post(
        "/v1/upload/complete", {"upload_id": upload_id, "parts": [{"part_number": 1, "etag": "wrong"}]}
    )
    assert (refused.status, refused["errors"][0]["pointer"]) == (422, "/parts")


def test_concurrent_completes_all_succeed_and_make_one_object(alice: Person) -> None:
    upload_id = start(alice, LARGE)["upload_id"]
    for number in (1, 2, 3):
        send_part(alice, upload_id, LARGE, number)
    caller = Caller(Tenant(alice.tenant_id, TenantSettings()), alice.user_id)
    with ThreadPoolExecutor(8) as pool:
        views = list(pool.map(lambda _: uploading.do_complete(caller, upload_id), range(8)))
    assert {view.status for view in views} == {"processing"}
    item = lifecycle.load(alice.tenant_id, upload_id)
    assert item is not None
    assert int(item.version) == 2


def test_an_aborted_upload_is_over(alice: Person) -> None:
    upload_id = start(alice, LARGE)["upload_id"]
    send_part(alice, upload_id, LARGE, 1)
    assert alice.delete(f"/v1/upload/{upload_id}").status == 204
    assert alice.delete(f"/v1/upload/{upload_id}").status == 204
    item = lifecycle.load(alice.tenant_id, upload_id)
    assert item is not None
    assert storage.list_parts(f"quarantine/{alice.tenant_id}/{upload_id}", str(item.s3_upload_id)) is None
    for refused in (
        alice.post("/v1/upload/complete", {"upload_id": upload_id}),
        alice.post("/v1/upload/chunk", {"upload_id": upload_id, "part_numbers": [1]}),
    ):
        assert (refused.status, refused.code, refused["upload_status"]) == (409, "upload_closed", "aborted")
    assert alice.get(f"/v1/upload/{upload_id}/progress")["status"] == "aborted"
    assert alice.get(f"/v1/media/{upload_id}").status == 404


def test_a_completed_upload_cannot_be_aborted(alice: Person) -> None:
    upload_id = store(alice, b"done")
    refused = alice.delete(f"/v1/upload/{upload_id}")
    assert (refused.status, refused.code) == (409, "upload_closed")


def test_an_expired_upload_is_closed(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id = start(alice, b"late")["upload_id"]
    later = clock.now_ms() + 24 * 3600 * 1000
    monkeypatch.setattr(clock, "now_ms", lambda: later)
    refused = alice.post("/v1/upload/complete", {"upload_id": upload_id})
    assert (refused.status, refused["upload_status"]) == (409, "expired")


def test_another_user_and_another_tenant_see_the_same_404(alice: Person, bob: Person, mallory: Person) -> None:
    upload_id = start(alice, LARGE)["upload_id"]
    requests: tuple[Callable[[Person, str], Answer], ...] = (
        lambda person, each: person.post("/v1/upload/complete", {"upload_id": each}),
        lambda person, each: person.post("/v1/upload/chunk", {"upload_id": each, "part_numbers": [1]}),
        lambda person, each: person.get(f"/v1/upload/{each}/progress"),
        lambda person, each: person.delete(f"/v1/upload/{each}"),
    )
    for make in requests:
        answers = [make(person, each) for person in (bob, mallory) for each in (upload_id, "0" * 26)]
        documents = [
            {name: value for name, value in answer.body.items() if name not in {"request_id", "instance"}}
            for answer in answers
        ]
        assert {answer.status for answer in answers} == {404}
        assert all(document == documents[0] for document in documents)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"filename": "../etc/passwd"}, "/filename"),
        ({"filename": "a\nb"}, "/filename"),
        ({"filename": "."}, "/filename"),
        ({"filename": ".."}, "/filename"),
        ({"filename": " ... "}, "/filename"),
        ({"filename": "..\u200b"}, "/filename"),
        ({"filename": "\ufeff.\u2060."}, "/filename"),
        ({"size": 0}, "/size"),
        ({"size": "12"}, "/size"),
        ({"content_type": "nonsense"}, "/content_type"),
        ({"sha256": "abc"}, "/sha256"),
        ({"key": "k"}, "/key"),
    ],
)
def test_bad_input_is_named_by_pointer(alice: Person, change: dict[str, object], pointer: str) -> None:
    refused = alice.post("/v1/upload", {"filename": "a.txt", "content_type": "text/plain", "size": 3} | change)
    assert (refused.status, refused["errors"][0]["pointer"]) == (422, pointer)


def test_what_the_tenant_does_not_take_is_refused_before_any_byte_moves(acme: Workspace) -> None:
    person = Workspace(acme.tenant_id, {"media_types": ["image/png"], "max_upload_bytes": 100}).person("picky")
    for content_type in ("text/plain", "application/x-msdownload"):
        refused = start(person, b"x", content_type)
        assert (refused.status, refused.code) == (415, "media_type_not_allowed")
    refused = start(person, 101, "image/png")
    assert (refused.status, refused.code, refused["max_bytes"]) == (413, "media_too_large", 100)
    assert start(person, 100, "image/PNG; q=1").status == 201
    for size in (UPLOAD_CEILING + 1, 10**30):
        refused = start(person, size, "image/png")
        assert (refused.status, refused.code, refused["max_bytes"]) == (413, "media_too_large", 100)


def test_the_largest_file_of_all_fits_in_the_parts_that_s3_takes(acme: Workspace) -> None:
    generous = {"max_upload_bytes": UPLOAD_CEILING, "storage_bytes": 1024**5, "user_storage_bytes": 1024**5}
    person = Workspace(acme.tenant_id, generous).person("director")
    upload = start(person, UPLOAD_CEILING, "video/mp4")
    assert upload.status == 201, upload.text
    assert (upload["part_size"], upload["part_count"]) == (5 * 1024 * 1024, 1024)
    last = person.post("/v1/upload/chunk", {"upload_id": upload["upload_id"], "part_numbers": [1024]})["parts"][0]
    assert last["size"] == 5 * 1024 * 1024
    refused = start(person, UPLOAD_CEILING + 1, "video/mp4")
    assert (refused.status, refused["max_bytes"]) == (413, UPLOAD_CEILING)


@pytest.mark.parametrize("filename", [".htaccess", "..a", "a..", "…", "... and more"])
def test_a_name_may_begin_or_end_with_dots(alice: Person, filename: str) -> None:
    assert start(alice, b"x", filename=filename).status == 201


def test_parts_name_only_the_headers_that_a_client_must_set(alice: Person) -> None:
    """A browser sets the length itself, and refuses a script that would; S3 still demands it."""
    plain, checked = (start(alice, LARGE, part_checksums=checksums)["upload_id"] for checksums in (False, True))
    (part,) = alice.post("/v1/upload/chunk", {"upload_id": plain, "part_numbers": [3]})["parts"]
    assert part["headers"] == {}
    assert put_part(part, LARGE[10485760:-1]).status == 403
    assert put_part(part, LARGE[10485760:]).status == 200
    digest = sha256(LARGE[10485760:])
    body = {"upload_id": checked, "part_numbers": [3], "checksums": {"3": digest}}
    (part,) = alice.post("/v1/upload/chunk", body)["parts"]
    assert list(part["headers"]) == ["x-amz-checksum-sha256"]
    assert put_part(part, LARGE[10485760:]).status == 200
    assert alice.get(f"/v1/upload/{checked}/progress")["checksums"] == {"3": digest}
    assert alice.get(f"/v1/upload/{plain}/progress")["checksums"] == {}


def test_an_upload_for_a_conversation_is_its_members_alone(alice: Person, carol: Person, general: str) -> None:
    assert start(alice, b"x", conversation_id=general).status == 201
    refused = start(carol, b"x", conversation_id=general)
    assert (refused.status, refused.code) == (404, "conversation_not_found")


def test_the_same_key_starts_one_upload(alice: Person) -> None:
    body = {"filename": "a.txt", "content_type": "text/plain", "size": 3}
    first, second = alice.post("/v1/upload", body, key="k"), alice.post("/v1/upload", body, key="k")
    assert first["upload_id"] == second["upload_id"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert quota.used_by_user(alice.tenant_id, "alice") == 3


def test_calls_of_an_upload_do_not_grow_with_its_size(alice: Person) -> None:
    started = [start(alice, size, "text/plain") for size in (10, 11 * 1024 * 1024, 1024**3)]
    assert [answer.calls.operations for answer in started] == [["PutItem", "TransactWriteItems"]] * 3
    upload_id = started[2]["upload_id"]
    signed = [
        alice.post("/v1/upload/chunk", {"upload_id": upload_id, "part_numbers": list(range(1, count + 1))})
        for count in (1, 100)
    ]
    beyond_limits = [[each for each in answer.calls.operations if each != "UpdateItem"] for answer in signed]
    assert beyond_limits == [["GetItem"]] * 2


def test_urls_end_with_the_session_of_the_upload_role(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with environment(MEDIA_UPLOAD_ROLE="arn:aws:iam::000000000000:role/uploads"):
        signer = storage._UploadSigner()
        monkeypatch.setattr(storage, "upload_signer", signer)
        monkeypatch.setattr(storage, "UPLOAD_URL_SECONDS", 12 * 3600)
        form = start(alice, b"hello")["post"]
        ends = clock.to_rfc3339(clock.to_datetime(signer._ends))
    assert form["expires_at"] == ends
    assert "x-amz-security-token" in form["fields"]
    assert post_form(form, b"hello").status == 204
