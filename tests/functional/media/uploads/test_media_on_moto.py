"""The upload path on moto's S3 as well: two emulators that were written apart agree on multipart uploads.

moto verifies no signatures, so parts are sent with credentials here; `tests/functional/media` sends them as clients do.
"""

import pytest

from parley.media import lifecycle, storage
from parley.settings import media_settings
from tests.support.clients.uploading import process, s3_event, sha256, start
from tests.support.people.people import Person

BODY = b"0123456789abcdef" * 65_536 * 11
PART = 5 * 1024 * 1024


@pytest.fixture(autouse=True)
def _bucket(tables: None) -> None:
    storage.client.cache_clear()
    storage.client().create_bucket(Bucket=media_settings().bucket)


def _send(person: Person, upload_id: str, number: int, body: bytes) -> None:
    item = lifecycle.load(person.tenant_id, upload_id)
    assert item is not None
    storage.client().upload_part(
        Bucket=media_settings().bucket,
        Key=storage.quarantine_key(person.tenant_id, upload_id),
        UploadId=item.s3_upload_id,
        PartNumber=number,
        Body=body,
    )


def test_parts_in_any_order_and_again_become_one_checked_file(alice: Person) -> None:
    upload_id = start(alice, BODY, sha256=sha256(BODY))["upload_id"]
    for number in (3, 1, 1):
        _send(alice, upload_id, number, BODY[(number - 1) * PART : number * PART])
    early = alice.post("/v1/upload/complete", {"upload_id": upload_id})
    assert (early.code, early["missing_parts"]) == ("parts_missing", [2])
    _send(alice, upload_id, 2, BODY[PART : 2 * PART])
    assert alice.get(f"/v1/upload/{upload_id}/progress")["percent"] == 100.0
    for _ in range(2):
        assert alice.post("/v1/upload/complete", {"upload_id": upload_id}).status == 202
    assert process(s3_event(alice, upload_id)) == []
    media = alice.get(f"/v1/media/{upload_id}")
    assert (media["status"], media["sha256"]) == ("ready", sha256(BODY))


def test_a_part_of_the_wrong_size_counts_as_missing(alice: Person) -> None:
    upload_id = start(alice, BODY)["upload_id"]
    for number, size in ((1, PART), (2, PART - 1), (3, len(BODY) - 2 * PART)):
        _send(alice, upload_id, number, bytes(size))
    progress = alice.get(f"/v1/upload/{upload_id}/progress")
    assert (progress["parts_received"], progress["parts_missing"]) == ([1, 3], [2])
    assert alice.post("/v1/upload/complete", {"upload_id": upload_id})["missing_parts"] == [2]


def test_complete_after_abort_is_refused(alice: Person) -> None:
    upload_id = start(alice, BODY)["upload_id"]
    _send(alice, upload_id, 1, BODY[:PART])
    assert alice.delete(f"/v1/upload/{upload_id}").status == 204
    assert alice.post("/v1/upload/complete", {"upload_id": upload_id}).code == "upload_closed"
