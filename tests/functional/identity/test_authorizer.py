"""The Lambda authorizer, asked with real tokens."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from jwt.utils import base64url_encode

from functions.identity.authorizer import handler
from parley import clock
from parley.identity import authorizer, forgeries
from parley.identity.items import SigningKeyItem, SigningSecretItem
from parley.remembered import Remembered
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.expressions import Update
from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Context, build_event, invoke
from tests.support.people.clocks import MovingClock
from tests.support.people.tokens import (
    OPERATOR,
    OTHERS_SECRET,
    RegisteredTenant,
    Signer,
    ask_authorizer,
    hand_made,
    is_allowed,
    is_denied,
    new_ec_key,
    new_rsa_key,
    private_pem,
    public_pem,
    refusal_of,
    register_tenant,
    request,
)

FAR_FUTURE = 4_102_444_800
UNAUTHENTICATED = {"isAuthorized": True, "context": {"refusal": "unauthenticated"}}
OPERATOR_KEY = "op_a-key-of-the-operator"


@pytest.fixture
def acme(tables: None) -> RegisteredTenant:
    return register_tenant("Acme")


@pytest.fixture
def globex(tables: None) -> RegisteredTenant:
    return register_tenant("Globex")


@pytest.fixture
def operator_secret(tables: None) -> Iterator[None]:
    manager = boto3.client("secretsmanager")
    value = json.dumps({"sha256": hashlib.sha256(OPERATOR_KEY.encode()).hexdigest()})
    manager.create_secret(Name=settings().operator_secret, SecretString=value)
    authorizer._operator_hash = authorizer._OperatorHash()
    yield
    manager.delete_secret(SecretId=settings().operator_secret, ForceDeleteWithoutRecovery=True)
    authorizer._operator_hash = authorizer._OperatorHash()


def test_a_user_token_gives_the_tenant_the_user_and_the_settings(acme: RegisteredTenant) -> None:
    OPERATOR.put(acme.path, {"settings": {"text_limit": 100}})
    answer = ask_authorizer(f"Bearer {acme.signer.token(sub='alice', scope='b a operator')}")
    assert answer == {
        "isAuthorized": True,
        "context": {
            "tenant_id": acme.tenant_id,
            "user_id": "alice",
            "credential": acme.signer.kid,
            "scope": "a b",
            "settings": '{"text_limit":100}',
        },
    }


def items_read(token: str, source: str = "192.0.2.1") -> tuple[bool, int]:
    """Whether the token is let in, and how many items were read for it, all of them consistently."""
    with recording() as calls:
        answer = ask_authorizer(f"bearer  {token} ", source=source)
    batches = [
        read for operation, made in calls.calls if operation == "BatchGetItem" for read in made["RequestItems"].values()
    ]
    gets = [made for operation, made in calls.calls if operation == "GetItem"]
    assert all(each["ConsistentRead"] for each in [*batches, *gets])
    is_let_in = answer["isAuthorized"] and "refusal" not in answer["context"]
    return is_let_in, sum(len(each["Keys"]) for each in batches) + len(gets)


def test_a_decision_reads_three_small_items_and_one_more_where_the_key_is_new(acme: RegisteredTenant) -> None:
    reads = [items_read(acme.signer.token(sub=name)) for name in ("alice", "bob", "carol")]
    assert reads == [(True, 4), (True, 3), (True, 3)]


def test_what_a_known_key_did_not_sign_costs_no_read(acme: RegisteredTenant) -> None:
    assert items_read(acme.signer.token(sub="alice")) == (True, 4)
    for name in ("alice", "bob"):
        assert items_read(Signer(acme.signer.kid, OTHERS_SECRET).token(sub=name)) == (False, 0)
    assert items_read(acme.signer.token(sub="bob")) == (True, 3)


def test_a_key_that_is_not_there_is_looked_for_once_in_some_seconds(
    acme: RegisteredTenant, moving_clock: MovingClock
) -> None:
    nobodys = Signer(f"{acme.tenant_id}.nobodys", OTHERS_SECRET)
    assert [items_read(nobodys.token(sub=name)) for name in ("a", "b", "c")] == [(False, 2), (False, 0), (False, 0)]
    moving_clock.pass_seconds(6)
    assert items_read(nobodys.token(sub="d")) == (False, 2)


def test_an_address_that_forges_reads_no_more_keys_and_spares_who_shares_it(
    acme: RegisteredTenant, globex: RegisteredTenant, moving_clock: MovingClock
) -> None:
    good = acme.signer.token(sub="alice")
    assert items_read(good) == (True, 4)
    forged = [items_read(Signer(f"{acme.tenant_id}.k{n}", OTHERS_SECRET).token(sub="a")) for n in range(80)]
    assert forged == [(False, 2)] * 60 + [(False, 0)] * 20
    assert items_read(good) == (True, 3)
    assert items_read(globex.signer.token(sub="zoe")) == (False, 0)
    assert items_read(globex.signer.token(sub="zoe"), source="192.0.2.2") == (True, 4)
    moving_clock.pass_seconds(61)
    assert items_read(Signer(f"{acme.tenant_id}.k99", OTHERS_SECRET).token(sub="a")) == (False, 2)


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Bearer op_guess", "Bearer a.b.c", "Bearer ключ"])
def test_whatever_is_refused_counts_for_its_address(
    acme: RegisteredTenant, globex: RegisteredTenant, operator_secret: None, header: str
) -> None:
    good = acme.signer.token(sub="alice")
    assert items_read(good) == (True, 4)
    for _ in range(forgeries.MOST_OF_AN_ADDRESS):
        assert ask_authorizer(header, source="192.0.2.1")["context"].keys() == {"refusal"}
    assert items_read(globex.signer.token(sub="zoe")) == (False, 0)
    assert items_read(good) == (True, 3)
    assert items_read(globex.signer.token(sub="zoe"), source="192.0.2.2") == (True, 4)
    assert ask_authorizer(f"Bearer {OPERATOR_KEY}", source="192.0.2.1")["isAuthorized"]


def test_what_is_remembered_of_forgeries_is_bounded(acme: RegisteredTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgeries, "_no_keys", Remembered(most=5, kept_ms=5_000))
    monkeypatch.setattr(forgeries, "_addresses", Remembered(most=5))
    for number in range(20):
        items_read(Signer(f"{acme.tenant_id}.k{number}", OTHERS_SECRET).token(sub="a"), source=f"192.0.2.{number}")
    assert (len(forgeries._no_keys), len(forgeries._addresses)) == (5, 5)


def test_a_key_made_anew_under_its_old_name_is_read_anew(acme: RegisteredTenant) -> None:
    """As a repeated request makes it, long after the first one's key was removed."""
    assert is_allowed(acme.signer.token(sub="alice"))
    at = keys.Key(keys.tenant(acme.tenant_id), keys.signing_key_sk(acme.signer.kid))
    dynamodb.update(settings().chat_table, at, Update().add(created_at=1))
    dynamodb.update(
        settings().control_table, keys.Key(keys.secrets(acme.tenant_id), at.sk), Update().set(secret=OTHERS_SECRET)
    )
    assert is_denied(acme.signer.token(sub="alice"))
    assert is_allowed(Signer(acme.signer.kid, OTHERS_SECRET).token(sub="bob"))


