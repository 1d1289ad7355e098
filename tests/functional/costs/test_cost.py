"""What requests cost DynamoDB, in units and round trips: budgets of the design, and what they must not grow with."""

import pytest

from infrastructure.examples import example_of
from infrastructure.routes import ROUTES, Route
from tests.support.aws import budgets
from tests.support.aws.gateway import invoke
from tests.support.dynamodb.meter import Cost, metered
from tests.support.people import scale
from tests.support.people.people import Person, Workspace, new_workspace
from tests.support.people.world import example_world
from tests.tools.record_events import make_event

BUDGETED = [route for route in ROUTES if budgets.budget_of(route) is not None]


@pytest.mark.parametrize("route", BUDGETED, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_stays_within_its_budget(tables: None, route: Route) -> None:
    budget = budgets.budget_of(route)
    assert budget is not None
    with example_world(), metered() as cost:
        answer = invoke(make_event(route))
    assert answer.status < 300, answer.text
    assert budget.allows(cost), f"{cost}, allowed are {budget}: {cost.operations}"
    assert example_of(route)


def test_every_budget_belongs_to_a_route() -> None:
    assert budgets.unused(ROUTES) == []


def cost_of_send(who: Person, conversation_id: str, key: str) -> Cost:
    body = {"conversation_id": conversation_id, "text": "x" * 200}
    who.post("/v1/messages", body, key=f"warm-{key}")
    with metered() as cost:
        sent = who.post("/v1/messages", body, key=key)
    assert sent.status == 201, sent.text
    return cost


def test_a_send_costs_the_same_with_2_and_with_5000_members(acme: Workspace, alice: Person, bob: Person) -> None:
    small, large = alice.open_group(bob), alice.open_group(bob)
    scale.add_members(alice, large, 5_000)
    assert cost_of_send(alice, small, "small") == cost_of_send(alice, large, "large")


def test_a_send_costs_the_same_after_10_and_after_100000_messages(alice: Person, bob: Person) -> None:
    young, old = alice.open_group(bob), alice.open_group(bob)
    scale.set_history(alice, young, messages=10)
    scale.set_history(alice, old, messages=100_000)
    assert cost_of_send(alice, young, "young") == cost_of_send(alice, old, "old")


def test_a_send_costs_the_same_with_a_full_preview_many_gaps_and_a_picture(alice: Person, bob: Person) -> None:
    """META must stay below 1 KiB, or every send would cost a write unit more."""
    plain = alice.open_group(bob)
    full = alice.open_group(bob, name="n" * 60, avatar_url="https://example.com/" + "a" * 100)
    scale.set_history(alice, full, messages=10**11, gaps=32)
    assert cost_of_send(alice, plain, "plain") == cost_of_send(alice, full, "full")


def test_a_send_costs_at_most_5_writes_and_1_read_in_4_round_trips(alice: Person, general: str) -> None:
    cost = cost_of_send(alice, general, "k")
    assert cost.writes <= 5
    assert cost.reads <= 1
    assert cost.round_trips <= 4
    assert cost.index == 0


def test_a_send_costs_the_same_with_1_and_with_100_tenants(alice: Person, general: str) -> None:
    alone = cost_of_send(alice, general, "alone")
    for number in range(100):
        new_workspace(f"t{number}").person("alice")
    assert cost_of_send(alice, general, "crowded") == alone


def test_a_repeated_send_costs_no_more_than_twice_its_writes(alice: Person, general: str) -> None:
    body = {"conversation_id": general, "text": "x"}
    alice.post("/v1/messages", body, key="k")
    with metered() as cost:
        assert alice.post("/v1/messages", body, key="k").headers["Idempotent-Replayed"] == "true"
    assert cost.writes <= 10
    assert cost.round_trips <= 12


def test_a_page_of_history_costs_the_same_however_long_the_history(alice: Person, bob: Person) -> None:
    costs = []
    for messages in (60, 100_000):
        conversation = alice.open_group(bob)
        scale.set_history(alice, conversation, messages=messages, written=60, text="x" * 60)
        with metered() as cost:
            page = bob.get(f"/v1/conversations/{conversation}/messages", limit=50)
        assert len(page["data"]) == 50
        assert cost.reads <= 6
        costs.append(cost)
    assert costs[0].round_trips == costs[1].round_trips
    assert abs(costs[0].reads - costs[1].reads) <= 1
