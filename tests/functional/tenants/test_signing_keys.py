"""The routes of a tenant's signing keys."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.dsa import generate_private_key as generate_dsa_key
from cryptography.hazmat.primitives.asymmetric.ec import SECP256K1, SECP384R1
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from infrastructure.routes import ROUTES
from parley import clock
from parley.settings import settings
from parley.tables import dynamodb, keys
from tests.support.aws.gateway import Answer
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.people import Person
from tests.support.people.tokens import (
    OPERATOR,
    RegisteredTenant,
    Signer,
    is_allowed,
    new_ec_key,
    new_rsa_key,
    private_pem,
    public_pem,
    register_tenant,
)


@pytest.fixture
def initech(tables: None) -> RegisteredTenant:
    return register_tenant("Initech")


@pytest.fixture
def umbrella(tables: None) -> RegisteredTenant:
    return register_tenant("Umbrella")


def kids(tenant: RegisteredTenant) -> list[str]:
    return [key["kid"] for key in OPERATOR.get(f"{tenant.path}/keys")["data"]]


def stored_secrets(tenant: RegisteredTenant) -> list[str]:
    items, _ = dynamodb.query(settings().control_table, keys.secrets(tenant.tenant_id))
    return [item["kid"]["S"] for item in items]


def shown(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in answer.body.items() if name not in ("request_id", "instance")}


def test_a_secret_is_shown_once_and_signs(initech: RegisteredTenant) -> None:
    made = initech.server.post(f"{initech.path}/keys", {"algorithm": "HS256"})
    assert made.status == 201, made.text
    assert made["kid"].startswith(f"{initech.tenant_id}.")
    assert len(made["secret"]) >= 43
    assert is_allowed(Signer(made["kid"], made["secret"]).token(sub="alice"))
    listed = initech.server.get(f"{initech.path}/keys")
    assert [key["kid"] for key in listed["data"]] == [made["kid"], initech.signer.kid]
    one = initech.server.get(f"{initech.path}/keys/{made['kid']}")
    assert one.body == listed["data"][0]
    assert made["secret"] not in listed.text + one.text


def test_a_registered_public_key_is_shown_as_it_is_stored(initech: RegisteredTenant) -> None:
    pem = public_pem(new_rsa_key())
    made = initech.server.post(
        f"{initech.path}/keys", {"algorithm": "RS256", "public_key": "a comment\n" + pem.replace("\n", "\r\n")}
    )
    assert made.status == 201, made.text
    assert (made["public_key"], made["secret"]) == (pem, None)
    assert stored_secrets(initech) == [initech.signer.kid]


@pytest.mark.parametrize(
    ("algorithm", "pem", "code"),
    [
        ("RS256", lambda: None, "required"),
        ("HS256", lambda: public_pem(new_rsa_key()), "unexpected"),
        ("RS256", lambda: private_pem(new_rsa_key()), "private_key"),
        ("ES256", lambda: private_pem(new_ec_key()) + public_pem(new_ec_key()), "private_key"),
        ("RS256", lambda: public_pem(new_rsa_key(1024)), "unsuitable_key"),
        ("RS256", lambda: public_pem(new_ec_key()), "unsuitable_key"),
        ("ES256", lambda: public_pem(new_rsa_key()), "unsuitable_key"),
        ("ES256", lambda: public_pem(new_ec_key(SECP384R1())), "unsuitable_key"),
        ("ES256", lambda: public_pem(new_ec_key(SECP256K1())), "unsuitable_key"),
        ("ES256", lambda: public_pem(Ed25519PrivateKey.generate()), "unsuitable_key"),
        ("RS256", lambda: public_pem(generate_dsa_key(2048)), "unsuitable_key"),
        ("RS256", lambda: "secret", "invalid_key"),
        ("RS256", lambda: public_pem(new_rsa_key()) + public_pem(new_rsa_key()), "invalid_key"),
        ("ES256", lambda: public_pem(new_ec_key()) + "and a comment", "invalid_key"),
        ("ES256", lambda: public_pem(new_ec_key()) + "-----BEGIN X-----", "invalid_key"),
        ("RS256", lambda: "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "invalid_key"),
        ("RS256", lambda: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "invalid_key"),
    ],
)
def test_an_unsuitable_public_key_is_refused_and_not_repeated(
    initech: RegisteredTenant, algorithm: str, pem: Callable[[], str | None], code: str
) -> None:
    offered = pem()
    body = {"algorithm": algorithm} | ({} if offered is None else {"public_key": offered})
    refused = initech.server.post(f"{initech.path}/keys", body)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [(error["pointer"], error["code"]) for error in refused["errors"]] == [("/public_key", code)]
    assert offered is None or json.dumps(offered)[1:-1] not in refused.text
    assert kids(initech) == [initech.signer.kid]


@pytest.mark.parametrize(
    "body",
    [
        {"algorithm": "none"},
        {"algorithm": "HS512"},
        {"algorithm": None},
        {"secret": "my own"},
        {"kid": "k1"},
        {"audience": ""},
        {"audience": "two words"},
        {"audience": ["https://chat.example.com"]},
        {"issuer": "x" * 256},
        {"algorithm": "RS256", "public_key": "x" * 4097},
    ],
)
def test_a_body_that_does_not_fit_makes_no_key(initech: RegisteredTenant, body: dict[str, Any]) -> None:
    assert initech.server.post(f"{initech.path}/keys", body).code == "validation_failed"
    assert kids(initech) == [initech.signer.kid]


def test_a_replay_shows_the_secret_again_and_makes_no_second_key(initech: RegisteredTenant) -> None:
    first, second = (initech.server.post(f"{initech.path}/keys", {}, key="k") for _ in range(2))
    assert first.body == second.body
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(kids(initech)) == 2
    other = initech.server.post(f"{initech.path}/keys", {"algorithm": "ES256", "public_key": "x"}, key="k")
    assert other.status == 422
    pem = public_pem(new_ec_key())
    other = initech.server.post(f"{initech.path}/keys", {"algorithm": "ES256", "public_key": pem}, key="k")
    assert other.code == "idempotency_key_reused"


def test_no_secret_and_no_token_is_kept_with_the_idempotency_record(initech: RegisteredTenant) -> None:
    made = initech.server.post(f"{initech.path}/keys", {}, key="k")
    minted = initech.server.post("/v1/tokens", {"user_id": "alice"}, key="k")
    items = dynamodb.client().scan(TableName=settings().control_table)["Items"]
    mine = [item for item in items if initech.tenant_id in item["pk"]["S"]]
    records = json.dumps([item for item in mine if item["pk"]["S"] != keys.secrets(initech.tenant_id)])
    assert made["kid"] in records
    assert made["secret"] not in records
    assert minted["token"].rpartition(".")[2] not in records


def test_the_replay_of_a_removed_key_brings_it_not_back(initech: RegisteredTenant) -> None:
    made = initech.server.post(f"{initech.path}/keys", {}, key="k")
    initech.server.delete(f"{initech.path}/keys/{made['kid']}")
    assert initech.server.post(f"{initech.path}/keys", {}, key="k").code == "key_not_found"
    assert stored_secrets(initech) == kids(initech) == [initech.signer.kid]


@pytest.mark.parametrize("calls", range(5))
def test_a_crash_after_any_call_leaves_one_key_after_the_repetition(
    initech: RegisteredTenant, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crash_after(calls) as tried:
        initech.server.post(f"{initech.path}/keys", {}, key="k")
    assert len(tried) >= calls
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 31_000)
    made = initech.server.post(f"{initech.path}/keys", {}, key="k")
    assert made.status == 201, made.text
    assert sorted(kids(initech)) == sorted([made["kid"], initech.signer.kid])
    assert is_allowed(Signer(made["kid"], made["secret"]).token(sub="alice"))


def test_a_tenant_has_at_most_ten_live_keys(initech: RegisteredTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(9):
        initech.new_signer()
    refused = initech.server.post(f"{initech.path}/keys", {})
    assert (refused.status, refused.code) == (409, "too_many_keys")
    initech.server.delete(f"{initech.path}/keys/{initech.signer.kid}", overlap_seconds=60)
    assert initech.server.post(f"{initech.path}/keys", {}).code == "too_many_keys"
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 61_000)
    assert initech.server.post(f"{initech.path}/keys", {}).status == 201


def test_two_at_once_do_not_make_an_eleventh_key(initech: RegisteredTenant) -> None:
    for _ in range(8):
        initech.new_signer()
    with before_call("TransactWriteItems", initech.new_signer):
        refused = initech.server.post(f"{initech.path}/keys", {})
    assert refused.code == "too_many_keys"
    assert len(kids(initech)) == len(stored_secrets(initech)) == 10


def test_two_at_once_do_not_remove_the_last_two_keys(initech: RegisteredTenant) -> None:
    other = initech.new_signer()

    def remove_other() -> None:
        assert initech.server.delete(f"{initech.path}/keys/{other.kid}").status == 204

    with before_call("TransactWriteItems", remove_other):
        refused = initech.server.delete(f"{initech.path}/keys/{initech.signer.kid}")
    assert refused.code == "last_key"
    assert kids(initech) == [initech.signer.kid]


def test_a_tenant_keeps_a_key_that_does_not_end(initech: RegisteredTenant) -> None:
    for query in ({}, {"overlap_seconds": 3600}):
        refused = initech.server.delete(f"{initech.path}/keys/{initech.signer.kid}", **query)
        assert (refused.status, refused.code) == (409, "last_key")
    successor = initech.new_signer()
    assert initech.server.delete(f"{initech.path}/keys/{initech.signer.kid}", overlap_seconds=3600).status == 200
    assert initech.server.delete(f"{initech.path}/keys/{successor.kid}").code == "last_key"
    assert OPERATOR.delete(f"{initech.path}/keys/{successor.kid}").status == 204
    assert initech.server.post("/v1/tokens", {"user_id": "alice"}).status == 201
    assert OPERATOR.delete(f"{initech.path}/keys/{initech.signer.kid}").status == 204
    assert OPERATOR.get(f"{initech.path}/keys")["data"] == []
    assert stored_secrets(initech) == []


def test_an_overlap_shortens_but_never_lengthens_a_keys_life(
    initech: RegisteredTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    initech.new_signer()
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now)
    ends = [
        initech.server.delete(f"{initech.path}/keys/{initech.signer.kid}", overlap_seconds=seconds)["expires_at"]
        for seconds in (600, 60, 6000)
    ]
    assert ends[1] == ends[2] == clock.to_rfc3339(clock.to_datetime(now + 60_000))
    assert ends[0] == clock.to_rfc3339(clock.to_datetime(now + 600_000))


def test_a_key_that_has_ended_goes_with_the_next_removal(
    initech: RegisteredTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, third = initech.new_signer(), initech.new_signer()
    initech.server.delete(f"{initech.path}/keys/{initech.signer.kid}", overlap_seconds=1)
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 2000)
    assert len(kids(initech)) == 3
    initech.server.delete(f"{initech.path}/keys/{second.kid}")
    assert stored_secrets(initech) == kids(initech) == [third.kid]


def test_an_ended_key_is_removed_whatever_the_overlap(
    initech: RegisteredTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    initech.new_signer()
    path = f"{initech.path}/keys/{initech.signer.kid}"
    initech.server.delete(path, overlap_seconds=1)
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 2000)
    assert initech.server.delete(path, overlap_seconds=600).status == 204
    assert initech.server.delete(path).code == "key_not_found"


@pytest.mark.parametrize("overlap", [-1, 30 * 86_400 + 1, "soon", 1.5])
def test_an_overlap_is_up_to_30_days(initech: RegisteredTenant, overlap: object) -> None:
    refused = OPERATOR.delete(f"{initech.path}/keys/{initech.signer.kid}", overlap_seconds=overlap)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert kids(initech) == [initech.signer.kid]


def test_users_have_nothing_to_do_with_keys(initech: RegisteredTenant) -> None:
    peter = Person(initech.tenant_id, "peter")
    for method, tail in (
        ("POST", ""),
        ("GET", ""),
        ("GET", f"/{initech.signer.kid}"),
        ("DELETE", f"/{initech.signer.kid}"),
    ):
        refused = peter.request(method, f"{initech.path}/keys{tail}", {} if method == "POST" else None)
        assert (refused.status, refused.code) == (403, "server_token_required")


def test_another_tenants_keys_are_as_those_of_no_tenant(initech: RegisteredTenant, umbrella: RegisteredTenant) -> None:
    for method, tail in (
        ("POST", ""),
        ("GET", ""),
        ("GET", f"/{initech.signer.kid}"),
        ("DELETE", f"/{initech.signer.kid}"),
    ):
        body: dict[str, Any] | None = {} if method == "POST" else None
        answers = [
            umbrella.server.request(method, f"/v1/tenants/{tenant_id}/keys{tail}", body)
            for tenant_id in (initech.tenant_id, "nobody")
        ]
        answers.append(OPERATOR.request(method, f"/v1/tenants/nobody/keys{tail}", body))
        assert {(answer.status, answer.code) for answer in answers} == {(404, "tenant_not_found")}
        assert all(shown(answer) == shown(answers[0]) for answer in answers)
    for method in ("GET", "DELETE"):
        refused = umbrella.server.request(method, f"{umbrella.path}/keys/{initech.signer.kid}")
        assert (refused.status, refused.code) == (404, "key_not_found")
    assert kids(initech) == [initech.signer.kid]


def test_only_the_token_function_reads_secrets_and_only_key_functions_write_them() -> None:
    granted = {
        (route.function, action)
        for route in ROUTES
        for grant in route.grants
        if "secrets" in grant.spaces
        for action in grant.actions
    }
    assert granted == {
        ("identity/mint_token", "GetItem"),
        ("tenants/create_key", "PutItem"),
        ("tenants/delete_key", "DeleteItem"),
    }


Step = st.tuples(st.sampled_from(["make", "remove", "retire", "wait"]), st.integers(0, 9))


@settings_of_hypothesis(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(Step, max_size=8))
def test_whatever_a_tenant_does_it_can_still_sign(
    tables: None, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[str, int]]
) -> None:
    with monkeypatch.context() as moved:
        now = [clock.now_ms()]
        moved.setattr(clock, "now_ms", lambda: now[0])
        tenant = register_tenant(uuid.uuid4().hex)
        for step, number in steps:
            now[0] += 1 + (30_000 * number if step == "wait" else 0)
            kid = kids(tenant)[number % len(kids(tenant))]
            if step == "make":
                tenant.server.post(f"{tenant.path}/keys", {})
            elif step != "wait":
                overlap = {"overlap_seconds": 60} if step == "retire" else {}
                tenant.server.delete(f"{tenant.path}/keys/{kid}", **overlap)
            stored = OPERATOR.get(f"{tenant.path}/keys")["data"]
            assert any(key["expires_at"] is None for key in stored)
            assert sorted(stored_secrets(tenant)) == sorted(key["kid"] for key in stored)
            minted = tenant.server.post("/v1/tokens", {"user_id": "alice"})
            assert is_allowed(minted["token"])
