"""PUT, GET, DELETE /v1/moderation/block-list."""

from typing import Any

import pytest

from tests.functional.moderation.conftest import known, put_list
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.people import Person, Workspace
from tests.support.people.tokens import OPERATOR, ask_authorizer, register_tenant

PATH = "/v1/moderation/block-list"
BODY: dict[str, Any] = {
    "action": "flag",
    "entries": [{"word": "darn"}, {"word": "あれ", "action": "refuse"}, {"pattern": "h+e+c+k+", "action": "mask"}],
}


def test_a_list_is_put_and_shown(server: Person) -> None:
    put = server.put(PATH, BODY)
    assert put.status == 200, put.text
    assert put["action"] == "flag"
    assert [{name: value for name, value in entry.items() if value} for entry in put["entries"]] == BODY["entries"]
    got = server.get(PATH)
    assert (got.status, got.body) == (200, put.body)


def test_a_list_is_put_as_a_whole_and_its_version_grows(server: Person) -> None:
    first = server.put(PATH, BODY)
    second = server.put(PATH, {"entries": [{"word": "heck"}]})
    assert (second["version"], second["created_at"]) == (first["version"] + 1, first["created_at"])
    assert [entry["word"] for entry in server.get(PATH)["entries"]] == ["heck"]


def test_a_stale_list_is_not_put(server: Person) -> None:
    tag = server.put(PATH, BODY).headers["ETag"]
    assert server.put(PATH, {"entries": []}, headers={"If-Match": tag}).status == 200
    assert server.put(PATH, BODY, headers={"If-Match": tag}).code == "version_conflict"
    server.delete(PATH)
    assert server.put(PATH, BODY, headers={"If-Match": tag}).code == "version_conflict"


def test_of_two_who_put_at_once_one_is_told(server: Person) -> None:
    with before_call("TransactWriteItems", lambda: server.put(PATH, {"entries": []})):
        assert server.put(PATH, BODY).code == "version_conflict"
    assert server.get(PATH)["entries"] == []


def test_a_list_that_is_removed_is_gone_and_a_new_one_is_newer(server: Person, alice: Person) -> None:
    first = server.put(PATH, BODY)
    assert server.delete(PATH).status == 204
    assert (server.get(PATH).status, server.get(PATH).code) == (404, "block_list_not_found")
    assert server.delete(PATH).status == 204
    assert known(alice).block_list == 0
    assert server.put(PATH, BODY)["version"] > first["version"]


def test_a_list_is_the_tenants_own(server: Person, globex: Workspace) -> None:
    put_list(server, "darn")
    assert globex.server.get(PATH).code == "block_list_not_found"
    assert globex.server.delete(PATH).status == 204
    assert server.get(PATH).status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_a_server_token_may(server: Person, alice: Person, method: str) -> None:
    body = BODY if method == "PUT" else None
    assert (alice.request(method, PATH, body).status, alice.request(method, PATH, body).code) == (
        403,
        "server_token_required",
    )
    assert OPERATOR.request(method, PATH, body).status == 403


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/entries"),
        ({"entries": [{}]}, "/entries/0"),
        ({"entries": [{"word": "a", "pattern": "a"}]}, "/entries/0"),
        ({"entries": [{"word": ""}]}, "/entries/0/word"),
        ({"entries": [{"word": "x" * 101}]}, "/entries/0/word"),
        ({"entries": [{"word": "\u200b "}]}, "/entries/0/word"),
        ({"entries": [{"word": "\u0301a"}]}, "/entries/0/word"),
        ({"entries": [{"word": "f**k"}]}, "/entries/0/word"),
        ({"entries": [{"word": "x"}, {"word": "! " * 40}]}, "/entries/1/word"),
        ({"entries": [{"word": "x", "action": "ban"}]}, "/entries/0/action"),
        ({"entries": [{"word": "x", "colour": "red"}]}, "/entries/0/colour"),
        ({"entries": [{"pattern": "a("}]}, "/entries/0/pattern"),
        ({"entries": [{"pattern": "(?=a)"}]}, "/entries/0/pattern"),
        ({"entries": [{"pattern": "a*"}]}, "/entries/0/pattern"),
        ({"entries": [{"pattern": "x" * 501}]}, "/entries/0/pattern"),
        ({"entries": [{"pattern": "(.{1000}){10}"}]}, "/entries/0/pattern"),
        ({"entries": [{"pattern": f"a{n}"} for n in range(101)]}, "/entries"),
        ({"entries": [{"pattern": r"(\pL+\s)+x" + str(n)} for n in range(30)]}, "/entries"),
        ({"entries": [{"word": f"a{n}"} for n in range(2001)]}, "/entries"),
        ({"entries": [{"word": "é" * 90 + str(n)} for n in range(400)]}, "/entries"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_by_pointer(server: Person, body: dict[str, Any], pointer: str) -> None:
    refused = server.put(PATH, body)
    assert (refused.status, refused.code) == (422, "validation_failed"), refused.text
    assert pointer in [error["pointer"] for error in refused["errors"]]
    assert server.get(PATH).status == 404


def test_a_word_with_the_mask_in_it_can_be_flagged(server: Person) -> None:
    put_list(server, "f**k", action="flag")


@pytest.mark.parametrize("calls", range(3))
def test_a_crash_leaves_the_list_before_or_the_new_one(server: Person, alice: Person, calls: int) -> None:
    put_list(server, "darn")
    before = server.get(PATH).body
    with crash_after(calls):
        answer = server.put(PATH, BODY)
    now = server.get(PATH).body
    assert now == before if answer.status == 500 else now["entries"] != before["entries"]
    assert known(alice).block_list == now["version"]


def test_the_tenants_settings_are_not_touched(server: Person, acme: Workspace) -> None:
    before = server.get(f"/v1/tenants/{acme.tenant_id}")
    put_list(server, "darn")
    after = server.get(f"/v1/tenants/{acme.tenant_id}")
    assert (after["settings"], after["version"]) == (before["settings"], before["version"] + 1)
    changed = server.put(f"/v1/tenants/{acme.tenant_id}", {"settings": {"hide_receipts": True}})
    assert changed.status == 200, changed.text
    assert known(server).block_list == server.get(PATH)["version"]


def test_the_authorizer_tells_every_function_which_version_there_is(tables: None) -> None:
    tenant = register_tenant()
    token = f"Bearer {tenant.signer.token(sub='alice')}"
    assert "block_list" not in ask_authorizer(token)["context"]
    version = tenant.server.put(PATH, BODY)["version"]
    assert ask_authorizer(token)["context"]["block_list"] == str(version)
    tenant.server.delete(PATH)
    assert "block_list" not in ask_authorizer(token)["context"]
