"""A tenant's commands: who may declare them, what may be declared, and what is shown of their secrets."""

from typing import Any

import pytest

from parley.commands.items import endpoint_key, secret_key
from parley.commands.registry import MOST_COMMANDS
from parley.outbound import circuit
from parley.outbound.items import EndpointItem, WebhookSecretItem
from parley.outbound.secrets import active
from tests.functional.commands.conftest import declare
from tests.support.faults.interference import before_call, crash_after
from tests.support.faults.interleaving import interleave
from tests.support.people.people import Person, Workspace

URL = "https://commands.example.com/roll"
BODY = {"url": URL, "description": "Roll dice", "usage": "[dice]d[sides]"}
ROUTES = [
    ("GET", "/v1/commands", None),
    ("GET", "/v1/commands/roll", None),
    ("PUT", "/v1/commands/roll", BODY),
    ("DELETE", "/v1/commands/roll", None),
    ("POST", "/v1/commands/roll/rotate-secret", {}),
]


@pytest.fixture
def roll(server: Person) -> dict[str, Any]:
    return declare(server, "roll", **BODY)


def names(server: Person) -> list[str]:
    return [each["name"] for each in server.get("/v1/commands")["data"]]


def test_a_secret_is_shown_once(server: Person, roll: dict[str, Any]) -> None:
    secret = roll.pop("secret")
    assert secret.startswith("whsec_")
    assert server.get("/v1/commands/roll").body == roll
    assert server.get("/v1/commands").body == {"data": [roll]}
    assert (roll["role"], roll["enabled"], roll["usage"]) == ("member", True, "[dice]d[sides]")
    again = server.put("/v1/commands/roll", BODY)
    assert (again.status, again["secret"], again["version"]) == (200, None, roll["version"])


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_a_user_may_not_see_or_change_commands(
    alice: Person, roll: dict[str, Any], method: str, path: str, body: Any
) -> None:
    refused = alice.request(method, path, body)
    assert (refused.status, refused.code) == (403, "server_token_required")


@pytest.mark.parametrize(("method", "path", "body"), [each for each in ROUTES if each[0] in {"GET", "POST"}][1:])
def test_another_tenants_command_is_like_one_that_never_existed(
    globex: Workspace, server: Person, roll: dict[str, Any], method: str, path: str, body: Any
) -> None:
    foreign = globex.server.request(method, path, body)
    absent = server.request(method, path.replace("roll", "absent"), body)
    malformed = server.request(method, path.replace("roll", "Roll.*"), body)
    assert (foreign.status, foreign.code) == (404, "command_unknown")
    assert (absent.status, absent.code, malformed.code) == (404, "command_unknown", "command_unknown")
    assert foreign["detail"] == absent["detail"]


def test_another_tenants_command_stays_where_one_of_its_name_goes(
    globex: Workspace, server: Person, roll: dict[str, Any]
) -> None:
    declare(globex.server, "roll", "https://globex.example.com/")
    assert globex.server.delete("/v1/commands/roll").status == 204
    assert globex.server.get("/v1/commands")["data"] == []
    assert server.get("/v1/commands/roll").status == 200


@pytest.mark.parametrize(
    "url", ["http://commands.example.com/", "https://10.0.0.1/", "https://localhost/", "https://a@b.example.com/"]
)
def test_what_can_be_no_server_is_refused(server: Person, url: str) -> None:
    refused = server.put("/v1/commands/roll", {**BODY, "url": url})
    assert (refused.status, refused.code) == (422, "invalid_webhook_url")
    assert names(server) == []


@pytest.mark.parametrize("name", ["Roll", "x" * 33, "r%C3%B6ll", "a.b", "a%20b", "a%0A"])
def test_a_name_is_short_and_plain(server: Person, name: str) -> None:
    assert server.put(f"/v1/commands/{name}", BODY).status == 422
    assert server.delete(f"/v1/commands/{name}").status == 204
    assert names(server) == []


@pytest.mark.parametrize(
    "change",
    [
        {"description": ""},
        {"description": "x" * 201},
        {"description": "two\nlines"},
        {"usage": "\u200b"},
        {"role": "nobody"},
        {"enabled": None},
        {"colour": "red"},
        {"url": None},
    ],
)
def test_a_declaration_that_says_too_little_or_too_much_is_refused(server: Person, change: dict[str, Any]) -> None:
    assert server.put("/v1/commands/roll", {**BODY, **change}).status == 422
    assert names(server) == []


def test_a_declaration_is_replaced_whole(server: Person, roll: dict[str, Any]) -> None:
    changed = server.put("/v1/commands/roll", {"url": f"{URL}/2", "description": "Dice", "role": "moderator"})
    assert changed.status == 200
    assert (changed["url"], changed["description"], changed["usage"]) == (f"{URL}/2", "Dice", None)
    assert (changed["role"], changed["version"]) == ("moderator", roll["version"] + 1)


