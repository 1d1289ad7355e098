"""Identity, parameters and paths, as every route treats them."""

import json
from typing import Any

import pytest

from functions.messaging import list_messages
from tests.support.aws.gateway import Context, build_event, invoke
from tests.support.people.people import Person, Workspace


def history(general: str) -> str:
    return f"/v1/conversations/{general}/messages"


def event_of(who: Person, path: str, **context: str) -> dict[str, Any]:
    authorizer = {"tenant_id": who.tenant_id, "user_id": who.user_id, "scope": "", "settings": "{}"} | context
    return build_event("GET", path, authorizer=authorizer)


@pytest.mark.parametrize("code", ["token_expired", "token_revoked"])
def test_a_token_that_lapsed_is_told_so(alice: Person, general: str, code: str) -> None:
    refused = invoke(event_of(alice, history(general), refusal=code))
    assert (refused.status, refused.code) == (401, code)
    assert refused.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token"')


def test_a_refused_token_is_refused_before_its_body_is_looked_at(alice: Person) -> None:
    context = {"tenant_id": alice.tenant_id, "user_id": "alice", "settings": "{}", "refusal": "token_expired"}
    assert invoke(build_event("POST", "/v1/messages", authorizer=context, body="{")).status == 401


@pytest.mark.parametrize("authorizer", [None, {}, {"user_id": "alice"}])
def test_a_request_without_identity_is_refused(alice: Person, general: str, authorizer: dict[str, str] | None) -> None:
    refused = invoke(build_event("GET", history(general), authorizer=authorizer))
    assert (refused.status, refused.code) == (401, "unauthenticated")


def test_a_server_acts_for_a_user_of_its_tenant(acme: Workspace, alice: Person, general: str) -> None:
    alice.send(general, "hello")
    page = acme.server.get(history(general), headers={"X-Acting-User": "alice"})
    assert [message["text"] for message in page["data"]] == ["hello"]


def test_a_server_that_names_no_user_is_asked_to(acme: Workspace, general: str) -> None:
    refused = acme.server.get(history(general))
    assert (refused.status, refused.code) == (400, "acting_user_required")


@pytest.mark.parametrize("name", ["bob#", "*", "a?b", " ", "x" * 81, "bob\n", "á"])
def test_a_server_cannot_act_for_what_is_no_user_id(acme: Workspace, general: str, name: str) -> None:
    refused = acme.server.get(history(general), headers={"X-Acting-User": name})
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [error["pointer"] for error in refused["errors"]] == ["@X-Acting-User"]


def test_a_user_acts_for_nobody_else(alice: Person, general: str) -> None:
    assert alice.get(history(general), headers={"X-Acting-User": "alice"}).status == 200
    refused = alice.get(history(general), headers={"X-Acting-User": "bob"})
    assert (refused.status, refused.code) == (403, "acting_user_refused")


def test_an_operator_is_no_tenants_caller(general: str) -> None:
    operator = Person("_operator", "", scope="operator")
    assert operator.get(history(general)).status == 403


def test_unknown_parameters_are_named(alice: Person, general: str) -> None:
    refused = alice.get(history(general), limit=5, colour="red", Limit=5)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [(error["pointer"], error["code"]) for error in refused["errors"]] == [
        ("?Limit", "unknown_field"),
        ("?colour", "unknown_field"),
    ]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "1.5", "1,2", "", "9" * 5000])
def test_a_limit_out_of_bounds_is_refused(alice: Person, general: str, limit: str) -> None:
    refused = alice.get(history(general), limit=limit)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert refused["errors"][0]["pointer"] == "?limit"


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, "a\tb", "\x7f"])
def test_an_idempotency_key_that_is_none_is_refused(alice: Person, general: str, key: str) -> None:
    for path, body in (
        ("/v1/messages", {"conversation_id": general, "text": "x"}),
        ("/v1/conversations", {"type": "group", "name": "x"}),
    ):
        refused = alice.post(path, body, key=key)
        assert (refused.status, refused.code) == (400, "invalid_idempotency_key")


WEIRD_IDS = ["..", "%", "a%2Fb", "a/b", "#", "T#acme", "*", "?", "é", "👍", "\ud800", "\x00", " ", "x" * 2_000, "{id}"]


@pytest.mark.parametrize("name", WEIRD_IDS, ids=lambda name: ascii(name)[:20])
def test_a_path_that_names_nothing_is_not_found(alice: Person, general: str, name: str) -> None:
    event = event_of(alice, history(general))
    event["pathParameters"] = {"conversation_id": name}
    event["rawPath"] = event["rawPath"].replace(general, name)
    refused = invoke(event)
    assert (refused.status, refused.code) == (404, "conversation_not_found")
    refused.text.encode()


def test_an_event_of_another_route_is_not_found(alice: Person, general: str) -> None:
    event = event_of(alice, history(general)) | {"routeKey": "GET /v1/elsewhere"}
    answer: Any = list_messages.handler(event, Context())
    assert answer["statusCode"] == 404
    assert json.loads(answer["body"])["code"] == "route_not_found"


@pytest.mark.parametrize(
    "raw_path", ["/prod/v1/conversations/x/messages", "", "/v1/conversations/%F0%9F%91%8D/messages"]
)
def test_what_a_gateway_makes_of_the_path_does_not_matter(alice: Person, general: str, raw_path: str) -> None:
    alice.send(general, "hello")
    event = event_of(alice, history(general)) | {"rawPath": raw_path}
    assert [message["text"] for message in invoke(event)["data"]] == ["hello"]


def test_a_cursor_of_another_conversation_is_a_position_in_ones_own(alice: Person, bob: Person, general: str) -> None:
    private = alice.open_group(name="private")
    for number in range(3):
        alice.send(private, f"secret {number}")
        alice.send(general, f"open {number}")
    foreign = alice.get(history(private), limit=1)["next_cursor"]
    page = bob.get(history(general), cursor=foreign)
    assert page.status == 200
    assert all(message["text"].startswith("open") for message in page["data"])
    assert bob.get(history(private), cursor=foreign).status == 404


def test_a_cursor_that_is_too_long_is_refused(alice: Person, general: str) -> None:
    refused = alice.get(history(general), cursor="A" * 2_000)
    assert refused.status in (400, 422)