AUDIENCE, ISSUER = "https://chat.example.com", "https://login.example.com"


@pytest.mark.parametrize("algorithm", ["HS256", "RS256"])
def test_a_key_names_who_its_tokens_are_for_and_of_whom(acme: RegisteredTenant, algorithm: str) -> None:
    named = named_signer(acme, algorithm, audience=AUDIENCE, issuer=ISSUER)
    for_us = ({"aud": AUDIENCE}, {"aud": [AUDIENCE]}, {"aud": ["https://others.test", AUDIENCE]})
    for_others: tuple[dict[str, Any], ...] = (
        {},
        {"aud": "https://others.test"},
        {"aud": []},
        {"aud": ["https://others.test"]},
        {"aud": None, "iss": ISSUER},
        {"aud": f"{AUDIENCE}/"},
        {"aud": AUDIENCE.upper()},
        {"aud": [AUDIENCE, 5]},
        {"aud": {AUDIENCE: True}},
    )
    assert [is_allowed(named.token(sub="alice", iss=ISSUER, **claims)) for claims in for_us] == [True] * 3
    assert [
        claims for claims in for_others if not is_denied(named.token(**{"sub": "alice", "iss": ISSUER} | claims))
    ] == []
    for issuer in (None, "", "https://others.test", f"{ISSUER}/", [ISSUER], 5):
        assert is_denied(named.token(sub="alice", aud=AUDIENCE, iss=issuer))


