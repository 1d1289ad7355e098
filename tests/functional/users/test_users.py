"""Users: reading and writing profiles."""

from typing import Any

import pytest

from parley.tables import dynamodb, keys
from tests.support.aws.gateway import path_of
from tests.support.faults.interference import before_call
from tests.support.faults.refusals import shown
from tests.support.people.people import Person, Workspace
from tests.support.people.tokens import OPERATOR

PROFILE = {"name": "Alice Liddell", "avatar_url": "https://example.com/alice.png", "custom": {"team": {"id": 7}}}


def test_the_back_end_creates_a_user_and_everybody_reads_it(acme: Workspace, bob: Person) -> None:
    made = acme.server.put("/v1/users/zoe", PROFILE)
    assert made.status == 201, made.text
    assert {name: made[name] for name in ("id", "version", *PROFILE)} == {"id": "zoe", "version": 1, **PROFILE}
    assert made.headers["ETag"] == '"1"'
    assert bob.get("/v1/users/zoe").body == acme.server.get("/v1/users/zoe").body == made.body


def test_a_write_reads_nothing_before(acme: Workspace) -> None:
    for _ in range(2):
        assert acme.server.put("/v1/users/zoe", PROFILE).calls.operations == ["UpdateItem"]


def test_an_update_keeps_what_it_does_not_name(acme: Workspace) -> None:
    acme.server.put("/v1/users/zoe", PROFILE)
    changed = acme.server.put("/v1/users/zoe", {"name": "Zoe"})
    assert (changed.status, changed["version"]) == (200, 2)
    assert {name: changed[name] for name in PROFILE} == {**PROFILE, "name": "Zoe"}
    changed = acme.server.put("/v1/users/zoe", {"avatar_url": None, "custom": {}})
    assert (changed["avatar_url"], changed["custom"], changed["name"]) == (None, {}, "Zoe")
    assert acme.server.get("/v1/users/zoe").body == changed.body


def test_a_user_names_languages_each_once_and_null_takes_them_away(acme: Workspace, alice: Person) -> None:
    assert alice.put("/v1/users/me", {"languages": ["sv", "en", "sv"]})["languages"] == ["sv", "en"]
    assert alice.put("/v1/users/me", {"name": "Ally"})["languages"] == ["sv", "en"]
    assert acme.server.get("/v1/users/alice")["languages"] == ["sv", "en"]
    assert alice.put("/v1/users/me", {"languages": None})["languages"] is None
    assert alice.get("/v1/users/me")["languages"] is None


def test_a_user_without_a_name_is_called_by_the_id(acme: Workspace) -> None:
    assert acme.server.put("/v1/users/zoe", {})["name"] == "zoe"
    acme.server.put("/v1/users/zoe", {"name": "Zoe"})
    assert acme.server.put("/v1/users/zoe", {})["name"] == "Zoe"


def test_users_write_their_own_profile_alone(acme: Workspace, alice: Person, bob: Person) -> None:
    assert alice.put("/v1/users/alice", {"name": "Ally"}).status == 200
    assert alice.put("/v1/users/me", {"custom": {"a": 1}})["name"] == "Ally"
    refusals = [bob.put(f"/v1/users/{user_id}", {"name": "x"}) for user_id in ("alice", "nobody")]
    assert {(refusal.status, refusal.code) for refusal in refusals} == {(403, "server_token_required")}
    assert shown(refusals[0], "alice") == shown(refusals[1], "nobody")
    assert bob.get("/v1/users/alice")["name"] == "Ally"


def test_a_user_may_come_into_being_by_writing_the_profile(acme: Workspace) -> None:
    newcomer = Person(acme.tenant_id, "newcomer")
    assert newcomer.get("/v1/users/me").code == "user_not_found"
    assert newcomer.put("/v1/users/me", {"name": "New"}).status == 201
    assert newcomer.get("/v1/users/newcomer")["name"] == "New"


def test_the_back_end_has_no_profile_unless_it_acts_for_a_user(acme: Workspace, alice: Person) -> None:
    for method, body in (("GET", None), ("PUT", {"name": "x"})):
        assert acme.server.request(method, "/v1/users/me", body).code == "acting_user_required"
    as_alice = {"X-Acting-User": "alice"}
    assert acme.server.request("GET", "/v1/users/me", headers=as_alice)["id"] == "alice"
    assert acme.server.request("PUT", "/v1/users/bob", {}, headers=as_alice).status == 201


def test_the_operator_is_no_user_of_a_tenant(alice: Person) -> None:
    for method, path, body in (
        ("GET", "/v1/users/alice", None),
        ("GET", "/v1/users", None),
        ("PUT", "/v1/users/alice", {"name": "x"}),
    ):
        refused = OPERATOR.request(method, path, body)
        assert (refused.status, refused.code) == (403, "forbidden")


