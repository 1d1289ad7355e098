"""The figures from which `make cost` computes, measured through the handlers."""

import pytest

from infrastructure.cost import recorded
from infrastructure.cost.recorded import Units
from infrastructure.layers import ROOT
from infrastructure.routes import ROUTES
from tests.support.aws.gateway import invoke
from tests.support.dynamodb.meter import metered
from tests.support.people.people import Person
from tests.support.people.world import example_world
from tests.tools.record_events import make_event

OF_ROUTES = {
    "messaging/send_message": recorded.SEND,
    "messaging/mark_read": recorded.MARK_READ,
    "messaging/list_conversations": recorded.LIST_CONVERSATIONS,
}


@pytest.mark.parametrize(("function", "units"), OF_ROUTES.items(), ids=OF_ROUTES)
def test_a_request_costs_at_most_what_the_calculator_says(tables: None, function: str, units: Units) -> None:
    (route,) = [each for each in ROUTES if each.function == function]
    with example_world(), metered() as cost:
        assert invoke(make_event(route)).status < 300
    assert cost.reads <= units.reads
    assert cost.writes <= units.writes + 1, "a hundredth of the tenant's limit is written now and then"


def test_a_page_of_fifty_messages_costs_what_the_calculator_says(alice: Person, general: str) -> None:
    for number in range(50):
        alice.send(general, f"{number} " + "x" * 56)
    with metered() as cost:
        assert len(alice.get(f"/v1/conversations/{general}/messages", limit=50)["data"]) == 50
    assert cost.reads <= recorded.LIST_MESSAGES.reads


def test_deliveries_and_pushes_are_those_of_the_recorded_table() -> None:
    """Which `test_fan_out.py` and the tests of push hold to what is measured."""
    table = (ROOT / "docs" / "cost.md").read_text()
    reads = [f"{recorded.DELIVERY[members].reads:g}" for members in (2, 10, 100)]
    assert f"| {', '.join(reads)} | 2 |" in table
    assert f"| {recorded.DELIVERY[1000].reads:g}, 305; 1,090 | 2 |" in table
    pushes = [f"{recorded.PUSH[members].reads:g}" for members in (2, 100, 1000)]
    assert f"| {', '.join(pushes)} | 1, 1, 0 |" in table
