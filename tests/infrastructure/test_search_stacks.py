"""What the stages promise of the search engine and of what fills it."""

from typing import Any

import pytest

from infrastructure.routes import ROUTES
from parley.search import removal
from tests.infrastructure.conftest import Assembly

READERS = [route for route in ROUTES if route.engine == "read"]
WRITERS = [route for route in ROUTES if route.engine == "write"]


def engine_statements(statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in statements if any(str(action).startswith("es:") for action in _listed(one["Action"]))]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.fixture(params=["dev", "prod"])
def domain(request: pytest.FixtureRequest) -> dict[str, Any]:
    assembly: Assembly = request.getfixturevalue(request.param)
    (found,) = assembly.resources("AWS::OpenSearchService::Domain").values()
    return found


def test_the_domain_is_encrypted_and_answers_signed_https_alone(domain: dict[str, Any]) -> None:
    assert domain["EncryptionAtRestOptions"]["Enabled"] is True
    assert domain["NodeToNodeEncryptionOptions"] == {"Enabled": True}
    assert domain["DomainEndpointOptions"]["EnforceHTTPS"] is True
    security = domain["AdvancedSecurityOptions"]
    assert (security["Enabled"], security["InternalUserDatabaseEnabled"]) == (True, False)
    (statement,) = domain["AccessPolicies"]["Statement"]
    assert statement["Principal"] == {"AWS": {"Ref": "AWS::AccountId"}}


def test_production_spans_three_zones_with_masters_and_logs_what_is_slow(prod: Assembly) -> None:
    (domain,) = prod.resources("AWS::OpenSearchService::Domain").values()
    cluster = domain["ClusterConfig"]
    assert (cluster["InstanceCount"], cluster["DedicatedMasterCount"]) == (3, 3)
    assert cluster["ZoneAwarenessConfig"] == {"AvailabilityZoneCount": 3}
    assert set(domain["LogPublishingOptions"]) == {"SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS"}
    template = prod.templates["search-engine"]["Resources"].values()
    (kept,) = (one for one in template if one["Type"] == "AWS::OpenSearchService::Domain")
    assert kept["DeletionPolicy"] == "Retain"


@pytest.mark.parametrize("route", READERS, ids=lambda route: route.endpoint)
def test_a_search_reads_and_writes_nothing(route: Any, dev: Assembly) -> None:
    (statement,) = engine_statements(dev.statements(route.service, route.endpoint))
    assert set(statement["Action"]) == {"es:ESHttpGet", "es:ESHttpPost"}
    paths = {str(one["Fn::Join"][1][-1]).partition("domain/parley-dev")[2] for one in statement["Resource"]}
    assert paths == {"/*-read/_search", "/_msearch", "/_cluster/health"}


@pytest.mark.parametrize("route", [r for r in ROUTES if r.engine is None][:5], ids=lambda route: route.endpoint)
def test_other_functions_do_not_reach_the_engine(route: Any, dev: Assembly) -> None:
    assert engine_statements(dev.statements(route.service, route.endpoint)) == []


def test_the_set_up_maps_every_role_that_uses_the_engine(dev: Assembly) -> None:
    variables = dev.function("search", "set_up")["Environment"]["Variables"]
    assert len(_joined(variables["SEARCH_READER_ROLES"])) == len(READERS)
    assert len(_joined(variables["SEARCH_WRITER_ROLES"])) == len(WRITERS) + 2, "the routes, the indexer and the jobs"
    (resource,) = dev.resources("Custom::SearchIndices").values()
    assert resource["code"].startswith("parley-"), "a change of the library sets up again"


def _joined(value: dict[str, Any]) -> list[Any]:
    return [part for part in value["Fn::Join"][1] if isinstance(part, dict)]


def test_someone_is_told_when_search_falls_behind_or_fails(prod: Assembly) -> None:
    alarms = {alarm["AlarmName"] for alarm in prod.resources("AWS::CloudWatch::Alarm", "search-pipeline").values()}
    kinds = ("IndexerBehind", "IndexBehind", "Quarantine", "CircuitOpen", "ClusterRed", "StorageLow")
    assert {f"parley-prod-search-{kind}" for kind in kinds} <= alarms
    assert len(prod.resources("AWS::CloudWatch::Dashboard", "search-pipeline")) == 1


def test_the_jobs_run_every_minute(dev: Assembly) -> None:
    (rule,) = dev.resources("AWS::Events::Rule", "search-pipeline").values()
    assert rule["ScheduleExpression"] == "rate(1 minute)"


def test_a_tombstone_outlasts_all_that_could_bring_a_late_record(dev: Assembly, prod: Assembly) -> None:
    """The stream keeps records for some days, the failure destination the batches that nobody could apply."""
    for assembly in (dev, prod):
        (stream,) = assembly.resources("AWS::Kinesis::Stream", "data").values()
        lifecycles = [
            rule["ExpirationInDays"]
            for bucket in assembly.resources("AWS::S3::Bucket", "streams").values()
            for rule in bucket["LifecycleConfiguration"]["Rules"]
        ]
        assert lifecycles
        assert stream["RetentionPeriodHours"] / 24 + max(lifecycles) < removal.TOMBSTONE_DAYS
