"""Fine-grained access: the set-up gives each function's role what it needs in the engine, and nothing more."""

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from opensearchpy import OpenSearch
from opensearchpy.exceptions import AuthorizationException

from functions.streams import index_documents
from parley.search.engine import administration, engine_client, roles
from parley.search.engine.lean_client import Refused
from parley.search.rebuilding import maintenance, purging
from parley.settings import search_settings, settings
from parley.tables import dynamodb, keys
from tests.functional.search.rebuilding.test_purging import days_later, move
from tests.functional.search.rebuilding.test_reindex import JOBS, OPERATOR, start, work_until_switched
from tests.support.aws import engine as test_engine
from tests.support.aws.gateway import Context
from tests.support.aws.ministack import environment
from tests.support.aws.security_plugin import SecurityPlugin
from tests.support.dynamodb.change_stream import ChangeStream, kinesis_event
from tests.support.faults.faulty_proxy import faulty_proxy
from tests.support.people.people import Person

ROLE = "arn:aws:iam::123456789012:role/parley-prod-"
ADMINISTRATOR, READER, WRITER, STRANGER = (f"{ROLE}{name}" for name in ("set-up", "search", "index", "stranger"))


@pytest.fixture
def plugin(opensearch: OpenSearch, engine_url: str) -> Iterator[SecurityPlugin]:
    """The process reaches the engine through the plugin, after a deploy has set it up."""
    found = SecurityPlugin(ADMINISTRATOR, ADMINISTRATOR)
    with (
        faulty_proxy(engine_url) as proxy,
        environment(SEARCH_READER_ROLES=f"{READER},{ROLE}suggest", SEARCH_WRITER_ROLES=WRITER),
        test_engine.searching_at(proxy.url),
    ):
        proxy.fault = found
        maintenance.set_up()
        yield found
    test_engine.give_up_rebuild()
    dynamodb.delete(settings().control_table, keys.Key(keys.breakers(), engine_client.CIRCUIT))


@pytest.fixture
def carry_over(plugin: SecurityPlugin, changes: ChangeStream) -> Callable[[], None]:
    """Index what has been written, as the indexer's role."""

    def as_the_indexer() -> None:
        plugin.caller = WRITER
        assert index_documents.handler(kinesis_event(changes.take()), Context()) == {"batchItemFailures": []}
        test_engine.refresh(administration.patient_client())
        plugin.caller = READER

    return as_the_indexer


def test_the_set_up_maps_exactly_the_roles_of_this_deploy(plugin: SecurityPlugin) -> None:
    assert plugin.roles == roles.ROLES
    assert plugin.mappings == {
        "parley_read": {"backend_roles": [READER, f"{ROLE}suggest"]},
        "parley_write": {"backend_roles": [WRITER]},
    }
    with environment(SEARCH_READER_ROLES=READER, SEARCH_WRITER_ROLES=f"{WRITER},{ROLE}jobs"):
        search_settings.cache_clear()
        maintenance.set_up()
    assert plugin.mappings["parley_read"] == {"backend_roles": [READER]}, "a function that is gone may no longer"
    assert plugin.mappings["parley_write"] == {"backend_roles": [WRITER, f"{ROLE}jobs"]}


def test_the_administrator_alone_maps_roles(plugin: SecurityPlugin) -> None:
    plugin.caller = WRITER
    with pytest.raises(Refused, match="403"):
        maintenance.set_up()


def test_what_the_plugin_does_not_understand_fails_the_deploy(plugin: SecurityPlugin) -> None:
    misspelt: dict[str, Any] = {"parley_read": {"cluster_permision": []}, "parley_write": {}}
    with patch.object(roles, "ROLES", misspelt), pytest.raises(Refused, match="400"):
        maintenance.set_up()


def test_searches_need_no_more_than_to_read(
    alice: Person, general: str, plugin: SecurityPlugin, carry_over: Callable[[], None]
) -> None:
    alice.send(general, "the budget")
    carry_over()
    for path in ("messages", "conversations", "users", "global", "suggestions"):
        assert alice.get(f"/v1/search/{path}", q="budget").status == 200, path
    assert OPERATOR.get("/v1/health/ready")["status"] == "ready"
    assert plugin.denied == []


def test_a_rebuild_needs_no_more_than_to_write(
    alice: Person, general: str, plugin: SecurityPlugin, carry_over: Callable[[], None]
) -> None:
    message_id = alice.send(general, "the budget")["id"]
    alice.send(general, "the plan")
    carry_over()
    alice.delete(f"/v1/messages/{message_id}")
    carry_over()
    plugin.caller = WRITER
    for source in ("index", "table"):
        job_id = start(source=source)["id"]
        with patch("parley.search.rebuilding.backfill.PAGES_PER_SECOND", 1e6):
            work_until_switched(job_id)
        assert OPERATOR.post(f"{JOBS}/{job_id}/confirm").status == 200
    cancelled = start()["id"]
    maintenance.work()
    assert OPERATOR.post(f"{JOBS}/{cancelled}/cancel").status == 200
    with days_later(purging.TOMBSTONE_DAYS + 1):
        assert purging.purge() > 0
    move(alice.tenant_id)
    with days_later(1):
        while maintenance.work():
            pass
    assert OPERATOR.post("/v1/admin/search/failures/redrive").status == 200
    assert plugin.denied == []


@pytest.mark.parametrize("caller", [READER, STRANGER], ids=["reader", "stranger"])
def test_who_only_reads_cannot_write_and_who_is_not_mapped_can_do_nothing(
    caller: str, plugin: SecurityPlugin, opensearch: OpenSearch
) -> None:
    plugin.caller = caller
    client = administration.client()
    refused: list[Callable[[], object]] = [
        lambda: client.bulk(body='{"index": {"_index": "messages-write", "_id": "forged"}}\n{}\n'),
        lambda: client.indices.delete(index="messages-v1"),
        lambda: client.indices.update_aliases(
            body={"actions": [{"remove": {"index": "messages-v1", "alias": "messages-read"}}]}
        ),
        lambda: client.delete_by_query(index="messages-v1", body={"query": {"match_all": {}}}),
    ]
    if caller == STRANGER:
        refused.append(lambda: client.search(index="messages-read", body={}))
        refused.append(client.cluster.health)
    for each in refused:
        with pytest.raises(AuthorizationException):
            each()


def test_nobody_reaches_indices_that_are_not_parleys(plugin: SecurityPlugin) -> None:
    for caller in (READER, WRITER):
        plugin.caller = caller
        for index in (".opendistro_security", "messages", "invoices-v1"):
            with pytest.raises(AuthorizationException):
                administration.client().search(index=index, body={})
            with pytest.raises(Refused, match="403"):
                engine_client.client().search(index=index, body={})