def test_another_tenants_user_is_as_one_that_does_not_exist(alice: Person, mallory: Person, globex: Workspace) -> None:
    answers = [
        shown(person.get(path_of("/v1/users/{user_id}", user_id=user_id)), user_id)
        for person in (mallory, globex.server)
        for user_id in ("alice", "nobody", "_nobody", "x" * 80)
    ]
    assert answers[0][0] == 404
    assert all(answer == answers[0] for answer in answers)
    globex.server.put("/v1/users/alice", {"name": "Another"})
    assert alice.get("/v1/users/me")["name"] == "Alice"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": " \t "}, "/name"),
        ({"name": None}, ""),
        ({"name": "x" * 101}, "/name"),
        ({"name": "a\u001fb"}, "/name"),
        ({"name": 7}, "/name"),
        ({"avatar_url": "javascript:alert(1)"}, "/avatar_url"),
        ({"avatar_url": "https://example.com/" + "x" * 500}, "/avatar_url"),
        ({"avatar_url": "https://a b"}, "/avatar_url"),
        ({"custom": {"x": "y" * 5200}}, "/custom"),
        ({"custom": [1]}, "/custom"),
        ({"custom": None}, ""),
        ({"languages": []}, "/languages"),
        ({"languages": ["en", "xx"]}, "/languages/1"),
        ({"languages": "en"}, "/languages"),
        ({"languages": ["en", "de", "fr", "it", "es", "pt"]}, "/languages"),
        ({"role": "Admin"}, "/role"),
        ({"role": ""}, "/role"),
        ({"version": 5}, "/version"),
    ],
)
def test_a_body_that_does_not_fit_changes_nothing(alice: Person, body: dict[str, Any], pointer: str) -> None:
    refused = alice.put("/v1/users/alice", body)
    assert (refused.status, refused.code) == (422, "validation_failed"), refused.text
    assert [error["pointer"] for error in refused["errors"]] == [pointer]
    assert alice.get("/v1/users/me")["version"] == 1


@pytest.mark.parametrize("user_id", ["a#b", "*", "?", ".a", "ünal", "x" * 81, "a\n", "a b"])
def test_an_id_that_is_none_makes_no_user(acme: Workspace, user_id: str) -> None:
    refused = acme.server.put(path_of("/v1/users/{user_id}", user_id=user_id), {})
    assert (refused.status, refused.code) == (422, "validation_failed")


def test_ids_may_be_addresses(acme: Workspace) -> None:
    made = acme.server.put(path_of("/v1/users/{user_id}", user_id="zoe+1@example.com"), {})
    assert (made.status, made["id"]) == (201, "zoe+1@example.com")


def test_a_stale_if_match_changes_nothing(acme: Workspace, alice: Person) -> None:
    tag = alice.get("/v1/users/me").headers["ETag"]
    assert alice.put("/v1/users/me", {"name": "One"}, headers={"If-Match": tag}).status == 200
    for stale in (tag, '"99"', "nonsense"):
        refused = alice.put("/v1/users/me", {"name": "Two"}, headers={"If-Match": stale})
        assert (refused.status, refused.code) == (412, "version_conflict")
    assert alice.get("/v1/users/me")["name"] == "One"
    missing = acme.server.put("/v1/users/nobody", {}, headers={"If-Match": '"1"'})
    assert missing.code == "version_conflict"
    assert acme.server.get("/v1/users/nobody").code == "user_not_found"


def test_two_writers_at_once_keep_each_others_fields(acme: Workspace, alice: Person) -> None:
    with before_call("UpdateItem", lambda: acme.server.put("/v1/users/alice", {"custom": {"seat": 4}})):
        alice.put("/v1/users/me", {"name": "Ally"})
    profile = alice.get("/v1/users/me")
    assert (profile["name"], profile["custom"], profile["version"]) == ("Ally", {"seat": 4}, 3)


def test_a_put_repeated_gives_the_same_profile(acme: Workspace) -> None:
    first, second = (acme.server.put("/v1/users/zoe", PROFILE) for _ in range(2))
    assert (first.status, second.status) == (201, 200)
    assert {name: second[name] for name in PROFILE} == PROFILE


def test_the_index_entry_stays_small_for_the_longest_names(acme: Workspace) -> None:
    user_id = "z" * 80
    for name in ("\ufdfa" * 100, "\U0001f600" * 100, "ß" * 100, "\u0390" * 100):
        assert acme.server.put(f"/v1/users/{user_id}", {"name": name}).status in (200, 201)
        item = dynamodb.get("chat", keys.Key(keys.user(acme.tenant_id, user_id), keys.USER_SK))
        assert item is not None
        assert len(item["gsk"]["S"].encode()) < 1024
