"""What a stage costs while nobody calls, from its templates; and that the calculator forgets nothing."""

from copy import deepcopy
from typing import Any

import pytest

from infrastructure.classes import HOT_ROUTES, class_of
from infrastructure.cost import idle
from infrastructure.cost.prices import prices
from infrastructure.cost.workloads import METRICS_IN_USE, WORKLOADS, bill, listed, of_a_message
from infrastructure.routes import ROUTES
from infrastructure.triggered import TRIGGERED
from infrastructure.triggered.triggered import Authorizer, Changes, TableStream
from tests.infrastructure.conftest import Assembly

LARGEST_DEV, LARGEST_PROD = 60, 450
FUNCTION = "AWS::Lambda::Function"


def line(templates: idle.Templates, what: str) -> float:
    return sum(each.dollars for each in idle.month(templates) if each.what == what)


def test_an_idle_month_costs_what_it_may(dev: Assembly, prod: Assembly) -> None:
    assert 30 < idle.total(idle.month(dev.templates)) <= LARGEST_DEV
    assert 300 < idle.total(idle.month(prod.templates)) <= LARGEST_PROD


def test_kafka_and_a_private_engine_are_priced_too(msk: Assembly, private_search: Assembly) -> None:
    kafka = {each.what for each in idle.month(msk.templates)}
    assert {"Kafka: brokers", "Kafka: volumes", "Kafka's pollers", "NAT gateways"} <= kafka
    assert idle.total(idle.month(private_search.templates)) > 0


def test_what_nobody_has_priced_stops_the_calculator(dev: Assembly) -> None:
    templates: dict[str, Any] = {**dev.templates, "new": {"Resources": {"Cache": {"Type": "AWS::DAX::Cluster"}}}}
    with pytest.raises(idle.NotPriced, match="AWS::DAX::Cluster"):
        idle.month(templates)


def test_a_node_that_has_no_price_is_not_free(prod: Assembly) -> None:
    templates = deepcopy(prod.templates)
    for resource in templates["search-engine"]["Resources"].values():
        if resource["Type"] == "AWS::OpenSearchService::Domain":
            resource["Properties"]["ClusterConfig"]["InstanceType"] = "x9.metal.search"
    with pytest.raises(KeyError, match=r"x9\.metal\.search"):
        idle.month(templates)


def test_a_snapshot_is_billed_by_memory_and_second(dev: Assembly) -> None:
    function = {"Type": FUNCTION, "Properties": {"MemorySize": 1024, "SnapStart": {"ApplyOn": "PublishedVersions"}}}
    assert line({"one": {"Resources": {"Function": function}}}, "snapshots of functions") == pytest.approx(3.954, 0.001)
    assert line(dev.templates, "snapshots of functions") == 0


def test_an_alarm_is_billed_by_its_metrics() -> None:
    stat: dict[str, Any] = {"MetricStat": {"Metric": {}}}
    alarms: dict[str, Any] = {"A": {"Metrics": [stat, stat, {"Expression": "a + b"}]}, "B": {"MetricName": "Errors"}}
    resources = {name: {"Type": "AWS::CloudWatch::Alarm", "Properties": each} for name, each in alarms.items()}
    assert line({"one": {"Resources": resources}}, "metrics of alarms") == pytest.approx(0.3)


# What is restored from a snapshot


def restored(assembly: Assembly) -> set[str]:
    """The functions that are, as `<service>/<endpoint>`."""
    prefix = f"parley-{assembly.stage}-"
    return {
        each["FunctionName"].removeprefix(prefix).replace("-", "/", 1)
        for each in assembly.resources(FUNCTION).values()
        if each.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions"
    }


def test_in_prod_those_start_from_snapshots_whose_callers_wait_and_in_dev_none(dev: Assembly, prod: Assembly) -> None:
    awaited = {each.function for each in (*ROUTES, *TRIGGERED) if class_of(each) in {"authorizers", "hot", "consumers"}}
    consumers = {each.function for each in TRIGGERED if isinstance(each.trigger, TableStream)}
    assert restored(prod) == awaited - consumers, "the publisher is Kafka's"
    assert restored(dev) == set()


def test_a_hot_route_is_a_route_and_each_authorizer_and_consumer_has_its_class() -> None:
    assert {route.function for route in ROUTES} >= HOT_ROUTES
    for each in TRIGGERED:
        if isinstance(each.trigger, Authorizer):
            assert class_of(each) == "authorizers"
        if isinstance(each.trigger, Changes):
            assert class_of(each) == "consumers"


def test_what_is_called_is_the_version_that_is_restored_and_else_the_function(dev: Assembly, prod: Assembly) -> None:
    """An integration that calls the function itself would start it cold, whatever snapshots are paid for."""
    assert dev.resources("AWS::Lambda::Alias") == {}
    aliases = {each["FunctionName"]["Ref"] for each in prod.resources("AWS::Lambda::Alias").values()}
    snapped = {
        key.partition("/")[2] for key, each in prod.resources(FUNCTION).items() if each.get("SnapStart") is not None
    }
    assert aliases == snapped
    for key, permission in prod.resources("AWS::Lambda::Permission").items():
        named = str(permission["FunctionName"])
        assert not any(f"'{logical_id}'" in named for logical_id in snapped), key


# Workloads


def test_a_workload_costs_what_its_parts_do_and_others_bill_by_the_user() -> None:
    fixed = 400 + METRICS_IN_USE * 0.3
    for load in WORKLOADS:
        parts = of_a_message(load)
        assert all(dollars >= 0 for dollars in parts.values())
        made = bill(load, idle=400)
        assert made.a_million_messages == pytest.approx(sum(parts.values()) * 1e6)
        assert made.month == pytest.approx(fixed + made.a_million_messages * load.users * load.messages / 1e6)
    assert listed("Stream", 10_000) == 499
    assert listed("Stream", 12_000) == pytest.approx(499 + 180)


def test_every_price_says_where_it_is_from_and_of_when() -> None:
    file = prices()
    services = {name for name, value in file.items() if isinstance(value, dict)} - {"sources", "others"}
    assert services | set(file["others"]) == set(file["sources"])
    assert file["as_of"].startswith("20")
