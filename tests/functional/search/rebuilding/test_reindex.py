"""Rebuilding the indices under live writes: nothing is lost, no search fails, and any step may be a worker's last."""

import random
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from opensearchpy import OpenSearch

from parley.identity.authorizer import OPERATOR_TENANT
from parley.search.engine import indices, routing
from parley.search.engine.engine_client import EngineFailed
from parley.search.engine.indices import FAMILIES, patterns, read_alias
from parley.search.indexing import bulk
from parley.search.indexing.documents import Document
from parley.search.rebuilding import maintenance, rebuild_steps, rebuilds
from tests.functional.search.rebuilding.test_index_equals_table import expected_documents
from tests.support.aws import engine
from tests.support.dynamodb.change_stream import ChangeStream, Payload
from tests.support.people.people import Person, Workspace

JOBS = "/v1/admin/search/reindex"
OPERATOR = Person(OPERATOR_TENANT, "", scope="operator")
Index = Callable[[], None]


@pytest.fixture(autouse=True)
def _small_slices() -> Iterator[None]:
    """A job of many steps; and none is left behind for the next test."""
    with patch.object(rebuild_steps, "SLICE_DOCUMENTS", 25):
        yield
    engine.give_up_rebuild()


class Killed(BaseException):
    """The worker's process is gone."""


class Writers:
    """People who go on writing, editing and deleting; the stream is carried over some time later."""

    def __init__(self, alice: Person, bob: Person, group: str, stream: ChangeStream) -> None:
        self.alice, self.bob, self.group, self.stream = alice, bob, group, stream
        self.sent: list[tuple[Person, str]] = []
        self.everything: list[Payload] = []
        self.waiting: list[Payload] = []
        self.chance = random.Random(11)  # noqa: S311 - the same test in every run

    def write(self, times: int = 3) -> None:
        for _ in range(times):
            person = self.chance.choice([self.alice, self.bob])
            deed = self.chance.random()
            if deed < 0.6 or not self.sent:
                self.sent.append((person, person.send(self.group, f"note {len(self.sent)} about plans")["id"]))
            elif deed < 0.9:
                author, message_id = self.chance.choice(self.sent)
                author.put(f"/v1/messages/{message_id}", {"text": f"edited {self.chance.random()} about plans"})
            else:
                author, message_id = self.sent.pop(self.chance.randrange(len(self.sent)))
                assert author.delete(f"/v1/messages/{message_id}").status < 300
        fresh = self.stream.take()
        self.everything += fresh
        self.waiting += fresh

    def carry_over(self, client: OpenSearch) -> None:
        batch, self.waiting = self.waiting, []
        engine.index_all(client, batch)


@pytest.fixture
def writers(alice: Person, bob: Person, opensearch: OpenSearch, changes: ChangeStream) -> Writers:
    group = alice.open_group(bob, name="Plans")
    found = Writers(alice, bob, group, changes)
    found.write(40)
    found.carry_over(opensearch)
    return found


def start(**body: Any) -> dict[str, Any]:
    answer = OPERATOR.post(JOBS, body)
    assert answer.status == 202, answer.text
    job: dict[str, Any] = answer.body
    return job


def job_of(job_id: str) -> dict[str, Any]:
    answer = OPERATOR.get(f"{JOBS}/{job_id}")
    assert answer.status == 200, answer.text
    job: dict[str, Any] = answer.body
    return job


def work_until_switched(job_id: str) -> None:
    for _ in range(2_000):
        if not maintenance.work():
            break
    assert job_of(job_id)["status"] == "switched", job_of(job_id)


def assert_equal_to_table(client: OpenSearch, writers: Writers, *, index_of: Callable[[str], str] = read_alias) -> None:
    engine.refresh(client)
    for family, expected in expected_documents(writers.everything).items():
        index = index_of(family)
        client.indices.refresh(index=index)
        stored = engine.documents_of(client, family, writers.alice.tenant_id, index)
        assert {at: source for at, (_, source) in stored.items()} == expected, family


