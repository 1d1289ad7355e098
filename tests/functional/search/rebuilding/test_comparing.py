"""A rebuild is compared before anyone searches it: what is missing or different is copied again, or the job fails."""

from collections.abc import Iterator
from typing import Any, Literal
from unittest.mock import patch

import pytest
from opensearchpy import OpenSearch

from parley.search.engine import routing
from parley.search.engine.indices import FAMILIES, read_alias
from parley.search.indexing import bulk
from parley.search.rebuilding import comparing, maintenance, rebuilds
from tests.functional.search.rebuilding.test_reindex import Writers, assert_equal_to_table, find, job_of, start
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.people.people import Person

SOURCES: tuple[Literal["index", "table"], ...] = ("index", "table")


@pytest.fixture(autouse=True)
def _promptly() -> Iterator[None]:
    with patch("parley.search.rebuilding.backfill.PAGES_PER_SECOND", 1e6):
        yield
    engine.give_up_rebuild()


@pytest.fixture
def writers(alice: Person, bob: Person, opensearch: OpenSearch, changes: ChangeStream) -> Writers:
    found = Writers(alice, bob, alice.open_group(bob, name="Plans"), changes)
    found.write(30)
    found.carry_over(opensearch)
    return found


def work_until(step: str) -> rebuilds.Job:
    """Work until every family is at this step or past it."""
    for _ in range(500):
        job = rebuilds.active()
        assert job is not None
        if all(one.step == step for one in job.families):
            return job
        assert maintenance.work()
    pytest.fail(step)


def lose_half() -> Any:
    """A bulk write that tells of all documents and writes half of them."""
    write = bulk.write

    def lossy(writes: Any, **options: Any) -> bulk.Outcome:
        outcome = write(writes[::2], **options)
        outcome.indexed = len(writes)
        return outcome

    return patch.object(bulk, "write", lossy)


def test_documents_that_were_lost_on_the_way_from_the_table_are_copied_again(
    writers: Writers, opensearch: OpenSearch
) -> None:
    job_id = start(source="table")["id"]
    work_until("copy")
    with lose_half():
        work_until("compare")
    for _ in range(500):
        if not maintenance.work():
            break
    assert job_of(job_id)["status"] == "switched"
    assert_equal_to_table(opensearch, writers)


def test_a_rebuild_that_keeps_losing_documents_fails(writers: Writers, opensearch: OpenSearch) -> None:
    job_id = start(source="table")["id"]
    work_until("copy")
    with lose_half():
        for _ in range(500):
            if not maintenance.work():
                break
    failed = job_of(job_id)
    assert failed["status"] == "failed"
    assert "documents" in failed["detail"]
    assert routing.load().targets == {}, "the new indices are written no longer"
    assert not any(opensearch.indices.exists(index=one["new_index"]) for one in failed["families"])
    assert rebuilds.active() is None
    find(writers.bob)
    assert_equal_to_table(opensearch, writers)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_document_that_says_something_else_is_noticed(
    source: str, family: str, writers: Writers, opensearch: OpenSearch
) -> None:
    start(source=source)
    job = work_until("compare")
    progress = next(one for one in job.families if one.base == family)
    assert comparing.differences(job, progress) is None
    tenant_id = writers.alice.tenant_id
    for document_id, (version, said) in engine.documents_of(opensearch, family, tenant_id, progress.new_index).items():
        opensearch.index(
            index=progress.new_index,
            id=document_id,
            routing=tenant_id,
            body=said | {"created_at": 1},
            params={"version": version, "version_type": "external_gte"},
        )
    with patch.object(comparing, "SAMPLES", 10_000):
        assert str(comparing.differences(job, progress)).endswith("differs")
    assert list(opensearch.indices.get_alias(name=read_alias(family))) == [progress.old_index]
