"""Which context values a deployment takes, and what each stage makes of them."""

import subprocess

import pytest

from infrastructure.layers import ROOT
from infrastructure.settings import InvalidContext, SearchCapacity, Settings
from tests.infrastructure.conftest import ALARM_TOPIC


def settings(**context: str) -> Settings:
    return Settings.from_context(context.get)


@pytest.mark.parametrize(("name", "value"), [("stage", "staging"), ("stream", "sqs"), ("emulator", "moto")])
def test_a_context_value_that_does_not_exist_is_refused_with_those_that_do(name: str, value: str) -> None:
    context = {"stage": "local"} | {name: value}
    with pytest.raises(InvalidContext, match=f"-c {name}={value}: must be one of"):
        settings(**context)


def test_prod_keeps_data_and_opens_nothing_by_itself() -> None:
    prod = settings(stage="prod", alarm_topic_arn=ALARM_TOPIC)
    assert prod.retain_data
    assert prod.customer_managed_key
    assert prod.cors_origins == ()


def test_origins_are_separated_by_commas() -> None:
    assert settings(
        stage="prod", alarm_topic_arn=ALARM_TOPIC, cors_origins="https://a.test,https://b.test"
    ).cors_origins == (
        "https://a.test",
        "https://b.test",
    )


def test_aws_gets_arm64_and_the_emulator_the_machines_own_python() -> None:
    assert (settings(stage="dev").target.architecture, settings(stage="dev").target.python) == ("arm64", "3.13")
    assert settings(stage="local").target.system == "host"
    assert settings(stage="local", emulator="localstack").target.system == "lambda"


# What is billed whether or not anybody calls


def test_functions_are_restored_from_snapshots_where_callers_wait_in_prod_and_nowhere_in_dev() -> None:
    prod = settings(stage="prod", alarm_topic_arn=ALARM_TOPIC)
    assert prod.snap_start == ("authorizers", "hot", "consumers")
    assert settings(stage="dev").snap_start == settings(stage="local").snap_start == ()
    assert settings(stage="dev", snap_start="hot,authorizers").snap_start == ("hot", "authorizers")
    assert settings(stage="prod", alarm_topic_arn=ALARM_TOPIC, snap_start="none").snap_start == ()
    with pytest.raises(InvalidContext, match="snap_start=cold"):
        settings(stage="dev", snap_start="cold")


def test_a_stream_has_a_shard_in_dev_and_scales_by_itself_in_prod_unless_said() -> None:
    assert settings(stage="dev").stream_shards == 1
    assert settings(stage="dev", stream_shards="on-demand").stream_shards is None
    prod = {"stage": "prod", "alarm_topic_arn": ALARM_TOPIC}
    assert settings(**prod).stream_shards is None
    assert settings(**prod, stream_shards="8").stream_shards == 8


def test_the_search_engine_grows_by_settings() -> None:
    prod = {"stage": "prod", "alarm_topic_arn": ALARM_TOPIC}
    assert settings(**prod).search == SearchCapacity(3, "m7g.large.search", 100, masters=False)
    grown = settings(**prod, search_node="r7g.large.search", search_gigabytes="300", search_masters="true").search
    assert grown == SearchCapacity(3, "r7g.large.search", 300, masters=True)
    assert settings(stage="dev").search == SearchCapacity(1, "t3.small.search", 10, masters=False)


# How it is deployed


@pytest.mark.parametrize(("stage", "asks"), [("prod", "broadening"), ("dev", "never")])
def test_prod_asks_before_a_deploy_widens_permissions(stage: str, asks: str) -> None:
    make = ["make", "--dry-run", "--silent", "deploy", f"STAGE={stage}"]
    planned = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    (deploy,) = [line for line in planned.splitlines() if "cdk deploy" in line]
    assert f"--require-approval {asks} -c stage={stage}" in deploy
