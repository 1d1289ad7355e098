"""What works on jobs: queues, bucket, roles, alarms."""

import pytest

from infrastructure.access import JOB_QUEUES, KEY_PATTERNS, Grant
from infrastructure.stacks.jobs import EXPORTS_KEPT_DAYS, RECEIVES
from infrastructure.triggered import jobs
from infrastructure.triggered.jobs import RUN_SECONDS
from tests.infrastructure.conftest import Assembly
from tests.infrastructure.test_roles import ACTIONS, example_key, table_of
from tests.support.aws.iam import allows, as_list

STACK = "job-workers"
WORKERS: dict[str, tuple[Grant, ...]] = {each.endpoint: each.grants for each in jobs.FUNCTIONS}


def statements(assembly: Assembly, name: str) -> list[dict[str, object]]:
    role = assembly.function("jobs", name)["Role"]["Fn::GetAtt"][0]
    policies = assembly.resources("AWS::IAM::Policy", STACK).values()
    return [
        statement
        for policy in policies
        if policy["Roles"] == [{"Ref": role}]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


@pytest.mark.parametrize("name", WORKERS)
def test_a_workers_role_allows_exactly_its_grants(name: str, dev: Assembly) -> None:
    granted_to, found = WORKERS[name], statements(dev, name)
    for table, index in {(g.table, g.index) for g in granted_to} | {("chat", None), ("control", None), ("audit", None)}:
        resource = table_of(found, table, index)
        for action in ACTIONS:
            for space in KEY_PATTERNS:
                granted = any(
                    (grant.table, grant.index) == (table, index) and action in grant.actions and space in grant.spaces
                    for grant in granted_to
                )
                allowed = resource is not None and allows(found, f"dynamodb:{action}", resource, [example_key(space)])
                assert allowed == granted, f"{name}: {action} on {space} of {table} {index or ''}"


@pytest.mark.parametrize("name", WORKERS)
def test_no_worker_reads_secrets(name: str, prod: Assembly) -> None:
    found = statements(prod, name)
    assert any(statement.get("Sid") == "NoTenantSecrets" for statement in found)
    control = table_of(found, "control", None)
    for action in ACTIONS:
        assert not allows(found, f"dynamodb:{action}", control, [example_key("secrets")])


def test_no_page_puts_into_the_bucket_where_no_origin_is_named(prod: Assembly) -> None:
    (bucket,) = prod.resources("AWS::S3::Bucket", STACK).values()
    assert "CorsConfiguration" not in bucket


def test_exports_are_private_go_by_tls_alone_and_expire(dev: Assembly) -> None:
    (bucket,) = dev.resources("AWS::S3::Bucket", STACK).values()
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == EXPORTS_KEPT_DAYS
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": EXPORTS_KEPT_DAYS}
    assert "VersioningConfiguration" not in bucket
    (cors,) = bucket["CorsConfiguration"]["CorsRules"]
    assert (cors["AllowedMethods"], cors["AllowedOrigins"]) == (["PUT"], ["*"])
    (policy,) = dev.resources("AWS::S3::BucketPolicy", STACK).values()
    denied = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
    assert any(s["Condition"] == {"Bool": {"aws:SecureTransport": "false"}} for s in denied)


def test_what_keeps_failing_is_set_aside_and_told(prod: Assembly) -> None:
    queues = {queue["QueueName"]: queue for queue in prod.resources("AWS::SQS::Queue", STACK).values()}
    assert set(queues) == {f"parley-prod-{name}" for name in (*JOB_QUEUES, "job-failures")}
    for name in JOB_QUEUES:
        queue = queues[f"parley-prod-{name}"]
        assert queue["RedrivePolicy"]["maxReceiveCount"] == RECEIVES
        assert queue["VisibilityTimeout"] == RUN_SECONDS * 6
        assert queue["SqsManagedSseEnabled"] is True
    names = {alarm["AlarmName"] for alarm in prod.resources("AWS::CloudWatch::Alarm", STACK).values()}
    assert "parley-prod-jobs-failing" in names


def test_a_message_is_one_job(dev: Assembly) -> None:
    for mapping in dev.resources("AWS::Lambda::EventSourceMapping", STACK).values():
        assert mapping["BatchSize"] == 1


def test_the_sweeper_runs_every_five_minutes_timers_each_minute_and_retention_each_day(dev: Assembly) -> None:
    rules = dev.resources("AWS::Events::Rule", STACK).values()
    assert sorted(rule["ScheduleExpression"] for rule in rules) == ["rate(1 day)", "rate(1 minute)", "rate(5 minutes)"]


def test_an_erasure_removes_objects_and_reads_none(dev: Assembly) -> None:
    actions = {action for s in statements(dev, "run_erasure") for action in as_list(s["Action"])}
    assert {action for action in actions if action.startswith("s3:")} == {
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:ListBucket",
    }


def test_an_export_writes_no_table_but_its_own_job(dev: Assembly) -> None:
    found = statements(dev, "run_export")
    chat = table_of(found, "chat", None)
    for action in set(ACTIONS) - {"GetItem", "BatchGetItem", "Query"}:
        for space in KEY_PATTERNS:
            assert not allows(found, f"dynamodb:{action}", chat, [example_key(space)])
    actions = {action for s in found for action in as_list(s["Action"])}
    assert {action for action in actions if action.startswith("s3:")} == {
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:PutObject",
    }


def test_whoever_signs_downloads_of_exports_only_reads_them(dev: Assembly) -> None:
    found = dev.statements("jobs", "get_export")
    actions = {action for s in found for action in as_list(s["Action"])}
    assert {action for action in actions if action.startswith("s3:")} == {"s3:GetObject"}
