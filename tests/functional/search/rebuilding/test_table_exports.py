"""Rebuilding from an export of the table: read file by file, resumed wherever a worker died, then caught up with."""

import gzip
import io
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opensearchpy import OpenSearch

from parley.search.engine.indices import FAMILIES
from parley.search.indexing import bulk, watermark
from parley.search.rebuilding import backfill, maintenance, rebuilds, table_exports
from parley.settings import settings as parley_settings
from parley.tables import dynamodb, keys
from tests.functional.search.rebuilding.test_reindex import (
    JOBS,
    OPERATOR,
    Killed,
    Writers,
    assert_equal_to_table,
    find,
    job_of,
    start,
)
from tests.support.aws import engine
from tests.support.dynamodb import table_export
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.dynamodb.table_export import Exports
from tests.support.people.people import Person


@pytest.fixture(autouse=True)
def _promptly() -> Iterator[None]:
    """Nothing is waited for, and no shard of another test holds the watermark back."""
    shards, _ = dynamodb.query(parley_settings().control_table, keys.search_state(), begins_with=keys.SHARD_PREFIX)
    for shard in shards:
        dynamodb.delete(parley_settings().control_table, keys.Key(shard["pk"]["S"], shard["sk"]["S"]))
    with (
        patch.object(backfill, "POLL_SECONDS", 0),
        patch.object(backfill, "SNAPSHOT_MARGIN_MS", 0),
        patch.object(watermark, "SETTLING_MS", 0),
    ):
        yield
    engine.give_up_rebuild()


@pytest.fixture
def writers(alice: Person, bob: Person, opensearch: OpenSearch, changes: ChangeStream) -> Writers:
    group = alice.open_group(bob, name="Plans")
    found = Writers(alice, bob, group, changes)
    found.write(30)
    found.carry_over(opensearch)
    return found


@pytest.fixture
def exported(opensearch: OpenSearch) -> Iterator[Exports]:
    with table_export.exporting() as found:
        yield found


def steps(limit: int = 400) -> Iterator[rebuilds.Job]:
    """Work step by step for as long as the job runs."""
    for _ in range(limit):
        job = rebuilds.active()
        if job is None or job.status != "running":
            return
        yield job
        maintenance.work()
    pytest.fail("the job does not end")


def finish(job_id: str, writers: Writers, client: OpenSearch) -> None:
    """Work until the job has switched, while the stream goes on."""
    for job in steps():
        if job.export is not None and job.export.is_read:
            writers.write(1)
            writers.carry_over(client)
    ended = job_of(job_id)
    assert ended["status"] == "switched", ended["detail"]