@pytest.mark.parametrize("audience", [AUDIENCE, "", [], ["a"], 5, {}])
def test_where_no_audience_is_named_a_token_with_one_is_for_somebody_else(
    acme: RegisteredTenant, audience: object
) -> None:
    assert is_denied(acme.signer.token(sub="alice", aud=audience))
    assert is_allowed(acme.signer.token(sub="alice", iss="https://anybody.test"))


def test_an_audience_alone_leaves_the_issuer_free_and_an_issuer_alone_refuses_audiences(acme: RegisteredTenant) -> None:
    audience = named_signer(acme, "HS256", audience=AUDIENCE)
    assert is_allowed(audience.token(sub="alice", aud=AUDIENCE, iss="https://anybody.test"))
    issuer = named_signer(acme, "HS256", issuer=ISSUER)
    assert is_allowed(issuer.token(sub="alice", iss=ISSUER))
    assert is_denied(issuer.token(sub="alice", iss=ISSUER, aud=AUDIENCE))


def named_signer(tenant: RegisteredTenant, algorithm: str, **names: str) -> Signer:
    private = new_rsa_key() if algorithm == "RS256" else None
    body = {"algorithm": algorithm, **names} | ({} if private is None else {"public_key": public_pem(private)})
    made = tenant.server.post(f"{tenant.path}/keys", body)
    assert {name: made[name] for name in names} == names
    return Signer(made["kid"], made["secret"] if private is None else private_pem(private), algorithm)


def test_minted_tokens_name_what_their_key_names(acme: RegisteredTenant) -> None:
    named_signer(acme, "HS256", audience=AUDIENCE, issuer=ISSUER)
    assert is_allowed(acme.server.post("/v1/tokens", {"user_id": "alice"})["token"])


@pytest.mark.parametrize(("algorithm", "new_key"), [("RS256", new_rsa_key), ("ES256", new_ec_key)])
def test_a_registered_public_key_verifies_what_its_private_key_signs(
    acme: RegisteredTenant, algorithm: str, new_key: Callable[[], Any]
) -> None:
    registered, other = (acme.new_signer(algorithm, new_key()) for _ in range(2))
    assert is_allowed(registered.token(sub="alice"))
    assert is_denied(Signer(registered.kid, other.material, algorithm).token(sub="alice"))


def test_a_token_of_another_key_or_algorithm_is_denied(acme: RegisteredTenant) -> None:
    rsa = new_rsa_key()
    registered = acme.new_signer("RS256", rsa)
    kid, secret = acme.signer.kid, acme.signer.material
    good = {"sub": "alice", "exp": FAR_FUTURE}
    assert is_allowed(hand_made({"alg": "HS256", "kid": kid}, good, secret))
    unsigned = Signer(kid, "", "none").token(sub="alice")
    forged = {
        "another secret": Signer(kid, OTHERS_SECRET).token(sub="alice"),
        "a public key as the secret": hand_made({"alg": "HS256", "kid": registered.kid}, good, public_pem(rsa)),
        "a public key as the secret, called RS256": hand_made(
            {"alg": "RS256", "kid": registered.kid}, good, public_pem(rsa)
        ),
        "HS384": Signer(kid, secret, "HS384").token(sub="alice"),
        "a registered key under the name of a secret": Signer(kid, registered.material, "RS256").token(sub="alice"),
        "a secret under the name of a registered key": Signer(registered.kid, secret).token(sub="alice"),
        "none": unsigned,
        "none, without a signature part": unsigned.removesuffix("."),
        "None": hand_made({"alg": "None", "kid": kid}, good, secret),
        "no algorithm": hand_made({"kid": kid}, good, secret),
        "a list of algorithms": hand_made({"alg": ["HS256"], "kid": kid}, good, secret),
    }
    assert [name for name, token in forged.items() if not is_denied(token)] == []


