"""The routes of tenants."""

import uuid
from typing import Any

import pytest

from parley import clock
from parley.identity.tenant_settings import TenantSettings
from parley.tables import dynamodb
from parley.tenants.administration import RESERVED_IDS
from parley.tenants.schemas import Ceilings
from tests.support.aws.gateway import Answer
from tests.support.faults.interference import before_call, crash_after
from tests.support.people.people import Person
from tests.support.people.tokens import OPERATOR, RegisteredTenant, register_tenant

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def initech(tables: None) -> RegisteredTenant:
    return register_tenant("Initech")


@pytest.fixture
def umbrella(tables: None) -> RegisteredTenant:
    return register_tenant("Umbrella")


@pytest.fixture
def peter(initech: RegisteredTenant) -> Person:
    return Person(initech.tenant_id, "peter")


def new_id() -> str:
    return f"t-{uuid.uuid4().hex[:12]}"


def without_request_id(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in answer.body.items() if name not in ("request_id", "instance")}


def test_the_operator_creates_a_tenant_with_a_chosen_id() -> None:
    tenant_id = new_id()
    made = OPERATOR.post("/v1/tenants", {"id": tenant_id, "name": " Acme ", "settings": {"hide_receipts": True}})
    assert made.status == 201, made.text
    assert (made["id"], made["name"], made["version"]) == (tenant_id, "Acme", 1)
    assert made["settings"]["hide_receipts"] is True
    assert made["settings"]["messages_per_minute"] == 60
    assert made["suspended_at"] is None
    assert made.headers["ETag"] == '"1"'
    assert OPERATOR.get(f"/v1/tenants/{tenant_id}").body == made.body


def test_a_tenant_without_an_id_gets_one() -> None:
    first, second = (OPERATOR.post("/v1/tenants", {"name": "Acme"}) for _ in range(2))
    assert first["id"] != second["id"]
    assert len(first["id"]) == 26


def test_an_id_belongs_to_one_tenant_for_good() -> None:
    body = {"id": new_id(), "name": "Acme"}
    OPERATOR.post("/v1/tenants", body)
    again = OPERATOR.post("/v1/tenants", {**body, "name": "Other"})
    assert (again.status, again.code) == (409, "tenant_exists")
    assert OPERATOR.get(f"/v1/tenants/{body['id']}")["name"] == "Acme"


@pytest.mark.parametrize("tenant_id", [*sorted(RESERVED_IDS)])
def test_a_reserved_id_is_refused(tenant_id: str) -> None:
    refused = OPERATOR.post("/v1/tenants", {"id": tenant_id, "name": "x"})
    assert refused.status == 422
    assert refused["errors"][0]["pointer"] == "/id"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "   "}, "/name"),
        ({"name": "a\u0000b"}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"name": "x", "id": "Acme"}, "/id"),
        ({"name": "x", "id": "a"}, "/id"),
        ({"name": "x", "id": "-acme"}, "/id"),
        ({"name": "x", "id": "acme#1"}, "/id"),
        ({"name": "x", "id": "acme\n"}, "/id"),
        ({"name": "x", "id": "a" * 41}, "/id"),
        ({"name": "x", "plan": "gold"}, "/plan"),
        ({"name": "x", "settings": {"colour": 1}}, "/settings/colour"),
        ({"name": "x", "settings": {"text_limit": 0}}, "/settings/text_limit"),
        ({"name": "x", "settings": {"text_limit": "5"}}, "/settings/text_limit"),
        ({"name": "x", "settings": {"messages_per_minute": 601}}, "/settings/messages_per_minute"),
        ({"name": "x", "ceilings": {"hide_receipts": True}}, "/ceilings/hide_receipts"),
        (
            {"name": "x", "settings": {"messages_per_minute": 61}, "ceilings": {"messages_per_minute": 60}},
            "/settings/messages_per_minute",
        ),
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_pointer(body: dict[str, Any], pointer: str) -> None:
    refused = OPERATOR.post("/v1/tenants", body)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [error["pointer"] for error in refused["errors"]] == [pointer]


def test_the_same_key_creates_one_tenant() -> None:
    key = uuid.uuid4().hex
    first = OPERATOR.post("/v1/tenants", {"name": "Acme"}, key=key)
    second = OPERATOR.post("/v1/tenants", {"name": "Acme"}, key=key)
    assert (first.status, second.status) == (201, 201)
    assert first.body == second.body
    assert second.headers["Idempotent-Replayed"] == "true"
    assert OPERATOR.post("/v1/tenants", {"name": "Other"}, key=key).code == "idempotency_key_reused"