def find(person: Person) -> None:
    answer = person.get("/v1/search/messages", q="plans", limit=50)
    assert answer.status == 200, answer.text


def test_a_rebuild_under_writes_whose_worker_is_killed_at_every_other_step_ends_equal_to_the_table(
    writers: Writers, opensearch: OpenSearch
) -> None:
    job_id = start()["id"]
    kills, steps = 0, 0
    save = rebuilds.save

    def die_before_saving(_: rebuilds.Job) -> rebuilds.Job:
        raise Killed

    while job_of(job_id)["status"] == "running":
        steps += 1
        assert steps < 500
        writers.write(1 + steps % 2)
        find(writers.bob)
        if steps % 3 == 0:
            writers.carry_over(opensearch)
        if steps % 2 == 0:
            kills += 1
            with patch.object(rebuilds, "save", die_before_saving), pytest.raises(Killed):
                maintenance.work()
        else:
            maintenance.work()
    assert kills > 2
    assert rebuilds.save is save
    job = job_of(job_id)
    assert job["status"] == "switched", job
    writers.write(6)
    writers.carry_over(opensearch)
    assert_equal_to_table(opensearch, writers)
    for family in job["families"]:
        assert list(opensearch.indices.get_alias(name=read_alias(family["family"]))) == [family["new_index"]]
    assert OPERATOR.post(f"{JOBS}/{job_id}/confirm").body["status"] == "confirmed"
    writers.write(6)
    writers.carry_over(opensearch)
    assert_equal_to_table(opensearch, writers)


def test_a_batch_that_began_before_the_rebuild_and_ends_after_its_copy_is_in_both_indices(
    writers: Writers, opensearch: OpenSearch
) -> None:
    """The batch reads where to write, then the whole rebuild happens, then it writes: it must look again."""
    writers.write(5)
    write = bulk.write
    started: list[str] = []

    def rebuild_meanwhile(*arguments: Any, **options: Any) -> bulk.Outcome:
        if not started:
            started.append(start()["id"])
            for _ in range(500):
                if not maintenance.work():
                    break
        return write(*arguments, **options)

    with patch.object(bulk, "write", rebuild_meanwhile):
        writers.carry_over(opensearch)
    assert job_of(started[0])["status"] == "switched"
    assert_equal_to_table(opensearch, writers)
    assert OPERATOR.post(f"{JOBS}/{started[0]}/rollback").status == 200
    assert_equal_to_table(opensearch, writers)


def test_rolling_back_searches_the_old_indices_and_nothing_is_missing_there(
    writers: Writers, opensearch: OpenSearch
) -> None:
    job_id = start()["id"]
    work_until_switched(job_id)
    writers.write(6)
    writers.carry_over(opensearch)
    rolled_back = OPERATOR.post(f"{JOBS}/{job_id}/rollback")
    assert (rolled_back.status, rolled_back["status"]) == (200, "rolled_back")
    for family in rolled_back["families"]:
        assert list(opensearch.indices.get_alias(name=read_alias(family["family"]))) == [family["old_index"]]
        assert not opensearch.indices.exists(index=family["new_index"])
    assert_equal_to_table(opensearch, writers)
    writers.write(3)
    writers.carry_over(opensearch)
    assert_equal_to_table(opensearch, writers)
    assert routing.load().targets == {}


def test_a_cancelled_rebuild_leaves_everything_as_it_was(writers: Writers, opensearch: OpenSearch) -> None:
    job_id = start()["id"]
    for _ in range(5):
        maintenance.work()
    cancelled = OPERATOR.post(f"{JOBS}/{job_id}/cancel")
    assert (cancelled.status, cancelled["status"]) == (200, "cancelled")
    assert not maintenance.work()
    assert all(not opensearch.indices.exists(index=family["new_index"]) for family in cancelled["families"])
    writers.write(3)
    writers.carry_over(opensearch)
    assert_equal_to_table(opensearch, writers)
    again = OPERATOR.post(f"{JOBS}/{job_id}/rollback")
    assert (again.status, again.code, again["job_status"]) == (409, "wrong_job_status", "cancelled")


