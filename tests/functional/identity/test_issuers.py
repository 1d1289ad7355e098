"""The login that a tenant brings: tokens of a real issuer on this machine, through the real authorizer."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from parley import clock
from parley.identity import forgeries
from parley.issuers import authorizing, fetching
from parley.outbound.transport import Limits
from parley.settings import settings
from parley.tables import dynamodb, keys
from tests.support.aws.aws_calls import recording
from tests.support.aws.gateway import Answer
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.clocks import MovingClock
from tests.support.people.issuers import (
    AUDIENCE,
    DISCOVERY,
    JWKS,
    LocalIssuer,
    jwk_of,
    running_issuer,
    slow,
)
from tests.support.people.people import Person
from tests.support.people.tenant_servers import answer
from tests.support.people.tokens import (
    OPERATOR,
    RegisteredTenant,
    Signer,
    ask_authorizer,
    hand_made,
    is_allowed,
    new_ec_key,
    new_rsa_key,
    private_pem,
    public_pem,
    refusal_of,
    register_tenant,
    request,
)


@pytest.fixture
def acme(tables: None, local_stage: None) -> RegisteredTenant:
    return register_tenant("Acme")


@pytest.fixture
def globex(tables: None, local_stage: None) -> RegisteredTenant:
    return register_tenant("Globex")


@pytest.fixture
def login() -> Iterator[LocalIssuer]:
    with running_issuer() as issuer:
        yield issuer


def register(tenant: RegisteredTenant, login: LocalIssuer, **said: Any) -> Answer:
    body = {"issuer": login.url, "audiences": [AUDIENCE]} | said
    return tenant.server.post(f"{tenant.path}/issuers", body)


def registered(tenant: RegisteredTenant, login: LocalIssuer, **said: Any) -> str:
    made = register(tenant, login, **said)
    assert made.status == 201, made.text
    return str(made["id"])


def caller_by(token: str) -> dict[str, str]:
    """The context of a token that holds."""
    decision = ask_authorizer(f"Bearer {token}")
    assert decision["isAuthorized"]
    assert "refusal" not in decision["context"], decision
    return dict(decision["context"])


def test_a_token_of_a_registered_issuer_acts_as_its_user(acme: RegisteredTenant, login: LocalIssuer) -> None:
    registered(acme, login)
    said = caller_by(login.token())
    assert (said["tenant_id"], said["user_id"], said["scope"]) == (acme.tenant_id, "alice", "")
    assert acme.server.put("/v1/users/alice", {"name": "Alice"}).status == 200 + 1
    assert request(login.token(), "GET", "/v1/users/me")["name"] == "Alice"
    assert login.asked == [DISCOVERY, JWKS]


@pytest.mark.parametrize(
    ("said", "claims", "user_id"),
    [
        ({}, {"sub": "auth0|5f7c8ec7"}, "auth0=7C5f7c8ec7"),
        ({}, {"sub": "a=7Cb"}, "a=3D7Cb"),
        ({}, {"sub": "f:2c:alice"}, "f:2c:alice"),
        ({"user_id_claim": "cognito:username"}, {"cognito:username": "alice.l"}, "alice.l"),
        ({"user_id_claim": "https://acme.test/id"}, {"https://acme.test/id": "u1"}, "u1"),
        ({"user_id_claim": "app.user"}, {"app": {"user": "u2"}}, "u2"),
        ({"audiences": ["a", "b"]}, {"aud": ["b", "others"]}, "alice"),
        ({}, {"aud": None, "client_id": AUDIENCE}, "alice"),
    ],
)
def test_shapes_of_well_known_logins(
    acme: RegisteredTenant, login: LocalIssuer, said: dict[str, Any], claims: dict[str, Any], user_id: str
) -> None:
    registered(acme, login, **said)
    assert caller_by(login.token(**claims))["user_id"] == user_id


@pytest.mark.parametrize("user_id", ["", "|first", 7, None, ["alice"], "x" * 81, "me", "\n", ".hidden"])
def test_what_makes_no_users_id_is_refused(acme: RegisteredTenant, login: LocalIssuer, user_id: object) -> None:
    registered(acme, login)
    assert (
        refusal_of(login.token(headers=None, uid=1, sub=user_id) if user_id != 7 else odd(login)) == "token_malformed"
    )


def odd(login: LocalIssuer) -> str:
    """A token whose `sub` is a number, which PyJWT does not write."""
    return Signer(login.kid, pem_of(login), login.algorithm).token(iss=login.url, aud=AUDIENCE, sub=7)


def pem_of(login: LocalIssuer) -> str:
    return private_pem(login.private)


def test_scopes_come_from_the_named_claim_and_never_make_a_server(acme: RegisteredTenant, login: LocalIssuer) -> None:
    registered(acme, login, scope_claim="realm_access.roles")
    roles = {"roles": ["moderator", "server", "operator", "UPPER", 7, "moderator"]}
    assert caller_by(login.token(realm_access=roles, scope="server operator"))["scope"] == "moderator"
    refused = request(login.token(realm_access=roles), "GET", f"{acme.path}/issuers")
    assert (refused.status, refused.code) == (403, "server_token_required")


def test_scope_of_a_login_without_a_named_claim_is_nothing(acme: RegisteredTenant, login: LocalIssuer) -> None:
    registered(acme, login)
    assert caller_by(login.token(scope="server openid profile"))["scope"] == ""


def test_users_are_created_at_first_sight_where_the_tenant_says_so(acme: RegisteredTenant, login: LocalIssuer) -> None:
    registered(acme, login, create_users=True, name_claim="name")
    for name in ("Alice Liddell", "Another"):
        caller_by(login.token(name=name))
    caller_by(login.token(sub="bob", name="\u202e"))
    caller_by(login.token(sub="carol"))
    names = {user: acme.server.get(f"/v1/users/{user}")["name"] for user in ("alice", "bob", "carol")}
    assert names == {"alice": "Alice Liddell", "bob": "bob", "carol": "carol"}
    assert [user["id"] for user in acme.server.get("/v1/users")["data"]] == ["alice", "bob", "carol"]


def test_nobody_is_created_unasked_or_for_a_token_that_does_not_hold(
    acme: RegisteredTenant, login: LocalIssuer
) -> None:
    issuer_id = registered(acme, login)
    caller_by(login.token(sub="bob"))
    assert acme.server.delete(f"{acme.path}/issuers/{issuer_id}").status == 204
    registered(acme, login, create_users=True)
    assert refusal_of(login.token(sub="bob", exp=1)) == "token_expired"
    assert acme.server.get("/v1/users/bob").status == 404


def test_a_login_brings_nobody_back_who_was_deactivated(acme: RegisteredTenant, login: LocalIssuer) -> None:
    registered(acme, login, create_users=True)
    caller_by(login.token(sub="bob"))
    acme.server.post("/v1/users/bob/deactivate")
    assert refusal_of(login.token(sub="bob")) == "user_deactivated"
    assert acme.server.get("/v1/users/bob")["deactivated_at"] is not None
    acme.server.post("/v1/users/bob/reactivate")
    caller_by(login.token(sub="bob"))


def test_a_refused_token_of_an_issuer_is_told_why(acme: RegisteredTenant, login: LocalIssuer) -> None:
    registered(acme, login)
    later = clock.now_ms() // 1000 + 600
    with running_issuer() as stranger:
        stranger.url = login.url
        tokens = {
            "token_not_yet_valid": login.token(nbf=later),
            "token_audience_refused": login.token(aud="others"),
            "token_issuer_refused": login.token(iss="https://strangers.test"),
            "token_key_unknown": login.token(headers={"kid": "nobodys"}),
            "token_signature_invalid": stranger.token(headers={"kid": login.kid}),
            "token_expired": login.token(exp=1),
        }
    for code, token in tokens.items():
        for _ in range(2):
            refused = request(token, "GET", "/v1/users")
            assert (refused.status, refused.code) == (401, code)
    assert acme.server.post("/v1/users/alice/revoke-tokens").status == 200
    assert request(login.token(iat=1), "GET", "/v1/users").code == "token_revoked"


# keys


def test_a_rotation_is_followed_at_a_bounded_pace(
    acme: RegisteredTenant, login: LocalIssuer, moving_clock: MovingClock
) -> None:
    registered(acme, login)
    moving_clock.pass_seconds(40)
    assert is_allowed(login.token())
    login.rotate("key-2")
    assert is_allowed(login.token())
    assert login.fetches == 2
    for number in range(20):
        assert refusal_of(login.token(headers={"kid": f"forged-{number}"})) == "token_key_unknown"
        authorizing.forget()  # another process
    assert login.fetches == 2
    moving_clock.pass_seconds(31)
    for number in range(20):
        assert refusal_of(login.token(headers={"kid": f"more-{number}"})) == "token_key_unknown"
        authorizing.forget()
    assert login.fetches == 3


def test_a_key_that_was_taken_back_is_accepted_for_an_hour_at_most(
    acme: RegisteredTenant, login: LocalIssuer, moving_clock: MovingClock
) -> None:
    registered(acme, login)
    old = login.token(exp=clock.now_ms() // 1000 + 100_000)
    assert is_allowed(old)
    login.rotate("key-2")
    moving_clock.pass_seconds(3601)
    assert refusal_of(old) == "token_key_unknown"


@pytest.mark.parametrize("path", [DISCOVERY, JWKS])
@pytest.mark.parametrize(
    "fault",
    [
        slow(3),
        answer(b"", 503),
        answer(b"<html>maintenance</html>"),
        answer(b'{"keys": []}'),
        answer(b"", 302, Location="http://169.254.169.254/latest/meta-data/"),
        answer(b'{"keys": ["' + b"x" * 70_000 + b'"]}'),
        answer(b"[" * 50_000),
    ],
    ids=["slow", "down", "html", "no keys", "redirect", "huge", "deep"],
)
def test_keys_are_kept_for_a_day_while_the_issuer_fails(
    acme: RegisteredTenant,
    login: LocalIssuer,
    moving_clock: MovingClock,
    path: str,
    fault: Callable[[Any], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetching, "LIMITS", Limits.of(0.3, answer_bytes=fetching.MOST_BYTES + 1))
    issuer_id = registered(acme, login)
    login.behave = {path: fault}
    token = login.token(exp=clock.now_ms() // 1000 + 200_000)
    moving_clock.pass_seconds(23 * 3600)
    authorizing.forget()
    assert is_allowed(token)
    shown = acme.server.get(f"{acme.path}/issuers/{issuer_id}")
    assert shown["keys_failure"]
    moving_clock.pass_seconds(3600 + 60)
    assert refusal_of(token) == "token_key_unknown"
    login.behave = {}
    moving_clock.pass_seconds(40)
    assert is_allowed(token)
    assert acme.server.get(f"{acme.path}/issuers/{issuer_id}")["keys_failure"] is None


@pytest.mark.parametrize(
    ("private", "algorithm"),
    [
        (new_rsa_key, "RS512"),
        (new_rsa_key, "PS256"),
        (new_ec_key, "ES256"),
        (lambda: new_ec_key(SECP384R1()), "ES384"),
        (Ed25519PrivateKey.generate, "EdDSA"),
    ],
)
def test_algorithms_of_published_keys(
    acme: RegisteredTenant, login: LocalIssuer, private: Callable[[], Any], algorithm: str
) -> None:
    login.rotate("k", private(), algorithm)
    registered(acme, login)
    assert is_allowed(login.token())


def test_a_key_verifies_by_its_own_algorithm_alone(acme: RegisteredTenant, login: LocalIssuer) -> None:
    registered(acme, login)
    claims = {"iss": login.url, "aud": AUDIENCE, "sub": "alice", "exp": clock.now_ms() // 1000 + 60}
    pem = public_pem(login.private)
    assert refusal_of(hand_made({"alg": "HS256", "kid": login.kid}, claims, pem)) == "token_signature_invalid"
    assert refusal_of(hand_made({"alg": "none", "kid": login.kid}, claims, "")) == "token_signature_invalid"
    login.algorithm = "RS384"
    assert refusal_of(login.token()) == "token_signature_invalid"


@pytest.mark.parametrize(
    "said",
    [
        {"alg": "ES256"},
        {"alg": "HS256"},
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"d": "private"},
        {"kid": None},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"n": "AQAB"},
    ],
)
def test_a_key_that_is_not_for_verifying_is_passed_over(
    acme: RegisteredTenant, login: LocalIssuer, said: dict[str, Any]
) -> None:
    login.published = [
        {name: value for name, value in {**jwk_of("key-1", login.private), **said}.items() if value is not None}
    ]
    refused = register(acme, login)
    assert (refused.status, refused.code, refused["reason"]) == (422, "issuer_unusable", "no_usable_keys")


def test_two_keys_of_one_id_are_neither(acme: RegisteredTenant, login: LocalIssuer) -> None:
    login.published = [jwk_of(kid, new_rsa_key()) for kid in ("key-1", "key-1", "other")]
    registered(acme, login)
    assert refusal_of(login.token()) == "token_key_unknown"


# registering


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"issuer": "https://others.test"}, "wrong_issuer"),
        ({"jwks_uri": "https://169.254.169.254/keys"}, "address_refused"),
        ({"jwks_uri": "https://10.0.0.1/keys"}, "address_refused"),
        ({"jwks_uri": "http://example.com/keys"}, "address_refused"),
        ({"jwks_uri": "file:///etc/passwd"}, "address_refused"),
        ({"jwks_uri": ["a"]}, "no_jwks_uri"),
    ],
)
def test_a_lie_of_the_discovery_registers_nothing(
    acme: RegisteredTenant, login: LocalIssuer, lie: dict[str, Any], reason: str
) -> None:
    login.discovery |= lie
    refused = register(acme, login)
    assert (refused.status, refused.code, refused["reason"]) == (422, "issuer_unusable", reason)
    assert acme.server.get(f"{acme.path}/issuers")["data"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"audiences": []},
        {"audiences": ["a"] * 6},
        {"audiences": [""]},
        {"issuer": ""},
        {"issuer": "two words"},
        {"jwks_url": "ftp://example.com/keys"},
        {"user_id_claim": ""},
        {"secret": "x"},
        {"create_users": "yes"},
    ],
)
def test_a_body_that_does_not_fit_registers_nothing(
    acme: RegisteredTenant, login: LocalIssuer, body: dict[str, Any]
) -> None:
    refused = register(acme, login, **body)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert login.asked == []


def test_an_issuer_by_its_jwks_url_needs_no_discovery(acme: RegisteredTenant, login: LocalIssuer) -> None:
    registered(acme, login, issuer="urn:acme:login", jwks_url=login.url + JWKS)
    assert login.asked == [JWKS]
    assert caller_by(login.token(iss="urn:acme:login"))["user_id"] == "alice"


def test_tenants_share_an_issuer_by_its_audiences(
    acme: RegisteredTenant, globex: RegisteredTenant, login: LocalIssuer
) -> None:
    registered(acme, login)
    taken = register(globex, login, audiences=["other", AUDIENCE])
    assert (taken.status, taken.code) == (409, "issuer_exists")
    registered(globex, login, audiences=["other"])
    assert caller_by(login.token())["tenant_id"] == acme.tenant_id
    assert caller_by(login.token(aud="other"))["tenant_id"] == globex.tenant_id
    assert refusal_of(login.token(aud=["other", AUDIENCE])) == "token_audience_refused"


def test_keys_of_one_tenants_address_decide_nothing_for_another(
    acme: RegisteredTenant, globex: RegisteredTenant, login: LocalIssuer
) -> None:
    with running_issuer() as forger:
        registered(acme, login)
        registered(globex, forger, issuer=login.url, jwks_url=forger.url + JWKS, audiences=["globex"])
        forged = forger.token(iss=login.url)
        assert refusal_of(forged) == "token_signature_invalid"
        assert caller_by(forger.token(iss=login.url, aud="globex"))["tenant_id"] == globex.tenant_id


def test_the_id_of_an_issuers_key_may_look_like_that_of_a_tenants(
    acme: RegisteredTenant, globex: RegisteredTenant, login: LocalIssuer
) -> None:
    login.rotate(f"{globex.tenant_id}.k1")
    registered(acme, login)
    assert caller_by(login.token(sub="auth0|a"))["tenant_id"] == acme.tenant_id


def test_a_removed_issuer_accepts_nothing_and_may_be_registered_again(
    acme: RegisteredTenant, globex: RegisteredTenant, login: LocalIssuer
) -> None:
    issuer_id = registered(acme, login)
    assert is_allowed(login.token())
    assert acme.server.delete(f"{acme.path}/issuers/{issuer_id}").status == 204
    assert refusal_of(login.token()) == "token_issuer_refused"
    assert acme.server.delete(f"{acme.path}/issuers/{issuer_id}").code == "issuer_not_found"
    items, _ = dynamodb.query(settings().control_table, keys.issuers(acme.tenant_id))
    assert items == []
    forgeries.forget()
    registered(globex, login)
    assert caller_by(login.token(sub="zoe"))["tenant_id"] == globex.tenant_id


def test_a_registration_is_shown_alone_and_in_the_list(acme: RegisteredTenant, login: LocalIssuer) -> None:
    made = register(acme, login, name_claim="name")
    one = acme.server.get(f"{acme.path}/issuers/{made['id']}")
    assert one.body == acme.server.get(f"{acme.path}/issuers")["data"][0]
    assert {**made.body, "keys_fetched_at": one["keys_fetched_at"]} == one.body
    assert acme.server.get(f"{acme.path}/issuers/nobody").code == "issuer_not_found"


def test_a_replay_registers_nothing_more(acme: RegisteredTenant, login: LocalIssuer) -> None:
    body = {"issuer": login.url, "audiences": [AUDIENCE]}
    first, second = (acme.server.post(f"{acme.path}/issuers", body, key="k") for _ in range(2))
    assert (first.status, first.body) == (201, second.body)
    assert len(acme.server.get(f"{acme.path}/issuers")["data"]) == 1


@pytest.mark.parametrize("calls", range(12))
def test_a_crash_after_any_call_leaves_one_registration_after_the_repetition(
    acme: RegisteredTenant, login: LocalIssuer, calls: int, moving_clock: MovingClock
) -> None:
    body = {"issuer": login.url, "audiences": [AUDIENCE]}
    with crash_after(calls):
        acme.server.post(f"{acme.path}/issuers", body, key="k")
    moving_clock.pass_seconds(31)
    made = acme.server.post(f"{acme.path}/issuers", body, key="k")
    assert made.status == 201, made.text
    assert [each["id"] for each in acme.server.get(f"{acme.path}/issuers")["data"]] == [made["id"]]
    assert is_allowed(login.token())


def test_of_two_tenants_at_once_one_has_the_audience(
    acme: RegisteredTenant, globex: RegisteredTenant, login: LocalIssuer
) -> None:
    with before_call("TransactWriteItems", lambda: registered(globex, login)):
        refused = register(acme, login)
    assert (refused.status, refused.code) == (409, "issuer_exists")
    assert caller_by(login.token())["tenant_id"] == globex.tenant_id
    assert acme.server.get(f"{acme.path}/issuers")["data"] == []


def test_another_registration_of_the_same_audience_is_refused_to_the_same_tenant_too(
    acme: RegisteredTenant, login: LocalIssuer
) -> None:
    issuer_id = registered(acme, login)
    assert registered(acme, login) == issuer_id
    assert register(acme, login, create_users=True).code == "issuer_exists"


def test_a_tenant_has_at_most_ten_issuers(acme: RegisteredTenant, login: LocalIssuer) -> None:
    for number in range(10):
        registered(acme, login, audiences=[f"a{number}"])
    refused = register(acme, login, audiences=["a10"])
    assert (refused.status, refused.code) == (409, "too_many_issuers")


def test_users_and_other_tenants_have_nothing_to_do_with_issuers(
    acme: RegisteredTenant, globex: RegisteredTenant, login: LocalIssuer
) -> None:
    issuer_id = registered(acme, login)
    body = {"issuer": login.url, "audiences": ["x"]}
    calls = [("POST", "", body), ("GET", "", None), ("GET", f"/{issuer_id}", None), ("DELETE", f"/{issuer_id}", None)]
    peter = Person(acme.tenant_id, "peter")
    for method, tail, sent in calls:
        refused = peter.request(method, f"{acme.path}/issuers{tail}", sent)
        assert (refused.status, refused.code) == (403, "server_token_required")
        for caller, path in ((globex.server, acme.path), (OPERATOR, "/v1/tenants/nobody")):
            refused = caller.request(method, f"{path}/issuers{tail}", sent)
            assert (refused.status, refused.code) == (404, "tenant_not_found")
    assert globex.server.get(f"{globex.path}/issuers/{issuer_id}").code == "issuer_not_found"
    assert OPERATOR.get(f"{acme.path}/issuers/{issuer_id}").status == 200


def items_read(token: str, source: str = "") -> int:
    """How many items the decision reads."""
    with recording() as calls:
        ask_authorizer(f"Bearer {token}", source=source)
    batches = [made["RequestItems"] for operation, made in calls.calls if operation == "BatchGetItem"]
    gets = [made for operation, made in calls.calls if operation == "GetItem"]
    return sum(len(read["Keys"]) for asked in batches for read in asked.values()) + len(gets)


def test_a_decision_reads_three_items_and_more_where_the_issuer_is_new(
    acme: RegisteredTenant, login: LocalIssuer
) -> None:
    registered(acme, login)
    assert [items_read(login.token(sub=name)) for name in ("alice", "bob")] == [7, 3]
    with running_issuer() as forger:
        assert items_read(forger.token(headers={"kid": login.kid}, iss=login.url)) == 0
    strange = [items_read(login.token(sub=name, iss="https://strangers.test")) for name in ("alice", "bob")]
    assert strange == [2, 0]


def test_forged_ids_of_keys_cost_no_request_and_no_write_above_the_bound(
    acme: RegisteredTenant, login: LocalIssuer
) -> None:
    registered(acme, login)
    assert is_allowed(login.token())
    with recording() as calls:
        for number in range(100):
            ask_authorizer(f"Bearer {login.token(headers={'kid': f'forged-{number}'})}", source="192.0.2.7")
    assert len(calls.calls) <= 2
    assert login.fetches == 1
