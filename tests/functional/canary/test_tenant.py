"""The canary's tenant: made once, by what its role grants, and closed to whatever is another's."""

import time

import jwt
import pytest

from infrastructure.access import of_tenant
from infrastructure.triggered.canary import CANARY
from infrastructure.triggered.canary import TENANT as DEPLOYED_TENANT
from parley import pools
from parley.canary import requests, rounds, tenant
from parley.canary.rounds import Place, Round
from parley.identity import authorizer
from parley.identity.caller import OPERATOR_SCOPE, Caller, Tenant
from parley.identity.tenant_settings import TenantSettings
from parley.tenants.keyring import load_keyring
from parley.tenants.signing_keys import do_remove
from tests.infrastructure.conftest import Assembly, synthesize
from tests.support.aws.aws_calls import recording


def claims_of(token: str) -> dict[str, object]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def test_the_first_round_makes_the_tenant_and_the_next_finds_it(tables: None) -> None:
    with recording() as calls:
        first = tenant.tokens_of_tenant()("canary-writer")
        second = tenant.tokens_of_tenant()(None)
    assert calls.denied(CANARY.grants) == []
    assert len(load_keyring(tenant.TENANT).signing_keys) == 1
    assert jwt.get_unverified_header(first) == jwt.get_unverified_header(second)
    assert (claims_of(first)["sub"], claims_of(second)["scope"]) == ("canary-writer", "server")
    ends, now = float(str(claims_of(first)["exp"])), time.time()
    assert now < ends <= now + tenant.TOKEN_SECONDS == now + 600


def test_its_tokens_are_verified_as_any_tenants(tables: None) -> None:
    token = tenant.tokens_of_tenant()("canary-writer")
    decision = authorizer.authorize(f"Bearer {token}")
    assert (decision.context["tenant_id"], decision.context["user_id"]) == (tenant.TENANT, "canary-writer")


@pytest.mark.parametrize("overlap_seconds", [0, 60])
def test_a_key_that_goes_is_made_anew(overlap_seconds: int, tables: None) -> None:
    operator = Caller(Tenant(tenant.TENANT, TenantSettings()), "", frozenset({OPERATOR_SCOPE}))
    tenant.tokens_of_tenant()
    (key,) = load_keyring(tenant.TENANT).signing_keys
    do_remove(operator, tenant.TENANT, key.kid, overlap_seconds=overlap_seconds)
    tenant.tokens_of_tenant()
    (other,) = (each for each in load_keyring(tenant.TENANT).signing_keys if each.kid != key.kid)
    token = tenant.tokens_of_tenant()(None)
    assert jwt.get_unverified_header(token)["kid"] == other.kid


def test_its_role_reaches_its_own_tenant_alone(prod: Assembly) -> None:
    keys: set[str] = set()
    for statement in prod.statements("canary", "run"):
        if any(action.startswith("dynamodb:") for action in statement["Action"]):
            keys.update(statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"])
    assert keys == {f"T#{tenant.TENANT}{rest}" for rest in ("", "#SECRETS", "#AUDIT#*")}
    assert tenant.TENANT == DEPLOYED_TENANT
    assert of_tenant("T#_system#JOBS", tenant.TENANT) == "T#_system#JOBS"


def test_prod_has_a_canary_and_dev_has_one_where_it_is_said(prod: Assembly, dev: Assembly) -> None:
    assert "canary" in prod.templates
    assert "canary" not in dev.templates
    (rule,) = synthesize("dev", canary="true").resources("AWS::Events::Rule", "canary").values()
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(5 minutes)", "ENABLED")


@pytest.fixture(scope="session")
def prod() -> Assembly:
    return synthesize("prod")


@pytest.fixture(scope="session")
def dev() -> Assembly:
    return synthesize("dev")


# What fails


def test_a_stage_that_does_not_answer_fails_and_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    done = Round()
    rounds.chat(Place("http://127.0.0.1:9", "ws://127.0.0.1:9", lambda _: "token"), done)
    assert set(done.failures) == {"conversation"}
    assert done.failures["conversation"].startswith("Unreachable")


def test_what_is_told_are_two_metrics_without_a_dimension_of_their_own(
    tables: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise pools.Unreachable

    monkeypatch.setattr(requests, "_request", refuse)
    assert rounds.run().told()["failed"] == ["conversation"]
    printed = capsys.readouterr().out
    assert '"CanaryFailures":[1.0]' in printed.replace(" ", "")
    assert '"CanaryTime"' in printed


def test_steps_go_on_after_one_that_fails() -> None:
    done = Round()

    def fail() -> None:
        raise ValueError("no")

    assert done.step("first", fail) is None
    assert done.step("second", lambda: 2) == 2
    assert done.told()["failed"] == ["first"]
    assert set(done.took) == {"first", "second"}
