"""Minting user tokens and revoking them."""

import json
from typing import Any

import jwt
import pytest

from parley import clock
from parley.tables import keys
from tests.support.faults.interference import crash_after
from tests.support.people.people import Person
from tests.support.people.tokens import (
    OPERATOR,
    RegisteredTenant,
    is_allowed,
    new_ec_key,
    refusal_of,
    register_tenant,
    request,
)


@pytest.fixture
def initech(tables: None) -> RegisteredTenant:
    return register_tenant("Initech")


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def test_a_minted_token_acts_as_its_user(initech: RegisteredTenant) -> None:
    minted = initech.server.post("/v1/tokens", {"user_id": "alice", "scope": "read write"})
    assert minted.status == 201, minted.text
    initech.server.put("/v1/users/alice", {"name": "Alice"})
    assert request(minted["token"], "GET", "/v1/users/me")["name"] == "Alice"
    claims = claims_of(minted["token"])
    assert (claims["sub"], claims["scope"]) == ("alice", "read write")
    assert clock.to_rfc3339(clock.to_datetime(claims["exp"] * 1000)) == minted["expires_at"]


@pytest.mark.parametrize("ttl", [60, 3600, 86_400])
def test_a_token_lives_as_long_as_asked(initech: RegisteredTenant, ttl: int) -> None:
    claims = claims_of(initech.server.post("/v1/tokens", {"user_id": "alice", "ttl_seconds": ttl})["token"])
    assert ttl - 1 <= claims["exp"] - claims["iat"] <= ttl


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/user_id"),
        ({"user_id": ""}, "/user_id"),
        ({"user_id": "a#b"}, "/user_id"),
        ({"user_id": 7}, "/user_id"),
        ({"user_id": "a", "ttl_seconds": 59}, "/ttl_seconds"),
        ({"user_id": "a", "ttl_seconds": 86_401}, "/ttl_seconds"),
        ({"user_id": "a", "ttl_seconds": "60"}, "/ttl_seconds"),
        ({"user_id": "a", "scope": "server"}, "/scope"),
        ({"user_id": "a", "scope": "read operator"}, "/scope"),
        ({"user_id": "a", "scope": "read  write"}, "/scope"),
        ({"user_id": "a", "scope": "read\tserver"}, "/scope"),
        ({"user_id": "a", "scope": ""}, "/scope"),
        ({"user_id": "a", "tenant_id": "other"}, "/tenant_id"),
    ],
)
def test_a_body_that_does_not_fit_mints_nothing(initech: RegisteredTenant, body: dict[str, Any], pointer: str) -> None:
    refused = initech.server.post("/v1/tokens", body)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [error["pointer"] for error in refused["errors"]] == [pointer]


@pytest.mark.parametrize(("path", "body"), [("/v1/tokens", {"user_id": "bob"}), ("/v1/users/bob/revoke-tokens", None)])
def test_only_server_tokens_mint_and_revoke(initech: RegisteredTenant, path: str, body: object) -> None:
    refused = Person(initech.tenant_id, "peter").post(path, body)
    assert (refused.status, refused.code) == (403, "server_token_required")
    assert OPERATOR.post(path, body).status == 403