@pytest.mark.parametrize("chosen", [True, False])
def test_a_request_repeated_after_a_crash_finds_the_tenant_that_it_made(
    *, chosen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid.uuid4().hex
    body = {"name": "Acme"} | ({"id": new_id()} if chosen else {})
    with crash_after(2) as tried:
        assert OPERATOR.post("/v1/tenants", body, key=key).status == 500
    assert tried[:2] == ["PutItem", "TransactWriteItems"]
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 31_000)
    made = OPERATOR.post("/v1/tenants", body, key=key)
    assert (made.status, made["version"]) == (201, 1)
    assert OPERATOR.post("/v1/tenants", {**body, "id": made["id"]}, key=uuid.uuid4().hex).code == "tenant_exists"


def test_only_the_operator_creates_tenants(initech: RegisteredTenant, peter: Person) -> None:
    for person in (initech.server, peter):
        refused = person.post("/v1/tenants", {"id": new_id(), "name": "x"})
        assert (refused.status, refused.code) == (403, "operator_required")


def test_the_own_back_end_reads_and_users_do_not(initech: RegisteredTenant, peter: Person) -> None:
    assert initech.server.get(initech.path).body == OPERATOR.get(initech.path).body
    for method, path, body in (
        ("GET", initech.path, None),
        ("PUT", initech.path, {"name": "Peter's"}),
        ("POST", f"{initech.path}/revoke-tokens", None),
    ):
        refused = peter.request(method, path, body)
        assert (refused.status, refused.code) == (403, "server_token_required")


def test_another_tenant_is_as_one_that_does_not_exist(initech: RegisteredTenant, umbrella: RegisteredTenant) -> None:
    for method, tail, body in (("GET", "", None), ("PUT", "", {"name": "Mine"}), ("POST", "/revoke-tokens", None)):
        answers = [
            umbrella.server.request(method, f"/v1/tenants/{tenant_id}{tail}", body)
            for tenant_id in (initech.tenant_id, "nobody", "a#b", "_operator")
        ]
        answers.append(OPERATOR.request(method, f"/v1/tenants/nobody{tail}", body))
        assert {answer.status for answer in answers} == {404}
        assert all(without_request_id(answer) == without_request_id(answers[0]) for answer in answers)
    assert OPERATOR.get(initech.path)["version"] == 1


def test_a_change_keeps_what_it_does_not_name(initech: RegisteredTenant) -> None:
    initech.server.put(initech.path, {"settings": {"text_limit": 500, "edit_window_seconds": 60}})
    changed = initech.server.put(initech.path, {"settings": {"edit_window_seconds": None}, "name": "Initrode"})
    assert changed.status == 200, changed.text
    assert (changed["name"], changed["version"]) == ("Initrode", 3)
    assert (changed["settings"]["text_limit"], changed["settings"]["edit_window_seconds"]) == (500, None)
    assert initech.server.get(initech.path).body == changed.body


@pytest.mark.parametrize(("name", "value"), [("media_types", ["image/png", "image/jpeg"]), ("languages", ["en", "ar"])])
def test_a_setting_that_is_a_list_is_set_taken_away_and_strict(
    initech: RegisteredTenant, name: str, value: list[str]
) -> None:
    changed = initech.server.put(initech.path, {"settings": {name: value}})
    assert changed.status == 200, changed.text
    assert initech.server.get(initech.path)["settings"][name] == value
    for wrong in ("en", {"en": True}, [5]):
        refused = initech.server.put(initech.path, {"settings": {name: wrong}})
        assert (refused.status, refused.code) == (422, "validation_failed")
    assert initech.server.put(initech.path, {"settings": {name: None}})["settings"][name] is None


@pytest.mark.parametrize("body", [{}, {"name": None}, {"settings": None}, {"id": "other"}, {"version": 3}])
def test_a_change_of_nothing_or_of_what_stays_is_refused(initech: RegisteredTenant, body: dict[str, Any]) -> None:
    refused = OPERATOR.put(initech.path, body)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert OPERATOR.get(initech.path)["version"] == 1


def test_a_tenant_sets_its_limits_below_the_operators_ceilings(initech: RegisteredTenant) -> None:
    OPERATOR.put(initech.path, {"ceilings": {"messages_per_minute": 100}})
    assert initech.server.put(initech.path, {"settings": {"messages_per_minute": 100}}).status == 200
    refused = initech.server.put(initech.path, {"settings": {"messages_per_minute": 101, "text_limit": 5}})
    assert refused["errors"] == [
        {
            "pointer": "/settings/messages_per_minute",
            "code": "above_ceiling",
            "detail": "The operator allows at most 100",
        }
    ]
    assert initech.server.get(initech.path)["settings"]["text_limit"] == 20_000