def test_one_rebuild_at_a_time(opensearch: OpenSearch) -> None:
    job_id = start()["id"]
    refused = OPERATOR.post(JOBS, {})
    assert (refused.status, refused.code, refused["job_id"]) == (409, "rebuild_under_way", job_id)
    assert OPERATOR.post(f"{JOBS}/{job_id}/cancel").status == 200
    assert OPERATOR.post(f"{JOBS}/{start()['id']}/cancel").status == 200


def lose_everything(client: OpenSearch) -> None:
    """As an engine in memory that was started anew."""
    client.indices.delete(index=",".join(pattern for family in FAMILIES for pattern in patterns(family)))
    for family in FAMILIES:
        client.indices.delete_index_template(name=f"parley-{family}")


def test_lost_indices_are_filled_again_from_the_table(
    writers: Writers, opensearch: OpenSearch, changes: ChangeStream
) -> None:
    lose_everything(opensearch)
    lost = writers.bob.get("/v1/search/messages", q="about plans")
    assert (lost.status, lost.code) == (503, "search_unavailable")
    refused = OPERATOR.post(JOBS, {"source": "index"})
    assert (refused.status, refused.code) == (409, "search_index_missing")
    writers.write(2)
    with pytest.raises(EngineFailed), patch.object(bulk, "ATTEMPTS", 1):
        bulk.write([("messages-write", Document("messages", "t", "t:m", 1, {"tenant_id": "t"}))], seconds=1)
    assert not opensearch.indices.exists(index="messages-write"), "a write makes no index of an alias's name"
    job_id = start(source="table")["id"]
    writers.write(4)
    with patch("parley.search.rebuilding.backfill.PAGES_PER_SECOND", 1e6):
        with patch("parley.search.rebuilding.backfill.PAGE_ITEMS", 40):
            for _ in range(8):
                maintenance.work()
        writers.write(4)
        writers.carry_over(opensearch)
        work_until_switched(job_id)
    assert_equal_to_table(opensearch, writers)
    assert OPERATOR.post(f"{JOBS}/{job_id}/confirm").status == 200


def test_indices_that_are_lost_during_a_rebuild_end_it_and_another_goes_on_from_nothing(
    writers: Writers, opensearch: OpenSearch
) -> None:
    job_id = start()["id"]
    maintenance.work()
    lose_everything(opensearch)
    for _ in range(3):
        maintenance.work()
    ended = job_of(job_id)
    assert (ended["status"], ended["detail"]) == ("failed", "an index is missing")
    assert routing.load().targets == {}
    again = start(source="table")["id"]
    with patch("parley.search.rebuilding.backfill.PAGES_PER_SECOND", 1e6):
        work_until_switched(again)
    writers.carry_over(opensearch)
    assert_equal_to_table(opensearch, writers)
    lose_everything(opensearch)
    rolled_back = OPERATOR.post(f"{JOBS}/{again}/rollback")
    assert (rolled_back.status, rolled_back.code) == (409, "search_index_missing")
    assert OPERATOR.post(f"{JOBS}/{again}/confirm").status == 200
    rebuilds.make_missing()


def test_a_second_rebuild_is_refused_before_it_touches_what_the_first_has_made(
    writers: Writers, opensearch: OpenSearch
) -> None:
    job = start()
    for _ in FAMILIES:
        maintenance.work()
    assert OPERATOR.post(JOBS, {}).code == "rebuild_under_way"
    assert all(opensearch.indices.exists(index=family["new_index"]) for family in job["families"])
    work_until_switched(job["id"])
    writers.carry_over(opensearch)
    assert_equal_to_table(opensearch, writers)