def test_a_stale_change_is_refused(server: Person, roll: dict[str, Any]) -> None:
    path = "/v1/commands/roll"
    stale = {"If-Match": server.get(path).headers["ETag"]}
    assert server.put(path, {**BODY, "enabled": False}, headers=stale).status == 200
    assert server.put(path, BODY, headers=stale).code == "version_conflict"
    assert server.delete(path, headers=stale).code == "version_conflict"
    assert server.put("/v1/commands/other", BODY, headers=stale).code == "version_conflict"
    assert server.delete("/v1/commands/other", headers=stale).status == 204
    assert names(server) == ["roll"]


def test_a_tenant_has_fifty_commands_at_most(server: Person) -> None:
    for number in range(MOST_COMMANDS):
        declare(server, f"c{number:02d}", URL)
    refused = server.put("/v1/commands/more", BODY)
    assert (refused.status, refused.code) == (409, "too_many_commands")
    assert server.put("/v1/commands/c07", BODY).status == 200
    assert server.delete("/v1/commands/c07").status == 204
    assert server.put("/v1/commands/more", BODY).status == 201
    assert names(server) == [f"c{number:02d}" for number in range(MOST_COMMANDS) if number != 7] + ["more"]


def test_of_two_that_declare_the_same_one_has_the_secret(server: Person) -> None:
    def put(url: str) -> Any:
        return lambda: server.put("/v1/commands/roll", {**BODY, "url": url})

    for turns in ([0, 1, 0, 1], [0, 1, 1, 0]):
        one, other = interleave([put(f"{URL}/1"), put(f"{URL}/2")], turns)
        assert sorted([one.status, other.status]) == [200, 201]
        assert [each["secret"] for each in (one, other) if each["secret"]] == active_secrets(server)
        server.delete("/v1/commands/roll")


def active_secrets(server: Person) -> list[str]:
    item = WebhookSecretItem.at(secret_key(server.tenant_id, "roll"), consistent=True)
    return [] if item is None else active(item)


def test_a_change_is_made_of_what_another_has_changed_meanwhile(server: Person, roll: dict[str, Any]) -> None:
    def meanwhile() -> None:
        server.put("/v1/commands/roll", {**BODY, "description": "Theirs", "role": "admin"})

    with before_call("TransactWriteItems", meanwhile):
        changed = server.put("/v1/commands/roll", {**BODY, "description": "Mine"})
    assert (changed["description"], changed["role"], changed["version"]) == ("Mine", "member", roll["version"] + 2)


@pytest.mark.parametrize("calls", range(4))
def test_a_declaration_that_dies_is_whole_or_not_there(server: Person, calls: int) -> None:
    with crash_after(calls):
        server.put("/v1/commands/roll", BODY)
    assert bool(names(server)) == bool(active_secrets(server))
    assert server.put("/v1/commands/roll", BODY).status in (200, 201)
    assert (names(server), len(active_secrets(server))) == (["roll"], 1)


def test_what_is_removed_leaves_nothing_and_comes_back_with_another_secret(
    server: Person, roll: dict[str, Any]
) -> None:
    assert server.delete("/v1/commands/roll").status == 204
    assert server.delete("/v1/commands/roll").status == 204
    assert (names(server), active_secrets(server)) == ([], [])
    back = declare(server, "roll", **BODY)
    assert back["secret"] not in (None, roll["secret"])
    assert back["version"] > roll["version"] or back["created_at"] == roll["created_at"]


def test_a_repeated_rotation_rotates_once(server: Person, roll: dict[str, Any]) -> None:
    path = "/v1/commands/roll/rotate-secret"
    first = server.post(path, {}, key="a")
    assert (first.status, first["secret"] != roll["secret"]) == (200, True)
    again = server.post(path, {}, key="a")
    assert (again["secret"], again.headers["Idempotent-Replayed"]) == (first["secret"], "true")
    assert server.post(path, {"overlap_seconds": 1}, key="a").code == "idempotency_key_reused"
    assert active_secrets(server) == [first["secret"], roll["secret"]]
    assert server.post(path, {"overlap_seconds": 0})["secret"] == active_secrets(server)[0]


def test_another_address_or_switching_it_on_calls_it_at_once(server: Person, roll: dict[str, Any]) -> None:
    at = endpoint_key(server.tenant_id, "roll")
    for change in ({"url": f"{URL}/2"}, {"url": f"{URL}/2", "enabled": False}, {"url": f"{URL}/2"}):
        for _ in range(circuit.FAILURES_TO_OPEN):
            circuit.note_failure(at, answered=False)
        assert server.put("/v1/commands/roll", {**BODY, **change}).status == 200
        assert EndpointItem.at(at, consistent=True) is None


def test_a_command_that_is_made_again_is_called_at_once(server: Person, roll: dict[str, Any]) -> None:
    at = endpoint_key(server.tenant_id, "roll")
    for _ in range(circuit.FAILURES_TO_OPEN):
        circuit.note_failure(at, answered=False)
    assert server.delete("/v1/commands/roll").status == 204
    assert server.put("/v1/commands/roll", BODY).status == 201
    assert EndpointItem.at(at, consistent=True) is None