def be_killed(where: str) -> None:
    """Work one step, in which the worker dies before it saves its step, or after it has written half of it."""
    write = bulk.write

    def die(*_: Any, **__: Any) -> Any:
        raise Killed

    def write_half(writes: Any, **options: Any) -> Any:
        write(writes[: len(writes) // 2], **options)
        raise Killed

    target: tuple[Any, str, Any] = (rebuilds, "save", die) if where == "before saving" else (bulk, "write", write_half)
    with patch.object(*target):
        try:
            maintenance.work()
        except Killed:
            table_exports.forget()


def test_a_rebuild_from_an_export_under_writes_ends_equal_to_the_table(
    writers: Writers, opensearch: OpenSearch, exported: Exports
) -> None:
    exported.pending = 2
    job_id = start(source="table")["id"]
    with patch.object(backfill, "EXPORTED_ITEMS", 50):
        for job in steps():
            find(writers.bob)
            if job.export is not None:
                writers.write(1)
            if job.export is not None and job.export.is_read:
                break
        writers.carry_over(opensearch)
        finish(job_id, writers, opensearch)
    assert exported.tokens == [job_id]
    assert_equal_to_table(opensearch, writers)
    copied = {one["family"]: one["copied"] for one in job_of(job_id)["families"]}
    assert all(copied[family] > 0 for family in FAMILIES), copied
    assert OPERATOR.post(f"{JOBS}/{job_id}/confirm").status == 200


def test_it_does_not_switch_before_the_stream_is_past_the_exports_moment(
    writers: Writers, opensearch: OpenSearch, exported: Exports
) -> None:
    job_id = start(source="table")["id"]
    for job in steps():
        if job.detail is not None:
            break
    for _ in range(3):
        maintenance.work()
    waiting = job_of(job_id)
    assert (waiting["status"], waiting["detail"]) == ("running", "waits for the change stream to be past the export")
    finish(job_id, writers, opensearch)
    assert job_of(job_id)["detail"] is None


KILLS = st.lists(
    st.tuples(st.integers(0, 60), st.sampled_from(["before saving", "half written"])), min_size=2, max_size=8
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kills=KILLS, piece=st.integers(7, 300))
def test_wherever_its_workers_die_the_index_ends_equal_to_the_table(
    kills: list[tuple[int, str]], piece: int, writers: Writers, opensearch: OpenSearch, exported: Exports
) -> None:
    engine.give_up_rebuild()
    deaths = dict(kills)
    job_id = start(source="table")["id"]
    with patch.object(backfill, "EXPORTED_ITEMS", piece):
        for number, job in enumerate(steps(2_000)):
            if number in deaths:
                be_killed(deaths[number])
            if number % 7 == 0:
                writers.write(1)
            if number % 5 == 0 or (job.export is not None and job.export.is_read):
                writers.carry_over(opensearch)
                writers.write(1)
    ended = job_of(job_id)
    assert ended["status"] == "switched", ended["detail"]
    writers.carry_over(opensearch)
    assert exported.tokens.count(job_id) >= 1
    assert len(set(exported.arns.values())) == len(exported.arns)
    assert_equal_to_table(opensearch, writers)
    assert OPERATOR.post(f"{JOBS}/{job_id}/confirm").status == 200


def test_a_worker_in_the_same_process_reads_each_file_once(
    writers: Writers, opensearch: OpenSearch, exported: Exports
) -> None:
    job_id = start(source="table")["id"]
    opened: list[str] = []
    body = table_exports._body

    def counted(key: str, **conditions: str) -> Any:
        opened.append(key)
        return body(key, **conditions)

    with patch.object(backfill, "EXPORTED_ITEMS", 20), patch.object(table_exports, "_body", counted):
        finish(job_id, writers, opensearch)
    assert len(opened) == len(set(opened)) == 1 + exported.filled, "the manifest, and every file that is not empty"


@pytest.mark.parametrize("damage", ["another object", "cut off", "missing", "fewer items"])
def test_a_file_that_is_not_what_its_manifest_says_fails_the_job_and_changes_nothing(
    damage: str, writers: Writers, opensearch: OpenSearch, exported: Exports
) -> None:
    job_id = start(source="table")["id"]
    for job in steps():
        if job.export is not None and job.export.files is not None:
            break
    assert job.export is not None
    s3 = table_exports.client()
    listed = s3.list_objects_v2(Bucket=table_export.BUCKET, Prefix=f"{job.export.place}/data/")["Contents"]
    manifest = f"{job.export.place}/manifest-files.json"
    for entry in listed:
        content = s3.get_object(Bucket=table_export.BUCKET, Key=entry["Key"])["Body"].read()
        if damage == "missing":
            s3.delete_object(Bucket=table_export.BUCKET, Key=entry["Key"])
        elif damage == "another object":
            s3.put_object(Bucket=table_export.BUCKET, Key=entry["Key"], Body=gzip.compress(b'{"Item": {}}\n'))
        else:
            lines = gzip.GzipFile(fileobj=io.BytesIO(content)).read().splitlines(keepends=True)
            damaged = content[: len(content) // 2] if damage == "cut off" else gzip.compress(b"".join(lines[:-1]))
            put = s3.put_object(Bucket=table_export.BUCKET, Key=entry["Key"], Body=damaged)
            text = s3.get_object(Bucket=table_export.BUCKET, Key=manifest)["Body"].read().decode()
            text = text.replace(entry["ETag"].strip('"'), put["ETag"].strip('"'))
            s3.put_object(Bucket=table_export.BUCKET, Key=manifest, Body=text.encode())
    table_exports.forget()
    for _ in steps():
        pass
    failed = job_of(job_id)
    assert (failed["status"], failed["detail"].partition(":")[0]) == ("failed", "export")
    find(writers.bob)
    assert_equal_to_table(opensearch, writers)


def test_a_table_without_recovery_cannot_be_exported(writers: Writers, exported: Exports) -> None:
    boto3.client("dynamodb").update_continuous_backups(
        TableName=parley_settings().chat_table,
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )
    job_id = start(source="table")["id"]
    for _ in steps():
        pass
    failed = job_of(job_id)
    assert (failed["status"], failed["detail"]) == ("failed", "export: PointInTimeRecoveryUnavailableException")


def test_an_answer_that_does_not_come_is_awaited(writers: Writers, opensearch: OpenSearch, exported: Exports) -> None:
    job_id = start(source="table")["id"]

    def unavailable(*_: Any, **__: Any) -> Any:
        raise table_exports.ExportUnavailable("SlowDown")

    for job in steps():
        if job.export is not None and job.export.files is not None:
            break
    with patch.object(table_exports, "read", unavailable):
        assert not maintenance.work()
    assert job_of(job_id)["status"] == "running"
    finish(job_id, writers, opensearch)
