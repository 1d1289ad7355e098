"""What the stages promise of the change stream, its consumers and the WebSocket API."""

import json
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint_file

from functions.streams import deliver_changes
from infrastructure.settings import InvalidContext, Settings
from infrastructure.topics import TOPICS, topics_of
from infrastructure.triggered.realtime import SOCKET_FUNCTIONS
from infrastructure.triggered.streams import CONSUMERS, EVENT_ENTITIES
from infrastructure.triggered.triggered import Changes, SocketRoutes, Triggered
from infrastructure.uses.realtime import Sockets
from parley.realtime.closing import REVOKING_ENTITIES
from parley.streams import events, topics
from tests.infrastructure.conftest import Assembly
from tests.infrastructure.stacks.test_stacks import findings
from tests.support.alarms import Alarm

MAPPING = "AWS::Lambda::EventSourceMapping"


def mappings(assembly: Assembly, consumer: Triggered[Changes]) -> list[dict[str, Any]]:
    """The event source mappings of a consumer's alias on the stream or its topics."""
    every = assembly.resources(MAPPING, "streams").items()
    name = "".join(word.capitalize() for word in consumer.endpoint.split("_"))
    return [each for key, each in every if key.startswith(f"streams/{name}") and "FilterCriteria" in each]


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
    assert len(filters) <= 5, "Lambda takes no more"
    entities: set[str] = set()
    for each in filters:
        (image,) = each["dynamodb"]
        assert (image == "OldImage") is (each.get("eventName") == ["REMOVE"])
        entities.update(each["dynamodb"][image]["entity"]["S"])
    assert entities == set(consumer.trigger.entities)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_no_more_than_four_share_the_streams_reads(stage: str, request: pytest.FixtureRequest) -> None:
    """A shard is read five times a second, and each who reads it asks once a second."""
    assembly: Assembly = request.getfixturevalue(stage)
    shared = [each for each in assembly.resources(MAPPING).values() if "BisectBatchOnFunctionError" in each]
    assert len(shared) == len(CONSUMERS) <= 4


def test_what_an_effect_leaves_comes_back_to_its_function(dev: Assembly) -> None:
    (mapping,) = (each for each in dev.resources(MAPPING, "streams").values() if "FilterCriteria" not in each)
    assert mapping["BatchSize"] == 1
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 10}
    queues = {each["QueueName"]: each for each in dev.resources("AWS::SQS::Queue", "streams").values()}
    assert queues["parley-dev-effect-retries"]["RedrivePolicy"]["maxReceiveCount"] == 5
    assert queues["parley-dev-effect-retries"]["VisibilityTimeout"] == 6 * 75


def test_the_urgent_consumer_has_fan_out_of_its_own_where_the_stage_pays_for_it(enhanced: Assembly) -> None:
    (registered,) = enhanced.resources("AWS::Kinesis::StreamConsumer", "streams").values()
    assert registered["ConsumerName"] == "parley-dev-deliver_changes"
    (urgent,) = (each for each in CONSUMERS if each.trigger.urgent)
    (mapping,) = mappings(enhanced, urgent)
    assert "ConsumerARN" in json.dumps(mapping["EventSourceArn"])
    assert mapping["MaximumBatchingWindowInSeconds"] == 0
    allowed = json.dumps(enhanced.statements("streams", urgent.endpoint))
    assert "kinesis:SubscribeToShard" in allowed
    with pytest.raises(InvalidContext):
        Settings.from_context({"stage": "dev", "stream": "msk", "enhanced_fan_out": "true"}.get)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_without_it_nothing_is_registered(stage: str, request: pytest.FixtureRequest) -> None:
    assert request.getfixturevalue(stage).resources("AWS::Kinesis::StreamConsumer") == {}


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
    behind = alarms[f"parley-prod-{consumer.endpoint}-behind"]
    assert (behind["MetricName"], behind["Threshold"]) == ("IteratorAge", 300_000)
    failed = Alarm(alarms["parley-prod-changes-failed"])
    assert failed.properties["Threshold"] == 1
    assert {each.name for each in failed.reads.values()} == {"FailedChanges"}
    assert {each.about["consumer"] for each in failed.reads.values()} >= {consumer.endpoint, *consumer.trigger.effects}


def test_someone_is_told_of_retries_that_wait_or_end_the_function(prod: Assembly) -> None:
    alarms = {alarm["AlarmName"] for alarm in prod.resources("AWS::CloudWatch::Alarm", "streams").values()}
    assert {"parley-prod-effect-retries-failed", "parley-prod-effect-retries-behind"} <= alarms


def test_the_effects_are_those_that_the_function_has() -> None:
    (delivering,) = (each for each in CONSUMERS if each.trigger.effects)
    assert delivering.trigger.effects == tuple(effect.name for effect in deliver_changes.EFFECTS)


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