def test_a_large_tenant_moves_to_an_index_of_its_own(
    writers: Writers, acme: Workspace, mallory: Person, opensearch: OpenSearch
) -> None:
    theirs = mallory.open_group(name="theirs")
    mallory.send(theirs, "their plans")
    writers.write(2)
    writers.carry_over(opensearch)
    job_id = start(tenant_id=acme.tenant_id)["id"]
    writers.write(4)
    work_until_switched(job_id)
    writers.write(4)
    writers.carry_over(opensearch)
    own = f"messages.{acme.tenant_id}"
    routing.cached.forget()
    find(writers.bob)

    def index_of(family: str) -> str:
        return read_alias(own if family == "messages" else family)

    assert_equal_to_table(opensearch, _only(writers, acme), index_of=index_of)
    assert engine.documents_of(opensearch, "messages", mallory.tenant_id, read_alias(own)) == {}
    confirmed = OPERATOR.post(f"{JOBS}/{job_id}/confirm")
    assert confirmed["status"] == "confirmed"
    writers.write(3)
    writers.carry_over(opensearch)
    assert_equal_to_table(opensearch, _only(writers, acme), index_of=index_of)
    assert [hit["message"]["text"] for hit in mallory.get("/v1/search/messages", q="plans")["data"]] == ["their plans"]


def _only(writers: Writers, workspace: Workspace) -> Writers:
    mine = f"T#{workspace.tenant_id}#"
    writers.everything = [
        each for each in writers.everything if f"{each['dynamodb']['Keys']['pk']['S']}#".startswith(mine)
    ]
    return writers


def test_only_the_operator_rebuilds(alice: Person, acme: Workspace) -> None:
    job_id = start()["id"]
    for person in (alice, acme.server):
        answers = [
            person.post(JOBS, {}),
            person.get(f"{JOBS}/{job_id}"),
            *(person.post(f"{JOBS}/{job_id}/{verb}") for verb in ("cancel", "rollback", "confirm")),
            person.get("/v1/admin/search/failures"),
            person.post("/v1/admin/search/failures/redrive"),
        ]
        assert {(answer.status, answer.code) for answer in answers} == {(403, "operator_required")}
    assert job_of(job_id)["status"] == "running"
    unknown = OPERATOR.get(f"{JOBS}/{'0' * 26}")
    assert (unknown.status, unknown.code) == (404, "job_not_found")
    assert OPERATOR.post(JOBS, {"source": "hearsay"}).code == "validation_failed"


def test_two_workers_on_one_job_lose_nothing(writers: Writers, opensearch: OpenSearch) -> None:
    job_id = start()["id"]
    while (job := rebuilds.active()) is not None and job.status == "running":
        assert rebuild_steps.advance(job) is not None
        assert rebuild_steps.advance(job) is None, "the second worker's step is refused"
    writers.write(2)
    writers.carry_over(opensearch)
    assert_equal_to_table(opensearch, writers)
    assert OPERATOR.post(f"{JOBS}/{job_id}/confirm").status == 200


def test_what_an_earlier_analysis_made_is_rebuilt_from_the_table(
    alice: Person, writers: Writers, opensearch: OpenSearch
) -> None:
    sent = alice.send(writers.group, "send an e-mail please")["id"]
    writers.stream.take()
    for family in FAMILIES:
        earlier = {"_meta": {"mapping_version": indices.ANALYSED_SINCE - 1}}
        opensearch.indices.put_mapping(index=read_alias(family), body=earlier)
    assert alice.get("/v1/search/messages", q="email")["data"] == []
    job = start()
    assert job["source"] == "table"
    work_until_switched(job["id"])
    engine.refresh(opensearch)
    found = alice.get("/v1/search/messages", q="email")["data"]
    assert [hit["message"]["id"] for hit in found] == [sent]
    assert OPERATOR.post(f"{JOBS}/{job['id']}/confirm").status == 200
    assert start()["source"] == "index"
