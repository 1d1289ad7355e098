"""GET /v1/health/ready, and how far the index is known to be complete."""

import json
import time
from unittest.mock import patch

import pytest
from opensearchpy import OpenSearch

from parley import clock
from parley.search.engine import engine_client, indices, routing
from parley.search.engine.routing import Placement
from parley.search.indexing import change_indexer, watermark
from parley.search.rebuilding import maintenance, purging, rebuilds
from parley.settings import settings
from parley.streams.changes import Change, decode
from parley.tables import dynamodb, keys
from tests.functional.search.rebuilding.test_reindex import OPERATOR
from tests.support.aws import engine as test_engine
from tests.support.dynamodb.change_stream import ChangeStream, kinesis_event
from tests.support.faults.faulty_proxy import Delay, Drop, faulty_proxy
from tests.support.people.people import Person

READY = "/v1/health/ready"


@pytest.fixture(autouse=True)
def _no_shards(opensearch: OpenSearch) -> None:
    """As if nothing had ever been indexed."""
    shards, _ = dynamodb.query(settings().control_table, keys.search_state(), begins_with=keys.SHARD_PREFIX)
    for shard in shards:
        dynamodb.delete(settings().control_table, keys.Key(shard["pk"]["S"], shard["sk"]["S"]))
    watermark.cached.forget()


def test_an_operator_sees_each_dependency(opensearch: OpenSearch, alice: Person) -> None:
    ready = OPERATOR.get(READY)
    assert ready.status == 200, ready.text
    assert ready["status"] == "ready"
    assert {one["name"]: one["status"] for one in ready["dependencies"]} == {
        "dynamodb": "up",
        "opensearch": "up",
        "search_indices": "up",
    }
    assert (alice.get(READY).status, alice.get(READY).code) == (403, "operator_required")


def test_an_engine_that_is_down_and_a_breaker_that_is_open_are_told(engine_url: str, opensearch: OpenSearch) -> None:
    at = keys.Key(keys.breakers(), engine_client.CIRCUIT)
    opened = {**dynamodb.key(at), "state": {"S": "OPEN"}, "failure_count": {"N": "5"}}
    with faulty_proxy(engine_url) as proxy, test_engine.searching_at(proxy.url):
        proxy.fault = lambda _: Drop()
        dynamodb.put(settings().control_table, opened)
        degraded = OPERATOR.get(READY)
        dynamodb.delete(settings().control_table, at)
    assert (degraded.status, degraded["status"]) == (200, "degraded")
    assert degraded["breakers"] == [{"name": "opensearch", "state": "open"}]
    assert {one["name"]: one["status"] for one in degraded["dependencies"]} == {
        "dynamodb": "up",
        "opensearch": "down",
        "search_indices": "down",
    }


def indices_told() -> str:
    """What readiness says of the indices, which are not well."""
    ready = OPERATOR.get(READY)
    assert (ready.status, ready["status"]) == (200, "degraded")
    (told,) = (one for one in ready["dependencies"] if one["name"] == "search_indices")
    assert told["status"] == "down"
    return str(told["detail"])


def test_an_index_an_alias_or_a_version_that_is_missing_is_told(opensearch: OpenSearch) -> None:
    (users,) = opensearch.indices.get_alias(name="users-read")
    (conversations,) = opensearch.indices.get_alias(name="conversations-read")
    opensearch.indices.delete_alias(index=conversations, name="conversations-write")
    assert indices_told() == "conversations-write names 0 indices"
    opensearch.indices.delete(index=users)
    assert indices_told() == (
        "conversations-write names 0 indices; users-read names 0 indices; users-write names 0 indices"
    )
    opensearch.indices.delete(index=conversations)
    test_engine.set_up(opensearch)
    assert OPERATOR.get(READY)["status"] == "ready"
    with patch.object(indices, "MAPPING_VERSION", indices.MAPPING_VERSION + 1):
        (current,) = opensearch.indices.get_alias(name="messages-read")
        behind = f"{current} has mapping {indices.MAPPING_VERSION - 1} of {indices.MAPPING_VERSION}"
        assert behind in indices_told()


def test_the_lost_family_of_a_tenant_of_its_own_is_told(opensearch: OpenSearch) -> None:
    routing.change(lambda _: Placement(tenants={"moved": "own", "moving": "copying"}))
    assert indices_told() == "messages.moved-read names 0 indices; messages.moved-write names 0 indices"
    rebuilds.make_missing()
    assert OPERATOR.get(READY)["status"] == "ready"
    routing.change(lambda _: Placement())


