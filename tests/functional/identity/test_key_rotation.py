"""Keys are rotated as `docs/operations.md` says, with somebody calling all the while: nobody is refused on the way.

Media's key pairs are held to the same in `tests/functional/media/delivery/test_signing_key.py`, secrets of webhooks in
`tests/functional/webhooks/test_delivery.py`.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator

import boto3
import pytest

from parley import clock
from parley.identity import authorizer
from parley.settings import settings
from tests.support.aws.gateway import build_event, invoke
from tests.support.people.clocks import MovingClock
from tests.support.people.tokens import (
    OPERATOR,
    RegisteredTenant,
    Signer,
    ask_authorizer,
    is_allowed,
    new_ec_key,
    new_rsa_key,
    refusal_of,
    register_tenant,
)

OVERLAP = 3600
NEW_KEYS: dict[str, Callable[[RegisteredTenant], Signer]] = {
    "HS256": lambda tenant: tenant.new_signer(),
    "RS256": lambda tenant: tenant.new_signer("RS256", new_rsa_key()),
    "ES256": lambda tenant: tenant.new_signer("ES256", new_ec_key()),
}


@pytest.mark.parametrize("algorithm", NEW_KEYS)
def test_a_tenants_signing_key_is_rotated_under_its_users(
    tables: None, algorithm: str, moving_clock: MovingClock
) -> None:
    tenant = register_tenant("Initech")
    old = tenant.signer
    before = old.token(sub="peter", exp=clock.now_ms() // 1000 + 4 * OVERLAP)
    assert is_allowed(before)

    new = NEW_KEYS[algorithm](tenant)
    after = new.token(sub="peter", exp=clock.now_ms() // 1000 + 4 * OVERLAP)
    assert is_allowed(before)
    assert is_allowed(after)

    caller = ask_authorizer(f"Bearer {new.token(scope='server')}")["context"]
    overlap = {"overlap_seconds": OVERLAP}
    retired = invoke(build_event("DELETE", f"{tenant.path}/keys/{old.kid}", authorizer=caller, query=overlap))
    assert retired.status == 200, retired.text
    for _ in range(3):
        assert is_allowed(before)
        assert is_allowed(after)
        assert is_allowed(old.token(sub="peter")), "apps that have the old key still sign with it"
        moving_clock.pass_seconds(OVERLAP / 3 - 5)

    moving_clock.pass_seconds(20)
    assert refusal_of(before) == "token_key_unknown"
    assert is_allowed(after)
    told = OPERATOR.get("/v1/audit", tenant_id=tenant.tenant_id, target="key")["data"]
    assert [(line["action"], line["target_id"], line["actor"]) for line in told] == [
        ("key.retired", old.kid, "server"),
        ("key.created", new.kid, "operator"),
        ("key.created", old.kid, "operator"),
    ]


@pytest.fixture
def put_operator_key(tables: None) -> Iterator[Callable[[str], object]]:
    manager = boto3.client("secretsmanager")

    def said(key: str) -> str:
        return json.dumps({"sha256": hashlib.sha256(key.encode()).hexdigest()})

    manager.create_secret(Name=settings().operator_secret, SecretString=said("op_first"))
    authorizer._operator_hash = authorizer._OperatorHash()
    yield lambda key: manager.put_secret_value(SecretId=settings().operator_secret, SecretString=said(key))
    manager.delete_secret(SecretId=settings().operator_secret, ForceDeleteWithoutRecovery=True)
    authorizer._operator_hash = authorizer._OperatorHash()


def test_the_operators_key_is_rotated_by_putting_another_hash(
    put_operator_key: Callable[[str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_allowed("op_first")
    put_operator_key("op_second")
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + authorizer.OPERATOR_HASH_KEPT_SECONDS + 1)
    assert is_allowed("op_second")
    assert not is_allowed("op_first")
