"""An export through an S3 that checks parts, sizes and signatures: MiniStack's."""

import gzip
import hashlib
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from unittest.mock import patch

import pytest

from parley.jobs import export
from parley.media import storage
from parley.messaging.items import MessageItem
from parley.settings import settings
from parley.tables import dynamodb, keys
from tests.functional.jobs.test_erasure import ok
from tests.support.aws.ministack import ministack
from tests.support.clients.exports import export_bucket
from tests.support.clients.jobs import JobQueues, playing_jobs
from tests.support.people.people import Person, new_workspace

MESSAGES, TEXT_CHARACTERS = 1_200, 19_000
"""21 MiB that hardly compress: hexadecimal digits halve."""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with ministack(tmp_path_factory.mktemp("ministack")), export_bucket():
        yield


@pytest.fixture(scope="module")
def playing(tables: None) -> Iterator[JobQueues]:
    """The queues. What S3 checks signatures by is the real time, which botocore signs with."""
    with playing_jobs() as jobs:
        yield jobs


@pytest.fixture(scope="module")
def exported_bytes(playing: JobQueues) -> tuple[Person, str, list[str]]:
    """A conversation of many long messages, exported; who asked, the export, and the texts."""
    acme = new_workspace("acme")
    alice = acme.person("alice")
    group = alice.open_group()
    texts = [secrets.token_hex(TEXT_CHARACTERS // 2) for _ in range(MESSAGES)]

    def write(number: int) -> None:
        item = MessageItem(
            pk=keys.conversation(acme.tenant_id, group),
            sk=keys.message_sk(number + 1),
            conversation_id=group,
            seq=number + 1,
            author_id="alice",
            text=texts[number],
            created_at=playing.moved.now,
        )
        dynamodb.put(settings().chat_table, item.serialize())

    dynamodb.map_parallel(write, range(MESSAGES))
    sizes: list[int] = []
    put_part = storage.client().upload_part

    def noted(**arguments: object) -> object:
        body = arguments["Body"]
        assert isinstance(body, bytes)
        sizes.append(len(body))
        return put_part(**arguments)

    with patch.object(storage.client(), "upload_part", noted):
        begun = ok(acme.server.post("/v1/exports", {}))
        playing.run_all()
    assert len(sizes) >= 2
    assert all(size >= export.SMALLEST_PART_BYTES for size in sizes[:-1])
    assert max(sizes) < 2 * export.PART_BYTES
    return acme.server, str(begun["id"]), texts


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - the test's own server
        return bytes(answer.read())


def test_the_parts_are_one_file_that_is_fetched_by_its_url(exported_bytes: tuple[Person, str, list[str]]) -> None:
    server, export_id, texts = exported_bytes
    answer = server.get(f"/v1/exports/{export_id}")
    manifest, file = answer["files"]
    content = json.loads(fetch(manifest["url"]))
    body = fetch(file["url"])
    assert content["files"] == [{"name": file["name"], "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}]
    records = [json.loads(line) for line in gzip.decompress(body).splitlines()]
    assert [record["text"] for record in records if record["type"] == "message"] == texts
    assert content["records"]["message"] == MESSAGES


def test_an_url_opens_nothing_else(exported_bytes: tuple[Person, str, list[str]]) -> None:
    server, export_id, _ = exported_bytes
    manifest, file = server.get(f"/v1/exports/{export_id}")["files"]
    forged = manifest["url"].replace(manifest["name"], file["name"])
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(forged)
    assert refused.value.code == 403