def test_key_addresses_and_extensions_in_the_header_are_never_followed(acme: RegisteredTenant) -> None:
    kid, secret = acme.signer.kid, acme.signer.material
    good = {"sub": "alice", "exp": FAR_FUTURE}
    offered = base64url_encode(OTHERS_SECRET.encode()).decode()
    for extra in (
        {"jku": "https://attacker.test/keys.json"},
        {"x5u": "https://attacker.test/certificate.pem"},
        {"x5c": ["AAAA"]},
        {"jwk": {"kty": "oct", "k": offered, "alg": "HS256"}},
    ):
        assert is_denied(hand_made({"alg": "HS256", "kid": kid} | extra, good, OTHERS_SECRET))
        assert is_allowed(hand_made({"alg": "HS256", "kid": kid} | extra, good, secret))
    for critical in ({"crit": ["x"], "x": 1}, {"crit": ["exp"], "exp": 1}, {"crit": "b64"}, {"b64": False}):
        assert is_denied(hand_made({"alg": "HS256", "kid": kid} | critical, good, secret))


def test_a_key_opens_its_own_tenant_alone(acme: RegisteredTenant, globex: RegisteredTenant) -> None:
    assert is_denied(Signer(acme.signer.kid, globex.signer.material).token(sub="alice"))
    own_name = acme.signer.kid.partition(".")[2]
    assert is_denied(Signer(f"{globex.tenant_id}.{own_name}", acme.signer.material).token(sub="alice"))
    token = globex.signer.token(sub="alice", iss=acme.tenant_id, tenant_id=acme.tenant_id)
    assert ask_authorizer(f"Bearer {token}")["context"]["tenant_id"] == globex.tenant_id


@pytest.mark.parametrize("kid", ["", ".", "k1", "acme.", ".k1", "a#b.k1", "*.k1", "x" * 100, 5, None, ["a.b"]])
def test_a_token_that_names_no_key_is_denied(acme: RegisteredTenant, kid: object) -> None:
    token = hand_made({"alg": "HS256", "kid": kid}, {"sub": "alice", "exp": FAR_FUTURE}, acme.signer.material)
    assert is_denied(token)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"exp": True},
        {"exp": "4102444800"},
        {"exp": [FAR_FUTURE]},
        {"exp": -1},
        {"exp": 10**400},
        {"exp": FAR_FUTURE * 1000},
        {"iat": "now"},
        {"iat": False},
        {"iat": FAR_FUTURE},
        {"nbf": FAR_FUTURE},
        {"nbf": {}},
        {"sub": None},
        {"sub": ""},
        {"sub": "", "scope": "server"},
        {"sub": 7},
        {"sub": "a#b"},
        {"sub": "a b"},
        {"sub": "alice\n"},
        {"sub": None, "scope": "servers"},
        {"sub": None, "scope": "operator"},
        {"scope": ["server"]},
        {"scope": {"server": True}},
    ],
    ids=json.dumps,
)
def test_a_token_with_malformed_claims_is_denied(acme: RegisteredTenant, claims: dict[str, Any]) -> None:
    assert is_denied(acme.signer.token(**({"sub": "alice"} | claims)))


@pytest.mark.parametrize(
    "payload",
    [
        '{"sub": "alice", "exp": NaN}',
        '{"sub": "alice", "exp": Infinity}',
        '{"sub": "alice", "exp": 1e999}',
        '{"sub": null, "exp": 4102444800}',
        '["sub", "exp"]',
        '"alice"',
        "null",
        "",
        "{",
        "[" * 3000,
        '{"sub": "alice", "exp": %s}' % ("9" * 5000),
    ],
)
def test_a_token_with_a_malformed_payload_is_denied(acme: RegisteredTenant, payload: str) -> None:
    assert is_denied(acme.signer.raw(payload))


def test_a_token_is_at_most_8_kib_long(acme: RegisteredTenant) -> None:
    assert is_allowed(acme.signer.token(sub="alice", padding="x" * 5500))
    assert is_denied(acme.signer.token(sub="alice", padding="x" * 6200))


