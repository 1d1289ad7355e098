"""The files of an erased user: bytes, thumbnails, references and quota, on an S3 that has them."""

from collections.abc import Iterator

import pytest

from infrastructure.triggered.jobs import RUN_ERASURE
from parley.ids import DELETED_USER
from parley.media import quota, storage, user_files
from parley.settings import media_settings
from tests.functional.jobs.test_erasure import ZOE, erase, ok
from tests.support.aws.ministack import ministack
from tests.support.aws.s3_calls import denied, s3_uses
from tests.support.clients import samples
from tests.support.clients.exports import export_bucket
from tests.support.clients.jobs import JobQueues, playing_jobs
from tests.support.clients.uploading import checked, post_form, start
from tests.support.people.people import Person, Workspace
from tests.support.people.traces import traces_of


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with ministack(tmp_path_factory.mktemp("ministack")), export_bucket():
        yield


@pytest.fixture
def jobs(tables: None) -> Iterator[JobQueues]:
    with playing_jobs() as playing:
        yield playing


@pytest.fixture
def zoe(jobs: JobQueues, acme: Workspace) -> Person:
    return acme.person(ZOE, "Zoe Zimmer")


def stored_for(acme: Workspace) -> list[str]:
    found = storage.client().list_objects_v2(Bucket=media_settings().bucket).get("Contents", [])
    return [each["Key"] for each in found if f"/{acme.tenant_id}/" in each["Key"]]


def test_files_go_with_their_bytes_and_their_place_in_the_quota(
    jobs: JobQueues, acme: Workspace, zoe: Person, alice: Person
) -> None:
    group = alice.open_group(zoe)
    sent = [checked(zoe, f"note {number}".encode(), "text/plain", filename=f"zoes {number}.txt") for number in range(3)]
    picture = checked(zoe, samples.picture("PNG"), "image/png", filename="zoe.png")
    hers = checked(alice, b"alice's own", "text/plain", filename="alice.txt")
    unfinished = start(zoe, b"never completed")
    assert post_form(unfinished["post"], b"never completed").status == 204
    words = ok(zoe.send(group, "look", attachments=[sent[0]["id"], picture["id"]]))["id"]
    alone = ok(zoe.send(group, "", attachments=[sent[1]["id"]]))["id"]
    ok(alice.send(group, "mine", attachments=[hers["id"]]))
    assert len(stored_for(acme)) > 5
    with s3_uses() as uses:
        job = erase(jobs, acme)
    assert denied(uses, RUN_ERASURE.buckets) == []
    assert job["done"]["files"] == 5
    assert [key.split("/")[2] for key in stored_for(acme)] == [hers["id"]]
    assert quota.used_by_user(acme.tenant_id, ZOE) == 0
    assert sum(quota.used_by_shard(acme.tenant_id)) == len(b"alice's own")
    assert traces_of(acme.tenant_id, ZOE, "zoes ", "zoe.png") == []
    shown = alice.get(f"/v1/messages/{words}")
    assert (shown["author_id"], shown["attachments"]) == (DELETED_USER, [])
    assert alice.get(f"/v1/messages/{alone}").status == 404
    for each in (*sent, picture):
        assert alice.get(f"/v1/media/{each['id']}").status == 404
    assert alice.get(f"/v1/media/{hers['id']}").status == 200
    assert user_files.list_page(acme.tenant_id, ZOE, limit=10, after=None) == ([], None)