def test_a_lowered_ceiling_lowers_the_settings_above_it(initech: RegisteredTenant) -> None:
    initech.server.put(initech.path, {"settings": {"messages_per_minute": 300}})
    changed = OPERATOR.put(initech.path, {"ceilings": {"messages_per_minute": 30, "text_limit": 1000}})
    assert changed["settings"]["messages_per_minute"] == 30
    assert changed["settings"]["text_limit"] == 1000
    raised = OPERATOR.put(initech.path, {"ceilings": {"text_limit": 2000}})
    assert raised["settings"]["text_limit"] == 1000
    assert raised["ceilings"]["messages_per_minute"] == 30


@pytest.mark.parametrize("name", sorted(Ceilings.model_fields))
def test_every_ceiling_holds_against_the_tenants_own_back_end(initech: RegisteredTenant, name: str) -> None:
    OPERATOR.put(initech.path, {"ceilings": {name: 7}})
    assert initech.server.get(initech.path)["settings"][name] == 7
    refused = initech.server.put(initech.path, {"settings": {name: 8}})
    assert (refused.status, refused["errors"][0]["pointer"]) == (422, f"/settings/{name}")
    assert initech.server.put(initech.path, {"settings": {name: 6}})["settings"][name] == 6


def test_every_setting_that_costs_the_operator_has_a_ceiling() -> None:
    counted = {name for name in TenantSettings.model_fields if name.endswith(("bytes", "_per_minute", "_per_day"))}
    assert counted <= set(Ceilings.model_fields)


@pytest.mark.parametrize("body", [{"ceilings": {"text_limit": 5}}, {"suspended": False}, {"suspended": True}])
def test_ceilings_and_suspension_are_the_operators(initech: RegisteredTenant, body: dict[str, Any]) -> None:
    refused = initech.server.put(initech.path, {"name": "x", **body})
    assert (refused.status, refused.code) == (403, "operator_required")
    assert OPERATOR.get(initech.path)["version"] == 1


def test_the_operator_suspends_and_resumes(initech: RegisteredTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    first = OPERATOR.put(initech.path, {"suspended": True})["suspended_at"]
    assert first is not None
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now + 5000)
    assert OPERATOR.put(initech.path, {"suspended": True})["suspended_at"] == first
    assert OPERATOR.put(initech.path, {"suspended": False})["suspended_at"] is None


def test_a_stale_if_match_changes_nothing(initech: RegisteredTenant) -> None:
    tag = initech.server.get(initech.path).headers["ETag"]
    assert initech.server.put(initech.path, {"name": "One"}, headers={"If-Match": tag}).status == 200
    stale = initech.server.put(initech.path, {"name": "Two"}, headers={"If-Match": tag})
    assert (stale.status, stale.code) == (412, "version_conflict")
    assert initech.server.get(initech.path)["name"] == "One"


def test_a_change_between_reading_and_writing_is_not_lost(initech: RegisteredTenant) -> None:
    def interfere() -> None:
        OPERATOR.put(initech.path, {"settings": {"text_limit": 7}})

    with before_call("TransactWriteItems", interfere):
        changed = initech.server.put(initech.path, {"settings": {"hide_receipts": True}})
    assert (changed["settings"]["text_limit"], changed["settings"]["hide_receipts"]) == (7, True)
    tag = changed.headers["ETag"]
    with before_call("TransactWriteItems", interfere):
        stale = initech.server.put(initech.path, {"name": "x"}, headers={"If-Match": tag})
    assert stale.code == "version_conflict"


def test_the_revocation_never_goes_back(initech: RegisteredTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    revoked = initech.server.post(f"{initech.path}/revoke-tokens")
    assert revoked.status == 200, revoked.text
    now = clock.now_ms()
    monkeypatch.setattr(clock, "now_ms", lambda: now - 60_000)
    behind = OPERATOR.post(f"{initech.path}/revoke-tokens")
    assert behind["tokens_valid_from"] == revoked["tokens_valid_from"]


def test_a_replayed_revocation_is_the_first_one(initech: RegisteredTenant) -> None:
    first, second = (initech.server.post(f"{initech.path}/revoke-tokens", key="k") for _ in range(2))
    assert first.body == second.body
    assert second.headers["Idempotent-Replayed"] == "true"


def test_only_what_differs_from_the_defaults_travels_with_callers(initech: RegisteredTenant) -> None:
    initech.server.put(initech.path, {"settings": {"text_limit": 7, "hide_receipts": False}})
    stored = dynamodb.get("chat", ("T#" + initech.tenant_id, "TENANT"))  # type: ignore[arg-type]
    assert stored is not None
    assert stored["settings"] == {"S": '{"text_limit":7}'}