def test_a_weak_secret_verifies_nothing(acme: RegisteredTenant) -> None:
    kid = f"{acme.tenant_id}.weak"
    sk = keys.signing_key_sk(kid)
    for item in (
        SigningKeyItem(pk=keys.tenant(acme.tenant_id), sk=sk, kid=kid, algorithm="HS256", created_at=1),
        SigningSecretItem(pk=keys.secrets(acme.tenant_id), sk=sk, kid=kid, secret="s" * 31),
    ):
        dynamodb.put(item.table(), item.serialize())
    assert is_denied(hand_made({"alg": "HS256", "kid": kid}, {"sub": "alice", "exp": FAR_FUTURE}, "s" * 31))


def test_clocks_may_differ_by_30_seconds(acme: RegisteredTenant) -> None:
    now = clock.now_ms() // 1000
    assert is_allowed(acme.signer.token(sub="alice", exp=now - 20))
    assert is_allowed(acme.signer.token(sub="alice", nbf=now + 20, iat=now + 20))
    assert is_denied(acme.signer.token(sub="alice", nbf=now + 40))
    assert is_denied(acme.signer.token(sub="alice", iat=now + 40))
    assert refusal_of(acme.signer.token(sub="alice", exp=now - 40)) == "token_expired"


def test_the_bearer_of_an_expired_token_is_told_so(acme: RegisteredTenant) -> None:
    answer = request(acme.signer.token(sub="alice", exp=1), "GET", "/v1/users/me")
    assert (answer.status, answer.code) == (401, "token_expired")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert is_denied(Signer(acme.signer.kid, OTHERS_SECRET).token(sub="alice", exp=1))


def test_a_revoked_user_needs_a_newer_token(acme: RegisteredTenant) -> None:
    old, others = acme.signer.token(sub="alice"), acme.signer.token(sub="bob")
    without_iat = acme.signer.token(sub="alice", iat=None)
    assert is_allowed(without_iat)
    acme.server.post("/v1/users/alice/revoke-tokens")
    assert [refusal_of(token) for token in (old, without_iat)] == ["token_revoked", "token_revoked"]
    assert is_allowed(others)
    assert is_allowed(acme.server.post("/v1/tokens", {"user_id": "alice"})["token"])
    answer = request(old, "GET", "/v1/users/me")
    assert (answer.status, answer.code) == (401, "token_revoked")


def test_a_revoked_tenant_needs_newer_tokens_for_all(
    acme: RegisteredTenant, globex: RegisteredTenant, moving_clock: MovingClock
) -> None:
    old = [acme.signer.token(sub="alice"), acme.signer.token(scope="server")]
    foreign = globex.signer.token(sub="alice")
    moving_clock.pass_seconds(0.01)  # a token of the revocation's own millisecond is good
    assert acme.server.post(f"{acme.path}/revoke-tokens").status == 200
    assert [refusal_of(token) for token in old] == ["token_revoked", "token_revoked"]
    assert is_allowed(foreign)
    assert is_allowed(acme.signer.token(sub="alice"))


