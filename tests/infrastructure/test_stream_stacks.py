"""What the stages promise of the change stream, its consumers and the WebSocket API."""

import json
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint_file

from infrastructure.topics import TOPICS, topics_of
from infrastructure.triggered.realtime import SOCKET_FUNCTIONS
from infrastructure.triggered.streams import CONSUMERS, EVENT_ENTITIES
from infrastructure.triggered.triggered import Changes, SocketRoutes, Triggered
from infrastructure.uses.realtime import Sockets
from parley.realtime.closing import REVOKING_ENTITIES
from parley.streams import events, topics
from tests.infrastructure.conftest import Assembly
from tests.infrastructure.test_stacks import findings

MAPPING = "AWS::Lambda::EventSourceMapping"


def mappings(assembly: Assembly, consumer: Triggered[Changes]) -> list[dict[str, Any]]:
    """The event source mappings of a consumer's alias."""
    every = assembly.resources(MAPPING, "streams").items()
    name = "".join(word.capitalize() for word in consumer.endpoint.split("_"))
    return [properties for key, properties in every if key.startswith(f"streams/{name}")]


def test_what_wakes_a_consumer_is_what_it_applies() -> None:
    assert set(EVENT_ENTITIES) == events.EVENT_ENTITIES
    (closer,) = (each for each in CONSUMERS if each.endpoint == "close_connections")
    assert set(closer.trigger.entities) == REVOKING_ENTITIES


def test_the_topics_are_those_that_the_publisher_goes_by() -> None:
    assert TOPICS == topics.TOPICS
    entities = [entity for carried in TOPICS.values() for entity in carried]
    assert len(entities) == len(set(entities))
    for consumer in CONSUMERS:
        assert all(topics.topic_of(entity) for entity in consumer.trigger.entities), consumer.function


def test_no_topic_carries_a_secret() -> None:
    assert topics.topic_of("signing_secret") is None


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda each: each.endpoint)
def test_a_mapping_gives_up_on_poison_and_keeps_its_payload(dev: Assembly, consumer: Triggered[Changes]) -> None:
    (mapping,) = mappings(dev, consumer)
    assert mapping["BatchSize"] == 500
    assert mapping["MaximumBatchingWindowInSeconds"] == 1
    assert mapping["ParallelizationFactor"] == 4
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert (mapping["MaximumRetryAttempts"], mapping["MaximumRecordAgeInSeconds"]) == (6, 6 * 3600)
    assert "OnFailure" in mapping["DestinationConfig"]
    filters = [json.loads(each["Pattern"])["data"] for each in mapping["FilterCriteria"]["Filters"]]
    assert filters[0]["dynamodb"]["NewImage"]["entity"]["S"] == sorted(consumer.trigger.entities)
    if consumer.trigger.inserts_only:
        assert [each["eventName"] for each in filters] == [["INSERT"]]
        return
    assert "eventName" not in filters[0]
    assert (filters[1]["eventName"], filters[1]["dynamodb"]["OldImage"]["entity"]["S"]) == (
        ["REMOVE"],
        sorted(consumer.trigger.entities),
    )


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda each: each.endpoint)
def test_with_kafka_the_same_consumers_read_topics(msk: Assembly, consumer: Triggered[Changes]) -> None:
    declared = mappings(msk, consumer)
    assert sorted(topic for mapping in declared for topic in mapping["Topics"]) == sorted(
        topics_of(consumer.trigger.entities)
    )
    for mapping in declared:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert (mapping["MaximumRetryAttempts"], mapping["MaximumRecordAgeInSeconds"]) == (6, 6 * 3600)
        assert mapping["BisectBatchOnFunctionError"] is True
        assert mapping["ProvisionedPollerConfig"]["MinimumPollers"] == 1
        assert "value" in json.loads(mapping["FilterCriteria"]["Filters"][0]["Pattern"])


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda each: each.endpoint)
def test_someone_is_told_of_a_consumer_that_is_behind_or_fails(prod: Assembly, consumer: Triggered[Changes]) -> None:
    alarms = {alarm["AlarmName"]: alarm for alarm in prod.resources("AWS::CloudWatch::Alarm", "streams").values()}
    behind, failed = (alarms[f"parley-prod-{consumer.endpoint}-{what}"] for what in ("behind", "failed-changes"))
    assert (behind["MetricName"], behind["Threshold"]) == ("IteratorAge", 300_000)
    assert (failed["MetricName"], failed["Threshold"]) == ("FailedChanges", 1)
    assert {"Name": "consumer", "Value": consumer.endpoint} in failed["Dimensions"]