def settled() -> int | None:
    """The watermark once what was indexed has become findable."""
    later = clock.now_ms() + watermark.SETTLING_MS + 1
    with patch.object(clock, "now_ms", lambda: later):
        return watermark.complete_to()


def batch(alice: Person, general: str, stream: ChangeStream, *, first: int = 0) -> list[Change]:
    """The changes of one more message, from this place in the shard on."""
    alice.send(general, "hello")
    decoded = decode(kinesis_event(stream.take(), first=first))
    return [one for one in decoded if one.entity in change_indexer.ENTITIES]


def test_the_watermark_follows_what_is_indexed_and_waits_for_what_failed(
    alice: Person, general: str, changes: ChangeStream, opensearch: OpenSearch
) -> None:
    assert watermark.complete_to() is None
    first = batch(alice, general, changes)
    change_indexer.apply(first, seconds=5)
    assert settled() == max(one.occurred_at for one in first)
    second = batch(alice, general, changes, first=100)
    failed = watermark.begin(second)
    third = batch(alice, general, changes, first=200)
    done = watermark.begin(third)
    watermark.finish(done, ())
    assert settled() == min(one.occurred_at for one in second) - 1, "an older batch is still under way"
    watermark.finish(failed, second[-1:])
    assert (settled() or 0) < second[-1].occurred_at, "one of its changes is to come again"
    retry = watermark.begin(second[-1:])
    watermark.finish(retry, ())
    assert settled() == max(one.occurred_at for one in third)


def test_what_was_just_indexed_does_not_count_before_it_can_be_found(
    alice: Person, general: str, changes: ChangeStream, opensearch: OpenSearch
) -> None:
    change_indexer.apply(batch(alice, general, changes), seconds=5)
    assert watermark.complete_to() is None


def test_a_heartbeat_moves_a_quiet_stream_on(changes: ChangeStream, opensearch: OpenSearch) -> None:
    maintenance.run(seconds=0.5)
    beats = [one for one in decode(kinesis_event(changes.take())) if one.entity == change_indexer.HEARTBEAT]
    assert len(beats) == maintenance.LANES
    change_indexer.apply(beats, seconds=5)
    assert settled() == max(one.occurred_at for one in beats)
    later = beats[0].occurred_at + 2 * watermark.FORGOTTEN_MS
    with patch.object(clock, "now_ms", lambda: later):
        assert watermark.complete_to() is None, "a shard that is silent for hours was closed by a resharding"


def test_the_heart_beats_before_housekeeping_and_after_what_took_long(
    changes: ChangeStream, opensearch: OpenSearch
) -> None:
    """A purge that takes 50 s and then fails."""
    told: list[int] = []
    passed = 0.0

    def slow_purge() -> int:
        nonlocal passed
        told.append(len(changes.take()))
        passed = 50.0
        raise engine_client.EngineFailed

    monotonic = time.monotonic
    with (
        patch.object(purging, "purge", slow_purge),
        patch("time.monotonic", lambda: monotonic() + passed),
    ):
        maintenance.run(seconds=1)
    assert told == [maintenance.LANES], "before the purge"
    assert len(changes.take()) == maintenance.LANES, "and after it"


def test_a_purge_that_hangs_is_asked_once(engine_url: str, changes: ChangeStream, opensearch: OpenSearch) -> None:
    with faulty_proxy(engine_url) as proxy, test_engine.searching_at(proxy.url):
        proxy.fault = lambda seen: Delay(1.5) if "_delete_by_query" in seen.path else None
        with patch.object(purging, "REQUEST_SECONDS", 0.1):
            maintenance.purge()
        assert len([seen for seen in proxy.seen if "_delete_by_query" in seen.path]) == 1


def test_a_tenant_that_outgrows_the_index_of_all_is_told(
    alice: Person,
    general: str,
    changes: ChangeStream,
    opensearch: OpenSearch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(3):
        alice.send(general, "one of many")
    test_engine.index_all(opensearch, changes.take())
    capsys.readouterr()
    with patch.object(maintenance, "OWN_INDEX_DOCUMENTS", 3):
        maintenance.measure()
    (measured,) = (line for line in capsys.readouterr().out.splitlines() if "LargestTenantDocuments" in line)
    assert json.loads(measured)["LargestTenantDocuments"][0] >= 3
    (warning,) = (record for record in caplog.records if record.message == "a tenant has outgrown the index of all")
    assert warning.__dict__["tenant_id"]