def test_a_token_minted_in_the_moment_of_the_revocation_is_valid(
    acme: RegisteredTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for moment in range(1_795_424_400_000, 1_795_424_400_050):
        monkeypatch.setattr(clock, "now_ms", lambda now=moment: now)
        acme.server.post("/v1/users/alice/revoke-tokens")
        assert is_allowed(acme.server.post("/v1/tokens", {"user_id": "alice"})["token"]), moment


def test_a_retired_key_is_good_until_its_end(acme: RegisteredTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    token = acme.signer.token(sub="alice")
    successor = acme.new_signer()
    retired = acme.server.delete(f"{acme.path}/keys/{acme.signer.kid}", overlap_seconds=600)
    assert retired.status == 200, retired.text
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 590_000)
    assert is_allowed(token)
    monkeypatch.setattr(clock, "now_ms", lambda: now + 601_000)
    assert is_denied(token)
    assert is_allowed(successor.token(sub="alice"))


def test_a_removed_key_is_no_key(acme: RegisteredTenant) -> None:
    acme.new_signer()
    assert acme.server.delete(f"{acme.path}/keys/{acme.signer.kid}").status == 204
    assert is_denied(acme.signer.token(sub="alice"))


def test_a_suspended_tenant_is_told_so_until_it_is_resumed(acme: RegisteredTenant) -> None:
    tokens = [acme.signer.token(sub="alice"), acme.signer.token(scope="server")]
    OPERATOR.put(acme.path, {"suspended": True})
    assert [refusal_of(token) for token in tokens] == ["tenant_suspended", "tenant_suspended"]
    answer = request(tokens[0], "GET", "/v1/users/me")
    assert (answer.status, answer.code) == (403, "tenant_suspended")
    assert is_denied(Signer(acme.signer.kid, OTHERS_SECRET).token(sub="alice"))
    OPERATOR.put(acme.path, {"suspended": False})
    assert all(map(is_allowed, tokens))


def test_a_server_token_acts_for_the_users_of_its_tenant(acme: RegisteredTenant) -> None:
    acme.server.put("/v1/users/alice", {"name": "Alice"})
    token = acme.signer.token(scope="server")
    assert request(token, "GET", "/v1/users/me").code == "acting_user_required"
    assert request(token, "GET", "/v1/users/me", headers={"X-Acting-User": "alice"})["name"] == "Alice"
    assert request(token, "GET", "/v1/users/me", headers={"X-Acting-User": "a#b"}).code == "validation_failed"


def test_a_user_token_acts_for_nobody_else(acme: RegisteredTenant) -> None:
    token = acme.signer.token(sub="alice")
    answer = request(token, "GET", "/v1/users/me", headers={"X-Acting-User": "bob"})
    assert (answer.status, answer.code) == (403, "acting_user_refused")


def test_the_operator_key_opens_the_operators_routes(operator_secret: None) -> None:
    answer = ask_authorizer(f"Bearer {OPERATOR_KEY}")
    assert answer["isAuthorized"]
    assert answer["context"]["scope"] == "operator"
    assert request(OPERATOR_KEY, "GET", "/v1/tenants/nobody").code == "tenant_not_found"
    refused = request(OPERATOR_KEY, "GET", "/v1/users")
    assert (refused.status, refused.code) == (403, "forbidden")
    for wrong in ("op_", "op_wrong", OPERATOR_KEY + "x", OPERATOR_KEY.upper()):
        assert ask_authorizer(f"Bearer {wrong}")["context"].keys() == {"refusal"}


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "alice", "Bearer \ud800", "Bearer op_\ud800", "Bearer ключ.a.b"]
)
def test_a_header_without_a_token_is_denied(tables: None, header: str) -> None:
    assert ask_authorizer(header) == UNAUTHENTICATED


def test_a_request_without_headers_is_denied(tables: None) -> None:
    assert handler({"headers": None}, Context()) == UNAUTHENTICATED


def test_a_caller_without_a_tenant_is_told_to_authenticate(acme: RegisteredTenant) -> None:
    answer = invoke(build_event("GET", "/v1/users", authorizer=None))
    assert (answer.status, answer.code) == (401, "unauthenticated")


