"""Files of an import: fetched by the guarded way out, checked as uploads, made once, and told of where they fail."""

from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

import boto3
import pytest

from parley.identity import stored_settings
from parley.identity.tenant_settings import TenantSettings
from parley.jobs import import_files, imports
from parley.media import quota, storage
from parley.media.checking import check as checking
from parley.settings import media_settings, settings
from parley.streams.events import events_of
from tests.functional.jobs.test_erasure import ok
from tests.functional.jobs.test_import import PLANS, USERS, conversation_of, history, message, person
from tests.support.aws.gateway import Answer
from tests.support.clients.exports import export_bucket, remove_bucket
from tests.support.clients.importing import UNDER_WAY, check, file_of
from tests.support.clients.jobs import JobQueues
from tests.support.dynamodb.change_stream import ChangeStream, changes
from tests.support.dynamodb.meter import metered
from tests.support.faults.interference import Crash, crash_after
from tests.support.people.people import Person, Workspace
from tests.support.people.tenant_servers import Server, answer, closed_port, flood, serving
from tests.support.people.traces import items_of

NOTES = b"what was agreed, in a few lines"


@pytest.fixture(autouse=True)
def buckets(jobs: JobQueues, local_stage: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The buckets of imports and of media, on the session's moto."""
    monkeypatch.setattr(imports, "WRITES_PER_SECOND", 10.0**9)
    with export_bucket():
        storage.client().create_bucket(Bucket=media_settings().bucket)
        yield
        remove_bucket(media_settings().bucket)


@pytest.fixture
def host() -> Iterator[Server]:
    """Where the other chat keeps its files."""
    with serving() as server:
        server.behave = answer(NOTES, 200, **{"Content-Type": "text/plain; charset=utf-8"})
        yield server


@pytest.fixture
def server(acme: Workspace) -> Person:
    return acme.server


def at(host: Server, path: str = "/notes.txt") -> str:
    return f"http://127.0.0.1:{host.port}{path}"


def check_uploads() -> None:
    """What S3's events bring about."""
    for each in boto3.resource("s3").Bucket(media_settings().bucket).objects.filter(Prefix=storage.QUARANTINE):
        checking.check(each.key)


def ended(jobs: JobQueues, server: Person, import_id: str, *, checks: bool = True) -> Answer:
    for _ in range(1_000):
        found = server.get(f"/v1/imports/{import_id}")
        if found["status"] not in UNDER_WAY:
            return found
        assert jobs.run_next()
        if checks:
            check_uploads()
    raise AssertionError("the import never ends")


def run(jobs: JobQueues, server: Person, lines: list[dict[str, Any]]) -> Answer:
    checked = check(jobs, server, file_of(lines))
    assert (checked["status"], checked["problems"]) == ("checked", []), checked.text
    ok(server.post(f"/v1/imports/{checked['id']}/start"))
    return ended(jobs, server, checked["id"])


def with_files(number: int, *urls: str, **fields: Any) -> dict[str, Any]:
    return message(number, attachments=[{"url": url} for url in urls], **fields)


def test_a_message_has_its_files_as_if_they_had_been_uploaded(
    acme: Workspace, server: Person, jobs: JobQueues, host: Server
) -> None:
    named = {"url": at(host, "/x?id=7"), "name": "Plan.txt", "content_type": "text/plain"}
    done = run(jobs, server, [*USERS, PLANS, with_files(1, at(host), text=""), message(2, "ben", attachments=[named])])
    assert (done["status"], done["file_problems"]) == ("completed", []), done.text
    assert done["done"]["files"] == 2
    ada, room = person(acme, "ada"), conversation_of(acme)
    first, second = history(ada, room)
    (notes,), (plan,) = first["attachments"], second["attachments"]
    assert (notes["filename"], notes["content_type"], notes["size"]) == ("notes.txt", "text/plain", len(NOTES))
    assert (plan["filename"], first["text"], second["text"]) == ("Plan.txt", "", "text 2")
    assert ada.get(f"/v1/media/{plan['media_id']}")["status"] == "ready", "a member may fetch what another has sent"
    assert person(acme, "cy").get(f"/v1/media/{plan['media_id']}").status == 404
    assert quota.used_by_user(acme.tenant_id, "ben") == len(NOTES), "it is the author's"


def test_files_are_told_to_nobody(acme: Workspace, server: Person, jobs: JobQueues, host: Server) -> None:
    stream = ChangeStream()
    run(jobs, server, [*USERS, PLANS, with_files(1, at(host))])
    written = changes(stream.take())
    assert "media" in {change.entity for change in written}
    assert [event.type for change in written for event in events_of(change)] == []


def test_a_file_that_cannot_be_had_is_told_and_its_message_says_so(
    acme: Workspace, server: Person, jobs: JobQueues, host: Server
) -> None:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/gone":
            answer(b"", 404)(handler)
        elif handler.path == "/there":
            answer(b"", 302, Location="/notes.txt")(handler)
        elif handler.path == "/round":
            answer(b"", 302, Location="/round")(handler)
        elif handler.path == "/inside":
            answer(b"", 302, Location="http://169.254.169.254/latest")(handler)
        elif handler.path == "/empty":
            answer(b"")(handler)
        elif handler.path == "/packed":
            answer(b"xx", 200, **{"Content-Encoding": "gzip"})(handler)
        else:
            answer(NOTES)(handler)

    host.behave = behave
    paths = ["/gone", "/round", "/inside", "/empty", "/packed"]
    urls = [
        *(at(host, path) for path in paths),
        "https://127.0.0.1:1/private",
        "http://example.com/plain",
        at(host, "/there"),
    ]
    done = run(jobs, server, [*USERS, PLANS, with_files(1, *urls, text=""), with_files(2, at(host, "/gone"), text="")])
    assert done["status"] == "completed"
    assert [(one["message_id"], one["name"], one["reason"]) for one in done["file_problems"]] == [
        ("m1", "gone", "status_404"),
        ("m1", "round", "too_many_redirects"),
        ("m1", "inside", "address_refused"),
        ("m1", "empty", "empty"),
        ("m1", "packed", "compressed"),
        ("m1", "private", "connection_failed"),
        ("m1", "plain", "name_not_found"),
        ("m2", "gone", "status_404"),
    ]
    assert (done["done"]["files"], done["done"]["files_failed"]) == (1, 8)
    first, second = history(person(acme, "ada"), conversation_of(acme))
    assert [each["filename"] for each in first["attachments"]] == ["there"]
    lost = ["gone", "round", "inside", "empty", "packed", "private", "plain"]
    assert first["custom"] == {"imported": {"id": "m1", "files_lost": lost}}
    assert (second["text"], second["attachments"]) == ("gone", []), "it says something still"


def test_what_has_no_end_or_is_not_whole_is_refused(
    acme: Workspace, server: Person, jobs: JobQueues, host: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_files, "LARGEST_FILE", 100_000)

    def behave(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/flood":
            flood(handler)
            return
        handler.send_response(200)
        handler.send_header("Content-Length", "500")
        handler.end_headers()
        handler.wfile.write(b"half of it")

    host.behave = behave
    silent = f"http://127.0.0.1:{closed_port()}/silent"
    done = run(jobs, server, [*USERS, PLANS, with_files(1, at(host, "/flood"), at(host, "/cut"), silent)])
    assert [one["reason"] for one in done["file_problems"]] == ["too_large", "connection_failed", "connection_failed"]


def test_what_the_tenant_does_not_take_is_told(
    server: Person, jobs: JobQueues, host: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = TenantSettings(media_types=["image/png"])
    monkeypatch.setattr(stored_settings, "of", lambda _: strict)
    done = run(jobs, server, [*USERS, PLANS, with_files(1, at(host))])
    assert [one["reason"] for one in done["file_problems"]] == ["media_type_not_allowed"]
    small = TenantSettings(user_storage_bytes=len(NOTES) + 1)
    monkeypatch.setattr(stored_settings, "of", lambda _: small)
    lines: list[dict[str, Any]] = [
        {**PLANS, "conversation_id": "c2"},
        with_files(2, at(host), at(host, "/b"), conversation_id="c2"),
    ]
    assert [one["reason"] for one in run(jobs, server, lines)["file_problems"]] == ["quota_exceeded"]


def test_a_file_that_the_check_rejects_is_told_and_not_carried(
    acme: Workspace, server: Person, jobs: JobQueues, host: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.behave = answer(b"<html><script>alert(1)</script></html>", 200, **{"Content-Type": "image/png"})
    done = run(jobs, server, [*USERS, PLANS, with_files(1, at(host, "/photo.png"))])
    (problem,) = done["file_problems"]
    assert (problem["message_id"], problem["name"]) == ("m1", "photo.png")
    (only,) = history(person(acme, "ada"), conversation_of(acme))
    assert (only["attachments"], only["custom"]["imported"]["files_lost"]) == ([], ["photo.png"])


def test_a_deleted_message_and_a_conversation_that_is_there_fetch_nothing(
    acme: Workspace, server: Person, jobs: JobQueues, host: Server
) -> None:
    lines: list[dict[str, Any]] = [
        *USERS,
        PLANS,
        with_files(1, at(host)),
        with_files(2, at(host, "/gone"), deleted_at="2024-03-02T00:00:00Z"),
    ]
    assert run(jobs, server, lines)["done"]["files"] == 1
    asked: list[str] = []

    def behave(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        answer(NOTES)(handler)

    host.behave = behave
    again = run(jobs, server, [*lines, with_files(3, at(host, "/new"))])
    assert again["done"] == {"users_unchanged": 3, "conversations_there": 1}
    assert asked == []


def test_what_a_file_costs(server: Person, jobs: JobQueues, host: Server) -> None:
    def measured(number: int, *urls: str) -> tuple[float, float]:
        room = f"c{number}"
        lines: list[dict[str, Any]] = [
            {**PLANS, "conversation_id": room},
            with_files(number, *urls, conversation_id=room),
        ]
        checked = check(jobs, server, file_of([*USERS, *lines]))
        ok(server.post(f"/v1/imports/{checked['id']}/start"))
        with metered() as cost:
            ended(jobs, server, checked["id"], checks=False)
        return cost.writes, cost.reads

    measured(1)
    (writes, reads), (more_writes, more_reads) = measured(2), measured(3, *(at(host, f"/{n}") for n in range(10)))
    assert (more_writes - writes) / 10 <= 15
    assert (more_reads - reads) / 10 <= 5


def test_files_of_a_run_that_dies_are_made_once(
    acme: Workspace, globex: Workspace, jobs: JobQueues, host: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_files, "AT_ONCE", 1)
    monkeypatch.setattr(import_files, "STEP_SECONDS", 0.0)
    lines: list[dict[str, Any]] = [
        *USERS,
        PLANS,
        with_files(1, at(host, "/a"), at(host, "/b")),
        with_files(2, at(host, "/c")),
    ]
    calls = 0
    while True:
        tenant = Workspace(f"{globex.tenant_id}-{calls}")
        checked = check(jobs, tenant.server, file_of(lines))
        ok(tenant.server.post(f"/v1/imports/{checked['id']}/start"))
        with crash_after(calls) as tried, suppress(Crash):
            ended(jobs, tenant.server, checked["id"])
        imports._read_block.cache_clear()
        jobs.lose_messages()
        for _ in range(20):
            jobs.moved.pass_seconds(1_000)
            jobs.sweep()
            while tenant.server.get(f"/v1/imports/{checked['id']}")["status"] == "importing" and jobs.run_next():
                check_uploads()
        done = tenant.server.get(f"/v1/imports/{checked['id']}")
        assert (done["status"], done["done"]["files"], done["file_problems"]) == ("completed", 3, []), calls
        said = history(person(tenant, "ada"), conversation_of(tenant))
        assert [[each["filename"] for each in one["attachments"]] for one in said] == [["a", "b"], ["c"]], calls
        files = [raw for raw in items_of(settings().chat_table, tenant.tenant_id) if raw["entity"]["S"] == "media"]
        assert len(files) == 3, calls
        assert quota.used_by_user(tenant.tenant_id, "ada") == 3 * len(NOTES), calls
        if len(tried) <= calls:
            return
        calls += 5
