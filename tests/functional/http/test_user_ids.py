"""Ids of users: which there can be, which stand for others, and `me` on every route that names a user."""

import json
import uuid

import pytest

from infrastructure.examples import find_example
from infrastructure.routes import ROUTES, Route
from parley import ids
from parley.messaging.vocabulary import REPORTERS
from parley.tables.keys.parts import SYSTEM_TENANT
from tests.support.aws.gateway import invoke
from tests.support.people.people import Person, Workspace
from tests.tools.record_events import make_event

GOOD = ["_abc", "-abc", "_block", "-", "_", "a", "V1StGXR8_Z5jdHi6B-myT", "-MxQ7aZ", "auth0:1+2=3@x", "ME", "z" * 80]
BAD = ["", ".a", "@a", "=1", "+1", ":a", "a b", "é", "a#b", "a*", "a?", "a/b", "z" * 81, "a\n", "%"]
RESERVED = sorted(ids.RESERVED)
NAMING = [route for route in ROUTES if "{user_id}" in route.path and find_example(route)]


def test_the_names_that_stand_for_others_are_reserved() -> None:
    assert {"me", ids.DELETED_USER, SYSTEM_TENANT, *REPORTERS.values()} <= ids.RESERVED


@pytest.mark.parametrize("user_id", GOOD)
def test_a_user_with_any_good_id_can_do_everything(acme: Workspace, user_id: str) -> None:
    assert acme.server.put(f"/v1/users/{user_id}", {"name": "Somebody"}).status == 201
    other = acme.person("other")
    person = Person(acme.tenant_id, user_id, tenant_settings=acme.tenant_settings)
    assert acme.server.get(f"/v1/users/{user_id}")["id"] == user_id
    assert acme.server.get("/v1/users/me", headers={"X-Acting-User": user_id})["id"] == user_id
    group = other.open_group(person)
    assert person.send(group, mentions=[user_id]).status == 201
    sent = other.send(group)["id"]
    assert person.post(f"/v1/messages/{sent}/reactions", {"reaction": "👍"}).status == 201
    assert other.get(f"/v1/messages/{sent}/reactions")["data"][0]["user_id"] == user_id
    members = [
        member["user_id"]
        for cursor in ({}, {"cursor": other.get(f"/v1/conversations/{group}/members", limit=1)["next_cursor"]})
        for member in other.get(f"/v1/conversations/{group}/members", limit=1, **cursor)["data"]
    ]
    assert members == sorted(["other", user_id])
    flag = person.post(f"/v1/messages/{sent}/flag", {"reason": "spam"})
    assert flag.status < 300, flag.text
    queue = acme.server.get("/v1/moderation/flags")["data"]
    assert acme.server.post(f"/v1/moderation/flags/{queue[0]['id']}/resolve", {"resolution": "dismissed"}).status == 200
    assert other.put(f"/v1/users/{user_id}/block").status == 204
    assert other.delete(f"/v1/users/{user_id}/block").status == 204
    assert other.put(f"/v1/conversations/{group}/bans/{user_id}").status == 200
    assert [user["id"] for user in acme.server.get("/v1/users", q="some")["data"]] == [user_id]


@pytest.mark.parametrize("route", NAMING, ids=lambda route: f"{route.method} {route.path}")
@pytest.mark.parametrize("user_id", [*BAD, *(name for name in RESERVED if name != "me")], ids=ascii)
def test_an_id_that_no_user_can_have_is_refused_with_the_rule(tables: None, route: Route, user_id: str) -> None:
    event = make_event(route)
    event["pathParameters"]["user_id"] = user_id
    refused = invoke(event)
    assert (refused.status, refused.code) == (422, "validation_failed"), refused.text
    assert [(one["pointer"], one["detail"]) for one in refused["errors"]] == [("{user_id}", ids.USER_ID_RULE)]


@pytest.mark.parametrize("route", NAMING, ids=lambda route: f"{route.method} {route.path}")
def test_me_is_the_caller_wherever_a_user_is_named(tables: None, route: Route) -> None:
    """The answer is that to the caller's own id, whatever it is."""
    texts = []
    for named in ("me", "zoe"):
        event = make_event(route)
        event["requestContext"]["authorizer"]["lambda"] |= {
            "tenant_id": f"nowhere-{uuid.uuid4().hex[:8]}",
            "user_id": "zoe",
        }
        event["pathParameters"]["user_id"] = named
        answer = invoke(event)
        texts.append((answer.status, json.loads(answer.text)["code"] if answer.status >= 400 else ""))
    assert texts[0] == texts[1]


@pytest.mark.parametrize("route", NAMING, ids=lambda route: f"{route.method} {route.path}")
def test_me_is_nobody_where_the_caller_is_no_user(tables: None, route: Route) -> None:
    event = make_event(route)
    event["requestContext"]["authorizer"]["lambda"] |= {"user_id": "", "scope": "server"}
    event["pathParameters"]["user_id"] = "me"
    event["headers"].pop("x-acting-user", None)
    assert invoke(event).code == "acting_user_required"


@pytest.mark.parametrize("user_id", [*BAD[1:], *RESERVED], ids=ascii)
def test_bodies_and_headers_take_no_such_id(acme: Workspace, alice: Person, general: str, user_id: str) -> None:
    for refused in (
        acme.server.post("/v1/tokens", {"user_id": user_id}),
        alice.post("/v1/conversations", {"type": "group", "name": "x", "members": [user_id]}),
        alice.post(f"/v1/conversations/{general}/members", {"user_ids": [user_id]}),
        alice.send(general, mentions=[user_id]),
        acme.server.get("/v1/users", headers={"X-Acting-User": user_id}),
    ):
        assert (refused.status, refused.code) == (422, "validation_failed"), refused.text


def test_leaving_is_removing_me(alice: Person, bob: Person, general: str) -> None:
    assert bob.delete(f"/v1/conversations/{general}/members/me").status == 204
    assert [member["user_id"] for member in alice.get(f"/v1/conversations/{general}/members")["data"]] == ["alice"]
    assert alice.put("/v1/users/me/block").code == "not_on_oneself"
