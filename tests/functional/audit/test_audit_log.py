"""The audit log: each act has its line and nothing else has, and a tenant reads its own."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from parley import clock
from parley.audit import audit_log, reading
from parley.audit.vocabulary import ACTIONS
from parley.identity.caller import Origin
from parley.settings import settings
from parley.tables import dynamodb, keys
from parley.tables.dynamodb import TransactionRefused
from parley.users import revocation
from tests.functional.audit.acts import ACTS, ELSEWHERE, Act, House, ok
from tests.support.aws.job_queues import job_queues
from tests.support.dynamodb.capacity import item_size
from tests.support.dynamodb.expiry import delete_expired
from tests.support.dynamodb.meter import metered
from tests.support.faults.interference import crash_after
from tests.support.people.clocks import Clock, MovingClock
from tests.support.people.issuers import AUDIENCE, running_issuer
from tests.support.people.people import Person, Workspace
from tests.support.people.tokens import OPERATOR, ask_authorizer, request

SOMETHING_SAID = ("secretname", "secret words", "hooks.example.com")
"""What people wrote, and addresses, none of which a line may hold."""


@pytest.fixture
def house(tables: None) -> Iterator[House]:
    with job_queues():
        yield House()


def test_every_act_is_tested() -> None:
    assert {each.action for each in ACTS} | ELSEWHERE == set(ACTIONS)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.action)
def test_an_act_has_one_line_and_its_repetition_none(house: House, act: Act) -> None:
    made = act.ready(house)
    earlier = house.lines()
    body = ok(act.do(house, made))
    told = [line for line in house.lines() if line not in earlier]
    assert sorted(line["action"] for line in told) == sorted([*act.before, act.action])
    line = next(line for line in told if line["action"] == act.action)
    assert (line["target"], line["target_id"]) == (act.target, act.id_of(house, made, body))
    assert line["actor"] == act.actor
    assert line["actor_id"] == ("alice" if act.actor == "user" else "a-key")
    assert line["conversation_id"] == (house.room if act.in_room else None)
    seen = (None, None) if act.actor == "user" else ("127.0.0.1", "tests")
    assert (line["address"], line["user_agent"]) == seen
    text = json.dumps(house.stored()).lower()
    assert not [word for word in SOMETHING_SAID if word in text]
    puts = {
        "tenant.updated",
        "webhook.updated",
        "block_list.put",
        "conversation.restricted",
        "conversation.team_changed",
    }
    if act.action not in puts:  # a put again is an act again
        act.do(house, made)
        assert [each for each in house.lines() if each not in [*earlier, *told]] == []


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.action)
def test_who_dies_within_an_act_leaves_it_with_its_line_or_neither(
    moving_clock: MovingClock, house: House, act: Act
) -> None:
    """At every call, the request being sent again half a minute later each time."""
    made = act.ready(house)
    earlier, untouched = len(house.stored()), house.state()
    for calls in range(60):
        with crash_after(calls):
            answer = act.do(house, made)
        assert answer.status < 300 or answer.status == 500, answer.text
        assert (house.state() == untouched) == (len(house.stored()) == earlier), f"after {calls} calls"
        if answer.status < 300:
            break
        moving_clock.pass_seconds(31)
    more = len(house.stored()) - earlier
    assert more == len(act.before) + 1 if act.once else more > len(act.before)


def test_the_first_line_of_a_tenant_is_its_own_making(tables: None) -> None:
    house = House()
    created = house.lines()[-1]
    assert (created["action"], created["actor"]) == ("tenant.created", "operator")
    assert created["target_id"] == house.tenant.tenant_id


def test_a_repeated_creation_of_a_tenant_has_one_line(tables: None) -> None:
    body = {"name": "Initech"}
    made = ok(OPERATOR.post("/v1/tenants", body, key="initech"))
    assert ok(OPERATOR.post("/v1/tenants", body, key="initech"))["id"] == made["id"]
    lines = ok(OPERATOR.get("/v1/audit", tenant_id=made["id"]))["data"]
    assert [line["action"] for line in lines] == ["tenant.created"]


def test_a_login_is_told_of_when_it_comes_and_when_it_goes(local_stage: None, tables: None) -> None:
    house = House()
    with running_issuer() as issuer:
        made = ok(OPERATOR.post(f"{house.path}/issuers", {"issuer": issuer.url, "audiences": [AUDIENCE]}))
    ok(OPERATOR.delete(f"{house.path}/issuers/{made['id']}"))
    told = [(line["action"], line["target_id"]) for line in house.lines()[:2]]
    assert told == [("issuer.removed", made["id"]), ("issuer.created", made["id"])]


def test_what_is_refused_or_changes_nothing_is_not_told(house: House, alice: Person) -> None:
    message = house.message()
    kids = [line["target_id"] for line in house.lines() if line["action"] == "key.created"]
    earlier = house.lines()
    server, tenant = house.server, house.path
    for answer in (
        house.bob.put(f"/v1/conversations/{house.room}/bans/alice"),
        house.alice.delete(f"/v1/conversations/{house.room}/bans/bob"),
        house.alice.delete(f"/v1/messages/{message}", hard="true"),
        server.put(tenant, {"ceilings": {"text_limit": 5}}),
        server.put(tenant, {"name": "New"}, headers={"If-Match": '"99"'}),
        server.post("/v1/webhooks", {"url": "ftp://nowhere"}),
        server.delete("/v1/webhooks/nothing"),
        server.delete("/v1/moderation/block-list"),
        server.delete(f"{tenant}/keys/{kids[0]}"),
        server.post("/v1/moderation/flags/x~y/resolve", {"resolution": "dismissed"}),
        server.delete("/v1/users/nobody"),
        alice.post(f"{tenant}/revoke-tokens"),
        house.server_as_alice.put(f"/v1/conversations/{house.room}/members/bob/role", {"role": "member"}),
    ):
        assert answer.status in {204, 200} or answer.status >= 400
    assert house.lines() == earlier


def test_what_users_do_with_messages_and_roles_is_no_act(house: House) -> None:
    earlier = house.lines()
    sent = ok(house.bob.send(house.room, "hello"))["id"]
    ok(house.bob.put(f"/v1/messages/{sent}", {"text": "hello, all"}))
    ok(house.alice.delete(f"/v1/messages/{sent}"))
    ok(house.alice.put(f"/v1/conversations/{house.room}/members/bob/role", {"role": "admin"}))
    mine = ok(house.server_as_alice.post("/v1/messages", {"conversation_id": house.room, "text": "mine"}))["id"]
    ok(house.server_as_alice.delete(f"/v1/messages/{mine}"))
    assert house.lines() == earlier


def test_a_server_that_acts_for_a_user_is_told_with_the_user(house: House) -> None:
    message = house.message()
    ok(house.server_as_alice.delete(f"/v1/messages/{message}"))
    line = house.lines()[0]
    assert (line["actor"], line["actor_id"], line["acting_for"]) == ("server", "a-key", "alice")


def test_the_real_authorizer_says_by_which_key(tables: None) -> None:
    house = House()
    signer = house.tenant.signer
    assert request(signer.token(scope="server"), "DELETE", "/v1/moderation/block-list").status == 204
    ok(request(signer.token(scope="server"), "POST", "/v1/users/bob/revoke-tokens"))
    assert house.lines()[0]["actor_id"] == signer.kid
    assert ask_authorizer(f"Bearer {signer.token(sub='bob')}")["context"]["credential"] == signer.kid


def test_names_of_settings_are_told_and_not_what_they_are(house: House) -> None:
    ok(OPERATOR.put(house.path, {"suspended": True, "settings": {"text_limit": 77}, "ceilings": {"text_limit": 78}}))
    assert house.lines()[0]["details"] == {
        "changed": ["ceilings.text_limit", "settings.text_limit", "suspended"],
        "suspended": True,
    }


# Who may read


def test_a_user_may_not_read_it(house: House) -> None:
    assert (house.alice.get("/v1/audit").status, house.alice.get("/v1/audit").code) == (403, "server_token_required")


def test_another_tenants_is_not_there(house: House, acme: Workspace) -> None:
    assert acme.server.get("/v1/audit").body["data"] == []
    refused = acme.server.get("/v1/audit", tenant_id=house.tenant.tenant_id)
    assert (refused.status, refused.code) == (404, "tenant_not_found")
    ok(house.server.get("/v1/audit", tenant_id=house.tenant.tenant_id))


def test_an_operator_reads_any_tenants_and_names_it(house: House) -> None:
    assert ok(OPERATOR.get("/v1/audit", tenant_id=house.tenant.tenant_id, limit=100))["data"] == house.lines()
    assert OPERATOR.get("/v1/audit").code == "validation_failed"
    assert OPERATOR.get("/v1/audit", tenant_id="a#b").code == "tenant_not_found"


@pytest.mark.parametrize(
    "query",
    [
        {"action": "tenant.sold"},
        {"actor": "robot"},
        {"target": "planet"},
        {"actor_id": ""},
        {"target_id": "x" * 201},
        {"from": "yesterday"},
        {"to": "2026-13-01T00:00:00Z"},
        {"limit": "0"},
        {"limit": "101"},
        {"colour": "red"},
    ],
)
def test_what_it_is_not_asked_for_so_is_refused(house: House, query: dict[str, str]) -> None:
    assert (house.server.get("/v1/audit", **query).status, house.server.get("/v1/audit", **query).code) == (
        422,
        "validation_failed",
    )


# Filters, pages, time


def test_filters_leave_only_what_was_asked_for(house: House) -> None:
    ok(house.server.post("/v1/users/bob/revoke-tokens"))
    ok(house.server.post("/v1/users/alice/revoke-tokens"))
    ok(house.alice.put(f"/v1/conversations/{house.room}/bans/bob"))

    def found(**query: str) -> list[tuple[str, str]]:
        return [(line["action"], line["target_id"]) for line in ok(house.server.get("/v1/audit", **query))["data"]]

    assert found(target_id="bob") == [("user.banned", "bob"), ("user.tokens_revoked", "bob")]
    assert found(action="user.tokens_revoked") == [("user.tokens_revoked", "alice"), ("user.tokens_revoked", "bob")]
    assert found(actor="user") == found(actor="user", actor_id="alice") == [("user.banned", "bob")]
    assert found(actor="user", actor_id="bob") == []
    assert [kind for kind, _ in found(target="key")] == ["key.created"]
    assert {kind for kind, _ in found(actor="operator")} == {"tenant.created", "key.created"}


def test_from_and_to_belong_to_what_is_asked_for(moved_clock: Clock, tables: None) -> None:
    house = House()
    moments = []
    for name in ("one", "two", "three"):
        moved_clock.pass_seconds(130 * 86400)  # two of them in another year
        ok(house.server.post(f"/v1/users/{name}/revoke-tokens"))
        moments.append(clock.to_rfc3339(clock.to_datetime(moved_clock())))

    def found(**query: str) -> list[str]:
        query |= {"action": "user.tokens_revoked"}
        return [line["target_id"] for line in ok(house.server.get("/v1/audit", **query))["data"]]

    assert found() == ["three", "two", "one"]
    assert found(**{"from": moments[1]}) == ["three", "two"]
    assert found(to=moments[1]) == ["two", "one"]
    assert found(**{"from": moments[1], "to": moments[1]}) == ["two"]
    assert found(**{"from": moments[2], "to": moments[0]}) == []


def test_pages_go_on_over_years_and_hold_each_line_once(moved_clock: Clock, tables: None) -> None:
    house = House()
    expected: list[str] = []
    for number in range(9):
        moved_clock.pass_seconds(43 * 86400)
        ok(house.server.post(f"/v1/users/u{number}/revoke-tokens"))
        expected.insert(0, f"u{number}")
    found: list[str] = []
    query: dict[str, str] = {"action": "user.tokens_revoked", "limit": "2"}
    while True:
        page = ok(house.server.get("/v1/audit", **query))
        found += [line["target_id"] for line in page["data"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert found == expected
    with_other_filters = house.server.get("/v1/audit", cursor=query["cursor"])
    assert with_other_filters.code == "invalid_cursor"


def test_a_page_that_filters_leave_little_of_ends_early(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ok(house.server.post("/v1/users/bob/revoke-tokens"))
    for number in range(12):
        ok(house.server.put("/v1/moderation/block-list", {"entries": [{"word": f"darn{number}"}]}))
    monkeypatch.setattr(reading, "MOST_READ", 5)
    monkeypatch.setattr(reading, "READ_AT_ONCE", 2)
    found, pages, cursor = [], 0, None
    while pages == 0 or cursor is not None:
        query = {"target_id": "bob"} | ({"cursor": cursor} if cursor else {})
        page = ok(house.server.get("/v1/audit", **query))
        found += page["data"]
        pages, cursor = pages + 1, page["next_cursor"]
    assert [line["action"] for line in found] == ["user.tokens_revoked"]
    assert pages > 2


def test_a_line_is_kept_for_so_many_days_and_is_gone_then(moving_clock: MovingClock, tables: None) -> None:
    house = House()
    assert {item["expires_at"]["N"] for item in house.stored()} <= {
        str(clock.now_ms() // 1000 + settings().audit_days * 86400 - late) for late in range(60)
    }
    moving_clock.pass_seconds(settings().audit_days * 86400 - 60)
    assert house.lines()
    moving_clock.pass_seconds(120)
    assert house.lines() == []
    assert delete_expired(house.tenant.tenant_id, settings().audit_table) > 0
    assert house.stored() == []


def test_a_line_that_stands_is_not_written_over(acme: Workspace) -> None:
    line = audit_log.line(acme.server.caller, "user.banned", ("user", "bob"))
    dynamodb.transact([line])
    line["Put"]["Item"]["actor"] = {"S": "operator"}
    with pytest.raises(TransactionRefused):
        dynamodb.transact([line])
    (stored,), _ = dynamodb.query(settings().audit_table, line["Put"]["Item"]["pk"]["S"])
    assert stored["actor"] == {"S": "server"}


def test_a_year_of_a_tenant_is_a_partition(moved_clock: Clock, tables: None) -> None:
    house = House()
    before = {item["pk"]["S"] for item in house.stored()}
    moved_clock.pass_seconds(60 * 86400)
    ok(house.server.post("/v1/users/bob/revoke-tokens"))
    after = {item["pk"]["S"] for item in house.stored()}
    tenant_id = house.tenant.tenant_id
    assert before == {keys.audit(tenant_id, "2026")}
    assert after - before == {keys.audit(tenant_id, "2027")}


def test_what_a_line_costs(acme: Workspace) -> None:
    """2 WRU in a transaction; a write that becomes one for its sake costs twice what it did. A long line is short."""
    with metered() as cost:
        revocation.do_revoke_tokens(acme.server.caller, "alice")
    assert (cost.writes, cost.calls) == (2 + 2, 1)
    with metered() as cost:
        revocation.revoke(acme.tenant_id, "bob")
    assert (cost.writes, cost.calls) == (1, 1)
    origin = Origin("k" * 80, "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "u" * 4000, "r" * 36)
    caller = replace(acme.server.caller, origin=origin, user_id="a" * 80)
    flag = f"{'c' * 26}-{10**11}-{10**11}~{'u' * 80}"
    line = audit_log.line(
        caller, "flag.resolved", ("flag", flag), conversation_id="c" * 26, details={"resolution": "dismissed"}
    )
    assert item_size(line["Put"]["Item"]) <= 1024
