"""What was imported is found like what was said, by its own moment, and no saved search is told of it."""

from collections.abc import Callable, Iterator

import pytest

from parley import clock
from parley.jobs import imports
from parley.search.saved import telling
from tests.functional.jobs.test_import import FILE
from tests.support.clients.exports import export_bucket
from tests.support.clients.importing import file_of, run
from tests.support.clients.jobs import JobQueues, playing_jobs
from tests.support.dynamodb.change_stream import ChangeStream
from tests.support.dynamodb.change_stream import changes as decoded_of
from tests.support.people.people import Person, Workspace


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueues]:
    monkeypatch.setattr(imports, "WRITES_PER_SECOND", 10.0**9)
    with playing_jobs() as jobs, export_bucket():
        yield jobs


def test_imported_messages_are_found(acme: Workspace, jobs: JobQueues, index: Callable[[], None]) -> None:
    run(jobs, acme.server, file_of(FILE))
    index()
    ada = Person(acme.tenant_id, "ada", tenant_settings=acme.tenant_settings)
    found = ada.get("/v1/search/messages", q="text", sort="recent")
    assert [hit["message"]["text"] for hit in found["data"]] == [f"text {number}" for number in (5, 4, 3, 2, 1)]
    assert [hit["message"]["text"] for hit in ada.get("/v1/search/messages", q="text before:2024-03-01")["data"]] == []
    assert [hit["conversation"]["name"] for hit in ada.get("/v1/search/conversations", q="pla")["data"]] == ["Plans"]


def test_no_saved_search_is_told(acme: Workspace, jobs: JobQueues, changes: ChangeStream) -> None:
    ada = acme.person("ada")
    assert ada.post("/v1/search/saved", {"q": "2", "notify": True}).status == 201
    changes.take()
    now = clock.to_rfc3339(clock.to_datetime(clock.now_ms()))
    lines = [{**line, "created_at": now} if line["type"] == "message" else line for line in FILE]
    run(jobs, acme.server, file_of(lines))
    written = decoded_of(changes.take())
    assert any(change.entity == "message" for change in written)
    telling.tell(written)
    assert [change for change in decoded_of(changes.take()) if change.entity == "saved_search"] == []
