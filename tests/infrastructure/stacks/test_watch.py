"""The alarms of a stage: each has a runbook, fires by its metric, is calm without, and watches what is there."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from infrastructure.constructs.watch import NoRunbook, runbook_of
from infrastructure.layers import ROOT
from infrastructure.routes import ROUTES
from infrastructure.settings import InvalidContext, Settings
from infrastructure.triggered.streams import CONSUMERS
from tests.infrastructure.conftest import ALARM_TOPIC, Assembly
from tests.support.alarms import Alarm, Datum, Read, alarms, evaluate

RUNBOOKS = ROOT / "docs" / "runbooks"
PROCEDURES = {"restore"}
"""Runbooks that somebody decides to follow, without an alarm."""
SECTIONS = ["## What it means", "## How to look", "## What to do"]
MOST_METRICS = 10
"""Of a metric math expression that an alarm watches."""
PERIODS = 6
EACH_MINUTE_AND_TOLD_BY_THE_CLOCK = {"search-IndexBehind", "schedule-stopped"}
BAD: dict[str, float] = {
    "5xx": 30,
    "Count": 100,
    "AgeOfOldestUnreplicatedRecord": 120_000,
    "ApproximateAgeOfOldestMessage": 3_600,
    "ConcurrentExecutions": 950,
    "FreeStorageSpace": 1_000,
    "IndexLag": 400_000,
    "Invocations": 0,
    "IteratorAge": 400_000,
    "LargestTenantDocuments": 20_000_000,
    "StreamLag": 400_000,
    "WebhookAttempts": 1_000,
    "WebhookFailures": 900,
}
"""What a metric says on a bad day, by its name; what is not here counts failures, of which there are fifty."""
BAD_LATENCY = {"SampleCount": 500, "p99": 9_000}
GOOD: dict[str, float] = {
    "5xx": 1,
    "Count": 1_000,
    "ConcurrentExecutions": 100,
    "FreeStorageSpace": 50_000,
    "AgeOfOldestUnreplicatedRecord": 900,
    "IteratorAge": 900,
    "IndexLag": 900,
    "StreamLag": 900,
    "Invocations": 3,
    "LargestTenantDocuments": 5_000,
    "WebhookAttempts": 1_000,
    "WebhookFailures": 20,
}
GOOD_LATENCY = {"SampleCount": 500, "p99": 200}
ACCOUNT_WIDE = {"Errors", "Throttles", "ConcurrentExecutions"}
"""Of AWS/Lambda: what it sums over the whole account and region where no function is named."""
DOCUMENTED = {
    "AWS/ApiGateway": [{"ApiId"}],
    "AWS/DynamoDB": [{"TableName"}, {"TableName", "Operation"}, {"TableName", "DelegatedOperation"}],
    "AWS/ES": [{"DomainName", "ClientId"}],
    "AWS/Kinesis": [{"StreamName"}],
    "AWS/Lambda": [set(), {"FunctionName"}],
    "AWS/SQS": [{"QueueName"}],
}
"""The dimensions under which AWS publishes what alarms read."""
OWN_DIMENSIONS = [{"service"}, {"service", "api"}, {"service", "consumer"}]


@pytest.fixture(params=["dev", "prod", "msk"])
def assembly(request: pytest.FixtureRequest) -> Assembly:
    each: Assembly = request.getfixturevalue(request.param)
    return each


def all_of(assembly: Assembly) -> list[Alarm]:
    return list(alarms(assembly.resources("AWS::CloudWatch::Alarm")))


def short(assembly: Assembly, alarm: Alarm) -> str:
    return alarm.name.removeprefix(f"parley-{assembly.stage}-")


def test_every_alarm_names_a_runbook_that_says_what_to_do(assembly: Assembly) -> None:
    for alarm in all_of(assembly):
        found = re.search(r"Runbook: (docs/runbooks/[\w-]+\.md)$", alarm.properties["AlarmDescription"])
        assert found, alarm.name
        text = (ROOT / found[1]).read_text()
        assert [line for line in text.splitlines() if line.startswith("## ")] == SECTIONS
        parts = re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]
        assert all(len(part.split()) > 8 for part in parts), found[1]


def test_every_runbook_is_named_by_an_alarm(dev: Assembly, prod: Assembly) -> None:
    named = {runbook_of(short(assembly, alarm)) for assembly in (dev, prod) for alarm in all_of(assembly)}
    assert named | PROCEDURES == {file.stem for file in RUNBOOKS.glob("*.md")}


def test_an_alarm_without_a_runbook_is_not_synthesized() -> None:
    with pytest.raises(NoRunbook, match="nobody-knows"):
        runbook_of("nobody-knows")


# Each fires


def of_a_bad_day(read: Read) -> Sequence[Datum]:
    value = BAD_LATENCY[read.statistic] if read.name == "Latency" else BAD.get(read.name, 50)
    return [value] * PERIODS


def of_a_good_day(read: Read) -> Sequence[Datum]:
    value = GOOD_LATENCY[read.statistic] if read.name == "Latency" else GOOD.get(read.name, 0)
    return [value] * PERIODS


def silent(_: Read) -> Sequence[Datum]:
    return [None] * PERIODS


def but(
    one: Read, says: Callable[[Read], Sequence[Datum]], others: Callable[[Read], Sequence[Datum]]
) -> Callable[[Read], Sequence[Datum]]:
    """What `others` say, of all metrics but one."""
    return lambda read: (says if read == one else others)(read)


def test_each_alarm_fires_by_its_metric_and_is_calm_on_a_good_day(assembly: Assembly) -> None:
    found = all_of(assembly)
    assert len(found) > 40
    for alarm in found:
        assert alarm.fires(of_a_bad_day), alarm.name
        assert not alarm.fires(of_a_good_day), alarm.name


def test_one_bad_metric_of_several_is_enough(assembly: Assembly) -> None:
    """No part of a sum hides another, and a part that is silent hides none."""
    for alarm in all_of(assembly):
        if not re.fullmatch(r"(FILL\(\w+, 0\)( \+ )?)+", alarm.expression):
            continue
        for bad in alarm.reads.values():
            for others in (of_a_good_day, silent):
                assert alarm.fires(but(bad, of_a_bad_day, others)), alarm.name


def test_one_stopped_job_of_several_is_noticed(assembly: Assembly) -> None:
    (schedule,) = [each for each in all_of(assembly) if short(assembly, each) == "schedule-stopped"]
    assert len(schedule.reads) >= 4
    for stopped in schedule.reads.values():
        assert schedule.fires(but(stopped, silent, of_a_good_day)), stopped


def test_silence_is_well_but_of_what_the_clock_tells(assembly: Assembly) -> None:
    firing = {short(assembly, alarm) for alarm in all_of(assembly) if alarm.fires(silent)}
    canary = {"canary-failing"} if "canary" in assembly.templates else set()
    assert firing == EACH_MINUTE_AND_TOLD_BY_THE_CLOCK | canary
    assert ("canary" in assembly.templates) == (assembly.stage == "prod")


def test_a_few_failures_of_a_few_requests_wake_nobody(assembly: Assembly) -> None:
    few = {"5xx": 20, "Errors": 20, "Count": 40}
    shares = [each for each in all_of(assembly) if "requests" in each.reads]
    assert len(shares) == len({route.service for route in ROUTES}) + 1
    for alarm in shares:
        assert not alarm.fires(lambda read: [few.get(read.name, 40)] * PERIODS), alarm.name


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("FILL(a, 0) + FILL(b, 0)", {"a": None, "b": 2}, 2),
        ("IF(a >= 50, 100 * b / a, 0)", {"a": 49, "b": 49}, 0),
        ("IF(a >= 50, 100 * b / a, 0)", {"a": None, "b": 49}, None),
        ("MIN([FILL(a, 0), FILL(b, 0)])", {"a": 3, "b": None}, 0),
        ("MAX(METRICS())", {"a": 3, "b": None}, 3),
    ],
)
def test_metric_math_is_judged_as_cloudwatch_does(expression: str, values: dict[str, Datum], expected: Datum) -> None:
    assert evaluate(expression, values) == expected


# What they watch is there


def test_what_an_alarm_reads_is_published(assembly: Assembly) -> None:
    for alarm in all_of(assembly):
        assert len(alarm.reads) <= MOST_METRICS, alarm.name
        for read in alarm.reads.values():
            allowed = OWN_DIMENSIONS if read.namespace == "Parley" else DOCUMENTED[read.namespace]
            assert set(read.about) in allowed, f"{alarm.name}: {read}"
            if read.namespace == "AWS/Lambda" and not read.about:
                assert read.name in ACCOUNT_WIDE
            if "api" in read.about:
                assert read.about["api"] in {route.service for route in ROUTES}


NAMED = {
    "FunctionName": ("AWS::Lambda::Function", "FunctionName"),
    "QueueName": ("AWS::SQS::Queue", "QueueName"),
    "StreamName": ("AWS::Kinesis::Stream", "Name"),
    "TableName": ("AWS::DynamoDB::GlobalTable", "TableName"),
    "DomainName": ("AWS::OpenSearchService::Domain", "DomainName"),
}


def test_what_an_alarm_watches_is_a_resource_of_the_stage(assembly: Assembly) -> None:
    checked: Counter[str] = Counter()
    for alarm in all_of(assembly):
        for read in alarm.reads.values():
            for dimension in read.about.keys() & NAMED.keys():
                kind, property_name = NAMED[dimension]
                there = {each.get(property_name) for each in assembly.resources(kind).values()}
                logical_ids = {key.partition("/")[2] for key in assembly.resources(kind)}
                named = read.about[dimension]
                assert named in there or any(one in named for one in logical_ids), f"{alarm.name}: {named}"
                checked[dimension] += 1
    assert {"FunctionName", "QueueName", "TableName"} <= checked.keys()


def test_alarms_are_of_the_whole_and_none_is_of_one_route(assembly: Assembly) -> None:
    routes = {f"parley-{assembly.stage}-{route.service}-{route.endpoint}" for route in ROUTES}
    watched = {read.about.get("FunctionName") for alarm in all_of(assembly) for read in alarm.reads.values()}
    assert not routes & watched
    assert len(all_of(assembly)) <= 70


def test_the_golden_signals_are_watched(prod: Assembly) -> None:
    names = {short(prod, alarm) for alarm in all_of(prod)}
    assert names >= {
        *(f"api-{service}-{what}" for service in {r.service for r in ROUTES} for what in ("failing", "slow")),
        *(f"{consumer.endpoint}-behind" for consumer in CONSUMERS),
        "api-failing",
        "authorizers-failing",
        "concurrency-near-quota",
        "functions-failing",
        "functions-throttled",
        "jobs-failing",
        "media-failed-checks",
        "replication-failing",
        "replication-late",
        "schedule-stopped",
        "search-CircuitOpen",
        "search-IndexBehind",
        "sockets-failing",
        "stream-reads-throttled",
        "table-chat-errors",
        "table-control-errors",
        "table-throttled",
        "webhooks-given-up",
    }


def test_a_stage_on_kafka_has_no_alarm_on_a_stream_that_is_not_there(msk: Assembly) -> None:
    assert not [each.name for each in all_of(msk) if "AWS/Kinesis" in {read.namespace for read in each.reads.values()}]


# Who is told, and what is shown


def test_in_prod_somebody_is_told_of_every_alarm(prod: Assembly) -> None:
    assert {json.dumps(alarm.properties["AlarmActions"]) for alarm in all_of(prod)} == {json.dumps([ALARM_TOPIC])}


def test_prod_is_not_deployed_without_somebody_to_tell() -> None:
    with pytest.raises(InvalidContext, match="alarm_topic_arn"):
        Settings.from_context({"stage": "prod"}.get)
    assert Settings.from_context({"stage": "dev"}.get).alarm_topic_arn is None


def test_a_stage_has_one_dashboard_whose_metrics_are_published(assembly: Assembly) -> None:
    (dashboard,) = assembly.resources("AWS::CloudWatch::Dashboard").values()
    assert dashboard["DashboardName"] == f"parley-{assembly.stage}-all-us-east-1"
    shown = json.dumps(dashboard)
    for name in ("Latency", "5xx", "StreamLag", "IndexLag", "WebhookLatency", "ConcurrentExecutions", "ThrottleEvents"):
        assert name in shown
    for own in re.findall(r'\[\\"Parley\\",\\"\w+\\",([^\]{]*)', shown):
        names = re.findall(r'\\"([^\\"]+)\\"', own)[::2]
        assert set(names) in OWN_DIMENSIONS, own


def test_what_is_billed_for_each_metric_is_not_told_for_each_route(assembly: Assembly) -> None:
    for stage in assembly.resources("AWS::ApiGatewayV2::Stage").values():
        settings: dict[str, Any] = stage.get("DefaultRouteSettings", {})
        assert settings.get("DetailedMetricsEnabled", False) is False
    for source in (ROOT / "layers" / "parley" / "python" / "parley").rglob("*.py"):
        for dimension in re.findall(r'add_dimension\(\s*"(\w+)"', source.read_text()):
            assert dimension in {"api", "circuit", "consumer", "failure"}, source