def test_the_newest_key_that_stays_signs(initech: RegisteredTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [clock.now_ms()]
    monkeypatch.setattr(clock, "now_ms", lambda: now[0])
    signers = []
    for _ in range(2):
        now[0] += 1000
        signers.append(initech.new_signer())
    initech.new_signer("ES256", new_ec_key())

    def signing_kid() -> str:
        token = initech.server.post("/v1/tokens", {"user_id": "alice"})["token"]
        return str(jwt.get_unverified_header(token)["kid"])

    assert signing_kid() == signers[1].kid
    initech.server.delete(f"{initech.path}/keys/{signers[1].kid}", overlap_seconds=600)
    assert signing_kid() == signers[0].kid


def test_a_token_ends_with_a_key_that_is_being_retired(initech: RegisteredTenant) -> None:
    initech.new_signer("ES256", new_ec_key())
    retiring = initech.server.delete(f"{initech.path}/keys/{initech.signer.kid}", overlap_seconds=120)
    minted = initech.server.post("/v1/tokens", {"user_id": "alice"})
    assert minted["expires_at"][:19] == retiring["expires_at"][:19]
    assert is_allowed(minted["token"])


def test_without_a_secret_there_is_nothing_to_sign_with(
    initech: RegisteredTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    initech.new_signer("ES256", new_ec_key())
    initech.server.delete(f"{initech.path}/keys/{initech.signer.kid}", overlap_seconds=1)
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 2000)
    refused = initech.server.post("/v1/tokens", {"user_id": "alice"}, key="k")
    assert (refused.status, refused.code) == (409, "no_signing_secret")
    initech.new_signer()
    assert initech.server.post("/v1/tokens", {"user_id": "alice"}, key="k").status == 201


def test_a_replay_gives_the_same_token(initech: RegisteredTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    first = initech.server.post("/v1/tokens", {"user_id": "alice"}, key="k")
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 5000)
    initech.new_signer()
    second = initech.server.post("/v1/tokens", {"user_id": "alice"}, key="k")
    assert first.body == second.body
    assert second.headers["Idempotent-Replayed"] == "true"
    assert initech.server.post("/v1/tokens", {"user_id": "bob"}, key="k").code == "idempotency_key_reused"
    assert initech.server.post("/v1/tokens", {"user_id": "alice"}, key="k2").body != first.body


@pytest.mark.parametrize("calls", range(4))
def test_a_crash_after_any_call_is_made_good_by_the_repetition(
    initech: RegisteredTenant, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crash_after(calls) as tried:
        initech.server.post("/v1/tokens", {"user_id": "alice"}, key="k")
    assert len(tried) >= calls
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 31_000)
    assert is_allowed(initech.server.post("/v1/tokens", {"user_id": "alice"}, key="k")["token"])


def test_the_replay_of_a_revocation_spares_later_tokens(
    initech: RegisteredTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = initech.server.post("/v1/users/alice/revoke-tokens", key="k")
    assert first.status == 200, first.text
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 5000)
    token = initech.signer.token(sub="alice")
    second = initech.server.post("/v1/users/alice/revoke-tokens", key="k")
    assert second.body == first.body
    assert is_allowed(token)
    initech.server.post("/v1/users/alice/revoke-tokens")
    monkeypatch.setattr(clock, "now_ms", lambda: now + 5001)
    assert refusal_of(initech.signer.token(sub="alice", iat=(now + 4999) / 1000)) == "token_revoked"


def test_a_revocation_never_goes_back(initech: RegisteredTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    first = initech.server.post("/v1/users/alice/revoke-tokens")
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now - 60_000)
    assert initech.server.post("/v1/users/alice/revoke-tokens").body == first.body


def test_a_user_who_never_came_can_be_revoked_and_is_no_user_for_it(initech: RegisteredTenant) -> None:
    revoked = initech.server.post("/v1/users/nobody/revoke-tokens")
    assert revoked["user_id"] == "nobody"
    assert initech.server.get("/v1/users/nobody").code == "user_not_found"
    assert initech.server.post("/v1/users/a%23b/revoke-tokens").code == "validation_failed"


def test_tokens_of_other_tenants_users_of_the_same_name_stay(initech: RegisteredTenant) -> None:
    umbrella = register_tenant("Umbrella")
    token = umbrella.signer.token(sub="alice")
    initech.server.post("/v1/users/alice/revoke-tokens")
    assert is_allowed(token)


def test_neither_logs_nor_metrics_carry_a_token_or_secret(
    initech: RegisteredTenant, capsys: pytest.CaptureFixture[str]
) -> None:
    minted = initech.server.post("/v1/tokens", {"user_id": "alice"})
    made = initech.server.post(f"{initech.path}/keys", {})
    request(minted["token"], "GET", "/v1/users/me")
    written = "".join(capsys.readouterr())
    assert json.loads(written.splitlines()[0])
    assert minted["token"] not in written
    assert made["secret"] not in written
    assert keys.secrets(initech.tenant_id) not in written