def test_an_outage_is_an_error_that_the_gateway_does_not_keep(
    acme: RegisteredTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.test")

    monkeypatch.setattr(dynamodb.client(), "_make_api_call", fail)
    with pytest.raises(EndpointConnectionError):
        ask_authorizer(f"Bearer {acme.signer.token(sub='alice')}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
HEADERS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("alg", "kid", "typ", "crit", "b64", "jku", "jwk", "x5u", "x5c", "cty"), JSON)
)
FUZZ = settings_of_hypothesis(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FUZZ
@given(header=HEADERS, payload=JSON, kid_is_known=st.booleans(), secret=st.sampled_from(["known", "", "s" * 40]))
def test_whatever_is_signed_with_a_strange_header_or_payload_is_denied_without_an_error(
    acme: RegisteredTenant, header: dict[str, Any], payload: Any, secret: str, *, kid_is_known: bool
) -> None:
    if kid_is_known:
        header = header | {"alg": "HS256", "kid": acme.signer.kid}
    material = acme.signer.material if secret == "known" else secret
    assert is_denied(hand_made(header, payload, material))


@FUZZ
@given(
    cut=st.integers(0, 400),
    inserted=st.text(st.characters(codec="ascii"), max_size=5) | st.text(max_size=5),
    removed=st.integers(0, 5),
)
def test_no_altered_token_is_let_in(acme: RegisteredTenant, cut: int, inserted: str, removed: int) -> None:
    token = hand_made(
        {"alg": "HS256", "kid": acme.signer.kid}, {"sub": "alice", "exp": FAR_FUTURE}, acme.signer.material
    )
    altered = token[:cut] + inserted + token[cut + removed :]
    assume(altered.strip().rstrip("=") != token)
    assert is_denied(altered)


@FUZZ
@given(header=st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_no_header_makes_the_authorizer_fail(tables: None, header: str) -> None:
    assume(not header.strip().lower().startswith("bearer op_"))
    for value in (header, f"Bearer {header}"):
        assert ask_authorizer(value)["context"].keys() == {"refusal"}


def refused_tokens(acme: RegisteredTenant, globex: RegisteredTenant) -> dict[str, str]:
    """A token for each code."""
    later = clock.now_ms() // 1000 + 600
    named = named_signer(acme, "HS256", audience=AUDIENCE, issuer=ISSUER)
    forger = Signer(acme.signer.kid, OTHERS_SECRET)
    removed = acme.new_signer()
    assert acme.server.delete(f"{acme.path}/keys/{removed.kid}").status == 204
    assert acme.server.post("/v1/users/revoked/revoke-tokens").status == 200
    return {
        "token_not_yet_valid": acme.signer.token(sub="alice", nbf=later),
        "token_key_unknown": removed.token(sub="alice"),
        "token_audience_refused": named.token(sub="alice", aud="https://others.test", iss=ISSUER),
        "token_issuer_refused": named.token(sub="alice", aud=AUDIENCE, iss="https://others.test"),
        "token_signature_invalid": forger.token(sub="alice"),
        "token_malformed": acme.signer.token(sub="alice", exp="tomorrow"),
        "token_revoked": acme.signer.token(sub="revoked", iat=1),
        "token_expired": acme.signer.token(sub="alice", exp=1),
    }


def test_a_refused_token_is_told_why(acme: RegisteredTenant, globex: RegisteredTenant) -> None:
    for code, token in refused_tokens(acme, globex).items():
        for _ in range(2):  # what is remembered of a forgery has the same reason
            refused = request(token, "GET", "/v1/users")
            assert (refused.status, refused.code) == (401, code)
        assert refused.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token"')
        assert not refused.calls.calls


def test_a_refused_token_is_told_before_the_body_is_looked_at(acme: RegisteredTenant) -> None:
    decision = ask_authorizer("Bearer nonsense")
    event = build_event("POST", "/v1/messages", authorizer=decision["context"], body="{" + "x" * 300_000)
    refused = invoke(event)
    assert (refused.status, refused.code) == (401, "token_malformed")


def test_an_address_that_goes_on_is_refused_by_the_gateway(acme: RegisteredTenant, moving_clock: MovingClock) -> None:
    told = [ask_authorizer("Bearer nonsense", source="192.0.2.9")["isAuthorized"] for _ in range(70)]
    assert told == [True] * 60 + [False] * 10
    moving_clock.pass_seconds(61)
    assert ask_authorizer("Bearer nonsense", source="192.0.2.9")["isAuthorized"]


def test_a_deactivated_users_tokens_are_refused_until_they_are_back(acme: RegisteredTenant) -> None:
    token, others = acme.signer.token(sub="alice"), acme.signer.token(sub="bob")
    without_iat = acme.signer.token(sub="alice", iat=None)
    acme.server.put("/v1/users/alice", {})
    assert acme.server.post("/v1/users/alice/deactivate").status == 200
    assert [refusal_of(each) for each in (token, without_iat)] == ["user_deactivated", "user_deactivated"]
    assert is_allowed(others)
    answer = request(token, "GET", "/v1/users/me")
    assert (answer.status, answer.code) == (401, "user_deactivated")
    assert refusal_of(acme.server.post("/v1/tokens", {"user_id": "alice"})["token"]) == "user_deactivated"
    assert acme.server.post("/v1/users/alice/revoke-tokens").status == 200
    assert refusal_of(acme.signer.token(sub="alice")) == "user_deactivated", "a revocation brings nobody back"
    assert acme.server.post("/v1/users/alice/reactivate").status == 200
    assert refusal_of(without_iat) == "token_revoked", "and a reactivation takes no revocation back"
    assert is_allowed(acme.server.post("/v1/tokens", {"user_id": "alice"})["token"])
