"""The month of a stage that nobody calls, from its templates: what is billed by the hour, and what the clock runs.

Every type of resource is either priced here or named as free while idle, so that a new one cannot be forgotten.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infrastructure.cost.prices import MILLION, SECONDS_AN_HOUR, hours, price
from infrastructure.triggered.canary import CANARY

Templates = Mapping[str, Mapping[str, Any]]
DASHBOARDS_FREE = 3
"""CloudWatch's first three cost nothing for good, as no other free tier does that is left out here."""
POLLERS, POLL_SECONDS = 5, 20
"""Lambda asks an idle queue so often at once, each time for so long."""
RUN_SECONDS, RUN_READS, RUN_WRITES, RUN_LOG_BYTES = 0.5, 10, 6, 3_000
"""A run by the clock that finds little to do: more than the sweepers and the search jobs take."""
METRICS_OF_THE_CLOCK = 12
"""Those of the search jobs each minute, and of the indexer, whom their heartbeat wakes."""
CANARY_REQUESTS, CANARY_CONSUMERS, CANARY_SECONDS, CANARY_READS, CANARY_WRITES = 18, 12, 6.0, 60, 60
"""Of a round, about: requests that it makes, runs of consumers and workers that follow, its own time, and units."""
CANARY_METRICS, LOG_LINE_BYTES = 2, 1_000
MSK_VOLUME = 1_000
"""GiB a broker, where the template states none."""
FREE_WHILE_IDLE = (
    "AWS::ApiGatewayV2::",
    "AWS::CDK::Metadata",
    "AWS::CloudFront::",
    "AWS::CodeDeploy::",
    "AWS::DynamoDB::GlobalTable",
    "AWS::EC2::EIP",
    "AWS::EC2::FlowLog",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPC",
    "AWS::GuardDuty::MalwareProtectionPlan",
    "AWS::IAM::",
    "AWS::KMS::Alias",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::",
    "AWS::MSK::Configuration",
    "AWS::MSK::Topic",
    "AWS::S3::",
    "AWS::SQS::",
    "Custom::",
)
"""How the names of types begin that cost by use alone."""


class NotPriced(LookupError):
    """A type of resource of which nobody has said what it costs."""


@dataclass(frozen=True)
class Line:
    """One line of the bill."""

    what: str
    quantity: str
    dollars: float


def month(templates: Templates) -> list[Line]:
    """The lines of an idle month, dearest first."""
    found: dict[str, list[Line]] = defaultdict(list)
    for template in templates.values():
        for resource in template["Resources"].values():
            for line in _lines(resource["Type"], resource.get("Properties", {})):
                found[line.what].append(line)
    lines = [_summed(what, each) for what, each in found.items()]
    lines.append(_metrics())
    return sorted((line for line in lines if line.dollars), key=lambda line: -line.dollars)


def total(lines: Sequence[Line]) -> float:
    return sum(line.dollars for line in lines)


def _summed(what: str, lines: Sequence[Line]) -> Line:
    if what == "dashboards":
        billed = max(0, len(lines) - DASHBOARDS_FREE)
        return Line(what, f"{len(lines)}, {DASHBOARDS_FREE} are free", billed * price("cloudwatch", "dashboard"))
    quantities = list(dict.fromkeys(line.quantity for line in lines))
    counted = "" if len(lines) == 1 else f"{len(lines)} of "
    quantity = f"{counted}{', '.join(quantities)}"
    return Line(what, quantity, sum(line.dollars for line in lines))


def _lines(kind: str, properties: Mapping[str, Any]) -> Iterator[Line]:
    priced = PRICED.get(kind)
    if priced is not None:
        yield from priced(properties)
    elif not kind.startswith(FREE_WHILE_IDLE):
        raise NotPriced(f"{kind}: say in infrastructure/cost/idle.py what it costs while nobody calls")


def _function(properties: Mapping[str, Any]) -> Iterator[Line]:
    if properties.get("FunctionName", "").endswith("-canary-run"):
        yield _canary()
    if properties.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions":
        gigabytes = properties.get("MemorySize", 128) / 1024
        seconds = hours() * SECONDS_AN_HOUR
        yield Line(
            "snapshots of functions",
            f"{gigabytes:g} GiB",
            gigabytes * seconds * price("lambda", "cached_gigabyte_second"),
        )


def _canary() -> Line:
    """What its rounds call, beside its own runs, which the clock's line has; and the metrics that it tells."""
    rounds = hours() * 60 / CANARY.trigger.minutes
    of_one = (
        CANARY_REQUESTS * price("apigateway", "http_million") / MILLION
        + (CANARY_REQUESTS + CANARY_CONSUMERS) * price("lambda", "request_million") / MILLION
        + (CANARY_SECONDS * CANARY.memory / 1024 + CANARY_REQUESTS * 0.25 * 0.1) * price("lambda", "gigabyte_second")
        + CANARY_READS * price("dynamodb", "read_million") / MILLION
        + CANARY_WRITES * (price("dynamodb", "write_million") + price("dynamodb", "change_million")) / MILLION
        + (CANARY_REQUESTS + CANARY_CONSUMERS) * LOG_LINE_BYTES / 1e9 * price("cloudwatch", "logs_gigabyte")
        + price("guardduty", "object_thousand") / 1000
    )
    metrics = CANARY_METRICS * price("cloudwatch", "metric")
    return Line("the canary's rounds", f"{rounds:,.0f} rounds, {CANARY_METRICS} metrics", rounds * of_one + metrics)


