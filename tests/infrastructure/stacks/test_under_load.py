"""What neither a flood nor a large file may do: starve the rest, wait for ever, or undo what somebody else has set."""

from typing import Any

import pytest

from infrastructure.classes import class_of
from infrastructure.layers import ROOT
from infrastructure.settings import MOST_CONSUMERS, Concurrency, InvalidContext
from infrastructure.triggered import TRIGGERED
from infrastructure.triggered.triggered import Authorizer
from tests.infrastructure.conftest import Assembly

RESERVED = "ReservedConcurrentExecutions"
MAPPING = "AWS::Lambda::EventSourceMapping"
LONGEST_ANSWER = 600
"""Seconds that a deploy may wait for a custom resource's function."""


def given(stage: str = "prod", **context: str) -> Concurrency:
    return Concurrency.named(stage, context.get)  # type: ignore[arg-type]


@pytest.fixture(params=["dev", "prod", "msk"])
def assembly(request: pytest.FixtureRequest) -> Assembly:
    each: Assembly = request.getfixturevalue(request.param)
    return each


# Concurrency


def test_in_prod_tokens_are_verified_whatever_else_runs(prod: Assembly, dev: Assembly) -> None:
    reserved = {
        each["FunctionName"]: each[RESERVED]
        for each in prod.resources("AWS::Lambda::Function").values()
        if RESERVED in each
    }
    authorizers = {
        f"parley-prod-{each.service}-{each.endpoint}" for each in TRIGGERED if isinstance(each.trigger, Authorizer)
    }
    assert reserved == dict.fromkeys(authorizers, 100)
    assert not any(RESERVED in each for each in dev.resources("AWS::Lambda::Function").values()), (
        "a quota of 10 has none"
    )


def test_workers_of_queues_have_ceilings_that_leave_the_api_most(prod: Assembly) -> None:
    found = [
        each["ScalingConfig"]["MaximumConcurrency"]
        for each in prod.resources(MAPPING).values()
        if "StartingPosition" not in each
    ]
    assert len(found) >= 4
    concurrency = given()
    assert sum(found) <= (concurrency.quota - concurrency.reserved) / 2


def test_ceilings_follow_the_quota_and_are_settings() -> None:
    assert given() == Concurrency(1000, 100, None, webhooks=50, uploads=50, jobs=10)
    assert given(concurrency="100") == Concurrency(100, None, None, webhooks=5, uploads=5, jobs=2)
    assert given("dev", concurrency="10") == Concurrency(10, None, None, webhooks=2, uploads=2, jobs=2)
    chosen = given(authorizer_concurrency="50", consumer_concurrency="40", webhook_concurrency="200")
    assert (chosen.authorizer, chosen.consumer, chosen.webhooks) == (50, 40, 200)
    assert given(authorizer_concurrency="0").reserved == 0


@pytest.mark.parametrize(
    "context",
    [
        {"consumer_concurrency": "150"},
        {"authorizer_concurrency": "460"},
        {"webhook_concurrency": "400"},
        {"concurrency": "1000", "upload_concurrency": "600"},
    ],
)
def test_what_the_account_does_not_have_is_refused_before_a_deploy(context: dict[str, str]) -> None:
    with pytest.raises(InvalidContext, match="concurrency=1000"):
        given(**context)


def test_the_consumers_that_are_reserved_for_are_all_that_there_are() -> None:
    assert sum(class_of(each) == "consumers" for each in TRIGGERED) <= MOST_CONSUMERS


# Deploys that do not wait for ever, nor undo


def test_a_custom_resource_is_given_up_soon_and_not_before_its_function_is(assembly: Assembly) -> None:
    checked = 0
    for kind in ("Custom::SearchIndices", "Custom::MediaSigningKey"):
        for key, each in assembly.resources(kind).items():
            template = assembly.templates[key.partition("/")[0]]["Resources"]
            function = template[each["ServiceToken"]["Fn::GetAtt"][0]]["Properties"]
            assert function["Timeout"] < int(each["ServiceTimeout"]) <= LONGEST_ANSWER
            checked += 1
    assert checked == 2


def test_a_deploy_leaves_what_guardduty_needs_of_the_bucket_switched_on(assembly: Assembly) -> None:
    (plan,) = assembly.resources("AWS::GuardDuty::MalwareProtectionPlan").values()
    bucket = assembly.templates["media-storage"]["Resources"][
        plan["ProtectedResource"]["S3Bucket"]["BucketName"]["Ref"]
    ]
    told = bucket["Properties"]["NotificationConfiguration"]
    assert told["EventBridgeConfiguration"] == {"EventBridgeEnabled": True}
    assert told["QueueConfigurations"]


def test_kafkas_configuration_follows_its_properties_and_its_volume_is_stated(msk: Assembly) -> None:
    (cluster,) = msk.resources("AWS::MSK::Cluster").values()
    (configuration,) = (key.partition("/")[2] for key in msk.resources("AWS::MSK::Configuration"))
    assert cluster["ConfigurationInfo"]["Revision"] == {"Fn::GetAtt": [configuration, "LatestRevision.Revision"]}
    assert cluster["BrokerNodeGroupInfo"]["StorageInfo"]["EBSStorageInfo"]["VolumeSize"] == 100


def test_mappings_of_kafkas_topics_share_their_pollers(msk: Assembly) -> None:
    groups: list[Any] = [
        each["ProvisionedPollerConfig"].get("PollerGroupName")
        for each in msk.resources(MAPPING).values()
        if "ProvisionedPollerConfig" in each
    ]
    assert groups
    assert set(groups) == {"changes"}


def test_volumes_of_the_engine_are_of_the_newer_kind(assembly: Assembly) -> None:
    (domain,) = assembly.resources("AWS::OpenSearchService::Domain").values()
    assert domain["EBSOptions"]["VolumeType"] == "gp3"


# Random numbers


def test_no_random_state_is_kept_in_a_snapshot() -> None:
    """`random` is seeded once; every process restored from a snapshot would go on from the same seed."""
    library = ROOT / "layers" / "parley" / "python" / "parley"
    sources = [*library.rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    assert sources
    using = {
        file.relative_to(ROOT).as_posix()
        for file in sources
        if any(line.startswith(("import random", "from random")) for line in file.read_text().splitlines())
    }
    assert using == {"layers/parley/python/parley/chance.py"}
