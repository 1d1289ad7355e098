"""What shadow bans cost DynamoDB, those who are under one and those who ban."""

from tests.functional.shadow.conftest import shadow_ban
from tests.support.dynamodb.meter import metered
from tests.support.people.people import Person, Workspace


def test_a_shadowed_send_costs_what_is_documented(alice: Person, banned: Person, team: str) -> None:
    root = alice.send(team, "root")["id"]
    for fields, units in (({}, (2, 8)), ({"parent_id": root, "show_in_conversation": True}, (4, 12))):
        banned.post("/v1/messages", {"conversation_id": team, "text": "warm", **fields}, key=f"warm-{len(fields)}")
        with metered() as cost:
            sent = banned.post("/v1/messages", {"conversation_id": team, "text": "x", **fields}, key=f"k-{len(fields)}")
        assert sent.status == 201
        assert (cost.reads, cost.writes) == units, str(cost)


def test_a_back_end_looks_up_whom_it_sends_for(acme: Workspace, alice: Person, team: str) -> None:
    acting = {"X-Acting-User": "alice"}
    costs = []
    for send in (alice.post, acme.server.post):
        headers = {} if send == alice.post else acting
        send("/v1/messages", {"conversation_id": team, "text": "warm"}, headers=headers)
        with metered() as cost:
            assert send("/v1/messages", {"conversation_id": team, "text": "x"}, headers=headers).status == 201
        costs.append((cost.reads, cost.writes))
    assert costs[1] == (costs[0][0] + 1, costs[0][1])


def test_a_page_costs_its_reader_what_is_hidden_for_them(alice: Person, banned: Person, team: str) -> None:
    alice.send(team, "before")
    costs = []
    for _ in range(2):
        for who in (alice, banned):
            with metered() as cost:
                who.get(f"/v1/conversations/{team}/messages")
            costs.append(cost.reads)
        banned.send(team, "hidden")
    assert costs == [costs[0], costs[0], costs[0], costs[0] + 1]


def test_bans_cost_what_is_documented(acme: Workspace, alice: Person, bob: Person, team: str) -> None:
    path = "/v1/users/bob/shadow-ban"
    with metered() as ban:
        shadow_ban(alice, team)
    with metered() as lift:
        assert alice.delete(f"/v1/conversations/{team}/bans/bob").status == 204
    with metered() as everywhere:
        assert acme.server.put(path, {"until": None}).status == 200
    with metered() as said:
        assert acme.server.get(path).status == 200
    with metered() as lifted:
        assert acme.server.delete(path).status == 204
    found = [(each.reads, each.writes) for each in (ban, lift, everywhere, said, lifted)]
    assert found == [(3.5, 11), (3, 10), (1, 6), (1, 0), (1, 4)]