def test_someone_is_told_when_webhooks_do_not_arrive(prod: Assembly) -> None:
    alarms = {each["AlarmName"] for each in prod.resources("AWS::CloudWatch::Alarm", "webhook-delivery").values()}
    assert {f"parley-prod-webhooks-{what}" for what in ("given-up", "behind", "most-fail")} <= alarms


def test_redrive_reads_again_what_was_not_kept_with_its_records(dev: Assembly, msk: Assembly) -> None:
    for assembly, reads in ((dev, True), (msk, False)):
        policies = assembly.resources("AWS::IAM::Policy", "streams")
        (own,) = [policy for key, policy in policies.items() if key.startswith("streams/Redrive")]
        assert ("kinesis:GetRecords" in json.dumps(own)) is reads


def test_with_kafka_there_is_no_kinesis_and_a_publisher_reads_the_table(msk: Assembly) -> None:
    assert msk.resources("AWS::Kinesis::Stream") == {}
    named = {each["TopicName"] for each in msk.resources("AWS::MSK::Topic").values()}
    assert named == set(TOPICS)
    (mapping,) = msk.resources(MAPPING, "kafka").values()
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    (cluster,) = msk.resources("AWS::MSK::Cluster").values()
    assert cluster["ClientAuthentication"]["Sasl"]["Iam"]["Enabled"] is True
    assert cluster["ClientAuthentication"]["Unauthenticated"]["Enabled"] is False
    assert findings(msk.report) == []


def test_without_kafka_there_is_no_cluster(dev: Assembly) -> None:
    assert dev.resources("AWS::MSK::Cluster") == {}
    assert len(dev.resources("AWS::Kinesis::Stream")) == 1


def test_the_brokers_spread_evenly_over_their_zones(msk: Assembly) -> None:
    (cluster,) = msk.resources("AWS::MSK::Cluster").values()
    subnets = cluster["BrokerNodeGroupInfo"]["ClientSubnets"]
    assert cluster["NumberOfBrokerNodes"] % len(subnets) == 0, "MSK refuses any other number"
    assert len(subnets) == 3


@pytest.mark.parametrize("stack", ["kafka", "streams"])
def test_cfn_lint_finds_nothing_in_the_kafka_variant(stack: str, msk: Assembly) -> None:
    template: Path = msk.folder / f"parley-dev-{stack}.template.json"
    settings = ManualArgs(ignore_checks=["W3005"], regions=["us-east-1"])
    assert [str(finding) for finding in lint_file(template, config=settings)] == []


def test_every_client_action_has_a_route_and_only_connect_an_authorizer(dev: Assembly) -> None:
    routes = {each["RouteKey"]: each for each in dev.resources("AWS::ApiGatewayV2::Route", "sockets").values()}
    assert set(routes) == {key for function in SOCKET_FUNCTIONS for key in function.trigger.keys}
    authorized = {key for key, route in routes.items() if route.get("AuthorizationType") == "CUSTOM"}
    assert authorized == {"$connect"}


@pytest.mark.parametrize("function", SOCKET_FUNCTIONS, ids=lambda each: each.endpoint)
def test_a_socket_function_may_send_to_this_apis_connections_alone(
    dev: Assembly, function: Triggered[SocketRoutes]
) -> None:
    every = dev.resources("AWS::IAM::Policy", "sockets").values()
    statements = [statement for policy in every for statement in policy["PolicyDocument"]["Statement"]]
    sending = [each for each in statements if each["Action"] == "execute-api:ManageConnections"]
    assert len(sending) == sum(Sockets() in each.uses for each in SOCKET_FUNCTIONS) + 1
    assert all("/v1/*/@connections/*" in json.dumps(each["Resource"]) for each in sending)
    assert function.grants


def test_expired_connections_are_swept_every_minute(dev: Assembly) -> None:
    (rule,) = dev.resources("AWS::Events::Rule", "sockets").values()
    assert rule["ScheduleExpression"] == "rate(1 minute)"