def _rule(properties: Mapping[str, Any]) -> Iterator[Line]:
    schedule = properties.get("ScheduleExpression", "")
    if not schedule.startswith("rate("):
        return
    minutes = int(schedule.removeprefix("rate(").split()[0])
    runs = hours() * 60 / minutes
    of_one = (
        price("lambda", "request_million") / MILLION
        + RUN_SECONDS / 2 * price("lambda", "gigabyte_second")
        + RUN_READS * price("dynamodb", "read_million") / MILLION
        + RUN_WRITES * price("dynamodb", "write_million") / MILLION
        + RUN_LOG_BYTES / 1e9 * price("cloudwatch", "logs_gigabyte")
    )
    yield Line("runs by the clock", f"every {minutes} min", runs * of_one)


def _mapping(properties: Mapping[str, Any]) -> Iterator[Line]:
    pollers = properties.get("ProvisionedPollerConfig")
    if pollers:
        yield Line(
            "Kafka's pollers",
            f"{pollers['MinimumPollers']} unit",
            pollers["MinimumPollers"] * hours() * price("msk", "poller_unit_hour"),
        )
    elif "StartingPosition" not in properties:
        polls = POLLERS * hours() * SECONDS_AN_HOUR / POLL_SECONDS
        yield Line("polls of queues", f"{polls:,.0f} polls", polls / MILLION * price("sqs", "million"))


def _stream(properties: Mapping[str, Any]) -> Iterator[Line]:
    if properties["StreamModeDetails"]["StreamMode"] == "ON_DEMAND":
        yield Line("change stream", "on demand", hours() * price("kinesis", "on_demand_hour"))
        return
    long = properties.get("RetentionPeriodHours", 24) > 24  # noqa: PLR2004 - the hours that cost nothing more
    of_a_shard = price("kinesis", "shard_hour") + (price("kinesis", "long_retention_shard_hour") if long else 0)
    shards = properties["ShardCount"]
    yield Line("change stream", f"shards: {shards}", shards * hours() * of_a_shard)


def _fan_out(_: Mapping[str, Any]) -> Iterator[Line]:
    """Of one shard; an on-demand stream bills what is read and no hours, so this is the most it can be."""
    yield Line("enhanced fan-out", "a shard", hours() * price("kinesis", "fan_out_shard_hour"))


def _domain(properties: Mapping[str, Any]) -> Iterator[Line]:
    cluster, disk = properties["ClusterConfig"], properties["EBSOptions"]
    nodes, kind = cluster["InstanceCount"], cluster["InstanceType"]
    yield Line("search: nodes", f"{nodes} of {kind}", nodes * hours() * price("opensearch", kind))
    if cluster.get("DedicatedMasterEnabled"):
        masters, master = cluster["DedicatedMasterCount"], cluster["DedicatedMasterType"]
        yield Line("search: masters", f"{masters} of {master}", masters * hours() * price("opensearch", master))
    size = nodes * disk["VolumeSize"]
    volume = f"{disk['VolumeType']}_gigabyte"
    yield Line("search: volumes", f"{size} GiB {disk['VolumeType']}", size * price("opensearch", volume))


def _cluster(properties: Mapping[str, Any]) -> Iterator[Line]:
    group, brokers = properties["BrokerNodeGroupInfo"], properties["NumberOfBrokerNodes"]
    kind = group["InstanceType"]
    yield Line("Kafka: brokers", f"{brokers} of {kind}", brokers * hours() * price("msk", kind))
    volume = group.get("StorageInfo", {}).get("EBSStorageInfo", {}).get("VolumeSize", MSK_VOLUME)
    yield Line("Kafka: volumes", f"{brokers} of {volume} GiB", brokers * volume * price("msk", "gigabyte"))


def _alarm(properties: Mapping[str, Any]) -> Iterator[Line]:
    metrics = sum("MetricStat" in each for each in properties.get("Metrics", ())) or 1
    yield Line("metrics of alarms", f"{metrics} metrics", metrics * price("cloudwatch", "alarm_metric"))


def _metrics() -> Line:
    dollars = METRICS_OF_THE_CLOCK * price("cloudwatch", "metric")
    return Line("metrics told by the clock", f"{METRICS_OF_THE_CLOCK} metrics", dollars)


def _endpoint(properties: Mapping[str, Any]) -> Iterator[Line]:
    if properties.get("VpcEndpointType") == "Interface":
        zones = len(properties.get("SubnetIds", [1]))
        yield Line("VPC endpoints", f"in {zones} zones", zones * hours() * price("vpc", "endpoint_hour"))


def _gateway(_: Mapping[str, Any]) -> Iterator[Line]:
    yield Line("NAT gateways", "with an address", hours() * (price("vpc", "nat_hour") + price("vpc", "address_hour")))


PRICED: dict[str, Callable[[Mapping[str, Any]], Iterator[Line]]] = {
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": lambda _: iter([Line("dashboards", "1", 0)]),
    "AWS::EC2::NatGateway": _gateway,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::Events::Rule": _rule,
    "AWS::KMS::Key": lambda _: iter([Line("keys", "a key", price("kms", "key"))]),
    "AWS::Kinesis::Stream": _stream,
    "AWS::Kinesis::StreamConsumer": _fan_out,
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Function": _function,
    "AWS::MSK::Cluster": _cluster,
    "AWS::OpenSearchService::Domain": _domain,
    "AWS::SecretsManager::Secret": lambda _: iter([Line("secrets", "a secret", price("secrets", "secret"))]),
}
