"""Imports as a back end makes them: a file that is put where its import says, checked, and started."""

import json
from collections.abc import Iterable
from typing import Any

from parley.jobs import import_store, store
from parley.media import storage
from parley.settings import job_settings
from tests.support.aws.gateway import Answer
from tests.support.clients.jobs import JobQueues
from tests.support.people.people import Person

UNDER_WAY = {"checking", "importing"}


def file_of(lines: Iterable[Any]) -> bytes:
    """The lines as JSON lines; a text stays as it is."""
    return "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines).encode()


def upload(server: Person, file: bytes, **fields: Any) -> str:
    """Begin an import and put its file; its id."""
    begun = server.post("/v1/imports", {"size": len(file), **fields})
    assert (begun.status, begun["status"]) == (201, "uploading"), begun.text
    key = import_store.key(store.load(server.tenant_id, begun["id"]))
    storage.client().put_object(Bucket=job_settings().export_bucket, Key=key, Body=file)
    return str(begun["id"])


def settled(jobs: JobQueues, server: Person, import_id: str) -> Answer:
    """The import once nothing of it is under way."""
    for _ in range(1_000):
        found = server.get(f"/v1/imports/{import_id}")
        if found["status"] not in UNDER_WAY:
            return found
        assert jobs.run_next()
    raise AssertionError("the import never ends")


def check(jobs: JobQueues, server: Person, file: bytes, **fields: Any) -> Answer:
    import_id = upload(server, file, **fields)
    assert server.post(f"/v1/imports/{import_id}/check").status == 202
    return settled(jobs, server, import_id)


def run(jobs: JobQueues, server: Person, file: bytes, **fields: Any) -> Answer:
    """The import as it ended."""
    checked = check(jobs, server, file, **fields)
    assert (checked["status"], checked["problems"]) == ("checked", []), checked.text
    started = server.post(f"/v1/imports/{checked['id']}/start")
    assert (started.status, started["status"]) == (202, "importing"), started.text
    return settled(jobs, server, checked["id"])
