"""What the stages promise of the search engine and of what fills it."""

from typing import Any

import pytest

from infrastructure.routes import ROUTES
from infrastructure.settings import Settings
from infrastructure.stacks import search
from infrastructure.uses.search import Engine, IndexCheck
from parley.search.rebuilding import maintenance, purging, table_exports
from tests.infrastructure.conftest import Assembly

READERS = [route for route in ROUTES if Engine("read") in route.uses]
WRITERS = [route for route in ROUTES if Engine("write") in route.uses]
OTHERS = [route for route in ROUTES if route not in READERS + WRITERS]


def engine_statements(statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in statements if any(str(action).startswith("es:") for action in _listed(one["Action"]))]


def paths_of(statement: dict[str, Any]) -> set[str]:
    """The paths in the domain that a statement is for."""
    return {str(one["Fn::Join"][1][-1]).partition("domain/parley-dev")[2] for one in statement["Resource"]}


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


def test_production_spans_three_zones_whose_nodes_elect_their_leader_and_logs_what_is_slow(prod: Assembly) -> None:
    (domain,) = prod.resources("AWS::OpenSearchService::Domain").values()
    cluster = domain["ClusterConfig"]
    assert (cluster["InstanceCount"], cluster.get("DedicatedMasterEnabled", False)) == (3, False)
    assert domain["EBSOptions"]["VolumeType"] == "gp3"
    assert cluster["ZoneAwarenessConfig"] == {"AvailabilityZoneCount": 3}
    assert set(domain["LogPublishingOptions"]) == {"SEARCH_SLOW_LOGS", "INDEX_SLOW_LOGS"}
    template = prod.templates["search-engine"]["Resources"].values()
    (kept,) = (one for one in template if one["Type"] == "AWS::OpenSearchService::Domain")
    assert kept["DeletionPolicy"] == "RetainExceptOnCreate"


@pytest.mark.parametrize("route", READERS, ids=lambda route: route.endpoint)
def test_a_search_reads_and_writes_nothing(route: Any, dev: Assembly) -> None:
    statement, *others = engine_statements(dev.statements(route.service, route.endpoint))
    assert set(statement["Action"]) == {"es:ESHttpGet", "es:ESHttpPost"}
    assert paths_of(statement) == {"/*-read/_search", "/_msearch", "/_cluster/health"}
    checks = [(one["Action"], paths_of(one)) for one in others]
    checking = [("es:ESHttpGet", {"/*/_alias", "/*/_mapping"})]
    assert checks == (checking if IndexCheck() in route.uses else [])


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r not in READERS + WRITERS][:5], ids=lambda route: route.endpoint
)
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
    kinds = ("IndexBehind", "Quarantine", "CircuitOpen", "ClusterRed", "StorageLow", "TenantOutgrows")
    assert {f"parley-prod-search-{kind}" for kind in kinds} <= alarms
    assert search.OWN_INDEX_DOCUMENTS == maintenance.OWN_INDEX_DOCUMENTS


def test_the_jobs_run_every_minute(dev: Assembly) -> None:
    (rule,) = dev.resources("AWS::Events::Rule", "search-pipeline").values()
    assert rule["ScheduleExpression"] == "rate(1 minute)"


def test_a_tombstone_outlasts_all_that_could_bring_a_late_record(dev: Assembly, prod: Assembly) -> None:
    """The stream keeps records for some days, the failure destination the batches that nobody could apply."""
    for assembly in (dev, prod):
        (stream,) = assembly.resources("AWS::Kinesis::Stream", "data").values()
        kept = [_days_kept(assembly, stack) for stack in ("streams", "search-pipeline")]
        assert stream["RetentionPeriodHours"] / 24 + sum(kept) < purging.TOMBSTONE_DAYS


def _days_kept(assembly: Assembly, stack: str) -> int:
    (bucket,) = assembly.resources("AWS::S3::Bucket", stack).values()
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    return int(rule["ExpirationInDays"])


def jobs_statements(assembly: Assembly) -> list[dict[str, Any]]:
    role = assembly.function("search", "run_jobs")["Role"]["Fn::GetAtt"][0]
    policies = assembly.resources("AWS::IAM::Policy", "search-pipeline").values()
    own = [policy for policy in policies if policy["Roles"] == [{"Ref": role}]]
    return [statement for policy in own for statement in policy["PolicyDocument"]["Statement"]]


def test_a_rebuild_from_the_table_exports_it_and_reads_nothing_else(prod: Assembly) -> None:
    actions = {str(action): one for one in jobs_statements(prod) for action in _listed(one["Action"])}
    assert "dynamodb:Scan" not in actions
    assert {action for action in actions if action.startswith("s3:")} == {
        "s3:AbortMultipartUpload",
        "s3:GetObject",
        "s3:PutObject",
        "s3:PutObjectAcl",
    }
    assert str(actions["s3:GetObject"]["Resource"]).count(f"/{table_exports.PREFIX}*") == 1
    assert "GetAttChat" in str(actions["dynamodb:ExportTableToPointInTime"]["Resource"])
    assert str(actions["dynamodb:DescribeExport"]["Resource"]).count("table/parley-prod-chat/export/*") == 1
    through = actions["kms:GenerateDataKey"]["Condition"]["StringEquals"]["kms:ViaService"]
    assert through == "s3.us-east-1.amazonaws.com"
    variables = prod.function("search", "run_jobs")["Environment"]["Variables"]
    assert {name for name in variables if "EXPORT" in name} == {
        "SEARCH_EXPORT_BUCKET",
        "SEARCH_EXPORT_KEY",
        "SEARCH_EXPORT_TABLE",
    }


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_exports_of_the_table_are_encrypted_private_and_short_lived(stage: str, request: pytest.FixtureRequest) -> None:
    assembly: Assembly = request.getfixturevalue(stage)
    (bucket,) = assembly.resources("AWS::S3::Bucket", "search-pipeline").values()
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    algorithm = rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"]
    assert algorithm == ("aws:kms" if stage == "prod" else "AES256"), "as the table is"
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert _days_kept(assembly, "search-pipeline") <= 7


def test_an_emulator_has_no_exports_and_its_table_is_read_in_pages() -> None:
    local = Settings.from_context({"stage": "local"}.get)
    assert local.features.table_exports is False
