"""The set-up at every deploy: what CloudFormation asks, and what it is answered."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from opensearchpy import OpenSearch

from functions.search import set_up
from parley.search.engine import indices
from parley.search.engine.indices import FAMILIES, Layout, read_alias, write_alias
from tests.support.aws import engine
from tests.support.aws.gateway import Context
from tests.support.faults.faulty_proxy import Drop, FaultyProxy, Reply, faulty_proxy


class NamedContext(Context):
    log_stream_name = "2026/11/24/[$LATEST]0"


@pytest.fixture
def cloudformation() -> Iterator[FaultyProxy]:
    """Where CloudFormation takes answers."""
    with faulty_proxy("http://127.0.0.1:9") as found:
        found.fault = lambda _: Reply(200, b"")
        yield found


def ask(cloudformation: FaultyProxy, request: str) -> dict[str, Any]:
    event = {
        "RequestType": request,
        "ResponseURL": f"{cloudformation.url}/answer?signed",
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/parley-dev-search-pipeline/1",
        "RequestId": "r-1",
        "LogicalResourceId": "Indices",
    }
    set_up.handler(event, NamedContext())
    (answered,) = cloudformation.seen
    cloudformation.seen.clear()
    assert (answered.method, answered.path) == ("PUT", "/answer?signed")
    answer: dict[str, Any] = json.loads(answered.body)
    assert {name: answer[name] for name in ("StackId", "RequestId", "LogicalResourceId")} == {
        name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")
    }
    return answer


@pytest.fixture
def bare() -> Iterator[OpenSearch]:
    """An engine that nobody has set up."""
    with engine.running_engine() as url, engine.searching_at(url) as client:
        yield client


def test_the_first_deploy_makes_every_index_and_later_ones_change_nothing(
    bare: OpenSearch, cloudformation: FaultyProxy
) -> None:
    for request in ("Create", "Update"):
        assert ask(cloudformation, request)["Status"] == "SUCCESS"
        for family in FAMILIES:
            for alias in (read_alias(family), write_alias(family)):
                assert list(bare.indices.get_alias(name=alias)) == [f"{family}-v{indices.MAPPING_VERSION}"]
    bare.index(index="users-write", id="t:u", routing="t", body={"tenant_id": "t", "user_id": "u"})
    assert ask(cloudformation, "Update")["Status"] == "SUCCESS"
    assert bare.get(index="users-read", id="t:u", routing="t")["found"]


def test_an_index_gets_the_fields_that_a_later_version_brings(bare: OpenSearch, cloudformation: FaultyProxy) -> None:
    older = {name: field for name, field in indices.PROPERTIES["users"].items() if name != "removed_at"}
    bare.indices.create(index="users-v1", body={"mappings": {"dynamic": "strict", "properties": older}})
    bare.indices.update_aliases(
        body={"actions": [{"add": {"index": "users-v1", "alias": alias}} for alias in ("users-read", "users-write")]}
    )
    assert ask(cloudformation, "Update")["Status"] == "SUCCESS"
    mapping = bare.indices.get_mapping(index="users-v1")["users-v1"]["mappings"]
    assert mapping["properties"]["removed_at"]["type"] == "date"


def test_a_mapping_that_contradicts_the_older_one_waits_for_a_rebuild(
    bare: OpenSearch, cloudformation: FaultyProxy
) -> None:
    bare.indices.create(index="users-v1", body={"mappings": {"properties": {"deleted": {"type": "keyword"}}}})
    assert ask(cloudformation, "Update")["Status"] == "SUCCESS"
    indices.ensure(bare, Layout())
    assert bare.indices.get_mapping(index="users-v1")["users-v1"]["mappings"]["properties"]["deleted"] == {
        "type": "keyword"
    }


def test_the_indices_stay_when_the_stack_goes(bare: OpenSearch, cloudformation: FaultyProxy) -> None:
    ask(cloudformation, "Create")
    assert ask(cloudformation, "Delete")["Status"] == "SUCCESS"
    assert bare.indices.exists(index=f"messages-v{indices.MAPPING_VERSION}")


def test_an_engine_that_does_not_answer_fails_the_deploy_at_once(
    engine_url: str, cloudformation: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    with faulty_proxy(engine_url) as proxy, engine.searching_at(proxy.url):
        proxy.fault = lambda _: Drop()
        answer = ask(cloudformation, "Create")
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == f"EngineFailed: see {NamedContext.log_stream_name}"
